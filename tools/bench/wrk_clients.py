# SPDX-License-Identifier: BSD-2-Clause
"""Ordinary clients: wrk, and h2load for a second opinion."""

import os
import re
import time

from server import CLIENTS
from load import Round, requests_of, watched
from process import run

HERE = os.path.dirname(os.path.abspath(__file__))
WARM = 0.3


def wrk(contender, seconds, batch=1, close=False):
    """wrk's ordinary client; batch: so many requests before it reads."""
    args = ['wrk', '-t', '1', '-c', str(CLIENTS),
            '-d', f'{max(1, round(seconds + WARM))}s', '--latency', '-s',
            f'{HERE}/wrk.lua', f'http://{contender.address}', '--',
            requests_of(contender), str(batch), 'close' if close else 'keep']

    def work():
        with contender.receiver():
            told = run(*args, space=contender.site.client,
                       core=contender.site.cores.client, limit=60)
            end = time.monotonic()
        lasted = float(re.search(r' in ([\d.]+)s', told)[1])
        return wrk_round(told), end - lasted + WARM, end - 0.05
    return watched(contender, work)


def wrk_round(told):
    done = Round(requests=int(re.search(r'(\d+) requests in', told)[1]))
    done.rate = float(re.search(r'Requests/sec: +([\d.]+)', told)[1])
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', told)
    if bad:
        done.wrong = f'{bad[1]} answers that are no redirects'
    lost = re.search(r'connect (\d+), read (\d+), write (\d+), timeout (\d+)',
                     told)
    done.lost = sum(map(int, lost.groups())) if lost else 0
    return done


def h2load(contender, seconds):
    """Keep-alive, to the paths of one host: it cannot do more in HTTP/1.1."""
    host = contender.rules.sample[0][0]
    paths = f'{contender.dir}/paths'
    with open(paths, 'w', encoding='ascii') as out:
        out.writelines(f'http://{contender.address}{path}\n' for name, path, _
                       in contender.rules.sample if name == host)
    args = ['h2load', '--h1', '-t', '1', '-c', str(CLIENTS), '-D',
            f'{seconds * 1000:.0f}ms', '--warm-up-time',
            f'{WARM * 1000:.0f}ms', '-H',
            f':authority: {host}', '-i', paths]

    def work():
        told = run(*args, space=contender.site.client,
                   core=contender.site.cores.client, limit=60)
        end = time.monotonic()
        done = Round(requests=int(re.search(r' (\d+) done', told)[1]))
        done.rate = done.requests / seconds
        if ' 0 failed, 0 errored' not in told:
            done.wrong = re.search(r'requests: .*', told)[0]
        return done, end - seconds, end
    return watched(contender, work)
