#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A real rule set through tables, Cloudflare's file and Vercel's, and back."""

import csv
import io
import json
import os
import shutil
import unittest

from commands import Case

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
PATH = os.path.join(os.path.dirname(TOP), 'shared', 'data', 'obo-purl.csv')
BAD = 98,  # '*' in a fragment
HOST = 'purl.obolibrary.org'


@unittest.skipUnless(os.path.exists(PATH), f'SKIP: there is no {PATH}')
class Obo(Case):
    def setUp(self):
        super().setUp()
        with open(PATH, encoding='ascii', newline='') as file:
            rows = list(csv.reader(file))
        self.rules = [row for number, row in enumerate(rows, 1)
                      if number not in BAD][1:]
        self.load(self.rules)
        self.shown = self.do('show')
        self.assertIn('#', self.shown)  # fragments

    def table(self, rules, header=('source', 'target', 'code'), separator=','):
        out = io.StringIO()
        csv.writer(out, delimiter=separator).writerows([header, *rules])
        return out.getvalue()

    def load(self, rules):
        self.do('import', '--format', 'csv', '--replace', '--large', '-',
                stdin=self.table(rules))

    def brought(self, data, *args):
        """What another state shows after an import."""
        here, self.state = self.state, os.path.join(self.dir, 'other')
        shutil.rmtree(self.state, True)
        self.out = self.do('import', *args, '-', stdin=data)
        shown = self.do('show')
        self.state = here
        return shown

    def test_export_of_each_format_that_carries_all(self):
        for name in ('rules', 'csv', 'netlify'):
            with self.subTest(format=name):
                data = self.do('export', '--format', name)
                self.assertEqual(self.brought(data), self.shown)
                self.assertEqual(self.brought(data, '--format', name),
                                 self.shown)

    def test_tables_as_others_send_them(self):
        rules = [['http://' + source, target, f'{code}.0', 'n']
                 for source, target, code in self.rules]
        for header in (('Old URL', 'New URL', 'Type', 'Notes'),
                       ('redirect_from', 'redirect_to', 'code', 'x')):
            for separator in ',;\t|':
                for encoding in 'utf-8', 'utf-8-sig', 'utf-16':
                    with self.subTest(header=header[0], by=separator,
                                      encoding=encoding):
                        data = self.table(rules, header, separator)
                        self.assertEqual(
                            self.brought(data.encode(encoding)), self.shown)

    def test_paths_with_a_host(self):
        rules = [[source.removeprefix(HOST), target]
                 for source, target, code in self.rules]
        data = self.table(rules, ('From', 'To'))
        self.assertEqual(
            self.brought(data, '--host', HOST, '--code', '302'), self.shown)

    def test_columns_by_number(self):
        rules = [['x', code, target, source]
                 for source, target, code in self.rules]
        self.assertEqual(
            self.brought(self.table(rules, ['1', '302', 'https://a.x', 'a.x'])
                         .split('\n', 1)[1], '--format', 'csv',
                         '--columns', 'source=4,target=3,code=2'),
            self.shown)

    def test_cloudflare(self):
        self.do('export', '--format', 'cloudflare', code=1)
        self.assertIn('cannot be said', self.err)
        text = self.do('export', '--format', 'cloudflare', '--partial')
        said = list(csv.reader(io.StringIO(text)))
        self.assertGreater(len(said), 1200)
        sources = {row[0] + ('*' if row[5] == 'TRUE' else '')
                   for row in said}
        self.load([rule for rule in self.rules if rule[0] in sources])
        self.assertEqual(self.brought(text), self.do('show'))
        self.assertIn('format cloudflare', self.out)
        self.assertEqual(self.do('export', '--format', 'cloudflare'), text)

    def test_what_others_carry_comes_back(self):
        """With fragments; each says what it does not carry."""
        for name, least, args in (
                ('nginx-map', 100, ()), ('haproxy-map', 100, ()),
                ('haproxy-map-beg', -1, ()),
                ('rewritemap', 100, ('--code', '302'))):
            with self.subTest(format=name):
                self.do('export', '--format', name, code=1)
                self.assertIn('cannot be said', self.err)
                data = self.do('export', '--format', name, '--partial')
                back = self.brought(data, '--format', name, *args)
                rules = back.splitlines()
                self.assertGreater(len(rules), least)
                self.assertEqual(set(rules) - set(self.shown.splitlines()),
                                 set())

    def test_vercel(self):
        rules = [rule for rule in self.rules if not rule[0].endswith('*')]
        self.load(rules)
        shown = self.do('show')
        objects = [{'source': source.removeprefix(HOST),
                    'destination': target, 'statusCode': int(code),
                    'caseSensitive': True, 'query': True}
                   for source, target, code in rules]
        names = list(objects[0])
        files = [json.dumps(objects), json.dumps(objects, indent=1),
                 '\n'.join(map(json.dumps, objects)),
                 self.table([[str(one[name]).lower() if name == 'query' else
                              one[name] for name in names]
                             for one in objects], names)]
        for data in files:
            with self.subTest(data[:60]):
                self.assertEqual(self.brought(data, '--host', HOST), shown)
                self.assertIn('format vercel', self.out)


if __name__ == '__main__':
    unittest.main()
