#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The kinds of rules behind the fast path: whoever answers, it is the same
answer, and what it hands over is what may need a server. DETOUR_LONG=1 tries
more."""

import collections
import os
import random
import unittest

import netns
from kind_random import Rules, World
from model import Model
from netns import FAST, SERVER, V4, V6, Connected, answers
from serving import Client, get, run, undated

SEED = 20261128
LONG = os.environ.get('DETOUR_LONG') == '1'
SETS, RULES, REQUESTS = 60 if LONG else 6, 60, 120
NEW = 'https://new.example'

RULES_OF_TABLE = f"""
    a.x/{{y}}        {NEW}/{{y}}   301
    a.x/exact      {NEW}/e     302
    a.x/*          {NEW}/p/*   307
    b.x/i?id=8&*   {NEW}/r     301
    b.x/i?id=8     {NEW}/q     307
    b.x/i          {NEW}/i     302
    b.x/*          {NEW}/b/*   308
    c.x/About      {NEW}/1     301  case=ignore
    c.x/other      {NEW}/2     302
    d.x            https://d.x 308  scheme=http
    d.x            {NEW}       301  scheme=https
    e.x            {NEW}       301  scheme=https
    f.x            {NEW}       301
    f.x/only       {NEW}       302  scheme=http
    */first        -           pass first=yes
    */ok           -           200  first=yes
"""
# A target, its host, and what is counted.
TABLE = [
    ('/exact', 'a.x', 'get_302'), ('/other', 'a.x', 'hand_pattern'),
    ('/i?id=8&x', 'b.x', 'hand_pairs'), ('/i?id=8', 'b.x', 'get_307'),
    ('/i', 'b.x', 'get_302'), ('/j', 'b.x', 'get_308'),
    ('/ABOUT', 'c.x', 'hand_case'), ('/About', 'c.x', 'hand_case'),
    ('/other', 'c.x', 'get_302'), ('/', 'd.x', 'get_308'),
    ('/x?y', 'd.x', 'get_308'), ('/x', 'e.x', 'hand_pass'),
    ('/x', 'f.x', 'get_301'), ('/only', 'f.x', 'get_302'),
    ('/first', 'f.x', 'hand_pass'), ('/ok', 'f.x', 'hand_ok'),
    ('/first', 'none.x', 'hand_pass'), ('/x', 'none.x', 'hand_miss'),
]


class Kinds(Connected):
    rules = 'f.x - 410\n'
    serve = ('--threads', '1', '--listen', '*:8080')

    def load(self, text):
        run('--state', self.state.path, 'import', '--replace', '--large', '-',
            input=text)

    def ask(self, family, port, request):
        method, target, host = request
        with Client(self.server, (SERVER[family], port)) as client:
            return client.ask(get(target, host, 'Connection: close',
                                  method=method), method)

    def test_what_is_handed_over(self):
        self.load(RULES_OF_TABLE)
        for family in V4, V6:
            for target, host, counter in TABLE:
                with self.subTest(target, host=host):
                    self.counted()
                    self.ask(family, 80, ('GET', target, host))
                    self.assert_counted(**{counter: 1})

    def test_same(self):
        rng, seen = random.Random(SEED), collections.Counter()
        for number in range(SETS):
            world = World(rng)
            rules = Rules(world, RULES)
            model = Model(rules.models)
            self.load('\n'.join(rules.lines))
            self.counted()
            for i in range(REQUESTS):
                _, method, target, host = world.request()
                with self.subTest((number, method, target, host)):
                    self.check(model, (method, target, host), (V4, V6)[i % 2])
            seen.update(self.counted())
        if FAST:
            for name in 'hand_pattern', 'hand_pairs', 'hand_case', 'hand_pass':
                self.assertGreater(seen[name], 0, name)
            # Most have another method, or a target not in normal form.
            self.assertGreater(answers(seen), SETS)

    def check(self, model, request, family):
        method, target, host = request
        got = self.ask(family, 80, request)
        want = self.ask(family, 8080, request)
        self.assertEqual(undated(got.head), undated(want.head))
        self.assertEqual((got.status, got.headers.get('location'),
                          got.headers['cache-control']),
                         model.answer(host, target, method))


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
