#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The next command puts right what is wrong with the fast path's release: a
change that was killed, a damaged map, an arena that is empty."""

import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from commands import DETOUR
from fast_arena import arena_create_in
from fast_instance import Instance, many, setUpModule
from memory_group import memory_group, memory_used


class Repaired(Instance):
    """What a command leaves that was killed behind its cutover."""

    def test_by_the_next_command_that_takes_the_lock(self):
        self.two_releases()
        for args, code in (
                (["add", "a.example/", "https://a.example/", "301"], 0),
                (["add", "a.example/", "https://b.example/", "301"], 1),
                (["del", "nothing.example/"], 1),
                (["rollback", "99"], 1),
                (["add", "b.example/", "https://b.example/", "301"], 0),
                (["rollback", "1"], 0)):
            with self.subTest(args):
                self.lag("set", "a.example/x", "https://a.example/",
                         random.choice(("302", "303", "307", "308")),
                         "max-age=%d" % self.live())
                self.do(*args, code=code)
                self.assert_switched(args)

    def test_a_release_without_rules(self):
        self.two_releases()
        self.lag("rollback", "0")
        self.do("rollback", "0")
        self.assert_switched()
        self.assertEqual(self.loaded()[3], "")

    def test_an_empty_arena(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.make()
        self.assertEqual(self.in_arena(), (None, None, []))
        self.do("add", "a.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_another_state_directory_of_the_same_name(self):
        self.two_releases()
        shutil.rmtree(self.state)
        os.rename(self.folder, self.folder + "_aside")
        self.do("add", "x.example/", "https://b.example/", "301")
        self.do("add", "y.example/", "https://b.example/", "301")
        os.rename(self.folder + "_aside", self.folder)
        self.assertEqual(self.loaded()[0], self.live())
        self.do("add", "y.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_while_the_live_map_is_damaged(self):
        self.two_releases()
        for damage in (os.unlink, lambda path: os.truncate(path, 5000)):
            self.lag("set", "a.example/", "https://a.example/", "302",
                     "max-age=%d" % self.live())
            damage(self.path("maps", "%d.map" % self.live()))
            self.do("add", "a.example/x", "https://a.example/", "301")
            self.assertIn("rebuilding it from the store", self.err)
            self.assert_switched()
            self.assert_sound()

    def test_kill_9(self):
        self.make()
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(30000)))
        self.do("add", "a.example/", "https://b.example/", "301")
        start = time.monotonic()
        self.do("import", path)
        span = time.monotonic() - start
        self.do("rollback", "1")
        rng = random.Random(os.getpid())
        for attempt in range(30):
            rules, before = (["import", path], self.live())
            if attempt % 3 == 0:
                rules = ["add", "b.example/%d" % attempt, "-", "410"]
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, *rules],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # the last part of it, where it is switched, above all
            time.sleep(span * (1 - rng.random() ** 2) if attempt % 3
                       else rng.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            done = process.wait(60) == 0
            now, loaded = self.live(), self.loaded()[0]
            self.assertIn(loaded, (before, now), attempt)
            self.assertIn(now, (before, before + 1), attempt)
            if done:
                self.assert_switched(attempt)
            self.do("set", "a.example/", "https://b.example/", "301")
            self.assertEqual(self.live(), now)
            self.assert_switched(attempt)
            if now > before and attempt % 3:
                self.do("rollback", "1")
                self.assert_switched(attempt)


    def test_kill_9_leaks_nothing(self):
        """A control group has room for two releases, and no third."""
        group = memory_group(5 << 20)
        self.addCleanup(os.rmdir, group)
        self.make(lambda: arena_create_in(group))
        files = [self.write("%d.txt" % i, many(25000).replace("t.ex", "%d.ex" % i))
                 for i in range(2)]
        start = time.monotonic()
        for path in files:
            self.do("import", "--replace", path)
        span = (time.monotonic() - start) / 2
        size = self.in_arena()[0].size
        self.assertGreater(3 * size, 5 << 20)
        for attempt in range(30):
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "import", "--replace",
                 files[attempt % 2]],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(span * (1 - random.random() ** 2 / 2))
            process.kill()
            process.wait(60)
            self.do("set", "h1.example/0", "https://%d.example/"
                    % (self.loaded()[0] % 2), "301")
            self.assert_switched(attempt)
        self.assertLess(memory_used(group), 2 * size + (1 << 20))


if __name__ == "__main__":
    unittest.main()
