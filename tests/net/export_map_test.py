#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Getting the rules out of a map when the store is lost."""

import os
import random
import struct
import unittest

from commands import Case

RULES = """
old.example https://n.example 301 tag=a
old.example/a https://n.example/x?y=%25 302 query=drop
old.example/a? https://n.example/empty 303
old.example/a?b=1&c https://n.example/q 307 max-age=0
old.example/a?b=2 https://n.example/q 301 max-age=7
old.example/blog* https://n.example/b* 308 tag=b
old.example/blog/* https://n.example/?q=* 301 max-age=0
old.example/blog/deep/* https://n.example/one 301 query=drop max-age=2147483647
old.example/gone - 410 max-age=5
old.example/gone/* - 410
old.example/%2A/%E2%82%AC - pass
old.example/.well-known/* - pass
*.old.example/* https://n.example/sub/* 301
*.old.example/x/y https://n.example:8080/ 308
*/any - 410
* https://fall.example/* 302
*/same https://*:8443/%7e/../x#y 302
*.w.example HTTPS://*.N.example. 301
*.w.example/a/* https://*.n.example/*?b=%2a#c?d 302 query=drop
w.example/f https://n.example/#top 301
w.example/g/* https://n.example/?q=*# 302
192.0.2.7/x http://n.example/v4 301
[2001:db8::1]/* http://[2001:db8::2]/* 301
""" + "".join("long%d.example/%s/* https://n.example/%s/* 301\n" % (
    i, "p" * (40 * i), "q" * (190 * i)) for i in range(40))

# The sections of a map, and those without which no rule can be had.
SECTIONS = ["hosts' buckets", "hosts", "rules' buckets", "rules", "texts",
            "answers"]
NEEDED = {"hosts", "rules", "texts", "answers"}


