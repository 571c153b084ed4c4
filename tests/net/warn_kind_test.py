#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What changing commands warn of in rules with scheme=, case=ignore, captures
and sets of pairs: loops, and lookups that take long."""

import unittest

from warn_test import Warned

ITSELF = "%s leads to %s, which it is for itself"


class Loops(Warned):
    def test_a_rule_that_leads_to_itself(self):
        for rule, source, target in (
                ("h http://h 301 scheme=http", "h/*", "http://h/*"),
                ("h https://h 301 scheme=https", "h/*", "https://h/*"),
                ("* https://* 301 scheme=https", "*/*", "https://*/*"),
                ("h/{a} https://h/{a} 301 scheme=https", "h/{a}",
                 "https://h/{a}"),
                ("h/{a}/* http://h/{a}/* 301", "h/{a}/*", "http://h/{a}/*"),
                ("h/{a:digits}.x https://h/1{a}.x 301", "h/{a:digits}.x",
                 "https://h/1{a}.x"),
                ("h/{a}/{b} https://h/{b}/{a} 301", "h/{a}/{b}",
                 "https://h/{b}/{a}"),
                ("h/{a}/%2A{b} https://h/q/%2A{b} 301", "h/{a}/%2A{b}",
                 "https://h/q/%2A{b}"),
                ("h/p?a=1&* https://h/p?b&a=1 301", "h/p?a=1&*",
                 "https://h/p?b&a=1"),
                ("h/p?b&a=1&* http://h/p?a=1&b 301", "h/p?a=1&b&*",
                 "http://h/p?a=1&b"),
                ("h/About https://h/about/../aBOUT?x 301 case=ignore",
                 "h/About", "https://h/about/../aBOUT?x"),
                ("h/A* https://h/ab* 301 case=ignore", "h/A*",
                 "https://h/ab*"),
                ("*.h/{a} https://*.h/x?b={a} 301", "*.h/{a}",
                 "https://*.h/x?b={a}")):
            with self.subTest(rule):
                self.assert_warned("z/1 https://n/ 301\n" + rule,
                                   {2: ITSELF % (source, target)},
                                   "--replace")

    def test_there_and_back(self):
        for rules, lines in (
                ("a https://b 301 scheme=http\nb http://a 301\n",
                 {1: "a/* leads to b/* on line 2 and back"}),
                ("a https://a 301 scheme=http\na http://a 301 scheme=https\n",
                 {1: "a/* leads to a/* on line 2 and back"}),
                ("h/{x}/old https://h/new/{x} 301\n"
                 "h/new/{x} https://h/{x}/old 301\n",
                 {2: "h/new/{x} leads to h/{x}/old on line 1 and back"}),
                ("h/p?a&* https://h/q?b 301\nh/Q?B&* https://h/p?a 301"
                 " case=ignore\n",
                 {1: "h/p?a&* leads to h/Q?B&* on line 2 and back"}),
                ("b/{n:digits} https://c/{n} 301\nc/* https://b/* 301\n",
                 {1: "b/{n:digits} leads to c/* on line 2 and back"})):
            with self.subTest(rules):
                self.assert_warned(rules, lines, "--replace")

    def test_from_http_to_https(self):
        """A rule that is for plaintext alone is none; one that is for both is
        told how to be that."""
        self.assert_warned(
            "z/1 https://n/ 301\nb/{x} https://b/{x} 301\n"
            "c/p?a=1&* https://c/p?a=1 301\nd/D https://d/D 301 case=ignore\n",
            {2: "b/{x} leads https requests to themselves, if they come here, "
             "too (rules of this kind: 3); scheme=http leaves them out"})

    def test_no_false_alarm(self):
        self.assert_warned("""
            *            https://*                 308 scheme=http
            a            https://a                 308 scheme=http
            a            https://b                 301 scheme=https
            *.c          https://*.c               308 scheme=http
            d            http://d                  301 scheme=https
            e/{x}        https://e/x/{x}           301
            f/{x:digits} https://f/x{x}            301
            g/p?a=1&*    https://g/p               301
            g/p?b&*      https://g/p?c             301
            h/{x}        https://h/x/y             301 scheme=http
            i/About      https://i/other           301 case=ignore
            j/{x}/a      https://j/{x}/b           301
            k/{x}/a      https://k/x               301
            k/x          -                         410
            l            http://m                  301 scheme=https
            m            https://l                 301 scheme=https
            */first      -                         pass first=yes
            """, {})

    def test_with_what_is_live(self):
        self.do("add", "a/{x}", "https://b/{x}", "301")
        self.do("add", "b/{y}", "https://a/{y}", "301")
        self.assertEqual(self.err, "detour add: loop: b/{y} leads to a/{x}, "
                         "which is live, and back\n")
        self.do("set", "b/{z}", "https://a/{z}", "301", "scheme=http")
        self.assertEqual(self.err, "")


class Many(Warned):
    def test_many_patterns_of_a_host(self):
        lines = ["a/%d/{x} - 410" % i for i in range(70)] + [
            "b/%d/{x} - 410" % i for i in range(64)]
        self.assert_warned("\n".join(lines),
                           {70: "a has 70 patterns: a request for it may be "
                            "compared with all of them"})
        self.do("add", "a/x{y}", "-", "410")
        self.assertIn("a has 71 patterns", self.err)
        self.do("add", "a/x/y", "-", "410")
        self.assertEqual(self.err, "")


if __name__ == "__main__":
    unittest.main()
