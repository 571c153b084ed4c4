#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How detour serve ends connections, and how clients do."""

import signal
import socket
import sys
import time
import unittest

from serving import LIMIT, Served, get


class StagedClose(Served):
    args = ('--linger', '0.2')

    def test_client_that_sends_on(self):
        for text, data, status in (
                ('asked to close',
                 get('/', 'old.example', 'Connection: close'), 301),
                ('refused', b'GET / HTTP/2.0\r\n\r\n', 505),
                ('body too long', get('/', 'old.example',
                                      'Content-Length: 10000000'), 301)):
            with self.subTest(text):
                client = self.client()
                client.send(data + b'x' * 200000)
                time.sleep(0.05)
                self.assertEqual(client.answer().status, status)
                self.assertTrue(client.closed())

    def test_not_for_ever(self):
        client = self.client()
        client.send(b'GET / HTTP/2.0\r\n\r\n')
        end = time.monotonic() + LIMIT
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                client.send(b'x' * 100000)
                time.sleep(0.001)


class CloseAtOnce(Served):
    args = ('--connections', '1', '--linger', '60')

    def test_place_is_free(self):
        """Clients that asked to close, and stay, are in nobody's way."""
        for request in (get('/', 'old.example', 'Connection: close'),
                        get('/', version='1.0')) * 3:
            client = self.client()
            self.assertEqual(client.ask(request).headers['connection'],
                             'close')
            self.assertTrue(client.closed())

    def test_answer_and_end_are_one_segment(self):
        """... which also acknowledges the request. A server that has to wait
        for its CPU acknowledges first: the best of some counts."""
        at = 140  # of tcpi_segs_in in struct tcp_info
        segments = []
        for _ in range(20):
            client = self.client()
            client.ask(get('/', 'old.example', 'Connection: close'))
            self.assertTrue(client.closed())
            info = client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO,
                                          at + 4)
            segments.append(int.from_bytes(info[at:], sys.byteorder))
        self.assertEqual(min(segments), 2)  # with that of the handshake


class Silence(Served):
    def test_late_requests(self):
        """Whether the kernel still has the connection, or the server."""
        for seconds in 0.3, 2.5:
            client = self.client()
            time.sleep(seconds)
            self.assertEqual(client.ask(get()).status, 301)
            self.assertEqual(client.ask(get()).status, 301)

    def test_end_without_a_byte(self):
        client = self.client()
        client.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(client.closed())


class Ends(Served):
    """The client's end is seen wherever it stands."""
    args = ('--connections', '1', '--idle-time', '60', '--head-time', '60')

    def test_behind(self):
        half = get()[:20]
        for text, parts in (
                ('nothing', ()), ('a request', (get(),)),
                ('requests', (get() * 3,)), ('a part', (half,)),
                ('a part, later', (get(), half)),
                ('a body', (get('/', 'old.example', 'Content-Length: 3'),
                            b'abc')),
                ('part of a body',
                 (get('/', 'old.example', 'Content-Length: 3'), b'a')),
                ('more than a read takes', (get() * 2000,)),
                ('as much as a read takes', (get('/', 'old.example').ljust(
                    32768, b'\n'),))):
            with self.subTest(text):
                with self.server.connect() as sock:
                    for part in parts:
                        sock.sendall(part)
                        time.sleep(0.02)
                    sock.shutdown(socket.SHUT_WR)
                    while sock.recv(65536):
                        pass
                # There is room again, though only for one.
                self.assertEqual(self.client().ask(
                    get('/', 'old.example', 'Connection: close')).status, 301)

    def test_together_with_a_request(self):
        client = self.client()
        self.assertEqual(client.ask(get()).status, 301)
        self.server.process.send_signal(signal.SIGSTOP)
        client.send(get('/last'))
        client.sock.shutdown(socket.SHUT_WR)
        self.server.process.send_signal(signal.SIGCONT)
        self.assertEqual(client.answer().headers['location'],
                         'https://new.example/last')
        self.assertTrue(client.closed())


if __name__ == '__main__':
    unittest.main()
