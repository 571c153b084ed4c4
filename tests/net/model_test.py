#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random rules and requests: the server, detour explain and a model that was
written from the rule language's description have to agree."""

import json
import random
import re
import unittest

from model import Model, key_text, quoted, rules_of
from serving import ONCE, Client, Server, State, get, run, undated

SEED = 20231
RULES = 400
REQUESTS = 6000
EXPLAINED = 200
BATCH = 50

HOSTS = ['a.example', 'b.a.example', 'c.b.a.example', 'a.a.example',
         'example', '192.0.2.1', '[2001:db8::1]']
RULE_HOSTS = HOSTS + ['*', '*.example', '*.a.example', '*.b.a.example',
                      '*.c.b.a.example', 'B.A.Example.', 'a.example:80',
              '.a.example', '.B.a.example', 'https://.example.:443']
# Few, so that rules and requests meet; some are one in normal form.
PIECES = ['a', 'b', '/', '/', '/', 'A', '%61', '%41', '%2f', '%2F', '.', '..',
          '/.', '/..', '/%2e', '/%2E./', ';', 'a/', '%C3', '%c3', '%2A', '%2a',
          "'", '%27', '%25', '%252A']
QUERIES = ['', 'a', '%61', 'a=b', 'a=%2f', 'b', 'a?b', '%2a', "a='", '%27',
           '%25']
# A client's own: in a rule an error, or a wildcard.
SENT = ['*', '%', '%2', '%%2a', '%2%41', '%25', '%zz', '%%', '5%']
TARGETS = ['https://new.example', 'https://new.example/',
           "https://new.example/%2a'?'%2A",
           'http://n.example:81', 'HTTPS://New.Example.:081/%7e/%2E',
           'https://new.example/?', 'HTTPS://New.example/y/.',
           'https://new.example/x', 'https://new.example/x/../%7e/?q=%2f',
           'https://new.example#', 'https://new.example/#a?b/c',
           'https://new.example/?q#%2a', 'https://new.example/|#"#']
PREFIXES = ['https://new.example/*', 'https://new.example/x*',
            'https://new.example/x/?q=*', 'https://new.example?*',
            'https://new.example/*#a',
            'https://new.example/*?', 'https://new.example/./*?q=%7e#',
            'https://new.example/?*#%2A']
BELOW = ['https://*.new.example', 'HTTP://*.New.Example.:81/',
         'https://*.new.example/x?y#z', 'https://*.new.example#',
         'https://*.' + '.'.join(['n' * 58] * 4) + '.new.example/']
BELOW_PREFIXES = ['https://*.new.example/*', 'https://*.new.example/y*?z#a']
ANY = ['https://*', 'https://*/', 'http://*:81', 'https://*/x#y']
ANY_PREFIXES = ['https://*/*', 'https://*:8443/?q=*#a']
# All that a client can put into a target: no blank, no control byte, no '#'.
BYTES = ''.join(chr(c) for c in range(0x21, 0x100) if c not in (0x23, 0x7f))
METHODS = ['GET', 'GET', 'POST', 'BREW']
WORDS = ['a', '#', '"', '\\', '\\\\', 'ticket', '4711', '\\"', '=', ',', ':']
NAMES = ['X-A', 'access-control-allow-origin', 'Link', "!#$%&'*+-.^_`|~"]
URI = re.compile(r"(?i:https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?"
                 r"([/?][]\w.~:/?\[@!$&'()*+,;=%-]*)?"
                 r"(#[]\w.~:/?\[@!$&'()*+,;=%-]*)?", re.ASCII | re.I)


def path(rng, pieces=PIECES):
    return '/' + ''.join(rng.choices(pieces, k=rng.randrange(5)))


def query(rng, part):
    return '?' + rng.choice(QUERIES) if rng.random() < part else ''


def targets(source, prefix):
    """Those that a source may have."""
    found = TARGETS + PREFIXES * prefix
    if re.match(r'(https?://)?[*.]', source):
        found = found + BELOW + BELOW_PREFIXES * prefix
    if re.match(r'\*(/|$)', source):
        found = found + ANY + ANY_PREFIXES * prefix
    return found


