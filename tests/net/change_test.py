#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the commands that change rules refuse, keep and print."""

import json
import os
import subprocess
import unittest

from commands import DETOUR, Case

NEW = "https://new.example"


def many(count, first=0, tag="t"):
    return "".join("h%04d.example/ %s/ 301 tag=%s\n" % (i, NEW, tag)
                   for i in range(first, first + count))


class Changes(Case):
    def assert_refused(self, *args, message, stdin=None, code=1):
        """A command that changes nothing, says why and how it is allowed,
        and says and does the same in a dry run."""
        before = self.snapshot()
        self.assertEqual(self.do(*args, stdin=stdin, code=code), "")
        self.assertIn(message, self.err)
        out = self.do(*args, "--dry-run", stdin=stdin, code=code)
        self.assertIn("dry run: it would be ", out)
        self.assertIn(message, self.err)
        self.assertEqual(self.snapshot(), before)

    def counts(self):
        row = json.loads(self.do("log", "--json"))[0]
        return row["added"], row["removed"], row["changed"]


class Guards(Changes):
    def test_c1_an_empty_file_does_not_empty_the_rules(self):
        self.do("import", "-", stdin=many(3))
        for text in "", "\n# nothing\n", "\ufeff":
            with self.subTest(text):
                self.assert_refused(
                    "import", "-", "--replace", stdin=text,
                    message="standard input has no rules, so that none of 3 "
                            "would be left; --allow-empty lets it")
        path = self.write("empty.csv", "source,target,code\r\n")
        for more in [], ["--large"], ["--max-removed", "3"]:
            self.assert_refused("import", path, "--replace", *more,
                                message="/empty.csv has no rules")
        self.do("import", "-", "--replace", stdin="x\n", code=1)
        self.assertIn("1 error\nnothing was changed", self.err)
        # what would come is for --dry-run
        conf = self.write("site.conf", (
            "server { server_name o.example;\n"
            "location = /p { return 301 https://n.example/p; }\n"
            "location ~ ^/(a+)+$ { return 301 https://n.example/q; } }\n"))
        for args in (), ("--draft", "--trial"), ("--replace", "--large"):
            self.assertEqual(self.do("import", conf, *args, code=1), "")
            self.assertIn("--partial imports the others\nnothing was changed\n",
                          self.err)
            self.assertIn("+ o.example/p https://n.example/p 30", self.do(
                "import", conf, *args, "--dry-run", code=1))
        self.assertIn(" 0 rules, 0 added, 3 removed", self.do(
            "import", path, "--replace", "--allow-empty", "--dry-run"))
        self.assertIn(": 0 rules, 0 added, 3 removed", self.do(
            "import", path, "--replace", "--allow-empty"))
        # where nothing is lost, nothing needs to be allowed
        self.do("import", path, "--replace")
        self.assertEqual(self.live(), 2)

    def test_c1_a_producer_that_fails(self):
        self.do("import", "-", stdin=many(200))
        before = self.snapshot()
        for left in "export --relase 1", "export | head -n 99":
            done = subprocess.run(
                ["sh", "-c", "D='%s --state %s'; $D %s | $D import - "
                 "--replace" % (DETOUR, self.state, left)],
                capture_output=True, check=False)
            self.assertEqual(done.returncode, 1, left)
            self.assertEqual(self.snapshot(), before)

    def test_c1_more_than_half_of_a_hundred(self):
        self.do("import", "-", stdin=many(100))
        self.assert_refused(
            "import", "-", "--replace", stdin=many(49) + many(60, 500),
            message="51 of 100 rules would be removed, more than half; "
                    "--large lets it, or --max-removed 51")
        self.assertIn("100 rules, 50 added, 50 removed", self.do(
            "import", "-", "--replace", stdin=many(50) + many(50, 500)))
        self.do("import", "-", "--replace", "--large", "--dry-run",
                stdin=many(1))
        self.assertIn(" 1 rule, 0 added, 99 removed", self.do(
            "import", "-", "--replace", "--large", stdin=many(1)))
        # few rules are not guarded, changed ones are not removed
        self.do("import", "-", "--replace", "--max-removed", "0",
                stdin=many(99))
        self.do("import", "-", "--replace", stdin=many(1, 500))
        self.do("import", "-", stdin=many(199))
        self.assertIn("200 changed", self.do(
            "import", "-", "--replace",
            stdin=many(199, 0, "n") + many(1, 500, "n")))

    def test_c1_the_number_that_may_go(self):
        self.do("import", "-", stdin=many(150))
        for more in [], ["--large"], ["--allow-empty"]:
            self.assert_refused(
                "import", "-", "--replace", "--max-removed", "9", *more,
                stdin=many(140),
                message="10 of 150 rules would be removed, more than "
                        "--max-removed 9")
        self.assert_refused(
            "import", "-", "--replace", "--max-removed=149", "--allow-empty",
            stdin="", message="150 of 150 rules would be removed, more than "
            "--max-removed 149")
        self.do("import", "-", "--replace", "--max-removed", "10",
                stdin=many(140))
        self.do("import", "-", "--replace", "--max-removed", "139",
                stdin=many(1))
        self.do("import", "-", "--replace", "--max-removed", "0", code=1,
                stdin=many(1, 1))
        for bad in "x", "-1", "", "10%":
            self.do("import", "-", "--max-removed", bad, stdin="", code=2)

    def test_c1_what_is_asked_for_by_name_is_not_guarded(self):
        self.do("import", "-", stdin=many(200))
        self.assertIn(": 0 rules", self.do("rollback", "0"))
        self.do("rollback")
        self.do("del", "--tag", "t")
        self.assertEqual(self.do("show"), "")


