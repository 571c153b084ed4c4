#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Values in quotes, and the keys note, final and header, in every command that
reads or prints rules."""

import json
import unittest

from commands import Case

NEW = "https://new.example"
# Rules as they are printed, with all that is to be quoted.
RULES = [
    "a.example/* - 410 note=x",
    'b.example/* - pass tag=t note="a # b"',
    'c.example/* %s/* 307 max-age=60 note="\\"q\\" \\\\" final=301/308:60 '
    'header="A: b" header="C: \\"d\\\\"' % NEW,
    "d.example/* - 200 header=\"X-A: b\" header=\"X-A: b\"",
    'e.example/* - 410 final=410 note="\\"x"',
    "f.example/* %s/* 301 note=#4711" % NEW,
    'g.example/* %s/* 301 query=drop note="ü, \u20ac;" header="A: 1" '
    'header="B: 2" header="C: 3" header="D: 4"' % NEW,
    "h.example/* %s/* 302 note=a\"b\\" % NEW,
]
RULES[4] = 'e.example/* - 410 note="\\"x" final=410'
TEXT = "".join(rule + "\n" for rule in RULES)
PLAIN = "source,target,code,query,max-age,tag\r\n"


class Keys(Case):
    def load(self, text=TEXT, *args):
        return self.do("import", *args, "-", stdin=text)

    def test_printed_rules_are_read_back(self):
        self.load()
        self.assertEqual(self.do("show"), TEXT)
        for kind in "rules", "csv":
            text = self.do("export", "--format", kind)
            self.do("import", "--replace", "--format", kind, "-", stdin=text)
            self.assertEqual(self.live(), 1)
            self.do("import", "--format", kind, "-", stdin=text)
            self.assertEqual(self.live(), 1)
        self.assertEqual(self.do("export"), TEXT)

    def test_csv_has_the_columns_that_a_rule_needs(self):
        for rule, names, row in (
                ("a - 410", "", ""),
                ('a - 410 note="x, y"', ",note", ',"x, y"'),
                ("a - 410 final=410:7", ",final", ",410:7"),
                ("a - 410 header=b:c", ",header", ",b: c"),
                ("a - 410 header=b:c header=d:e note=x",
                 ",note,header,header2", ",x,b: c,d: e")):
            with self.subTest(rule):
                self.load(rule, "--replace")
                self.assertEqual(
                    self.do("export", "--format", "csv"),
                    PLAIN.replace("\r\n", names + "\r\n") +
                    "a/*,-,410,,," + row + "\r\n")

    def test_json(self):
        self.load()
        rows = json.loads(self.do("show", "--json"))
        self.assertEqual([(row["note"], row["final"], row["headers"])
                          for row in rows], [
            ("x", None, []),
            ("a # b", None, []),
            ('"q" \\', "301/308:60", ["A: b", 'C: "d\\']),
            (None, None, ["X-A: b", "X-A: b"]),
            ('"x', "410", []),
            ("#4711", None, []),
            ("ü, \u20ac;", None, ["A: 1", "B: 2", "C: 3", "D: 4"]),
            ('a"b\\', None, [])])

    def test_commands_take_values_as_they_are(self):
        for value, printed in (
                ("ticket 4711", '"ticket 4711"'), ("#1", "#1"),
                ('"quoted"', '"\\"quoted\\""'), ("a\\nb", "a\\nb"),
                (" around ", "around"), ("a # b", '"a # b"')):
            with self.subTest(value):
                self.do("set", "a.example", "-", "410", "note=" + value)
                self.assertEqual(self.do("show"),
                                 "a.example/* - 410 note=%s\n" % printed)
        self.assertEqual(
            json.loads(self.do("show", "--json"))[0]["note"], "a # b")

    def test_what_is_there_may_be_long(self):
        keys = ["note=" + "ü" * 128] + ["header=X: " + '"' * 253] * 4
        self.do("add", "a.example", NEW, "301", *keys)
        self.do("add", "a.example", NEW, "302", *keys, code=1)
        self.assertIn("a.example/* is there already, set changes it: ",
                      self.err)

    def test_set(self):
        self.load('a.example %s 307 note="a b" final=301 header=A:b header=C:d'
                  % NEW)
        rule = 'a.example/* %s/* ' % NEW
        for args, printed in (
                (["302"], '302 note="a b" final=301 header="A: b" '
                          'header="C: d"'),
                (["302", "note="], '302 final=301 header="A: b" header="C: d"'),
                (["302", "header=E:f"], '302 final=301 header="E: f"'),
                (["302", "header=A:b", "header=A:b"],
                 '302 final=301 header="A: b" header="A: b"'),
                (["302", "header="], "302 final=301"),
                (["302", "final=308:9"], "302 final=308:9"),
                (["301", "note=x"], "301 note=x final=308:9"),
                (["302", "final="], "302 note=x")):
            with self.subTest(args):
                out = self.do("set", "a.example", NEW, *args)
                self.assertIn("+ %s%s\n" % (rule, printed), out)
                self.assertEqual(self.do("show"), rule + printed + "\n")
        self.do("set", "a.example", NEW, "302", "final=301", "header=A:b")
        self.do("set", "a.example", "-", "pass")
        self.assertEqual(self.do("show"), "a.example/* - pass note=x\n")

    def test_set_many(self):
        self.load("a - 410 tag=t\nb %s 307 tag=t\nc - 410\n" % NEW)
        self.do("set", "--tag", "t", "note=x y", "header=A:b")
        self.assertEqual(self.do("show"),
                         'a/* - 410 tag=t note="x y" header="A: b"\n'
                         'b/* %s/* 307 tag=t note="x y" header="A: b"\n'
                         "c/* - 410\n" % NEW)
        self.do("set", "--tag", "t", "final=410", code=1)
        self.assertIn("b/*: final: ", self.err)
        self.do("set", "--host", "a", "final=410:0", "note=", "header=")
        self.assertIn("a/* - 410 tag=t final=410:0\n", self.do("show"))
        self.do("set", "--tag", "t", "final=307", code=2)

    def test_bad_values_in_commands(self):
        for args in (["note=\x01"], ["final=302"], ["header=Date: x"],
                     ["header=A:b", "header="], ["header=", "header=A:b"],
                     ["note=a", "note=b"], ["note=" + "x" * 257]):
            with self.subTest(args):
                self.do("set", "a.example", NEW, "307", *args, code=2)
                self.assertIn(args[0].split("=")[0] + ": ", self.err)
        self.do("add", "a.example", "-", "410", "note=", code=2)
        self.assertIn("note: empty", self.err)

    def test_an_error_names_its_line(self):
        good = "a.example - 410 note=\"a b\"\n"
        for line, text in (
                ('b - 410 note="a', "note: '\"a' has no closing quote"),
                ('b - 410 note="a"b', "note: 'b' directly behind"),
                ('b - 410 note="a\\t"', "note: '\\t' in quotes"),
                ('b - 410 header="Via: x"', "header: 'Via: x': 'Via' is"),
                ('b - 410 final=301', "final: '301' is not 410")):
            with self.subTest(line):
                self.do("import", "-", code=1, stdin=good + line + "\n" + good)
                self.assertIn("-:2: " + text, self.err)
        self.do("show", code=1)

    def test_the_same_and_another(self):
        """Two lines of a source are merged if all that they say is the same."""
        line = 'a %s 307 note="x" final=301 header=A:b\n' % NEW
        self.load(line + 'a %s 307 max-age=0 query=keep header="A:  b" note=x '
                  'final=301:3600\n' % NEW, "--replace")
        self.assertIn("-:2: same: as on line 1", self.err)
        for other in ('note=y final=301 header=A:b', 'final=301 header=A:b',
                      'note=x header=A:b', 'note=x final=308 header=A:b',
                      'note=x final=301:7 header=A:b', 'note=x final=301',
                      'note=x final=301 header=A:c',
                      'note=x final=301 header=A:b header=A:b'):
            with self.subTest(other):
                self.do("import", "--replace", "-", code=1,
                        stdin=line + "a %s 307 %s\n" % (NEW, other))
                self.assertIn('is on line 1 already (%s/* 307 note=x final=301 '
                              'header="A: b")' % NEW, self.err)
        self.do("add", "a", NEW, "307", "note=y", code=1)
        self.assertIn("is there already", self.err)

    def test_import_update(self):
        self.load('a - 410 note=x final=410 header=A:b\n')
        rows = "source,target,code%s\na,-,410%s\n"
        for columns, row, keys in (
                ("", "", ' note=x final=410 header="A: b"'),
                (",header2", ",C:d", ' note=x final=410 header="C: d"'),
                (",note", ",", ' final=410 header="C: d"'),
                (",final,note", ",410:7,z", ' note=z final=410:7 '
                                            'header="C: d"'),
                (",header4,header", ",4:4,1:1",
                 ' note=z final=410:7 header="1: 1" header="4: 4"'),
                (",header", ",", " note=z final=410:7")):
            with self.subTest(columns):
                self.do("import", "--update", "--format", "csv", "-",
                        stdin=rows % (columns, row))
                self.assertEqual(self.do("show"), "a/* - 410%s\n" % keys)
        self.do("import", "--replace", "--format", "csv", "-",
                stdin=rows % ("", ""))
        self.assertEqual(self.do("show"), "a/* - 410\n")
        self.load('a - 410 note="x y"\n', "--update")
        self.load("a - 410 tag=t\n", "--update")
        self.assertEqual(self.do("show"), "a/* - 410 tag=t\n")

    def test_explain(self):
        self.load()
        for rule in RULES:
            host = rule.split("/")[0]
            said = json.loads(self.do("explain", "--json", host + "/x"))
            fields, = (row for row in json.loads(
                self.do("show", "--json", "--host", host)))
            self.assertEqual(said["rules"][0]["fields"], fields)
            self.do("import", "--update", "-", stdin=said["rules"][0]["rule"])
        self.assertEqual(self.live(), 1)
        self.assertEqual(self.do("show"), TEXT)

    def test_a_rollback_brings_them_back(self):
        self.load()
        self.load("a - 410\n", "--replace", "--large")
        self.do("rollback")
        self.assertEqual(self.do("show"), TEXT)
        self.do("add", "z.example", "-", "410")
        self.assertEqual(self.do("show"), TEXT + "z.example/* - 410\n")
        self.assert_sound()

    def test_many(self):
        """More rules than a page of show, and than one statement inserts."""
        rules = ['h%05d/* - 410 note="n %d" header="A: %d"\n' % (i, i, i)
                 if i % 3 else "h%05d/* - 410\n" % i for i in range(12000)]
        self.load("".join(reversed(rules)))
        self.assertEqual(self.do("show"), "".join(rules))


if __name__ == "__main__":
    unittest.main()
