#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a request gets from detour serve, over real sockets."""

import errno
import select
import signal
import socket
import sys
import threading
import time
import unittest

from serving import LIMIT, RULES, Client, Served, Server, get, undated


class Answers(Served):
    def test_table(self):
        keep, close = None, 'close'
        table = [
            # description, request, status, Location, Cache-Control, Connection
            ('whole host', get('/a?b=c'), 301, 'https://new.example/a?b=c',
             'max-age=3600', keep),
            ('an empty query', get('/a?'), 301, 'https://new.example/a?',
             'max-age=3600', keep),
            ('wildcard', get('/x', 'a.b.old.example'), 308,
             'https://new.example/sub/x', 'max-age=3600', keep),
            ('host in upper case, dot, port', get('/', 'OLD.Example.:8080'),
             301, 'https://new.example/', 'max-age=3600', keep),
            ('query', get('/item?id=7'), 302, 'https://new.example/seven',
             'no-store', keep),
            ('another query', get('/item?id=8'), 301,
             'https://new.example/item?id=8', 'max-age=3600', keep),
            ('303, query dropped', get('/see?x'), 303,
             'https://new.example/see', 'no-store', keep),
            ('307 with its own age', get('/try'), 307,
             'https://new.example/again', 'max-age=60', keep),
            ('410', get('/gone'), 410, None, 'max-age=3600', keep),
            ('pass', get('/pass/x'), 404, None, 'no-store', keep),
            ('no rule', get('/', 'other.example'), 404, None, 'no-store',
             keep),
            ('POST', get('/p', method='POST'), 301, 'https://new.example/p',
             'max-age=3600', keep),
            ('a method nobody knows', get('/p', method='BREW+X'), 301,
             'https://new.example/p', 'max-age=3600', keep),
            ('OPTIONS with a path', get('/p', method='OPTIONS'), 301,
             'https://new.example/p', 'max-age=3600', keep),
            ('OPTIONS *', get('*', method='OPTIONS'), 404, None, 'no-store',
             keep),
            ('asked to close', get('/', 'old.example', 'Connection: close'),
             301, 'https://new.example/', 'max-age=3600', close),
            ('close among others',
             get('/', 'old.example', 'Connection: x, CLOSE ,y'), 301,
             'https://new.example/', 'max-age=3600', close),
            ('1.0', get('/', version='1.0'), 301, 'https://new.example/',
             'max-age=3600', close),
            ('1.0 keep-alive',
             get('/', 'old.example', 'Connection: Keep-Alive', version='1.0'),
             301, 'https://new.example/', 'max-age=3600', 'keep-alive'),
            ('1.0 without Host', b'GET / HTTP/1.0\r\n\r\n', 404, None,
             'no-store', close),
            ('1.7 is taken for 1.1', get('/', version='1.7'), 301,
             'https://new.example/', 'max-age=3600', keep),
            ('absolute form wins over Host',
             get('http://old.example/abs?q', 'other.example'), 301,
             'https://new.example/abs?q', 'max-age=3600', keep),
            ('absolute form without path', get('HTTP://old.example?q'), 301,
             'https://new.example/?q', 'max-age=3600', keep),
            ('https in plaintext', get('https://old.example/x'), 421, None,
             'no-store', close),
            ('... whatever rule there is',
             get('HTTPS://other.example:443?q', method='POST'), 421, None,
             'no-store', close),
            ('lines that end in LF', b'GET /lf HTTP/1.1\nHost: old.example\n\n',
             301, 'https://new.example/lf', 'max-age=3600', keep),
            ('empty lines before it', b'\r\n\n' + get('/'), 301,
             'https://new.example/', 'max-age=3600', keep),
            ('normal form', get('/%7ea/./b/../%c3%a4%2f'), 301,
             'https://new.example/~a/%C3%A4%2F', 'max-age=3600', keep),
            ('bytes that no URI has', get('/\xe4"<>'), 301,
             'https://new.example/%E4%22%3C%3E', 'max-age=3600', keep),
            ('an escaped line end stays escaped', get('/%0d%0aX:y'), 301,
             'https://new.example/%0D%0AX:y', 'max-age=3600', keep),
            ('no Host', b'GET / HTTP/1.1\r\n\r\n', 400, None, 'no-store',
             keep),
            ('two Hosts', get('/', 'old.example', 'Host: old.example'), 400,
             None, 'no-store', keep),
            ('a Host that is none', get('/', 'old..example'), 400, None,
             'no-store', keep),
            ('an empty Host', get('/', ''), 400, None, 'no-store', keep),
            ('a bad Host beside an absolute form',
             get('http://old.example/', 'a b'), 400, None, 'no-store', keep),
        ]
        for text, request, status, location, cache, connection in table:
            with self.subTest(text):
                client = self.client()
                answer = client.ask(request)
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.headers.get('location'), location)
                self.assertEqual(answer.headers.get('cache-control'), cache)
                self.assertEqual(answer.headers.get('connection'), connection)
                self.assertEqual(answer.headers.get('content-length'), '0')
                self.assertRegex(answer.headers['date'],
                                 r'^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$')
                if connection == 'close':
                    self.assertTrue(client.closed())
                else:
                    again = client.ask(get('/again'))
                    self.assertEqual(again.status, 301)

    def test_head_is_as_get(self):
        for path in '/x?y', '/gone', '/pass/1':
            first = self.client().ask(get(path))
            second = self.client().ask(get(path, method='HEAD'))
            self.assertEqual(undated(first.head), undated(second.head))

    def test_date_is_now(self):
        answer = self.client().ask(get())
        there = time.strptime(answer.headers['date'],
                              '%a, %d %b %Y %H:%M:%S GMT')
        now = time.mktime(time.gmtime())
        self.assertLess(abs(time.mktime(there) - now), 5)

    def test_long_targets(self):
        fits = '/' + 'a' * 7999
        answer = self.client().ask(get(fits))
        self.assertEqual(answer.headers['location'],
                         'https://new.example' + fits)
        for text, data in (
                ('a byte more', get(fits + 'a')),
                ('and no end of it', b'GET ' + (fits + 'a').encode()),
                ('longer in normal form', get('/' + '"' * 3000)),
                ('its query is', get('/?' + '"' * 3000))):
            with self.subTest(text):
                client = self.client()
                answer = client.ask(data)
                self.assertEqual(answer.status, 414)
                self.assertEqual(answer.headers['connection'], 'close')
                self.assertTrue(client.closed())

    def test_large_heads(self):
        room = 16384 - len(get('/', 'old.example', 'X: '))
        answer = self.client().ask(get('/', 'old.example', 'X: ' + 'x' * room))
        self.assertEqual(answer.status, 301)
        client = self.client()
        answer = client.ask(get('/', 'old.example', 'X: ' + 'x' * (room + 1)))
        self.assertEqual(answer.status, 431)
        self.assertTrue(client.closed())
        client = self.client()
        answer = client.ask(b'GET / HTTP/1.1\r\nHost: old.example\r\n' +
                            b'A: b\r\n' * 3000)
        self.assertEqual(answer.status, 431)
        self.assertTrue(client.closed())

    def test_bad_heads(self):
        host = b'Host: old.example\r\n'

        def request(lines):
            return b'GET / HTTP/1.1\r\n' + host + lines + b'\r\n'

        def line(text):
            return text + b'\r\n' + host + b'\r\n'

        table = [
            ('not HTTP', b'\x16\x03\x01\x02\x00\x01', 400),
            ('no target', line(b'GET HTTP/1.1'), 400),
            ('no version', line(b'GET /'), 400),
            ('two blanks', line(b'GET  / HTTP/1.1'), 400),
            ('two blanks before the version', line(b'GET /  HTTP/1.1'), 400),
            ('a blank at the end', line(b'GET / HTTP/1.1 '), 400),
            ('a blank at the start', line(b' GET / HTTP/1.1'), 400),
            ('a tab between', line(b'GET\t/ HTTP/1.1'), 400),
            ('a blank in the target', line(b'GET /a b HTTP/1.1'), 400),
            ('no token as a method', line(b'G@T / HTTP/1.1'), 400),
            ('a fragment', line(b'GET /#a HTTP/1.1'), 400),
            ('a control byte in the target', line(b'GET /\x01 HTTP/1.1'), 400),
            ('DEL in the target', line(b'GET /\x7f HTTP/1.1'), 400),
            ('a path without a slash', line(b'GET a HTTP/1.1'), 400),
            ('* with GET', line(b'GET * HTTP/1.1'), 400),
            ('another scheme', line(b'GET ftp://old.example/ HTTP/1.1'), 400),
            ('no authority', line(b'GET http:///a HTTP/1.1'), 400),
            ('userinfo', line(b'GET http://a@old.example/ HTTP/1.1'), 400),
            ('version 0.9', line(b'GET / HTTP/0.9'), 400),
            ('version 1', line(b'GET / HTTP/1'), 400),
            ('version 1.10', line(b'GET / HTTP/1.10'), 400),
            ('version in lower case', line(b'GET / http/1.1'), 400),
            ('version 2.0', line(b'GET / HTTP/2.0'), 505),
            ('the preface of HTTP/2',
             b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
            ('version 3.0 before a long target is known',
             line(b'GET / HTTP/3.0'), 505),
            ('CONNECT', line(b'CONNECT old.example:443 HTTP/1.1'), 405),
            ('a blank before the colon', request(b'A : b\r\n'), 400),
            ('a tab before the colon', request(b'A\t: b\r\n'), 400),
            ('no colon', request(b'A\r\n'), 400),
            ('no name', request(b': b\r\n'), 400),
            ('no token as a name', request(b'A(: b\r\n'), 400),
            ('obs-fold', request(b'A: b\r\n c\r\n'), 400),
            ('a blank before the first field',
             b'GET / HTTP/1.1\r\n ' + host + b'\r\n', 400),
            ('NUL', request(b'A: b\0c\r\n'), 400),
            ('a control byte', request(b'A: b\x1fc\r\n'), 400),
            ('DEL', request(b'A: b\x7fc\r\n'), 400),
            ('a bare CR', request(b'A: b\rc\r\n'), 400),
            ('CR CR LF', request(b'A: b\r\r\n'), 400),
            ('length without digits', request(b'Content-Length: \r\n'), 400),
            ('length with a sign', request(b'Content-Length: +1\r\n'), 400),
            ('length in a list', request(b'Content-Length: 1, 1\r\n'), 400),
            ('length beyond counting',
             request(b'Content-Length: 99999999999999999999\r\n'), 400),
            ('two lengths',
             request(b'Content-Length: 1\r\nContent-Length: 2\r\n'), 400),
            ('length and chunked', request(
                b'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'), 400),
            ('chunked and length', request(
                b'Transfer-Encoding: chunked\r\nContent-Length: 1\r\n'), 400),
            ('chunked in 1.0', b'POST / HTTP/1.0\r\n' + host +
             b'Transfer-Encoding: chunked\r\n\r\n', 400),
            ('gzip', request(b'Transfer-Encoding: gzip\r\n'), 501),
            ('gzip, chunked',
             request(b'Transfer-Encoding: gzip, chunked\r\n'), 501),
            ('chunked twice',
             request(b'Transfer-Encoding: chunked, chunked\r\n'), 400),
            ('chunked twice in two lines', request(
                b'Transfer-Encoding: chunked\r\n' * 2), 400),
            ('something like chunked',
             request(b'Transfer-Encoding: chunkedd\r\n'), 501),
            ('no coding at all', request(b'Transfer-Encoding:\r\n'), 501),
        ]
        for text, data, status in table:
            with self.subTest(text):
                client = self.client()
                answer = client.ask(data)
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.headers['connection'], 'close')
                self.assertEqual('allow' in answer.headers, status == 405)
                self.assertTrue(client.closed())

    def test_strange_but_right_heads(self):
        host = b'Host: old.example\r\n'
        for text, lines in (
                ('no blank behind the colon', b'Host:old.example\r\nA:b\r\n'),
                ('blanks around', b'Host: \t old.example \t \r\n'),
                ('name in other case', b'hOST: old.example\r\n'),
                ('a tab in a value', host + b'A: b\tc\r\n'),
                ('an empty value', host + b'A:\r\nB: \r\n'),
                ('obs-text', host + b'A: \xe4\xff\r\n'),
                ('equal lengths', host + b'Content-Length: 0\r\n' * 2),
                ('a name like another', host + b'Hosx: y\r\nHost2: z\r\n'),
                ('names of known lengths', host + b'Expert: 1\r\n'
                 b'Connectiom: close\r\nContent-Lengtg: x\r\n'
                 b'Transfer-Encodinf: gzip\r\n')):
            with self.subTest(text):
                client = self.client()
                answer = client.ask(b'GET /s HTTP/1.1\r\n' + lines + b'\r\n')
                self.assertEqual(answer.status, 301)
                self.assertNotIn('connection', answer.headers)

    def test_cut_at_every_byte(self):
        requests = [
            get('/a/b?c=d', 'old.example', 'Accept: */*', 'X-A: b\tc'),
            get('/gone', 'OLD.example', 'Connection: close'),
            get('/', 'old.example', 'Connection: keep-alive', version='1.0'),
            b'\r\nPOST /p HTTP/1.1\nHost: old.example\n'
            b'Content-Length: 5\n\nabcde' + get('/next'),
            b'POST /p HTTP/1.1\r\nHost: old.example\r\n'
            b'Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n'
            b'T: u\r\n\r\n' + get('/next'),
            b'GET / HTTP/1.1\r\nHost: old.example\r\nA : b\r\n\r\n',
            b'GET / HTTP/2.0\r\n\r\n',
            get('http://old.example/x', 'a..b') + get('*', method='OPTIONS'),
        ]
        for request in requests:
            whole = undated(self.all(request))
            self.assertTrue(whole)
            for cut in range(1, len(request)):
                with self.server.connect() as sock:
                    sock.sendall(request[:cut])
                    time.sleep(0.0005)
                    sock.sendall(request[cut:])
                    sock.shutdown(socket.SHUT_WR)
                    got = b''.join(iter(lambda s=sock: s.recv(65536), b''))
                self.assertEqual(undated(got), whole,
                                 f'cut at {cut}: {request[:cut]}')

    def test_byte_by_byte(self):
        client = self.client()
        for byte in get('/slow', 'old.example', 'X: ' + 'y' * 100):
            client.send(bytes([byte]))
        self.assertEqual(client.answer().headers['location'],
                         'https://new.example/slow')

    def test_large_head_in_pieces(self):
        client = self.client()
        request = get('/p', 'old.example', *['A: ' + 'b' * 60] * 200)
        for at in range(0, len(request), 100):
            client.send(request[at:at + 100])
        self.assertEqual(client.answer().status, 301)
        self.assertEqual(client.ask(get('/q')).headers['location'],
                         'https://new.example/q')


