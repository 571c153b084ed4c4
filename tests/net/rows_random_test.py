#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes, drafts, cutovers, rollbacks and prunes by chance, over as many rules as
need rows of their own kinds (store_lent.h, store_few.h), against a model that
keeps each release whole. Cutovers are killed when they say that they are live, so
that a draft's rows are not yet written into the releases'. DETOUR_LONG=1 tells forty such stories, DETOUR_SEED=N
another one."""

import json
import os
import random
import subprocess
import time
import unittest

from commands import DETOUR, Case

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
        # A draft: the release that it began from, that one's rules, its rules.
        self.releases, self.drafts, self.steps = {0: {}}, {}, []
        self.live_rules, self.number = {"z.example/": "https://z.example/ 301"}, 0
        self.spans, self.kills = {}, False
        self.do("add", "z.example/", "https://z.example/", "301")
        self.made()

    def made(self):
        """What the model has is a release now, by whatever number."""
        self.number = self.live()
        self.releases[self.number] = dict(self.live_rules)

    def run_or_kill(self, *args, stdin=None):
        """Whether it ended; killed at a random moment of its time it may not."""
        span = self.spans.get(args[0])
        if not self.kills or span is None or self.random.random() < 0.6:
            begun = time.monotonic()
            self.do(*args, stdin=stdin)
            self.spans[args[0]] = time.monotonic() - begun
            return True
        self.steps.append("killed")
        with open(self.write("stdin", stdin or ""), "rb") as read, \
                subprocess.Popen([DETOUR, "--state", self.state, *args],
                                 stdin=read, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL) as process:
            time.sleep(1.2 * span * self.random.random())
            process.kill()
            return not process.wait()

    def change(self, rules, *args, stdin=None):
        """What makes these rules live, or is killed before it does."""
        done = self.run_or_kill(*args, stdin=stdin)
        if done or self.live() != self.number:
            self.live_rules = rules
            self.made()

    def change_draft(self, name, draft, *args, stdin=None):
        if not self.run_or_kill(*args, stdin=stdin):
            shown = self.run_detour("show", f"--draft={name}")
            if name not in self.drafts and shown.returncode:
                return
            if self.drafts.get(name, (None, None, None))[2] is not None and \
                    sorted(shown.stdout.decode().splitlines(True)) == sorted(
                        text_of(self.drafts[name][2]).splitlines(True)):
                return
        self.drafts[name] = draft

    def set(self):
        source = self.random.choice(list(self.live_rules))
        target = f"https://s.example/{self.random.randrange(10 ** 6)}"
        self.change(dict(self.live_rules, **{source: target + " 302"}),
                    "set", source, target, "302")

    def add(self):
        source = f"a.example/{len(self.steps)}"
        self.change(dict(self.live_rules,
                         **{source: "https://a.example/x 307"}),
                    "add", source, "https://a.example/x", "307")

    def delete(self):
        count = min(len(self.live_rules) - 1, self.random.choice([1, 3, 600]))
        gone = set(self.random.sample(list(self.live_rules), count))
        if gone:
            self.change({source: rest for source, rest
                         in self.live_rules.items() if source not in gone},
                        "del", "-", stdin="".join(
                            one + "\n" for one in sorted(gone)))

    def update(self):
        count = min(len(self.live_rules), self.random.choice([70, 700, 9000]))
        rest = f"https://u.example/{len(self.steps)} 301"
        changed = {source: rest for source in self.random.sample(
            list(self.live_rules), count)}
        self.change(dict(self.live_rules, **changed),
                    "import", "-", "--update", stdin=text_of(changed))

    def replace(self):
        rules = rules_of(f"r{len(self.steps)}")
        self.change(rules, "import", "-", "--replace", "--large",
                    stdin=text_of(rules))

    def draft_of_many(self):
        name = f"d{self.random.randrange(3)}"
        if name in self.drafts:
            self.do("draft", "drop", name)
            del self.drafts[name]
        rules = rules_of(f"d{len(self.steps)}")
        self.change_draft(
            name, (self.number, self.live_rules, rules), "import", "-",
            "--replace", "--large", f"--draft={name}", stdin=text_of(rules))

    def draft_of_one(self):
        name = f"d{self.random.randrange(3)}"
        base, was, rules = self.drafts.get(
            name, (self.number, self.live_rules, self.live_rules))
        source = f"b.example/{len(self.steps)}"
        self.change_draft(
            name, (base, was, dict(rules, **{
                source: "https://b.example/ 301"})),
            "add", source, "https://b.example/", "301", f"--draft={name}")

    def rebase(self):
        if not self.drafts:
            return
        name = self.random.choice(list(self.drafts))
        _, was, rules = self.drafts[name]
        now = dict(self.live_rules)
        for source in was.keys() | rules.keys():
            if source not in rules:
                now.pop(source, None)
            elif rules[source] != was.get(source):
                now[source] = rules[source]
        self.do("draft", "rebase", name, "--prefer", "draft")
        self.drafts[name] = self.number, self.live_rules, now

    def cutover(self):
        """Perhaps it is killed when it has just become live."""
        if not self.drafts:
            return
        name = self.random.choice(list(self.drafts))
        base, was, rules = self.drafts[name]
        # What has come back to where the draft began is not newer.
        same = was == self.live_rules
        with subprocess.Popen([DETOUR, "--state", self.state, "cutover", name,
                               "--large"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            said = process.stdout.readline()
            if said and self.random.random() < 0.7:
                self.steps.append("killed behind it")
                process.kill()
            _, err = process.communicate()
        if base == self.number:
            self.assertTrue(said, err)
        if said.startswith(b"release"):
            self.assertTrue(base == self.number or same, said)
            del self.drafts[name]
            self.live_rules = dict(rules)
            self.made()

    def rollback(self):
        number = self.random.choice(list(self.releases))
        if not self.releases[number]:
            return  # a set needs a rule
        self.change(dict(self.releases[number]), "rollback", str(number))

    def prune(self):
        self.do("prune", "--keep", str(self.random.choice([1, 2, 4, 100])))
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
        for name, (_, _, rules) in self.drafts.items():
            if self.random.random() < 0.3:
                self.shown(rules, f"--draft={name}")

    def tell(self, kills):
        steps = ([self.set] * 3 + [self.add] * 2 +
                 [self.delete, self.update, self.replace, self.rebase,
                  self.draft_of_many, self.draft_of_many, self.draft_of_one,
                  self.cutover, self.cutover, self.cutover, self.prune]
                 + [self.rollback] * 3)
        for seed in range(SEED, SEED + (40 if LONG else 1)):
            with self.subTest(seed=seed):
                self.begin(seed)
                self.replace()
                self.kills = kills
                for _ in range(STEPS):
                    step = self.random.choice(steps)
                    self.steps.append(step.__name__)
                    step()
                    self.look()
                self.assert_sound()

    def test_against_whole_releases(self):
        self.tell(False)

    def test_killed(self):
        """At random moments of single commands."""
        self.tell(True)

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
