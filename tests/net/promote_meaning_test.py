#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a code means for caches, crawlers and methods, as explain and check say."""

import json
import re
import unittest

from commands import Case

NEW = "https://new.example"


class Meaning(Case):
    def test_explain(self):
        self.do("import", "-", stdin=(
            f"a.example/x {NEW} 301\na.example/y {NEW} 301/308\n"
            f"a.example/t {NEW} 307\na.example/g - 410\na.example/p - pass\n"
            f"a.example/o - 200\n"))
        for url, method, lines in (
                ("x", "GET", ["caches keep it for 3600 s and do not ask again"
                              " meanwhile; search engines take the new URL for"
                              " the old one",
                              "a GET is followed by all clients; a POST becomes"
                              " a GET without its body with most clients"]),
                ("x", "POST", ["no cache keeps what a POST gets; search engines"
                               " take the new URL for the old one",
                               "a POST becomes a GET without its body with most"
                               " clients"]),
                ("y", "PUT", ["no cache keeps what a PUT gets; search engines"
                              " take the new URL for the old one",
                              "a PUT is sent again with its body by all clients"
                              " that follow"]),
                ("t", "HEAD", ["no cache keeps it; search engines keep the old"
                               " URL", None]),
                ("g", "GET", ["caches keep it for 3600 s and do not ask again"
                              " meanwhile; search engines drop the URL",
                              "a GET has nothing to follow"]),
                ("p", "GET", []), ("o", "GET", []), ("none", "GET", [])):
            with self.subTest((url, method)):
                args = "explain", f"a.example/{url}", "--method", method
                said = re.findall("(?m)^means    (.*)$", self.do(*args))
                self.assertEqual(len(said), len(lines))
                for line, wanted in zip(said, lines):
                    self.assertEqual(line, wanted or line)
                means = json.loads(self.do(*args, "--json"))["means"]
                self.assertEqual(
                    ["; ".join(filter(None, pair)) for pair in (
                        (means["caches"], means["crawlers"]),
                        (means["request"], means["bodies"]))]
                    if means else [], said)
        status = self.do("explain", "a.example/y", "--method", "POST")
        self.assertIn("HTTP/1.1 308 ", status)
        self.assertIn("a POST gets 308 and is sent again with its body",
                      self.do("explain", "a.example/y"))

    def test_check_of_paths_that_are_posted_to(self):
        self.do("import", "-", "--trial", stdin=f"a.example/api/v1 {NEW} 301\n")
        self.assertIn("a.example/api/v1: behind a 301 a POST to /api becomes a"
                      " GET without its body with most clients; 301/308 keeps"
                      " both, 308 for all methods", self.do("check"))


if __name__ == "__main__":
    unittest.main()
