#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Listeners of the PROXY protocol: who the client is by it, and which
connections are closed; what the fallback is told; and paths to listen on."""

import json
import os
import signal
import socket
import stat
import subprocess
import unittest

import proxying
from proxying import TLS, local, version_1, version_2
from recorder import Recorder, Request
from serving import (DETOUR, LIMIT, Client, Server, Serving, State, get, run,
                     wait_for)

RULES = """
old.example          https://new.example       301
other.example/pass   -                         pass
"""
HTTPS = get('https://old.example/x')


class Proxied(unittest.TestCase):
    """A server with listeners of proxy by TCP, of proxy and https, of proxy by
    a path, and a plain path."""

    args = ()

    @classmethod
    def setUpClass(cls):
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.close)
        cls.log = f'{cls.state.dir}/log'
        cls.server = Server(
            cls.state, '--listen', '127.0.0.1:0,https,proxy', '--listen',
            f'unix:{cls.state.dir}/proxy,proxy', '--listen',
            f'unix:{cls.state.dir}/plain', '--trust', '127.0.0.1/32',
            '--trust', '127.0.0.8/30', '--threads', '3', '--access-log',
            cls.log, '--access-log-format', 'json', '--fallback',
            cls.recorder.name, *cls.args, listen='127.0.0.1:0,proxy')
        cls.addClassCleanup(cls.server.stop)
        (cls.tcp, cls.tcp_https, cls.path,
         cls.plain) = cls.server.addresses

    def client(self, address):
        client = Client(self.server, address)
        self.addCleanup(client.__exit__)
        return client

    def stats(self):
        text = run('--state', self.state.path, 'stats', '--json').stdout
        return json.loads(text)['socket']

    def forwarded(self, address, header):
        """What the fallback got of a request."""
        self.recorder.take()
        client = self.client(address)
        self.assertEqual(client.ask(header + get('/', 'none')).status, 200)
        client.__exit__()
        wait_for(lambda: self.recorder.seen)
        seen, = self.recorder.take()
        return seen


class Headers(Proxied):
    def test_scheme(self):
        """https is what the listener says, or a TLV; of a client alone."""
        for header, address, by_tls in (
                (version_1(), self.tcp, False),
                (version_1('2001:db8::1', to='::1'), self.tcp, False),
                (b'PROXY UNKNOWN\r\n', self.tcp, False),
                (version_2(), self.tcp, False),
                (version_2(tlvs=TLS), self.tcp, True),
                (version_2('2001:db8::1', to='::1', tlvs=TLS), self.tcp, True),
                (local(), self.tcp, False),
                (version_1(), self.tcp_https, True),
                (version_2(), self.tcp_https, True),
                (local(), self.tcp_https, True),
                (version_1(), self.path, False),
                (version_2(tlvs=TLS), self.path, True)):
            with self.subTest(header, address=address):
                client = self.client(address)
                self.assertEqual(client.ask(header + HTTPS).status,
                                 301 if by_tls else 421)

    def test_cut(self):
        """However it comes, byte by byte or with requests behind it."""
        for header in version_1(), version_2(tlvs=TLS), local():
            whole = header + get('/x')
            client = self.client(self.tcp)
            for at in range(len(whole)):
                client.send(whole[at:at + 1])
            self.assertEqual(client.answer().status, 301)
            for at in range(0, len(whole), 7):
                client = self.client(self.tcp)
                client.send(whole[:at])
                client.send(whole[at:])
                self.assertEqual(client.answer().status, 301)
            client = self.client(self.path)
            client.send(header + get('/x') * 50)
            self.assertEqual([client.answer().status for _ in range(50)],
                             [301] * 50)

    def test_once(self):
        """It stands before the first request alone."""
        client = self.client(self.tcp)
        for header in version_1(), b'', b'':
            self.assertEqual(client.ask(header + get('/x')).status, 301)
        self.assertEqual(client.ask(version_1() + get('/x')).status, 400)
        client = self.client(self.plain)
        self.assertEqual(client.ask(version_1() + get('/x')).status, 400)

    def test_closed(self):
        """What ends without an answer, and the counter of it."""
        def ask(data, source, address):
            if source is None:
                return self.all(data, self.server.connect(address))
            sock = socket.create_connection(self.tcp, LIMIT,
                                            (source, 0))
            return self.all(data, sock)

        long = proxying.SIGNATURE + b'\x21\x11\xff\xff'
        for data, source, address, counter in (
                (get(), None, self.tcp, 'no_header'),
                (b'\x16\3\1\2\0\1', None, self.tcp, 'no_header'),
                (get(), None, self.path, 'no_header'),
                (b'PROXY TCP4 a b 1 2\r\n' + get(), None, self.tcp,
                 'bad_header'),
                (b'PROXY UNKNOWN ' + b'x' * 200, None, self.path,
                 'bad_header'),
                (long + b'x' * 100, None, self.tcp, 'bad_header'),
                (version_2(tlvs=b'\1\xff\xff') + get(), None, self.tcp,
                 'bad_header'),
                (version_1() + get(), '127.0.0.2', None, 'untrusted'),
                (version_1() + get(), '127.0.0.7', None, 'untrusted'),
                (get(), '127.0.0.12', None, 'untrusted')):
            with self.subTest(data, source=source):
                before = self.stats()
                self.assertEqual(ask(data, source, address), b'')
                after = self.stats()
                name = f'socket_closed_{counter}'
                self.assertEqual(after[name], before[name] + 1)
                self.assertEqual(after['socket_requests'],
                                 before['socket_requests'])
        self.assertIn(b' 301 ', ask(version_1() + get(), '127.0.0.11', None))

    @staticmethod
    def all(data, sock):
        """What a connection gets until it ends, in whatever way."""
        got = b''
        with sock:
            try:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
                for part in iter(lambda: sock.recv(65536), b''):
                    got += part
            except (ConnectionResetError, BrokenPipeError, OSError):
                pass
        return got

    def test_logged(self):
        """The client is that of the header; without one who has connected."""
        own = self.client(self.tcp)
        name = own.sock.getsockname()[0]
        for header, client in ((version_1(), '192.0.2.1'),
                               (version_2('2001:db8::7', to='::1'),
                                '2001:db8::7'),
                               (version_1('::ffff:192.0.2.9', to='::1'),
                                '192.0.2.9'),
                               (b'PROXY UNKNOWN\r\n', name), (local(), name)):
            path = f'/logged/{client}/{len(header)}'
            self.assertEqual(self.client(self.tcp).ask(
                header + get(path)).status, 301)
            line = wait_for(lambda p=path: self.line(p))
            self.assertEqual(line['client'], client, line)
        for header, client in ((version_2(), '192.0.2.1'), (local(), None)):
            path = f'/path/{client}'
            self.client(self.path).ask(header + get(path))
            line = wait_for(lambda p=path: self.line(p))
            self.assertEqual(line['client'], client, line)

    def line(self, path):
        with open(self.log, encoding='ascii') as file:
            for text in file:
                if path in text and text.endswith('\n'):
                    return json.loads(text)
        return None

    def test_forwarded(self):
        """The header's client is last in X-Forwarded-For."""
        for header, address, client, proto in (
                (version_1(), self.tcp, b'192.0.2.1', b'http'),
                (version_2(tlvs=TLS), self.tcp, b'192.0.2.1', b'https'),
                (version_1(), self.tcp_https, b'192.0.2.1', b'https'),
                (version_2('2001:db8::1', to='::1'), self.path,
                 b'2001:db8::1', b'http'),
                (local(), self.tcp, b'127.0.0.1', b'http'),
                (local(), self.path, b'unknown', b'http'),
                (b'', self.plain, b'unknown', b'http')):
            with self.subTest(header, address=address):
                got = Request(self.forwarded(address, header))
                self.assertEqual(got.all(b'x-forwarded-for'), [client])
                self.assertEqual(got.all(b'x-forwarded-proto'), [proto])


