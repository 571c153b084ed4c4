# SPDX-License-Identifier: BSD-2-Clause
"""Configurations of nginx by chance: few paths and hosts, so that what is asked
for overlaps."""

HOSTS = ['a.example', 'www.a.example', 'b.example', 'x.b.example',
         'y.x.b.example']
NAMES = HOSTS + ['*.b.example', '.c.example', '*.example',
                 '~^www\\.(a|b)\\.example$', '~^(?<sub>x|y)\\.b\\.example$']
PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', '/A/b', '/b',
         '/b/7', '/b/7/', '/b/x', '/c/d/e', '/a/index.php', '/7', '/%C3%BC']
QUERIES = ['', '', '', '?', '?id=7', '?id=8', '?z=1&id=7', '?a=b&c=d']
PLAIN = ['/a', '/a/', '/a/b', '/a/b/', '/ab', '/b', '/b/', '/b/7', '/c/d/e', '/']
REGEXES = ['^/a/(.*)$', '^/a/b/?$', '^/b/([0-9]+)$', '^/b/([0-9]+)/?$',
           '^/([^/]+)$', '^/(a|b)/(.*)$', '^/a', '^/c/([^/]+)/e$', '^/ab$', '^',
           '^/(?<one>a|c)/(?<rest>.*)$', '^/b/', '^/a/index\\.php$']
CODES = ['301', '302', '303', '307', '308']


def target(rng, groups):
    """A URL; groups: what may vary in it."""
    base = rng.choice(['https://n.example', 'http://m.example', '$scheme://n.example',
                       'https://$host', 'https://n.example', ''])
    rest = ['/t%d' % rng.randrange(9), '/t%d' % rng.randrange(9), '$request_uri',
            '/p$request_uri', '$uri', '$uri$is_args$args', '/q$is_args$args',
            '/r?x=1&$args', '/s?x=1'] + groups * 3
    if not base:
        rest = [item for item in rest if item[0] == '/']
    return base + rng.choice(rest)


def groups_of(regex):
    if '<one>' in regex:
        return ['/g/$rest', '/h/$one']
    if '<sub>' in regex:
        return ['/i/$sub']
    return ['/g/$%d' % regex.count('(')] if '(' in regex else []


def answer(rng, groups):
    way = rng.randrange(12)
    if way == 0:
        return 'return 410;'
    if way == 1:
        return 'return 404;'
    return f'return {rng.choice(CODES)} {target(rng, groups)};'


def rewrite(rng):
    regex = rng.choice(REGEXES)
    to = target(rng, groups_of(regex)).replace('$is_args$args', '')
    if '$args' in to or '$request_uri' in to:
        to = 'https://n.example/w'
    return (f'rewrite {regex} {to}{rng.choice(["", "", "?"])} '
            f'{rng.choice(["permanent", "redirect"])};')


def condition(rng):
    regex = rng.choice(REGEXES)
    return rng.choice([
        ('$scheme = http', []), ('$scheme != https', []),
        (f'$host = {rng.choice(HOSTS)}', []),
        (f'$host != {rng.choice(HOSTS)}', []),
        ('$host ~* ^www\\.(.+)$', ['/v/$1']),
        (f'$uri = {rng.choice(PLAIN)}', []),
        (f'$request_uri ~ "{rng.choice(["^/a", "^/b/", "^/c/d", "^/a/b"])}"', []),
        (f'$uri ~ {regex}', groups_of(regex)),
        (f'$uri !~ {regex}', []), ('$flag', []), ('$flag = 1', []),
        ('$flag = "12"', []), ('$flag != ""', [])])


def steps(rng, deep, groups):
    lines = []
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        way = rng.randrange(8)
        if way < 3:
            lines.append(rewrite(rng))
        elif way < 7:
            text, more = condition(rng)
            inner = rng.choice([answer(rng, more or groups), rewrite(rng),
                                'set $flag "${flag}%d";' % rng.randint(1, 2)])
            lines.append('if (%s) { %s }' % (text, inner))
        elif deep:
            lines.append('if ($moved) { return 301 $moved; }')
        else:
            lines.append('set $flag 1;')
    return lines


def location(rng, depth, outer):
    kind = rng.randrange(6)
    groups = []
    if kind < 2:
        regex = rng.choice(REGEXES[:-1])
        sign, text, groups = '~ ', '"' + regex + '"', groups_of(regex)
    else:
        sign = ['= ', '^~ ', '', ''][kind - 2]
        text = rng.choice([path for path in PLAIN if path.startswith(outer)]
                          or [outer])
    lines = steps(rng, False, groups)
    if depth and kind > 2 and rng.randrange(3) == 0:
        lines += locations(rng, depth - 1, text)
    if rng.randrange(4):
        lines.append(answer(rng, groups))
    return 'location %s%s { %s }' % (sign, text, '\n    '.join(lines)), sign + text


def locations(rng, depth, outer):
    found = {}
    for _ in range(rng.randrange(4)):
        text, name = location(rng, depth, outer)
        found[name.replace('^~ ', '')] = text
    return list(found.values())


def server(rng, number):
    names = ' '.join(rng.sample(NAMES, rng.randint(1, 3)))
    listen = rng.choice(['listen 80; listen 443 ssl;', 'listen 80;',
                         'listen 80; listen 443 ssl;'])
    lines = [listen, f'server_name {names};', 'set $flag "";',
             'root /nonexistent;']
    lines += steps(rng, True, []) + locations(rng, 1, '/')
    if rng.randrange(3) == 0:
        lines.append(answer(rng, []))
    return 'server {\n  ' + '\n  '.join(lines) + '\n}\n'


def table(rng):
    key, make = rng.choice([
        ('$uri', lambda: rng.choice(PLAIN)),
        ('$host$uri', lambda: rng.choice(HOSTS) + rng.choice(PLAIN)),
        ('$request_uri', lambda: rng.choice(PLAIN) +
         rng.choice(['', '?id=7', '?a=b&c=d']))])
    rows = {make().lower(): target(rng, []) for _ in range(rng.randrange(8))}
    lines = [f'  {key} "{value}";' for key, value in rows.items()]
    if key != '$host$uri' and rng.randrange(2):
        regex = rng.choice(REGEXES[:6])
        lines.append('  "~%s" "https://n.example%s";' % (
            regex, rng.choice(groups_of(regex) or ['/z'])))
    return 'map %s $moved {\n%s\n}\n' % (key, '\n'.join(lines))


def config(rng):
    """The text of one."""
    text = table(rng) + '''server {
  listen 80 default_server; listen 443 ssl default_server;
  server_name _; return 404;
}
'''
    return text + ''.join(server(rng, i) for i in range(rng.randint(1, 4)))
