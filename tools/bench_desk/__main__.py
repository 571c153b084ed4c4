# SPDX-License-Identifier: BSD-2-Clause
"""python3 tools/bench_desk BUILD [--against DETOUR] [--quick] [--long]: what
it takes from a file in another format to live rules, checks included, and what
rehearse costs.

Times of 1,000,000 rules: import of each format and, in turn with it, of the same
rules by another build; check and export; nginx and HAProxy with the same
redirects. With --long 10,000,000 rules beside 1,000,000, and one changed rule;
with --quick 100,000 and 1,000,000. Then a whole new set as a draft, compared,
live, a rule changed at once, and taken back while serve runs. Then rehearse: a
log of a request for each rule, in random order, asked of two releases that differ
in each 100th rule. Medians; user and system time, since others may use the machine, but for reloads
and changes, whose time passes."""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from formats import EXPORTS, FORMATS, HOST
from logs import LOGS, log_write
from measure import run
from servers import SERVERS

ROUNDS = 3
MANY = 1000000


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
        self.against = options.against or self.detour
        self.folder = folder
        self.state = os.path.join(folder, 'state')
        self.rules = os.path.join(folder, 'rules')
        self.turn = 0

    def imported(self, detour, path, *options):
        shutil.rmtree(self.state, True)
        return run([detour, '--state', self.state, 'import', path, *options])

    def turns(self, rounds, **ways):
        """Medians of what is measured in turn, and the most memory."""
        got = {way: [] for way in ways}
        for _ in range(rounds):
            for way, measure in ways.items():
                got[way].append(measure())
        return {way: (statistics.median(one[0] for one in all_of),
                      max(one[1] for one in all_of))
                for way, all_of in got.items()}

    def same(self, path, *options):
        """The same rules as lines, which any build reads: without keys."""
        self.imported(self.detour, path, *options)
        with open(self.rules + '.all', 'wb') as out:
            run([self.detour, '--state', self.state, 'export'], out)
        with open(self.rules + '.all', encoding='ascii') as lines:
            with open(self.rules, 'w', encoding='ascii') as out:
                out.writelines(' '.join(line.split()[:3]) + '\n'
                               for line in lines)
        os.unlink(self.rules + '.all')

    def format(self, name, count, rounds):
        path = os.path.join(self.folder, 'file')
        options = '--format', name, *FORMATS[name].options
        FORMATS[name].write(path, count)
        self.same(path, *options)
        got = self.turns(
            rounds,
            ours=lambda: self.imported(self.detour, path, *options),
            theirs=lambda: self.imported(self.against, self.rules),
            check=lambda: run([self.detour, 'check', path, *options]))
        row(name, count, seconds(got['ours']), seconds(got['theirs']),
            ratio(got['ours'], got['theirs']), seconds(got['check']))
        return got

    def exports(self, count, rounds):
        """Of what is live."""
        for name in EXPORTS:
            got = self.turns(rounds, one=lambda name=name: run(
                [self.detour, '--state', self.state, 'export', '--partial',
                 '--format', name]))
            row(name, count, seconds(got['one']))

    def servers(self, count, rounds):
        for kind in SERVERS:
            with tempfile.TemporaryDirectory() as folder:
                server = kind(folder, count)
                try:
                    checked = self.turns(rounds, one=server.check)['one']
                    server.start()
                    row(server.name, count, seconds(checked),
                        '%.2f s' % server.reload())
                finally:
                    server.stop()

    def sized(self, name, make, counts):
        """Several sizes of a set, and one changed rule."""
        first = None
        for count in counts:
            make(self.rules, count)
            got = self.turns(
                ROUNDS if count <= MANY else 1,
                ours=lambda: self.imported(self.detour, self.rules),
                check=lambda: run([self.detour, 'check', self.rules]))
            first = first or got
            row(name, count, seconds(got['ours']), seconds(got['check']),
                ratio(got['ours'], first['ours']),
                ratio(got['check'], first['check']),
                '%.2f s' % self.changed())

    def changed(self):
        """The time that passes until another rule is live."""
        return statistics.median(self.changed_once() for _ in range(ROUNDS))

    def changed_once(self):
        self.turn += 1
        return self.live('set', HOST + '/changed',
                         'https://new.example/%d' % self.turn, '301')[0]

    def desk(self, *args):
        return run([self.detour, '--state', self.state, *args])

    def live(self, *args, behind=lambda: None):
        """The time until a command says that it is live, and what is done while
        it goes on behind that."""
        since = time.monotonic()
        with subprocess.Popen([self.detour, '--state', self.state, *args],
                              stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            took = time.monotonic() - since
            did = behind()
            process.stdout.read()
        if process.returncode:
            raise RuntimeError(args)
        return took, did

    def night(self, build, count):
        """A whole new set as a draft, live, and taken back, under serve."""
        generated(build, 'sorted', 'pages')(self.rules, count)
        with open(self.rules, encoding='ascii') as old, \
                open(self.rules + '.new', 'w', encoding='ascii') as new:
            new.writelines(line.replace('https://', 'https://n.')
                           for line in old)
        imported = self.imported(self.detour, self.rules)
        with subprocess.Popen([self.detour, '--state', self.state, 'serve',
                               '--listen', '127.0.0.1:0'],
                              stderr=subprocess.DEVNULL) as server:
            try:
                drafted = self.desk('import', '--draft', '--replace',
                                    '--large', self.rules + '.new')
                differs = self.desk('diff', '--stat', '1', 'draft')
                files = self.desk('diff', '--stat', self.rules,
                                  self.rules + '.new')
                cutover, fixed = self.live('cutover', '--large',
                                           behind=self.changed_once)
                back, _ = self.live('rollback', '1')
                again = self.changed_once()
                row('pages', count, seconds(imported), seconds(drafted),
                    ratio(differs, imported), ratio(files, imported),
                    '%.2f s' % cutover, '%.3f s' % fixed, '%.2f s' % back,
                    '%.3f s' % again, '%.3f s' % self.changed())
            finally:
                server.terminate()

    def one_host(self, count):
        """A rule that changes beside many of its host."""
        with open(self.rules, 'w', encoding='ascii') as file:
            file.writelines('%s/page-%d https://new.example/%d 301\n' % (
                HOST, i, i) for i in range(count))
        self.imported(self.detour, self.rules)
        row('one host', count, '', '', '', '', '', '', '', '',
            '%.3f s' % self.changed())

    def rehearse(self, build, count, rounds):
        """Each hundredth rule differs."""
        generated(build, 'sorted', 'pages')(self.rules, count)
        self.imported(self.detour, self.rules)
        with open(self.rules, encoding='ascii') as whole, \
                open(self.rules + '.new', 'w', encoding='ascii') as part:
            part.writelines(line.replace(' 301', ' 302')
                            for line in list(whole)[::100])
        run([self.detour, '--state', self.state, 'import', '--update',
             self.rules + '.new'])
        log = os.path.join(self.folder, 'log')
        for name in LOGS:
            log_write(build, log, count, name)
            got = self.turns(rounds, one=lambda: run(
                [self.detour, '--state', self.state, 'rehearse', '--from', '1',
                 '--to', 'live', log]))
            row(name, count, seconds(got['one']))


def seconds(got):
    return '%.2f s, %.0f MiB' % got


def ratio(ours, theirs):
    return '%.2f' % (ours[0] / theirs[0])


def heading(*cells):
    print('\n| ' + ' | '.join(cells) + ' |\n' + '|---' * len(cells) + '|',
          flush=True)


def row(name, count, *cells):
    print('| %s | %s | %s |' % (name, format(count, ','), ' | '.join(cells)),
          flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('--against')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--rules', type=int)
    parser.add_argument('--formats', default=','.join(FORMATS))
    options = parser.parse_args()
    many = options.rules or MANY // (10 if options.quick else 1)
    counts = [many, 10 * many] if options.long or options.quick else [many]
    rounds = 1 if options.quick else ROUNDS
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        bench = Bench(options, folder)
        theirs = 'import of the same rules' + (
            ' by AGAINST' if options.against else '')
        heading('format', 'rules', 'import to live', theirs, 'ratio', 'check')
        for name in options.formats.split(','):
            bench.format(name, many, rounds)
        heading('export', 'rules', 'takes')
        bench.exports(many, rounds)
        heading('server', 'redirects', 'check', 'reload, until it answers')
        bench.servers(many, rounds)
        heading('set', 'rules', 'import to live', 'check', 'import, ratio',
                'check, ratio', 'one changed rule')
        sets = {'pages': generated(options.build, 'sorted', 'pages'),
                'mixed': generated(options.build, 'shuffled', 'mixed'),
                'own': own_rules}
        for name, make in sets.items():
            bench.sized(name, make, counts)
        heading('set', 'rules', 'import to live', 'import --draft',
                'diff of release and draft / import',
                'diff of two files / import', 'cutover, until live',
                'a rule right behind it', 'rollback behind both, until live',
                'a rule right behind it', 'one changed rule')
        for count in counts:
            bench.night(options.build, count)
        bench.one_host(many)
        heading('log', 'requests', 'rehearse')
        bench.rehearse(options.build, many, rounds)


main()
