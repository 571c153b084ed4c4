#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The first change to a state directory whose sources are in the normal form
of detour 0.1.0."""

import os
import signal
import sqlite3
import struct
import subprocess
import time
import unittest
import zlib

from commands import DETOUR, Case
from serving import Client, Server, get

SCHEMA = """
PRAGMA page_size = 16384;
CREATE TABLE rule(source TEXT NOT NULL, added INTEGER NOT NULL,
 removed INTEGER, target TEXT NOT NULL, code INTEGER NOT NULL,
 max_age INTEGER NOT NULL, query_drop INTEGER NOT NULL, tag TEXT,
 PRIMARY KEY(source, added)) WITHOUT ROWID;
CREATE TABLE release(number INTEGER PRIMARY KEY, time INTEGER NOT NULL,
 user TEXT NOT NULL, command TEXT NOT NULL, message TEXT NOT NULL,
 added INTEGER NOT NULL, removed INTEGER NOT NULL, changed INTEGER NOT NULL,
 rules INTEGER NOT NULL, restores INTEGER);
PRAGMA application_id = 1685352306;
PRAGMA user_version = 1;
"""
HEADER = 864  # bytes of a map's header, which ends with form, a pad and crc

# source: (added, removed, target)
ROWS = [
    ("h/a%2Ab", 1, None, "https://n/star"),
    ("h/it's", 1, None, "https://n/its"),
    ("h/s?n=O'B", 1, None, "https://n/old"),
    ("h/s?n=O%27B", 1, 3, "https://n/new"),
    ("h/t?'=%27'", 1, None, "https://n/first"),
    ("h/t?%27='%27", 1, None, "https://n/second"),
    ("h/u?'", 2, 3, "https://n/gone"),
    ("other/x", 1, None, "https://n/x"),
]
RELEASES = [(1, 7, None), (2, 8, None), (3, 6, None), (4, 8, 2)]
LIVE = 4


class Former(Case):
    def setUp(self):
        super().setUp()
        self.build(ROWS)

    def build(self, rows, more=0):
        """A state directory of 0.1.0: each release's map is compiled."""
        for folder in "maps", "servers":
            os.makedirs(self.path(folder))
        open(self.path("lock"), "w", encoding="ascii").close()
        db = sqlite3.connect(self.path("detour.db"))
        db.executescript(SCHEMA)
        db.executemany(
            "INSERT INTO rule VALUES(?, ?, ?, ?, 302, 0, 0, NULL)", rows)
        db.executemany(
            "INSERT INTO rule VALUES('big/' || ?, 1, NULL, 'https://n/b', 302,"
            " 0, 0, NULL)", ((i,) for i in range(more)))
        db.executemany(
            "INSERT INTO release VALUES(?, 0, 'u', 'c', '', 0, 0, 0, ?, ?)",
            [(n, rules + more, restores) for n, rules, restores in RELEASES])
        db.commit()
        db.close()
        for release in 2, 3, 4:
            with open(self.path("live"), "w", encoding="ascii") as live:
                live.write("%d %d.map\n" % (release, release))
            db = sqlite3.connect(self.path("detour.db"))
            kept = db.execute("SELECT * FROM release WHERE number > ?",
                              (release,)).fetchall()
            db.execute("DELETE FROM release WHERE number > ?", (release,))
            db.commit()
            self.do("explain", "h/x")  # compiles what is missing
            self.assertIn("rebuilding", self.err)
            db.executemany("INSERT INTO release VALUES"
                           "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)
            db.commit()
            db.close()

    def rows(self, what="source"):
        db = sqlite3.connect(self.path("detour.db"))
        found = db.execute("SELECT %s FROM rule ORDER BY 1, added"
                           % what).fetchall()
        version, = db.execute("PRAGMA user_version").fetchone()
        db.close()
        return version, [row[0] for row in found]

    def form(self, release):
        with open(self.path("maps", "%d.map" % release), "rb") as file:
            header = file.read(HEADER)
        form, _, crc = struct.unpack("=III", header[-12:])
        self.assertEqual(zlib.crc32(header[:-4]), crc)
        return form

    def locations(self, *targets):
        """What a server sends for targets; None: a miss."""
        server = Server(self.state, "--threads", "1")
        try:
            with Client(server) as client:
                return [client.ask(get(target, "h")).headers.get("location")
                        for target in targets]
        finally:
            server.stop()


class Renewal(Former):
    def test_a_draft_is_the_first_change(self):
        """It renews the store, and what is live answers as before."""
        answers = [self.do("explain", url).split("Location: ")[1].split("\r")[0]
                   for url in ("h/it's", "h/s?n=O'B", "other/x")]
        self.do("add", "h/draft", "-", "410", "--draft")
        self.assertIn("the store of an earlier detour was renewed", self.err)
        self.assertEqual(self.live(), LIVE)
        self.assert_sound()
        self.assertEqual(
            [self.do("explain", url).split("Location: ")[1].split("\r")[0]
             for url in ("h/it's", "h/s?n=O'B", "other/x")], answers)
        wanted = self.do("show", "--draft")
        self.assertEqual(wanted, self.do("show").replace(
            "h/it's", "h/draft - 410\nh/it's"))
        self.do("cutover")
        self.assertEqual(self.do("show"), wanted)
        self.assert_sound()
        self.assertEqual(
            [self.do("explain", url).split("Location: ")[1].split("\r")[0]
             for url in ("h/it's", "h/s?n=O%27B", "other/x")][::2],
            answers[::2])

    def test_c12_reading_renews_nothing(self):
        before = self.rows()
        for args in (["show"], ["log"], ["status"], ["export"],
                     ["export", "--release", "1"], ["explain", "h/s?n=O'B"],
                     ["import", "--dry-run", "-"]):
            self.do(*args, stdin="h/z https://n/z 302\n")
        self.assertIn("h/s?n=O'B https://n/old 302\n", self.do("show"))
        self.assertEqual(
            self.locations("/it's", "/a*b", "/s?n=O%27B", "/u?'"),
            ["https://n/its", "https://n/star", "https://n/new", None])
        for args in (["add", "other/x", "https://n/x", "302"],
                     ["rollback", "4"]):
            self.assertIn("no change", self.do(*args))
        self.assertEqual(self.rows(), before)
        self.assertEqual([self.form(n) for n in (2, 3, 4)], [0, 0, 0])

    def test_c12_the_first_change_renews_the_sources(self):
        self.assertIn("release 5: 7 rules, 1 added, 0 removed, 0 changed",
                      self.do("add", "h/z", "https://n/z", "302",
                              "--message", "why"))
        self.assertIn("normal form of this one: 2", self.err)
        self.assertIn("h/s?n=O'B https://n/old 302 is removed: its source is "
                      "the same as h/s?n=O%27B, which stays", self.err)
        self.assertIn("h/t?'=%27' https://n/first 302 is removed: its source "
                      "is the same as h/t?%27=%27%27, which stays", self.err)
        log = self.do("log")
        self.assertIn("why (sources brought to the new normal form: 4, of "
                      "them the same as another and removed: 2)", log)
        self.assertEqual(
            self.do("show"),
            "h/a%2Ab https://n/star 302\nh/it's https://n/its 302\n"
            "h/s?n=O%27B https://n/new 302\n"
            "h/t?%27=%27%27 https://n/second 302\n"
            "h/u?%27 https://n/gone 302\nh/z https://n/z 302\n"
            "other/x https://n/x 302\n")
        self.assertEqual(
            self.locations("/a*b", "/a%2Ab", "/s?n=O'B", "/t?'=%27'", "/u?'",
                           "/it's"),
            ["https://n/star", "https://n/star", "https://n/new",
             "https://n/second", "https://n/gone", "https://n/its"])
        self.assert_sound()

    def test_c12_once(self):
        self.do("add", "h/z", "https://n/z", "302")
        self.assertIn("normal form", self.err)
        self.do("add", "h/y", "https://n/y", "302")
        self.assertEqual(self.err, "")
        self.assertEqual(self.rows()[0], 4)
        self.assertEqual([self.form(n) for n in (4, 5, 6)], [0, 1, 1])

    def test_c12_what_is_restored_is_in_the_new_form(self):
        """Also where a map of that release is there: it is in the old one."""
        self.do("add", "h/z", "https://n/z", "302")
        for release, rules, wanted in (
                (3, 5, ["https://n/old", "https://n/star", None]),
                (1, 5, ["https://n/new", "https://n/star", None]),
                (4, 6, ["https://n/new", "https://n/star",
                        "https://n/gone"])):
            self.assertRegex(self.do("rollback", str(release)),
                             r": %d rules, .*those of" % rules)
            self.assertEqual(self.locations("/s?n=O'B", "/a*b", "/u?'"),
                             wanted)
            self.assertEqual(len(self.do("show").splitlines()), rules)
            self.assertEqual(self.form(self.live()), 1)
            self.assert_sound()

    def test_c12_a_rollback_may_be_the_first_change(self):
        self.do("rollback", "3")
        self.assertIn("normal form", self.err)
        self.assertIn("normal form", self.do("log"))
        self.assertEqual(self.locations("/s?n=O'B", "/a*b", "/u?'"),
                         ["https://n/old", "https://n/star", None])
        self.assert_sound()

    def test_c12_the_change_meets_the_new_form(self):
        self.do("add", "h/u?%27", "https://n/else", "302", code=1)
        self.do("add", "h/u?'", "https://n/else", "302", code=1)
        self.assertEqual(self.rows()[0], 1)
        self.do("set", "h/u?'", "https://n/else", "302")
        self.do("del", "h/t?'=''", "h/s?n=O%27B")
        self.assertEqual(self.locations("/u?%27", "/t?'=''", "/s?n=O'B"),
                         ["https://n/else", None, None])
        self.assert_sound()

    def test_c12_a_large_release_is_compiled_whole_once(self):
        self.state = os.path.join(self.dir, "large")
        self.build(ROWS, 20000)
        self.do("add", "h/z", "https://n/z", "302")
        self.assertEqual(self.locations("/a*b", "/s?n=O'B"),
                         ["https://n/star", "https://n/new"])
        self.assertNotIn("over", self.do("status").split("servers")[0])
        self.do("add", "h/y", "https://n/y", "302")
        self.assertIn("over 5.map", self.do("status"))
        self.assertEqual(self.locations("/a*b", "/s?n=O'B", "/y"),
                         ["https://n/star", "https://n/new", "https://n/y"])
        self.assert_sound()

    def test_c12_killed_on_the_way(self):
        self.state = os.path.join(self.dir, "killed")
        self.build(ROWS, 5000)
        done = False
        for i in range(60):
            with subprocess.Popen([DETOUR, "--state", self.state, "add",
                                   "h/z", "https://n/z", "302"],
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                time.sleep(i * 0.0005)
                process.send_signal(signal.SIGKILL)
                process.communicate()
            version, sources = self.rows()
            self.assertEqual("h/s?n=O'B" in sources, version == 1)
            done = done or self.live() == 5
        self.do("set", "h/z", "https://n/z", "302")
        self.assertEqual(self.locations("/a*b", "/s?n=O'B", "/z"),
                         ["https://n/star", "https://n/new", "https://n/z"])
        self.assert_sound()

    def test_c12_nothing_can_be_written(self):
        before = self.rows()
        script = ('mount --bind "$1" "$1" && '
                  'mount -o remount,ro,bind "$1" && '
                  '"$2" --state "$1" show && '
                  '! "$2" --state "$1" add h/z https://n/z 302')
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", self.state, DETOUR],
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("h/s?n=O'B https://n/old 302", done.stdout)
        self.assertNotIn("normal form", done.stderr)
        self.assertEqual(self.rows(), before)

    def test_c12_an_old_spelling_that_is_too_long_stays(self):
        db = sqlite3.connect(self.path("detour.db"))
        source = "h/s?" + "'" * 7900
        db.execute("UPDATE rule SET source = ? WHERE source = ?",
                   (source, "h/u?'"))
        db.commit()
        db.close()
        self.do("add", "h/z", "https://n/z", "302")
        self.assertIn("has no normal form and matches nothing", self.err)
        self.assertIn(source, self.do("show"))
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
