# SPDX-License-Identifier: BSD-2-Clause
"""The rule language once more, from its description and not from the C code:
slow, plain, and for ASCII rules that are right."""

import re

from pattern_model import CAPTURE, Pattern, Pairs
from uri_model import RESERVED, UNRESERVED, escape, normal, normal_path

CACHED = {'301': 3600, '308': 3600, '410': 3600}


def written(text):
    """What a target has, with escapes for what no URI may have."""
    return ''.join(chr(byte) if chr(byte) in UNRESERVED | RESERVED | {'%'}
                   else escape(byte) for byte in text.encode())


def written_source(host, path, query=None, ignore=False):
    """A source as it is printed, with the captures that its path may have;
    query None: none."""
    if '{' in path:
        path = ''.join(part if part.startswith('{') else normal(part, True)
                       for part in re.split(r'(\{[^}]*\})', path))
    else:
        prefix = path.endswith('*')
        path = normal_path(path[:-1] if prefix else path, prefix, True) + (
            '*' * prefix)
    if query is None:
        return host.lower() + path
    if query.endswith('&*'):
        pairs = normal(query[:-2], True, True).split('&')
        pairs.sort(key=str.lower if ignore else None)
        return f'{host.lower()}{path}?{"&".join(pairs)}&*'
    return f'{host.lower()}{path}?{normal(query, True, True)}'


def stored_source(written, ignore=False):
    """What tells sources apart."""
    source = re.sub(r'\{\w+', '{', written)
    return source.lower() if ignore else source


def is_address(host):
    return host.startswith('[') or host.split('.')[-1].isdigit()


def split_host(text):
    """Host in lower case, without port and final dot; and the rest."""
    match = re.match(r'(\[[^]]*\]|[^/?:]*)(:\d*)?', text)
    host = match[1].lower()
    return host[:-1] if host.endswith('.') else host, text[match.end():]


def rules_of(source, target, code, **keys):
    """What a line stands for: one rule, or for .name two."""
    match = re.fullmatch(r'(https?://)?\.([^/?].*)', source, re.I | re.S)
    if not match:
        return [Rule(source, target, code, **keys)]
    apex = re.sub(r'^(https?://)\*\.', r'\1', target, flags=re.I)
    return [Rule(match[2], apex, code, **keys),
            Rule('*.' + match[2], target, code, **keys)]


def quoted(value, always=False):
    """A value as a file may have it; without always only where it must be."""
    if not always and not re.search(r'[ \t]|^"', value):
        return value
    return '"' + re.sub(r'(["\\])', r'\\\1', value) + '"'


def key_text(rng, key, value):
    """As a file may have it, with quotes where it need not."""
    key = key.replace('_', '-')
    return f'{key}={quoted(value, rng.random() < 0.3)}'


def final_default(value):
    """CODE:SECONDS without those that are the code's."""
    code, _, seconds = value.partition(':')
    if not seconds or int(seconds) == CACHED[code[:3]]:
        return code
    return f'{code}:{int(seconds)}'


