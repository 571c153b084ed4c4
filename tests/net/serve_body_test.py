#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Bodies of requests, which detour serve reads or closes behind."""

import time
import unittest

from serving import Served, get


class Bodies(Served):
    args = ('--drain', '100000')

    def request(self, *headers, body=b''):
        return get('/p', 'old.example', *headers, method='POST') + body

    def test_bodies_that_are_read(self):
        chunked = 'Transfer-Encoding: chunked'
        table = [
            ('length', self.request('Content-Length: 5', body=b'abcde')),
            ('length 0', self.request('Content-Length: 0')),
            ('equal lengths', self.request('Content-Length: 2',
                                           'Content-Length: 2', body=b'ab')),
            ('a request as the body',
             self.request('Content-Length: %d' % len(get('/no')),
                          body=get('/no'))),
            ('up to the limit', self.request('Content-Length: 100000',
                                             body=b'x' * 100000)),
            ('chunked', self.request(chunked, body=b'5\r\nabcde\r\n'
                                     b'00a\r\n0123456789\r\n0\r\n\r\n')),
            ('chunked in other case', self.request(
                'Transfer-Encoding: , CHUNKED ,', body=b'0\r\n\r\n')),
            ('extensions and trailers', self.request(chunked, body=(
                b'3;a="b";c\r\nabc\r\n0;d\r\nA: b\r\nC: d\r\n\r\n'))),
            ('GET with a body', get('/p', 'old.example', 'Content-Length: 3') +
             b'abc'),
        ]
        for text, request in table:
            with self.subTest(text):
                client = self.client()
                client.send(request + get('/next'))
                answer = client.answer()
                self.assertEqual(answer.headers['location'],
                                 'https://new.example/p')
                self.assertNotIn('connection', answer.headers)
                self.assertEqual(client.answer().headers['location'],
                                 'https://new.example/next')

    def test_answer_comes_before_the_body(self):
        client = self.client()
        answer = client.ask(self.request('Content-Length: 3'))
        self.assertEqual(answer.status, 301)
        client.send(b'ab')
        answer = client.ask(b'c' + get('/next'))
        self.assertEqual(answer.headers['location'],
                         'https://new.example/next')

    def test_bodies_that_close(self):
        table = [
            ('too long', self.request('Content-Length: 100001')),
            ('100-continue', self.request('Expect: 100-Continue',
                                          'Content-Length: 3')),
            ('100-continue, chunked', self.request(
                'Expect: 100-continue', 'Transfer-Encoding: chunked')),
        ]
        for text, request in table:
            with self.subTest(text):
                client = self.client()
                answer = client.ask(request)
                self.assertEqual(answer.status, 301)
                self.assertEqual(answer.headers['connection'], 'close')
                client.send(b'x' * 90000)
                self.assertTrue(client.closed())

    def test_expectation_without_a_body(self):
        client = self.client()
        answer = client.ask(get('/', 'old.example', 'Expect: 100-continue'))
        self.assertNotIn('connection', answer.headers)

    def test_chunks_that_close_later(self):
        table = [
            ('no size', b'\r\n'), ('no number', b'g\r\n'),
            ('a sign', b'-1\r\n'), ('LF alone', b'1\na\r\n'),
            ('no CRLF behind the data', b'1\r\nab\r\n'),
            ('beyond counting', b'fffffffffffffffff\r\n'),
            ('a control byte in an extension', b'1;\x01\r\na\r\n'),
            ('an endless extension', b'1;' + b'x' * 5000),
            ('an endless trailer', b'0\r\n' + b'A: b\r\n' * 4000),
            ('LF in a trailer', b'0\r\nA: b\n\r\n'),
            ('larger than the limit', b'186a1\r\n' + b'x' * 100001),
        ]
        for text, body in table:
            with self.subTest(text):
                client = self.client()
                answer = client.ask(self.request('Transfer-Encoding: chunked'))
                self.assertNotIn('connection', answer.headers)
                client.send(body + get('/no'))
                self.assertTrue(client.closed())


class ChunksBeyondTheLimit(Served):
    args = ('--drain', '1000')
    head = get('/p', 'old.example', 'Transfer-Encoding: chunked')
    chunk = b'1c2\r\n' + b'x' * 450 + b'\r\n'
    last = b'0\r\n\r\n'

    def test_within(self):
        client = self.client()
        client.send(self.head + self.chunk * 2 + self.last + get('/next'))
        for path in '/p', '/next':
            self.assertEqual(client.answer().headers['location'],
                             'https://new.example' + path)

    def test_at_once(self):
        client = self.client()
        client.send(self.head + b'1388\r\n' + b'x' * 5000 + b'\r\n' +
                    self.last + get('/no'))
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_bit_by_bit(self):
        client = self.client()
        self.assertEqual(client.ask(self.head).status, 301)
        for _ in range(3):
            client.send(self.chunk)
            time.sleep(0.05)
        client.send(self.last + get('/no'))
        self.assertTrue(client.closed())


if __name__ == '__main__':
    unittest.main()
