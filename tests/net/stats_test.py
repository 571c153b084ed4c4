#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each counter of the socket responder, against what was provoked."""

import json
import os
import re
import resource
import select
import signal
import socket
import struct
import time
import unittest

from serve_fallback_test import CHUNKED, OTHER, Fallback
from serving import (LIMIT, RULES, Client, Served, Server, State, get,
                     run, wait_for)

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
CLOSE = 'Connection: close'
REFUSED = b'GET / HTTP/2.0\r\n\r\n'


def table(path, prefix=''):
    """The names of a header's counters, in order, and what they count."""
    with open(os.path.join(TOP, path), encoding='ascii') as file:
        text = file.read().replace('\\\n', ' ')
    return {prefix + name: what for name, what in
            re.findall(r'\bX\([A-Z0-9_]+,\s*"(\w+)",[\sA-Z,]*"([^"]+)"\)',
                       text)}


FAST = table('bpf/counter.h')
SOCKET = table('user/state/serve_counter.h', 'socket_')


def stats(state, *args, **kwargs):
    return run('--state', state.path, 'stats', *args, **kwargs)


def socket_counters(state):
    return json.loads(stats(state, '--json').stdout)['socket']


def reset(client):
    """End a connection with a reset."""
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                           struct.pack('ii', 1, 0))
    client.__exit__()


class Difference:
    """What has been counted since it was made."""

    def __init__(self, state):
        self.state = state
        self.before = socket_counters(state)

    def now(self):
        found = socket_counters(self.state)
        return {name.removeprefix('socket_'): value - self.before[name]
                for name, value in found.items()
                if value != self.before[name]}


class Counting:
    """Assertions of what exactly was counted. The server may see the end of a
    connection after its client."""

    def setUp(self):
        self.begin()

    def begin(self):
        self.difference = Difference(self.state)

    def assert_counted(self, **expected):
        wait_for(lambda: self.difference.now() == expected)
        self.assertEqual(self.difference.now(), expected)

    def one(self, request, end, method='GET', **expected):
        """A request on a connection of its own."""
        self.begin()
        with Client(self.server) as client:
            answer = client.ask(request, method)
            if end == 'closed_done':
                self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, **{end: 1}, **expected)
        return answer


