#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes behind a rollback over many rules write what they change, and not what
lies between the releases."""

import os
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case

MANY = 10000
LONG = os.environ.get("DETOUR_LONG") == "1"


def many(target):
    return "".join("m%d.example/%d https://n.example/%s%d 301\n" % (
        i % 50, i, target, i) for i in range(MANY))


class Behind(Case):
    def setUp(self):
        super().setUp()
        self.do("import", "-", stdin=many("a"))
        self.first = self.do("show")
        self.do("import", "-", "--update", stdin=many("b"))
        self.second = self.do("show")
        self.do("rollback")

    def sql(self, text):
        db = sqlite3.connect(self.path("detour.db"))
        rows = db.execute(text).fetchall()
        db.close()
        return rows

    def rows(self):
        """Of releases, and of what has few over one of them."""
        return (self.sql("SELECT count(*) FROM rule")[0][0],
                self.sql("SELECT count(*) FROM draft_rule")[0][0])

    def shown(self, release):
        return self.do("show", "--release", str(release))

    def assert_old(self):
        self.assertEqual(self.shown(1), self.first)
        self.assertEqual(self.shown(2), self.second)
        self.assertEqual(self.shown(3), self.first)

    def test_few_rows_are_written(self):
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.rows(), (2 * MANY, 1))
        out = self.do("del", "m7.example/7")
        self.assertEqual(out, "release 5: %d rules, 0 added, 1 removed,"
                              " 0 changed\n" % MANY)
        self.do("set", "z.example", "-", "pass")
        self.assertEqual(self.rows(), (2 * MANY, 1 + 2 + 2))
        self.do("add", "m7.example/7", "-", "410")
        live = self.do("show")
        self.assertIn("\nm7.example/7 - 410\n", live)
        self.assertTrue(live.endswith("z.example/* - pass\n"))
        self.assertEqual(live.count("\n"), MANY + 1)
        self.assertEqual(self.do("export", "--map", self.path("maps/7.map")),
                         live)
        self.assert_old()
        self.assertEqual(self.shown(4), self.first + "z.example/* - 410\n")
        self.assertEqual(self.do("draft", "list"), "")
        self.assertEqual(self.do("log").count("those of"), 1)
        self.do("rollback")
        self.do("rollback")
        self.assertEqual(self.do("show"), live)
        os.unlink(self.path("maps/9.map"))
        self.do("add", "zz.example", "-", "410")
        self.assertEqual(self.do("show"), live + "zz.example/* - 410\n")
        self.assert_sound()

    def test_one_that_is_large(self):
        self.do("del", "m7.example/7")
        self.do("add", "z.example", "-", "410")
        self.do("import", "-", "--update", stdin=many("c"))
        self.assertEqual(self.rows(), (2 * MANY, 1 + 2 + MANY + 1))
        wanted = self.do("show")
        self.assertEqual(wanted.count("n.example/c"), MANY)
        self.assertTrue(wanted.endswith("\nz.example/* - 410\n"))
        self.assertEqual(wanted.count("\n"), MANY + 1)
        self.assert_old()
        self.do("del", "z.example")
        self.assertEqual(self.do("show").count("\n"), MANY)
        self.assertEqual(self.shown(6), wanted)
        self.assertNotIn("m7.example/7 ", self.shown(5))
        self.assert_sound()

    def test_many_of_few(self):
        """What one has is copied by the next as seldom as it is much."""
        for i in range(3):
            self.do("import", "-", "--update", stdin="".join(
                "z%d.example/%d - 410\n" % (i, j) for j in range(200)))
        self.assertEqual(self.do("show").count("\n"), MANY + 600)
        self.assertEqual(self.rows()[1], 200 + 400 + 600)
        self.do("del", "z0.example/7")
        self.assertEqual(self.rows()[1], 200 + 400 + 600 + 1)
        self.assertEqual(self.do("show").count("\n"), MANY + 599)
        for i in range(200):
            self.do("set", "z1.example/%d" % i, "-", "pass")
        (depth,), = self.sql(
            "WITH RECURSIVE d(u, n) AS (SELECT restores, 0 FROM release"
            " WHERE number = (SELECT max(number) FROM release) UNION ALL"
            " SELECT under, n + 1 FROM d JOIN draft ON id = u & ~(1 << 62)"
            " WHERE u > 1 << 62) SELECT max(n) FROM d")
        self.assertIn(depth, (2, 3, 4))
        live = self.do("show")
        self.assertEqual(live.count(" - pass\n"), 200)
        self.assertEqual(live.count(" - 410\n"), 399)
        self.assertLess(self.rows()[1], 200 * 100)
        self.assert_old()
        self.assert_sound()

    def test_a_draft_over_it(self):
        self.do("add", "z.example", "-", "410")
        self.do("add", "y.example", "-", "410", "--draft")
        self.assertEqual(self.do("show", "--draft").count("\n"), MANY + 2)
        self.do("cutover")
        self.assertEqual(self.do("show").count("\n"), MANY + 2)
        self.assertEqual(self.shown(4), self.first + "z.example/* - 410\n")
        self.assert_old()
        self.assert_sound()

    def test_prune(self):
        for i in range(4):
            self.do("add", "z%d.example" % i, "-", "410")
        wanted = self.do("show")
        self.do("prune", "--keep", "2")
        self.assertEqual(self.do("show"), wanted)
        self.assertEqual(self.rows(), (MANY, 3 + 4))
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show"), wanted.replace(
            "z0.example", "z.example/* - 410\nz0.example"))
        self.assert_sound()

    def test_behind_nothing(self):
        """The last release with rows of its own is pruned."""
        for release in "0", "2", "0":
            self.do("rollback", release)
        self.do("prune", "--keep", "1")
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show"), "z.example/* - 410\n")
        self.do("rollback", "5")
        self.assertEqual(self.do("show"), self.second)
        self.assert_sound()

    def test_undone_before_it_was_live(self):
        with open(self.path("live"), "rb") as live:
            before = live.read()
        self.do("add", "z.example", "-", "410")
        with open(self.path("live"), "wb") as live:
            live.write(before)
        self.assertEqual(self.do("show"), self.first)
        self.do("add", "y.example", "-", "410")
        self.assertEqual(self.shown(4), self.do("show"))
        self.assertEqual(self.rows(), (2 * MANY, 1))
        self.assert_old()

    def test_killed(self):
        known = self.first
        begun = time.monotonic()
        self.do("add", "z.example", "-", "410")
        span = 1.5 * (time.monotonic() - begun)
        for turn in range(200 if LONG else 6):
            known = self.do("show")
            with subprocess.Popen([DETOUR, "--state", self.state, "add",
                                   "z%d.example" % turn, "-", "410"],
                                  stdout=subprocess.DEVNULL) as process:
                time.sleep(span * (turn * 7 % 13) / 13)
                process.kill()
            now = self.do("show")
            added = "z%d.example/* - 410\n" % turn
            self.assertIn(now.replace(added, ""), (known,))
            if process.returncode == 0:
                self.assertIn(added, now)
        self.assert_old()
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
