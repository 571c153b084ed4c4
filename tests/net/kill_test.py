#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Commands and servers are killed at random moments, those around the switch
above all, while clients ask: no answer is wrong, no page of the arena is lost,
and the next command puts right what is left. DETOUR_LONG=1 kills 200 times."""

import json
import os
import random
import re
import signal
import subprocess
import threading
import time
import unittest

import netns
from fast_arena import Mapped
from load import Load
from memory_group import kernel_memory, memory_group
from netns import DETOUR, FAST, LIMIT, Connected, answers, pinned
from serving import get, wait_for

TIMES = 200 if os.environ.get('DETOUR_LONG') == '1' else 15
SLACK = 1 << 20  # what the kernel counts ahead on each CPU, and other caches
MANY = 40000     # rules of a whole release, beside the one that is asked for
RULE = 'old.example/* https://new.example/{0}/* 301 max-age={0}'


class Right:
    """What may be answered: the numbers that target and age of the rule may
    have, from one moment to the next."""

    def __init__(self, first):
        self.numbers = [{first}]

    def may(self, *numbers):
        self.numbers.append(set(numbers))

    def check(self, since, path, answer):
        """What is wrong with an answer to what was asked since then."""
        target = re.search(rb'\r\nLocation: https://new.example/(\d+)(/\S*)\r',
                           answer)
        age = re.search(rb'max-age=(\d+)\r', answer)
        if (not target or not age or target[1] != age[1] or
                target[2].decode() != path):
            return f'{path}: {answer!r}'
        if int(target[1]) not in set().union(*self.numbers[since:]):
            return f'{path}: {target[1]}, not of {self.numbers[since:]}'
        return None


class Asking(Load):
    """Clients that know since when they ask."""

    def __init__(self, right):
        self.since, self.right = threading.local(), right
        super().__init__(check=lambda path, answer: right.check(
            self.since.number, path, answer))

    def together(self, paths):
        self.since.number = len(self.right.numbers) - 1
        super().together(paths)


@unittest.skipUnless(FAST, 'it is the fast path that is attached')
class Storm(Connected):
    attach = None  # by the test
    serve = ('--threads', '1', '--user', 'nobody')
    rules = RULE.format(1)

    def setUp(self):
        self.group = memory_group(1 << 30)
        self.addCleanup(os.rmdir, self.group)
        self.seed = random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.now = self.top = 1  # of what is live, and of all that was
        self.right = Right(1)
        self.spans, self.ended = {}, 0

    def start_command(self, *args):
        """What it makes in the kernel is the group's."""
        def prepare():
            self.net.server.join()
            with open(f'{self.group}/cgroup.procs', 'w',
                      encoding='ascii') as out:
                out.write('0')
        return subprocess.Popen(
            [DETOUR, '--state', self.state.path, *args], text=True,
            preexec_fn=prepare, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def do(self, *args):
        start = time.monotonic()
        process = self.start_command(*args)
        out, err = process.communicate(timeout=3 * LIMIT)
        self.assertEqual(process.returncode, 0, f'{args}: {err}')
        self.spans.setdefault(args[:2], time.monotonic() - start)
        return out

    def file(self, more):
        path = f'{self.state.dir}/{self.top}.rules'
        with open(path, 'w', encoding='ascii') as out:
            out.write(RULE.format(self.top) + '\n')
            out.writelines(f'h{i % 100}.example/{i} https://t.example/'
                           f'{self.top} 301\n' for i in range(more))
        return path

    # Each gives a command, and the number that the rule has behind it.
    def add(self):
        self.top += 1
        return ('add', f'a.example/{self.top}', '-', '410'), self.now

    def remove(self):
        self.do(*self.add()[0])
        return ('del', f'a.example/{self.top}'), self.now

    def set(self):
        self.top += 1
        return ('set', *RULE.format(self.top).split()), self.top

    def replace(self):
        self.top += 1
        return ('import', '--replace', '--large', self.file(MANY)), self.top

    def update(self):
        self.top += 1
        return ('import', '--update', self.file(100)), self.top

    def cutover(self):
        """Of a draft; what a killed one leaves is in nobody's way."""
        args, number = self.set()
        name = f'd{self.top}'
        self.do(*args, f'--draft={name}')
        return ('cutover', name), number

    def cutover_later(self):
        """Killed while it tries, or while it waits."""
        args, number = self.cutover()
        at = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 2))
        return (*args, '--at', at), number

    def rollback(self):
        """To what was live before a change of the rule."""
        before = self.now
        args, number = self.set()
        self.right.may(before, number)
        self.do(*args)
        self.now = number
        return ('rollback',), before

    def prune(self):
        return ('prune', '--keep', '2'), self.now

    def attach_again(self):
        return ('attach', 'srv0', '--mode', 'native',
                '--without-listener'), self.now

    def detach(self):
        return ('detach', 'srv0', '--drain', '1'), self.now

    def attach_first(self):
        self.do(*self.detach()[0])
        return self.attach_again()

    def killed(self, args):
        """At a moment of the time that it takes; towards its end is where it
        switches. Some have ended by then."""
        before, span = self.live(), self.spans.get(args[:2], 0.05)
        process = self.start_command(*args)
        time.sleep(span * 1.1 * (1 - self.random.random() ** 2))
        process.kill()
        process.communicate(timeout=LIMIT)
        self.ended += process.returncode == 0
        self.assertIn(self.live(), (before, before + 1))
        return process.returncode == 0

    def server_killed(self, args):
        """While a command waits for it, or before."""
        process = self.start_command(*args)
        time.sleep(self.random.random() * self.spans.get(args[:2], 0.05))
        self.server.stop(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        self.assertIn(process.returncode, (0, 3))
        self.start(self.addClassCleanup)
        return True

    def keeper_killed(self, args):
        """The server goes on without it; the next one has one again."""
        process = self.start_command(*args)
        pid = self.server.process.pid
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
            os.kill(int(file.read().split()[0]), signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0)
        self.server.stop()
        self.start(self.addClassCleanup)
        return True

    def live(self):
        with open(f'{self.state.path}/live', encoding='ascii') as file:
            return int(file.read().split()[0])

    def status(self):
        return json.loads(self.fast.run('status', '--json', check=False))

    def answered(self, method):
        """The number that answers have now: those to GET are the fast path's,
        to others the server's."""
        got = self.all(get('/now', 'old.example', 'Connection: close',
                           method=method))
        wrong = self.right.check(-1, '/now', got)
        self.assertIsNone(wrong)
        return int(re.search(rb'new.example/(\d+)/now\r', got)[1])

    def round(self, make, kill):
        args, number = make()
        self.right.may(self.now, number)
        done = kill(args)
        if args[0] in ('attach', 'detach'):
            self.do(*self.attach_again()[0])
        self.do('set', 'mend.example', f'https://mend.example/{self.top}',
                '301')
        self.now = self.answered('GET')
        self.assertEqual(self.answered('POST'), self.now)
        if done:
            self.assertEqual(self.now, number)
        self.right.may(self.now)
        self.assert_right()

    def assert_right(self):
        """All have what is live, and the arena has that alone."""
        def follows():
            status = self.status()
            return (status['map']['sound'] and
                    [one['current'] for one in status['servers']] == [True] and
                    [(one['alive'], one['draining'], one['current'],
                      one['release']) for one in status['fastpath']] ==
                    [(True, False, True, self.live())])
        self.assertTrue(wait_for(follows), self.status())
        self.assert_memory(self.assert_areas())

    def assert_areas(self):
        """Bytes of the arena that are in use."""
        with Mapped(f'{self.fast.folder}/arena') as arena:
            live, base = arena.live()
            areas = arena.areas()
        self.assertEqual(set(areas), {live, base} - {0})
        self.assertEqual(areas[live].release, self.live())
        memory = self.status()['fastpath'][0]['memory']
        self.assertGreaterEqual(memory, sum(one.size for one in areas.values()))
        return memory

    def assert_memory(self, memory):
        """What the kernel has for the group is that, and as much beside as it
        was to begin with, and what it needs to find the store's pages by."""
        store = os.path.getsize(f'{self.state.path}/detour.db')
        most = memory + self.beside + SLACK + store // 128
        wait_for(lambda: kernel_memory(self.group) < most)
        self.assertLess(kernel_memory(self.group), most)

    def kinds(self):
        kinds = [(make, self.killed) for make in (
            self.add, self.remove, self.set, self.replace, self.update,
            self.cutover, self.cutover_later, self.rollback, self.prune, self.attach_again, self.detach,
            self.attach_first)]
        return kinds + [(self.set, self.server_killed),
                        (self.replace, self.server_killed),
                        (self.set, self.keeper_killed)]

    def test_storm(self):
        self.do(*self.attach_again()[0])
        self.beside = kernel_memory(self.group) - self.assert_areas()
        kinds = self.kinds()
        for make, _ in kinds[:-3]:  # how long each takes
            args, number = make()
            self.right.may(self.now, number)
            self.do(*args)
            self.now = number
            if make == self.detach:
                self.do(*self.attach_again()[0])
        with Asking(self.right) as load:
            for turn in range(TIMES):
                make, kill = kinds[turn % len(kinds)]
                try:
                    self.round(make, kill)
                    load.progress(1)
                    self.assertEqual(load.failures, [])
                except AssertionError as error:
                    self.fail(f'seed {self.seed}, round {turn}, '
                              f'{make.__name__}, {kill.__name__}: {error}')
        self.assertLess(self.ended, TIMES)  # some were killed
        self.assertGreater(answers(self.fast.read()), TIMES)
        self.fast.close()
        self.do(*self.detach()[0])
        self.assertEqual(pinned(), [])
        self.beside = 0
        self.assert_memory(0)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