class IfRelease(Changes):
    def changes(self):
        """Each changing command, such that it would change something."""
        path = self.write("one.txt", "b.example - 410\n")
        return (["add", "b.example", NEW, "301"],
                ["set", "a.example", NEW, "302"],
                ["del", "a.example"],
                ["import", path],
                ["import", "--replace", path],
                ["rollback"],
                ["rollback", "0"])

    def test_c2_another_release_is_refused(self):
        self.do("add", "a.example", NEW, "301")
        self.do("add", "c.example", NEW, "301", "--message", "other's")
        before = self.snapshot()
        for args in self.changes():
            with self.subTest(args):
                self.assertEqual(
                    self.do(*args, "--if-release", "1", code=1), "")
                self.assertRegex(
                    self.err, r"^detour %s: --if-release 1: release 2 is live,"
                    r" made by \S+ at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
                    r" \(add c\.example/\*\)\n$"
                    % args[0])
        self.do("import", "--dry-run", "-", "--if-release=3", stdin="",
                code=1)
        self.assertIn("--if-release 3: release 2 is live", self.err)
        self.assertEqual(self.snapshot(), before)

    def test_c2_the_live_release_is_let_in(self):
        self.do("add", "a.example", NEW, "301", "--if-release", "0")
        for args in self.changes():
            with self.subTest(args):
                self.do("import", "-", "--replace",
                        stdin="a.example %s 301\n" % NEW)
                live = self.live()
                self.do(*args, "--if-release", str(live))
                self.assertEqual(self.live(), live + 1)

    def test_c2_nothing_is_live(self):
        self.do("add", "a.example", NEW, "301", "--if-release", "1", code=1)
        self.assertIn("--if-release 1: there is no release yet", self.err)
        for bad in "", "x", "-1", "1.5", "99999999999999999999":
            self.do("add", "a.example", NEW, "301", "--if-release", bad,
                    code=2)
        self.do("add", "a.example", NEW, "301", "--if-release", "0")

    def test_c2_a_change_that_is_none_is_refused_too(self):
        self.do("add", "a.example", NEW, "301")
        self.do("add", "a.example", NEW, "301", "--if-release", "7", code=1)
        self.do("add", "a.example", NEW, "301", "--if-release", "1")
        self.assertEqual(self.live(), 1)


