#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The access log of detour serve: what is written of each request, where to,
and what becomes of answers when it is not taken."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import threading
import unittest

from serving import (DETOUR, LIMIT, RULES, Client, Server, Serving, get, run,
                     wait_for)

NOBODY = 65534
COMBINED = re.compile(
    r'(\S+) - - \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] '
    r'"([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)" (\S+) (\d+|-)')

# A rule of each kind, and a request that it wins.
KINDS = [
    ('plain.example/*', 'https://t.example/*', '301', '', 'plain.example', '/'),
    ('plain.example/a', 'https://t.example/a', '301', '', 'plain.example',
     '/a'),
    ('plain.example/b/*', 'https://t.example/*', '302', '', 'plain.example',
     '/b/c'),
    ('plain.example/q?x=1', 'https://t.example/', '302', '', 'plain.example',
     '/q?x=1'),
    ('*.wild.example/*', 'https://t.example/*', '308', '', 'x.y.wild.example',
     '/z'),
    ('p.example/{y:digits}/{slug}.html', 'https://t.example/{slug}', '301', '',
     'p.example', '/2026/move.html'),
    ('s.example/item?id=8&*', 'https://t.example/red', '301', '', 's.example',
     '/item?a=b&id=8'),
    ('c.example/Read/Me', 'https://t.example/', '301', 'case=ignore',
     'c.example', '/rEAD/mE'),
    ('*/.well-known/x/*', '-', 'pass', 'first=yes', 'plain.example',
     '/.well-known/x/y'),
    ('*/last', '-', '410', '', 'nobody.example', '/last'),
    ('ok.example/*', '-', '200', '', 'ok.example', '/'),
]