class Pipelining(Served):
    def test_hundreds_in_one_write(self):
        client = self.client()
        hosts = ['old.example', 'other.example', 'a.old.example']
        client.send(b''.join(get(f'/{i}', hosts[i % 3]) for i in range(900)))
        for i in range(900):
            answer = client.answer()
            self.assertEqual(answer.status, [301, 404, 308][i % 3])
            if answer.status != 404:
                self.assertTrue(answer.headers['location'].endswith(f'/{i}'))
        self.assertEqual(client.ask(get('/end')).status, 301)

    def test_client_that_reads_late(self):
        count = 40000
        client = self.client()
        data = b''.join(get(f'/{i}') for i in range(count))
        writer = threading.Thread(target=client.send, args=(data,))
        writer.start()
        time.sleep(0.3)
        for i in range(count):
            answer = client.answer()
            if answer.headers['location'] != f'https://new.example/{i}':
                self.fail(f'{i}: {answer.headers}')
        writer.join()

    def test_nothing_behind_a_close(self):
        client = self.client()
        client.send(get('/1') + get('/2', 'old.example', 'Connection: close') +
                    get('/3'))
        self.assertEqual(client.answer().headers['location'],
                         'https://new.example/1')
        self.assertEqual(client.answer().headers['connection'], 'close')
        self.assertTrue(client.closed())

    def test_requests_then_end_of_stream(self):
        got = self.all(b''.join(get(f'/{i}') for i in range(50)))
        self.assertEqual(got.count(b'HTTP/1.1 301 '), 50)


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


