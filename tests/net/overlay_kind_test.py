#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rules of all kinds in releases that are an overlay over an earlier one: what
was removed stays so, whatever is changed after it."""

import itertools
import json
import string
import unittest

from commands import Case

FILLER = 9000  # enough for an overlay over them
LIMIT = 8000
LETTERS = string.ascii_letters + string.digits + '_'
NAMES = [*LETTERS, *map(''.join, itertools.product(LETTERS, LETTERS))]


def pattern_of(captures):
    """As long as can be, with the shortest names that there are."""
    path = ''.join('/{%s}' % name for name in NAMES[:captures])
    return 'a.example' + path + 'z' * (LIMIT - len(path))


class Gone(Case):
    def fill(self, *sources):
        lines = [f'filler.example/{i} - 410' for i in range(FILLER)]
        lines += [f'{source} https://t.example/ 301 {keys}'
                  for source, keys in sources]
        self.do('import', self.write('rules.txt', '\n'.join(lines) + '\n'))

    def change(self, *args):
        self.do(*args)
        self.assertIn('overlay', json.loads(self.do('status', '--json'))['map'])

    def result(self, url):
        done = self.run_detour('explain', '--json', '-', stdin=url.encode())
        return json.loads(done.stdout)['code']

    def check_gone(self, source, path, keys=''):
        """A change of another rule finds out from the map what is gone."""
        self.fill((source, keys))
        url = 'http://a.example' + path
        self.assertEqual(self.result(url), 301)
        self.change('del', source)
        self.assertEqual(self.result(url), 404)
        self.change('del', 'filler.example/7')
        self.assertEqual(self.result(url), 404)

    def test_pattern(self):
        self.check_gone('a.example/{one}-{two:digits}', '/q-7')

    def test_pattern_in_any_case(self):
        self.check_gone('a.example/{one}%2A{two}*', '/q*r/s', 'case=ignore')

    def test_another_source_in_another_case(self):
        """What differs in case from one with case=ignore is another source:
        it comes and goes without it."""
        for source, other, path in (
                ('a.example/b', 'a.example/B', '/b'),
                ('a.example/b*', 'a.example/B*', '/bx'),
                ('a.example/b?c=1', 'a.example/B?C=1', '/b?c=1'),
                ('a.example/b?c=1&*', 'a.example/b?C=1&*', '/B?x&c=1'),
                ('a.example/b/{n}', 'a.example/B/{n}', '/b/c'),
                ('a.example/b/{n}*', 'a.example/b/{n}D*', '/b/c/')):
            with self.subTest(source):
                self.fill((source, 'case=ignore'))
                for change in ('add', other, 'https://o.example/', '307'), (
                        'del', other):
                    self.change(*change)
                    self.assertEqual(self.result('http://a.example' + path),
                                     301, change)
                self.do('import', '--replace', '--large',
                        self.write('none.txt', 'b.example - 410\n'))

    def test_long_patterns(self):
        for captures in 1, 63, 64, 1500:
            with self.subTest(captures):
                source = pattern_of(captures)
                self.fill((source, ''))
                self.change('del', source)
                self.change('del', 'filler.example/7')
                self.do('import', '--replace', '--large',
                        self.write('none.txt', 'b.example - 410\n'))


if __name__ == '__main__':
    unittest.main()
