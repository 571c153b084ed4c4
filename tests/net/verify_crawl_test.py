#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rules' targets, asked for."""

import json
import re
import unittest

from hostile import free_ports
from verifying import Verify


class Crawl(Verify):
    def test_targets(self):
        """Each once; HEAD, then GET; a redirect is not followed."""
        ways = {
            b'/ok': 200, b'/created': 204, b'/gone': 410, b'/none': 404,
            b'/no-head': (405, 200), b'/bad-head': (404, 200),
            b'/moved': 302, b'/tree/': 200, b'/?q=': 500, b'/': 200,
        }

        def answer(head):
            method, target, _ = head.split(b'\r\n')[0].split(b' ')
            status = ways[target]
            if isinstance(status, tuple):
                status = status[method == b'GET']
            if status == 302:
                return (b'HTTP/1.1 302 x\r\nLocation: /\x1b[31m\r\n'
                        b'Content-Length: 0\r\n\r\n')
            return b'HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n' % status
        server = self.hostile(answer)
        base = 'http://' + server.address
        port, = free_ports(1)
        self.rules(f'''
a.example/1 {base}/ok 301
a.example/2 {base}/ok#top 301
a.example/3 {base}/created 301
a.example/4 {base}/gone 301
a.example/5 {base}/none 301
a.example/6 {base}/none 302
a.example/7 {base}/no-head 302
a.example/8 {base}/bad-head 302
a.example/9 {base}/moved 302
a.example/tree/* {base}/tree/* 302
a.example/q/* {base}/?q=* 302
b.example {base} 301
a.example/x {base}? 301
a.example/c/{{d}} {base}/{{d}} 301
*.c.example https://*.d.example 301
a.example/gone - 410
a.example/dead http://127.0.0.1:{port}/ 301
'''.replace(f'{base}? ', f'{base} '))
        out = self.do('verify', '--crawl-targets', '--json', code=1)
        said = json.loads(out)
        self.assertIsNone(said['sources'])
        targets = said['targets']
        self.assertEqual((targets['asked'], targets['good'],
                          targets['of_requests']), (11, 6, 2))
        bad = sorted((x['url'].replace(base, ''), x['status'], x['rules'])
                     for x in targets['bad'])
        self.assertEqual(bad, [
            ('/?q=', 500, 1), ('/gone', 410, 1), ('/moved', 302, 1),
            ('/none', 404, 2), (f'http://127.0.0.1:{port}/', None, 1)])
        lines = [head.split(b' HTTP')[0] for head in server.heads]
        self.assertEqual(len(lines), len(set(lines)))
        self.assertEqual(lines.count(b'GET /none'), 1)
        self.assertEqual(lines.count(b'GET /ok'), 0)
        text = self.do('verify', '--crawl-targets', code=1)
        self.assertEqual(re.findall('[^\n -~]', text), [])
        self.assertIn('targets   11 asked for: 6 are there, 5 are not; those of '
                      '2 rules depend on the request\n', text)
        self.assertIn(f'\n404: 1\n  {base}/none  (a.example/5 and 1 more rule)\n',
                      text)
        self.assertIn(f'{base}/moved leads to /\\x1b[31m', text)
        self.assertIn('\nno whole answer: 1\n', text)
        ways.update({key: 200 for key in ways})
        self.do('del', 'a.example/dead')
        self.do('verify', '--crawl-targets')

    def test_both_and_tls(self):
        pem, key = self.certificate()
        tls, plain = free_ports(2)
        self.rules(f'old.example/x https://localhost:{tls}/y 302 query=drop\n')
        self.nginx('server { listen 127.0.0.1:%d ssl; return 204;\n'
                   ' ssl_certificate %s; ssl_certificate_key %s; }\n'
                   'server { listen 127.0.0.1:%d;\n'
                   ' return 302 https://localhost:%d/y; }\n' %
                   (tls, pem, key, plain, tls), plain)
        self.alike(f'127.0.0.1:{plain}', '--crawl-targets')
        self.assertEqual(self.said['targets']['good'], 1)
        self.do('verify', '--crawl-targets', '--ca', pem, code=1)


if __name__ == '__main__':
    unittest.main()
