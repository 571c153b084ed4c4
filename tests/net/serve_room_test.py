#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who gives way to whom when detour serve has no room left, and how a
connection ends whose client does not read yet."""

import os
import resource
import select
import signal
import socket
import subprocess
import threading
import time
import unittest

from serving import LIMIT, RULES, Client, Server, State, get, run, wait_for


def ended(client):
    """Whether the server has closed, or is closing, a client's connection."""
    poll = select.poll()
    poll.register(client.sock, select.POLLIN | select.POLLRDHUP)
    return bool(poll.poll(0))


class Rooms(unittest.TestCase):
    def serve(self, *args, rules=RULES, **kwargs):
        state = State(rules)
        self.addCleanup(state.remove)
        server = Server(state, '--threads', kwargs.pop('threads', '1'), *args,
                        **kwargs)
        self.addCleanup(server.stop)
        server.state = state
        return server

    def client(self, server, address=None):
        client = Client(server, address)
        self.addCleanup(client.__exit__)
        return client

    def asked(self, server, path='/'):
        """A client that has had an answer and stays."""
        client = self.client(server)
        self.assertEqual(client.ask(get(path)).status, 301)
        return client

    def test_s2_idle_connections_give_way(self):
        for threads in '1', '2', '4':
            with self.subTest(threads=threads):
                server = self.serve('--connections', '100', '--idle-time',
                                    '600', threads=threads)
                clients = [self.asked(server) for _ in range(100)]
                late = [self.asked(server) for _ in range(50)]
                for client in late:
                    self.assertEqual(client.ask(get()).status, 301)
                self.assertEqual(sum(map(ended, clients)), 50)
                server.stop()

    def test_s2_the_longest_idle_first(self):
        for threads in '1', '2':
            with self.subTest(threads=threads):
                server = self.serve('--connections', '8', '--idle-time', '600',
                                    threads=threads)
                clients = []
                for _ in range(8):
                    clients.append(self.asked(server))
                    time.sleep(0.05)
                # the order is that of the last request, not of connecting
                for i in 0, 2, 4:
                    self.assertEqual(clients[i].ask(get()).status, 301)
                    time.sleep(0.05)
                for gone in 1, 3, 5, 6, 7, 0, 2, 4:
                    late = self.asked(server)
                    self.assertTrue(wait_for(lambda: ended(clients[gone])),
                                    gone)
                    self.assertEqual(
                        sum(map(ended, clients)),
                        [1, 3, 5, 6, 7, 0, 2, 4].index(gone) + 1)
                    self.assertTrue(clients[gone].closed())
                    # the newcomer is the youngest by then
                    self.assertFalse(ended(late))
                    time.sleep(0.05)
                server.stop()

    def test_s2_a_request_in_that_moment_is_answered(self):
        """What had come before the connection was to give way is served, and
        another one gives way."""
        server = self.serve('--connections', '4', '--idle-time', '600')
        clients = []
        for _ in range(4):
            clients.append(self.asked(server))
            time.sleep(0.05)
        os.kill(server.process.pid, signal.SIGSTOP)
        self.assertTrue(wait_for(lambda: self.stopped(server)))
        late = self.client(server).send(get('/late'))
        time.sleep(0.1)
        clients[0].send(get('/again'))
        os.kill(server.process.pid, signal.SIGCONT)
        self.assertEqual(late.answer().headers['location'],
                         'https://new.example/late')
        self.assertEqual(clients[0].answer().headers['location'],
                         'https://new.example/again')
        self.assertTrue(clients[1].closed())

    @staticmethod
    def stopped(server):
        folder = f'/proc/{server.process.pid}/task'
        states = []
        for task in os.listdir(folder):
            with open(f'{folder}/{task}/stat') as file:
                states.append(file.read().rsplit(')', 1)[1].split()[0])
        return set(states) == {'T'}

    def test_s2_it_ends_without_a_reset(self):
        """A request that crosses the end of the connection is discarded: the
        client sees an end, and may try again (RFC 9112 9.3.1, 9.6)."""
        server = self.serve('--connections', '2', '--idle-time', '600')
        first = self.asked(server)
        time.sleep(0.05)
        self.asked(server)
        self.asked(server)
        self.assertTrue(wait_for(lambda: ended(first)))
        first.send(get('/crossed'))
        time.sleep(0.1)
        first.send(get('/crossed'))
        self.assertTrue(first.closed())

    def test_s2_order_of_kinds(self):
        """Idle between requests, then nothing sent yet, then half a head."""
        server = self.serve('--connections', '3', '--idle-time', '600',
                            '--head-time', '600')
        half = self.client(server).send(b'GET / HTTP/1.1\r\nHost: ')
        silent = self.client(server)
        idle = self.asked(server)
        time.sleep(2.5)  # the kernel keeps what is silent for a second or so
        for victim in idle, silent, half:
            with self.subTest(victim=[idle, silent, half].index(victim)):
                self.assertFalse(ended(victim))
                late = self.client(server).send(
                    b'GET / HTTP/1.1\r\nHost: old.example\r\nX: ')
                late.send(b'y\r\nConnection: close\r\n')
                self.assertTrue(wait_for(lambda: ended(victim)))
                time.sleep(1.2)
                self.assertEqual(late.ask(b'\r\n').status, 301)
                if victim is half:
                    self.assertEqual(victim.head().status, 408)
                self.assertTrue(victim.closed())
                late.__exit__()
                # its place is taken by one that gives way behind the others
                self.client(server).send(b'GET / HTTP/1.1\r\nHost: ')

    def test_s2_half_heads_and_unread_bodies_do_not_hold_all(self):
        for what in (b'', b'GET / HTTP/1.1\r\nHost: old.exam',
                     b'POST / HTTP/1.1\r\nHost: old.example\r\n'
                     b'Content-Length: 1000\r\n\r\nx',
                     b'POST / HTTP/1.1\r\nHost: old.example\r\n'
                     b'Content-Length: 9000000\r\n\r\nx'):
            with self.subTest(what):
                server = self.serve('--connections', '20', '--idle-time', '600',
                                    '--head-time', '600', '--linger', '600',
                                    threads='2')
                for _ in range(25):
                    self.client(server).send(what)
                began = time.monotonic()
                for _ in range(10):
                    with Client(server) as client:
                        self.assertEqual(client.ask(get()).status, 301)
                self.assertLess(time.monotonic() - began, LIMIT)
                server.stop()

    def test_s2_descriptors_run_out(self):
        """Idle connections give way where the limit is that of descriptors."""
        server = self.serve('--connections', '200', '--idle-time', '600',
                            threads='2')
        clients = [self.asked(server) for _ in range(60)]
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (50, 50))
        for _ in range(20):
            late = self.asked(server)
            self.assertEqual(late.ask(get()).status, 301)
        self.assertGreaterEqual(sum(map(ended, clients)), 20)
        used = self.cpu(server)
        time.sleep(0.5)
        self.assertLess(self.cpu(server) - used, 0.3)

    def test_s2_more_connections_than_descriptors(self):
        """Releases are still taken over: not all descriptors are clients'."""
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        server = self.serve('--connections', '1000', '--idle-time', '600',
                            preexec_fn=limit)
        self.assertTrue(server.find('connections at most, not 1000'))
        for _ in range(100):
            self.asked(server)
        done = run('--state', server.state.path, 'set', 'old.example/*',
                   'https://other.example/*', '301', check=False)
        # 3: on a busy machine it takes longer than the command waits.
        self.assertIn(done.returncode, (0, 3), done.stderr)
        last = self.client(server)
        self.assertTrue(wait_for(
            lambda: 'other' in last.ask(get()).headers['location']))

    @staticmethod
    def cpu(server):
        with open(f'/proc/{server.process.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def test_s2_busy_ones_stay(self):
        """Where nobody is idle, new ones wait, and nothing spins."""
        server = self.serve('--connections', '2', '--idle-time', '600',
                            '--head-time', '600')
        halves = [self.client(server) for _ in range(2)]
        for half in halves:
            half.send(b'GET / HTTP/1.1\r\n')
        late = self.client(server).send(get('/late'))
        for half in halves:
            self.assertEqual(half.ask(b'Host: old.example\r\n\r\n').status, 301)
        self.assertEqual(late.answer().status, 301)


class Lingering(unittest.TestCase):
    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)

    def serve(self, *args):
        server = Server(self.state, *args)
        self.addCleanup(server.stop)
        return server

    def post(self, server, size, piece=None, pause=0, chunked=False):
        """Write all of a body, then read."""
        head = (b'POST /form HTTP/1.1\r\nHost: %s\r\n' % self.host
                + (b'Transfer-Encoding: chunked\r\n\r\n' if chunked else
                   b'Content-Length: %d\r\n\r\n' % size))
        with Client(server) as client:
            client.send(head)
            piece = piece or size
            for at in range(0, size, piece):
                data = b'x' * min(piece, size - at)
                if chunked:
                    data = b'%x\r\n' % len(data) + data + b'\r\n'
                client.send(data)
                if pause:
                    time.sleep(pause)
            if chunked:
                client.send(b'0\r\n\r\n')
            return client.answer('POST')

    host = b'old.example'

    def test_s3_all_is_written_before_it_is_read(self):
        server = self.serve()
        for size, chunked in ((8 << 20, False), (8 << 20, True),
                              (300 << 10, False), (40 << 20, False)):
            with self.subTest(size=size, chunked=chunked):
                answer = self.post(server, size, 1 << 16, chunked=chunked)
                self.assertEqual(answer.status, 301)
                self.assertEqual(answer.headers['location'],
                                 'https://new.example/form')

    def test_s3_slow_body(self):
        """300 kB at 60 kB/s: longer than --linger, but never silent so long."""
        server = self.serve('--linger', '2')
        self.assertEqual(self.post(server, 300000, 6000, 0.1).status, 301)

    def test_s3_slow_body_that_is_read_over(self):
        server = self.serve('--idle-time', '1')
        self.assertEqual(self.post(server, 30000, 1000, 0.1).status, 301)
        with Client(server) as client:
            client.send(b'POST / HTTP/1.1\r\nHost: old.example\r\n'
                        b'Content-Length: 30\r\n\r\n')
            self.assertEqual(client.head().status, 301)
            for _ in range(30):
                client.send(b'x')
                time.sleep(0.1)
            self.assertEqual(client.ask(get()).status, 301)

    def test_s3_it_ends(self):
        """Silence ends it after --linger, bytes on and on after six times
        that."""
        server = self.serve('--linger', '0.5')
        for sends, least in ((False, 0.5), (True, 2)):
            with self.subTest(sends=sends), Client(server) as client:
                client.send(b'POST / HTTP/1.1\r\nHost: old.example\r\n'
                            b'Content-Length: 900000000\r\n\r\n')
                self.assertEqual(client.head().status, 301)
                began = time.monotonic()
                while not self.gone(client, b'x' if sends else b''):
                    self.assertLess(time.monotonic() - began, LIMIT)
                    time.sleep(0.02)
                self.assertGreater(time.monotonic() - began, least)

    @staticmethod
    def gone(client, data):
        """Whether the server has closed for good: it knows the connection no
        more, or only the kernel does."""
        try:
            client.sock.sendall(data)
        except OSError:
            return True
        done = subprocess.run(
            ['ss', '-Htnp', 'dst', '127.0.0.1', 'and', 'dport', '=',
             ':%d' % client.sock.getsockname()[1]],
            capture_output=True, text=True, check=True)
        return 'users:' not in done.stdout

    def test_s3_early_answer_of_the_fallback(self):
        """It does not take the body: its answer reaches the client all the
        same."""
        with socket.create_server(('127.0.0.1', 0)) as back:
            def serve():
                for _ in range(3):
                    conn = back.accept()[0]
                    conn.recv(100)
                    conn.sendall(b'HTTP/1.1 413 Too Large\r\n'
                                 b'Content-Length: 4\r\n\r\nlong')
                    conn.close()
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            server = self.serve('--fallback',
                                '127.0.0.1:%d' % back.getsockname()[1])
            self.host = b'other.example'
            for size, piece, pause in ((8 << 20, 1 << 16, 0),
                                       (300000, 6000, 0.02),
                                       (8 << 20, 8 << 20, 0)):
                with self.subTest(size=size):
                    answer = self.post(server, size, piece, pause)
                    self.assertEqual((answer.status, answer.body),
                                     (413, b'long'))
            thread.join(LIMIT)


if __name__ == '__main__':
    unittest.main()