class Fallback(Proxied):
    """With a header of its own for each connection to the fallback."""
    args = ('--fallback-proxy',)

    def test_told(self):
        for header, address, wanted in (
                (version_1(), self.tcp,
                 ('192.0.2.1', 1234, '198.51.100.2', 80, b'')),
                (version_2(tlvs=TLS), self.tcp,
                 ('192.0.2.1', 1234, '198.51.100.2', 80, TLS)),
                (version_2('2001:db8::1', 5, '::1', 6), self.path,
                 ('2001:db8::1', 5, '::1', 6, b'')),
                (local(), self.path, (None, 0, None, 0, b'')),
                (version_1(), self.tcp_https,
                 ('192.0.2.1', 1234, '198.51.100.2', 80, TLS))):
            with self.subTest(header, address=address):
                *told, rest = proxying.read(self.forwarded(address, header))
                self.assertEqual(tuple(told), wanted)
                self.assertEqual(Request(rest).all(b'host'), [b'none'])

    def test_own(self):
        """Of a connection without one: its own ends."""
        self.recorder.take()
        client = self.client(self.tcp)
        source = client.sock.getsockname()
        self.assertEqual(client.ask(local() + get('/', 'none')).status, 200)
        client.__exit__()
        wait_for(lambda: self.recorder.seen)
        seen, = self.recorder.take()
        self.assertEqual(proxying.read(seen)[:4],
                         (*source, *self.tcp))

    def test_each(self):
        """One for each request: that is a connection of its own."""
        self.recorder.take()
        client = self.client(self.tcp)
        for header in version_1(), b'', b'':
            self.assertEqual(
                client.ask(header + get('/', 'none')).status, 200)
        client.__exit__()
        wait_for(lambda: len(self.recorder.seen) == 3)
        for seen in self.recorder.take():
            *told, rest = proxying.read(seen)
            self.assertEqual(told[:2], ['192.0.2.1', 1234])
            self.assertTrue(Request(rest).complete)


