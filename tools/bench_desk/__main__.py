# SPDX-License-Identifier: BSD-2-Clause
"""python3 tools/bench_desk BUILD [--against DETOUR] [--long]: what checks cost.

Times import of 1,000,000 rules, which checks them, and check alone; with
--against also the import of another build, in turn with this one's; with --long
10,000,000 rules beside 1,000,000. Medians of user and system time, since others
may use the machine, and ratios."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 3
MANY = 1000000


def run(args, out=subprocess.DEVNULL):
    """(seconds of the processor, peak memory in MiB)"""
    child = subprocess.Popen(args, stdout=out, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit('%s: exit %d' % (' '.join(args), child.returncode))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def own_rules(path, count):
    """Rules that lead to hosts that have rules: each is followed."""
    with open(path, 'w', encoding='ascii') as file:
        for i in range(count):
            host = 'h%d.example' % (i // 100)
            file.write('%s/old/page-%d https://%s/new/page-%d 301\n' % (
                host, i, host, i))


def generated(build, *args):
    def make(path, count):
        with open(path, 'wb') as file:
            run([build + '/bin/gen_rules', str(count), 'rules', *args], file)
    return make


class Bench:
    def __init__(self, options, folder):
        self.detour = options.build + '/detour'
        self.against = options.against
        self.folder = folder

    def imported(self, detour, path):
        state = os.path.join(self.folder, 'state')
        shutil.rmtree(state, True)
        return run([detour, '--state', state, 'import', path])

    def measure(self, path, rounds):
        """Medians of what is measured in turn, and the most memory."""
        ways = {'import': lambda: self.imported(self.detour, path),
                'check': lambda: run([self.detour, 'check', path])}
        if self.against:
            ways['against'] = lambda: self.imported(self.against, path)
        times = {way: [] for way in ways}
        memory = {way: 0 for way in ways}
        for _ in range(rounds):
            for way, measure in ways.items():
                seconds, peak = measure()
                times[way].append(seconds)
                memory[way] = max(memory[way], peak)
        return {way: statistics.median(times[way]) for way in ways}, memory

    def show(self, name, count, make, rounds=ROUNDS):
        path = os.path.join(self.folder, 'rules')
        make(path, count)
        times, memory = self.measure(path, rounds)
        print('%-8s %9d rules' % (name, count), end='')
        for way, seconds in times.items():
            print('  %s %.2f s %.0f MiB' % (way, seconds, memory[way]), end='')
        if self.against:
            print('  import/against %.2f' % (
                times['import'] / times['against']), end='')
        print(flush=True)
        return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('--against')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--rules', type=int, default=MANY)
    options = parser.parse_args()
    sets = {'pages': generated(options.build, 'sorted', 'pages'),
            'mixed': generated(options.build, 'shuffled', 'mixed'),
            'own': own_rules}
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        bench = Bench(options, folder)
        for name, make in sets.items():
            one = bench.show(name, options.rules, make)
            if not options.long:
                continue
            ten = bench.show(name, 10 * options.rules, make, 1)
            print('%-8s 10 times the rules:' % name, '  '.join(
                '%s %.1f' % (way, ten[way] / one[way]) for way in one),
                  flush=True)


main()
