#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A connection that is handed over, beside one that the kernel has made itself:
what the kernel knows of it, field by field as ss has them, and how fast it is,
over wires of several lengths. DETOUR_LONG=1 tries every cell."""

import os
import re
import socket
import struct
import threading
import time
import unittest

import netns
from delaying import Delayed
from netns import FAST, LIMIT, SERVER, V4, V6, Fast
from rawtcp import ACK, PSH, RST, RawClient
from serving import State, get, wait_for

LONG = os.environ.get('DETOUR_LONG') == '1'
PORTS = {'plain': 81, 'handed over': 80}
# What the kernel makes of the options, the routes and its own settings.
SAME = ('mss', 'advmss', 'pmtu', 'rcvmss', 'cwnd', 'wscale', 'cong', 'snd_wnd',
        'ts', 'sack', 'rcv_space', 'ato')
DELAYS = (0, 20, 100, 300) if LONG else (100,)
CONTROLS = ('cubic', 'bbr') if LONG else ('cubic',)
SIZE = 10 << 20 if LONG else 1 << 20


class Listener:
    """What a client asks for by the first line: GET /NUMBER sends so many
    bytes, a POST is read whole; both behind a pause until told to go on."""

    def __init__(self, space, port, buffer=0):
        self.hold = threading.Event()
        self.hold.set()
        self.asked = threading.Event()
        with space:
            self.sock = socket.create_server(('::', port),
                                             family=socket.AF_INET6,
                                             dualstack_ipv6=True)
        if buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(sock,),
                             daemon=True).start()

    def one(self, sock):
        with sock, sock.makefile('rb') as file:
            try:
                self.serve(sock, file)
            except ConnectionError:
                pass

    def serve(self, sock, file):
        while line := file.readline():
            length = 0
            while (field := file.readline()) not in (b'\r\n', b''):
                if field.lower().startswith(b'content-length:'):
                    length = int(field.split(b':')[1])
            self.asked.set()
            self.hold.wait(LIMIT)
            while length:
                length -= len(file.read(min(length, 1 << 16)))
            number = re.match(rb'GET /(\d+) ', line)
            body = bytes(int(number[1]) if number else 2)
            sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' %
                         len(body) + body)

    def control(self, name):
        """Congestion control; gives whether the kernel has that."""
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION,
                                 name.encode())
        except FileNotFoundError:
            return False
        return True

    def close(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


def fields(text):
    """What ss -ti says of one connection: names to values."""
    found = dict(re.findall(r'(\w+):(\S+)', text))
    for word in ('ts', 'sack', 'cubic', 'bbr', 'reno'):
        if re.search(rf'\b{word}\b(?!:)', text):
            found[word] = ''
    found['cong'] = next((name for name in ('cubic', 'bbr', 'reno')
                          if name in found), '?')
    for name in ('ts', 'sack'):
        found[name] = name in found
    return found


class Client:
    def __init__(self, way, family=V4):
        self.port = PORTS[way]
        self.sock = socket.create_connection((SERVER[family], self.port), 60)
        self.file = self.sock.makefile('rb')

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.file.close()
        self.sock.close()

    def ask(self, data):
        self.sock.sendall(data)
        return self.answer()

    def answer(self):
        length = None
        if b' 200 ' not in (line := self.file.readline()):
            raise AssertionError(line)
        while (line := self.file.readline()) != b'\r\n':
            if line.lower().startswith(b'content-length:'):
                length = int(line.split(b':')[1])
        while length:
            length -= len(self.file.read(min(length, 1 << 16)))


@unittest.skipUnless(FAST, 'nothing is handed over')
class Compared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.state = State('old.example https://new.example 301\n')
        cls.addClassCleanup(cls.state.remove)
        cls.net = Delayed()
        cls.addClassCleanup(cls.net.close)
        cls.listener = {}
        for way, port in PORTS.items():
            cls.listener[way] = Listener(cls.net.server, port)
            cls.addClassCleanup(cls.listener[way].close)
        cls.fast = Fast(cls.net.server, cls.state)
        cls.addClassCleanup(cls.fast.end)
        cls.fast.attach()
        cls.net.client.__enter__()
        cls.addClassCleanup(cls.net.client.__exit__)

    def ss(self, client):
        port = client.sock.getsockname()[1]
        return fields(self.net.server.run(
            'ss', '-tinoOH', f'sport = {client.port} and dport = {port}'))

    def first(self, way, family=V4, wait=0):
        """What the kernel knows when it has the first request."""
        listener = self.listener[way]
        listener.hold.clear()
        listener.asked.clear()
        with Client(way, family) as client:
            time.sleep(wait)
            client.sock.sendall(get('/2', 'no.example'))
            self.assertTrue(listener.asked.wait(LIMIT))
            found = self.ss(client)
            listener.hold.set()
            client.answer()
        return found

    def both(self, *args, **kwargs):
        """Of a plain connection, and of one that is handed over for sure."""
        before = self.fast.read()
        found = [self.first(way, *args, **kwargs) for way in PORTS]
        counted = netns.difference(before, self.fast.read())
        self.assertEqual(counted.get('assigned'), 1, counted)
        return found

    def assert_same(self, plain, handed):
        self.assertEqual({name: handed.get(name) for name in SAME},
                         {name: plain.get(name) for name in SAME})
        # Less than a segment beside: the kernel counts in other segments.
        rooms = [int(one['rcv_ssthresh']) for one in (plain, handed)]
        self.assertLess(abs(rooms[0] - rooms[1]), 1460, rooms)

    def cells(self):
        for delay in DELAYS:
            self.net.delay(delay)
            for control in CONTROLS:
                if not all([one.control(control)
                            for one in self.listener.values()]):
                    print(f'SKIP cells: this kernel has no {control}')
                    continue
                yield delay, control

    def transfer(self, way, up):
        """Send so much one way, and give how many megabytes a second."""
        with Client(way) as client:
            begin = time.monotonic()
            if up:
                client.sock.sendall(get('/up', 'no.example',
                                        f'Content-Length: {SIZE}',
                                        method='POST') + bytes(SIZE))
                client.answer()
            else:
                client.ask(get(f'/{SIZE}', 'no.example'))
            took = time.monotonic() - begin
            # No loss was there, so none was guessed.
            self.assertTrue(up or way != 'handed over' or wait_for(
                lambda: not lost(self.ss(client))), self.ss(client))
            return SIZE / 1e6 / took

    def transfers(self, *about):
        """Both ways; the rates are shown in the long form."""
        for up in (False, True):
            rates = {}
            for way in PORTS:
                rates[way] = self.transfer(way, up)
            if LONG:
                print(*about, 'up' if up else 'down', *(
                    f'{way} {rate:.1f} MB/s' for way, rate in rates.items()))


def lost(found):
    """Bytes that were sent again, and were not there already: a busy client may
    be late for what probes its end of the line."""
    twice = int(found.get('dsack_dups', 0)) * int(found['mss'])
    return max(0, int(found.get('bytes_retrans', 0)) - twice)


class Timestamps(Compared):
    def test_p7_first_round_trip(self):
        """The kernel begins with what the handshake has taken."""
        for delay, control in self.cells():
            for family in (V4, V6):
                plain, handed = self.both(family)
                self.assert_same(plain, handed)
                for one in plain, handed:
                    self.assertGreaterEqual(float(one['minrtt']), delay)
                    self.assertGreaterEqual(float(one['rto']),
                                            max(200, delay * 3))
            self.transfers(delay, 'ms', control)

    def test_p7_late_request(self):
        """Of a client that took its time not much is concluded: as with a
        connection of which nothing is known, it is a second."""
        self.net.delay(0)
        handed = self.first('handed over', wait=1)
        self.assertAlmostEqual(float(handed['minrtt']), 333, delta=3)
        self.assertGreaterEqual(float(handed['rto']), 990)

    def test_p7_clock_goes_on(self):
        """No segment is older than the one before it (RFC 7323 5.3), be the
        request early or late."""
        self.net.delay(20)
        for family in (V4, V6):
            for wait in (0, 0.5):
                with RawClient(self.net, family) as raw:
                    first = stamp_of(raw.connect())
                    time.sleep(wait)
                    raw.send(get('/2', 'no.example'), ACK | PSH)
                    before = first
                    while not raw.data.endswith(b'\0\0'):
                        segment = raw.take(raw.receive())
                        self.assertFalse(segment.flags & RST)
                        self.assertLess((stamp_of(segment) - before)
                                        % (1 << 32), 60000)
                        before = stamp_of(segment)

    def test_p20_scale_of_the_kernel(self):
        """A SYN-ACK says what the kernel's own would."""
        for family in (V4, V6):
            said = []
            for port in PORTS.values():
                with RawClient(self.net, family) as raw:
                    raw.port = port
                    said.append(raw.connect())
            self.assertEqual(said[1].options[2], said[0].options[2])
            self.assertEqual(said[1].options[3], said[0].options[3])
            self.assertLess(abs(said[1].window - said[0].window), 1460)


