#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Signals that detour serve gets from operators, from its start to its end."""

import fcntl
import os
import signal
import subprocess
import threading
import time
import unittest

from serving import (DETOUR, LIMIT, RULES, Client, Server, State, get, run,
                     wait_for)

IGNORED = [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE,
           signal.SIGTTIN, signal.SIGTTOU, signal.SIGXFSZ]
HARMLESS = IGNORED + [signal.SIGWINCH, signal.SIGCONT]


class Signals(unittest.TestCase):
    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def test_hangup_and_others_of_habit(self):
        server = self.serve()
        with Client(server) as client:
            for number in HARMLESS * 3:
                server.process.send_signal(number)
                self.assertEqual(client.ask(get()).status, 301)
        self.assertIsNone(server.process.poll())
        self.assertEqual(server.stop(), 0)

    def test_quit_ends_it_in_order(self):
        server = self.serve()
        self.assertEqual(server.stop(signal.SIGQUIT), 0)

    def test_hangup_before_it_is_ready(self):
        """While it waits for another command that holds the lock."""
        os.unlink(os.path.join(self.state.path, 'live'))
        with open(os.path.join(self.state.path, 'lock'), 'rb') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server = Server(self.state, ready=False)
            self.addCleanup(server.stop)
            self.assertTrue(wait_for(lambda: self.ignores(server)))
            for number in HARMLESS:
                server.process.send_signal(number)
            time.sleep(0.2)
            self.assertIsNone(server.process.poll())
        line = wait_for(lambda: server.find('ready on'))
        server.parse(line)
        with Client(server) as client:
            self.assertEqual(client.ask(get()).status, 301)

    @staticmethod
    def ignores(server):
        """The first thing that it does, one signal after the other."""
        with open(f'/proc/{server.process.pid}/status') as file:
            ignored = [int(line.split()[1], 16) for line in file
                       if line.startswith('SigIgn:')][0]
        return all(ignored >> (number - 1) & 1 for number in IGNORED)

    def test_hangup_at_every_moment_of_the_start(self):
        """A stream of them from before the program's first line of its own is
        out of reach: from the time that they are ignored on."""
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'serve', '--listen',
             '127.0.0.1:0'], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        server = type('', (), {'process': process})
        self.assertTrue(wait_for(lambda: self.ignores(server)))
        stop = threading.Event()

        def storm():
            while not stop.is_set():
                process.send_signal(signal.SIGHUP)

        thread = threading.Thread(target=storm)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(stop.set)
        self.assertIn('ready on', process.stderr.readline())
        process.terminate()
        self.assertEqual(process.wait(LIMIT), 0)
        stop.set()

    def test_hangup_while_it_stops(self):
        server = self.serve()
        with Client(server) as client:
            client.send(b'GET / HTTP/1.1\r\n')
            time.sleep(0.2)
            server.process.send_signal(signal.SIGTERM)
            for _ in range(20):
                server.process.send_signal(signal.SIGHUP)
                time.sleep(0.01)
            self.assertEqual(client.ask(b'Host: old.example\r\n\r\n').status,
                             301)
        self.assertEqual(server.process.wait(LIMIT), 0)

    def test_terminal_that_goes(self):
        """Its messages go nowhere then; it answers and follows on."""
        master, slave = os.openpty()
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'serve', '--listen',
             '127.0.0.1:0'], stdin=slave, stdout=slave, stderr=slave,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, 0x540E, 0)))
        self.addCleanup(process.kill)
        os.close(slave)
        text = b''
        while b'threads' not in text:
            text += os.read(master, 4096)
        os.close(master)
        for i in range(3):
            run('--state', self.state.path, 'set', f'old.example/{i}', '-',
                '410')
        self.assertIsNone(process.poll())
        process.terminate()
        self.assertEqual(process.wait(LIMIT), 0)


if __name__ == '__main__':
    unittest.main()
