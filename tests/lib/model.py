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


def normal(text, rule=False, query=False):
    """Percent-normalisation of a path or query; bytes as latin-1. In a rule
    '*' is a wildcard, so that a literal one is an escape there."""
    out = ''
    for part in re.findall('%[0-9A-Fa-f]{2}|.', text, flags=re.S):
        byte = ord(part) if len(part) == 1 else int(part[1:], 16)
        kept = UNRESERVED if len(part) == 3 else (
            UNRESERVED | RESERVED - ({"'"} if query else set()))
        star = byte == ord('*') and not rule
        out += chr(byte) if chr(byte) in kept or star else escape(byte)
    return out


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


def normal_path(path, prefix=False, rule=False):
    path = normal(path, rule)
    if not prefix:
        return remove_dots(path)
    last = path.rfind('/') + 1
    return remove_dots(path[:last]) + path[last:]


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
        source = re.sub('^https?://', '', source, flags=re.I)
        self.code = code
        self.host, rest = split_host(source)
        bare = not rest
        path, mark, query = (rest or '/*').partition('?')
        self.query = normal(query, True, True) if mark else None
        self.prefix = path.endswith('*')
        self.path = normal_path(path[:-1] if self.prefix else path,
                                self.prefix, True)
        self.drop = keys.get('query') == 'drop' or bool(mark)
        self.max_age = int(keys.get('max_age', CACHED.get(code[:3], 0)))
        self.target = None
        if target != '-':
            self.read_target(target, bare)

    def read_target(self, target, bare):
        """It is sent as written; where the parts go that requests have."""
        match = re.fullmatch(r'(\w+://)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?',
                             target)
        scheme, host, path, query, fragment = match.groups()
        if bare and path in ('', '/') and query is None and fragment is None:
            path = '/*'
        self.scheme, self.to_host = scheme, host
        self.page = written(path + (query or ''))
        self.fragment = '' if fragment is None else (
            '#' + written(fragment[1:]).replace('#', '%23'))
        self.target = scheme + host + self.page + self.fragment

    @property
    def source(self):
        query = '' if self.query is None else '?' + self.query
        return self.host + self.path + ('*' if self.prefix else query)

    @property
    def literal(self):
        """The path as requests have it."""
        return self.path.replace('%2A', '*')

    def matches(self, path, query):
        if not self.prefix:
            wanted = self.query and self.query.replace('%2A', '*')
            return self.literal == path and (self.query is None or
                                             wanted == query)
        return path.startswith(self.literal) or self.literal == path + '/'

    def rank(self):
        """Within a host: the path with its query, the path, the longest."""
        if self.prefix:
            return 2, -len(self.literal)
        return (1, 0) if self.query is None else (0, 0)

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
        text = self.scheme + to_host + self.page.replace(
            '*', path[len(self.literal):])
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
            self.hosts.setdefault(rule.host, []).append(rule)

    def matching(self, host, target):
        """All rules that match, the winner first."""
        path, mark, query = target.partition('?')
        path = normal_path(path)
        query = normal(query, query=True) if mark else None
        found = []
        for level in levels(split_host(host)[0]):
            found += sorted((rule for rule in self.hosts.get(level, ())
                             if rule.matches(path, query)), key=Rule.rank)
        return found

    def answer(self, host, target, method='GET'):
        """(status, Location, Cache-Control)"""
        found = self.matching(host, target)
        if not found or found[0].code == 'pass':
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
