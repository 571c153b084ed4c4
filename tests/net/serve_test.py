#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a request gets from detour serve, over real sockets."""

import socket
import threading
import time
import unittest

from serving import Served, get, undated


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


if __name__ == '__main__':
    unittest.main()
