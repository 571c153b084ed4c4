# SPDX-License-Identifier: BSD-2-Clause
"""Clients that ask for redirects, each on a connection of its own, until they
are told to stop; what fails is kept."""

import contextlib
import itertools
import socket
import threading

from netns import LIMIT, SERVER, V4, V6
from serving import get, wait_for


def expect_location(path, answer):
    """What is wrong with an answer of the usual rules, or None."""
    if b'\r\nLocation: https://new.example%s\r\n' % path.encode() in answer:
        return None
    return f'{path}: {answer!r}'


class Load:
    """serial threads ask one after the other, bursts threads have width
    connections open at a time. check(path, answer) gives what is wrong."""

    def __init__(self, serial=2, bursts=1, width=20, check=expect_location):
        self.check, self.width = check, width
        self.failures, self.done = [], []
        self.stopped = threading.Event()
        self.threads = []
        for size in [1] * serial + [width] * bursts:
            self.done.append(0)
            self.threads.append(threading.Thread(
                target=self.work, args=(len(self.done) - 1, size)))
        for thread in self.threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def work(self, index, size):
        for number in itertools.count():
            if self.stopped.is_set():
                return
            try:
                self.together([f'/{index}/{number}/{i}' for i in range(size)])
            except OSError as error:
                self.failures.append(f'{index}/{number}: {error!r}')
            self.done[index] += 1
            self.stopped.wait(0.002)  # a core for what else is to be done

    def together(self, paths):
        """Connect for all, then ask for all, then read all."""
        with contextlib.ExitStack() as stack:
            socks = []
            for i, _ in enumerate(paths):
                sock = socket.create_connection((SERVER[(V4, V6)[i % 2]], 80),
                                                LIMIT)
                socks.append(stack.enter_context(sock))
            for sock, path in zip(socks, paths):
                sock.sendall(get(path, 'old.example', 'Connection: close'))
            for sock, path in zip(socks, paths):
                with sock.makefile('rb') as file:
                    wrong = self.check(path, file.read())
                if wrong:
                    self.failures.append(wrong)

    def progress(self, rounds=8):
        """Wait until every thread has begun and ended this many more."""
        want = [count + rounds + 1 for count in self.done]
        if not wait_for(lambda: all(map(int.__le__, want, self.done))):
            raise AssertionError(f'the load stands still: {self.done} '
                                 f'{self.failures[:5]}')
