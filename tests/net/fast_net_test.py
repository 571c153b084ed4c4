#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fast path on real networks: clients of all kinds, both families, with
and without offloads, small and large MTU, and its neighbours."""

import contextlib
import hashlib
import itertools
import json
import os
import re
import socket
import subprocess
import unittest

import netns
from netns import (FAST, LIMIT, RULES, SERVER, V4, V6, Connected, Fast,
                   Namespace, Nginx, Pair, Shared, command)
from rawtcp import ACK, FIN, PSH, RawClient
from serving import Client, Server, State, descriptors, get, wait_for

LONG = 'x' * 1200
RULES += ('pair.example https://new.example 301/308\n'
          'pair.example/up - 200\n')
RULES += ('*.moved.example https://*.New.example 301\n'
          '*.moved.example/p/* https://*.new.example:81/*?a#f 302\n'
          'moved.example/f https://new.example/%7e/../#top 303\n'
          '*/same/* https://*/* 308\n'
          '*/below/* https://*.below.example/* 307\n')
TEMPLATES = (('a.B.moved.example/x?y', 301, 'https://a.b.New.example/x?y'),
             ('a.moved.example/p/x?y', 302,
              'https://a.new.example:81/x?a&y#f'),
             ('moved.example/f?x', 303, 'https://new.example/%7e/../?x#top'),
             ('any.example/same/x', 308, 'https://any.example/x'),
             ('any.example/below/x', 307, 'https://any.example.below.example/x'))
HEADERS = 'Access-Control-Allow-Origin: *', 'X-Text: say "a\\b" # c'
RULES += (f'headed.example https://new.example/*?a#f 308 header="{HEADERS[0]}" '
          'header="X-Text: say \\"a\\\\b\\" # c"\n'
          f'headed.example/gone - 410 header="{HEADERS[0]}"\n'
          'headed.example/up - 200 header=A:b max-age=5\n'
          'headed.example/long https://new.example 301')
LONG_HEADERS = tuple(f'X-{n}: {"v" * 251}' for n in range(4))
RULES += ''.join(f' header="{line}"' for line in LONG_HEADERS) + '\n'
RULES += f'old.example/long https://new.example/{LONG} 301\n'
CODES = (('/a', 301, 'https://new.example/a'),
         ('/item?id=7', 302, 'https://new.example/seven'),
         ('/see', 303, 'https://new.example/see'),
         ('/try', 307, 'https://new.example/again'),
         ('/gone', 410, ''))


def url_host(family):
    return f'[{SERVER[family]}]' if family == V6 else SERVER[family]


def curl(url, *args, family=V4):
    form = '%{http_code} %{redirect_url}'
    return command('curl', '-sS', '-o', '/dev/null', '-w', form, '-m', '20',
                   '--connect-to', f'::{url_host(family)}:80', *args, url)


class Clients:
    """What has to hold on every network."""

    def test_curl(self):
        for family in (V4, V6):
            for path, code, location in CODES:
                with self.subTest(path, family=family):
                    for method, args in (('get', ()), ('head', ('-I',))):
                        got = curl(f'http://old.example{path}', *args,
                                   family=family)
                        self.assertEqual(got, f'{code} {location}')
                        self.assert_counted(**{f'{method}_{code}': 1},
                                            cookie_sent=1, assigned=0)

    def test_template(self):
        """What is made of the host, or has a fragment, needs no server."""
        for family in (V4, V6):
            for url, code, location in TEMPLATES:
                host, slash, path = url.partition('/')
                with self.subTest(url, family=family), \
                        Client(self.server, (SERVER[family], 80)) as client:
                    client.send(get(slash + path, host))
                    answer = client.head()
                    self.assertEqual(
                        (answer.status, answer.headers['location']),
                        (code, location))
                    self.assert_counted(**{f'get_{code}': 1}, cookie_sent=1,
                                        assigned=0)

    def test_headers(self):
        """A rule's header lines, as the file has them, whoever answers."""
        rows = (('/x?y', 308, HEADERS), ('/gone', 410, HEADERS[:1]),
                ('/up', 200, ('A: b',)), ('/long', 301, LONG_HEADERS))
        for family, method, (path, code, headers) in itertools.product(
                (V4, V6), ('GET', 'HEAD'), rows):
            with self.subTest(path, family=family, method=method), \
                    Client(self.server, (SERVER[family], 80)) as client:
                client.send(get(path, 'headed.example').replace(
                    b'GET', method.encode(), 1))
                head = client.head()
                self.assertEqual(head.status, code)
                lines = head.head.decode().split('\r\n')
                self.assertEqual(tuple(lines[-2 - len(headers):-2]), headers)
                if path == '/up':
                    self.assert_counted(hand_ok=1, assigned=1)
                elif path == '/long':
                    self.assert_one(f'{method.lower()}_{code}', 'hand_fit',
                                    'hand_room')
                else:
                    self.assert_counted(**{f'{method.lower()}_{code}': 1})

    def assert_one(self, *names):
        """One of these has risen by one; an MTU decides which."""
        if self.fast:
            counted = self.counted(lambda counted: set(counted) & set(names))
            self.assertEqual(sum(counted.get(name, 0) for name in names), 1)

    def test_template_without_a_host(self):
        """An address is none before a name: as pass, whoever looks."""
        for host in ('192.0.2.9', '[2001:db8::9]'):
            with self.subTest(host), \
                    Client(self.server, (SERVER[V4], 80)) as client:
                client.send(get('/below/x', host))
                self.assertEqual(client.head().status, 404)
                self.assert_counted(hand_host=1, assigned=1)
        host = '.'.join(['x' * 60] * 4)
        with Client(self.server, (SERVER[V4], 80)) as client:
            client.send(get('/below/x', host))
            self.assertEqual(client.head().status, 404)
            self.assert_counted(hand_pass=1, assigned=1)

    def test_curl_pair(self):
        """The fast path has the first code of a pair, the listener both."""
        for family in (V4, V6):
            for args, code, counters in (
                    ((), 301, {'get_301': 1, 'assigned': 0}),
                    (('-I',), 301, {'head_301': 1, 'assigned': 0}),
                    (('-X', 'POST'), 308, {'hand_method': 1, 'assigned': 1})):
                with self.subTest(args, family=family):
                    self.assertEqual(
                        curl('http://pair.example/x', *args, family=family),
                        f'{code} https://new.example/x')
                    self.assert_counted(**counters)

    def test_curl_up(self):
        """That a server is there, only a server can show."""
        for family in (V4, V6):
            with self.subTest(family=family):
                self.assertEqual(curl('http://pair.example/up', family=family),
                                 '200 ')
                self.assert_counted(hand_ok=1, assigned=1, cookie_sent=1)

    def test_curl_miss(self):
        for family in (V4, V6):
            with self.subTest(family=family):
                got = curl('http://other.example/', family=family)
                self.assertEqual(got, '404 ')
                self.assert_counted(hand_miss=1, assigned=1, cookie_sent=1)
                got = curl('http://old.example/pass/x', family=family)
                self.assertEqual(got, '404 ')
                self.assert_counted(hand_pass=1, assigned=1, cookie_sent=1)

    def test_wrk(self):
        runs = [subprocess.Popen(
            ['wrk', '-t1', '-c16', '-d1s', '-H', 'Host: old.example', '-H',
             'Connection: close', f'http://{url_host(family)}/x'],
            stdout=subprocess.PIPE, text=True) for family in (V4, V6)]
        total = 0
        for run in runs:
            out = run.communicate(timeout=LIMIT)[0]
            for error in ('Socket errors', 'Non-2xx'):
                self.assertNotIn(error, out)
            total += int(re.search(r'(\d+) requests in', out)[1])
        self.assertGreater(total, 100)
        counted = self.counted()
        if self.fast:
            # The last ones may have been on their way when wrk ended.
            self.assertGreaterEqual(counted['get_301'], total)
            self.assertNotIn('assigned', counted)

    def test_raw(self):
        for family in (V4, V6):
            request = get('/raw', 'old.example', 'Connection: close')
            with self.subTest(family=family), \
                    RawClient(self.net, family) as raw:
                syn_ack = raw.connect()
                self.assertEqual(set(syn_ack.options), {2, 3, 4, 8})
                raw.send(request, ACK | PSH)
                if self.fast:
                    answer = raw.receive()
                    self.assertEqual(answer.flags & (FIN | ACK), FIN | ACK)
                    self.assertEqual((answer.seq, answer.ack),
                                     (raw.ack, raw.seq))
                    raw.take(answer).data
                    raw.send(flags=FIN | ACK)
                    last = raw.receive()
                    self.assertEqual(last.flags, ACK)
                    self.assertEqual((last.seq, last.ack),
                                     (raw.ack, raw.seq))
                else:
                    raw.finish()
                self.assertTrue(raw.data.startswith(b'HTTP/1.1 301 '))
                self.assertIn(b'\r\nLocation: https://new.example/raw\r\n',
                              raw.data)
                self.assertIsNone(raw.quiet(0.05) if self.fast else None)
            self.assert_answers(1)

    def test_answer_beyond_the_segment(self):
        """It is whole in any case; where it does not fit, from the kernel."""
        for family in (V4, V6):
            with self.subTest(family=family):
                got = self.all(get('/long', 'old.example',
                                   'Connection: close'), family)
                self.assertIn(LONG.encode() + b'\r\nCache-Control', got)
                counted = self.counted()
                if self.fast:
                    self.assertEqual(counted.get('get_301', 0) +
                                     counted.get('hand_fit', 0) +
                                     counted.get('hand_room', 0), 1, counted)
                    if self.mtu == 1280:
                        self.assertNotIn('get_301', counted)

    def test_keep_alive_behind_a_hand_over(self):
        for family in (V4, V6):
            client = self.client(family)
            for i in range(5):
                self.assertEqual(client.ask(get(f'/{i}', 'no.example')).status,
                                 404)
                self.assertEqual(
                    client.ask(get(f'/{i}')).headers['location'],
                    f'https://new.example/{i}')
            self.assert_counted(assigned=1, hand_miss=1, cookie_sent=1,
                                get_301=0)


