#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random patterns, sets of pairs and requests: the program's parts for them and
a model that was written from the rule language's description have to agree.
DETOUR_LONG=1 tries more of them."""

import collections
import os
import random
import subprocess
import unittest

from pattern_model import CAPTURE, Bad, Pattern, answer
from serving import DETOUR

SEED = 20261
CASES = 200000 if os.environ.get('DETOUR_LONG') == '1' else 20000
ASK = f'{os.path.dirname(DETOUR)}/bin/ask_pattern'

# Few, so that patterns and paths meet; some are one in normal form.
LITERALS = ['a', 'b', 'A', 'aa', 'ab', '1', '2', '11', '-', '.', '/', '/', '%2F',
            '%2f', '%61', '%31', '%2A', '%C3', '2F', "'", '%7B']
WRONG = ['*', '{', '}', '{}', '{a-b}', '{a:}', '{a:digit}', '{:digits}', '%',
         '%4', '/./', '/..', '/%2e/', '/.%2E']
VALUES = ['a', 'b', 'A', '1', '2', '11', '12', 'a1', '1a', '-', '.', '%2F',
          '%C3', '%2A', '*', 'aab', '121', '%25', '2F', 'a-b', 'a/b', '/']
PAIRS = ['a', 'b', 'A', 'a=1', 'a=2', 'A=1', 'a=%31', 'b=1', '%2A', 'a=%2a',
         "a='", '%27', '%26', 'c=%c3', 'a=1?', '=', '&', '']


def capture(rng, number):
    name = rng.choice(['a', 'a_1', 'A']) if rng.random() < .03 else f'n{number}'
    return '{' + name + (':digits' if rng.random() < .4 else '') + '}'


def chain(rng):
    """Many captures of digits in one segment, tied together by few bytes."""
    text = '/' + rng.choice(['', '', '{u}', 'a{u}', '1{u}'])
    for number in range(rng.randrange(1, 5)):
        text += ''.join(rng.choices('11a', k=rng.choice([1, 1, 2])))
        text += '{n%d%s}' % (number, rng.choice([':digits'] * 4 + ['']))
    return text + rng.choice(['', '1', 'a', '1{w}', 'a{w}', 'a1{w}', '*', 'a*',
                              '1*', '1/{w}'])


def chain_path(rng, text):
    piece = rng.choice(['1', '1', '12', 'a1', '11', '11a'])
    text = CAPTURE.sub(lambda _: piece if rng.random() < .7 else ''.join(
        rng.choices('11112a', k=rng.randrange(1, 6))), text)
    return text.replace('*', rng.choice(['', '1', '1a', '/']))


def pattern(rng):
    """Literals and captures by turns, now and then something wrong."""
    text, number = '/', 0
    for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 6])):
        if rng.random() < .97:
            text += ''.join(rng.choices(LITERALS, k=rng.choice([0, 1, 1, 2])))
        if rng.random() < .02:
            text += rng.choice(WRONG)
        if not text.endswith('}') or rng.random() < .02:
            text += capture(rng, number)
            number += 1
    text += ''.join(rng.choices(LITERALS, k=rng.choice([0, 0, 1, 2])))
    return text + ('*' if rng.random() < .3 else '')


def path(rng, text):
    """One that the pattern matches, often."""
    if rng.random() < .05:
        text = pattern(rng)
    text = CAPTURE.sub(lambda _: ''.join(
        rng.choices(VALUES[:rng.choice([4, 8, len(VALUES)])],
                    k=rng.choice([1, 1, 1, 2, 3]))), text)
    if text.endswith('*'):
        text = text[:-1] + ''.join(rng.choices(VALUES + ['/'] * 5,
                                               k=rng.randrange(3)))
        if text.endswith('/') and rng.random() < .5:
            text = text[:-1] or '/'
    if rng.random() < .1:
        text += rng.choice(LITERALS)
    if rng.random() < .15:
        at = rng.randrange(1, len(text) + 1)
        text = text[:at] + rng.choice(VALUES) + text[at + rng.randrange(2):]
    if rng.random() < .05:
        text = text.rsplit('/', 1)[0] or '/'
    return text.swapcase() if rng.random() < .1 else text


def target(rng, text):
    names = [found[1] for found in CAPTURE.finditer(text)]
    rng.shuffle(names)
    pieces = ['/', 'x', '?', '%7B']
    out = '/' + rng.choice(pieces)
    for name in names[:rng.randrange(len(names) + 1)]:
        out += '{' + name + '}' + rng.choice(pieces)
    if rng.random() < .05:
        out += rng.choice(['{', '}', '{none}', '{n0}', '{n1:digits}'])
    return out + ('*' if text.endswith('*') and rng.random() < .5 else '')


def pairs(rng):
    text = '&'.join(rng.choices(PAIRS[:-2], k=rng.choice([1, 1, 2, 2, 3, 4])))
    if rng.random() < .05:
        text += rng.choice(['&', '&&a', '*', '%', '{', '}', '&*'])
    return text + ('&*' if rng.random() < .98 else '')


def query(rng, text):
    sent = text[:-2].split('&') * rng.choice([1, 1, 1, 2])
    sent += rng.choices(PAIRS, k=rng.randrange(4))
    rng.shuffle(sent)
    text = '&'.join(sent[:rng.choice([1, 2, 4, 9, 9, 9])])
    return text.swapcase() if rng.random() < .1 else text


def how(rng, number):
    return ''.join(rng.choices('xi', [3, 1], k=number))


def questions(rng):
    kind = rng.random()
    if kind < .1:
        text = chain(rng)
        return [('match', 'x', text, chain_path(rng, text), target(rng, text))
                for _ in range(10)]
    if kind < .4:
        text, flag = pattern(rng), how(rng, 1)
        return [('match', flag, text, path(rng, text), target(rng, text))
                for _ in range(6)]
    if kind < .6:
        text, flag = pairs(rng), how(rng, 1)
        return [('pairs', flag, text, query(rng, text)) for _ in range(3)]
    if kind < .8:
        text = pattern(rng)
        other = pattern(rng) if rng.random() < .5 else text.replace(
            'n0', 'm').replace(*rng.choices(LITERALS, k=2), 1)
        if rng.random() < .3:
            other = text[:text.find('{')] + '*'
        return [('patterns', how(rng, 2), text, other)]
    text = pairs(rng)
    other = text.swapcase() if rng.random() < .3 else text
    other = '&'.join(rng.sample(other[:-2].split('&'),
                                k=other[:-2].count('&') + 1)) + '&*'
    return [('sets', how(rng, 2), text,
             pairs(rng) if rng.random() < .5 else other)]


class Agreement(unittest.TestCase):
    def test_random(self):
        rng = random.Random(SEED)
        asked = []
        while len(asked) < CASES:
            asked += questions(rng)
        done = subprocess.run(
            [ASK], input='\n'.join('\t'.join(one) for one in asked) + '\n',
            stdout=subprocess.PIPE, text=True, check=True)
        said = done.stdout.split('\n')[:-1]
        self.assertEqual(len(said), len(asked))
        seen = collections.Counter()
        for fields, one in zip(asked, said):
            wanted = answer(*fields)
            self.assertEqual(one, wanted, fields)
            last = wanted.rsplit('\t', 1)[-1]
            seen[fields[0], last if last in ('no', 'bad', 'bad target', '<',
                                             '=', '>') else 'yes'] += 1
        for what in (('match', 'yes'), ('match', 'no'), ('match', 'bad'),
                     ('match', 'bad target'), ('pairs', 'yes'), ('pairs', 'no'),
                     ('pairs', 'bad'), ('patterns', '<'), ('patterns', '='),
                     ('sets', '<'), ('sets', '='), ('sets', '>')):
            self.assertGreater(seen[what], CASES / 500, what)

    def test_model_itself(self):
        """What the description says in so many words."""
        self.assertEqual(Pattern('/{a}/*').match('/x'), ['x', ''])
        self.assertEqual(Pattern('/{a}-{b}').match('/x-y-z'), ['x-y', 'z'])
        self.assertIsNone(Pattern('/{a}2F').match('/x%2F'))
        with self.assertRaises(Bad):
            Pattern('/{a}{b}')


if __name__ == '__main__':
    unittest.main()
