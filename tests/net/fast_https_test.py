#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fast path never answers where a listener of https is: whenever it begins,
whoever it is, and whatever else listens on the port."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import unittest

import netns
from netns import DETOUR, FAST, SERVER, V4, V6, Connected, answers
from proxying import version_1
from rawtcp import RawClient
from serving import LIMIT, Server, get

PORT, OTHER = 81, 82  # attached, too, without a listener
MORE = '10.77.0.3'  # another address of the server


@unittest.skipUnless(FAST, 'it is the fast path that answers')
class Https(Connected):
    attach = '--port', f'80,{PORT},{OTHER},8083', '--without-listener'

    @classmethod
    def build(cls, later):
        super().build(later)
        cls.net.server.address('srv0', f'{MORE}/24')
        cls.fast.attach(*cls.attach)  # with that address

    def listen(self, listen, *args, **kwargs):
        kwargs = {'preexec_fn': self.net.server.join, **kwargs}
        server = Server(self.state, *args, listen=listen, **kwargs)
        self.addCleanup(server.stop)
        return server

    def got(self, address, port):
        with socket.create_connection((address, port), LIMIT) as sock:
            sock.sendall(get('/x', 'old.example', 'Connection: close'))
            return b''.join(iter(lambda: sock.recv(65536), b''))

    def ask(self, address, port=PORT, status=301):
        data = self.got(address, port)
        self.assertTrue(data.startswith(b'HTTP/1.1 %d ' % status), data)

    def answered(self, *addresses, port=PORT):
        """Which of these the fast path answers at."""
        found = []
        for address in addresses or SERVER.values():
            self.before = self.read()
            self.ask(address, port)
            counted = self.counted()
            if answers(counted):
                found.append(address)
                self.assertNotIn('pass_https', counted)
            else:
                self.assertEqual(counted.get('pass_https'), 1, counted)
                self.assertNotIn('assigned', counted)
        return found

    def test_comes_and_goes(self):
        """It begins when the fast path is there, ends in either way, and others
        take its place."""
        both = list(SERVER.values())
        self.assertEqual(self.fast_alone(), both)
        for number in signal.SIGTERM, signal.SIGKILL:
            server = self.listen(f'*:{PORT},https')
            self.assertEqual(self.answered(), [])
            self.assertEqual(self.answered(port=80), both)
            server.stop(number)
            self.assertEqual(self.fast_alone(), both)
            server = self.listen(f'*:{PORT}')
            self.assertEqual(self.answered(), both)
            server.stop(number)

    def fast_alone(self):
        """Where it answers while nothing listens."""
        found = []
        for address in SERVER.values():
            self.before = self.read()
            self.ask(address)
            if answers(self.counted()):
                found.append(address)
        return found

    def test_attached_later(self):
        server = self.listen(f'*:{PORT},https', '--threads', '4')
        self.fast.attach(*self.attach)
        for _ in range(4):
            self.assertEqual(self.answered(), [])
        server.stop()

    def test_one_address(self):
        """The most specific listener decides, of either kind."""
        one, six = SERVER[V4], SERVER[V6]
        everything = {one, MORE, six}
        for listen, served in (
                ((f'*:{PORT},https', f'{one}:{PORT}'), {one}),
                ((f'*:{PORT}', f'{one}:{PORT},https'), everything - {one}),
                ((f'*:{PORT}', f'[{six}]:{PORT},https'), everything - {six}),
                ((f'*:{PORT},https', f'[{six}]:{PORT}'), {six}),
                ((f'0.0.0.0:{PORT}', f'[::]:{PORT},https'), everything - {six}),
                ((f'0.0.0.0:{PORT},https', f'[::]:{PORT}'), {six})):
            with self.subTest(listen):
                more = [word for text in listen[1:]
                        for word in ('--listen', text)]
                server = self.listen(listen[0], *more, '--threads', '2')
                self.assertEqual(set(self.answered(*everything)), served)
                server.stop()

    def test_several_servers(self):
        """On one port; of two schemes, each has its own connections."""
        servers = [self.listen(f'*:{PORT},https', '--threads', '2')
                   for _ in range(2)]
        for _ in range(10):
            self.assertEqual(self.answered(), [])
        servers.pop().stop()
        self.assertEqual(self.answered(), [])
        servers += [self.listen(f'*:{OTHER}'),
                    self.listen(f'{SERVER[V4]}:{OTHER},https')]
        self.assertEqual(self.answered(port=OTHER), [SERVER[V6]])
        self.assertEqual(self.answered(), [])
        for server in servers:
            server.stop()

    def test_proxy(self):
        """What begins with a PROXY header is the server's, too; where another
        one listens plainly, it is not."""
        server = self.listen(f'*:{PORT},proxy', '--trust', '10.77.0.0/24',
                             '--trust', 'fd77::/64', '--listen',
                             f'{MORE}:{PORT},https,proxy', '--threads', '2')
        for address, port in ((SERVER[V4], PORT), (MORE, PORT),
                              (SERVER[V6], PORT)):
            self.before = self.read()
            with socket.create_connection((address, port), LIMIT) as sock:
                sock.sendall(version_1() +
                             get('/x', 'old.example', 'Connection: close'))
                got = b''.join(iter(lambda s=sock: s.recv(65536), b''))
            self.assertTrue(got.startswith(b'HTTP/1.1 301 '), got)
            self.assertEqual(self.counted().get('pass_https'), 1)
            try:
                self.assertEqual(self.got(address, port), b'')
            except ConnectionResetError:
                pass
        self.assertEqual(self.answered(port=80), list(SERVER.values()))
        server.stop()

    def test_without_privilege(self):
        """By a user who may set no mark but this."""
        state = os.path.join(self.state.dir, 'nobodys')
        os.mkdir(state)
        os.chown(state, 65534, 65534)

        def leave():
            self.net.server.join()
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

        before = self.fast.read()
        server = Server(state, listen='*:8083,https', preexec_fn=leave)
        self.addCleanup(server.stop)
        for address in SERVER.values():
            self.ask(address, 8083, 404)
        counted = self.fast.read()
        self.assertEqual(counted['pass_https'], before['pass_https'] + 2)
        self.assertEqual(answers(counted), answers(before))
        server.stop()

    def test_begun_before(self):
        """A connection that has begun with another listener, and whose request
        comes when that is of https: the server gets it."""
        for family in V4, V6:
            for other in True, False:
                with self.subTest(family=family, other=other):
                    self.begin(family, other)

    def begin(self, family, other):
        before = other and self.listen(f'*:{PORT}')
        with RawClient(self.net, family) as raw:
            raw.port = PORT
            raw.connect()
            self.assert_counted(cookie_sent=1)
            if before:
                before.stop()
            server = self.listen(f'*:{PORT},https', '--threads', '1')
            self.before = self.read()
            raw.send(get('https://old.example/x', 'old.example',
                         'Connection: close'))
            self.assertIn(b' 301 ', raw.finish())
            self.assert_counted(pass_https=1, assigned=1, cookie_accepted=1)
            self.assert_answers(0)
            server.stop()

    def test_restarts(self):
        """Servers of https take turns under load, also killed: none of what
        came is answered by the fast path."""
        ended, failed = threading.Event(), []

        def load():
            self.net.client.join()
            while not ended.is_set():
                for address in SERVER.values():
                    try:
                        data = self.got(address, PORT)
                    except (ConnectionError, socket.timeout):
                        continue  # with one that was killed
                    if data and b' 301 ' not in data:
                        failed.append(data)

        server = self.listen(f'*:{PORT},https')
        before = self.fast.read()
        threads = [threading.Thread(target=load) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(12):
                after = self.listen(f'*:{PORT},https', '--threads', '2')
                server.stop(signal.SIGKILL if turn % 2 else signal.SIGTERM)
                server = after
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        counted = self.fast.read()
        server.stop()
        self.assertGreater(counted['pass_https'], before['pass_https'] + 12)
        self.assertEqual(answers(counted), answers(before))
        self.assertEqual(failed, [])


@unittest.skipUnless(FAST, 'it is the fast path that is attached')
class Told(Connected):
    """What attach and status say of them."""
    attach = None

    def try_attach(self, *args):
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'attach', 'srv0', '--mode',
             'native', *args], preexec_fn=self.net.server.join, text=True,
            capture_output=True, timeout=60, check=False)
        if not done.returncode:
            self.fast.links.add('srv0')
        return done

    def status(self):
        one, = json.loads(self.fast.run('status', '--json'))['fastpath']
        return one

    def test_refused(self):
        port = str(PORT)
        server = Server(self.state, listen=f'*:{port},https',
                        preexec_fn=self.net.server.join)
        self.addCleanup(server.stop)
        one = SERVER[V4]
        said = ('is one of https, which the fast path leaves to its listener '
                '(--without-listener attaches all the same)')
        for args, what in (
                (('--port', port), f'port {port} {said}'),
                (('--port', f'80,{port}'), f'port {port} {said}'),
                (('--port', port, '--address', one),
                 f'port {port} of {one} {said}'),
                (('--port', port, '--address', '10.77.0.0/24'),
                 f'port {port} of 10.77.0.0/24 {said}')):
            done = self.try_attach(*args)
            self.assertEqual(done.returncode, 1, done)
            self.assertIn(what, done.stderr)
        done = self.try_attach('--port', f'80,{port}', '--without-listener')
        where = {f'{one}:{port}', f'[{SERVER[V6]}]:{port}'}
        begin = 'left to those who listen for https: '
        for text in done.stderr, self.fast.run('status'):
            said, = re.findall(f' {begin}(.*)\n', text)
            self.assertEqual(set(said.split(', ')), where)
        self.assertEqual(set(self.status()['https']), where)
        self.assertEqual(self.status()['without_listener'], [])
        server.stop()
        self.assertEqual(self.status()['https'], [])
        self.assertEqual(set(self.status()['without_listener']), where)
        self.assertNotIn('https', self.fast.run('status'))

    def test_refused_proxy(self):
        port = str(PORT)
        server = Server(self.state, '--trust', '10.77.0.2', listen=f'*:{port},'
                        'proxy', preexec_fn=self.net.server.join)
        self.addCleanup(server.stop)
        done = self.try_attach('--port', port)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(f'port {port} is one of proxy, which the fast path '
                      'leaves to its listener', done.stderr)
        done = self.try_attach('--port', f'80,{port}', '--without-listener')
        where = {f'{SERVER[V4]}:{port}', f'[{SERVER[V6]}]:{port}'}
        begin = 'left to those who listen for the PROXY protocol: '
        for text in done.stderr, self.fast.run('status'):
            said, = re.findall(f' {begin}(.*)\n', text)
            self.assertEqual(set(said.split(', ')), where)
        self.assertEqual(set(self.status()['proxy']), where)
        self.assertEqual(self.status()['https'], [])

    def test_some(self):
        one = SERVER[V4]
        server = Server(self.state, '--listen', f'{one}:{PORT}', '--threads',
                        '3', listen=f'*:{PORT},https', preexec_fn=self.join)
        self.addCleanup(server.stop)
        done = self.try_attach('--port', str(PORT))
        self.assertEqual(done.returncode, 0, done.stderr)
        where = f'[{SERVER[V6]}]:{PORT}'
        self.assertIn(f'listen for https: {where}\n', done.stderr)
        self.assertEqual(self.status()['https'], [where])
        again = Server(self.state, listen=f'{one}:{OTHER},https',
                       preexec_fn=self.join)
        self.addCleanup(again.stop)
        self.assertEqual(self.status()['https'], [where])
        done = self.try_attach('--port', f'{PORT}', '--address', one)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('https', done.stderr)
        self.assertEqual(self.status()['https'], [])

    def join(self):
        self.net.server.join()

    def tearDown(self):
        self.fast.end()


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