class Update(Changes):
    RULES = ("a.example/1 https://b.example/ 301 query=drop tag=x\n"
             "a.example/2 https://b.example/ 301 max-age=60 tag=x\n"
             "a.example/3 https://b.example/ 307 tag=x\n"
             "b.example/* - 410 tag=y\n")

    def setUp(self):
        super().setUp()
        self.do("import", "-", stdin=self.RULES)

    def changed(self, old, new):
        self.assertIn(old, self.RULES)
        return self.RULES.replace(old, new)

    def test_c3_the_hint_of_a_changed_row(self):
        self.do("import", "-", stdin="a.example/1 https://c.example/ 301\n",
                code=1)
        self.assertIn("-:1: source: a.example/1 is there already "
                      "(https://b.example/ 301 query=drop tag=x); "
                      "import --update", self.err)
        self.assertNotIn("replace", self.err)

    def test_c3_rows_replace_whole_rules_and_nothing_else(self):
        rows = ("a.example/1 https://c.example/ 301\n"
                "b.example/* - 410 tag=y\n"
                "c.example/ - 410\n")
        want = [
            "- a.example/1 https://b.example/ 301 query=drop tag=x",
            "+ a.example/1 https://c.example/ 301",
            "+ c.example/ - 410",
            "dry run: it would be 5 rules, 1 added, 0 removed, 1 changed; "
            "format rules"]
        before = self.snapshot()
        self.assertEqual(self.do("import", "-", "--update", "--dry-run",
                                 stdin=rows).splitlines(), want)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(
            self.do("import", "-", "--update", stdin=rows),
            "release 2: 5 rules, 1 added, 0 removed, 1 changed, "
            "1 there already; format rules\n")
        self.assertEqual(self.do("show"), self.changed(
            "a.example/1 https://b.example/ 301 query=drop tag=x",
            "a.example/1 https://c.example/ 301") + "c.example/ - 410\n")
        self.assertEqual(self.counts(), (1, 0, 1))
        self.assertIn("import - --update", self.do("log"))
        self.assertIn("no change", self.do("import", "-", "--update",
                                           stdin=rows))
        self.do("rollback")
        self.assertEqual(self.do("show"), self.RULES)

    def test_c3_keys_without_a_column_stay(self):
        path = self.write("a.csv", "code,source,target\n"
                          "301,a.example/1,https://c.example/\n"
                          "307,a.example/2,https://c.example/\n"
                          "301,a.example/3,https://b.example/\n"
                          "pass,b.example,-\n"
                          "301,n.example,https://b.example/\n")
        self.assertIn("5 rules, 1 added, 0 removed, 4 changed",
                      self.do("import", path, "--update"))
        self.assertEqual(
            self.do("show"),
            "a.example/1 https://c.example/ 301 query=drop tag=x\n"
            "a.example/2 https://c.example/ 307 max-age=60 tag=x\n"
            "a.example/3 https://b.example/ 301 tag=x\n"
            "b.example/* - pass tag=y\n"
            "n.example/* https://b.example/* 301\n")
        # a column says something about every row
        path = self.write("b.csv", "code,source,target,tag,max-age\n"
                          "301,a.example/1,https://c.example/,,\n"
                          "307,a.example/2,https://c.example/,z,\n"
                          "301,a.example/3,https://b.example/,x,9\n")
        self.do("import", path, "--update")
        self.assertEqual(
            self.do("show", "--host", "a.example"),
            "a.example/1 https://c.example/ 301 query=drop\n"
            "a.example/2 https://c.example/ 307 tag=z\n"
            "a.example/3 https://b.example/ 301 max-age=9 tag=x\n")

    def test_c3_rows_that_say_nothing_new_change_nothing(self):
        path = self.write("a.csv", "source,target,code\n"
                          "a.example/1,https://b.example/,301\n"
                          "a.example/2,https://b.example/,301\n"
                          "b.example,-,410\n")
        for more in [], ["--update"]:
            self.assertIn("no change", self.do("import", path, *more))
        self.assertEqual(self.do("show"), self.RULES)

    def test_c5_a_file_without_a_column_takes_no_key_without_a_word(self):
        path = self.write("a.csv", "source,target,code\n"
                          "a.example/1,https://b.example/,301\n"
                          "a.example/2,https://b.example/,301\n"
                          "a.example/3,https://c.example/,307\n"
                          "c.example,-,410\n")
        for more in ["--dry-run"], []:
            self.do("import", path, "--replace", *more)
            self.assertIn("3 rules with a key that %s has no column for: "
                          "--replace takes it away" % path, self.err)

    def test_c3_update_or_replace(self):
        self.do("import", "-", "--update", "--replace", stdin="", code=2)
        self.assertIn("--update or --replace, not both", self.err)
        self.do("import", "-", "--update", stdin="a.example/1 - 301\n",
                code=1)
        self.do("import", "-", "--update", code=1, stdin="a.example/1 - 410\n"
                "a.example/1 - pass\n")
        self.assertIn("-:2: source: a.example/1 is on line 1 already",
                      self.err)
        self.assertEqual(self.live(), 1)

    def test_c3_as_many_answers_as_there_may_be(self):
        """A changed rule's old answer makes room for another."""
        path = self.write("full.txt", "".join(
            "z.example/%d - 410 max-age=%d\n" % (i, i)
            for i in range(65535)))
        self.do("import", path, "--replace")
        self.do("import", "-", "--update",
                stdin="z.example/7 - 410 max-age=100000\n")
        self.do("import", "-", "--update", code=1,
                stdin="z.example/new - 410 max-age=100001\n")