REFUSED = [
    (b'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'GET / HTTP/1.1'),
    (b'GET / HTTP/1.1\r\n\r\n', 400, 'GET / HTTP/1.1'),
    (b'\x16\x03\x01\x02\x00\x01\r\n', 400, '\\x16\\x03\\x01\\x02\\x00\\x01'),
    (b'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'CONNECT a:1 HTTP/1.1'),
    (b'GET /' + b'a' * 8001 + b' HTTP/1.1\r\nHost: a\r\n\r\n', 414,
     'GET /' + 'a' * 8001 + ' HTTP/1.1'),
    (b'GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 421,
     'GET https://a/ HTTP/1.1'),
    (b'GET / HTTP/1.1\r\nA: ' + b'b' * 16384, 431, 'GET / HTTP/1.1'),
    (b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x, chunked\r\n\r\n',
     501, 'POST / HTTP/1.1'),
    (b'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505, 'GET / HTTP/2.0'),
]

HOSTILE = bytes(set(range(256)) - set(b'\r\n\0'))


class Logged(Serving):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.state.dir, 'access.log')

    def log(self, *args, **kwargs):
        return self.serve('--access-log', self.path, *args, **kwargs)

    def lines(self, count, path=None):
        """So many lines, which come in a moment."""
        def read():
            with open(path or self.path, encoding='ascii') as log:
                got = log.read().split('\n')
            return len(got) > count and got
        got = wait_for(read)
        self.assertTrue(got, f'not {count} lines')
        self.assertEqual(got.pop(), '')
        self.assertEqual(len(got), count)
        return got

    def objects(self, count):
        return [json.loads(line) for line in self.lines(count)]

    def counters(self):
        done = run('--state', self.state.path, 'stats', '--json')
        told = json.loads(done.stdout)['socket']
        return told['socket_log_lines'], told['socket_log_lost']


class Lines(Logged):
    def kinds(self, server):
        for _, _, _, _, host, path in KINDS:
            with Client(server) as client:
                client.ask(get(path, host))

    def test_rule_of_each_kind(self):
        """From a map of its own, and from an overlay and its base."""
        rules = [' '.join(kind[:4]) for kind in KINDS]
        filler = ''.join(f'h{i}.example https://t.example/ 301\n'
                         for i in range(2000))
        server = self.log('--access-log-format', 'json', '--threads', '1')
        self.state.load('\n'.join(rules) + '\n')
        self.assertTrue(wait_for(lambda: server.find('release 1 is live')))
        self.kinds(server)
        self.state.load(filler + '\n'.join(rules[::2]) + '\n')
        run('--state', self.state.path, 'import', '-',
            input='\n'.join(rules[1::2]) + '\n')
        last = json.loads(run('--state', self.state.path, 'status',
                              '--json').stdout)['release']
        self.assertTrue(wait_for(
            lambda: server.find(f'release {last} is live')))
        self.kinds(server)
        told = self.objects(2 * len(KINDS))
        for i, got in enumerate(told):
            kind = KINDS[i % len(KINDS)]
            with self.subTest(kind[0], i=i):
                self.assertEqual(got['rule'], kind[0])
                self.assertEqual(got['host'], kind[4])
                self.assertEqual(got['uri'], kind[5])
                self.assertEqual(got['release'],
                                 1 if i < len(KINDS) else last)
                code = 404 if kind[2] == 'pass' else int(kind[2])
                self.assertEqual(got['status'], code)
                self.assertEqual(got['responder'],
                                 'server' if code == 404 else 'rule')
                self.assertEqual(got['location'] is not None,
                                 300 < code < 400)

    def test_combined(self):
        self.state.load(RULES)
        server = self.log()
        with Client(server) as client:
            port = client.sock.getsockname()[1]
            client.ask(get('/x?y', 'OLD.example:80', 'Referer:  r "q" ',
                           'User-Agent: me'))
            client.ask(get('/', 'miss.example'))
            client.ask(get('/gone', method='HEAD'), 'HEAD')
            client.ask(get('/', method='POST', version='1.0'))
        got = [COMBINED.fullmatch(line).groups() for line in self.lines(4)]
        self.assertTrue(port)
        self.assertEqual([x[:1] + x[2:] for x in got], [
            ('127.0.0.1', 'GET /x?y HTTP/1.1', '301', '0', 'r \\x22q\\x22',
             'me', 'old.example/*', '1'),
            ('127.0.0.1', 'GET / HTTP/1.1', '404', '0', '-', '-', '-', '1'),
            ('127.0.0.1', 'HEAD /gone HTTP/1.1', '410', '0', '-', '-',
             'old.example/gone', '1'),
            ('127.0.0.1', 'POST / HTTP/1.0', '301', '0', '-', '-',
             'old.example/*', '1')])
        self.assertEqual(self.counters(), (4, 0))

    def test_before_the_first_release(self):
        server = self.log()
        self.assertEqual(self.status(server), 404)
        self.assertTrue(self.lines(1)[0].endswith(' "-" "-" - -'))

    def test_release_without_rules(self):
        server = self.log()
        self.state.load('a.example - 410')
        run('--state', self.state.path, 'del', 'a.example')
        self.assertTrue(wait_for(lambda: server.find('release 2 is live')))
        self.assertEqual(self.status(server), 404)
        self.assertTrue(self.lines(1)[0].endswith(' "-" "-" - 2'))

    def test_refused(self):
        """What is known of each: at least its status and its line."""
        server = self.log('--head-time', '0.4', '--threads', '1')
        for data, status, _ in REFUSED:
            with Client(server) as client:
                self.assertEqual(client.ask(data).status, status)
        with Client(server) as client:
            answer = client.ask(b'GET /late HTTP/1.1\r\nHost: a')
            self.assertEqual(answer.status, 408)
        got = [COMBINED.fullmatch(x).groups()
               for x in self.lines(len(REFUSED) + 1)]
        self.assertEqual([(int(x[3]), x[2]) for x in got],
                         [x[1:] for x in REFUSED] +
                         [(408, 'GET /late HTTP/1.1')])

    def test_refused_in_json(self):
        server = self.log('--threads', '1', '--access-log-format', 'json')
        for data, _, _ in REFUSED:
            with Client(server) as client:
                client.ask(data)
        got = self.objects(len(REFUSED))
        self.assertEqual([x['status'] for x in got], [x[1] for x in REFUSED])
        self.assertEqual(got[2]['request'], '\x16\x03\x01\x02\0\x01')
        self.assertEqual(got[4]['uri'], '/' + 'a' * 8001)
        self.assertEqual(got[3]['method'], 'CONNECT')
        self.assertEqual(got[5]['host'], 'a')

    def hostile(self, server):
        """Each byte in path, host, referer and agent: most are refused."""
        for i in range(0, len(HOSTILE), 5):
            some = HOSTILE[i:i + 5]
            for head in (b'GET /%s HTTP/1.1\r\nHost: a\r\n' % some,
                         b'GET / HTTP/1.1\r\nHost: %s\r\n' % some,
                         b'GET / HTTP/1.1\r\nHost: a\r\nReferer: x%s\r\n'
                         % some,
                         b'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x%s\r\n'
                         % some):
                with Client(server) as client:
                    client.ask(head + b'\r\n')
        return 4 * len(range(0, len(HOSTILE), 5))

    def test_hostile_bytes(self):
        server = self.log('--threads', '1')
        for line in self.lines(self.hostile(server)):
            self.assertTrue(COMBINED.fullmatch(line), line)

    def test_hostile_bytes_in_json(self):
        server = self.log('--threads', '1', '--access-log-format', 'json')
        count = self.hostile(server)

        def read():
            with open(self.path, 'rb') as log:
                return log.read()
        self.assertTrue(wait_for(lambda: read().count(b'\n') == count))
        for line in read().splitlines():
            self.assertNotRegex(line, rb'[\0-\x1f\x7f]')
            self.assertIn('status', json.loads(line))

    def test_clients(self):
        """An address of IPv4 is one on a socket of IPv6, too."""
        server = self.log(listen='*:0')
        for family, host in ((socket.AF_INET, '127.0.0.1'),
                             (socket.AF_INET6, '::1')):
            try:
                socket.socket(family).close()
                address = next(a for a in server.addresses)
                with Client(server, (host, address[1])) as client:
                    client.ask(get())
            except OSError:
                self.skipTest('SKIP: a family of addresses is missing')
        got = [line.split()[0] for line in self.lines(2)]
        self.assertEqual(sorted(got), ['127.0.0.1', '::1'])

    def test_leave_out(self):
        self.state.load(RULES)
        server = self.log('--access-log-format', 'json', '--log-leave-out',
                          'query', '--log-leave-out', 'address,query')
        with Client(server) as client:
            client.ask(get('/x?secret=1', 'old.example',
                           'Referer: http://r.example/?secret=2'))
        with open(self.path, encoding='ascii') as log:
            self.assertTrue(wait_for(lambda: self.objects(1)))
            self.assertNotIn('secret', log.read())
        got = self.objects(1)[0]
        self.assertIsNone(got['client'])
        self.assertNotIn('port', got)
        self.assertEqual(got['uri'], '/x')
        self.assertEqual(got['referer'], 'http://r.example/')
        self.assertEqual(got['location'], 'https://new.example/x')

    def test_pipelined_and_https(self):
        self.state.load(RULES)
        server = self.log('--access-log-format', 'json',
                          listen='127.0.0.1:0,https')
        with Client(server) as client:
            client.send(get('/1') + get('/2') + get('/gone'))
            for _ in range(3):
                client.answer()
        got = self.objects(3)
        self.assertEqual([x['uri'] for x in got], ['/1', '/2', '/gone'])
        self.assertEqual({x['scheme'] for x in got}, {'https'})


class Fallback(Logged):
    """What the fallback answers is told when it has ended."""

    def fallback(self, answer, more=b''):
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                with sock:
                    sock.recv(65536)
                    if answer:
                        sock.sendall(answer)
                    if more:
                        sock.recv(65536)
                        sock.sendall(more)
        threading.Thread(target=serve, daemon=True).start()
        return f'127.0.0.1:{listener.getsockname()[1]}'

    def one(self, answer):
        self.state.load(RULES)
        server = self.log('--fallback', self.fallback(answer),
                          '--access-log-format', 'json')
        with Client(server) as client:
            client.ask(get('/pass/x', 'old.example', 'User-Agent: me'))
        return self.objects(1)[0]

    def test_length(self):
        got = self.one(b'HTTP/1.1 201 Yes\r\nContent-Length: 5\r\n\r\nhello')
        self.assertEqual((got['status'], got['bytes'], got['responder'],
                          got['rule'], got['agent'], got['uri']),
                         (201, 5, 'fallback', 'old.example/pass/*', 'me',
                          '/pass/x'))

    def test_chunked_behind_interim(self):
        got = self.one(b'HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n'
                       b'Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n')
        self.assertEqual((got['status'], got['bytes']), (200, 12))

    def test_none(self):
        got = self.one(b'')
        self.assertEqual((got['status'], got['bytes'], got['responder']),
                         (502, 0, 'fallback'))

    def test_nobody_listens(self):
        with socket.create_server(('127.0.0.1', 0)) as free:
            port = free.getsockname()[1]
        server = self.log('--fallback', f'127.0.0.1:{port}')
        self.assertEqual(self.status(server), 502)
        self.assertIn('" 502 0 "', self.lines(1)[0])

    def test_broken_off(self):
        self.state.load(RULES)
        server = self.log('--fallback', self.fallback(
            b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'))
        with server.connect() as sock:
            sock.sendall(get('/', 'x.example'))
            while sock.recv(4096):
                pass
        self.assertIn('" 200 5 "', self.lines(1)[0])

    def test_client_gone(self):
        server = self.log('--fallback', self.fallback(b''),
                          '--access-log-format', 'json')
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        server.stop()
        server = self.log('--fallback',
                          f'127.0.0.1:{listener.getsockname()[1]}')
        with server.connect() as sock:
            sock.sendall(get('/gone/away', 'x.example'))
            held, _ = listener.accept()
            self.addCleanup(held.close)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            b'\1\0\0\0\0\0\0\0')
        self.assertIn('"GET /gone/away HTTP/1.1" 499 0 "', self.lines(1)[0])


class Files(Logged):
    def ask(self, server, path='/'):
        with Client(server) as client:
            return client.ask(get(path)).status

    def test_reopened_by_hangup(self):
        """logrotate's way: what comes after it is in a new file."""
        server = self.log()
        old = self.path + '.1'
        self.ask(server, '/before')
        self.lines(1)
        os.rename(self.path, old)
        self.ask(server, '/between')
        self.assertIn('/between', self.lines(2, old)[1])
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(wait_for(lambda: os.path.exists(self.path)))
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o640)
        # The new file is made before the old one is left.
        self.assertTrue(wait_for(lambda: self.is_open(server, self.path) and
                                 not self.is_open(server, old)))
        self.ask(server, '/after')
        self.assertIn('/after', self.lines(1)[0])
        self.lines(2, old)

    def is_open(self, server, path):
        folder = f'/proc/{server.process.pid}/fd'
        for number in os.listdir(folder):
            try:
                if os.readlink(os.path.join(folder, number)) == path:
                    return True
            except OSError:
                pass
        return False

    def test_reopening_fails_for_a_while(self):
        folder = os.path.join(self.state.dir, 'logs')
        os.mkdir(folder)
        self.path = os.path.join(folder, 'a')
        server = self.log()
        self.ask(server, '/1')
        self.lines(1)
        os.rename(folder, folder + '.old')
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(wait_for(
            lambda: server.find('the old access log goes on')))
        self.ask(server, '/2')
        self.assertIn('/2', self.lines(2, folder + '.old/a')[1])
        os.mkdir(folder)
        self.assertTrue(wait_for(lambda: os.path.exists(self.path)))
        self.assertTrue(wait_for(lambda: self.is_open(server, self.path)))
        self.ask(server, '/3')
        self.assertIn('/3', self.lines(1)[0])

    def test_refuses_to_start(self):
        missing = os.path.join(self.state.dir, 'no', 'a')
        for where, why in ((missing, 'No such file'),
                           (self.state.dir, 'Is a directory')):
            server = self.serve('--access-log', where, ready=False)
            self.assertEqual(server.process.wait(LIMIT), 1)
            server.reader.join(LIMIT)
            self.assertEqual(len(server.lines), 1)
            self.assertRegex(server.lines[0],
                             f'^detour serve: cannot open {where}: {why}')

    def test_bad_options(self):
        for args in (['--access-log', ''], ['--access-log-format', 'xml'],
                     ['--log-leave-out', 'host']):
            done = run('serve', *args, check=False)
            self.assertEqual(done.returncode, 2, args)

    def test_stdout(self):
        with open(os.path.join(self.state.dir, 'out'), 'wb') as out:
            server = self.serve('--access-log', '/dev/stdout', stdout=out)
            self.ask(server)
            self.lines(1, out.name)

    def test_written_before_the_end(self):
        server = self.log('--threads', '2')
        for i in range(50):
            self.ask(server, f'/{i}')
        self.assertEqual(server.stop(), 0)
        got = [re.search(r'/(\d+) HTTP', x)[1] for x in self.lines(50)]
        self.assertEqual(sorted(map(int, got)), list(range(50)))

    def flood(self, server, count):
        """More than the rings have room for: all are answered."""
        long = '/' + 'a' * 7000
        with Client(server) as client:
            for i in range(count):
                answer = client.ask(get(f'{long}{i}', 'a.example'))
                self.assertEqual(answer.status, 404)

    def test_full_disk(self):
        server = self.serve('--access-log', '/dev/full', '--threads', '1')
        self.flood(server, 1500)
        self.assertTrue(wait_for(lambda: self.counters()[1] > 500))
        self.assertEqual(self.counters()[0], 0)
        self.assertTrue(server.find('lines of the access log are lost'))
        self.assertEqual(self.ask(server), 404)
        self.assertEqual(server.stop(), 0)

    def test_file_that_may_not_grow(self):
        """A line that was written in part is ended later, and none is broken:
        what is not there is counted."""
        server = self.log('--threads', '1')
        pid = server.process.pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (100001, -1))
        self.flood(server, 1500)
        self.assertTrue(wait_for(lambda: self.counters()[1] > 500))
        self.assertEqual(os.path.getsize(self.path), 100001)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (-1, -1))
        self.assertTrue(wait_for(lambda: sum(self.counters()) == 1500))
        lines, lost = self.counters()
        for line in self.lines(lines):
            self.assertTrue(COMBINED.fullmatch(line), line[:80])
        self.assertIn('a1499 HTTP', self.lines(lines)[-1])
        self.assertEqual(lines + lost, 1500)

    def test_fifo(self):
        """Without a reader, with one that does not read, and that reads on."""
        os.mkfifo(self.path)
        server = self.log('--threads', '1')
        self.flood(server, 1500)
        self.assertTrue(wait_for(lambda: self.counters()[1] > 500))
        with open(self.path, 'rb') as fifo:
            data = b''
            while not data.endswith(b'\n') or b'a1499 HTTP' not in data:
                data += os.read(fifo.fileno(), 65536)
            got = data.decode('ascii').splitlines()
            for line in got:
                self.assertTrue(COMBINED.fullmatch(line), line[:80])
            self.assertTrue(wait_for(lambda: sum(self.counters()) == 1500))
            self.assertEqual(len(got), self.counters()[0])
        # Full once more: it does not keep the server from ending.
        self.flood(server, 1000)
        self.assertEqual(server.stop(), 0)

    def test_fifo_that_was_left(self):
        os.mkfifo(self.path)
        reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        server = self.log('--threads', '1')
        os.close(reader)
        self.assertEqual(self.ask(server, '/first'), 404)
        with open(self.path, 'rb') as fifo:
            self.assertIn(b'/first', fifo.readline())


@unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
class OtherUser(Files):
    """The same by a server that is not root any more."""

    def log(self, *args, **kwargs):
        return super().log('--user', 'nobody', *args, **kwargs)

    # What it takes is no right of every container's root.
    test_file_that_may_not_grow = None

    def test_folder_of_the_user(self):
        """Where he may put what he likes nothing of root's is written."""
        folder = os.path.join(self.state.dir, 'his')
        os.mkdir(folder)
        os.chown(folder, NOBODY, NOBODY)
        secret = os.path.join(self.state.dir, 'secret')
        with open(secret, 'wb'):
            pass
        os.chmod(secret, 0o600)
        self.path = os.path.join(folder, 'a')
        server = self.log()
        self.ask(server)
        self.lines(1)
        self.assertEqual(os.stat(self.path).st_uid, NOBODY)
        os.unlink(self.path)
        os.symlink(secret, self.path)
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(wait_for(
            lambda: server.find('the old access log goes on')))
        self.ask(server)
        self.assertEqual(os.path.getsize(secret), 0)
        server.stop()
        server = self.log(ready=False)
        self.assertEqual(server.process.wait(LIMIT), 1)
        self.assertEqual(os.path.getsize(secret), 0)

    def test_folder_that_others_may_write(self):
        folder = os.path.join(self.state.dir, 'shared')
        os.mkdir(folder)
        os.chmod(folder, 0o1777)
        self.path = os.path.join(folder, 'a')
        os.symlink(os.path.join(self.state.dir, 'target'), self.path)
        server = self.log(ready=False)
        self.assertEqual(server.process.wait(LIMIT), 1)

    def test_keeper_ends_with_the_server(self):
        server = self.log()
        folder = f'/proc/{server.process.pid}/task/{server.process.pid}'
        with open(f'{folder}/children', encoding='ascii') as children:
            pids = children.read().split()
        self.assertTrue(any(self.name_of(pid) == 'detour-log'
                            for pid in pids))
        server.process.kill()
        server.process.wait()
        self.assertTrue(wait_for(lambda: not any(
            os.path.exists(f'/proc/{pid}') for pid in pids)))

    @staticmethod
    def name_of(pid):
        with open(f'/proc/{pid}/comm', encoding='ascii') as comm:
            return comm.read().strip()


