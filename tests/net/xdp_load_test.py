#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The load generator's virtual clients get what real ones would, notice what
is wrong, and leave nothing behind."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import netns
from netns import Fast, Namespace, Nginx, Pair
from serving import DETOUR, LIMIT, State, Server, wait_for

LOAD = f'{os.path.dirname(DETOUR)}/bin/xdp_load'
ADDRESS, CLIENT, SOURCE = '10.78.0.1', '10.78.0.2', '198.18.0.0/16'
ADDRESS6, CLIENT6, SOURCE6 = 'fd78::1', 'fd78::2', 'fd99::/112'
RULES = """
a.example            https://new.example            301
b.example/one        https://new.example/two?x=1    307
c.example/old/*      https://new.example/*          308
d.example            -                              410
"""
REQUESTS = """\
a.example\t/\t301\thttps://new.example/
a.example\t/a/longer/path?with=query\t301\thttps://new.example/a/longer/path\
?with=query
b.example\t/one\t307\thttps://new.example/two?x=1
c.example\t/old/ab\t308\thttps://new.example/ab
d.example\t/x\t410
"""
ONE = 'a.example\t/\t301\thttps://new.example/\n'


class Loaded(unittest.TestCase):
    """Two namespaces; the clients' packets find their way back by a route
    through a neighbour that never answers."""
    pass_all = True  # or something else is put on the server's end

    @classmethod
    def setUpClass(cls):
        cls.server, cls.client = Namespace(), Namespace()
        cls.addClassCleanup(cls.server.close)
        cls.addClassCleanup(cls.client.close)
        pair = Pair(cls.client, 'cli0', cls.server, 'srv0')
        cls.addClassCleanup(cls.server.run, 'ip', 'link', 'del', 'srv0')
        if cls.pass_all:
            cls.addClassCleanup(os.close, pair.receive())
        for address, client, source, bits in (
                (ADDRESS, CLIENT, SOURCE, 24), (ADDRESS6, CLIENT6, SOURCE6, 64)):
            cls.server.address('srv0', f'{address}/{bits}')
            cls.client.address('cli0', f'{client}/{bits}')
            cls.server.run('ip', 'neighbour', 'replace', client, 'lladdr',
                           pair.mac(0), 'dev', 'srv0', 'nud', 'permanent')
            cls.server.run('ip', 'route', 'add', source, 'via', client)
        cls.server.sysctl(core__somaxconn=4096,
                          ipv4__tcp_max_syn_backlog=4096)
        cls.mac = pair.mac(1)
        cls.start()

    @classmethod
    def start(cls):
        pass

    def command(self, *args, requests=REQUESTS):
        file = tempfile.NamedTemporaryFile('w', suffix='.tsv')
        self.addCleanup(file.close)
        file.write(requests)
        file.flush()
        return [LOAD, '--interface', 'cli0', '--server', f'{ADDRESS}:80',
                '--requests', file.name, '--warm', '0.05', '--seconds', '0.2',
                '--json', *args]

    def over_ipv6(self):
        return ('--server', f'[{ADDRESS6}]:80', '--source', SOURCE6, '--mac',
                self.mac)

    def begin(self):
        """A run that goes on until it is ended."""
        process = subprocess.Popen(
            self.command('--seconds', '60'), stderr=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, preexec_fn=self.client.join)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(self.attached))
        return process

    def run_load(self, *args, code=0, gone=True, **kwargs):
        done = subprocess.run(self.command(*args, **kwargs), timeout=LIMIT,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, preexec_fn=self.client.join,
                              check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, (done.stdout, done.stderr))
        if gone:
            self.assert_gone()
        self.code, self.stderr = done.returncode, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    def run_until(self, enough, *args, code=0, **kwargs):
        """A run, and longer ones while a busy machine does not do enough."""
        for seconds in ('0.2', '1', '4'):
            result = self.run_load('--seconds', seconds, *args, code=None,
                                   **kwargs)
            if enough(result):
                break
        self.assertEqual(self.code, code, (result, self.stderr))
        return result

    def attached(self):
        link = json.loads(self.client.run('ip', '-j', 'link', 'show', 'dev',
                                          'cli0'))[0]
        return 'xdp' in link

    def assert_gone(self):
        self.assertFalse(self.attached())

    def assert_good(self, result):
        """Every answer was right, and each was taken once."""
        self.assertGreater(result['per_second'], 0)
        self.assertGreater(result['requests'], 0)
        for name in ('wrong', 'resets', 'unsent', 'too_long'):
            self.assertEqual(result[name], 0, (name, result))
        for name in ('strange', 'no_room', 'closed', 'unanswered'):
            self.assertEqual(result['events'][name], 0, (name, result))
        # Counts are read while they rise.
        self.assertAlmostEqual(sum(result['status'].values()),
                               result['requests'],
                               delta=20 + result['requests'] // 50)
        self.assertGreaterEqual(result['events']['asked'],
                                result['events']['right'])
        latency = result['latency_ns']
        self.assertLessEqual(0 < latency['p50'] and latency['p50'],
                             latency['p99'])
        self.assertLessEqual(latency['p99'], latency['max'])


class Killed(Loaded):
    def test_killed(self):
        process = self.begin()
        process.kill()
        process.communicate(timeout=LIMIT)
        self.assertTrue(wait_for(lambda: not self.attached()))


class Serve(Loaded):
    @classmethod
    def start(cls):
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        responder = Server(cls.state, '--threads', '1', listen='*:80',
                           preexec_fn=cls.server.join)
        cls.addClassCleanup(responder.stop)

    def test_close(self):
        result = self.run_load()
        self.assert_good(result)
        self.assertEqual(set(result['status']), {'301', '307', '308', '410'})
        self.assertEqual(result['mode'], 'close')
        self.assertGreater(result['connections'], 10)
        self.assertGreater(result['checked'], 0)
        self.assertAlmostEqual(
            result['per_second'],
            result['connections'] / result['seconds'], delta=1)

    def test_keep_alive(self):
        result = self.run_load('--keep-alive')
        self.assert_good(result)
        self.assertEqual(set(result['status']), {'301', '307', '308', '410'})
        self.assertEqual(result['connections'], 0)
        self.assertGreater(result['checked'], 0)

    def test_rate(self):
        result = self.run_load('--rate', '400', '--seconds', '0.5')
        self.assert_good(result)
        self.assertGreater(result['started'], 150)
        self.assertLessEqual(result['started'], 260)
        self.assertEqual(result['latency_ns']['samples'],
                         result['requests'])

    def test_ipv6(self):
        result = self.run_load(*self.over_ipv6())
        self.assert_good(result)
        self.assertEqual(set(result['status']), {'301', '307', '308', '410'})
        self.assertGreater(result['connections'], 10)
        self.assertGreater(result['checked'], 0)
        self.assert_good(self.run_load(*self.over_ipv6(), '--keep-alive'))
        self.assert_good(self.run_load(
            *self.over_ipv6(), '--source', 'fd99::8/126', '--clients', '21'))
        self.assertEqual(self.server.run('ss', '-tnH', 'state', 'established'),
                         '')

    def test_rate_beyond_clients(self):
        """A connection that has no client is not begun, and counted."""
        result = self.run_load('--rate', '20000', '--clients', '1')
        self.assertGreater(result['unsent'], 0)

    def test_few_addresses(self):
        """Clients of the same address are told apart by port."""
        result = self.run_load('--source', '198.18.7.8/30', '--clients', '21')
        self.assert_good(result)

    def test_for_people(self):
        command = self.command('--mac', self.mac)
        command.remove('--json')
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              preexec_fn=self.client.join, check=True)
        self.assertRegex(done.stdout, r'^\d+ connections a second, p50 .* '
                                      r'0 wrong, 0 resets, \d+ time-outs\n$')

    def test_wrong_location(self):
        """One in five is not where it is to be."""
        for good, bad in (('/ab', '/aB'), ('\thttps://new.example/ab', '\t')):
            result = self.run_until(
                lambda result: 0 < result['wrong'] < result['checked'],
                requests=REQUESTS.replace(f'{good}\n', f'{bad}\n'), code=1)
            self.assertGreater(result['wrong'], 0)
            self.assertLess(result['wrong'], result['checked'])
            self.assertIn('GET /old/ab HTTP/1.1', self.stderr)

    def test_wrong_status(self):
        result = self.run_load(requests=REQUESTS.replace('307', '302'),
                               code=1)
        self.assertEqual(result['wrong'], result['events']['wrong'])
        self.assertGreater(result['wrong'], 0)
        self.assertGreater(result['connections'], 0)
        self.assertLess(result['connections'], result['status']['307'] +
                        result['requests'])
        self.assertIn('GET /one', self.stderr)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.begin()
            process.send_signal(number)
            out, err = process.communicate(timeout=LIMIT)
            self.assertEqual((process.returncode, out, err),
                             (1, '', 'xdp_load: interrupted\n'))
            self.assert_gone()

    def test_no_connection_is_left(self):
        """... at the server, once the clients have reset them."""
        self.run_load()
        self.assertEqual(self.server.run('ss', '-tnH', 'state', 'established'),
                         '')

    def test_two_at_a_time(self):
        """An interface is one run's."""
        process = self.begin()
        self.run_load(code=1, gone=False)
        self.assertIn('cannot attach to cli0', self.stderr)
        process.terminate()
        process.communicate(timeout=LIMIT)

    def test_bad_input(self):
        for args, code, text in (
                ((), 1, 'tsv:2: not host, path, status, Location'),
                (('--interface', 'none0'), 1, 'none0: No such device'),
                (('--server', '10.78.0.9:80'), 1, 'no neighbour 10.78.0.9'),
                (('--server', '10.78.0.1'), 2, "bad value '10.78.0.1'"),
                (('--server', '10.78.0.1:0'), 2, "bad value '10.78.0.1:0'"),
                (('--source', '10.78.0.1/24'), 2, "bad value"),
                (('--source', '10.0.0.0/7'), 2, "bad value"),
                (('--source', 'fd99::1/112'), 2, "bad value"),
                (('--source', 'fd99::/100'), 2, "bad value"),
                (('--source', SOURCE6), 2, 'usage:'),
                (('--server', 'fd78::1:80'), 2, "bad value"),
                (('--server', '[fd78::1]'), 2, "bad value"),
                (('--server', '[fd78::1]:80'), 2, 'usage:'),
                (('--server', '[fd78::1]:80', '--source', SOURCE6), 1,
                 '--mac must be given'),
                (('--clients', '0'), 2, "bad value '0'"),
                (('--seconds', '-1'), 2, "bad value '-1'"),
                (('--mac', '0:1:2:3:4'), 2, "bad value '0:1:2:3:4'"),
                (('--rate', '5', '--keep-alive'), 2, 'usage:'),
                (('more',), 2, 'usage:')):
            requests = REQUESTS if args else f'{ONE}no line\n'
            self.run_load(*args, requests=requests, code=code)
            self.assertIn(text, self.stderr)

    def test_too_long(self):
        long = f'a.example\t/{"x" * 200}\t301\thttps://new.example/\n'
        result = self.run_load(requests=long + REQUESTS)
        self.assertEqual(result['too_long'], 1)
        self.run_load(requests=long, code=1)
        self.assertIn('no request of 200 bytes', self.stderr)


