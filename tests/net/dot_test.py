#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A source .name: two rules of one line, in files, in commands and in what is
answered."""

import json
import unittest

import netns
from commands import Case
from netns import Connected
from serving import Client, Server, get

NEW = "https://new.example"
HEADER = "source,target,code\n"
LONG = "%s.%s.%s." % ("a" * 63, "b" * 63, "c" * 63)

# A line of the rules format, and what is shown of it.
GOOD = (
    ("a host alone", ".old.example %s 301" % NEW,
     ("*.old.example/* %s/* 301" % NEW, "old.example/* %s/* 301" % NEW)),
    ("a page", ".old.example/about %s/about 308 max-age=7 tag=x" % NEW,
     ("*.old.example/about %s/about 308 max-age=7 tag=x" % NEW,
      "old.example/about %s/about 308 max-age=7 tag=x" % NEW)),
    ("a query", ".old.example/a?b=1 - 410",
     ("*.old.example/a?b=1 - 410", "old.example/a?b=1 - 410")),
    ("a subtree", ".old.example/a/* %s/* 302/307 query=drop" % NEW,
     ("*.old.example/a/* %s/* 302/307 query=drop" % NEW,
      "old.example/a/* %s/* 302/307 query=drop" % NEW)),
    ("pass", ".old.example/.well-known/* - pass",
     ("*.old.example/.well-known/* - pass",
      "old.example/.well-known/* - pass")),
    ("http", "http://.OLD.example:80/ - 410",
     ("*.old.example/ - 410", "old.example/ - 410")),
    ("https", "HTTPS://.old.example.:443 - 410",
     ("*.old.example/* - 410", "old.example/* - 410")),
    ("U-labels", ".b\u00fccher.example/\u00fc - 410",
     ("*.xn--bcher-kva.example/%C3%BC - 410",
      "xn--bcher-kva.example/%C3%BC - 410")),
    ("a name of its own for each", ".old.example HTTPS://*.New.example 301",
     ("*.old.example/* HTTPS://*.New.example/* 301",
      "old.example/* HTTPS://New.example/* 301")),
    ("and a page", ".old.example/a/* https://*.new.example:81/*?b#c 307",
     ("*.old.example/a/* https://*.new.example:81/*?b#c 307",
      "old.example/a/* https://new.example:81/*?b#c 307")),
    ("one label", ".x - 410", ("*.x/* - 410", "x/* - 410")),
    ("the longest name", ".%s - 410" % (LONG + "d" * 59),
     ("*.%s/* - 410" % (LONG + "d" * 59), "%s/* - 410" % (LONG + "d" * 59))),
)
BAD = (
    (".", "empty label"), ("..", "empty label"), ("..x.example", "empty"),
    ("./x", "empty label"), (".?x", "empty label"), (".:80", "no host"),
    ("https://.", "empty label"), ("https://..x", "empty label"),
    (".*", "'*' stands"), (".*.x.example", "'*' stands"),
    ("*..x.example", "empty label"), (".x..example", "empty label"),
    (".1.2.3.4", "a dot before an address"), (".1.2.3", "IPv4"),
    (".[::1]", "a dot before an address"), (".x.example:81", "port 81"),
    (".u@x.example", "user information"), (".x!y.example", "character"),
    (".x.example/a*b", "'*' stands"), (".x.example/*?a", "exact path"),
    ("ftp://.x.example", "scheme"), (".x.example#a", "fragment"),
    (".%s" % (LONG + "d" * 60), "no name below it can be 253 bytes"),
)


def csv(line):
    """The record of a line without keys."""
    return HEADER + ",".join(line.split()) + "\n"


class Files(Case):
    def assert_shown(self, *lines):
        self.assertEqual(self.do("show").splitlines(), sorted(lines))

    def test_one_line_is_two_rules(self):
        for about, line, rules in GOOD:
            with self.subTest(about):
                self.assertIn(": 2 rules, ", self.do(
                    "import", "--replace", "-", stdin=line))
                self.assertEqual(self.err, "")
                self.assert_shown(*rules)
                self.assertIn("no change", self.do("import", "-", stdin=line))
                text = self.do("export", "--format", "csv")
                self.assertIn("no change", self.do(
                    "import", "--replace", "--format", "csv", "-",
                    stdin=text))

    def test_one_record_is_two_rules(self):
        for about, line, rules in GOOD:
            if "=" in line:
                continue
            with self.subTest(about):
                path = self.write("x.csv", csv(line))
                self.assertIn("+ %s\n+ %s\ndry run: it would be " % rules,
                              self.do("import", path, "--dry-run"))
                self.do("import", "--replace", path)
                self.assert_shown(*rules)

    def test_what_is_wrong_is_told_once(self):
        lines = ["%s %s 301" % (source, NEW) for source, _ in BAD]
        self.do("import", "-", stdin="\n".join(lines), code=1)
        said = self.err.splitlines()
        self.assertEqual(len(said), len(BAD) + 2)
        for number, (source, why) in enumerate(BAD):
            prefix = "-:%d: source: " % (number + 1)
            self.assertTrue(said[number].startswith(prefix), said[number])
            self.assertIn(source[:60], said[number])
            self.assertIn(why, said[number])
        for source, why in BAD:
            self.do("import", "--format", "csv", "-", code=1,
                    stdin=csv("%s %s 301" % (source, NEW)))
            self.assertRegex(self.err, r"\A-:2: source: .*\n-: 1 error\n")
            self.assertIn(why, self.err)
            for command in ["add", source, NEW, "301"], ["del", source]:
                self.do(*command, code=2)
                self.assertEqual(self.err.count("source: "), 1)
                self.assertIn(why, self.err)
        for line, field in ((".x.example c.example 301", "target"),
                            (".x.example https://* 301", "target"),
                            (".x.example https://*.1.2.3.4 301", "target"),
                            (".x.example %s 999" % NEW, "code"),
                            (".x.example - 410 query=drop", "query")):
            self.do("import", "-", stdin=line, code=1)
            self.assertRegex(self.err, r"\A-:1: %s: .*\n-: 1 error\n" % field)
        self.assertEqual(self.live(), 0)

    def test_there_twice(self):
        """One file: a half that another line has, too."""
        both, below, apex = ".a.x - 410\n", "*.a.x - 410\n", "a.x - 410\n"
        for text, said in (
                (both + apex, ["-:2: same: as on line 1"]),
                (both + below, ["-:2: same: as on line 1"]),
                (apex + both, ["-:2: same: a.x/* as on line 1"]),
                (below + both, ["-:2: same: *.a.x/* as on line 1"]),
                (both + both, ["-:2: same: *.a.x/* as on line 1",
                               "-:2: same: a.x/* as on line 1"]),
                (apex + "#\n" + below + both,
                 ["-:4: same: *.a.x/* as on line 3",
                  "-:4: same: a.x/* as on line 1"])):
            with self.subTest(text):
                self.do("import", "--replace", "-", stdin=text)
                self.assertEqual(self.err.splitlines()[:-1], said)
                self.assert_shown("*.a.x/* - 410", "a.x/* - 410")
                self.do("del", ".a.x")
        before = self.snapshot()
        for text, said in (
                (both + "a.x - pass\n",
                 ["-:2: source: a.x/* is on line 1 already (- 410)"]),
                ("#\na.x - pass\n\n" + both,
                 ["-:4: source: a.x/* is on line 2 already (- pass)"]),
                (both + "*.a.x - pass\n",
                 ["-:2: source: *.a.x/* is on line 1 already (- 410)"]),
                (both + ".A.x/* - pass\n",
                 ["-:2: source: *.a.x/* is on line 1 already (- 410)",
                  "-:2: source: a.x/* is on line 1 already (- 410)"]),
                (".a.x/b?c - 410\na.x/b?c - pass\n",
                 ["-:2: source: a.x/b?c is on line 1 already (- 410)"])):
            with self.subTest(text):
                for option in "--replace", "--update", "--dry-run":
                    self.do("import", option, "-", stdin=text, code=1)
                    self.assertEqual(self.err.splitlines()[:-2], said)
        path = self.write("x.csv", HEADER + "a.x,-,410\n\n.a.x,-,pass\n")
        self.do("import", path, code=1)
        self.assertIn("x.csv:4: source: a.x/* is on line 2 already (- 410)\n",
                      self.err)
        self.assertEqual(self.snapshot(), before)

    def test_with_what_is_live(self):
        self.do("add", "a.x", "-", "410", "max-age=5")
        before = self.snapshot()
        self.do("import", "-", stdin="#\n.a.x - pass", code=1)
        self.assertRegex(self.err, r"\A-:2: source: a\.x/\* is there already "
                         r"\(- 410 max-age=5\).*\n-: 1 error\n")
        self.assertEqual(self.snapshot(), before)
        path = self.write("x.csv", csv(".a.x - 410"))
        self.assertIn("2 rules, 1 added, 0 removed, 0 changed, 1 there",
                      self.do("import", path))
        self.assert_shown("*.a.x/* - 410", "a.x/* - 410 max-age=5")
        self.assertIn("0 added, 0 removed, 2 changed",
                      self.do("import", "--update", "-", stdin=".a.x - pass"))
        self.do("del", "*.a.x")
        self.assertIn("1 added, 0 removed, 1 changed",
                      self.do("import", "--update", "-", stdin=".a.x - 410"))
        self.assertIn("4 rules, 2 added, 0 removed, 0 changed, 2 there",
                      self.do("import", "--replace", "-",
                              stdin=".a.x - 410\n.b.x - 410"))
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual((row["rules"], row["added"]), (4, 2))
        self.assertEqual(
            [one["source"] for one in json.loads(self.do("show", "--json"))],
            ["*.a.x/*", "*.b.x/*", "a.x/*", "b.x/*"])

    def test_pairs_of_code_and_max_age(self):
        """A line that is one too many is told of once."""
        self.do("import", "-", code=1, stdin="".join(
            ".h%d.x - 410 max-age=%d\n" % (i, i) for i in range(65536)))
        self.assertRegex(self.err, r"\A-:65536: max-age: .*\n-: 1 error\n")


class Commands(Case):
    ONE = ("*.a.x/* %s/* 301" % NEW, "a.x/* %s/* 301" % NEW)

    def log_row(self):
        row = json.loads(self.do("log", "--json"))[0]
        return row["command"], row["added"], row["removed"], row["changed"]

    def test_add(self):
        self.assertEqual(self.do("add", ".a.x", NEW, "301", "--dry-run"),
                         "+ %s\n+ %s\ndry run: it would be 2 rules, 2 added, "
                         "0 removed, 0 changed\n" % self.ONE)
        self.assertEqual(self.live(), 0)
        self.assertEqual(
            self.do("add", ".A.x", NEW, "301"),
            "release 1: 2 rules, 2 added, 0 removed, 0 changed\n")
        self.assertEqual(self.log_row(), ("add .a.x/*", 2, 0, 0))
        self.assertEqual(self.do("show"), "%s\n%s\n" % self.ONE)
        self.assertEqual(self.do("add", ".a.x", NEW, "301"),
                         "no change: release 1 has 2 rules\n")
        for source, why in BAD:
            self.do("add", source, NEW, "301", code=2)
            self.assertIn(why, self.err)

    def test_add_is_both_or_nothing(self):
        for there in "a.x", "*.a.x":
            self.do("add", there, "-", "410")
            before = self.snapshot()
            for options in [], ["--dry-run"]:
                self.do("add", ".a.x", NEW, "301", *options, code=1)
                self.assertEqual(
                    self.err, "detour add: %s/* is there already, "
                    "set changes it: - 410\n" % there)
            self.assertEqual(self.snapshot(), before)
            # the same is no other
            self.assertIn(": 2 rules, 1 added, ",
                          self.do("add", ".a.x", "-", "410"))
            self.assertEqual(self.err, "detour add: %s/* is already there\n"
                             % there)
            self.do("del", ".a.x")

    def test_set(self):
        self.assertEqual(self.do("set", ".a.x", NEW, "301"),
                         "+ %s\n+ %s\nrelease 1: 2 rules, 2 added, 0 removed, "
                         "0 changed\n" % self.ONE)
        self.do("set", "a.x", NEW, "301", "tag=t", "max-age=9")
        self.assertEqual(
            self.do("set", ".a.x", NEW, "308", "max-age="),
            "- *.a.x/* %s/* 301\n+ *.a.x/* %s/* 308\n"
            "- a.x/* %s/* 301 max-age=9 tag=t\n+ a.x/* %s/* 308 tag=t\n"
            "release 3: 2 rules, 0 added, 0 removed, 2 changed\n"
            % ((NEW,) * 4))
        self.assertEqual(self.log_row(), ("set .a.x/*", 0, 0, 2))
        self.assertIn("0 added, 0 removed, 1 changed",
                      self.do("set", ".a.x", NEW, "308", "tag=t"))
        self.assertEqual(self.err, "detour set: a.x/* is already there\n")

    def test_set_changes_what_is_there(self):
        for there, other in ("a.x", "*.a.x"), ("*.a.x", "a.x"):
            self.do("add", there, "-", "410")
            for options in ["--dry-run"], []:
                self.assertIn("1 rule, 0 added, 0 removed, 1 changed",
                              self.do("set", ".a.x", "-", "pass", *options))
                self.assertEqual(self.err, "detour set: there is no rule %s/*;"
                                 " add makes it\n" % other)
            self.assertEqual(self.do("show"), there + "/* - pass\n")
            self.do("del", there)

    def test_del(self):
        def left(*args, stdin=None):
            self.do("import", "--replace", "-", stdin=(
                ".a.x - 410\n.b.x - 410\n*.c.x - 410\nd.x/y - 410\n"))
            self.do("del", *args, stdin=stdin)
            return [x.split()[0] for x in self.do("show").splitlines()]

        self.assertEqual(left(".a.x", ".c.x", "http://.d.x:80/%79"),
                         ["*.b.x/*", "b.x/*"])
        self.assertEqual(self.log_row(),
                         ("del *.a.x/* and 3 more", 0, 4, 0))
        self.assertEqual(left("a.x", ".a.x", "*.a.x", ".b.x", ".b.x", ".c.x"),
                         ["d.x/y"])
        self.assertEqual(left("-", stdin="#\n.a.x\na.x # x\n.c.x/*\n.b.x"),
                         ["d.x/y"])
        self.assertEqual(self.log_row()[2], 5)

    def test_del_of_what_is_not_there(self):
        self.do("import", "-", stdin=".a.x - 410\n*.c.x - 410\nd.x/y - 410\n")
        before = self.snapshot()
        for sources, said in (
                ([".b.x"], ["b.x/* or *.b.x/*"]),
                ([".a.x", ".a.x/y", ".a.x/y"], ["a.x/y or *.a.x/y"]),
                ([".d.x"], ["d.x/* or *.d.x/*"]),
                ([".c.x", "c.x"], ["c.x/*"]),
                ([".b.x", "b.x", "*.b.x"],
                 ["*.b.x/*", "b.x/*", "b.x/* or *.b.x/*"])):
            with self.subTest(sources):
                self.do("del", *sources, code=1)
                self.assertEqual(
                    sorted(self.err.splitlines()),
                    ["detour del: there is no rule " + x for x in said] +
                    ["nothing was changed"])
        self.do("del", "-", code=1,
                stdin=".a.x\n\n.b.x\n.c.x\n..x\n.d.x\nc.x\n")
        self.assertEqual(self.err, (
            "-:3: source: there is no rule b.x/* or *.b.x/*\n"
            "-:5: source: host '.x': empty label\n"
            "-:6: source: there is no rule d.x/* or *.d.x/*\n"
            "-:7: source: there is no rule c.x/*\n"
            "-: 4 errors\nnothing was changed\n"))
        self.assertEqual(self.snapshot(), before)

    def test_hosts(self):
        self.do("import", "-", stdin=(
            ".a.x - 410\na.x/y - 410\nb.x - 410\nw.a.x - 410\n*.c.x - 410\n"))
        shown = ["*.a.x/* - 410", "a.x/* - 410", "a.x/y - 410"]
        for hosts in ([".a.x"], [".A.x."], [".a.x", "a.x", "*.a.x"]):
            args = [x for host in hosts for x in ("--host", host)]
            self.assertEqual(self.do("show", *args).splitlines(), shown)
        self.assertEqual(self.do("show", "--host", ".c.x"), "*.c.x/* - 410\n")
        self.assertEqual(self.do("show", "--host", ".d.x"), "")
        for host in ".", "..x", ".*", ".*.a.x", ".1.2.3.4", ".[::1]":
            self.do("show", "--host", host, code=2)
            self.assertIn("--host: '%s': " % host, self.err)
        self.assertIn("3 changed",
                      self.do("set", "--host", ".a.x", "tag=t"))
        self.assertIn("3 removed", self.do("del", "--host", ".a.x"))
        self.assertEqual(self.log_row()[0], "del --host a.x --host *.a.x")
        for command in ["del"], ["set"]:
            more = ["tag=u"] if command == ["set"] else []
            self.do(*command, "--host", ".a.x", *more, code=1)
            self.assertIn("no rule matches --host a.x --host *.a.x", self.err)

    def test_warnings(self):
        """Each of the two is looked at."""
        self.do("add", ".a.x", "https://www.a.x", "301")
        self.assertIn("loop: *.a.x/* ", self.err)
        self.assertNotIn(" a.x/* ", self.err)
        self.do("add", ".b.x", "https://b.x", "301")
        self.assertIn("loop: b.x/* ", self.err)
        self.assertNotIn("*.b.x/* ", self.err)

    def test_explain_takes_a_url(self):
        self.do("add", ".a.x", NEW, "301")
        self.do("explain", ".a.x", code=2)
        self.assertIn("empty label", self.err)
        for host, source in ("a.x", "a.x/*"), ("w.a.x", "*.a.x/*"):
            said = json.loads(self.do("explain", "--json", host + "/y"))
            self.assertEqual(said["rules"][0]["fields"]["source"], source)


RULES = """
.old.example         https://new.example         301
.old.example/about   https://new.example/company 308
www.old.example/away - 410
.old.example/own/*   https://*.new.example/*     307
"""
# Host, path, code, Location.
ANSWERS = (
    ("old.example", "/a?b", 301, "https://new.example/a?b"),
    ("OLD.example:80", "/", 301, "https://new.example/"),
    ("www.old.example", "/a", 301, "https://new.example/a"),
    ("a.b.old.example", "/a", 301, "https://new.example/a"),
    ("old.example", "/about", 308, "https://new.example/company"),
    ("b.old.example", "/about", 308, "https://new.example/company"),
    ("www.old.example", "/away", 410, None),
    ("old.example", "/own/x?y", 307, "https://new.example/x?y"),
    ("www.old.example", "/own/x", 307, "https://www.new.example/x"),
    ("a.b.old.example", "/own", 307, "https://a.b.new.example/"),
    ("very-old.example", "/", 404, None),
    ("example", "/", 404, None),
)


class Served(Case):
    def test_answers(self):
        self.do("import", "-", stdin=RULES)
        server = Server(self.state, "--threads", "1")
        self.addCleanup(server.stop)
        with Client(server) as client:
            for host, path, code, location in ANSWERS:
                answer = client.ask(get(path, host))
                self.assertEqual(
                    (answer.status, answer.headers.get("location")),
                    (code, location), host + path)


class Fast(Connected):
    rules = RULES

    def test_answers(self):
        for host, path, code, location in ANSWERS:
            with self.subTest(host + path), self.client() as client:
                answer = client.ask(get(path, host.lower()))
                self.assertEqual(
                    (answer.status, answer.headers.get("location")),
                    (code, location))
                self.assert_answers(int(code != 404))


if __name__ == "__main__":
    netns.private_bpffs()
    unittest.main()
