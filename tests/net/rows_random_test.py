#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes, drafts, cutovers, rollbacks and prunes by chance, over as many rules as
need rows of their own kinds (store_lent.h, store_few.h), against a model that
keeps each release whole. DETOUR_LONG=1 tells forty such stories, DETOUR_SEED=N
another one."""

import json
import os
import random
import unittest

from commands import Case

LONG = os.environ.get("DETOUR_LONG") == "1"
SEED = int(os.environ.get("DETOUR_SEED", "13"))
BIG = 18000
STEPS = 40 if LONG else 16


def rules_of(word):
    return {f"h{i % 50}.example/p{i}": f"https://n.example/{word}/{i} 301"
            for i in range(BIG)}


def text_of(rules):
    return "".join(f"{source} {rest}\n" for source, rest in rules.items())


class Rows(Case):
    def begin(self, seed):
        self.state = os.path.join(self.dir, f"state{seed}")
        self.random = random.Random(seed)
        self.releases, self.drafts, self.steps = {0: {}}, {}, []
        self.live_rules, self.number = {"z.example/": "https://z.example/ 301"}, 0
        self.do("add", "z.example/", "https://z.example/", "301")
        self.made()

    def made(self):
        """What the model has is a release now, by whatever number."""
        self.number = json.loads(self.do("status", "--json"))["release"]
        self.releases[self.number] = dict(self.live_rules)

    def set(self):
        source = self.random.choice(list(self.live_rules))
        target = f"https://s.example/{self.random.randrange(10 ** 6)}"
        self.do("set", source, target, "302")
        self.live_rules[source] = target + " 302"
        self.made()

    def add(self):
        source = f"a.example/{len(self.steps)}"
        self.do("add", source, "https://a.example/x", "307")
        self.live_rules[source] = "https://a.example/x 307"
        self.made()

    def delete(self):
        count = min(len(self.live_rules) - 1, self.random.choice([1, 3, 600]))
        gone = self.random.sample(list(self.live_rules), count)
        if gone:
            self.do("del", "-", stdin="".join(one + "\n" for one in gone))
            for source in gone:
                del self.live_rules[source]
            self.made()

    def update(self):
        count = min(len(self.live_rules), 700)
        rest = f"https://u.example/{len(self.steps)} 301"
        changed = {source: rest for source in self.random.sample(
            list(self.live_rules), count)}
        self.do("import", "-", "--update", stdin=text_of(changed))
        self.live_rules.update(changed)
        self.made()

    def replace(self):
        self.live_rules = rules_of(f"r{len(self.steps)}")
        self.do("import", "-", "--replace", "--large",
                stdin=text_of(self.live_rules))
        self.made()

    def draft_of_many(self):
        name = f"d{self.random.randrange(3)}"
        if name in self.drafts:
            self.do("draft", "drop", name)
        rules = rules_of(f"d{len(self.steps)}")
        self.do("import", "-", "--replace", "--large", f"--draft={name}",
                stdin=text_of(rules))
        self.drafts[name] = self.number, rules

    def draft_of_one(self):
        name = f"d{self.random.randrange(3)}"
        base, rules = self.drafts.get(name, (self.number, self.live_rules))
        source = f"b.example/{len(self.steps)}"
        self.do("add", source, "https://b.example/", "301", f"--draft={name}")
        self.drafts[name] = base, dict(rules, **{
            source: "https://b.example/ 301"})

    def cutover(self):
        if not self.drafts:
            return
        name = self.random.choice(list(self.drafts))
        base, rules = self.drafts[name]
        # What has come back to where the draft began is not newer.
        same = self.releases.get(base) == self.live_rules
        done = self.run_detour("cutover", name, "--large")
        if base == self.number:
            self.assertEqual(done.returncode, 0, done.stderr)
        if done.returncode == 0:
            self.assertTrue(base == self.number or same, done.stdout)
            del self.drafts[name]
            self.live_rules = dict(rules)
            self.made()

    def rollback(self):
        number = self.random.choice(list(self.releases))
        self.do("rollback", str(number))
        if self.releases[number]:
            self.live_rules = dict(self.releases[number])
            self.made()
        else:
            self.do("rollback", str(self.number))  # a set needs a rule
            self.made()

    def prune(self):
        self.do("prune", "--keep", str(self.random.choice([1, 2, 4])))
        left = {one["release"] for one in json.loads(self.do("log", "--json"))}
        for number in list(self.releases):
            if number and number not in left:
                del self.releases[number]

    def shown(self, rules, *args):
        self.assertEqual(sorted(self.do("show", *args).splitlines(True)),
                         sorted(text_of(rules).splitlines(True)),
                         (args, self.steps))

    def look(self):
        self.shown(self.live_rules)
        number = self.random.choice(list(self.releases))
        if number and self.random.random() < 0.3:
            self.shown(self.releases[number], "--release", str(number))
        listed = json.loads(self.do("draft", "list", "--json"))
        self.assertEqual({one["draft"] for one in listed}, set(self.drafts),
                         self.steps)
        for name, (_, rules) in self.drafts.items():
            if self.random.random() < 0.3:
                self.shown(rules, f"--draft={name}")

    def test_against_whole_releases(self):
        steps = ([self.set] * 2 + [self.add, self.delete, self.update,
                                   self.replace, self.draft_of_many,
                                   self.draft_of_one, self.cutover, self.prune]
                 + [self.rollback] * 3)
        for seed in range(SEED, SEED + (40 if LONG else 1)):
            with self.subTest(seed=seed):
                self.begin(seed)
                self.replace()
                for _ in range(STEPS):
                    step = self.random.choice(steps)
                    self.steps.append(step.__name__)
                    step()
                    self.look()
                self.assert_sound()

    def test_a_draft_s_name_is_free_when_what_it_became_is_pruned(self):
        self.begin(0)
        self.replace()
        first = self.number
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "b.example/", "https://b.example/", "301", "--draft=d")
        self.do("rollback", str(first))
        self.do("draft", "rebase", "d")
        self.do("cutover", "d")
        for i in range(3):
            self.do("set", "b.example/", f"https://b.example/{i}", "301")
        self.do("prune", "--keep", "1")
        self.assertEqual(json.loads(self.do("draft", "list", "--json")), [])
        self.do("add", "c.example/", "https://c.example/", "301", "--draft=d")
        self.assertIn("c.example/", self.do("diff", "live", "draft:d"))
        self.assertNotIn("a.example/", self.do("diff", "live", "draft:d"))


if __name__ == "__main__":
    unittest.main()