class ExportMap(Case):
    def lose_store(self):
        os.unlink(self.path("detour.db"))

    def map_path(self):
        with open(self.path("live"), encoding="ascii") as live:
            return self.path("maps", live.read().split()[1])

    def untagged(self, text):
        return "".join(" ".join(x for x in line.split(" ")
                                if not x.startswith("tag=")) + "\n"
                       for line in text.splitlines())

    def section(self, path, name):
        """Where a section of a map file begins, and how long it is."""
        with open(path, "rb") as file:
            header = file.read(864)
        at = (8 + 4 + 4 + 8 + 8 + 8 + 16 + 2 * 16 +
              SECTIONS.index(name) * 24)
        return struct.unpack_from("=QQ", header, at)

    def damage(self, path, at, byte=0xff):
        with open(path, "r+b") as file:
            file.seek(at)
            was = file.read(1)[0]
            file.seek(at)
            file.write(bytes([was ^ byte]))

    def test_c9_round_trip(self):
        self.do("import", "-", stdin=RULES)
        wanted = self.do("export")
        csv = self.do("export", "--format", "csv")
        self.assertEqual(self.do("export", "--map"), self.untagged(wanted))
        self.lose_store()
        rules = self.do("export", "--map")
        self.assertEqual(rules, self.untagged(wanted))
        self.assertIn("no tags", self.err)
        self.assertEqual(
            self.do("export", "--map", "--format", "csv").count("\n"),
            csv.count("\n"))
        lost = self.state
        self.state = self.dir + "/other"
        self.do("import", "-", stdin=rules)
        self.assertEqual(self.do("show"), self.untagged(wanted))
        self.assertEqual(
            self.do("export", "--map", lost + "/maps/1.map"), rules)
        self.assertEqual(self.do("export", "--map"), rules)

    def test_c9_other_commands_name_it(self):
        self.do("add", "a.example", "-", "410")
        self.lose_store()
        for args in (["show"], ["export"], ["log"], ["rollback"],
                     ["add", "b.example", "-", "410"],
                     ["del", "a.example"], ["prune", "--keep", "1"],
                     ["import", "-", "--dry-run"]):
            self.do(*args, code=1, stdin="b.example - 410\n")
            self.assertIn("detour export --map", self.err, args)
        self.assertIn("detour export --map", self.do("status", code=1))
        for junk in (b"", b"no database" * 1000):
            with open(self.path("detour.db"), "wb") as out:
                out.write(junk)
            self.do("show", code=1)
            self.assertIn("detour export --map", self.err, junk[:9])
            self.assertEqual(self.do("export", "--map"), "a.example/* - 410\n")

    def test_c9_over_a_base(self):
        rng = random.Random(9)
        self.do("import", "-", stdin=RULES + "".join(
            "h%d.example/%d https://n.example/%d 301\n" % (
                i % 4000, i, i) for i in range(12000)))
        for i in range(12):
            self.do("set", "h%d.example/new" % rng.randrange(4000),
                    "https://n.example/new", "302")
        self.do("del", "h7.example/7", "h7.example/4007", "h7.example/8007")
        self.do("del", "[2001:db8::1]", "*/any")
        self.do("set", "*.h9.example", "-", "410")
        self.assertIn("over", self.do("status"))
        wanted = self.untagged(self.do("export"))
        self.lose_store()
        self.assertEqual(self.do("export", "--map"), wanted)
        # Without the base, what stands in the overlay, and what is lost.
        base = self.path("maps", "1.map")
        self.damage(base, self.section(base, "rules")[0] + 5000)
        out = self.do("export", "--map", code=1)
        self.assertIn("1.map is damaged: rules", self.err)
        self.assertIn("%d of %d rules cannot be had: those that changed lately"
                      " are above" % (
                          wanted.count("\n") - out.count("\n"),
                          wanted.count("\n")), self.err)
        self.assertIn("*.h9.example/* - 410\n", out)
        self.assertLess(set(out.splitlines()), set(wanted.splitlines()))
        os.unlink(base)
        self.assertEqual(self.do("export", "--map", code=1), out)

    def test_c9_without_live(self):
        self.do("export", "--map", code=1)
        self.do("add", "a.example", "-", "410")
        self.do("add", "b.example", "-", "410")
        wanted = self.do("show")
        self.lose_store()
        os.unlink(self.path("live"))
        self.assertEqual(self.do("export", "--map"), wanted)
        self.assertIn("maps/2.map is the newest map", self.err)
        self.assertEqual(
            self.do("export", "--map", self.path("maps", "1.map")),
            "a.example/* - 410\n")
        with open(self.path("live"), "wb") as out:
            out.write(b"\0\0")
        self.assertEqual(self.do("export", "--map"), wanted)
        with open(self.path("live"), "wb") as out:
            out.write(b"3 -\n")
        self.assertEqual(self.do("export", "--map"), "")
        self.assertIn("release 3 has no rules", self.err)
        with open(self.path("live"), "wb") as out:
            out.write(b"3 3.map\n")
        self.do("export", "--map", code=1)
        self.assertIn("3.map", self.err)

    def test_c9_nothing_begins_anew_over_maps(self):
        """Neither live nor a store: no command may hide or remove the maps,
        which a server answers from."""
        self.do("add", "a.example", "-", "410")
        self.do("add", "b.example", "-", "410")
        wanted = self.do("show")
        for live, db in ((None, None), (b"\0", None), (None, b""),
                         (b"2 2.m", b"")):
            for name, data in ("live", live), ("detour.db", db):
                if os.path.exists(self.path(name)):
                    os.unlink(self.path(name))
                if data is not None:
                    with open(self.path(name), "wb") as out:
                        out.write(data)
            for args in (["status"], ["show"], ["log"], ["rollback", "0"],
                         ["explain", "a.example"], ["prune", "--keep", "1"],
                         ["add", "c.example", "-", "410"],
                         ["add", "c.example", "-", "410", "--dry-run"],
                         ["import", "-", "--replace"],
                         ["serve", "--listen", "127.0.0.1:0"]):
                with self.subTest(args=args, live=live, db=db):
                    self.do(*args, code=1, stdin="c.example - 410\n")
                    self.assertIn("detour export --map", self.err)
                    self.assertEqual(self.do("export", "--map"), wanted)
        for name in os.listdir(self.path("maps")):
            os.unlink(self.path("maps", name))
        self.do("add", "c.example", "-", "410")

    def test_c9_damaged_is_never_garbage(self):
        """Whatever byte of a map is wrong, what comes out was in it; and all
        does if the byte is a bucket's: slots are gone through one by one."""
        self.do("import", "-", stdin=RULES)
        wanted = set(self.untagged(self.do("export")).splitlines())
        self.lose_store()
        path = self.map_path()
        rng = random.Random(1)
        for name in SECTIONS:
            offset, size = self.section(path, name)
            for _ in range(60):
                at, byte = offset + rng.randrange(size), rng.randrange(1, 256)
                with self.subTest(name=name, at=at, byte=byte):
                    self.damage(path, at, byte)
                    done = self.run_detour("export", "--map")
                    out = done.stdout.decode().splitlines()
                    self.assertIn(done.returncode, (0, 1), done.stderr)
                    self.assertLessEqual(set(out), wanted)
                    self.assertEqual(len(out), len(set(out)))
                    self.assertEqual(done.returncode == 0,
                                     len(out) == len(wanted))
                    if name in NEEDED:
                        self.assertEqual((out, done.returncode), ([], 1))
                        self.assertIn(f"damaged: {name}".encode(), done.stderr)
                    else:
                        self.assertEqual(done.returncode, 0)
                    self.damage(path, at, byte)
        self.damage(path, 30)
        self.do("export", "--map", code=1)
        self.damage(path, 30)
        os.truncate(path, os.stat(path).st_size - 4096)
        self.do("export", "--map", code=1)
        self.do("export", "--map", self.path("live"), code=1)
        self.do("export", "--map", "/nonexistent", code=1)
        self.do("export", "--map", "--release", "1", code=2)
        self.do("export", "--map", "a", "b", code=2)


if __name__ == "__main__":
    unittest.main()