class Web(Loaded):
    """The clients against other people's TCP."""
    requests = ('a.example\t/x\t301\thttps://new.example/x\n'
                'a.example\t/y?z=1\t301\thttps://new.example/y?z=1\n')

    @classmethod
    def start(cls):
        nginx = Nginx(cls.server, 'keepalive_requests 50; location / '
                                  '{ return 301 https://new.example'
                                  '$request_uri; }')
        cls.addClassCleanup(nginx.stop)

    def test_close(self):
        result = self.run_load(requests=self.requests)
        self.assert_good(result)
        self.assertGreater(result['connections'], 10)

    def test_keep_alive(self):
        """The server closes after so many requests, whereupon the clients
        begin anew."""
        def ended_of(result):
            return result['events']['closed'] + result['resets']

        result = self.run_until(ended_of, '--keep-alive', '--clients', '20',
                                requests=self.requests)
        self.assertEqual(result['wrong'], 0)
        ended = ended_of(result)
        self.assertGreater(ended, 0)
        self.assertGreater(result['events']['right'], 40 * ended)

    def test_nothing_listens(self):
        result = self.run_load('--server', f'{ADDRESS}:81',
                               requests=self.requests, code=1)
        self.assertGreater(result['resets'], 0)
        self.assertEqual(result['requests'], 0)
        self.assertIn('nothing was answered', self.stderr)


