#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour stats: which servers it sums up, the fast path, what it prints."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from manual import page, plain
from serving import DETOUR, LIMIT, RULES, Client, get, wait_for
from stats_test import FAST, SOCKET, TOP, Alone, socket_counters, stats


class Servers(Alone):
    def test_sum(self):
        servers = [self.serve('--threads', threads) for threads in '13']
        for server, count in zip(servers, (5, 7)):
            self.ask(server, count)
        found = socket_counters(self.state)
        self.assertEqual(found['servers'], 2)
        self.assertEqual(found['socket_get_301'], 12)
        self.assertEqual(servers[0].stop(), 0)
        found = socket_counters(self.state)
        self.assertEqual(found['servers'], 1)
        self.assertEqual(found['socket_get_301'], 12)
        self.assertEqual(servers[1].stop(), 0)
        found = socket_counters(self.state)
        self.assertEqual(found['servers'], 0)
        self.assertEqual(found['socket_get_301'], 12)
        self.assertEqual(self.files(), set())

    def test_s7_they_never_fall(self):
        """Whoever looks at whatever moment, servers come, end and are killed."""
        stop = threading.Event()
        falls, seen = [], [0]

        def watch():
            before = 0
            while not stop.is_set():
                now = socket_counters(self.state)['socket_requests']
                if now < before:
                    falls.append((before, now))
                before = now
                seen[0] += 1

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for number in (signal.SIGTERM, signal.SIGKILL) * 6:
                servers = [self.serve() for _ in range(2)]
                for server in servers:
                    self.ask(server, 20)
                before = socket_counters(self.state)['socket_requests']
                for server in servers:
                    server.stop(number)
                after = socket_counters(self.state)['socket_requests']
                self.assertGreaterEqual(after, before)
        finally:
            stop.set()
            watcher.join()
        self.assertEqual(falls, [])
        self.assertGreater(seen[0], 5)
        # what was looked at before it was killed is there, and only once
        self.assertEqual(socket_counters(self.state)['socket_requests'],
                         12 * 2 * 20)
        self.serve().stop()
        self.assertEqual(self.files(), set())
        self.assertEqual(socket_counters(self.state)['socket_requests'],
                         12 * 2 * 20)

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_s7_server_that_may_not_write(self):
        """Its counters stay with its announcement until somebody may."""
        server = self.serve('--user', 'nobody')
        self.ask(server, 9)
        self.assertEqual(server.stop(), 0)
        for _ in range(2):
            found = socket_counters(self.state)
            self.assertEqual((found['servers'], found['socket_get_301']),
                             (0, 9))
            self.assertEqual(self.serve().stop(), 0)
            self.assertEqual(self.files(), set())

    def test_all_workers(self):
        server = self.serve('--threads', '4')
        for _ in range(40):
            self.ask(server, 1)
        self.assertEqual(socket_counters(self.state)['socket_get_301'], 40)

    def test_killed(self):
        first, second = self.serve(), self.serve()
        self.ask(first, 3)
        self.ask(second, 4)
        self.assertEqual(socket_counters(self.state)['socket_get_301'], 7)
        first.stop(signal.SIGKILL)
        done = stats(self.state, '--json')
        found = json.loads(done.stdout)['socket']
        self.assertEqual(done.stderr, '')
        self.assertEqual(found['servers'], 1)
        self.assertEqual(found['socket_get_301'], 7)
        self.assertEqual(len(self.files()), 6)
        third = self.serve()
        pids = {str(server.process.pid) for server in (second, third)}
        self.assertEqual(self.files(),
                         pids | {pid + end for pid in pids
                                 for end in ('.counters', '.look')})

    def test_while_it_stops(self):
        server = self.serve()
        idle, busy = Client(server), Client(server)
        idle.ask(get())
        busy.send(b'GET / HTTP/1.1\r\n')
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        self.assertTrue(idle.closed())
        self.assertTrue(wait_for(
            lambda: socket_counters(self.state)['socket_closed_stop']))
        busy.send(b'Host: old.example\r\n\r\n')
        self.assertEqual(busy.answer().headers['connection'], 'close')
        for client in idle, busy:
            client.__exit__()
        self.assertEqual(server.stop(), 0)

    def test_while_hammered(self):
        server = self.serve('--threads', '2')
        enough, batch, batches = threading.Event(), 20, []

        def hammer():
            with Client(server) as client:
                while not enough.is_set():
                    client.send(get() * batch)
                    for _ in range(batch):
                        client.answer()
                    batches.append(batch)

        threads = [threading.Thread(target=hammer) for _ in range(3)]
        for thread in threads:
            thread.start()
        last = socket_counters(self.state)
        for _ in range(20):
            found = socket_counters(self.state)
            for name, value in found.items():
                self.assertGreaterEqual(value, last[name], name)
            last = found
        enough.set()
        for thread in threads:
            thread.join()
        total = sum(batches)
        found = socket_counters(self.state)
        self.assertEqual(found['socket_get_301'], total)
        self.assertEqual(found['socket_requests'], total)

    def test_long_path(self):
        base = self.state.path
        while len(self.state.path) < 490:
            self.state.path = os.path.join(
                self.state.path, 'd' * min(200, 493 - len(self.state.path)))
        os.makedirs(os.path.dirname(self.state.path))
        self.state.load(RULES)
        self.ask(self.serve(), 2)
        self.assertEqual(socket_counters(self.state)['socket_get_301'], 2)
        self.state.path = base

    def test_another_user(self):
        self.ask(self.serve(), 2)
        command = [DETOUR, '--state', self.state.path, 'stats']
        done = subprocess.run(
            ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups',
             *command], capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('\nsocket_get_301 2\n', done.stdout)

    def test_after_another_user_was_become(self):
        server = self.serve('--user', 'nobody')
        self.ask(server, 2)
        self.assertEqual(socket_counters(self.state)['socket_get_301'], 2)

    def test_many_readers(self):
        self.ask(self.serve(), 1)
        command = [DETOUR, '--state', self.state.path, 'stats']
        readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                   for _ in range(30)]
        for reader in readers:
            text, _ = reader.communicate(timeout=LIMIT)
            self.assertEqual(reader.returncode, 0)
            self.assertIn('\nsocket_get_301 1\n', text)


