# SPDX-License-Identifier: BSD-2-Clause
"""Patterns and sets of pairs once more, from the rule language's description
and not from the C code: patterns by regular expressions, sets by trying."""

import re

from uri_model import normal, normal_path

CAPTURE = re.compile(r'\{([A-Za-z0-9_]+)(:digits)?\}')


class Bad(Exception):
    """What is no source or target."""


def symbols(text):
    """Each escape as one character, so that nothing divides it; a literal star
    of a rule as requests have it."""
    return re.sub('%(..)', lambda found: chr(0xe000 + int(found[1], 16)),
                  text.replace('%2A', '*'))


def check_percent(text):
    if re.search('%(?![0-9A-Fa-f]{2})', text):
        raise Bad('percent')


class Pattern:
    def __init__(self, text, ignore=False):
        self.ignore = ignore
        self.prefix = text.endswith('*')
        text = text[:-1] if self.prefix else text
        if '*' in text:
            raise Bad('star')
        self.parts, self.names, at = [], [], 0
        for found in CAPTURE.finditer(text):
            self.add(text[at:found.start()], found)
            at = found.end()
        self.add(text[at:])
        segments = self.stored.split('/')[1:-1 if text.endswith('/') else None]
        if self.prefix and not text.endswith('/'):
            segments = segments[:-1]
        if '.' in segments or '..' in segments:
            raise Bad('dots')

    def add(self, literal, capture=None):
        """Literal text, and a capture behind it."""
        if re.search('[{}]', literal):
            raise Bad('brace')
        check_percent(literal)
        if not literal and self.parts and capture:
            raise Bad('two captures')
        self.parts.append(normal(literal, True))
        if capture:
            if capture[1] in self.names:
                raise Bad('name')
            self.names.append(capture[1])
            self.parts.append(capture)

    def form(self, capture):
        return ''.join(part if isinstance(part, str) else capture(part)
                       for part in self.parts)

    @property
    def stored(self):
        return self.form(lambda found: found[0]) + '*' * self.prefix

    @property
    def canonical(self):
        text = self.form(lambda found: '{%s}' % (found[2] or ''))
        text += '*' * self.prefix
        return text.lower() if self.ignore else text

    def match(self, path):
        """The captures and the remainder if there is a '*', or None."""
        text = ''.join(
            re.escape(symbols(part)) if isinstance(part, str) else
            '([0-9]+)' if part[2] else '([^/]+)' for part in self.parts)
        flags = re.S | re.A | (re.I if self.ignore else 0)
        found = re.fullmatch(text + '(.*)' * self.prefix, symbols(path), flags)
        more = []
        if not found and self.prefix and text.endswith('/'):
            found = re.fullmatch(text[:-1], symbols(path), flags)
            more = ['']
        return found and [''.join(
            '%%%02X' % (ord(c) - 0xe000) if ord(c) >= 0xe000 else c
            for c in one) for one in [*found.groups(), *more]]

    def fill(self, target, found):
        """The target with what was captured."""
        names = [one[1] for one in CAPTURE.finditer(target)]
        if len(set(names)) < len(names) or set(names) - set(self.names) or (
                re.search('[{}]', CAPTURE.sub('', target)) or
                ':digits}' in target):
            return 'bad target'
        values = dict(zip([*self.names, '*'], found))
        return re.sub(r'\{(\w+)\}|\*',
                      lambda one: values[one[1] or '*'], target)

    def rank(self):
        literals = [symbols(part) for part in self.parts
                    if isinstance(part, str)]
        return (-len(literals[0]), not self.names, -sum(map(len, literals)),
                -sum(bool(part[2]) for part in self.parts
                     if not isinstance(part, str)),
                self.ignore, self.canonical[:-1 if self.prefix else None])


class Pairs:
    def __init__(self, text, ignore=False):
        self.ignore = ignore
        if not text.endswith('&*'):
            raise Bad('no set')
        text = text[:-2]
        check_percent(text)
        if re.search('[*{}]', text):
            raise Bad('star or brace')
        self.pairs = sorted(normal(text, True, True).split('&'), key=self.fold)
        if '' in self.pairs or len(set(map(self.fold, self.pairs))) < len(
                self.pairs):
            raise Bad('empty or twice')

    def fold(self, text):
        return text.lower() if self.ignore else text

    @property
    def stored(self):
        return '&'.join(self.pairs) + '&*'

    def rest(self, query):
        """What is kept of a query; None: no match."""
        wanted = [self.fold(pair.replace('%2A', '*')) for pair in self.pairs]
        sent = query.split('&')
        if not all(any(self.fold(one) == pair for one in sent)
                   for pair in wanted):
            return None
        return '&'.join(one for one in sent if self.fold(one) not in wanted)

    def rank(self):
        return (-len(self.pairs), self.ignore, self.fold(self.stored[:-2]))


def order(a, b):
    return '<' if a.rank() < b.rank() else '=' if a.rank() == b.rank() else '>'


def flags(text):
    return [c == 'i' for c in text]


def answer(what, how, *fields):
    """What ask_pattern.c answers to a question."""
    how = flags(how)
    try:
        if what == 'patterns':
            return order(*map(Pattern, fields, how))
        if what == 'sets':
            return order(*map(Pairs, fields, how))
        if what == 'pairs':
            pairs = Pairs(fields[0], *how)
            rest = pairs.rest(normal(fields[1], query=True))
            return '\t'.join([pairs.stored,
                              'no' if rest is None else '=' + rest])
        pattern = Pattern(fields[0], *how)
    except Bad:
        return 'bad'
    said = [pattern.stored, pattern.canonical]
    found = pattern.match(normal_path(fields[1]))
    if found is None:
        return '\t'.join([*said, 'no'])
    said += found[:-1] + ['*' + found[-1]] if pattern.prefix else found
    return '\t'.join([*said, pattern.fill(fields[2], found)])
