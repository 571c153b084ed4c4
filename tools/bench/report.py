# SPDX-License-Identifier: BSD-2-Clause
"""A run for people, for programs, and as a picture."""

import os
import platform
import re
import subprocess
import time

import table
from chart import chart
from loading import NAMES
from network import SETTINGS
from rules import short
from work import FLOOD

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
        'settings': {'sysctl': SETTINGS, 'connections': {one.key: one.clients
                                         for one in done.kinds},
                     'rounds': done.args.rounds,
                     'seconds': done.args.seconds, 'syn_flood': FLOOD,
                     'latency_rate': done.rate,
                     'backlog': {one.key: one.backlog
                                 for one in done.kinds}},
        'results': plain(done.results),
        'goals': lines,
    }


def text(done, lines):
    results, parts = done.results, []
    if {'new', 'keep', 'pipeline'} & set(results):
        parts.append(table.load_table(results))
    if 'cross' in results:
        parts.append(table.cross_table(results))
    if 'latency' in results:
        parts.append(table.latency_table(results['latency'], done.rate))
    if 'flood' in results:
        parts.append(table.flood_table(results['flood'], FLOOD))
    parts += large_parts(done)
    parts.append(foreign(results))
    parts.append('\n'.join(line['text'] for line in lines) + '\n')
    return '\n'.join(part for part in parts if part)


def large_parts(done):
    """What is measured with the most rules only."""
    results, size = done.results, short(done.large)
    if 'memory' in results:
        yield table.memory_table(results['memory'], done.titles)
    if 'load' in results:
        yield table.figures_table([f'loading {size} rules', 's'], NAMES,
                                  results['load'], 1)
    if 'change' in results:
        yield table.figures_table(
            [f'one changed rule of {size}, until it answers', 'ms'],
            done.titles, results['change'], 1000)


def foreign(results):
    """A word on rounds in which others used the server's core."""
    worst = max((result.foreign for work in ('new', 'keep', 'pipeline')
                 for result in results.get(work, {}).values()), default=0)
    return (f'at most {worst:.0%} of the server\'s core was used by what is '
            'neither the contender nor its end of the network, in any round\n')


def picture(done, path):
    drawn = chart(done.results.get('new', {}))
    if drawn:
        with open(path, 'w', encoding='utf-8') as out:
            out.write(drawn)
