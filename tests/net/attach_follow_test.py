#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A server follows addresses, as whichever user it runs."""

import os
import signal
import time
import unittest

from attaching import (BPFFS, Following, ip, mapped, NOBODY, setUpModule, sh)
from serving import Server, wait_for

SERVICE = 4711  # a user of its own


class Followed(Following):
    def test_followed(self):
        server = self.serve()
        self.attach("va")
        self.follows()
        self.assert_quiet(server)

    def test_changed_before_the_server(self):
        self.attach("va")
        ip("addr", "add", "10.9.0.3/24", "dev", "va")
        server = self.serve()
        self.assertTrue(wait_for(
            lambda: mapped("10.9.0.3") in self.addresses()))
        self.assert_quiet(server)

    def test_unprivileged(self):
        """Root's server that has become another user, before and after."""
        os.chmod(BPFFS, 0o700)
        server = self.serve("--user", "nobody")
        self.attach("va")
        self.follows()
        self.do("detach", "va", "--drain", "0")
        self.assert_no_program()
        self.attach("va")
        self.follows()
        self.assert_quiet(server)
        server = self.serve("--user", "nobody")
        self.follows()
        self.do("detach", "va", "--drain", "0")
        self.assert_quiet(server)
        self.attach("va")
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def owners(self):
        """Of the pins that are files."""
        return {os.stat(pin).st_uid for pin in self.pins()
                if not os.path.isdir(pin)}

    def test_owner(self):
        """A server that never was root, in a state directory of its own."""
        self.do("add", "old.example", "https://new.example", "301")
        self.give(SERVICE)
        self.attach("va")
        self.assertEqual(self.owners(), {0, SERVICE})
        server = Server(self.state, user=SERVICE, group=SERVICE,
                        extra_groups=[])
        self.addCleanup(server.stop)
        self.follows()
        self.assert_quiet(server)

    def test_p16_nobody_owns_no_map(self):
        """Neither as the server's user, before and after it starts, nor as the
        owner of the state directory."""
        self.attach("va")
        server = self.serve("--user", "nobody")
        self.follows()
        self.assertEqual(self.owners(), {0})
        self.attach("va")
        self.assertEqual(self.owners(), {0})
        self.assert_quiet(server)
        self.give(NOBODY)
        self.attach("va")
        self.assertEqual(self.owners(), {0})

    def keeper(self, server):
        pid = server.process.pid
        with open(f"/proc/{pid}/task/{pid}/children",
                  encoding="ascii") as file:
            children = file.read().split()
        for child in children:
            with open(f"/proc/{child}/comm", encoding="ascii") as file:
                if file.read() == "detour-keeper\n":
                    return int(child)
        return self.fail(children)

    def test_p16_keeper(self):
        """What stays root has nothing of the server, can do little, and ends
        with it."""
        self.attach("va")
        server = self.serve("--user", "nobody")
        self.follows()
        keeper = self.keeper(server)
        with open(f"/proc/{keeper}/status", encoding="ascii") as file:
            status = dict(line.split(":", 1) for line in file)
        self.assertEqual(status["Uid"].split()[0], "0")
        self.assertEqual(int(status["CapPrm"], 16), 1 << 2)
        self.assertEqual(sorted(os.listdir(f"/proc/{keeper}/fd"))[:5],
                         ["0", "1", "2", "3", "4"])
        links = [os.readlink(f"/proc/{keeper}/fd/{fd}") for fd in range(5)]
        self.assertEqual(links[:3], ["/dev/null"] * 3)
        os.kill(keeper, signal.SIGTERM)
        self.follows()
        server.process.kill()
        server.process.wait()
        self.assertTrue(wait_for(
            lambda: not os.path.exists(f"/proc/{keeper}")))

    def test_p16_keeper_ends(self):
        """Said once, and the server goes on."""
        self.attach("va")
        server = self.serve("--user", "nobody")
        self.follows()
        os.kill(self.keeper(server), signal.SIGKILL)
        self.assertTrue(wait_for(lambda: server.find(
            "does not follow addresses: the process for it has ended")))
        time.sleep(0.3)
        with open(f"/proc/{server.process.pid}/stat",
                  encoding="ascii") as file:
            before = file.read().split()[13:15]
        time.sleep(1)
        with open(f"/proc/{server.process.pid}/stat",
                  encoding="ascii") as file:
            after = file.read().split()[13:15]
        self.assertLess(sum(map(int, after)) - sum(map(int, before)), 30)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(server.lines), 2, server.lines)

    def test_no_right(self):
        """Said once, and the server goes on."""
        self.attach("va")
        server = Server(self.state, user=NOBODY, group=NOBODY,
                        extra_groups=[])
        self.addCleanup(server.stop)
        line = wait_for(lambda: server.find("does not follow addresses"))
        self.assertIn("Permission denied", line)
        ip("addr", "add", "10.9.0.8/24", "dev", "vb")
        ip("addr", "del", "10.9.0.8/24", "dev", "vb")
        time.sleep(0.2)
        self.assertEqual(server.stop(), 0)
        said = [line for line in server.lines if "follow addresses" in line]
        self.assertEqual(len(said), 1)

    def test_nothing_there(self):
        """No bpf file system, nothing attached: no word about it."""
        sh("umount", BPFFS)
        self.addCleanup(sh, "mount", "-t", "bpf", "bpf", BPFFS)
        for args in (), ("--user", "nobody"):
            server = self.serve(*args)
            ip("addr", "add", "10.9.0.9/24", "dev", "vb")
            ip("addr", "del", "10.9.0.9/24", "dev", "vb")
            self.assert_quiet(server)


if __name__ == "__main__":
    unittest.main()
