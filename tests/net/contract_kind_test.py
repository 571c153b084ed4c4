#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The kinds of rules end to end: the tables of kind_cases.py over a socket in
plaintext and by TLS, by explain, and by the model, which has to know them, too.
"""

import json
import random
import re
import unittest

from kind_cases import ALONE, HEADERS, NEW, TABLES
from model import Model, rules_of
from serving import ONCE, Client, Server, State, get, run

LISTEN = '--listen', '127.0.0.1:0,https'


def request_of(text, host):
    """(scheme, method, target, Host)"""
    name = 'HOST'
    if isinstance(text, tuple):
        text, name = text
    *words, target = text.split(' ')
    scheme = 'https' if words[:1] == ['TLS'] else 'http'
    method = words[-1] if words and words[-1] != 'TLS' else 'GET'
    return scheme, method, target, name.replace('HOST', host)


def wanted_of(wanted, host):
    """Comparable with what same() makes of an answer."""
    if isinstance(wanted, tuple):
        return wanted[0], wanted[1] and wanted[1].replace('HOST', host), (
            wanted[2])
    return wanted.replace('HOST', host) if isinstance(wanted, str) else wanted


def same(wanted, status, location, cache):
    """As much of an answer as a case says."""
    if isinstance(wanted, tuple):
        return status, location, cache
    return location if isinstance(wanted, str) or location else status


def line_rules(line):
    """The model's rules of a line."""
    source, target, code, *words = re.findall(r'(?:"[^"]*"|[^ ])+', line)
    keys = {'header': []}
    for word in words:
        key, _, value = word.replace('"', '').partition('=')
        if key == 'header':
            keys['header'].append(value)
        else:
            keys[key.replace('-', '_')] = value
    return rules_of(source, target, code, **keys)


def cases(table):
    """(description, request, wanted), and the lines that they need."""
    lines, found = [], []
    for i, (about, rules, requests) in enumerate(table):
        host = f'c{i}.example'
        lines += rules.replace('HOST', host).split('\n')
        found += [(about, request_of(text, host), wanted_of(wanted, host))
                  for text, wanted in requests]
    random.Random(len(lines)).shuffle(lines)
    return lines, found


def all_tables():
    for name, table in TABLES.items():
        yield name, table
    for name, table in ALONE.items():
        for case in table:
            yield name, [case]


class Modelled(unittest.TestCase):
    """What is written here by hand is what the model says."""

    def test_tables(self):
        for name, table in all_tables():
            lines, found = cases(table)
            places = {}
            for line in lines:
                for rule in line_rules(line):
                    places[rule.place] = rule
            model = Model(places.values())
            for about, (scheme, method, target, host), wanted in found:
                with self.subTest(f'{name}: {about}', target=target):
                    got = model.answer(host, target, method, scheme)
                    self.assertEqual(same(wanted, *got), wanted)

    def test_headers(self):
        lines, requests = HEADERS
        model = Model([rule for line in lines.splitlines()
                       for rule in line_rules(line)])
        for text, wanted in requests:
            scheme, _, target, host = request_of((text, 'h.example'), '')
            winner = model.matching(host, target, scheme)[0]
            self.assertEqual([one.lower().split(': ') for one in
                              winner.headers], [list(one) for one in wanted])


