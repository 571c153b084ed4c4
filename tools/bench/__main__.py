# SPDX-License-Identifier: BSD-2-Clause
"""python3 tools/bench BUILD: detour beside what else answers with redirects,
on the same work, in the same run. See README.md beside this file; bench.svg, the
picture there, is a copy of what a run writes."""

import argparse
import contextlib
import itertools
import json
import os
import shutil
import signal
import sys

import targets
import kernel
import report
from server import Cores, Site
from network_field import Field, check_built, keys_of
from leftovers import left
from network import Namespace
from process import Failed
from run import Run

SIZES = (1000, 10000, 100000, 1000000, 10000000)
QUICK_SIZES = (1000, 1000000)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def arguments():
    parser = argparse.ArgumentParser(prog='tools/bench', description=__doc__)
    add = parser.add_argument
    add('build', help='what `make` built')
    add('--quick', action='store_true', help='fewer and shorter rounds')
    add('--detour', help='the binary, if not BUILD/detour')
    add('--against', metavar='BINARY',
        help='another build of detour, which takes part')
    add('--contenders', help='some of them, separated by commas')
    add('--sizes', help='numbers of rules, separated by commas')
    add('--work', help='some of ' + ','.join(Run.WORK))
    add('--rounds', type=int)
    add('--seconds', type=float, help='of a round')
    add('--cores', default='0,1', help="the clients' and the server's")
    add('--output', help='folder for bench.json and bench.svg, else BUILD')
    add('--wrk', action='store_true', help='wrk instead of xdp_load')
    args = parser.parse_args()
    args.rounds = args.rounds or (3 if args.quick else 5)
    args.others = 1 if args.quick else args.rounds
    args.seconds = args.seconds or (0.4 if args.quick else 0.7)
    args.sizes = ([int(size) for size in args.sizes.split(',')] if args.sizes
                  else list(QUICK_SIZES if args.quick else SIZES))
    args.work = args.work.split(',') if args.work else list(Run.WORK)
    args.output = args.output or args.build
    return args


def cores_of(text):
    client, server = map(int, text.split(','))
    missing = {client, server} - os.sched_getaffinity(0)
    if missing or client == server:
        raise Failed(f'--cores {text}: needs two cores of this machine')
    return Cores(client, server)


@contextlib.contextmanager
def folder(build):
    """A folder of this run, which names its owner; those of runs that were
    killed go."""
    for name in os.listdir(build):
        owner = name.removeprefix('bench-run-')
        if owner != name and not os.path.exists(f'/proc/{owner}'):
            shutil.rmtree(f'{build}/{name}', ignore_errors=True)
    path = os.path.abspath(f'{build}/bench-run-{os.getpid()}')
    os.mkdir(path)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def site_of(args, place):
    """Everything is private: mounts (what is pinned), networks, cores."""
    cores = cores_of(args.cores)
    kernel.private_mounts()
    kernel.mount('bpf', '/sys/fs/bpf', 'bpf')
    build = os.path.abspath(args.build)
    detour = os.path.abspath(args.detour or f'{args.build}/detour')
    against = args.against and os.path.abspath(args.against)
    site = Site(cores, build, detour, against, place, Namespace(),
                itertools.count(1), os.sched_getaffinity(0))
    site.client.join()
    os.sched_setaffinity(0, {cores.client})
    return site


def bench(args):
    with folder(args.build) as place:
        site = site_of(args, place)
        check_built(site)
        field = Field(site, keys_of(args.contenders, args.against), args.sizes)
        try:
            field.start()
            done = Run(site, field, args)
            done.all()
        finally:
            field.close()
            field.forget()
        behind = left(place)
    lines = targets.Goals(done.results, done.ends, behind).all()
    print(report.text(done, lines))
    with open(f'{args.output}/bench.json', 'w', encoding='utf-8') as out:
        json.dump(report.told(done, lines), out, indent=1)
    report.picture(done, f'{args.output}/bench.svg')
    if done.failed:
        raise Failed(f'without {", ".join(done.failed)}')


def interrupted(number, _):
    """Once: what follows is the end, which nothing interrupts."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)


def main():
    args = arguments()
    for number in SIGNALS:
        signal.signal(number, interrupted)
    try:
        bench(args)
    except KeyboardInterrupt as what:
        print(f'bench: ended by {what}', file=sys.stderr)
        return 130
    except (Failed, OSError) as error:
        print(f'bench: {error}', file=sys.stderr)
        return 1
    return 0


sys.exit(main())