class Late(Serving):
    def test_late(self):
        """It has the time of a head, however slowly it comes."""
        self.state.load(RULES)
        server = self.serve('--trust', '127.0.0.1', '--head-time', '0.3',
                            listen='127.0.0.1:0,proxy')
        for data in b'', b'PROXY', version_2()[:20]:
            with Client(server) as client:
                client.send(data)
                self.assertTrue(client.closed())
        with Client(server) as client:
            self.assertEqual(client.ask(version_1() + get()).status, 301)
        stats = json.loads(run('--state', self.state.path, 'stats',
                               '--json').stdout)['socket']
        self.assertEqual(stats['socket_closed_late_header'], 3)
        self.assertEqual(stats['socket_requests'], 1)

    def test_ends(self):
        """A server ends with connections that wait for a header."""
        self.state.load(RULES)
        path = f'{self.state.dir}/path'
        server = self.serve('--trust', '127.0.0.1', '--listen',
                            f'unix:{path},proxy', listen='127.0.0.1:0,proxy')
        clients = [Client(server, address) for address in server.addresses]
        clients[0].send(b'PROXY')
        clients[1].send(version_1())
        self.assertEqual(server.stop(), 0)
        for client in clients:
            client.__exit__()
        self.assertFalse(os.path.exists(path))


