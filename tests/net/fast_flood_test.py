#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A flood of SYNs from addresses that do not exist fills nothing, and keeps
nobody out. FLOOD_SECONDS says how long it lasts, for each family; its rate is
printed."""

import os
import re
import subprocess
import sys
import unittest

import netns
import syscalls
from netns import (DETOUR, FAST, SERVER, V4, V6, Connected, Namespace,
                   Pair)
from serving import get

SECONDS = os.environ.get('FLOOD_SECONDS', '1.5')
FLOOD = f'{os.path.dirname(DETOUR)}/bin/flood'


@unittest.skipUnless(FAST, 'the socket responder is not made for it')
class Flood(Connected):
    """The flood comes through an interface of its own: on a shared one the
    queue of the veth pair, 256 packets, would be what is measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.evil = Namespace()
        cls.addClassCleanup(cls.evil.close)
        cls.flow = Pair(cls.net.server, 'srv1', cls.evil, 'evil0')
        cls.addClassCleanup(os.close, cls.flow.receive(syscalls.XDP_DROP))
        cls.fast.attach(link='srv1')

    def kernel(self):
        """What the server's kernel holds of connections that are not open
        yet, and of memory for any."""
        listening = self.net.server.run('ss', '-ltnH', 'sport = :80')
        begun = self.net.server.run('ss', '-tnH', 'state', 'syn-recv')
        with open(f'/proc/{self.server.process.pid}/net/sockstat',
                  encoding='ascii') as file:
            pages = int(re.search(r'TCP: .* mem (\d+)', file.read())[1])
        with open(f'/proc/{self.server.process.pid}/statm',
                  encoding='ascii') as file:
            resident = int(file.read().split()[1])
        backlog = sum(int(line.split()[1]) for line in listening.splitlines())
        return backlog, len(begun.splitlines()), pages, resident

    def errors(self):
        text = self.net.server.run('nstat', '-asz', 'TcpExtListen*',
                                   'TcpExtTCPReqQFull*', 'TcpExtSyncookies*',
                                   'TcpInSegs')
        return dict(re.findall(r'^(\w+) +(\d+)', text, re.M))

    def ask(self, family, number):
        request = get(f'/{number}', 'old.example', 'Connection: close')
        return self.all(request, family)

    def test_syn_flood(self):
        errors, before = self.errors(), self.kernel()
        asked = 0
        for family in (V4, V6):
            start = self.read()
            with self.evil:
                flood = subprocess.Popen(
                    [FLOOD, 'evil0', self.flow.mac(0), SERVER[family], '80',
                     SECONDS], stdout=subprocess.PIPE, text=True)
            self.addCleanup(flood.wait)
            while flood.poll() is None:
                for i in range(20):
                    self.assertIn(b'Location: https://new.example/%d\r\n' % i,
                                  self.ask((V4, V6)[i % 2], i))
                    asked += 1
                self.assertEqual(self.kernel()[:2], (0, 0))
            self.assertEqual(flood.returncode, 0)
            sent, rate = map(int, flood.stdout.read().split())
            flood.stdout.close()
            cookies = self.read()['cookie_sent'] - start['cookie_sent']
            print(f'{sent} SYNs sent, {rate} a second, {cookies} answered, '
                  f'{asked} clients served', file=sys.stderr)
            self.assertGreater(sent, 1000)
            self.assertGreater(cookies, sent // 2)
        after = self.kernel()
        # In pages: memory for connections, and of the responder. Each of the
        # many thousand SYNs would need some hundred bytes.
        self.assertLess(after[2], before[2] + 64)
        self.assertLess(after[3], before[3] + 256)
        self.assert_counted(get_301=asked, assigned=0, pass_connection=0)
        now = self.errors()
        self.assertLess(int(now.pop('TcpInSegs')) -
                        int(errors.pop('TcpInSegs')), 100)
        self.assertEqual(now, errors)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
