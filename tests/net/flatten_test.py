#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rules that lead to the ends of their chains: no client ends elsewhere."""

import os
import random
import shlex
import unittest

from commands import Case
from model import Model, rules_of

SEED = int(os.environ.get("DETOUR_SEED", random.randrange(1 << 32)))
SETS = 1500 if os.environ.get("DETOUR_LONG") else 250
HOSTS = ["a.x", "b.x", "c.x", "d.x"]
SOURCES = HOSTS * 8 + ["*.b.x", "*.x", "*"]
PATHS = ["/", "/p", "/p/", "/p/q", "/p/q/", "/q", "/q/..r", "/P", "/pp"]
QUERIES = ["", "", "", "?", "?a=1", "?a=1&b", "?c"]
CODES = ["301", "302", "303", "307", "308", "301/308", "302/307"]
END = "e.test"  # of chains: no rules


def random_rule(rng):
    """(source, target, code, keys)"""
    host, path, keys = rng.choice(SOURCES), rng.choice(PATHS), {}
    kind = rng.random()
    if kind < .35:
        path = rng.choice(["/", "/", "/p/", "/p", "/q/", "/p/q/"]) + "*"
    elif kind < .45:
        path += rng.choice(["?a=1", "?a=1&*", "?"])
    elif kind < .52:
        path = rng.choice(["/{n}", "/p/{n}", "/{n}/*", "/{n:digits}"])
    if rng.random() < .03 and "{" not in path:
        keys["case"] = "ignore"
    if rng.random() < .15:
        keys["scheme"] = rng.choice(["http", "https"])
    if host == "*" and rng.random() < .5:
        return host + path, "-", "pass", {**keys, "first": "yes"}
    if rng.random() < .12:
        return host + path, "-", rng.choice(["410", "pass"]), keys
    if rng.random() < .15:
        keys["query"] = "drop"
    if rng.random() < .1:
        keys["max_age"] = str(rng.randrange(9999))
    target = rng.choice(PATHS)
    if "*" in path and "?" not in path and rng.random() < .75:
        target = rng.choice(["/", "/", "/p/", "/q/", "/p", "/?r="]) + "*"
    elif "{n" in path and rng.random() < .5:
        target = "/p/{n}"
    elif rng.random() < .1:
        target += rng.choice(["?x=1", "#f"])
    to = rng.choice(HOSTS + [END, "u.b.x"])
    if host.startswith("*.") and rng.random() < .2:
        to = "*." + rng.choice(["b.x", "x", END])
    return host + path, "%s://%s%s" % (rng.choice(["http", "https"]), to,
                                       target), rng.choice(CODES), keys


def line_of(source, target, code, keys):
    return " ".join([source, target, code] + [
        "%s=%s" % (key.replace("_", "-"), value)
        for key, value in keys.items()])


def line_read(line):
    """A rule as check prints it."""
    source, target, code, *keys = shlex.split(line)
    return source, target, code, {
        key.replace("-", "_"): value
        for key, value in (one.split("=", 1) for one in keys)}


def follow(model, url, method):
    """Where a client ends: (URL, method, status) and how many redirects it
    took; None where it does not."""
    fragment = ""
    for hop in range(25):
        scheme, rest = url.split("://")
        rest, mark, new = rest.partition("#")
        fragment = mark + new if mark else fragment
        cut = min(rest.find(c) % (len(rest) + 1) for c in "/?")
        host, target = rest[:cut], rest[cut:]
        if not target.startswith("/"):
            target = "/" + target
        status, location, _ = model.answer(host, target, method, scheme)
        if location is None:
            return (scheme, host, target, fragment, method, status), hop
        if status == 303 or (status in (301, 302) and method == "POST"):
            method = "GET" if method != "HEAD" else method
        url = location
    return None, 25


