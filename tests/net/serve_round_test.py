#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a worker of detour serve finds together when it looks: requests of many
connections, whose answers it gathers, and whatever stands behind a request."""

import contextlib
import glob
import signal
import socket
import struct
import unittest

from serve_fallback_test import OTHER, Fallback
from serving import RULES, Served, get, wait_for
from stats_test import Counting

CLOSE = 'Connection: close'
NAME = 'https://new.example'
LONG = '/' + 'x' * 7000


class Together(Counting, Served):
    args = ('--threads', '1')

    @contextlib.contextmanager
    def together(self):
        """All that is sent within comes in one look, and one round."""
        self.server.process.send_signal(signal.SIGSTOP)
        self.assertTrue(wait_for(self.stopped))
        try:
            yield
        finally:
            self.server.process.send_signal(signal.SIGCONT)

    def stopped(self):
        """Whether all its threads have heard the signal."""
        for path in glob.glob(f'/proc/{self.server.process.pid}/task/*/stat'):
            with open(path, encoding='utf-8') as file:
                if file.read().rsplit(')', 1)[1].split()[0] != 'T':
                    return False
        return True

    def clients(self, number, known):
        """Some that the server has accepted, or not yet."""
        clients = [self.client() for _ in range(number)]
        for client in clients if known else ():
            self.assertEqual(client.ask(get()).status, 301)
        return clients

    def assert_location(self, client, path):
        self.assertEqual(client.answer().headers['location'], NAME + path)


class Many(Together):
    def test_each_gets_its_own(self):
        for known in False, True:
            with self.subTest(known=known):
                clients = self.clients(200, known)
                with self.together():
                    for i, client in enumerate(clients):
                        client.send(get(f'/{i}'))
                for i, client in enumerate(clients):
                    self.assert_location(client, f'/{i}')
                    self.assertEqual(client.ask(get()).status, 301)

    def test_each_gets_its_own_and_the_end(self):
        for known in False, True:
            with self.subTest(known=known):
                clients = self.clients(150, known)
                with self.together():
                    for i, client in enumerate(clients):
                        client.send(get(f'/{i}', 'old.example', CLOSE))
                for i, client in enumerate(clients):
                    self.assert_location(client, f'/{i}')
                    self.assertTrue(client.closed())

    def test_long_answers(self):
        """Few of them fill the room for all."""
        clients = self.clients(70, True)
        with self.together():
            for i, client in enumerate(clients):
                client.send(get(f'{LONG}{i}') + get(f'/{i}'))
        for i, client in enumerate(clients):
            self.assert_location(client, f'{LONG}{i}')
            self.assert_location(client, f'/{i}')

    def test_pipelined(self):
        clients = self.clients(20, True)
        with self.together():
            for client in clients:
                client.send(b''.join(get(f'/{i}') for i in range(100)))
        for client in clients:
            for i in range(100):
                self.assert_location(client, f'/{i}')

    def test_mixed(self):
        """Every way for a turn to end, next to one another."""
        for known in False, True:
            with self.subTest(known=known):
                clients = self.clients(70, known)
                with self.together():
                    for i, client in enumerate(clients):
                        client.send(self.request(i))
                for i, client in enumerate(clients):
                    self.check(i, client)

    def request(self, i):
        return (get(f'/{i}'), get(f'/{i}')[:9],
                get(f'/{i}', 'old.example', CLOSE),
                get(f'/{i}', 'old.example', 'Content-Length: 3') + b'a',
                b'GET / HTTP/2.0\r\n\r\n', get(f'/{i}', OTHER),
                get(f'/{i}', 'old.example', CLOSE) + get())[i % 7]

    def check(self, i, client):
        kind = i % 7
        if kind == 1:
            client.send(get(f'/{i}')[9:])
        answer = client.answer()
        self.assertEqual(answer.status, {4: 505, 5: 404}.get(kind, 301))
        if answer.status == 301:
            self.assertEqual(answer.headers['location'], f'{NAME}/{i}')
        if kind in (2, 4, 6):
            self.assertTrue(client.closed())
            return
        if kind == 3:
            client.send(b'bc')
        self.assertEqual(client.ask(get()).status, 301)

    def test_some_have_gone(self):
        clients = self.clients(90, True)
        with self.together():
            for i, client in enumerate(clients):
                client.send(get(f'/{i}'))
                if i % 3 == 1:
                    client.__exit__()
                elif i % 3 == 2:
                    client.sock.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('ii', 1, 0))
                    client.__exit__()
        for i, client in enumerate(clients[::3]):
            self.assert_location(client, f'/{3 * i}')


class Slow(Together):
    rules = RULES + f'long.example https://new.example{LONG} 301\n'

    def test_client_that_does_not_read(self):
        """What its socket does not take waits, and holds up nobody else."""
        before, slow, behind = self.clients(3, True)
        rounds, each = 20, 200  # 28 MB: more than two sockets take
        for _ in range(rounds):
            with self.together():
                before.send(get('/before'))
                slow.send(get('/', 'long.example') * each)
                behind.send(get('/behind'))
            self.assert_location(before, '/before')
            self.assert_location(behind, '/behind')
        for _ in range(rounds * each):
            self.assert_location(slow, LONG)
        self.assertEqual(slow.ask(get()).status, 301)


class Place(Together):
    args = ('--threads', '1', '--connections', '1')

    def test_those_that_end_make_room(self):
        """Before accepting is paused for want of it."""
        last = self.client()  # when it is served, those before have gone
        last.ask(get('/', 'old.example', CLOSE))
        self.assertTrue(last.closed())
        clients = self.clients(5, False)
        self.begin()
        with self.together():
            for i, client in enumerate(clients):
                client.send(get(f'/{i}', 'old.example', CLOSE))
        for i, client in enumerate(clients):
            self.assert_location(client, f'/{i}')
            self.assertTrue(client.closed())
        self.assert_counted(accepted=5, requests=5, get_301=5, closed_asked=5)

    def test_others_wait(self):
        clients = self.clients(3, False)
        with self.together():
            for i, client in enumerate(clients):
                client.send(get(f'/{i}'))
        for i, client in enumerate(clients):
            self.assert_location(client, f'/{i}')
            client.__exit__()


class Behind(Together):
    """What stands behind or within a request costs nobody an answer, nor
    does it leave a connection waiting."""

    def both(self, *parts, flags=(), known=(False, True)):
        """Clients to whom all parts of it are sent in one look."""
        for is_known in known:
            with self.subTest(known=is_known, parts=parts[-1][-30:]):
                client = self.clients(1, is_known)[0]
                with self.together():
                    for i, part in enumerate(parts):
                        client.sock.send(part, *flags[i:i + 1])
                yield client

    def test_empty_line(self):
        for how in (CLOSE, 'Content-Length: 0'):
            for parts in ((get('/a', 'old.example', how) + b'\r\n',),
                          (get('/a', 'old.example', how), b'\r\n')):
                for client in self.both(*parts):
                    self.assert_location(client, '/a')
                    if how == CLOSE:
                        self.assertTrue(client.closed())
                    else:
                        self.assertEqual(client.ask(get()).status, 301)

    def test_two_segments(self):
        text = get('/two', 'old.example', CLOSE)
        for cut in 1, 10, len(text) - 1:
            for client in self.both(text[:cut], text[cut:]):
                self.assert_location(client, '/two')
                self.assertTrue(client.closed())

    def test_two_segments_in_two_rounds(self):
        text = get('/two', 'old.example', CLOSE)
        for client in self.both(text[:20]):
            client.send(text[20:])
            self.assert_location(client, '/two')
            self.assertTrue(client.closed())

    def test_end(self):
        for request in (get('/end'), get('/end', 'old.example', CLOSE),
                        get('/end', version='1.0')):
            for known in False, True:
                client = self.clients(1, known)[0]
                with self.together():
                    client.send(request)
                    client.sock.shutdown(socket.SHUT_WR)
                self.assert_location(client, '/end')
                self.assertTrue(client.closed())

    def test_old_client(self):
        for request in (b'GET / HTTP/1.0\r\n\r\n', get('/', version='1.0')):
            for client in self.both(request):
                self.assertEqual(client.answer().headers['connection'],
                                 'close')
                self.assertTrue(client.closed())

    def test_upload_with_close(self):
        """More of it comes when the answer is out: no reset may follow."""
        size = 4 << 20
        head = get('/up', 'old.example', CLOSE, f'Content-Length: {size}',
                   method='POST')
        for client in self.both(head):
            self.assert_location(client, '/up')
            self.assertTrue(client.closed())
            for _ in range(8):
                client.send(bytes(1000))
        for client in self.both(head + bytes(20000)):
            self.assert_location(client, '/up')
            self.assertTrue(client.closed())

    def test_urgent_byte(self):
        """It ends a read, though more is there."""
        text = get('/urgent')
        for client in self.both(text[:20], b'!', text[20:],
                                flags=(0, socket.MSG_OOB, 0)):
            self.assert_location(client, '/urgent')
            self.assertEqual(client.ask(get()).status, 301)


class Large(Together, Fallback):
    """A map so large that requests which come together are scanned together,
    while each is answered as by itself."""
    pages = 280000
    rules = RULES + ''.join(f'page.example/{i} https://new.example/p{i} 301\n'
                            for i in range(pages))

    @staticmethod
    def page(number, *headers, **kwargs):
        return get(f'/{number}', 'page.example', *headers, **kwargs)

    def test_in_order(self):
        """More than are scanned at once, on several connections."""
        clients = self.clients(3, True)
        self.begin()
        with self.together():
            for k, client in enumerate(clients):
                client.send(b''.join(self.page(i * 5000 + k)
                                     for i in range(50)))
        for k, client in enumerate(clients):
            for i in range(50):
                self.assert_location(client, f'/p{i * 5000 + k}')
        self.assert_counted(requests=150, get_301=150)

    def test_others_between(self):
        with self.client() as client:
            client.send(self.page(1) + get('/gone') + get('/', 'a%') +
                        self.page(2, 'Content-Length: 3', method='POST') +
                        b'abc' + get('/echo', OTHER) + self.page(3) +
                        b'GET\r\n\r\n' + self.page(4))
            self.assert_location(client, '/p1')
            self.assertEqual(client.answer().status, 410)
            self.assertEqual(client.answer().status, 400)
            self.assert_location(client, '/p2')
            self.assertEqual(client.answer().status, 200)
            self.assert_location(client, '/p3')
            self.assertEqual(client.answer().status, 400)
            self.assertTrue(client.closed())

    def test_what_was_scanned_is_not_used_for_another(self):
        """The first connection ends before its last request. On the second
        the end of a body has the same length as what ended it."""
        ends = get('/echo', OTHER).replace(b'\r\n', b'\n')
        clients = self.clients(2, True)
        clients[1].send(self.page(11, f'Content-Length: {len(ends)}',
                                  method='POST'))
        self.assert_location(clients[1], '/p11')
        with self.together():
            clients[0].send(ends + self.page(20))
            clients[1].send(b'x' * len(ends) + self.page(21))
        self.assertEqual(clients[0].answer().status, 400)
        self.assertTrue(clients[0].closed())
        self.assert_location(clients[1], '/p21')

    def test_cut_anywhere(self):
        text = self.page(100001) + self.page(200002)
        with self.client() as client:
            for at in range(1, len(text)):
                client.send(text[:at]).send(text[at:])
                self.assert_location(client, '/p100001')
                self.assert_location(client, '/p200002')


class Proxied(Together, Fallback):
    """The same for what the fallback answers, between answers of rules."""

    def test_close(self):
        for known in False, True:
            clients = self.clients(30, known)
            with self.together():
                for i, client in enumerate(clients):
                    host = OTHER if i % 2 else 'old.example'
                    client.send(get('/echo', host, CLOSE))
            for i, client in enumerate(clients):
                self.assertEqual(client.answer().status, 200 if i % 2 else 301)
                self.assertTrue(client.closed())

    def test_in_the_middle(self):
        clients = self.clients(30, True)
        with self.together():
            for client in clients:
                client.send(get('/1') + get('/echo', OTHER) + get('/3'))
        for client in clients:
            self.assert_location(client, '/1')
            self.assertEqual(client.answer().status, 200)
            self.assert_location(client, '/3')


if __name__ == '__main__':
    unittest.main()
