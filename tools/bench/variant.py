# SPDX-License-Identifier: BSD-2-Clause
"""Contenders that are asked in other ways than all rules alike over IPv4, on
the same network, so that the ways can be compared round by round."""

UNIFORM, SKEWED, HOT, IPV6 = 'all alike', "by Zipf's law", 'one', 'IPv6'


class Variant:
    """A contender, asked in one way."""

    def __init__(self, one, way):
        self.one, self.way = one, way
        self.name = f'{one.name}, {way}'
        self.wrong = one.wrong
        self.ipv6 = way == IPV6
        self.asked = {SKEWED: one.rules.skewed, HOT: one.rules.hot}.get(way)

    def __getattr__(self, name):
        return getattr(self.one, name)


def ways(contenders, large):
    """All ways with the most rules, else IPv6 beside IPv4."""
    return [Variant(one, way) for one in contenders
            for way in (UNIFORM, SKEWED, HOT, IPV6)
            if one.rules.count == large or way in (UNIFORM, IPV6)]


def name_of(key, size, way):
    """A result's."""
    return f'{key}-{size}, {way}'
