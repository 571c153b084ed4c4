#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cutover: a draft becomes a release, at once or at a time, or nothing does; and
whoever is killed on the way loses nothing. DETOUR_LONG=1 kills more often."""

import datetime
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from commands import DETOUR, Case
from serving import Client, Server, State, get, wait_for

LONG = os.environ.get("DETOUR_LONG") == "1"
MANY = "".join("m%d.example/%d https://n.example/%d 301\n" % (i % 50, i, i)
               for i in range(20000))


class Cutover(Case):
    def setUp(self):
        super().setUp()
        self.do("import", "-", "--replace",
                stdin="a.example/x https://n.example/1 302\nb.example - 410\n")

    def names(self):
        return [one["draft"] for one in
                json.loads(self.do("draft", "list", "--json"))]

    def start(self, *args, **kwargs):
        return subprocess.Popen([DETOUR, "--state", self.state, *args],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, **kwargs)

    def at(self, seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(time.time() + seconds))

    def test_it_is_a_release(self):
        self.do("set", "a.example/x", "https://n.example/2", "302", "--draft",
                "--message", "the move")
        self.do("add", "c.example", "-", "410", "--draft")
        wanted = self.do("show", "--draft")
        out = self.do("cutover", "--dry-run")
        self.assertIn("+ c.example/* - 410", out)
        self.assertEqual((self.live(), self.names()), (1, ["draft"]))
        out = self.do("cutover")
        self.assertEqual(out, "release 2: 3 rules, 1 added, 0 removed,"
                              " 1 changed\n")
        self.assertEqual(self.do("show"), wanted)
        row = json.loads(self.do("log", "--json"))[0]
        self.assertEqual((row["command"], row["message"], row["rules"]),
                         ("cutover draft", "the move", 3))
        self.assertEqual(self.names(), [])
        self.do("cutover", code=1)
        self.assertIn("there is no draft draft", self.err)
        self.do("rollback")
        self.assertIn("n.example/1", self.do("show"))
        self.assert_sound()

    def test_options_of_a_change(self):
        self.do("add", "c.example", "-", "410", "--draft=n")
        self.do("cutover", "n", "--if-release", "7", code=1)
        self.do("cutover", "n", "--if-release", "1", "--message", "mine")
        self.assertEqual(json.loads(self.do("log", "--json"))[0]["message"],
                         "mine")
        self.do("cutover", "a", "b", code=2)

    def test_nothing_differs(self):
        self.do("add", "c.example", "-", "410", "--draft")
        self.do("del", "c.example", "--draft")
        self.assertIn("no change: release 1 has", self.do("cutover"))
        self.assertEqual((self.live(), self.names()), (1, ["draft"]))
        self.do("cutover", "--at", self.at(3600), code=1)
        self.assertIn("has the rules that are live", self.err)

    def test_over_newer_changes(self):
        self.do("set", "a.example/x", "https://n.example/2", "302", "--draft")
        self.do("add", "d.example", "-", "410", "--draft")
        self.do("set", "a.example/x", "https://n.example/3", "302")
        self.do("add", "c.example", "-", "410")
        before = self.snapshot(), self.do("show", "--draft")
        for args in ((), ("--dry-run",), ("--force",), ("--at", self.at(99))):
            self.do("cutover", *args, code=1)
            for line in ("  release 3: root: add c.example/*, 1 added",
                         "  release 2: root: set a.example/x",
                         "\n+ d.example/* - 410\n",
                         "\n- a.example/x https://n.example/3 302\n"
                         "+ a.example/x https://n.example/2 302\n",
                         "began from release 1, but release 3 is live"):
                self.assertIn(line, self.err, args)
        self.assertEqual((self.snapshot(), self.do("show", "--draft")), before)
        self.do("rollback", "1")
        self.do("cutover")  # the rules are those that it began from
        self.assertIn("n.example/2", self.do("show"))

    def test_guards(self):
        many = "".join("m%d.example - 410\n" % i for i in range(200))
        self.do("import", "-", stdin=many)
        self.do("import", "-", "--replace", "--large", "--draft",
                stdin="a.example - 410\n")
        self.do("rollback", "0", "--draft=none")
        before = self.snapshot()
        for args, hint in ((("draft",), "--large lets it"),
                           (("draft", "--max-removed", "9"), "--max-removed 9"),
                           (("none",), "draft none has no rules"),
                           (("none", "--large"), "--allow-empty"),
                           (("draft", "--at", self.at(99)), "--large")):
            self.do("cutover", *args, code=1)
            self.assertIn(hint, self.err)
        self.assertEqual(self.snapshot(), before)
        self.do("cutover", "--max-removed", "x", code=2)
        self.do("cutover", "--large")
        self.assertEqual(self.do("show"), "a.example/* - 410\n")
        self.do("draft", "drop", "none")
        self.do("del", "a.example", "--draft")
        self.do("cutover", "--allow-empty")
        self.assertEqual(self.do("show"), "")

    def test_a_whole_set(self):
        """Compiled from memory; some rules are live already."""
        self.do("import", "-", "--replace", "--draft",
                stdin=MANY + "b.example - 410\n")
        self.do("set", "b.example", "https://n.example", "301", "--draft")
        wanted = self.do("show", "--draft")
        self.do("cutover")
        self.assertEqual(self.do("show"), wanted)
        self.assertIn("n.example/7\\r", self.do("explain", "m7.example/7"))
        self.assert_sound()

    def test_at(self):
        self.do("add", "c.example", "-", "410", "--draft")
        end = time.time() + 3
        process = self.start("cutover", "--at", self.at(3))
        self.assertTrue(wait_for(
            lambda: "Ctrl-C" in process.stderr.readline()))
        self.assertEqual(self.live(), 1)
        self.do("add", "z.example", "-", "410", "--draft=z")  # nothing is held
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertGreaterEqual(time.time(), int(end))
        self.assertIn("release 2: 3 rules, 1 added", out)

    def test_at_refuses_before_it_waits(self):
        self.do("add", "c.example", "-", "410", "--draft")
        for text, code in (("2020-01-01T00:00:00Z", 2), (self.at(0), 2),
                           ("25:00", 2), ("3:00", 2), ("soon", 2), ("", 2),
                           ("2099-01-01", 2), ("2099-02-30T00:00:00Z", 2)):
            self.do("cutover", "--at", text, code=code)
        self.do("cutover", "none", "--at", self.at(99), code=1)
        self.do("cutover", "--at", self.at(99), "--dry-run", code=2)
        self.assertEqual((self.live(), self.names()), (1, ["draft"]))

    def test_at_says_what_is_meant(self):
        self.do("add", "c.example", "-", "410", "--draft")
        for text, said in (("24:00", "; 00:00 is one"),
                           ("2:30", "; 02:30 is one"),
                           ("2099-01-01T03:00:00", "has no zone behind it")):
            self.do("cutover", "--at", text, code=2)
            self.assertIn(said, self.err)
        self.do("cutover", "--at", "soon", code=2)
        like = re.search(r"such as (\S+),", self.err)[1]
        self.assertGreater(datetime.datetime.fromisoformat(like).timestamp(),
                           time.time())

    def waits_until(self, at, zone):
        """What is said of a time before it waits."""
        process = self.start("cutover", "--at", at,
                             env={**os.environ, "TZ": zone})
        try:
            return process.stderr.readline()
        finally:
            process.kill()
            process.communicate()

    def test_at_with_the_zone(self):
        self.do("add", "c.example", "-", "410", "--draft")
        berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
        for at, said in (
                ("2097-03-31T02:30:00+01:00", "2097-03-31 03:30:00+02:00; "),
                ("2097-10-27T02:30:00+02:00", "2097-10-27 02:30:00+02:00; "),
                ("2097-10-27T02:30:00+01:00", "2097-10-27 02:30:00+01:00; ")):
            self.assertIn(said, self.waits_until(at, berlin))

    def test_at_skips_a_day(self):
        """In a zone where it is noon, and 17 o'clock comes behind 15."""
        self.do("add", "c.example", "-", "410", "--draft")
        now = time.gmtime()
        day = now.tm_yday - 1
        ahead = 12 - now.tm_hour  # of the zone: its clock is past noon
        zone = f"<AAA>{-ahead}<BBB>{-ahead - 2},{day}/15,{(day + 90) % 365}"
        self.assertIn(", since clocks skip 16:30 the day before",
                      self.waits_until("16:30", zone))

    def test_two_wait_for_one(self):
        """Who comes late is told what became of it."""
        self.do("add", "c.example", "-", "410", "--draft=w")
        process = self.start("cutover", "w", "--at", self.at(3))
        self.assertTrue(wait_for(
            lambda: "Ctrl-C" in process.stderr.readline()))
        self.do("cutover", "w")
        _, err = process.communicate(timeout=60)
        went = "there is no draft w: it went live as release 2\n"
        self.assertEqual((process.returncode, err),
                         (1, "detour cutover: " + went))
        for args in (("cutover", "w"), ("draft", "drop", "w"),
                     ("show", "--draft=w"), ("diff", "live", "draft:w"),
                     ("draft", "rebase", "w"),
                     ("cutover", "w", "--at", self.at(99))):
            self.do(*args, code=1)
            self.assertTrue(self.err.endswith(went), self.err)
        self.do("cutover", "x", code=1)
        self.assertTrue(self.err.endswith("there is no draft x\n"))

    def test_at_is_interrupted(self):
        self.do("add", "c.example", "-", "410", "--draft")
        before, files = self.snapshot(), sorted(os.listdir(self.path("maps")))
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            process = self.start("cutover", "--at", self.at(3600))
            self.assertTrue(wait_for(
                lambda: "Ctrl-C" in process.stderr.readline()))
            process.send_signal(number)
            err = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, -number)
            self.assertEqual(err, "detour cutover: interrupted; nothing was"
                                  " changed\n")
            self.assertEqual(self.snapshot(), before)
            self.assertEqual(sorted(os.listdir(self.path("maps"))), files)
        self.do("cutover")

    def test_at_live_has_moved(self):
        self.do("add", "c.example", "-", "410", "--draft")
        process = self.start("cutover", "--at", self.at(3))
        self.assertTrue(wait_for(
            lambda: "Ctrl-C" in process.stderr.readline()))
        self.do("add", "d.example", "-", "410")
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("began from release 1, but release 2 is live", err)
        self.assertEqual((self.live(), self.names()), (2, ["draft"]))

    def test_undone_it_is_a_draft_again(self):
        """A kill between the commit and the rename of live leaves a release too
        many, which is undone: also by a detour that knows no drafts, so that
        another release has its number then."""
        self.do("add", "c.example", "-", "410", "--draft")
        with open(self.path("live"), "rb") as live:
            before = live.read()
        wanted = self.do("show", "--draft")
        # The rows of a draft that is done stay if nobody can remove them.
        db = sqlite3.connect(self.path("detour.db"))
        db.execute("CREATE TRIGGER keep BEFORE DELETE ON draft"
                   " BEGIN SELECT RAISE(ABORT, 'no'); END")
        db.commit()
        self.do("cutover")
        self.assertEqual(self.names(), [])
        with open(self.path("live"), "wb") as live:
            live.write(before)
        self.assertEqual(self.do("show", "--draft"), wanted)
        db.execute("DROP TRIGGER keep")
        db.commit()
        db.close()
        self.do("add", "z.example", "-", "410", "--draft=z")  # it repairs
        self.assertEqual(self.names(), ["draft", "z"])
        self.assertEqual(self.do("show", "--draft"), wanted)
        self.do("add", "e.example", "-", "410")
        self.assertEqual((self.live(), self.names()), (2, ["draft", "z"]))

    def states(self):
        """What there is: rules that are live, and those of each draft."""
        drafts = {name: self.do("show", "--draft=" + name)
                  for name in self.names()}
        return self.do("show"), drafts

    def test_killed(self):
        seed = random.randrange(1 << 32)
        rng = random.Random(seed)
        path = self.write("many.rules", MANY)
        spans, ended = {}, 0
        for turn in range(119 if LONG else 7):
            name = "d%d" % turn
            self.do("import", path, "--draft=" + name, "--update")
            self.do("set", "a.example/x", "https://n.example/%d" % turn, "302",
                    "--draft=" + name)
            command = [("cutover", name), ("draft", "drop", name),
                       ("add", "y.example", "-", "410", "--draft=" + name),
                       ("rollback", "0", "--draft=" + name),
                       ("cutover", name, "--at", self.at(9)),
                       ("draft", "rebase", name),
                       ("cutover", name)][turn % 7]
            if command[1] == "rebase":
                self.do("add", "r%d.example" % turn, "-", "410")
            before = self.states()
            begun = time.monotonic()
            process = self.start(*command)
            time.sleep(rng.random() * spans.get(command[0], 0.6))
            process.kill()
            process.communicate(timeout=60)
            ended += process.returncode == 0
            after = self.states()
            what = "seed %d, turn %d, %s" % (seed, turn, command)
            if command[0] == "cutover":
                done = (before[1][name],
                        {key: text for key, text in before[1].items()
                         if key != name})
            elif command[1] == "drop":
                done = (before[0], {key: text for key, text in
                                    before[1].items() if key != name})
            else:
                done = None
            if done is None:
                self.assertTrue(after[0] == before[0], what)
                self.assertEqual(set(after[1]), set(before[1]), what)
            else:
                self.assertTrue(after in (before, done), what)
                if process.returncode == 0:
                    self.assertTrue(after == done, what)
            self.assert_sound()
            self.run_detour("draft", "drop", name)
            spans[command[0]] = max(0.05, min(
                1, time.monotonic() - begun)) if process.returncode == 0 else (
                    spans.get(command[0], 0.6))

    def test_the_disk_is_full(self):
        script = r"""
            set -e
            mount -t tmpfs -o size=1m none /mnt
            d="$1 --state /mnt/s"
            printf 'a.example - 410\n' | $d import - >/dev/null
            printf 'a.example - pass\n' | $d import - --update --draft \
                >/dev/null
            $d import "$2" --draft 2>&1 >/dev/null && echo imported
            $d show; $d show --draft; $d draft list --json | grep -c draft
            $d set a.example https://n.example 301 --draft >/dev/null
            dd if=/dev/zero of=/mnt/fill bs=4k 2>/dev/null || :
            $d cutover 2>&1 && echo became
            $d show; $d show --draft
            rm /mnt/fill
            $d cutover >/dev/null; $d show
        """
        path = self.write("many.rules", MANY)
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", DETOUR, path],
            capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done)
        lines = done.stdout.splitlines()
        self.assertNotIn("imported", lines)
        self.assertNotIn("became", lines)
        self.assertEqual([line for line in lines if "detour" not in line],
                         ["a.example/* - 410", "a.example/* - pass", "1",
                          "a.example/* - 410",
                          "a.example/* https://n.example/* 301",
                          "a.example/* https://n.example/* 301"])
        self.assertEqual(sum("No space" in line or "full" in line
                             for line in lines), 2, lines)

    def test_two_at_a_time(self):
        """Commands wait for each other; one of two cutovers finds no draft."""
        self.do("add", "c.example", "-", "410", "--draft")
        jobs = [self.start("cutover") for _ in range(2)]
        jobs += [self.start("add", "p%d.example" % i, "-", "410",
                            "--draft=other") for i in range(4)]
        codes = []
        for job in jobs:
            job.communicate(timeout=60)
            codes.append(job.returncode)
        self.assertEqual(sorted(codes[:2]), [0, 1])
        self.assertEqual(codes[2:], [0] * 4)
        self.assertEqual(self.do("show", "--draft=other").count("\np"), 4)


class Serving(unittest.TestCase):
    def test_under_load(self):
        """Every answer is the release's before or behind it."""
        state = State("a.example/* https://n.example/1/* 301\n")
        self.addCleanup(state.remove)
        server = Server(state)
        self.addCleanup(server.stop)
        seen, stop = [], threading.Event()

        def ask():
            with Client(server) as client:
                while not stop.is_set():
                    client.send(get("/x", "a.example"))
                    seen.append(client.answer().headers["location"])
        asker = threading.Thread(target=ask)
        asker.start()
        try:
            for number in range(2, 8):
                subprocess.run(
                    [DETOUR, "--state", state.path, "set", "a.example/*",
                     "https://n.example/%d/*" % number, "301", "--draft"],
                    check=True, capture_output=True, timeout=60)
                self.assertTrue(wait_for(lambda: seen))
                subprocess.run([DETOUR, "--state", state.path, "cutover"],
                               check=True, capture_output=True, timeout=60)
        finally:
            stop.set()
            asker.join()
        numbers = [int(one.split("/")[3]) for one in seen]
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual({one.split("/")[4] for one in seen}, {"x"})


if __name__ == "__main__":
    unittest.main()
