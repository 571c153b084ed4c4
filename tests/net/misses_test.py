#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What visitors ask for and no rule matches: counted once, whoever answers, and
printed so that it can be read and made rules of."""

import csv
import glob
import io
import json
import os
import signal
import socket
import subprocess
import threading
import unittest

import netns
from netns import FAST, LIMIT, SERVER, V4, V6, Connected, Fast, Nginx
from serving import DETOUR, Client, Server, Serving, State, get, run, wait_for

RULES = """
old.example/a        https://new.example/a   301
old.example/p/*      -                       pass
*.wild.example/x     https://new.example/x   301
*/any                https://new.example/any 301
"""
# Hosts that no name is; the fast path looks for a rule all the same.
HOSTILE = (b'"><script>alert(1)</script>', b'\xff\xfe\xc3(', b"a,b;'=1+1",
           b'\xe2\x80\xaertl.example', b'=cmd|x', b'a\\x1b[2J', b'%00%0a',
           b'..', b'{a}', b'&lt;', b'x' * 240)


class Misses:
    """What a state directory says of its misses."""

    def __init__(self, run_command):
        self.run = run_command

    def json(self, *args):
        return json.loads(self.run('misses', '--json', *args))

    def pairs(self, known, *args):
        """Host and path, how often at least, and at most so much more."""
        return {(line['host'], line['path']): (line['count'], line['error'])
                for line in self.json(*args)['urls']
                if line['known_host'] is known}

    def hosts(self, known):
        return {line['host']: line['count'] for line in self.json()['hosts']
                if line['known_host'] is known}

    def rules(self, *args):
        return list(csv.reader(io.StringIO(
            self.run('misses', '--as-rules', *args), newline='')))


def command(state):
    def run_command(*args):
        return run('--state', state.path, *args).stdout
    return run_command


class Served(Serving):
    """A server alone."""

    def setUp(self):
        super().setUp()
        self.state = State(RULES)
        self.addCleanup(self.state.remove)
        self.misses = Misses(command(self.state))

    def ask(self, server, *requests):
        with Client(server) as client:
            for host, path in requests:
                client.ask(get(path, host))

    def test_known(self):
        """Hosts with rules are those by name and by "*.name"."""
        server = self.serve()
        self.ask(server, ('old.example', '/b'), ('OLD.example', '/b?q=1'),
                 ('old.example', '/'), ('a.wild.example', '/y'),
                 ('wild.example', '/y'), ('other.example', '/b'),
                 ('old.example', '/a'), ('old.example', '/p/1'),
                 ('other.example', '/any'))
        self.assertEqual(self.misses.pairs(True), {
            ('old.example', '/b'): (2, 0), ('old.example', '/'): (1, 0),
            ('a.wild.example', '/y'): (1, 0)})
        self.assertEqual(self.misses.pairs(False), {
            ('wild.example', '/y'): (1, 0), ('other.example', '/b'): (1, 0)})
        self.assertEqual(self.misses.hosts(True),
                         {'old.example': 3, 'a.wild.example': 1})
        self.assertEqual(self.misses.json()['missed'],
                         {'known_host': 4, 'unknown_host': 2})

    def test_left_out(self):
        """A server of an earlier version is named, and it is no success."""
        server = self.serve()
        pid = server.process.pid
        os.unlink(os.path.join(self.state.path, 'servers', f'{pid}.look'))
        done = subprocess.run([DETOUR, '--state', self.state.path, 'misses'],
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.stderr,
                         f'detour misses: the server with pid {pid} is left '
                         'out: it does not count misses\n')
        self.assertEqual(done.returncode, 1)

    def test_workers(self):
        """What several workers and servers have is one sum."""
        servers = [self.serve('--threads', '4') for _ in range(2)]
        for _ in range(20):
            for server in servers:
                self.ask(server, ('old.example', '/b'))
        self.assertEqual(self.misses.pairs(True),
                         {('old.example', '/b'): (40, 0)})

    def test_methods(self):
        """Any method counts; a request without a path or a Host that is none
        does not."""
        server = self.serve()
        with Client(server) as client:
            client.ask(get('/b', method='POST'), method='POST')
            client.ask(get('*', method='OPTIONS'), method='OPTIONS')
        for data in (get('/c', 'not a host', 'Connection: close'), b'GET /b HTTP/1.0\r\n\r\n'):
            with Client(server) as client:
                client.send(data).file.read()
        self.assertEqual(self.misses.pairs(True),
                         {('old.example', '/b'): (1, 0)})
        self.assertEqual(self.misses.pairs(False), {('', '/b'): (1, 0)})
        self.assertIn('(no host)/b', self.misses.run('misses'))

    def test_top(self):
        server = self.serve()
        for number in range(30):
            self.ask(server, *[('old.example', f'/{number}')] * (number + 1))
        urls = self.misses.json('--top', '3')['urls']
        self.assertEqual([(line['path'], line['count']) for line in urls],
                         [('/29', 30), ('/28', 29), ('/27', 28)])
        self.assertEqual(len(self.misses.json()['urls']), 20)
        self.assertEqual(len(self.misses.json('--top', '0')['urls']), 30)
        text = self.misses.run('misses', '--top', '3')
        self.assertIn('27 more', text)
        self.assertIn('old.example/29', text)
        self.assertNotIn('old.example/26', text)

    def test_error(self):
        """Where there is no room for all, what is said holds."""
        server = self.serve('--threads', '1', '--misses-memory', '8K')
        count = {}
        for number in range(400):
            path = f'/{number * number % 61}'
            count[path] = count.get(path, 0) + 1
            self.ask(server, ('old.example', path))
        said = self.misses.json('--top', '0')
        self.assertEqual(len(said['urls']), 8)
        self.assertEqual(said['missed']['known_host'], 400)
        for line in said['urls']:
            self.assertLessEqual(line['count'], count[line['path']])
            self.assertGreaterEqual(line['count'] + line['error'],
                                    count.pop(line['path']))
        self.assertGreaterEqual(said['other_urls']['known_host'],
                                max(count.values()))
        self.assertIn('+', self.misses.run('misses'))

    def test_none(self):
        """Without memory nothing is counted."""
        server = self.serve('--misses-memory', '0')
        self.ask(server, ('old.example', '/b'))
        self.assertEqual(self.misses.json()['urls'], [])

    def test_scan(self):
        """Who asks for hosts at random displaces nothing of those that have
        rules."""
        server = self.serve('--threads', '1', '--misses-memory', '64K')
        self.ask(server, *[('old.example', f'/{n}') for n in range(20)])
        self.ask(server, *[(f'h{n}.example', f'/{n}') for n in range(2000)])
        self.assertEqual(self.misses.pairs(True, '--top', '0'),
                         {('old.example', f'/{n}'): (1, 0)
                          for n in range(20)})

    def test_answered(self):
        """What a rule matches by now is left out, and a host that has got a
        rule is one that has."""
        server = self.serve()
        self.ask(server, *[('old.example', '/b')] * 3, ('old.example', '/c'),
                 ('late.example', '/1'), ('late.example', '/2'))
        self.assertEqual(self.misses.hosts(False), {'late.example': 2})
        run('--state', self.state.path, 'add', 'old.example/b',
            'https://new.example', '301')
        run('--state', self.state.path, 'add', 'late.example/1',
            'https://new.example', '301')
        self.assertEqual(self.misses.pairs(True), {
            ('old.example', '/c'): (1, 0), ('late.example', '/2'): (1, 0)})
        self.assertEqual(self.misses.json()['answered'], 2)
        self.assertEqual(self.misses.hosts(False), {})
        self.assertIn('2 URLs that rules match by now left out',
                      self.misses.run('misses'))
        run('--state', self.state.path, 'add', 'old.example',
            'https://new.example', '301')
        self.assertEqual(self.misses.hosts(True), {'late.example': 2})

    def test_rules(self):
        """What it writes, import takes, and then nothing is missed."""
        server = self.serve()
        asked = ['/b', '/b', '/%2a/', "/it's", '/%7e', '/%C3%A4', '/a%2Fb',
                 '/x;y,z', '/"q"', '/{id}', '/%7Bid%7D', '/c?d=e', '/%zz',
                 '/=1+1']
        self.ask(server, *[('old.example', path) for path in asked],
                 ('a.wild.example', '/y'), ('scan.example', '/.env'))
        rows = self.misses.rules()
        self.assertEqual(rows[0], ['source', 'target', 'code'])
        self.assertEqual(rows[1], ['old.example/b', '', ''])
        self.assertEqual(len({row[0] for row in rows[1:]}), len(rows) - 1)
        self.assertNotIn('scan.example/.env', [row[0] for row in rows])
        self.assertEqual(self.misses.rules('--unknown')[1:],
                         [['scan.example/.env', '', '']])
        text = self.misses.run('misses', '--as-rules', '--target',
                               'https://new.example/', '--code', '302')
        path = os.path.join(self.state.path, 'rules.csv')
        with open(path, 'w', encoding='ascii', newline='') as file:
            file.write(text)
        done = run('--state', self.state.path, 'import', path)
        self.assertIn(f'{len(rows) - 1} added', done.stdout)
        self.assertEqual(self.misses.pairs(True), {})
        self.assertEqual(self.misses.json()['answered'], len(rows) - 1)
        for asked_path in asked:
            with Client(server) as client:
                self.assertEqual(client.ask(get(asked_path)).status, 302,
                                 asked_path)

    def test_rules_odd(self):
        """What is no source is left out, and told."""
        server = self.serve()
        self.ask(server, ('old.example', '/' + 'l' * 400),
                 ('old.example', '/b'))
        done = run('--state', self.state.path, 'misses', '--as-rules')
        self.assertEqual(done.stdout,
                         'source,target,code\nold.example/b,,\n')
        self.assertIn('1 left out', done.stderr)
        self.assertNotIn(' more', done.stderr)
        done = run('--state', self.state.path, 'misses', '--as-rules',
                   '--top', '1')
        self.assertIn('1 more; --top 0 has all\n', done.stderr)
        self.assertIn(' ...', self.misses.run('misses'))
        self.assertTrue(any(line['cut'] for line in
                            self.misses.json()['urls']))

    def test_usage(self):
        for args in (('--target', 'https://n.example/', '--as-rules'),
                     ('--target', 'https://n.example/', '--code', '301'),
                     ('--code', '999', '--as-rules'),
                     ('--code', '301', '--as-rules'),
                     ('--as-rules', '--json'), ('--top', '-1'), ('x',)):
            done = run('--state', self.state.path, 'misses', *args,
                       check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ''), args)
        done = run('--state', self.state.path, 'misses', '--as-rules',
                   '--code', '410')
        self.assertEqual(done.stdout, 'source,target,code\n')
        for size in '65M', 'x', '-1':
            done = run('--state', self.state.path, 'serve', '--misses-memory',
                       size, check=False)
            self.assertEqual(done.returncode, 2, size)


    def test_kept(self):
        """Misses live on when a server ends, however it does; those of several
        are one sum, and are counted once."""
        for turn, number in enumerate((signal.SIGTERM, signal.SIGKILL,
                                       signal.SIGTERM)):
            server = self.serve('--threads', '2')
            self.ask(server, *[('old.example', '/b')] * 3,
                     ('other.example', f'/{turn}'))
            run('--state', self.state.path, 'hits', '--save')
            self.ask(server, ('old.example', '/b'))
            run('--state', self.state.path, 'hits', '--save')
            self.ask(server, ('old.example', '/b'))
            self.assertEqual(self.misses.pairs(True),
                             {('old.example', '/b'): (5 * turn + 5, 0)})
            server.stop(number)
            self.assertTrue(wait_for(lambda: self.misses.pairs(True) == {
                ('old.example', '/b'): (5 * turn + 5, 0)}))
        for _ in range(2):
            run('--state', self.state.path, 'hits', '--save')
            self.assertEqual(self.misses.pairs(True),
                             {('old.example', '/b'): (15, 0)})
        self.assertEqual(self.misses.pairs(False), {
            ('other.example', f'/{turn}'): (1, 0) for turn in range(3)})

    def test_damaged(self):
        """A damaged file is told, and what is there is printed."""
        server = self.serve()
        self.ask(server, ('old.example', '/b'))
        for name in glob.glob(f'{self.state.path}/hits.db*'):
            os.unlink(name)
        with open(f'{self.state.path}/hits.db', 'wb') as file:
            file.write(b'x' * 5000)
        done = run('--state', self.state.path, 'misses', '--json',
                   check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('hits.db', done.stderr)
        self.assertEqual(json.loads(done.stdout)['urls'][0]['count'], 1)


class Foreign:
    """A server that is not detour's: it answers anything with 200, and keeps
    the connection."""

    def __init__(self, space):
        with space:
            self.sock = socket.create_server(('::', 80), backlog=64,
                                             family=socket.AF_INET6,
                                             dualstack_ipv6=True)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(sock,),
                             daemon=True).start()

    def one(self, sock):
        with sock:
            kept = b''
            while part := sock.recv(65536):
                kept += part
                while b'\r\n\r\n' in kept:
                    kept = kept.partition(b'\r\n\r\n')[2]
                    sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0'
                                 b'\r\n\r\n')

    def stop(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


def ask(data, family=V4):
    """What begins the answer on a connection of its own."""
    with socket.create_connection((SERVER[family], 80), LIMIT) as sock:
        sock.sendall(data)
        return sock.recv(65536)


@unittest.skipUnless(FAST, 'it is the fast path that counts')
class Behind(Connected):
    """The fast path in front of a server that is not detour's, and of one that
    is."""
    rules = RULES
    attach = None

    @classmethod
    def start(cls, later):
        """Each test has a server of its own."""

    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)
        self.fast = Fast(self.net.server, self.state)
        self.addCleanup(self.fast.end)
        super().setUp()
        self.misses = Misses(lambda *args: self.fast.run(*args))

    def foreign(self, *args):
        server = Foreign(self.net.server)
        self.addCleanup(server.stop)
        self.fast.attach(*args)
        return server

    def test_foreign(self):
        """Only what is looked for by the fast path is counted."""
        self.foreign()
        for family in V4, V6:
            self.assertIn(b' 200 ', ask(get('/b'), family))
            self.assertIn(b' 200 ', ask(get('/b?q=1'), family))
            self.assertIn(b' 301 ', ask(get('/a'), family))
            self.assertIn(b' 200 ', ask(get('/p/1'), family))
            self.assertIn(b' 200 ', ask(get('/', 'other.example'), family))
            self.assertIn(b' 200 ', ask(get('/b', method='POST'), family))
        self.assertEqual(self.misses.pairs(True),
                         {('old.example', '/b'): (4, 0)})
        self.assertEqual(self.misses.pairs(False),
                         {('other.example', '/'): (2, 0)})

    def test_hostile(self):
        """What no host may be breaks neither terminal nor JSON nor CSV."""
        self.foreign()
        for host in HOSTILE:
            ask(b'GET /b HTTP/1.1\r\nHost: ' + host + b'\r\n\r\n')
        lines = self.misses.json()['urls']
        self.assertGreaterEqual(len(lines), len(HOSTILE) - 3)
        text = self.misses.run('misses')
        self.assertTrue(text.isascii())
        self.assertFalse([c for c in text if c < ' ' and c != '\n'])
        rows = self.misses.rules('--unknown', '--target', 'https://n.example/',
                                 '--code', '301')
        for row in rows[1:]:
            self.assertRegex(row[0], r'^[a-z0-9._-]+/b$')
            self.assertEqual(row[1:], ['https://n.example/', '301'])

    def test_nginx(self):
        nginx = Nginx(self.net.server, 'location / { return 204; }')
        self.addCleanup(nginx.stop)
        self.fast.attach()
        for _ in range(5):
            self.assertIn(b' 204 ', ask(get('/b')))
        self.assertEqual(self.misses.pairs(True),
                         {('old.example', '/b'): (5, 0)})

    def test_own(self):
        """A server of detour counts what is handed over to it."""
        server = Server(self.state, listen='*:80',
                        preexec_fn=self.net.server.join)
        self.addCleanup(server.stop)
        self.fast.attach()
        for _ in range(5):
            self.assertIn(b' 404 ', ask(get('/b')))
        self.assertEqual(self.fast.read()['hand_miss'], 5)
        self.assertEqual(self.misses.pairs(True),
                         {('old.example', '/b'): (5, 0)})

    def test_memory(self):
        """The first attach chooses; others are refused another size."""
        self.foreign('--misses-memory', '16K')
        for number in range(100):
            ask(get(f'/{number}'))
        said = self.misses.json('--top', '0')
        self.assertEqual(said['missed']['known_host'], 100)
        self.assertLess(len(said['urls']), 100)
        with self.assertRaisesRegex(AssertionError, 'another size'):
            self.fast.attach('--misses-memory', '1M')
        self.fast.attach('--misses-memory', '16K')
        self.fast.attach()
        self.assertEqual(self.misses.json()['missed']['known_host'], 100)
        self.fast.end()
        self.assertEqual(self.misses.json()['missed']['known_host'], 100)
        self.fast.attach('--misses-memory', '0')
        ask(get('/b'))
        self.assertEqual(self.fast.read()['hand_miss'], 1)
        self.assertEqual(self.misses.json()['missed']['known_host'], 100)

    def test_kept(self):
        """They live on when it is detached, and attached again."""
        self.foreign()
        for turn in range(3):
            for _ in range(4):
                ask(get('/b'))
            if turn == 1:
                self.fast.run('hits', '--save')
            want = {('old.example', '/b'): (4 * turn + 4, 0)}
            self.assertEqual(self.misses.pairs(True), want)
            self.fast.end()
            self.assertEqual(self.misses.pairs(True), want)
            self.fast.attach()
            self.assertEqual(self.misses.pairs(True), want)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
