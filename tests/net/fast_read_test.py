#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A server reads the live map in the fast path's memory, where it may, and in
the file, where not: the same answers, and no memory that is lost or given back
too early, whatever becomes of servers, releases and the fast path."""

import fcntl
import os
import re
import signal
import struct
import threading
import unittest

import netns
from fast_arena import ARENA_SIZE, AREAS, PAGE, Mapped
from netns import FAST, Connected
from serving import Client, Server, get, undated, wait_for

MANY = 20000  # enough for an overlay
NOBODY = 65534
RULE = 'old.example/* https://new.example/{0}/* 301 max-age={0}'
ARENA = re.compile(r'^400000000000-400100000000 (\S+) ', re.M)


class Asking:
    """A client that has the server answer, over and over: numbers never go
    back, and target and age are of one release."""

    def __init__(self, test):
        self.test, self.wrong, self.count, self.ends = test, [], 0, False
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.ends = True
        self.thread.join()

    def work(self):
        last = 0
        while not self.ends:
            try:
                number = self.test.answered()
            except (AssertionError, OSError) as error:
                self.wrong.append(repr(error))
                return
            if number < last:
                self.wrong.append(f'{number} behind {last}')
            last = number
            self.count += 1

    def more(self, count=20):
        until = self.count + count
        wait_for(lambda: self.count > until or self.wrong)


@unittest.skipUnless(FAST, 'it is the fast path whose memory is read')
class Reading(Connected):
    attach = None  # by the test
    rules = RULE.format(1)
    top = 1

    @classmethod
    def start(cls, later):
        """By each test."""

    def setUp(self):
        self.replace()
        self.start_server()
        self.addCleanup(self.off, check=False)

    def start_server(self, *args):
        self.server = Server(self.state, '--threads', '1', *args, listen='*:80',
                             preexec_fn=self.net.server.join)
        self.addCleanup(self.server.stop)

    def restart(self, *args):
        self.server.stop()
        self.start_server(*args)

    def do(self, *args, check=True):
        return self.fast.run(*args, check=check)

    def file(self, more, path='all.rules'):
        path = f'{self.state.dir}/{path}'
        type(self).top += 1
        with open(path, 'w', encoding='ascii') as out:
            out.write(RULE.format(self.top) + '\n')
            out.writelines(f'h{i % 100}.example/{i} https://t.example/'
                           f'{self.top} 301\n' for i in range(more))
        return path

    def on(self):
        self.do('attach', 'srv0', '--mode', 'native', '--without-listener')

    def off(self, check=True, drain=0):
        self.do('detach', 'srv0', '--drain', str(drain), check=check)

    def answer(self, server=None, port=80):
        """By the server: the fast path has no such method."""
        with Client(server or self.server,
                          (netns.SERVER[netns.V4], port)) as client:
            return client.send(get('/now', 'old.example', 'Connection: close',
                                   method='POST')).file.read()

    def answered(self, **kwargs):
        got = self.answer(**kwargs)
        found = re.search(rb'new.example/(\d+)/now\r[^$]*max-age=(\d+)\r', got)
        if not found or found[1] != found[2]:
            raise AssertionError(got)
        return int(found[1])

    @staticmethod
    def reads(server):
        """Whether the arena is mapped, and whether a map file is."""
        with open(f'/proc/{server.process.pid}/maps', encoding='utf8') as file:
            text = file.read()
        found = ARENA.search(text)
        if found and found[1] != 'r--s':
            raise AssertionError(found[0])
        return bool(found), '.map' in text

    def assert_reads(self, arena, server=None):
        server = server or self.server
        wait_for(lambda: self.reads(server) == (arena, not arena))
        self.assertEqual(self.reads(server), (arena, not arena))

    def areas(self):
        with Mapped(f'{self.fast.folder}/arena') as arena:
            live, base = arena.live()
            return set(arena.areas()), {live, base} - {0}

    def assert_follows(self):
        """A server that goes on after it stood still."""
        wait_for(lambda: self.answered() == self.top)
        self.assertEqual(self.answered(), self.top)
        self.assert_reads(True)

    def assert_tidy(self):
        there, live = self.areas()
        self.assertEqual(there, live)

    def set(self):
        type(self).top += 1
        self.do('set', *RULE.format(self.top).split())

    def replace(self):
        self.do('import', '--replace', self.file(MANY))

    def update(self):
        self.do('import', '--update', self.file(MANY // 2))

    def release(self):
        with open(f'{self.state.path}/live', encoding='ascii') as file:
            return int(file.read().split()[0])

    def check_changes(self):
        """Of each kind: right at once, and nothing is left."""
        numbers, first = [self.top], self.release()
        for change in (self.set, self.set, 1, self.replace, self.set, 1,
                       self.update, self.set, self.replace, 3, 6):
            if isinstance(change, int):
                self.do('rollback', str(first + len(numbers) - 1 - change))
                numbers.append(numbers[-1 - change])
            else:
                change()
                numbers.append(self.top)
            self.assertEqual(self.answered(), numbers[-1], change)
            self.assert_tidy()
            self.assert_reads(True)
            self.assertEqual(self.answered(), numbers[-1], change)
        self.do('rollback', '0')
        self.assertIn(b' 404 ', self.answer())
        self.assert_tidy()
        self.replace()
        self.assert_reads(True)
        self.assertEqual(self.answered(), self.top)

    def test_root(self):
        self.assert_reads(False)
        before = undated(self.answer())
        self.on()
        self.assert_reads(True)
        self.assertEqual(undated(self.answer()), before)
        self.check_changes()
        self.off()
        self.assert_reads(False)
        self.assertEqual(self.answered(), self.top)

    def test_another_user(self):
        self.restart('--user', 'nobody')
        before = undated(self.answer())
        self.on()
        self.assert_reads(True)
        self.assertEqual(undated(self.answer()), before)
        self.assertNotIn('bpf-map', self.open_files())
        self.check_changes()
        for _ in range(2):
            self.off()
            self.assert_reads(False)
            self.on()
            self.assert_reads(True)
            self.assertEqual(self.answered(), self.top)

    def open_files(self):
        folder = f'/proc/{self.server.process.pid}/fd'
        return ' '.join(os.readlink(f'{folder}/{name}')
                        for name in os.listdir(folder))

    def test_started_behind_attach(self):
        self.on()
        for args in ((), ('--user', 'nobody'), ()):
            self.restart(*args)
            self.assert_reads(True)
            self.assertEqual(self.answered(), self.top)

    def test_without_the_right(self):
        """Another user's server: from the file, and nobody waits for it."""
        def prepare():
            self.net.server.join()
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        self.on()
        server = Server(self.state, '--threads', '1', listen='*:8080',
                        preexec_fn=prepare)
        self.addCleanup(server.stop)
        for _ in range(3):
            self.replace()
            wait_for(lambda: self.answered(server=server, port=8080) ==
                     self.top)
            self.assertEqual(self.answered(server=server, port=8080), self.top)
            self.assert_reads(False, server)
            self.assert_reads(True)
            self.assert_tidy()

    def test_switched_under_load(self):
        self.on()
        self.assert_reads(True)
        with Asking(self) as asking:
            for turn in range(12):
                if turn % 3 == 2:
                    self.set()
                else:
                    self.replace()
                asking.more()
                self.assert_tidy()
            self.off(drain=3)
            asking.more()
            self.replace()
            asking.more()
            self.on()
            self.assert_reads(True)
            asking.more()
            self.off(drain=3)
            self.on()
            asking.more()
            self.assert_reads(True)
            asking.more()
        self.assertEqual(asking.wrong, [])
        self.assertGreater(asking.count, 200)

    def stop_server(self):
        """Not while it keeps the addresses: attach and detach wait for that."""
        def still():
            os.kill(self.server.process.pid, signal.SIGSTOP)
            folder = os.open(self.state.path, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                os.kill(self.server.process.pid, signal.SIGCONT)
                return False
            finally:
                os.close(folder)
        self.assertTrue(wait_for(still))

    def stopped(self):
        """The server stands still through three whole releases, and more."""
        os.kill(self.server.process.pid, signal.SIGSTOP)
        try:
            held = self.areas()[1]
            for _ in range(3):
                self.do('import', '--replace', '--wait', '0', self.file(MANY))
                there, live = self.areas()
                self.assertEqual(there, live | held)
        finally:
            os.kill(self.server.process.pid, signal.SIGCONT)

    def test_stopped(self):
        self.on()
        self.set()
        self.assert_reads(True)
        with Asking(self) as asking:
            self.stopped()
            asking.more()
        self.assertEqual(asking.wrong, [])
        self.assert_follows()
        self.do('set', 'b.example', '-', '410')
        self.assert_tidy()

    def test_many_releases_while_stopped(self):
        """More than there can be maps: only what it reads stays."""
        self.on()
        self.assert_reads(True)
        held = self.areas()[1]
        os.kill(self.server.process.pid, signal.SIGSTOP)
        try:
            for i in range(AREAS + 8):
                type(self).top += 1
                self.do('set', '--wait', '0', *RULE.format(self.top).split())
                there, live = self.areas()
                self.assertEqual(there, live | held)
        finally:
            os.kill(self.server.process.pid, signal.SIGCONT)
        self.assert_follows()

    def read_all(self):
        """As if servers that stand still read all that ever was there."""
        folder = os.open(f'{self.fast.folder}/arena_readers', os.O_RDONLY)
        lock = struct.pack('hhqqi', fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(folder, 37, lock)  # F_OFD_SETLK
        return folder

    def test_no_more_maps(self):
        """It is told why a change is refused, and what helps, helps."""
        self.on()
        self.assert_reads(True)
        folder = self.read_all()
        try:
            with Mapped(f'{self.fast.folder}/arena') as arena:
                for i in range(1, AREAS - len(arena.areas())):
                    arena.claim(ARENA_SIZE - 2 * i * PAGE, 2 * PAGE)
            self.do('set', '--wait', '0', 'x.example', '-', '410')
            with self.assertRaisesRegex(
                    AssertionError, f'has {AREAS} maps, the most it can: what '
                    'is not live there is read by servers that stand still'):
                self.do('set', '--wait', '0', 'y.example', '-', '410')
        finally:
            os.close(folder)
        self.assertEqual(len(self.areas()[0]), AREAS)
        self.set()
        self.assert_tidy()
        self.assertEqual(self.answered(), self.top)

    def test_stopped_while_detached(self):
        self.on()
        self.assert_reads(True)
        self.stop_server()
        self.off()
        self.on()
        self.do('import', '--replace', '--wait', '0', self.file(MANY))
        self.assert_tidy()
        os.kill(self.server.process.pid, signal.SIGCONT)
        self.assert_follows()

    def test_killed(self):
        self.on()
        self.assert_reads(True)
        os.kill(self.server.process.pid, signal.SIGSTOP)
        held = self.areas()[1]
        self.do('import', '--replace', '--wait', '0', self.file(MANY))
        self.assertLess(held, self.areas()[0])
        self.server.stop(signal.SIGKILL)
        self.do('set', 'c.example', '-', '410')
        self.assert_tidy()
        self.start_server()
        self.assert_reads(True)
        self.assertEqual(self.answered(), self.top)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
