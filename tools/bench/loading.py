# SPDX-License-Identifier: BSD-2-Clause
"""(d) How long a whole rule set takes from the command to its answers."""

import time

import process
from detour import Serve
from process import Failed, wait_for
from rivals import Haproxy, Nginx
from rounds import Figure, say

NAMES = {
    'import': 'detour import of a CSV, serve running',
    'serve': 'detour serve, started on what was imported',
    'nginx': 'nginx, started',
    'haproxy': 'HAProxy, started',
}


def imported(contender):
    """Import under a running server that has no rules yet."""
    path = contender.rules.csv()
    contender.log = f'{contender.dir}/log'
    with open(contender.log, 'w', encoding='ascii') as log:
        contender.process = process.start(
            contender.command(), contender.space,
            contender.site.cores.server, stdout=log, stderr=log)
    if not wait_for(lambda: 'ready on' in contender.tail()):
        raise Failed(f'{contender.name}: not ready: {contender.tail()}')
    start = time.monotonic()
    contender.detour('import', path, limit=600)
    if not wait_for(contender.answers):
        raise Failed(f'{contender.name}: no answer behind an import')
    return time.monotonic() - start


def once(site, rules):
    """{name of NAMES: seconds}, everything from nothing."""
    took = {}
    serve = Serve(site, rules)
    took['import'] = imported(serve)
    serve.stop()
    took['serve'] = serve.start()
    serve.close()
    for kind in (Nginx, Haproxy):
        one = kind(site, rules)
        one.configure()
        took[kind.key] = one.start()
        one.close()
    return took


def loading(site, rules, number):
    """Figures in seconds by name."""
    rounds = []
    for _ in range(number):
        rounds.append(once(site, rules))
        say('loading: ' + ', '.join(f'{name} {took:.3f} s' for name, took
                                    in rounds[-1].items()))
    return {name: Figure(took[name] for took in rounds) for name in NAMES}
