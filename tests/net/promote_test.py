#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rules on trial: how they come in, are made permanent and are taken back."""

import json
import os
import random
import re
import subprocess
import time
import unittest

import netns
from commands import DETOUR, Case
from kind_random import World
from load import Load
from manual import TOP
from netns import FAST, Connected, answers
from nginx_configs import CONFIGS
from serving import get, run

RULES = """
a.example/api/z  https://n.example/z  301/308  tag=shop
a.example/x      https://n.example/x  301
a.example/y      https://n.example/y  308      max-age=60 tag=shop
b.example        -                    410
b.example/q      -                    410      max-age=0
c.example        https://c.example    302
c.example/own    https://n.example/   301      final=308:5
c.example/pass   -                    pass
c.example/see    https://n.example/   303
d.example        https://d.example    308      scheme=http
d.example        https://e.example    301      scheme=https
"""
TRIAL = """\
a.example/api/z https://n.example/z 307 tag=shop final=301/308
a.example/x https://n.example/x 307 final=301
a.example/y https://n.example/y 307 tag=shop final=308:60
b.example/* - 410 max-age=0 final=410
b.example/q - 410 max-age=0 final=410:0
c.example/* https://c.example/* 302
c.example/own https://n.example/ 307 final=308:5
c.example/pass - pass
c.example/see https://n.example/ 303
d.example/* https://d.example/* 307 scheme=http final=308
d.example/* https://e.example/* 307 scheme=https final=301
"""
TRIAL_302 = (TRIAL.replace("307 tag=shop final=301/308",
                           "302/307 tag=shop final=301/308")
             .replace("307 final=301\n", "302 final=301\n")
             .replace("307 scheme=https", "302 scheme=https")
             .replace("307 final=308:5", "302 final=308:5"))
NEW = "https://new.example"
LONG = os.environ.get("DETOUR_LONG") == "1"


def setUpModule():
    netns.private_bpffs()


