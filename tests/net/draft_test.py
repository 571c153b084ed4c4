#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Drafts: rules that nobody answers from yet. What a command does to one is what
it does to rules that are live, and nothing else changes."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import unittest

from commands import DETOUR, Case

TURNS = 300 if os.environ.get("DETOUR_LONG") == "1" else 25
BASE = """
old.example                https://new.example            301
*.old.example/*            https://new.example/sub/*      308
old.example/a              https://new.example/a          302 tag=t
old.example/{x}/y          https://new.example/{x}        301
shop.example               https://shop.example           308 scheme=http
shop.example               https://store.example          301 scheme=https
case.example/Abc           https://new.example/case       301 case=ignore
q.example/i?id=1&*         https://new.example/q          301
"""


class Drafts(Case):
    def setUp(self):
        super().setUp()
        self.do("import", "-", "--replace", stdin=BASE)

    def files(self):
        return sorted(os.listdir(self.path("maps")))

    def names(self):
        return [one["draft"] for one in
                json.loads(self.do("draft", "list", "--json"))]

    def sql(self, *statements):
        db = sqlite3.connect(self.path("detour.db"))
        rows = [db.execute(one).fetchall() for one in statements]
        db.commit()
        db.close()
        return rows

    def test_nothing_live_changes(self):
        before, files = self.snapshot(), self.files()
        with open(self.path("live"), "rb") as live:
            text = live.read()
        self.do("add", "d.example", "-", "410", "--draft")
        self.do("set", "old.example", "https://x.example", "302", "--draft")
        self.do("del", "old.example/a", "--draft")
        self.do("import", "-", "--draft", "--update",
                stdin="d.example https://d.example 301\n")
        self.do("rollback", "0", "--draft=zero")
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.files(), files)
        with open(self.path("live"), "rb") as live:
            self.assertEqual(live.read(), text)
        self.assertEqual(self.names(), ["draft", "zero"])
        status = json.loads(self.do("status", "--json"))
        self.assertEqual(status["drafts"], ["draft", "zero"])
        self.assertIn("drafts   draft, zero\n", self.do("status"))

    def test_status_before_there_is_a_release(self):
        state = os.path.join(self.dir, "empty")
        self.run_detour("add", "a.example", "-", "410", "--draft=first",
                        state=state)
        self.assertIn("no release yet\ndrafts   first\n",
                      self.run_detour("status", state=state).stdout.decode())
        self.assertEqual(
            json.loads(self.run_detour("status", "--json",
                                       state=state).stdout)["drafts"],
            ["first"])
        self.assert_sound()

    def test_side_by_side(self):
        self.do("set", "old.example", "https://one.example", "301",
                "--draft=one")
        self.do("set", "old.example", "https://two.example", "301",
                "--draft=two")
        self.do("del", "old.example/a", "--draft=two")
        self.assertIn("one.example", self.do("show", "--draft=one"))
        self.assertIn("old.example/a ", self.do("show", "--draft=one"))
        self.assertIn("two.example", self.do("show", "--draft=two"))
        self.assertNotIn("old.example/a ", self.do("show", "--draft=two"))
        self.do("draft", "drop", "one")
        self.do("show", "--draft=one", code=1)
        self.assertIn("there is no draft one", self.err)
        self.assertIn("two.example", self.do("show", "--draft=two"))

    def random_command(self, rng):
        """A command and its standard input; most change something."""
        host = "h%d.example" % rng.randrange(4)
        source = host + rng.choice(("", "/a", "/b*", "/{x}/z", "/a?q=1",
                                    "/A case=ignore", " scheme=http",
                                    " scheme=https"))
        source, *keys = source.split()
        target = "https://t%d.example/" % rng.randrange(3)
        code = rng.choice(("301", "302", "308"))
        rule = [source, target, code, *keys, "tag=t%d" % rng.randrange(2)]
        kind = rng.choice(("add", "set", "set", "del", "del", "tag", "import",
                           "update", "replace", "rollback"))
        if kind in ("add", "set"):
            return (kind, *rule), ""
        if kind == "del":
            return ("del", source), ""
        if kind == "tag":
            return rng.choice((("del", "--host", host),
                               ("set", "--tag", "t1", "note=n%d" %
                                rng.randrange(9)))), ""
        if kind == "rollback":
            return ("rollback", str(rng.randrange(2))), ""
        lines = {}
        for _ in range(rng.randrange(1, 5)):
            at = "h%d.example/%d" % (rng.randrange(4), rng.randrange(3))
            lines[at] = "%s %s %s\n" % (at, target, code)
        return ("import", "-", *{"import": (), "update": ("--update",),
                                 "replace": ("--replace", "--large")}[kind]
                ), "".join(lines.values())

    def test_as_what_is_live(self):
        """The same commands on a draft, and in another state directory on what
        is live, do the same; then the cutover makes it live. DETOUR_LONG=1 does
        more."""
        seed = random.randrange(1 << 32)
        rng = random.Random(seed)
        twin = os.path.join(self.dir, "twin")
        shutil.copytree(self.state, twin)
        for turn in range(TURNS):
            command, stdin = self.random_command(rng)
            one = self.run_detour(*command, "--draft", stdin=stdin.encode())
            two = self.run_detour(*command, stdin=stdin.encode(), state=twin)
            what = "seed %d, turn %d: %s %s %s" % (seed, turn, command, one,
                                                   two)
            self.assertEqual(one.returncode, two.returncode, what)
            if one.returncode == 0:
                self.assertEqual(self.counts(one), self.counts(two), what)
            if turn == 0 and not self.names():
                continue
            shown = self.run_detour("show", state=twin).stdout
            if "draft" in self.names():
                self.assertEqual(self.do("show", "--draft"), shown.decode(),
                                 what)
        for args in (("export",), ("show", "--json"),
                     ("show", "--host", "h1.example"), ("show", "--tag", "t1"),
                     ("explain", "h1.example/a"), ("explain", "h2.example/1")):
            other = self.run_detour(*args, state=twin).stdout.decode()
            self.assertEqual(self.plain(self.do(*args, "--draft")),
                             self.plain(other), "seed %d" % seed)
        wanted = self.run_detour("show", state=twin).stdout.decode()
        self.do("cutover", "--large", "--allow-empty")
        self.assertEqual(self.do("show"), wanted, "seed %d" % seed)
        self.assertEqual(self.names(), [])
        self.assert_sound()
        rows = self.sql("SELECT count(*) FROM draft_rule")
        self.assertEqual(rows, [[(0,)]])

    @staticmethod
    def counts(done):
        """What is said of how many, whatever it was done to."""
        line = done.stdout.decode().splitlines()[-1]
        return line.split(": ")[-1].split(" has ")[-1]

    @staticmethod
    def plain(text):
        return [line for line in text.splitlines()
                if not line.startswith(("release ", "draft ", "answer   Date"))]

    def test_made_only_when_something_changes(self):
        self.do("del", "nothing.example", "--draft", code=1)
        self.do("add", "old.example", "https://new.example", "301", "--draft")
        self.assertIn("already there", self.err)
        self.do("add", "d.example", "-", "410", "--draft", "--dry-run")
        self.do("import", "-", "--draft", stdin="bad\n", code=1)
        self.assertEqual(self.names(), [])
        self.do("show", "--draft", code=1)
        self.assertEqual(self.do("draft", "list"), "")

    def test_a_new_one_is_said(self):
        out = self.do("set", "d.example", "-", "410", "--draft=next")
        self.assertIn("new draft next, from release 1: ", out)
        out = self.do("set", "e.example", "-", "410", "--draft=next")
        self.assertIn("\ndraft next: ", out)
        out = self.do("set", "e.example", "-", "410", "--draft=net", "--dry-run")
        yet = ("there is no draft net yet; seen were the rules of release 1;"
               " did you mean next?")
        self.assertIn(yet, self.err)
        for args in (("promote",), ("del", "d.example"), ("set", "--tag", "x",
                                                          "302")):
            self.do(*args, "--draft=net", code=1)
            self.assertIn(yet, self.err)
        out = self.do("add", "old.example", "https://new.example", "301",
                      "--draft=other")
        self.assertIn("no change: release 1 has ", out)
        self.assertIn("there is no draft other yet; seen were the rules of"
                      " release 1\n", self.err)
        self.do("draft", "rebase", "net", code=1)
        self.assertEqual(self.err, "detour draft: there is no draft net\n")
        self.assertEqual(self.names(), ["next"])

    def test_dry_run_is_of_the_draft(self):
        self.do("add", "d.example", "-", "410", "--draft")
        out = self.do("del", "d.example", "--draft", "--dry-run")
        self.assertIn("- d.example/* - 410", out)
        self.assertIn("d.example", self.do("show", "--draft"))

    def test_import_warns_of_the_draft(self):
        self.do("import", "-", "--draft", stdin=
                "l.example/a https://l.example/b 301\n")
        self.do("import", "-", "--draft", stdin=
                "l.example/b https://l.example/a 301\n")
        self.assertIn("loop", self.err)
        self.assertIn("loop", self.do("check", "--draft"))
        self.assertNotIn("l.example", self.do("check"))

    def test_guards(self):
        many = "".join("m%d.example - 410\n" % i for i in range(200))
        self.do("import", "-", "--draft", stdin=many)
        self.do("import", "-", "--replace", "--draft", stdin="a.example - 410\n",
                code=1)
        self.assertIn("--large", self.err)
        self.do("import", "-", "--replace", "--draft", stdin="", code=1)
        self.assertIn("--allow-empty", self.err)

    def test_names(self):
        for name in ("", "a/b", "a b", "x" * 65, "ä", "a:b"):
            self.do("add", "d.example", "-", "410", "--draft=" + name, code=2)
            self.assertIn("no name of a draft", self.err)
            self.do("show", "--draft=" + name, code=2)
            self.do("draft", "drop", name, code=2)
            self.do("cutover", name, code=2)
        for name in ("A-b_c.9", "x" * 64, "live", "7"):
            self.do("add", "d.example", "-", "410", "--draft=" + name)
        self.do("show", "--draft", "--release", "1", code=2)
        self.do("draft", code=2)
        self.do("draft", "lis", code=2)
        self.do("draft", "list", "x", code=2)
        self.do("draft", "drop", "a", "b", code=2)
        self.do("draft", "drop", "--json", code=2)
        self.do("draft", "drop", "none", code=1)
        self.assertIn("there is no draft none", self.err)

    def test_before_the_first_release(self):
        self.state = os.path.join(self.dir, "new")
        self.do("add", "d.example", "-", "410", "--draft")
        self.assertEqual(self.live(), 0)
        self.assertEqual(self.do("show", "--draft"), "d.example/* - 410\n")
        self.assertEqual(self.names(), ["draft"])
        self.assertIn("+ d.example/* - 410", self.do("diff"))
        self.do("cutover")
        self.assertEqual((self.live(), self.do("show")),
                         (1, "d.example/* - 410\n"))

    def test_its_release_is_pruned(self):
        self.do("set", "old.example", "https://d.example", "301", "--draft")
        wanted = self.do("show", "--draft")
        self.do("import", "-", "--replace", stdin="z.example - 410\n")
        for i in range(4):
            self.do("add", "z%d.example" % i, "-", "410")
        self.do("prune", "--keep", "2")
        self.assertEqual(self.do("show", "--draft"), wanted)
        self.do("show", "--release", "1", code=1)
        self.do("cutover", code=1)
        self.assertIn("began from release 1, but release 6", self.err)
        self.do("draft", "drop")
        self.do("add", "z5.example", "-", "410")
        self.do("prune", "--keep", "2")
        self.assertEqual(self.sql(
            "SELECT count(*) FROM rule WHERE source LIKE 'old.%'"), [[(0,)]])

    def test_pruned_by_one_that_knows_no_drafts(self):
        self.do("set", "old.example", "https://d.example", "301", "--draft")
        self.do("import", "-", "--replace", stdin="z.example - 410\n")
        self.do("add", "z1.example", "-", "410")
        self.do("prune", "--keep", "2")
        self.do("add", "z2.example", "-", "410")
        self.sql("DELETE FROM rule WHERE removed IS NOT NULL",
                 "DELETE FROM release WHERE number < 4",
                 "UPDATE pruned SET before = 4")
        for args in (("show", "--draft"), ("cutover",), ("diff",),
                     ("add", "y.example", "-", "410", "--draft"),
                     ("draft", "rebase")):
            self.do(*args, code=1)
            self.assertIn("draft draft is lost: release 1", self.err)
        self.assertIn("CANNOT BE READ", self.do("draft", "list"))
        self.do("add", "y.example", "-", "410")
        self.do("draft", "drop")
        self.assertEqual(self.names(), [])

    def test_of_another_form(self):
        self.do("add", "d.example", "-", "410", "--draft")
        self.sql("UPDATE draft SET form = 99")
        for args in (("show", "--draft"), ("cutover",), ("diff",),
                     ("add", "y.example", "-", "410", "--draft")):
            self.do(*args, code=1)
            self.assertIn("made by another version of detour", self.err)
        self.assertIn("CANNOT BE READ", self.do("draft", "list"))
        self.do("draft", "drop")
        self.assertEqual(self.names(), [])

    def test_changed_while_a_reader_waits(self):
        many = "".join("m%d.example/* https://n.example/%d/* 301\n" % (i, i)
                       for i in range(9000))
        self.do("import", "-", "--draft", stdin=many)
        with subprocess.Popen([DETOUR, "--state", self.state, "show",
                               "--draft"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as reader:
            reader.stdout.read(100)
            self.do("add", "z.example", "-", "410", "--draft")
            _, err = reader.communicate(timeout=60)
            self.assertEqual(reader.returncode, 1)
        self.assertIn(b"draft draft was changed meanwhile", err)

    def test_rebase(self):
        self.do("set", "old.example", "https://d.example", "301", "--draft")
        self.do("add", "d.example", "-", "410", "--draft")
        self.do("del", "old.example/a", "--draft")
        self.assertIn("no change", self.do("draft", "rebase"))
        self.do("add", "l.example", "-", "410")
        self.do("del", "old.example/a")
        out = self.do("draft", "rebase", "--dry-run")
        self.assertEqual(out.count("\n"), 3)
        self.assertIn("3 changes", self.do("draft", "list"))
        self.do("draft", "rebase")
        self.assertIn("l.example", self.do("show", "--draft"))
        self.do("cutover")
        self.assertEqual(self.do("show", "--host", "d.example", "--host",
                                 "l.example"),
                         "d.example/* - 410\nl.example/* - 410\n")
        self.assertNotIn("old.example/a ", self.do("show"))

    def test_rebase_where_both_changed(self):
        def both():
            for name in ("", "=x"):
                self.do("set", "old.example", "https://d.example", "301",
                        "--draft" + name)
                self.do("add", "d.example", "-", "410", "--draft" + name)
            self.do("set", "old.example", "https://l.example", "301")
        both()
        self.do("draft", "rebase", code=1)
        self.assertIn("- old.example/* https://l.example/* 301\n"
                      "+ old.example/* https://d.example/* 301\n", self.err)
        self.do("draft", "rebase", "--prefer", "draft")
        self.do("draft", "rebase", "x", "--prefer=live")
        self.assertIn("https://d.example/*", self.do("show", "--draft"))
        self.assertIn("https://l.example/*", self.do("show", "--draft=x"))
        self.assertIn("d.example/* - 410", self.do("show", "--draft=x"))
        self.do("draft", "rebase", "--prefer", "both", code=2)

    def test_rebase_of_what_cannot_be_together(self):
        self.do("add", "n.example", "https://d.example", "301", "scheme=http",
                "--draft")
        self.do("add", "n.example", "https://l.example", "301")
        self.do("draft", "rebase", code=1)
        self.assertIn("n.example", self.err)
        self.assertNotIn("l.example", self.do("show", "--draft"))


if __name__ == "__main__":
    unittest.main()
