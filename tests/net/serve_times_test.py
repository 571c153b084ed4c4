#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How long detour serve waits for what a client sends and reads."""

import errno
import select
import signal
import socket
import time
import unittest

from serving import LIMIT, RULES, Client, Served, Server, get


class Times(Served):
    args = ('--head-time', '0.4', '--idle-time', '0.7', '--linger', '0.4')

    def test_head_that_stalls(self):
        client = self.client()
        answer = client.ask(b'GET / HTTP/1.1\r\nHost: ol')
        self.assertEqual(answer.status, 408)
        self.assertEqual(answer.headers['connection'], 'close')
        self.assertTrue(client.closed())

    def test_bytes_do_not_extend_it(self):
        client = self.client()
        began = time.monotonic()
        client.sock.settimeout(0.05)
        got = b''
        for byte in get('/', 'old.example', 'X: ' + 'y' * 300):
            client.send(bytes([byte]))
            try:
                got = client.sock.recv(100)
                break
            except TimeoutError:
                pass
        self.assertTrue(got.startswith(b'HTTP/1.1 408 '))
        self.assertLess(time.monotonic() - began, 5)

    def test_not_a_byte(self):
        client = self.client()
        self.assertTrue(client.closed())

    def test_second_head_that_stalls(self):
        client = self.client()
        client.send(get('/1') + b'GET /2')
        self.assertEqual(client.answer().status, 301)
        self.assertEqual(client.answer().status, 408)
        self.assertTrue(client.closed())

    def test_empty_line_behind_a_body_is_no_request(self):
        client = self.client()
        client.send(get('/', 'old.example', 'Content-Length: 2') + b'ab\r\n')
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_idle(self):
        client = self.client()
        self.assertEqual(client.ask(get()).status, 301)
        time.sleep(0.5)
        self.assertEqual(client.ask(get()).status, 301)
        began = time.monotonic()
        self.assertTrue(client.closed())
        self.assertGreater(time.monotonic() - began, 0.5)

    def test_body_that_stalls(self):
        client = self.client()
        client.send(get('/', 'old.example', 'Content-Length: 5') + b'abc')
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_client_that_does_not_read(self):
        sock = self.server.connect()
        self.addCleanup(sock.close)
        sock.settimeout(0.2)
        data = get('/' + 'x' * 4000) * 100
        sent = 0
        end = time.monotonic() + LIMIT
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                try:
                    sent += sock.send(data[sent % len(data):])
                except TimeoutError:
                    pass


class TimesApart(Served):
    """Each limit is the one that it says: the others are out of reach."""
    limits = {'--head-time': '60', '--idle-time': '60', '--linger': '60'}
    long = 'https://new.example/' + 'a' * 7900
    rules = RULES + f'long.example {long}/* 301\n'

    def serve(self, option):
        limits = {**self.limits, option: '0.3'}
        server = Server(self.state, *[x for one in limits.items() for x in one])
        self.addCleanup(server.stop, signal.SIGKILL)
        client = Client(server)
        self.addCleanup(client.__exit__)
        client.sock.settimeout(8)
        return server, client

    def wait(self, sock, event):
        poll = select.poll()
        poll.register(sock, event)
        self.assertTrue(poll.poll(8000), 'nothing has happened')

    def test_idle_in_a_body(self):
        """It ends in stages: what comes late meets no reset."""
        _, client = self.serve('--idle-time')
        client.send(get('/', 'old.example', 'Content-Length: 5') + b'abc')
        self.wait(client.sock, select.POLLRDHUP)
        for _ in range(3):
            client.send(b'd')
            time.sleep(0.05)
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_linger(self):
        _, client = self.serve('--linger')
        client.send(b'GET / HTTP/2.0\r\n\r\n')
        self.assertEqual(client.answer().headers['connection'], 'close')
        self.assertTrue(client.closed())
        end = time.monotonic() + 8
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                client.send(b'x')
                time.sleep(0.05)

    def test_idle_with_answers_unread(self):
        """All is read of the client: only what is unsent makes it a reset."""
        server, _ = self.serve('--idle-time')
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(server.address)
            sock.sendall(b'GET / HTTP/1.1\nHost:long.example\n\n' * 900)
            self.wait(sock, 0)  # for an error
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self.assertEqual(error, errno.ECONNRESET)


if __name__ == '__main__':
    unittest.main()