class Trial(Case):
    def test_every_code(self):
        for args, wanted in ((["--trial"], TRIAL), (["--trial=307"], TRIAL),
                             (["--trial=302"], TRIAL_302)):
            with self.subTest(args):
                out = self.do("import", "-", "--replace", *args, stdin=RULES)
                self.assertRegex(out, "; format rules; 8 on trial\n$")
                self.assertEqual(self.do("show"), wanted)
        command = json.loads(self.do("log", "--json"))[0]["command"]
        self.assertEqual(command, "import - --replace --trial=302")

    def test_dry_run_and_no_change(self):
        out = self.do("import", "-", "--trial", "--dry-run", stdin=RULES)
        self.assertIn("+ a.example/x https://n.example/x 307 final=301\n", out)
        self.assertIn(" changed; format rules; 8 on trial\n", out)
        self.assertEqual(self.live(), 0)
        self.do("import", "-", "--trial", stdin=RULES)
        for mode in [], ["--update"], ["--replace"]:
            out = self.do("import", "-", "--trial", *mode, stdin=RULES)
            self.assertEqual(out, "no change: release 1 has 11 rules;"
                                  " format rules; 8 on trial\n")
        self.assertNotIn("trial", self.do("import", "-", stdin="x - 410\n"))

    def test_what_is_live_is_not_taken_back_by_it(self):
        """That is for demote: an import adds."""
        self.do("add", "a.example/x", "https://n.example/x", "301")
        before = self.snapshot()
        self.do("import", "-", "--trial", stdin=RULES, code=1)
        self.assertIn(":3: source: a.example/x is there already", self.err)
        self.assertEqual(self.snapshot(), before)
        out = self.do("import", "-", "--trial", "--update", stdin=RULES)
        self.assertIn("10 added, 0 removed, 1 changed", out)
        self.assertEqual(self.do("show"), TRIAL)

    def test_bad_values(self):
        for bad in "301", "", "302/307", "x":
            self.do("import", "-", f"--trial={bad}", code=2, stdin=RULES)
            self.assertIn(f"--trial: '{bad}' is not 307 or 302", self.err)
        self.assertFalse(os.path.exists(self.state))

    def test_lines_are_told_as_they_stand(self):
        self.do("import", "-", "--trial", code=1, stdin=(
            "x.example - 410\nx.example - 410 max-age=1\n"))
        self.assertIn(":2: source: x.example/* is on line 1 already (- 410)",
                      self.err)
        # the same by a trial that the file has itself is another rule
        self.do("import", "-", "--trial", code=1, stdin=(
            f"x.example {NEW} 301\nx.example {NEW} 307 final=301\n"))
        self.do("import", "-", "--trial", stdin=(
            f"x.example {NEW} 301\nx.example {NEW} 301 max-age=3600\n"))
        self.assertIn(": same: as on line 1", self.err)

    def test_keys_that_a_table_cannot_say(self):
        """What a live rule keeps is what it is to become."""
        self.do("import", "-", stdin=(
            f"a.example {NEW}/a 301 max-age=86400 tag=t\n"
            f"b.example {NEW}/b 307 max-age=0 final=301:7\n"
            f"c.example {NEW}/c 302 max-age=9\n"))
        table = self.write("t.csv", "source,target,code\n"
                           f"a.example,{NEW}/a,308\n"
                           f"b.example,{NEW}/b,308\n"
                           f"c.example,{NEW}/c,302\n")
        for _ in range(2):
            self.do("import", table, "--update", "--trial")
            self.assertEqual(self.do("show"), (
                f"a.example/* {NEW}/a 307 tag=t final=308:86400\n"
                f"b.example/* {NEW}/b 307 final=301:7\n"
                f"c.example/* {NEW}/c 302 max-age=9\n"))
        self.do("import", table, "--replace", "--trial")
        self.assertIn(" with a key that ", self.err)
        self.assertEqual(self.do("show"), (
            f"a.example/* {NEW}/a 307 final=308\n"
            f"b.example/* {NEW}/b 307 final=308\n"
            f"c.example/* {NEW}/c 302\n"))

    def test_every_format(self):
        """Where a file has its codes, and where they are given."""
        files = {
            "rules": (f"old.example/p {NEW}/p 301\n", []),
            "csv": (f"source,target,code\nold.example/p,{NEW}/p,301\n", []),
            "nginx": ("server { server_name old.example;\n"
                      f"location = /p {{ return 301 {NEW}/p; }} }}\n", []),
            "nginx-map": (f"old.example/p {NEW}/p;\n", ["--code", "301"]),
            "apache": ("<VirtualHost *:80>\nServerName old.example\n"
                       f"RedirectMatch 301 ^/p$ {NEW}/p\n</VirtualHost>\n",
                       []),
            "rewritemap": (f"old.example/p {NEW}/p\n", ["--code", "301"]),
            "haproxy-map": (f"old.example/p {NEW}/p\n", ["--code", "301"]),
            "caddy": (f"old.example {{\nredir /p {NEW}/p 301\n}}\n", []),
            "netlify": (f"/p {NEW}/p 301\n", ["--host", "old.example"]),
            "vercel": ('[{"source": "/p", "destination":'
                       f' "{NEW}/p", "statusCode": 301}}]',
                       ["--host", "old.example"]),
            "cloudflare": (f"old.example/p,{NEW}/p,301\n", []),
        }
        for name, (text, args) in files.items():
            with self.subTest(name):
                path = self.write("file." + name, text)
                args = [path, "--format", name, "--replace", "--large",
                        "--partial", *args]
                self.do("import", *args)
                plain = self.do("show")
                self.assertRegex(plain, r"(?m) 301( .*)?$")
                out = self.do("import", *args, "--trial")
                self.assertIn("; format %s; 1 on trial" % name, out)
                self.assertRegex(self.do("show"),
                                 r"(?m) 307( .*)? final=301$")
                self.do("promote")
                self.assertEqual(self.do("show"), plain)

    def test_there_and_back_with_real_files(self):
        with open(os.path.join(TOP, "tools/example.rules"),
                  encoding="utf-8") as file:
            files = {"example": file.read()}
        world = World(random.Random(7))
        files["mixed"] = "".join(
            "h%d.example/%d %s %s%s\n" % (
                i % 40, i, "-" if code in ("410", "200", "pass")
                else NEW + "/", code,
                "" if code == "pass" or i % 3 else " max-age=%d" % (i % 7))
            for i, code in enumerate(world.rng.choices(
                "301 302 303 307 308 301/308 302/307 410 200 pass".split(),
                k=3000)))
        files.update((name, config[0]) for name, config in CONFIGS.items())
        for name, text in files.items():
            for how in ("--trial", "--trial=302")[:2 if LONG or name == "mixed"
                                                  else 1]:
                with self.subTest((name, how)):
                    args = ["-", "--replace", "--large", "--allow-empty",
                            "--partial"]
                    self.do("import", *args, stdin=text)
                    plain = self.do("export")
                    self.do("import", *args, how, stdin=text)
                    trial = self.do("export")
                    self.assertNotRegex(trial, r"(?m) (301|308|301/308)( |$)")
                    if plain == trial:
                        self.assertNotRegex(plain, r" (301|308|301/308|410)")
                        continue
                    self.do("promote")
                    self.assertEqual(self.do("export"), plain)
                    self.do("demote", *(["--to", "302"] if how[7:] else []))
                    self.assertEqual(self.do("export"), trial)

    def test_flatten_comes_first(self):
        """A chain by a temporary redirect is not made permanent."""
        self.do("import", "-", "--trial", "--flatten", stdin=(
            f"a.example/x https://b.example/x 301\n"
            f"b.example/x https://c.example/x 302\n"
            f"e.example/x https://f.example/x 301\n"
            f"f.example/x {NEW}/x 308 max-age=60\n"))
        self.assertEqual(self.do("show"), (
            "a.example/x https://c.example/x 302\n"
            "b.example/x https://c.example/x 302\n"
            f"e.example/x {NEW}/x 307 final=301:60\n"
            f"f.example/x {NEW}/x 307 final=308:60\n"))

    def test_exports(self):
        """rules and csv carry final=; the others say that they lose it."""
        self.do("import", "-", "--trial", stdin=(
            f"a.example/x {NEW}/x 301 max-age=7\nb.example/y {NEW}/y 308\n"))
        shown = self.do("show")
        for name in "rules", "csv":
            text = self.do("export", "--format", name)
            self.assertEqual(self.err, "")
            self.do("import", "-", "--format", name, "--replace", stdin=text)
            self.assertEqual(self.do("show"), shown)
        for name in ("nginx-map", "haproxy-map", "rewritemap", "netlify",
                     "cloudflare"):
            with self.subTest(name):
                done = self.run_detour("export", "--format", name)
                self.assertRegex(done.stderr.decode(), "final.*lost")

    def test_draft(self):
        self.do("import", "-", "--trial", "--draft=d", stdin=RULES)
        self.assertEqual(self.live(), 0)
        out = self.do("promote", "--draft=d", "--tag", "shop")
        self.assertEqual(out, "draft d: 11 rules, 0 added, 0 removed,"
                              " 2 changed\n")
        self.do("demote", "--draft=d", "a.example/y", "--to", "302")
        self.do("cutover", "d")
        self.assertEqual(self.do("show"), TRIAL.replace(
            "307 tag=shop final=301/308", "301/308 tag=shop"))


