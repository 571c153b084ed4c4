# SPDX-License-Identifier: BSD-2-Clause
"""One run: all work, in an order in which none disturbs the next."""

import change
import loading
from process import Failed
from rounds import say
from work import Work

MAIN = ('fast', 'serve', 'nginx', 'haproxy')


class Run:
    WORK = ('new', 'keep', 'pipeline', 'cross', 'flood', 'latency', 'memory',
            'change', 'load')

    def __init__(self, site, field, args):
        for name in args.work:
            if name not in self.WORK:
                raise Failed(f'{name}: no work; there is '
                             f'{", ".join(self.WORK)}')
        self.site, self.field, self.args = site, field, args
        self.work = Work(site, args.rounds, args.seconds, args.wrk)
        self.results, self.rate = {}, None
        # The sizes that all work is done at; the others are for the picture.
        wanted = [size for size in field.sizes if size in (1000, 10 ** 6)]
        self.ends = wanted or field.sizes
        self.large = max(self.ends)
        self.kinds = {one.key: type(one) for one in field.of()}.values()
        self.titles = {one.name: one.title for one in field.of()}

    def all(self):
        for name in self.WORK:
            if name in self.args.work:
                say(f'== {name}')
                result = getattr(self, name)()
                if result:
                    self.results[name] = result

    def new(self):
        return self.work.new(self.field.of())

    def keep(self):
        return self.work.keep(self.field.of(*self.ends, once=False))

    def pipeline(self):
        return self.work.pipeline(self.field.of(*self.ends, once=False))

    def cross(self):
        return self.work.cross(self.field.of(
            self.field.sizes[0], keys=('serve', 'nginx')))

    def flood(self):
        return self.work.flood(self.main('bounce'))

    def main(self, *more):
        """The four that take any rules, with the most that all work is done
        at."""
        return (self.field.of(self.large, keys=MAIN) +
                self.field.of(keys=more))

    def latency(self):
        """At half of what the slowest of them did."""
        field = self.main('bounce')
        done = self.results.get('new') or self.work.new(field)
        rates = [done[one.name].rate.median for one in field
                 if not done[one.name].wrong]
        if rates:
            self.rate = min(rates) / 2
            return self.work.latency(field, self.rate)
        return None

    def memory(self):
        return {one.name: one.memory() for one in self.main()}

    def change(self):
        return change.change(self.main(), 3 if self.args.quick else 7)

    def load(self):
        return loading.loading(self.site, self.field.rules[self.large],
                               1 if self.args.quick else 3)
