#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The keys scheme and first in every command that reads or prints rules."""

import json
import unittest

from planting import Planted

NEW = "https://new.example"
PLAIN = "source,target,code,query,max-age,tag"


TWO = ["a/* %s/* 307 scheme=http" % NEW, "a/* - 410 scheme=https"]


class Printing(Planted):
    def test_rules_are_printed_and_read_back(self):
        rules = ["*/* - pass scheme=http first=yes", "*/* - 200 scheme=https"
                 " first=yes", "a/* %s/* 307 scheme=http query=drop tag=t"
                 % NEW, "a/* - 410 scheme=https", "b/* - 410",
                 "c/x - pass scheme=https"]
        self.plant(*rules)
        text = "".join(rule + "\n" for rule in rules)
        self.assertEqual(self.do("show"), text)
        self.assertEqual(self.do("export"), text)
        self.assertEqual(self.do("show", "--host", "a"),
                         "".join(rule + "\n" for rule in rules[2:4]))
        for kind in "rules", "csv":
            out = self.do("export", "--format", kind)
            self.do("import", "--format", kind, "-", stdin=out)
            self.assertIn("no change", self.do("import", "--replace",
                                               "--format", kind, "-",
                                               stdin=out))

    def test_columns(self):
        for rules, names, rows in (
                (TWO, ",scheme", [
                    "a/*,%s/*,307,,,,http" % NEW, "a/*,-,410,,,,https"]),
                (["*/* - pass first=yes", "a/* - 410"], ",first",
                 ["*/*,-,pass,,,,yes", "a/*,-,410,,,,"])):
            with self.subTest(rules):
                self.plant(*rules)
                self.assertEqual(self.do("export", "--format", "csv"),
                                 "".join(row + "\r\n" for row in
                                         [PLAIN + names] + rows))

    def test_json(self):
        self.plant("*/* - pass first=yes", *TWO)
        self.assertEqual(
            [(row["source"], row["scheme"], row["first"])
             for row in json.loads(self.do("show", "--json"))],
            [("*/*", None, True), ("a/*", "http", False),
             ("a/*", "https", False)])

    def test_a_page_does_not_end_between_two(self):
        rules = ["a/%05d - 410" % i for i in range(999)] + [
            "b/* - 410 scheme=http", "b/* - 410 scheme=https", "c/* - 410"]
        self.plant(*rules)
        self.assertEqual(self.do("show").splitlines(), rules)


class Reading(Planted):
    def test_values(self):
        for args, why in (
                (["a", "-", "410", "scheme=ftp"],
                 "scheme: 'ftp' is neither http nor https"),
                (["a", "-", "410", "scheme=HTTP"], "neither http nor https"),
                (["a", "-", "410", "scheme="], "scheme: empty"),
                (["a", "-", "410", "scheme=http", "scheme=https"],
                 "scheme: given twice"),
                (["*", "-", "pass", "first=no"], "first: 'no' is not yes"),
                (["*", "-", "410", "first=yes"],
                 "first: only with the codes pass and 200"),
                (["*", NEW, "301", "first=yes"],
                 "first: only with the codes pass and 200"),
                (["*.a", "-", "pass", "first=yes"], "the host '*'"),
                (["a", "-", "200", "first=yes"], "the host '*'")):
            with self.subTest(args):
                self.do("add", *args, code=2)
                self.assertIn(why, self.err)

    def test_columns(self):
        self.assertEqual(
            self.dry("import", "--format", "csv", "-",
                     stdin="scheme,source,target,code,first\n"
                     "https,a,-,410,\n,*,-,pass,yes\n"),
            ["+ */* - pass first=yes", "+ a/* - 410 scheme=https"])

    def test_lines_of_one_source(self):
        """One without scheme, or one for each, or one for one of them."""
        for one, two, why in (
                ("a - 410", "a - 410 scheme=http", "one rule without scheme="),
                ("a - 410 scheme=https", "a - 410", "one rule without scheme="),
                ("a - 410 scheme=http", "A. - 200 scheme=http", ""),
                ("* - pass first=yes scheme=http", "* - pass scheme=https",
                 "the same first="),
                ("* - pass first=yes", "* - pass", "")):
            with self.subTest((one, two)):
                self.do("import", "-", stdin="%s\nb - 410\n%s\n" % (one, two),
                        code=1)
                self.assertRegex(self.err, "-:3: source: .* is on line"
                                 " 1 already.*" + why)
                self.assertIn("nothing was changed", self.err)
        self.dry("import", "-", stdin="a - 410 scheme=http\n"
                 "https://a - 410 scheme=http\n")
        self.assertIn("-:2: same: as on line 1", self.err)
        self.assertEqual(
            self.dry("import", "-", stdin="a - 410 scheme=https\n"
                     "a - 200 scheme=http\n"),
            ["+ a/* - 200 scheme=http", "+ a/* - 410 scheme=https"])