class Odd(Loaded):
    """Answers that are right, or nearly."""

    @classmethod
    def start(cls):
        with cls.server:
            cls.listener = socket.create_server((ADDRESS, 80), backlog=1000)
        cls.addClassCleanup(cls.listener.close)
        cls.pieces = []
        threading.Thread(target=cls.serve, daemon=True).start()
        cls.addClassCleanup(cls.listener.shutdown, socket.SHUT_RDWR)

    @classmethod
    def serve(cls):
        while True:
            try:
                sock, _ = cls.listener.accept()
            except OSError:
                return
            with sock:
                try:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    sock.recv(4096)
                    for piece in cls.pieces:
                        sock.sendall(piece)
                        time.sleep(0.0002)
                except OSError:
                    pass

    def answer(self, enough, *pieces, code=0):
        type(self).pieces = pieces
        return self.run_until(enough, '--clients', '20', requests=ONE,
                              code=code)

    def test_right(self):
        end = b'Location: https://new.example/\r\n\r\n'
        for pieces in ((b'HTTP/1.1 301 Moved\r\n' + end,),
                       (b'HTTP/1.0 301 \r\nA: b\r\n' + end.lower() + b'body',),
                       (b'HTTP/1.1 301 Moved\r\nContent-Length: 5000\r\n' + end,
                        b'x' * 5000)):
            result = self.answer(lambda result: result['checked'] and
                                 result['requests'] > 200, *pieces)
            self.assert_good(result)
            self.assertGreater(result['checked'], 0)
            # Some have begun before the measured time, or end behind it.
            size = sum(map(len, pieces))
            self.assertAlmostEqual(result['bytes'] / result['requests'], size,
                                   delta=size / 10)

    def test_wrong(self):
        head = b'HTTP/1.1 301 Moved\r\n'
        end = b'Location: https://new.example/\r\n'
        for piece, what in ((head + b'\r\n', 'no Location'),
                            (head + end + end + b'\r\n', 'two'),
                            (head + end, 'no end'),
                            (head + b'X-' + end + b'\r\n', 'other header'),
                            (b'HTTP/1.1 200 OK\r\n' + end + b'\r\n', 'status'),
                            (b'301 Moved\r\n' + end + b'\r\n', 'no HTTP')):
            with self.subTest(what):
                result = self.answer(lambda result: result['wrong'], piece,
                                     code=1)
                self.assertGreater(result['wrong'], 0)

    def test_nothing(self):
        result = self.answer(lambda result: result['events']['unanswered'],
                             code=1)
        self.assertGreater(result['events']['unanswered'], 0)
        self.assertEqual(result['connections'], 0)


