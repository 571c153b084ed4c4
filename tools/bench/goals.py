# SPDX-License-Identifier: BSD-2-Clause
"""What the figures are to show: each goal with what was measured."""

from rules import short


class Goals:
    """Collects lines; what was not measured makes none."""

    def __init__(self, results, sizes):
        self.results, self.sizes = results, sizes
        self.large, self.small = max(sizes), min(sizes)
        self.lines = []

    def add(self, what, reached, figure, goal):
        word = 'reached' if reached else 'not reached'
        self.lines.append({'what': what, 'reached': bool(reached),
                           'figure': figure, 'goal': goal})
        self.lines[-1]['text'] = f'{word}: {what}: {figure} (goal: {goal})'

    def result(self, work, key, size):
        found = self.results.get(work, {}).get(f'{key}-{short(size)}')
        return found if found and not found.wrong else None

    def times(self, work, key, other, size, least):
        """How often the other's CPU time for a request is this one's."""
        one, two = (self.result(work, name, size) for name in (key, other))
        if one and two:
            ratio = two.cpu.median / one.cpu.median
            self.add(f'({work}) {key} against {other}, {short(size)} rules, '
                     'CPU', ratio >= least, f'{ratio:.2f} times',
                     f'{least} times')

    def flat(self, work, key):
        small, large = (self.result(work, key, size)
                        for size in (self.small, self.large))
        if small and large and self.small < self.large:
            ratio = small.cpu.median / large.cpu.median
            self.add(f'({work}) {key}, {short(self.large)} rules against '
                     f'{short(self.small)}, requests for the same CPU time',
                     ratio >= 0.9, f'{ratio:.2f} times', '0.9 times')

    def load(self):
        self.times('new', 'fast', 'nginx', self.large, 40)
        for work, least in (('new', 1.25), ('keep', 1.5), ('pipeline', 4)):
            for other in ('nginx', 'haproxy'):
                for size in dict.fromkeys((self.small, self.large)):
                    self.times(work, 'serve', other, size, least)
        for work, key in (('new', 'fast'), ('new', 'serve'), ('keep', 'serve'),
                          ('pipeline', 'serve')):
            self.flat(work, key)

    def latency(self):
        nginx = self.result('latency', 'nginx', self.large)
        for key in ('fast', 'serve'):
            one = self.result('latency', key, self.large)
            if one and nginx:
                mine, theirs = (result.latency['p99'].median
                                for result in (one, nginx))
                self.add(f'p99 of {key}', mine <= theirs, f'{mine:.0f} us',
                         f'nginx: {theirs:.0f} us')

    def memory(self):
        told = {name: sum(parts.values()) / 1e6
                for name, parts in self.results.get('memory', {}).items()}
        nginx = told.get(f'nginx-{short(self.large)}')
        for key in ('serve', 'fast'):
            mine = told.get(f'{key}-{short(self.large)}')
            if nginx and mine:
                self.add(f'memory of {key}, {short(self.large)} rules',
                         mine < nginx / 2, f'{mine:.0f} MB',
                         f'under half of nginx: {nginx / 2:.0f} MB')

    def loading(self):
        told = self.results.get('load')
        if told:
            mine, theirs = told['import'].median, told['haproxy'].median
            self.add('loading by import', mine < theirs, f'{mine:.2f} s',
                     f'faster than HAProxy: {theirs:.2f} s')

    def change(self):
        for key in ('serve', 'fast'):
            took = self.results.get('change', {}).get(
                f'{key}-{short(self.large)}')
            if took:
                self.add(f'a changed rule, {key}, {short(self.large)} rules',
                         took.median < 0.05, f'{took.median * 1000:.1f} ms',
                         'under 50 ms')

    def all(self):
        for part in (self.load, self.latency, self.memory, self.loading,
                     self.change):
            part()
        return self.lines