class Contract(unittest.TestCase):
    def serve(self, rules):
        self.state = State(rules)
        self.addCleanup(self.state.remove)
        server = Server(self.state, '--threads', '1', *LISTEN)
        self.addCleanup(server.stop)
        return server

    def ask(self, server, request, *args):
        scheme, method, target, host = request
        address = server.addresses[scheme == 'https']
        with Client(server, address) as client:
            return client.ask(get(target, host, *args, method=method))

    def run_table(self, table):
        """All cases in one state, the lines in an order of no meaning."""
        lines, found = cases(table)
        server = self.serve('\n'.join(lines))
        for about, request, wanted in found:
            with self.subTest(about, request=request):
                answer = self.ask(server, request)
                self.assertEqual(
                    same(wanted, answer.status, answer.headers.get('location'),
                         answer.headers['cache-control']), wanted)
        self.check_explain(found)

    def check_explain(self, found):
        """The same by explain; a target that is no UTF-8 it cannot print."""
        for about, (scheme, method, target, host), wanted in found:
            if not target.isascii():
                continue
            done = run('--state', self.state.path, 'explain', '--json',
                       '--method', method, '-', check=False,
                       input=f'{scheme}://{host}{target}\n')
            said = json.loads(done.stdout)
            with self.subTest(about, explain=target):
                self.assertEqual(
                    same(wanted, said['code'], said['location'],
                         isinstance(wanted, tuple) and wanted[2]), wanted)

    def test_scheme(self):
        self.run_table(TABLES['scheme'])

    def test_case(self):
        self.run_table(TABLES['case'])

    def test_patterns(self):
        self.run_table(TABLES['pattern'])

    def test_pairs(self):
        self.run_table(TABLES['pairs'])

    def test_which_rule_wins(self):
        self.run_table(TABLES['wins'])

    def test_first(self):
        for case in ALONE['first']:
            self.run_table([case])

    def test_any_host(self):
        for case in ALONE['any']:
            self.run_table([case])

    def test_headers(self):
        lines, requests = HEADERS
        server = self.serve(lines)
        for text, wanted in requests:
            with self.subTest(text):
                answer = self.ask(server, request_of((text, 'h.example'), ''))
                self.assertEqual([one for one in answer.headers.items()
                                  if one[0] not in ONCE], wanted)

    def test_no_host(self):
        """HTTP/1.0 needs none: rules of "*" alone match, first ones, too."""
        server = self.serve(
            '*/health - 200 first=yes\n* https://* 308 scheme=http\n'
            f'*/{{a}}/x {NEW}/{{a}} 302\n*/p?a&* {NEW}/p 302\n')
        for target, wanted in (('/health', 200), ('/y', 404), ('/y/x', 302),
                               ('/p?b&a', 302)):
            with self.subTest(target), Client(server) as client:
                client.send(f'GET {target} HTTP/1.0\r\n\r\n'.encode())
                self.assertEqual(client.head().status, wanted)

    def test_absolute_form(self):
        """It counts how the request came, not what its target says."""
        server = self.serve('a.example/x - 410 scheme=http\n'
                            'a.example/x - 200 scheme=https')
        for request, wanted in (('http://a.example/x', 410),
                                ('TLS http://a.example/x', 200),
                                ('TLS https://a.example/x', 200),
                                ('https://a.example/x', 421)):
            with self.subTest(request):
                self.assertEqual(self.ask(server, request_of(
                    (request, 'a.example'), '')).status, wanted)

    def test_forwarded_fields_do_not_count(self):
        server = self.serve('a.example/x - 410 scheme=http')
        answer = self.ask(server, ('http', 'GET', '/x', 'a.example'),
                          'X-Forwarded-Proto: https', 'Forwarded: proto=https')
        self.assertEqual(answer.status, 410)

    def test_as_many_patterns_as_a_host_may_have(self):
        lines = [f'a.example/{i}/{{x}}/{i % 7} {NEW}/{i}/{{x}} 302'
                 for i in range(255)] + ['a.example/{x}* - 410']
        server = self.serve('\n'.join(lines))
        for i in range(255):
            answer = self.ask(server, ('http', 'GET', f'/{i}/y/{i % 7}',
                                       'a.example'))
            self.assertEqual(answer.headers.get('location'), f'{NEW}/{i}/y')
        self.assertEqual(self.ask(server, ('http', 'GET', '/1/y/2',
                                           'a.example')).status, 410)

    def test_a_path_that_patterns_divide_in_many_ways(self):
        """It takes time linear in the path, whatever the patterns; what is
        found is what a person finds."""
        many = ''.join(f'a{{x{i}}}' for i in range(40))
        digits = ''.join(f'1{{x{i}:digits}}' for i in range(40))
        server = self.serve('\n'.join(
            [f'a.example/{many}b{i} {NEW}/{i}/{{x0}} 302' for i in range(100)] +
            [f'a.example/{digits}b{i} {NEW}/{i}/{{x39}} 302'
             for i in range(100)]))
        for target, wanted in (
                ('/' + 'a' * 7900, None), ('/' + '1' * 7900, None),
                ('/' + 'a' * 7900 + 'b99', NEW + '/99/' + 'a' * (7900 - 79)),
                ('/' + '1' * 7900 + 'b99', NEW + '/99/1'),
                ('/' + 'ab' * 3900, None), ('/' + '1a' * 3900, None)):
            with self.subTest(target[:20] + target[-5:]):
                answer = self.ask(server, ('http', 'GET', target, 'a.example'))
                self.assertEqual(answer.headers.get('location'), wanted)


if __name__ == '__main__':
    unittest.main()