class Times(Served):
    args = ('--head-time', '0.4', '--idle-time', '0.7', '--linger', '0.4')

    def test_head_that_stalls(self):
        client = self.client()
        answer = client.ask(b'GET / HTTP/1.1\r\nHost: ol')
        self.assertEqual(answer.status, 408)
        self.assertEqual(answer.headers['connection'], 'close')
        self.assertTrue(client.closed())

    def test_bytes_do_not_extend_it(self):
        client = self.client()
        began = time.monotonic()
        client.sock.settimeout(0.05)
        got = b''
        for byte in get('/', 'old.example', 'X: ' + 'y' * 300):
            client.send(bytes([byte]))
            try:
                got = client.sock.recv(100)
                break
            except TimeoutError:
                pass
        self.assertTrue(got.startswith(b'HTTP/1.1 408 '))
        self.assertLess(time.monotonic() - began, 5)

    def test_not_a_byte(self):
        client = self.client()
        self.assertTrue(client.closed())

    def test_second_head_that_stalls(self):
        client = self.client()
        client.send(get('/1') + b'GET /2')
        self.assertEqual(client.answer().status, 301)
        self.assertEqual(client.answer().status, 408)
        self.assertTrue(client.closed())

    def test_empty_line_behind_a_body_is_no_request(self):
        client = self.client()
        client.send(get('/', 'old.example', 'Content-Length: 2') + b'ab\r\n')
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_idle(self):
        client = self.client()
        self.assertEqual(client.ask(get()).status, 301)
        time.sleep(0.5)
        self.assertEqual(client.ask(get()).status, 301)
        began = time.monotonic()
        self.assertTrue(client.closed())
        self.assertGreater(time.monotonic() - began, 0.5)

    def test_body_that_stalls(self):
        client = self.client()
        client.send(get('/', 'old.example', 'Content-Length: 5') + b'abc')
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_client_that_does_not_read(self):
        sock = self.server.connect()
        self.addCleanup(sock.close)
        sock.settimeout(0.2)
        data = get('/' + 'x' * 4000) * 100
        sent = 0
        end = time.monotonic() + LIMIT
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                try:
                    sent += sock.send(data[sent % len(data):])
                except TimeoutError:
                    pass


