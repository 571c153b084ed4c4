#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every format that can be written, with rules of every kind: what it does not
carry is said, and all else comes back by an import of the export."""

import re
import unittest

from commands import Case

RULES = '''
a.example/* https://new.example/* 301
*.a.example/* https://new.example/sub/* 302
*/* https://*/* 308 scheme=http
b.example/* https://b.example/* 308 scheme=http
b.example/* https://new.example/b 307 scheme=https
b.example/about https://new.example/about?x=1#top 301
b.example/About https://new.example/about 301
b.example/blog/* https://journal.example/*?a=b#c 307
b.example/blog* https://journal.example/old 301
b.example/item?id=7 https://new.example/seven 301
b.example/item?a&b=%2A https://new.example/two 301
b.example/item? https://new.example/none 301
b.example/item https://new.example/any 301
b.example/item?a=1&b=2&* https://new.example/pairs 301
b.example/item?id=8&* https://new.example/red 301
b.example/{y:digits}/{m:digits}/{slug}.html https://new.example/{slug}/{y} 301
b.example/news/{year}/{slug} https://new.example/{slug}?year={year} 301
b.example/news/{year}/* https://new.example/{year}/* 302
b.example/{a}-{b}c/_{_d} https://new.example/{b} 301
b.example/{splat}/1 https://new.example/{splat} 301
b.example/a:b https://new.example/c:d 301
b.example/star%2A%23%7B https://new.example/%2A 301
b.example/%E2%82%AC https://new.example/%e2%82%ac 303
b.example/p https://new.example/p 301/308
b.example/q https://new.example/q 302/307
b.example/gone - 410
b.example/gone/* - 410 max-age=5
b.example/pass/* - pass
b.example/health - 200
*/.well-known/acme-challenge/* - pass first=yes
b.example/drop https://new.example/drop 301 query=drop
b.example/drop/* https://new.example/drop/* 302 query=drop
b.example/Case https://new.example/case 301 case=ignore
b.example/tag https://new.example/tag 301 tag=t
b.example/note https://new.example/note 302 note="a \\"b\\", c; d"
b.example/age https://new.example/age 301 max-age=60
b.example/no https://new.example/no 302 max-age=5
b.example/trial https://new.example/trial 302 final=301:7
b.example/header https://new.example/header 301 header="A: b" header="C: d, e"
b.example/a,b;c https://new.example/a,b;c 301
b.example/"q' https://new.example/$1\\2"' 301
b.example//double//slash/ https://new.example//x/ 301
b.example/plain http://Plain.example:8080 301
10.0.0.1/* https://new.example/ip 301
[2001:db8::1]/x https://[2001:db8::2]/x 301
xn--bcher-kva.example/x https://b\u00fccher.example/x 301
*/favicon.ico https://new.example/icon 301
*/any/* https://new.example/any/* 301
'''


class Export(Case):
    def formats(self):
        done = self.run_detour('export', '--format', 'no-such')
        match = re.search(r'--format is one of (.*)', done.stderr.decode())
        return match[1].split(', ')

    def sources(self, report, what):
        """What a report says of: 'answered otherwise', 'cannot be said'."""
        found = set()
        for line in report.splitlines():
            total = re.match(r'[\w-]+: (\d+) ([a-z ]+) \(', line)
            if total and total[2] == what:
                self.assertEqual(len(found) > 0, int(total[1]) > 0)
                return found
            if total:
                found = set()
            match = re.match(r'[\w-]+: [\w -]+: (\S+?)(: |$)', line)
            if match:
                found.add(match[1])
        return set()

    def there_and_back(self, name, rules):
        """Export rules and import that; both as rules."""
        self.do('import', '--replace', '--allow-empty', '--large', '-',
                stdin=rules)
        before = self.do('export').splitlines()
        text = self.do('export', '--format', name, '--partial')
        report = self.err
        cannot = self.sources(report, 'cannot be said')
        if cannot:
            self.assertEqual(self.do('export', '--format', name, code=1), '')
            self.assertIn('--partial writes the others', self.err)
        else:
            self.assertEqual(self.do('export', '--format', name), text)
        kept = [line for line in before if line.split()[0] not in cannot]
        codes = {line.split()[2] for line in kept}
        options = ['--code', codes.pop()] if len(codes) == 1 else []
        done = self.run_detour(
            'import', '--format', name, '--host', '*', *options, '-',
            stdin=text.encode(), state=self.other())
        self.assertEqual(done.returncode, 0,
                         f'{name}: {done.stderr.decode()}\n{text}')
        after = self.run_detour('export', state=self.state + '2').stdout
        unlike = self.sources(report, 'answered otherwise')
        return (self.bare(kept, unlike),
                self.bare(after.decode().splitlines(), unlike), report)

    def other(self):
        """An empty state directory."""
        self.run_detour('import', '--replace', '--allow-empty', '--large', '-',
                        stdin=b'', state=self.state + '2')
        return self.state + '2'

    @staticmethod
    def bare(lines, unlike):
        """Of rules that are answered otherwise source, target and code."""
        return [line if line.split()[0] not in unlike
                else ' '.join(line.split()[:3]) for line in lines]

    def compare(self, name, rules):
        before, after, report = self.there_and_back(name, rules)
        self.assertEqual(before, after, f'{name}: {report}')
        return before

    def test_every_kind(self):
        """All of them in one."""
        for name in self.formats():
            with self.subTest(name):
                self.compare(name, RULES)

    def test_kinds_by_code(self):
        """So that none is left out for the code that others have."""
        groups = {}
        for line in RULES.strip().splitlines():
            key = line.split()[2], 'query=drop' in line, line[0] == '*'
            groups.setdefault(key, []).append(line)
        for name in self.formats():
            for key, lines in groups.items():
                with self.subTest(name, key=key):
                    self.compare(name, '\n'.join(lines))

    def test_every_format_carries_something(self):
        """A redirect of one page, or of all below a path, as all have it."""
        for name in self.formats():
            with self.subTest(name):
                self.assertTrue(
                    self.compare(name, 'a.example/b https://n.example/c 301') or
                    self.compare(name, 'a.example/b* https://n.example/c 301'))

    def test_detour_s_own_carry_all(self):
        for name in 'rules', 'csv':
            self.assertEqual(len(self.compare(name, RULES)),
                             len(RULES.strip().splitlines()))


if __name__ == '__main__':
    unittest.main()
