# SPDX-License-Identifier: BSD-2-Clause
"""What the figures are to show: each goal with what was measured."""

from detour import PAIRS
from loading import IMPORT, START
from rounds import ratios
from rules import short
from table import between
from variant import IPV6 as OVER_IPV6, UNIFORM, name_of

LETTERS = {'new': '(a)', 'keep': '(b)', 'pipeline': '(c)', 'flood': '(h)'}
LARGE = 10 ** 6  # rules from which on there are many
# How often the other build's CPU time is to be this one's where the fast path
# answers: with few rules, with many.
PAIR_FEW, PAIR_MANY = 1.25, 1.4
BOUNCE_FEW, BOUNCE_MANY = 2, 2.5  # times the bounce's CPU time, at most
NGINX = {'new': 2, 'keep': 2, 'pipeline': 8}
HAPROXY = {'new': 1.25, 'keep': 1.5, 'pipeline': 4}
# Times the CPU time with the least rules, at most.
FLAT = {('new', 'fast'): 1.25, ('new', 'serve'): 1 / 0.9,
        ('keep', 'serve'): 1 / 0.9, ('pipeline', 'serve'): 1.15}
FLAT_LARGEST = 1.2  # ... of the largest rule set, times that with many
IPV6 = 1.15         # times IPv4's
SETTLED = 1.25      # memory, times the map's size


class Goals:
    """Collects lines; what was not measured makes none."""

    def __init__(self, results, ends, behind):
        self.results, self.behind = results, behind
        self.large, self.small = max(ends), min(ends)
        self.lines = []

    def add(self, what, reached, figure, goal):
        word = 'reached' if reached else 'not reached'
        self.lines.append({'what': what, 'reached': bool(reached),
                           'figure': figure, 'goal': goal,
                           'text': f'{word}: {what}: {figure} (goal: {goal})'})

    def result(self, work, key, size):
        found = self.results.get(work, {}).get(f'{key}-{short(size)}')
        return found if found and not found.wrong else None

    def times(self, work, key, other, size, least):
        """How often the other's CPU time for a request is this one's."""
        one, two = (self.result(work, name, size) for name in (key, other))
        if one and two:
            found = ratios(one, two)
            self.add(f'{LETTERS[work]} {key} against {other}, {short(size)} '
                     'rules, CPU', found.median >= least,
                     f'{between(found)} times', f'{least} times')

    def pair(self, work, key, size):
        """The fast path: so much cheaper than the other build; `serve`: not
        clearly dearer, which it is where it is in three quarters of the
        rounds."""
        one, two = (self.result(work, name, size)
                    for name in (key, PAIRS[key]))
        if one and two:
            found = ratios(one, two)
            least = PAIR_MANY if size >= LARGE else PAIR_FEW
            fast = key == 'fast'
            self.add(f'{LETTERS[work]} {key} against the other build, '
                     f'{short(size)} rules, CPU',
                     found.median >= least if fast else found.high >= 1,
                     f'{between(found)} times',
                     f'{least} times' if fast else 'no dearer')

    def bounce(self, size):
        one, two = self.result('new', 'fast', size), next(
            (one for one in self.results.get('new', {}).values()
             if one.key == 'bounce' and not one.wrong), None)
        if one and two:
            found = ratios(two, one)
            most = BOUNCE_MANY if size >= LARGE else BOUNCE_FEW
            self.add(f'(a) fast by the bounce, {short(size)} rules, CPU',
                     found.median <= most, f'{between(found)} times',
                     f'at most {most} times')

    def flat(self, work, key, few, many, most):
        """Requests for about the same CPU time, with more rules."""
        small, large = (self.result(work, key, size) for size in (few, many))
        if small and large and small is not large:
            found = ratios(small, large)
            self.add(f'{LETTERS[work]} {key}, {short(many)} rules by '
                     f'{short(few)}, CPU', found.median <= most,
                     f'{between(found)} times', f'at most {most:.2f} times')

    def load(self):
        ends = dict.fromkeys((self.small, self.large))
        self.times('new', 'fast', 'nginx', self.large, 40)
        for other, goals in (('nginx', NGINX), ('haproxy', HAPROXY)):
            for work, least in goals.items():
                for size in ends:
                    self.times(work, 'serve', other, size, least)
        for work in LETTERS:
            for key in PAIRS:
                for size in ends:
                    self.pair(work, key, size)
        for size in ends:
            self.bounce(size)
        for (work, key), most in FLAT.items():
            self.flat(work, key, self.small, self.large, most)

    def picture(self):
        """... and what is measured for the picture alone."""
        for size in sorted({one.rules for one in
                            self.results.get('new', {}).values()}):
            if size > self.large:
                for key in ('fast', 'serve'):
                    self.flat('new', key, self.large, size, FLAT_LARGEST)

    def ways(self):
        told = self.results.get('ways', {})
        for key in ('fast', 'serve'):
            for size in dict.fromkeys((self.small, self.large)):
                plain, one = (told.get(name_of(key, short(size), way))
                              for way in (UNIFORM, OVER_IPV6))
                if plain and one and not (plain.wrong or one.wrong):
                    found = ratios(plain, one)
                    self.add(f'(i) {key} over IPv6 by IPv4, {short(size)} '
                             'rules, CPU', found.median <= IPV6,
                             f'{between(found)} times', f'at most {IPV6} times')

    def settled(self):
        told = self.results.get('settled')
        if told:
            self.add(f'(k) memory of serve and fast, {short(self.large)} '
                     'rules, by the map', told['ratio'] <= SETTLED,
                     f'{told["ratio"]:.2f} times', f'at most {SETTLED} times')

    def latency(self):
        nginx = self.result('latency', 'nginx', self.large)
        for key in ('serve', 'fast'):
            one = self.result('latency', key, self.large)
            if one and nginx:
                mine, theirs = (result.latency['p99'].median
                                for result in (one, nginx))
                self.add(f'(g) p99 of {key}', mine <= theirs, f'{mine:.0f} us',
                         f'nginx: {theirs:.0f} us')

    def memory(self):
        told = {name: sum(parts.values()) / 1e6
                for name, parts in self.results.get('memory', {}).items()}
        nginx = told.get(f'nginx-{short(self.large)}')
        for key in ('serve', 'fast'):
            mine = told.get(f'{key}-{short(self.large)}')
            if nginx and mine:
                self.add(f'(f) memory of {key}, {short(self.large)} rules',
                         mine < nginx / 2, f'{mine:.0f} MB',
                         f'under half of nginx: {nginx / 2:.0f} MB')

    def loading(self):
        told = self.results.get('load', {})
        mine, theirs = told.get(IMPORT), told.get(START['haproxy'])
        if mine and theirs:
            self.add(f'(d) loading {short(self.large)} rules by import',
                     mine.median < theirs.median, f'{mine.median:.2f} s',
                     f'faster than HAProxy: {theirs.median:.2f} s')

    def change(self):
        for key in ('serve', 'fast'):
            took = self.results.get('change', {}).get(
                f'{key}-{short(self.large)}')
            if took:
                self.add(f'(e) a changed rule, {key}, {short(self.large)} '
                         'rules', took.median < 0.05,
                         f'{took.median * 1000:.1f} ms', 'under 50 ms')

    def all(self):
        for part in (self.load, self.picture, self.ways, self.latency,
                     self.memory, self.settled, self.loading, self.change):
            part()
        self.add('left behind', not self.behind,
                 ', '.join(self.behind) or 'nothing', 'nothing')
        return self.lines