class NoTimestamps(Compared):
    """As Windows comes."""

    def setUp(self):
        super().setUp()
        self.net.client.sysctl(ipv4__tcp_timestamps=0)
        self.addCleanup(self.net.client.sysctl, ipv4__tcp_timestamps=1)

    def test_p8_as_plain(self):
        for delay, control in self.cells():
            for family in (V4, V6):
                plain, handed = self.both(family)
                self.assertFalse(plain['ts'])
                self.assertTrue(plain['sack'])
                self.assert_same(plain, handed)
            self.transfers('no timestamps', delay, 'ms', control)

    def test_p8_every_scale(self):
        """Whatever scale a client's buffers give it; and without one."""
        self.addCleanup(self.net.client.sysctl, ipv4__tcp_window_scaling=1,
                        ipv4__tcp_rmem='4096 131072 33554432')
        for scale in range(15):
            self.net.client.sysctl(
                ipv4__tcp_rmem=f'4096 {min(131072, 65535 << scale)} '
                               f'{min(65535 << scale, (1 << 31) - 1)}')
            self.assert_same(*self.both())
        self.net.client.sysctl(ipv4__tcp_window_scaling=0)
        self.assert_same(*self.both())

    def test_p8_segments_of_windows(self):
        """Its SYN, byte by byte: the MSS of tunnels, too."""
        layout = b'\1\3\3\10\1\1\4\2'
        for family in (V4, V6):
            for mss in (1460, 1440, 1400, 1380, 1300, 1240):
                with self.subTest(mss=mss, family=family), \
                        RawClient(self.net, family, stamps=False,
                                  mss=mss) as raw:
                    raw.options = lambda syn, mss=mss: (
                        struct.pack('!BBH', 2, 4, mss) + layout if syn
                        else b'')
                    said = raw.connect()
                    self.assertEqual(set(said.options), {2, 3, 4})
                    self.listener['handed over'].hold.clear()
                    self.addCleanup(self.listener['handed over'].hold.set)
                    self.listener['handed over'].asked.clear()
                    raw.send(get('/2', 'no.example'), ACK | PSH)
                    self.assertTrue(
                        self.listener['handed over'].asked.wait(LIMIT))
                    found = fields(self.net.server.run(
                        'ss', '-tinoOH', f'sport = 80 and dport = {raw.sport}'))
                    self.listener['handed over'].hold.set()
                    self.assertEqual(found['wscale'],
                                     f'8,{said.options[3][0]}')
                    self.assertTrue(found['sack'])
                    self.assertLessEqual(int(found['mss']), mss)

    def test_p8_answers(self):
        """The fast path answers them as before."""
        before = self.fast.read()
        for family in (V4, V6):
            with socket.create_connection((SERVER[family], 80), LIMIT) as sock:
                sock.sendall(get('/x', 'old.example'))
                with sock.makefile('rb') as file:
                    self.assertIn(b' 301 ', file.readline())
        counted = netns.difference(before, self.fast.read())
        self.assertEqual(counted['get_301'], 2)


def stamp_of(segment):
    return struct.unpack_from('!I', segment.options[8])[0]


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
