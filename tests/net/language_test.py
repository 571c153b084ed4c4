#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rule language end to end: what is typed, what is stored and printed, and
what a request gets by it."""

import json
import random
import re
import unittest

from commands import Case
from serving import Client, Server, get


class Served(Case):
    """Rules, and what a server makes of requests."""

    def serve(self, rules):
        self.do("import", "-", stdin=rules)
        server = Server(self.state, "--threads", "1")
        self.addCleanup(server.stop)
        return server

    def assert_locations(self, rules, cases):
        """Requests, the source that wins and the Location; None: a miss."""
        server = self.serve(rules)
        for target, source, location in cases:
            with self.subTest(target), Client(server) as client:
                answer = client.ask(get(target, "h"))
                self.assertEqual(answer.headers.get("location"), location)
                said = json.loads(self.do("explain", "--json", "h" + target))
                self.assertEqual(
                    [rule["fields"]["source"] for rule in said["rules"]][:1],
                    [source] if source else [])
                self.assertEqual(location is None,
                                 said["result"] == "miss", said)

    def assert_round_trip(self, shown):
        """What is shown is taken again, and can be named."""
        self.assertEqual(self.do("show"), shown)
        self.assertEqual(self.do("export"), shown)
        for kind in "rules", "csv":
            text = self.do("export", "--format", kind)
            self.assertIn("no change", self.do(
                "import", "--replace", "--format", kind, "-", stdin=text))
        for line in shown.splitlines():
            source = line.split()[0]
            self.assertIn("no change", self.do("set", *line.split()))
            self.assertIn("1 removed", self.do("del", source))
        self.assertEqual(self.do("show"), "")


class Normal(Served):
    def test_c12_a_quote_in_a_query(self):
        self.assert_locations(
            "h/s?name=O'Brien https://n/brien 302\n"
            "h/keep https://n/k 302\nh/it's https://n/it's?a=' 302\n"
            "h/r/* https://n/r?x=* 302 query=drop\n",
            (("/s?name=O'Brien", "h/s?name=O%27Brien", "https://n/brien"),
             ("/s?name=O%27Brien", "h/s?name=O%27Brien", "https://n/brien"),
             ("/s?name=OBrien", None, None),
             ("/keep?a='&b=%27", "h/keep", "https://n/k?a=%27&b=%27"),
             ("/it's?q='", "h/it's", "https://n/it's?a='&q=%27"),
             ("/it%27s", None, None),
             ("/r/o'b", "h/r/*", "https://n/r?x=o'b")))
        self.assert_round_trip(
            "h/it's https://n/it's?a=' 302\nh/keep https://n/k 302\n"
            "h/r/* https://n/r?x=* 302 query=drop\n"
            "h/s?name=O%27Brien https://n/brien 302\n")

    def test_c12_both_spellings_are_one_source(self):
        self.do("add", "h/s?n='", "https://n/1", "302")
        self.do("add", "h/s?n=%27", "https://n/2", "302", code=1)
        self.do("set", "h/s?n=%27", "https://n/2", "302")
        self.do("import", "-", code=1,
                stdin="h/t?' https://n/1 302\nh/t?%27 https://n/2 302\n")
        self.assertIn("h/t?%27 is on line 1 already", self.err)
        self.assertEqual(self.do("show"), "h/s?n=%27 https://n/2 302\n")
        self.do("del", "h/s?n='")

    def test_c13_a_percent_that_begins_no_escape(self):
        self.do("add", "h/50%-off", "https://n/", "302", code=2)
        self.assertIn("write %25 for '%'", self.err)
        self.assert_locations(
            "h/50%25-off https://n/off 302\nh/q?50%25 https://n/q 302\n"
            "h/r/* https://n/r/* 302\n",
            (("/50%-off", "h/50%25-off", "https://n/off"),
             ("/50%25-off", "h/50%25-off", "https://n/off"),
             ("/50%2525-off", None, None),
             ("/q?50%", "h/q?50%25", "https://n/q"),
             ("/r/%%32e%%32e/x?%", "h/r/*",
              "https://n/r/%252e%252e/x?%25"),
             ("/r/%2%35", "h/r/*", "https://n/r/%2525"),
             ("/r/%%2e./x", "h/r/*", "https://n/r/%25../x"),
             ("/r/%", "h/r/*", "https://n/r/%25"),
             ("/r/%25", "h/r/*", "https://n/r/%25")))
        self.assert_round_trip(
            "h/50%25-off https://n/off 302\nh/q?50%25 https://n/q 302\n"
            "h/r/* https://n/r/* 302\n")

    def test_c13_a_literal_star(self):
        self.assert_locations(
            "h/a%2ab https://n/a%2Ab 302\nh/p%2A/* https://n/p/* 302\n"
            "h/p%2A%2A* https://n/two 302\nh/q?%2A=%2a https://n/q 302\n"
            "h/end%2A https://n/end 302\nh/end https://n/ 302\n"
            "h/x%252A https://n/x 302\n",
            (("/a*b", "h/a%2Ab", "https://n/a%2Ab"),
             ("/a%2Ab", "h/a%2Ab", "https://n/a%2Ab"),
             ("/aab", None, None),
             ("/p*/x*%2Ay?*", "h/p%2A/*", "https://n/p/x**y?*"),
             ("/p%2a", "h/p%2A/*", "https://n/p/"),
             ("/p**z", "h/p%2A%2A*", "https://n/two"),
             ("/p*", "h/p%2A/*", "https://n/p/"),
             ("/q?*=*", "h/q?%2A=%2A", "https://n/q"),
             ("/end*", "h/end%2A", "https://n/end"),
             ("/end", "h/end", "https://n/"),
             ("/endx", None, None),
             ("/x%252A", "h/x%252A", "https://n/x"),
             ("/x%2A", None, None)))
        self.assert_round_trip(
            "h/a%2Ab https://n/a%2Ab 302\nh/end https://n/ 302\n"
            "h/end%2A https://n/end 302\nh/p%2A%2A* https://n/two 302\n"
            "h/p%2A/* https://n/p/* 302\nh/q?%2A=%2A https://n/q 302\n"
            "h/x%252A https://n/x 302\n")

    def test_c13_a_star_needs_its_escape(self):
        for source in "h/a*b", "h/a*b*", "h/?*", "h/a?b=*c":
            self.do("add", source, "https://n/", "302", code=2)
            self.assertIn("%2A", self.err)

    def test_c13_no_double_decoding(self):
        """The normal form of a normal form is itself, whatever is sent."""
        server = self.serve("h/* https://n/* 302\n")
        pieces = ["%", "2", "5", "%2", "%25", "%%", "%2e", "%2A", "%3", "e",
                  "'", "%27", "*", "%2%", "A"]
        with Client(server) as client:
            for one in pieces:
                for two in pieces:
                    target = "/-" + one + two + one + "?" + one + two
                    first = client.ask(get(target, "h")).headers["location"]
                    again = client.ask(get(first[len("https://n"):], "h"))
                    self.assertEqual(again.headers["location"], first, target)


class Targets(Served):
    RULES = ("*.h/* https://*.New.example/*?a#b 302\n"
             "*.h/p HTTPS://*.n./%7e/../x#y 301\n"
             "*/below/* https://*.new.example/* 302\n"
             "*/same https://*:8443/ 302\n"
             "h/* https://n/*?%2a=%2A#%2a 302\n"
             "h/q/* https://n?u=*# 302 query=drop\n")

    def test_as_written_and_as_they_come_back(self):
        self.do("import", "-", stdin=self.RULES)
        self.assert_round_trip(self.RULES)

    def test_what_is_set_again_is_no_change(self):
        self.do("add", "h", "HTTPS://N.Example./", "302")
        self.assertIn("no change", self.do("set", "h", "HTTPS://N.Example.",
                                           "302"))
        self.assertIn("1 changed", self.do("set", "h", "https://n.example",
                                           "302"))

    def test_as_pass_where_there_is_no_host(self):
        server = self.serve(self.RULES)
        for host, target, result, location in (
                ("x.y", "/below/z?q", "redirect",
                 "https://x.y.new.example/z?q"),
                ("192.0.2.1", "/below/z", "pass", None),
                ("[::1]", "/below", "pass", None),
                (".".join(["x" * 60] * 4), "/below/", "pass", None),
                ("192.0.2.1", "/same?", "redirect", "https://192.0.2.1:8443/?"),
                ("a.h", "/z", "redirect", "https://a.New.example/z?a#b"),
                ("a.h", "/p?q", "redirect", "HTTPS://a.n./%7e/../x?q#y")):
            with self.subTest(host + target), Client(server) as client:
                answer = client.ask(get(target, host))
                self.assertEqual((answer.status == 404,
                                  answer.headers.get("location")),
                                 (location is None, location))
                said = json.loads(self.do("explain", "--json", host + target))
                self.assertEqual(said["result"], result)
                self.assertTrue(said["rules"][0]["wins"])
                self.assertEqual("as pass" in said["rules"][0]["why"],
                                 result == "pass")
                line = self.do("explain", "-", stdin=host + target + "\n")
                self.assertEqual(
                    line.split("\t")[1:],
                    ["404" if location is None else str(answer.status),
                     location or "-",
                     said["rules"][0]["fields"]["source"] + "\n"])
        stats = json.loads(self.do("stats", "--json"))
        self.assertEqual(stats["socket"]["socket_pass"], 3)


class Unseen(Case):
    """Characters that nobody sees in what was typed or pasted."""
    ALWAYS = {
        "\u00a0": "NO-BREAK SPACE", "\u200b": "ZERO WIDTH SPACE",
        "\ufeff": "ZERO WIDTH NO-BREAK SPACE", "\u00ad": "SOFT HYPHEN",
        "\u202a": "LEFT-TO-RIGHT EMBEDDING", "\u202e":
        "RIGHT-TO-LEFT OVERRIDE", "\u2066": "LEFT-TO-RIGHT ISOLATE",
        "\u2069": "POP DIRECTIONAL ISOLATE", "\u200e": "LEFT-TO-RIGHT MARK",
        "\u200f": "RIGHT-TO-LEFT MARK", "\u061c": "ARABIC LETTER MARK",
        "\u2028": "LINE SEPARATOR", "\u2029": "PARAGRAPH SEPARATOR",
        "\u3000": "IDEOGRAPHIC SPACE", "\u180e":
        "MONGOLIAN VOWEL SEPARATOR", "\u2060": "WORD JOINER",
        "\u2003": "EM SPACE", "\u202f": "NARROW NO-BREAK SPACE",
        "\u1680": "OGHAM SPACE MARK", "\u034f": "COMBINING GRAPHEME JOINER",
        "\u3164": "HANGUL FILLER", "\u2800": "BRAILLE PATTERN BLANK",
        "\ufffc": "OBJECT REPLACEMENT CHARACTER", "\ufdd0": "NO CHARACTER",
        "\U000e0041": "TAG LATIN CAPITAL LETTER A", "\u0085":
        "CONTROL CHARACTER", "\u009f": "CONTROL CHARACTER",
        "\ufe0f": "VARIATION SELECTOR-16", "\u200d": "ZERO WIDTH JOINER",
        "\u200c": "ZERO WIDTH NON-JOINER",
    }

    def refused(self, what, args, stdin=None):
        self.do(*args, code=1 if stdin else 2, stdin=stdin)
        said = re.sub(r": '[^']*': character", ": character", self.err)
        for wanted in what:
            self.assertIn(wanted, said)

    def test_c14_named_on_the_command_line(self):
        for char, name in self.ALWAYS.items():
            name = "U+%04X %s" % (ord(char), name)
            escape = "".join("%%%02X" % b for b in char.encode())
            for source, number in (("h/ab" + char, 5), ("h/a" + char + "b", 4),
                                   ("h/a?" + char, 5)):
                self.refused(("source: character %d is %s" % (number, name),
                              escape),
                             ["add", source, "https://n/", "302"])
            self.refused(("target: character 13 is " + name,),
                         ["add", "h/a", "https://n/xy" + char, "302"])
            self.refused((name,), ["add", "h" + char + ".x/", "https://n/",
                                   "302"])
            self.refused((name,), ["add", "h/", "https://n" + char + ".x/",
                                   "302"])
            self.refused((name,), ["del", "h/ab" + char])
            self.refused(("code: character 4 is " + name,),
                         ["add", "h/a", "https://n/", "301" + char])

    def test_c14_named_in_files(self):
        for char, name in self.ALWAYS.items():
            name = "U+%04X %s" % (ord(char), name)
            text = ("h/a%s https://n/ 302\nh/b https://n/%s 302\n"
                    "h/c https://n/ 302%s\n"
                    "h/d https://n/ 302 tag=x%s\n%sh/e https://n/ 302\n"
                    "h/f https://n/ 302 max-age=60%s\n"
                    "h/g https://n/ 302 %s# comment\n" % ((char,) * 7))
            self.refused(("-:1: source: character 4 is " + name,
                          "-:2: target: character 11 is " + name,
                          "-:3: code: character 4 is " + name,
                          "-:4: tag: character 2 is " + name,
                          "-:5: source: character 1 is " + name,
                          "-:6: max-age: character 3 is " + name,
                          "-:7: line: character 1 is " + name),
                         ["import", "-"], text)
            text = ("source,target,code,tag\r\nh/a%s ,https://n/,302,\r\n"
                    "h/b,\"https://n/%s\",302,\r\nh/c,https://n/,302%s,\r\n"
                    "h/d,https://n/,302,%s\r\n" % ((char,) * 4))
            self.refused(("-:2: source: character 4 is " + name,
                          "-:3: target: character 11 is " + name,
                          "-:4: code: character 4 is " + name,
                          "-:5: tag: character 1 is " + name),
                         ["import", "--format", "csv", "-"], text)
        self.refused(("column 2: character 7 is U+00A0",),
                     ["import", "--format", "csv", "-"],
                     "source,target\u00a0,code\n")
        self.refused(("-:1: source: character 1 is U+FEFF",), ["import", "-"],
                     "\ufeff\ufeffh/a https://n/ 302\n")

    def test_c14_letters_and_pictures_stay(self):
        for text in ("\u00e4", "\u2764\ufe0f", "\U0001f600",
                     "\U0001f468\u200d\U0001f469\u200d\U0001f467",
                     "\u2764\ufe0f\u200d\U0001f525", "1\ufe0f\u20e3",
                     "\U0001f44d\U0001f3fd", "\U0001fae8",
                     "\U0001f3f4\U000e0067\U000e0062\U000e007f",
                     "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                     "\u0915\u094d\u200d\u0937", "e\u0301", "\u65e5\u672c",
                     "\u06dd1", "\ufffd", "\U00020000"):
            escaped = "".join(chr(b) if b < 0x80 else "%%%02X" % b
                              for b in text.encode())
            self.do("set", "h/" + text, "https://n/" + text, "302")
            self.assertEqual(self.do("show"), "h/%s https://n/%s 302\n"
                             % (escaped, escaped))
            self.do("del", "h/" + text)

    def test_c14_an_escape_is_meant(self):
        self.do("add", "h/a%C2%A0", "https://n/%E2%80%8B", "302")
        self.assertEqual(self.do("show"),
                         "h/a%C2%A0 https://n/%E2%80%8B 302\n")

    def test_c14_plain_blanks_around_cells(self):
        self.do("import", "--format", "csv", "-", stdin=(
            "source ,target, code,tag\n"
            "h/a , https://n/\t,302 ,\n\"h/b \",\" https://n/\" , \"302\",t \n"))
        self.assertEqual(self.do("show"), "h/a https://n/ 302\n"
                         "h/b https://n/ 302 tag=t\n")


class Labels(Served):
    """Names that IDNA2008 has not, and that are registered all the same."""

    def test_c15_the_form_to_write_is_said_and_taken(self):
        self.do("add", "seed.example", "https://n/", "302")
        for typed, said in (
                ("i\u2764.ws", "xn--i-7iq.ws"),
                ("I\u2764\ufe0f.WS", "xn--i-7iq.ws"),
                ("\U0001f600.example", "xn--e28h.example"),
                ("a.\U0001f600.b\U0001f600c.example",
                 "a.xn--e28h.xn--bc-no82a.example"),
                ("\u2615\u3002example", "xn--53h.example"),
                ("ab--\u00fc.example", "xn--ab---3ra.example"),
                ("\u00fc-.example", "xn----dha.example"),
                ("a\u05d0.example", "xn--a-0hc.example"),
                ("\u338f\u2615.x", "xn--kg-ztx.x"),
                ("xn--i-7iq.b\u00fccher.example",
                 "xn--i-7iq.xn--bcher-kva.example"),
                ("\U0001f468\u200d\U0001f469\u200d\U0001f467.example",
                 "xn--1uga80807abag.example")):
            for args in ([typed, "https://n/"], ["*." + typed, "https://n/"],
                         [typed + "/x", "https://n/"],
                         ["h/", "https://" + typed + "/x"]):
                self.do("add", *args, "302", code=2)
                self.assertIn("write " + said + "\n", self.err)
            self.do("explain", typed, code=2)
            self.assertIn("write " + said, self.err)
            shown = self.run_detour("show", "--host", typed)
            self.assertIn("write " + said, shown.stderr.decode())
            self.do("set", said, "https://" + said, "302")
            self.do("del", said)
        self.do("import", "-", stdin="h/ https://n/ 302\ni\u2764.ws - 410\n",
                code=1)
        self.assertIn("-:2: source: host", self.err)

    def test_c15_and_answered(self):
        server = self.serve("xn--i-7iq.ws https://xn--i-7iq.example 302\n")
        with Client(server) as client:
            answer = client.ask(get("/x", "XN--I-7iq.ws"))
        self.assertEqual(answer.headers["location"],
                         "https://xn--i-7iq.example/x")

    def test_c15_labels_against_another_encoder(self):
        dice = random.Random(3492)
        for _ in range(60):
            label = "\u2615" + "".join(dice.choices(
                "az09\u00e4\u0436\u2764\U0001f600\U0001f4a9\u4e2d",
                k=dice.randrange(12)))
            label = "".join(dice.sample(label, len(label)))
            self.do("add", label + ".example", "https://n/", "302", code=2)
            self.assertIn("write xn--%s.example\n"
                          % label.encode("punycode").decode(), self.err)

    def test_c15_what_is_no_name_anyhow(self):
        for typed, why in (("\u2615!.example", "a character that no host has"),
                           ("\u2615" * 64 + ".example", "label over 63 bytes"),
                           ("\u2615" * 62 + "x.example",
                            "label over 63 bytes"),
                           ("\u2615." * 50 + "x", "name over 253 bytes"),
                           ("a..\u2615", "empty label")):
            self.do("add", typed, "https://n/", "302", code=2)
            self.assertIn(why, self.err)
            self.assertNotIn("write", self.err)

    def test_c15_what_is_a_name_is_one(self):
        for typed, stored in (("B\u00fccher.example", "xn--bcher-kva.example"),
                              ("stra\u00dfe.example",
                               "xn--strae-oqa.example"),
                              ("\uff21.\u00fc.example",
                               "a.xn--tda.example")):
            self.do("add", typed, "https://n/", "302")
            self.assertIn(stored, self.do("show"))
            self.do("del", typed)


if __name__ == "__main__":
    unittest.main()