class Changing(Planted):
    def test_add(self):
        for live, args, lines, why in (
                (TWO[:1], ["a", "-", "410", "scheme=https"],
                 ["+ " + TWO[1]], ""),
                (TWO[:1], ["a", "-", "410"], [], "one rule without scheme="),
                (["a/* - 410"], ["a", "-", "200", "scheme=http"], [],
                 "one rule without scheme="),
                (TWO, ["a", "-", "200", "scheme=http"], [],
                 "set changes it"),
                (TWO, ["a", "-", "410", "scheme=https"], [],
                 "a/* scheme=https is already there"),
                (["*/* - pass scheme=http first=yes"],
                 ["*", "-", "200", "scheme=https"], [], "the same first=")):
            with self.subTest((live, args)):
                self.plant(*live)
                self.assertEqual(self.dry(
                    "add", *args, code=1 if "=" in why and "there" not in why
                    or "changes" in why else 0), lines)
                self.assertIn(why, self.err)

    def test_set(self):
        http, https = TWO
        for live, args, lines in (
                (TWO, ["a", "-", "302/307"], None),
                (TWO, ["a", "-", "200"],
                 ["- " + http, "+ a/* - 200 scheme=http", "- " + https,
                  "+ a/* - 200 scheme=https"]),
                (TWO, ["a", "-", "200", "--scheme", "https"],
                 ["- " + https, "+ a/* - 200 scheme=https"]),
                (TWO, ["a", "-", "410", "tag=x", "--scheme", "http"],
                 ["- " + http, "+ a/* - 410 scheme=http tag=x"]),
                (TWO[:1], ["a", "-", "410", "scheme=https"],
                 ["- " + http, "+ " + https]),
                (TWO[:1], ["a", "-", "410", "scheme="],
                 ["+ a/* - 410", "- " + http]),
                (TWO[:1], ["a", "-", "410", "--scheme", "https"],
                 ["+ " + https]),
                (["a/* - 410"], ["a", "-", "410", "scheme=http"],
                 ["- a/* - 410", "+ a/* - 410 scheme=http"]),
                (["a/* - 410 scheme=https", "*.a/* - 200 scheme=http"],
                 [".a", "-", "pass"],
                 ["- *.a/* - 200 scheme=http", "+ *.a/* - pass scheme=http",
                  "- a/* - 410 scheme=https", "+ a/* - pass scheme=https"])):
            with self.subTest((live, args)):
                self.plant(*live)
                if lines is None:
                    self.do("set", *args, code=2)
                else:
                    self.assertEqual(self.dry("set", *args), lines)

    def test_set_is_refused(self):
        for live, args, why in (
                (TWO, ["a", "-", "410", "scheme=http"],
                 "--scheme http or https says which"),
                (TWO, ["a", "-", "410", "scheme="],
                 "--scheme http or https says which"),
                (TWO, ["a", "-", "410", "scheme=http", "--scheme", "https"],
                 "one rule for each scheme"),
                (TWO, ["a", "-", "410", "scheme=", "--scheme", "https"],
                 "one rule without scheme="),
                (["a/* - 410"], ["a", "-", "410", "--scheme", "http"],
                 "one rule without scheme="),
                (TWO, ["--host", "a", "scheme=http"],
                 "one rule for each scheme"),
                (["*/* - pass scheme=http", "*/* - pass scheme=https"],
                 ["*", "-", "pass", "first=yes", "--scheme", "http"],
                 "the same first=")):
            with self.subTest((live, args)):
                self.plant(*live)
                self.assertEqual(self.dry("set", *args, code=1), [])
                self.assertIn(why, self.err)
        self.do("set", "a", "-", "410", "--scheme", "ftp", code=2)
        self.assertIn("'ftp' is neither http nor https", self.err)

    def test_set_many(self):
        self.plant(*TWO, "b/* - 410 scheme=https", "*/* - pass")
        self.assertEqual(
            self.dry("set", "--host", "a", "--host", "b", "--scheme", "https",
                     "tag=x"),
            ["- a/* - 410 scheme=https", "+ a/* - 410 scheme=https tag=x",
             "- b/* - 410 scheme=https", "+ b/* - 410 scheme=https tag=x"])
        self.assertEqual(
            self.dry("set", "--host", "b", "scheme="),
            ["+ b/* - 410", "- b/* - 410 scheme=https"])
        self.assertEqual(self.dry("set", "--host", "*", "first=yes"),
                         ["- */* - pass", "+ */* - pass first=yes"])
        self.dry("set", "--host", "a", "first=yes", code=1)
        self.assertIn("only with a source of the host '*'", self.err)

    def test_set_takes_first_away(self):
        self.plant("*/* - pass first=yes")
        self.assertEqual(self.dry("set", "*", "-", "410"),
                         ["- */* - pass first=yes", "+ */* - 410"])
        self.assertEqual(self.dry("set", "*", "-", "200"),
                         ["- */* - pass first=yes", "+ */* - 200 first=yes"])

    def test_del(self):
        for args, gone in ((["a"], TWO), (["http://a"], TWO),
                           (["a", "--scheme", "http"], TWO[:1]),
                           (["a", "a", "--scheme", "https"], TWO[1:]),
                           (["--host", "a", "--scheme", "http"], TWO[:1]),
                           ([".a", "--scheme", "http"], TWO[:1])):
            with self.subTest(args):
                self.plant(*TWO, "b/* - 410")
                self.assertEqual(self.dry("del", *args),
                                 ["- " + rule for rule in gone])
        self.do("del", "b", "--scheme", "http", code=1)
        self.assertIn("there is no rule b/* scheme=http", self.err)

    def test_del_leaves_what_can_be_compiled(self):
        self.plant(*TWO, "b/* - 410")
        self.do("del", "a")
        self.assertEqual(self.do("show"), "b/* - 410\n")
        self.assertIn("del a/* and 1 more", self.do("log"))
        self.plant("b/* - 410", "c/* - 410 scheme=http")
        self.do("del", "c", "--scheme", "http")
        self.assertIn("del c/* --scheme http", self.do("log"))
        self.assertIn("1 added, 0 removed, 0 changed", self.do("rollback"))
        self.assertEqual(self.do("show"),
                         "b/* - 410\nc/* - 410 scheme=http\n")


