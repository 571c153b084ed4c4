#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the commands that change rules refuse, keep and print."""

import unittest

from commands import Case

NEW = "https://new.example"


class IfRelease(Case):
    def changes(self):
        """Each changing command, such that it would change something."""
        path = self.write("one.txt", "b.example - 410\n")
        return (["add", "b.example", NEW, "301"],
                ["set", "a.example", NEW, "302"],
                ["del", "a.example"],
                ["import", path],
                ["import", "--replace", path],
                ["rollback"],
                ["rollback", "0"])

    def test_c2_another_release_is_refused(self):
        self.do("add", "a.example", NEW, "301")
        self.do("add", "c.example", NEW, "301", "--message", "other's")
        before = self.snapshot()
        for args in self.changes():
            with self.subTest(args):
                self.assertEqual(
                    self.do(*args, "--if-release", "1", code=1), "")
                self.assertRegex(
                    self.err, r"^detour %s: --if-release 1: release 2 is live,"
                    r" made by \S+ at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
                    r" \(add c\.example/\*\)\n$" % args[0])
        self.do("import", "--dry-run", "-", "--if-release=3", stdin="",
                code=1)
        self.assertIn("--if-release 3: release 2 is live", self.err)
        self.assertEqual(self.snapshot(), before)

    def test_c2_the_live_release_is_let_in(self):
        self.do("add", "a.example", NEW, "301", "--if-release", "0")
        for args in self.changes():
            with self.subTest(args):
                self.do("import", "-", "--replace",
                        stdin="a.example %s 301\n" % NEW)
                live = self.live()
                self.do(*args, "--if-release", str(live))
                self.assertEqual(self.live(), live + 1)

    def test_c2_nothing_is_live(self):
        self.do("add", "a.example", NEW, "301", "--if-release", "1", code=1)
        self.assertIn("--if-release 1: there is no release yet", self.err)
        for bad in "", "x", "-1", "1.5", "99999999999999999999":
            self.do("add", "a.example", NEW, "301", "--if-release", bad,
                    code=2)
        self.do("add", "a.example", NEW, "301", "--if-release", "0")

    def test_c2_a_change_that_is_none_is_refused_too(self):
        self.do("add", "a.example", NEW, "301")
        self.do("add", "a.example", NEW, "301", "--if-release", "7", code=1)
        self.do("add", "a.example", NEW, "301", "--if-release", "1")
        self.assertEqual(self.live(), 1)


class Arguments(Case):
    def test_durations_of_wait(self):
        self.do("add", "a.example", NEW, "301")
        for text, code in (("0", 0), ("0.5", 0), ("1s", 0), ("1d", 0),
                           ("25h", 2), ("-1", 2), ("1w", 2), ("", 2),
                           ("1e2", 2)):
            with self.subTest(text):
                self.do("add", "a.example", NEW, "301", "--wait", text,
                        code=code)


if __name__ == "__main__":
    unittest.main()
