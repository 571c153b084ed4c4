#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a SYN is answered with, beside what the kernel says on another port: by
routes and listeners, of clients that have packets fragmented; and requests that
were merged on their way."""

import json
import os
import socket
import unittest

import netns
from handover_test import Listener
from netns import (FAST, LIMIT, SERVER, V4, V6, Connected, Fast,
                   Namespace, Network, Pair)
from rawtcp import SYN, RawClient
from serving import RULES, State, get

BUFFER = 8192
LEN = 30000


class Whole:
    """A network with listeners on ports 80, that of the fast path, and 81."""

    def __init__(self, later, buffer=0, args=()):
        self.state = State(RULES)
        later(self.state.remove)
        self.net = Network()
        later(self.net.close)
        for port in (80, 81):
            later(Listener(self.net.server, port, buffer).close)
        self.fast = Fast(self.net.server, self.state)
        later(self.fast.end)
        self.fast.attach(*args)
        self.net.client.__enter__()
        later(self.net.client.__exit__)

    def said(self, port, family=V4, **offer):
        """The SYN-ACK of a port."""
        with RawClient(self.net, family, **offer) as raw:
            raw.port = port
            return raw.connect(confirm=False)

    def status(self):
        one, = json.loads(self.fast.run('status', '--json'))['fastpath']
        return one


@unittest.skipUnless(FAST, 'it is the kernel that answers')
class Receive(unittest.TestCase):
    scaled = True  # by the host's limits, which a listener may lower

    def build(self, **kwargs):
        return Whole(self.addCleanup, **kwargs)

    def assert_same(self, whole, family=V4, **offer):
        """MSS and window as of the plain port; that is at most a segment
        larger, since the kernel rounds to other segments by then."""
        plain, ours = [whole.said(port, family, **offer) for port in (81, 80)]
        self.assertEqual(ours.options[2], plain.options[2])
        if self.scaled:
            self.assertEqual(ours.options.get(3), plain.options.get(3))
        self.assertLessEqual(ours.window, max(plain.window, 65535))
        self.assertLess(abs(ours.window - plain.window), 1460)
        return ours

    def test_p14_routes(self):
        whole = self.build()
        route = ('ip', 'route', 'replace', '10.77.0.0/24', 'dev', 'srv0')
        route6 = ('ip', '-6', 'route', 'replace', 'fd77::/64', 'dev', 'srv0',
                  'metric', '100')
        for metrics, mss, window in (
                (('advmss', '1200'), 1200, None),
                (('mtu', '1300'), None, None),
                (('initrwnd', '4'), None, 4 * 1460),
                (('window', '20000'), None, None),
                ((), None, None)):
            whole.net.server.run(*route, *metrics)
            whole.net.server.run(*route6, *metrics)
            whole.fast.attach()
            for family in (V4, V6):
                with self.subTest(metrics=metrics, family=family):
                    ours = self.assert_same(whole, family)
                    got = int.from_bytes(ours.options[2], 'big')
                    if mss:
                        self.assertEqual(got, mss)
                    if window:
                        self.assertLessEqual(ours.window, window)
            status = whole.status()
            self.assertEqual(status['mss']['ipv4'],
                             1260 if 'mtu' in metrics else mss)
            self.assertEqual(status['segments'],
                             4 if 'initrwnd' in metrics else None)
            self.assertEqual(status['window'],
                             20000 if 'window' in metrics else None)

    def test_p14_mtu_of_a_router(self):
        """Over IPv6, as a router's advertisement sets it."""
        whole = self.build()
        for mtu, mss in (1280, 1220), (1480, 1420), (1500, None):
            whole.net.server.sysctl(ipv6__conf__srv0__mtu=mtu)
            whole.fast.attach()
            for family in (V4, V6):
                with self.subTest(mtu=mtu, family=family):
                    self.assert_same(whole, family)
            self.assertEqual(whole.status()['mss'],
                             {'ipv4': None, 'ipv6': mss})

    def test_p14_mss_by_hand(self):
        """For a clamp that only the firewall knows."""
        whole = self.build(args=('--mss', '1000'))
        for family in (V4, V6):
            said = whole.said(80, family)
            self.assertEqual(said.options[2], (1000).to_bytes(2, 'big'))
        self.assertEqual(whole.status()['mss'], {'ipv4': 1000, 'ipv6': 1000})
        self.assertIn('IPv4 MSS 1000', whole.fast.run('status'))
        whole.fast.attach()
        self.assertEqual(whole.status()['mss'], {'ipv4': None, 'ipv6': None})
        for wrong in ('535', '65496', 'x', ''):
            with self.assertRaises(AssertionError):
                whole.fast.run('attach', 'srv0', '--mss', wrong)

    def test_p14_small_listener(self):
        """The window is not over what the listener has room for."""
        whole = self.build(buffer=BUFFER)
        self.scaled = False
        for family in (V4, V6):
            self.assertLess(self.assert_same(whole, family).window, BUFFER)
            for port in (81, 80):
                with socket.create_connection((SERVER[family], port),
                                              LIMIT) as sock:
                    sock.sendall(get('/up', 'no.example',
                                     f'Content-Length: {LEN}',
                                     method='POST') + bytes(LEN))
                    with sock.makefile('rb') as file:
                        self.assertIn(b' 200 ', file.readline())

    def test_p14_window_of_segments(self):
        """Never more than the kernel has room for, whatever the client's
        segments are."""
        whole = self.build()
        for mss in (536, 1220, 1300, 1380, 1400, 1460, 9000):
            for stamps in (True, False):
                said = whole.said(80, mss=mss, stamps=stamps)
                self.assertLessEqual(said.window, 65535)
                if mss == 9000 and stamps:
                    self.assertEqual(said.window, 7 * 8940)

    def test_p20_scale(self):
        """As the kernel chooses it, from what buffers may have."""
        whole = self.build()
        for most in (1 << 17, 1 << 20, 6291456, 1 << 25):
            whole.net.server.sysctl(ipv4__tcp_rmem=f'4096 65536 {most}')
            whole.fast.detach('--drain', '0')
            whole.fast.attach()
            plain, ours = whole.said(81), whole.said(80)
            self.assertEqual(ours.options[3], plain.options[3])
            self.assertEqual(whole.status()['wscale'], ours.options[3][0])


