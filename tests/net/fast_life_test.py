#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fast path comes, changes and goes while clients ask: no redirect may
fail, no two releases may mix, nothing may stay behind."""

import os
import re
import signal
import socket
import threading
import unittest

import netns
import syscalls
from netns import (DETOUR, FAST, SERVER, V4, V6, Connected, answers,
                   pinned)
from load import Load
from rawtcp import ACK, FIN, RawClient
from serving import Client, Server, get
from syscalls import (BPF_LINK_CREATE, BPF_LINK_DETACH, BPF_MAP_UPDATE_ELEM,
                      BPF_OBJ_PIN)


@unittest.skipUnless(FAST, 'it is the fast path that is attached')
class Attached(Connected):
    attach = None  # by the tests

    def tearDown(self):
        """Each test detaches what it attached; nothing stays behind."""
        if self.fast.links:
            self.fast.end()
        self.assertEqual(pinned(), [])
        links = self.net.server.run('ip', 'link', 'show', 'srv0')
        self.assertNotIn('xdp', links)

    def assert_keeps(self, clients):
        """Connections that are open stay open, and are answered."""
        for client in clients:
            self.assertEqual(client.ask(get('/kept')).headers['location'],
                             'https://new.example/kept')

    def opened(self):
        """Connections to the responder, one of each family."""
        clients = [self.client(V4), self.client(V6)]
        for client in clients:
            self.assertEqual(client.ask(get('/', 'no.example')).status, 404)
        return clients


class WithTimeWait(Attached):
    """On a network of its own: ports in TIME-WAIT stay so for a minute."""

    def test_attach_replace_detach(self):
        self.net.server.sysctl(ipv4__tcp_max_tw_buckets=10000)
        with Load() as load:
            clients = self.opened()
            for again in ((), ('--port', '80,8080', '--without-listener')):
                load.progress()
                self.fast.attach()
                clients += self.opened()
                load.progress()
                self.assert_keeps(clients)
                self.fast.attach(*again)
                load.progress()
                self.assertGreater(answers(self.fast.read()), 0)
                self.assert_keeps(clients)
                self.fast.detach('--drain', '1')
                load.progress()
                self.assert_keeps(clients)
        self.assertEqual(load.failures, [])


class Life(Attached):
    def test_replaced_without_a_gap(self):
        """All that is asked while programs are replaced is answered in XDP."""
        self.fast.attach()
        with Load() as load:
            load.progress()
            for _ in range(2):
                self.fast.attach()
                load.progress(5)
            counted = self.fast.read()
        self.assertEqual(load.failures, [])
        self.assertEqual(counted['assigned'], 0)

    def test_port_used_again(self):
        """What is remembered of an answered connection says nothing of one that
        the kernel got while the port was not the fast path's."""
        for family in (V4, V6):
            self.fast.attach()
            with RawClient(self.net, family, port=5678) as raw:
                raw.connect()
                raw.send(get('/x', 'old.example', 'Connection: close'))
                self.assertIn(b' 301 ', raw.finish())
            self.assertEqual(answers(self.fast.read()), 1)
            self.fast.attach('--port', '8080', '--without-listener')
            with RawClient(self.net, family, port=5678) as raw:
                raw.connect()
                self.fast.attach()
                raw.send(flags=FIN | ACK)
                while not raw.ended:
                    segment = raw.receive()
                    self.assertIsNotNone(segment, 'the kernel has no end')
                    raw.take(segment)
            self.fast.end()

    def test_responder_killed(self):
        server = Server(self.state, listen='*:8081',
                        preexec_fn=self.net.server.join)
        self.addCleanup(server.stop)
        self.fast.attach('--port', '8081', '--without-listener')
        addresses = [(SERVER[family], 8081) for family in (V4, V6)]

        def ask(host, address):
            with Client(server, address) as client:
                return client.ask(get('/x', host, 'Connection: close')).status

        for address in addresses:
            self.assertEqual(ask('old.example', address), 301)
            self.assertEqual(ask('no.example', address), 404)
        server.stop(signal.SIGKILL)
        for _ in range(100):
            for address in addresses:
                self.assertEqual(ask('old.example', address), 301)
        for address in addresses:
            with self.assertRaises(ConnectionResetError):
                ask('no.example', address)
        again = Server(self.state, listen='*:8081',
                       preexec_fn=self.net.server.join)
        self.addCleanup(again.stop)
        for address in addresses:
            self.assertEqual(ask('no.example', address), 404)
        self.assertEqual(answers(self.fast.read()), 202)

    def test_responder_killed_under_load(self):
        """The listener of port 80 dies and comes back: redirects go on."""
        self.fast.attach('--without-listener')
        with Load() as load:
            for _ in range(3):
                load.progress()
                self.server.stop(signal.SIGKILL)
                load.progress()
                self.start(self.addClassCleanup)
                load.progress()
                self.assertEqual(self.all(get('/', 'no.example',
                                              'Connection: close'))[:12],
                                 b'HTTP/1.1 404')
        self.assertEqual(load.failures, [])

    def test_listener_comes_and_goes(self):
        """One that closes between two looks at it is none. What a client of
        ours meets so is rare: DETOUR_LONG=1 waits for it."""
        self.server.stop()
        self.addCleanup(self.start, self.addClassCleanup)
        self.fast.attach('--without-listener')
        ended = threading.Event()

        def listen():
            with self.net.server:
                while not ended.is_set():
                    socket.create_server(('::', 80), family=socket.AF_INET6,
                                         dualstack_ipv6=True).close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            with Load(serial=4) as load:
                ended.wait(60 if os.environ.get('DETOUR_LONG') == '1' else 2)
        finally:
            ended.set()
            thread.join()
        self.assertEqual(load.failures, [])

    def stopped(self, commands, *args):
        """A command that stands still before the last of these bpf() calls,
        which come in this order, among others."""
        process = syscalls.Traced([DETOUR, '--state', self.state.path, *args],
                                  self.net.server.join)
        self.addCleanup(process.kill)
        for command in commands:
            self.assertTrue(process.until(command), f'{args} has ended')
        return process

    def test_killed_attach(self):
        """It dies at every stage; what it leaves, the next command clears.
        It answers none of what it could not go on with."""
        maps = [BPF_OBJ_PIN] * 7
        links = [BPF_LINK_CREATE, BPF_OBJ_PIN] * 2  # at TC, then at XDP
        stages = maps + links + [BPF_MAP_UPDATE_ELEM]
        with Load() as load:
            for stage in range(1, len(stages) + 1):
                attach = self.stopped(stages[:stage], 'attach', 'srv0',
                                      '--mode', 'native')
                load.progress(2)
                if stage > len(maps):
                    counted = self.fast.read()
                    self.assertEqual(counted['cookie_sent'], 0)
                    self.assertEqual(counted['pass_syn_draining'] > 0,
                                     stage > len(maps) + 3)
                attach.kill()
                load.progress(2)
                if stage > len(maps) + 2:
                    self.fast.attach()
                    load.progress(2)
                    self.assertGreater(answers(self.fast.read()), 0)
                    self.fast.detach('--drain', '1')
                else:
                    self.fast.run('detach', 'srv0', '--drain', '1',
                                  check=False)
                self.fast.close()
                self.assertEqual(pinned(), [])
        self.assertEqual(load.failures, [])

    def test_killed_detach(self):
        """It dies before it ends a link, of XDP or TC; the next one, or an
        attach, mends."""
        with Load() as load:
            for links in 1, 2:
                self.fast.attach()
                load.progress(2)
                self.fast.close()
                self.stopped([BPF_LINK_DETACH] * links,
                             'detach', 'srv0', '--drain', '1').kill()
                load.progress(2)
                if links == 1:
                    self.fast.attach()
                    load.progress(2)
                    self.assertGreater(answers(self.fast.read()), 0)
                    self.fast.detach('--drain', '1')
                else:
                    self.fast.run('detach', 'srv0', '--drain', '1')
                    self.fast.links.clear()
                self.assertEqual(pinned(), [])
        self.assertEqual(load.failures, [])

    def test_releases_do_not_mix(self):
        """A release's number is in two places of an answer, which come from
        two places of the map; and in every rule."""
        rules = ('old.example https://new.example/{0}/* 301 max-age={0}\n'
                 'old.example/extra{0} https://new.example/{0} 302\n'
                 'old.example/long/* https://new.example/{0}/* 308 '
                 'max-age={0}\n')
        rules = rules.replace('old.example https', 'old.example/* https', 1)

        def check(path, answer):
            place = re.search(rb'Location: https://new.example/(\d+)/(\S*)\r',
                              answer)
            age = re.search(rb'max-age=(\d+)\r', answer)
            if not place or not age or place[1] != age[1]:
                return f'{path}: {answer!r}'
            if place[2].decode() != path[1:]:
                return f'{path}: remainder of {answer!r}'
            return None

        self.addCleanup(self.state.load, self.rules)
        self.state.load(rules.format(1))
        self.fast.attach()
        with Load(check=check) as load:
            for number in range(2, 32):
                self.state.load(rules.format(number))
                # The command has returned: this is what answers now.
                got = self.all(get('/now', 'old.example', 'Connection: close'))
                self.assertIn(b'/%d/now\r\n' % number, got)
                load.progress(3)
            self.fast.run('rollback')
            got = self.all(get('/now', 'old.example', 'Connection: close'))
            self.assertIn(b'/30/now\r\n', got)
            load.progress(3)
            counted = self.fast.read()
        self.assertEqual(load.failures, [])
        self.assertEqual(counted['assigned'], 0)
        self.assertGreater(answers(counted), 100)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
