# SPDX-License-Identifier: BSD-2-Clause
"""Work under load: what a contender is asked, and how."""

import time

import process
from load import xdp_load
from network import Namespace
from ordinary import h2load, wrk
from rounds import alternate

FLOOD = 100000  # SYNs a second


class Work:
    """The rounds of one run."""

    def __init__(self, site, rounds, seconds, by_wrk=False):
        self.site, self.number, self.by_wrk = site, rounds, by_wrk
        self.seconds, self.warm = seconds, seconds / 4

    def new(self, contenders):
        """(a) One redirect for each new connection."""
        return alternate('new connections', contenders, self.connections,
                         self.number)

    def connections(self, one):
        if self.by_wrk:
            return wrk(one, self.seconds, close=True)
        return xdp_load(one, self.seconds, self.warm)

    def keep(self, contenders):
        """(b) Many requests on a connection."""
        return alternate('keep-alive', contenders, lambda one: wrk(
            one, self.seconds) if self.by_wrk else xdp_load(
                one, self.seconds, self.warm, keep=True), self.number)

    def pipeline(self, contenders):
        """(c) 16 requests at a time."""
        return alternate('pipelined by 16', contenders, lambda one: wrk(
            one, self.seconds, batch=16), self.number)

    def cross(self, contenders):
        """(a) and (b) once more, by ordinary clients."""
        clients = {
            'wrk, new': lambda one: wrk(one, self.seconds, close=True),
            'wrk, keep-alive': lambda one: wrk(one, self.seconds),
            'h2load, keep-alive': lambda one: h2load(one, self.seconds),
        }
        return {name: alternate(name, contenders, measure,
                                max(1, self.number // 2))
                for name, measure in clients.items()}

    def latency(self, contenders, rate):
        """(g) New connections at a rate that all can serve."""
        return alternate(f'latency at {rate:,.0f}/s', contenders,
                         lambda one: xdp_load(one, 2 * self.seconds, self.warm,
                                              rate=rate), self.number)

    def flood(self, contenders):
        """(h) As (a), while SYNs come from addresses that do not answer."""
        space = Namespace()
        for one in contenders:
            one.open_flood(space)
        try:
            return alternate('under a flood', contenders, self.flooded,
                             self.number)
        finally:
            for one in contenders:
                one.close_flood()
            space.close()

    def flooded(self, one):
        line = one.flood_line
        lasts = self.warm + self.seconds + 1.5
        flood = process.start(
            [f'{self.site.build}/tests/flood', line.client.name,
             line.server.mac, one.address, '80', str(lasts), str(FLOOD)],
            line.client.space, self.site.cores.client,
            stdout=process.subprocess.PIPE, text=True)
        try:
            time.sleep(0.2)
            done = self.connections(one)
            done.flood = float(flood.communicate(timeout=20)[0].split()[1])
            return done
        finally:
            process.stop(flood)
