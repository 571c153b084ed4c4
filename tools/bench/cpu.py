# SPDX-License-Identifier: BSD-2-Clause
"""How busy a core is: all of it, interrupts included, and by whom."""

import os
import threading
import time

import process

PAUSE = 0.05  # seconds between looks; /proc/stat counts in 0.01
QUIET = 0.05  # share of a core that others take where nothing else runs


class Watch:
    """Looks at a core, and at how long some threads ran, until it is left."""

    def __init__(self, core, pids):
        self.core, self.pids = core, pids
        self.ended = threading.Event()
        self.looks = []
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.look()
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.ended.set()
        self.thread.join()
        self.look()

    def work(self):
        while not self.ended.wait(PAUSE):
            self.look()

    def look(self):
        with open('/proc/stat', encoding='ascii') as file:
            for line in file:
                if line.startswith(f'cpu{self.core} '):
                    break
        now = time.monotonic()
        numbers = [int(word) for word in line.split()[1:9]]
        # user nice system idle iowait irq softirq steal
        spare = (numbers[3] + numbers[4] + numbers[7]) / os.sysconf(
            'SC_CLK_TCK')
        self.looks.append((now, spare, process.ran(self.pids) / 1e9))

    def shares(self, start, end):
        """Of the time between two moments, what the core was busy, and what
        the threads ran."""
        looks = [look for look in self.looks if start <= look[0] <= end]
        if len(looks) < 2:
            looks = self.looks
        first, last = looks[0], looks[-1]
        wall = last[0] - first[0]
        return (1 - (last[1] - first[1]) / wall, (last[2] - first[2]) / wall)
