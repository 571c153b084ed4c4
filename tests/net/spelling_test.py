#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random sources, as they are read, told apart and printed: the program and a
model that was written from the rule language's description have to agree."""

import random
import unittest

from commands import Case
from model import stored_source, written_source
from planting import Planted

SEED = 4711
ROUNDS, RULES = 20, 300
PIECES = ['a', 'A', '%61', '%2f', '%2F', '%2a', '%C3', "'", ';', 'b-', '%7e']
PAIRS = ['a', 'A', 'b=1', 'B=1', '%61=', 'c=%2a', "d='", '%7e', 'e=%2f']


def path(rng):
    """With captures of different names between literal bytes."""
    text = '/'
    for number in range(rng.randrange(3)):
        text += rng.choice(['{%s%d}', '{%s%d:digits}']) % (
            rng.choice('xyZ'), number) + '/' + rng.choice(PIECES)
    return text + ''.join(rng.choices(PIECES, k=rng.randrange(3)))


def source(rng, ignore):
    """(as it is written, in normal form)"""
    host = rng.choice(['a.example', 'A.Example', '*.a.example', '*'])
    text, query = path(rng), None
    if '{' not in text and rng.random() < .5:
        query = '&'.join(rng.choices(PAIRS, k=rng.randrange(1, 4)))
        query += rng.choice(['', '&*'])
    elif rng.random() < .3:
        text += '*'
    typed = host + text + ('' if query is None else '?' + query)
    return typed, written_source(host, text, query, ignore)


def has_twins(written, ignore):
    pairs = written.partition('?')[2].split('&')
    if ignore:
        pairs = [pair.lower() for pair in pairs]
    return pairs[-1] == '*' and len(set(pairs)) < len(pairs)


class Spelling(Case):
    def rules(self, rng):
        """Lines of input, and what is printed of them by the places where
        rules are stored, each SOURCE once."""
        lines, printed, spelled = [], {}, set()
        while len(lines) < RULES:
            ignore = rng.random() < .4
            typed, written = source(rng, ignore)
            place = stored_source(written, ignore), ignore
            if has_twins(written, ignore) or place in printed:
                continue
            # the SOURCE with the other case=
            pairs = written.endswith('&*')
            if stored_source(written) in spelled or pairs and ignore:
                continue
            spelled.add(stored_source(written))
            rest = " - 410" + " case=ignore" * ignore
            lines.append(typed + rest)
            printed[place] = written + rest
        return lines, printed

    def test_sources_are_printed_in_order(self):
        rng = random.Random(SEED)
        for number in range(ROUNDS):
            with self.subTest(number):
                lines, printed = self.rules(rng)
                out = self.run_detour("import", "--dry-run", "-",
                                      stdin="\n".join(lines).encode())
                self.assertNotIn(b"source:", out.stderr)
                got = [line[2:] for line in out.stdout.decode().splitlines()
                       if line.startswith("+ ")]
                self.assertEqual(got, [printed[key]
                                       for key in sorted(printed)])

    def test_the_same_again_is_merged(self):
        rng = random.Random(SEED)
        lines, printed = self.rules(rng)
        again = list(printed.values())
        self.do("import", "--dry-run", "-",
                stdin="\n".join(lines + again))
        self.assertRegex(self.err, r"(?m)^-: \d+ warned of .*\bsame: %d\b" % RULES)
        self.assertNotIn("already", self.err)


class Limit(Planted):
    """The patterns of a host, which are counted together whether they are live
    or come."""

    def said(self, host, count):
        return "source: %s would have %d patterns, a host may have 256\n" % (
            host, count)

    def tried(self, file, lines, *options):
        """What an import says of the lines."""
        return self.run_detour("import", *options, "--dry-run", file,
                               stdin="\n".join(lines).encode()).stderr.decode()

    def test_of_a_file(self):
        lines = ["a/%d/{x} - 410" % i for i in range(257)] + [
            "b/%d/{x} - 410" % i for i in range(256)]
        self.do("import", "-", stdin="\n".join(lines), code=1)
        self.assertEqual(self.err.count("-:257: " + self.said("a", 257)), 1)
        self.assertNotIn("b would", self.err)

    def test_one_for_each_scheme_is_one(self):
        lines = ["a/%d/{x} - 410 scheme=%s" % (i, scheme) for i in range(256)
                 for scheme in ("http", "https")]
        self.do("import", "-", stdin="\n".join(lines))
        self.assertNotIn("source: ", self.err)
        lines.append("a/{x}/y - 410")
        self.do("import", "-", stdin="\n".join(lines), code=1)
        self.assertIn("-:513: " + self.said("a", 257), self.err)

    def test_beside_live_ones(self):
        live = ["a/%d/{x} - 410" % i for i in range(250)] + [
            "a/249/{x}/Y - 410 case=ignore", "b/{x} - 410", "a/x/* - 410",
            "*.a/{x} - 410"]
        self.plant(*live)
        for lines, count in (
                (["a/n%d/{x} - 410" % i for i in range(5)], None),
                (["a/n%d/{x} - 410" % i for i in range(6)], 257),
                (["a/n%d/{x} - 410" % i for i in range(5)] + live[:1], None),
                (["a/n%d/* - 410" % i for i in range(6)], None)):
            with self.subTest((lines, count)):
                said = self.tried("-", lines)
                self.assertEqual("would have" in said, count is not None)
                self.assertIn(self.said("a", count) if count else "", said)
        for lines, changes in (
                (["a/%d/{x} - 200" % i for i in range(250)] +
                 ["a/n%d/{x} - 410" % i for i in range(5)], True),
                (["a/n%d/{x} - 410" % i for i in range(256)], False)):
            for mode in "--update", "--replace":
                with self.subTest((len(lines), mode)):
                    fits = changes or mode == "--replace"
                    self.assertEqual("a would have" not in self.tried(
                        "-", lines, mode), fits)

    def test_add_and_set(self):
        self.plant(*["a/%d/{x} - 410" % i for i in range(256)], "a/B - 410")
        for args, said in ((["add", "a/{x} - 410"], "a would have 257"),
                           (["set", "a/{x} - 410"], "a would have 257"),
                           (["add", ".a/{x} - 410"], "a would have 257"),
                           (["add", "b/{x} - 410"], None),
                           (["set", "a/3/{y} - 200"], None),
                           (["set", "--host a 200 case=ignore"], None)):
            with self.subTest(args):
                self.dry(args[0], *args[1].split(), code=1 if said else 0)
                self.assertIn(said or "", self.err)


if __name__ == "__main__":
    unittest.main()
