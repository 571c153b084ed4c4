#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour check, and what imports tell of it: what is wrong with rules that can
be imported."""

import json
import os
import re
import subprocess
import unittest

from commands import DETOUR, Case


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

    def kinds_but(self, rules, *but):
        return [one for one in self.kinds(rules) if one[1] not in but]

    def found(self, rules, kind):
        """The lines that are warned of, of one kind."""
        return [line for line, name in self.kinds(rules) if name == kind]

    def assert_found(self, kind, cases):
        for rules, lines in cases:
            with self.subTest(rules[:200]):
                self.assertEqual(self.found(rules, kind), lines)

    def assert_kinds(self, cases):
        for rules, expected in cases:
            with self.subTest(rules):
                self.assertEqual(self.kinds_but(rules, "twin", "downgrade"),
                                 expected)


class Command(Checked):
    RULES = "a.x/1 https://a.x/2 301\na.x/2 https://n/ 301\n"
    SAID = ("-:1: chain: a.x/1 leads to a.x/2 on line 2 and on: 2 redirects "
            "from a.x/1 to https://n/")

    def test_partial(self):
        args = "check", "-", "--format", "nginx"
        text = ("server { server_name a.example;\n"
                "location = /b { if ($http_cookie) { return 410; } }\n"
                "location = /a { return 301 https://n.example/a; }\n}\n")
        said = self.do(*args, code=1, stdin=text)
        self.assertEqual(self.do(*args, "--partial", stdin=text), said)
        self.assertIn("condition: ", said)
        self.do("check", "-", "--partial", code=1, stdin="a.example x\n")
        self.assertIn("a.example/a ", self.do(*args, "--partial", "--flatten",
                                              stdin=text))

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

    def test_options_that_say_nothing_right(self):
        for args, said in (
                (("--host", "a.x/"), "--host: 'a.x/' is more than a host"),
                (("--host", "https://a.x/sub"), "is more than a host"),
                (("--host", "a.x,b.x"), "each has a --host of its own"),
                (("--host", "a..x"), "--host: "),
                (("--host", "a.x", "--host", "A.x"), "given twice"),
                (("--base", "n.x"), "--base: 'n.x' is no URL"),
                (("--base", "https://n x"), "--base: "),
                (("--code", "999"), "--code: '999' is none of"),
                (("--tag", "a b"), "--tag: "),
                (("--code", "301", "--code", "302"), "--code is given twice"),
                (("--cod", "301", "--code=301"), "--code is given twice"),
                (("--draft", "--draft=x"), "--draft is given twice")):
            with self.subTest(args=args):
                self.do("check", "-", *args, code=2, stdin="")
                self.assertIn(said, self.err)
        self.do("serve", "--threads", "1", "--threads", "x", code=2)
        self.assertIn("'x'", self.err)  # the last one counts

    def test_a_path_is_one_of_each_host(self):
        hosts = [x for host in ("a.x", "https://www.a.x", ".b.x")
                 for x in ("--host", host)]
        self.do("import", "-", *hosts, "--code", "301", stdin=(
            "Old URL,New URL\n/p,https://n/p\nc.x/q,https://n/q\n"))
        self.assertEqual(self.do("show").split()[::3],
                         ["*.b.x/p", "a.x/p", "b.x/p", "c.x/q", "www.a.x/p"])

    def test_lines_come_whole_where_streams_are_one(self):
        rules = "".join("a.x/%d https://a.x/end%s 301\n" % (i, i)
                        for i in range(40)) + "".join(
            "a.x/end%d https://n/ 301\n" % i for i in range(40)) + (
            "b.x/" + "x" * 4000 + " https://n/ 30\n") * 9
        said = subprocess.run(
            [DETOUR, "--state", self.state, "check", "-"], input=rules.encode(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in said.stdout.decode().splitlines():
            self.assertRegex(line, r"^(-:|\.\.\. and|80 rules; format)")
        self.assertEqual(said.stdout.decode().splitlines()[-1],
                         "80 rules; format rules")

    def test_supply_options(self):
        self.assertEqual(self.check("/1 /2\n/2 https://n/\n", "--host", "a.x",
                                    "--base", "https://a.x", "--code", "301",
                                    "--format", "rules"), [self.SAID])

    def test_json(self):
        path = self.write("f", self.RULES)
        found = json.loads(self.do("check", path, "--json"))[0]
        self.assertEqual(found, {
            "severity": "warning", "kind": "chain", "source": "a.x/1",
            "other": "a.x/2", "target": "https://n/", "file": path, "line": 1,
            "other_file": path, "other_line": 2, "text": self.SAID.split(": ", 2)[2]})
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


    def test_json_says_how_many_errors_it_leaves_out(self):
        found = json.loads(self.do("check", "-", "--json", code=1,
                                   stdin="a https://n/ y\n" * 120))
        self.assertEqual(len(found), 101)
        self.assertRegex(found[-1]["text"], r"^\.\.\. and \d+ more$")
        self.assertIsNone(found[-1]["line"])

    def test_errors_by_kind(self):
        rows = ["/%d;/x;\n" % i for i in range(200)] + ["/y;/z;30\n"]
        rows += ["a.x/q w;https://n/;301\n"]
        lines = self.do("check", "-", code=1, stdin="Old URL;New URL;Type\n" +
                        "".join(rows)).splitlines()
        self.assertRegex(lines[-2], r"-: by kind: .*no --host 201 from line 2, .*"
                         r"\bcode 1 from line 202, source 1 from line 203")

    def test_each_import_says_its_format(self):
        table = "source,target,code\na/x,https://n/,301\n"
        for args in ([], [], ["--dry-run"], ["--replace"],
                     ["--format", "csv"]):
            out = self.do("import", "-", *args, stdin=table)
            self.assertTrue(out.endswith("; format csv\n"), out)
        server = "server {\n server_name a.x;\n return 301 %s;\n}\n"
        self.do("import", "-", "--if-release", "7", code=1,
                stdin=server % "https://n.x")
        self.assertIn("-: format nginx\n", self.err)


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
            # into a loop of others
            ("a/1 https://b/1 301\nb/1 https://c/1 301\nc/1 https://b/1 301\n",
             [(1, "chain"), (2, "loop")]),
            # a prefix that leads to a page below
            ("a/* https://b/* 301\nb/page https://c/ 301\n", [(1, "chain")]),
            # to http of a host that leads on to https
            ("a/x https://n/ 301\nb/x http://a/x 308 scheme=http\n",
             [(2, "chain")])))

    def test_longer_than_clients_follow(self):
        lines = self.check("".join("a/%d https://a/%d 301\n" % (i, i + 1)
                                   for i in range(30)))
        self.assertIn("a/0 leads to a/1 on line 2 and on: over 20 redirects",
                      lines[0])
        self.assertIn("... and 19 more: chain", lines[-1])

    def test_clean(self):
        for rules in (
                # first to https, then away (RFC 6797 7.2)
                "a https://a 308 scheme=http\n"
                "a https://b 301 scheme=https\n",
                "* https://* 308 scheme=http\na/b https://c/d 301\n",
                "a/1 https://b/2 301\nb/1 https://c/ 301\n",
                "a/1 https://b/1 301\nb/1 - pass\n",
                "a/1 https://b:8443/1 301\nb/1 https://c/ 301\n",
                "a/1 https://b/1 301\nb/1 https://c/ 301 scheme=http\n"):
            with self.subTest(rules):
                self.assertEqual(self.check(rules), [])


class Hidden(Checked):
    def test_planted(self):
        first = "*/x/* - pass first=yes\n"
        for rule in ("a/x/1", "a/x", "a/x/y/*", "a/x/{b}", "*.a/x/1?q=1",
                     "a/x/1?q&*", "*/x/y*"):
            with self.subTest(rule):
                self.assertEqual(self.found(
                    first + rule + " https://n/ 307\n", "hidden"), [2])
        self.assertEqual(self.found(
            "*/A - 200 first=yes case=ignore\na/a https://n/ 301\n"
            "a/b https://n/ 301\n", "hidden"), [2])

    def test_clean(self):
        for rules in (
                "*/x/* - pass first=yes\na/xy https://n/ 301\n",
                "*/x/* - pass first=yes\na/* https://n/* 301\n",
                "*/x - pass first=yes\na/x/* https://n/* 301\n",
                "*/x?q - pass first=yes\na/x https://n/ 301\n",
                "*/x?q - pass first=yes\na/x?q&* https://n/ 301\n",
                "*/a - 200 first=yes\na/A https://n/ 301 case=ignore\n",
                "*/{a}/b - pass first=yes\na/{a}/* https://n/* 301\n",
                "a/* https://n/* 301\na/x https://m/ 301\n*/x - 410\n"):
            with self.subTest(rules):
                self.assertEqual(self.found(rules, "hidden"), [])

    def test_by_what_is_live(self):
        self.do("add", "*/x/*", "-", "pass", "first=yes")
        self.do("import", "-", stdin="a/x/1 https://n/ 301\n")
        self.assertIn("-:1: hidden: a/x/1 never wins: */x/*, which is live, "
                      "has first=yes\n", self.err)


class Overlap(Checked):
    def test_planted(self):
        for one, two, path, winner in (
                ("/{x}/y", "/z/{x}", "/z/y", "/z/{x}"),
                ("/{x}-a", "/b-{x}", "/b-a", "/b-{x}"),
                ("/{x}/c/*", "/d/{x}/e", "/d/c/e", "/d/{x}/e")):
            with self.subTest(one):
                line, = self.check("a%s https://n/ 307\na%s https://n/ 307\n"
                                   % (one, two))
                self.assertIn(": overlap: ", line)
                self.assertIn("are both for a%s: a%s wins" % (path, winner),
                              line)
                self.assertIn("a%s" % winner, self.answer(
                    "a%s https://n/ 307\na%s https://n/ 307\n" % (one, two),
                    "a" + path))

    def answer(self, rules, url):
        self.do("import", "--replace", "-", stdin=rules)
        return json.loads(self.do("explain", "--json", url))["rules"][0]["rule"]

    def test_clean(self):
        for one, two in (
                ("/{x}", "/{x:digits}"), ("/{x}/a", "/{x}/b"),
                ("/a/{x}", "/b/{x}"), ("/{x}.html", "/{x}"),
                ("/a/{x}/*", "/a/{x}"), ("/{x:digits}-a", "/b-{x}"),
                ("/a{x}", "/{x}b/c")):
            with self.subTest(one):
                self.assertEqual(self.found(
                    "a%s https://n/ 307\na%s https://n/ 307\n" % (one, two),
                    "overlap"), [])


class Twins(Checked):
    def test_planted(self):
        self.assert_found("twin", (
            ("a/x/ https://n/ 301\n", [1]),
            ("a/x https://n/ 301\na/y https://n/ 301\n"
             "a/y/ https://n/ 301\n", [1]),
            ("a.example https://n 301\n", [1]),
            ("a.co.uk https://n 301\n", [1]),
            ("www.a.example https://n 301\n", [1]),
            ("*.a.example https://n 301\n", [1])))

    def test_clean(self):
        for rules in (
                "a/x https://n/ 301\n",
                "a/x https://n/ 301\na/x/ https://n/ 301\n",
                "a/x https://n/ 301\na/* https://m/* 301\n",
                "a/x/ https://n/ 301\na/x* https://m/* 301\n",
                "a/x/* https://n/* 301\n", "a/x.html https://n/ 301\n",
                "a/ https://n/ 301\n", "a/x?q https://n/ 301\n",
                "a/x - 410\n", "a/x https://n/ 301\na/{y}/ https://m 301\n",
                ".a.example https://n 301\n",
                "a.example https://n 301\nwww.a.example https://n 301\n",
                "a.example https://n 301\n*.example https://n 301\n",
                "a.example https://www.a.example 301\n",
                "*.a.example https://a.example 301\n",
                "shop.a.example https://n 301\n", "192.0.2.1 https://n 301\n",
                # these rules do without
                "".join("a/%d https://n/ 301\n" % i for i in range(30))):
            with self.subTest(rules):
                self.assertEqual(self.found(rules, "twin"), [])

    def test_the_few_without(self):
        rules = "".join("a/%d https://n/ 301\na/%d/ https://n/ 301\n" % (i, i)
                        for i in range(30))
        self.assertEqual(self.found(rules + "a/x https://n/ 301\n", "twin"),
                         [61])


class Others(Checked):
    def test_one_page(self):
        self.assert_found("one page", (
            ("a/* https://n/x 301\n", [1]),
            ("a/b/* https://n/ 302\n", [1]),
            ("a/b* https://n/x?y#z 302\n", [1]),
            ("* https://n/x 301\n", [1]),
            ("a https://n/ 301\n", []),
            ("a/* https://n/* 301\n", []),
            ("a/* - 410\n", []),
            ("a/b/c/* https://n/x 301\n", []),
            ("a/b/* https://n/?q=* 301\n", []),
            ("a/{b}/* https://n/ 301\n", []),
            ("a/b?c&* https://n/ 301\n", [])))

    def test_downgrade(self):
        self.assert_found("downgrade", (
            ("a http://n 301\n", [1]),
            ("a HTTP://n 301 scheme=https\n", [1]),
            ("a http://n 301 scheme=http\n", []),
            ("a https://n 301\na/b - 410\n", [])))

    def test_max_age(self):
        self.assert_found("max-age", (
            ("a https://n 301 max-age=2592001\n", [1]),
            ("a https://n 301/308 max-age=31536000\n", [1]),
            ("a - 410 max-age=31536000\n", [1]),
            ("a https://n 302 final=308:31536000\n", [1]),
            ("a https://n 308 max-age=2592000\n", []),
            ("a https://n 302 max-age=31536000\n", [])))

    def test_method(self):
        self.assert_found("method", (
            ("a/api/* https://n/* 301\n", [1]),
            ("a/x/Login https://n/ 302\n", [1]),
            ("a/webhook?x https://n/ 302\n", [1]),
            ("a/{x}/graphql https://n/ 301\n", [1]),
            ("a/api/* https://n/* 308\n", []),
            ("a/api/* https://n/* 301/308\n", []),
            ("a/apis https://n/ 301\n", []),
            ("a/api* https://n/ 301\n", []),
            ("a/cart/help.html https://n/ 301\n", []),
            ("login.a https://n 301\n", [])))

    def test_capacity(self):
        self.assert_found("capacity", (
            ("a/%s https://n/ 301\n" % ("x" * 7300), [1]),
            ("a/x https://n/%s 301\n" % ("x" * 7300), [1]),
            ("a/x https://n/%s 301\n" % ("x" * 7000), []),
            ("".join("a/%d/{x} - 410\n" % i for i in range(65)), [65]),
            ("".join("a/%d/{x} - 410\n" % i for i in range(64)), [])))

    def test_many_answers(self):
        found = json.loads(self.do("check", "-", "--json", stdin="".join(
            "a/%d.x https://n/ 302 max-age=%d\n" % (i, i)
            for i in range(59500))))
        self.assertEqual([one["kind"] for one in found], ["capacity"])

    def test_a_clean_set(self):
        self.assertEqual(self.do("check", "-", "--strict", stdin="""
            .old.example             https://*.new.example      301
            old.example/about        https://new.example/we     301
            old.example/item?id=7    https://new.example/i/7    301
            old.example/blog/*       https://journal.example/*  307
            old.example/api/*        https://api.example/*      308
            old.example/{y:digits}/{m:digits}/{s}.html https://new.example/{s} 301
            old.example/forum/*      -                          410
            *                        https://*                  308 scheme=http
            """), "")


if __name__ == "__main__":
    unittest.main()
