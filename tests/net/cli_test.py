#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands that change and show rules, end to end on the built binary."""

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from commands import DETOUR, Case, rules_text


class Rules(Case):
    def test_c7_a_path_that_leads_nowhere(self):
        """Who looks says so; who changes makes the last component only."""
        looking = (["status"], ["status", "--json"], ["show"], ["log"],
                   ["export"], ["stats"], ["explain", "a.example/"],
                   ["detach", "lo"], ["del", "a.example/"], ["rollback"],
                   ["set", "--tag", "x", "302"])
        add = ["add", "a.example/", "https://b.example/", "301"]
        deep = os.path.join(self.dir, "nonexist", "a", "b")
        for args in looking:
            for state in self.state, deep:
                with self.subTest(args=args, state=state):
                    done = self.run_detour(*args, state=state)
                    self.assertEqual(done.returncode, 1)
                    self.assertEqual(done.stdout, b"")
                    if args[0] != "detach":  # what is attached has no path
                        self.assertIn(b"there is no ", done.stderr)
                    self.assertEqual(os.listdir(self.dir), [])
        for args in (add, ["set", *add[1:]], ["import", "-"],
                     ["import", "-", "--dry-run"],
                     ["serve", "--listen", "127.0.0.1:0"]):
            with self.subTest(args):
                done = self.run_detour(*args, state=deep, stdin=b"")
                self.assertEqual(done.returncode, 1)
                self.assertIn(b"there is no directory", done.stderr)
                self.assertEqual(os.listdir(self.dir), [])
        self.do(*add)
        done = self.run_detour(*add, state=self.state + "2///")
        self.assertEqual(done.returncode, 0)
        home = os.path.join(self.dir, "home")
        os.mkdir(home)
        # a path that nobody gave is made whole
        done = subprocess.run(
            [DETOUR, *add], capture_output=True, user=65534, group=65534,
            env={"HOME": home, "XDG_STATE_HOME": ""}) if self.own(home) else None
        if done:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(os.path.exists(
                os.path.join(home, ".local/state/detour/live")))

    def own(self, path):
        if os.getuid():
            return False
        os.chmod(self.dir, 0o755)
        os.chown(path, 65534, 65534)
        return True

    def test_empty_state_is_no_error_and_creates_nothing(self):
        os.mkdir(self.state)
        for args, out in ((["status"], "no release yet"), (["show"], ""),
                          (["show", "--json"], "[]"), (["log"], ""),
                          (["log", "--json"], "[]"),
                          (["import", "--dry-run", "-"], "0 rules")):
            self.assertIn(out, self.do(*args, stdin=""), args)
            self.assertEqual(os.listdir(self.state), [], args)
        self.assertIsNone(json.loads(self.do("status", "--json"))["map"])
        self.do("rollback", code=1)
        self.assertIn("no release yet", self.err)

    def test_add_set_del(self):
        new = "https://new.example"
        steps = (
            ("add is a release", ["add", "Old.example/a", new, "301"], 0, 1),
            ("add again", ["add", "old.example/a", new, "301"], 0, 1),
            ("add otherwise", ["add", "old.example/a", new, "302"], 1, 1),
            ("add with keys", ["add", "old.example/b", new, "307",
                               "max-age=60", "tag=t", "query=drop"], 0, 2),
            ("set the same", ["set", "old.example/a", new, "301"], 0, 2),
            ("set replaces", ["set", "old.example/a", new, "308"], 0, 3),
            ("set adds", ["set", "old.example/c", "-", "410"], 0, 4),
            ("del unknown", ["del", "old.example/x"], 1, 4),
            ("del known and unknown",
             ["del", "old.example/a", "old.example/x"], 1, 4),
            ("del normalises, and once each",
             ["del", "OLD.example:80/%61", "old.example/a",
              "old.example/c"], 0, 5),
            ("add again what was removed",
             ["add", "old.example/a", new, "301"], 0, 6),
            ("unknown code", ["add", "old.example/z", new, "300"], 2, 6),
            ("unknown key", ["add", "old.example/z", new, "301", "x=1"],
             2, 6),
            ("key twice", ["add", "old.example/z", new, "301", "tag=a",
                           "tag=b"], 2, 6),
            ("no code", ["add", "old.example/z", new], 2, 6),
            ("no source", ["del"], 2, 6),
            ("unknown option", ["del", "--nix", "old.example/a"], 2, 6),
        )
        for what, args, code, live in steps:
            with self.subTest(what):
                self.do(*args, code=code)
                self.assertEqual(self.live(), live)
        self.assertEqual(
            self.do("show"),
            "old.example/a https://new.example 301\n"
            "old.example/b https://new.example 307 query=drop max-age=60"
            " tag=t\n")

    def test_show_filters(self):
        self.do("import", "-", stdin="""
            old.example https://n.example 301 tag=a
            old.example.org/x https://n.example/ 301 tag=b
            www.old.example/* https://n.example/ 301
            *.old.example/x https://n.example/ 301 tag=a
            */x - 410
            xn--bcher-kva.example/ https://n.example/ 301
        """)
        cases = (
            (["--host", "OLD.example"], ["old.example/*"]),
            (["--host", "*.old.example"], ["*.old.example/x"]),
            (["--host", "*"], ["*/x"]),
            (["--host", "b\u00fccher.example"], ["xn--bcher-kva.example/"]),
            (["--host", "nix.example"], []),
            (["--tag", "a"], ["*.old.example/x", "old.example/*"]),
            (["--tag", "a", "--host", "old.example"], ["old.example/*"]),
            (["--release", "0"], []),
        )
        for args, sources in cases:
            with self.subTest(args):
                lines = self.do("show", *args).splitlines()
                self.assertEqual([x.split()[0] for x in lines], sources)
                rows = json.loads(self.do("show", "--json", *args))
                self.assertEqual([x["source"] for x in rows], sources)
        self.assertEqual(
            json.loads(self.do("show", "--json", "--host", "*")),
            [{"source": "*/x", "target": None, "code": 410, "scheme": None,
              "case": None,
              "first": False, "query": "keep", "max_age": 3600, "tag": None, "note": None, "final": None,
              "headers": []}])
        self.do("show", "--host", "a..b", code=2)
        self.do("show", "--release", "2", code=1)
        self.do("show", "--release", "x", code=2)

    def test_a_message_may_be_any_bytes(self):
        self.do("add", "a.example", "https://b.example", "301", "--message",
                os.fsdecode(b"a\xff\xc3(\xed\xa0\x80"))
        self.assertIn("a\\xff\\xc3(\\xed\\xa0\\x80", self.do("log"))
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual(row["message"], "a\ufffd\ufffd(" + "\ufffd" * 3)

    def test_output_is_safe_for_terminals(self):
        self.do("add", "a.example", "https://b.example", "301", "--message",
                "x\x1b[31m\u009b\ny\u00fc")
        out = self.do("log")
        self.assertIn("x\\x1b[31m\\xc2\\x9b\\x0ay\u00fc", out)
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual(row["message"], "x\x1b[31m\u009b\ny\u00fc")
        self.do("import", self.write("a\x1b.txt", "x\n"), code=1)
        self.assertIn("a\\x1b.txt:1: ", self.err)

    def test_full_output_is_a_failure(self):
        self.do("add", "a.example", "https://b.example", "301")
        for command in ("show", "export", "log", "status"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [DETOUR, "--state", self.state, command], stdout=full,
                    stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 1, command)
            self.assertIn(b"No space", done.stderr)

    def test_full_output_does_not_undo_a_change(self):
        for code in ("301", "307"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [DETOUR, "--state", self.state, "set", "a.example",
                     "https://b.example", code], stdout=full,
                    stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"No space", done.stderr)
        self.assertIn(" 307", self.do("show"))


