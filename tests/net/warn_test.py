#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What changing commands warn of: loops, and lookups that take long. The other
kinds are check_test.py's."""

import os
import re
import unittest

from commands import Case


class Warned(Case):
    kinds = "loop|self|capacity"

    def warnings(self, rules, *args):
        """Import rules; the warnings, by line, and their number."""
        self.do("import", *args, "-", stdin=rules)
        lines = [line for line in self.err.splitlines()
                 if re.match(r"-:\d+: (%s): " % self.kinds, line)]
        return {int(line.split(":")[1]): line.split(": ", 1)[1]
                for line in lines}

    def assert_warned(self, rules, lines, *args):
        got = self.warnings(rules, *args)
        self.assertEqual(sorted(got), sorted(lines), got)
        for line, text in lines.items():
            self.assertIn(text, got[line])


class Loops(Warned):
    def test_c16_a_rule_that_leads_to_itself(self):
        for rule, target in (
                ("h/students/* https://h/students 301", "https://h/students"),
                ("h/a http://h/a 301", "http://h/a"),
                ("h http://h 301", "http://h/*"),
                ("h/* http://h:80/* 301", "http://h:80/*"),
                ("h/* https://h/new/* 301", "https://h/new/*"),
                ("h/a* https://h/ab* 301", "https://h/ab*"),
                ("h/a/* https://h/a* 301", "https://h/a*"),
                ("h/a https://h/a?utm=1 301", "https://h/a?utm=1"),
                ("h/a%2Ab/* https://h/a%2Ab/x 301", "https://h/a%2Ab/x"),
                ("h/a//* https://h/a/* 301", "https://h/a/*"),
                ("h/q?a=' http://h/q?a=' 301", "http://h/q?a='"),
                ("h/x/* https://h/x/y 301 query=drop", "https://h/x/y"),
                ("*.h/* http://www.h/* 301", "http://www.h/*"),
                ("*.h/a/* https://www.h/a/b 301", "https://www.h/a/b"),
                ("*.h http://*.h 301", "http://*.h/*"),
                ("*.h/* HTTP://*.H.:80/a/* 301", "HTTP://*.H.:80/a/*"),
                ("*.h/a/* https://*.h/a/b/*?c#d 301",
                 "https://*.h/a/b/*?c#d"),
                ("*.h https://*.a.h 301", "https://*.a.h/*"),
                ("* http://* 301", "http://*/*"),
                ("*/a/* https://*/a/*?b 301", "https://*/a/*?b"),
                ("h/f https://h/f?x#top 301", "https://h/f?x#top"),
                ("h/f http://H/f#top 301", "http://H/f#top"),
                ("192.0.2.1 http://192.0.2.1 301", "http://192.0.2.1/*"),
                ("[2001:db8::1] http://[2001:db8::1] 301",
                 "http://[2001:db8::1]/*")):
            with self.subTest(rule):
                self.assert_warned("z/1 https://n/ 301\n" + rule,
                                   {2: "leads to %s, which it is for itself"
                                    % target}, "--replace")

    def test_c16_there_and_back(self):
        self.assert_warned(
            "a https://b 301\nz/ https://n/ 301\nb https://a 301\n",
            {1: "a/* leads to b/* on line 3 and back"})
        self.assert_warned(
            "h/3 https://h/1 301\nh/1 https://h/2 301\nh/2 https://h/3 302\n"
            "i/p/* https://j/q/* 301\nj/q* https://i/p* 301\n",
            {2: "h/1 leads to h/2 on line 3 and back",
             4: "i/p/* leads to j/q* on line 5 and back"}, "--replace")
        self.assert_warned(
            "*.a https://*.b 301\n*.b HTTPS://*.C/x/*#y 301\n"
            "*.c https://*.a/*#z 301\n*/x/* https://*/y/* 301\n"
            "*/y/* https://*/x/* 301\n",
            {1: "*.a/* leads to *.b/* on line 2 and back",
             4: "*/x/* leads to */y/* on line 5 and back"}, "--replace")
        ring = "".join("h/%d https://h/%d 301\n" % (i, (i + 1) % 15)
                       for i in range(15))
        self.assert_warned(ring, {1: "h/0 leads to h/1 on line 2"},
                           "--replace")

    def test_c16_with_what_is_live(self):
        self.do("add", "a", "https://b", "301")
        self.assertEqual(self.err, "")
        self.do("add", "b", "https://a", "301")
        self.assertEqual(self.err, "detour add: loop: b/* leads to a/*, which "
                         "is live, and back\n")
        self.do("set", "b", "https://a/x", "301")
        self.assertIn("detour set: loop: b/*", self.err)
        self.do("set", "b", "https://c", "301")
        self.assertEqual(self.err, "")
        self.assert_warned("c https://a 301\n", {1: "c/* leads to a/*, which "
                                                 "is live, and back"})
        self.do("del", "c")
        self.do("add", "c/x", "http://c/x", "301")
        self.assertIn("which it is for itself", self.err)

    def test_c16_from_http_to_https_once_for_all(self):
        """As it is written where another server answers https."""
        self.assert_warned(
            "z/1 https://n/ 301\nb https://b 301\na/* https://a/* 301\n"
            "c/x https://c/x 301\n*.d/* https://www.d/* 301\n",
            {2: "b/* leads https requests to themselves, if they come here, "
             "too (rules of this kind: 4)"})
        self.assert_warned(
            "z/1 https://n/ 301\n*.d HTTPS://*.D. 301\n* https://* 301\n"
            "e/x https://E/x#y 301\n",
            {2: "*.d/* leads https requests to themselves, if they come here, "
             "too (rules of this kind: 3)"}, "--replace")
        self.do("set", "h", "https://h", "301")
        self.assertIn("if they come here, too", self.err)

    def test_c16_no_false_alarm(self):
        self.assert_warned("""
            a/old/*     https://a/new/*         301
            a/*         https://b/*             301
            b/*         https://b/home/*        301
            b/home/*    -                       pass
            c/x/*       https://c/y             301
            c/y         -                       410
            d/students/* https://d/studentss    301
            e           http://e:8080           301
            f           https://f:80/x          301
            g/p*        https://g/q*            301
            h/a?x=1     https://h/a             301
            h/b/*       https://h/a?x=1         301
            i/A         https://i/a             301
            *           https://www.example     301
            *.k         https://k               301
            l           https://www.l           301
            www.l/a     https://l.example/      301
            m/1         https://m/2             301
            m/2         https://m/3             301
            q/x*        https://q/y/x*          301
            *.r         https://*.s             301
            *.s/a/*     https://*.r.t/*#b       301
            *.u/a/*     https://*.u/b/*?c       301
            */only      https://*/other#only    301
            *.v         https://*.v:8443        301
            *.w/*       https://*.w.example/*   301
            x/a         https://x/b#a           301
            """, {})

    def test_c16_dry_run_says_the_same_and_leaves_nothing(self):
        self.do("add", "live", "https://other", "301")
        self.do("add", "a.a/x", "-", "410")
        self.assertIn("3002 rules", self.do(
            "import", "--dry-run", "-",
            stdin="".join("h/%d - 410\n" % i for i in range(3000))))
        rules = "a https://b 301\nb https://a 301\nother https://live 301\n"
        lines = {1: "a/* leads to b/* on line 2 and back",
                 3: "other/* leads to live/*, which is live, and back"}
        os.environ["TMPDIR"] = self.dir
        self.addCleanup(os.environ.pop, "TMPDIR")
        before = sorted(os.listdir(self.dir))
        self.assert_warned(rules, lines, "--dry-run")
        self.assertEqual(self.live(), 2)
        self.assertEqual(sorted(os.listdir(self.dir)), before)
        self.assert_warned(rules, lines)
        self.assert_warned(rules, {1: lines[1]}, "--dry-run", "--replace")

    def test_c16_many(self):
        """Each of 30,000 rules is followed, whatever the others do."""
        text = "".join("a%d.x/* http://a%d.x/ 301\n" % (i, i)
                       for i in range(15000))
        text += "".join("h/%d https://h/%d 301\n" % (i, i + 1)
                        for i in range(15000))
        self.do("import", "-", stdin=text)
        self.assertIn("-:1: self: a0.x/*", self.err)
        self.assertIn("... and 14990 more: self\n", self.err)
        self.assertRegex(self.err, r"(?m)^-: \d+ warned of .*\bself: 15000\b")


