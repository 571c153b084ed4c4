# SPDX-License-Identifier: BSD-2-Clause
"""Networks on which frames take their time: as netns.Network, with a delay box
between the client and the server."""

import os
import re
import subprocess

from netns import CLIENT, GHOST, SERVER, V4, V6, Namespace, Pair
from serving import DETOUR

BOX = f'{os.path.dirname(DETOUR)}/bin/delay_box'
OFFLOADS = ('tx', 'rx', 'sg', 'tso', 'gso', 'gro', 'tx-udp-segmentation')


def plain(space, link):
    """Frames as they are on a wire: whole sums, none larger than the MTU."""
    for name in OFFLOADS:
        space.run('ethtool', '-K', link, name, 'off', check=False)


class Delayed:
    """A server's and a client's namespace with a wire of some milliseconds
    there and back, none to begin with."""

    def __init__(self):
        self.server, self.box, self.client = (Namespace() for _ in range(3))
        self.pairs = (Pair(self.server, 'srv0', self.box, 'box0'),
                      Pair(self.client, 'cli0', self.box, 'box1'))
        self.keep = [pair.receive() for pair in self.pairs]
        self.pair = Named(self.pairs)
        for pair in self.pairs:
            for space, link in pair.ends:
                plain(space, link)
        for link in ('box0', 'box1'):
            self.box.sysctl(**{f'ipv6__conf__{link}__disable_ipv6': 1})
        self.server.sysctl(ipv4__tcp_max_tw_buckets=0)
        for space in (self.server, self.client):
            # No connection is to know what others before it have found out.
            space.sysctl(ipv4__tcp_no_metrics_save=1)
        for family, bits in ((V4, 24), (V6, 64)):
            self.server.address('srv0', f'{SERVER[family]}/{bits}')
            self.client.address('cli0', f'{CLIENT[family]}/{bits}')
        for family in (V4, V6):
            for address in CLIENT[family], GHOST[family]:
                self.server.run('ip', 'neighbour', 'replace', address,
                                'lladdr', self.pair.mac(1), 'dev', 'srv0',
                                'nud', 'permanent')
            self.client.run('ip', 'neighbour', 'replace', SERVER[family],
                            'lladdr', self.pair.mac(0), 'dev', 'cli0', 'nud',
                            'permanent')
        self.process = None
        self.delay(0)

    def delay(self, milliseconds, first=''):
        """The time there and back; what is on its way is lost. first: what
        becomes of the client's first data, as delay_box.c has it."""
        self.stop()
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [BOX, 'box0', 'box1', str(milliseconds * 500),
             *first.split()],
            preexec_fn=self.box.join, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != 'ready\n':
            raise AssertionError('the delay box does not begin')

    def stop(self):
        """Gives how many frames were lost, there and back."""
        if not self.process:
            return None
        self.process.terminate()
        out, _ = self.process.communicate(timeout=20)
        self.process = None
        return [int(n) for n in re.findall(r'\d+', out)]

    def close(self):
        self.stop()
        for fd in self.keep:
            os.close(fd)
        self.server.run('ip', 'link', 'del', 'srv0')
        self.client.run('ip', 'link', 'del', 'cli0')
        for space in (self.server, self.box, self.client):
            space.close()


class Named:
    """The two ends of the wire, as netns.Pair has them."""

    def __init__(self, pairs):
        self.ends = tuple(pair.ends[0] for pair in pairs)
        self.macs = tuple(pair.mac(0) for pair in pairs)

    def mac(self, end):
        return self.macs[end]
