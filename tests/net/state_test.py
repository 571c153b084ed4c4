#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of the state: releases against a model, crashes, full disks."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case, rules_text


class History(Case):
    """Random changes, checked against a model of every release."""

    def change(self, model, rng):
        rules = dict(model[-1])
        kind = rng.choice(("add", "set", "del", "import", "replace",
                           "rollback", "rollback", "rollback"))
        source = "h%d.example/%d" % (rng.randrange(3), rng.randrange(6))
        value = "https://t.example/%d %s" % (rng.randrange(3),
                                             rng.choice(("301", "302")))
        many = {"h%d.example/%d" % (rng.randrange(3), rng.randrange(6)):
                "https://t.example/%d 301" % rng.randrange(3)
                for _ in range(rng.randrange(8))}
        code = 0
        if kind == "rollback":
            to = rng.randrange(len(model))
            code = 1 if len(model) == 1 else 0
            args, rules = [kind, str(to)], dict(model[to])
        elif kind == "del":
            code = 0 if rules.pop(source, None) else 1
            args = [kind, source]
        elif kind in ("import", "replace"):
            args = ["import", "-"]
            if kind == "replace":
                args += "--replace", "--allow-empty"
                rules = many
            elif any(rules.get(s, v) != v for s, v in many.items()):
                code = 1
            else:
                rules.update(many)
        else:
            args = [kind, source, *value.split()]
            if kind == "add" and rules.get(source, value) != value:
                code = 1
            else:
                rules[source] = value
        return args, code, rules, rules_text(many)

    def test_every_release_against_a_model(self):
        for seed in range(4):
            rng = random.Random(seed)
            self.state = os.path.join(self.dir, "state%d" % seed)
            os.mkdir(self.state)
            model = [{}]
            for step in range(60):
                args, code, rules, stdin = self.change(model, rng)
                self.do(*args, code=code, stdin=stdin)
                before = len(model) - 1
                now = self.live()
                if now > before:
                    self.assertEqual(code, 0, args)
                    model.append(rules)
                elif not code:
                    self.assertEqual(rules, model[-1], (seed, step, args))
                self.assertEqual(now, len(model) - 1, (seed, step, args))
                self.assertEqual(self.do("show"), rules_text(model[-1]),
                                 (seed, step, args))
            for number, rules in enumerate(model):
                self.assertEqual(self.do("show", "--release", str(number)),
                                 rules_text(rules), (seed, number))
            log = json.loads(self.do("log", "--json"))
            self.assertEqual([x["rules"] for x in log],
                             [len(x) for x in model[:0:-1]])
            self.assert_sound()

    def test_rollback(self):
        for i in range(6):
            self.do("add", "a.example/%d" % i, "https://b.example/", "301")
        want = [self.do("show", "--release", str(i)) for i in range(7)]
        self.do("rollback")
        self.assertEqual(self.do("show"), want[5])
        self.assertTrue(os.path.samefile(self.path("maps", "5.map"),
                                         self.path("maps", "7.map")))
        self.assertIn("no change", self.do("rollback", "5"))
        self.do("rollback")
        self.assertEqual(self.do("show"), want[6])
        self.do("rollback", "1", "--message", "far")
        self.assertEqual(self.do("show"), want[1])
        self.assertEqual(sorted(os.listdir(self.path("maps"))),
                         ["7.map", "8.map", "9.map"])
        self.do("rollback", "0")
        self.assertEqual(self.do("show"), "")
        self.do("rollback", "99", code=1)
        self.do("rollback", "-1", code=2)
        log = json.loads(self.do("log", "--json"))
        self.assertEqual([x["restores"] for x in log[:5]], [0, 1, 6, 5, None])
        self.assert_sound()


