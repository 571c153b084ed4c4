# SPDX-License-Identifier: BSD-2-Clause
"""An instance of the fast path that is its maps alone, without programs."""

import os
import shutil
import unittest

import netns
import syscalls
from commands import Case
from fast_arena import (
    BASE_AT, HEADER, LAYOUT, OBJ_PIN, Mapped, arena_create, pin_command)

CAP_BPF, CAP_SYS_ADMIN, PR_CAPBSET_DROP = 39, 21, 24
NOBODY = 65534


def drop_bpf():
    """For a child: root without the right to make BPF maps."""
    for capability in (CAP_BPF, CAP_SYS_ADMIN):
        syscalls.libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def escaped(path):
    return "".join("-" if c == "/" else c if c.isalnum() else "_%02x" % ord(c)
                   for c in os.path.realpath(path)[1:])


def setUpModule():
    """For each module of tests, by its name."""
    if os.geteuid():
        raise unittest.SkipTest("needs root")
    netns.private_bpffs()


class Instance(Case):
    def setUp(self):
        super().setUp()
        self.folder = "%s/detour/%s" % (netns.BPFFS, escaped(self.state))
        self.arena = self.folder + "/arena"

    def make(self, create=arena_create):
        """What attach makes, as far as releases need it."""
        os.makedirs(self.folder + LAYOUT, exist_ok=True)
        fd = create()
        pin_command(OBJ_PIN, self.arena, fd)
        os.close(fd)
        self.addCleanup(shutil.rmtree, self.folder, True)

    def in_arena(self):
        """The live map's area, its base's or None, and all that are there."""
        with Mapped(self.arena) as arena:
            areas = arena.areas()
            live, base = arena.live()
            return areas.get(live), areas.get(base), list(areas.values())

    def loaded(self):
        return self.in_arena()[0].file()

    def number(self):
        """Another one for each load."""
        return self.in_arena()[0].number

    def base_number(self):
        return self.in_arena()[1].number

    def wanted(self):
        with open(self.path("live"), encoding="ascii") as live:
            release, name = live.read().split()
        if name == "-":
            return int(release), 0, 0, ""
        file = os.stat(self.path("maps", name))
        return int(release), file.st_ino, file.st_mtime_ns, name

    def assert_switched(self, message=None):
        """What is live answers; of an overlay, over its base; and nothing else
        is there."""
        live, base, all_areas = self.in_arena()
        self.assertEqual(live.file(), self.wanted(), message)
        overlay = self.overlay()
        self.assertEqual(base and base.name, overlay, message)
        if overlay:
            file = os.stat(self.path("maps", overlay))
            self.assertEqual((base.inode, base.written),
                             (file.st_ino, file.st_mtime_ns), message)
        self.assertCountEqual(all_areas, [x for x in (live, base) if x],
                              message)

    def overlay(self):
        """The name of the live map's base, None if it is no overlay."""
        with open(self.path("live"), encoding="ascii") as live:
            name = live.read().split()[1]
        if name == "-":
            return None
        with open(self.path("maps", name), "rb") as file:
            header = file.read(HEADER)
        return header[BASE_AT:BASE_AT + 64].rstrip(b"\0").decode() or None

    def all_that_is(self):
        return (self.snapshot(), sorted(os.listdir(self.path("maps"))),
                self.loaded(), self.number())

    def lag(self, *args, stdin=None):
        """A change that ends between the cutover and the switch."""
        aside = self.folder + "_aside"
        os.rename(self.folder, aside)
        self.do(*args, stdin=stdin)
        os.rename(aside, self.folder)
        self.assertNotEqual(self.loaded(), self.wanted())

    def changes(self):
        path = self.write("new.txt", "c.example/ https://c.example/ 301\n")
        return (["add", "b.example/", "https://b.example/", "301"],
                ["set", "a.example/", "https://b.example/", "302"],
                ["del", "a.example/"], ["import", path],
                ["import", "--replace", path], ["rollback"],
                ["rollback", "0"])

    def two_releases(self):
        self.make()
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/x", "https://a.example/", "301")
        self.assert_switched()


def many(count=10000):
    """Rules that are enough for an overlay over them."""
    return "".join("h%d.example/%d https://t.example/ 301\n" % (i // 100, i)
                   for i in range(count))