class Owner(Shared):
    rules = RULES


Owner.owner = Owner


class Offloaded(Clients, Owner):
    """The client's segments arrive with partial checksums."""


class Summed(Clients, Owner):
    """The client's segments arrive with whole checksums."""
    offload = False


class Small(Clients, Owner):
    mtu = 1280


class SmallSummed(Clients, Owner):
    mtu = 1280
    offload = False


class Generic(Clients, Connected):
    """The mode for drivers that have no native one."""
    rules = RULES
    attach = ('--mode', 'generic')
    mtu = 1500


class Others(Owner):
    """What else there is on the server."""

    def test_p25_ten_thousand_clients(self):
        """All are connected before the first one asks; as many as the machine
        lets a process have."""
        wanted = 10000 if self.fast else 400
        number = descriptors(wanted + 500) - 500
        clients = []
        with contextlib.ExitStack() as stack:
            for i in range(number):
                family = (V4, V6)[i % 2]
                sock = socket.create_connection((SERVER[family], 80), LIMIT)
                clients.append(stack.enter_context(sock))
            for i, sock in enumerate(clients):
                sock.sendall(get(f'/{i}', 'old.example', 'Connection: close'))
            for i, sock in enumerate(clients):
                with sock.makefile('rb') as file:
                    answer = file.read()
                self.assertIn(b'\r\nLocation: https://new.example/%d\r\n' % i,
                              answer)
        counted = self.counted()
        if self.fast:
            self.assertEqual(counted['get_301'], number)
        if number < wanted:
            self.skipTest(f'SKIP: {number} clients of {wanted}: no more '
                          'descriptors')

    def test_another_port(self):
        """A program on a port that is not the fast path's."""
        with self.net.server:
            other = socket.create_server(('', 8080))
        self.addCleanup(other.close)
        with socket.create_connection((SERVER[V4], 8080), LIMIT) as sock:
            peer, _ = other.accept()
            sock.sendall(get())
            self.assertEqual(peer.recv(1000), get())
            peer.sendall(b'mine')
            peer.close()
            self.assertEqual(sock.recv(1000), b'mine')
        counted = self.assert_counted(cookie_sent=0, assigned=0, get_301=0,
                                      pass_connection=0)
        if self.fast:
            self.assertGreater(counted['pass_port'], 3)

    def test_closed_port(self):
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((SERVER[V4], 81), LIMIT)

    def test_handed_over_connection_is_a_normal_one(self):
        for family, mss in ((V4, 1448), (V6, 1428)):
            with self.subTest(family=family):
                client = self.client(family)
                client.ask(get('/', 'no.example'))
                port = client.sock.getsockname()[1]
                text = self.net.server.run(
                    'ss', '-tinoH', f'dport = {port} and sport = 80')
                words = re.findall(r'\S+', text)
                self.assertIn('sack', words)
                self.assertIn('ts', words)
                self.assertRegex(text, r' wscale:[1-9]\d*,[1-9]\d* ')
                self.assertIn(f'mss:{mss}', words)
                self.assert_counted(assigned=1)
                window = re.search(r'snd_wnd:(\d+)', text)
                self.assertGreater(int(window[1]) if window else 65535, 60000)

    def test_without_options(self):
        """A client whose kernel was told not to use them."""
        names = ('timestamps', 'sack', 'window_scaling')
        for off in range(8):
            setting = {f'ipv4__tcp_{name}': int(not off >> i & 1)
                       for i, name in enumerate(names)}
            self.net.client.sysctl(**setting)
            for family in (V4, V6):
                with self.subTest(family=family, **setting):
                    got = self.all(get('/x', 'old.example',
                                       'Connection: close'), family)
                    self.assertIn(b'Location: https://new.example/x\r\n', got)
                    self.assert_answers(1)
                    client = self.client(family)
                    self.assertEqual(client.ask(get('/', 'no.example'))
                                     .status, 404)
                    big = get('/' + 'y' * 7000, 'no.example')
                    self.assertEqual(client.ask(big).status, 404)
                    port = client.sock.getsockname()[1]
                    words = self.net.server.run(
                        'ss', '-tinoH', f'dport = {port}').split()
                    for i, word in enumerate(('ts', 'sack')):
                        if off >> i & 1:
                            self.assertNotIn(word, words)
                    if not off:
                        self.assertIn('sack', words)
                    if off >> 2 & 1:
                        self.assertNotIn('wscale', ' '.join(words))
                    self.assert_counted(assigned=1)
        self.net.client.sysctl(**{f'ipv4__tcp_{name}': 1 for name in names})

    def test_counters_are_those_of_stats(self):
        """What other tests read is what the command prints."""
        curl('http://old.example/x')
        curl('http://no.example/x')
        if self.fast:
            def same():
                stats = json.loads(self.fast.run('stats', '--json'))
                return stats['fastpath'] == self.read()
            self.assertTrue(wait_for(same), 'the network is never quiet')