class Promote(Case):
    def setUp(self):
        super().setUp()
        self.do("import", "-", "--trial", stdin=RULES)

    def changed(self, *args, code=0):
        """The lines that a dry run, and then the command, takes away."""
        dry = self.do(*args, "--dry-run", code=code)
        before = self.do("show").splitlines()
        self.do(*args, code=code)
        after = self.do("show").splitlines()
        gone = [line for line in before if line not in after]
        self.assertEqual([line[2:] for line in dry.splitlines()
                          if line.startswith("- ")], gone)
        return [re.split("[ ]", line)[0] for line in gone]

    def test_what_is_chosen(self):
        shop = ["a.example/api/z", "a.example/y"]
        for args, wanted in (
                (["--tag", "shop"], shop),
                (["--host", "b.example"], ["b.example/*", "b.example/q"]),
                (["--tag", "shop", "--host", "b.example"], None),
                (["--host", "a.example", "--host", "c.example"],
                 ["a.example/api/z", "a.example/x", "a.example/y",
                  "c.example/own"]),
                (["a.example/x", "A.EXAMPLE/y", "a.example/%78"],
                 ["a.example/x", "a.example/y"]),
                (["d.example"], ["d.example/*"] * 2),
                (["d.example", "--scheme", "https"], ["d.example/*"]),
                (["--scheme", "http"], ["d.example/*"])):
            with self.subTest(args):
                self.assertEqual(
                    self.changed("promote", *args, code=0 if wanted else 1),
                    wanted or [])
                if wanted:
                    self.do("rollback", "1")
        self.assertEqual(len(self.changed("promote")), 8)
        self.assertNotIn("final=", self.do("show"))

    def test_standard_input(self):
        out = self.do("promote", "-", stdin="a.example/x\n# no\nd.example\n")
        self.assertIn("3 changed\n", out)
        before = self.snapshot()
        self.do("demote", "-", stdin="a.example/x\nno.example\n\"\n", code=1)
        self.assertIn(":2: source: there is no rule no.example/*", self.err)
        self.assertIn("nothing was changed", self.err)
        self.do("demote", "-", stdin="", code=1)
        self.assertIn("standard input names no rule", self.err)
        hint = "is no rule %s; --host %s is for the rules of its paths"
        for args, source, host in (
                (("a.example",), "a.example/*", "a.example"),
                ((".a.example",), "a.example/* or *.a.example/*", "a.example")):
            for command in "promote", "demote":
                self.do(command, *args, code=1)
                self.assertIn(hint % (source, host), self.err)
        self.do("promote", "no.example", code=1)
        self.assertNotIn("--host", self.err)
        self.assertEqual(self.snapshot(), before)

    def test_no_rule_matches(self):
        before = self.snapshot()
        for command in "promote", "demote":
            for args, text in (
                    (["--tag", "none"], "no rule matches --tag none"),
                    (["--host", "*.x", "--tag", "shop"],
                     "no rule matches --tag shop --host *.x"),
                    (["a.example/none"], "there is no rule a.example/none"),
                    (["a.example/x", "b.none"], "there is no rule b.none/*"),
                    (["a.example/x", "--scheme", "http"],
                     "there is no rule a.example/x scheme=http")):
                with self.subTest((command, args)):
                    self.assertEqual(self.do(command, *args, code=1), "")
                    self.assertIn(text, self.err)
                    self.do(command, *args, "--dry-run", code=1)
        self.assertEqual(self.snapshot(), before)
        self.do("promote")
        self.do("promote", code=1)
        self.assertEqual(self.err, "detour promote: no rule has final=\n")
        self.do("promote", "--scheme", "http", code=1)
        self.assertEqual(self.err, "detour promote: no rule has final= and"
                                   " scheme=http\n")
        self.do("import", "-", "--replace", stdin=f"a.example {NEW} 302\n")
        self.do("demote", code=1)
        self.assertEqual(self.err,
                         "detour demote: no rule has a permanent code\n")
        self.assertEqual(self.live(), 3)

    def test_without_a_release(self):
        state = os.path.join(self.dir, "other")
        for command in "promote", "demote":
            done = self.run_detour(command, state=state)
            self.assertEqual(done.returncode, 1)
        self.assertFalse(os.path.exists(state))

    def test_wrong_usage(self):
        for args in (["promote", "--to", "302"], ["promote", "--to", "x"],
                     ["promote", "--to", "pass"], ["demote", "--to", "301"],
                     ["demote", "--to", "302/307"], ["promote", "a b"],
                     ["promote", "a.example/x", "--tag", "t"],
                     ["promote", "-", "a.example/x"],
                     ["promote", "--tag", "a,b"], ["promote", "--to"],
                     ["demote", "--trial"], ["promote", "--json"]):
            with self.subTest(args):
                self.do(*args, code=2)
        self.assertEqual(self.live(), 1)

    def test_rules_that_are_left(self):
        out = self.do("promote", "--host", "c.example")
        self.assertIn("1 changed\n", out)
        self.assertEqual(self.err, "".join(
            f"detour promote: c.example/{path} is left as it is: it has no"
            " final=\n" for path in ("*", "pass", "see")))
        out = self.do("promote", "c.example", "c.example/own")
        self.assertEqual(out, "no change: release 2 has 11 rules\n")
        self.assertIn("c.example/own is left as it is: it has no final=",
                      self.err)
        self.do("promote", "--host", "c.example", "--to", "308")
        self.assertEqual(self.err, "detour promote: c.example/pass is left as"
                                   " it is: it is no redirect\n")
        self.assertEqual(self.do("show", "--host", "c.example"), (
            "c.example/* https://c.example/* 308\n"
            "c.example/own https://n.example/ 308 max-age=5\n"
            "c.example/pass - pass\n"
            "c.example/see https://n.example/ 308\n"))
        self.do("demote", "--host", "c.example", "--scheme", "http", code=1)
        self.do("demote", "c.example/pass", "c.example/own")
        self.assertIn("c.example/pass is left as it is: its code is not"
                      " permanent", self.err)
        self.do("demote", "c.example/own")
        self.assertIn("c.example/own is left as it is", self.err)

    def test_to(self):
        self.do("promote", "--to", "301/308")
        self.assertEqual(self.err, "")  # it was not chosen by name
        self.assertIn("a.example/y https://n.example/y 301/308 max-age=60",
                      self.do("show"))
        self.assertIn("b.example/* - 410 max-age=0 final=410",
                      self.do("show"))
        self.do("promote", "--host", "b.example", "--to", "410")
        self.assertIn("b.example/* - 410\n", self.do("show"))
        self.do("demote", "--to", "302")
        self.assertIn("a.example/y https://n.example/y 302/307 tag=shop"
                      " final=301/308:60", self.do("show"))
        self.assertEqual([row["command"] for row in
                          json.loads(self.do("log", "--json"))][:3],
                         ["demote --to 302",
                          "promote --to 410 --host b.example",
                          "promote --to 301/308"])

    def test_as_other_changes(self):
        out = self.do("promote", "a.example/x", "a.example/y",
                      "--message", "well", "--if-release", "1")
        self.assertIn("- a.example/x https://n.example/x 307 final=301\n"
                      "+ a.example/x https://n.example/x 301\n", out)
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual((row["command"], row["message"], row["changed"]),
                         ("promote a.example/x and 1 more", "well", 2))
        self.do("demote", "--if-release", "1", code=1)
        self.assertIn("release 2 is live", self.err)
        self.do("rollback")
        self.assertEqual(self.do("show"), TRIAL)
        self.assert_sound()