class Rule:
    def __init__(self, source, target, code, **keys):
        self.note = keys.get('note')
        self.final = keys.get('final') and final_default(keys['final'])
        self.headers = keys.get('header', [])
        self.only = keys.get('scheme')
        self.first = keys.get('first') == 'yes'
        self.ignore = keys.get('case') == 'ignore'
        source = re.sub('^https?://', '', source, flags=re.I)
        self.code = code
        self.host, rest = split_host(source)
        bare = not rest
        self.read_source(rest or '/*')
        self.drop = keys.get('query') == 'drop' or (
            self.query is not None and not self.pairs)
        self.max_age = int(keys.get('max_age', CACHED.get(code[:3], 0)))
        self.target = None
        if target != '-':
            self.read_target(target, bare)

    def read_source(self, text):
        path, mark, query = text.partition('?')
        self.query = normal(query, True, True) if mark else None
        self.pairs = None
        if query.endswith('&*'):
            self.pairs = Pairs(query, self.ignore)
            self.query = self.pairs.stored
        self.prefix = path.endswith('*')
        if '{' in path:
            self.pattern = Pattern(path, self.ignore)
            self.path = self.pattern.stored[:-1 if self.prefix else None]
        else:
            self.path = normal_path(path[:-1] if self.prefix else path,
                                    self.prefix, True)
            self.pattern = None

    def read_target(self, target, bare):
        """It is sent as written; where the parts go that requests have."""
        match = re.fullmatch(r'(\w+://)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?',
                             target)
        scheme, host, path, query, fragment = match.groups()
        if bare and path in ('', '/') and query is None and fragment is None:
            path = '/*'
        self.scheme, self.to_host = scheme, host
        self.page = ''.join(
            part if CAPTURE.fullmatch(part) else written(part)
            for part in re.split(r'(\{\w+\})', path + (query or '')))
        self.fragment = '' if fragment is None else (
            '#' + written(fragment[1:]).replace('#', '%23'))
        self.target = scheme + host + self.page + self.fragment

    @property
    def source(self):
        """As it is printed."""
        query = '' if self.query is None else '?' + self.query
        return self.host + self.path + ('*' if self.prefix else query)

    @property
    def place(self):
        """What tells its source from others, and its place among all: without
        the names of captures, and the kinds of rules of one source last."""
        return (stored_source(self.source, self.ignore), self.ignore,
                (None, 'http', 'https').index(self.only))

    @property
    def literal(self):
        """The path as requests have it."""
        return self.path.replace('%2A', '*')

    def fold(self, text):
        """As it is compared: ASCII letters alone have two cases here."""
        return text.lower() if self.ignore else text

    def parts(self, path):
        """What stands for captures and the '*' in a path, or None."""
        if self.pattern:
            return self.pattern.match(path)
        have, wanted = self.fold(path), self.fold(self.literal)
        if not self.prefix:
            return [] if have == wanted else None
        if have.startswith(wanted) or wanted == have + '/':
            return [path[len(wanted):]]
        return None

    def matches(self, path, query):
        if self.parts(path) is None:
            return False
        if self.query is None:
            return True
        if self.pairs:
            return query is not None and self.pairs.rest(query) is not None
        return query is not None and self.fold(query) == self.fold(
            self.query.replace('%2A', '*'))

    def rank(self):
        """Within a host, the winner first."""
        if self.pairs:
            return 1, self.pairs.rank()
        if self.query is not None:
            return 0, self.ignore
        if self.prefix:
            return 4, Pattern(self.path + '*', self.ignore).rank()
        if self.pattern:
            return 3, self.pattern.rank()
        return 2, self.ignore

    def location(self, host, path, query):
        """None where the target takes a host that the request has not."""
        to_host = self.to_host
        if to_host.startswith('*'):
            star = host
            if self.host != '*':
                star = host[:-len(self.host[1:])]
            elif to_host.startswith('*.') and is_address(host):
                return None
            to_host = star + to_host[1:]
            if not star or len(re.sub(r'\.?(:\d+)?$', '', to_host)) > 253:
                return None
        names = (self.pattern.names if self.pattern else []) + ['*']
        parts = dict(zip(names, self.parts(path)))
        text = self.scheme + to_host + re.sub(
            r'\{(\w+)\}|\*', lambda one: parts[one[1] or '*'], self.page)
        if self.pairs and query is not None:
            query = self.pairs.rest(query) or None
        if query is not None and not self.drop:
            text += ('&' if '?' in self.page else '?') + query
        return text + self.fragment

    def cache(self):
        return f'max-age={self.max_age}' if self.max_age else 'no-store'


def levels(host):
    """The hosts that rules may have, from the most specific on."""
    yield host
    if not host.startswith('['):
        labels = host.split('.')
        for n in range(1, len(labels)):
            yield '*.' + '.'.join(labels[n:])
    yield '*'


class Model:
    def __init__(self, rules):
        self.hosts = {}
        for rule in rules:
            level = None if rule.first else rule.host
            self.hosts.setdefault(level, []).append(rule)

    def level(self, level, path, query, scheme):
        """Those of one that match, the winner first. Of the rules of one source
        for the two schemes it is the request's; alone it is for both."""
        found = {}
        for rule in self.hosts.get(level, ()):
            if rule.matches(path, query) and (
                    rule.place[:2] not in found or rule.only == scheme):
                found[rule.place[:2]] = rule
        return sorted(found.values(), key=Rule.rank)

    def matching(self, host, target, scheme='http'):
        """All rules that match, the winner first."""
        path, mark, query = target.partition('?')
        path = normal_path(path)
        query = normal(query, query=True) if mark else None
        return [rule for level in (None, *levels(split_host(host)[0]))
                for rule in self.level(level, path, query, scheme)]

    def answer(self, host, target, method='GET', scheme='http'):
        """(status, Location, Cache-Control)"""
        found = self.matching(host, target, scheme)
        if not found or found[0].code == 'pass' or (
                found[0].only not in (None, scheme)):
            return 404, None, 'no-store'
        rule = found[0]
        if rule.target is None:
            return int(rule.code), None, rule.cache()
        path, mark, query = target.partition('?')
        location = rule.location(split_host(host)[0], normal_path(path),
                                 normal(query, query=True) if mark else None)
        if location is None:
            return 404, None, 'no-store'
        codes = rule.code.split('/')
        code = codes[0 if method in ('GET', 'HEAD') else -1]
        return int(code), location, rule.cache()
