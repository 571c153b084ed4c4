#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Bad rules: refused with file, line, field and reason; nothing changes."""

import gzip
import os
import subprocess
import unittest

from serving import DETOUR, State, run

NEW = 'https://new.example'
GOOD = f'good.example/a {NEW} 301'

# (description, line, field, a part of the reason)
LINES = [
    ('source alone', 'a.example', 'target', 'missing'),
    ('no code', f'a.example {NEW}', 'code', 'missing'),
    ('the target is a comment', f'a.example #{NEW} 301', 'target', 'missing'),
    ('no target', 'a.example 301', 'code', 'missing'),
    ('unknown code', f'a.example {NEW} 300', 'code', '300'),
    ('304', f'a.example {NEW} 304', 'code', '304'),
    ('a code with more behind it', f'a.example {NEW} 3010', 'code', '3010'),
    ('a code in letters', f'a.example {NEW} PASS', 'code', 'PASS'),
    ('code and target swapped', f'a.example 301 {NEW}', 'code', 'https'),
    ('a field too many', f'a.example {NEW} 301 302', 'line', 'key=value'),
    ('unknown key', f'a.example {NEW} 301 ttl=3', 'line', 'ttl'),
    ('a key in upper case', f'a.example {NEW} 301 Tag=3', 'line', 'Tag'),
    ('a key twice', f'a.example {NEW} 301 tag=a tag=a', 'tag', 'twice'),
    ('an empty key', f'a.example {NEW} 301 tag=', 'tag', 'empty'),
    ('a tag of other bytes', f'a.example {NEW} 301 tag=a/b', 'tag', 'a/b'),
    ('a long tag', f'a.example {NEW} 301 tag={"t" * 65}', 'tag', '64'),
    ('query neither', f'a.example {NEW} 301 query=yes', 'query', 'yes'),
    ('query=keep beside ?', f'a.example/?a {NEW} 301 query=keep', 'query',
     'consumes'),
    ('max-age no number', f'a.example {NEW} 301 max-age=1h', 'max-age', '1h'),
    ('max-age negative', f'a.example {NEW} 301 max-age=-1', 'max-age', '-1'),
    ('max-age too large', f'a.example {NEW} 301 max-age=2147483648',
     'max-age', '2147483647'),
    ('max-age beyond counting', f'a.example {NEW} 301 max-age={"9" * 40}',
     'max-age', '2147483647'),
    ('max-age with pass', 'a.example - pass max-age=1', 'max-age', 'pass'),
    ('a quote without its end', f'a.example {NEW} 301 note="a', 'note',
     'no closing quote'),
    ('text behind a quote', f'a.example {NEW} 301 note="a"tag=t', 'note',
     'directly behind'),
    ('another backslash', f'a.example {NEW} 301 note="a\\tb"', 'note',
     'only'),
    ('a source in quotes', f'"a.example" {NEW} 301', 'source', 'example'),
    ('a long note', f'a.example {NEW} 301 note={"n" * 257}', 'note', '256'),
    ('a control byte in a note', f'a.example {NEW} 301 note=a\x07', 'note',
     '07'),
    ('final with pass', 'a.example - pass final=410', 'final', 'pass'),
    ('final with 200', 'a.example/ - 200 final=410', 'final', '200'),
    ('final 302', f'a.example {NEW} 307 final=302', 'final', '301/308'),
    ('final 410 of a redirect', f'a.example {NEW} 307 final=410', 'final',
     '301/308'),
    ('final 301 of a 410', 'a.example - 410 final=301', 'final', '410'),
    ('final without seconds', 'a.example - 410 final=410:', 'final', 'number'),
    ('header with pass', 'a.example - pass header=A:b', 'header', 'pass'),
    ('header without a name', 'a.example - 410 header="a b"', 'header',
     'NAME: VALUE'),
    ('a header of the connection', 'a.example - 410 header=Te:x', 'header',
     "'Te'"),
    ('a header that detour sends', 'a.example - 410 header=date:x', 'header',
     "'date'"),
    ('CR in a header', 'a.example - 410 header="A: b\rC: d"', 'header', '0d'),
    ('a long header', f'a.example - 410 header=A:{"b" * 254}', 'header',
     '256'),
    ('five headers', 'a.example - 410' + ' header=A:b' * 5, 'header', '4'),

    ('no host', f'/a {NEW} 301', 'source', 'no host'),
    ('a scheme alone', f'http:// {NEW} 301', 'source', 'no host'),
    ('another scheme', f'ftp://a.example/ {NEW} 301', 'source', 'scheme'),
    ('source with userinfo', f'u@a.example/ {NEW} 301', 'source', '@'),
    ('source with user and password', f'http://u:p@a.example/ {NEW} 301',
     'source', '@'),
    ('source with a fragment', f'a.example/#b {NEW} 301', 'source',
     'fragment'),
    ('another port', f'a.example:8080/ {NEW} 301', 'source', '8080'),
    ('no port number', f'a.example:http/ {NEW} 301', 'source', 'http'),
    ('a label over 63', f'{"a" * 64}.example {NEW} 301', 'source', '63'),
    ('a U-label over 63', f'{"ü" * 60}.example {NEW} 301', 'source', 'host'),
    ('a name over 253', f'{"a." * 123}examples. {NEW} 301', 'source', '253'),
    ('an empty label', f'a..example {NEW} 301', 'source', 'empty label'),
    ('a first label that is empty', f'..example {NEW} 301', 'source', 'empty'),
    ('a dot', f'. {NEW} 301', 'source', 'empty'),
    ('two final dots', f'a.example..  {NEW} 301', 'source', 'empty label'),
    ('no host byte', f'a!b.example {NEW} 301', 'source', 'character'),
    ('an escape in the host', f'a%62.example {NEW} 301', 'source', 'percent'),
    ('a bad A-label beside a U-label', f'xn--a.ü.example {NEW} 301', 'source',
     'xn--a'),
    ('a character that no label has', f'a☃.example {NEW} 301',
     'source', 'host'),
    ('a character that nobody sees', f'a☃\u200b.example {NEW} 301',
     'source', 'U+200B'),
    ('a wildcard that no name is long enough for',
     f'*.{"a" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 60} {NEW} 301', 'source',
     '253'),
    ('not quite an IPv4 address', f'192.0.2.256 {NEW} 301', 'source', 'IPv4'),
    ('half an IPv4 address', f'192.0.2 {NEW} 301', 'source', 'IPv4'),
    ('not an IPv6 address', f'[2001:db8::g]/ {NEW} 301', 'source', 'IPv6'),
    ('an IPv6 zone', f'[fe80::1%25eth0]/ {NEW} 301', 'source', 'IPv6'),
    ('an IPv6 address without its end', f'[2001:db8::1/ {NEW} 301', 'source',
     "']'"),
    ('* before an address', f'*.192.0.2.1 {NEW} 301', 'source', 'wildcard'),
    ('* in a label', f'a*.example {NEW} 301', 'source', '%2A'),
    ('* as a later label', f'a.*.example {NEW} 301', 'source', '%2A'),
    ('** as host', f'**.example {NEW} 301', 'source', '%2A'),
    ('* without a dot', f'*example/ {NEW} 301', 'source', '%2A'),
    ('* inside the path', f'a.example/*/b {NEW} 301', 'source', '%2A'),
    ('two * at the end', f'a.example/** {NEW} 301', 'source', '%2A'),
    ('* in the query', f'a.example/a?b=* {NEW} 301', 'source', '%2A'),
    ('a query behind a prefix', f'a.example/a*?b {NEW} 301', 'source',
     'exact path'),
    ('a query without a path', f'a.example?b {NEW} 301', 'source',
     'exact path'),
    ('source with a bare %', f'a.example/5%/ {NEW} 301', 'source', '%25'),
    ('source with half an escape', f'a.example/%4 {NEW} 301', 'source', '%25'),
    ('an escape cut by *', f'a.example/%4* {NEW} 301', 'source', '%25'),
    ('a query with a bare %', f'a.example/?% {NEW} 301', 'source', '%25'),
    ('a long path', f'a.example/{"a" * 8000} {NEW} 301', 'source', '8000'),
    ('long with its query', f'a.example/{"a" * 4000}?{"b" * 4000} {NEW} 301',
     'source', '8000'),
    ('{ in a path', f'a.example/{{a {NEW} 301', 'source', '%7B'),
    ('} in a path', f'a.example/a}}* {NEW} 301', 'source', '%7D'),
    ('{} in a query', f'.a.example/?a={{b}} {NEW} 301', 'source', '%7B'),
    ('long once normal', f'a.example/{"ü" * 1400} {NEW} 301', 'source',
     '8000'),

    ('target without scheme', 'a.example new.example/ 301', 'target', 'http'),
    ('target without host', 'a.example https:///a 301', 'target', 'host'),
    ('a relative target', 'a.example /a 301', 'target', 'http'),
    ('a target without scheme, with slashes', 'a.example //new.example/ 301',
     'target', 'http'),
    ('another scheme', 'a.example javascript:alert(1) 301', 'target', 'http'),
    ('target with userinfo', 'a.example https://u@new.example/ 301', 'target',
     '@'),
    ('target with user and password', 'a.example https://u:p@new.example 301',
     'target', '@'),
    ('* in a fragment', f'a.example/* {NEW}/#* 301', 'target', 'fragment'),
    ('* in a fragment behind a query', f'a.example/* {NEW}/?a#*b 301',
     'target', 'fragment'),
    ('* twice, one in a fragment', f'a.example/* {NEW}/*#* 301', 'target',
     '%2A'),
    ('* in path and query', f'a.example/* {NEW}/*?* 301', 'target', '%2A'),
    ('* inside a query', f'a.example/* {NEW}/?a=*&b 301', 'target', '%2A'),
    ('fragment with a bare %', f'a.example {NEW}/#100% 301', 'target', '%25'),
    ('{ in a target', f'a.example {NEW}/{{a 301', 'target', '%7B'),
    ('} in a target', f'a.example {NEW}/?a}} 301', 'target', '%7D'),
    ('{} in a fragment', f'a.example {NEW}/#{{a}} 301', 'target', '%7B'),
    ('* as host for a name', 'a.example https://* 301', 'target',
     "the host '*'"),
    ('* as host for names below', '*.a.example https://* 301', 'target',
     "the host '*'"),
    ('a wildcard that is no label', '* https://*a.example 301', 'target',
     '*.name'),
    ('a wildcard inside a host', '* https://a.*.example 301', 'target',
     '*.name'),
    ('two wildcards as host', '* https://*.*.example 301', 'target', '*.name'),
    ('a wildcard of nothing', '* https://*./a 301', 'target', 'no host'),
    ('a wildcard of an address', '* https://*.192.0.2.1 301', 'target',
     'address'),
    ('a wildcard with a bad port', '* https://*:0 301', 'target', 'port 0'),
    ('a wildcard of an empty label', '* https://*..a.example 301', 'target',
     'empty label'),
    ('a wildcard of a name too long', f'* https://*.{"a" * 63}.{"b" * 63}.'
     f'{"c" * 63}.{"d" * 60} 301', 'target', '253'),
    ('a port of letters', 'a.example https://new.example:x/ 301', 'target',
     'port'),
    ('a port too large', 'a.example https://new.example:65536 301', 'target',
     'port'),
    ('port 0', 'a.example https://new.example:0/ 301', 'target', 'port'),
    ('target with a bad host', 'a.example https://new..example/ 301',
     'target', 'empty label'),
    ('a wildcard as host', 'a.example/* https://*.new.example/ 301', 'target',
     'source with such a host'),
    ('a * that would extend the host', f'a.example/* {NEW}* 301', 'target',
     'host'),
    ('a * that would extend the port', f'a.example/* {NEW}:80* 301', 'target',
     'host'),
    ('* inside', f'a.example/* {NEW}/*/a 301', 'target', '%2A'),
    ('* twice', f'a.example/* {NEW}/** 301', 'target', '%2A'),
    ('* for an exact source', f'a.example/a {NEW}/* 301', 'target', "'*'"),
    ('* for a source with a query', f'a.example/?a {NEW}/* 301', 'target',
     "'*'"),
    ('target with a bare %', f'a.example {NEW}/100% 301', 'target', '%25'),
    ('a backslash for a slash', 'a.example https:\\\\new.example/ 301',
     'target', 'http'),
    ('a backslash in the host', 'a.example https://new.example\\@x/ 301',
     'target', ''),
    ('a long target', f'a.example {NEW}/{"a" * 8000} 301', 'target', '8000'),
    ('- with a redirect', 'a.example - 301', 'target', "'-'"),
    ('a target with 410', f'a.example {NEW} 410', 'target', "'-'"),
    ('a target with pass', f'a.example {NEW} pass', 'target', "'-'"),

    ('a bare CR', f'a.example/a\rb {NEW} 301', 'source', '0d'),
    ('CR in the target', f'a.example {NEW}/a\rX:y 301', 'target', '0d'),
    ('a control byte', f'a.example {NEW}/\x01 301', 'target', '01'),
    ('DEL', f'a.example/\x7f {NEW} 301', 'source', '7f'),
    ('NUL', f'a.example/\0 {NEW} 301', 'line', 'NUL'),
    ('a line of UTF-16', 'a.example'.encode('utf-16-le'), 'line', 'NUL'),
    ('bad UTF-8', b'a.example/\xff https://new.example 301', 'line', 'UTF-8'),
    ('overlong UTF-8', b'a.example/\xc0\xaf https://new.example 301', 'line',
     'UTF-8'),
    ('a surrogate', b'a.example/\xed\xa0\x80 https://new.example 301', 'line',
     'UTF-8'),
    ('a long line', f'a.example {NEW} 301 #{"x" * 70000}', 'line', '65536'),
    ('a rule that is there', 'there.example https://else.example 301',
     'source', 'there already'),
]