class Random(Case):
    def test_no_client_ends_elsewhere(self):
        rng = random.Random(SEED)
        shorter = told = 0
        for number in range(SETS):
            with self.subTest(seed=SEED, number=number):
                one, two = self.one_set(rng)
                shorter += one
                told += two
        self.assertGreater(shorter, SETS // 8)
        self.assertGreater(told, SETS // 8)

    def one_set(self, rng):
        rules, lines = [], []
        places = set()
        for _ in range(rng.randrange(2, 9)):
            rule = random_rule(rng)
            place = rule[0].lower()
            if place not in places:
                places.add(place)
                rules.append(rule)
        lines = [line_of(*rule) for rule in rules]
        out = self.do("check", "-", "--flatten", stdin="\n".join(lines))
        flat = [line_read(line) for line in out.splitlines()]
        self.assertEqual(len(flat), len(rules), lines)
        models = [Model([rule for source, target, code, keys in one
                         for rule in rules_of(source, target, code, **keys)])
                  for one in (rules, flat)]
        return self.requests(rng, models, lines, out), self.err.count(
            ": not flattened: ")

    def requests(self, rng, models, lines, out):
        shorter = 0
        for _ in range(60):
            url = "%s://%s%s%s" % (
                rng.choice(["http", "https"]),
                rng.choice(HOSTS + ["u.b.x", "v.x", "w.test"]),
                rng.choice(PATHS + ["/7", "/p/z", "/p/q/z", "/q/z", "/n/z",
                                    "/z/y"]), rng.choice(QUERIES))
            method = rng.choice(["GET", "HEAD", "POST", "PUT"])
            before, hops = follow(models[0], url, method)
            after, less = follow(models[1], url, method)
            if before is None:
                continue
            self.assertEqual(after, before, "%s %s\n%s\nflattened:\n%s" % (
                method, url, "\n".join(lines), out))
            self.assertLessEqual(less, hops)
            shorter += less < hops
        return shorter


class Flat(Case):
    def flat(self, rules):
        return self.do("check", "-", "--flatten", stdin=rules)

    def test_what_is_flattened(self):
        for rules, first in (
                ("a/* https://b/* 301\nb/* https://c/n/* 308\n",
                 "a/* https://c/n/* 301"),
                ("a/x https://b/y 301\nb/* https://c/* 301\n",
                 "a/x https://c/y 301"),
                ("a/* https://b/p/* 308\nb/p/* https://c/* 308\n",
                 "a/* https://c/* 308"),
                ("a/x https://b/y 301/308\nb/y https://c/ 308\n",
                 "a/x https://c/ 301/308"),
                ("a/x https://b/y 308\nb/y https://c/ 307\n",
                 "a/x https://c/ 307"),
                ("a/x https://b/y 302\nb/{z} https://c/{z} 301\n",
                 "a/x https://c/y 302"),
                ("a/x https://b/y 301 max-age=60\nb/y https://c/ 301\n",
                 "a/x https://c/ 301 max-age=60"),
                ("a/x https://b/ 301\nb/ https://c/ 301\nc/ https://d/ 301\n",
                 "a/x https://d/ 301"),
                ("a/* https://b/* 301 tag=t note=n\nb/* https://c/ 301\n",
                 "a/* https://c/ 301 tag=t note=n")):
            with self.subTest(rules):
                self.assertEqual(self.flat(rules).splitlines()[0], first)
                self.assertEqual(self.err, "%d rules; format rules\n"
                                 % rules.count("\n"))

    def test_what_is_not(self):
        for rules, why in (
                ("a/* https://b/* 301\nb/* https://c/* 301\nb/x - 410\n",
                 "other rules are for some of where it leads to"),
                ("a/x https://b/y 301\nb/y https://c/ 301 query=drop\n",
                 "the next one drops the query"),
                ("a/x https://b/y 301\nb/y https://c/ 301\nb/y?q https://d/ "
                 "301\n", "where it leads to depends on the query"),
                ("a/* https://b/* 301\nb/* https://c/* 301\nb/{x} - 410\n",
                 "where it leads to has patterns or case=ignore"),
                ("a/1 http://a/1 301\n", "it comes to no end"),
                ("*.a/* https://*.b/* 301\n*.b/* https://c/* 301\n",
                 "the host that it leads to is the request's"),
                ("a/p* https://b/* 301\nb/* https://c/* 301\n",
                 "what follows may begin with dots")):
            with self.subTest(rules):
                self.assertIn(rules.splitlines()[0], self.flat(rules))
                self.assertIn("-:1: not flattened: ", self.err)
                self.assertIn(why, self.err)

    def test_upgrades_stay(self):
        rules = ("a/* https://a/* 308 scheme=http\n"
                 "a/* https://b/* 301 scheme=https\n")
        self.assertEqual(self.flat(rules), rules)
        self.assertEqual(self.err, "2 rules; format rules\n")

    def test_import_takes_them_so(self):
        rules = "a/* https://b/* 301\nb/* https://c/* 301\n"
        flat = self.flat(rules)
        self.do("import", "--flatten", "--strict", "-", stdin=rules)
        self.assertEqual(self.do("export"), flat)
        self.do("import", "--replace", "-", stdin=rules)
        self.assertEqual(self.do("check", "--flatten"), flat)

    def test_bad_files_print_nothing(self):
        self.assertEqual(self.do("check", "-", "--flatten", code=1,
                                 stdin="a/x https://b 301\na/x - 410\n"), "")
        self.do("check", "--flatten", "--json", code=2)


if __name__ == "__main__":
    unittest.main()
