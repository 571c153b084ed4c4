#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""State directories whose store is that of detour 0.2.0: read as they are, renewed
by the first change, kept beside until prune."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import DETOUR, Case

FORMER = """
BEGIN;
ALTER TABLE rule RENAME TO now;
CREATE TABLE rule(source TEXT NOT NULL, added INTEGER NOT NULL,
 removed INTEGER, target TEXT NOT NULL, code INTEGER NOT NULL,
 max_age INTEGER NOT NULL, query_drop INTEGER NOT NULL, tag TEXT,
 PRIMARY KEY(source, added)) WITHOUT ROWID;
INSERT INTO rule SELECT source, added, removed, target, code, max_age, flags,
 keys FROM now;
DROP TABLE now;
PRAGMA user_version = 2;
COMMIT;
VACUUM;
"""
KEPT = "detour.db.version-2"


class Version(Case):
    def build(self, more=0):
        self.do("import", "-", stdin="".join(
            "b%d.example/x https://n.example/%d 301\n" % (i, i)
            for i in range(more)) + "a.example - 410 tag=t\n")
        self.do("set", "a.example", "-", "410", "max-age=7")
        self.do("add", "c.example", "https://n.example", "307", "query=drop")
        db = sqlite3.connect(self.path("detour.db"), isolation_level=None)
        db.executescript(FORMER)
        db.close()
        self.want = {n: self.shown(n) for n in (1, 2, 3)}

    def shown(self, release):
        return self.do("show", "--release", str(release))

    def digest(self, name="detour.db"):
        with open(self.path(name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def version(self, name="detour.db"):
        db = sqlite3.connect("file:%s?mode=rw" % self.path(name), uri=True)
        version, = db.execute("PRAGMA user_version").fetchone()
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(),
                         [("ok",)])
        db.close()
        return version

    def rows(self, name):
        db = sqlite3.connect("file:%s?mode=ro" % self.path(name), uri=True)
        rows = [db.execute("SELECT * FROM %s ORDER BY 1, 2" % table).fetchall()
                for table in ("rule", "release")]
        db.close()
        return rows

    def names(self):
        return sorted(os.listdir(self.state))

    def test_it_is_read_as_it_is(self):
        self.build()
        before, names = self.digest(), self.names()
        for args in (["show"], ["show", "--json"], ["export"], ["log"],
                     ["export", "--format", "csv"], ["status"],
                     ["explain", "a.example/x"], ["prune", "--keep", "9"],
                     ["import", "--dry-run", "-"],
                     ["set", "a.example", "-", "410", "note=x", "--dry-run"],
                     ["set", "a.example", "-", "410", "max-age=7"],
                     ["rollback", "3"]):
            self.do(*args, stdin="z.example - 410 note=x\n")
        self.assertEqual(self.shown(3),
                         "a.example/* - 410 max-age=7 tag=t\n"
                         "c.example/* https://n.example/* 307 query=drop\n")
        self.assertEqual(self.version(), 2)
        self.assertEqual((self.digest(), self.names()), (before, names))

    def test_a_reader_goes_on_while_it_is_renewed(self):
        self.build(20000)
        with subprocess.Popen(
                [DETOUR, "--state", self.state, "show", "--release", "1"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                bufsize=0) as reader:
            first = reader.stdout.readline()
            self.do("add", "d.example", "-", "410", "note=x")
            rest, err = reader.communicate(timeout=60)
        self.assertEqual((reader.returncode, err), (0, b""))
        self.assertEqual((first + rest).decode(), self.want[1])

    def test_the_first_change_keeps_it(self):
        self.build()
        before = self.rows("detour.db")
        self.do("set", "a.example", "-", "410", "note=a b")
        self.assertIn(KEPT, self.err)
        self.assertEqual((self.version(), self.version(KEPT)), (3, 2))
        self.assertEqual(self.rows(KEPT), before)
        self.assertEqual(os.stat(self.path(KEPT)).st_mode,
                         os.stat(self.path("detour.db")).st_mode)
        self.assertEqual(self.shown(4), self.want[3].replace(
            "tag=t", 'tag=t note="a b"'))
        for release, rules in self.want.items():
            self.assertEqual(self.shown(release), rules)
        kept = self.digest(KEPT)
        self.do("rollback", "1")
        self.assertEqual(self.err, "")
        self.assertEqual(self.do("show"), self.want[1])
        self.do("rollback", "4")
        self.do("set", "--tag", "t", "header=A: b")
        self.assertEqual(self.digest(KEPT), kept)
        self.assertNotIn("store.tmp", self.names())
        self.assert_sound()

    def test_a_rollback_may_be_the_first_change(self):
        self.build()
        self.do("rollback", "1")
        self.assertEqual(self.do("show"), self.want[1])
        self.assertEqual((self.version(), self.version(KEPT)), (3, 2))
        self.assert_sound()

    def test_prune_removes_it(self):
        self.build(2000)
        self.do("add", "d.example", "-", "410")
        large = os.stat(self.path("detour.db")).st_size
        out = self.do("prune", "--keep", "9", "--dry-run")
        self.assertIn("would remove " + KEPT, out)
        self.assertIn(KEPT, self.names())
        out = self.do("prune", "--keep", "9")
        self.assertIn("removed " + KEPT, out)
        self.assertNotIn(KEPT, self.names())
        self.assertLess(os.stat(self.path("detour.db")).st_size, large)
        self.assertEqual(self.shown(1), self.want[1])
        self.assertNotIn("removed", self.do("prune", "--keep", "9"))
        self.assert_sound()

    def test_prune_tells_what_is_gone(self):
        self.build()
        self.do("add", "d.example", "-", "410")
        for name in ("detour.db.version-1", "store.tmp", "store.tmp-journal"):
            shutil.copy(self.path(KEPT), self.path(name))
        os.unlink(self.path(KEPT))
        os.mkdir(self.path(KEPT))
        both = (1, 2)
        for dry, gone in ((["--dry-run"], both), ([], (1,)), ([], ())):
            with self.subTest(dry=dry, gone=gone):
                out = self.do("prune", "--keep", "9", *dry)
                self.assertEqual(
                    [n for n in both
                     if f"remove{'' if dry else 'd'} detour.db.version-{n}," in
                     out], list(gone))
                self.assertEqual(f"cannot remove {self.path(KEPT)}: " in
                                 self.err, not dry)
        os.rmdir(self.path(KEPT))
        self.do("prune", "--keep", "9")
        self.assertEqual(self.err, "")
        self.assertEqual(self.names(),
                         ["detour.db", "live", "lock", "maps", "servers"])

    def test_the_one_that_was_kept_can_be_used_again(self):
        self.build()
        self.do("add", "d.example", "-", "410")
        os.rename(self.path(KEPT), self.path("detour.db"))
        os.unlink(self.path("live"))
        self.assertEqual(self.do("show"), self.want[3])
        self.assertEqual(self.version(), 2)

    def test_a_newer_one_is_refused_by_its_version(self):
        self.build()
        db = sqlite3.connect(self.path("detour.db"))
        db.execute("PRAGMA user_version = 4")
        db.commit()
        db.close()
        for args in (["show"], ["add", "b.example", "-", "410"],
                     ["prune", "--keep", "1"]):
            self.do(*args, code=1)
            self.assertIn("(version 4); this one reads versions 1 to 3",
                          self.err)

    def check_whole(self):
        """Old or new, and then what was is kept; all rules are there."""
        if self.version() == 3:
            self.assertEqual(self.version(KEPT), 2)
        for release, rules in self.want.items():
            self.assertEqual(self.shown(release), rules)

    def test_killed_on_the_way(self):
        self.build(5000)
        base = self.dir + "/base"
        os.rename(self.state, base)
        delay, ended = 0.001, False
        while not ended:
            subprocess.run(["rm", "-rf", self.state], check=True)
            subprocess.run(["cp", "-a", base, self.state], check=True)
            with subprocess.Popen([DETOUR, "--state", self.state, "add",
                                   "d.example", "-", "410", "note=x"],
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(delay)
                process.send_signal(signal.SIGKILL)
                ended = process.wait(60) == 0
            delay = delay * 1.15 + 0.0005
            with self.subTest(delay=delay):
                self.check_whole()
        self.do("add", "e.example", "-", "410")
        self.check_whole()
        self.assertNotIn("store.tmp", self.names())
        self.assert_sound()

    def test_a_full_disk(self):
        self.build(3000)
        before, log = self.rows("detour.db"), self.do("log")
        size = os.stat(self.path("detour.db")).st_size
        script = ('mount -t tmpfs -o size=$3 tmpfs /mnt && '
                  'cp -a "$1"/. /mnt && '
                  '! "$2" --state /mnt add d.example - 410 && '
                  '"$2" --state /mnt log && rm -rf "$1" && cp -a /mnt "$1"')
        whole = sum(os.stat(os.path.join(folder, name)).st_size
                    for folder, _, names in os.walk(self.state)
                    for name in names)
        for room in (size // 4, size // 2, size, 3 * size // 2, 2 * size):
            with self.subTest(room=room):
                done = subprocess.run(
                    ["unshare", "-m", "sh", "-c", script, "sh", self.state,
                     DETOUR, str(whole + room)], capture_output=True,
                    text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, log)
                self.assertRegex(done.stderr, "full|space")
                self.assertEqual(self.version(), 2)
                self.assertEqual(self.rows("detour.db"), before)
                self.assertNotIn("store.tmp", self.names())
                self.assertNotIn(KEPT, self.names())
        self.do("add", "d.example", "-", "410")
        self.check_whole()


if __name__ == "__main__":
    unittest.main()
