# SPDX-License-Identifier: BSD-2-Clause
"""Work under load: what a contender is asked, and how."""

import time

import process
from load import xdp_load
from network import Namespace
from wrk_clients import h2load, wrk
from rounds import Rounds

FLOOD = 100000  # SYNs a second
HOUR = '3600'


class Work:
    """The rounds of one run."""

    def __init__(self, site, rounds, seconds, by_wrk=False):
        self.site, self.rounds, self.by_wrk = site, rounds, by_wrk
        self.few = Rounds((rounds.number + 1) // 2, 1)
        self.seconds, self.warm = seconds, seconds / 4

    def new(self, contenders):
        """(a) One redirect for each new connection."""
        return self.rounds.alternate('new connections', contenders,
                                     self.connections)

    def ways(self, variants):
        """(i) As (a), in several ways."""
        return self.rounds.alternate('ways', variants, lambda one: xdp_load(
            one, self.seconds, self.warm))

    def connections(self, one):
        if self.by_wrk:
            return wrk(one, self.seconds, close=True)
        return xdp_load(one, self.seconds, self.warm)

    def keep(self, contenders):
        """(b) Many requests on a connection."""
        return self.rounds.alternate('keep-alive', contenders, lambda one: wrk(
            one, self.seconds) if self.by_wrk else xdp_load(
                one, self.seconds, self.warm, keep=True))

    def pipeline(self, contenders):
        """(c) 16 requests at a time."""
        return self.rounds.alternate('pipelined by 16', contenders,
                                     lambda one: wrk(one, self.seconds,
                                                     batch=16))

    def cross(self, contenders):
        """(a) and (b) once more, by ordinary clients."""
        clients = {
            'wrk, new': lambda one: wrk(one, self.seconds, close=True),
            'wrk, keep-alive': lambda one: wrk(one, self.seconds),
            'h2load, keep-alive': lambda one: h2load(one, self.seconds),
        }
        return {name: self.few.alternate(name, contenders, measure)
                for name, measure in clients.items()}

    def latency(self, contenders, rate):
        """(g) New connections at a rate that all can serve."""
        return self.rounds.alternate(
            f'latency at {rate:,.0f}/s', contenders,
            lambda one: xdp_load(one, 2 * self.seconds, self.warm, rate=rate))

    def flood(self, contenders):
        """(h) As (a), while SYNs come from addresses that do not answer."""
        space = Namespace()
        try:
            for one in contenders:
                one.open_flood(space)
            return self.few.alternate('under a flood', contenders,
                                      self.flooded)
        finally:
            for one in contenders:
                one.close_flood()
            space.close()

    def flooded(self, one):
        line = one.flood_line
        flood = process.start(
            [f'{self.site.tools}/flood', line.client.name,
             line.server.mac, one.address, '80', HOUR, str(FLOOD)],
            line.client.space, self.site.cores.client)
        begin, before = time.monotonic(), line.server.received()
        try:
            done = self.connections(one)
            done.flood = ((line.server.received() - before) /
                          (time.monotonic() - begin))
            return done
        finally:
            process.stop(flood)
