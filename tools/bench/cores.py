# SPDX-License-Identifier: BSD-2-Clause
"""(j) What two cores that answer at once cost each other. On two cores nobody
could ask them, so that it is the fast path's programs alone that run, packets
from memory, none of a driver (bench_xdp -b)."""

import re

from process import Failed, run
from rounds import say

LINE = re.compile(r'^(\S+) +(\d+) +(\d+) +(\d+) +([\d.]+) '
                  r'\(([\d.]+)-([\d.]+)\)$', re.M)
NAMES = {'all-alike': 'all alike', 'zipf': "by Zipf's law", 'one': 'one'}


def pair(site):
    """The server's core, and one that asks nothing if there is one."""
    others = sorted(site.everywhere - {site.cores.server, site.cores.client})
    return site.cores.server, (others or [site.cores.client])[0]


def both(site, sizes, rounds):
    """A dictionary for each way to ask and number of rules."""
    first, second = pair(site)
    out = run(f'{site.tools}/bench_xdp', '-c', str(first), '-b', str(second),
              '-r', str(rounds), '-d', site.place,
              ','.join(map(str, sizes)), core=site.everywhere, limit=600)
    found = [{'asked': NAMES[asked], 'rules': int(rules),
              'alone_ns': int(alone), 'both_ns': int(together),
              'rate': float(rate), 'low': float(low), 'high': float(high)}
             for asked, rules, alone, together, rate, low, high in
             LINE.findall(out)]
    if len(found) != len(NAMES) * len(sizes):
        raise Failed(f'bench_xdp: {out[-500:]}')
    for one in found:
        say(f'two cores, {one["asked"]}, {one["rules"]:,} rules: each at '
            f'{one["rate"]:.2f} of its rate alone')
    return found


