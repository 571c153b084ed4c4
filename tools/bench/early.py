# SPDX-License-Identifier: BSD-2-Clause
"""python3 tools/bench/early.py BUILD: how long a client waits for its answer
whose request comes out of order, with the fast path and with the kernel alone.

The request is of some segments, the first of them in order, 2 ms late, or lost
once; the time is from connect() to the answer's end, over wires of some length,
the median of some turns. See README.md, "Figures"."""

import argparse
import itertools
import json
import os
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = 'old.example https://new.example 301\n'
HOSTS = {'hit': 'old.example', 'miss': 'no.example'}
FIRST = {'in order': '', '2 ms late': '2000', 'lost': 'lost'}
STAMPS = {1: 'timestamps', 0: 'none'}
SEGMENTS = {2: 2000, 3: 3000}  # bytes of a request


def arguments():
    parser = argparse.ArgumentParser(prog='early.py',
                                     description=__doc__)
    add = parser.add_argument
    add('build', help='what `make` built')
    add('--detour', help='the binary, if not BUILD/detour')
    add('--rtt', default='20,100', help='milliseconds, separated by commas')
    add('--turns', type=int, default=7)
    return parser.parse_args()


def request(host, size):
    head = f'GET / HTTP/1.1\r\nHost: {host}\r\nX: '
    return (head + 'x' * (size - len(head) - 4) + '\r\n\r\n').encode()


class Site:
    """A socket responder behind a wire, and a client in front of it."""

    def __init__(self, modules, later):
        netns, delaying, serving = modules
        self.client_class = serving.Client
        self.address = netns.SERVER[netns.V4], 80
        self.state = serving.State(RULES)
        later(self.state.remove)
        self.net = delaying.Delayed()
        later(self.net.close)
        self.server = serving.Server(self.state, '--threads', '1',
                                     listen='*:80',
                                     preexec_fn=self.net.server.join)
        later(self.server.stop)
        self.fast = netns.Fast(self.net.server, self.state)
        later(self.fast.end)
        self.net.client.__enter__()
        later(self.net.client.__exit__)

    def once(self, data):
        begin = time.monotonic()
        with self.client_class(self.server, self.address) as client:
            status = client.ask(data).status
            took = time.monotonic() - begin
        if status not in (301, 404):
            raise AssertionError(status)
        return took * 1000

    def cells(self, args):
        """The conditions, each with its median."""
        found = {}
        for rtt, (first, how) in itertools.product(
                map(int, args.rtt.split(',')), FIRST.items()):
            self.net.delay(rtt, how)
            for stamps, (host, name), (segments, size) in itertools.product(
                    STAMPS, HOSTS.items(), SEGMENTS.items()):
                self.net.client.sysctl(ipv4__tcp_timestamps=stamps)
                times = [self.once(request(name, size))
                         for _ in range(args.turns)]
                found[rtt, STAMPS[stamps], host, segments, first] = (
                    statistics.median(times), max(times))
        return found


def table(ways):
    """Of each way and order of segments the median, and the longest."""
    names = list(itertools.product(FIRST, ways))
    print('first segment'.ljust(24) + ''.join(
        f'{first:>11}' for first, _ in names))
    print('ms, median (longest)'.ljust(24) + ''.join(
        f'{way:>11}' for _, way in names))
    for row in dict.fromkeys(cell[:4] for cell in next(iter(ways.values()))):
        rtt, stamps, host, segments = row
        times = (ways[way][*row, first] for first, way in names)
        print(f'{rtt:3} {stamps:10} {segments} {host}'.ljust(24) + ''.join(
            f'{median:.0f} ({most:.0f})'.rjust(11) for median, most in times))


def main():
    args = arguments()
    os.environ['DETOUR'] = args.detour or f'{args.build}/detour'
    sys.path.insert(0, f'{HERE}/../../tests/lib')
    # pylint: disable=import-outside-toplevel
    import delaying
    import netns
    import serving
    delaying.BOX = os.path.abspath(f'{args.build}/bin/delay_box')
    netns.private_bpffs()
    at_end = []
    try:
        site = Site((netns, delaying, serving), at_end.append)
        ways = {'kernel': site.cells(args)}
        site.fast.attach()
        ways['fast path'] = site.cells(args)
        counted = json.loads(site.fast.run('stats', '--json'))['fastpath']
        table(ways)
        print('counted:', ', '.join(
            f'{name} {value}' for name, value in counted.items()
            if value and ('early' in name or 'assign' in name)))
    finally:
        for end in reversed(at_end):
            end()


if __name__ == '__main__':
    main()
