#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A request whose lookup takes too long in the fast path is the listener's,
which answers it by the same rules."""

import unittest

import netns
from netns import V4, V6, Connected
from serving import get

DEEP = '.'.join('x' * 126)


def setUpModule():
    netns.private_bpffs()


def wildcards(depths):
    """Those of so many parents, each with prefixes of 14 lengths that begin as
    the path does."""
    return ''.join(f'*.{DEEP[:2 * depth - 1]}/{"p" * length}q* '
                   'https://n.example/ 301\n'
                   for depth in range(1, depths + 1) for length in range(14))


class Cost(Connected):
    rules = wildcards(125) + '*/p* https://new.example/p* 302\n'

    def ask(self, host):
        for family in (V4, V6):
            yield self.all(get('/' + 'p' * 20, host, 'Connection: close'),
                           family)

    def test_too_long(self):
        for got in self.ask('y.' + DEEP):
            self.assertIn(b' 302 ', got)
            self.assertIn(b'\r\nLocation: https://new.example/' + b'p' * 20 +
                          b'\r\n', got)
            self.assert_counted(hand_cost=1, assigned=1, get_302=0)

    def test_others_are_answered(self):
        for got in self.ask('y.' + DEEP[:9]):
            self.assertIn(b' 302 ', got)
            self.assert_counted(hand_cost=0, assigned=0, get_302=1)


if __name__ == '__main__':
    unittest.main()
