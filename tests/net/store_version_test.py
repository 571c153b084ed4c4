#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""State directories whose store an earlier detour wrote: read as they are, renewed
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
 max_age INTEGER NOT NULL, %s) WITHOUT ROWID;
INSERT INTO rule SELECT source, added, removed, target, code, max_age, flags,
 keys FROM now;
DROP TABLE now;
PRAGMA user_version = %d;
COMMIT;
VACUUM;
"""
# What differs, by version.
REST = {
    2: "query_drop INTEGER NOT NULL, tag TEXT, PRIMARY KEY(source, added)",
    3: "flags INTEGER NOT NULL, keys TEXT, PRIMARY KEY(source, added, flags)",
}
NOW = 4


class Of2(Case):
    """A store of version 2; the classes below say which other one."""

    of = 2

    def setUp(self):
        super().setUp()
        self.kept = "detour.db.version-%d" % self.of

    def build(self, more=0):
        self.do("import", "-", stdin="".join(
            "b%d.example/x https://n.example/%d 301\n" % (i, i)
            for i in range(more)) + "a.example - 410 tag=t\n")
        self.do("set", "a.example", "-", "410", "max-age=7")
        self.do("add", "c.example", "https://n.example", "307", "query=drop")
        self.former()

    def former(self):
        """Give the store the form of its version."""
        db = sqlite3.connect(self.path("detour.db"), isolation_level=None)
        db.executescript(FORMER % (REST[self.of], self.of))
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
        self.assertEqual(self.version(), self.of)
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
        self.assertIn(self.kept, self.err)
        self.assertEqual((self.version(), self.version(self.kept)),
                         (NOW, self.of))
        self.assertEqual(self.rows(self.kept), before)
        self.assertEqual(os.stat(self.path(self.kept)).st_mode,
                         os.stat(self.path("detour.db")).st_mode)
        self.assertEqual(self.shown(4), self.want[3].replace(
            "tag=t", 'tag=t note="a b"'))
        for release, rules in self.want.items():
            self.assertEqual(self.shown(release), rules)
        kept = self.digest(self.kept)
        self.do("rollback", "1")
        self.assertEqual(self.err, "")
        self.assertEqual(self.do("show"), self.want[1])
        self.do("rollback", "4")
        self.do("set", "--tag", "t", "header=A: b")
        self.assertEqual(self.digest(self.kept), kept)
        self.assertNotIn("store.tmp", self.names())
        self.assert_sound()

    def test_a_rollback_may_be_the_first_change(self):
        self.build()
        self.do("rollback", "1")
        self.assertEqual(self.do("show"), self.want[1])
        self.assertEqual((self.version(), self.version(self.kept)),
                         (NOW, self.of))
        self.assert_sound()

    def test_prune_removes_it(self):
        self.build(2000)
        self.do("add", "d.example", "-", "410")
        large = os.stat(self.path("detour.db")).st_size
        out = self.do("prune", "--keep", "9", "--dry-run")
        self.assertIn("would remove " + self.kept, out)
        self.assertIn(self.kept, self.names())
        out = self.do("prune", "--keep", "9")
        self.assertIn("removed " + self.kept, out)
        self.assertNotIn(self.kept, self.names())
        self.assertLess(os.stat(self.path("detour.db")).st_size, large)
        self.assertEqual(self.shown(1), self.want[1])
        self.assertNotIn("removed", self.do("prune", "--keep", "9"))
        self.assert_sound()

    def test_prune_tells_what_is_gone(self):
        self.build()
        self.do("add", "d.example", "-", "410")
        for name in ("detour.db.version-1", "store.tmp", "store.tmp-journal"):
            shutil.copy(self.path(self.kept), self.path(name))
        os.unlink(self.path(self.kept))
        os.mkdir(self.path(self.kept))
        both = (1, self.of)
        for dry, gone in ((["--dry-run"], both), ([], (1,)), ([], ())):
            with self.subTest(dry=dry, gone=gone):
                out = self.do("prune", "--keep", "9", *dry)
                self.assertEqual(
                    [n for n in both
                     if f"remove{'' if dry else 'd'} detour.db.version-{n}," in
                     out], list(gone))
                self.assertEqual(f"cannot remove {self.path(self.kept)}: " in
                                 self.err, not dry)
        os.rmdir(self.path(self.kept))
        self.do("prune", "--keep", "9")
        self.assertEqual(self.err, "")
        self.assertEqual(self.names(),
                         ["detour.db", "live", "lock", "maps", "servers"])

    def test_the_one_that_was_kept_can_be_used_again(self):
        self.build()
        self.do("add", "d.example", "-", "410")
        os.rename(self.path(self.kept), self.path("detour.db"))
        os.unlink(self.path("live"))
        self.assertEqual(self.do("show"), self.want[3])
        self.assertEqual(self.version(), self.of)

    def test_a_newer_one_is_refused_by_its_version(self):
        self.build()
        db = sqlite3.connect(self.path("detour.db"))
        db.execute("PRAGMA user_version = 6")
        db.commit()
        db.close()
        for args in (["show"], ["add", "b.example", "-", "410"],
                     ["prune", "--keep", "1"]):
            self.do(*args, code=1)
            self.assertIn("(version 6); this one reads versions 1 to 4",
                          self.err)

    def check_whole(self):
        """Old or new, and then what was is kept; all rules are there."""
        if self.version() == NOW:
            self.assertEqual(self.version(self.kept), self.of)
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
                self.assertEqual(self.version(), self.of)
                self.assertEqual(self.rows("detour.db"), before)
                self.assertNotIn("store.tmp", self.names())
                self.assertNotIn(self.kept, self.names())
        self.do("add", "d.example", "-", "410")
        self.check_whole()


class Of3(Of2):
    of = 3

    def test_keys_and_their_order(self):
        """Rules that were changed, with keys that 2 did not have."""
        self.do("import", "-", stdin='b.example - 410 note="a b"\n'
                'a.example https://n.example 301 tag=t header="A: b"\n')
        self.do("set", "a.example", "https://n.example", "301", "query=drop")
        self.do("set", "a.example", "https://n.example", "301", "query=keep")
        self.former()
        for release, rules in self.want.items():
            self.assertEqual(self.shown(release), rules)
        self.do("set", "b.example", "-", "410", "note=c")
        for release, rules in self.want.items():
            self.assertEqual(self.shown(release), rules)
        self.assertEqual(self.do("show"),
                         self.want[3].replace('"a b"', "c"))
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
