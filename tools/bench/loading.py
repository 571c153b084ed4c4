# SPDX-License-Identifier: BSD-2-Clause
"""(d) How long a whole rule set takes from the command to its answers."""

import time

from detour import Serve
from process import Failed, wait_for
from rounds import Figure, say

IMPORT = 'detour import of a CSV, serve running'
START = {
    'serve': 'detour serve, started on what was imported',
    'nginx': 'nginx, started',
    'haproxy': 'HAProxy, started',
}


class Empty(Serve):
    key = 'import'


def imported(site, rules):
    """Import under a running server that has no rules yet; the command has all
    cores, as it has with who runs it."""
    path = rules.csv()
    one = Empty(site, rules)
    try:
        one.run()
        if not wait_for(lambda: 'ready on' in one.tail()):
            raise Failed(f'{one.name}: not ready: {one.tail()}')
        start = time.monotonic()
        one.detour('import', path, limit=600, core=site.everywhere)
        if not wait_for(one.answers):
            raise Failed(f'{one.name}: no answer behind an import')
        return time.monotonic() - start
    finally:
        one.close()


def loading(site, contenders, number):
    """Figures in seconds by what was done. That the contenders were started
    already is the first of number times; they are ended."""
    took = {START[one.key]: [one.took] for one in contenders}
    for one in contenders:
        one.stop()
    took = {IMPORT: []} | took
    for turn in range(number):
        took[IMPORT].append(imported(site, contenders[0].rules))
        for one in contenders if turn else ():
            one.start()
            one.stop()
            took[START[one.key]].append(one.took)
        say('loading: ' + ', '.join(f'{what} {values[-1]:.3f} s'
                                    for what, values in took.items()))
    return {what: Figure(values) for what, values in took.items()}
