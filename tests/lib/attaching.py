# SPDX-License-Identifier: BSD-2-Clause
"""Attaching in tests: a network with interfaces of its own, and what of detour
is there. Needs root."""

import json
import os
import socket
import struct
import subprocess

import syscalls
from commands import Case
from serving import Server, wait_for

BPFFS = "/sys/fs/bpf"
ROOT = BPFFS + "/detour"
NOBODY = 65534


def sh(*args, check=True):
    return subprocess.run(args, check=check, capture_output=True, text=True)


def ip(*args):
    sh("ip", *args)


def bpftool(*args):
    return json.loads(sh("bpftool", "-j", *args).stdout or "null")


def setUpModule():
    syscalls.private_mounts()
    syscalls.unshare(syscalls.NEWNET)
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
        os.mkdir(self.state)
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
        """In native mode, where the interface has it and nothing is said."""
        if "--mode" not in args and name != "lo":
            args += "--mode", "native"
        return self.do("attach", name, "--without-listener", *args, code=code,
                       **kwargs)

    def give(self, uid):
        """The state directory, and what is in it."""
        for base, dirs, files in os.walk(self.state):
            for name in [base, *(os.path.join(base, name)
                                 for name in dirs + files)]:
                os.chown(name, uid, uid)

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

    def addresses(self, ifname="va", kind=1):
        """The addresses of an interface in the map: served, or martian (2)."""
        index = struct.pack("=I", socket.if_nametoindex(ifname))
        entries = [[bytes(int(byte, 16) for byte in entry[part])
                    for part in ("key", "value")]
                   for entry in self.map("addresses")]
        return {key[4:] for key, value in entries
                if key[:4] == index and value == struct.pack("=I", kind)}

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


class Following(Attach):
    """With a server, which keeps the map's addresses as the host has them."""
    OWN = {mapped("10.9.0.1")}

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
