#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What networks and clients do to segments: cut, lost, doubled, out of order,
small windows, early ends."""

import concurrent.futures
import socket
import unittest

import netns
from netns import CLIENT, LIMIT, RULES, SERVER, V4, V6, Shared
from rawtcp import ACK, FIN, PSH, RST, RawClient
from serving import get, undated

FAMILIES = (V4, V6)
LONG = 'x' * 1200
RULES += f'old.example/long https://new.example/{LONG} 301\n'
CLOSE = 'Connection: close'
HIT = get('/hit?q=1', 'old.example', CLOSE)
MISS = get('/miss', 'no.example', CLOSE)


def location(path):
    return f'\r\nLocation: https://new.example{path}\r\n'.encode()


class Owner(Shared):
    rules = RULES


Owner.owner = Owner


class Cut(Owner):
    """Requests in two segments."""

    def ask(self, family, first, rest):
        with self.client(family) as client:
            return client.send(first).send(rest).file.read()

    def test_at_every_byte(self):
        for request in (HIT, MISS):
            want = undated(self.all(request))
            self.assertTrue(want)
            self.counted()
            for family in FAMILIES:
                for at in range(1, len(request)):
                    got = self.ask(family, request[:at], request[at:])
                    self.assertEqual(undated(got), want, (family, at))
            number = 2 * (len(request) - 1)
            self.assert_counted(assigned=number, hand_incomplete=number,
                                get_301=0)

    def test_connection_stays_open(self):
        """... as it would without the cut."""
        request = get('/cut')
        for family in FAMILIES:
            for at in range(1, len(request), 5):
                with self.client(family) as client:
                    client.send(request[:at])
                    first = client.ask(request[at:])
                    self.assertNotIn('connection', first.headers)
                    again = client.ask(get('/again'))
                    self.assertEqual(again.headers['location'],
                                     'https://new.example/again')
                    self.assertNotIn('connection', again.headers)

    def test_second_half_first(self):
        """The peer gets each half again as a real client would send it."""
        for family in FAMILIES:
            for at in (1, 10, len(HIT) - 1):
                with self.subTest(family=family, at=at), \
                        RawClient(self.net, family) as raw:
                    raw.connect()
                    raw.put(HIT[at:], ACK | PSH, seq=raw.seq + at)
                    early = raw.quiet(0.05)
                    if early:
                        self.assertFalse(early.flags & RST, early)
                    raw.put(HIT[:at], ACK | PSH)
                    raw.put(HIT[at:], ACK | PSH, seq=raw.seq + at)
                    raw.seq += len(HIT)
                    self.assertIn(location('/hit?q=1'), raw.finish())


class Lost(Owner):
    """Each case has a source port of its own, so that all cases run at the
    same time: retransmissions begin after up to a second."""
    port = 21000
    ONCE = 'numgen inc mod 1000000 0 drop'
    SYN = 'tcp flags & (syn | ack) == syn'
    SYN_ACK = 'tcp flags & (syn | ack) == syn | ack'
    BARE_ACK = 'tcp flags & (syn | ack | psh | fin | rst) == ack'
    PUSH = 'tcp flags & psh == psh'
    END = 'tcp flags & fin == fin'
    BIG = 'meta length > 110'  # an answer's first segment
    CASES = (
        ('nothing', (), ()),
        ('SYN', (f'{SYN} {ONCE}',), ()),
        ('SYN-ACK', (), (f'{SYN_ACK} {ONCE}',)),
        ('ACK', (f'{BARE_ACK} {ONCE}',), ()),
        ('request', (f'{PUSH} {ONCE}',), ()),
        ('request twice', (f'{PUSH} numgen inc mod 1000000 < 2 drop',), ()),
        ('answer', (), (f'{BIG} {ONCE}',)),
        ('FIN of the client', (f'{END} {ONCE}',), ()),
        ('FIN of the server', (), (f'{END} {ONCE}',)),
        ('all once', (f'{SYN} {ONCE}', f'{BARE_ACK} {ONCE}', f'{PUSH} {ONCE}',
                      f'{END} {ONCE}'),
         (f'{SYN_ACK} {ONCE}', f'{BIG} {ONCE}')),
    )
    # Name, what is sent in segments, whether the client ends right behind.
    REQUESTS = (
        ('hit', (HIT,), False),
        ('hit and end', (HIT,), True),
        ('miss', (MISS,), False),
        ('miss and end', (MISS,), True),
        ('hit in two', (HIT[:20], HIT[20:]), False),
        ('hit in two and end', (HIT[:20], HIT[20:]), True),
    )

    def exchange(self, family, port, pieces, end):
        sock = socket.socket(family, socket.SOCK_STREAM)
        with sock, sock.makefile('rb') as file:
            sock.settimeout(LIMIT)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((CLIENT[family], port))
            sock.connect((SERVER[family], 80))
            for piece in pieces:
                sock.sendall(piece)
            if end:
                sock.shutdown(socket.SHUT_WR)
            return file.read()

    def all_cases(self):
        port = self.port
        for family in FAMILIES:
            for case in self.CASES:
                for request in self.REQUESTS:
                    port += 1
                    yield port, family, case, request

    def test_segments(self):
        chains = {'output': [], 'input': []}
        for port, _, (_, out, into), _ in self.all_cases():
            chains['output'] += [f'tcp sport {port} {rule}' for rule in out]
            chains['input'] += [f'tcp dport {port} {rule}' for rule in into]
        self.net.client.nft('table inet loss {\n' + ''.join(
            f'chain {name} {{\ntype filter hook {name} priority 0\n' +
            '\n'.join(rules) + '\n}\n' for name, rules in chains.items()) +
            '}\n')
        self.addCleanup(self.net.client.nft, 'delete table inet loss')
        want = {pieces: undated(self.all(b''.join(pieces)))
                for _, pieces, _ in self.REQUESTS}
        cases = list(self.all_cases())
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            runs = [(family, case[0], request,
                     pool.submit(self.exchange, family, port, *request[1:]))
                    for port, family, case, request in cases]
            for family, lost, (name, pieces, _), run in runs:
                with self.subTest(name, lost=lost, family=family):
                    self.assertEqual(undated(run.result()), want[pieces])


class Doubled(Owner):
    """Every segment of the client comes twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for table, family in (('ip', V4), ('ip6', V6)):
            cls.net.client.nft(
                f'table {table} twice {{\nchain output {{\n'
                f'type filter hook output priority 0\n'
                f'tcp dport 80 dup to {SERVER[family]} device "cli0"\n}}\n}}')
            cls.addClassCleanup(cls.net.client.nft,
                                f'delete table {table} twice')

    def test_doubled(self):
        for family in FAMILIES:
            for i in range(20):
                got = self.all(HIT, family)
                self.assertIn(location('/hit?q=1'), got)
                self.assertEqual(got.count(b'HTTP/1.1'), 1)
                client = self.client(family)
                for path in ('/a', '/b'):
                    self.assertEqual(
                        client.ask(get(path, 'no.example')).status, 404)
                    self.assertEqual(client.ask(get(path)).headers['location'],
                                     f'https://new.example{path}')
                client.sock.shutdown(socket.SHUT_WR)
                self.assertTrue(client.closed())
        counted = self.counted()
        if self.fast:
            self.assertGreaterEqual(counted['cookie_sent'], 160)