def deep(depths, lengths):
    """Wildcards of so many parents, with prefixes of so many lengths each."""
    name, text = "x", ""
    for _ in range(depths):
        text += "".join("*.%s/%s* https://n/ 301\n" % (name, "p" * i)
                        for i in range(1, lengths + 1))
        name = "x." + name
    return text


class Cost(Warned):
    def test_p21_a_lookup_that_takes_long(self):
        got = self.warnings(deep(124, 14))
        self.assertEqual(len(got), 1)
        (line, text), = got.items()
        self.assertEqual(line, 123 * 14 + 1)
        self.assertRegex(text, r"^capacity: host \*\.x\.x.*: a request may take \d+ "
                         r"probes, over 100: it and its wildcards have rules "
                         r"on 124 levels, with up to 14 lengths of prefixes "
                         r"each$")

    def test_p21_also_where_a_rule_is_added(self):
        self.warnings(deep(40, 14).replace("*.x/", "*.y/"))
        self.do("add", "a." + "x." * 39 + "x", "https://n", "301")
        self.assertIn("probes, over 100", self.err)

    def test_p21_ordinary_rules_are_quick(self):
        self.assertEqual(self.warnings(deep(6, 14)), {})
        self.assertEqual(self.warnings(deep(1, 3000), "--replace"), {})
        self.assertEqual(self.warnings("".join(
            "*.x%d.example/* https://n/ 301\nx%d.example/* https://n/ 301\n"
            "%s.x%d.example https://n/ 301\n" % (i, i, "a." * (i % 100) + "a", i)
            for i in range(3000)), "--replace", "--large"), {})


if __name__ == "__main__":
    unittest.main()
