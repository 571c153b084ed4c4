# SPDX-License-Identifier: BSD-2-Clause
"""The rule language once more, from its description and not from the C code:
slow, plain, and for ASCII rules that are right."""

import re

UNRESERVED = set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
                 '0123456789-._~')
RESERVED = set(":/?#[]@!$&'()*+,;=")
CACHED = {'301': 3600, '308': 3600, '410': 3600}


def escape(byte):
    return '%%%02X' % byte


def normal(text):
    """Percent-normalisation of a path or query; bytes as latin-1. An escape
    that would complete a stray '%' when it is decoded stays one."""
    out = ''
    for part in re.findall('%[0-9A-Fa-f]{2}|.', text, flags=re.S):
        if len(part) == 1:
            plain = part in UNRESERVED or part in RESERVED or part == '%'
            out += part if plain else escape(ord(part))
            continue
        value = int(part[1:], 16)
        completes = (re.search('%[0-9A-Fa-f]?$', out)
                     and chr(value) in '0123456789abcdefABCDEF')
        plain = chr(value) in UNRESERVED and not completes
        out += chr(value) if plain else escape(value)
    return out


def remove_dots(path):
    """RFC 3986 5.2.4, step by step."""
    out = ''
    while path:
        if path.startswith('/./') or path == '/.':
            path = '/' + path[3:]
        elif path.startswith('/../') or path == '/..':
            path = '/' + path[4:]
            out = out[:out.rfind('/')] if '/' in out else ''
        else:
            end = path.find('/', 1)
            end = len(path) if end < 0 else end
            out, path = out + path[:end], path[end:]
    return out


def normal_path(path, prefix=False):
    path = normal(path)
    if not prefix:
        return remove_dots(path)
    last = path.rfind('/') + 1
    return remove_dots(path[:last]) + path[last:]


def split_host(text):
    """Host in lower case, without port and final dot; and the rest."""
    match = re.match(r'(\[[^]]*\]|[^/?:]*)(:\d*)?', text)
    host = match[1].lower()
    return host[:-1] if host.endswith('.') else host, text[match.end():]


class Rule:
    def __init__(self, source, target, code, **keys):
        source = re.sub('^https?://', '', source, flags=re.I)
        self.code = code
        self.host, rest = split_host(source)
        bare = not rest
        path, mark, query = (rest or '/*').partition('?')
        self.query = normal(query) if mark else None
        self.prefix = path.endswith('*')
        self.path = normal_path(path[:-1] if self.prefix else path,
                                self.prefix)
        self.drop = keys.get('query') == 'drop' or bool(mark)
        self.max_age = int(keys.get('max_age', CACHED.get(code, 0)))
        self.target = None
        if target != '-':
            self.read_target(target, bare)

    def read_target(self, target, bare):
        self.star = target.endswith('*')
        match = re.fullmatch(r'(https?://)([^/?]*)([^?]*)(\?.*)?',
                             target[:-1] if self.star else target, re.I)
        scheme, host, path, query = match.groups()
        if path:
            path = normal_path(path, self.star and query is None)
        if bare and not self.star and query is None and path in ('', '/'):
            path, self.star = '/', True
        self.target = (scheme + host).lower() + path
        if query is not None:
            self.target += '?' + normal(query[1:])

    @property
    def source(self):
        query = '' if self.query is None else '?' + self.query
        return self.host + self.path + ('*' if self.prefix else query)

    def matches(self, path, query):
        if not self.prefix:
            return self.path == path and self.query in (None, query)
        return path.startswith(self.path) or self.path == path + '/'

    def rank(self):
        """Within a host: the path with its query, the path, the longest."""
        if self.prefix:
            return 2, -len(self.path)
        return (1, 0) if self.query is None else (0, 0)

    def location(self, path, query):
        text = self.target
        if self.star:
            text += path[len(self.path):]
        if query is not None and not self.drop:
            text += ('&' if '?' in self.target else '?') + query
        return text

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
            self.hosts.setdefault(rule.host, []).append(rule)

    def matching(self, host, target):
        """All rules that match, the winner first."""
        path, mark, query = target.partition('?')
        path, query = normal_path(path), normal(query) if mark else None
        found = []
        for level in levels(split_host(host)[0]):
            found += sorted((rule for rule in self.hosts.get(level, ())
                             if rule.matches(path, query)), key=Rule.rank)
        return found

    def answer(self, host, target):
        """(status, Location, Cache-Control)"""
        found = self.matching(host, target)
        if not found or found[0].code == 'pass':
            return 404, None, 'no-store'
        rule = found[0]
        if rule.target is None:
            return 410, None, rule.cache()
        path, mark, query = target.partition('?')
        location = rule.location(normal_path(path),
                                 normal(query) if mark else None)
        return int(rule.code), location, rule.cache()
