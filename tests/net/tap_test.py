#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`detour tap`: what the fast path and servers answer, shown as they do."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

import netns
from netns import CLIENT, FAST, LIMIT, RULES, SERVER, V4, V6, Nginx, Shared
from serving import DETOUR, Client, Server, get, run, wait_for

NOBODY = 65534
CLOSE = 'Connection: close'
FAMILIES = (V4, V6)


class Tap:
    """A running tap; its lines are kept."""

    def __init__(self, state, *args, **kwargs):
        self.lines, self.errors = [], []
        self.process = subprocess.Popen(
            [DETOUR, '--state', state.path, 'tap', *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        self.readers = [
            threading.Thread(target=self.read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.lines),
                         (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def read(pipe, lines):
        for line in pipe:
            lines.append(line.decode('ascii').rstrip('\n'))
        pipe.close()

    def find(self, text):
        return [line for line in list(self.lines) if text in line]

    def seen(self, text, number=1):
        """The lines with a text, when there are so many; or as many as came."""
        wait_for(lambda: len(self.find(text)) >= number)
        return self.find(text)

    def end(self, number=signal.SIGINT):
        """The exit code; lines are complete behind it."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        for reader in self.readers:
            reader.join(LIMIT)
        return code


class Tapped(Shared):
    number = 0

    def tap(self, *args, ready=True, **kwargs):
        """A tap that looks already, if anything that it looks at answers."""
        tap = Tap(self.state, *args, **kwargs)
        self.addCleanup(tap.end)
        if ready:
            self.assertTrue(wait_for(lambda: self.is_ready(tap)), tap.errors)
        return tap

    def is_ready(self, tap):
        path = self.path('ready')
        self.ask(path)
        self.ask('/pass' + path, 'no.example')
        return wait_for(lambda: len(tap.find(path)) == 2, 0.5)

    @classmethod
    def path(cls, name):
        """One that nobody has asked for."""
        cls.number += 1
        return f'/{name}-{cls.number}-'

    def ask(self, path, host='old.example', family=V4, method='GET'):
        return self.all(f'{method} {path} HTTP/1.1\r\nHost: {host}\r\n'
                        f'{CLOSE}\r\n\r\n'.encode('latin-1'), family)


Tapped.owner = Tapped


class Both(Tapped):
    """A server, and the fast path in front of it if there is to be one."""
    first = 'fast' if FAST else 'serve'

    def test_lines(self):
        tap = self.tap()
        for family in FAMILIES:
            path = self.path('lines')
            self.ask(f'{path}?a=b', 'Old.Example:80', family)
            line, = tap.seen(path)
            time, who, where, client, *rest = line.split(' ')
            self.assertRegex(time, r'^\d\d:\d\d:\d\d\.\d{3}$')
            self.assertEqual((who, where), (
                (self.first, 'srv0') if FAST else ('serve', '-')))
            text = CLIENT[family]
            text = f'[{text}]' if ':' in text else text
            self.assertRegex(client, f'^{re.escape(text)}:\\d+$')
            self.assertEqual(rest, [
                'GET', f'old.example{path}?a=b', '301',
                f'https://new.example{path}?a=b', 'old.example/*',
                str(self.release())])

    def release(self):
        return json.loads(run('--state', self.state.path, 'status',
                              '--json').stdout)['release']

    def test_json(self):
        tap = self.tap('--json')
        path = self.path('json')
        self.ask(f'/pass{path}?c')
        line, = tap.seen(path)
        got = json.loads(line)
        self.assertRegex(got.pop('time'),
                         r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')
        port = got.pop('port')
        self.assertTrue(1024 <= port <= 65535)
        self.assertEqual(got, {
            'responder': 'serve', 'interface': None, 'client': CLIENT[V4],
            'method': 'GET', 'host': 'old.example', 'uri': f'/pass{path}?c',
            'status': 404, 'location': None, 'rule': 'old.example/pass/*',
            'release': self.release(), 'miss': False})
        path = self.path('json')
        self.ask(path)
        line, = tap.seen(path)
        got = json.loads(line)
        self.assertEqual(
            [got[key] for key in ('responder', 'interface', 'client', 'uri',
                                  'status', 'location', 'rule', 'miss')],
            [self.first, 'srv0' if FAST else None, CLIENT[V4], path, 301,
             f'https://new.example{path}', 'old.example/*', False])
        self.assertEqual(tap.end(), 0)
        self.assertEqual(json.loads(tap.lines[-1])['lost'],
                         {'fast': 0, 'serve': 0})
        self.assertEqual(tap.errors, [])

    def test_every_answer(self):
        """Each once, of either responder; none is lost."""
        tap = self.tap('--json')
        path = self.path('every')
        for number in range(100):
            self.ask(f'{path}{number}')
            self.ask(f'{path}{number}', method='POST')
        self.assertEqual(len(tap.seen(path, 200)), 200)
        self.assertEqual(tap.end(signal.SIGTERM), 0)
        got = [json.loads(line) for line in tap.find(path)]
        want = sorted((f'{path}{number}', method) for number in range(100)
                      for method in ('GET', 'POST'))
        self.assertEqual(sorted((one['uri'], one['method']) for one in got),
                         want)
        for one in got:
            self.assertEqual(one['responder'], self.first
                             if one['method'] == 'GET' else 'serve')

    def test_filters(self):
        path = self.path('filters')
        asked = [('old.example', path), ('a.old.example', path),
                 ('old.example', '/gone'), ('no.example', path),
                 ('old.example', '/see')]
        cases = [
            (('--host', 'OLD.example'), [0, 2, 4]),
            (('--host', '.old.example'), [0, 1, 2, 4]),
            (('--host', '*.old.example'), [1]),
            (('--host', '.example'), [0, 1, 2, 3, 4]),
            (('--code', '303'), [4]),
            (('--code', '404'), [3]),
            (('--misses',), [3]),
            (('--misses', '--host', 'old.example'), []),
            (('--code', '301', '--host', 'old.example'), [0]),
        ]
        all_of_them = self.tap('--json')
        taps = []
        for args, want in cases[::3] + cases[1::3] + cases[2::3]:
            if len(taps) == 3:  # and one for all: as many as there may be
                self.compare(all_of_them, taps, asked)
                taps = []
            taps.append((self.tap('--json', *args, ready=False), want, args))
        self.compare(all_of_them, taps, asked)

    def compare(self, all_of_them, taps, asked):
        """Until each tap has seen what it should; a last request that each would
        show with what came before tells that no more comes."""
        before = len(all_of_them.lines)

        def ask():
            for host, path in asked:
                self.ask(path, host)
            return all(len(tap.lines) >= max(len(want), 1) or not want
                       for tap, want, _ in taps)

        self.assertTrue(wait_for(ask))
        for tap, _, _ in taps:
            tap.lines.clear()
        before = len(all_of_them.lines)
        rounds = 3
        for _ in range(rounds):
            for host, path in asked:
                self.ask(path, host)
        wait_for(lambda: len(all_of_them.lines) >=
                 before + rounds * len(asked))
        for tap, want, args in taps:
            want = {asked[i] for i in want}
            wait_for(lambda tap=tap, want=want: self.told(tap) == want)
            self.assertEqual(tap.end(), 0)
            self.assertEqual(self.told(tap), want, args)

    @staticmethod
    def told(tap):
        return {(one['host'], one['uri'])
                for one in map(json.loads, list(tap.lines)) if 'host' in one}

    def test_sample(self):
        tap = self.tap('--json', '--sample', '4', ready=False)
        path = self.path('sample')

        def begun():
            for _ in range(20):
                self.ask(path + 'before')
                self.ask(path + 'before', method='POST')
            return {json.loads(line)['responder']
                    for line in tap.find(path)} == {self.first, 'serve'}

        self.assertTrue(wait_for(begun))
        for number in range(200):
            self.ask(f'{path}get{number}')
            self.ask(f'{path}post{number}', method='POST')
        # Of each CPU a block of four that is not whole.
        slack = os.cpu_count() + 1
        for kind in 'get', 'post':
            found = tap.seen(path + kind, 50 - slack)
            self.assertTrue(50 - slack <= len(found) <= 50 + slack * 2,
                            len(found))

    def test_count(self):
        tap = self.tap('--count', '3', ready=False)
        path = self.path('count')

        def ended():
            self.ask(path)
            return tap.process.poll() is not None

        self.assertTrue(wait_for(ended))
        self.assertEqual(tap.end(), 0)
        self.assertEqual(len(tap.lines), 3)
        self.assertIn('3 shown', tap.errors[-1])

    def test_leave_out(self):
        tap = self.tap('--leave-out', 'query,address')
        path = self.path('secret')
        self.ask(f'{path}?token=1')
        self.ask(f'{path}?token=1', method='POST')
        for line in tap.seen(path, 2):
            self.assertNotIn('token', line)
            self.assertNotIn(CLIENT[V4], line)
            self.assertEqual(line.split(' ')[3], '-')

    def test_leave_out_json(self):
        tap = self.tap('--leave-out', 'address', '--json')
        path = self.path('secret')
        self.ask(f'{path}?token=1')
        line, = tap.seen(path)
        got = json.loads(line)
        self.assertEqual([got['client'], got['port'], got['uri']],
                         [None, None, f'{path}?token=1'])

    def test_release(self):
        """Rule and release are those that answered, also of an overlay over
        another map."""
        tap = self.tap('--json')
        path = self.path('release')
        for number in range(3):
            run('--state', self.state.path, 'set', f'old.example{path}',
                f'https://new.example/{number}', '302')
            self.ask(path)
            self.ask(path + 'other')
            tap.seen(path, 2 * number + 2)
            got = [json.loads(line) for line in tap.find(path)]
            got = [one for one in got if one['uri'] == path][number]
            self.assertEqual(
                [got['location'], got['rule'], got['release']],
                [f'https://new.example/{number}', f'old.example{path}',
                 self.release()])
        run('--state', self.state.path, 'del', f'old.example{path}')

    def test_server_comes_and_goes(self):
        """One that starts later is seen, too, and one that ends is left."""
        tap = self.tap('--json')
        for _ in range(2):
            server = Server(self.state, '--threads', '1',
                            preexec_fn=self.net.client.join)
            path = self.path('server')

            def seen(server=server, path=path):
                with Client(server) as client:
                    client.ask(get(path))
                return tap.find(path)

            self.assertTrue(wait_for(seen), tap.errors)
            server.stop()
        self.assertEqual(tap.end(), 0)

    def test_pipe(self):
        """Who reads has gone."""
        tap = self.tap()
        reader, writer = os.pipe()
        other = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'tap'], stdout=writer,
            stderr=subprocess.DEVNULL, restore_signals=True)
        os.close(writer)
        os.close(reader)

        def ended():
            self.ask(self.path('pipe'))
            return other.poll() is not None

        self.assertTrue(wait_for(ended))
        path = self.path('pipe')
        self.ask(path)
        self.assertTrue(tap.seen(path))

    def test_full_disk(self):
        with open('/dev/full', 'wb') as full:
            other = subprocess.Popen(
                [DETOUR, '--state', self.state.path, 'tap'], stdout=full,
                stderr=subprocess.PIPE)

            def ended():
                self.ask(self.path('full'))
                return other.poll() is not None

            self.assertTrue(wait_for(ended))
        self.assertEqual(other.wait(), 1)
        self.assertIn(b'No space left', other.stderr.read())
        other.stderr.close()


class Hostile(Tapped):
    """Whatever is in requests: lines stay lines, JSON stays JSON."""
    BYTES = [b'"', b"'", b'\\', b'\x1b[31m', b'\x07', b'\r', b'\x00', b'\x7f',
             b'\xff\xfe', b'\xc2\x9b31m', b'\xe2\x80\xae', b'<script>', b'&',
             b'%00', b'\t', b' ', b'\xc3\xa4', b'{"a":1}', b'`$(id)`']

    def requests(self, mark):
        for evil in self.BYTES:
            yield (b'GET /' + mark + evil + b' HTTP/1.1\r\n'
                   b'Host: old.example\r\n')
            yield (b'GET /' + mark + b'?' + evil + b' HTTP/1.1\r\n'
                   b'Host: old.example\r\n')
            yield (b'GET /' + mark + b' HTTP/1.1\r\nHost: ' + evil +
                   b'.example\r\n')
            yield (b'G' + evil + b'T /' + mark + b' HTTP/1.1\r\n'
                   b'Host: old.example\r\n')

    def send(self, mark):
        """How many there were."""
        count = 0
        for request in self.requests(mark.encode()):
            try:
                self.all(request + CLOSE.encode() + b'\r\n\r\n')
            except ConnectionError:
                pass  # refused and reset, while there was more
            # A blank in the method: what is behind it is no target.
            count += not request.startswith(b'G T')
        return count

    def test_text(self):
        tap = self.tap()
        mark = self.path('evil')[1:]
        count = self.send(mark)
        self.assertEqual(len(tap.seen(mark, count)), count)
        for line in tap.lines:
            self.assertRegex(line, r'^[!-~]+( [!-~]+){9}$')
            self.assertNotIn('\x7f', line)

    def test_json(self):
        tap = self.tap('--json')
        mark = self.path('evil')[1:]
        count = self.send(mark)
        self.assertEqual(len(tap.seen(mark, count)), count)
        for line in tap.lines:
            self.assertTrue(line.isascii() and line.isprintable() or
                            '\x7f' in line, line)
            self.assertEqual(set(json.loads(line)), {
                'time', 'responder', 'interface', 'client', 'port', 'method',
                'host', 'uri', 'status', 'location', 'rule', 'release',
                'miss'})


class Capture(Tapped):
    """--pcap, read by the rules of the format."""

    def capture(self, *args):
        folder = tempfile.mkdtemp(prefix='detour-tap-')
        self.addCleanup(os.rmdir, folder)
        path = f'{folder}/pcap'
        self.addCleanup(os.unlink, path)
        return path, self.tap('--pcap', path, *args, ready=False)

    def packets(self, data):
        magic, major, minor, _, _, snap, link = struct.unpack('=IHHIIII',
                                                              data[:24])
        self.assertEqual((magic, major, minor, link), (0xa1b23c4d, 2, 4, 1))
        at, packets = 24, []
        while at < len(data):
            _, nano, have, whole = struct.unpack('=IIII', data[at:at + 16])
            self.assertTrue(have == whole <= snap and nano < 10 ** 9)
            packets.append(data[at + 16:at + 16 + have])
            self.assertEqual(len(packets[-1]), have)
            at += 16 + have
        return packets

    def sum_of(self, data):
        if len(data) % 2:
            data += b'\0'
        total = sum(struct.unpack(f'!{len(data) // 2}H', data))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        return total

    def payload(self, frame, family, source, target):
        """TCP's data of a frame between two addresses."""
        size = 4 if family == V4 else 16
        at = 14 + (12 if family == V4 else 8)
        self.assertEqual(frame[12:14],
                         b'\x08\x00' if family == V4 else b'\x86\xdd')
        addresses = frame[at:at + 2 * size]
        self.assertEqual(addresses, socket.inet_pton(family, source) +
                         socket.inet_pton(family, target))
        tcp = frame[at + 2 * size:]
        return addresses, tcp, tcp[(tcp[12] >> 4) * 4:]

    def test_packets(self):
        if not FAST:
            self.skipTest('there is no fast path')
        path, tap = self.capture('--code', '301')
        name = self.path('pcap')

        def begun():
            for family in FAMILIES:
                self.ask(name, 'old.example', family)
            with open(path, 'rb') as file:
                return file.read().count(name.encode()) >= 8

        self.assertTrue(wait_for(lambda: os.path.exists(path) and begun()))
        self.assertEqual(tap.end(), 0)
        self.assertIn('tcpdump', ' '.join(tap.errors))
        with open(path, 'rb') as file:
            packets = self.packets(file.read())
        self.assertEqual(len(packets) % 2, 0)
        for request, reply in zip(packets[::2], packets[1::2]):
            family = V4 if request[12:14] == b'\x08\x00' else V6
            _, asked, data = self.payload(request, family, CLIENT[family],
                                          SERVER[family])
            self.assertTrue(data.startswith(f'GET {name} HTTP'.encode()))
            addresses, told, answer = self.payload(
                reply, family, SERVER[family], CLIENT[family])
            self.assertIn(f'Location: https://new.example{name}'.encode(),
                          answer)
            self.assertEqual(asked[:4], told[2:4] + told[:2])
            # The reply's checksum is whole.
            pseudo = addresses + struct.pack('!II', len(told), 6)
            self.assertEqual(self.sum_of(pseudo + told), 0xffff)

    def test_standard_output(self):
        if not FAST:
            self.skipTest('there is no fast path')
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'tap', '--pcap', '-',
             '--count', '1'], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)

        def ended():
            self.ask('/standard')
            return process.poll() is not None

        self.assertTrue(wait_for(ended))
        self.assertEqual(len(self.packets(process.stdout.read())), 2)
        process.stdout.close()

    def test_refused(self):
        for args, text in (
                (('--pcap', 'x', '--json'), 'one or the other'),
                (('--pcap', 'x', '--misses'), '--misses are none'),
                (('--pcap', 'x', '--leave-out', 'query'), '--leave-out'),
                (('--sample', '0'), '--sample is a number'),
                (('--code', '99'), '--code is a number'),
                (('--host', '*'), '--host'),
                (('--host', 'a b'), '--host'),
                (('--leave-out', 'x'), '--leave-out'),
                (('x',), 'too much')):
            done = run('--state', self.state.path, 'tap', *args, check=False)
            self.assertEqual(done.returncode, 2, args)
            self.assertIn(text, done.stderr)
        done = run('--state', self.state.path, 'tap', '--pcap', '/no/where',
                   check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('/no/where', done.stderr)


class Rights(Tapped):
    def test_nobody(self):
        """Who may see nothing is told so, and the tap ends."""
        def drop():
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'tap'], preexec_fn=drop,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=LIMIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ''),
                         done.stderr)
        self.assertIn('this user may not see', done.stderr)

    def test_owner(self):
        """Who owns the state directory sees its servers, and is told that it does
        not see the fast path."""
        if not FAST:
            self.skipTest('there is no fast path')

        def drop():
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        os.chown(self.state.path, NOBODY, NOBODY)
        self.addCleanup(os.chown, self.state.path, 0, 0)
        tap = self.tap(ready=False, preexec_fn=drop)
        path = self.path('owner')

        def seen():
            self.ask(path)
            self.ask(path, method='POST')
            return tap.find(path)

        self.assertTrue(wait_for(seen), tap.errors)
        self.assertEqual(tap.end(), 0)
        self.assertTrue(all('serve' in line for line in tap.lines))
        self.assertIn('this user may not see what the fast path answers',
                      tap.errors[0])


