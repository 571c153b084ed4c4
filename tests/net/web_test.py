#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour web: what it tells, whom, and what cannot be done to it."""

import contextlib
import grp
import html.parser
import json
import os
import re
import signal
import socket
import stat
import subprocess
import unittest

from browsing import Web
from long_form import long_form
from serving import DETOUR, LIMIT, RULES, Client, Server, State, get, run, \
    wait_for

HOSTILE = '</td><script>alert(1)</script>"\'&amp;\x1b[31m\u202e{}\\'
PATHS = ('/', '/rules', '/misses', '/releases', '/explain', '/metrics',
         '/figures.json', '/live.json', '/readyz', '/ask?domain=old.example', '/style.css',
         '/script.js', '/icon.svg')
PAGES = '/', '/rules', '/misses', '/releases', '/explain'


class Elements(html.parser.HTMLParser):
    """What elements a page has, and whether each ends that begins."""
    VOID = {'meta', 'link', 'input', 'br'}

    def __init__(self, text):
        super().__init__()
        self.open, self.all, self.attrs, self.text = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.all.append(tag)
        self.attrs += [(tag, *attr) for attr in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ('polyline',):
            return
        last = self.open.pop() if self.open else None
        if last != tag:
            raise AssertionError(f'</{tag}> in <{last}>')

    def handle_startendtag(self, tag, attrs):
        self.all.append(tag)
        self.attrs += [(tag, *attr) for attr in attrs]

    def handle_data(self, data):
        self.text.append(data)


def samples(text):
    """The samples of /metrics: {(name, labels): value}."""
    found = {}
    for line in text.splitlines():
        if line.startswith('#'):
            continue
        match = re.fullmatch(r'([a-z_]+)(?:\{(.*)\})? (-?\d+)', line)
        if not match:
            raise AssertionError(line)
        labels = re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', match[2] or '')
        key = match[1], frozenset(labels)
        if key in found:
            raise AssertionError(f'{line} twice')
        found[key] = int(match[3])
    return found


class Showing(unittest.TestCase):
    """A state directory and pages of it, for each test."""
    rules = RULES

    def setUp(self):
        self.state = State(self.rules)
        self.addCleanup(self.state.remove)

    def web(self, *args, **kwargs):
        web = Web(self.state, *args, **kwargs)
        self.addCleanup(web.stop)
        return web

    def serve(self, *args):
        server = Server(self.state, *args)
        self.addCleanup(server.stop)
        return server

    def do(self, *args, **kwargs):
        return run('--state', self.state.path, *args, **kwargs)

    def elements(self, text):
        found = Elements(text)
        self.assertEqual(found.open, [])
        return found


class Tells(Showing):
    def test_ends_well(self):
        web = self.web()
        self.assertEqual(web.text('/healthz'), 'ok\n')
        gatherer = web.gatherer()
        self.assertEqual(web.stop(), 0)
        self.assertEqual(len(web.lines), 1)
        self.assertTrue(wait_for(
            lambda: not os.path.exists(f'/proc/{gatherer}')))

    def test_fields(self):
        web = self.web()
        for path in (*PATHS, '/nothing', '/healthz'):
            with self.subTest(path):
                status, fields, _ = web.ask(path)
                self.assertIn(status, (200, 404, 503))
                policy = fields['Content-Security-Policy']
                for part in ("default-src 'none'", "base-uri 'none'",
                             "frame-ancestors 'none'"):
                    self.assertIn(part, policy)
                self.assertNotIn('unsafe', policy)
                self.assertNotIn('http', policy)
                self.assertEqual(fields['X-Content-Type-Options'], 'nosniff')
                self.assertTrue(wait_for(lambda: self.is_bare(web, path)))

    def is_bare(self, web, path):
        """Whether HEAD tells the length that GET has: figures that come in
        between make it another one."""
        got, bare, nothing = web.ask(path, 'HEAD')
        self.assertEqual(nothing, b'')
        status, _, body = web.ask(path)
        return (got, bare['Content-Length']) == (status, str(len(body)))

    def test_pages_are_whole_and_take_nothing_from_elsewhere(self):
        self.serve()
        web = self.web()
        for path in PAGES:
            with self.subTest(path):
                page = self.elements(web.text(path))
                self.assertEqual(page.all.count('h1'), 1)
                self.assertIn(('html', 'lang', 'en'), page.attrs)
                for tag, name, value in page.attrs:
                    self.assertFalse(name.startswith('on'), name)
                    self.assertNotEqual(name, 'style')
                    if name in ('src', 'href', 'action'):
                        self.assertRegex(value, r'^[/#]')
                labels = {value for tag, name, value in page.attrs
                          if tag == 'label' and name == 'for'}
                inputs = {value for tag, name, value in page.attrs
                          if tag in ('input', 'select') and name == 'id'}
                self.assertEqual(labels, inputs)
                if 'table' in page.all:
                    self.assertIn(('th', 'scope', 'col'), page.attrs)
                    self.assertEqual(page.all.count('caption'),
                                     page.all.count('table'))

    def test_figures_are_those_of_the_commands(self):
        server = self.serve()
        with Client(server) as client:
            for _ in range(7):
                client.ask(get())
        web = self.web()

        def counted():
            found = web.figures()['counters']['socket']['get_301']
            return found == 7 and found
        self.assertTrue(wait_for(counted))
        figures = web.figures()
        status = json.loads(self.do('status', '--json').stdout)
        self.assertEqual(figures['servers'], status['servers'])
        self.assertEqual(figures['interfaces'], status['fastpath'])
        self.assertEqual(figures['map'], status['map'])
        for name in 'release', 'rules', 'drafts', 'state':
            self.assertEqual(figures[name], status[name])
        self.assertEqual(figures['releases'],
                         json.loads(self.do('log', '--json').stdout))

    def test_follows_releases_and_drafts(self):
        web = self.web()
        self.assertEqual(web.figures()['release'], 1)
        self.do('add', 'more.example', '-', '410', '--message', 'one more')
        self.do('add', 'third.example', '-', '410', '--draft')
        self.assertTrue(wait_for(lambda: web.figures()['release'] == 2 and
                                 'one more' in web.text('/')))
        self.assertTrue(wait_for(
            lambda: web.figures()['drafts'] == ['draft']))

    def test_log_is_bounded(self):
        for i in range(60):
            self.do('add', f'h{i}.example', '-', '410')
        web = self.web()
        self.assertEqual([one['release'] for one in
                          web.figures()['releases']], [*range(61, 11, -1)])
        self.assertEqual(web.text('/').count('<code>add h'), 10)
        self.assertEqual(web.text('/releases').count('<code>add h'), 50)

    def test_explain(self):
        web = self.web()
        text = web.text('/explain?url=http%3A%2F%2Fold.example%2Fitem%3Fid%3D7'
                        '&method=POST')
        self.assertIn('HTTP/1.1 302 Found', text)
        self.assertIn('Location: https://new.example/seven', text)
        self.assertIn('<option selected>POST</option>', text)
        self.assertIn('loses', text)
        self.assertIn('No rule matches', web.text('/explain?url=else.example'))
        for query in ('url=http%3A%2F%2F', 'url=a.example&method=NO+METHOD',
                      'url=ftp%3A%2F%2Fa.example', 'url=a%20b'):
            text = web.text('/explain?' + query, 400)
            self.assertIn('role="alert"', text)
            self.elements(text)

    def test_without_a_state_directory(self):
        self.state.path += '-none'
        web = self.web()
        self.assertIn('No such file', web.text('/'))
        self.assertIn('not ready', web.text('/readyz', 503))
        self.assertEqual(web.figures()['release'], None)
        web.text('/ask?domain=a.example', 503)
        self.assertIn('role="alert"', web.text('/explain?url=a.example', 400))
        self.do('add', 'a.example', '-', '410')
        self.assertTrue(wait_for(lambda: web.figures()['release'] == 1))
        self.assertIn('410 Gone', web.text('/explain?url=a.example'))

    def test_a_damaged_map_and_store_are_said(self):
        web = self.web()
        path = os.path.join(self.state.path, 'maps/1.map')
        with open(path, 'r+b') as file:
            file.seek(4096)
            file.write(b'\xff' * (os.path.getsize(path) - 4096))
        with open(os.path.join(self.state.path, 'detour.db'), 'r+b') as file:
            file.write(b'\xff' * 64)
        web.stop()
        web = self.web()
        text = web.text('/')
        self.assertIn('damaged', text)
        self.assertEqual(web.figures()['rules'], None)
        self.assertEqual(web.figures()['map']['sound'], False)
        self.elements(text)


class Used(Showing):
    """Which rules are asked for, which are not, and what no rule matches."""

    def test_rules_and_misses(self):
        server = self.serve()
        web = self.web()
        with Client(server) as client:
            for _ in range(9):
                client.ask(get('/see'))
            for _ in range(4):
                client.ask(get('/gone', method='POST'))
            for _ in range(6):
                client.ask(get('/wp-login.php?x=1', 'none.example'))
        figures = wait_for(lambda: self.hits(web, 2) and web.figures())
        most = figures['hits']['most']
        self.assertEqual([(row['get_head'], row['other']) for row in most],
                         [(9, 0), (0, 4)])
        self.assertEqual(figures['hits']['unused'], 5)
        self.assertEqual(figures['answered'],
                         {'fastpath': None, 'server': 13})
        for path in '/', '/rules':
            text = web.text(path)
            self.assertIn('<code>old.example/see https://new.example/see 303 '
                          'query=drop</code></td><td class="number">9</td>',
                          text)
            self.assertIn('nobody asked for <b>5</b> of <b>7</b> rules', text)
            self.assertIn('<code>old.example/try ', text)
            self.assertIn('<code>detour advise --hits</code>', text)
        self.assertTrue(wait_for(lambda: web.figures()['misses']['urls']))
        self.assertIn('<code>none.example/wp-login.php</code></td>'
                      '<td class="number">6</td>', web.text('/misses'))
        self.assertIn('<code>none.example</code>', web.text('/'))

    def hits(self, web, count):
        hits = web.figures()['hits']
        return hits and len(hits['most']) == count

    def test_hostile_misses(self):
        server = self.serve()
        web = self.web()
        for path in (b'/<script>alert(1)</script>', b'/"\'&lt;', b'/%1b[31m',
                     b'/%E2%80%AE', b'/%FF%FE', b'/\xff\xfe', b'/%22%3E',
                     b'/' + 300 * b'<'):
            for host in b'none.example', b'old.example':
                server_answer = Client(server)
                with server_answer as client:
                    client.ask(b'GET ' + path + b' HTTP/1.1\r\nHost: ' +
                               host + b'\r\n\r\n')
        self.assertTrue(wait_for(lambda: (web.figures()['misses'] or
                                          {}).get('urls')))
        for path in '/', '/misses':
            page = self.elements(web.text(path))
            self.assertLessEqual(page.all.count('script'), 1)
            self.assertNotIn('\x1b', ''.join(page.text))
        text = web.text('/metrics')
        self.assertNotIn('alert', text)
        self.assertNotIn('none.example', text)

    def test_a_damaged_map_is_left_as_it_is(self):
        """Looking does not rebuild it, whatever is asked for."""
        web = self.web()
        path = os.path.join(self.state.path, 'maps/1.map')
        with open(path, 'r+b') as file:
            file.seek(4096)
            file.write(b'\xff' * (os.path.getsize(path) - 4096))
            file.flush()
            file.seek(0)
            before = file.read()
        web.stop()
        web = self.web()
        for _ in range(3):
            for name in PATHS:
                web.ask(name)
            self.assertIsNone(web.figures()['hits'])
        with open(path, 'rb') as file:
            self.assertEqual(file.read(), before)


class Ready(Showing):
    def test_ready(self):
        web = self.web()
        self.assertIn('nothing answers', web.text('/readyz', 503))
        server = self.serve()
        self.assertTrue(wait_for(lambda: web.ask('/readyz')[0] == 200))
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            self.do('add', 'new.example', '-', '410', '--wait', '0',
                    check=False)
            self.assertTrue(wait_for(
                lambda: f'server {server.process.pid} answers from release 1'
                in web.ask('/readyz')[2].decode()))
            self.assertEqual(web.ask('/readyz')[0], 503)
            self.assertIn('NOT READY', web.text('/'))
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        self.assertTrue(wait_for(lambda: web.ask('/readyz')[0] == 200))
        server.stop()
        self.assertTrue(wait_for(lambda: web.ask('/readyz')[0] == 503))

    def test_a_gatherer_that_ends_ends_it(self):
        web = self.web()
        os.kill(web.gatherer(), signal.SIGKILL)
        self.assertEqual(web.process.wait(LIMIT), 1)
        self.assertTrue(wait_for(lambda: 'has ended' in web.lines[-1]))

    def test_nothing_is_left_when_it_is_killed(self):
        web = self.web()
        gatherer = web.gatherer()
        web.process.kill()
        self.assertTrue(wait_for(
            lambda: not os.path.exists(f'/proc/{gatherer}')))


class Ask(Showing):
    rules = """
        one.example            https://x.example  301
        *.wild.example         https://x.example  301
        xn--bcher-kva.example  -                  410
        pass.example/x         -                  pass
        *                      https://x.example  307
    """

    def asked(self, web, domain):
        return web.ask(f'/ask?domain={domain}')[0]

    def test_ask(self):
        web = self.web()
        for domain, status in (
                ('one.example', 200), ('ONE.example.', 200),
                ('a.one.example', 404), ('a.wild.example', 200),
                ('a.b.wild.example', 200), ('wild.example', 404),
                ('b%C3%BCcher.example', 200), ('pass.example', 200),
                ('else.example', 404), ('*', 400), ('*.wild.example', 400),
                ('', 400), ('a..b', 400), ('a/b', 400), ('a%00b', 400),
                ('%ff', 400), ('one.example:80', 400), ('192.0.2.1', 404),
                ('[::1]', 404), ('.one.example', 400), ('a' * 300, 400)):
            with self.subTest(domain):
                self.assertEqual(self.asked(web, domain), status)
        self.assertEqual(web.ask('/ask')[0], 400)

    def test_rules_that_went(self):
        web = self.web()
        self.do('add', 'two.example', '-', '410')
        self.assertEqual(self.asked(web, 'two.example'), 200)
        self.do('del', 'two.example')
        self.do('del', '*.wild.example')
        self.assertEqual(self.asked(web, 'two.example'), 404)
        self.assertEqual(self.asked(web, 'a.wild.example'), 404)
        self.assertEqual(self.asked(web, 'one.example'), 200)
        self.do('import', '--replace', '--allow-empty', '-', input='')
        self.assertEqual(self.asked(web, 'one.example'), 404)


def meaning(name):
    """The sample that a line of `stats` is, written down once more."""
    method = re.fullmatch(r'(socket_)?(get|head|other)_(\d+)', name)
    if method:
        return 'answers', {'responder': 'server' if method[1] else 'fastpath',
                           'method': method[2], 'code': method[3]}
    for pattern, family, label in (
            ('socket_status_(.*)', 'server_status_answers', 'code'),
            ('socket_(accepted)', 'server_accepted_connections', None),
            ('socket_(accept_failed)', 'server_accept_failures', None),
            ('socket_paused_(.*)', 'server_accept_pauses', 'reason'),
            ('socket_(yielded)', 'server_yielded_connections', None),
            ('socket_closed_(.*)', 'server_closed_connections', 'reason'),
            ('socket_(requests)', 'server_requests', None),
            ('socket_(miss|pass|damaged)', 'server_unmatched_requests',
             'reason'),
            ('socket_(proxied)', 'server_fallback_requests', None),
            ('socket_proxied_(.*)', 'server_fallback_ends', 'reason'),
            ('socket_body_(.*)', 'server_request_bodies', 'reason'),
            ('socket_log_(.*)', 'server_access_log_records', 'reason'),
            ('socket_(.*)', 'server_other_events', 'reason'),
            ('pass_(.*)', 'fastpath_passed_packets', 'reason'),
            ('cookie_(.*)', 'fastpath_cookies', 'reason'),
            ('drop_(.*)', 'fastpath_dropped_packets', 'reason'),
            ('fin_(.*)', 'fastpath_fins', 'reason'),
            ('hand_(.*)', 'fastpath_handed_over_requests', 'reason'),
            ('(assigned)', 'fastpath_assigned_connections', 'reason'),
            ('assign(?:ed)?_(.*)', 'fastpath_assigned_connections',
             'reason'),
            ('(.*)', 'fastpath_other_events', 'reason')):
        found = re.fullmatch(pattern, name)
        if found:
            value = {'lines': 'written'}.get(found[1], found[1])
            return family, {label: value} if label else {}
    raise AssertionError(name)


class Metrics(Showing):
    def promtool(self, text):
        done = subprocess.run(['promtool', 'check', 'metrics'], input=text,
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, '', ''))

    def test_every_counter_is_there(self):
        server = self.serve()
        with Client(server) as client:
            for i in range(5):
                client.ask(get())
                client.ask(get('/gone', method='HEAD'), 'HEAD')
                client.ask(get('/none', 'none.example'))
        web = self.web()
        wait_for(lambda: web.figures()['counters']['socket']['miss'] == 5)
        found = samples(web.text('/metrics'))
        stats = json.loads(self.do('stats', '--json').stdout)['socket']
        self.assertEqual(found['detour_servers', frozenset()],
                         stats.pop('servers'))
        self.assertEqual(stats['socket_get_301'], 5)
        for name, value in stats.items():
            family, labels = meaning(name)
            self.assertEqual(found[f'detour_{family}_total',
                                   frozenset(labels.items())], value, name)
        self.assertFalse([key for key in found if 'other_events' in key[0]])

    def test_both_formats(self):
        web = self.web()
        text = web.text('/metrics')
        self.promtool(text)
        self.assertNotIn('EOF', text)
        for accept, open_ in (
                ('application/openmetrics-text', True),
                ('application/openmetrics-text;version=1.0.0,'
                 'application/openmetrics-text;version=0.0.1;q=0.75,'
                 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', True),
                ('text/plain, application/openmetrics-text;q=0.5', False),
                ('application/openmetrics-text;q=0', False),
                ('text/html,*/*;q=0.8', False), ('', False),
                (';;,,=q;q=x,application/openmetrics-textual', False)):
            with self.subTest(accept):
                _, fields, body = web.ask('/metrics', Accept=accept)
                self.assertEqual(
                    fields['Content-Type'],
                    'application/openmetrics-text; version=1.0.0; '
                    'charset=utf-8' if open_ else
                    'text/plain; version=0.0.4; charset=utf-8')
                self.assertEqual(body.endswith(b'\n# EOF\n'), open_)
                self.assertEqual(fields['Vary'], 'Accept')

    def test_openmetrics(self):
        text = self.web().text('/metrics',
                               Accept='application/openmetrics-text')
        family, kind, seen = None, None, set()
        for line in text.splitlines()[:-1]:
            words = line.split(' ')
            if words[1] == 'HELP':
                family = words[2]
                self.assertNotIn(family, seen)
                seen.add(family)
                self.assertRegex(line, r'\.$')
            elif words[1] == 'TYPE':
                self.assertEqual(words[2], family)
                kind = words[3]
                self.assertFalse(family.endswith(('_total', '_info')))
            elif words[1] == 'UNIT':
                self.assertEqual(words[2], family)
                self.assertTrue(family.endswith('_' + words[3]))
            else:
                name = line.split('{')[0].split(' ')[0]
                self.assertEqual(name, family + {
                    'counter': '_total', 'info': '_info', 'gauge': ''}[kind])

    def test_build(self):
        version, layout, commit = re.fullmatch(
            r'detour (\S+), map layout (\d+), commit (\S+)\n',
            run('--version').stdout).groups()
        self.assertEqual(samples(self.web().text('/metrics'))[
            'detour_build_info', frozenset({
                'version': version, 'map_layout': layout,
                'commit': commit}.items())], 1)


class Admits(Showing):
    TOKEN = 'abcDEF0123456789-._~+/='

    def token_file(self, text=TOKEN + '\n', mode=0o600):
        path = os.path.join(self.state.dir, 'token')
        with open(path, 'w', encoding='latin-1') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def refused(self, *args, code=1, listen='127.0.0.1:0'):
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'web', '--listen', listen,
             *args], capture_output=True, text=True, timeout=LIMIT,
            check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_only_get_and_head(self):
        web = self.web()
        before = self.do('log', '--json').stdout
        for method in ('POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE',
                       'CONNECT', 'get', 'X'):
            for path in PATHS + ('/healthz',):
                head = web.raw(f'{method} {path} HTTP/1.1\r\nHost: localhost'
                               '\r\nContent-Length: 3\r\n\r\nabc'.encode())
                self.assertRegex(head, rb'^HTTP/1.1 (405|400) ', method)
                if b' 405 ' in head:
                    self.assertIn(b'Allow: GET, HEAD\r\n', head)
        self.assertIn(b' 413 ', web.raw(
            b'GET / HTTP/1.1\r\nHost: localhost\r\n'
            b'Content-Length: 3\r\n\r\nabc').split(b'\r\n')[0])
        self.assertEqual(self.do('log', '--json').stdout, before)

    def test_token(self):
        web = self.web('--token-file', self.token_file())
        for path in PATHS:
            for sent in ({}, {'Authorization': 'Bearer'},
                         {'Authorization': 'Bearer '},
                         {'Authorization': 'Bearer ' + self.TOKEN[:-1]},
                         {'Authorization': 'Bearer ' + self.TOKEN + 'x'},
                         {'Authorization': 'Bearer ' + 2 * self.TOKEN},
                         {'Authorization': 'Basic ' + self.TOKEN},
                         {'Authorization': self.TOKEN},
                         {'Authorization':
                          'Bearer ' + self.TOKEN.swapcase()}):
                status, fields, body = web.ask(path, **sent)
                self.assertEqual(status, 401, (path, sent))
                self.assertEqual(fields['WWW-Authenticate'], 'Bearer')
                self.assertEqual(body, b'a token is needed\n')
        for word in 'Bearer ', 'bearer ', 'BEARER ':
            web.text('/', Authorization=word + self.TOKEN)
        self.assertEqual(web.text('/healthz'), 'ok\n')
        # Whoever has it may ask by any name.
        web.text('/', Authorization='Bearer ' + self.TOKEN, Host='x.example')

    def test_token_file(self):
        for text, mode, said in (
                ('short\n', 0o600, 'no token'), ('', 0o600, 'no token'),
                ('x' * 513, 0o600, 'no token'),
                ('with blanks in it, is it not\n', 0o600, 'no token'),
                ('\xe4' * 20, 0o600, 'no token'),
                (self.TOKEN, 0o644, 'open to others'),
                (self.TOKEN, 0o660, 'open to others'),
                (self.TOKEN, 0o602, 'open to others')):
            with self.subTest((text, mode)):
                path = self.token_file(text, mode)
                self.assertIn(said, self.refused('--token-file', path))
        self.assertIn('no file', self.refused('--token-file',
                                              self.state.dir))
        self.assertIn('No such file', self.refused('--token-file', '/none'))
        for text in 'x' * 512, self.TOKEN + '\r\n', self.TOKEN + '\nmore\n':
            self.web('--token-file', self.token_file(text, 0o640)).stop()

    @unittest.skipIf(os.getuid(), 'SKIP: only root has files of others')
    def test_token_file_of_another_user(self):
        path = self.token_file()
        os.chown(path, 65534, 65534)
        self.assertIn('another user', self.refused('--token-file', path))

    def test_only_near_without_a_token(self):
        for listen in '0.0.0.0:0', '*:0', '[::]:0', '192.0.2.1:0', ':0':
            self.assertIn('--token-file', self.refused(listen=listen, code=2))
        for listen in ('127.0.0.1', 'unix:', 'x:1', '127.0.0.1:99999',
                       'unix:/' + 'x' * 200, '127.0.0.1:1,https'):
            self.refused(listen=listen, code=2)
        self.assertEqual(
            self.web(listen='[::1]:0').text('/healthz'), 'ok\n')
        web = self.web('--token-file', self.token_file(), listen='*:0')
        for address in ('127.0.0.1', web.port), ('::1', web.port):
            self.assertIn(b'401', web.raw(
                b'GET / HTTP/1.0\r\nHost: x\r\n\r\n', address))

    def test_names(self):
        """A name of another site that leads here is not answered."""
        web = self.web('--host', 'Status.example', '--host', 'b\u00fc.example')
        for host, status in (
                ('127.0.0.1', 200), ('127.0.0.1:1', 200), ('[::1]:80', 200),
                ('localhost', 200), ('LOCALHOST:80', 200),
                ('a.localhost', 200), ('status.example', 200),
                ('STATUS.example.:8', 200), ('xn--b-xga.example', 421),
                ('xn--b-yfa.example', 421), ('evil.example', 421),
                ('xlocalhost', 421), ('status.example.evil', 421),
                ('a b', 421), ('"><script>', 421)):
            with self.subTest(host):
                self.assertEqual(web.ask('/', Host=host)[0], status)
        self.assertEqual(web.ask('/healthz', Host='evil.example')[0], 200)
        self.assertIn(b' 200 ', web.raw(b'GET / HTTP/1.0\r\n\r\n')[:20])
        for head in b'HTTP/1.1\r\n', b'HTTP/1.0\r\nHost:\r\n':
            self.assertIn(b' 4', web.raw(b'GET / ' + head + b'\r\n')[:13])
        self.refused('--host', 'a b', code=2)

    def test_unix_socket(self):
        path = os.path.join(self.state.dir, 'web')
        if not os.getuid():
            os.chown(self.state.path, 0, 12)
        web = self.web(listen='unix:' + path)
        self.assertEqual(web.listen, 'unix:' + path)
        status = os.stat(path)
        self.assertEqual(stat.S_IMODE(status.st_mode), 0o660)
        self.assertEqual(status.st_gid, os.stat(self.state.path).st_gid)
        request = b'GET %s HTTP/1.0\r\nHost: any.example\r\n\r\n'
        for name in b'/healthz', b'/', b'/metrics':
            self.assertIn(b' 200 ', web.raw(request % name)[:20])
        # One that lives is left alone, one that is dead is replaced.
        self.assertIn('in use', self.refused(listen='unix:' + path))
        self.assertIn(b' 200 ', web.raw(request % b'/healthz')[:20])
        web.process.kill()
        web.process.wait()
        self.assertTrue(os.path.exists(path))
        web = self.web(listen='unix:' + path)
        self.assertIn(b' 200 ', web.raw(request % b'/healthz')[:20])
        self.assertEqual(web.stop(), 0)
        self.assertFalse(os.path.exists(path))
        with open(path, 'w', encoding='ascii') as file:
            file.write('mine')
        self.refused(listen='unix:' + path)
        with open(path, encoding='ascii') as file:
            self.assertEqual(file.read(), 'mine')

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_unix_socket_is_for_the_group(self):
        path = os.path.join(self.state.dir, 'web')
        os.chown(self.state.path, 0, 12)
        self.web(listen='unix:' + path)

        def connects(uid, gid):
            return subprocess.run(
                ['python3', '-c', 'import socket, sys; socket.socket('
                 'socket.AF_UNIX).connect(sys.argv[1])', path], user=uid,
                group=gid, extra_groups=[], stderr=subprocess.DEVNULL,
                check=False).returncode == 0
        self.assertTrue(connects(0, 0))
        self.assertTrue(connects(65534, 12))
        self.assertFalse(connects(65534, grp.getgrnam('nogroup').gr_gid))


