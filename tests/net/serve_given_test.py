#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sockets that a service manager gives: their properties by their names, what is
refused, and restarts that refuse nobody."""

import json
import os
import shutil
import signal
import socket
import threading
import unittest

import held
from proxying import version_1
from serving import (LIMIT, Client, Server, Serving, get, run, wait_for)

RULES = 'old.example  https://new.example  301\n'
HTTPS = get('https://old.example/x')


class Holding(Serving):
    def setUp(self):
        super().setUp()
        self.state.load(RULES)

    def hold(self, *socks):
        for sock in socks:
            self.addCleanup(sock.close)
        return socks

    def given(self, files, names, *args, pid=None, **kwargs):
        with held.Given(files, names, pid=pid) as given:
            return self.serve(*args, **{'listen': None, **given, **kwargs})


class Properties(Holding):
    def test_names(self):
        """Each has its own; --listen is not needed."""
        path = f'{self.state.dir}/path'
        socks = self.hold(held.tcp(), held.tcp(), held.tcp(), held.tcp(),
                          held.tcp('::'), held.path(path))
        server = self.given(socks, ['detour.socket', 'https', 'proxy',
                                    'proxy,https', 'unknown', 'https,proxy'],
                            '--trust', '127.0.0.1', '--threads', '3')
        ports = [sock.getsockname()[1] for sock in socks[:5]]
        self.assertEqual(server.listen, [
            f'127.0.0.1:{ports[0]}', f'127.0.0.1:{ports[1]},https',
            f'127.0.0.1:{ports[2]},proxy', f'127.0.0.1:{ports[3]},proxy,https',
            f'[::]:{ports[4]}', f'unix:{path},proxy,https'])
        for address, header, status in zip(
                server.addresses, (b'', b'', version_1(), version_1(), b'',
                                   version_1()),
                (421, 301, 421, 301, 421, 301)):
            with self.subTest(address), Client(server, address) as client:
                self.assertEqual(client.ask(header + HTTPS).status, status)
        with Client(server, ('127.0.0.1', ports[4])) as client:
            self.assertEqual(client.ask(get()).status, 301)
        self.assertEqual(server.stop(), 0)
        self.assertTrue(os.path.exists(path))

    def test_without_names(self):
        """They are plain; with --listen there is more."""
        sock, = self.hold(held.tcp())
        server = self.given([sock], None, listen='127.0.0.1:0')
        self.assertEqual(len(server.addresses), 2)
        for address in server.addresses:
            with Client(server, address) as client:
                self.assertEqual(client.ask(get()).status, 301)

    def test_of_another(self):
        """What is for another process is left alone."""
        sock, = self.hold(held.tcp())
        server = self.given([sock], None, pid=1, listen='127.0.0.1:0')
        self.assertEqual(len(server.addresses), 1)

    def test_fallback(self):
        """One that is a socket of ours is refused, also by another family."""
        sock, = self.hold(held.tcp('::'))
        for address in '127.0.0.1', '[::1]':
            done = held.start(self.state.path, [sock], None, '--fallback',
                              f'{address}:{sock.getsockname()[1]}')
            self.assertEqual(done.returncode, 1)
            self.assertIn('which is this server', done.stderr)

    def test_not_inherited(self):
        """Nor are the variables: no child takes them for its own."""
        sock, = self.hold(held.tcp())
        server = self.given([sock], ['http.socket'], '--user', 'nobody')
        inode = os.fstat(sock.fileno()).st_ino
        pids = run_children(server.process.pid)
        for pid in pids:
            self.assertNotIn(f'socket:[{inode}]', links(pid))
        self.assertIn(f'socket:[{inode}]', links(server.process.pid))


def run_children(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        return [int(text) for text in file.read().split()]


def links(pid):
    found = set()
    for name in os.listdir(f'/proc/{pid}/fd'):
        try:
            found.add(os.readlink(f'/proc/{pid}/fd/{name}'))
        except OSError:
            pass
    return found


class Refused(Holding):
    def test_kinds(self):
        """By number and name."""
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(('127.0.0.1', 0))
        idle = socket.socket()
        ends = socket.socketpair()
        abstract = held.path('\0detour-test-%d' % os.getpid())
        good = held.tcp()
        again = good.dup()
        self.hold(datagram, idle, *ends, abstract, good, again)
        with open('/dev/null', encoding='ascii') as file:
            for files, names, error in (
                    ([datagram], ['web'], '3 (web) is no stream'),
                    ([idle], ['web'], '3 (web) does not listen'),
                    ([ends[0]], ['web'], '3 (web) does not listen'),
                    ([file], ['web'], '3 (web) is no socket'),
                    ([abstract], ['https'], '3 (https) has no absolute path'),
                    ([good, datagram], ['https', 'b'], '4 (b) is no stream'),
                    ([good], ['htps'],
                     '3 (htps) has a name of other words than https and '
                     'proxy'),
                    ([good], ['mode=600'], '3 (mode=600) has a name of other'),
                    ([good], ['https,'], '3 (https,) has a name of other'),
                    ([good], ['https,https'], 'has a property twice'),
                    ([good], ['a\x1b[1mb'], '3 (a?[1mb) has a name'),
                    ([good, again], ['https', 'proxy'],
                     '4 (proxy) is there once more')):
                with self.subTest(names):
                    done = held.start(self.state.path, files, names)
                    self.assertEqual(done.returncode, 1)
                    self.assertEqual(done.stdout, '')
                    self.assertIn(f'descriptor {error}' if error[0].isdigit()
                                  else error, done.stderr)
        done = held.start(self.state.path, [good], ['proxy'])
        self.assertEqual(done.returncode, 2)
        self.assertIn('proxy needs --trust', done.stderr)

    def test_counts(self):
        sock, = self.hold(held.tcp())
        for count, error in ((2, 'descriptor 4 () is not open'),
                             ('x', 'LISTEN_FDS is no number up to 64'),
                             (65, 'LISTEN_FDS is no number up to 64'),
                             ('-1', 'LISTEN_FDS is no number up to 64')):
            done = held.start(self.state.path, [sock], None, count=count)
            self.assertEqual(done.returncode, 1)
            self.assertIn(error, done.stderr)


class Restarts(Holding):
    clients = 8
    rounds = 6

    def load(self, address, ended, counts):
        """Ask, each time on a connection of its own, until the end comes."""
        while not ended.is_set():
            try:
                sock = (socket.create_connection(address, LIMIT)
                        if not isinstance(address, str)
                        else socket.socket(socket.AF_UNIX))
                with sock:
                    if isinstance(address, str):
                        sock.settimeout(LIMIT)
                        sock.connect(address)
                    sock.sendall(get('/', 'old.example', 'Connection: close'))
                    got = b''.join(iter(lambda s=sock: s.recv(65536), b''))
                counts.append(got[:12])
            except OSError as error:
                counts.append(repr(error).encode())

    def restart(self, sock, address):
        ended, counts = threading.Event(), []
        threads = [threading.Thread(target=self.load,
                                    args=(address, ended, counts))
                   for _ in range(self.clients)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self.rounds):
                server = self.given([sock], ['http.socket'], '--threads', '2')
                seen = len(counts)
                self.assertTrue(wait_for(lambda n=seen: len(counts) > n + 50))
                self.assertEqual(server.stop(), 0)
            server = self.given([sock], ['http.socket'])
        finally:
            ended.set()
            for thread in threads:
                thread.join(LIMIT)
        self.assertEqual(set(counts), {b'HTTP/1.1 301'})
        self.assertGreater(len(counts), 50 * self.rounds)
        server.stop()

    def test_tcp(self):
        """A server ends, then the next begins: nobody is refused."""
        sock, = self.hold(held.tcp())
        self.restart(sock, sock.getsockname())

    def test_path(self):
        path = f'{self.state.dir}/path'
        sock, = self.hold(held.path(path))
        self.restart(sock, path)

    def test_workers(self):
        """All of them accept from the one descriptor."""
        sock, = self.hold(held.tcp())
        server = self.given([sock], None, '--threads', '8')
        clients = [Client(server) for _ in range(400)]
        for client in clients:
            client.send(get())
        for client in clients:
            self.assertEqual(client.answer().status, 301)
            client.__exit__()
        stats = json.loads(run('--state', self.state.path, 'stats',
                               '--json').stdout)['socket']
        self.assertEqual(stats['socket_accepted'], 400)
        self.assertEqual(server.stop(signal.SIGINT), 0)

    def test_full(self):
        """A worker that has no room stops to accept, and begins again."""
        sock, = self.hold(held.tcp())
        server = self.given([sock], None, '--threads', '2', '--connections',
                            '4')
        for _ in range(5):
            clients = [Client(server) for _ in range(16)]
            for client in clients:
                client.send(get('/', 'old.example', 'Connection: close'))
            for client in clients:
                self.assertEqual(client.answer().status, 301)
                client.__exit__()


@unittest.skipUnless(shutil.which('systemd-socket-activate'),
                     'systemd-socket-activate is not installed')
class Activated(Holding):
    def test_activated(self):
        """By systemd's own: it starts the server with the first connection."""
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            address = free.getsockname()
        server = Server(self.state, '--trust', '127.0.0.1', listen=None,
                        ready=False, before=(
                            'systemd-socket-activate', '-l',
                            f'127.0.0.1:{address[1]}', '--fdname=proxy'))
        self.addCleanup(server.stop)

        def connected():
            try:
                return Client(server, address)
            except ConnectionRefusedError:
                return None

        with wait_for(connected) as client:
            self.assertEqual(client.ask(version_1() + get()).status, 301)
        ready = f'ready on 127.0.0.1:{address[1]},proxy,'
        self.assertTrue(wait_for(lambda: server.find(ready)), server.lines)
        self.assertEqual(server.stop(), 0)


if __name__ == '__main__':
    unittest.main()