@unittest.skipUnless(FAST, 'there is no fast path')
class Killed(Tapped):
    def test_others_go_on(self):
        """Taps that are killed with kill -9 leave their places to others, and
        answers go out all the time."""
        stays = self.tap()
        for _ in range(6):
            killed = self.tap('--json', ready=False)
            path = self.path('killed')

            def seen(killed=killed, path=path):
                self.assertIn(b' 301 ', self.ask(path))
                return any('"fast"' in line for line in killed.find(path))

            self.assertTrue(wait_for(seen), killed.errors)
            killed.end(signal.SIGKILL)
            path = self.path('killed')
            self.assertIn(b' 301 ', self.ask(path))
            self.assertTrue(stays.seen(path))

    def until(self):
        """When the slots of taps are over, by the kernel's clock."""
        entries = json.loads(netns.command(
            'bpftool', '-j', 'map', 'dump', 'pinned',
            f'{self.fast.folder}/taps'))
        return [int.from_bytes(bytes(int(byte, 16) for byte in
                                     entry['value'][:8]), 'little')
                for entry in entries]

    def test_place_is_over(self):
        """Of a tap that ends nothing is left; of one that was killed a place
        that is over soon."""
        self.tap().end()
        self.assertTrue(wait_for(lambda: all(
            until < read_clock() for until in self.until())))
        tap = self.tap()
        self.assertTrue(any(until > read_clock() for until in self.until()))
        tap.end(signal.SIGKILL)
        self.assertTrue(wait_for(lambda: all(
            until <= read_clock() for until in self.until())))

    def test_attached_again(self):
        """Interfaces and whole instances come and go below a tap."""
        tap = self.tap()
        self.fast.detach('--drain', '0')
        path = self.path('again')
        self.ask(path)
        self.assertIn('serve', tap.seen(path)[0])
        self.fast.attach()
        path = self.path('again')

        def seen():
            self.ask(path)
            return any(' fast srv0 ' in line for line in tap.find(path))

        self.assertTrue(wait_for(seen), tap.errors)
        self.before = self.read()