@unittest.skipIf(os.getuid(), 'SKIP: only root has rights to give up')
class Rights(Showing):
    def status(self, pid):
        with open(f'/proc/{pid}/status', encoding='ascii') as file:
            return dict(line.rstrip('\n').split(':\t', 1) for line in file)

    def test_user(self):
        self.serve()
        web = self.web('--user', 'nobody')
        found = self.status(web.process.pid)
        self.assertEqual(set(found['Uid'].split()), {'65534'})
        self.assertEqual(int(found['CapPrm'], 16), 0)
        self.assertEqual(found['NoNewPrivs'], '1')
        gatherer = self.status(web.gatherer())
        self.assertEqual(int(gatherer['CapPrm'], 16) & (
            1 << 7 | 1 << 6 | 1 << 1), 0)  # CAP_SETUID, SETGID, DAC_OVERRIDE
        self.assertEqual(gatherer['NoNewPrivs'], '1')
        for path in PATHS:
            web.text(path)
        self.assertEqual(web.figures()['problems'], [])

    def test_no_such_user(self):
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'web', '--listen',
             '127.0.0.1:0', '--user', 'no-such-user'], capture_output=True,
            text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('no-such-user', done.stderr)

    def test_where_it_may_not_look_it_says_so(self):
        os.chmod(self.state.path, 0o700)
        web = self.web('--user', 'nobody')
        self.assertEqual(web.figures()['release'], 1)
        self.assertIn('Permission denied',
                      web.text('/explain?url=old.example', 400))
        web.text('/ask?domain=old.example', 503)
        web.stop()
        web = self.web(user='nobody', group='nogroup', extra_groups=[])
        self.assertIn('Permission denied', web.text('/'))


