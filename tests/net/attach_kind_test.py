#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kinds of interfaces, each with a client behind it: the fast path answers and
hands over there, or attach refuses it and says why."""

import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import threading
import unittest

import netns
from netns import (CLIENT, SERVER, V4, V6, Connected, Fast, Namespace, Pair,
                   command)
from serving import DETOUR, RULES, Server, State

TUNSETIFF, IFF_TUN, IFF_TAP, IFF_NO_PI = 0x400454ca, 1, 2, 0x1000
CALLS = 'bridge__bridge-nf-call-iptables', 'bridge__bridge-nf-call-ip6tables'


def setUpModule():
    netns.private_bpffs()


def tun(space, name, mode):
    """The descriptor of a tun or tap, which goes with it."""
    with space:
        fd = os.open('/dev/net/tun', os.O_RDWR | os.O_CLOEXEC)
        fcntl.ioctl(fd, TUNSETIFF,
                    struct.pack('16sH14x', name.encode(), mode | IFF_NO_PI))
    space.run('ip', 'link', 'set', name, 'up')
    return fd


def calls(test, value, names=CALLS):
    """Whether bridges ask netfilter; without br_netfilter they do not."""
    try:
        test.server.sysctl(**{name: value for name in names})
    except FileNotFoundError:
        if value:
            test.skipTest('this kernel has no br_netfilter')


class Wire:
    """Two taps joined by a thread; gives the descriptors back when it ends."""

    def __init__(self, *fds):
        self.fds = fds
        self.stop = os.pipe()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        one, other = self.fds
        while True:
            ready = select.select([one, other, self.stop[0]], [], [])[0]
            if self.stop[0] in ready:
                return
            for fd in ready:
                try:
                    os.write(other if fd == one else one, os.read(fd, 65536))
                except OSError:
                    pass  # the other end is not up yet

    def close(self):
        os.write(self.stop[1], b'x')
        self.thread.join()
        for fd in (*self.fds, *self.stop):
            os.close(fd)


class Kind(unittest.TestCase):
    """A server's namespace and a client's; each test joins them."""

    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)
        self.server, self.client = Namespace(), Namespace()
        self.addCleanup(self.client.close)
        self.addCleanup(self.server.close)
        self.fast = Fast(self.server, self.state)
        self.err = ''

    def addresses(self, server, client):
        for family, bits in ((V4, 24), (V6, 64)):
            self.server.address(server, f'{SERVER[family]}/{bits}')
            self.client.address(client, f'{CLIENT[family]}/{bits}')

    def listen(self):
        server = Server(self.state, '--threads', '1', listen='*:80',
                        preexec_fn=self.server.join)
        self.addCleanup(server.stop)

    def attach(self, *args, code=0):
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'attach', *args],
            preexec_fn=self.server.join, capture_output=True, text=True,
            timeout=60)
        self.err = done.stderr
        self.assertEqual(done.returncode, code, done.stderr)
        if not code:
            link = args[0]
            self.fast.links.add(link)
            self.addCleanup(self.fast.end)
        return done.stdout

    def code(self, family, path):
        host = f'[{SERVER[family]}]' if family == V6 else SERVER[family]
        return self.client.run(
            'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', '-m', '20',
            f'http://{host}{path}', '-H', 'Host: old.example')

    def assert_works(self, families=(V4, V6)):
        """Answered by the fast path, and handed over to the listener."""
        for family in families:
            with self.subTest(family=family):
                before = self.fast.read()
                self.assertEqual(self.code(family, '/a'), '301')
                self.assertEqual(self.code(family, '/pass/'), '404')
                counted = netns.difference(before, self.fast.read())
                wanted = {'get_301': 1, 'hand_pass': 1, 'assigned': 1}
                self.assertEqual({name: counted.get(name, 0)
                                  for name in wanted}, wanted, counted)


class Bridge(Kind):
    def setUp(self):
        super().setUp()
        run = self.server.run
        run('ip', 'link', 'add', 'br0', 'address', '02:00:00:00:77:01', 'type',
            'bridge')
        pair = Pair(self.server, 'port0', self.client, 'cli0')
        self.keep = pair.receive()
        self.addCleanup(os.close, self.keep)
        run('ip', 'link', 'set', 'port0', 'master', 'br0')
        run('ip', 'link', 'set', 'br0', 'up')
        self.addresses('br0', 'cli0')
        self.listen()

    def calls(self, value):
        calls(self, value)

    def test_p2_bridge_itself(self):
        for value in 0, 1:
            with self.subTest(calls=value):
                self.calls(value)
                self.assertIn('generic mode', self.attach('br0'))
                self.assert_works()

    def test_p2_port(self):
        """Works where netfilter is not asked on the way."""
        self.calls(0)
        for mode in 'native', 'generic':
            with self.subTest(mode=mode):
                self.attach('port0', '--mode', mode)
                self.assert_works()
                self.fast.end()

    def test_p2_port_with_netfilter(self):
        for number, name in enumerate(CALLS):
            with self.subTest(name):
                self.calls(0)
                calls(self, 1, [name])
                self.attach('port0', code=1)
                self.assertIn('port0 is a port of the bridge br0', self.err)
                self.assertIn('attach to br0, or: sysctl -w net.bridge.'
                              f'bridge-nf-call-ip{"6" * number}tables=0\n',
                              self.err)

    def test_p2_later(self):
        """What comes later, as with a container engine, status tells."""
        self.calls(0)
        self.attach('port0', '--mode', 'native')
        self.assertIsNone(self.status('--json')['problem'])
        self.calls(1)
        problem = self.status('--json')['problem']
        self.assertIn('port0 is a port of the bridge br0', problem)
        self.assertIn(f'\n         does NOT work any more: {problem}\n',
                      self.fast.run('status'))

    def test_p2_listener_of_a_port(self):
        """Bound to the port it hears of nothing: packets come by the bridge."""
        self.calls(0)
        with self.server:
            sock = socket.socket()
        self.addCleanup(sock.close)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'port0')
        sock.bind(('', 8080))
        sock.listen()
        self.attach('port0', '--port', '8080', code=1)
        self.assertIn('nothing listens on port 8080 except at 0.0.0.0 of '
                      'another interface', self.err)
        self.attach('port0', '--port', '8080', '--without-listener', '--mode',
                    'native')
        self.assertIn(f'{SERVER[V4]}:8080',
                      self.status('--json')['without_listener'])
        before = self.fast.read()
        with self.client, socket.socket() as client:
            client.settimeout(netns.LIMIT)
            with self.assertRaises(ConnectionRefusedError):
                client.connect((SERVER[V4], 8080))
        counted = netns.difference(before, self.fast.read())
        self.assertEqual(counted['pass_no_listener'], 1)

    def test_p2_address_of_a_port(self):
        """A bridge that was given no address has the least of its ports'."""
        self.calls(0)
        run = self.server.run
        run('ip', 'link', 'add', 'br1', 'type', 'bridge')
        for port, mac in (('one', '02:00:00:00:77:09'),
                          ('two', '02:00:00:00:77:03')):
            run('ip', 'link', 'add', port, 'address', mac, 'type', 'veth',
                'peer', 'name', f'{port}1')
        run('ip', 'link', 'set', 'one', 'master', 'br1')
        for link in 'br1', 'one':
            self.attach(link, '--mode', 'generic', '--without-listener')
            self.assertIsNone(self.status('--json')['problem'])
            run('ip', 'link', 'set', 'two', 'master', 'br1')
            self.assertIn('frames to the hardware address of br1 are passed on',
                          self.status('--json')['problem'])
            run('ip', 'link', 'set', 'two', 'nomaster')
            self.assertIsNone(self.status('--json')['problem'])
            self.fast.end()

    def status(self, *args):
        found, = json.loads(self.fast.run('status', *args))['fastpath']
        return found

    def test_p2_port_by_its_own(self):
        """A bridge has settings of its own."""
        self.calls(1)  # or there is no netfilter for it to ask
        self.calls(0)
        self.server.run('ip', 'link', 'set', 'br0', 'type', 'bridge',
                        'nf_call_ip6tables', '1')
        self.attach('port0', code=1)
        self.assertIn('ip link set br0 type bridge nf_call', self.err)
        self.assertEqual(netns.pinned(), [])