CSV = [
    ('a column too few', 'a.example,-', 'line', '2 fields'),
    ('a column too many', 'a.example,-,410,,', 'line', '5 fields'),
    ('an empty source', ',-,410,', 'source', 'missing'),
    ('a line end in a target', f'a.example,"{NEW}/\r\nX: y",301,', 'target',
     '0d'),
    ('a blank', f'a.example,{NEW}/a b,301,', 'target', 'blank'),
    ('text behind a quote', f'"a.example"x,{NEW},301,', 'line', 'quote'),
    ('a quote in a field', f'a"b.example,{NEW},301,', '', ''),
    ('a quote without its end', f'"a.example,{NEW},301,', 'line', 'quote'),
    ('a bad key', f'a.example,{NEW},301,a b', 'tag', 'a b'),
]


class Bad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.state = State('there.example/* https://here.example/* 301\n')
        cls.addClassCleanup(cls.state.remove)
        cls.before = cls.snapshot()

    @classmethod
    def snapshot(cls):
        return [run('--state', cls.state.path, *args).stdout for args in (
            ('log', '--json'), ('status', '--json'), ('show',))]

    def assert_unchanged(self):
        before = Bad.before
        Bad.before = self.snapshot()
        self.assertEqual(Bad.before, before)

    def refuse(self, data, name='bad.rules', pack=bytes):
        """The messages of an import that has to fail and change nothing."""
        path = os.path.join(self.state.dir, name)
        with open(path, 'wb') as file:
            file.write(pack(data))
        done = run('--state', self.state.path, 'import', path, check=False)
        self.assert_unchanged()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn('Sanitizer', done.stderr)
        return [line[len(path):] for line in done.stderr.splitlines()
                if line.startswith(path + ':')]

    def refuse_one(self, data, line, field, reason, **kwargs):
        messages = self.refuse(data, **kwargs)
        self.assertEqual(len(messages), 2, messages)  # and the total
        self.assertTrue(messages[0].startswith(f':{line}: {field}'), messages)
        self.assertIn(reason, messages[0])
        self.assertTrue(messages[0].isprintable(), messages)
        self.assertEqual(messages[1], ': 1 error')

    def test_lines(self):
        for about, line, field, reason in LINES:
            with self.subTest(about):
                if isinstance(line, str):
                    line = line.encode()
                data = b'\n'.join([GOOD.encode(), b'', line, b'#'])
                self.refuse_one(data, 3, field + ': ', reason)

    def test_csv(self):
        for about, record, field, reason in CSV:
            with self.subTest(about):
                data = f'source,target,code,tag\n\n{record}\n'
                self.refuse_one(data.encode(), 3, field, reason,
                                name='bad.csv')

    def test_all_at_once(self):
        """Each bad line is named; what one of them does not hide another."""
        lines = [line if isinstance(line, bytes) else line.encode()
                 for _, line, _, _ in LINES]
        messages = self.refuse(b'\n'.join(lines))
        self.assertEqual([int(text.split(':')[1]) for text in messages[:100]],
                         list(range(1, len(lines) + 1))[:100])
        self.assertEqual(messages[-1], f': {len(lines)} errors')

    def test_gzip(self):
        self.refuse_one(b'a.example\n', 1, 'target: ', 'missing',
                        name='bad.gz', pack=gzip.compress)
        self.refuse(GOOD.encode(), name='cut.gz',
                    pack=lambda data: gzip.compress(data)[:-9])

    def test_the_same_source_again(self):
        table = [
            ('other target',
             'a.example/x {0}/1 301\n#\na.example/x {0}/2 301'),
            ('other code', 'a.example/x {0} 301\n\nA.example./x {0} 308'),
            ('other key',
             'a.example/x {0} 301\n\na.example/%78 {0} 301 tag=t'),
            ('with and without /*',
             'a.example {0} 301\n\na.example/* {0} 301'),
            ('another max-age',
             'a.example/x {0} 301\n\na.example/x {0} 301 max-age=1'),
        ]
        for about, data in table:
            with self.subTest(about):
                data = data.format(NEW).encode()
                self.refuse_one(data, 3, 'source: ', 'on line 1 already')

    def test_the_same_rule_again(self):
        state = State()
        self.addCleanup(state.remove)
        done = run('--state', state.path, 'import', '-',
                   input=f'a.example/x {NEW} 301\n#\nA.example:80/%78 {NEW} '
                   f'301 max-age=3600\nb.example - 410\na.example/x {NEW} 301')
        self.assertEqual(done.stderr.splitlines()[:2],
                         ['-:3: same: as on line 1', '-:5: same: as on line 1'])
        self.assertEqual(run('--state', state.path, 'show').stdout,
                         f'a.example/x {NEW} 301\nb.example/* - 410\n')

    def test_a_line_of_100_megabytes(self):
        with subprocess.Popen([DETOUR, '--state', self.state.path, 'import',
                               '-'], stdin=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(GOOD.encode() + b'\na.example/')
            for _ in range(100):
                process.stdin.write(b'a' * 1_000_000)
            process.stdin.write(b'\nb.example')
            process.stdin.close()
            lines = process.stderr.read().decode().splitlines()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(lines[0], '-:2: line: line over 65536 bytes')
        self.assertEqual(lines[1], '-:3: target: missing')
        self.assertLess(usage.ru_maxrss, 200_000)  # KiB
        self.assert_unchanged()


if __name__ == '__main__':
    unittest.main()