def words(rng):
    """With blanks, but none around them."""
    return ' '.join(''.join(rng.choices(WORDS, k=rng.randrange(1, 4)))
                    for _ in range(rng.randrange(1, 4)))


def values(rng, finals):
    """Keys whose values may need quotes."""
    keys = {}
    if rng.random() < 0.2:
        keys['note'] = words(rng)
    if finals and rng.random() < 0.2:
        keys['final'] = rng.choice(finals) + rng.choice(['', ':60', ':03600'])
    if rng.random() < 0.2:
        keys['header'] = [f'{rng.choice(NAMES)}: {words(rng)}'
                          for _ in range(rng.randrange(1, 5))]
    return keys


def rule(rng):
    """SOURCE TARGET CODE and keys of a rule that is right."""
    source, prefix = rng.choice(RULE_HOSTS), True
    if rng.random() < 0.9:
        source += path(rng)
        prefix = rng.random() < 0.5
        source += '*' if prefix else query(rng, 0.4)
    code = rng.choice(['301', '302', '303', '307', '308', '301/308', '302/307',
                       '410', '200', 'pass'])
    if code == 'pass':
        return source, '-', code, {}
    if code in ('410', '200'):
        return source, '-', code, values(rng, ['410'] if code == '410' else [])
    target = rng.choice(targets(source, prefix))
    keys = values(rng, ['301', '308', '301/308'])
    if rng.random() < 0.2:
        keys['query'] = 'drop'
    if rng.random() < 0.2:
        keys['max_age'] = str(rng.randrange(3) * 30)
    return source, target, code, keys


def rules(rng):
    """Lines of the rules format, and their model: each source once."""
    lines, found = [], {}
    while len(found) < RULES:
        source, target, code, keys = rule(rng)
        made = rules_of(source, target, code, **keys)
        if not any(one.source in found for one in made):
            found.update((one.source, one) for one in made)
            given = [(key, one) for key, value in keys.items()
                     for one in ([value] if isinstance(value, str) else value)]
            lines.append(' '.join([source, target, code] + [
                key_text(rng, *pair) for pair in given]))
    return lines, list(found.values())