class Answers(Counting, Served):
    rules = RULES + 'old.example/up - 200\n'

    def test_codes_by_method(self):
        targets = {301: ('/', 'old.example'), 302: ('/item?id=7', 'old.example'),
                   303: ('/see', 'old.example'), 307: ('/try', 'old.example'),
                   308: ('/', 'a.old.example'), 410: ('/gone', 'old.example'),
                   200: ('/up', 'old.example')}
        methods = {'GET': 'get', 'HEAD': 'head', 'POST': 'other',
                   'OPTIONS': 'other', 'GETS': 'other'}
        for code, target in targets.items():
            for method, name in methods.items():
                with self.subTest(code=code, method=method):
                    answer = self.one(get(*target, method=method),
                                      'closed_client', method,
                                      **{f'{name}_{code}': 1})
                    self.assertEqual(answer.status, code)

    def test_no_answer_of_a_rule(self):
        keep, close = 'closed_client', 'closed_done'
        for text, request, end, names in (
                ('no rule', get('/', OTHER), keep, 'miss status_404'),
                ('pass', get('/pass/x'), keep, 'pass status_404'),
                ('OPTIONS *', get('*', method='OPTIONS'), keep,
                 'miss status_404'),
                ('no Host', b'GET / HTTP/1.1\r\n\r\n', keep, 'status_400'),
                ('malformed', get('/', 'old.example', 'A : b'), close,
                 'status_400'),
                ('CONNECT', get('a:1', method='CONNECT'), close, 'status_405'),
                ('long target', get('/' + 'a' * 8000), close, 'status_414'),
                ('long in normal form', get('/' + '"' * 7000), close,
                 'status_414'),
                ('long head', get('/', 'a', *['A: ' + 'b' * 100] * 200), close,
                 'status_431'),
                ('coding', get('/', 'a', 'Transfer-Encoding: gzip'), close,
                 'status_501'),
                ('chunked, but not last',
                 get('/', 'a', 'Transfer-Encoding: chunked, gzip'), close,
                 'status_400'),
                ('https', get('https://a/'), close, 'status_421'),
                ('version', get('/', version='2.0'), close, 'status_505')):
            with self.subTest(text):
                answer = self.one(request, end, **dict.fromkeys(names.split(),
                                                                1))
                self.assertIn(str(answer.status), names)

    def test_pipelined(self):
        with self.server.connect() as sock:
            sock.sendall(get('/1') + get('/2', method='HEAD') +
                         get('/', OTHER) + get('/gone', 'old.example', CLOSE))
            self.assertEqual(b''.join(iter(lambda: sock.recv(65536), b''))
                             .count(b'HTTP/1.1 '), 4)
        self.assert_counted(accepted=1, requests=4, get_301=1, head_301=1,
                            miss=1, status_404=1, get_410=1,
                            closed_asked=1)

    def test_a_head_in_parts_is_one_request(self):
        with Client(self.server) as client:
            for byte in get():
                client.send(bytes([byte]))
            self.assertEqual(client.answer().status, 301)
        self.assert_counted(accepted=1, requests=1, get_301=1, closed_client=1)

    def test_empty_lines_and_half_a_head_are_none(self):
        with Client(self.server) as client:
            client.send(b'\r\n\r\n')
            time.sleep(0.05)
            client.send(b'GET / HT')
            time.sleep(0.05)
        self.assert_counted(accepted=1, closed_client=1)

    def test_reset(self):
        client = self.client()
        self.assertEqual(client.ask(get()).status, 301)
        reset(client)
        self.assert_counted(accepted=1, requests=1, get_301=1, closed_error=1)

    def test_reset_behind_the_last_answer(self):
        client = self.client()
        client.ask(REFUSED)
        reset(client)
        self.assert_counted(accepted=1, requests=1, status_505=1,
                            closed_error=1)

    def test_asked_to_close(self):
        for text, request, names in (
                ('close', get('/', 'old.example', CLOSE), 'get_301'),
                ('1.0', get('/', version='1.0'), 'get_301'),
                ('no rule', get('/', OTHER, CLOSE), 'miss status_404'),
                ('no Host', b'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
                 'status_400')):
            with self.subTest(text):
                self.begin()
                client = self.client()
                client.ask(request)
                # The client has not closed, and need not.
                self.assert_counted(accepted=1, requests=1, closed_asked=1,
                                    **dict.fromkeys(names.split(), 1))
                self.assertTrue(client.closed())

    def test_asked_to_close_and_more_is_there(self):
        with Client(self.server) as client:
            client.send(get('/', 'old.example', CLOSE) + get('/no'))
            self.assertEqual(client.answer().status, 301)
            self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, get_301=1, closed_done=1)


class Bodies(Counting, Served):
    args = ('--drain', '1000')

    def body(self, *headers):
        return get('/', 'old.example', *headers)

    def test_read(self):
        for text, request in (
                ('length', self.body('Content-Length: 3') + b'abc'),
                ('chunked', self.body(CHUNKED) + b'3\r\nabc\r\n0\r\n\r\n')):
            with self.subTest(text):
                self.one(request, 'closed_client', get_301=1, body_read=1)

    def test_unread(self):
        for header in ('Content-Length: 1001', CLOSE + '\r\n' + CHUNKED,
                       'Content-Length: 1\r\nExpect: 100-continue'):
            with self.subTest(header):
                self.one(self.body(header), 'closed_done', get_301=1,
                         body_unread=1)

    def test_long_after_all(self):
        self.one(self.body(CHUNKED) + b'3e9\r\n' + b'x' * 1001, 'closed_done',
                 get_301=1, body_long=1)

    def test_broken(self):
        self.one(self.body(CHUNKED) + b'x\r\n', 'closed_done', status_400=1,
                 body_broken=1)

    def test_broken_behind_the_answer(self):
        with Client(self.server) as client:
            client.ask(self.body(CHUNKED))
            client.send(b'x\r\n')
            self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, closed_done=1, get_301=1,
                            body_broken=1)


class SendsOn(Counting, Served):
    args = ('--linger', '0.3')

    def test_client_that_sends_on(self):
        client = self.client()
        client.ask(REFUSED)
        with self.assertRaises(ConnectionError):
            for _ in range(LIMIT * 50):
                client.send(b'x' * 1000)
                time.sleep(0.02)
        self.assert_counted(accepted=1, requests=1, status_505=1,
                            closed_excess=1)