class BehindNginx(Connected):
    """The fast path in front of a stock nginx."""
    size = 50 << 20

    @classmethod
    def start(cls, later):
        cls.nginx = Nginx(cls.net.server, '''
            client_max_body_size 100m;
            location / { dav_methods PUT; }
            location /other { return 200 other; }''')
        later(cls.nginx.stop)

    def test_upload_and_go_on(self):
        block = os.urandom(1 << 20)
        for family in (V4, V6):
            name = f'/upload{family}'
            sock = socket.create_connection((SERVER[family], 80), LIMIT)
            with sock, sock.makefile('rb') as file:
                sock.sendall(get(name, 'host.example',
                                 f'Content-Length: {self.size}',
                                 method='PUT'))
                for _ in range(self.size >> 20):
                    sock.sendall(block)
                self.assertIn(b' 201 ', file.readline())
                while file.readline() != b'\r\n':
                    pass
                sock.sendall(get('/other', 'host.example',
                                 'Connection: close'))
                self.assertTrue(file.read().endswith(b'\r\n\r\nother'))
            self.assert_counted(hand_method=1, assigned=1, cookie_sent=1)
            want = hashlib.sha256(block * (self.size >> 20)).hexdigest()
            with open(self.nginx.dir + name, 'rb') as file:
                got = hashlib.file_digest(file, 'sha256').hexdigest()
            self.assertEqual(got, want)
            os.unlink(self.nginx.dir + name)

    @unittest.skipUnless(FAST, 'nginx alone knows no rules')
    def test_hit_and_miss(self):
        self.assertEqual(curl('http://old.example/x'),
                         '301 https://new.example/x')
        self.assert_counted(get_301=1, assigned=0)
        self.assertEqual(curl('http://old.example/pass/other'), '404 ')
        self.assertEqual(curl('http://host.example/other'), '200 ')
        self.assert_counted(get_301=0, assigned=2)


