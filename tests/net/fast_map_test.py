#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How the fast path's release follows the live one. The programs play no part
in it: the instance is the maps alone, but for the last class."""

import os
import random
import shutil
import signal
import struct
import subprocess
import time
import unittest
import zlib

import netns
import syscalls
from commands import DETOUR
from fast_arena import ARENA_SIZE, HEADER, LAYOUT, PAGE, Mapped
from fast_instance import (
    CAP_SYS_ADMIN, PR_CAPBSET_DROP, Instance, many, setUpModule)
class Switched(Instance):
    def test_every_kind_of_change(self):
        self.make()
        path = self.write("many.txt", "".join(
            "h%d.example/%d https://t.example/ 301\n" % (i // 50, i)
            for i in range(20000)))
        for number, args in enumerate((
                ["add", "a.example/", "https://b.example/", "301"],
                ["set", "a.example/", "https://b.example/", "302"],
                ["import", path],
                ["del", "a.example/"],
                ["rollback"],
                ["rollback", "0"],
                ["add", "a.example/", "https://b.example/", "301"],
                ["del", "a.example/"],
                ["import", "--replace", path]), 1):
            before = self.number() if number > 1 else None
            self.do(*args)
            self.assertEqual(self.err, "")
            self.assertEqual(self.live(), number)
            self.assert_switched(args)
            self.assertNotEqual(self.number(), before, args)
        self.assertEqual(self.loaded()[3], "9.map")

    def test_no_change_loads_nothing(self):
        self.two_releases()
        before = self.all_that_is()
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/", "https://b.example/", "301", code=1)
        self.do("rollback", "2")
        self.do("import", "-", stdin="a.example/ https://a.example/ 301\n")
        self.assertEqual(self.all_that_is(), before)

    def test_two_states_have_nothing_to_do_with_each_other(self):
        self.two_releases()
        before = self.all_that_is()
        other = os.path.join(self.dir, "other")
        done = self.run_detour("add", "z.example/", "-", "410", state=other)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.all_that_is(), before)

    def test_a_folder_without_arena_is_no_instance(self):
        os.makedirs(self.folder + LAYOUT)
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.do("add", "a.example/", "https://b.example/", "301")
        self.assertEqual(self.err, "")


class Overlays(Instance):
    def setUp(self):
        super().setUp()
        self.make()
        self.many = self.write("many.txt", many())
        self.do("import", self.many)

    def assert_over(self, base):
        self.assertEqual(self.overlay(), base)
        self.assert_switched()

    def test_the_base_stays_where_it_is(self):
        whole = self.number()
        for i in range(3):
            self.do("set", "h%d.example/0" % i, "https://b.example/", "302")
            self.assert_over("1.map")
            self.assertEqual(self.base_number(), whole)
        self.do("rollback")
        self.assert_over("1.map")
        self.assertEqual(self.base_number(), whole)

    def test_another_base(self):
        self.do("set", "h1.example/0", "https://b.example/", "302")
        self.do("import", "--replace", self.many)
        self.assert_over(None)
        self.do("set", "h1.example/0", "https://c.example/", "302")
        self.assert_over("3.map")
        # an overlay over another base right behind one over this
        self.do("rollback", "2")
        self.assert_over("1.map")
        self.do("rollback", "4")
        self.assert_over("3.map")
        self.do("rollback", "0")
        self.assert_switched()

    def test_repaired(self):
        for i, args in enumerate((
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["import", "--replace", self.many],
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["rollback", "2"], ["rollback", "4"], ["rollback", "1"])):
            self.lag(*(x.replace("%d", str(i)) for x in args))
            self.do("set", "h1.example/1", "https://t.example/", "301")
            self.assert_switched(args)

    def test_folded(self):
        part = self.write("part.txt", many(1200).replace("t.ex", "u.ex"))
        more = self.write("more.txt", many(1300).replace("t.ex", "u.ex"))
        self.do("import", "--update", part)
        self.assert_over("1.map")
        whole = self.base_number()
        self.do("import", "--update", more)
        self.assertEqual(self.err, "")
        self.assert_over(None)
        self.assertNotEqual(self.number(), whole)
        whole = self.number()
        self.do("set", "h12.example/0", "https://c.example/", "302")
        self.assert_over("3.map")
        self.assertEqual(self.base_number(), whole)

    def test_kill_9_of_a_set(self):
        start = time.monotonic()
        self.do("set", "h99.example/9999", "https://b.example/", "302")
        span = time.monotonic() - start
        for i in range(40):
            before = self.live()
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "set", "h%d.example/0" % i,
                 "https://b.example/", "302"], stdout=subprocess.DEVNULL)
            time.sleep(random.random() * span * 1.5)
            process.send_signal(signal.SIGKILL)
            done = process.wait(60) == 0
            now, loaded = self.live(), self.loaded()[0]
            self.assertIn(now, (before + 1,) if done else (before, before + 1))
            self.assertIn(loaded, (before, now), i)
            self.do("set", "h99.example/9999", "https://b.example/", "302")
            self.assertEqual(self.live(), now)
            self.assert_switched(i)
        self.assert_sound()

    def test_what_nobody_reads_is_given_back(self):
        """As if commands were killed while they loaded, or behind the switch."""
        for live in range(2):
            with Mapped(self.arena) as arena:
                for i in range(3):
                    at = ARENA_SIZE - (i + 1) * 5 * PAGE
                    arena.claim(at, 5 * PAGE)
                    arena.write(at + 100, b"left")
            self.do("set", "h5.example/500", "https://t.example/", "301")
            self.assert_switched(live)
            with Mapped(self.arena) as arena:
                for i in range(3):
                    at = ARENA_SIZE - (i + 1) * 5 * PAGE
                    self.assertEqual(arena.read(at + 100, 4), bytes(4))
            self.do("set", "h1.example/0", "https://b.example/", "302")
            self.assert_over("1.map")

    def test_without_the_right_to_find_maps_by_their_number(self):
        whole = self.number()
        for args in (["set", "h1.example/0", "https://b.example/", "302"],
                     ["set", "h2.example/0", "https://b.example/", "302"],
                     ["rollback", "2"]):
            done = subprocess.run(
                [DETOUR, "--state", self.state, *args], text=True,
                capture_output=True, timeout=120, check=False,
                preexec_fn=lambda: syscalls.libc.prctl(
                    PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assert_over("1.map")
            self.assertEqual(self.base_number(), whole)


class Attached(Instance):
    """The same with an instance that attach made."""

    def setUp(self):
        super().setUp()
        self.space = netns.Namespace()
        self.addCleanup(self.space.close)

    def detour(self, *args):
        self.space.run(DETOUR, "--state", self.state, *args)

    def attach(self):
        self.detour("attach", "lo", "--mode", "generic", "--without-listener")

    def test_attach_loads_what_is_live(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.attach()
        self.assert_switched()
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()
        self.lag("del", "a.example/")
        self.attach()
        self.assert_switched()
        self.detour("detach", "lo", "--drain", "0")
        self.do("add", "c.example/", "https://b.example/", "301")

    def test_what_is_live_is_of_another_layout(self):
        """It is left to who wrote it, and its rules are loaded."""
        self.do("import", self.write("many.txt", many()))
        self.do("set", "h1.example/100", "https://b.example/", "302")
        for name in "1.map", "2.map":
            self.relayout(self.path("maps", name))
        before = self.snapshot()
        self.attach()
        live, base, _ = self.in_arena()
        self.assertEqual((live.file(), base), (self.wanted(), None))
        with Mapped(self.arena) as arena:
            _, version, _, _, rules = struct.unpack(
                "=8sIIQQ", arena.read(arena.live()[0], 32))
        self.assertEqual((version, rules), (4, 10000))
        self.assertEqual(self.snapshot(), before)
        self.attach()
        self.assertEqual(self.number(), live.number)
        for args in (["rollback", "1"],
                     ["set", "h2.example/200", "https://b.example/", "302"],
                     ["rollback", "2"]):
            self.do(*args)
            self.assertEqual(self.err, "")
            self.assert_switched(args)

    def relayout(self, path):
        with open(path, "r+b") as file:
            header = bytearray(file.read(HEADER))
            header[8:12] = struct.pack("=I", 3)
            header[-4:] = struct.pack("=I", zlib.crc32(header[:-4]))
            file.seek(0)
            file.write(header)

    def test_attach_without_any_release(self):
        self.attach()
        self.assertEqual(self.loaded(), (0, 0, 0, ""))
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()
        self.detour("detach", "lo", "--drain", "0")


if __name__ == "__main__":
    unittest.main()
