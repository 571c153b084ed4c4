#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Forgetting old releases: what stays, what goes, and crashes between."""

import fcntl
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case, rules_text
from serving import Client, Server, get, wait_for

MANY = 20000


def many(step):
    return "".join("h%d.example/%d https://n.example/%d/%d 301\n" %
                   (i % 5000, i, step, i) for i in range(MANY))


class Prune(Case):
    def releases(self):
        return [row["release"] for row in json.loads(self.do("log", "--json"))]

    def shown(self, number):
        return self.do("show", "--release", str(number))

    def usage(self):
        return sum(os.stat(self.path(*names)).st_size for names in (
            ["detour.db"], *(["maps", x]
                             for x in os.listdir(self.path("maps")))))

    def assert_made_again(self):
        """The live map is what is compiled from the store."""
        want = self.do("show")
        for name in os.listdir(self.path("maps")):
            os.unlink(self.path("maps", name))
        for line in want.splitlines()[:3]:
            source = line.split()[0].replace("*", "x")
            self.assertIn(line.split()[0], self.do("explain", source))
        self.assert_sound()

    def test_c17_keep(self):
        for i in range(1, 7):
            self.do("add", "a%d.example" % i, "-", "410", "tag=t%d" % i)
        want = {i: self.shown(i) for i in range(1, 7)}
        before = self.snapshot()
        out = self.do("prune", "--keep", "3", "--dry-run")
        self.assertRegex(out, r"dry run: it would prune releases 1 to 3: "
                         r"3 releases, 0 rules, about \d+ bytes; "
                         r"releases 4 to 6 would stay\n")
        self.assertEqual(self.snapshot(), before)
        out = self.do("prune", "--keep", "3")
        self.assertRegex(out, r"pruned releases 1 to 3: 3 releases, 0 rules, "
                         r"\d+ bytes; releases 4 to 6 stayed\n")
        self.assertEqual(self.live(), 6)
        self.assertEqual(self.releases(), [6, 5, 4])
        self.assertRegex(self.do("log").splitlines()[-1],
                         r"releases before 4 were pruned at \d+-.* by \w+")
        rows = json.loads(self.do("log", "--json"))
        self.assertEqual([row["pruned"] for row in rows[:2]], [None, None])
        self.assertEqual(rows[2]["pruned"]["before"], 4)
        self.assertTrue(rows[2]["pruned"]["user"])
        for i in range(4, 7):
            self.assertEqual(self.shown(i), want[i])
        for args in (["rollback", "3"], ["show", "--release", "1"],
                     ["export", "--release", "3"]):
            self.do(*args, code=1)
            self.assertIn("was pruned: the oldest one is 4", self.err)
        self.assertIn("nothing to prune", self.do("prune", "--keep", "3"))
        self.do("rollback", "4")
        self.assertEqual(self.do("show"), want[4])
        self.do("rollback", "0")
        self.assert_sound()

    def test_c17_live_and_the_one_before_stay(self):
        for i in range(1, 5):
            self.do("add", "a%d.example" % i, "-", "410")
        want = self.shown(3)
        self.do("prune", "--keep", "1")
        self.assertEqual(self.releases(), [4, 3])
        self.assertEqual(sorted(os.listdir(self.path("maps"))),
                         ["3.map", "4.map"])
        self.do("rollback")
        self.assertEqual(self.do("show"), want)
        self.do("prune", "--before", "2100-01-01")
        self.assertEqual(self.releases(), [5, 4])
        self.do("rollback")
        self.assert_made_again()

    def test_c17_rules_of_a_pruned_release_that_are_restored(self):
        self.do("import", "-", stdin="a.example - 410\nb.example - 410\n")
        want = self.do("show")
        self.do("set", "a.example", "https://n.example", "301")
        self.do("del", "b.example")
        self.do("add", "c.example", "-", "410")
        other = self.do("show")
        self.do("rollback", "1")
        self.do("prune", "--keep", "1")
        self.assertEqual(self.releases(), [5, 4])
        self.assertEqual(self.do("show"), want)
        self.assert_made_again()
        self.do("rollback")
        self.assertEqual(self.do("show"), other)
        self.do("rollback")
        self.do("prune", "--keep", "1")
        self.assertEqual(self.do("show"), want)
        self.do("add", "d.example", "-", "410")
        self.do("rollback")
        self.assertEqual(self.do("show"), want)
        self.assert_made_again()

    def test_c17_against_a_model(self):
        for seed in range(4):
            rng = random.Random(seed)
            self.state = "%s/s%d" % (self.dir, seed)
            os.mkdir(self.state)
            model, first = [{}], 1
            for _ in range(60):
                live = len(model) - 1
                rules = dict(model[-1])
                kind = rng.choice("set set del rollback rollback replace"
                                  " prune".split())
                source = "h%d.example/%d" % (rng.randrange(3),
                                             rng.randrange(5))
                if kind == "prune":
                    keep = rng.randrange(1, 8)
                    self.do("prune", "--keep", str(keep))
                    first = max(first, min(live - keep + 1, live - 1))
                    for number in range(max(first, 0), live + 1):
                        self.assertEqual(self.shown(number),
                                         rules_text(model[number]))
                    continue
                if kind == "rollback":
                    if live < 2:
                        continue
                    number = rng.choice([0, *range(first, live)])
                    args, rules = [kind, str(number)], dict(model[number])
                elif kind == "replace":
                    rules = {source: "https://t.example/ 301"}
                    args = ["import", "-", "--replace"]
                elif kind == "del":
                    if not rules.pop(source, None):
                        continue
                    args = [kind, source]
                else:
                    rules[source] = "https://t.example/%d 301" % (
                        rng.randrange(3))
                    args = [kind, source, *rules[source].split()]
                out = self.do(*args, stdin=rules_text(rules))
                if "no change" not in out:
                    model.append(rules)
                self.assertEqual(self.do("show"), rules_text(rules))
            self.assertGreater(first, 1)
            self.assert_made_again()

    def test_c17_space_is_given_back(self):
        for step in range(6):
            self.do("import", "-", "--replace", stdin=many(step))
        before = self.usage()
        out = self.do("prune", "--keep", "2", "--dry-run")
        about = int(re.search(r"about (\d+) bytes", out)[1])
        self.assertIn(" %d rules," % (4 * MANY), out)
        out = self.do("prune", "--keep", "2")
        given = int(re.search(r"(\d+) bytes", out)[1])
        self.assertGreaterEqual(given, before / 3)
        self.assertLess(abs(given - about), before / 3)
        # The map before the two that stay goes, too.
        self.assertEqual(before - self.usage(), given)
        self.assert_sound()

    def test_c17_a_base_stays(self):
        self.do("import", "-", stdin=many(0))
        for i in range(6):
            self.do("add", "b%d.example" % i, "-", "410")
        self.do("prune", "--keep", "1")
        self.assertEqual(sorted(os.listdir(self.path("maps"))),
                         ["1.map", "6.map", "7.map"])
        self.assertIn("over", self.do("status"))
        self.do("rollback")
        self.assert_made_again()

    def test_c17_before_a_date(self):
        for i in range(1, 6):
            self.do("add", "a%d.example" % i, "-", "410")
        db = sqlite3.connect(self.path("detour.db"))
        for i in range(1, 6):
            db.execute("UPDATE release SET time = ? WHERE number = ?",
                       (1700000000 + i * 86400, i))
        db.commit()
        db.close()
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(1700000000 + 3 * 86400))
        self.do("prune", "--before", "1999-12-31")
        self.assertEqual(len(self.releases()), 5)
        self.do("prune", "--before", when)
        self.assertEqual(self.releases(), [5, 4, 3])
        for args in ([], ["--keep", "0"], ["--keep", "x"], ["--keep=-1"],
                     ["--before", "gestern"], ["--keep", "1", "x"],
                     ["--before", "2023-13-01"],
                     ["--keep", "1", "--before", "2023-01-01"]):
            self.do("prune", *args, code=2)

    def test_c17_without_a_release(self):
        self.do("prune", "--keep", "1", code=1)
        self.assertIn("there is no state directory", self.err)
        self.assertFalse(os.path.exists(self.state))
        os.mkdir(self.state)
        self.assertIn("nothing to prune", self.do("prune", "--keep", "1"))
        self.do("add", "a.example", "-", "410")
        self.assertIn("nothing to prune", self.do("prune", "--keep", "1"))
        os.unlink(self.path("detour.db"))
        self.do("prune", "--keep", "1", code=1)

    def test_c17_waits_for_others(self):
        for i in range(1, 6):
            self.do("add", "a%d.example" % i, "-", "410")
        with open(self.path("lock"), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "prune", "--keep", "2"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(0.5)
            self.assertEqual(len(self.releases()), 5)
            fcntl.flock(lock, fcntl.LOCK_UN)
            out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertIn(b"pruned releases 1 to 3", out)

    def test_c17_servers_do_not_notice(self):
        self.do("import", "-", stdin="old.example https://n.example 301\n")
        for i in range(1, 6):
            self.do("add", "a%d.example" % i, "-", "410")
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            for keep in (3, 2, 1):
                client.send(get("/x", "old.example"))
                self.assertEqual(client.answer().status, 301)
                self.do("prune", "--keep", str(keep))
                client.send(get("/y", "old.example"))
                self.assertEqual(client.answer().status, 301)
        self.do("add", "b.example", "-", "410")
        self.assertTrue(wait_for(lambda: server.find("release 7")))
        self.assertFalse([x for x in server.lines if "cannot" in x])

    def test_c17_a_reader_never_gets_half_a_release(self):
        self.do("import", "-", stdin=many(0))
        self.do("import", "-", "--replace", stdin=many(1))
        self.do("import", "-", "--replace", stdin=many(2))
        with subprocess.Popen(
                [DETOUR, "--state", self.state, "show", "--release", "1"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
            first = reader.stdout.readline()
            self.do("prune", "--keep", "1")
            rest, err = reader.communicate(timeout=60)
        self.assertEqual(reader.returncode, 1)
        self.assertIn(b"was pruned", err)
        self.assertLess((first + rest).count(b"\n"), MANY)

    def test_c17_kill_9(self):
        for step in range(3):
            self.do("import", "-", "--replace", stdin=many(step))
        want = {i: self.shown(i) for i in (2, 3)}
        base = self.dir + "/base"
        os.rename(self.state, base)
        delay, ended = 0.002, 0
        while not ended:
            subprocess.run(["rm", "-rf", self.state], check=True)
            subprocess.run(["cp", "-a", base, self.state], check=True)
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "prune", "--keep", "2"],
                stdout=subprocess.DEVNULL)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            ended = process.wait(60) == 0
            delay = delay * 1.3 + 0.002
            with self.subTest(delay=delay):
                self.assertIn(self.releases(), ([3, 2, 1], [3, 2]))
                for number, text in want.items():
                    self.assertEqual(self.shown(number), text)
                self.assert_sound()
        subprocess.run(["rm", "-rf", self.state], check=True)
        subprocess.run(["cp", "-a", base, self.state], check=True)

    def test_c17_what_was_not_given_back_is_later(self):
        for step in range(4):
            self.do("import", "-", "--replace", stdin=many(step))
        limit = os.stat(self.path("detour.db")).st_size // 5
        # No file may grow so large: there is no room for a copy.
        done = subprocess.run(
            ["prlimit", "--fsize=%d" % limit, DETOUR, "--state", self.state,
             "prune", "--keep", "2"], capture_output=True, check=False,
            preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            timeout=120)
        self.assertIn(done.returncode, (0, 1))
        if done.returncode:
            self.assertEqual(self.releases(), [4, 3, 2, 1])
        else:
            self.assertIn(b"not given back yet", done.stderr)
            self.assertEqual(self.releases(), [4, 3])
        self.assert_sound()
        out = self.do("prune", "--keep", "2")
        self.assertGreater(int(re.search(r"(\d+) bytes", out)[1]), limit)
        self.assertEqual(self.releases(), [4, 3])
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