def request(rng):
    host = rng.choice(HOSTS + ['x.example', 'y.b.a.example', 'other'])
    target = path(rng, PIECES + SENT) + query(rng, 0.4)
    if '?' in target and rng.random() < 0.3:
        target += rng.choice(SENT)
    if rng.random() < 0.2:
        target += ''.join(rng.choices(BYTES, k=rng.randrange(1, 12)))
    return host, target


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rng = random.Random(SEED)
        lines, cls.rules = rules(cls.rng)
        cls.model = Model(cls.rules)
        cls.state = State('\n'.join(lines))
        cls.addClassCleanup(cls.state.remove)
        cls.server = Server(cls.state, '--threads', '1')
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.rng = random.Random(f'{SEED} {self.id()}')

    def test_sources(self):
        shown = json.loads(run('--state', self.state.path, 'show',
                               '--json').stdout)
        self.assertEqual(sorted(one['source'] for one in shown),
                         sorted(one.source for one in self.rules))

    def test_values(self):
        """In JSON as they are, in lines in quotes where they must be."""
        shown = run('--state', self.state.path, 'show').stdout.splitlines()
        rows = json.loads(run('--state', self.state.path, 'show',
                              '--json').stdout)
        wanted = sorted(self.rules, key=lambda one: one.source)
        for line, row, rule in zip(shown, rows, wanted):
            with self.subTest(line):
                self.assertEqual(
                    (row['note'], row['final'], row['headers']),
                    (rule.note, rule.final, rule.headers))
                given = [f' note={quoted(rule.note)}'] if rule.note else []
                given += [f' final={rule.final}'] if rule.final else []
                given += [f' header={quoted(one)}' for one in rule.headers]
                self.assertTrue(line.endswith(''.join(given)))
                self.assertEqual(line.count('header='), len(rule.headers))

    def test_export_comes_back(self):
        shown = run('--state', self.state.path, 'show').stdout
        for kind in 'rules', 'csv':
            text = run('--state', self.state.path, 'export', '--format',
                       kind).stdout
            other = State()
            self.addCleanup(other.remove)
            run('--state', other.path, 'import', '--format', kind, '-',
                input=text)
            self.assertEqual(run('--state', other.path, 'show').stdout, shown)

    def test_server(self):
        seen = set()
        with Client(self.server) as client:
            for _ in range(0, REQUESTS, BATCH):
                batch = [(*request(self.rng), self.rng.choice(METHODS))
                         for _ in range(BATCH)]
                client.send(b''.join(get(target, host, method=method)
                                     for host, target, method in batch))
                for host, target, method in batch:
                    answer = client.answer()
                    location = answer.headers.get('location')
                    self.assertEqual(
                        (answer.status, location,
                         answer.headers['cache-control']),
                        self.model.answer(host, target, method),
                        (host, target, method))
                    self.assertTrue(location is None or
                                    URI.fullmatch(location), location)
                    self.check_headers(answer, host, target)
                    seen.update(self.model.matching(host, target)[:1])
        self.assertGreater(len(seen), RULES / 3)

    def check_headers(self, answer, host, target):
        """Those of the rule, as they are and last; no others."""
        lines = answer.head.decode().split('\r\n')
        have = [line for line in lines[1:-2]
                if line.split(':')[0].lower() not in ONCE]
        rules = self.model.matching(host, target)
        wanted = rules[0].headers if rules and answer.status != 404 else []
        self.assertEqual(have, wanted)
        self.assertEqual(lines[-2 - len(have):-2], have)

    def explain(self, host, target, *args):
        done = run('--state', self.state.path, 'explain', '--json',
                   f'http://{host}{target}', *args)
        return json.loads(done.stdout)

    def test_explain(self):
        for _ in range(EXPLAINED):
            host, target = request(self.rng)
            if not target.isascii():
                continue
            method = self.rng.choice(['GET', 'HEAD', 'POST', 'BREW'])
            said = self.explain(host, target, '--method', method)
            with self.subTest(host + target), Client(self.server) as client:
                client.send(get(target, host, method=method))
                self.assertEqual(undated(said['answer'].encode()),
                                 undated(client.head().head))
                self.check_rules(said['rules'],
                                 self.model.matching(host, target))

    def check_rules(self, said, wanted):
        self.assertEqual([one['fields']['source'] for one in said],
                         [one.source for one in wanted])
        self.assertEqual([one['wins'] for one in said],
                         [not i for i in range(len(wanted))])
        self.assertTrue(all(one['why'] for one in said))

    def test_explain_says_what_refuses(self):
        """Where the server answers 414, no redirect may be promised."""
        for about, target in (
                ('the longest that is answered', '/' + 'a' * 7999),
                ('and a query', '/' + 'a' * 7999 + '?'),
                ('and a long query', '/' + 'a' * 7999 + '?' + 'b' * 60000),
                ('a path too long', '/' + 'a' * 8000),
                ('the longest with a query', '/a?' + 'b' * 7997),
                ('a query too long', '/a?' + 'b' * 7998),
                ('longer in normal form', '/' + '"' * 3000),
                ('shorter in normal form', '/' + '%41' * 2667)):
            with self.subTest(about), Client(self.server) as client:
                answer = client.ask(get(target, 'a.example'))
                done = run('--state', self.state.path, 'explain', '--json',
                           'http://a.example' + target, check=False)
                if answer.status == 414:
                    self.assertRegex(done.stdout[-300:] + done.stderr[-300:],
                                     r'\b414\b')
                else:
                    self.assertEqual(
                        undated(json.loads(done.stdout)['answer'].encode()),
                        undated(answer.head))


if __name__ == '__main__':
    unittest.main()