class Windows(Owner):

    def collect(self, raw, window, limit):
        """Take the answer, while no segment goes beyond the window; open it
        after the first one."""
        raw.window = window
        first = raw.receive()
        self.assertFalse(first.flags & RST, first)
        while not first.data:
            first = raw.receive()
        self.assertLessEqual(len(first.data), limit)
        raw.take(first)
        raw.window = 64000
        raw.put()
        return raw.finish()

    def test_window_of_a_byte(self):
        for family in FAMILIES:
            with self.subTest(family=family), \
                    RawClient(self.net, family, scale=None, window=1) as raw:
                raw.connect()
                raw.send(HIT, ACK | PSH)
                self.assertIn(location('/hit?q=1'), self.collect(raw, 1, 1))
            self.assert_counted(hand_fit=1, assigned=1, get_301=0)

    def test_window_that_closed(self):
        """The SYN's was large, the request's is not."""
        for family in FAMILIES:
            with self.subTest(family=family), \
                    RawClient(self.net, family, scale=0) as raw:
                raw.connect(confirm=False)
                raw.window = 100
                raw.send(HIT, ACK | PSH)
                self.assertIn(location('/hit?q=1'),
                              self.collect(raw, 100, 100))
            self.assert_counted(hand_fit=1, assigned=1, get_301=0)

    def test_scaled_window(self):
        """A window field of 2 stands for 512 bytes."""
        for family in FAMILIES:
            with self.subTest(family=family), \
                    RawClient(self.net, family, scale=8) as raw:
                raw.connect(confirm=False)
                raw.window = 2
                raw.send()
                raw.send(HIT, ACK | PSH)
                self.assertIn(location('/hit?q=1'),
                              self.collect(raw, 2, 512))

    def test_segment_size(self):
        for mss in (300, 536, 600, 1219, 1220, 1300, 1460):
            for family in FAMILIES:
                for path, code in (('/hit', 301), ('/long', 301),
                                   ('/pass/x', 404)):
                    with self.subTest(mss=mss, family=family, path=path), \
                            RawClient(self.net, family, mss=mss) as raw:
                        raw.connect()
                        raw.send(get(path, 'old.example', CLOSE), ACK | PSH)
                        while not raw.ended:
                            segment = raw.take(raw.receive())
                            self.assertFalse(segment.flags & RST)
                            # The kernel's minimum for IPv6 is 1,220.
                            self.assertLessEqual(
                                len(segment.data) + 12,
                                max(mss, 1220 if family == V6 else 0))
                            raw.put()
                        self.assertTrue(raw.data.startswith(
                            b'HTTP/1.1 %d ' % code))
                        self.assertTrue(raw.data.endswith(b'\r\n\r\n'))

    def test_segment_size_of_a_real_client(self):
        for bits, family in ((24, V4), (64, V6)):
            route = ('ip', '-6' if family == V6 else '-4', 'route', 'replace',
                     f'{SERVER[family]}/{32 if family == V4 else 128}', 'dev',
                     'cli0', 'advmss')
            self.net.client.run(*route, '536')
            try:
                got = self.all(get('/hit', 'old.example', CLOSE), family)
                self.assertIn(location('/hit'), got)
                got = self.all(get('/long', 'old.example', CLOSE), family)
                self.assertIn(location(f'/{LONG}'), got)
            finally:
                self.net.client.run(*route[:3], 'del', *route[4:7])


