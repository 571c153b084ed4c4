#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What comes by TLS, as far as somebody in front says: answers, what the
fallback is told, what serve and status say of it, and the servers in front that
the manual shows."""

import json
import os
import shutil
import subprocess
import unittest

import netns
from recorder import Recorder, Request
from serving import (Client, Served, Serving, Server, State, get, run,
                     wait_for)
from terminator import Haproxy, Nginx, tls_client

OTHER = 'other.example'
BOTH = '127.0.0.1:0,https'
RULES = """
old.example          https://new.example       301
other.example/pass   -                         pass
"""


class Answers(Served):
    """A listener of each kind."""
    args = ('--listen', '127.0.0.1:0')
    listen = BOTH

    def ask(self, request, plain):
        client = self.client(self.server.addresses[plain])
        return client, client.ask(request)

    def test_targets(self):
        """The request, its status by TLS and in plaintext."""
        https, http = 'https://old.example/x?y', 'http://old.example/x?y'
        table = [
            (get('/x?y'), 301, 301),
            (get('/x?y', 'old.example:443'), 301, 301),
            (get(https), 301, 421),
            (get(https, 'other.example'), 301, 421),
            (get(https, method='POST'), 301, 421),
            (get('HTTPS://OLD.example:443/x?y'), 301, 421),
            (get('https://old.example:80/x?y'), 301, 421),
            (get('https://old.example/x?y', version='1.0'), 301, 421),
            (b'GET https://old.example/x?y HTTP/1.0\r\n\r\n', 301, 421),
            (get(http), 301, 301),
            (get('HTTP://OLD.example:80/x?y', 'other.example'), 301, 301),
            (get('https://none.example/x'), 404, 421),
            (get('https://old.example', method='OPTIONS'), 301, 421),
            (get('https://u@old.example/'), 400, 400),
            (get('https://old..example/'), 400, 400),
            (get('https:///x'), 400, 400),
            (get('https://old.example/', 'a b'), 400, 400),
            (b'GET https://old.example/ HTTP/1.1\r\n\r\n', 400, 400),
            (get('wss://old.example/'), 400, 400),
            (get('/', 'old.example', 'X-Forwarded-Proto: https'), 301, 301),
        ]
        for request, by_tls, plaintext in table:
            for plain, status in ((0, by_tls), (1, plaintext)):
                with self.subTest(request, plain=plain):
                    client, answer = self.ask(request, plain)
                    self.assertEqual(answer.status, status)
                    if status == 421:
                        self.assertEqual(answer.headers['connection'],
                                         'close')
                        self.assertTrue(client.closed())
                    if status == 301 and b'/x?y' in request:
                        self.assertEqual(answer.headers['location'],
                                         'https://new.example/x?y')

    def test_same_answers(self):
        """But for targets of https all is as on other listeners."""
        for request in (get('/a'), get('/gone'), get('/', 'none.example'),
                        get('/p', method='HEAD'), get('/p', method='BREW'),
                        get('/', version='1.0'), b'GET / HTTP/1.1\r\n\r\n',
                        b'x\r\n\r\n', get('/', version='2.0')):
            with self.subTest(request):
                one, other = (self.ask(request, plain)[1] for plain in (0, 1))
                self.assertEqual(one.status, other.status)
                drop = {'date': None}
                self.assertEqual({**one.headers, **drop},
                                 {**other.headers, **drop})

    def test_one_connection_after_the_other(self):
        """What is known of one says nothing of the next, also pipelined."""
        https = get('https://old.example/x')
        for _ in range(20):
            client, answer = self.ask(https * 5, 0)
            self.assertEqual([answer.status] +
                             [client.answer().status for _ in range(4)],
                             [301] * 5)
            self.assertEqual(self.ask(get() + https, 1)[1].status, 301)
            self.assertEqual(self.ask(https, 1)[1].status, 421)


class Forwarded(unittest.TestCase):
    """What the fallback gets by a listener of each kind."""

    @classmethod
    def setUpClass(cls):
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.close)
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)

    def serve(self, mode):
        server = Server(self.state, '--listen', '127.0.0.1:0', '--fallback',
                        self.recorder.name, '--via', 'edge', '--forwarded',
                        mode, listen=BOTH)
        self.addCleanup(server.stop)
        return server

    def pass_on(self, server, plain, request):
        self.recorder.take()
        with Client(server, server.addresses[plain]) as client:
            self.assertEqual(client.ask(request).status, 200)
        wait_for(lambda: self.recorder.seen)
        seen, = self.recorder.take()
        return Request(seen)

    def test_fields(self):
        """The client's lines, and what there is of them: by TLS what is behind
        the last comma is https, in plaintext http."""
        said = ['X-Forwarded-Proto: http', 'X-Forwarded-For: 192.0.2.1',
                'X_Forwarded_Proto: ftp', 'x-forwarded-proto: gopher',
                'Forwarded: proto=https']
        own = [(b'forwarded', b'proto=https')]
        for mode, addresses in (('append', b'192.0.2.1, 127.0.0.1'),
                                ('replace', b'127.0.0.1')):
            server = self.serve(mode)
            for plain, proto in ((0, b'https'), (1, b'http')):
                with self.subTest(mode, plain=plain):
                    got = self.pass_on(server, plain, get('/', OTHER, *said))
                    self.assertEqual(got.fields, [
                        (b'host', OTHER.encode())] + own + [
                        (b'via', b'1.1 edge'), (b'x-forwarded-for', addresses),
                        (b'x-forwarded-proto', proto)])

    def test_off(self):
        """What came is passed on, and nothing is said."""
        server = self.serve('off')
        for plain in 0, 1:
            got = self.pass_on(server, plain,
                               get('/', OTHER, 'X-Forwarded-Proto: x'))
            self.assertEqual(got.fields, [
                (b'host', OTHER.encode()), (b'x-forwarded-proto', b'x'),
                (b'via', b'1.1 edge')])

    def test_absolute(self):
        """A target of either scheme is passed on in origin form, with a Host
        made of it; in plaintext only http."""
        server = self.serve('append')
        for scheme in 'https', 'http':
            got = self.pass_on(server, 0, get(f'{scheme}://{OTHER}/a?b', 'x'))
            self.assertEqual(got.data.split(b'\r\n')[0], b'GET /a?b HTTP/1.1')
            self.assertEqual(got.fields[0], (b'host', OTHER.encode()))
            self.assertEqual(got.fields[-1], (b'x-forwarded-proto', b'https'))
        with Client(server, server.addresses[1]) as client:
            self.assertEqual(client.ask(get(f'https://{OTHER}/')).status, 421)
        self.assertEqual(self.recorder.take(), [])

    def test_kept_alive(self):
        """Each request of a connection, and a pass rule."""
        server = self.serve('append')
        for path in '/', '/pass':
            with Client(server) as client:
                for _ in range(3):
                    self.recorder.take()
                    self.assertEqual(
                        client.ask(get(path, 'other.example')).status, 200)
                    self.assertIn(b'\r\nX-Forwarded-Proto: https\r\n',
                                  self.recorder.take()[0])


class Said(Serving):
    def refused(self, *listen):
        args = [arg for one in listen for arg in ('--listen', one)]
        done = run('--state', self.state.path, 'serve', *args, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertFalse(os.path.exists(self.state.path))
        return done.stderr.splitlines()[0]

    def test_usage(self):
        for listen, error in (
                (('127.0.0.1:80,http',), "'127.0.0.1:80,http': 'http' is not "
                 "https, which alone may follow"),
                (('*:80,tls',), "'*:80,tls': 'tls' is not https"),
                (('*:80,https,https',), 'https is there twice'),
                (('*:80,',), "'*:80,': nothing stands behind a comma"),
                (('*:80,https,',), 'nothing stands behind a comma'),
                ((',https',), "',https' is not ADDR:PORT"),
                (('443,https',), "'443,https' is not ADDR:PORT"),
                (('127.0.0.1:80', '127.0.0.1:80,https'),
                 "'127.0.0.1:80' is given with https and without"),
                (('[::1]:80,https', '[::1]:80'),
                 "'[::1]:80' is given with https and without"),
                (('*:80,https', '0.0.0.0:80'),
                 "'0.0.0.0:80' is given with https and without")):
            with self.subTest(listen):
                self.assertIn(error, self.refused(*listen))

    def test_told(self):
        """In the ready line, and in status."""
        self.state.load('')
        server = self.serve('--listen', '127.0.0.1:0', '--threads', '3',
                            listen='127.0.0.1:0,https')
        first, second = server.addresses
        texts = [f'127.0.0.1:{first[1]},https', f'127.0.0.1:{second[1]}']
        self.assertEqual(server.listen, texts)
        status = run('--state', self.state.path, 'status').stdout
        self.assertIn(f' on {" ".join(texts)} since ', status)
        status = json.loads(run('--state', self.state.path, 'status',
                                '--json').stdout)
        self.assertEqual([one['listen'] for one in status['servers']],
                         [' '.join(texts)])

    def test_any_port(self):
        """Both families of a star get the same one, beside another star."""
        server = self.serve('--listen', '*:0', listen='*:0,https')
        ports = {text.endswith(',https'): address[1] for text, address in
                 zip(server.listen, server.addresses)}
        self.assertEqual(len(ports), 2)
        self.assertEqual(len({address[1] for address in server.addresses}), 2)

    def test_without_privilege(self):
        self.state.load('old.example https://new.example 301')
        subprocess.run(['chown', '-R', '65534:65534', self.state.dir],
                       check=True)
        server = self.serve(listen=BOTH, user=65534, group=65534,
                            extra_groups=[])
        with Client(server) as client:
            self.assertEqual(client.ask(get('https://old.example/')).status,
                             301)
        server.stop()
        self.assertEqual(len(server.lines), 1, server.lines)


class InFront(unittest.TestCase):
    """The servers that the manual shows, in front of a server as it says: what
    a client gets by TLS."""

    @classmethod
    def setUpClass(cls):
        cls.space = netns.Namespace()
        cls.addClassCleanup(cls.space.close)
        cls.space.__enter__()
        cls.addClassCleanup(cls.space.__exit__)
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.close)
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        cls.server = Server(cls.state, '--listen', '*:80', '--fallback',
                            cls.recorder.name, listen='127.0.0.1:8443,https')
        cls.addClassCleanup(cls.server.stop)

    def check(self, kind):
        front = kind(self.space)
        self.addCleanup(front.stop)
        with tls_client() as client:
            for path in '/a?b', '/c':
                answer = client.ask(get(path))
                self.assertEqual(answer.status, 301)
                self.assertEqual(answer.headers['location'],
                                 f'https://new.example{path}')
                self.assertEqual(answer.headers['cache-control'],
                                 'max-age=3600')
        for target in '/x', 'https://other.example/x':
            self.recorder.take()
            with tls_client() as client:
                answer = client.ask(get(target, 'other.example',
                                        'X-Forwarded-Proto: http'))
                self.assertEqual(answer.status, 200)
            seen, = self.recorder.take()
            fields = dict(Request(seen).fields)
            self.assertEqual(fields[b'x-forwarded-proto'], b'https')
            self.assertEqual(fields[b'x-forwarded-for'],
                             b'127.0.0.1, 127.0.0.1')
            self.assertEqual(fields[b'host'], b'other.example')

    def test_nginx(self):
        self.check(Nginx)

    @unittest.skipUnless(shutil.which('haproxy'), 'there is no HAProxy')
    def test_haproxy(self):
        self.check(Haproxy)


if __name__ == '__main__':
    unittest.main()
