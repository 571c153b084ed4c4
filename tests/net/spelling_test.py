#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random sources, as they are read, told apart and printed: the program and a
model that was written from the rule language's description have to agree."""

import random
import unittest

from commands import Case
from model import stored_source, written_source

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
        self.do("import", "--dry-run", "-", code=1,
                stdin="\n".join(lines + again))
        self.assertIn("-: %d warnings\n" % RULES, self.err)
        self.assertNotIn("already", self.err)


class Limit(Case):
    def test_patterns_of_a_host(self):
        lines = ["a/%d/{x} - 410" % i for i in range(257)] + [
            "b/%d/{x} - 410" % i for i in range(256)]
        self.do("import", "-", stdin="\n".join(lines), code=1)
        self.assertEqual(self.err.count("more than 256 patterns of a\n"), 1)
        self.assertNotIn("patterns of b", self.err)


if __name__ == "__main__":
    unittest.main()
