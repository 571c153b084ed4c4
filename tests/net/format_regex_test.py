#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random regular expressions and paths: what the sources of an expression take
is what the expression takes, and with the same groups, but where it says
otherwise. DETOUR_LONG=1 tries more of them."""

import collections
import os
import random
import re
import subprocess
import unittest
from urllib.parse import quote, unquote_to_bytes

from serving import DETOUR

SEED = 20263
CASES = 400000 if os.environ.get('DETOUR_LONG') == '1' else 30000
ASK = f'{os.path.dirname(DETOUR)}/bin/ask_regex'
CASE, DECODED, DIRECTORY = 1, 2, 4
SLASH, EMPTY, WIDER, SLASHES, DOT = 1, 2, 4, 8, 16
MORE, LESS = SLASH | EMPTY | WIDER, SLASHES | DOT

LITERALS = ['a', 'b', 'ab', 'A', '1', '12', '-', r'\.', '/', '/', 'a/', '/b', '.',
            r'\-', '%20', ' ', r'\?', '\u00e9']
CLASSES = ['[^/]+', '[^/]+', r'\d+', '[0-9]+', '[0-9]*', '[^/]*', '[a-c]+', '[ab]',
           '[Aa]', r'\d', r'\d{2}', r'\w+', '[^/]+?', '[^/.]+', '[[:digit:]]+',
           '[^/]', '[1-9][0-9]*', '/+', '/*', '.']
ENDS = ['$', '$', '$', '', '/?$', '(.*)$', '/(.*)$', '(/.*)?$', '(/|$)', '.*',
        '(.+)$', '/?(.*)$', '(?:/(.*))?$', '(.*)', '(.*?)$', '/.+', '.']


def piece(rng, depth=0):
    kind = rng.random()
    if kind < .5:
        text = rng.choice(LITERALS)
    elif kind < .75 or depth == 2:
        text = rng.choice(CLASSES)
    else:
        branches = [''.join(piece(rng, depth + 1)
                            for _ in range(rng.choice([0, 1, 1, 2])))
                    for _ in range(rng.choice([1, 1, 2, 3]))]
        text = rng.choice(['(', '(', '(?:', '(?P<n%d>' % rng.randrange(10**9)])
        text += '|'.join(branches) + ')'
        text += rng.choice(['', '', '?', '??'])
        return text
    if rng.random() < .15 and re.fullmatch(r'\\?[a-zA-Z0-9/-]', text):
        text += rng.choice(['?', '??', '{2}', '{0,1}'])
    return text


def expression(rng, flags):
    text = '' if flags & DIRECTORY else '/'
    text += ''.join(piece(rng) for _ in range(rng.choice([1, 2, 3, 4])))
    if rng.random() < .05:
        text += '|' + ''.join(piece(rng) for _ in range(2))
    text = '^' * (rng.random() < .95) + text + rng.choice(ENDS)
    return text


class Sample:
    """A path that an expression may take."""

    def __init__(self, rng):
        self.rng = rng

    def of(self, parsed):
        return ''.join(self.one(str(kind), value) for kind, value in parsed)

    def one(self, kind, value):
        rng = self.rng
        if kind == 'LITERAL':
            return chr(value)
        if kind == 'ANY':
            return rng.choice('a/.')
        if kind == 'IN':
            return rng.choice('aabB1290-./_c ')
        if kind == 'BRANCH':
            return self.of(rng.choice(value[1]))
        if kind == 'SUBPATTERN':
            return self.of(value[-1])
        if kind in ('MAX_REPEAT', 'MIN_REPEAT'):
            low, high, what = value
            times = rng.randrange(low, min(high, low + 3) + 1)
            return ''.join(self.of(what) for _ in range(times))
        return ''


def posix(text):
    """Python has no [:digit:]."""
    return text.replace('[[:digit:]]', '[0-9]')


def path_of(rng, text, flags):
    parsed = re._parser.parse(posix(text))
    path = Sample(rng).of(parsed)
    if flags & DIRECTORY or not path.startswith('/'):
        path = '/' + path
    for _ in range(rng.choice([0, 0, 1, 2])):
        at = rng.randrange(1, len(path) + 1)
        path = path[:at] + rng.choice(['', 'a', '/', '1', '.', 'B']) + path[at + 1:]
    if flags & CASE and rng.random() < .5:
        path = path.swapcase()
    path = quote(path, safe="/-._~!$&'()*+,;=:@") if flags & DECODED \
        else quote(path, safe="/-._~!$&'()*+,;=:@%").replace('%25', '%')
    if re.search('%(?![0-9A-F]{2})', path):
        return None
    # in rules an escape is one byte
    if not flags & DECODED and '%' in path:
        return None
    if flags & DIRECTORY and path.startswith('//'):
        return None
    # one in normal form
    if any(part in ('.', '..') for part in path.split('/')):
        return None
    return path


class Regex(unittest.TestCase):
    def questions(self):
        rng = random.Random(SEED)
        while True:
            flags = rng.choice([0, DECODED, DECODED | DIRECTORY, CASE | DECODED,
                                DIRECTORY | DECODED | CASE])
            text = expression(rng, flags)
            if not flags & DECODED and re.search('[ \u00e9]', text):
                continue
            try:
                re.compile(posix(text))
            except re.error:
                continue
            for _ in range(10):
                path = path_of(rng, text, flags)
                if path:
                    yield flags, text, path

    def expected(self, flags, text, path):
        """A match object, or None."""
        subject = unquote_to_bytes(path) if flags & DECODED else path.encode()
        if flags & DIRECTORY:
            subject = subject[1:]
        return re.search(posix(text).encode(), subject,
                         (re.I if flags & CASE else 0) | re.S)

    def check(self, question, answer):
        """Returns what kind of agreement it is."""
        flags, text, path = question
        if answer[0].startswith('!'):
            return 'cannot'
        unlike = int(answer[0])
        match = self.expected(*question)
        if len(answer) == 1:
            self.assertFalse(match and not unlike & LESS, question)
            return 'less' if match else 'missed'
        if not match:
            self.assertTrue(unlike & MORE, question)
            if not unlike & (MORE & ~SLASH):
                self.assertTrue(self.expected(flags, text, path + '/'), question)
            return 'more'
        if unlike & (WIDER | LESS):
            return 'alike'
        if unlike & SLASH and self.expected(flags, text, path + '/'):
            return 'alike'
        known = int(answer[1]) | int(answer[2])
        for number, group in enumerate(match.groups(b'')):
            if not known >> number + 1 & 1:
                self.assertEqual(unquote_to_bytes(answer[number + 4]), group
                                 if flags & DECODED else
                                 unquote_to_bytes(group), question)
        return 'same'

    def test_sources_take_what_expressions_take(self):
        source = self.questions()
        questions = [next(source) for _ in range(CASES)]
        asked = '\n'.join('%d\t%s\t%s' % each for each in questions) + '\n'
        done = subprocess.run([ASK], input=asked.encode(), check=True,
                              stdout=subprocess.PIPE)
        answers = done.stdout.decode().splitlines()
        self.assertEqual(len(answers), len(questions))
        kinds = collections.Counter()
        for question, answer in zip(questions, answers):
            with self.subTest(question=question, answer=answer):
                kinds[self.check(question, answer.split('\t'))] += 1
        for kind in ('same', 'missed', 'more', 'less', 'cannot', 'alike'):
            self.assertGreater(kinds[kind], CASES / 1000, kinds)


if __name__ == '__main__':
    unittest.main()