class Killed(Case):
    def test_all_or_nothing(self):
        """Killed at random moments; the next command goes on from what is."""
        self.do("import", "-", stdin="".join(
            f"a.example/{i} {NEW} 301\n" for i in range(3000)))
        states = {self.do("show")}
        for args in ["demote"], ["promote"]:
            began = time.monotonic()
            self.do(*args)
            took = time.monotonic() - began
            states.add(self.do("show"))
        self.assertEqual(len(states), 2)
        rng = random.Random(16)
        for i in range(200 if LONG else 12):
            command = "demote" if " 301\n" in self.do("show") else "promote"
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, command],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(rng.uniform(0, took * 1.2))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.assertIn(self.do("show"), states, i)
            self.assert_sound()


RULES_ASKED = """
old.example/*     https://new.example/*       301/308  max-age=77
old.example/g/*   -                           410      max-age=88
old.example/n     https://new.example/n       302
"""
PERMANENT = {("GET", "/a"): (301, "max-age=77"),
             ("POST", "/a"): (308, "max-age=77"),
             ("GET", "/g/a"): (410, "max-age=88"),
             ("GET", "/n"): (302, "no-store")}
TEMPORARY = {("GET", "/a"): (307, "no-store"),
             ("POST", "/a"): (307, "no-store"),
             ("GET", "/g/a"): (410, "no-store"),
             ("GET", "/n"): (302, "no-store")}
