#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A large draft is compiled when it is made, and becomes live by its own map and
rows; those are written into the releases' behind it. Nobody waits for that: rules
are changed, and drafts begun, over the draft's rows, and a release may keep them for
good."""

import hashlib
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case
from serving import Client, Server, get

MANY = 10000
LONG = os.environ.get("DETOUR_LONG") == "1"


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
        self.assertIn("its rules stay with the draft's", self.err)
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

    def fold(self):
        self.do("prune", "--keep", "100")

    def test_who_changes_next(self):
        """Rules, a draft, and what that becomes: none writes all rows."""
        self.cut()
        before = self.rows()[0]
        self.do("add", "z.example", "-", "410")
        changed = self.do("show")
        self.assertEqual(changed, self.wanted + "z.example/* - 410\n")
        self.do("add", "y.example", "-", "410", "--draft")
        drafted = self.do("show", "--draft")
        self.assertEqual(drafted, self.wanted +
                         "y.example/* - 410\nz.example/* - 410\n")
        self.assertEqual(self.version(), 7)
        self.assertEqual(self.do("diff"), "+ y.example/* - 410\n"
                         "release 3, which is live -> draft draft:"
                         " %d rules, 1 added, 0 removed, 0 changed\n" %
                         (MANY + 3))
        self.do("del", "b.example")
        self.do("cutover", code=1)
        self.do("draft", "rebase")
        self.do("cutover")
        drafted = drafted.replace("b.example/* - 410\n", "")
        for release, rules in (2, self.wanted), (3, changed), (5, drafted):
            self.assertEqual(self.do("show", "--release", str(release)), rules)
        self.assertEqual(self.rows()[0], before)
        self.assertEqual(self.lent(), [2, 3, 4, 5])
        self.do("add", "x.example", "-", "410", "--draft")
        self.fold()
        self.assertIn("1 added, 0 removed, 0 changed", self.do("diff"))
        self.do("draft", "drop")
        for release, rules in (2, self.wanted), (3, changed), (5, drafted):
            self.assertEqual(self.do("show", "--release", str(release)), rules)
        self.assertEqual((self.lent(), self.version()), ([3, 4], 5))
        self.do("add", "x.example", "-", "410")
        self.do("prune", "--keep", "1")
        self.assertEqual(self.do("show", "--release", "5"), drafted)
        self.assert_folded()

    def test_a_fold_gives_way_and_goes_on(self):
        self.sql("CREATE TRIGGER slow BEFORE INSERT ON rule"
                 " WHEN new.added = 2 BEGIN"
                 " SELECT count(*) FROM rule AS a, rule AS b; END")
        with subprocess.Popen([DETOUR, "--state", self.state, "cutover"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            self.assertIn("release 2", process.stdout.readline())
            self.do("add", "z.example", "-", "410")
            self.do("add", "y.example", "-", "410", "--draft")
            self.sql("DROP TRIGGER slow")
            _, err = process.communicate(timeout=100)
            self.assertEqual((process.returncode, err), (0, ""))
        self.assertEqual(self.lent(), [])
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.do("cutover")
        self.assertEqual(self.do("show"), self.wanted +
                         "y.example/* - 410\nz.example/* - 410\n")
        self.assertEqual(self.lent(), [])

    def test_one_large_draft_over_the_other(self):
        """As deep as may be, and one further, which has to wait for the rows."""
        deny = ("CREATE TRIGGER keep BEFORE INSERT ON rule"
                " BEGIN SELECT RAISE(ABORT, 'no'); END")
        self.cut()
        self.sql(deny)
        wanted = self.wanted
        for i in range(14):
            self.do("import", "-", "--update", "--draft",
                    stdin=many("c%d-" % i))
            wanted = self.do("show", "--draft")
            self.assertEqual(wanted.count("n.example/c%d-" % i), MANY)
            self.do("cutover")
            self.assertEqual(self.do("show"), wanted)
        self.do("add", "z.example", "-", "410", code=1)
        self.do("add", "z.example", "-", "410", "--draft", code=1)
        self.do("rollback")
        self.do("rollback")
        self.assertEqual(self.do("show"), wanted)
        self.sql("DROP TRIGGER keep")
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show"), wanted + "z.example/* - 410\n")
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertEqual(self.lent(), [])

    def test_all_rules_are_others(self):
        """What replaces all needs nothing of the draft's."""
        self.cut()
        self.do("import", "-", "--replace", stdin=many("x"))
        live = self.do("show")
        self.assertEqual(live.count("n.example/x"), MANY)
        self.assertEqual(live.count("\n"), MANY)
        self.assertEqual(self.lent(), [2])
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show"), live + "z.example/* - 410\n")
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertEqual(self.do("show", "--release", "3"), live)
        self.do("rollback", "1")
        self.assertIn("%d changed" % MANY, self.do("rollback", "3"))
        self.assert_sound()

    def test_prune_and_repair_meanwhile(self):
        self.cut()
        self.do("add", "y.example", "-", "410")
        for name in os.listdir(self.path("maps")):
            os.unlink(self.path("maps", name))
        self.do("add", "z.example", "-", "410")
        self.do("prune", "--keep", "1")
        self.assertEqual(self.do("show"), self.wanted +
                         "y.example/* - 410\nz.example/* - 410\n")
        self.do("add", "x.example", "-", "410")
        self.do("prune", "--keep", "1")
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

    def lent(self):
        """The releases that have a draft's rows."""
        return [number for number, in self.sql(
            "SELECT number FROM release WHERE restores > 1000000"
            " ORDER BY number")]

    def rows(self):
        """All that is in the store of rules, and their number."""
        return (self.sql("SELECT count(*), max(added), max(removed) FROM rule")
                + self.sql("SELECT count(*) FROM draft_rule"))

    def test_rollback_writes_no_rows(self):
        """Neither it, nor what comes behind it."""
        self.cut()
        before = self.rows()
        first, second = (os.stat(self.path("maps", name)).st_ino
                         for name in ("1.map", "2.map"))
        out = self.do("rollback")
        self.assertEqual(out, "release 3: %d rules, 0 added, 1 removed,"
                              " %d changed, those of release 1\n" %
                         (MANY, MANY))
        self.assertEqual(os.stat(self.path("maps", "3.map")).st_ino, first)
        self.do("rollback")
        self.assertEqual(os.stat(self.path("maps", "4.map")).st_ino, second)
        self.assertEqual(self.do("show"), self.wanted)
        self.assertIn("those of release 2", self.do("log"))
        self.do("rollback", "1")
        self.assertEqual((self.rows(), self.lent()), (before, [2, 4]))
        self.assert_sound()

    def test_a_change_behind_the_rollback_copies_nothing(self):
        self.cut()
        self.do("rollback")
        self.do("add", "z.example", "-", "410")
        (rows, added, removed), (kept,) = self.rows()
        self.assertEqual((rows, added, removed), (MANY + 1, 4, None))
        self.assertEqual(kept, MANY + 1)
        self.assertEqual(self.lent(), [2])
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertIn("z.example", self.do("show"))
        self.do("rollback", "2")
        self.assertEqual(self.do("show"), self.wanted)
        self.do("del", "b.example")
        self.assertEqual(self.lent(), [2, 5, 6])
        self.assertEqual(self.rows()[0], (rows, added, removed))
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertEqual(self.do("show", "--release", "5"), self.wanted)
        self.assertEqual(len(self.do("show").split("\n")), MANY + 1)
        self.assertNotIn("z.example", self.do("show"))
        self.do("rollback", "4")
        self.assertIn("z.example", self.do("show"))
        self.assert_sound()

    def test_the_first_that_had_them_gets_them(self):
        self.cut()
        self.do("rollback")
        self.do("rollback")
        self.do("add", "z.example", "-", "410")
        self.fold()
        self.assertEqual(self.sql("SELECT number, restores FROM release"),
                         [(1, None), (2, None), (3, 1), (4, 2), (5, None)])
        for release in "24":
            self.assertEqual(self.do("show", "--release", release), self.wanted)
        self.assert_folded()

    def test_rollback_behind_changes(self):
        """What differs is counted by what the changes were."""
        self.cut()
        for i in range(5):
            self.do("add", "z%d.example" % i, "-", "410")
        self.do("set", "m7.example/7", "https://n.example/a7", "301")
        self.assertEqual(self.do("diff", "1", "live", "--stat").split(": ")[1],
                         "%d rules, 6 added, 0 removed, %d changed\n" % (
                             MANY + 6, MANY - 1))
        self.assertEqual(self.do("rollback", "1"), (
            "release 9: %d rules, 0 added, 6 removed, %d changed,"
            " those of release 1\n" % (MANY, MANY - 1)))
        for i in range(5):
            self.do("add", "y%d.example" % i, "-", "410")
        self.do("del", "m7.example/7")
        self.assertEqual(self.do("rollback", "2"), (
            "release 16: %d rules, 2 added, 5 removed, %d changed,"
            " those of release 2\n" % (MANY + 1, MANY - 1)))
        self.assertEqual(self.do("show"), self.wanted)
        self.assert_sound()

    def test_another_cutover(self):
        """It finds its place free, and its name."""
        self.do("import", "-", "--draft=second", "--update", stdin=many("c"))
        second = self.do("show", "--draft=second")
        self.cut()
        self.do("cutover", "second", code=1)
        self.assertIn("detour draft rebase second", self.err)
        self.assertIn("both changed", self.err)
        self.do("rollback")
        before = self.rows()[0]
        self.sql("CREATE TRIGGER keep BEFORE DELETE ON draft"
                 " BEGIN SELECT RAISE(ABORT, 'no'); END")
        self.do("cutover", "second")
        self.sql("DROP TRIGGER keep")
        self.assertEqual(self.rows()[0], before)
        self.assertEqual(self.lent(), [2, 4])
        self.assertEqual(self.do("show"), second)
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.do("add", "e.example", "-", "410", "--draft")
        self.assertEqual(self.lent(), [2, 4])
        self.assertEqual(self.do("show", "--draft"),
                         "e.example/* - 410\n" + second)
        self.do("cutover")
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertEqual(self.do("draft", "list"), "")
        self.assert_sound()

    def test_prune_of_what_keeps_them(self):
        self.cut()
        self.do("rollback")
        self.do("add", "z.example", "-", "410")
        self.do("add", "y.example", "-", "410")
        wanted = self.do("show")
        self.do("prune", "--keep", "3")
        self.assertEqual(self.rows()[0][0], MANY + 2)
        self.assertEqual(self.do("show", "--release", "3").count("\n"), MANY)
        self.assertEqual(self.do("show"), wanted)
        self.assertEqual(self.do("draft", "list"), "")
        self.assert_folded()

    def test_prune_of_the_first_that_had_them(self):
        self.cut()
        self.do("rollback")
        self.do("rollback")
        self.do("prune", "--keep", "2")
        self.assertEqual(self.do("draft", "list"), "")
        self.assertEqual((self.do("show"), self.lent()), (self.wanted, []))
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show", "--release", "4"), self.wanted)
        self.assert_folded()

    def test_difference_to_what_keeps_them(self):
        self.cut()
        self.do("rollback")
        self.do("add", "z.example", "-", "410")
        self.assertIn("%d rules, 1 added, 1 removed, %d changed" % (
            MANY + 1, MANY), self.do("rollback", "2"))
        self.assertIn(" 0 added, 1 removed, %d changed" % MANY,
                      self.do("rollback", "1"))
        self.assertIn(" 1 added, 1 removed, %d changed" % MANY,
                      self.do("diff", "2", "4", "--stat"))
        self.assertEqual(self.do("export", "--release", "2"), self.wanted)

    def test_caches_hold_what_a_draft_s_rows_were(self):
        """Also where it is not live any more."""
        self.cut()
        self.do("rollback", "0")
        self.sql("UPDATE release SET time = time - 100 * (4 - number)")
        self.do("import", "-", stdin="".join(
            "%s https://n.example 301 max-age=1\n" % source for source in
            ("b.example", "m7.example/7", "c.example")))
        told = self.do("demote", "b.example", "m7.example/7", "c.example")
        sent = dict(re.findall(
            r"  (\S+) \(max-age=3600, sent since (.*)\)", told + self.err))
        self.assertEqual(sorted(sent), ["b.example", "m7.example"])
        self.assertLess(sent["m7.example"], sent["b.example"])

    def test_caches_are_not_said_to_hold_nothing(self):
        """What they got by a draft's rows is not known, and that is said."""
        self.cut()
        self.do("rollback")
        self.do("log", "--caches", code=1)
        self.assertIn("stand over those of others", self.err)

    def test_rebase_before_its_rows_are_written(self):
        self.do("import", "-", "--draft=n", "--update",
                stdin="m7.example/7 - 410\nq.example - 410\nb.example - pass\n")
        self.cut()
        self.do("draft", "rebase", "n", "--dry-run", code=1)
        self.assertIn("b.example", self.err)
        told = self.do("draft", "rebase", "n", "--dry-run", "--prefer", "draft")
        self.assertEqual(sorted(told.splitlines()), [
            "+ b.example/* - pass", "+ m7.example/7 - 410",
            "+ q.example/* - 410", "- b.example/* - 410",
            "- m7.example/7 https://n.example/b7 301"])
        self.assertEqual(self.lent(), [2])
        self.do("draft", "rebase", "n", "--prefer", "draft")
        self.do("cutover", "n")
        self.assertEqual(self.lent(), [2, 3])
        self.assert_sound()

    def test_it_gives_way(self):
        """Whoever takes a cutover back does not wait for the rows: they are
        given up as often as somebody waits."""
        # So slow that only what gives way can end.
        self.sql("CREATE TRIGGER slow BEFORE INSERT ON rule"
                 " WHEN new.added = 2 BEGIN"
                 " SELECT count(*) FROM rule AS a, rule AS b; END")
        with subprocess.Popen([DETOUR, "--state", self.state, "cutover"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            self.assertIn("release 2", process.stdout.readline())
            self.do("rollback")
            out, err = process.communicate(timeout=60)
            self.assertEqual((process.returncode, out, err), (0, "", ""))
        self.assertEqual((self.live(), self.lent()), (3, [2]))
        self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.do("rollback")
        with subprocess.Popen([DETOUR, "--state", self.state, "prune", "--keep",
                               "100"], stdout=subprocess.DEVNULL) as process:
            self.do("rollback", "1")
            self.do("add", "z.example", "-", "410")
            self.assertEqual(process.wait(), 0)
        self.sql("DROP TRIGGER slow")
        self.assertEqual(self.do("show").count("n.example/a"), MANY)
        self.assertIn("z.example", self.do("show"))
        self.assertEqual(self.live(), 6)
        self.assert_sound()

    def killed(self, span, *args):
        """Whether it had ended at a random moment of its time."""
        with subprocess.Popen([DETOUR, "--state", self.state, *args],
                              stdout=subprocess.DEVNULL) as process:
            time.sleep(random.random() * span)
            process.kill()
            return not process.wait()

    def test_killed_at_any_moment(self):
        """Rollbacks there and back over rows that are a draft's, and the fold."""
        self.cut()
        first = self.do("show", "--release", "1")
        begun = time.monotonic()
        self.do("rollback")
        span = 1.2 * (time.monotonic() - begun)
        for turn in range(300 if LONG else 5):
            live, was = self.live(), self.do("show")
            done = self.killed(span, "rollback", "12"[was == first])
            now = self.do("show")
            what = (turn, live, done)
            self.assertEqual(now != was, self.live() != live, what)
            self.assertIn(now, (first, self.wanted), what)
            if done:
                self.assertNotEqual(now, was, what)
            self.assertEqual(self.do("show", "--release", "2"), self.wanted)
            self.assertIn(2, self.lent())
        self.assert_sound()
        if self.do("show") == first:
            self.do("rollback", "2")
        self.do("add", "z.example", "-", "410")
        while not self.killed(1, "prune", "--keep", "10000"):
            self.assertEqual(self.do("show"),
                             self.wanted + "z.example/* - 410\n")
            self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assertEqual(self.do("show"), self.wanted + "z.example/* - 410\n")
        self.assert_folded()

    def test_changes_killed_at_any_moment(self):
        """Over the draft's rows, and drafts, and what those become."""
        self.cut()
        begun = time.monotonic()
        self.do("add", "z.example", "-", "410")
        span = 1.5 * (time.monotonic() - begun)
        for turn in range(300 if LONG else 8):
            live, was, source = self.live(), self.do("show"), "k%d" % turn
            line = source + ".example/* - 410\n"
            done = self.killed(span, "add", source + ".example", "-", "410")
            now = self.do("show")
            self.assertEqual(line in now, self.live() != live)
            self.assertLessEqual(done, line in now)
            self.assertEqual(now.replace(line, ""), was)
            line = "d" + line
            self.run_detour("draft", "drop")
            self.do("add", "d" + source + ".example", "-", "410", "--draft")
            live = self.live()
            done = self.killed(span, "cutover")
            self.assertEqual(line in self.do("show"), self.live() != live)
            self.assertLessEqual(done, self.live() != live)
            self.assertEqual(self.do("show").replace(line, ""), now)
            self.assertEqual(self.do("draft", "list") == "",
                             self.live() != live)
            self.assertEqual(self.do("show", "--release", "2"), self.wanted)
        self.assert_sound()

    def test_the_disk_is_full(self):
        """Rows that are not written yet are in nobody's way: what rollback and a
        changed rule need is little, and without that nothing changes."""
        self.cut()
        script = r"""
            mount -t tmpfs -o size=64m none /mnt
            cp -a "$2" /mnt/s
            d="$1 --state /mnt/s"
            dd if=/dev/zero of=/mnt/fill bs=4k 2>/dev/null
            $d rollback 2>&1 && echo went
            $d add z.example - 410 2>&1 && echo went
            $d cutover second 2>&1 && echo went
            $d show | md5sum; $d draft list --json | grep -c '"second"'
            truncate -s -500k /mnt/fill
            $d rollback && $d add z.example - 410 && $d rollback 2 &&
                $d del b.example && $d cutover second 2>&1 || echo ended
            $d prune --keep 100
            $d show | grep -c .; $d show --release 2 | md5sum
        """
        self.do("add", "s.example", "-", "410", "--draft=second")
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", DETOUR, self.state],
            capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done)
        lines = done.stdout.splitlines()
        self.assertNotIn("went", lines)
        self.assertEqual(sum("No space" in line or "full" in line
                             for line in lines), 3, lines)
        md5 = hashlib.md5(self.wanted.encode()).hexdigest() + "  -"
        self.assertEqual(lines.count(md5), 2, lines)
        self.assertIn("release 6: %d rules, 0 added, 1 removed, 0 changed" %
                      MANY, lines)
        self.assertIn("ended", lines)  # the second is not of this release
        self.assertEqual(lines[-2:], [str(MANY), md5])

    def test_it_is_served(self):
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            for before, cut in (("a", self.cut), ("b", lambda: None)):
                client.send(get("/7", "m7.example"))
                self.assertEqual(client.answer().headers["location"],
                                 "https://n.example/%s7" % before)
                cut()


class Larger(Case):
    def version(self):
        db = sqlite3.connect(self.path("detour.db"))
        (version,), = db.execute("PRAGMA user_version").fetchall()
        db.close()
        return version

    def test_rollback_behind_changes(self):
        """It takes the map that was there before the cutover."""
        text = "".join("m%d.example/%d https://n.example/%d 301\n" % (
            i % 50, i, i) for i in range(200000))
        self.do("import", "-", stdin=text)
        first = os.stat(self.path("maps", "1.map")).st_ino
        self.do("import", "-", "--replace", "--large", "--draft",
                stdin=text.replace("n.example", "o.example"))
        self.do("cutover")
        self.assertEqual(self.version(), 5)  # its rows stay where they are
        second = os.stat(self.path("maps", "2.map")).st_ino
        for i in range(4):
            self.do("add", "z%d.example" % i, "-", "410")
        self.assertIn(", 0 added, 4 removed, 200000 changed",
                      self.do("rollback", "1"))
        self.assertEqual(os.stat(self.path("maps", "7.map")).st_ino, first)
        for i in range(4):
            self.do("add", "y%d.example" % i, "-", "410")
        self.do("rollback", "2")
        self.assertEqual(os.stat(self.path("maps", "12.map")).st_ino, second)
        for i in range(4):
            self.do("add", "x%d.example" % i, "-", "410")
        self.assertIn(", 0 added, 4 removed, 200000 changed",
                      self.do("rollback", "1"))
        self.assertEqual(os.stat(self.path("maps", "17.map")).st_ino, first)
        self.do("prune", "--keep", "2")
        self.assertEqual(self.version(), 7)
        self.do("rollback", "16")
        self.do("prune", "--keep", "1")
        self.do("prune", "--keep", "1")
        self.assertEqual(self.do("show").count("o.example"), 200000)
        self.assertEqual(self.do("show", "--release", "17"), "".join(sorted(
            text.splitlines(True))))


if __name__ == "__main__":
    unittest.main()