class Tap(Kind):
    def test_tap(self):
        wire = Wire(tun(self.server, 'tap0', IFF_TAP),
                    tun(self.client, 'cli0', IFF_TAP))
        self.addCleanup(wire.close)
        self.addresses('tap0', 'cli0')
        self.listen()
        for mode in 'native', 'generic':
            with self.subTest(mode=mode):
                self.attach('tap0', '--mode', mode)
                self.assertEqual(self.err, '')
                self.assert_works()
                self.fast.end()

    def test_p20_tun(self):
        fd = tun(self.server, 'tun0', IFF_TUN)
        self.addCleanup(os.close, fd)
        self.attach('tun0', '--without-listener', code=1)
        self.assertIn('tun0 (tun) has no Ethernet frames', self.err)
        self.assertEqual(netns.pinned(), [])


class Tunnel(Kind):
    def test_vxlan(self):
        pair = Pair(self.server, 'srv0', self.client, 'cli0')
        self.addCleanup(self.server.run, 'ip', 'link', 'del', 'srv0')
        for space, own, other in ((self.server, 1, 2), (self.client, 2, 1)):
            space.address(pair.ends[own - 1][1], f'10.78.0.{own}/24')
            space.run('ip', 'link', 'add', 'vx0', 'type', 'vxlan', 'id', '7',
                      'dstport', '4789', 'remote', f'10.78.0.{other}', 'local',
                      f'10.78.0.{own}')
            space.run('ip', 'link', 'set', 'vx0', 'up')
        self.addresses('vx0', 'vx0')
        self.listen()
        self.assertIn('generic mode', self.attach('vx0'))
        self.assert_works()


