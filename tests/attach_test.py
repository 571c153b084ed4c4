#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The life of what is attached: attach, status, replace, detach, and what is
left when something goes wrong. In namespaces of its own; needs root."""

import ctypes
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time
import unittest

from commands import DETOUR, Case
from serving import Server, wait_for

BPFFS = "/sys/fs/bpf"
ROOT = BPFFS + "/detour"
NOBODY = 65534
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000


def sh(*args, check=True):
    return subprocess.run(args, check=check, capture_output=True, text=True)


def ip(*args):
    sh("ip", *args)


def bpftool(*args):
    return json.loads(sh("bpftool", "-j", *args).stdout or "null")


def setUpModule():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare: run as root")
    sh("mount", "--make-rprivate", "/")
    while not sh("umount", "-l", BPFFS, check=False).returncode:
        pass  # the machine's, so that a test can have none
    ip("link", "set", "lo", "up")


def mapped(text):
    """An address as the map has it."""
    if ":" in text:
        return socket.inet_pton(socket.AF_INET6, text)
    return bytes(10) + b"\xff\xff" + socket.inet_pton(socket.AF_INET, text)


class Attach(Case):
    def setUp(self):
        super().setUp()
        os.chmod(self.dir, 0o755)
        sh("mount", "-t", "bpf", "-o", "mode=0755", "bpf", BPFFS)
        self.addCleanup(sh, "umount", "-l", BPFFS)
        self.veth("va", "vb")
        ip("addr", "add", "10.9.0.1/24", "dev", "va")

    def veth(self, one, other):
        ip("link", "add", one, "type", "veth", "peer", "name", other)
        self.addCleanup(sh, "ip", "link", "del", other, check=False)
        ip("link", "set", one, "up")
        ip("link", "set", other, "up")

    def attach(self, name="va", *args, code=0, **kwargs):
        return self.do("attach", name, "--without-listener", *args, code=code,
                       **kwargs)

    def fastpath(self):
        return json.loads(self.do("status", "--json"))["fastpath"]

    def only(self):
        found = self.fastpath()
        self.assertEqual(len(found), 1)
        return found[0]

    def assert_same(self, before):
        """All but its age, and when it was loaded to the second."""
        found = self.only()
        for one in found, before:
            self.assertLess(one.pop("age"), 60)
            one.pop("since")
        self.assertEqual(found, before)

    def folder(self):
        """The instance's folder, found by looking."""
        name, = os.listdir(ROOT)
        return os.path.join(ROOT, name)

    def pins(self):
        names = []
        for base, dirs, files in os.walk(BPFFS):
            names += [os.path.join(base, name) for name in dirs + files
                      if not name.endswith(".debug")]
        return names

    def links(self, name="va"):
        """The links' numbers."""
        return [bpftool("link", "show", "pinned",
                        f"{self.folder()}/{name}/{kind}")["id"]
                for kind in ("xdp", "tc")]

    def programs(self, name="va"):
        """The numbers of the programs behind the links."""
        return [bpftool("link", "show", "id", str(link))["prog_id"]
                for link in self.links(name)]

    def assert_nothing(self):
        """Neither pins nor programs on any interface of this namespace."""
        self.assertEqual(self.pins(), [])
        self.assert_no_program()

    def assert_no_program(self):
        net, = bpftool("net")
        self.assertEqual((net["xdp"], net["tc"]), ([], []))

    def map(self, name):
        return bpftool("map", "dump", "pinned", f"{self.folder()}/{name}")

    def addresses(self, ifname="va"):
        """The addresses of an interface in the map."""
        index = struct.pack("=I", socket.if_nametoindex(ifname))
        keys = [bytes(int(byte, 16) for byte in entry["key"])
                for entry in self.map("addresses")]
        return {key[4:] for key in keys if key[:4] == index}

    def keys(self):
        entry, = self.map("cookie_keys")
        data = bytes(int(byte, 16) for byte in entry["value"])
        return struct.unpack("=QQ16s16sQ16s", data)

    def constants(self, name="va"):
        """What the XDP program of an interface was loaded with, by name."""
        program = self.programs(name)[0]
        for number in bpftool("prog", "show", "id", str(program))["map_ids"]:
            found = bpftool("map", "dump", "id", str(number))
            if found and ".rodata" in found[0].get("formatted", {}).get(
                    "value", {}):
                return {key: value for one in found[0]["formatted"]["value"][
                    ".rodata"] for key, value in one.items()}
        return self.fail("no constants")

    def listen(self, family, address):
        sock = socket.socket(family, socket.SOCK_STREAM)
        self.addCleanup(sock.close)
        sock.bind((address, 0))
        sock.listen()
        return sock.getsockname()[1]


