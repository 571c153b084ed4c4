#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A large draft is compiled when it is made, and becomes live by its own map and
rows; those are written into the releases' behind it, or by whoever comes next."""

import os
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case
from serving import Client, Server, get

MANY = 10000


def many(target):
    return "".join("m%d.example/%d https://n.example/%s%d 301\n" % (
        i % 50, i, target, i) for i in range(MANY))


class Large(Case):
    def setUp(self):
        super().setUp()
        self.do("import", "-", stdin=many("a"))
        self.do("import", "-", "--replace", "--large", "--draft",
                stdin=many("b") + "b.example - 410\n")
        self.wanted = self.do("show", "--draft")

    def maps(self):
        """The drafts' maps, and what they are."""
        return {name: os.stat(self.path("maps", name)).st_ino
                for name in os.listdir(self.path("maps"))
                if name.startswith("draft-")}

    def sql(self, text):
        db = sqlite3.connect(self.path("detour.db"))
        rows = db.execute(text).fetchall()
        db.commit()
        db.close()
        return rows

    def version(self):
        return self.sql("PRAGMA user_version")[0][0]

    def assert_folded(self):
        """All as if there had been no draft."""
        self.assertEqual(self.version(), 4)
        self.assertEqual(self.sql("SELECT * FROM draft"), [])
        self.assertEqual(self.sql("SELECT * FROM draft_rule"), [])
        self.assertEqual(self.sql("SELECT * FROM release"
                                  " WHERE restores > 1000000"), [])
        self.assertEqual(self.maps(), {})
        self.assert_sound()

    def test_its_map_becomes_the_release_s(self):
        (inode,) = self.maps().values()
        out = self.do("cutover")
        self.assertEqual(out, "release 2: %d rules, 1 added, 0 removed,"
                              " %d changed\n" % (MANY + 1, MANY))
        self.assertEqual(self.err, "")
        self.assertEqual(os.stat(self.path("maps", "2.map")).st_ino, inode)
        self.assertEqual(self.do("show"), self.wanted)
        self.assert_folded()
        self.do("rollback")
        self.do("rollback")
        self.assertEqual(self.do("show"), self.wanted)

    def test_it_is_dropped_with_what_it_says(self):
        first = self.maps()
        self.assertEqual(len(first), 1)
        self.do("add", "c.example", "-", "410", "--draft")
        self.assertEqual(self.maps(), {})
        self.do("import", "-", "--update", "--draft", stdin=many("c"))
        second = self.maps()
        self.assertEqual(len(second), 1)
        self.assertNotEqual(first.keys(), second.keys())
        self.do("draft", "drop")
        self.assertEqual(self.maps(), {})

    def test_it_is_made_before_a_cutover_waits(self):
        self.do("add", "c.example", "-", "410", "--draft")
        wanted = self.do("show", "--draft")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 900))
        with subprocess.Popen([DETOUR, "--state", self.state, "cutover", "--at",
                               at], stderr=subprocess.PIPE) as process:
            self.assertIn(b"can become live", process.stderr.readline())
            (inode,) = self.maps().values()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertEqual(self.do("show", "--draft"), wanted)
        out = self.do("cutover")
        self.assertIn(", 2 added, 0 removed, %d changed" % MANY, out)
        self.assertEqual(os.stat(self.path("maps", "2.map")).st_ino, inode)
        self.assertEqual(self.do("show"), wanted)

    def test_little_that_differs(self):
        """It says much, but little that is not live."""
        self.do("import", "-", "--update", "--draft", stdin=many("a"))
        self.assertEqual(len(self.maps()), 1)
        self.wanted = self.do("show", "--draft")
        self.assertIn(", 1 added, 0 removed, 0 changed", self.do("cutover"))
        self.assertEqual(self.do("show"), self.wanted)
        self.assert_folded()

    def test_nothing_left(self):
        self.do("rollback", "0", "--draft")
        self.do("cutover", code=1)
        self.do("cutover", "--allow-empty")
        self.assertEqual(self.do("show"), "")
        self.do("rollback")
        self.assertEqual(self.do("show").count("n.example/a"), MANY)
        self.assert_sound()

    def test_undone_before_it_was_live(self):
        """The store has the release, and live was not yet renamed."""
        with open(self.path("live"), "rb") as live:
            before = live.read()
        self.cut()
        with open(self.path("live"), "wb") as live:
            live.write(before)
        self.assertEqual(self.do("show", "--draft"), self.wanted)
        self.do("add", "z.example", "-", "410", "--draft=z")
        self.assertEqual(self.version(), 4)
        self.do("cutover")
        self.assertEqual(self.do("show"), self.wanted)

    def test_without_its_map(self):
        for name in self.maps():
            os.unlink(self.path("maps", name))
        self.do("cutover")
        self.assertEqual(self.do("show"), self.wanted)
        self.assert_folded()

    def test_with_another_map_of_its_name(self):
        (name,) = self.maps()
        os.truncate(self.path("maps", name), 5000)
        self.do("cutover")
        self.assertEqual(self.do("show"), self.wanted)
        self.assert_folded()

    def cut(self):
        """Cut over, and have nobody write its rows."""
        self.sql("CREATE TRIGGER keep BEFORE DELETE ON draft"
                 " BEGIN SELECT RAISE(ABORT, 'no'); END")
        out = self.do("cutover")
        self.assertIn("the next change has to write its rules", self.err)
        self.assertIn("release 2: %d rules, 1 added" % (MANY + 1), out)
        self.sql("DROP TRIGGER keep")
        self.assertEqual(self.version(), 5)
        self.assertEqual(self.live(), 2)

    def test_who_looks_meanwhile(self):
        self.cut()
        self.assertEqual(self.do("show"), self.wanted)
        self.assertEqual(self.do("draft", "list"), "")
        self.do("show", "--draft", code=1)
        self.assertIn("there is no draft", self.err)
        self.do("draft", "drop", code=1)
        self.assertEqual(self.do("export", "--release", "1"),
                         self.do("export", "--map", self.path("maps/1.map")))
        self.assertEqual(self.do("diff", "2", "live", "--exit-code"),
                         "release 2 -> release 2, which is live: %d rules,"
                         " 0 added, 0 removed, 0 changed\n" % (MANY + 1))
        self.assertNotIn("those of", self.do("log"))
        self.assertIn("+ z.example/* - 410", self.do(
            "import", "-", "--dry-run", stdin="z.example - 410\n"))
        self.assert_sound()
        self.assertEqual(self.version(), 5)

    def test_who_changes_next(self):
        for args, live in ((["add", "z.example", "-", "410"], 3),
                           (["rollback"], 3),
                           (["add", "z.example", "-", "410", "--draft"], 2)):
            with self.subTest(args):
                self.cut()
                self.do(*args)
                self.assertEqual(self.version(), 4)
                self.assertEqual(self.live(), live)
                self.assertEqual(self.do("show", "--release", "2"), self.wanted)
                self.assert_sound()
                self.do("draft", "list")
                self.run_detour("draft", "drop")
                self.assert_folded()
                self.tearDown()
                self.doCleanups()
                self.setUp()

    def test_prune_and_repair_meanwhile(self):
        self.cut()
        self.do("prune", "--keep", "1")
        self.assertEqual(self.do("show"), self.wanted)
        for name in os.listdir(self.path("maps")):
            os.unlink(self.path("maps", name))
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assert_folded()

    def test_over_a_rollback(self):
        """Live has rows of an earlier release, and later ones are there."""
        self.do("draft", "drop")
        self.do("import", "-", "--update", stdin=many("x"))
        self.do("rollback")
        self.do("import", "-", "--update", "--draft", stdin=many("y"))
        wanted = self.do("show", "--draft")
        self.do("cutover")
        self.assertEqual(self.do("show"), wanted)
        self.assert_folded()
        for release, what in (1, "a"), (2, "x"), (3, "a"):
            self.assertIn("n.example/%s7 " % what,
                          self.do("show", "--release", str(release)))

    def test_it_is_served(self):
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            for before, cut in (("a", self.cut), ("b", lambda: None)):
                client.send(get("/7", "m7.example"))
                self.assertEqual(client.answer().headers["location"],
                                 "https://n.example/%s7" % before)
                cut()


if __name__ == "__main__":
    unittest.main()
