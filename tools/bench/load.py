# SPDX-License-Identifier: BSD-2-Clause
"""Load on a contender by xdp_load, and what it cost."""

import dataclasses
import json
from subprocess import PIPE

from cpu import QUIET, Watch
from network import VIRTUAL, VIRTUAL6
from process import Failed, start, stop

NAMES = ('p50', 'p99', 'p99.9')


@dataclasses.dataclass
class Round:
    """One measurement."""
    rate: float = 0      # requests a second
    cpu: float = 0       # microseconds of the server's core for each
    foreign: float = 0   # share of the core that others took
    requests: int = 0
    latency: dict = None  # NAMES, in microseconds
    wrong: str = None    # what was wrong with an answer
    lost: int = 0        # connections that timed out, were reset or not made
    flood: float = 0     # SYNs a second beside

    def __str__(self):
        return (f'{self.rate:,.0f}/s, {self.cpu:.2f} us, '
                f'others {self.foreign:.1%}' +
                (f', WRONG: {self.wrong}' if self.wrong else ''))


def watched(contender, work):
    """work() gives a Round, and when it began and ended to measure; the round
    with its cost."""
    with Watch(contender.site.cores.server, contender.threads()) as watch:
        done, begin, end = work()
    busy, own = watch.shares(begin, end)
    done.foreign = max(0.0, busy - own)
    busy -= max(0.0, done.foreign - QUIET)
    done.cpu = busy / done.rate * 1e6 if done.rate else 0
    return done


def requests_of(contender):
    rules = contender.rules
    return contender.asked or (rules.constant if contender.constant else
                               rules.asked)


def way_to(contender):
    """Where it is asked, and by whom."""
    if contender.ipv6:
        return ['--server', f'[{contender.address6}]:80', '--source', VIRTUAL6,
                '--mac', contender.line.server.mac]
    return ['--server', f'{contender.address}:80', '--source', VIRTUAL]


def xdp_load(contender, seconds, warm, keep=False, rate=None):
    """One connection for each request; or, with keep, one for all of them."""
    end = contender.line.client
    args = [f'{contender.site.tools}/xdp_load', '--json', '--interface',
            end.name, '--requests', requests_of(contender), '--warm',
            str(warm), '--seconds', str(seconds), *way_to(contender)]
    args += (['--rate', str(int(rate))] if rate else
             ['--clients', str(contender.clients)])
    args += ['--keep-alive'] if keep else []

    def work():
        told, err = heard(args, contender.site)
        return (round_of(told, err), told['begin_ns'] / 1e9,
                told['end_ns'] / 1e9)
    return watched(contender, work)


def heard(args, site):
    """What xdp_load prints; with a wrong answer it fails, but prints, too."""
    process = start(args, site.client, site.cores.client, text=True,
                    stdout=PIPE, stderr=PIPE)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        stop(process)
    try:
        return json.loads(out), err.strip()
    except ValueError:
        raise Failed(f'{" ".join(args)}: exit {process.returncode}: '
                     f'{err.strip() or out}') from None


def round_of(told, err):
    done = Round(requests=told['requests'])
    done.rate = told['per_second']
    done.lost = told['resets'] + told['timeouts'] + told['unsent']
    if told['wrong']:
        done.wrong = err or f'{told["wrong"]} wrong answers'
    if told['latency_ns']['samples']:
        done.latency = {name: told['latency_ns'][name] / 1000
                        for name in NAMES}
    return done
