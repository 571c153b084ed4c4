#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rule language end to end: what is typed, what is stored and printed, and
what a request gets by it."""

import json
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
        self.do("add", "h/50%-off", "https://n/", "302", code=1)
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
            self.do("add", source, "https://n/", "302", code=1)
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


if __name__ == "__main__":
    unittest.main()