class Arguments(Case):
    ADD = ["add", "a.example", "https://b.example", "301"]

    def run_bare(self, *args, cwd=None):
        """Without --state before the command's name."""
        env = {k: v for k, v in os.environ.items() if k != "DETOUR_STATE"}
        env["HOME"] = env["XDG_STATE_HOME"] = self.dir
        return subprocess.run([DETOUR, *args], capture_output=True, env=env,
                              cwd=cwd, timeout=120, check=False)

    def test_a_bad_option_is_named(self):
        hint = "; write -- before a source that begins with '-'"
        rule = ["https://b.example", "301"]
        cases = (
            (["add", "-foo.x", *rule], "bad option '-foo.x'" + hint),
            (["add", "-f", *rule], "bad option '-f'" + hint),
            (["add", "a.x", *rule, "-x"], "bad option '-x'" + hint),
            (["add", "a.x", "-foo", "301"], "bad option '-foo'" + hint),
            (["add", "--message", "--no", "-foo", *rule],
             "bad option '-foo'" + hint),
            (["set", "a.x", *rule, "--nix", "x"], "bad option '--nix'"),
            (["del", "a.x", "--message"], "'--message' needs a value"),
            (["del", "-m", "a.x"], "bad option '-m'" + hint),
            (["import", "-", "--replace=no"], "bad option '--replace=no': --replace takes no value"),
            (["import", "--re=1", "-json"], "bad option '--re=1': --replace takes no value"),
            (["show", "--json", "-jx"], "bad option '-jx'" + hint),
            (["export", "--format"], "'--format' needs a value"),
            (["log", "x", "-j"], "bad option '-j'" + hint),
            (["rollback", "-12"], "bad option '-12'" + hint),
            (["serve", "--listen"], "'--listen' needs a value"),
            (["serve", "--threads", "0"],
             "--threads: '0' is not a number from 1 to 1024"),
            (["serve", "--connections=x"],
             "--connections: 'x' is not a number from 1 to 1048576"),
        )
        for args, message in cases:
            with self.subTest(args):
                self.do(*args, code=2)
                self.assertEqual(self.err.splitlines(), [
                    "detour %s: %s" % (args[0], message),
                    "Try 'detour help %s'." % args[0]])
        self.assertFalse(os.path.exists(self.state))

    def test_an_old_live_file_costs_no_release(self):
        live = os.path.join(self.state, "live")
        for i in range(4):
            self.do("add", "a%d.example" % i, "-", "410")
            if i == 0:
                shutil.copy(live, self.dir)
        shutil.copy(os.path.join(self.dir, "live"), live)
        self.do("add", "b.example", "-", "410", code=1)
        self.assertIn("remove", self.err)
        os.unlink(live)
        self.do("add", "b.example", "-", "410")
        self.assertEqual(len(self.do("show").splitlines()), 5)

    def test_status_and_explain_without_a_store(self):
        self.do("add", "a.example", "https://b.example", "301", "tag=x")
        os.unlink(os.path.join(self.state, "detour.db"))
        status = json.loads(self.do("status", "--json", code=1))
        self.assertEqual(status["release"], 1)
        self.assertTrue(status["map"]["sound"])
        self.assertIn("detour.db", status["error"])
        self.assertIn("https://b.example/x",
                      self.do("explain", "a.example/x"))
        self.assertIn("tags, notes and final are not shown", self.err)

    def test_a_source_may_begin_with_a_hyphen(self):
        self.do("add", "--", "-foo.x", "https://b.example", "301")
        self.do("set", "--message", "m", "--", "-foo.x",
                "https://b.example", "302")
        self.assertEqual(self.do("show"),
                         "-foo.x/* https://b.example/* 302\n")
        self.do("del", "--", "-foo.x")

    def test_where_the_state_may_stand(self):
        add = self.ADD
        for args in (["--state", "DIR", *add], ["--state=DIR", *add],
                     [*add, "--state", "DIR"], [*add, "--state=DIR"],
                     ["add", "--state", "DIR", *add[1:]],
                     [*add, "--message", "m", "--state", "DIR"],
                     [*add, "--message=m", "--state", "DIR"],
                     [*add, "--message", "--tag", "--state", "DIR"],
                     ["--state", "/nonexistent", *add, "--state", "DIR"]):
            with self.subTest(args):
                state = tempfile.mkdtemp(dir=self.dir)
                done = self.run_bare(*(x.replace("DIR", state)
                                       for x in args))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("detour.db", os.listdir(state))
        path = self.write("one.txt", "a.example - 410\n")
        for args in (["import", path, "--replace", "--state"],
                     ["import", path, "--dry", "--state"],
                     ["show", "--json", "--state"], ["log", "--js", "--state"],
                     ["export", "--format", "csv", "--state"]):
            with self.subTest(args):
                done = self.run_bare(*args, self.state)
                self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.live(), 1)
        self.assertFalse(os.path.exists(os.path.join(self.dir, "detour")))

    def test_no_option_behind_two_hyphens(self):
        other = os.path.join(self.dir, "other")
        self.do("show", "--", "--state=" + other, code=2)
        self.assertFalse(os.path.exists(other))

    def test_arguments_are_printed_safely(self):
        bad = "\x1b[31mx\u009b\n"
        for args in ([bad], ["show", "--" + bad], ["show", "-" + bad],
                     ["show", bad], ["rollback", bad], ["add", *"abc", bad],
                     ["serve", "--listen", bad], ["serve", "--threads", bad]):
            with self.subTest(args):
                self.do(*args, code=2)
                self.assertIn("\\x1b[31mx\\xc2\\x9b\\x0a", self.err)
                self.assertTrue(self.err.replace("\n", "").isprintable())

    def test_a_state_directory_that_looks_like_a_uri(self):
        for state in "file:state", "file:a/b?mode=memory", "file:%41":
            with self.subTest(state):
                os.makedirs(os.path.join(self.dir, os.path.dirname(state)),
                            exist_ok=True)
                for args in (self.ADD, ["show"], ["status"]):
                    done = self.run_bare("--state", state, *args,
                                         cwd=self.dir)
                    self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(os.path.exists(
                    os.path.join(self.dir, state, "detour.db")))

    def test_a_long_state_directory(self):
        def deep(root, size):
            while len(root) + 101 < size:
                root += "/" + "d" * 99
            return root + "/" + "d" * (size - len(root) - 1)

        root = os.path.join(self.dir, "deep")
        short = len(self.dir) + 1
        for state, size in ((deep(root, 494), 494),
                            (deep("rel", 494 - short), 494)):
            os.makedirs(os.path.join(self.dir, os.path.dirname(state)))
            for args in (self.ADD, ["show"]):
                done = self.run_bare("--state", state, *args, cwd=self.dir)
                self.assertEqual(done.returncode, 0, done.stderr)
        shutil.rmtree(root)
        shutil.rmtree(os.path.join(self.dir, "rel"))
        for state, size in ((deep(root, 495), 495), (deep(root, 4000), 4000),
                            (deep(root, 5000), 5000),
                            (deep("rel", 495 - short), 495)):
            with self.subTest(size):
                done = self.run_bare("--state", state, *self.ADD,
                                     cwd=self.dir)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("its path of %d bytes is over 494" % size,
                              done.stderr.decode())
                self.assertEqual(os.listdir(self.dir), [])


