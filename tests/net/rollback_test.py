#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a rollback says of itself: which release, and what it changed."""

import json
import random
import re
import time
import unittest
from datetime import datetime

from commands import Case, rules_text

MANY = "".join("h%d.example/* https://n.example/%d 301\n" % (i % 100, i)
               for i in range(100))


class Rollback(Case):
    def rows(self):
        return json.loads(self.do("log", "--json"))

    def counts(self, row):
        return row["added"], row["removed"], row["changed"]

    def check(self, out, named, counts):
        """The same in what is printed, in the log, and in JSON."""
        line = ", %d added, %d removed, %d changed" % counts
        behind = ", those of release %d" % named
        self.assertIn(line + behind, out)
        entry = self.do("log").splitlines()[1]
        self.assertTrue(entry.endswith(line + behind), entry)
        row = self.rows()[0]
        self.assertEqual((row["restores"], self.counts(row)), (named, counts))
        self.assertEqual(row["command"], "rollback %d" % named)

    def test_c8_what_goes_is_counted(self):
        self.do("add", "a.example", "-", "410")
        self.do("import", "-", "--replace", stdin=MANY)
        self.check(self.do("rollback"), 1, (1, 100, 0))
        self.check(self.do("rollback"), 2, (100, 1, 0))
        self.check(self.do("rollback", "0"), 0, (0, 100, 0))
        self.check(self.do("rollback", "1"), 1, (1, 0, 0))

    def test_c8_the_release_that_was_named(self):
        for i in range(3):
            self.do("add", "a%d.example" % i, "-", "410")
        self.check(self.do("rollback", "1"), 1, (0, 2, 0))       # 4
        self.check(self.do("rollback"), 3, (2, 0, 0))            # 5
        self.check(self.do("rollback", "4"), 4, (0, 2, 0))       # 6
        self.check(self.do("rollback"), 5, (2, 0, 0))            # 7
        self.check(self.do("rollback", "6"), 6, (0, 2, 0))       # 8
        self.check(self.do("rollback"), 7, (2, 0, 0))            # 9
        self.do("add", "b.example", "-", "410")
        self.check(self.do("rollback", "8"), 8, (0, 3, 0))

    HELD = re.compile(r"(?m)^  (\S+ \S+)  (\S+) \(max-age=(\d+)")

    def held(self, *args, stdin=None, code=0):
        """By host, how many seconds from now caches may hold what goes."""
        out = self.do_at_terminal(*args, stdin=stdin, code=code)
        now, held = time.time(), {}
        block = out.partition("caches may hold the permanent answer until\n")[2]
        for until, host, age in self.HELD.findall(block):
            seconds = datetime.fromisoformat(until).timestamp()
            self.assertAlmostEqual(seconds - now, int(age), delta=30)
            held[host] = int(age)
        return held

    def test_what_caches_hold(self):
        """Of all that takes permanent answers away; asked again behind it."""
        rules = ("a.example/1 https://n.example/1 301\n"
                 "a.example/2 https://n.example/2 301 max-age=90000\n"
                 "b.example - 410 max-age=300\nc.example https://n.example 307\n"
                 "d.example/1 https://n.example 308 max-age=0\n")
        self.do("import", "-", stdin=rules)
        self.assertEqual(self.held("set", "c.example", "https://o.example",
                                   "301"), {})
        self.assertEqual(self.held("set", "a.example/2", "https://n.example/2",
                                   "301", "tag=t"), {})
        self.assertEqual(self.held("log", "--caches"), {})
        self.assertIn("no cache may hold", self.do("log", "--caches"))
        every = {"a.example": 90000, "b.example": 300, "c.example": 3600}
        self.assertEqual(self.held("rollback", "0"), every)
        self.assertEqual(self.held("log", "--caches"), every)
        told = json.loads(self.do("log", "--caches", "--json"))
        self.assertEqual({x["host"]: x["max_age"] for x in told}, every)
        self.assertEqual(self.held("rollback"), {})
        self.assertEqual(self.held("log", "--caches"), {})
        self.assertEqual(self.held("del", "a.example/1", "--draft"), {})
        self.assertEqual(self.held("cutover", "--dry-run"), {})
        self.assertEqual(self.held("cutover"), {"a.example": 3600})
        self.assertEqual(self.held("del", "b.example", "--dry-run"), {})
        self.assertEqual(self.held("del", "b.example", "no.example", code=1), {})
        self.assertEqual(self.held("del", "b.example"), {"b.example": 300})
        self.assertEqual(self.held("set", "--host", "c.example", "307"),
                         {"c.example": 3600})
        self.assertEqual(self.held("log", "--caches"),
                         dict(every, **{"a.example": 3600}))
        self.assertEqual(self.held("import", "-", "--update", "--dry-run", stdin=(
            "a.example/2 https://n.example/2 301\n")), {})
        self.assertEqual(self.held("import", "-", "--update", stdin=(
            "a.example/2 https://n.example/2 301\nbad\n"), code=1), {})
        self.assertEqual(self.held("import", "-", "--replace", stdin="x - 410\n"),
                         {"a.example": 90000})

    def test_what_caches_hold_of_many(self):
        """In one, from the map: of the release before, an overlay over it."""
        many = "".join("h%d.example/%d https://n.example/ 301 max-age=%d\n" % (
            i % 100, i, i % 7 * 100) for i in range(9000))
        self.do("import", "-", stdin=many)
        self.do("set", "h1.example/1", "https://n.example/", "308",
                "max-age=7000")
        self.do("import", "-", "--replace", "--draft", "--large",
                stdin="x - 410\n")
        self.assertRegex(self.do_at_terminal("cutover", "--large"), r"(?m)^caches may hold permanent answers of release"
                              r" 2 until \S+ \S+ \(max-age=7000\)$")
        self.do("add", "y.example", "-", "410", "--draft")
        self.assertNotIn("caches", self.do_at_terminal("cutover"))

    def test_c8_changed_there_and_back_is_no_change(self):
        self.do("add", "a.example/x", "https://n.example/1", "301")
        self.do("set", "a.example/x", "https://n.example/2", "301")
        self.do("set", "a.example/x", "https://n.example/1", "301")
        self.do("add", "b.example", "-", "410")
        self.do("del", "b.example")
        self.assertIn("no change: release 5", self.do("rollback", "1"))
        self.check(self.do("rollback", "2"), 2, (0, 0, 1))
        self.check(self.do("rollback"), 5, (0, 0, 1))

    def test_c8_counts_against_a_model(self):
        """Of every command that makes a release."""
        for seed in range(3):
            rng = random.Random(seed)
            self.state = "%s/s%d" % (self.dir, seed)
            model = [{}]
            for _ in range(50):
                rules = dict(model[-1])
                kind = rng.choice("add set del import replace rollback"
                                  " rollback".split())
                source = "h%d.example/%d" % (rng.randrange(3),
                                             rng.randrange(6))
                value = "https://t.example/%d %s tag=%s" % (
                    rng.randrange(2), rng.choice(("301", "302")),
                    rng.choice("ab"))
                stdin = ""
                if kind == "rollback" and len(model) > 1:
                    number = rng.randrange(len(model))
                    args, rules = [kind, str(number)], dict(model[number])
                elif kind == "del" and source in rules:
                    args = [kind, source]
                    del rules[source]
                elif kind == "replace":
                    rules = {s: value for s in rng.sample(
                        ["h%d.example/%d" % (i, j) for i in range(3)
                         for j in range(6)], rng.randrange(1, 9))}
                    args = ["import", "-", "--replace"]
                    stdin = rules_text(rules)
                elif kind in ("add", "import") and source in rules:
                    continue
                elif kind == "import":
                    args = ["import", "-"]
                    stdin = "%s %s\n" % (source, value)
                    rules[source] = value
                elif kind in ("add", "set"):
                    args = [kind, source, *value.split()]
                    rules[source] = value
                else:
                    continue
                out = self.do(*args, stdin=stdin)
                if "no change" in out:
                    self.assertEqual(rules, model[-1])
                    continue
                before = model[-1]
                model.append(rules)
                wanted = (len(rules.keys() - before.keys()),
                          len(before.keys() - rules.keys()),
                          sum(before[s] != rules[s]
                              for s in before.keys() & rules.keys()))
                self.assertEqual(
                    tuple(map(int, re.search(
                        r"(\d+) added, (\d+) removed, (\d+) changed",
                        out).groups())), wanted, args)
                self.assertEqual(self.counts(self.rows()[0]), wanted, args)
            self.assertGreater(len(model), 20)


if __name__ == "__main__":
    unittest.main()