def read_clock():
    with open('/proc/uptime', encoding='ascii') as file:
        return int(file.read().split('.', maxsplit=1)[0])


@unittest.skipUnless(FAST, 'there is no fast path')
class Foreign(Tapped):
    """Behind the fast path there is another server: what no rule matches is
    told by the fast path, once."""

    @classmethod
    def setUpClass(cls):
        cls.owner = cls
        super().setUpClass()

    @classmethod
    def start(cls, later):
        cls.server = None
        nginx = Nginx(cls.net.server, 'location / { return 204; }')
        later(nginx.stop)

    def ask(self, path, host='old.example', family=V4, method='GET'):
        with socket.create_connection((SERVER[family], 80), LIMIT) as sock:
            sock.sendall(f'{method} {path} HTTP/1.1\r\nHost: {host}\r\n'
                         f'{CLOSE}\r\n\r\n'.encode())
            data = b''
            while True:
                more = sock.recv(65536)
                if not more:
                    return data
                data += more

    def test_misses(self):
        tap = self.tap('--json', '--misses', ready=False)
        path = self.path('miss')

        def seen():
            self.assertIn(b' 204 ', self.ask(path + 'before', 'no.example'))
            return tap.find(path + 'before')

        self.assertTrue(wait_for(seen), tap.errors)
        self.ask(path + 'hit')
        for family in FAMILIES:
            self.ask(path + 'last', 'no.example', family)
        self.assertEqual(len(tap.seen(path + 'last', 2)), 2)
        self.assertEqual(tap.end(), 0)
        self.assertEqual(tap.find(path + 'hit'), [])
        last = [json.loads(line) for line in tap.find(path + 'last')]
        self.assertEqual(
            [(one['responder'], one['host'], one['status'], one['rule'],
              one['miss']) for one in last],
            [('fast', 'no.example', None, None, True)] * 2)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