# A root of mounts that only the server sees: another /dev and /run.
INSIDE = '''
set -e
mount --make-rprivate /
mkdir -p "$1/dev" "$1/run"
mount -t tmpfs tmpfs "$1/dev"
for name in null zero urandom full; do
    : > "$1/dev/$name"
    mount --bind "/dev/$name" "$1/dev/$name"
done
ln -s "$1/dev.log" "$1/dev/log"
mount --rbind "$1/dev" /dev
mount --bind "$1/run" /run
shift
exec "$@"
'''


@unittest.skipIf(os.getuid(), 'SKIP: only root can mount')
class Messages(Logged):
    """syslog and the journal, by sockets of the test that stand where theirs
    would."""

    def setUp(self):
        super().setUp()
        self.box = os.path.join(self.state.dir, 'box')
        os.makedirs(os.path.join(self.box, 'run/systemd/journal'))
        os.chmod(self.box, 0o755)
        self.paths = {
            'syslog': os.path.join(self.box, 'dev.log'),
            'journal': os.path.join(self.box, 'run/systemd/journal/socket')}

    def bind(self, where):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(sock.close)
        sock.settimeout(LIMIT)
        sock.bind(self.paths[where])
        os.chmod(self.paths[where], 0o666)
        return sock

    def inside(self, where, *args, ready=True):
        """A Server whose command runs in that root."""
        command = ['unshare', '-m', 'sh', '-c', INSIDE, 'sh', self.box,
                   DETOUR, '--state', self.state.path, 'serve', '--listen',
                   '127.0.0.1:0', '--access-log', where, *args]
        server = object.__new__(Server)
        server.lines = []
        server.process = subprocess.Popen(command, stderr=subprocess.PIPE,
                                          text=True)
        server.reader = threading.Thread(target=server.read, daemon=True)
        server.reader.start()
        self.addCleanup(server.stop)
        if ready:
            line = wait_for(lambda: server.find('ready on'))
            self.assertTrue(line, server.lines)
            server.parse(line)
        return server

    def test_syslog(self):
        sock = self.bind('syslog')
        server = self.inside('syslog', '--user', 'nobody')
        self.status(server)
        got = sock.recv(65536).decode('ascii')
        match = re.fullmatch(r'<30>[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d '
                             rf'detour\[{server.process.pid}\]: (.*)', got)
        self.assertTrue(match, got)
        self.assertTrue(COMBINED.fullmatch(match[1]), got)

    def test_journal(self):
        sock = self.bind('journal')
        server = self.inside('journal', '--access-log-format', 'json')
        with Client(server) as client:
            client.ask(get('/a', 'a.example', 'User-Agent: \x01=\xff'))
        got = sock.recv(65536)
        fields = dict(x.split(b'=', 1) for x in got.decode('ascii').encode()
                      .rstrip(b'\n').split(b'\n'))
        self.assertEqual(got[-1:], b'\n')
        self.assertEqual(fields[b'PRIORITY'], b'6')
        self.assertEqual(fields[b'SYSLOG_IDENTIFIER'], b'detour')
        self.assertIn('status', json.loads(fields[b'MESSAGE']))

    def test_nobody_is_there(self):
        for where in ('syslog', 'journal'):
            server = self.inside(where, ready=False)
            self.assertEqual(server.process.wait(LIMIT), 1)
            server.reader.join(LIMIT)
            self.assertRegex(server.lines[0], '^detour serve: cannot reach /')

    def test_stopped_and_started_anew(self):
        """One that does not read, one that is gone, and the next."""
        for where in ('syslog', 'journal'):
            with self.subTest(where):
                sock = self.bind(where)
                server = self.inside(where, '--threads', '1')
                long = '/' + 'a' * 7000
                with Client(server) as client:
                    for i in range(1500):
                        client.ask(get(f'{long}{i}', 'a.example'))
                self.assertTrue(wait_for(lambda: self.counters()[1] > 500))
                sock.close()
                os.unlink(self.paths[where])
                self.assertEqual(self.status(server), 404)
                sock = self.bind(where)
                while b'a1499 HTTP' not in sock.recv(65536):
                    pass
                self.assertEqual(server.stop(), 0)
                sock.close()
                os.unlink(self.paths[where])