class Silent(Loaded):
    """A server that takes no connection off its queue."""

    @classmethod
    def start(cls):
        with cls.server:
            cls.listener = socket.create_server((ADDRESS, 80), backlog=1000)
        cls.addClassCleanup(cls.listener.close)

    def test_no_connection_is_left(self):
        """... that the next run would meet."""
        result = self.run_load('--clients', '300', code=1)
        self.assertGreater(result['events']['asked'], 0)
        self.assertEqual(self.server.run('ss', '-tnH'), '')


@unittest.skipUnless(netns.FAST, 'it is the fast path that is asked')
class FastPath(Loaded):
    pass_all = False

    @classmethod
    def start(cls):
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        cls.fast = Fast(cls.server, cls.state)
        cls.addClassCleanup(cls.fast.end)
        cls.fast.attach('--without-listener')

    def test_close(self):
        result = self.run_load()
        self.assert_good(result)
        self.assertEqual(set(result['status']), {'301', '307', '308', '410'})
        self.assertGreater(result['connections'], 10)
        counted = self.fast.read()
        self.assertEqual(counted['assigned'], 0)
        self.assertGreaterEqual(netns.answers(counted),
                                result['connections'])

    def test_ipv6(self):
        result = self.run_load(*self.over_ipv6())
        self.assert_good(result)
        self.assertEqual(set(result['status']), {'301', '307', '308', '410'})
        self.assertEqual(self.fast.read()['assigned'], 0)

    def test_rate(self):
        result = self.run_load('--rate', '400', '--seconds', '0.5')
        self.assert_good(result)
        self.assertGreater(result['started'], 150)
        self.assertLessEqual(result['started'], 260)

    def test_keep_alive(self):
        """The fast path closes all the same, and that is an end, too."""
        result = self.run_load('--keep-alive')
        self.assert_good(result)
        self.assertGreater(result['connections'], 10)


if __name__ == '__main__':
    # Before what else the machine has to do.
    os.setpriority(os.PRIO_PROCESS, 0, -10)
    netns.private_bpffs()
    unittest.main()