class Firewalled(Clients, Owner):
    """A server that takes no packet which its state does not explain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.net.server.nft('''
            table inet filter {
                chain input {
                    type filter hook input priority 0; policy drop;
                    iifname lo accept
                    meta l4proto icmpv6 accept
                    ct state invalid counter drop
                    ct state established,related accept
                    tcp dport 80 ct state new accept
                }
            }''')
        cls.addClassCleanup(cls.net.server.nft, 'delete table inet filter')

    def test_nothing_is_invalid(self):
        """Hand-overs do not begin connections which the firewall refuses."""
        for family in (V4, V6):
            client = self.client(family)
            for path in ('/', '/x', '/y'):
                self.assertEqual(client.ask(get(path, 'no.example')).status,
                                 404)
        text = self.net.server.run('nft', 'list', 'chain', 'inet', 'filter',
                                   'input')
        self.assertIn('invalid counter packets 0', text)


class Router(unittest.TestCase):
    """A host with the fast path on its own address and both interfaces, which
    routes port-80 traffic between two others."""

    @classmethod
    def setUpClass(cls):
        cls.left, cls.router, cls.right = [Namespace() for _ in range(3)]
        cls.links = []
        for side, far, number in ((cls.left, 'west', 1),
                                  (cls.right, 'east', 2)):
            pair = Pair(cls.router, far, side, 'up0')
            cls.links.append(pair.receive())
            for host, space, link in ((1, cls.router, far), (2, side, 'up0')):
                space.address(link, f'10.77.{number}.{host}/24')
                space.address(link, f'fd77:{number}::{host}/64')
            side.run('ip', 'route', 'add', 'default', 'via',
                     f'10.77.{number}.1')
            side.run('ip', '-6', 'route', 'add', 'default', 'via',
                     f'fd77:{number}::1')
        cls.router.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        cls.own = Server(cls.state, listen='*:80',
                         preexec_fn=cls.router.join)
        cls.addClassCleanup(cls.own.stop)
        cls.fast = None
        if FAST:
            cls.fast = Fast(cls.router, cls.state)
            cls.addClassCleanup(cls.fast.end)
            for link in ('west', 'east'):
                cls.fast.attach(link=link)
        cls.far_state = State('old.example https://far.example 302\n')
        cls.addClassCleanup(cls.far_state.remove)
        cls.far = Server(cls.far_state, listen='*:80',
                         preexec_fn=cls.right.join)
        cls.addClassCleanup(cls.far.stop)

    def ask(self, address, path):
        with self.left, Client(self.own, (address, 80)) as client:
            return client.ask(get(path)).headers['location']

    def test_transit_does_not_notice(self):
        before = self.fast.read() if self.fast else {}
        for address in ('10.77.2.2', 'fd77:2::2'):
            for i in range(5):
                self.assertEqual(self.ask(address, f'/{i}'),
                                 f'https://far.example/{i}')
        if self.fast:
            counted = netns.difference(before, self.fast.read())
            for name in ('cookie_sent', 'assigned', 'get_301', 'get_302'):
                self.assertNotIn(name, counted)
            self.assertGreater(counted['pass_address'], 40)

    def test_own_addresses_are_answered(self):
        before = self.fast.read() if self.fast else {}
        own = ('10.77.1.1', 'fd77:1::1', '10.77.2.1', 'fd77:2::1')
        for address in own:
            self.assertEqual(self.ask(address, '/x'), 'https://new.example/x')
        if self.fast:
            counted = netns.difference(before, self.fast.read())
            self.assertEqual(counted['get_301'], len(own))


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