@unittest.skipUnless(FAST, 'it is the kernel that answers')
class Fragments(unittest.TestCase):
    """A client without path MTU discovery, behind a narrower link."""

    def test_p9_request_in_fragments(self):
        server, router, client = [Namespace() for _ in range(3)]
        state = State(RULES)
        self.addCleanup(state.remove)
        near = Pair(server, 'srv0', router, 'narrow')
        keep = near.receive()
        self.addCleanup(os.close, keep)
        Pair(client, 'cli0', router, 'wide')
        router.sysctl(ipv4__ip_forward=1)
        server.address('srv0', '10.78.1.1/24')
        router.address('narrow', '10.78.1.2/24')
        router.address('wide', '10.78.2.2/24')
        client.address('cli0', '10.78.2.1/24')
        server.run('ip', 'route', 'add', 'default', 'via', '10.78.1.2')
        client.run('ip', 'route', 'add', 'default', 'via', '10.78.2.2')
        router.run('ip', 'link', 'set', 'narrow', 'mtu', '600')
        for space, link in ((client, 'cli0'), (router, 'wide'),
                            (router, 'narrow')):
            for name in ('tx', 'tso', 'gso', 'gro'):
                space.run('ethtool', '-K', link, name, 'off', check=False)
        self.addCleanup(Listener(server, 80).close)
        fast = Fast(server, state)
        self.addCleanup(fast.end)
        fast.attach()
        request = get('/' + 'x' * 1370, 'no.example')
        for i in range(5):
            with client, socket.socket() as sock:
                sock.settimeout(LIMIT)
                # IP_MTU_DISCOVER, IP_PMTUDISC_DONT
                sock.setsockopt(socket.IPPROTO_IP, 10, 0)
                sock.connect(('10.78.1.1', 80))
                sock.sendall(request)
                with sock.makefile('rb') as file:
                    self.assertIn(b' 200 ', file.readline())
        counted = fast.read()
        self.assertEqual(counted['pass_syn_fragments'], 5)
        self.assertGreaterEqual(counted['pass_fragment'], 10)
        self.assertEqual(counted['cookie_sent'], 0)

    def test_p9_flood(self):
        """Beyond a rate it is a cookie: nothing is filled."""
        whole = Whole(self.addCleanup)
        with RawClient(whole.net, V4) as raw:
            raw.fragment = 0
            for port in range(20000, 20600):
                raw.sport = port
                raw.put(flags=SYN, ack=0)
            counted = whole.fast.read()
        self.assertEqual(counted['pass_syn_fragments'] +
                         counted['cookie_sent'], 600)
        # 128 at once, and 4 a second.
        self.assertGreaterEqual(counted['pass_syn_fragments'], 128)
        self.assertLess(counted['pass_syn_fragments'], 300)
        before = whole.fast.read()
        with socket.create_connection((SERVER[V4], 80), LIMIT):
            pass  # that has DF
        counted = netns.difference(before, whole.fast.read())
        self.assertEqual(counted['cookie_sent'], 1)


class Merged(Connected):
    """Generic mode, in which requests come as large as their senders' devices
    allow, or as GRO makes them."""
    rules = RULES
    attach = ('--mode', 'generic')

    def test_p18_request_of_two_frames(self):
        """It is handed over: an answer in its place would be marked as one of
        several frames."""
        for family in (V4, V6):
            request = get('/x', 'old.example', 'Connection: close',
                          'X: ' + 'y' * 1700)
            got = self.all(request, family)
            self.assertIn(b'Location: https://new.example/x\r\n', got)
            self.assert_counted(hand_merged=1, assigned=1, get_301=0)

    def test_p18_request_of_one_frame(self):
        for family in (V4, V6):
            got = self.all(get('/x', 'old.example', 'Connection: close'),
                           family)
            self.assertIn(b'Location: https://new.example/x\r\n', got)
            self.assert_counted(hand_merged=0, assigned=0, get_301=1)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
