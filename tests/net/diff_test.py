#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""diff, held to what the rules of both sides are as text."""

import json
import os
import random
import re
import unittest

from commands import Case


def rules_of(text):
    """By source and scheme, which is what tells rules apart."""
    rules = {}
    for line in text.splitlines():
        scheme = re.search(r" scheme=(\S+)", line)
        fold = " case=ignore" in line
        rules[line.split()[0], scheme and scheme[1], fold] = line
    return rules


class Diff(Case):
    def set_of(self, rng):
        lines = []
        for i in range(rng.randrange(40)):
            source = "h%d.example/%s" % (rng.randrange(5), i)
            rest = "https://t.example/%d %s" % (rng.randrange(3),
                                                rng.choice(("301", "302")))
            if rng.random() < 0.7:
                lines.append("%s %s\n" % (source, rest))
            elif rng.random() < 0.5:
                lines.append("%s %s scheme=http\n" % (source, rest))
                lines.append("%s %s scheme=https tag=x\n" % (source, rest))
            else:
                lines.append("%sA %s case=ignore\n" % (source, rest))
        return "".join(lines)

    def check(self, a, b, names):
        """Against the two sets as lines."""
        keys = sorted(set(a) | set(b), key=str)
        added = {key for key in keys if key not in a}
        removed = {key for key in keys if key not in b}
        changed = {key for key in keys
                   if key in a and key in b and a[key] != b[key]}
        wanted = ["+ " + b[key] for key in added | changed]
        wanted += ["- " + a[key] for key in removed | changed]
        *lines, last = self.do("diff", *names).splitlines()
        self.assertEqual(sorted(lines), sorted(wanted), names)
        sources = [line.split()[1] for line in lines]
        self.assertTrue(last.endswith(
            ": %d rule%s, %d added, %d removed, %d changed" % (
                len(b), "" if len(b) == 1 else "s", len(added), len(removed),
                len(changed))), last)
        one = json.loads(self.do("diff", *names, "--json"))
        self.assertEqual(
            sorted(item["change"] for item in one),
            sorted(["added"] * len(added) + ["removed"] * len(removed) +
                   ["changed"] * len(changed)))
        for item in one:
            self.assertEqual(item["before"] is None, item["change"] == "added")
            self.assertEqual(item["after"] is None, item["change"] == "removed")
        *hosts, _ = self.do("diff", *names, "--stat").splitlines()
        sums = [sum(int(line.split()[i][1:]) for line in hosts)
                for i in (1, 2, 3)]
        self.assertEqual(sums, [len(added), len(removed), len(changed)])
        self.assertEqual([line.split()[0] for line in hosts],
                         sorted({source.split("/")[0] for source in sources}))
        self.do("diff", *names, "--exit-code", code=1 if lines else 0)

    def test_random(self):
        """Releases, drafts, what is live and files, each with each."""
        seed = random.randrange(1 << 32)
        rng = random.Random(seed)
        self.do("add", "base.example", "-", "410")
        sets = {"0": {}}
        for release in ("2", "3"):
            self.do("import", "-", "--replace", "--allow-empty",
                    stdin=self.set_of(rng) + "r%s.example - 410\n" % release)
            sets[release] = sets["live"] = rules_of(self.do("show"))
        for name in ("draft", "draft:b"):
            option = "--" + name.replace(":", "=")
            self.do("import", "-", "--replace", option, "--allow-empty",
                    stdin=self.set_of(rng) + "%s.example - 410\n" % name[-1])
            sets[name] = rules_of(self.do("show", option))
        path = self.write("f.rules", self.set_of(rng))
        self.do("import", path, "--replace", "--draft=f", "--allow-empty",
                "--large")
        sets[path] = rules_of(self.do("show", "--draft=f"))
        for a in sets:
            for b in sets:
                with self.subTest(seed=seed, a=a, b=b):
                    self.check(sets[a], sets[b], (a, b))
            if os.environ.get("DETOUR_LONG") != "1" and a == "2":
                break

    def test_names_that_are_left_out(self):
        self.do("add", "a.example", "-", "410")
        self.do("add", "b.example", "-", "410", "--draft")
        self.do("add", "c.example", "-", "410", "--draft=x")
        for args, wanted in (
                ((), "+ b"), (("draft:x",), "+ c"), (("live",), "+ b"),
                (("0",), "+ a,+ b"), (("draft:x", "draft"), "+ b,- c"),
                (("live", "1"), ""), (("draft:x", "live"), "- c")):
            lines = self.do("diff", *args).splitlines()[:-1]
            self.assertEqual(",".join(line.split(".")[0] for line in lines),
                             wanted, args)

    def test_partial(self):
        path = self.write("n.conf", (
            "server { server_name a.example;\n"
            "location = /a { return 301 https://n.example/a; }\n"
            "location = /b { if ($http_cookie) { return 410; } }\n}\n"))
        self.do("add", "b.example", "-", "410")
        self.do("diff", path, code=1)
        self.assertIn("--partial takes the rest of it", self.err)
        for args in ("live", path), (path, "live"):
            out = self.do("diff", "--partial", *args)
            self.assertIn("a.example/a https://n.example/a 301", out)
            self.assertIn(path + ":3: condition: ", self.err)
        self.do("diff", "--partial", self.write("bad.rules", "b x\n"), code=1)
        self.assertNotIn("--partial", self.err)

    def test_files_of_any_format(self):
        self.do("add", "a.example/x", "https://n.example/x", "301")
        table = self.write("f.csv", "source,target,code\n"
                           "a.example/x,https://n.example/y,301\n")
        self.assertIn("+ a.example/x https://n.example/y 301",
                      self.do("diff", table))
        self.assertIn("+ b.example/* - 410",
                      self.do("diff", "-", stdin="b.example - 410\n"))
        self.do("diff", "-", "-", code=2)
        bad = self.write("bad.rules", "a.example - 410\nb.example x\n")
        self.do("diff", bad, code=1)
        self.assertIn(bad + ":2: ", self.err)
        self.assertIn("import would refuse " + bad, self.err)
        self.do("diff", bad, "--exit-code", code=2)
        self.do("diff", self.path("none"), code=1)
        self.do("diff", "draft:none", code=1)
        self.assertIn("there is no draft none", self.err)
        self.do("diff", "7", "live", code=1)
        self.do("diff", "1", "2", "3", code=2)
        self.do("diff", "--stat", "--json", code=2)
        self.assertEqual(self.live(), 1)


if __name__ == "__main__":
    unittest.main()