class Life(Attach):
    def test_attach_and_detach(self):
        self.assertEqual(self.fastpath(), [])
        self.assertIn("attached nowhere", self.do("status"))
        self.assertEqual(self.attach(), "va: attached in native mode, "
                         "port 80\n")
        self.assertEqual(self.err, "")
        found = self.only()
        self.assertEqual(found["interface"], "va")
        self.assertEqual(found["index"], socket.if_nametoindex("va"))
        self.assertEqual(found["mode"], "native")
        self.assertEqual(found["ports"], [80])
        self.assertEqual(found["addresses"], "own")
        self.assertEqual(found["release"], 0)
        self.assertIs(found["alive"], True)
        self.assertIs(found["current"], True)
        self.assertIs(found["draining"], False)
        self.assertLess(abs(found["since"] - time.time()), 60)
        self.assertLess(found["age"], 60)
        net, = bpftool("net")
        self.assertEqual([(one["devname"], one["mode"], one["id"])
                          for one in net["xdp"]],
                         [("va", "driver", found["program"])])
        programs = self.programs()
        self.assertEqual(programs[0], found["program"])
        self.assertIn("attached va, native mode, port 80, answers from "
                      "release 0, program ", self.do("status"))
        self.assertEqual(self.do("detach", "va", "--drain", "0"),
                         "va: detached\n")
        self.assert_nothing()
        self.assertEqual(self.fastpath(), [])
        for program in programs:
            self.assertTrue(wait_for(lambda: sh(
                "bpftool", "prog", "show", "id", str(program),
                check=False).returncode))

    def test_two_interfaces(self):
        self.attach("va")
        self.attach("vb", "--port", "8080,80", "--port", "81,80")
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"va": [80], "vb": [8080, 80, 81]})
        self.do("detach", "va", "--drain", "0")
        self.assertEqual(self.only()["interface"], "vb")
        self.assertEqual(self.addresses("va"), set())
        self.assertNotEqual(self.addresses("vb"), set())
        self.assertEqual(len(self.map("interfaces")), 1)
        self.do("detach", "vb", "--drain", "0")
        self.assert_nothing()

    def test_modes(self):
        self.assertIn("generic mode, port 80", self.attach("lo"))
        self.assertEqual(bytes(self.constants("lo")["mac"]), bytes(8))
        self.assertIn("no native XDP; generic mode is slower", self.err)
        self.assertEqual(self.only()["mode"], "generic")
        self.attach("lo")
        self.assertEqual(self.err, "")
        self.attach("lo", "--mode", "native", code=1)
        self.assertIn("lo is attached in generic mode: detach it first",
                      self.err)
        self.do("detach", "lo", "--drain", "0")
        self.attach("lo", "--mode", "native", code=1)
        self.assertIn("cannot attach to lo: Operation not supported (the "
                      "driver has no native XDP", self.err)
        self.assert_nothing()
        self.attach("va", "--mode", "generic")
        self.assertEqual(self.err, "")
        self.assertEqual(self.only()["mode"], "generic")

    def test_native_refused(self):
        ip("link", "set", "vb", "mtu", "9000")
        ip("link", "set", "va", "mtu", "9000")
        self.attach("va", code=1)
        self.assertIn("its MTU may be too large for native XDP", self.err)
        self.assert_nothing()

    def test_replace(self):
        ip("link", "set", "va", "address", "02:11:22:33:44:fe")
        self.attach()
        self.assertEqual(bytes(self.constants()["mac"]).hex(),
                         "0211223344fe0000")
        ip("link", "set", "va", "address", "02:11:22:33:44:fd")
        links, programs, keys = self.links(), self.programs(), self.keys()
        self.assertEqual(self.attach("va", "--port", "8080"),
                         "va: replaced in native mode, port 8080\n")
        after = self.only()
        self.assertEqual(bytes(self.constants()["mac"]).hex(),
                         "0211223344fd0000")
        self.assertEqual(self.links(), links)
        self.assertFalse(set(self.programs()) & set(programs))
        self.assertEqual(after["ports"], [8080])
        self.assertEqual(self.keys(), keys)
        self.attach("va", "--mode", "generic", code=1)
        self.assertIn("va is attached in native mode: detach it first",
                      self.err)
        self.assert_same(after)

    def test_failed_replacement(self):
        """What was there goes on as it was."""
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va", "--address", "10.9.0.1")
        before, links = self.only(), self.links()
        live = self.path("live")
        with open(live, encoding="ascii") as file:
            text = file.read()
        with open(live, "w", encoding="ascii") as file:
            file.write("nonsense")
        self.attach("va", "--port", "81", code=1)
        self.assertIn("is damaged", self.err)
        with open(live, "w", encoding="ascii") as file:
            file.write(text)
        self.assert_same(before)
        self.assertEqual(self.links(), links)
        self.assertEqual(self.addresses(), {mapped("10.9.0.1")})

    def test_failed_update(self):
        """The last step fails: what the maps say is undone."""
        self.attach("va", "--address", "10.9.0.1")
        before, links = self.only(), self.links()
        pin = self.folder() + "/va/tc"
        sh("bpftool", "link", "pin", "id", str(links[1]), BPFFS + "/kept")
        self.addCleanup(os.unlink, BPFFS + "/kept")
        os.unlink(pin)
        sh("bpftool", "link", "pin", "id", str(links[0]), pin)
        self.attach("va", "--port", "81", "--address", "10.9.0.2", code=1)
        self.assertIn("cannot replace the programs of va", self.err)
        self.assert_same(before)
        self.assertEqual(self.addresses(), {mapped("10.9.0.1")})

    def test_cookie_keys(self):
        """A new key on replacement, if the one that goes is out of use."""
        self.attach()
        current, rotated, *keys, clock, flow = self.keys()
        self.assertEqual(current, 0)
        self.assertEqual(len({bytes(16), *keys, flow}), 4)
        self.assertNotEqual(clock, 0)
        long_ago = max(0, rotated - 3 * 64)
        data = struct.pack("=QQ16s16sQ16s", current, long_ago, *keys, clock,
                           flow)
        sh("bpftool", "map", "update", "pinned",
           self.folder() + "/cookie_keys", "key", "hex", "00", "00", "00",
           "00", "value", "hex", *(f"{byte:02x}" for byte in data))
        self.attach("vb")
        self.assertEqual(self.keys(), (0, long_ago, *keys, clock, flow))
        self.attach()
        current, rotated, *after, same_clock, same_flow = self.keys()
        self.assertEqual((same_clock, same_flow), (clock, flow))
        self.assertEqual(current, 1)
        self.assertGreaterEqual(rotated, long_ago + 3 * 64)
        self.assertEqual(after[0], keys[0])
        self.assertNotIn(after[1], keys)
        self.attach()
        self.assertEqual(self.keys(), (1, rotated, *after, clock, flow))

    def test_release(self):
        self.do("add", "old.example", "https://new.example", "301")
        self.attach()
        self.assertEqual(self.only()["release"], 1)
        self.do("add", "b.example", "https://new.example", "301")
        self.assertEqual(self.only()["release"], 2)
        self.assertIs(self.only()["current"], True)
        with open(self.path("live"), "r+", encoding="ascii") as live:
            live.write("3")
        found = json.loads(self.do("status", "--json", code=1))["fastpath"]
        self.assertIs(found[0]["current"], False)
        self.assertIn("answers from release 2 (NOT the live one",
                      self.do("status", code=1))

    def test_listener(self):
        port = self.listen(socket.AF_INET, "10.9.0.1")
        port6 = self.listen(socket.AF_INET6, "::")
        self.do("attach", "va", "--port", f"{port},{port6}")
        self.do("attach", "va", "--port", f"{port},1", code=1)
        self.assertIn("nothing listens on port 1 (--without-listener",
                      self.err)
        self.assertEqual(self.only()["ports"], [port, port6])

    def test_listener_elsewhere(self):
        """On addresses that the interface does not answer on."""
        port = self.listen(socket.AF_INET, "127.0.0.1")
        port6 = self.listen(socket.AF_INET6, "::1")
        for number, where in (port, "127.0.0.1"), (port6, "::1"):
            self.do("attach", "va", "--port", str(number), code=1)
            self.assertIn(f"nothing listens on port {number} except at "
                          f"{where}, which is not served", self.err)
        self.assert_nothing()
        self.do("attach", "lo", "--port", f"{port},{port6}")
        port = self.listen(socket.AF_INET, "10.9.0.1")
        self.do("attach", "va", "--port", str(port), "--address",
                "10.9.0.1,fd00::1", code=1)
        self.assertIn(f"nothing listens on port {port} of fd00::1 (--without",
                      self.err)
        self.do("attach", "va", "--port", str(port), "--address", "10.9.0.1")

    def test_usage(self):
        many = ",".join(str(port) for port in range(1, 66))
        for args, message in (
                (["attach"], "which interface?"),
                (["attach", "va", "vb"], "'vb' is too much"),
                (["attach", "va", "--port", "0"], "--port: '0' is no port"),
                (["attach", "va", "--port", "80,"], "--port: '' is no port"),
                (["attach", "va", "--port", many], "more than 64 ports"),
                (["attach", "va", "--mode", "x"],
                 "--mode: 'x' is not auto, native or generic"),
                (["attach", "va", "--address", "x"], "'x' is no IP address"),
                (["attach", "va", "--address", "ff02::1"],
                 "'ff02::1' is no address of a host"),
                (["attach", "va", "--address", "0.0.0.0"],
                 "'0.0.0.0' is no address of a host"),
                (["detach"], "which interface?"),
                (["detach", "va", "--drain", "x"],
                 "--drain: 'x' is not a number from 0 to 3600")):
            with self.subTest(args=args):
                self.do(*args, code=2)
                self.assertIn(message, self.err)
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached", self.err)
        self.attach("nothere", code=1)
        self.assertIn("there is no interface 'nothere'", self.err)
        self.attach("va")
        self.do("detach", "vb", code=1)
        self.assertIn("vb is not attached", self.err)

    def test_alternative_name(self):
        other = "the-second.name"
        ip("link", "property", "add", "dev", "va", "altname", other)
        self.assertIn("va: attached", self.attach(other))
        self.assertIn("va: replaced", self.attach("va"))
        self.assertEqual(self.only()["interface"], "va")
        self.do("detach", other[:-1], code=1)
        self.do("detach", "y" * 4000, code=1)
        self.do("detach", other, "--drain", "0")
        self.assert_nothing()

    def test_odd_names(self):
        """Of the interface and of the state directory."""
        self.state = os.path.join(self.dir, "a.b-c_d/" + "long" * 60)
        for name in ("releases", "a.b-c_d", "at_1_2"):
            self.veth(name, "peer")
            self.attach(name)
            self.assertEqual(self.only()["interface"], name)
            self.do("detach", name, "--drain", "0")
            self.assert_nothing()
            ip("link", "del", name)


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
        self.assertIn(f"no bpf file system at {BPFFS}: mount -t bpf bpf "
                      f"{BPFFS}", self.err)
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

    def test_conntrack(self):
        self.sysctl("netfilter/nf_conntrack_tcp_loose", "0")
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

    def test_another_program(self):
        self.attach("va")
        program = self.only()["program"]
        first, pins = self.state, self.pins()
        self.state = os.path.join(self.dir, "second")
        for mode in "auto", "native", "generic":
            self.attach("va", "--mode", mode, code=1)
            self.assertIn(f"va has another XDP program: id {program}, in "
                          "native mode", self.err)
        self.assertEqual(sorted(self.pins()), sorted(pins))
        self.state = first
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()


