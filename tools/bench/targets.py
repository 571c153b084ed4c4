# SPDX-License-Identifier: BSD-2-Clause
"""What the figures are to show: each goal with what was measured."""

from detour import PAIRS
from loading import IMPORT, START
from rounds import ratios
from rules import short

LETTERS = {'new': '(a)', 'keep': '(b)', 'pipeline': '(c)', 'flood': '(h)'}
LINE = 1 / 0.9  # a goal of "at most 10% below": so much CPU time more


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
            ratio = ratios(one, two).median
            self.add(f'{LETTERS[work]} {key} against {other}, {short(size)} '
                     'rules, CPU', ratio >= least, f'{ratio:.2f} times',
                     f'{least} times')

    def pair(self, work, key, size):
        """Not clearly dearer than the other build: in a quarter of the rounds
        at least it is not."""
        one, two = (self.result(work, name, size)
                    for name in (key, PAIRS[key]))
        if one and two:
            found = ratios(one, two)
            self.add(f'{LETTERS[work]} {key} against the other build, '
                     f'{short(size)} rules, CPU', found.high >= 1,
                     f'{found.median:.2f} times', 'no dearer')

    def flat(self, work, key, size):
        """Requests for the same CPU time, with more rules."""
        small, large = (self.result(work, key, number)
                        for number in (self.small, size))
        if small and large and small is not large:
            ratio = small.cpu.median / large.cpu.median
            self.add(f'{LETTERS[work]} {key}, {short(size)} rules for '
                     f'{short(self.small)}', ratio * LINE >= 1,
                     f'{ratio:.2f} of its requests', '0.9')

    def load(self):
        self.times('new', 'fast', 'nginx', self.large, 40)
        for work, least in (('new', 1.25), ('keep', 1.5), ('pipeline', 4)):
            for other in ('nginx', 'haproxy'):
                for size in dict.fromkeys((self.small, self.large)):
                    self.times(work, 'serve', other, size, least)
        for work in LETTERS:
            for key in PAIRS:
                for size in dict.fromkeys((self.small, self.large)):
                    self.pair(work, key, size)
        for work, key in (('new', 'fast'), ('new', 'serve'), ('keep', 'serve'),
                          ('pipeline', 'serve')):
            self.flat(work, key, self.large)

    def picture(self):
        """... and what is measured for the picture alone."""
        for size in sorted({one.rules for one in
                            self.results.get('new', {}).values()}):
            if size > self.large:
                self.flat('new', 'fast', size)
                self.flat('new', 'serve', size)

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
        for part in (self.load, self.picture, self.latency, self.memory,
                     self.loading, self.change):
            part()
        self.add('left behind', not self.behind,
                 ', '.join(self.behind) or 'nothing', 'nothing')
        return self.lines
