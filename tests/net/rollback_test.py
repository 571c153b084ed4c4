#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a rollback says of itself: which release, and what it changed."""

import json
import random
import re
import unittest

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