class Hostile(Showing):
    """Bytes from outside never become anything but text."""

    def check(self, web):
        for path in PAGES:
            page = self.elements(web.text(path))
            self.assertLessEqual(page.all.count('script'), 1)
            self.assertNotIn('\x1b', ''.join(page.text))
            self.assertNotIn('\u202e', ''.join(page.text))
        json.loads(web.text('/figures.json'))
        samples(web.text('/metrics'))

    def test_messages_and_rules(self):
        self.do('add', 'a.example', '-', '410', '--message', HOSTILE,
                f'note={HOSTILE[:30]}')
        self.do('add', 'b.example/<b>"\'&', 'https://x.example/', '301')
        os.environ['SUDO_USER'], before = '<i>"', os.environ.get('SUDO_USER')
        try:
            self.do('del', 'b.example/<b>"\'&')
        finally:
            os.environ.pop('SUDO_USER')
            if before is not None:
                os.environ['SUDO_USER'] = before
        web = self.web()
        self.check(web)
        page = self.elements(web.text('/'))
        text = ''.join(page.text)
        self.assertIn('</td><script>alert(1)</script>"\'&amp;\\x1b[31m'
                      'U+202E{}\\', text)
        self.assertEqual(web.figures()['releases'][2]['message'], HOSTILE)

    def test_state_directory(self):
        self.state.path = os.path.join(self.state.dir, '<b>"\\\u202e')
        self.state.load(RULES)
        web = self.web()
        self.check(web)
        self.assertIn('&lt;b&gt;&quot;\\U+202E', web.text('/'))

    def test_bytes_that_are_no_utf8(self):
        subprocess.run([DETOUR, '--state', self.state.path, 'add', 'a.example',
                        '-', '410', '--message', b'\xff\xfe<\xc0\xaf'],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=False)
        self.check(self.web())

    def test_urls(self):
        web = self.web()
        for url in ('%3Cscript%3Ealert(1)%3C/script%3E',
                    'http://old.example/%22%3E%3Cscript%3E',
                    'http://old.example/%FF%FE%00', '%FF%FE', '%00',
                    'old.example/%1B[31m%0D%0A%0D%0AX:%20y',
                    'old.example/%E2%80%AE', "old.example/'\"&amp;",
                    'old.example/?%3Cb%3E', 'old.example/' + 'a' * 8000,
                    '%F0%9F%98%80.example', '"onfocus="alert(1)'):
            for name in 'url', 'method':
                other = 'method=GET' if name == 'url' else 'url=old.example'
                with self.subTest((name, url[:40])):
                    status, _, body = web.ask(
                        f'/explain?{name}={url}&{other}'.replace('"', '%22'))
                    self.assertIn(status, (200, 400))
                    page = self.elements(body.decode())
                    self.assertNotIn('script', page.all)
                    self.assertNotIn('\x1b', ''.join(page.text))
                    self.assertFalse([name for _, name, _ in page.attrs
                                      if name.startswith('on')])

    def test_requests_that_are_none(self):
        web = self.web()
        for data in (b'\0\0\0\0\r\n\r\n', b'GET\r\n\r\n',
                     b'GET / HTTP/9.9\r\n\r\n', b'GET / HTTP/1.1\r\n\r\n',
                     b'GET /' + b'a' * 100000 + b' HTTP/1.1\r\n\r\n',
                     b'GET / HTTP/1.1\r\nHost: x\r\nA: ' + b'b' * 100000,
                     b'GET / HTTP/1.1\r\n' + b'A: b\r\n' * 20000 + b'\r\n',
                     b'GET /%00/%ff?%00=%ff HTTP/1.0\r\nHost: ::\r\n\r\n',
                     b'\x16\x03\x01\x02\x00\x01\x00'):
            with self.subTest(data[:40]):
                with socket.create_connection(web.address, LIMIT) as sock:
                    try:
                        sock.sendall(data)
                        with contextlib.suppress(OSError):
                            sock.shutdown(socket.SHUT_WR)  # or was reset
                        answer = b''.join(iter(lambda: sock.recv(65536), b''))
                    except ConnectionError:
                        answer = b''
                self.assertNotIn(b' 200 ', answer[:20])
        self.assertEqual(web.text('/healthz'), 'ok\n')

    def test_many_that_say_nothing(self):
        """So many are taken, and no more; the others get their turn."""
        web = self.web()
        held = [socket.create_connection(web.address) for _ in range(150)]
        try:
            # One goes, or is idle for too long: the next one is heard.
            for sock in held[:50]:
                sock.close()
            self.assertEqual(web.text('/healthz'), 'ok\n')
        finally:
            for sock in held:
                sock.close()

    def test_many_that_stay(self):
        """They keep nobody out: who has waited for longest goes."""
        web = self.web()
        held = []
        try:
            for _ in range(130):
                held.append(socket.create_connection(web.address, LIMIT))
                held[-1].sendall(b'GET / HTTP/1.1\r\nX:')
            for _ in range(200):
                with socket.create_connection(web.address, LIMIT) as sock:
                    sock.sendall(b'GET /healthz HTTP/1.0\r\n\r\n')
                    self.assertIn(b' 200 ', sock.recv(100))
            held[-1].setblocking(False)
            with self.assertRaises(BlockingIOError):
                held[-1].recv(1)
            self.assertEqual(held[0].recv(1), b'')
        finally:
            for sock in held:
                sock.close()

    @long_form
    def test_one_that_is_slow(self):
        """A byte now and then does not keep a place."""
        web = self.web()
        with socket.create_connection(web.address, LIMIT) as sock:
            sock.sendall(b'GET / HTTP/1.1\r\nHost: localhost\r\nX: ')
            sock.settimeout(2)
            for _ in range(60):
                try:
                    sock.sendall(b'x')
                    self.assertEqual(sock.recv(100), b'')
                    break
                except socket.timeout:
                    continue
                except ConnectionError:
                    break
            else:
                self.fail('it is still there')


if __name__ == '__main__':
    unittest.main()