class TimesApart(Served):
    """Each limit is the one that it says: the others are out of reach."""
    limits = {'--head-time': '60', '--idle-time': '60', '--linger': '60'}
    long = 'https://new.example/' + 'a' * 7900
    rules = RULES + f'long.example {long}/* 301\n'

    def serve(self, option):
        limits = {**self.limits, option: '0.3'}
        server = Server(self.state, *[x for one in limits.items() for x in one])
        self.addCleanup(server.stop, signal.SIGKILL)
        client = Client(server)
        self.addCleanup(client.__exit__)
        client.sock.settimeout(8)
        return server, client

    def wait(self, sock, event):
        poll = select.poll()
        poll.register(sock, event)
        self.assertTrue(poll.poll(8000), 'nothing has happened')

    def test_idle_in_a_body(self):
        """It ends in stages: what comes late meets no reset."""
        _, client = self.serve('--idle-time')
        client.send(get('/', 'old.example', 'Content-Length: 5') + b'abc')
        self.wait(client.sock, select.POLLRDHUP)
        for _ in range(3):
            client.send(b'd')
            time.sleep(0.05)
        self.assertEqual(client.answer().status, 301)
        self.assertTrue(client.closed())

    def test_linger(self):
        _, client = self.serve('--linger')
        client.send(b'GET / HTTP/2.0\r\n\r\n')
        self.assertEqual(client.answer().headers['connection'], 'close')
        self.assertTrue(client.closed())
        end = time.monotonic() + 8
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                client.send(b'x')
                time.sleep(0.05)

    def test_idle_with_answers_unread(self):
        """All is read of the client: only what is unsent makes it a reset."""
        server, _ = self.serve('--idle-time')
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(server.address)
            sock.sendall(b'GET / HTTP/1.1\nHost:long.example\n\n' * 900)
            self.wait(sock, 0)  # for an error
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self.assertEqual(error, errno.ECONNRESET)