class Strangers(Alone):
    """What is in the place of a server's socket, and is none of ours."""
    magic = struct.pack('=I', 0x31637464)

    def listen(self, path, answer):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(listener.close)
        listener.bind(path)
        listener.listen()

        def serve():
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                with sock:
                    answer(sock)
        threading.Thread(target=serve, daemon=True).start()
        return listener

    def replaced(self, answer):
        """What stats says when a server's socket is another's."""
        server = self.serve()
        self.ask(server, 1)
        path = self.socket_path(server)
        os.unlink(path)
        listener = self.listen(path, answer) if answer else None
        done = stats(self.state, '--json', check=False)
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
        self.assertEqual(server.stop(), 0)
        return done, path

    def message(self, *values, count=None):
        count = len(values) if count is None else count
        return (self.magic + struct.pack('=I', count) +
                struct.pack(f'={len(values)}Q', *values))

    def test_no_counters(self):
        size = len(SOCKET)
        for text, data in (
                ('nothing', b''), ('a byte', b'x'), ('text', b'x' * 600),
                ('the magic alone', self.magic),
                ('fewer than it says', self.message(*range(5), count=6)),
                ('more than it says', self.message(*range(5), count=4)),
                ('beyond counting', self.message(1, count=0xffffffff)),
                ('many', b'y' * 100000),
                ('another magic', b'dtc2' + self.message(*range(size))[4:])):
            with self.subTest(text):
                done, path = self.replaced(lambda sock: sock.send(data))
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, r'\Adetour stats: cannot read '
                                 rf'counters of {path}: .*\n\Z')
                self.assertEqual(json.loads(done.stdout)['socket']['servers'],
                                 0)

    def test_silent(self):
        gate = threading.Event()
        done, _ = self.replaced(lambda sock: gate.wait(LIMIT))
        gate.set()
        self.assertEqual(done.returncode, 1)
        self.assertIn('Connection timed out', done.stderr)

    def test_gone(self):
        done, path = self.replaced(None)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, 'detour stats: cannot read counters of '
                         f'{path}: No such file or directory\n')

    def test_other_versions(self):
        size = len(SOCKET)
        for text, count in ('older', size - 3), ('newer', size + 3):
            with self.subTest(text):
                values = range(1, count + 1)
                done, _ = self.replaced(
                    lambda sock: sock.send(self.message(*values)))
                self.assertEqual(done.returncode, 0, done.stderr)
                found = json.loads(done.stdout)['socket']
                self.assertEqual(found.pop('servers'), 1)
                self.assertEqual(list(found.values()),
                                 (list(values) + [0] * 3)[:size])
                # the real one's counters, which it keeps, are for later
                os.unlink(os.path.join(self.state.path, 'counters'))

    def test_other_files(self):
        """Of them, none is a server's announcement."""
        server = self.serve()
        folder = os.path.join(self.state.path, 'servers')
        for name in '1.counters', '2', 'x' * 200, '3.counters.counters':
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(b'9 9 9 x\n')
        os.mkfifo(os.path.join(folder, '4.counters'))
        self.ask(server, 1)
        self.assertEqual(socket_counters(self.state)['servers'], 1)


