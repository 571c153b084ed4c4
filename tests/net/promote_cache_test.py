#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What promote and demote say of caches that hold permanent answers."""

import re
import sqlite3
import time
import unittest
from datetime import datetime

from commands import Case

NEW = "https://new.example"


class Caches(Case):
    """What is said of them; the releases' times are set in the store."""

    def times(self, **ago):
        """Let releases have been made so many seconds ago."""
        now = int(time.time())
        db = sqlite3.connect(self.path("detour.db"))
        for name, seconds in ago.items():
            db.execute("UPDATE release SET time = ? WHERE number = ?",
                       (now - seconds, int(name[1:])))
        db.commit()
        db.close()

    def told(self, *args):
        """By host: in how many seconds it ends, the max-age, since when."""
        out = self.do(*args)
        now = time.time()
        found = {}
        for line in out.splitlines():
            match = re.fullmatch(
                r"  ([-0-9]+ [-+:0-9]+)  (\S+) \(max-age=(\d+)"
                r"(?:, sent since ([-0-9]+ [-+:0-9]+))?\)", line)
            if match:
                ends, since = (
                    when and datetime.fromisoformat(when).timestamp()
                    for when in match.group(1, 4))
                found[match[2]] = (round((ends - now) / 100), int(match[3]),
                                   since and round((now - since) / 100))
        self.out = out
        return found

    def test_demote(self):
        self.do("import", "-", stdin=(
            f"a.example/x {NEW} 301\na.example/y {NEW} 308 max-age=7200\n"
            f"b.example/ {NEW} 301 max-age=600\nc.example/ {NEW} 302\n"
            f"d.example/ {NEW} 301 max-age=0\n"))
        self.times(r1=50000)
        self.assertEqual(self.told("demote", "a.example/x", "--dry-run"),
                         {"a.example": (36, 3600, 500)})
        self.assertEqual(self.told("demote"), {
            "a.example": (72, 7200, 500), "b.example": (6, 600, 500)})
        self.assertIn("5 rules, 0 added, 0 removed, 4 changed\n"
                      "caches may hold the permanent answer until\n  ",
                      self.out)
        self.do("rollback")
        self.told("demote", "d.example/")
        self.assertIn("no cache may hold a permanent answer of these rules",
                      self.out)

    def test_promote(self):
        self.do("import", "-", "--trial", stdin=(
            f"a.example/x {NEW} 301\nb.example/ {NEW} 301 max-age=0\n"))
        self.times(r1=50000)
        self.assertEqual(self.told("promote"), {"a.example": (36, 3600, None)})
        self.assertIn("if this is taken back at once, caches may hold the"
                      " permanent answer until\n", self.out)

    def test_what_was_live_before(self):
        """A long max-age that was wrong is not gone with its rule."""
        self.do("add", "a.example/x", NEW, "301", "max-age=50000")
        self.do("set", "a.example/x", NEW, "301", "max-age=60")
        self.do("set", "a.example/x", NEW, "307", "final=301:60")
        self.times(r1=90000, r2=40000, r3=20000)
        # sent last 40,000 s ago, and kept for 50,000
        self.assertEqual(self.told("promote", "a.example/x"),
                         {"a.example": (100, 50000, 900)})
        self.times(r2=60000, r4=1000)
        self.assertEqual(self.told("demote"), {"a.example": (1, 60, 10)})

    def test_rollback_makes_it_live_again(self):
        self.do("add", "a.example/x", NEW, "301", "max-age=5000")
        self.do("set", "a.example/x", NEW, "302")
        self.do("rollback", "1")
        self.do("rollback", "2")
        self.times(r1=90000, r2=80000, r3=70000, r4=2000)
        self.assertEqual(
            self.told("promote", "a.example/x", "--to", "308"),
            {"a.example": (50, 5000, 900)})

    def test_schemes_are_apart(self):
        self.do("import", "-", stdin=(
            f"a.example/ {NEW} 301 scheme=http max-age=90000\n"
            f"a.example/ {NEW} 301 scheme=https max-age=600\n"))
        self.times(r1=5000)
        self.assertEqual(self.told("demote", "a.example/", "--scheme",
                                   "https"), {"a.example": (6, 600, 50)})
        self.assertEqual(self.told("demote"), {"a.example": (900, 90000, 50)})

    def test_ten_hosts(self):
        self.do("import", "-", stdin="".join(
            f"h{i}.example/{j} {NEW} 301 max-age={1000 * i + j}\n"
            for i in range(1, 15) for j in range(30)))
        self.times(r1=5000)
        wanted = {f"h{i}.example": (10 * i, 1000 * i + 29, 50)
                  for i in range(14, 4, -1)}
        found = self.told("demote", "--dry-run")
        self.assertEqual(found, wanted)
        self.assertEqual(list(found), list(wanted))
        self.assertTrue(self.out.endswith("\n  ... 4 more\n"))
        # a few of many rules are looked for one by one
        self.assertEqual(self.told("demote", "h3.example/7", "--dry-run"),
                         {"h3.example": (30, 3007, 50)})
        self.assertEqual(self.told("demote"), wanted)

    def test_pruned(self):
        self.do("add", "a.example/x", NEW, "301", "max-age=50000")
        self.do("set", "a.example/x", NEW, "302")
        for code in "303", "307", "302":
            self.do("set", "a.example/x", NEW, code)
        self.do("prune", "--keep", "2")
        self.assertEqual(self.told("promote", "--to", "308", "a.example/x",
                                   "--dry-run"),
                         {"a.example": (500, 50000, None)})


if __name__ == "__main__":
    unittest.main()