class StagedClose(Served):
    args = ('--linger', '0.2')

    def test_client_that_sends_on(self):
        for text, data, status in (
                ('asked to close',
                 get('/', 'old.example', 'Connection: close'), 301),
                ('refused', b'GET / HTTP/2.0\r\n\r\n', 505),
                ('body too long', get('/', 'old.example',
                                      'Content-Length: 10000000'), 301)):
            with self.subTest(text):
                client = self.client()
                client.send(data + b'x' * 200000)
                time.sleep(0.05)
                self.assertEqual(client.answer().status, status)
                self.assertTrue(client.closed())

    def test_not_for_ever(self):
        client = self.client()
        client.send(b'GET / HTTP/2.0\r\n\r\n')
        end = time.monotonic() + LIMIT
        with self.assertRaises(ConnectionError):
            while time.monotonic() < end:
                client.send(b'x' * 100000)
                time.sleep(0.001)


class CloseAtOnce(Served):
    args = ('--connections', '1', '--linger', '60')

    def test_place_is_free(self):
        """Clients that asked to close, and stay, are in nobody's way."""
        for request in (get('/', 'old.example', 'Connection: close'),
                        get('/', version='1.0')) * 3:
            client = self.client()
            self.assertEqual(client.ask(request).headers['connection'],
                             'close')
            self.assertTrue(client.closed())

    def test_answer_and_end_are_one_segment(self):
        """... which also acknowledges the request. A server that has to wait
        for its CPU acknowledges first: the best of some counts."""
        at = 140  # of tcpi_segs_in in struct tcp_info
        segments = []
        for _ in range(20):
            client = self.client()
            client.ask(get('/', 'old.example', 'Connection: close'))
            self.assertTrue(client.closed())
            info = client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO,
                                          at + 4)
            segments.append(int.from_bytes(info[at:], sys.byteorder))
        self.assertEqual(min(segments), 2)  # with that of the handshake