class Bulk(Changes):
    RULES = ("*.a.example/* https://b.example/* 301 tag=y\n"
             "a.example/1 https://b.example/ 301 tag=x\n"
             "a.example/2 https://b.example/ 302 max-age=9 tag=x\n"
             "a.example/3 - 410\n"
             "b.example/* - 410 tag=z\n"
             "x.a.example/* - pass tag=y\n")

    def setUp(self):
        super().setUp()
        self.do("import", "-", stdin=self.RULES)

    def left(self, *without):
        return "".join(line for line in self.RULES.splitlines(True)
                       if line.split()[0] not in without)

    def test_c4_del_by_tag_and_host(self):
        cases = (
            (["--tag", "x"], ["a.example/1", "a.example/2"]),
            (["--tag", "x", "--tag", "z"],
             ["a.example/1", "a.example/2", "b.example/*"]),
            (["--host", "A.example"],
             ["a.example/1", "a.example/2", "a.example/3"]),
            (["--host", "*.a.example"], ["*.a.example/*"]),
            (["--host", "b.example", "--host", "*.a.example", "--host",
              "b.example."], ["*.a.example/*", "b.example/*"]),
            (["--host", "a.example", "--tag", "x", "--tag", "y"],
             ["a.example/1", "a.example/2"]),
        )
        for args, sources in cases:
            with self.subTest(args):
                live = self.live()
                gone = [line for line in self.RULES.splitlines()
                        if line.split()[0] in sources]
                out = self.do("del", *args, "--dry-run").splitlines()
                self.assertEqual(out[:-1], ["- " + line for line in gone])
                self.assertEqual(self.live(), live)
                self.assertIn(
                    "release %d: %d rules, 0 added, %d removed, 0 changed" %
                    (live + 1, 6 - len(gone), len(gone)),
                    self.do("del", *args))
                self.assertEqual(self.do("show"), self.left(*sources))
                self.do("rollback")
                self.assertEqual(self.do("show"), self.RULES)
        self.assertIn("del --tag x\n", self.do("log"))

    def test_c4_nothing_matches(self):
        for args in (["del", "--tag", "nix"], ["del", "--host", "c.example"],
                     ["del", "--tag", "x", "--host", "b.example"],
                     ["set", "--tag", "nix", "301"]):
            with self.subTest(args):
                self.do(*args, code=1)
                self.assertIn("no rule matches " + " ".join(args[1:3]),
                              self.err)
                self.do(*args, "--dry-run", code=1)
        self.assertEqual(self.live(), 1)

    def test_c4_not_both(self):
        for args in (["del", "--tag", "x", "a.example/1"],
                     ["del", "--host", "a.example", "-"],
                     ["del", "-", "a.example/1"], ["del"],
                     ["del", "--host", "a..b"], ["del", "a.example/*/x"],
                     ["del", "--host", ""], ["del", "--tag", ""],
                     ["del", "--tag", "a,b"], ["set", "--tag", "", "301"],
                     ["add", "--tag", "x", "301"]):
            with self.subTest(args):
                self.do(*args, code=2)
        self.assertEqual(self.live(), 1)

    def test_c4_del_sources_of_standard_input(self):
        lines = ("\ufeff# all that go\r\n\n  a.example/1  # this\n"
                 "A.EXAMPLE:80/%32\n\thttp://b.example\na.example/1")
        self.assertEqual(len(self.do("del", "-", "--dry-run",
                                     stdin=lines).splitlines()), 4)
        self.assertIn("release 2: 3 rules, 0 added, 3 removed, 0 changed",
                      self.do("del", "-", stdin=lines))
        self.assertEqual(self.do("show"), self.left(
            "a.example/1", "a.example/2", "b.example/*"))
        self.do("rollback")
        self.assertEqual(self.do("show"), self.RULES)

    def test_c4_bad_lines_of_standard_input(self):
        before = self.snapshot()
        self.assertEqual(self.do(
            "del", "-", code=1, stdin="a.example/1\n\na.example/2 - 410\n"
            "nix.example\n#\na.example:81\nb.example\na.example/nix"), "")
        self.assertEqual([x.split(":")[:2] for x in self.err.splitlines()],
                         [["-", "3"], ["-", "4"], ["-", "6"], ["-", "8"],
                          ["-", " 4 errors"], ["nothing was changed"]])
        self.assertIn("-:4: source: there is no rule nix.example/*", self.err)
        for nothing in "", "# nothing\n":
            self.do("del", "-", stdin=nothing, code=1)
            self.assertIn("standard input names no rule", self.err)
        self.do("del", "nix.example", "a.example/1", "a.example/nix", code=1)
        self.assertIn("there is no rule nix.example/*\n", self.err)
        self.assertIn("there is no rule a.example/nix\n", self.err)
        self.assertEqual(self.snapshot(), before)

    def test_c4_set_by_tag(self):
        steps = (
            (["--tag", "x", "307"], 2,
             "a.example/1 https://b.example/ 307 tag=x\n"
             "a.example/2 https://b.example/ 307 max-age=9 tag=x\n"),
            (["--tag", "x", "--tag", "z", "max-age=9"], 2,
             "a.example/1 https://b.example/ 307 max-age=9 tag=x\n"
             "a.example/2 https://b.example/ 307 max-age=9 tag=x\n"),
            (["--tag", "x", "301", "max-age=", "query=drop", "tag=n"], 2,
             "a.example/1 https://b.example/ 301 query=drop tag=n\n"
             "a.example/2 https://b.example/ 301 query=drop tag=n\n"),
            (["--host", "a.example", "--tag", "n", "tag="], 2,
             "a.example/1 https://b.example/ 301 query=drop\n"
             "a.example/2 https://b.example/ 301 query=drop\n"),
        )
        for args, changed, want in steps:
            with self.subTest(args):
                live = self.live()
                out = self.do("set", *args, "--dry-run").splitlines()
                self.assertEqual([x[0] for x in out[:-1]],
                                 ["-", "+"] * changed)
                self.assertEqual(
                    self.do("set", *args),
                    "release %d: 6 rules, 0 added, 0 removed, %d changed\n"
                    % (live + 1, changed))
                shown = self.do("show", "--host", "a.example")
                self.assertTrue(shown.startswith(want), shown)
        self.do("set", "--host", "a.example", "--host", "a.example",
                "max-age=3")
        self.do("rollback", "1")
        self.assertEqual(self.do("show"), self.RULES)
        self.do("set", "--tag", "x", "301")
        self.assertIn("no change", self.do("set", "--tag", "x", "301"))
        self.do("rollback")
        self.assertEqual(self.do("show"), self.RULES)

    def test_c4_a_code_that_a_target_does_not_allow(self):
        before = self.snapshot()
        for args, named in (
                (["--tag", "x", "410"], ["a.example/1", "a.example/2"]),
                (["--tag", "x", "pass"], ["a.example/1", "a.example/2"]),
                (["--tag", "y", "301"], ["x.a.example/*"]),
                (["--tag", "y", "max-age=1"], ["x.a.example/*"]),
                (["--tag", "z", "query=keep"], ["b.example/*"])):
            with self.subTest(args):
                self.do("set", *args, code=1)
                for source in named:
                    self.assertIn("detour set: %s: " % source, self.err)
                self.assertIn("nothing was changed", self.err)
                self.assertEqual(self.snapshot(), before)
        for args in (["301"], ["--tag", "x"], ["--tag", "x", "300"],
                     ["--tag", "x", "tags=b"], ["--tag", "x", "tag=a,b"],
                     ["--tag", "x", "301", "302"], ["--tag", "x", ""],
                     ["--tag", "x", "max-age=1", "301"],
                     ["--tag", "x", "pass", "max-age=1"]):
            with self.subTest(args):
                self.do("set", *args, code=2)