class Ends(Owner):
    """How connections end, and what else comes with a request."""

    def half(self, data, family):
        """All that comes back to data with the end right behind it."""
        with self.client(family) as client:
            client.send(data)
            client.sock.shutdown(socket.SHUT_WR)
            return client.file.read()

    def test_end_right_behind(self):
        for family in FAMILIES:
            for data, want in ((get('/x'), location('/x')),
                               (get('/', 'no.example'), b'HTTP/1.1 404 '),
                               (get('/x')[:-2], b''), (b'', b'')):
                with self.subTest(data, family=family):
                    got = self.half(data, family)
                    self.assertIn(want, got)
                    self.assertEqual(got.count(b'HTTP/1.1'), bool(want))

    def test_end_with_the_request(self):
        """Data and FIN in one segment."""
        for family in FAMILIES:
            for data, want in ((HIT, location('/hit?q=1')),
                               (MISS, b'HTTP/1.1 404 ')):
                with self.subTest(data, family=family), \
                        RawClient(self.net, family) as raw:
                    raw.connect()
                    raw.send(data, ACK | PSH | FIN)
                    while not raw.ended:
                        segment = raw.take(raw.receive())
                        self.assertFalse(segment.flags & RST, segment)
                        raw.put()
                    self.assertIn(want, raw.data)
                    self.assertEqual(segment.ack, raw.seq)

    def test_end_before_the_request(self):
        """The segments of a request and its end have changed places."""
        for family in FAMILIES:
            for data, want in ((HIT, location('/hit?q=1')),
                               (MISS, b'HTTP/1.1 404 ')):
                with self.subTest(data, family=family), \
                        RawClient(self.net, family) as raw:
                    raw.connect()
                    raw.put(flags=ACK | FIN, seq=raw.seq + len(data))
                    early = raw.quiet(0.05)
                    if early:
                        self.assertFalse(early.flags & (RST | FIN), early)
                        self.assertEqual(early.ack, raw.seq)
                    raw.put(data, ACK | PSH)
                    raw.put(flags=ACK | FIN, seq=raw.seq + len(data))
                    raw.seq += len(data) + 1
                    while not raw.ended:
                        segment = raw.take(raw.receive())
                        self.assertFalse(segment.flags & RST, segment)
                        raw.put()
                    self.assertIn(want, raw.data)

    def test_nothing_but_an_end(self):
        for family in FAMILIES:
            with self.client(family) as client:
                client.sock.shutdown(socket.SHUT_WR)
                self.assertTrue(client.closed())
            self.assert_counted(fin_answered=1, assigned=0)

    def test_request_without_the_third_segment(self):
        for family in FAMILIES:
            for data, want in ((HIT, location('/hit?q=1')),
                               (MISS, b'HTTP/1.1 404 ')):
                with RawClient(self.net, family) as raw:
                    raw.connect(confirm=False)
                    raw.send(data, ACK | PSH)
                    self.assertIn(want, raw.finish())

    def test_request_again(self):
        """Retransmitted, it gets its answer again, byte for byte."""
        for family in FAMILIES:
            with RawClient(self.net, family) as raw:
                raw.connect()
                got = []
                for _ in range(3):
                    raw.put(HIT, ACK | PSH)
                    if self.fast:
                        answer = raw.receive()
                        got.append((answer.seq, answer.ack, answer.flags,
                                    undated(answer.data)))
                self.assertLessEqual(len(set(got)), 1)
                raw.seq += len(HIT)
                if self.fast:
                    raw.take(answer)
                    raw.send(flags=FIN | ACK)
                    self.assertEqual(raw.receive().ack, raw.seq)
                else:
                    raw.finish()
                self.assertIn(location('/hit?q=1'), raw.data)
            self.assert_counted(get_301=3, assigned=0)

    def test_no_connection(self):
        """Data and ends that no cookie of ours began are reset."""
        for family in FAMILIES:
            for flags in (ACK | PSH, ACK | PSH | FIN):
                with self.subTest(family=family, flags=flags), \
                        RawClient(self.net, family) as raw:
                    raw.ack = 12345
                    raw.put(HIT, flags)
                    answer = raw.receive()
                    self.assertEqual(answer.flags & RST, RST)
                    self.assertEqual(answer.data, b'')
            self.assert_counted(get_301=0, assigned=0)

    def test_client_that_gives_up(self):
        """A reset behind the handshake brings nothing back."""
        for family in FAMILIES:
            with RawClient(self.net, family) as raw:
                raw.connect()
                raw.put(flags=RST | ACK)
                self.assertIsNone(raw.quiet())
                raw.ended = True
            self.assert_counted(drop_rst=1, drop_ack=1, pass_flags=0)