class Output(Alone):
    def test_names_in_order(self):
        self.ask(self.serve(), 1)
        lines = stats(self.state).stdout.splitlines()
        self.assertEqual([line.split(' ')[0] for line in lines],
                         ['socket_servers', *SOCKET])
        for line in lines:
            self.assertRegex(line, r'\A\w+ \d+\Z')
        found = json.loads(stats(self.state, '--json').stdout)
        self.assertEqual(list(found), ['fastpath', 'socket'])
        self.assertIsNone(found['fastpath'])
        self.assertEqual(list(found['socket']), ['servers', *SOCKET])

    def test_nobody_serves(self):
        shutil.rmtree(self.state.path)
        os.mkdir(self.state.path)
        lines = stats(self.state).stdout.splitlines()
        self.assertEqual(lines, [name + ' 0' for name in
                                 ['socket_servers', *SOCKET]])

    def test_arguments(self):
        for args in ('x',), ('--yaml',), ('--json=1',):
            done = stats(self.state, *args, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stdout, '')
        self.assertIn('stats [--json]', stats(self.state, '--help').stdout)

    def test_full_disk(self):
        with open('/dev/full', 'w', encoding='ascii') as full:
            done = subprocess.run([DETOUR, '--state', self.state.path,
                                   'stats'], stdout=full, timeout=LIMIT,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn('cannot write', done.stderr)

    def test_names_are_distinct(self):
        self.assertIn('get_301', FAST)
        self.assertIn('socket_get_301', SOCKET)
        self.assertEqual(set(FAST) & set(SOCKET), set())

    def test_manual(self):
        text = plain(page('detour-counters.7'))
        self.assertEqual([name for name, what in {**FAST, **SOCKET}.items()
                          if text.count(f' .B {name} {what} ') != 1], [])
        headings = re.findall(r'\.PP ([A-Z][^.]*): \.PD 0 ', text)
        self.assertGreater(len(headings), 10)
        self.assertEqual(len(headings), len(set(headings)))


def cpus():
    """How many values a per-CPU map has."""
    with open('/sys/devices/system/cpu/possible', encoding='ascii') as file:
        return int(file.read().strip().split('-')[-1]) + 1


class FastPath(Alone):
    """The counters of an instance, made by hand."""

    def setUp(self):
        super().setUp()
        self.root = tempfile.mkdtemp(prefix='detour-bpffs-')
        self.addCleanup(os.rmdir, self.root)
        subprocess.run(['mount', '-t', 'bpf', 'bpf', self.root], check=True)
        self.addCleanup(subprocess.run, ['umount', self.root], check=True)
        self.env = {**os.environ,
                    'DETOUR_BPFFS': os.path.join(self.root, 'detour')}

    def pin(self, counters):
        name = re.sub(r'[^A-Za-z0-9/]', lambda match: f'_{ord(match[0]):02x}',
                      os.path.realpath(self.state.path)[1:])
        folder = os.path.join(self.root, 'detour', name.replace('/', '-'))
        header = os.path.join(TOP, 'bpf/fastpath.h')
        with open(header, encoding='ascii') as file:
            layout = re.search(r'FAST_LAYOUT = (\d+)', file.read())[1]
        os.makedirs(f'{folder}/layout_{layout}')
        make = f'map create {folder}/%s type %s key 4 value 8 entries %d name x'
        lines = [make % ('arena', 'array', 1),
                 make % ('counters', *counters)]
        if counters[0] == 'percpu_array':
            for i in range(counters[1]):
                key, value = (' '.join(map(str, number.to_bytes(size,
                                                                'little')))
                              for number, size in ((i, 4), (1000 + i, 8)))
                lines.append(f'map update pinned {folder}/counters '
                             f'key {key} value {value}')
        subprocess.run(['bpftool', 'batch', 'file', '-'], check=True,
                       input='\n'.join(lines) + '\n', text=True, timeout=LIMIT,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stats(self, *args, prefix=()):
        return subprocess.run(
            [*prefix, DETOUR, '--state', self.state.path, 'stats', *args],
            env=self.env, capture_output=True, text=True, timeout=LIMIT)

    def test_sum(self):
        self.pin(('percpu_array', len(FAST)))
        done = self.stats()
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:len(FAST)],
                         [f'{name} {(1000 + i) * cpus()}'
                          for i, name in enumerate(FAST)])
        self.assertEqual(lines[len(FAST)], 'socket_servers 0')
        found = json.loads(self.stats('--json').stdout)
        self.assertEqual(found['fastpath'],
                         {name: (1000 + i) * cpus()
                          for i, name in enumerate(FAST)})
        self.assertEqual(list(found['fastpath']), list(FAST))

    def test_fewer_and_more(self):
        for count in len(FAST) - 2, len(FAST) + 2:
            with self.subTest(count):
                self.state.path += 'x'
                os.mkdir(self.state.path)
                self.pin(('percpu_array', count))
                found = json.loads(self.stats('--json').stdout)['fastpath']
                self.assertEqual(
                    list(found.values()),
                    [(1000 + i) * cpus() if i < count else 0
                     for i in range(len(FAST))])

    def test_another_kind_of_map(self):
        self.pin(('array', len(FAST)))
        done = self.stats('--json')
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot read the fast path's counters", done.stderr)
        self.assertIsNone(json.loads(done.stdout)['fastpath'])

    def test_nothing_is_attached(self):
        for env in self.env, {**self.env, 'DETOUR_BPFFS': '/nowhere'}:
            self.env = env
            done = self.stats()
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertTrue(done.stdout.startswith('socket_servers 0\n'))

    def test_another_user(self):
        """Whether the folder may not be looked into, or the map not used."""
        self.pin(('percpu_array', len(FAST)))
        nobody = ('setpriv', '--reuid=65534', '--regid=65534',
                  '--clear-groups')
        for mode in 0o700, 0o755:
            with self.subTest(oct(mode)):
                os.chmod(self.root, mode)
                done = self.stats(prefix=nobody)
                self.assertEqual(done.returncode, 0)
                self.assertEqual(done.stderr, 'detour stats: this user may '
                                 "not see the fast path's counters\n")
                self.assertTrue(done.stdout.startswith('socket_servers 0\n'))
                done = self.stats('--json', prefix=nobody)
                self.assertIsNone(json.loads(done.stdout)['fastpath'])


if __name__ == '__main__':
    unittest.main()