class Importing(Planted):
    def test_add(self):
        self.plant(*TWO[:1])
        self.assertEqual(self.dry("import", "-", stdin=TWO[1]),
                         ["+ " + TWO[1]])
        for line in ("a - 410", "a - 410 scheme=http"):
            with self.subTest(line):
                self.assertEqual(
                    self.dry("import", "-", code=1, stdin=line + "\n"), [])
                self.assertIn("-:1: source: a/* is there already",
                              self.err)

    def test_update_replaces_all_of_a_source(self):
        http, https = TWO
        for live, lines, changes in (
                (TWO, ["a - 410 scheme=http"],
                 ["- " + http, "+ a/* - 410 scheme=http", "- " + https]),
                (TWO, ["a - 200 scheme=https"],
                 ["- " + http, "- " + https, "+ a/* - 200 scheme=https"]),
                (["a/* - 410"], TWO,
                 ["- a/* - 410"] + ["+ " + rule for rule in TWO]),
                (TWO[:1], [https], ["- " + http, "+ " + https]),
                (TWO, ["b - 410"], ["+ b/* - 410"])):
            with self.subTest((live, lines)):
                self.plant(*live)
                self.assertEqual(
                    self.dry("import", "--update", "-",
                             stdin="\n".join(lines)), changes)
                self.assertNotIn("source: ", self.err)

    def test_update_refuses_a_row_without_scheme(self):
        self.plant(*TWO)
        self.assertEqual(self.dry("import", "--update", "-", code=1,
                                  stdin="b - 410\na - 410\n"), [])
        self.assertIn("-:2: source: a/* is there already", self.err)
        self.assertIn("does not say for which scheme", self.err)
        self.assertEqual(self.err.count("source: "), 1)

    def test_replace(self):
        self.plant(*TWO)
        self.assertEqual(
            self.dry("import", "--replace", "-", stdin="a - 410\n"),
            ["+ a/* - 410", "- " + TWO[0], "- " + TWO[1]])


if __name__ == "__main__":
    unittest.main()