class Set(Changes):
    A = "a.example/1"
    B = "https://b.example/"

    def assert_set(self, before, args, after):
        """What a rule is, what is set, what it is then."""
        rule = "%s %s\n" % (self.A, before)
        want = "%s %s\n" % (self.A, after)
        self.do("import", "-", "--replace", stdin=rule)
        for more in ["--dry-run"], []:
            with self.subTest((before, args, more)):
                out = self.do("set", self.A, *args, *more)
                if after == before:
                    end = "dry run" if more else "no change"
                    self.assertTrue(out.startswith(end), out)
                else:
                    self.assertTrue(out.startswith("- %s+ %s%s" % (
                        rule, want, "dry run: " if more else "release ")), out)
                self.assertEqual(self.do("show"), rule if more else want)

    def test_c5_keys_that_are_not_given_stay(self):
        b = self.B
        for before, args, after in (
                (b + " 301 tag=x", [b, "308"], b + " 308 tag=x"),
                (b + " 301 tag=x", [b, "301"], b + " 301 tag=x"),
                (b + " 301 query=drop tag=x", [b + "2", "301"],
                 b + "2 301 query=drop tag=x"),
                # the old default is not what was given
                (b + " 301", [b, "307"], b + " 307"),
                (b + " 307", [b, "301"], b + " 301"),
                (b + " 301 max-age=60", [b, "307"], b + " 307 max-age=60"),
                (b + " 307 max-age=3600", [b, "301"], b + " 301"),
                (b + " 302 max-age=5", [b, "301"], b + " 301 max-age=5"),
                # given ones count
                (b + " 301 tag=x", [b, "301", "tag=y"], b + " 301 tag=y"),
                (b + " 301 max-age=60", [b, "307", "max-age=0"], b + " 307"),
                (b + " 301 query=drop", [b, "301", "query=keep"], b + " 301"),
                # an empty one takes it away
                (b + " 301 query=drop max-age=60 tag=x", [b, "301", "tag="],
                 b + " 301 query=drop max-age=60"),
                (b + " 301 query=drop max-age=60 tag=x",
                 [b, "301", "max-age=", "query="], b + " 301 tag=x"),
                # what the new code has not falls away
                (b + " 301 query=drop max-age=60 tag=x", ["-", "410"],
                 "- 410 max-age=60 tag=x"),
                (b + " 301 query=drop max-age=60 tag=x", ["-", "pass"],
                 "- pass tag=x"),
                ("- pass tag=x", [b, "301"], b + " 301 tag=x")):
            self.assert_set(before, args, after)

    def test_c5_a_new_rule_is_shown_too(self):
        out = self.do("set", self.A, self.B, "301", "tag=")
        self.assertEqual(out, "+ %s %s 301\nrelease 1: 1 rule, 1 added, "
                         "0 removed, 0 changed\n" % (self.A, self.B))

    def test_c5_add_neither_takes_away_nor_keeps(self):
        self.do("add", self.A, self.B, "301", "tag=x")
        self.do("add", self.A, self.B, "301", code=1)
        self.assertIn("%s is there already, set changes it: %s 301 tag=x\n" %
                      (self.A, self.B), self.err)
        self.do("add", self.A, self.B, "301", "tag=", code=2)
        self.assertEqual(
            self.do("add", "n.example/", self.B, "301", "--dry-run"),
            "+ n.example/ %s 301\ndry run: it would be 2 rules, 1 added, "
            "0 removed, 0 changed\n" % self.B)
        self.assertEqual(self.live(), 1)

    def test_c5_a_dry_run_makes_no_state_directory(self):
        for args in (["add", self.A, self.B, "301"],
                     ["set", self.A, self.B, "301"]):
            self.assertIn("+ ", self.do(*args, "--dry-run"))
        self.do("del", self.A, "--dry-run", code=1)
        self.do("del", "--tag", "x", "--dry-run", code=1)
        self.assertFalse(os.path.exists(self.state))


