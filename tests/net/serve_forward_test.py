#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a request is when the fallback gets it: one request, that of the client;
and what is refused instead, with a fallback and without."""

import random
import time
import unittest

from recorder import Broken, Recorder, Relay, Request
from request_corpus import corpus
from serving import RULES, Client, Served, Server, State, get, wait_for

OTHER = 'other.example'
CHUNKED = 'Transfer-Encoding: chunked'
ADDED = [(b'via', b'1.1 edge'), (b'x-forwarded-for', b'127.0.0.1'),
         (b'x-forwarded-proto', b'http')]


class Recorded(Served):
    """In front of a fallback that keeps what it gets."""
    args = ()

    @classmethod
    def setUpClass(cls):
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.close)
        cls.args = ('--fallback', cls.recorder.name, '--via', 'edge',
                    *cls.args)
        super().setUpClass()

    def setUp(self):
        self.recorder.take()

    def pass_on(self, request, status=200):
        """Ask; the one request that the fallback has got of it."""
        client = self.client()
        self.assertEqual(client.ask(request).status, status)
        client.__exit__()
        wait_for(lambda: self.recorder.seen)
        seen = self.recorder.take()
        self.assertEqual(len(seen), 1)
        return Request(seen[0])

    def refuse(self, request, status, closes=True):
        """Ask; the fallback gets nothing of it."""
        client = self.client()
        answer = client.ask(request)
        self.assertEqual(answer.status, status)
        self.assertEqual(answer.body, b'')
        if closes:
            self.assertEqual(answer.headers['connection'], 'close')
            self.assertTrue(client.closed())
        client.__exit__()
        self.assertEqual(self.recorder.take(), [])

    def assert_fields(self, request, fields, added=None):
        """The fields of a request behind Host, by their values."""
        found = [field for field in request.fields if field[0] != b'host']
        self.assertEqual(found, fields + (ADDED if added is None else added))


class Loops(unittest.TestCase):
    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def relay(self):
        relay = Relay()
        self.addCleanup(relay.close)
        return relay

    def refused_at_start(self, host, listen):
        """A port for which a server refuses to start; it may be taken by others
        meanwhile, so several are tried."""
        for _ in range(20):
            server = self.serve(listen=listen)
            port = server.address[1]
            server.stop()
            server = self.serve('--fallback', f'{host}:{port}', ready=False,
                                listen=listen.replace(':0', f':{port}'))
            code = wait_for(lambda: server.process.poll() is not None or
                            server.find('ready'))
            server.stop()
            if code is True and not server.find('cannot listen'):
                return ' '.join(server.lines)
            if code is not True:
                return None
        self.fail('no free port')

    def test_s1_own_listeners(self):
        for host, listen in (('127.0.0.1', '127.0.0.1:0'),
                             ('127.0.0.1', '*:0'), ('127.7.7.7', '*:0'),
                             ('0.0.0.0', '127.0.0.1:0'), ('0.0.0.0', '*:0'),
                             ('[::ffff:127.0.0.1]', '127.0.0.1:0'),
                             ('[::1]', '[::1]:0'), ('[::1]', '[::]:0'),
                             ('[::]', '*:0'), ('localhost', '*:0'),
                             ('127.1', '*:0')):
            with self.subTest(host=host, listen=listen):
                said = self.refused_at_start(host, listen)
                self.assertIsNotNone(said)
                self.assertIn(host.strip('[]'), said)
                self.assertIn('this server', said)

    def test_s1_others_are_no_own_listeners(self):
        for host, listen in (('127.0.0.2', '127.0.0.1:0'),
                             ('[::1]', '127.0.0.1:0'),
                             ('[::1]', '0.0.0.0:0'), ('127.0.0.1', '[::]:0'),
                             ('192.0.2.1', '*:0')):
            with self.subTest(host=host, listen=listen):
                self.assertIsNone(self.refused_at_start(host, listen))

    def ends(self, server, relay, count):
        """One miss, and requests by hand; and it is over."""
        for path, host, status in (('/x', OTHER, 508), ('/x', 'old.example',
                                                        301)):
            with Client(server) as client:
                self.assertEqual(client.ask(get(path, host)).status, status)
        self.assertEqual(relay.count, count)
        time.sleep(0.2)
        self.assertEqual(relay.count, count)

    def test_s1_by_another_way_to_itself(self):
        relay = self.relay()
        server = self.serve('--fallback', relay.name)
        relay.to = server.address
        self.ends(server, relay, 1)

    def test_s1_each_others_fallback(self):
        relay = self.relay()
        first = self.serve('--fallback', relay.name)
        second = self.serve('--fallback', '127.0.0.1:%d' % first.address[1])
        relay.to = second.address
        self.ends(first, relay, 1)
        self.ends(second, relay, 2)

    def test_s1_upgrade_in_a_circle(self):
        """A client that has gone, one that sends a body, one that upgrades."""
        relay = self.relay()
        server = self.serve('--fallback', relay.name)
        relay.to = server.address
        for request in (get('/', OTHER, 'Content-Length: 3') + b'abc',
                        get('/', OTHER, 'Connection: via, upgrade',
                            'Upgrade: x'),
                        get('/', OTHER, version='1.0'),
                        get(f'http://{OTHER}/', 'old.example')):
            with Client(server) as client:
                self.assertEqual(client.ask(request).status, 508)
        for i in range(20):
            with Client(server) as client:
                client.send(get('/', OTHER))
        with Client(server) as client:
            self.assertEqual(client.ask(get('/', 'old.example')).status, 301)
        time.sleep(0.2)
        self.assertLessEqual(relay.count, 24)

    def test_s1_names_differ(self):
        names = set()
        for _ in range(3):
            recorder = Recorder()
            self.addCleanup(recorder.close)
            server = self.serve('--fallback', recorder.name)
            for _ in range(2):
                with Client(server) as client:
                    client.ask(get('/', OTHER))
                wait_for(lambda: recorder.seen)
                names.add(Request(recorder.take()[0]).all(b'via')[0])
        self.assertEqual(len(names), 3)

    def test_s1_bad_options(self):
        for args in (('--via', ''), ('--via', 'a b'), ('--via', 'a,b'),
                     ('--via', 'a' * 65), ('--via', 'a\r\nb'),
                     ('--forwarded', 'on')):
            with self.subTest(args):
                server = self.serve(*args, ready=False)
                self.assertEqual(server.process.wait(20), 2)


class Ways(Recorded):
    def test_s1_via_that_came(self):
        for lines, status in (
                (['Via: 1.1 edge'], 508), (['VIA:\t1.1 EDGE'], 508),
                (['Via: 1.0 a, 1.1 edge, 1.1 b'], 508),
                (['Via: HTTP/1.1 edge:80 (x)'], 508),
                (['Via: 1.0 a (b, (c) \\)d),1.1 edge'], 508),
                (['Via: 1.0 a (no end, 1.1 edge'], 508),
                (['Via: 1.0 a', 'A: b', 'Via: 1.1 edge'], 508),
                (['Connection: via', 'Via: 1.1 edge'], 508),
                (['Via: 1.1 edges'], 200), (['Via: 1.1 an.edge'], 200),
                (['Via: 1.1 a (edge)'], 200), (['Via: 1.1 a (b, edge)'], 200),
                (['Vias: 1.1 edge'], 200), (['Via:'], 200)):
            with self.subTest(lines):
                request = get('/', OTHER, *lines)
                if status == 508:
                    self.refuse(request, 508)
                    continue
                got = self.pass_on(request)
                self.assertEqual(got.all(b'via')[-1], b'1.1 edge')
                self.assertEqual(len(got.all(b'via')),
                                 1 + sum(line[:4] == 'Via:' for line in lines))

    def test_s1_via_behind_what_came(self):
        got = self.pass_on(get('/', OTHER, 'Via: 1.0 a, 1.1 b', 'A: c',
                               'Connection: via', 'Via: 1.1 d'))
        self.assertEqual(got.all(b'via'), [b'1.0 a, 1.1 b', b'1.1 d',
                                           b'1.1 edge'])
        got = self.pass_on(get('/', OTHER, version='1.0'))
        self.assertEqual(got.all(b'via'), [b'1.0 edge'])

    def test_s1_no_loop_for_a_rule(self):
        """A rule that is there by now answers what was passed on."""
        client = self.client()
        answer = client.ask(get('/', 'old.example', 'Via: 1.1 edge'))
        self.assertEqual(answer.status, 301)

    def test_s1_forwarded_for(self):
        for lines, value in (
                ([], b'127.0.0.1'),
                (['X-Forwarded-For: 192.0.2.1'], b'192.0.2.1, 127.0.0.1'),
                (['x-forwarded-for: 192.0.2.1 , 2001:db8::1', 'A: b',
                  'X-Forwarded-For:', 'X-FORWARDED-FOR: [::1]:80, unknown'],
                 b'192.0.2.1 , 2001:db8::1, [::1]:80, unknown, 127.0.0.1'),
                (['X-Forwarded-For: 192.0.2.1', 'Connection: x-forwarded-for'],
                 b'192.0.2.1, 127.0.0.1'),
                (['X-Forwarded-For: "'], b'127.0.0.1'),
                (['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: a;b'],
                 b'127.0.0.1'),
                (['X_Forwarded_For: 192.0.2.1', 'X-Forwarded_For: 192.0.2.1'],
                 b'127.0.0.1')):
            with self.subTest(lines):
                got = self.pass_on(get('/', OTHER, *lines))
                self.assertEqual(got.all(b'x-forwarded-for'), [value])
                self.assertNotIn(b'_', got.head)

    def test_s1_forwarded_proto(self):
        for lines in (['X-Forwarded-Proto: https'],
                      ['x-forwarded-proto: https', 'X-Forwarded-Proto: x',
                       'X_Forwarded_Proto: https',
                       'Connection: x-forwarded-proto']):
            with self.subTest(lines):
                got = self.pass_on(get('/', OTHER, *lines))
                self.assert_fields(got, [])

    def test_s1_head_at_the_limit(self):
        room = 16384 - len(get('/', OTHER, 'X: '))
        for request in (get('/', OTHER, 'X: ' + 'x' * room),
                        get('/', OTHER, 'X-Forwarded-For: 1',
                            *['A:'] * ((room - 20) // 4)),
                        get('/', OTHER, *['X-Forwarded-For: 192.0.2.1'] * 580)):
            got = self.pass_on(request)
            self.assertEqual(got.all(b'via'), [b'1.1 edge'])
            self.assertTrue(got.complete)
            for name, value in Request(request).fields:
                self.assertTrue(any(value in other
                                    for other in got.all(name)))

    def test_s1_body_behind_a_head_at_the_limit(self):
        body = random.Random(1).randbytes(60000)
        room = 16384 - len(get('/', OTHER, 'Content-Length: 60000', 'X: '))
        got = self.pass_on(get('/', OTHER, 'Content-Length: 60000',
                               'X: ' + 'x' * room) + body)
        self.assertEqual(got.body, body)


class Replaced(Recorded):
    args = ('--forwarded', 'replace')

    def test_s1_forwarded_for(self):
        got = self.pass_on(get('/', OTHER, 'X-Forwarded-For: 192.0.2.1',
                               'X-Forwarded-Proto: https'))
        self.assert_fields(got, [])


class Unforwarded(Recorded):
    args = ('--forwarded', 'off')

    def test_s1_forwarded_for(self):
        self.assert_fields(self.pass_on(get('/', OTHER)), [], ADDED[:1])
        got = self.pass_on(get('/', OTHER, 'X-Forwarded-For: a;b',
                               'X-Forwarded-Proto: https',
                               'X_Forwarded_For: c'))
        self.assert_fields(got, [
            (b'x-forwarded-for', b'a;b'), (b'x-forwarded-proto', b'https'),
            (b'x_forwarded_for', b'c')], ADDED[:1])


class Six(Recorded):
    listen = '[::1]:0'

    def test_s1_forwarded_for(self):
        got = self.pass_on(get('/', OTHER))
        self.assertEqual(got.all(b'x-forwarded-for'), [b'::1'])


NEXT = get('/2', 'old.example')
LAST = b'0\r\n\r\n'
BAD_CHUNKS = [
    b'5 a\r\nhello\r\n' + LAST, b'5;\r\nhello\r\n' + LAST,
    b'5;[\r\nhello\r\n' + LAST, b'5 \r\nhello\r\n' + LAST,
    b'5;a=\r\nhello\r\n' + LAST, b'5;a b\r\nhello\r\n' + LAST,
    b'5;a="\r\nhello\r\n' + LAST, b'5\nhello\r\n' + LAST,
    b'5\r\nhello\n' + LAST, b'5\r\nhello' + LAST, b'5\rhello\r\n' + LAST,
    b'0x5\r\nhello\r\n' + LAST, b'+5\r\nhello\r\n' + LAST,
    b'-5\r\nhello\r\n' + LAST, b' 5\r\nhello\r\n' + LAST,
    b'5,5\r\nhello\r\n' + LAST, b'5.\r\nhello\r\n' + LAST,
    b'\r\n' + LAST, b'g\r\n' + LAST,
    b'100000005\r\nhello\r\n' + LAST, b'80000000\r\nhello\r\n' + LAST,
    b'10000000000000005\r\nhello\r\n' + LAST,
    b'fffffffffffffffe\r\nhello\r\n' + LAST,
    b'0\r\nGET /moved HTTP/1.1\r\nHost: old.example\r\n\r\n',
    b'0\r\n X: y\r\n\r\n', b'0\r\nno colon\r\n\r\n', b'0\r\nX : y\r\n\r\n',
    b'0\r\nX: y\r\n z\r\n\r\n', b'0\r\n: y\r\n\r\n', b'0\r\nX: y\n\r\n',
    b'0\r\nX: \0\r\n\r\n', b'0\r\nX: a\rb\r\n\r\n', b'0\r\nX\xe4: y\r\n\r\n',
    b'0\r\nHost: old.example\r\n\r\n', b'0\r\nContent-Length: 5\r\n\r\n',
    b'0\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n',
    b'0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n', b'0\n\n', b'0\r\n\n',
    b'5;a=' + b'b' * 5000 + b'\r\nhello\r\n' + LAST,
    (b'1;a=' + b'b' * 3000 + b'\r\nx\r\n') * 6 + LAST,
    b'0\r\n' + b'X: y\r\n' * 3000 + b'\r\n',
]
GOOD_CHUNKS = [
    LAST, b'5\r\nhello\r\n' + LAST, b'0005\r\nhello\r\n000\r\n\r\n',
    b'00000000000000000005\r\nhello\r\n' + LAST,
    b'A\r\n0123456789\r\na;b\r\n0123456789\r\n' + LAST,
    b'5;a="b;\\"c"; d = e\r\nhello\r\n0;x\r\n\r\n',
    b'0\r\nX: y\r\nZ:\r\nHosts: a\r\n\r\n',
    b'2\r\n\r\n\r\n' + LAST, b'5\r\n0\r\n\r\n\r\n' + LAST,
]


class Chunks:
    """With a fallback and without."""
    host = OTHER

    def post(self, *headers):
        return get('/x', self.host, CHUNKED, *headers, method='POST')

    def test_s9_in_one_piece(self):
        """Nothing is answered but by 400, neither it nor what is behind."""
        for body in BAD_CHUNKS:
            with self.subTest(body[:80]):
                self.refuse(self.post() + body + NEXT, 400)

    def test_s9_by_itself(self):
        for body in BAD_CHUNKS:
            with self.subTest(body[:80]):
                self.refuse(self.post('Connection: close') + body, 400)


class ChunksPassed(Chunks, Recorded):
    def test_s9_that_are_right(self):
        for body in GOOD_CHUNKS:
            with self.subTest(body):
                got = self.pass_on(self.post() + body)
                self.assertEqual(got.body, body)
                self.assert_fields(got, [(b'transfer-encoding', b'chunked')])

    def test_s9_behind_what_was_passed_on(self):
        """The fallback's connection is cut: it has no end of the body."""
        for body in BAD_CHUNKS:
            with self.subTest(body[:80]):
                client = self.client()
                client.send(self.post() + b'3\r\nabc\r\n')
                wait_for(lambda: self.recorder.open)
                time.sleep(0.01)
                answer = client.ask(body + NEXT)
                self.assertEqual(answer.status, 400)
                self.assertEqual(answer.headers['connection'], 'close')
                self.assertTrue(client.closed())
                seen = self.recorder.take()
                self.assertEqual(len(seen), 1)
                self.assertFalse(Request(seen[0]).complete)

    def test_s9_cut_at_every_byte(self):
        for body in GOOD_CHUNKS:
            request = self.post() + body
            for cut in range(len(request) - len(body), len(request)):
                client = self.client()
                client.send(request[:cut])
                time.sleep(0.001)
                self.assertEqual(client.ask(request[cut:]).status, 200)
                client.__exit__()
        for data in self.recorder.take():
            self.assertTrue(Request(data).complete, data)