class Trouble(Case):
    def test_missing_or_damaged_live(self):
        for i in range(3):
            self.do("add", "a.example/%d" % i, "https://b.example/", "301")
        want = self.do("show")
        for what in (None, b"", b"3", b"3 3.map", b"3 ../x\n", b"x y\n",
                     b"3 3.map\n\n", b"\0" * 8):
            with self.subTest(what):
                os.unlink(self.path("live"))
                if what is not None:
                    with open(self.path("live"), "wb") as out:
                        out.write(what)
                self.do("add", "a.example/2", "https://b.example/", "301")
                self.assertIn("release 3 is live again", self.err)
                self.assertEqual(self.do("show"), want)
                self.assert_sound()

    def test_live_lost_with_its_map(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        os.unlink(self.path("live"))
        os.unlink(self.path("maps", "1.map"))
        self.do("show")
        self.assert_sound()

    def test_what_an_interrupted_change_left_is_removed(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.do("add", "b.example/", "https://b.example/", "301")
        self.do("del", "a.example/")
        with open(self.path("live"), "w", encoding="ascii") as out:
            out.write("2 2.map\n")  # as if killed before the rename
        for name in "live.tmp", "maps/3.map.tmp", "maps/4.map":
            with open(self.path(name), "w", encoding="ascii"):
                pass
        self.assertEqual(len(self.do("show").splitlines()), 2)
        self.assertEqual(len(json.loads(self.do("log", "--json"))), 2)
        self.do("add", "c.example/", "https://b.example/", "301")
        self.assertEqual(self.live(), 3)
        self.assertEqual([x.split()[0] for x in self.do("show").split("\n")
                          if x], ["a.example/", "b.example/", "c.example/"])
        self.assertEqual(sorted(os.listdir(self.path("maps"))),
                         ["1.map", "2.map", "3.map"])
        self.assertFalse(os.path.exists(self.path("live.tmp")))

    def test_store_missing_or_behind(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        with open(self.path("live"), "w", encoding="ascii") as out:
            out.write("7 7.map\n")
        self.do("add", "b.example/", "https://b.example/", "301", code=1)
        self.assertIn("release 7 is live, but the last one", self.err)
        os.unlink(self.path("detour.db"))
        self.do("add", "b.example/", "https://b.example/", "301", code=1)
        self.assertIn("is missing", self.err)
        self.assertEqual(self.live(), 7)

    def test_newer_or_foreign_store(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        for pragma, text in (("user_version = 6",
                              "written by a newer detour (version 6)"),
                             ("application_id = 5", "not a store of detour")):
            db = sqlite3.connect(self.path("detour.db"))
            db.execute("PRAGMA " + pragma)
            db.commit()
            db.close()
            for args in (["show"], ["add", "b.example/", "-", "410"],
                         ["rollback", "0"], ["import", "-"]):
                self.do(*args, code=1, stdin="c.example/ - 410\n")
                self.assertIn(text, self.err)
        self.assertEqual(self.live(), 1)

    def test_damaged_store(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        with open(self.path("detour.db"), "wb") as out:
            out.write(b"nonsense" * 4096)
        self.do("show", code=1)
        self.assertIn("detour.db", self.err)
        self.do("add", "b.example/", "-", "410", code=1)

    def test_damaged_map(self):
        self.do("import", "-", stdin="".join(
            "a.example/%d https://b.example/ 301\n" % i for i in range(999)))
        path = self.path("maps", "1.map")
        size = os.path.getsize(path)

        def flip():
            with open(path, "r+b") as out:
                out.seek(size // 2)
                byte = out.read(1)
                out.seek(size // 2)
                out.write(bytes((byte[0] ^ 1,)))

        for what, damage in (("truncated", lambda: os.truncate(path, 5000)),
                             ("empty", lambda: os.truncate(path, 0)),
                             ("a bit", flip),
                             ("missing", lambda: os.unlink(path))):
            with self.subTest(what):
                damage()
                self.assertIn("DAMAGED", self.do("status", code=1))
                self.assertFalse(json.loads(
                    self.do("status", "--json", code=1))["map"]["sound"])
                # a lost live file makes the next command look at the map
                os.unlink(self.path("live"))
                self.do("log")
                self.assertIn("rebuilding it from the store", self.err)
                self.assert_sound()

    def test_rollback_to_a_damaged_map_compiles_it_anew(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.do("add", "b.example/", "https://b.example/", "301")
        with open(self.path("maps", "1.map"), "r+b") as out:
            out.seek(-4000, os.SEEK_END)
            out.write(b"\xff" * 8)
            out.seek(4096 * 4)
            out.write(b"\xff" * 64)
        self.do("rollback", "1")
        self.assert_sound()
        self.assertFalse(os.path.samefile(self.path("maps", "1.map"),
                                          self.path("maps", "3.map")))

    def test_kill_9_of_an_import(self):
        text = "".join("h%d.example/%d https://b.example/%d 301\n"
                       % (i % 500, i, i) for i in range(50000))
        path = self.write("big.txt", text)
        self.do("add", "a.example/", "https://b.example/", "301")
        start = time.monotonic()
        self.do("import", "--dry-run", path)
        self.do("import", path)
        span = time.monotonic() - start
        self.do("rollback", "1")
        rng = random.Random(os.getpid())
        live = self.live()
        for attempt in range(20):
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "import", path],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(rng.random() * span)
            process.send_signal(signal.SIGKILL)
            out = process.communicate(timeout=60)[0]
            done = process.returncode == 0
            now = self.live()
            # killed between the cutover and its message it is live, too
            self.assertIn(now, (live, live + 1), attempt)
            if done:
                self.assertIn(b"50001 rules", out)
                self.assertEqual(now, live + 1, attempt)
            rules = len(self.do("show").splitlines())
            self.assertEqual(rules, 1 if now == live else 50001, attempt)
            self.assert_sound()
            if now > live:
                self.do("rollback", "1")
            self.do("set", "a.example/", "https://b.example/", "302")
            self.do("set", "a.example/", "https://b.example/", "301")
            live = self.live()
        self.do("import", path)
        self.assertEqual(len(self.do("show").splitlines()), 50001)
        self.assert_sound()


def namespace(script, *args):
    """Run a shell script in a mount namespace of its own."""
    return subprocess.run(
        ["unshare", "-m", "--propagation", "private", "sh", "-ec", script,
         "sh", *args], capture_output=True, timeout=120, check=False)


def can_mount():
    try:
        return namespace("mount -t tmpfs none /mnt").returncode == 0
    except OSError:
        return False


class Mounts(Case):
    @classmethod
    def setUpClass(cls):
        if not can_mount():
            raise unittest.SkipTest("needs root and mount namespaces")

    def test_disk_full(self):
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(20000)))
        script = """
            mkdir "$1"; mount -t tmpfs -o size=$4k none "$1"
            "$2" --state "$1/s" add a.example/ https://b.example/ 301
            if "$2" --state "$1/s" import "$3"; then echo FITS; exit; fi
            "$2" --state "$1/s" show; "$2" --state "$1/s" status
            cat "$1/s/live"; ls "$1/s/maps"
            "$2" --state "$1/s" add b.example/ https://b.example/ 301
        """
        failed = 0
        for size in range(300, 6000, 300):
            done = namespace(script, os.path.join(self.dir, "t%d" % size),
                             DETOUR, path, str(size))
            out = done.stdout.decode()
            self.assertEqual(done.returncode, 0, (size, out, done.stderr))
            if "FITS" in out:
                continue
            failed += 1
            self.assertRegex(done.stderr.decode(),
                             "No space|full|disk I/O", size)
            self.assertRegex(done.stderr.decode(), "disk I/O|nothing was"
                             " changed; make room .* 'detour prune'", size)
            self.assertIn("\na.example/ https://b.example/ 301\n", out)
            self.assertIn("\n1 1.map\n1.map\n", out)
            self.assertIn("release 2: 2 rules", out)
        self.assertGreater(failed, 4)

    def test_read_only_state(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.do("add", "b.example/", "https://b.example/", "301")
        before = self.snapshot()
        script = """
            mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"
            for c in show log status export; do
                "$2" --state "$1" $c; done
            for c in "add c.example/ - 410" "del a.example/" rollback; do
                if "$2" --state "$1" $c; then echo CHANGED; fi; done
            echo "x.example/ - 410" | "$2" --state "$1" import - ||
                echo refused
        """
        done = namespace(script, self.state, DETOUR)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, 0, err)
        self.assertEqual(out.count("a.example/ https://b.example/ 301\n"), 2)
        self.assertNotIn("CHANGED", out)
        self.assertIn("refused", out)
        self.assertEqual(err.count("Read-only file system"), 4, err)
        self.assertEqual(self.snapshot(), before)


if __name__ == "__main__":
    unittest.main()
