#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Bad patterns, sets of pairs and keys scheme=, case= and first=: refused with
line, field and reason, in files and on the command line; nothing changes."""

import os
import shlex
import unittest

from commands import Case

NEW = "https://new.example"

# (line, field, a part of the reason)
LINES = [
    # captures side by side
    ("a/{x}{y} %s 301", "source", "between"),
    ("a/b{x:digits}{y:digits}c %s 301", "source", "between"),
    # names
    ("a/{x}/{x} %s 301", "source", "twice"),
    ("a/{x}/{x:digits} %s 301", "source", "twice"),
    ("a/{} %s 301", "source", "{}"),
    ("a/{:digits} %s 301", "source", "{:digits}"),
    ("a/{a-b} %s 301", "source", "{a-b}"),
    ("a/{x:digit} %s 301", "source", "{x:digit}"),
    ("a/{x:} %s 301", "source", "{x:}"),
    # other braces
    ("a/{x %s 301", "source", "%%7B"),
    ("a/x} %s 301", "source", "%%7D"),
    ("a/{{x}} %s 301", "source", "%%7B"),
    ("a/x?{y} %s 301", "source", "%%7B"),
    ("a/x?{y}&* %s 301", "source", "%%7B"),
    ("{a}.x/ %s 301", "source", "{"),
    # a star inside, a query, dot segments
    ("a/{x}*/y %s 301", "source", "%%2A"),
    ("a/*{x} %s 301", "source", "%%2A"),
    ("a/{x}?q %s 301", "source", ""),
    ("a/{x}?q&* %s 301", "source", ""),
    ("a/{x}/../y %s 301", "source", "dot segment"),
    ("a/./{x} %s 301", "source", "dot segment"),
    ("a/{x}/%%2e* - 410\na/{x}/%%2E/* %s 301", "source", "dot segment"),
    ("a/{x}%%4 %s 301", "source", "%%"),
    # targets
    ("a/{x} %s/{y} 301", "target", "y"),
    ("a/{x} %s/{x}/{x} 301", "target", "twice"),
    ("a/{x} %s/{x:digits} 301", "target", "{x:digits}"),
    ("a/{x} %s/{x 301", "target", "{x"),
    ("a/{x} %s/x} 301", "target", "x}"),
    ("a/x %s/{x} 301", "target", "{x}"),
    ("a/{x} %s/#{x} 301", "target", "{x}"),
    ("a/{x} https://{x}.example 301", "target", "{x}"),
    ("a/{x} %s/{x}/* 301", "target", "*"),
    # sets of pairs
    ("a/p?&* %s 301", "source", "empty"),
    ("a/p?a&&b&* %s 301", "source", "empty"),
    ("a/p?a&b&a&* %s 301", "source", "twice"),
    ("a/p?a&%%61&* %s 301", "source", "twice"),
    ("a/p?a&A&* %s 301 case=ignore", "source", "twice"),
    ("a/p?a=*&b&* %s 301", "source", "%%2A"),
    ("a/p?a* %s 301", "source", "%%2A"),
    ("a/p?* %s 301", "source", "%%2A"),
    ("a/p*?a&* %s 301", "source", ""),
    ("a/p?a&* %s/* 301", "target", "*"),
    ("a/p?a&* %s/?x=* 301", "target", "*"),
    # keys
    ("a %s 301 scheme=ftp", "scheme", "ftp"),
    ("a %s 301 scheme=HTTP", "scheme", "HTTP"),
    ("a %s 301 scheme=http scheme=https", "scheme", "twice"),
    ("a %s 301 case=yes", "case", "yes"),
    ("a/x - 200 first=yes", "first", "'*'"),
    ("*.a/x - 200 first=yes", "first", "'*'"),
    ("* - 410 first=yes", "first", "pass and 200"),
    ("*/x %s 301 first=yes", "first", "pass and 200"),
    ("* - pass first=no", "first", "no"),
    ("* - pass query=drop scheme=http", "query", "pass"),
    ("*/h - 200 first=yes query=drop", "query", "200"),
]


def lines():
    for line, field, reason in LINES:
        yield line.replace("%s", NEW).replace("%%", "%"), field, (
            reason.replace("%%", "%"))


class Bad(Case):
    def test_in_files(self):
        for line, field, reason in lines():
            with self.subTest(line):
                *good, bad = line.split("\n")
                self.do("import", "-", stdin="\n".join(
                    ["good.example - 410", *good, bad, "#"]), code=1)
                said = [text for text in self.err.splitlines()
                        if text.startswith("-:")]
                self.assertEqual(said[1:], ["-: 1 error"], said)
                self.assertTrue(said[0].startswith(
                    "-:%d: %s: " % (2 + len(good), field)), said)
                self.assertIn(reason, said[0])
        self.assertFalse(os.path.exists(self.path("detour.db")))

    def test_on_the_command_line(self):
        for line, field, reason in lines():
            line = line.split("\n")[-1]
            if "scheme=https" in line:
                continue
            with self.subTest(line):
                self.do("add", *shlex.split(line), code=2)
                self.assertIn(field + ": ", self.err)
                self.assertIn(reason, self.err)

    def test_in_csv(self):
        for record, field, reason in (
                ("a,-,410,ftp,,", "scheme", "ftp"),
                ("a,-,410,,yes,", "case", "yes"),
                ("a,-,410,,,yes", "first", "'*'"),
                ("a/{x}{y},-,410,,,", "source", "between")):
            with self.subTest(record):
                self.do("import", "--format", "csv", "-", code=1,
                        stdin="source,target,code,scheme,case,first\n%s\n"
                        % record)
                self.assertRegex(self.err, "(?m)^-:2: %s: .*%s" % (
                    field, reason.replace("*", r"\*")))

    def test_too_long(self):
        self.do("add", "a/" + "-".join("{a%d:digits}" % i for i in range(65)),
                "-", "410", code=2)
        self.assertIn("more than 64", self.err)
        self.do("add", "a/{x}" + "y" * 8000, "-", "410", code=2)
        self.assertIn("8000", self.err)


if __name__ == "__main__":
    unittest.main()
