#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour check, and what imports tell of it: what is wrong with rules that can
be imported."""

import json
import os
import re
import unittest

from commands import Case


class Checked(Case):
    def check(self, rules, *args, code=0):
        """What is told of a file: the lines, without that of the totals."""
        out = self.do("check", "-", *args, code=code, stdin=rules)
        return [line for line in out.splitlines()
                if not re.match(r"-: \d+ (warned of|error)", line)]

    def kinds(self, rules, **kwargs):
        """(line, kind) of each warning."""
        found = json.loads(self.do("check", "-", "--json", stdin=rules,
                                   **kwargs))
        return sorted((one["line"], one["kind"]) for one in found)

    def assert_kinds(self, cases):
        for rules, expected in cases:
            with self.subTest(rules):
                self.assertEqual(self.kinds(rules), expected)


class Command(Checked):
    RULES = "a.x/1 https://a.x/2 301\na.x/2 https://n/ 301\n"
    SAID = ("-:1: chain: a.x/1 leads to a.x/2 on line 2 and on: 2 redirects "
            "from a.x/1 to https://n/")

    def test_exit_codes(self):
        self.assertEqual(self.check(self.RULES), [self.SAID])
        self.assertEqual(self.check(self.RULES, "--strict", code=1),
                         [self.SAID])
        self.assertEqual(self.check("a.x/1 https://n/ 301\n", "--strict"), [])
        self.assertEqual(self.check("", "--strict"), [])
        self.assertIn("-:1: code: ", self.check("a https://b x\n", code=1)[0])
        self.do("check", "-", "--release", "1", code=2, stdin="")
        self.do("check", "a", "b", code=2)
        self.do("check", os.path.join(self.dir, "none"), code=1)
        self.do("check", "--release", "7", code=1)
        self.assertFalse(os.path.exists(self.state))

    def test_conflicts_are_errors_as_for_import(self):
        rules = "a/1 https://n/ 301\na/1 https://m/ 301\n"
        self.assertIn("source: a/1 is on line 1 already",
                      self.check(rules, code=1)[0])
        found = json.loads(self.do("check", "-", "--json", code=1,
                                   stdin=rules))
        self.assertEqual([(one["severity"], one["kind"], one["line"])
                          for one in found], [("error", "source", 2)])

    def test_supply_options(self):
        self.assertEqual(self.check("/1 /2\n/2 https://n/\n", "--host", "a.x",
                                    "--base", "https://a.x", "--code", "301",
                                    "--format", "rules"), [self.SAID])

    def test_json(self):
        path = self.write("f", self.RULES)
        found, = json.loads(self.do("check", path, "--json"))
        self.assertEqual(found, {
            "severity": "warning", "kind": "chain", "source": "a.x/1",
            "other": "a.x/2", "target": "https://n/", "file": path, "line": 1,
            "other_line": 2, "text": self.SAID.split(": ", 2)[2]})
        self.assertEqual(json.loads(self.do("check", "-", "--json",
                                            stdin="")), [])

    def test_the_first_ten_of_each(self):
        lines = self.check("".join(
            "a.x/%d https://a.x/end 301\n" % i for i in range(25)) +
            "a.x/end https://n/ 301\n")
        self.assertEqual([line.split(":")[1] for line in lines[:-1]],
                         [str(i) for i in range(1, 11)])
        self.assertEqual(lines[-1], "... and 15 more: chain")

    def test_live_and_releases(self):
        self.do("import", "-", stdin=self.RULES)
        self.assertIn(self.SAID, self.err)
        self.do("set", "a.x/1", "https://m/", "301")
        self.assertEqual(self.do("check"), "")
        self.assertIn("release 1: chain: a.x/1 leads to a.x/2 and on",
                      self.do("check", "--release", "1"))
        found, = json.loads(self.do("check", "--release", "1", "--json"))
        self.assertEqual((found["file"], found["line"]), (None, None))

    def test_import_sees_what_is_live(self):
        self.do("add", "a.x/2", "https://n/", "301")
        rules = "a.x/1 https://a.x/2 301\n"
        said = "-:1: chain: a.x/1 leads to a.x/2, which is live, and on"
        before = self.snapshot()
        self.do("import", "--dry-run", "-", stdin=rules)
        self.assertIn(said, self.err)
        self.do("import", "--strict", "-", stdin=rules, code=1)
        self.assertIn(said, self.err)
        self.assertIn("nothing was changed", self.err)
        self.assertEqual(self.snapshot(), before)
        self.do("import", "-", stdin=rules)
        self.assertIn(said, self.err)

    def test_strict_takes_what_is_clean(self):
        self.do("import", "--strict", "-", stdin="a.x/1 https://n/ 301\n")
        self.assertEqual(self.live(), 1)
        self.do("import", "--strict", "-", code=1,
                stdin="b/1 - 410\nb/1 - 410\n")
        self.assertEqual(self.live(), 1)


class Chains(Checked):
    def test_planted(self):
        self.assert_kinds((
            ("a/1 https://a/1 301\n", [(1, "loop")]),
            ("a/1 http://a/1 301\n", [(1, "self")]),
            ("a/1 https://b/1 301\nb/1 https://a/1 301\n", [(1, "loop")]),
            ("a/* https://b/* 301\nb/* https://c/* 301\n", [(1, "moved")]),
            ("a/x https://b/y 301\nb/* https://c/* 301\n", [(1, "moved")]),
            ("a/x https://b/y 301\nb/y https://c/ 301\n", [(1, "chain")]),
            ("a/x https://b/y 301\nb/y - 410\n", [(1, "chain")]),
            ("*.a/* https://*.b/* 301\n*.b/* https://c/* 301\n",
             [(1, "chain")]),
            ("a/{x} https://b/{x} 301\nb/{y} https://c/{y} 301\n",
             [(1, "chain")]),
            # a prefix that leads to a page below
            ("a/* https://b/* 301\nb/page https://c/ 301\n", [(1, "chain")]),
            # to http of a host that leads on to https
            ("a/x https://n/ 301\nb/x http://a/x 308 scheme=http\n",
             [(2, "chain")])))

    def test_clean(self):
        for rules in (
                # first to https, then away (RFC 6797 7.2)
                "a.x https://a.x 308 scheme=http\n"
                "a.x https://b 301 scheme=https\n",
                "* https://* 308 scheme=http\na/b https://c/d 301\n",
                "a/1 https://b/2 301\nb/1 https://c/ 301\n",
                "a/1 https://b/1 301\nb/1 - pass\n",
                "a/1 https://b:8443/1 301\nb/1 https://c/ 301\n",
                "a/1 https://b/1 301\nb/1 https://c/ 301 scheme=http\n"):
            with self.subTest(rules):
                self.assertEqual(self.check(rules), [])


if __name__ == "__main__":
    unittest.main()
