#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Looking at rules: several hosts and tags, and many URLs at once."""

import json
import subprocess
import unittest

from commands import DETOUR, Case

RULES = """
    old.example https://n.example 301 tag=a
    old.example/gone - 410 tag=b
    old.example/pass/* - pass
    old.example.org/x https://n.example/?y 307 tag=b
    www.old.example/* https://n.example/w/* 308 tag=c
    *.old.example/* https://n.example/sub/* 302 tag=a
    */x - 410
"""


class Show(Case):
    def test_c6_any_of_several(self):
        self.do("import", "-", stdin=RULES)
        cases = (
            (["--tag", "a", "--tag", "c"],
             ["*.old.example/*", "old.example/*", "www.old.example/*"]),
            (["--tag", "c", "--tag", "a"],
             ["*.old.example/*", "old.example/*", "www.old.example/*"]),
            (["--tag", "a", "--tag", "a"],
             ["*.old.example/*", "old.example/*"]),
            (["--host", "www.old.example", "--host", "OLD.example.org"],
             ["old.example.org/x", "www.old.example/*"]),
            (["--host", "*", "--host", "*.old.example", "--host", "*"],
             ["*.old.example/*", "*/x"]),
            (["--host", "old.example", "--host", "www.old.example",
              "--tag", "b", "--tag", "c"],
             ["old.example/gone", "www.old.example/*"]),
            (["--host", "old.example.org", "--tag", "a"], []),
        )
        for args, sources in cases:
            with self.subTest(args):
                lines = self.do("show", *args).splitlines()
                self.assertEqual([x.split()[0] for x in lines], sources)
                rows = json.loads(self.do("list", "--json", *args))
                self.assertEqual([x["source"] for x in rows], sources)


class Explain(Case):
    URLS = (
        ("http://old.example/a?b", "301", "https://n.example/a?b",
         "old.example/*", "redirect"),
        ("HTTPS://OLD.example:443/./gone", "410", None, "old.example/gone",
         "gone"),
        ("old.example/pass/x", "404", None, "old.example/pass/*", "pass"),
        ("old.example.org/x?z", "307", "https://n.example/?y&z",
         "old.example.org/x", "redirect"),
        ("a.b.old.example/q", "302", "https://n.example/sub/q",
         "*.old.example/*", "redirect"),
        ("www.old.example", "308", "https://n.example/w/",
         "www.old.example/*", "redirect"),
        ("[::1]/x", "410", None, "*/x", "gone"),
        ("nosuch.example/y", "404", None, None, "miss"),
        ("old.example/" + "a" * 8000, "414", None, None, "refused"),
        ("/path", None, None, None, "bad"),
        ("ftp://old.example/", None, None, None, "bad"),
        ("user@old.example/", None, None, None, "bad"),
    )

    def setUp(self):
        super().setUp()
        self.do("import", "-", stdin=RULES)

    def test_c6_many_urls(self):
        stdin = "\n".join(" %s\t\r" % url[0] for url in self.URLS)
        out = self.do("explain", "-", stdin="\n\n" + stdin, code=1)
        self.assertEqual(
            [line.split("\t") for line in out.splitlines()],
            [[x if x is not None else "-" for x in url[:4]]
             for url in self.URLS])
        self.assertEqual([x.split(": ")[0] for x in self.err.splitlines()],
                         ["-:12", "-:13", "-:14"])
        rows = [json.loads(line) for line in self.do(
            "explain", "--json", "-", stdin=stdin, code=1).splitlines()]
        for row, url in zip(rows, self.URLS, strict=True):
            self.assertEqual(
                (row["url"], row["code"], row["location"], row["source"],
                 row["result"]),
                (url[0], url[1] and int(url[1]), *url[2:]))
        self.assertIn("HOST[/PATH][?QUERY]", rows[-1]["error"])
        for row in rows[:-3]:
            one = json.loads(self.do("explain", "--json", row["url"]))
            self.assertEqual(one["result"], row["result"])
            self.assertIn(" %d " % row["code"], one["answer"])

    def test_c6_exit_code(self):
        self.do("explain", "-", stdin="old.example\nold.example/gone\n")
        self.do("explain", "-", stdin="old.example\nnosuch.example\n", code=1)
        self.do("explain", "-", stdin="old.example\n/x\n", code=1)
        self.do("explain", "-", stdin="")
        self.do("explain", "nosuch.example")
        self.do("explain", "-", "--method", "CONNECT", stdin="old.example",
                code=1)
        self.do("explain", code=2)

    def test_method_in_other_letters(self):
        out = self.do("explain", "old.example", "--method", "get")
        self.assertEqual(self.err, "detour explain: get is another method than"
                                   " GET: large and small letters count\n")
        self.assertIn("a get ", out)
        self.assertIn("an OPTIONS ", self.do("explain", "old.example",
                                             "--method", "OPTIONS"))
        self.assertEqual(self.err, "")

    def test_c6_method_and_odd_lines(self):
        out = self.do("explain", "-", "--method", "CONNECT", code=1,
                      stdin="old.example/a\n")
        self.assertEqual(out, "old.example/a\t405\t-\t-\n")
        out = self.do("explain", "-", code=1, stdin=(
            b"old.example/\x1b[31m\xff\n" + b"x" * 300000 + b"\n"
            b"old.example/\0\nold.example/gone"))
        lines = out.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertTrue(out.replace("\n", "").replace("\t", "").isprintable())
        self.assertTrue(lines[1].endswith("x\t-\t-\t-"))
        self.assertEqual(lines[3], "old.example/gone\t410\t-\t"
                         "old.example/gone")
        self.assertIn("-:2: line over 65536 bytes", self.err)

    def test_c6_answers_while_it_is_asked(self):
        with subprocess.Popen(
                [DETOUR, "--state", self.state, "explain", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(b"old.example/gone\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline().split(b"\t")[1],
                                 b"410")
            process.stdin.close()
            self.assertEqual(process.wait(60), 0)

    def test_c6_what_a_url_is(self):
        for url in ("/path", "", "ftp://old.example/", "http:///x", "?x",
                    "old.example:99999", "a..b", "old.example:x/", "://"):
            with self.subTest(url):
                self.do("explain", url, code=2)
                self.assertIn("HOST[/PATH][?QUERY] or http://", self.err)

    def test_c6_over_a_base(self):
        """A rule is named in whichever of two maps it stands."""
        many = "".join("h%d.example/* https://n.example/%d/* 301\n" % (i, i)
                       for i in range(9000))
        self.do("import", "-", "--replace", stdin=many)
        self.do("add", "*.h7.example/x", "-", "410")
        self.do("set", "h8.example/*", "https://o.example/", "302")
        self.assertIn("over", self.do("status"))
        out = self.do("explain", "-", stdin=(
            "h7.example/q\na.h7.example/x\nh8.example/z\n"))
        self.assertEqual(
            [line.split("\t")[1:] for line in out.splitlines()],
            [["301", "https://n.example/7/q", "h7.example/*"],
             ["410", "-", "*.h7.example/x"],
             ["302", "https://o.example/", "h8.example/*"]])

    def test_c6_a_full_disk_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [DETOUR, "--state", self.state, "explain", "-"],
                input=b"old.example\n" * 10000, stdout=full,
                stderr=subprocess.PIPE, check=False, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space", done.stderr)


if __name__ == "__main__":
    unittest.main()