class Usage(Serving):
    def refused(self, *args):
        done = run('--state', self.state.path, 'serve', *args, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertFalse(os.path.exists(self.state.path))
        return done.stderr.splitlines()[0]

    def test_usage(self):
        proxy = ('--listen', '127.0.0.1:0,proxy')
        for args, error in (
                (proxy, 'proxy needs --trust'),
                ((*proxy, '--trust', '10.0.0.1/8'),
                 "'10.0.0.1/8' has bits behind those of the network"),
                ((*proxy, '--trust', 'localhost'),
                 "'localhost' is not ADDRESS or ADDRESS/BITS"),
                (('--listen', '127.0.0.1:0,proxy,tls'),
                 "'tls' is not https or proxy"),
                (('--listen', 'unix:x'), 'no absolute path'),
                (('--listen', 'unix:/x,mode=888'), "'888' is no mode"),
                (('--listen', '127.0.0.1:80', '--listen',
                  '127.0.0.1:80,proxy'), 'is given with proxy and without'),
                (('--listen', '127.0.0.1:0', '--fallback-proxy'),
                 '--fallback-proxy needs --fallback')):
            with self.subTest(args):
                self.assertIn(error, self.refused(*args))


class Paths(Serving):
    def setUp(self):
        super().setUp()
        self.state.load(RULES)
        self.path = f'{self.state.dir}/http'

    def listen(self, *words, **kwargs):
        return self.serve(listen=','.join([f'unix:{self.path}', *words]),
                          **kwargs)

    def test_rights(self):
        """They are there before anybody gets in, whatever the umask."""
        for words, mode, group in (
                ((), 0o660, 0), (('mode=600',), 0o600, 0),
                (('mode=0666', 'group=nogroup'), 0o666, None),
                (('user=nobody', 'mode=777'), 0o777, 0)):
            server = self.listen(*words, umask=0o077)
            found = os.lstat(self.path)
            self.assertTrue(stat.S_ISSOCK(found.st_mode))
            self.assertEqual(stat.S_IMODE(found.st_mode), mode)
            if group is not None:
                self.assertEqual(found.st_gid, group)
            else:
                self.assertNotEqual(found.st_gid, 0)
            self.assertEqual(found.st_uid != 0, 'user=nobody' in words)
            self.assertEqual(self.status(server), 301)
            self.assertEqual(server.stop(), 0)
            self.assertFalse(os.path.exists(self.path))

    def test_told(self):
        server = self.listen('proxy', 'https')
        text = f'unix:{self.path},proxy,https'
        self.assertEqual(server.listen, [text])
        self.assertIn(f' on {text} since ',
                      run('--state', self.state.path, 'status').stdout)

    def test_taken(self):
        """Where somebody listens he stays; what was left goes."""
        first = self.listen()
        second = self.listen(ready=False)
        self.assertEqual(second.process.wait(LIMIT), 1)
        second.reader.join(LIMIT)
        self.assertIn('Address already in use', ' '.join(second.lines))
        self.assertEqual(self.status(first), 301)
        first.stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(self.path))
        third = self.listen()
        self.assertEqual(self.status(third), 301)

    def test_file(self):
        """What is no socket stays, and what has taken its place."""
        with open(self.path, 'w', encoding='ascii') as out:
            out.write('kept')
        server = self.listen(ready=False)
        self.assertEqual(server.process.wait(LIMIT), 1)
        self.assertEqual(os.path.getsize(self.path), 4)
        os.unlink(self.path)
        server = self.listen()
        os.unlink(self.path)
        other = socket.socket(socket.AF_UNIX)
        self.addCleanup(other.close)
        other.bind(self.path)
        self.assertEqual(server.stop(), 0)
        self.assertTrue(os.path.exists(self.path))

    def test_link(self):
        """A link is not followed: what it leads to keeps its rights."""
        target = f'{self.state.dir}/target'
        with open(target, 'w', encoding='ascii'):
            pass
        os.chmod(target, 0o600)
        os.symlink(target, self.path)
        server = self.listen('mode=666', ready=False)
        self.assertEqual(server.process.wait(LIMIT), 1)
        self.assertEqual(stat.S_IMODE(os.stat(target).st_mode), 0o600)

    def test_two_starts(self):
        """Of those that start at once on what was left, one listens."""
        self.listen().stop(signal.SIGKILL)
        starts = [subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'serve', '--listen',
             f'unix:{self.path}'], stderr=subprocess.PIPE, text=True)
            for _ in range(8)]
        try:
            lines = []
            for start in starts:
                lines.append(start.stderr.readline())
            ready = [line for line in lines if 'ready on' in line]
            self.assertEqual(len(ready), 1, lines)
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(self.path)
                sock.sendall(get())
                self.assertIn(b' 301 ', sock.recv(4096))
        finally:
            for start in starts:
                start.terminate()
                start.wait(LIMIT)
                start.stderr.close()

    def test_user(self):
        """Also where the user that it becomes may not remove it."""
        server = self.serve('--user', 'nobody',
                            listen=f'unix:{self.path},mode=666')
        self.assertEqual(self.status(server), 301)
        self.assertEqual(server.stop(), 0)
        server = self.listen()
        self.assertEqual(self.status(server), 301)

    def test_many(self):
        """All threads accept from it, and all are answered."""
        server = self.serve('--threads', '4', listen=f'unix:{self.path}')
        clients = [Client(server) for _ in range(200)]
        for client in clients:
            client.send(get())
        for client in clients:
            self.assertEqual(client.answer().status, 301)
            client.__exit__()
        self.assertEqual(server.stop(), 0)


if __name__ == '__main__':
    unittest.main()