class Leftovers(Attach):
    def test_deleted_interface(self):
        self.attach("va")
        self.attach("lo")
        ip("link", "del", "va")
        found = {one["interface"]: one["alive"] for one in self.fastpath()}
        self.assertEqual(found, {"va": False, "lo": True})
        self.assertIn("attached va, which is GONE", self.do("status"))
        self.do("detach", "va")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertEqual(len(self.map("interfaces")), 1)

    def test_made_again(self):
        self.attach("va")
        ip("link", "del", "va")
        self.veth("vx", "vy")
        self.veth("va", "vb")
        self.assertEqual(self.attach("va"),
                         "va: attached in native mode, port 80\n")
        self.assertIs(self.only()["alive"], True)
        self.assertEqual(len(self.map("interfaces")), 1)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_others_are_cleaned(self):
        """Attaching one interface removes what deleted ones left."""
        self.attach("va")
        ip("link", "del", "va")
        self.attach("lo")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertEqual(len(self.map("interfaces")), 1)

    def test_without_links(self):
        self.attach("va")
        for name in "xdp", "tc":
            with self.subTest(lost=name):
                os.unlink(f"{self.folder()}/va/{name}")
                self.assertTrue(wait_for(
                    lambda: not self.only()["alive"]))
                self.attach("va")
                self.assertIs(self.only()["alive"], True)
                self.assertEqual(len(self.links()), 2)
        os.unlink(f"{self.folder()}/va/xdp")
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_unfinished(self):
        self.attach("va")
        folder = self.folder()
        self.do("detach", "va", "--drain", "0")
        os.makedirs(folder + "/va/at_1_1")
        os.mkdir(folder + "/layout_2")
        self.assertEqual(self.fastpath(), [])
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        self.assertEqual(self.only()["release"], 1)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()
        os.makedirs(folder)
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached", self.err)

    def test_other_layout(self):
        self.attach("va")
        os.rmdir(self.folder() + "/layout_2")
        os.mkdir(self.folder() + "/layout_0")
        self.attach("va", code=1)
        self.assertIn("is of another version of detour", self.err)
        self.assertIs(self.only()["alive"], True)
        ip("link", "del", "va")
        self.attach("lo")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertIn("layout_2", os.listdir(self.folder()))

    def test_missing_map(self):
        self.attach("va")
        os.unlink(self.folder() + "/releases")
        self.assertEqual(self.fastpath(), [])
        self.attach("va", code=1)
        self.assertIn("detach that first", self.err)
        self.do("detach", "va")
        self.assert_nothing()

    def test_lost_state(self):
        self.attach("va")
        shutil.rmtree(self.state)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_interrupted_drain(self):
        self.attach("va")
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        self.assertIn(", draining\n", self.do("status"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertIs(self.only()["draining"], True)
        self.attach("va")
        self.assertIs(self.only()["draining"], False)
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        process.kill()
        process.wait()
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_change_while_draining(self):
        """Draining takes its time, and holds up no change."""
        self.attach("va")
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        self.do("add", "old.example", "https://new.example", "301")
        self.assertEqual(self.only()["release"], 1)
        self.assertIsNone(process.poll())
        process.kill()
        process.wait()

    def test_killed(self):
        """An attach killed anywhere is mended by the next. Most of its time
        goes into verifying the programs, the rest is before and behind."""
        rng = random.Random(5)
        command = [DETOUR, "--state", self.state, "attach", "va",
                   "--without-listener"]
        start = time.monotonic()
        self.attach("va")
        took = time.monotonic() - start
        for i in range(10):
            if i % 2:
                self.do("detach", "va", "--drain", "0")
            part = rng.choice((0.1, 0.9, 1)) + 0.1 * rng.random()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(part * took)
            process.kill()
            process.wait()
            self.attach("va")
            self.assertIs(self.only()["alive"], True)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_at_once(self):
        """Attaching and detaching at the same time take turns."""
        command = [DETOUR, "--state", self.state]
        ran = [subprocess.Popen(
            command + (["attach", name, "--without-listener"] if i % 3 else
                       ["detach", name, "--drain", "0"]),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for i in range(4) for name in ("va", "vb")]
        for i, process in enumerate(ran):
            _, err = process.communicate()
            if process.returncode:
                self.assertIn("is not attached", err)
        for name in "va", "vb":
            self.attach(name)
        self.assertEqual(len(self.fastpath()), 2)
        for name in "va", "vb":
            self.do("detach", name, "--drain", "0")
        self.assert_nothing()


    def test_two_states_at_once(self):
        """What both are in is neither's to take away."""
        script = ('for i in 1 2; do "$0" --state "$1" attach "$2"'
                  ' --without-listener && "$0" --state "$1" detach "$2" '
                  '--drain 0 || exit 1; done')
        ran = [subprocess.Popen(
            ["sh", "-c", script, DETOUR, self.state + name, name],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for name in ("va", "vb", "lo")]
        for process in ran:
            _, err = process.communicate()
            self.assertEqual(process.returncode, 0, err)
        self.assert_nothing()


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

    def test_owner(self):
        """A server that never was root, in a state directory of its own."""
        self.do("add", "old.example", "https://new.example", "301")
        for base, dirs, files in os.walk(self.state):
            for name in [base] + [os.path.join(base, name)
                                  for name in dirs + files]:
                os.chown(name, NOBODY, NOBODY)
        self.attach("va")
        server = Server(self.state, user=NOBODY, group=NOBODY,
                        extra_groups=[])
        self.addCleanup(server.stop)
        self.follows()
        self.assert_quiet(server)

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
