# SPDX-License-Identifier: BSD-2-Clause
"""Rule sets, the same for all contenders, and the requests they answer."""

import os
import random
import subprocess

from process import Failed, run

ASKED = 1 << 18  # the most requests of a set that are drawn from
LIMIT_TARGET = 'https://limit.example/'  # of bench_edge.bpf.c


class Rules:
    """count pages over up to 10,000 hosts (tools/rulegen.h)."""

    def __init__(self, count, tools, place):
        self.count, self.name = count, short(count)
        self.tools = tools
        self.asked = f'{place}/{self.name}.requests'
        self.constant = f'{place}/{self.name}.constant'
        self.skewed = f'{place}/{self.name}.skewed'
        self.hot = f'{place}/{self.name}.hot'
        self.listed = f'{place}/{self.name}.csv'
        self.write_requests()

    def generate(self, kind):
        return [f'{self.tools}/gen_rules', str(self.count), kind, 'shuffled',
                'pages']

    def lines(self, limit=None):
        """(host, path, target) of each rule."""
        with subprocess.Popen(self.generate('requests'), text=True,
                              stdout=subprocess.PIPE) as made:
            for number, line in enumerate(made.stdout):
                if number == limit:
                    made.terminate()
                    return
                host, path, _, target = line.rstrip('\n').split('\t')
                yield host, path, target
        if made.returncode:
            raise Failed(f'gen_rules {self.count}: exit {made.returncode}')

    def write_requests(self):
        lines = list(self.lines(ASKED))
        random.Random(1).shuffle(lines)
        self.sample = lines[:4096]
        write_requests(self.asked, lines)
        write_requests(self.constant, [(host, path, LIMIT_TARGET) for
                                       host, path, _ in lines[:65536]])
        write_requests(self.skewed, skewed(lines))
        write_requests(self.hot, lines[:1])

    def csv(self):
        """The rules as `detour import` reads them: the file's name."""
        with open(self.listed, 'w', encoding='ascii') as out:
            run(*self.generate('csv'), stdout=out)
        return self.listed

    def remove(self):
        for path in (self.asked, self.constant, self.skewed, self.hot,
                     self.listed):
            if os.path.exists(path):
                os.remove(path)

    def table(self, path, form):
        """Write form.format(host, path, target) for each rule."""
        with open(path, 'w', encoding='ascii') as out:
            out.writelines(form.format(*line) for line in self.lines())


def write_requests(path, lines):
    with open(path, 'w', encoding='ascii') as out:
        out.writelines(f'{host}\t{path}\t301\t{target}\n'
                       for host, path, target in lines)


def skewed(lines):
    """As many of them, by Zipf's law: the r-th is there 1/r times as often as
    the first."""
    draw, count = random.Random(2), len(lines)
    return [lines[int((count + 1) ** draw.random()) - 1] for _ in lines]


def short(count):
    for size, unit in ((10 ** 6, 'M'), (10 ** 3, 'k')):
        if count >= size and count % size == 0:
            return f'{count // size}{unit}'
    return str(count)
