#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A real rule set: every rule of it, asked for over the wire."""

import csv
import os
import tempfile
import unittest

from model import Model, Rule
from serving import Client, Server, State, get, run

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
PATH = os.path.join(os.path.dirname(TOP), 'shared', 'data', 'obo-purl.csv')
BAD = 98,  # '*' in a fragment
BATCH = 50  # requests that are sent at once


def rows():
    with open(PATH, encoding='ascii', newline='') as file:
        return list(csv.reader(file))


@unittest.skipUnless(os.path.exists(PATH), f'SKIP: there is no {PATH}')
class Obo(unittest.TestCase):
    def setUp(self):
        self.state = State()
        self.addCleanup(self.state.remove)

    def detour(self, *args, **kwargs):
        return run('--state', self.state.path, *args, **kwargs)

    def load(self):
        """Import what is right of the file; its rules."""
        good = [row for number, row in enumerate(rows(), 1)
                if number not in BAD]
        with tempfile.NamedTemporaryFile('w', suffix='.csv',
                                         newline='') as file:
            csv.writer(file).writerows(good)
            file.flush()
            self.detour('import', file.name)
        return [Rule(*row) for row in good[1:]]

    def test_the_whole_file_is_refused(self):
        self.detour('add', 'a.example', 'https://b.example', '301')
        asked = ('log', '--json'), ('status', '--json'), ('show',)
        before = [self.detour(*args).stdout for args in asked]
        done = self.detour('import', PATH, check=False)
        self.assertEqual(done.returncode, 1)
        bad = [line for line in done.stderr.splitlines()
               if line.startswith(PATH + ':') and ': target: ' in line]
        self.assertEqual([line.split(':')[1] for line in bad],
                         [str(number) for number in BAD])
        for line in bad:
            self.assertIn('fragment', line)
        self.assertIn('1 error\n', done.stderr)
        self.assertEqual([self.detour(*args).stdout for args in asked],
                         before)

    def requests(self, rules):
        """(rule, target) such that the rule has to answer."""
        for rule in rules:
            paths = [rule.path]
            if rule.prefix:
                paths += [rule.path + 'no/such%2Fpage', rule.path + '/%7E']
            for path in paths:
                yield rule, path
                yield rule, path + '?lang=en&x=%c3%a4'

    def check(self, client, model, batch):
        host = batch[0][0].host
        client.send(b''.join(get(target, host) for _, target in batch))
        for rule, target in batch:
            self.assertIs(model.matching(host, target)[0], rule, target)
            answer = client.answer()
            self.assertEqual(
                (answer.status, answer.headers.get('location'),
                 answer.headers.get('cache-control')),
                model.answer(host, target), f'{rule.source} {target}')

    def test_every_rule_answers(self):
        rules = self.load()
        self.assertEqual(len(rules), len(rows()) - 1 - len(BAD))
        self.assertEqual({rule.host for rule in rules},
                         {'purl.obolibrary.org'})
        server = Server(self.state)
        self.addCleanup(server.stop)
        self.assertEqual(server.rules, len(rules))
        asked, model = list(self.requests(rules)), Model(rules)
        self.assertEqual({rule for rule, _ in asked}, set(rules))
        with Client(server) as client:
            for i in range(0, len(asked), BATCH):
                self.check(client, model, asked[i:i + BATCH])

    def test_a_prefix_without_its_slash(self):
        rules = self.load()
        model = Model(rules)
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            for rule in rules:
                if not rule.prefix or not rule.path.endswith('/'):
                    continue
                answer = client.ask(get(rule.path[:-1], rule.host))
                self.assertEqual(
                    (answer.status, answer.headers.get('location'),
                     answer.headers.get('cache-control')),
                    model.answer(rule.host, rule.path[:-1]), rule.source)

    def test_export_brings_it_back(self):
        self.load()
        text = self.detour('export').stdout
        other = State(text)
        self.addCleanup(other.remove)
        self.assertEqual(run('--state', other.path, 'show').stdout,
                         self.detour('show').stdout)


if __name__ == '__main__':
    unittest.main()