class Other(Kind):
    """Kinds that not every kernel has."""

    def setUp(self):
        super().setUp()
        self.pairs = []

    def pair(self, server='port0', client='cli0'):
        pair = Pair(self.server, server, self.client, client)
        self.pairs.append(pair)
        self.addCleanup(self.server.run, 'ip', 'link', 'del', server)
        keep = pair.receive()
        self.addCleanup(os.close, keep)

    def add(self, space, name, kind, *args):
        """A link, or the test is skipped."""
        try:
            space.run('ip', 'link', 'add', *args[:2 * ('link' in args)],
                      'name', name, 'type', kind,
                      *args[2 * ('link' in args):])
        except AssertionError as error:
            if 'Unknown device type' in str(error):
                self.skipTest(f'this kernel has no {kind}')
            raise
        space.run('ip', 'link', 'set', name, 'up')

    def port(self, name, master):
        self.server.run('ip', 'link', 'set', name, 'down')
        self.server.run('ip', 'link', 'set', name, 'master', master)
        self.server.run('ip', 'link', 'set', name, 'up')

    def assert_modes(self, *links):
        for link, mode in links:
            with self.subTest(link, mode=mode):
                self.assertIn(f'{mode} mode', self.attach(link, '--mode',
                                                          mode))
                self.assert_works()
                self.fast.end()

    def test_vlan(self):
        self.pair()
        for space, link in (self.server, 'port0'), (self.client, 'cli0'):
            self.add(space, 'vlan5', 'vlan', 'link', link, 'id', '5')
        self.addresses('vlan5', 'vlan5')
        self.listen()
        self.assert_modes(('vlan5', 'generic'))
        self.server.run('ethtool', '-K', 'port0', 'rxvlan', 'on')
        self.attach('port0', code=1)
        self.assertIn('has the VLAN device vlan5 and takes tags', self.err)
        self.server.run('ethtool', '-K', 'port0', 'rxvlan', 'off')
        self.client.run('ethtool', '-K', 'cli0', 'txvlan', 'off')
        self.assert_modes(('port0', 'native'), ('port0', 'generic'))

    def test_vlan_in_a_bridge(self):
        """A VLAN that is the port: what its lower one hands over is undone."""
        self.pair()
        for space, link in (self.server, 'port0'), (self.client, 'cli0'):
            self.add(space, 'vlan5', 'vlan', 'link', link, 'id', '5')
        self.add(self.server, 'br0', 'bridge')
        self.port('vlan5', 'br0')
        self.addresses('br0', 'vlan5')
        self.listen()
        self.server.run('ethtool', '-K', 'port0', 'rxvlan', 'off')
        self.client.run('ethtool', '-K', 'cli0', 'txvlan', 'off')
        calls(self, 0)
        self.assert_modes(('br0', 'generic'), ('vlan5', 'generic'))
        calls(self, 1)
        self.attach('port0', '--mode', 'generic')
        self.assertIn('vlan5, on port0, is a port of the bridge br0, which has '
                      'netfilter undo', self.err)

    def bundle(self, kind, *args):
        self.pair()
        self.pair('port1', 'cli1')
        for name in 'cli0', 'cli1':
            self.client.run('ip', 'link', 'set', name, 'down')
        self.add(self.client, 'bundle0', 'bridge')
        for name in 'cli0', 'cli1':
            self.client.run('ip', 'link', 'set', name, 'master', 'bundle0')
            self.client.run('ip', 'link', 'set', name, 'up')
        self.add(self.server, 'pack0', kind, *args)
        for name in 'port0', 'port1':
            self.port(name, 'pack0')
        self.server.run('ip', 'link', 'set', 'pack0', 'up')
        self.addresses('pack0', 'bundle0')
        self.listen()

    def test_bond(self):
        self.bundle('bond', 'mode', 'active-backup', 'miimon', '50')
        self.assertIn('generic mode', self.attach('pack0'))
        self.assertIn('pack0 would run native XDP at its ports: generic mode',
                      self.err)
        self.assert_works()
        self.fast.end()
        self.attach('pack0', '--mode', 'native', code=1)
        self.assertIn('pack0 would run native XDP at its ports', self.err)
        self.attach('port0', code=1)
        self.assertIn('port0 is a port of pack0 (bond)', self.err)
        self.assertIn('attach to pack0', self.err)

    def test_team(self):
        self.bundle('team')
        self.attach('port0', code=1)
        self.assertIn('port0 is a port of pack0 (team)', self.err)
        self.assertIn('generic mode', self.attach('pack0'))

    def test_vrf(self):
        self.pair()
        self.add(self.server, 'blue', 'vrf', 'table', '10')
        self.port('port0', 'blue')
        self.addresses('port0', 'cli0')
        self.attach('blue', code=1)
        self.assertIn('blue is of the kind vrf: packets come by its ports',
                      self.err)
        self.listen()
        self.server.sysctl(ipv4__tcp_l3mdev_accept=0)
        self.attach('port0', code=1)
        self.assertIn('nothing listens on port 80 except at', self.err)
        self.server.sysctl(ipv4__tcp_l3mdev_accept=1)
        self.assert_modes(('port0', 'native'), ('port0', 'generic'))

    def test_macvlan(self):
        self.pair()
        # The one below must not say that the address is with it.
        self.server.sysctl(ipv4__conf__all__arp_ignore=1)
        self.add(self.server, 'mac0', 'macvlan', 'link', 'port0', 'mode',
                 'bridge')
        self.addresses('mac0', 'cli0')
        self.listen()
        self.assert_modes(('mac0', 'generic'))

    def test_ipvlan(self):
        self.pair()
        self.add(self.server, 'ipv0', 'ipvlan', 'link', 'port0', 'mode', 'l2')
        self.addresses('ipv0', 'cli0')
        self.listen()
        self.assert_modes(('ipv0', 'generic'), ('port0', 'native'))
        self.server.run('ip', 'link', 'set', 'ipv0', 'type', 'ipvlan', 'mode',
                        'l3s')
        self.attach('ipv0', code=1)
        self.assertIn('ipv0 is an ipvlan in mode l3s', self.err)
        self.assertIn('attach to port0', self.err)

    def test_dummy(self):
        self.add(self.server, 'dummy0', 'dummy')
        self.attach('dummy0', '--without-listener', code=1)
        self.assertIn('dummy0 is of the kind dummy: no packets come by it',
                      self.err)


class Veth(Connected):
    """Without an XDP program at the far end, and nothing said."""
    attach = None

    def test_p3_auto(self):
        os.close(self.net.keep)
        type(self).net.keep = os.open('/dev/null', os.O_RDONLY)
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'attach', 'srv0'],
            preexec_fn=self.net.server.join, capture_output=True, text=True)
        self.assertEqual(done.stdout, 'srv0: attached in generic mode, '
                         'port 80\n', done.stderr)
        self.assertIn('srv0 is a veth, whose far end receives what native '
                      'mode sends only with an XDP program of its own: generic '
                      'mode, which is slower (--mode native)', done.stderr)
        self.fast.links.add('srv0')
        for family in V4, V6:
            host = f'[{SERVER[family]}]' if family == V6 else SERVER[family]
            self.assertEqual(command(
                'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', '-m',
                '20', f'http://{host}/a', '-H', 'Host: old.example'), '301')
        self.assertEqual(self.fast.read()['get_301'], 2)
        self.fast.detach('--drain', '0')


if __name__ == '__main__':
    unittest.main()
