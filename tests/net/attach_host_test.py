#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What attach needs of a host, and what changes there meanwhile: names and
addresses of interfaces."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest

import syscalls
from attaching import (Attach, BPFFS, ROOT, ip, mapped, NOBODY, sh,
                       setUpModule)
from commands import DETOUR
from serving import Server, wait_for

SERVICE = 4711  # a user of its own


class Foreign(Attach):
    """Folders that another user has made, or may write to."""

    def foreign(self, path, uid=NOBODY, mode=0o755):
        os.mkdir(path)
        os.chown(path, uid, uid)
        os.chmod(path, mode)

    def refused(self, path, *reasons):
        """Nothing is attached there, and that keeps nobody from changes."""
        self.attach("va", code=1)
        for reason in path, *reasons:
            self.assertIn(reason, self.err)
        self.assert_no_program()
        self.assertEqual(self.fastpath(), [])
        self.do("set", "old.example", "https://new.example", "307")
        self.do("set", "old.example", "https://new.example", "301")

    def test_p16_root_of_another(self):
        self.foreign(ROOT)
        self.refused(ROOT, f"belongs to the user with the number {NOBODY}")
        os.rmdir(ROOT)
        self.attach("va")

    def test_p16_root_that_others_write(self):
        for mode in 0o775, 0o757, 0o1777:
            self.foreign(ROOT, 0, mode)
            self.refused(ROOT, "may be written by others")
            os.rmdir(ROOT)

    def test_p16_link(self):
        """It is a link of another user's to a folder of root's."""
        self.foreign(BPFFS + "/mine", 0)
        os.symlink(BPFFS + "/mine", ROOT)
        os.chown(ROOT, NOBODY, NOBODY, follow_symlinks=False)
        self.refused(ROOT, "belongs to")

    def test_p16_instance_of_another(self):
        self.attach("va")
        folder = self.folder()
        self.do("detach", "va", "--drain", "0")
        os.mkdir(ROOT)
        self.foreign(folder)
        self.assertEqual(self.fastpath(), [])
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        self.assertEqual(os.stat(folder).st_uid, 0)

    def test_p16_replaced(self):
        """While something is attached, no change is made behind its back."""
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        os.rename(ROOT, BPFFS + "/away")
        self.foreign(ROOT)
        for args in (("set", "old.example", "https://new.example", "307"),
                     ("status",), ("detach", "va"), ("stats",)):
            self.do(*args, code=1)
            self.assertIn("belongs to", self.err)
        self.assertEqual(self.live(), 1)
        os.rmdir(ROOT)
        os.rename(BPFFS + "/away", ROOT)
        self.do("set", "old.example", "https://new.example", "307")
        self.assertIs(self.only()["current"], True)

    def test_p16_file_system_of_another(self):
        for uid, mode in (NOBODY, 0o755), (0, 0o777), (0, 0o775):
            os.chown(BPFFS, uid, 0)
            os.chmod(BPFFS, mode)
            self.attach("va", code=1)
            self.assertIn(f"{BPFFS} ", self.err)
            self.assertIn(f"chown root {BPFFS} && chmod 0700 {BPFFS}",
                          self.err)
            self.assert_nothing()
        os.chown(BPFFS, 0, 0)
        for mode in 0o1777, 0o755, 0o700:
            os.chmod(BPFFS, mode)
            self.attach("va")
            self.do("detach", "va", "--drain", "0")


