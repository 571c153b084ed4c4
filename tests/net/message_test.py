#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is said about bad rules: all of it, of each line, with its own words."""

import os
import unittest

from commands import Case

NEW = "https://new.example"


class Messages(Case):
    def refuse(self, name, text):
        path = self.write(name, text)
        self.do("import", path, code=1)
        self.assertFalse(os.path.exists(self.path("detour.db")) and
                         self.live())
        return [line[len(path):] for line in self.err.splitlines()
                if line.startswith(path + ":")]

    def test_c10_all_errors_of_a_line(self):
        said = self.refuse("bad.rules", (
            "good.example - 410\n"
            "a..b/x ftp://x 300 tag=a,b max-age=x foo=1 query=no bar\n"
            f"a.example/5% {NEW}/%zz 301\n"
            "b.example https://c..d pass query=drop max-age=5\n"
            "c..d\n"
            f"e.example {NEW}/* 410\n"))
        self.assertEqual([line.split(": ")[0] for line in said[:-1]], (
            [":2"] * 8 + [":3"] * 2 + [":4"] * 3 + [":5"] * 2 + [":6"]))
        self.assertEqual(
            sorted(line.split(": ")[1] for line in said[:8]),
            sorted("line line source target code query max-age tag".split()))
        for part in ("'a..b/x'", "'ftp://x'", "'300'", "'a,b'", "'x' is not",
                     "'foo'", "'no'", "'bar'"):
            self.assertTrue([x for x in said[:8] if part in x], part)
        self.assertEqual(said[-1], ": 16 errors")

    def test_c10_csv(self):
        said = self.refuse("bad.csv", (
            "source,target,code,tag\n"
            "a..b,b.example,,a b\n"
            f'"a.example/x\ny",{NEW},999,\n'))
        self.assertEqual(
            [":".join(line.split(":")[1:3]) for line in said[:-1]],
            ["2: code", "2: source", "2: target", "2: tag", "3: source",
             "3: code"])

    def test_c10_one_error_is_told_once(self):
        for line in ("a.example", "a.example 301", f"a.example {NEW}",
                     f"a.example 301 {NEW}", f"a.example - {NEW}",
                     "a.example - 300", f"a..b {NEW}/* 301",
                     f"a.example/x?y* {NEW}/* 301", f"a.example {NEW} 300 "
                     "query=drop max-age=3", "a.example - pass max-age=1"):
            with self.subTest(line):
                self.assertEqual(len(self.refuse("x.rules", line)), 2)

    def test_c10_excerpts_are_short_and_safe(self):
        said = self.refuse("long.rules", (
            f"a.example/{'a' * 9000} {NEW} 301\n"
            "b.example/\x1b[31m\x9b {0}/\x07 301 tag=\x1b]0;x\n".format(NEW)))
        self.assertEqual(len(said), 5)
        for line in said:
            self.assertTrue(line.isprintable(), line)
            self.assertLess(len(line), 300)
        self.assertIn("'a.example/aaa", said[0])
        self.assertIn("...': path and query over 8000 bytes", said[0])
        self.assertIn("\\x1b", said[1])

    def test_c10_arguments_are_usage_and_have_no_line(self):
        cases = (
            (["add", "a.example", NEW, "301", "tags=x"], ["'tags'"]),
            (["add", "a.example", NEW, "301", "x"], ["'x' is not key=value"]),
            (["add", "a..b", "ftp://x", "300", "tag=a,b", "tags=x"],
             ["'a..b'", "'ftp://x'", "'300'", "'a,b'", "'tags'"]),
            (["set", "a.example", NEW, "301", "tag=a,b"], ["tag: 'a,b'"]),
            (["set", "a.example", NEW, "301", "tag=a", "tag=b"],
             ["given twice"]),
            (["show", "--host", "a..b"], ["'a..b'", "empty label"]),
            (["show", "--tag", "a,b"], ["'a,b'"]),
            (["explain", "/path"], ["HOST[/PATH][?QUERY]"]),
            (["explain", "ftp://a.example/"], ["HOST[/PATH][?QUERY]"]),
            (["explain", "a..b/"], ["empty label"]),
            (["rollback", "x"], ["'x'"]),
            (["export", "--release", "x"], ["'x'"]),
        )
        for args, parts in cases:
            with self.subTest(args):
                self.do(*args, code=2)
                self.assertNotIn("line:", self.err)
                for part in parts:
                    self.assertIn(part, self.err)
                self.assertTrue(self.err.endswith(
                    "Try 'detour help %s'.\n" % args[0]))
        self.assertFalse(os.path.exists(self.state))

    def test_c10_what_is_not_there_is_a_failure(self):
        self.do("add", "a.example", NEW, "301")
        for args in (["show", "--release", "9"], ["rollback", "9"],
                     ["export", "--release", "9"], ["del", "b.example"],
                     ["import", "/nonexistent"]):
            self.do(*args, code=1)


if __name__ == "__main__":
    unittest.main()
