# SPDX-License-Identifier: BSD-2-Clause
"""One run: all work, in an order in which none disturbs the next."""

import time

import change
import cores
import loading
import settled
from process import Failed
from rounds import Rounds, say
from variant import ways
from workloads import Work

MAIN = ('fast', 'fast-other', 'serve', 'serve-other', 'nginx', 'haproxy')
OURS = ('fast', 'fast-other', 'serve', 'serve-other')
# Times that (d) and (e) are done; nginx's way of (e) takes as long as (d).
LOADS, CHANGES, RELOADS = 3, 7, 3
QUICK_LOADS, QUICK_CHANGES, QUICK_RELOADS = 1, 3, 1


class Run:
    # (d) ends contenders, so it is last.
    WORK = ('new', 'keep', 'pipeline', 'ways', 'cores', 'cross', 'flood',
            'latency', 'memory', 'change', 'settled', 'load')

    def __init__(self, site, field, args):
        self.site, self.field, self.args = site, field, args
        self.work = Work(site, Rounds(args.rounds, args.others), args.seconds,
                         args.wrk)
        self.results, self.failed, self.rate = {}, {}, None
        # The sizes that all work is done at; the others are for the picture.
        wanted = [size for size in field.sizes if size in (1000, 10 ** 6)]
        self.ends = wanted or field.sizes
        self.large = max(self.ends)
        self.mains = self.main()
        self.backlogs = {one.title: one.backlog for one in field.of()}
        self.clients = {one.title: one.clients for one in field.of()}

    def all(self):
        """Do what was asked for; what does not work is told at the end."""
        began = time.monotonic()
        for name in self.WORK:
            if name in self.args.work:
                say(f'== {name} ({time.monotonic() - began:.0f} s)')
                try:
                    result = getattr(self, name)()
                except (Failed, OSError) as error:
                    self.failed[name] = str(error)
                    say(f'{name}: {error}')
                    continue
                if result:
                    self.results[name] = result

    def new(self):
        return self.work.new(self.field.of())

    def keep(self):
        return self.work.keep(self.field.of(*self.ends, once=False))

    def pipeline(self):
        return self.work.pipeline(self.field.of(*self.ends, once=False))

    def ways(self):
        return self.work.ways(ways(self.field.of(*self.ends, keys=OURS),
                                   self.large))

    def cores(self):
        return self.field.of(keys=('fast',)) and cores.both(
            self.site, self.ends, self.args.rounds)

    def cross(self):
        return self.work.cross(self.field.of(
            self.field.sizes[0], keys=('serve', 'nginx')))

    def flood(self):
        return self.work.flood(self.main('bounce'))

    def main(self, *more):
        """Those that take any rules, with the most that all work is done
        at."""
        return (self.field.of(self.large, keys=MAIN) +
                self.field.of(keys=more))

    def right(self):
        return [one for one in self.mains if not one.wrong]

    def latency(self):
        """At half of what the slowest of them did."""
        field = self.main('bounce')
        done = self.results.get('new') or self.work.new(field)
        rates = [done[one.name].rate.median for one in field if not one.wrong]
        if not rates:
            return None
        self.rate = min(rates) / 2
        return self.work.latency(field, self.rate)

    def memory(self):
        return {one.name: one.memory() for one in self.right()}

    def change(self):
        numbers = ((QUICK_CHANGES, QUICK_RELOADS) if self.args.quick
                   else (CHANGES, RELOADS))
        return change.change(self.right(), *numbers)

    def settled(self):
        return self.field.of(keys=('fast',)) and settled.settled(
            self.site, self.field.rules[self.large], self.args.quick)

    def load(self):
        right = [one for one in self.right() if one.key in loading.START]
        return right and loading.loading(
            self.site, right, QUICK_LOADS if self.args.quick else LOADS)