class Read(Logged):
    """What is written is read by the commands that read logs."""

    def written(self, *args):
        self.state.load(RULES)
        server = self.log(*args)
        for path, method in (('/a', 'GET'), ('/gone', 'GET'), ('/a', 'POST'),
                             ('/q"\xe4?b=\\', 'GET')):
            with Client(server) as client:
                client.ask(get(path, method=method))
        with Client(server) as client:
            client.ask(b'\x16\x03\x01\r\n')
        self.lines(5)
        server.stop()

    def told(self, *args):
        return json.loads(run('--state', self.state.path, *args,
                              '--json').stdout)

    def test_read_again(self):
        for form, host in (('json', []),
                           ('combined', ['--host', 'old.example'])):
            with self.subTest(form):
                self.written('--access-log-format', form)
                before = self.told('status')['release']
                run('--state', self.state.path, 'set', 'old.example/a',
                    'https://other.example/', '301')
                got = self.told('rehearse', '--from', str(before), '--to',
                                'live', *host, self.path)
                self.assertEqual((got['format'], got['lines'],
                                  got['requests'], got['without_request'],
                                  got['unreadable']), (form, 5, 4, 1, 0))
                self.assertEqual((got['changed'], got['alike']), (2, 2))
                got = self.told('advise', '--release', str(before), '--log',
                                self.path, *host)
                self.assertEqual((got['met'], got['without']), (1, 1))
                self.assertEqual(got['advice'][0]['rule']['source'],
                                 'old.example/*')
                os.unlink(self.path)


if __name__ == '__main__':
    unittest.main()
