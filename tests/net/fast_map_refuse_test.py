#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is said, and what stays, where the fast path's release cannot follow:
without privilege, memory, room or maps of this version."""

import os
import shutil
import stat
import struct
import subprocess
import unittest

import netns
from commands import DETOUR
from fast_arena import (
    AREAS_AT, ARENA_SIZE, CONTROL, LAYOUT, PAGE, Mapped, arena_create_in,
    array_create)
from fast_instance import NOBODY, Instance, drop_bpf, setUpModule
from memory_group import memory_group


class Refused(Instance):
    """A change that cannot be switched changes nothing."""

    def assert_refused(self, text, args, **how):
        before = self.all_that_is()
        done = subprocess.run([DETOUR, "--state", self.state, *args],
                              capture_output=True, text=True, timeout=120,
                              check=False, **how)
        self.assertEqual(done.returncode, 1, (args, done))
        self.assertIn(text, done.stderr, args)
        self.assertEqual(done.stdout, "", args)
        self.assertEqual(self.all_that_is(), before, args)

    def test_without_the_right_to_make_maps(self):
        self.two_releases()
        for args in self.changes():
            self.assert_refused("needs root or CAP_BPF", args,
                                preexec_fn=drop_bpf)

    def test_as_a_user_who_may_not_use_the_maps(self):
        self.two_releases()
        os.chmod(self.dir, 0o755)
        subprocess.run(["chown", "-R", str(NOBODY), self.state], check=True)
        copy = shutil.copy(DETOUR, self.dir)
        for mode in (0o600, 0o644):  # of others; a map that can be read only
            os.chmod(self.arena, mode)
            for args in self.changes():
                before = self.all_that_is()
                done = subprocess.run(
                    [copy, "--state", self.state, *args], text=True,
                    capture_output=True, timeout=120, check=False,
                    user=NOBODY, group=NOBODY, extra_groups=[])
                self.assertEqual(done.returncode, 1, (args, done))
                self.assertIn("changes of its maps need root", done.stderr, args)
                self.assertEqual(self.all_that_is(), before, args)

    def test_a_user_who_cannot_see_the_fast_path(self):
        self.two_releases()
        os.chmod(self.dir, 0o755)
        subprocess.run(["chown", "-R", str(NOBODY), self.state], check=True)
        copy = shutil.copy(DETOUR, self.dir)
        mode = stat.S_IMODE(os.stat(netns.BPFFS).st_mode)
        os.chmod(netns.BPFFS, 0o700)
        self.addCleanup(os.chmod, netns.BPFFS, mode)
        done = subprocess.run(
            [copy, "--state", self.state, "del", "a.example/"], text=True,
            capture_output=True, timeout=120, check=False,
            user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.loaded()[0], self.live() - 1)
        self.do("rollback", str(self.live()))
        self.assert_switched()

    def test_without_memory(self):
        """It is the memory of the group in which the arena was made."""
        group = memory_group(8 << 20)
        self.addCleanup(os.rmdir, group)
        self.make(lambda: arena_create_in(group))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/x", "https://a.example/", "301")
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(200000)))
        self.assert_refused("KiB of BPF memory", ["import", path])
        self.assert_switched()
        for name in ("memory.limit_in_bytes", "memory.max"):
            if os.path.exists(os.path.join(group, name)):
                with open(os.path.join(group, name), "w",
                          encoding="ascii") as out:
                    out.write(str(1 << 30))
        self.do("import", path)
        self.assert_switched()

    def test_maps_of_another_version(self):
        self.two_releases()
        os.rmdir(self.folder + LAYOUT)
        os.mkdir(self.folder + "/layout_0")
        for args in self.changes():
            self.assert_refused("another version", args)

    def test_a_cutover_that_fails(self):
        self.two_releases()
        os.mkdir(self.path("live.tmp"))
        for args in self.changes():
            self.assert_refused("live.tmp", args)

    def test_no_arena_in_its_place(self):
        self.two_releases()
        os.unlink(self.arena)
        self.make(array_create)
        for args in self.changes():
            before = self.snapshot(), sorted(os.listdir(self.path("maps")))
            self.do(*args, code=1)
            self.assertIn("cannot map the fast path's memory", self.err)
            self.assertEqual(
                (self.snapshot(), sorted(os.listdir(self.path("maps")))),
                before, args)
        os.unlink(self.arena)
        self.make()
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_no_room_beside_what_is_live(self):
        self.two_releases()
        os.unlink(self.arena)
        self.make()
        self.do("add", "a.example/x", "https://a.example/", "301")
        with Mapped(self.arena) as arena:
            self.assertEqual(arena.live(), (AREAS_AT, 0))
            # as if it went on to a page before the end
            large = ARENA_SIZE - AREAS_AT - PAGE
            arena.write(CONTROL.size + 8, struct.pack("=Q", large))
        for args in self.changes():
            self.assert_refused("4 GiB at most", args)


if __name__ == "__main__":
    unittest.main()
