#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A spreadsheet as agencies send it, and Cloudflare's file, over the wire."""

import unittest

from commands import Case
from serving import Client, Server, get

SHEET = [
    ['Redirect map, relaunch', '', '', '', ''],
    [],
    ['No.', 'Old URL ', 'New\u00a0URL', 'HTTP Status', 'Notes'],
    ['1', 'https://www.old.example/', 'https://www.new.example/', '301', ''],
    ['2', 'https://www.old.example/\u00fcber', '/about',
     '301 Moved Permanently', 'umlaut'],
    ['3', 'http://www.old.example/a.html\u00a0', ' /a', '302.0', 'pasted'],
    ['4', '/shop/*', 'https://shop.new.example/*', 'temporary', ''],
    ['5', 'https://www.old.example:443/forum', '', 'Gone', ''],
    ['6', 'www.old.example/find?q=tea', '/tea#green', 'permanent', ''],
    ['7', 'https://www.old.example/faq#part', '/faq', '301', 'cannot'],
    ['', '', '', '', ''],
]
WANTED = {
    '/': (301, 'https://www.new.example/'),
    '/%C3%BCber?x': (301, 'https://www.new.example/about?x'),
    '/a.html': (302, 'https://www.new.example/a'),
    '/shop/x/y': (302, 'https://shop.new.example/x/y'),
    '/forum': (410, None),
    '/find?q=tea': (301, 'https://www.new.example/tea#green'),
    '/find': (404, None),
    '/faq': (404, None),
    '/A.html': (404, None),
}
CLOUDFLARE = '''\
old.example/a,https://new.example/b
http://old.example/d/,https://new.example/e/,302,TRUE,TRUE,TRUE,TRUE
old.example/f,https://new.example/g?h,307,,,TRUE,
'''


class Sheet(Case):
    def asked(self, wanted, host):
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            for target, (status, location) in wanted.items():
                with self.subTest(host=host, target=target):
                    answer = client.ask(get(target, host))
                    self.assertEqual(
                        (answer.status, answer.headers.get('location')),
                        (status, location))

    def test_as_agencies_send_it(self):
        options = ('--host', 'www.old.example', '--base',
                   'https://www.new.example')
        for separator, encoding in ((';', 'utf-8'), ('\t', 'utf-16'),
                                    (',', 'utf-8-sig')):
            text = '\r\n'.join(map(separator.join, SHEET)).encode(encoding)
            self.do('import', '-', *options, code=1, stdin=text)
            self.assertIn("-:10: fragment: https://www.old.example/faq#part",
                          self.err)
            self.assertIn("-:3: column: 'No.', 'Notes'\n", self.err)
            self.assertEqual(self.live(), 0)
            said = self.do('import', '-', *options, '--partial', stdin=text)
            self.assertIn('format csv', said)
            self.asked(WANTED, 'www.old.example')
            self.state += encoding

    def test_cloudflare(self):
        self.assertIn('format cloudflare',
                      self.do('import', '-', stdin=CLOUDFLARE))
        self.asked({'/a?x': (301, 'https://new.example/b'),
                    '/a/': (404, None),
                    '/d/x?y': (302, 'https://new.example/e/x?y'),
                    '/f': (307, 'https://new.example/g?h'),
                    '/f/x?y': (307, 'https://new.example/g?h'),
                    '/fx': (404, None)}, 'old.example')
        self.asked({'/a': (404, None),
                    '/d/x': (302, 'https://new.example/e/x')},
                   'w.old.example')


if __name__ == '__main__':
    unittest.main()