class NetnsExec(Attach):
    """ip netns exec, in a process namespace whose first process is ours."""

    def sh(self, script, code=0):
        """A script with $D for detour; its outputs."""
        done = subprocess.run(
            ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-e", "-c",
             "mount -t tmpfs tmpfs /run\n"
             f"D='{DETOUR} --state {self.state}'\n"
             "attach='attach va --mode generic --without-listener'\n"
             "ip netns add space\nin='ip netns exec space'\n"
             "$in ip link add va type veth peer name vb\n"
             "$in ip link set va up\n" + script],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done)
        return done.stdout, done.stderr

    def test_p4_works(self):
        """What is attached there stays, and is seen from outside."""
        out, err = self.sh("""
            $in $D $attach
            $in $D status | grep ^attached
            nsenter --net=/run/netns/space $D status | grep ^attached
            nsenter --net=/run/netns/space $D detach va --drain 0
            $in $D status | grep ^attached""")
        self.assertEqual(err, "")
        first, *seen, detached, last = out.splitlines()
        self.assertIn("va: attached", first)
        self.assertEqual(len(seen), 2)
        for line in seen:
            self.assertIn("attached va, generic mode", line)
        self.assertEqual((detached, last),
                         ("va: detached", "attached nowhere"))
        self.assert_nothing()

    def test_p4_hidden(self):
        """A file system that goes with the shell is not taken."""
        _, err = self.sh(f"""
            umount {BPFFS}
            $in sh -c "mount -t bpf bpf {BPFFS} && $D $attach" """, code=1)
        self.assertIn('outside of "ip netns exec"', err)
        self.assertIn("nsenter --net=/run/netns/NAME", err)
        self.assertIn("DETOUR_BPFFS", err)

    def test_p4_another_place(self):
        out, _ = self.sh(f"""
            umount {BPFFS}
            mkdir /run/bpf
            mount -t bpf -o mode=0700 bpf /run/bpf
            export DETOUR_BPFFS=/run/bpf/detour
            $in $D $attach
            nsenter --net=/run/netns/space $D detach va --drain 0""")
        self.assertEqual(out.split()[-2:], ["va:", "detached"])


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
        for folder, _, files in os.walk(self.state):
            for name in [folder, *(os.path.join(folder, f) for f in files)]:
                os.chown(name, NOBODY, NOBODY)

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


