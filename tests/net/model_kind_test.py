#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random sets of rules of all kinds and requests that collide in them: the
server, in plaintext and by TLS, detour explain and the model that was written
from the rule language's description have to agree. DETOUR_LONG=1 tries 100,000
requests."""

import collections
import json
import os
import random
import unittest

from kind_random import Rules, World
from model import Model
from pattern_model import Bad
from serving import ONCE, Client, Server, State, get, run

SEED = 20261127
LONG = os.environ.get('DETOUR_LONG') == '1'
SETS, RULES, REQUESTS = 400 if LONG else 16, 70, 250
LISTS = 2  # of a set: explained with all rules that match
STEPS, ASKED = 12, 40  # small changes of a set, and requests behind each
# Beside a set that is changed: so many rules that no request is for that what
# changes becomes an overlay.
FILLER = [f'filler.invalid/{i} - 410' for i in range(9000)]
LISTEN = '--listen', '127.0.0.1:0,https'


class Worlds(unittest.TestCase):
    """What is tried is worth trying."""

    def test_rules_are_read(self):
        """In the order of their stored forms, as they were written."""
        state = State()
        self.addCleanup(state.remove)
        rng = random.Random(SEED)
        for _ in range(10):
            rules = Rules(World(rng), RULES)
            out = run('--state', state.path, 'import', '--dry-run', '-',
                      input='\n'.join(rules.lines), check=False)
            self.assertNotIn('source:', out.stderr)
            self.assertEqual(
                [line.split()[1] for line in out.stdout.splitlines()
                 if line.startswith('+ ')],
                [one.source for one in sorted(rules.models,
                                              key=lambda one: one.place)])

    def test_requests_meet_rules(self):
        """Most have a winner, and most winners have others behind them; each
        kind wins, and before each kind another one."""
        rng, seen = random.Random(SEED), collections.Counter()
        for _ in range(6):
            world = World(rng)
            model = Model(Rules(world, RULES).models)
            for _ in range(REQUESTS):
                scheme, _, target, host = world.request()
                found = model.matching(host, target, scheme)
                seen['all'] += 1
                seen['more than one', len(found) > 1] += 1
                for one in found[:1]:
                    seen['first', one.first] += 1
                    seen['rank', one.rank()[0], one.ignore] += 1
                    seen['scheme', one.only, scheme] += 1
                for one, two in zip(found[:1], found[1:2]):
                    same = one.host == two.host and one.rank()[0]
                    seen['beaten', same == two.rank()[0] and same] += 1
        for what, least in (
                (('more than one', True), .5), (('first', True), .1),
                (('scheme', 'http', 'https'), .02),
                (('scheme', 'https', 'http'), .02),
                *(((f'rank', rank, ignore), .005) for rank in range(5)
                  for ignore in (False, True)),
                *((('beaten', rank), .003) for rank in (1, 3, 4))):
            self.assertGreater(seen[what], seen['all'] * least, what)


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.state = State('a.example - 410')
        cls.addClassCleanup(cls.state.remove)
        cls.server = Server(cls.state, '--threads', '1', *LISTEN)
        cls.addClassCleanup(cls.server.stop)

    def test_server_and_explain(self):
        rng = random.Random(SEED)
        for number in range(SETS):
            world = World(rng)
            rules = Rules(world, RULES)
            model = Model(rules.models)
            self.load(rules)
            requests = [world.request() for _ in range(REQUESTS)]
            with self.subTest(number):
                self.check_sources(rules)
                self.check_server(model, requests)
                self.check_explain(model, requests)
                for request in requests[:LISTS]:
                    self.check_list(model, request)

    def load(self, rules, beside=()):
        """The command waits until the server has them."""
        run('--state', self.state.path, 'import', '--replace', '--large', '-',
            input='\n'.join([*rules.lines, *beside]))

    def is_overlay(self):
        """Whether what answers is one."""
        status = run('--state', self.state.path, 'status', '--json').stdout
        return 'overlay' in json.loads(status)['map']

    def test_small_changes(self):
        """One SOURCE more or less at a time, as the map knows it for its own
        later changes; both answer what the model does."""
        rng, overlays = random.Random(SEED + 1), 0
        for number in range(SETS // 4):
            world = World(rng)
            rules = Rules(world, RULES)
            self.load(rules, FILLER)
            for step in range(STEPS):
                done = self.change(world, rules)
                overlays += self.is_overlay()
                with self.subTest((number, step, done)):
                    self.check_sources(rules)
                    requests = [world.request() for _ in range(ASKED)]
                    self.check_server(Model(rules.models), requests)
                    self.check_explain(Model(rules.models), requests)
        self.assertGreater(overlays, SETS // 4 * STEPS * .9)

    def change(self, world, rules):
        """Remove a SOURCE, or add one; its lines, or its name."""
        if world.rng.random() < .5 and rules.places:
            source = world.rng.choice(rules.models).source
            run('--state', self.state.path, 'del', source)
            rules.remove(source)
            return source
        before = len(rules.lines)
        while len(rules.lines) == before:
            try:
                rules.add(world, list(world.rules_of_source(before)))
            except Bad:
                pass
        lines = rules.lines[before:]
        run('--state', self.state.path, 'import', '-', input='\n'.join(lines))
        return lines

    def check_sources(self, rules):
        """In the order of their stored forms, as they were written."""
        shown = run('--state', self.state.path, 'show').stdout.splitlines()
        self.assertEqual([line.split()[0] for line in shown
                          if not line.startswith('filler.invalid/')],
                         [one.source for one in sorted(
                             rules.models, key=lambda one: one.place)])

    def check_server(self, model, requests):
        for scheme in 'http', 'https':
            asked = [one for one in requests if one[0] == scheme]
            with Client(self.server,
                        self.server.addresses[scheme == 'https']) as client:
                client.send(b''.join(get(target, host, method=method)
                                     for _, method, target, host in asked))
                for request in asked:
                    self.check_answer(model, request, client.answer(request[1]))

    def check_answer(self, model, request, answer):
        scheme, method, target, host = request
        found = model.matching(host, target, scheme)
        about = request, [one.source for one in found[:3]]
        self.assertEqual((answer.status, answer.headers.get('location'),
                          answer.headers['cache-control']),
                         model.answer(host, target, method, scheme), about)
        have = [f'{name}: {value}' for name, value in answer.headers.items()
                if name not in ONCE]
        wanted = found[0].headers if found and answer.status != 404 else []
        self.assertEqual(have, [one.lower() for one in wanted], about)

    def check_explain(self, model, requests):
        """What it says of many URLs at once, as GET."""
        done = run('--state', self.state.path, 'explain', '--json', '-',
                   check=False, input=''.join(
                       f'{scheme}://{host}{target}\n'
                       for scheme, _, target, host in requests))
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), len(requests))
        for line, (scheme, _, target, host) in zip(lines, requests):
            said = json.loads(line)
            found = model.matching(host, target, scheme)
            status, location, _ = model.answer(host, target, 'GET', scheme)
            self.assertEqual(
                (said['code'], said['location'], said['source']),
                (status, location, found[0].source if found else None), said)

    def check_list(self, model, request):
        """All rules that match, in their order."""
        scheme, method, target, host = request
        said = json.loads(run(
            '--state', self.state.path, 'explain', '--json', '--method',
            method, f'{scheme}://{host}{target}').stdout)
        wanted = model.matching(host, target, scheme)
        self.assertEqual([one['fields']['source'] for one in said['rules']],
                         [one.source for one in wanted], request)
        self.assertTrue(all(one['why'] for one in said['rules']))


if __name__ == '__main__':
    unittest.main()
