# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces, and the veth pairs between them. Nothing has a name
outside of this process, so all of it goes when the process ends, even killed."""

import json
import os
import re

import kernel
from process import Failed, run, wait_for

VIRTUAL = '10.99.0.0/16'  # the load generator's clients
VIRTUAL6 = 'fd99::/112'
FLOOD = '198.18.0.0/15'   # those of tests/lib/flood.c
# The same for all: what a busy web server's host would have.
SETTINGS = {
    'core/somaxconn': 65535,
    'ipv4/tcp_max_syn_backlog': 65535,
    'ipv4/tcp_max_tw_buckets': 262144,
    'ipv4/ip_local_port_range': '1024 65535',
    'ipv4/tcp_syncookies': 1,
    'ipv4/tcp_tw_reuse': 1,
    'ipv4/tcp_fin_timeout': 10,
    'ipv6/conf/all/disable_ipv6': 1,
    'ipv6/conf/default/disable_ipv6': 1,
}


def names():
    """What the names of this run's interfaces begin with."""
    return f'b{os.getpid()}'


class Namespace:
    def __init__(self):
        with open('/proc/thread-self/ns/net', 'rb') as home:
            kernel.unshare(kernel.NEWNET)
            self.fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
            for name, value in SETTINGS.items():
                self.set(name, value)
            kernel.setns(home.fileno(), kernel.NEWNET)
        self.path = f'/proc/{os.getpid()}/fd/{self.fd}'
        self.run('ip', 'link', 'set', 'lo', 'up')

    @staticmethod
    def set(name, value):
        path = f'/proc/sys/net/{name}'
        if os.path.exists(path):
            with open(path, 'w', encoding='ascii') as file:
                file.write(str(value))

    def join(self):
        kernel.setns(self.fd, kernel.NEWNET)

    def run(self, *args, **kwargs):
        return run(*args, space=self, **kwargs)

    def ip(self, *args):
        return self.run('ip', *args)

    def close(self):
        os.close(self.fd)


class End:
    """One end of a veth pair."""

    def __init__(self, space, name, addresses, core):
        self.space, self.name, self.core = space, name, core
        self.address, self.address6 = addresses
        self.mac, self.threads = None, []

    def has_ipv6(self):
        """IPv6 without anything that it says by itself."""
        self.space.ip('link', 'set', self.name, 'addrgenmode', 'none')
        self.space.run('sh', '-c', f'cd /proc/sys/net/ipv6/conf/{self.name} && '
                       'echo 0 >accept_ra && echo 0 >disable_ipv6')
        self.space.ip('address', 'add', f'{self.address6}/64', 'dev',
                      self.name, 'nodad')

    def up(self):
        """Addresses and NAPI threads; GRO keeps NAPI on without a program."""
        self.space.ip('address', 'add', f'{self.address}/24', 'dev', self.name)
        self.has_ipv6()
        self.space.ip('link', 'set', self.name, 'up')
        self.space.run('ethtool', '-K', self.name, 'gro', 'on')
        text = self.space.ip('-o', 'link', 'show', 'dev', self.name)
        self.mac = re.search(r'link/ether (\S+)', text)[1]
        run('unshare', '-m', 'sh', '-c', 'mount -t sysfs sysfs /sys && '
            f'echo 1 >/sys/class/net/{self.name}/threaded', space=self.space)

    def knows(self, peer):
        for address in (peer.address, peer.address6):
            self.space.ip('neighbour', 'replace', address, 'lladdr', peer.mac,
                          'dev', self.name, 'nud', 'permanent')

    def program(self, name, path=None):
        """Put a program of bench_edge.bpf.c on it; None: take it away."""
        if name is None:
            self.space.ip('link', 'set', 'dev', self.name, 'xdpdrv', 'off')
        else:
            self.space.ip('-force', 'link', 'set', 'dev', self.name, 'xdpdrv',
                          'obj', path, 'program', name)

    def received(self):
        """Packets so far."""
        told = self.space.ip('-json', '-stats', 'link', 'show', 'dev',
                             self.name)
        return json.loads(told)[0]['stats64']['rx']['packets']

    def pin(self):
        """Give the end's packets to its core."""
        self.threads = wait_for(lambda: napi_threads(f'{self.name}-'), limit=2)
        if not self.threads:
            raise Failed(f'{self.name}: no threads named napi/{self.name}-*: '
                         'threaded NAPI cannot be seen from here')
        for pid in self.threads:
            os.sched_setaffinity(pid, {self.core})


class Line:
    """A veth pair between a server's namespace and its clients', with routes
    to a network of clients that nobody has."""

    def __init__(self, number, net, server, client, cores, virtual=VIRTUAL):
        addresses = [(f'{net}.{number}.{end}', f'fd78:{number:x}::{end}')
                     for end in (1, 2)]
        self.server = End(server, f'{names()}s{number}', addresses[0],
                          cores.server)
        self.client = End(client, f'{names()}c{number}', addresses[1],
                          cores.client)
        server.ip('link', 'add', self.server.name, 'type', 'veth', 'peer',
                  'name', self.client.name, 'netns', client.path)
        for end in (self.server, self.client):
            end.up()
        self.server.knows(self.client)
        self.client.knows(self.server)
        server.ip('route', 'add', virtual, 'via', self.client.address)
        if virtual == VIRTUAL:
            server.ip('route', 'add', VIRTUAL6, 'via', self.client.address6)

    def pin(self):
        for end in (self.server, self.client):
            end.pin()


def threads(begin):
    """Kernel threads whose names begin so."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/comm', encoding='latin-1') as file:
                if file.read().startswith(begin):
                    found.append(int(pid))
        except OSError:
            continue
    return found


def napi_threads(name):
    return threads(f'napi/{name}')


def softirqs(core):
    """What does a core's softirqs when there are many."""
    return threads(f'ksoftirqd/{core}\n')