AS_302 = {**TEMPORARY, ("GET", "/a"): (302, "no-store")}


class Answers(Connected):
    """Over the wire; with the fast path attached, by whoever answers."""
    rules = RULES_ASKED
    attach = None

    def do(self, *args):
        return run("--state", self.state.path, *args).stdout

    def asked(self):
        found = {}
        for method, path in PERMANENT:
            more = ["Content-Length: 0"] if method == "POST" else []
            with self.client() as client:
                answer = client.ask(get(path, "old.example", *more,
                                        method=method), method)
            found[method, path] = (answer.status,
                                   answer.headers["cache-control"])
            self.assertEqual("location" in answer.headers,
                             answer.status != 410)
        return found

    def there_and_back(self):
        self.assertEqual(self.asked(), PERMANENT)
        self.do("demote")
        self.assertEqual(self.asked(), TEMPORARY)
        self.do("promote")
        self.assertEqual(self.asked(), PERMANENT)
        self.do("demote", "--to", "302")
        self.assertEqual(self.asked(), AS_302)
        self.do("promote", "--host", "old.example")
        self.assertEqual(self.asked(), PERMANENT)

    def under_load(self):
        """Every answer is one of the releases before or after, whole."""
        whole = {
            (code, age) for code, age in ((b"301", b"max-age=77"),
                                          (b"307", b"no-store"),
                                          (b"302", b"no-store"))}
        seen = set()

        def check(path, answer):
            match = re.fullmatch(
                rb"HTTP/1.1 (\d+) [A-Za-z ]+\r\nDate: [^\r]+\r\n"
                rb"Location: https://new.example([^\r]*)\r\n"
                rb"Cache-Control: ([^\r]+)\r\nContent-Length: 0\r\n"
                rb"Connection: close\r\n\r\n", answer)
            if not match or match[2].decode() != path or \
                    (match[1], match[3]) not in whole:
                return f"{path}: {answer!r}"
            seen.add(match[1])
            return None

        with Load(check=check) as load:
            for args in (["demote"], ["promote"], ["demote", "--to", "302"],
                         ["promote"]):
                load.progress(2)
                self.do(*args)
        self.assertEqual(load.failures, [])
        self.assertEqual(seen, {b"301", b"302", b"307"})

    def test_serve(self):
        self.there_and_back()
        self.under_load()

    @unittest.skipUnless(FAST, "it is the fast path that is attached")
    def test_fast_path(self):
        self.fast.attach()
        before = self.fast.read()
        self.there_and_back()
        self.under_load()
        self.assertGreater(answers(self.fast.read()), answers(before))
        self.fast.detach()


if __name__ == "__main__":
    unittest.main()
