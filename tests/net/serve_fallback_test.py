#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""detour serve --fallback, in front of an origin that does as it is told."""

import hashlib
import re
import socket
import struct
import threading
import time
import unittest

from serving import LIMIT, Client, Served, Server, State, get, wait_for

BIG = 8 << 20
OTHER = 'other.example'
CHUNKED = 'Transfer-Encoding: chunked'


def pattern(size):
    return (hashlib.sha256(b'x').digest() * (size // 32 + 1))[:size]


def passed(request):
    """What the fallback gets of a request that needs no other changes."""
    head, body = request.split(b'\r\n\r\n', 1)
    version = head.split(b'\r\n')[0][-3:]
    return (head + b'\r\nVia: ' + version + b' detour-X\r\n'
            b'X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n'
            b'\r\n' + body)


def received(body):
    """What /echo has got, with one name for all servers."""
    return re.sub(rb'(\r\nVia: .*detour-)[0-9a-f]{16}', rb'\1X', body)


class Origin:
    """A server whose answer the request's path names."""

    def __init__(self):
        self.seen = []  # the requests' bytes
        self.ends = []  # how the connections of /watch ended
        self.gate = threading.Event()
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.name = '127.0.0.1:%d' % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def close(self):
        self.gate.set()
        self.listener.close()

    def serve(self, sock):
        sock.settimeout(LIMIT)
        file = sock.makefile('rb')
        try:
            head = b''
            while not head.endswith(b'\r\n\r\n'):
                line = file.readline()
                if not line:
                    return
                head += line
            path = head.split()[1].decode()
            name = path.strip('/').split('/')[0].split('?')[0]
            getattr(self, 'do_' + name.replace('*', 'star'))(
                sock, file, head)
        except OSError:
            pass
        finally:
            file.close()
            sock.close()

    def body(self, file, head):
        """The request's body as it came, framing included."""
        length = re.search(rb'(?i)\r\ncontent-length: (\d+)', head)
        if length:
            return file.read(int(length[1]))
        body = b''
        if re.search(rb'(?i)\r\ntransfer-encoding:', head):
            while not body.endswith(b'0\r\n\r\n'):
                line = file.readline()
                if not line:
                    raise ConnectionError
                size = int(line.split(b';')[0], 16)
                body += line + file.read(size + 2)
        return body

    def say(self, sock, body, *headers, status='200 OK'):
        lines = [f'HTTP/1.1 {status}', *headers,
                 f'Content-Length: {len(body)}']
        sock.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)

    def do_star(self, sock, file, head):
        self.say(sock, b'star')

    def do_echo(self, sock, file, head):
        """The whole request, as it was received."""
        self.say(sock, head + self.body(file, head), 'X-Odd:  a\tb ')

    def do_hash(self, sock, file, head):
        self.say(sock, hashlib.sha256(self.body(file, head)).digest())

    def do_big(self, sock, file, head):
        self.say(sock, pattern(BIG))

    def do_chunked(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for part in (b'4;x=y\r\nwiki\r\n', b'5', b'\r\nped', b'ia\r',
                     b'\n0\r\nT: u\r\n\r', b'\n'):
            sock.sendall(part)
            time.sleep(0.01)

    def do_until(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\n\r\nuntil the end')

    def do_sayclose(self, sock, file, head):
        self.say(sock, b'bye', 'Connection: close')

    def do_old(self, sock, file, head):
        sock.sendall(b'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold')

    def do_length(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')

    def do_nothing(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 204 No Content\r\n\r\n')

    def do_unchanged(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 304 Not Modified\r\n'
                     b'Content-Length: 1000\r\n\r\n')

    def do_hints(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n')
        time.sleep(0.02)
        sock.sendall(b'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 20')
        time.sleep(0.02)
        sock.sendall(b'0 OK\r\nContent-Length: 2\r\n\r\nok')

    def do_expect(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 100 Continue\r\n\r\n')
        self.say(sock, self.body(file, head))

    def do_upgrade(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\n'
                     b'Connection: Upgrade\r\n\r\nhello\n')
        for line in file:
            sock.sendall(line.upper())
        sock.sendall(b'bye\n')

    def do_silent(self, sock, file, head):
        return

    def do_reset(self, sock, file, head):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('ii', 1, 0))

    def do_resetlate(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\n\r\nhalf')
        time.sleep(0.1)
        self.do_reset(sock, file, head)

    def do_half(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')

    def do_halfchunk(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
                     b'4\r\nhalf\r\n')

    def do_halfhead(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Le')

    def do_badchunk(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
                     b'4\r\nhalfx\r\n0\r\n\r\n')
        self.gate.wait(LIMIT)

    def do_wait(self, sock, file, head):
        self.gate.wait(LIMIT)

    def do_stall(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
        self.gate.wait(LIMIT)

    def do_garbage(self, sock, file, head):
        sock.sendall({b'1': b'SSH-2.0-x\r\n', b'2': b'HTTP/1.1 2x0 OK\r\n\r\n',
                      b'3': b'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
                      b'4': b'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n'
                            b'Content-Length: 2\r\n\r\nab',
                      b'5': b'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n'
                            b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
                      b'6': b'HTTP/1.1 200 OK\r\nA: ' + b'b' * 70000,
                      b'7': b'HTTP/2.0 200 OK\r\n\r\n'}
                     [head.split()[1].split(b'/')[2]])
        self.gate.wait(LIMIT)

    def do_early(self, sock, file, head):
        self.say(sock, b'no', status='413 Too Large')
        self.gate.wait(LIMIT)

    def do_watch(self, sock, file, head):
        sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx')
        try:
            self.ends.append(sock.recv(1))
        except OSError as error:
            self.ends.append(error)


class Fallback(Served):
    args = ()

    @classmethod
    def setUpClass(cls):
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.close)
        cls.args = ('--fallback', cls.origin.name, *cls.args)
        super().setUpClass()


class Passing(Fallback):
    def test_byte_for_byte(self):
        """But for what says where it came through."""
        odd = (b'GeT /echo/%7e/../x?a HTTP/1.1\r\nHost: Other.Example.:80\r\n'
               b'X-Odd:\t a\t b  \r\nx-odd: \xe4\r\n\r\n')
        for text, request in (
                ('plain', get('/echo', OTHER)), ('odd', odd),
                ('pass rule', get('/echo', OTHER)),
                ('1.0 without Host', b'GET /echo HTTP/1.0\r\n\r\n'),
                ('length', get('/echo', OTHER, 'Content-Length: 3') + b'abc'),
                ('chunked', get('/echo', OTHER, CHUNKED) +
                 b'3\r\nabc\r\n0\r\n\r\n')):
            with self.subTest(text):
                answer = self.client().ask(request)
                self.assertEqual(answer.status, 200)
                self.assertEqual(received(answer.body), passed(request))
                self.assertIn(b'\r\nX-Odd:  a\tb \r\n', answer.head)

    def test_pass_rule(self):
        request = get('/echo/../pass/x', 'old.example')
        self.assertEqual(received(self.client().ask(request).body),
                         passed(request))

    def test_options_asterisk(self):
        answer = self.client().ask(get('*', OTHER, method='OPTIONS'))
        self.assertEqual(answer.body, b'star')

    def test_bad_host_is_not_passed(self):
        self.assertEqual(self.client().ask(get('/echo', 'a..b')).status, 400)

    def test_mixed_on_one_connection(self):
        client = self.client()
        for i in range(30):
            self.assertEqual(client.ask(get('/r')).status, 301)
            self.assertEqual(client.ask(get(f'/echo/{i}', OTHER)).status, 200)

    def test_mixed_and_pipelined(self):
        client = self.client()
        echo = get('/echo', OTHER, 'Content-Length: 3') + b'abc'
        client.send((get('/1') + get('/2') + echo + get('/3') +
                     get('/chunked', OTHER)) * 20)
        for _ in range(20):
            for path in '/1', '/2', None, '/3', 'wikipedia':
                answer = client.answer()
                if path is None:
                    self.assertEqual(received(answer.body), passed(echo))
                elif path[0] == '/':
                    self.assertEqual(answer.headers['location'],
                                     'https://new.example' + path)
                else:
                    self.assertEqual(answer.headers['transfer-encoding'],
                                     'chunked')
        self.assertEqual(client.ask(get()).status, 301)

    def test_cut_at_every_byte(self):
        request = (get('/1') + get('/echo', OTHER, CHUNKED, method='POST') +
                   b'2;a\r\nab\r\n0\r\n\r\n' + get('/2'))
        for cut in range(1, len(request), 2):
            client = self.client()
            client.send(request[:cut])
            time.sleep(0.001)
            client.send(request[cut:])
            self.assertEqual(client.answer().status, 301)
            self.assertIn(b'2;a\r\nab\r\n0\r\n\r\n', client.answer().body)
            self.assertEqual(client.answer().status, 301, f'cut at {cut}')

    def test_large_upload(self):
        client = self.client()
        body = pattern(BIG)
        answer = client.ask(get('/hash', OTHER, f'Content-Length: {BIG}',
                                method='POST') + body + get('/next'))
        self.assertEqual(answer.body, hashlib.sha256(body).digest())
        self.assertEqual(client.answer().status, 301)

    def test_large_chunked_upload(self):
        client = self.client()
        chunk = b'%x\r\n' % 50000 + pattern(50000) + b'\r\n'
        body = chunk * 40 + b'0\r\n\r\n'
        answer = client.ask(get('/hash', OTHER, CHUNKED, method='POST') +
                            body + get('/next'))
        self.assertEqual(answer.body, hashlib.sha256(body).digest())
        self.assertEqual(client.answer().status, 301)

    def test_large_download_with_a_slow_reader(self):
        client = self.client()
        client.send(get('/big', OTHER) + get('/next'))
        answer = client.head()
        for _ in range(10):
            answer.body += client.file.read(BIG // 100)
            time.sleep(0.02)
        answer.body += client.file.read(BIG - len(answer.body))
        self.assertEqual(answer.body, pattern(BIG))
        self.assertEqual(client.answer().status, 301)

    def test_framing(self):
        table = [
            # path, headers, method, status, body, keeps the connection
            ('/chunked', (), 'GET', 200, None, True),
            ('/until', (), 'GET', 200, b'until the end', False),
            ('/sayclose', (), 'GET', 200, b'bye', False),
            ('/old', (), 'GET', 200, b'old', False),
            ('/length', (), 'HEAD', 200, b'', True),
            ('/nothing', (), 'GET', 204, b'', True),
            ('/unchanged', (), 'GET', 304, b'', True),
            ('/echo', ('Connection: close',), 'GET', 200, None, False),
        ]
        for path, headers, method, status, body, keeps in table:
            with self.subTest(path):
                client = self.client()
                client.send(get(path, OTHER, *headers, method=method))
                if status == 304:
                    answer = client.head()
                elif path == '/chunked':
                    answer = client.head()
                    wire = b'4;x=y\r\nwiki\r\n5\r\npedia\r\n0\r\nT: u\r\n\r\n'
                    self.assertEqual(client.file.read(len(wire)), wire)
                else:
                    answer = client.answer(method)
                self.assertEqual(answer.status, status)
                if body is not None:
                    self.assertEqual(answer.body, body)
                if keeps:
                    self.assertEqual(client.ask(get()).status, 301)
                else:
                    self.assertTrue(client.closed())

    def test_interim_responses(self):
        client = self.client()
        client.send(get('/hints', OTHER))
        self.assertEqual([client.head().status for _ in range(2)], [103, 102])
        self.assertEqual(client.answer().body, b'ok')
        self.assertEqual(client.ask(get()).status, 301)

    def test_s10_interim_responses_to_http_10(self):
        """... which does not know them (RFC 9110 15.2)."""
        for fields in (), ('Connection: keep-alive',):
            with self.subTest(fields):
                client = self.client()
                client.send(get('/hints', OTHER, *fields, version='1.0'))
                answer = client.answer()
                self.assertEqual((answer.status, answer.body), (200, b'ok'))

    def test_expect(self):
        client = self.client()
        client.send(get('/expect', OTHER, 'Expect: 100-continue',
                        'Content-Length: 3', method='POST'))
        self.assertEqual(client.head().status, 100)
        self.assertEqual(client.ask(b'abc').body, b'abc')
        self.assertEqual(client.ask(get()).status, 301)

    def test_upgrade(self):
        for early in b'', b'early\n':
            with self.subTest(early):
                client = self.client()
                client.send(get('/upgrade', OTHER, 'Connection: upgrade',
                                'Upgrade: shout') + early)
                self.assertEqual(client.head().status, 101)
                self.assertEqual(client.file.readline(), b'hello\n')
                if early:
                    self.assertEqual(client.file.readline(), b'EARLY\n')
                for i in range(50):
                    client.send(b'line %d\n' % i)
                    self.assertEqual(client.file.readline(), b'LINE %d\n' % i)
                client.sock.shutdown(socket.SHUT_WR)
                self.assertEqual(client.file.readline(), b'bye\n')
                self.assertTrue(client.closed())

    def test_many_at_once(self):
        clients = [self.client() for _ in range(100)]
        for i, client in enumerate(clients):
            client.send(get(f'/echo/{i}', OTHER) + get(f'/{i}'))
        for i, client in enumerate(clients):
            self.assertIn(b'/echo/%d ' % i, client.answer().body)
            self.assertEqual(client.answer().headers['location'],
                             f'https://new.example/{i}')


class Failing(Fallback):
    args = ('--fallback-time', '0.5', '--idle-time', '0.8')

    def test_no_answer(self):
        for path, status in (('/silent', 502), ('/reset', 502),
                             ('/halfhead', 502), ('/wait', 504),
                             *((f'/garbage/{i}', 502) for i in range(1, 8))):
            for body in False, True:
                with self.subTest(path, body=body):
                    client = self.client()
                    request = get(path, OTHER)
                    if body:
                        request = get(path, OTHER, 'Content-Length: 1') + b'x'
                    answer = client.ask(request)
                    self.assertEqual(answer.status, status)
                    self.assertEqual(answer.headers['content-length'], '0')
                    if body:
                        self.assertEqual(answer.headers['connection'], 'close')
                        self.assertTrue(client.closed())
                    else:
                        self.assertNotIn('connection', answer.headers)
                        self.assertEqual(client.ask(get()).status, 301)

    def test_dead(self):
        with socket.create_server(('127.0.0.1', 0)) as sock:
            name = '127.0.0.1:%d' % sock.getsockname()[1]
        server = Server(self.state, '--fallback', name)
        self.addCleanup(server.stop)
        with Client(server) as client:
            client.send((get('/', OTHER) + get('/x')) * 50)
            for _ in range(50):
                self.assertEqual(client.answer().status, 502)
                self.assertEqual(client.answer().status, 301)
            answer = client.ask(get('/', OTHER, 'Content-Length: 1') + b'x')
            self.assertEqual(answer.headers['connection'], 'close')
            self.assertTrue(client.closed())

    def test_dead_behind_answers_that_nobody_reads(self):
        """Its 502 comes behind what is unsent, and in the place of nothing."""
        with socket.create_server(('127.0.0.1', 0)) as sock:
            name = '127.0.0.1:%d' % sock.getsockname()[1]
        long = 'https://new.example/' + 'a' * 7900
        state = State(f'old.example {long}/* 301')
        self.addCleanup(state.remove)
        server = Server(state, '--fallback', name)
        self.addCleanup(server.stop)
        count = 300
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
            sock.settimeout(LIMIT)
            sock.connect(server.address)
            # Three redirects are less than what the server gathers.
            sock.sendall(b''.join(
                get(f'/{i}') * 3 + get('/', OTHER) for i in range(count)))
            time.sleep(0.5)
            with sock.makefile('rb') as file:
                client = Client.__new__(Client)
                client.sock, client.file = sock, file
                for i in range(count):
                    for _ in range(3):
                        self.assertEqual(client.answer().headers['location'],
                                         f'{long}/{i}')
                    self.assertEqual(client.answer().status, 502)

    def test_dies_in_mid_response(self):
        for path, body in (('/half', b'half'), ('/stall', b'half'),
                           ('/halfchunk', b'4\r\nhalf\r\n')):
            with self.subTest(path):
                client = self.client()
                client.send(get(path, OTHER) + get('/next'))
                self.assertEqual(client.head().status, 200)
                got = b''
                try:
                    got = client.file.read()
                except ConnectionResetError:
                    got = body
                self.assertEqual(got, body)

    def test_unframed_end_is_told_from_a_reset(self):
        client = self.client()
        client.send(get('/resetlate', OTHER))
        with self.assertRaises(ConnectionResetError):
            client.head()
            client.file.read()

    def test_broken_chunks(self):
        """Nothing of it has gone out yet: it can still be told as an error."""
        client = self.client()
        self.assertEqual(client.ask(get('/badchunk', OTHER)).status, 502)

    def test_lenient_framing_is_not_passed_on(self):
        """What the fallback might read otherwise would be another request."""
        rest = b'\r\n\r\n0\r\n\r\n'
        for fields in (b'X: a\nTransfer-Encoding: chunked',
                       b'Transfer-Encoding: ,chunked',
                       b'Content-Length: 5\r\nContent-Length: 5'):
            with self.subTest(fields):
                client = self.client()
                seen = len(self.origin.seen)
                answer = client.ask(b'POST /echo HTTP/1.1\r\nHost: '
                                    + OTHER.encode() + b'\r\n' + fields + rest)
                self.assertEqual(answer.status, 400)
                self.assertTrue(client.closed())
                self.assertEqual(len(self.origin.seen), seen)

    def test_answer_before_the_body(self):
        client = self.client()
        client.send(get('/early', OTHER, 'Content-Length: 1000000',
                        method='POST') + b'x' * 1000)
        answer = client.answer()
        self.assertEqual((answer.status, answer.body), (413, b'no'))
        client.send(b'x' * 100000)
        self.assertTrue(client.closed())

    def test_broken_request_body(self):
        for text, cut in ('in one piece', 0), ('later', 1):
            with self.subTest(text):
                client = self.client()
                client.send(get('/echo', OTHER, CHUNKED, method='POST') +
                            b'1\r\na'[:4 if cut else 0])
                if cut:
                    time.sleep(0.05)
                answer = client.ask(b'zz\r\n')
                self.assertEqual(answer.status, 400)
                self.assertTrue(client.closed())

    def test_client_that_stops_sending(self):
        client = self.client()
        answer = client.ask(get('/echo', OTHER, 'Content-Length: 5') + b'ab')
        self.assertEqual(answer.status, 408)
        self.assertTrue(client.closed())

    def test_client_that_leaves(self):
        client = self.client()
        client.send(get('/watch', OTHER))
        self.assertEqual(client.head().status, 200)
        self.origin.do_reset(client.sock, None, None)
        client.__exit__()
        self.assertTrue(wait_for(lambda: self.origin.ends))


if __name__ == '__main__':
    unittest.main()