class ExitCodes(Changes):
    def test_c10_wrong_arguments_are_wrong_usage(self):
        self.do("add", "a.example", NEW, "301")
        for args in (["add", "b.example", NEW, "301", "tags=x"],
                     ["add", "b.example", NEW, "301", "tag=a,b"],
                     ["add", "b.example", NEW, "301", "max-age=x"],
                     ["add", "b.example", NEW, "301", "x"],
                     ["add", "b..example", NEW, "301"],
                     ["add", "b.example", "ftp://x", "301"],
                     ["add", "b.example", NEW, "399"],
                     ["set", "b.example", NEW, "301", "query=no"],
                     ["set", "b.example", "-", "301"],
                     ["del", "b..example"], ["del", "--host", "b..example"],
                     ["rollback", "x"], ["rollback", "1", "2"],
                     ["import"], ["import", "a", "b"],
                     ["import", "-", "--format", "xml"],
                     ["serve", "--fallback", "b.example"],
                     ["serve", "--fallback", "b..example:80"]):
            with self.subTest(args):
                self.assertEqual(self.do(*args, stdin="", code=2), "")
                self.assertTrue(self.err.startswith("detour %s: " % args[0]))
                self.assertNotIn(": line:", self.err)
        for args in (["add", "a.example", NEW, "302"], ["del", "b.example"],
                     ["rollback", "9"], ["import", "/nonexistent"],
                     ["import", self.write("x", "a\n")]):
            with self.subTest(args):
                self.do(*args, code=1)
        self.assertEqual(self.live(), 1)

    def changes(self):
        path = self.write("one.txt", "n.example - 410 tag=t\n")
        return (["add", "b.example", NEW, "301"],
                ["set", "b.example", NEW, "302", "tag=u"],
                ["set", "--tag", "u", "tag=v"],
                ["import", path], ["del", "--tag", "t"],
                ["import", path, "--replace"], ["rollback"], ["rollback", "0"])

    def test_what_was_done_is_done_whatever_becomes_of_the_output(self):
        live = 0
        for out in "full", "closed", "unread":
            for args in self.changes():
                with self.subTest((out, args)):
                    read, write = os.pipe()
                    os.close(read)
                    with open("/dev/full", "wb") as full:
                        done = subprocess.run(
                            [DETOUR, "--state", self.state, *args],
                            stdout=full if out == "full" else write,
                            stderr=subprocess.PIPE, check=False,
                            preexec_fn=(lambda: os.close(1))
                            if out == "closed" else None)
                    os.close(write)
                    live += 1
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(b"cannot write to standard output",
                                  done.stderr)
                    self.assertEqual(self.live(), live)
            self.assertEqual(os.path.getsize(self.path("lock")), 0)
        self.assert_sound()

    def test_no_file_of_the_state_is_taken_for_a_closed_stream(self):
        def close():
            for fd in 0, 1, 2:
                os.close(fd)
        for args in self.changes():
            done = subprocess.run([DETOUR, "--state", self.state, *args],
                                  preexec_fn=close, check=False)
            self.assertEqual(done.returncode, 0, args)
        for args in (["add", "b.example", NEW, "399"], ["import", "-"],
                     ["add", "b..example", NEW, "301"]):
            done = subprocess.run([DETOUR, "--state", self.state, *args],
                                  preexec_fn=close, check=False)
            self.assertIn(done.returncode, (1, 2), args)
        self.assertEqual(os.path.getsize(self.path("lock")), 0)
        self.assertEqual(self.live(), len(self.changes()))
        self.assert_sound()

    @unittest.skipIf(os.geteuid(), "needs root, to become another user")
    def test_live_but_not_sure_to_last_is_not_done(self):
        """A directory that its owner cannot read cannot be synced."""
        nobody = 65534
        os.chmod(self.dir, 0o755)
        os.mkdir(self.state)
        os.chown(self.state, nobody, nobody)
        for mode, code in (0o700, 0), (0o300, 3):
            os.chmod(self.state, mode)
            done = subprocess.run(
                [DETOUR, "--state", self.state, "set", "a.example", NEW,
                 "301", "max-age=%d" % mode], capture_output=True,
                user=nobody, group=nobody, extra_groups=[], check=False)
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(b"release 2 is live, but may not survive", done.stderr)
        self.assertIn(b"release 2: 1 rule", done.stdout)
        self.assertEqual(self.live(), 2)

    def test_a_dry_run_that_cannot_be_written_fails(self):
        self.do("add", "a.example", NEW, "301")
        for args in (["set", "a.example", NEW, "302"], ["del", "a.example"],
                     ["prune", "--keep", "1"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [DETOUR, "--state", self.state, *args, "--dry-run"],
                    stdout=full, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 1, args)


class Arguments(Case):
    def test_durations_of_wait(self):
        self.do("add", "a.example", NEW, "301")
        for text, code in (("0", 0), ("0.5", 0), ("1s", 0), ("1d", 0),
                           ("25h", 2), ("-1", 2), ("1w", 2), ("", 2),
                           ("1e2", 2)):
            with self.subTest(text):
                self.do("add", "a.example", NEW, "301", "--wait", text,
                        code=code)


if __name__ == "__main__":
    unittest.main()