class Names(Attach):
    def rename(self, *pairs):
        for old, _ in pairs:
            ip("link", "set", old, "down")
        for i, (old, _) in enumerate(pairs):
            ip("link", "set", old, "name", f"tmp{i}")
        for i, (_, new) in enumerate(pairs):
            ip("link", "set", f"tmp{i}", "name", new)
            ip("link", "set", new, "up")

    def test_renamed(self):
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        self.assertEqual(self.attach("vc"),
                         "vc: replaced in native mode, port 80\n")
        self.assertEqual(self.only()["interface"], "vc")
        self.assertEqual(self.links("vc"), links)
        self.rename(("vc", "va"))
        self.do("detach", "vc", "--drain", "0", code=1)
        self.assertIn("vc is not attached", self.err)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_name_taken(self):
        """The name of one that was renamed goes to a new interface."""
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        self.veth("va", "vz")
        self.assertIn("va: attached", self.attach("va"))
        self.assertEqual({one["interface"] for one in self.fastpath()},
                         {"va", "vc"})
        self.assertEqual(self.links("vc"), links)

    def test_swapped(self):
        self.attach("va", "--port", "1")
        self.attach("vb", "--port", "2")
        links = self.links("va"), self.links("vb")
        self.rename(("va", "vb"), ("vb", "va"))
        self.attach("lo")
        self.assertEqual((self.links("vb"), self.links("va")), links)
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"vb": [1], "va": [2], "lo": [80]})
        self.rename(("vb", "va"), ("va", "vb"))

    def test_name_of_the_deleted(self):
        self.attach("va")
        self.veth("vx", "vy")
        self.attach("vx")
        links = self.links("vx")
        ip("link", "del", "va")
        self.rename(("vx", "va"))
        self.do("detach", "lo", code=1)
        self.assertEqual(self.only()["interface"], "va")
        self.assertEqual(self.links("va"), links)

    def test_p20_renamed(self):
        """Status has the new name, which detach and attach take."""
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        found = self.only()
        self.assertEqual((found["interface"], found["alive"],
                          found["namespace"]), ("vc", True, "this"))
        self.assertIn("attached vc, native mode", self.do("status"))
        self.assertEqual(self.attach("vc"),
                         "vc: replaced in native mode, port 80\n")
        self.assertEqual(self.links("vc"), links)
        self.rename(("vc", "vd"))
        self.do("detach", "vc", code=1)
        self.do("detach", "vd", "--drain", "0")
        self.assert_nothing()

    def test_p20_swapped(self):
        self.attach("va", "--port", "1")
        self.attach("vb", "--port", "2")
        self.rename(("va", "vb"), ("vb", "va"))
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"vb": [1], "va": [2]})

    def move(self, name):
        """Give an interface away to a network namespace of a process, which
        ends with the test."""
        holder = subprocess.Popen(["unshare", "--net", "cat"],
                                  stdin=subprocess.PIPE)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdin.close)
        own = os.stat("/proc/self/ns/net").st_ino
        self.assertTrue(wait_for(lambda: os.stat(
            f"/proc/{holder.pid}/ns/net").st_ino != own))
        ip("link", "set", name, "netns", str(holder.pid))

    def assert_moved(self, name="va"):
        found = [one for one in self.fastpath() if one["interface"] == name]
        self.assertEqual([one["namespace"] for one in found], ["moved"])
        self.assertIn(f"attached {name}, native mode", self.do("status"))
        self.assertIn("MOVED to another network namespace: detach it",
                      self.do("status"))

    def test_p20_moved(self):
        """Into another namespace, and another takes its name and number."""
        index = socket.if_nametoindex("va")
        self.attach("va")
        self.move("va")
        self.assert_moved()
        ip("link", "add", "va", "type", "veth", "peer", "name", "vy")
        self.addCleanup(ip, "link", "del", "va")
        self.assert_moved()
        self.attach("va", code=1)
        self.assertIn("va of another network namespace is attached as number "
                      f"{index}: detach va, ", self.err)
        ip("link", "del", "va")
        ip("link", "add", "vz", "index", str(index), "type", "veth", "peer",
           "name", "vy")
        self.assert_moved()
        self.attach("vz", code=1)
        self.assertIn(f"attached as number {index}: detach va, ", self.err)
        ip("link", "set", "vz", "name", "va")
        self.attach("va", code=1)
        self.assertIn(f"attached as number {index}: detach va, ", self.err)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()
        self.assertIn("va: attached", self.attach("va"))
        self.assertEqual(self.only()["namespace"], "this")

    def test_p20_made_anew(self):
        """Deleted, and made anew by the same name and number."""
        index = socket.if_nametoindex("va")
        self.attach("va")
        ip("link", "del", "va")
        self.assertIs(self.only()["alive"], False)
        ip("link", "add", "va", "index", str(index), "type", "veth", "peer",
           "name", "vb")
        self.assertIs(self.only()["alive"], False)
        self.assertIn("va: attached", self.attach("va"))
        self.assertIs(self.only()["alive"], True)
        self.assertEqual(self.only()["index"], index)

    def test_other_namespace(self):
        """An interface of the same number elsewhere is not this one."""
        self.attach("lo")
        done = subprocess.run(
            ["unshare", "--net", DETOUR, "--state", self.state, "attach",
             "lo", "--without-listener"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lo of another network namespace is attached as number "
                      "1", done.stderr)
        self.assertIs(self.only()["alive"], True)


class Addresses(Attach):
    OWN = {mapped("10.9.0.1")}

    def ipv4(self, name="va"):
        return {addr for addr in self.addresses(name)
                if addr[:12] == mapped("0.0.0.0")[:12]}

    def follows(self, name="va"):
        """Whether a change of the addresses arrives in the map."""
        want = self.OWN | {mapped("10.9.0.7"), mapped("fd00::7")}
        ip("addr", "add", "10.9.0.7/24", "dev", "vb")
        ip("addr", "add", "fd00::7/64", "dev", "vb", "nodad")
        self.assertTrue(wait_for(lambda: want <= self.addresses(name)))
        ip("addr", "del", "10.9.0.7/24", "dev", "vb")
        ip("addr", "del", "fd00::7/64", "dev", "vb")
        self.assertTrue(wait_for(
            lambda: not self.addresses(name) & (want - self.OWN)))

    def serve(self, *args):
        server = Server(self.state, *args)
        self.addCleanup(server.stop)
        return server

    def assert_quiet(self, server):
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(server.lines), 1, server.lines)

    def test_own(self):
        ip("addr", "add", "fd00::1/64", "dev", "vb", "nodad")
        self.attach("va")
        found = self.addresses()
        self.assertIn(mapped("fd00::1"), found)
        self.assertEqual(self.ipv4(), self.OWN)
        links = [addr for addr in found if addr[:2] == b"\xfe\x80"]
        self.assertEqual(len(links), 2)
        self.attach("lo")
        self.assertEqual(self.ipv4("lo"), self.OWN | {mapped("127.0.0.1")})
        self.assertIn(mapped("::1"), self.addresses("lo"))
        ip("addr", "del", "fd00::1/64", "dev", "vb")
        ip("addr", "add", "10.9.0.2/24", "dev", "va")
        self.attach("va")
        self.assertEqual(self.ipv4(), self.OWN | {mapped("10.9.0.2")})
        self.assertNotIn(mapped("fd00::1"), self.addresses())

    def test_given(self):
        self.attach("va", "--address", "192.0.2.1,fd00::5", "--address",
                    "10.9.0.1")
        want = {mapped(text) for text in ("192.0.2.1", "fd00::5", "10.9.0.1")}
        self.assertEqual(self.addresses(), want)
        self.assertEqual(set(self.only()["addresses"]),
                         {"192.0.2.1", "fd00::5", "10.9.0.1"})
        self.attach("lo")
        server = self.serve()
        self.follows("lo")
        self.assertEqual(self.addresses(), want)
        self.assert_quiet(server)
        self.attach("va")
        self.assertEqual(self.ipv4(), self.OWN)

    PREFIXES = ("192.0.2.0/24", "2001:db8:5::/64")

    def test_p20_prefixes(self):
        self.attach("va", "--address", ",".join(self.PREFIXES), "--address",
                    "10.9.0.1")
        self.assertEqual(self.only()["addresses"],
                         ["10.9.0.1", *sorted(self.PREFIXES)])
        self.assertEqual(self.constants()["by_prefix"], 1)
        self.attach("vb", "--address", "192.0.2.0/25")
        self.assertEqual(len(self.map("prefixes")), 3)
        server = self.serve()
        ip("addr", "add", "10.9.0.7/24", "dev", "vb")
        ip("addr", "del", "10.9.0.7/24", "dev", "vb")
        self.attach("va", "--address", "2001:db8:5::/64,192.0.2.0/26")
        self.assertEqual(self.addresses(), set())
        self.assertEqual(len(self.map("prefixes")), 3)
        self.assert_quiet(server)
        self.attach("va")
        self.assertEqual(self.only_of("va")["addresses"], "own")
        self.assertEqual(self.constants()["by_prefix"], 0)
        self.assertEqual(len(self.map("prefixes")), 1)
        self.do("detach", "vb", "--drain", "0")
        self.assertEqual(self.map("prefixes"), [])

    def only_of(self, name):
        return {one["interface"]: one for one in self.fastpath()}[name]

    def test_p20_prefixes_undone(self):
        """An attach that fails leaves those that were there."""
        self.attach("va", "--address", self.PREFIXES[0])
        with open(self.path("live"), "w", encoding="ascii") as file:
            file.write("nonsense")
        self.attach("va", "--address", self.PREFIXES[1], code=1)
        os.unlink(self.path("live"))
        self.assertEqual(self.only()["addresses"], [self.PREFIXES[0]])

    def test_p20_martians_followed(self):
        server = self.serve()
        self.attach("va")
        self.attach("vb", "--address", "10.9.0.1")
        served = {"va": self.OWN, "vb": {mapped("10.9.0.1")}}
        own, broadcast = mapped("10.9.5.7"), mapped("10.9.5.255")

        def has(name, kind, some):
            return some <= self.addresses(name, kind)

        def gone():
            return not any({own, broadcast} & self.addresses(name, kind)
                           for name in served for kind in (1, 2))

        for name in served:
            self.assertTrue(has(name, 2, {mapped("10.9.0.255")}))
        ip("addr", "add", "10.9.5.7/24", "dev", "vb")
        self.assertTrue(wait_for(lambda: has("va", 1, {own})
                                 and has("va", 2, {broadcast})
                                 and has("vb", 2, {own, broadcast})))
        self.assertEqual(self.only_of("vb")["addresses"], ["10.9.0.1"])
        ip("addr", "del", "10.9.5.7/24", "dev", "vb")
        self.assertTrue(wait_for(gone))
        for name, some in served.items():
            self.assertTrue(has(name, 1, some))
        self.assert_quiet(server)

    def test_p20_served_or_martian(self):
        """An address changes from one to the other."""
        given, other = mapped("10.9.0.1"), mapped("10.9.0.2")
        ip("addr", "add", "10.9.0.2/24", "dev", "va")
        for _ in range(2):
            self.attach("va", "--address", "10.9.0.1")
            self.assertEqual(self.addresses(), {given})
            self.assertIn(other, self.addresses(kind=2))
            self.attach("va")
            self.assertLessEqual({given, other}, self.addresses())
            self.assertFalse({given, other} & self.addresses(kind=2))

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

    def give(self, uid):
        """The state directory, and what is in it."""
        for base, dirs, files in os.walk(self.state):
            for name in [base, *(os.path.join(base, name)
                                 for name in dirs + files)]:
                os.chown(name, uid, uid)

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
