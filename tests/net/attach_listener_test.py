#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who listens where the fast path answers, as attach and status tell it."""

import os
import socket
import subprocess
import sys
import unittest

from attaching import Attach, ip, setUpModule  # noqa: F401
from serving import Server

V4, V6 = socket.AF_INET, socket.AF_INET6
# One that holds a listener until its standard input ends.
HOLDER = """
import socket, sys
sock = socket.socket()
sock.bind(("", 0))
sock.listen()
print(sock.getsockname()[1], flush=True)
sys.stdin.read()
"""


class Listener(Attach):
    def setUp(self):
        super().setUp()
        ip("addr", "add", "10.9.0.2/24", "dev", "va")
        ip("addr", "add", "fd09::1/64", "dev", "va", "nodad")

    def bind(self, family, address, port=0, device=None, only=None):
        sock = socket.socket(family, socket.SOCK_STREAM)
        self.addCleanup(sock.close)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if device:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                            device.encode())
        if only is not None:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
        sock.bind((address, port))
        sock.listen()
        return sock.getsockname()[1]

    def look(self, *args, code=0):
        """Attach without leave to have no listener; what is said of them."""
        self.do("attach", "va", "--mode", "generic", *args, code=code)
        return [line.split(": ", 1)[1] for line in self.err.splitlines()
                if "listens on" in line]

    def missing(self, *args):
        """The addresses that nobody listens on, for attach and for status."""
        lines = [line for line in self.look(*args)
                 if line.startswith("nobody listens on ")]
        said = {where for line in lines
                for where in line.split(" on ", 1)[1].split(", ")}
        self.assertLessEqual(len(lines), 1)
        self.assertEqual(set(self.only()["without_listener"]), said)
        return said

    def test_p1_one_family(self):
        port = self.bind(V4, "0.0.0.0")
        self.assertEqual(self.missing("--port", str(port)),
                         {f"[fd09::1]:{port}"})
        self.assertIn(f"\n         nobody listens on [fd09::1]:{port}\n",
                      self.do("status"))
        port = self.bind(V6, "::", only=1)
        self.assertEqual(self.missing("--port", str(port)),
                         {f"10.9.0.1:{port}", f"10.9.0.2:{port}"})
        port = self.bind(V6, "::", only=0)
        self.assertEqual(self.missing("--port", str(port)), set())
        self.assertNotIn("nobody listens", self.do("status"))

    def test_p1_one_address(self):
        port = self.bind(V4, "10.9.0.1")
        self.assertEqual(self.missing("--port", str(port)),
                         {f"10.9.0.2:{port}", f"[fd09::1]:{port}"})
        self.bind(V6, "fd09::1", port)
        self.assertEqual(self.missing("--port", str(port)),
                         {f"10.9.0.2:{port}"})
        other = self.bind(V6, "::", only=0)
        self.assertEqual(self.missing("--port", f"{port},{other}"),
                         {f"10.9.0.2:{port}"})

    def test_p1_status_follows(self):
        """Status tells what is so now, not when it was attached."""
        sock = socket.create_server(("10.9.0.1", 0))
        port = sock.getsockname()[1]
        self.missing("--port", str(port), "--address", "10.9.0.1")
        self.assertEqual(self.only()["without_listener"], [])
        sock.close()
        self.assertEqual(self.only()["without_listener"],
                         [f"10.9.0.1:{port}"])

    def test_p1_many(self):
        for i in range(2, 40):
            ip("addr", "add", f"10.9.1.{i}/24", "dev", "va")
        port = self.bind(V4, "10.9.0.1")
        said, _ = sorted(self.look("--port", str(port)))
        self.assertEqual(said.count(", "), 7, said)
        self.assertIn(" and 32 more (status --json has them all)", said)
        self.assertEqual(len(self.only()["without_listener"]), 40)
        self.assertIn(" and 32 more\n", self.do("status"))

    def test_p1_none(self):
        """Refused, or, where that was asked for, no word about it."""
        for address in ("0.0.0.0", V4), ("::", V6):
            sock = socket.socket(address[1])
            self.addCleanup(sock.close)
            sock.bind((address[0], 0))  # without listening
            port = str(sock.getsockname()[1])
            self.do("attach", "va", "--port", port, code=1)
            self.assertIn(f"nothing listens on port {port} (--without",
                          self.err)
            self.assertEqual(self.look("--port", port, "--without-listener"),
                             [])
            self.assertEqual(len(self.only()["without_listener"]), 3)

    def test_p1_given(self):
        """Each address that is named needs one."""
        port = self.bind(V4, "10.9.0.1")
        self.look("--port", str(port), "--address", "10.9.0.1,10.9.0.2",
                  code=1)
        self.assertIn(f"nothing listens on port {port} of 10.9.0.2", self.err)
        self.assertEqual(
            self.missing("--port", str(port), "--address",
                         "10.9.0.1,10.9.0.2", "--without-listener"),
            {f"10.9.0.2:{port}"})
        self.look("--port", str(port), "--address", "10.9.2.0/24", code=1)
        self.assertIn(f"nothing listens on port {port} of 10.9.2.0/24",
                      self.err)
        self.assertEqual(self.missing("--port", str(port), "--address",
                                      "10.9.0.0/24"),
                         {f"10.9.0.0/24:{port}"})
        port = self.bind(V4, "0.0.0.0")
        self.assertEqual(self.missing("--port", str(port), "--address",
                                      "10.9.0.0/24,10.9.0.1"), set())

    def test_p20_bound(self):
        """To another interface: it never hears of what comes by this one."""
        port = self.bind(V4, "0.0.0.0", device="vb")
        self.look("--port", str(port), code=1)
        self.assertIn(f"nothing listens on port {port} except at 0.0.0.0 of "
                      "another interface (--without", self.err)
        self.look("--port", str(port), "--address", "10.9.0.1", code=1)
        self.assertIn(f"nothing listens on port {port} of 10.9.0.1", self.err)
        self.bind(V4, "10.9.0.2", port, device="va")
        self.assertEqual(self.missing("--port", str(port)),
                         {f"10.9.0.1:{port}", f"[fd09::1]:{port}"})
        self.do("attach", "vb", "--mode", "generic", "--port", str(port))

    def foreign(self, *args):
        return [line for line in self.look(*args) if "is no server" in line]

    def test_p12_foreign(self):
        port = self.bind(V6, "::", only=0)
        note, = self.foreign("--port", str(port))
        self.assertIn(f"what listens on port {port} is no server of "
                      f"{self.state}: on a connection that it was handed it "
                      "answers every further request", note)
        self.assertEqual(self.foreign("--port", "1", "--without-listener"),
                         [])

    def test_p12_process(self):
        """A listener of another process, and one of another directory."""
        with subprocess.Popen([sys.executable, "-c", HOLDER], text=True,
                              stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            port = holder.stdout.readline().strip()
            self.assertEqual(len(self.foreign("--port", port)), 1)
            holder.stdin.close()
        server = Server(os.path.join(self.dir, "other"), listen="*:0")
        self.addCleanup(server.stop)
        note, = self.foreign("--port", str(server.address[1]))
        self.assertIn(f"is no server of {self.state}", note)

    def test_p12_own(self):
        """The own servers, also as other users and beside others."""
        servers = []
        for args in (), ("--user", "nobody"), ("--threads", "4"):
            server = Server(self.state, *args, listen="*:0")
            self.addCleanup(server.stop)
            servers.append(server)
            ports = ",".join(str(one.address[1]) for one in servers)
            self.assertEqual(self.foreign("--port", ports), [])
        port = self.bind(V4, "10.9.0.1")
        self.assertEqual(len(self.foreign("--port", f"{port},{ports}")), 1)
        # One that cannot be reached from there is no matter.
        self.bind(V4, "127.0.0.1", port)
        self.assertEqual(self.foreign("--port", ports), [])


if __name__ == "__main__":
    unittest.main()