class ChunksUnpassed(Chunks, Served):
    def refuse(self, request, status):
        client = self.client()
        answer = client.ask(request)
        self.assertEqual(answer.status, status)
        self.assertTrue(client.closed())

    def test_s9_that_are_right(self):
        for body in GOOD_CHUNKS:
            with self.subTest(body):
                client = self.client()
                self.assertEqual(client.ask(self.post() + body).status, 404)
                self.assertEqual(client.ask(NEXT).status, 301)

    def test_s9_behind_the_answer(self):
        """Too late for another one, and nothing more is answered."""
        for body in BAD_CHUNKS:
            with self.subTest(body[:80]):
                client = self.client()
                client.ask(self.post())
                client.send(body + NEXT)
                self.assertTrue(client.closed())


class ChunksMoved(ChunksUnpassed):
    """A rule is for it."""
    host = 'old.example'

    def test_s9_that_are_right(self):
        for body in GOOD_CHUNKS:
            with self.subTest(body):
                client = self.client()
                self.assertEqual(client.ask(self.post() + body).status, 301)
                self.assertEqual(client.ask(NEXT).status, 301)


class Targets(Recorded):
    def test_s10_host_of_an_absolute_target(self):
        for target, line, host, method in (
                ('http://other.example/x', b'/x', b'other.example', 'GET'),
                ('HTTP://Other.Example:8080/a?b', b'/a?b',
                 b'Other.Example:8080', 'GET'),
                ('http://other.example', b'/', b'other.example', 'GET'),
                ('http://other.example?q', b'/?q', b'other.example', 'POST'),
                ('http://[2001:db8::1]/%7e/../x', b'/%7e/../x',
                 b'[2001:db8::1]', 'HEAD'),
                ('http://other.example', b'*', b'other.example', 'OPTIONS'),
                ('http://other.example/', b'/', b'other.example', 'OPTIONS')):
            with self.subTest(target):
                request = get(target, 'old.example', 'A: b', method=method)
                client = self.client()
                client.send(request)
                self.assertEqual(client.answer(method).status, 200)
                client.__exit__()
                wait_for(lambda: self.recorder.seen)
                got = Request(self.recorder.take()[0])
                self.assertEqual(got.target, line)
                self.assertEqual(got.all(b'host'), [host])
                self.assert_fields(got, [(b'a', b'b')])

    def test_s10_without_host_in_1_0(self):
        got = self.pass_on(b'GET http://other.example/x HTTP/1.0\r\n\r\n')
        self.assertEqual(got.all(b'host'), [b'other.example'])
        got = self.pass_on(b'GET /x HTTP/1.0\r\n\r\n')
        self.assertEqual(got.all(b'host'), [])

    def test_s10_bypass(self):
        """Of the site that answers, the rules were asked."""
        client = self.client()
        answer = client.ask(get('http://old.example/x', OTHER))
        self.assertEqual(answer.status, 301)
        got = self.pass_on(get('http://none.example/x', 'old.example'))
        self.assertEqual(got.all(b'host'), [b'none.example'])

    def test_s10_connection(self):
        table = [
            ('X-A', ['X-A: 1', 'X-B: 2'], [(b'x-b', b'2')]),
            ('x-a,X-b', ['X-A: 1', 'x-B: 2', 'x-a: 3'], []),
            ('x', ['X-A: 1', 'Keep-Alive: 5', 'Proxy-Connection: close',
                   'TE: trailers'], [(b'x-a', b'1')]),
            ('close, x-a', ['X-A: 1'], [(b'connection', b'close')]),
            ('Keep-Alive', ['Keep-Alive: 5'], [(b'connection',
                                                b'keep-alive')]),
            ('host, via, x-forwarded-for, Content-Length',
             ['Content-Length: 0'], [(b'content-length', b'0')]),
            ('transfer-encoding', [CHUNKED],
             [(b'transfer-encoding', b'chunked')]),
            ('te, trailer', ['TE: trailers', 'Trailer: x'], []),
            ('cookie', ['Cookie: a=b', 'Cookies: c'], [(b'cookies', b'c')]),
            ('upgrade', [], []),
            ('upgrade', ['Upgrade: h2c', 'HTTP2-Settings: x'], []),
            ('upgrade, http2-settings', ['Upgrade: websocket, H2C/1'], []),
            ('upgrade', ['Upgrade: HTTP/2.0'], []),
            ('x', ['Upgrade: websocket'], []),
            ('Upgrade', ['Upgrade: websocket'],
             [(b'upgrade', b'websocket'), (b'connection', b'upgrade')]),
            ('keep-alive, Upgrade', ['Upgrade: websocket'],
             [(b'upgrade', b'websocket'),
              (b'connection', b'keep-alive, upgrade')]),
            (', ,\t"x", ;', ['X: 1'], [(b'x', b'1')]),
        ]
        for value, lines, fields in table:
            with self.subTest(value):
                body = LAST if CHUNKED in lines else b''
                got = self.pass_on(get('/', OTHER, *lines,
                                       f'Connection: {value}') + body)
                self.assert_fields(got, fields)
                self.assertTrue(got.complete)

    def test_s10_connection_in_several_lines(self):
        got = self.pass_on(get('/', OTHER, 'Connection: x-a', 'X-A: 1',
                               'X-B: 2', 'connection: X-B, close', 'X-C: 3'))
        self.assert_fields(got, [(b'x-c', b'3'), (b'connection', b'close')])

    def test_s10_names_in_connection(self):
        names = [f'x{i}' for i in range(65)]
        for count, status in (64, 200), (65, 400):
            request = get('/', OTHER, 'x1: a', 'x63: b', 'xx: c',
                          'Connection: close, close,' +
                          ','.join(names[:count]))
            if status == 200:
                self.assert_fields(self.pass_on(request), [
                    (b'xx', b'c'), (b'connection', b'close')])
            else:
                self.refuse(request, 400)

    def test_s10_many_names_take_no_time(self):
        """Names by fields would be millions."""
        lines = ['Connection: ' + ','.join(['y'] * 64)] + ['x:'] * 3800
        got = self.pass_on(get('/', OTHER, *lines))
        self.assertEqual(len(got.all(b'x')), 3800)

    def test_s10_max_forwards(self):
        for method in 'OPTIONS', 'TRACE':
            for target in '/', '*', f'http://{OTHER}/':
                if method == 'TRACE' and target == '*':
                    continue
                for value, left in (('1', b'0'), ('10', b'9'), ('007', b'6'),
                                    ('9' * 30, b'4294967294')):
                    got = self.pass_on(get(target, OTHER, 'A: b',
                                           f'max-forwards: {value}',
                                           'Connection: max-forwards',
                                           method=method))
                    self.assert_fields(got, [(b'a', b'b'),
                                             (b'max-forwards', left)])
                for value in '0', '000':
                    self.refuse(get(target, OTHER, f'Max-Forwards: {value}',
                                    method=method), 404, False)
                for lines in (['Max-Forwards: x'], ['Max-Forwards: -1'],
                              ['Max-Forwards:'], ['Max-Forwards: 1, 0'],
                              ['Max-Forwards: 1'] * 2):
                    self.refuse(get(target, OTHER, *lines, method=method), 400)
        got = self.pass_on(get('/', OTHER, 'Max-Forwards: 0'))
        self.assert_fields(got, [(b'max-forwards', b'0')])

    def test_s10_the_body_is_not_lost(self):
        for headers, body in ((['Content-Length: 5', 'Connection: '
                                'content-length'], b'hello'),
                              ([CHUNKED, 'Connection: transfer-encoding'],
                               b'5\r\nhello\r\n' + LAST)):
            got = self.pass_on(get(f'http://{OTHER}/', 'x', *headers,
                                   method='POST') + body)
            self.assertEqual(got.body, body)

    def test_s10_101_that_nobody_asked_for(self):
        """What a tunnel would pass is no request of ours any more."""
        recorder = Recorder()
        self.addCleanup(recorder.close)
        recorder.complete = lambda data: False

        def serve(sock):
            sock.recv(65536)
            sock.sendall(b'HTTP/1.1 101 x\r\n\r\n')
            sock.recv(65536)
            sock.close()
        recorder.serve = serve
        server = Server(self.state, '--fallback', recorder.name)
        self.addCleanup(server.stop)
        for lines, status in (([], 502), (['Upgrade: x'], 502),
                              (['Upgrade: h2c', 'Connection: upgrade'], 502),
                              (['Upgrade: x', 'Connection: upgrade'], 101)):
            with self.subTest(lines), Client(server) as client:
                client.send(get('/', OTHER, *lines))
                self.assertEqual(client.head().status, status)

    def test_s10_versions(self):
        for version, line in (('1.0', b'1.0'), ('1.1', b'1.1'),
                              ('1.7', b'1.1')):
            got = self.pass_on(get('/', OTHER, version=version))
            self.assertEqual(got.version, line)

    def test_s11_https_in_plaintext(self):
        for target, status in ((f'https://{OTHER}/x', 421),
                               ('HTTPS://old.example', 421),
                               ('https://h.example:80?q', 421),
                               (f'https://u@{OTHER}/', 400),
                               (f'http://u:p@{OTHER}/', 400),
                               ('https://', 400), ('https:///x', 400),
                               ('https://a..b/', 400),
                               (f'ftp://{OTHER}/', 400),
                               (f'ws://{OTHER}/', 400),
                               ('urn:x', 400)):
            for method in 'GET', 'OPTIONS', 'POST':
                with self.subTest(target, method=method):
                    client = self.client()
                    answer = client.ask(get(target, 'x', method=method) + NEXT)
                    self.assertEqual(answer.status, status)
                    if status == 421:
                        self.assertEqual(answer.headers['connection'],
                                         'close')
                        self.assertTrue(client.closed())
        self.assertEqual(self.recorder.take(), [])

    def test_s12_codings(self):
        table = [
            ('chunked, gzip', 400), ('gzip', 501), ('gzip, chunked', 501),
            ('chunked, chunked', 400), ('chunked,identity', 400),
            ('gzip, chunked, gzip', 400), ('CHUNKED , x', 400),
            ('identity', 501), ('x, chunked', 501), ('chunked;q=1', 501),
            ('xchunked', 501), ('chunked x', 501), ('\x0bchunked', 400),
        ]
        for value, status in table:
            for host in OTHER, 'old.example':
                with self.subTest(value, host=host):
                    self.refuse(get('/', host, f'Transfer-Encoding: {value}',
                                    method='POST') + LAST + NEXT, status)
        for lines, status in (
                (['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'],
                 400),
                (['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
                 501),
                (['Transfer-Encoding: chunked', 'Content-Length: 5'], 400),
                (['Transfer-Encoding: gzip', 'Content-Length: 5'], 400)):
            with self.subTest(lines):
                self.refuse(get('/', OTHER, *lines) + LAST + NEXT, status)
        for version, value in (('1.0', 'chunked'), ('1.0', 'gzip')):
            self.refuse(get('/', OTHER, f'Transfer-Encoding: {value}',
                            version=version) + LAST + NEXT, 400)

    def test_s12_chunked_as_it_may_be_written(self):
        for value in ('chunked', 'Chunked', '\tCHUNKED \t'):
            got = self.pass_on(get('/', OTHER, f'transfer-encoding:{value}') +
                               LAST)
            self.assert_fields(got, [(b'transfer-encoding', b'chunked')])


class Everything(Recorded):
    """No rule is for anything: all that is not refused is passed on."""
    rules = 'nothing.example https://new.example 301'

    def test_s9_one_request_of_each(self):
        dice = random.Random(9)
        requests = corpus(1500)
        for body in BAD_CHUNKS + GOOD_CHUNKS:
            requests.append(get('/', OTHER, CHUNKED, method='POST') + body)
        dice.shuffle(requests)
        complete = 0
        for request in requests:
            with self.server.connect() as sock:
                sock.sendall(request)
                sock.shutdown(1)
                try:
                    while sock.recv(65536):
                        pass
                except OSError:
                    pass
        for data in self.recorder.take():
            try:
                complete += Request(data).complete
            except Broken as error:
                self.fail(f'{error}: {data[:2000]}')
        self.assertGreater(complete, len(requests) // 10)


if __name__ == '__main__':
    unittest.main()