class Import(Case):
    def test_nothing_behind_gzip_is_passed_over(self):
        one = gzip.compress(b"a.example - 410\n")
        two = gzip.compress(b"b.example - 410\n")
        path = os.path.join(self.dir, "mix.gz")
        for data, rules in ((one + two, 2), (one + b"c.x - 410\n", 0),
                            (one + two[:1], 0), (one + two[:-1], 0),
                            (one + b"\0", 0)):
            with open(path, "wb") as out:
                out.write(data)
            if rules:
                self.do("import", path)
                self.assertEqual(len(self.do("show").splitlines()), rules)
                continue
            self.do("import", "--replace", path, code=1)
            self.assertRegex(self.err, "cannot read .*mix.gz: gzip: ")
        self.assertEqual(self.live(), 1)

    def test_gzip_byte_by_byte(self):
        with subprocess.Popen(
                [DETOUR, "--state", self.state, "import", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                ) as process:
            for byte in gzip.compress(b"a.example - 410\n"):
                process.stdin.write(bytes((byte,)))
                time.sleep(0.002)
            self.assertIn(b"1 added", process.communicate(timeout=60)[0])

    def test_a_label_that_idna_has_not(self):
        self.do("import", "-", stdin="XN--I-7iq.ws https://xn--i-7iq.ws 301\n"
                "*.xn--i-7iq.ws/a https://a.xn--i-7iq.ws/ 301\n")
        self.assertEqual(self.do("show", "--host", "xn--i-7iq.ws"),
                         "xn--i-7iq.ws/* https://xn--i-7iq.ws/* 301\n")

    def test_too_many_cache_policies(self):
        rule = "a.example/%d https://b.example/ 302 max-age=%d\n"
        full = self.write("full.txt", "".join(
            rule % (i, i) for i in range(65535)))
        over = self.write("over.txt", "".join(
            rule % (i, i) for i in range(65535)) + "x.example - pass\n"
            + rule % (65536, 70000) + rule % (65537, 7)
            + "b.example/1 - 410\nb.example/2 - 410\n")
        text = (".txt:%d: max-age: over 65535 different pairs of code and "
                "max-age")

        def refused(lines, *args):
            for more in ["--dry-run"], []:
                self.do("import", *args, *more, code=1)
                self.assertEqual(
                    [x[x.index(".txt"):] for x in self.err.splitlines()[:-2]],
                    [text % n for n in lines], more)
                self.assertIn("nothing was changed", self.err)

        refused([65537, 65539, 65540], over)
        self.do("import", full)
        self.do("import", "--dry-run", full)
        self.assertEqual(self.live(), 1)
        refused([65537, 65539, 65540], over, "--replace")
        more = self.write("more.txt", "z.example/ - pass\nz.example/1 "
                          "https://b.example/ 302 max-age=3\nz.example/3 - "
                          "410\nz.example/2 - 410 max-age=1\n")
        refused([3, 4], more)
        self.do("import", "--replace", "--large", more)
        self.do("import", full, code=1)
        self.assertEqual(len(self.err.splitlines()), 4)
        self.assertEqual(self.live(), 2)

    def test_all_bad_lines_are_listed_and_nothing_changes(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        before = self.snapshot()
        path = self.write("bad.txt", "".join(
            "x.example/%d https://y.example/ 30%d\n" % (i, i % 2 * 9)
            for i in range(300)) + "a.example/ https://c.example/ 301\n")
        self.do("import", path, code=1)
        lines = self.err.splitlines()
        found = [x for x in lines if re.match(r".*bad\.txt:\d+: code: ", x)]
        self.assertEqual(len(found), 100)
        self.assertIn("bad.txt:1: ", found[0])
        self.assertIn("... and 201 more", lines)
        self.assertRegex(lines[-3], r"bad\.txt: by kind: code 300 from line 1, "
                         r"source 1 from line 301$")
        self.assertRegex(lines[-2], r"bad\.txt: 301 errors$")
        self.assertEqual(self.snapshot(), before)

    def test_same_source_twice(self):
        text = ("a.example/1 https://b.example/ 301\n"
                "a.example/2 https://b.example/ 301\n"
                "A.example/1 https://b.example/ 301\n")
        path = self.write("twice.txt", text)
        out = self.do("import", path)
        self.assertIn("2 rules, 2 added", out)
        self.assertIn("twice.txt:3: same: as on line 1", self.err)
        path = self.write("twice.txt",
                          text + "a.example/2 https://b.example/ 302\n")
        self.do("import", "--replace", path, code=1)
        self.assertIn("twice.txt:4: source: a.example/2 is on line 2 already",
                      self.err)

    def test_merge_and_replace(self):
        one = {"a.example/%d" % i: "https://b.example/ 301"
               for i in range(50)}
        self.assertIn("release 1: 50 rules, 50 added, 0 removed, 0 changed",
                      self.do("import", "-", stdin=rules_text(one)))
        two = dict(list(one.items())[:25])
        two["z.example/"] = "https://b.example/ 302"
        self.assertIn("release 2: 51 rules, 1 added, 0 removed, 0 changed",
                      self.do("import", "-", stdin=rules_text(two)))
        self.assertIn("no change: release 2 has 51 rules",
                      self.do("import", "-", stdin=rules_text(two)))
        three = dict(two, **{"a.example/1": "https://c.example/ 301"})
        before = self.snapshot()
        self.do("import", "-", stdin=rules_text(three), code=1)
        self.assertIn("source: a.example/1 is there already (https://b.exampl"
                      "e/ 301); import --update or set changes it", self.err)
        self.assertEqual(self.snapshot(), before)
        out = self.do("import", "--dry-run", "--replace", "-",
                      stdin=rules_text(three))
        self.assertIn("- a.example/1 https://b.example/ 301\n"
                      "+ a.example/1 https://c.example/ 301\n", out)
        self.assertIn("- a.example/49 ", out)
        self.assertIn("26 rules, 0 added, 25 removed, 1 changed", out)
        self.assertEqual(self.snapshot(), before)
        self.assertIn("release 3: 26 rules, 0 added, 25 removed, 1 changed",
                      self.do("import", "--replace", "-", "--message", "why",
                              stdin=rules_text(three)))
        self.assertEqual(self.do("show"), rules_text(three))
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual((row["command"], row["message"], row["removed"]),
                         ("import - --replace", "why", 25))
        self.assertIn("release 4: 0 rules",
                      self.do("import", "--replace", "-", "--allow-empty",
                              stdin=""))
        self.assertEqual(self.do("show"), "")

    def test_export_can_be_imported(self):
        self.do("import", "-", stdin="""
            old.example https://new.example 301 tag=a
            old.example/q?a=1,2 https://new.example/,x 308 max-age=1
            old.example/d/* https://new.example/?x=* 302 query=drop max-age=9
            *.old.example/.well-known/* - pass
            * - 410 max-age=0
        """)
        want = self.do("show")
        for form in "rules", "csv":
            other = self.state + form
            done = self.run_detour("import", "--format", form, "-",
                                   state=other, stdin=self.do(
                                       "export", "--format", form).encode())
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(
                self.run_detour("show", state=other).stdout.decode(), want)

    def test_two_at_once_both_succeed(self):
        files = [self.write("%d.txt" % n, "".join(
            "h%d.example/%d https://b.example/ 301\n" % (n, i)
            for i in range(20000))) for n in range(2)]
        running = [subprocess.Popen(
            [DETOUR, "--state", self.state, "import", f],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) for f in files]
        for process in running:
            out, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, err)
            self.assertIn(b"20000 added", out)
        self.assertEqual(self.live(), 2)
        self.assertEqual(len(self.do("show").splitlines()), 40000)
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