class Times(Counting, Served):
    args = ('--head-time', '0.3', '--idle-time', '0.4', '--linger', '0.3')
    long = 'https://new.example/' + 'a' * 7900
    rules = RULES + f'long.example {long}/* 301\n'

    def test_head(self):
        with Client(self.server) as client:
            client.send(get() + b'GET /')
            self.assertEqual(client.answer().status, 301)
            self.assertEqual(client.answer().status, 408)
            self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, get_301=1, status_408=1,
                            closed_done=1)

    def test_nothing_at_all(self):
        self.assertTrue(self.client().closed())
        self.assert_counted(accepted=1, closed_idle=1)

    def test_idle(self):
        client = self.client()
        client.ask(get())
        self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, get_301=1, closed_idle=1)

    def test_body(self):
        with Client(self.server) as client:
            client.ask(get('/', 'old.example', 'Content-Length: 5') + b'abc')
            self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, get_301=1, body_stalled=1,
                            closed_done=1)

    def test_linger(self):
        client = self.client()
        client.ask(REFUSED)
        self.assertTrue(client.closed())
        self.assert_counted(accepted=1, requests=1, status_505=1,
                            closed_linger=1)

    def test_answers_unread(self):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(self.server.address)
            sock.sendall(b'GET / HTTP/1.1\nHost:long.example\n\n' * 900)
            poll = select.poll()
            poll.register(sock, 0)
            self.assertTrue(poll.poll(LIMIT * 1000))
        found = wait_for(lambda: 'closed_unread' in self.difference.now() and
                         self.difference.now())
        self.assertEqual(found.pop('requests'), found.pop('get_301'))
        self.assertEqual(found, {'accepted': 1, 'closed_unread': 1})


class Proxied(Counting, Fallback):
    def pass_on(self, path, *headers, end='closed_client', body=b'',
                **expected):
        return self.one(get(path, OTHER, *headers) + body, end, miss=1,
                        proxied=1, **expected)

    def test_done(self):
        self.assertEqual(self.pass_on('/echo', proxied_done=1).status, 200)
        self.pass_on('/until', end='closed_done', proxied_done=1)
        self.pass_on('/hash', 'Content-Length: 3', body=b'abc', proxied_done=1)

    def test_pass_rule(self):
        answer = self.one(get('/echo/../pass/x'), 'closed_client',
                          proxied=1, proxied_done=1, **{'pass': 1})
        self.assertEqual(answer.status, 200)

    def test_rules_are_not_for_it(self):
        self.one(get(), 'closed_client', get_301=1)

    def test_failed(self):
        self.assertEqual(self.pass_on('/silent', proxied_failed=1,
                                      status_502=1).status, 502)
        self.assertEqual(
            self.one(get('/hash', OTHER, CHUNKED) + b'x\r\n', 'closed_done',
                     status_400=1, body_broken=1).status, 400)

    def test_lenient_framing(self):
        self.one(b'GET / HTTP/1.1\nHost: other.example\n\n', 'closed_done',
                 miss=1, status_400=1)

    def test_broken(self):
        for path in '/half', '/resetlate':
            with self.subTest(path):
                self.begin()
                with self.server.connect() as sock:
                    sock.sendall(get(path, OTHER))
                    try:
                        while sock.recv(65536):
                            pass
                    except ConnectionError:
                        pass
                self.assert_counted(accepted=1, requests=1, miss=1, proxied=1,
                                    proxied_broken=1, closed_proxy=1)

    def test_client_that_goes(self):
        client = self.client()
        client.send(get('/stall', OTHER))
        self.assertEqual(client.head().status, 200)
        reset(client)
        self.assert_counted(accepted=1, requests=1, miss=1, proxied=1,
                            proxied_broken=1, closed_client=1)

    def test_tunnel(self):
        with Client(self.server) as client:
            client.send(get('/upgrade', OTHER, 'Upgrade: shout',
                            'Connection: upgrade'))
            self.assertEqual(client.head().status, 101)
            client.sock.shutdown(socket.SHUT_WR)
            self.assertEqual(client.file.read(), b'hello\nbye\n')
        self.assert_counted(accepted=1, requests=1, miss=1, proxied=1,
                            proxied_done=1, closed_done=1)


class ProxiedTimes(Counting, Fallback):
    args = ('--fallback-time', '2', '--idle-time', '2')

    def test_silent(self):
        self.one(get('/wait', OTHER, CLOSE), 'closed_done', miss=1,
                 proxied=1, proxied_failed=1, status_504=1)

    def test_body_that_stalls(self):
        self.one(get('/hash', OTHER, 'Content-Length: 5') + b'abc',
                 'closed_done', miss=1, proxied=1, proxied_failed=1,
                 status_408=1)

    def test_silent_in_the_middle(self):
        client = self.client()
        client.send(get('/stall', OTHER))
        self.assertEqual(client.head().status, 200)
        self.assertEqual(client.file.read(), b'half')
        self.assert_counted(accepted=1, requests=1, miss=1, proxied=1,
                            proxied_broken=1, closed_proxy=1)