class Silence(Served):
    def test_late_requests(self):
        """Whether the kernel still has the connection, or the server."""
        for seconds in 0.3, 2.5:
            client = self.client()
            time.sleep(seconds)
            self.assertEqual(client.ask(get()).status, 301)
            self.assertEqual(client.ask(get()).status, 301)

    def test_end_without_a_byte(self):
        client = self.client()
        client.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(client.closed())


class Ends(Served):
    """The client's end is seen wherever it stands."""
    args = ('--connections', '1', '--idle-time', '60', '--head-time', '60')

    def test_behind(self):
        half = get()[:20]
        for text, parts in (
                ('nothing', ()), ('a request', (get(),)),
                ('requests', (get() * 3,)), ('a part', (half,)),
                ('a part, later', (get(), half)),
                ('a body', (get('/', 'old.example', 'Content-Length: 3'),
                            b'abc')),
                ('part of a body',
                 (get('/', 'old.example', 'Content-Length: 3'), b'a')),
                ('more than a read takes', (get() * 2000,)),
                ('as much as a read takes', (get('/', 'old.example').ljust(
                    32768, b'\n'),))):
            with self.subTest(text):
                with self.server.connect() as sock:
                    for part in parts:
                        sock.sendall(part)
                        time.sleep(0.02)
                    sock.shutdown(socket.SHUT_WR)
                    while sock.recv(65536):
                        pass
                # There is room again, though only for one.
                self.assertEqual(self.client().ask(
                    get('/', 'old.example', 'Connection: close')).status, 301)

    def test_together_with_a_request(self):
        client = self.client()
        self.assertEqual(client.ask(get()).status, 301)
        self.server.process.send_signal(signal.SIGSTOP)
        client.send(get('/last'))
        client.sock.shutdown(socket.SHUT_WR)
        self.server.process.send_signal(signal.SIGCONT)
        self.assertEqual(client.answer().headers['location'],
                         'https://new.example/last')
        self.assertTrue(client.closed())


if __name__ == '__main__':
    unittest.main()
