#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prefixes of addresses: all of them are this host's by one local route, and
the fast path answers on each."""

import socket
import unittest

import netns
from netns import SERVER, V4, V6, Connected, command
from rawtcp import SYN, RawClient

OURS = ('192.0.2.1', '192.0.2.255', '192.0.2.0', '198.51.100.129',
        '2001:db8:5::1', '2001:db8:5:0:ffff::1')
OTHERS = ('192.0.3.1', '198.51.100.127', '2001:db8:6::1', SERVER[V4],
          SERVER[V6])


def setUpModule():
    netns.private_bpffs()


def curl(address, path):
    host = f'[{address}]' if ':' in address else address
    return command('curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}',
                   '-m', '20', f'http://{host}{path}', '-H',
                   'Host: old.example')


class Prefix(Connected):
    attach = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for family, routes in ((V4, ('192.0.2.0/23', '198.51.100.0/24')),
                               (V6, ('2001:db8:4::/46',))):
            for route in routes:
                cls.net.server.run('ip', 'route', 'add', 'local', route, 'dev',
                                   'lo')
                cls.net.client.run('ip', 'route', 'add', route, 'via',
                                   SERVER[family])
        if cls.fast:
            cls.fast.attach('--address', '192.0.2.0/24,198.51.100.128/25,'
                            '2001:db8:5::/64,10.78.0.0/16')

    def test_p20_ours(self):
        for address in OURS:
            with self.subTest(address):
                self.assertEqual(curl(address, '/a'), '301')
                self.assert_counted(get_301=1)
                self.assertEqual(curl(address, '/pass/'), '404')
                self.assert_counted(hand_pass=1, assigned=1)

    def test_p20_others(self):
        """What is local beside them is the kernel's."""
        for address in OTHERS:
            with self.subTest(address):
                self.assertEqual(curl(address, '/a'), '301')
                self.assert_counted(get_301=0, cookie_sent=0)

    def test_p20_sources(self):
        """None of ours is a client's; of a prefix that has others', some
        are."""
        rows = [(V6 if ':' in address else V4, address, 1)
                for address in (*OURS, '10.77.0.255')]
        rows += (V4, '10.78.0.9', 0), (V4, '192.0.3.1', 0)
        for family, address, martian in rows:
            with self.subTest(address), RawClient(self.net, family) as raw:
                raw.peer = socket.inet_pton(
                    family, '192.0.2.7' if family == V4 else '2001:db8:5::7')
                raw.local = socket.inet_pton(family, address)
                raw.put(flags=SYN, ack=0)
                raw.ended = True
            self.assert_counted(pass_address=martian, cookie_sent=1 - martian)

    def test_p20_in_turn(self):
        """No address is taken for the one before."""
        for ours, other in zip(OURS, OTHERS):
            for address, number in (ours, 1), (other, 0), (ours, 1):
                self.assertEqual(curl(address, '/a'), '301')
                self.assert_counted(get_301=number)


if __name__ == '__main__':
    unittest.main()