class NoFallback(Counting, Served):
    @classmethod
    def setUpClass(cls):
        with socket.create_server(('127.0.0.1', 0)) as sock:
            cls.args = ('--fallback', '127.0.0.1:%d' % sock.getsockname()[1])
        super().setUpClass()

    def test_refused(self):
        self.one(get('/', OTHER), 'closed_client', miss=1, proxied=1,
                 proxied_failed=1, status_502=1)


class Alone(unittest.TestCase):
    """Tests with servers of their own."""

    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop, signal.SIGKILL)
        return server

    def ask(self, server, count):
        with Client(server) as client:
            for _ in range(count):
                self.assertEqual(client.ask(get()).status, 301)

    def files(self):
        return set(os.listdir(os.path.join(self.state.path, 'servers')))

    def socket_path(self, server):
        return os.path.join(self.state.path, 'servers',
                            f'{server.process.pid}.counters')


class Damage(Counting, Alone):
    """Bytes of the map that change below a server that has checked them."""

    def setUp(self):
        Alone.setUp(self)
        self.server = self.serve('--threads', '1')
        name = os.listdir(os.path.join(self.state.path, 'maps'))[0]
        self.map = os.path.join(self.state.path, 'maps', name)
        with open(self.map, 'rb') as file:
            self.at = file.read().index(b'HTTP/1.1 301')
        self.begin()

    def damage(self, at, data):
        with open(self.map, 'r+b') as file:
            file.seek(at)
            file.write(data)

    def test_code_that_no_rule_has(self):
        self.damage(self.at - 16, struct.pack('=H', 399))
        self.damage(self.at + 9, b'399')
        self.assertEqual(self.one(get(), 'closed_client', damaged=1).status,
                         399)

    def test_answer_that_is_not_sent(self):
        self.damage(self.at - 14, b'\xff\xff')
        self.one(get(), 'closed_client', damaged=1, status_404=1)


class Accepting(Alone):
    def test_full(self):
        server = self.serve('--connections', '2')
        clients = []
        for _ in range(3):
            clients.append(Client(server))
            self.assertEqual(clients[-1].ask(get()).status, 301)
        found = socket_counters(self.state)
        self.assertEqual(found['socket_accepted'], 3)
        self.assertEqual(found['socket_yielded'], 1)
        self.assertEqual(found['socket_closed_done'], 0)
        for client in clients:
            client.__exit__()
        self.assertTrue(wait_for(
            lambda: socket_counters(self.state)['socket_closed_done'] == 1))
        found = socket_counters(self.state)
        self.assertEqual(found['socket_paused_short'], 0)
        self.assertEqual(found['socket_closed_client'], 2)

    def test_full_at_once(self):
        with socket.create_server(('127.0.0.1', 0)) as silent:
            server = self.serve('--connections', '2', '--threads', '8',
                                '--fallback', '127.0.0.1:%d' %
                                silent.getsockname()[1])
            server.process.send_signal(signal.SIGSTOP)
            clients = [Client(server) for _ in range(40)]
            for client in clients:
                client.send(get('/', OTHER))
            server.process.send_signal(signal.SIGCONT)
            self.assertTrue(wait_for(
                lambda: socket_counters(self.state)['socket_paused_full']))
            self.assertEqual(socket_counters(self.state)['socket_accepted'], 2)
            for client in clients:
                client.__exit__()

    def test_out_of_descriptors(self):
        server = self.serve('--threads', '1')
        pid, what = server.process.pid, resource.RLIMIT_NOFILE
        old = resource.prlimit(pid, what)
        before = socket_counters(self.state)
        with Client(server) as client:
            resource.prlimit(pid, what, (5, old[1]))
            client.send(get())
            time.sleep(0.3)
            resource.prlimit(pid, what, old)
            self.assertEqual(client.answer().status, 301)
        found = socket_counters(self.state)
        self.assertGreater(found['socket_paused_short'],
                           before['socket_paused_short'])
        self.assertEqual(found['socket_paused_full'], 0)


if __name__ == '__main__':
    unittest.main()
