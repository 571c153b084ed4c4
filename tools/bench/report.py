# SPDX-License-Identifier: BSD-2-Clause
"""A run for people, for programs, and as a picture."""

import os
import platform
import re
import statistics
import subprocess
import textwrap
import time

import table
from chart import chart
from cpu import QUIET
from network import SETTINGS
from rules import short
from workloads import FLOOD

VERSIONS = {
    'detour': ['--version'], 'nginx': ['-v'], 'haproxy': ['-v'],
    'h2o': ['--version'], 'lighttpd': ['-v'], 'caddy': ['version'],
    'wrk': ['-v'],
}


def version(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=10,
                              stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return None
    found = re.search(r'\d+(\.\d+)+\S*', done.stdout)
    return found[0] if found else None


def machine(site):
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        name = re.search(r'model name\s*: (.*)', file.read())
    return {
        'kernel': platform.release(), 'processor': name[1] if name else None,
        'cores': {'client': site.cores.client, 'server': site.cores.server,
                  'all': os.cpu_count()},
        'time': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
        'versions': {name: version([site.detour if name == 'detour' else name,
                                    *args])
                     for name, args in VERSIONS.items()},
    }


def plain(value):
    """Results as JSON has them."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value.json() if hasattr(value, 'json') else value


def told(done, lines):
    return {
        'machine': machine(done.site),
        'settings': {'sysctl': SETTINGS, 'connections': done.clients,
                     'backlog': done.backlogs, 'rounds': done.args.rounds,
                     'seconds': done.args.seconds, 'syn_flood': FLOOD,
                     'latency_rate': done.rate},
        'results': plain(done.results),
        'failed': done.failed,
        'goals': lines,
    }


def text(done, lines):
    """Tables, remarks, and goals: for a terminal of 100 columns."""
    results = done.results
    parts = [table.load_table(work, results[work])
             for work in ('new', 'keep', 'pipeline', 'flood')
             if work in results]
    parts += filter(None, [table.pair_table(results),
                           table.bounce_table(results)])
    if 'ways' in results:
        parts.append(table.ways_table(results['ways']))
    if 'cores' in results:
        parts.append(table.cores_table(results['cores']))
    if 'latency' in results:
        parts.append(table.latency_table(results['latency']))
    parts += large_parts(done)
    if 'cross' in results:
        parts.append(table.cross_table(results))
    parts.append('\n'.join(textwrap.fill(remark, 99, subsequent_indent='  ',
                                         break_on_hyphens=False)
                           for remark in remarks(done)) + '\n')
    parts.append('\n'.join(line['text'] for line in lines) + '\n')
    return '\n'.join(parts)


def large_parts(done):
    """What is measured with the most rules only."""
    results, size = done.results, short(done.large)

    def rows(work):
        return [(one.title, table.WRONG if one.wrong else
                 results[work][one.name]) for one in done.mains]
    if 'load' in results:
        yield table.figures_table([f'(d) loading {size} rules', 's'],
                                  results['load'].items(), 1)
    if 'change' in results:
        yield table.figures_table(
            [f'(e) one changed rule of {size}, until it answers', 'ms'],
            rows('change'), 1000)
    if 'memory' in results:
        yield table.memory_table(f'(f) memory with {size} rules',
                                 rows('memory'))
    if 'settled' in results:
        yield table.settled_table(size, results['settled'])


def remarks(done):
    """What the tables' figures are, and what to think of them."""
    args = done.args
    yield (f'- CPU: what the server\'s core was busy, interrupts included, less '
           f'what others took of it beyond {QUIET:.0%}, by requests; medians '
           f'of {args.rounds} rounds of {args.seconds:g} s and their range '
           f'(none: one round); of {done.work.few.number} of (h) and of what '
           'ordinary clients asked; ratios are of each round, their quartiles '
           'in brackets')
    kept = {str(number) for number in done.backlogs.values() if number}
    yield (f'- connections at a time: {grouped(done.clients)}; listen '
           f'backlog: ' + (f'{kept.pop()} for all' if len(kept) == 1 else
                           grouped(done.backlogs)))
    if 'flood' in done.results:
        rates = [one.flood.median for one in done.results['flood'].values()
                 if one.flood]
        yield (f'- (h): {min(rates, default=0):,.0f} to '
               f'{max(rates, default=0):,.0f} SYNs a second beside; CPU is '
               'that of both, by the requests answered')
    if 'latency' in done.results:
        yield (f'- (g): at {done.rate:,.0f} new connections a second, half of '
               'what the slowest of them can')
    if 'cores' in done.results:
        yield ('- (j): whole connections by BPF_PROG_TEST_RUN, the fast path\'s '
               'programs alone, without a driver; each core beside the other, '
               'by what it does alone, of each round')
    if 'settled' in done.results:
        yield ('- (k): with serve and the fast path; what is beside is clean, '
               'and the kernel\'s to take when others want memory')
    if 'change' in done.results:
        yield ('- (e): nginx by a reload (its file is written before time '
               'starts), HAProxy by `set map` on its runtime socket')
    yield from noise(done.results)
    for work, error in done.failed.items():
        yield f'- {work}: FAILED: {error}'


def grouped(values):
    """{title: value}: the most common, and the exceptions by name."""
    most = statistics.mode(values.values())
    rest = [f'{title} {value or "none"}' for title, value in values.items()
            if value != most]
    return ', '.join([f'{most or "none"}'] + rest)


def noise(results):
    """On rounds that were disturbed, and connections that were lost."""
    load = [(work, one) for work in table.WORK
            for one in results.get(work, {}).values()]
    if not load:
        return
    worst, one = max(((one.foreign, one) for _, one in load),
                     key=lambda pair: pair[0])
    yield (f'- noise: at most {worst:.0%} of the server\'s core were used by '
           'what is neither the contender nor its end of the network, in the '
           f'worst round ({one.name})')
    lost = [f'{work} {one.name} {one.lost}' for work, one in load
            if one.lost and not one.wrong and work != 'flood']
    if lost:
        yield '- lost connections: ' + ', '.join(lost)


def picture(done, path):
    drawn = chart(done.results.get('new', {}), done.args.rounds)
    if drawn:
        with open(path, 'w', encoding='utf-8') as out:
            out.write(drawn)