class Requests(Owner):
    """Requests that are more than one GET."""

    def test_pipelined(self):
        for family in FAMILIES:
            got = self.all(get('/1') + get('/2', 'no.example') + HIT, family)
            self.assertEqual(got.count(b'HTTP/1.1 '), 3)
            self.assertLess(got.index(location('/1')), got.index(b' 404 '))
            self.assertLess(got.index(b' 404 '),
                            got.index(location('/hit?q=1')))
            self.assert_counted(hand_more=1, assigned=1)

    def test_pipelined_in_segments(self):
        """An answer that closes may be the last one, but it is whole."""
        for family in FAMILIES:
            for i in range(50):
                client = self.client(family)
                client.send(get('/1'))
                try:
                    client.send(get('/2'))
                except ConnectionError:
                    pass  # it is closed already
                first = client.answer()
                self.assertEqual(first.headers['location'],
                                 'https://new.example/1')
                if first.headers.get('connection') != 'close':
                    self.assertEqual(client.answer().headers['location'],
                                     'https://new.example/2')
                client.__exit__()

    def test_body(self):
        for family in FAMILIES:
            for method in ('POST', 'GET'):
                head = get('/b', 'old.example', 'Content-Length: 5',
                           method=method)
                client = self.client(family)
                answer = client.ask(head + b'hello')
                self.assertEqual(answer.headers['location'],
                                 'https://new.example/b')
                answer = client.send(head).ask(b'hello')
                self.assertEqual(answer.headers['location'],
                                 'https://new.example/b')
                client = self.client(family)
                answer = client.send(head).send(b'hello').answer()
                self.assertEqual(answer.status, 301)
                self.assertEqual(client.ask(get('/c')).headers['location'],
                                 'https://new.example/c')
            self.assert_counted(hand_method=2, hand_body=2, assigned=4)

    def test_old_version(self):
        for family in FAMILIES:
            got = self.all(get('/o', version='1.0'), family)
            self.assertIn(location('/o'), got)
            self.assertIn(b'\r\nConnection: close\r\n', got)
            got = self.all(get('/o', 'no.example', version='1.0'), family)
            self.assertTrue(got.startswith(b'HTTP/1.1 404 '))
            client = self.client(family)
            keep = 'Connection: keep-alive'
            for path in ('/k', '/l'):
                answer = client.ask(get(path, 'no.example', keep,
                                        version='1.0'))
                self.assertEqual(answer.status, 404)
                self.assertEqual(answer.headers['connection'], 'keep-alive')


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
