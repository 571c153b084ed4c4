#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Caddy with a Caddyfile and detour with what it imports of it, asked the same:
each answer that differs is one that the import had named."""

import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.parse

from serving import LIMIT, Server, State, run, wait_for

SEED = 20261128
REQUESTS = 3500 if os.environ.get('DETOUR_LONG') else 800  # of each file
REDIRECTS = 301, 302, 303, 307, 308

# Each as people have them; PORT is where Caddy listens.
FILES = {
    'a domain that moves': '''
{
	admin off
}
http://old.example:PORT, http://www.old.example:PORT {
	redir https://new.example{uri} permanent
}
http://oldmill.example:PORT {
	redir /spring https://millworks.example/offers/spring 307
	redir /shop/* https://shop.millworks.example{uri} 308
	redir /gallery* https://millworks.example/pictures
	redir * https://millworks.example/ permanent
}
''',
    'named matchers': '''
{
	admin off
}
http://a.example:PORT {
	@docs path /docs/* /manual/* /handbook
	redir @docs https://docs.example{path} 301
	@api {
		path /api/*
		host a.example
	}
	redir @api https://api.example{uri} 308
	@old path_regexp year ^/blog/([0-9]+)/([^/]+)$
	redir @old https://blog.example/{re.year.2}?y={re.year.1} 301
	redir /search https://find.example/?{query}
	redir /here https://{host}/there
	redir /short {scheme}://long.example/x?a=b#c
	redir /me /you
	respond /gone 410
	respond "not here" 404
}
''',
    'handles': '''
{
	admin off
}
http://b.example:PORT {
	handle /app/* {
		respond "app"
	}
	handle_path /files/* {
		redir https://files.example{uri} 301
	}
	handle /a/b/c {
		redir https://c.example/ 302
	}
	handle /a/* {
		redir /a/x https://x.example/ 303
		redir https://a.example{uri} 301
	}
	handle {
		redir https://rest.example{uri} 302
	}
}
http://c.example:PORT {
	route {
		redir /one/two https://two.example/
		redir /one/* https://one.example/
		redir /one/three https://three.example/
		respond /four "four"
	}
}
''',
    'snippets and maps': '''
{
	admin off
}
(move) {
	redir {args.0} https://{args.1}{args.0}.html 301
}
http://d.example:PORT {
	import move /about d.example
	import move /contact e.example
	map {path} {moved} {
		/old-page       https://d.example/new-page
		/Old/Page.html  https://d.example/page
		"/with blank"   https://d.example/blank
		default         ""
	}
	@moved expression {moved} != ""
	redir @moved {moved} 308
}
http://e.example:PORT, http://f.example:PORT {
	map {host}{path} {to} {
		e.example/x  https://x.example/e
		f.example/x  https://x.example/f
		default      https://other.example{uri}
	}
	redir {to} permanent
}
''',
    'a longer path first': '''
{
	admin off
}
http://g.example:PORT {
	redir /p* https://p.example/1
	redir /p https://p.example/2
	redir /product/* https://p.example/3
	redir /product/blue https://p.example/4
	redir @two https://p.example/5
	@two path /two /second
	redir /%7Euser https://p.example/6
}
http://*.h.example:PORT {
	redir https://h.example{uri}
}
''',
    'a site alone': '''http://i.example:PORT

redir /x https://i.example/y
redir /y* "https://i.example/z?w={query}" 301
redir /z https://i.example/1 html
''',
}


def ask(connection, method, host, target):
    connection.putrequest(method, target, skip_host=True,
                          skip_accept_encoding=True)
    connection.putheader('Host', host)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    if answer.status in REDIRECTS:
        return answer.status, answer.getheader('Location')
    return answer.status if answer.status == 410 else 'none', None


class Caddy:
    """A Caddy that runs with a file."""

    def __init__(self, text):
        self.dir = tempfile.mkdtemp(prefix='detour-caddy-')
        with socket.socket() as sock:
            sock.bind(('127.0.0.1', 0))
            self.port = sock.getsockname()[1]
        self.path = os.path.join(self.dir, 'Caddyfile')
        with open(self.path, 'w', encoding='utf-8') as file:
            file.write(text.replace('PORT', str(self.port)))
        self.log = open(os.path.join(self.dir, 'log'), 'w+b')
        self.process = subprocess.Popen(
            ['caddy', 'run', '--adapter', 'caddyfile', '--config', self.path],
            stdout=self.log, stderr=self.log,
            env={**os.environ, 'HOME': self.dir, 'XDG_DATA_HOME': self.dir,
                 'XDG_CONFIG_HOME': self.dir})
        if not wait_for(self.listens):
            self.stop()
            raise AssertionError('no Caddy')

    def listens(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def sources(text):
    """Hosts and paths that a file has."""
    hosts = re.findall(r'http://([^\s:]+):PORT', text)
    paths = set(re.findall(r'(?<![\w:/}.])(/[\w./%~-]*)', text))
    return ([host.replace('*', 'deep') for host in hosts],
            sorted(paths | {'/', '/blog/2024/a-b', '/nowhere'}))


def requests(rng, text, count):
    hosts, paths = sources(text)
    for number in range(count):
        host = rng.choice(hosts)
        path = rng.choice(paths) if number >= len(paths) else paths[number]
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            path = rng.choice((
                lambda p: p + '/', lambda p: p + '/more', lambda p: p + 'x',
                lambda p: p.rstrip('/') or '/', lambda p: p.upper(),
                lambda p: p.replace('/', '//', 1), lambda p: '/.' + p,
                lambda p: p + '/../y', lambda p: p[:-1] + '%%%02x' % ord(p[-1]),
                lambda p: p + '%2Fz', lambda p: p + '%20b%c3%a4',
                lambda p: p + '.html', lambda p: p.lower()))(path)
        query = rng.choice(('', '', '', '?', '?a=b', '?a=b&c=%20%7e', "?x='"))
        host = rng.choice((host, host, host.upper(), host + ':80',
                           'x.' + host))
        yield rng.choice(('GET', 'GET', 'HEAD', 'POST')), host, path + query


def sent(location):
    """What a path and query that are sent as they came have in common with
    their normal form."""
    scheme, _, rest = location.partition('://')
    origin, slash, rest = rest.partition('/')
    path, mark, query = (slash + rest).partition('?')
    while True:
        shorter = re.sub(r'/\.(?=/|$)|/(?!\.\.?(/|$))[^/]*/\.\.(?=/|$)', '',
                         path, 1)
        if shorter == path:
            break
        path = shorter
    text = urllib.parse.unquote(path + mark + query, 'latin-1')
    return f'{scheme}://{origin}{text}'


def plain(path):
    return not re.search(r'//|/\.\.?(/|$)|%', path)


class Excuse:
    """Which requests the report of an import excuses."""

    def __init__(self, report, rules):
        self.kinds = set()
        self.prefixes = {('/' + line.split()[0].partition('/')[2][:-1]).lower()
                         for line in rules.splitlines()
                         if line.split()[0].endswith('/*')}
        for line in report.splitlines():
            match = re.match(r'[^:]*:\d+: ([\w ]+): (.*)', line)
            if match:
                self.kinds.add((match[1], match[2]))

    def has(self, kind, text=''):
        return any(one == kind and text in what for one, what in self.kinds)

    def __call__(self, host, target, theirs, ours):
        path, _, query = target.partition('?')
        if self.has('path', '//') and not plain(path):
            return True  # other rules take it
        if self.has('slash') and (path + '/').lower() in self.prefixes:
            return True
        if self.has('host', 'one label') and host.count('.') > 2:
            return theirs == ('none', None)
        if self.has('map', 'with case') and host != host.lower():
            return True
        if (self.has('target', '{') or self.has('code')) and \
                ours[0] == 'none':
            return True  # what cannot be said
        # the same rule: what of a Location differs
        same = [theirs[1] or '', ours[1] or '']
        if theirs[0] != ours[0]:
            return False
        if self.has('target', 'a path alone') and same[0][:1] == '/':
            same[1] = same[1][-len(same[0]):]
        if self.has('sent'):
            same = [sent(text) for text in same]
        if self.has('case'):
            same = [text.lower() for text in same]
        if self.has('query', "no '?'") and not query:
            same = [text.rstrip('?') for text in same]
        return same[0] == same[1]


@unittest.skipUnless(shutil.which('caddy'), 'SKIP: there is no caddy')
class Same(unittest.TestCase):
    def compare(self, name):
        text, rng = FILES[name], random.Random(SEED)
        caddy = Caddy(text)
        self.addCleanup(caddy.stop)
        state = State()
        self.addCleanup(state.remove)
        done = run('--state', state.path, 'import', caddy.path, '--partial')
        self.assertIn('format caddy', done.stdout)
        server = Server(state)
        self.addCleanup(server.stop)
        rules = run('--state', state.path, 'export').stdout
        excuse, excused, redirects = Excuse(done.stderr, rules), 0, 0
        ours = http.client.HTTPConnection(*server.address, timeout=LIMIT)
        theirs = http.client.HTTPConnection('127.0.0.1', caddy.port,
                                            timeout=LIMIT)
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        for method, host, target in requests(rng, text, REQUESTS):
            one = ask(theirs, method, host, target)
            two = ask(ours, method, host, target)
            redirects += one[0] != 'none'
            if one == two:
                continue
            excused += 1
            self.assertTrue(
                excuse(host.split(':')[0], target, one, two),
                f'{method} {host} {target}: Caddy {one}, detour {two}\n'
                f'{done.stderr}{rules}')
        self.assertGreater(redirects, REQUESTS / 20)
        self.assertLess(excused, REQUESTS / 2)


for number, title in enumerate(FILES):
    setattr(Same, f'test_{number}_{title.replace(" ", "_")}',
            lambda self, title=title: self.compare(title))


if __name__ == '__main__':
    unittest.main()
