#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What attach needs of a host, and of whoever attaches."""

import json
import os
import socket
import subprocess
import unittest

import syscalls
from attaching import Attach, BPFFS, NOBODY, setUpModule, sh
from commands import DETOUR


class Missing(Attach):
    def as_nobody(self, *args):
        return subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
             "--clear-groups", DETOUR, "--state", self.state, *args],
            capture_output=True, text=True)

    def test_bpffs(self):
        sh("umount", BPFFS)
        self.addCleanup(sh, "mount", "-t", "bpf", "bpf", BPFFS)
        self.attach("va", code=1)
        self.assertIn(f"no bpf file system at {BPFFS}: mount -t bpf -o "
                      f"mode=0700 bpf {BPFFS}", self.err)
        self.assertEqual(self.fastpath(), [])
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached", self.err)

    def test_other_root(self):
        """DETOUR_BPFFS names another folder for instances."""
        other = os.path.join(BPFFS, "here")
        os.environ["DETOUR_BPFFS"] = other
        self.addCleanup(os.environ.pop, "DETOUR_BPFFS")
        self.attach("va")
        self.assertEqual(os.listdir(BPFFS).count("here"), 1)
        self.assertTrue(self.only()["folder"].startswith(other + "/"))
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_p4_root_with_slashes(self):
        """... as a folder may be written."""
        other = os.path.join(BPFFS, "here")
        os.environ["DETOUR_BPFFS"] = other + "//"
        self.addCleanup(os.environ.pop, "DETOUR_BPFFS")
        self.attach("va")
        self.assertTrue(self.only()["folder"].startswith(other + "/tmp"))
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_p4_astray(self):
        """What is attached by another path, or pinned elsewhere, does not
        follow a change: that is said, until attach or detach settles it."""
        astray = "is marked as attached, but nothing of it is"
        rule = "https://new.example", "301"
        self.attach("va")
        self.do("add", "a.example", *rule)
        self.assertEqual(self.err, "")
        os.environ["DETOUR_BPFFS"] = os.path.join(BPFFS, "here")
        self.addCleanup(os.environ.pop, "DETOUR_BPFFS", None)
        self.do("add", "b.example", *rule)
        self.assertIn(f"{self.state} {astray}", self.err)
        del os.environ["DETOUR_BPFFS"]
        first, self.state = self.state, os.path.join(self.dir, "moved")
        os.rename(first, self.state)
        self.do("add", "c.example", *rule)
        self.assertIn(f"{self.state} {astray}", self.err)
        self.assertIn("attached nowhere", self.do("status"))
        self.assertIn(f"{self.state} {astray}", self.err)
        self.do("detach", "va", code=1)
        self.do("add", "d.example", *rule)
        self.assertEqual(self.err, "")
        moved, self.state = self.state, first
        self.do("detach", "va", "--drain", "0")
        self.state = moved
        self.attach("va")
        self.do("detach", "va", "--drain", "0")
        self.do("status")
        self.assertEqual(self.err, "")
        self.assert_nothing()

    def test_p4_folder_to_mount_at(self):
        """What the hint says works, and hides nothing else."""
        other = os.path.join(self.dir, "pins")
        os.environ["DETOUR_BPFFS"] = other
        self.addCleanup(os.environ.pop, "DETOUR_BPFFS")
        self.attach("va", code=1)
        self.assertIn(f"no bpf file system at {self.dir}: ", self.err)
        os.mkdir(other)
        self.attach("va", code=1)
        self.assertIn(f"no bpf file system at {other}: mount -t bpf -o "
                      f"mode=0700 bpf {other}\n", self.err)
        sh("mount", "-t", "bpf", "-o", "mode=0700", "bpf", other)
        self.addCleanup(sh, "umount", "-l", other)
        self.attach("va")
        self.do("detach", "va", "--drain", "0")

    def sysctl(self, name, value):
        """Of this network namespace, until the test ends."""
        path = "/proc/sys/net/" + name
        with open(path, encoding="ascii") as file:
            self.addCleanup(self.write, path, file.read())
        self.write(path, value)

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def test_syn_cookies(self):
        self.sysctl("ipv4/tcp_syncookies", "0")
        self.attach("va", code=1)
        self.assertIn("sysctl net.ipv4.tcp_syncookies=1", self.err)
        self.assert_nothing()

    def test_p23_jit(self):
        """The sysctl as another kernel has it: this one may not be without."""
        folder = os.path.join(self.dir, "core")
        os.mkdir(folder)
        for value, code in ("0", 1), ("1", 0), ("2", 0):
            self.write(os.path.join(folder, "bpf_jit_enable"), value)
            sh("mount", "--bind", folder, "/proc/sys/net/core")
            try:
                self.attach("va", code=code)
            finally:
                sh("umount", "/proc/sys/net/core")
            self.assertEqual("sysctl net.core.bpf_jit_enable=1" in self.err,
                             value == "0")
            if code:
                self.assert_nothing()

    def test_p25_conntrack(self):
        """Where it is a module, nobody may have asked for it yet."""
        loose = "netfilter/nf_conntrack_tcp_loose"
        if not os.path.exists("/proc/sys/net/" + loose):
            sh("sh", "-c", "modprobe nf_conntrack", check=False)
        if not os.path.exists("/proc/sys/net/" + loose):
            self.skipTest("this kernel has no connection tracking")
        self.sysctl(loose, "0")
        self.attach("va")
        self.assertIn("net.netfilter.nf_conntrack_tcp_loose is 0", self.err)
        self.assertIs(self.only()["alive"], True)

    def test_privilege(self):
        for command in ("attach", "detach"):
            done = self.as_nobody(command, "va")
            self.assertEqual(done.returncode, 1)
            for name in ("needs root", "CAP_BPF", "CAP_NET_ADMIN"):
                self.assertIn(name, done.stderr)
        self.assert_nothing()

    def with_capabilities(self, names, *args):
        """As root, who has these and no others."""
        bounds = ",".join(["-all", *("+" + name for name in names)])
        return subprocess.run(
            ["setpriv", "--bounding-set", bounds, DETOUR, "--state",
             self.state, *args], capture_output=True, text=True)

    def attach_with(self, names, *more):
        return self.with_capabilities(names, "attach", "va", "--mode",
                                      "native", "--without-listener", *more)

    def test_each_capability(self):
        """Those that are lacking are named, and no others."""
        wanted = {"bpf", "net_admin", "perfmon"}
        every = wanted | {"sys_admin"}
        for names in ([wanted - {name} for name in sorted(wanted)] +
                      [set(), {"sys_admin"}, {"bpf"}]):
            with self.subTest(has=sorted(names)):
                lacking = wanted - names
                if "sys_admin" in names:
                    lacking = {"net_admin"}
                for command in "attach", "detach":
                    done = self.with_capabilities(names, command, "va")
                    self.assertEqual(done.returncode, 1)
                    said = done.stderr.split("lacking", 1)[1].split()
                    self.assertEqual(said, ["CAP_" + name.upper()
                                            for name in sorted(lacking)])
                self.assert_nothing()
        for names in wanted, {"sys_admin", "net_admin"}, every:
            with self.subTest(has=sorted(names)):
                done = self.attach_with(names)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(len(self.fastpath()), 1)
                done = self.with_capabilities(names, "detach", "va", "--drain",
                                              "0")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_nothing()

    def test_capabilities_to_replace(self):
        """What is attached stays, and answers."""
        wanted = {"bpf", "net_admin", "perfmon"}
        self.attach("va")
        before = self.programs()
        done = self.attach_with(wanted)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lacking CAP_SYS_ADMIN (detach", done.stderr)
        self.assertEqual(self.programs(), before)
        done = self.attach_with(wanted | {"sys_admin"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual(self.programs(), before)

    def test_capability_to_change(self):
        """One does for changes of rules, by whichever command."""
        self.attach("va")
        rule = "a.example", "https://new.example", "301"
        for command in (("add", *rule), ("del", "a.example"), ("rollback",)):
            for names in set(), {"net_admin", "perfmon"}:
                done = self.with_capabilities(names, *command)
                self.assertEqual(done.returncode, 1, command)
                self.assertIn("needs root or CAP_BPF", done.stderr)
            done = self.with_capabilities({"bpf"}, *command)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_not_visible(self):
        self.attach("va")
        for mode in 0o755, 0o700:
            os.chmod(BPFFS, mode)
            done = self.as_nobody("status")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("attached not visible to this user", done.stdout)
            done = self.as_nobody("status", "--json")
            self.assertIsNone(json.loads(done.stdout)["fastpath"])

    def give_away(self):
        self.do("add", "old.example", "https://new.example", "301")
        os.chmod(self.dir, 0o755)
        self.give(NOBODY)

    def test_changes_of_others(self):
        """Who cannot switch the fast path changes nothing."""
        self.give_away()
        self.attach("va")
        add = ("add", "others.example", "https://new.example", "301")
        for mode in 0o755, 0o700:
            os.chmod(BPFFS, mode)
            done = self.as_nobody(*add)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("need root", done.stderr)
        self.do("detach", "va", "--drain", "0")
        self.assertNotIn("attached", os.listdir(self.state))
        done = self.as_nobody(*add)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_mark_of_another_boot(self):
        self.give_away()
        with open(os.path.join(self.state, "attached"), "w") as mark:
            mark.write("an older boot\n")
        done = self.as_nobody("add", "others.example", "https://new.example",
                              "301")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_p5_of_another_state_directory(self):
        self.attach("va")
        first, pins = self.state, self.pins()
        self.state = os.path.join(self.dir, "second")
        whose = (f"the fast path of the state directory {first}, in native "
                 f"mode: detour --state {first} detach va")
        for mode in "auto", "native", "generic":
            self.attach("va", "--mode", mode, code=1)
            self.assertIn("va has " + whose, self.err)
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached: va has " + whose, self.err)
        self.assertEqual(sorted(self.pins()), sorted(pins))
        os.environ["DETOUR_BPFFS"] = os.path.join(BPFFS, "here")
        self.addCleanup(os.environ.pop, "DETOUR_BPFFS", None)
        self.attach("va", code=1)
        self.assertIn("va has a fast path of detour", self.err)
        self.assertIn("pinned elsewhere", self.err)
        del os.environ["DETOUR_BPFFS"]
        self.state = first
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_p5_of_an_odd_path(self):
        """The command is one that a shell takes."""
        first = self.state
        self.state = os.path.join(self.dir, "my state's")
        os.mkdir(self.state)
        self.attach("va")
        self.state = first
        self.attach("va", code=1)
        command = self.err.split("mode: ")[1].strip()
        self.assertEqual(command, f"detour --state '{self.dir}/my "
                         "state'\\''s' detach va")
        sh("sh", "-c", command.replace("detour", DETOUR, 1) + " --drain 0")
        self.assert_nothing()

    def test_p5_of_a_long_path(self):
        """The folder's name has but a part of it."""
        first = self.state
        self.state = os.path.join(self.dir, *3 * (99 * "x",))
        os.makedirs(self.state)
        self.attach("va")
        last, self.state = self.state, first
        self.attach("va", code=1)
        self.assertIn("va has the fast path of a state directory whose path "
                      "is too long to tell, in native mode, pinned in "
                      f"{self.folder()}\n", self.err)
        self.state = last
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_p5_of_others(self):
        for flags, mode in (1 << 2, "native"), (1 << 1, "generic"):
            link = syscalls.xdp_always(socket.if_nametoindex("va"),
                                       syscalls.XDP_PASS, flags)
            try:
                self.attach("va", code=1)
                self.do("detach", "va", code=1)
            finally:
                os.close(link)
            self.assertRegex(self.err, "va has another XDP program: id "
                             rf"\d+, in {mode} mode")


if __name__ == "__main__":
    unittest.main()
