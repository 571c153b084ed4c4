#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour serve --fallback NAME, while what the name stands for changes. Names
come from a hosts file that only this test and what it starts see."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import syscalls
from recorder import Recorder
from serving import RULES, Client, Server, State, get, wait_for

OTHER = 'other.example'
NAME = 'back.example'
MS_BIND = 4096


def setUpModule():
    syscalls.private_mounts()
    syscalls.unshare(syscalls.NEWNET)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)


class Names(unittest.TestCase):
    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)
        self.folder = tempfile.mkdtemp(prefix='detour-hosts-')
        os.chmod(self.folder, 0o755)
        self.addCleanup(os.rmdir, self.folder)
        self.hosts = self.bind('/etc/hosts')
        with open(self.bind('/etc/nsswitch.conf'), 'w',
                  encoding='ascii') as file:
            file.write('hosts: files\n')
        self.name()

    def bind(self, target):
        path = os.path.join(self.folder, os.path.basename(target))
        with open(path, 'w', encoding='ascii'):
            os.chmod(path, 0o644)
        self.addCleanup(os.remove, path)
        syscalls.mount(path, target, None, MS_BIND)
        self.addCleanup(syscalls.unmount, target)
        return path

    def name(self, *addresses):
        """Give the name these addresses, at once."""
        text = ''.join(f'{address} {NAME}\n' for address in addresses)
        with open(self.hosts, 'r+', encoding='ascii') as file:
            # Shorter than what is there, it is cut behind it.
            file.write('127.0.0.1 localhost\n' + text)
            file.truncate()

    def recorder(self, *args):
        recorder = Recorder(*args)
        self.addCleanup(recorder.close)
        return recorder

    def serve(self, port, *args, name=NAME, **kwargs):
        server = Server(self.state, '--fallback', f'{name}:{port}',
                        '--resolve-time', '0.1', *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    @staticmethod
    def status(server, host=OTHER):
        with Client(server) as client:
            return client.ask(get('/', host)).status

    def becomes(self, server, status):
        self.assertTrue(wait_for(lambda: self.status(server) == status))

    def count(self, server, *words):
        return sum(all(word in line for word in words)
                   for line in server.lines)

    def test_s4_no_such_name(self):
        """Redirects are up; so is the fallback, when it has a name."""
        recorder = self.recorder()
        server = self.serve(recorder.port)
        self.assertEqual(self.status(server, 'old.example'), 301)
        self.assertEqual(self.status(server), 502)
        self.assertEqual(self.count(server, 'cannot resolve', NAME, '502'), 1)
        self.name('127.0.0.1')
        self.becomes(server, 200)
        self.assertTrue(wait_for(
            lambda: self.count(server, NAME, f'127.0.0.1:{recorder.port}')))
        self.assertEqual(self.count(server, 'cannot resolve'), 1)

    def test_s4_invalid(self):
        server = self.serve(80, name='nosuch.invalid')
        self.assertEqual(self.status(server), 502)
        self.assertEqual(self.status(server, 'old.example'), 301)

    def test_s4_as_a_user_without_rights(self):
        recorder = self.recorder()
        self.state.load(RULES)
        server = self.serve(recorder.port, '--user', 'nobody')
        self.assertEqual(self.status(server), 502)
        self.name('127.0.0.1')
        self.becomes(server, 200)

    def test_s4_moved(self):
        """The new address is asked, and the old one no more."""
        old = self.recorder('127.0.0.1')
        new = self.recorder('127.0.0.2', old.port)
        self.name('127.0.0.1')
        server = self.serve(old.port)
        self.assertEqual(len(server.lines), 1)
        self.assertEqual(self.status(server), 200)
        self.assertEqual(len(wait_for(lambda: old.seen)), 1)
        self.name('127.0.0.2')
        self.assertTrue(wait_for(
            lambda: self.count(server, NAME, f'127.0.0.2:{old.port}')))
        old.take()
        for _ in range(20):
            self.assertEqual(self.status(server), 200)
        self.assertTrue(wait_for(lambda: len(new.seen) == 20))
        self.assertEqual(old.take(), [])
        self.assertEqual(len(server.lines), 2)

    def test_s4_lost(self):
        """What was found last stays, and that is said once."""
        recorder = self.recorder()
        self.name('127.0.0.1')
        server = self.serve(recorder.port)
        self.name()
        self.assertTrue(wait_for(
            lambda: self.count(server, 'cannot resolve', 'last addresses')))
        time.sleep(1.5)  # another look-up at least
        self.assertEqual(self.status(server), 200)
        self.assertEqual(self.count(server, 'cannot resolve'), 1)
        self.name('127.0.0.1')
        self.assertTrue(wait_for(
            lambda: self.count(server, NAME, f'127.0.0.1:{recorder.port}')))
        self.assertEqual(self.status(server), 200)

    def test_s4_several_addresses(self):
        """Of both families; those where nobody listens are passed over."""
        for addresses, where in ((['::1', '127.0.0.1'], '127.0.0.1'),
                                 (['127.0.0.1', '::1'], '::1'),
                                 (['::1', '127.0.0.3'], '127.0.0.3')):
            with self.subTest(where=where):
                recorder = self.recorder(where)
                self.name(*addresses)
                server = self.serve(recorder.port)
                for _ in range(3):
                    self.assertEqual(self.status(server), 200)
                self.assertTrue(wait_for(lambda: len(recorder.seen) == 3))

    def test_s4_a_connection_keeps_its_server(self):
        """Requests under way do not notice a move."""
        old = self.recorder('127.0.0.1')
        new = self.recorder('127.0.0.2', old.port)
        self.name('127.0.0.1')
        server = self.serve(old.port)
        with Client(server) as client:
            client.send(get('/', OTHER, 'Content-Length: 5') + b'he')
            self.assertTrue(wait_for(lambda: old.open))
            self.name('127.0.0.2')
            self.assertTrue(wait_for(
                lambda: self.count(server, f'127.0.0.2:{old.port}')))
            self.assertEqual(client.ask(b'llo').status, 200)
            self.assertEqual(client.ask(get('/', OTHER)).status, 200)
        self.assertTrue(wait_for(lambda: new.seen))
        self.assertTrue(old.take()[0].endswith(b'\r\n\r\nhello'))

    def refused(self, *addresses, listen='127.0.0.1:0'):
        """Whether a server does not start for that it is its own fallback."""
        self.name(*addresses)
        for _ in range(20):
            with socket.create_server(('127.0.0.1', 0)) as sock:
                port = sock.getsockname()[1]
            server = self.serve(port, ready=False,
                                listen=listen.replace(':0', f':{port}'))
            ended = wait_for(lambda: server.process.poll() or
                             server.find('ready'))
            server.stop()
            if ended != 1:
                return False
            if not server.find('cannot listen'):
                self.assertTrue(self.count(server, NAME, 'this server'))
                return True
        return self.fail('no free port')

    def test_s1_name_of_this_server(self):
        self.assertTrue(self.refused('127.0.0.1'))
        self.assertTrue(self.refused('127.0.0.9', listen='*:0'))
        self.assertTrue(self.refused('127.0.0.2', '::1', listen='[::1]:0'))
        self.assertTrue(self.refused('192.0.2.1', '::1', listen='*:0'))
        self.assertFalse(self.refused('127.0.0.2', '::1'))

    def test_s1_every_local_address(self):
        """Of an interface, and of a route that takes a network for local."""
        for command in ('address add 192.0.2.55/32', 'route add local '
                        '198.51.100.0/24', '-6 address add 2001:db8::55/128',
                        '-6 route add local 2001:db8:1::/48'):
            self.ip(command)
        for address in ('192.0.2.55', '198.51.100.7', '2001:db8::55',
                        '2001:db8:1::7'):
            with self.subTest(address):
                self.assertTrue(self.refused(address, listen='*:0'))
                self.assertTrue(self.refused('192.0.2.99', address,
                                             listen='*:0'))
                self.assertFalse(self.refused(address))
        self.assertFalse(self.refused('192.0.2.56', '2001:db8::56',
                                      listen='*:0'))

    def ip(self, command):
        subprocess.run(['ip', *command.split(), 'dev', 'lo'], check=True)
        undo = command.replace(' add ', ' del ')
        self.addCleanup(subprocess.run, ['ip', *undo.split(), 'dev', 'lo'],
                        check=False)

    def test_s4_becomes_this_server(self):
        """Not used, and said; what else the name has is."""
        recorder = self.recorder('::1')
        port = recorder.port
        self.name('::1')
        server = self.serve(port, listen=f'127.0.0.1:{port}')
        self.assertEqual(self.status(server), 200)
        self.name('127.0.0.1', '::1')
        self.assertTrue(wait_for(
            lambda: self.count(server, NAME, f'127.0.0.1:{port}', 'not used')))
        for _ in range(5):
            self.assertEqual(self.status(server), 200)
        self.name('127.0.0.1')
        self.becomes(server, 502)
        self.assertEqual(self.status(server, 'old.example'), 301)
        self.assertEqual(self.count(server, 'not used'), 1)
        self.name('::1')
        self.becomes(server, 200)

    def test_s4_ends_at_once(self):
        """Also between look-ups that are far from each other."""
        server = self.serve(80, '--resolve-time', '3600')
        begun = time.monotonic()
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        self.assertLess(time.monotonic() - begun, 20)

    def test_s4_bad_names(self):
        for name in 'a b', '[x]', 'a..b', '[127.0.0.1]x', 'x' * 300:
            with self.subTest(name):
                server = self.serve(80, name=name, ready=False)
                self.assertEqual(server.process.wait(20), 2)
                server.stop()
                self.assertIn(name.strip('[]'), server.lines[0])
                self.assertIn('--fallback: ', server.lines[0])


class Silent(unittest.TestCase):
    """A name server that never answers: nobody but its look-up waits."""

    def test_s4_nobody_waits(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(silent.close)
        silent.bind(('127.0.0.77', 53))
        folder = tempfile.mkdtemp(prefix='detour-hosts-')
        self.addCleanup(os.rmdir, folder)
        for name, text in (('resolv.conf', 'nameserver 127.0.0.77\n'
                            'options timeout:5 attempts:2\n'),
                           ('nsswitch.conf', 'hosts: dns\n')):
            path = os.path.join(folder, name)
            with open(path, 'w', encoding='ascii') as file:
                file.write(text)
            self.addCleanup(os.remove, path)
            syscalls.mount(path, f'/etc/{name}', None, MS_BIND)
            self.addCleanup(syscalls.unmount, f'/etc/{name}')
        state = State(RULES)
        self.addCleanup(state.remove)
        server = Server(state, '--fallback', f'{NAME}:80')
        self.addCleanup(server.stop)
        self.assertTrue(server.find('not resolved yet'))
        with Client(server) as client:
            self.assertEqual(client.ask(get('/', OTHER)).status, 502)
            self.assertEqual(client.ask(get('/', 'old.example')).status, 301)
        silent.setblocking(False)
        self.assertTrue(silent.recv(1000))
        self.assertEqual(server.stop(), 0)


if __name__ == '__main__':
    unittest.main()
