#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour top: on a terminal of the test's own, in a pipe, and as JSON."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from serving import DETOUR, LIMIT, Client, Serving, get, run, wait_for

RULES = 'old.example/* https://new.example/* 301\nunused.example/* - 410\n'
FRAMES = re.compile(rb'\x1b\[H(.*?)\x1b\[J', re.DOTALL)
SEQUENCES = re.compile(rb'\x1b\[[0-9;?]*[A-Za-z]')


class Screen:
    """The command on a terminal of its own."""

    def __init__(self, *args, rows=40, columns=150):
        self.master, slave = pty.openpty()
        self.slave = slave
        self.resize(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen([DETOUR, *args], stdin=slave,
                                        stdout=slave, stderr=slave,
                                        start_new_session=True,
                                        preexec_fn=self.own)
        self.data = b''

    @staticmethod
    def own():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ,
                    struct.pack('HHHH', rows, columns, 0, 0))

    def read(self):
        while select.select([self.master], [], [], 0)[0]:
            self.data += os.read(self.master, 65536)
        return self.data

    def frames(self):
        return [SEQUENCES.sub(b'', frame).decode('utf-8').split('\r\n')
                for frame in FRAMES.findall(self.read())]

    def frame(self, count=1):
        """The last one, once there are so many more than now."""
        have = len(self.frames())
        assert wait_for(lambda: len(self.frames()) >= have + count), self.data
        return self.frames()[-1]

    def find(self, text):
        """A frame with this."""
        return wait_for(lambda: next(
            (frame for frame in reversed(self.frames())
             if text in '\n'.join(frame)), None))

    def press(self, keys):
        os.write(self.master, keys)

    def end(self):
        """Its exit code, once the terminal is as it was."""
        # Nothing waits for what it has written: it is read.
        assert wait_for(lambda: (self.read(),
                                 self.process.poll() is not None)[1])
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class Top(Serving):
    def setUp(self):
        super().setUp()
        self.state.load(RULES)

    def test_full_disk(self):
        """It ends, and says once why."""
        for option in '--once', '--json':
            with open('/dev/full', 'wb') as full:
                done = subprocess.run(
                    [DETOUR, '--state', self.state.path, 'top', option],
                    stdout=full, stderr=subprocess.PIPE, text=True,
                    timeout=60, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr, 'detour top: cannot write figures: '
                             'No space left on device\n')

    def screen(self, **kwargs):
        screen = Screen('--state', self.state.path, 'top', **kwargs)
        self.addCleanup(screen.close)
        return screen

    def traffic(self, server):
        with Client(server) as client:
            for _ in range(5):
                client.ask(get('/a', 'old.example'))
            client.ask(get('/b', 'old.example', method='POST'))
            client.ask(get('/missed', 'old.example'))
            for i in range(3):
                client.ask(get('/x', 'nobody.example'))

    def once(self, *args):
        return run('--state', self.state.path, 'top', '--once', *args).stdout

    def test_once(self):
        server = self.serve()
        self.traffic(server)
        got = self.once()
        self.assertRegex(got, r'release 1, 2 rules\n')
        self.assertIn(f'\n{server.process.pid} ', got)
        self.assertRegex(got, r' 6 +1  \S+ \S+  old.example/\* ')
        self.assertIn('\nin all: servers 7  (answers of rules)\n', got)
        self.assertIn('1 rule without a hit', got)
        self.assertRegex(got, r' 3 +0  no     \S+ \S+  nobody.example/x\n')
        self.assertNotRegex(got, r'[^\n -~]')

    def test_json(self):
        server = self.serve()
        self.traffic(server)
        lines = self.once('--json').splitlines()
        self.assertEqual(len(lines), 1)
        got = json.loads(lines[0])
        self.assertEqual(got['release'], 1)
        self.assertEqual(got['counters']['socket']['requests'], 10)
        self.assertIn('codes', got['rates'])
        self.assertEqual(got['hits']['unused'], 1)
        self.assertEqual(got['hits']['most'][0]['get_head'], 6)
        self.assertEqual(got['misses']['urls'][0]['host'], 'nobody.example')
        self.assertEqual(got['misses']['urls'][0]['count'], 3)

    def test_rates(self):
        """Of what comes between two looks, by code and by rule."""
        server = self.serve()
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'top', '--json'],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def seen():
            self.traffic(server)
            told = json.loads(process.stdout.readline())
            rules = (told['hits'] or {}).get('rules')
            return (told['rates']['codes'].get('301', {}).get('server') and
                    told['rates']['misses'] and rules and
                    rules[0]['rate'] and rules[0]['rule'].split()[0])
        self.assertEqual(wait_for(seen), 'old.example/*')

    def test_in_a_pipe(self):
        """Frame by frame, until nobody reads."""
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'top'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.wait)
        frames = 0
        while frames < 2:
            line = process.stdout.readline()
            self.assertTrue(line)
            self.assertNotIn('\x1b', line)
            self.assertNotIn('\1', line)
            frames += 'release 1, 2 rules' in line
        process.stdout.close()
        self.assertIn(process.wait(LIMIT), (1, -signal.SIGPIPE))

    def test_not_ready(self):
        got = self.once()
        self.assertIn('NOT READY', got)
        self.assertIn('! nothing answers', got)

    def test_keys(self):
        server = self.serve()
        self.traffic(server)
        screen = self.screen()
        self.assertTrue(screen.find('most asked for in all'))
        self.assertTrue(screen.find('old.example/* https://new.example'))
        self.assertTrue(screen.find('nobody.example/x'))
        screen.press(b'x')
        screen.frame()
        screen.press(b'q')
        self.assertEqual(screen.end(), 0)
        self.assertEqual(termios.tcgetattr(screen.slave), screen.before)
        self.assertTrue(screen.read().endswith(b'\x1b[?1049l'))

    def test_sort(self):
        server = self.serve()
        screen = self.screen()
        self.assertTrue(wait_for(lambda: (
            self.traffic(server), screen.frame(),
            'most asked for now' in '\n'.join(screen.frames()[-1]))[2]))
        screen.press(b's')
        frame = '\n'.join(screen.frame())
        self.assertIn('most asked for in all', frame)

    def test_ends(self):
        """By Ctrl-C, a signal, or the terminal's end: it is as it was."""
        ways = b'\3', signal.SIGTERM, signal.SIGINT
        for how, screen in [(how, self.screen()) for how in ways]:
            self.assertTrue(screen.find('release 1'))
            if isinstance(how, bytes):
                screen.press(how)
            else:
                screen.process.send_signal(how)
            self.assertEqual(screen.end(), 0, how)
            self.assertEqual(termios.tcgetattr(screen.slave), screen.before)
            self.assertTrue(screen.read().endswith(b'\x1b[?1049l'))

    def test_stopped_and_continued(self):
        screen = self.screen()
        screen.frame()
        screen.press(b'\x1a')

        def stat():
            screen.read()
            with open(f'/proc/{screen.process.pid}/stat',
                      encoding='ascii') as file:
                return file.read().rsplit(') ', 1)[1][0]
        self.assertTrue(wait_for(lambda: stat() == 'T'))
        self.assertEqual(termios.tcgetattr(screen.slave), screen.before)
        screen.process.send_signal(signal.SIGCONT)
        screen.frame(2)
        screen.press(b'q')
        self.assertEqual(screen.end(), 0)

    def test_size(self):
        """No line is longer, and no frame higher, also right after a change."""
        screen = self.screen(rows=12, columns=30)
        frame = screen.frame()
        self.assertLessEqual(len(frame), 12)
        self.assertEqual(max(map(len, frame)), 30)
        for rows, columns in ((5, 10), (50, 200), (1, 1)):
            screen.resize(rows, columns)
            frame = screen.frame(3)
            self.assertLessEqual(len(frame), rows)
            self.assertLessEqual(max(map(len, frame)), columns)

    def test_hostile(self):
        """What a client or a colleague wrote steers nothing."""
        run('--state', self.state.path, 'set', 'evil.example',
            'https://e.example/', '301', '--message', 'a\u009b31mb\u202ec\u00fc',
            check=False)
        server = self.serve()
        for data in (b'/\x1b[2J', b'/\xff\xc2\x9b', b'/%1b%0a<b>"\'`',
                     b'/\xe2\x80\xae'):
            with Client(server) as client:
                client.ask(b'GET ' + data + b' HTTP/1.1\r\nHost: a.example'
                           b'\r\n\r\n')
        screen = self.screen()
        self.assertTrue(screen.find('a.example/'))
        data = SEQUENCES.sub(b'', screen.read().replace(b'\r\n', b''))
        self.assertNotRegex(data, rb'[\0-\x1f\x7f]')
        self.assertNotIn(b'\xc2\x9b', data)
        self.assertEqual(screen.read().count(b'\x1b[2J'), 0)
        for line in self.once('--json').splitlines():
            json.loads(line)

    def test_usage(self):
        done = run('--state', self.state.path, 'top', 'eth0', check=False)
        self.assertEqual(done.returncode, 2)
        done = run('--state', self.state.path + '.no', 'top', '--once',
                   check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, '')

    def test_server_that_stands_still(self):
        server = self.serve()
        server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(server.process.send_signal, signal.SIGCONT)
        self.assertIn('release 1, 2 rules', self.once())


if __name__ == '__main__':
    unittest.main()
