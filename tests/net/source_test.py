#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sources that are written otherwise than they are stored: patterns, sets of
pairs, and case=ignore; in every command that reads or prints rules."""

import json
import unittest

from planting import Planted

NEW = "https://new.example"
PLAIN = "source,target,code,query,max-age,tag"
RULES = [
    "a/About - 410 case=ignore tag=t note=x",
    "a/p?a=1&b=2&* %s/q 307 query=drop" % NEW,
    "a/P?a=1&B=2&* %s/q 307 scheme=http case=ignore" % NEW,
    "a/{Year:digits}/{slug}.html %s/{slug}?{Year} 307 note=n" % NEW,
    "a/{Any}/X* %s/{Any}/* 307 case=ignore tag=t" % NEW,
]


class Printing(Planted):
    def test_rules_are_printed_and_read_back(self):
        self.plant(*RULES)
        out = self.do("show")
        self.assertEqual(sorted(out.splitlines()), sorted(RULES))
        self.assertEqual(self.do("export"), out)
        for kind in "rules", "csv":
            out = self.do("export", "--format", kind)
            for mode in [], ["--update"], ["--replace"]:
                self.assertIn("no change", self.do(
                    "import", *mode, "--format", kind, "-", stdin=out))

    def test_columns(self):
        self.plant(RULES[0], "b/* - 410")
        self.assertEqual(
            self.do("export", "--format", "csv"),
            PLAIN + ",case,note\r\na/About,-,410,,,t,ignore,x\r\n"
            "b/*,-,410,,,,,\r\n")

    def test_json(self):
        self.plant(*RULES)
        rows = {row["source"]: row for row in
                json.loads(self.do("show", "--json"))}
        self.assertEqual(set(rows), {rule.split()[0] for rule in RULES})
        self.assertEqual(rows["a/About"]["case"], "ignore")
        self.assertEqual(rows["a/p?a=1&b=2&*"]["case"], None)
        self.assertEqual(rows["a/{Any}/X*"]["target"], NEW + "/{Any}/*")


class Same(Planted):
    """When two sources are the same."""

    def pair(self, one, two, code=0):
        self.do("import", "--dry-run", "-", code=code,
                stdin="%s\nb - 410\n%s\n" % (one, two))
        return self.err

    def test_same_and_merged(self):
        for one, two in (
                ("a/{x}/y - 410", "a/{z}/y - 410"),
                ("a/{x}/{y} %s/{y}/{x} 301" % NEW,
                 "a/{y}/{x} %s/{x}/{y} 301" % NEW),
                ("a/About - 410 case=ignore", "A/aBOUT - 410 case=ignore"),
                ("a/?b=1&a=2&* - 410", "a/?a=2&b=1&* - 410"),
                ("a/?B=1&a=2&* - 410 case=ignore",
                 "a/?A=2&b=1&* - 410 case=ignore"),
                ("a/{x}/Y - 410 case=ignore", "a/{z}/y - 410 case=ignore")):
            with self.subTest((one, two)):
                self.assertIn("-:3: same: as on line 1", self.pair(one, two))

    def test_same_and_refused(self):
        for one, two in (
                ("a/{x}/y - 410", "a/{z}/y - 200"),
                ("a/{x}/{y} %s/{y}/{x} 301" % NEW,
                 "a/{y}/{x} %s/{y}/{x} 301" % NEW),
                ("a/About - 410 case=ignore", "A/aBOUT - 200 case=ignore"),
                # case= is no part of SOURCE
                ("a/About - 410", "a/About - 410 case=ignore"),
                ("a/About - 410 case=ignore", "a/About - 200"),
                ("a/About - 410 case=ignore scheme=http",
                 "a/About - 410 scheme=https"),
                ("a/?B=1&a=2&* - 410", "a/?a=2&B=1&* - 410 case=ignore"),
                ("a/{x}/Y - 410", "a/{z}/Y - 410 case=ignore")):
            with self.subTest((one, two)):
                self.assertRegex(self.pair(one, two, code=1),
                                 "-:3: source: .* is on line 1 already")

    def test_not_the_same(self):
        for one, two in (
                ("a/{x}/y - 410", "a/{x:digits}/y - 410"),
                ("a/about - 410", "a/About - 410 case=ignore"),
                ("a/?a&b&* - 410", "a/?a&b - 410"),
                ("a/?A&* - 410", "a/?a&* - 410"),
                ("a/{x}/y - 410", "a/{x}/y* - 410")):
            with self.subTest((one, two)):
                self.assertNotIn("-:3", self.pair(one, two))


class Changing(Planted):
    def test_any_spelling_that_no_other_has(self):
        fold, exact = "a/About - 410 case=ignore", "a/about - 410"
        for live, args, gone in (
                ([fold], ["a/ABOUT"], [fold]),
                ([fold], ["a/about", "a/About"], [fold]),
                ([exact, fold], ["a/about"], [exact]),
                ([exact, fold], ["a/About"], [fold]),
                ([exact, fold], ["a/ABOUT"], [fold]),
                ([RULES[2]], ["a/p?b=2&A=1&*"], [RULES[2]]),
                ([RULES[3]], ["a/{n:digits}/{m}.html"], [RULES[3]]),
                ([RULES[4]], ["a/{n}/x*"], [RULES[4]])):
            with self.subTest((live, args)):
                self.plant(*live)
                self.assertEqual(self.dry("del", *args),
                                 ["- " + rule for rule in gone])
        self.plant(exact, fold)
        self.do("del", "a/abouT/", code=1)
        self.assertIn("there is no rule a/abouT/", self.err)
        self.do("del", "a/{n}", code=1)
        self.assertIn("there is no rule a/{n}", self.err)

    def test_set(self):
        fold = "a/About - 410 case=ignore"
        for live, args, lines in (
                ([fold], ["a/ABOUT", "-", "200"],
                 ["- " + fold, "+ a/About - 200 case=ignore"]),
                ([fold], ["a/about", "-", "410", "case="],
                 ["- " + fold, "+ a/about - 410"]),
                (["a/About - 410"], ["a/About", "-", "410", "case=ignore"],
                 ["- a/About - 410", "+ " + fold]),
                (["a/about - 410"], ["a/About", "-", "410", "case=ignore"],
                 ["+ " + fold]),
                (["a/{x}/y %s/{x} 307" % NEW],
                 ["a/{n}/y", NEW + "/n/{n}", "307"],
                 ["- a/{x}/y %s/{x} 307" % NEW,
                  "+ a/{n}/y %s/n/{n} 307" % NEW]),
                (["a/{x}/Y %s/{x} 307 case=ignore" % NEW],
                 ["a/{n}/y", NEW + "/n/{n}", "307"],
                 ["- a/{x}/Y %s/{x} 307 case=ignore" % NEW,
                  "+ a/{n}/y %s/n/{n} 307 case=ignore" % NEW])):
            with self.subTest((live, args)):
                self.plant(*live)
                self.assertEqual(sorted(self.dry("set", *args)),
                                 sorted(lines))

    def test_set_many(self):
        self.plant("a/About - 410", "a/{n}/Y %s/{n} 307" % NEW,
                   "a/?B&a&* - 410")
        self.assertEqual(
            [line for line in self.dry("set", "--host", "a", "case=ignore")
             if line[0] == "+"],
            ["+ a/?a&B&* - 410 case=ignore", "+ a/About - 410 case=ignore",
             "+ a/{n}/Y %s/{n} 307 case=ignore" % NEW])
        self.plant("a/?A&a&* - 410")
        self.dry("set", "--host", "a", "case=ignore", code=1)
        self.assertIn("twice", self.err)
        self.plant("a/A - 410", "a/a - 410")
        self.dry("set", "--host", "a", "case=ignore", code=1)
        self.assertIn("is there already", self.err)

    def test_add_is_refused(self):
        for live, args in (
                ("a/About - 410", ["a/About", "-", "410", "case=ignore"]),
                ("a/About - 410 case=ignore", ["a/About", "-", "410"]),
                ("a/About - 410 case=ignore",
                 ["a/ABOUT", "-", "200", "case=ignore"]),
                ("a/About - 410 scheme=http",
                 ["a/About", "-", "410", "case=ignore", "scheme=https"])):
            with self.subTest((live, args)):
                self.plant(live)
                self.assertEqual(self.dry("add", *args, code=1), [])
                self.assertIn("is there already", self.err)
        self.plant("a/About - 410 case=ignore")
        self.assertEqual(self.dry("add", "a/about", "-", "410"),
                         ["+ a/about - 410"])

    def test_update(self):
        fold = "a/About - 410 case=ignore"
        for live, line, lines in (
                (fold, "a/About - 410", ["+ a/About - 410", "- " + fold]),
                ("a/About - 410", "a/About - 410 case=ignore",
                 ["- a/About - 410", "+ " + fold]),
                (fold, "a/about - 410", ["+ a/about - 410"]),
                (fold, "a/about - 200 case=ignore",
                 ["- " + fold, "+ a/about - 200 case=ignore"])):
            with self.subTest((live, line)):
                self.plant(live)
                out = self.run_detour("import", "--update", "--dry-run", "-",
                                      stdin=line.encode())
                self.assertNotIn(b"source:", out.stderr)
                self.assertEqual(
                    sorted(text for text in out.stdout.decode().splitlines()
                           if text[:2] in ("+ ", "- ")), sorted(lines))

    def test_update_keeps_what_a_table_cannot_say(self):
        """As set does: a rule stays one of case=ignore, whatever stands around
        it; the same table once more changes nothing."""
        self.do("import", "-", "--replace", stdin=(
            "a/About - 410 case=ignore tag=t\na/b https://n/b 301\n"
            "a/{x}/Y https://n/{x} 301 case=ignore\n"
            "a/Zoo https://n/z 301 case=ignore\n"))
        table = ("source,target,code\na/about,https://n/low,302\n"
                 "a/About,-,200\na/Zoo,https://n/z,301\n"
                 "a/{q}/Y,https://n/{q},302\na/new,https://n/n,301\n")
        out = self.do("import", "--format", "csv", "--update", "-",
                      stdin=table)
        self.assertIn(": 6 rules, 2 added, 0 removed, 2 changed, 1 there", out)
        shown = self.do("show")
        self.assertEqual(sorted(shown.splitlines()), [
            "a/About - 200 case=ignore tag=t", "a/Zoo https://n/z 301 case=ignore",
            "a/about https://n/low 302", "a/b https://n/b 301",
            "a/new https://n/n 301", "a/{q}/Y https://n/{q} 302 case=ignore"])
        out = self.do("import", "--format", "csv", "--update", "-",
                      stdin=table)
        self.assertIn("no change", out)
        out = self.do("import", "-", "--update", "--draft", "--trial", stdin=(
            "Alte Seite;Neue Seite;Code;Note\na/ZOO;https://n/up;301;x\n"
            "a/Zoo;https://n/2;301;hi\n"))
        self.assertIn(", 1 added, 0 removed, 1 changed", out)
        self.assertIn("a/Zoo https://n/2 307 case=ignore note=hi final=301\n",
                      self.do("show", "--draft"))


if __name__ == "__main__":
    unittest.main()
