#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A large draft becomes live, is taken back, and comes again, behind a fast path
that is attached: it answers by itself from the release that is live, as the server
does, whether the draft's rows are written into the release's or not."""

import json
import os
import re
import sqlite3
import threading
import unittest

import netns
from fast_arena import Mapped
from netns import FAST, Connected, answers
from serving import get, run, wait_for

MANY = 10000


def many(target):
    return ''.join(f'm{i % 50}.example/{i} https://n.example/{target}/{i} 301\n'
                   for i in range(MANY))


@unittest.skipUnless(FAST, 'it is the fast path that answers')
class Cutover(Connected):
    rules = many('a')

    def do(self, *args, **kwargs):
        return run('--state', self.state.path, *args, **kwargs)

    def sql(self, text):
        db = sqlite3.connect(f'{self.state.path}/detour.db')
        rows = db.execute(text).fetchall()
        db.commit()
        db.close()
        return rows

    def target(self, method):
        """Of whom the rule is that answers."""
        got = self.all(get('/7', 'm7.example', 'Connection: close',
                           method=method))
        return re.search(rb'\r\nLocation: https://n.example/(\w+)/7\r',
                         got)[1].decode()

    def follows(self, release):
        status = json.loads(self.do('status', '--json').stdout)
        return ([one['current'] for one in status['servers']] == [True] and
                [(one['current'], one['release'])
                 for one in status['fastpath']] == [(True, release)])

    def assert_live(self, release, target):
        """Over the wire, from both; and nothing else is in memory."""
        self.assertTrue(wait_for(lambda: self.follows(release)))
        before = answers(self.fast.read())
        self.assertEqual(self.target('GET'), target)
        self.assertTrue(wait_for(
            lambda: answers(self.fast.read()) == before + 1))
        self.assertEqual(self.target('POST'), target)
        with Mapped(f'{self.fast.folder}/arena') as arena:
            live, base = arena.live()
            self.assertEqual(set(arena.areas()), {live, base} - {0})
            self.assertEqual(arena.areas()[live].release, release)

    def lent(self):
        return [number for number, in self.sql(
            'SELECT number FROM release WHERE restores > 1000000')]

    def test_there_and_back(self):
        self.assert_live(1, 'a')
        self.do('import', '-', '--update', '--draft', input=many('b'))
        self.assert_live(1, 'a')
        self.sql('CREATE TRIGGER keep BEFORE DELETE ON draft'
                 ' BEGIN SELECT RAISE(ABORT, \'no\'); END')
        self.do('cutover')
        self.sql('DROP TRIGGER keep')
        inode = os.stat(f'{self.state.path}/maps/2.map').st_ino
        self.assert_live(2, 'b')
        self.do('rollback')
        self.assert_live(3, 'a')
        self.do('rollback')
        self.assertEqual(os.stat(f'{self.state.path}/maps/4.map').st_ino, inode)
        self.assertEqual(self.lent(), [2, 4])
        self.assert_live(4, 'b')
        self.do('set', 'z.example', 'https://z.example', '301')
        self.assertEqual(self.lent(), [2, 4, 5])
        self.assert_live(5, 'b')

    def test_whoever_asks_meanwhile_has_one_of_both(self):
        wrong, ends = [], threading.Event()
        may = {'a', 'b', 'c'}

        def ask():
            while not ends.is_set():
                got = self.target('GET')
                if got not in may:
                    wrong.append(got)

        self.do('import', '-', '--update', '--draft=c', input=many('c'))
        self.do('draft', 'rebase', 'c', '--prefer', 'draft')
        asking = threading.Thread(target=ask)
        asking.start()
        try:
            self.do('cutover', 'c')
            live = json.loads(self.do('status', '--json').stdout)['release']
            self.assert_followed(live, 'c')
        finally:
            ends.set()
            asking.join()
        self.assertEqual(wrong, [])
        self.assertEqual(self.lent(), [])
        self.do('rollback', '1')
        self.assert_live(live + 1, 'a')

    def assert_followed(self, release, target):
        self.assertTrue(wait_for(lambda: self.follows(release)))
        for method in ('GET', 'POST'):
            self.assertEqual(self.target(method), target)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
