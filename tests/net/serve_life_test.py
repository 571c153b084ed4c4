#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The life of detour serve: start, limits, releases, stop."""

import json
import os
import re
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from serving import (DETOUR, LIMIT, RULES, Client, Served, Server, Serving,
                     State, descriptors, get, run, wait_for)

NOBODY = 65534


def ask_once(port, request):
    with socket.create_connection(('127.0.0.1', port), LIMIT) as sock:
        sock.sendall(request)
        return sock.recv(65536).decode()


class Many(unittest.TestCase):
    def serve(self, *args, rules=RULES, **kwargs):
        state = State(rules)
        self.addCleanup(state.remove)
        server = Server(state, *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def test_connections(self):
        count = descriptors(2000 + 200) - 200
        server = self.serve()
        clients = [Client(server) for _ in range(count)]
        for round_ in range(2):
            for i, client in enumerate(clients):
                client.send(get(f'/{i}.{round_}'))
            for i, client in enumerate(clients):
                self.assertEqual(client.answer().headers['location'],
                                 f'https://new.example/{i}.{round_}')
        for client in clients:
            client.__exit__()
        self.assertEqual(server.stop(), 0)

    def readable(self, clients):
        """Those with an answer: who has one keeps a place that others, before
        him in a thread's own queue, may wait for."""
        poll = select.poll()
        for client in clients:
            poll.register(client.sock, select.POLLIN)
        ready = {fd for fd, _ in poll.poll(LIMIT * 1000)}
        self.assertTrue(ready, 'nobody is answered')
        return [client for client in clients if client.sock.fileno() in ready]

    def ended(self, clients):
        """How many of them, who have read all, the server has left."""
        poll = select.poll()
        for client in clients:
            poll.register(client.sock, select.POLLIN)
        return len(poll.poll(0))

    def crowd(self, server, room, most):
        """More clients than there is room for, most: those that are idle give
        way, and all have their turn."""
        idle = [Client(server) for _ in range(3)]
        for client in idle:
            self.assertEqual(client.ask(get()).status, 301)
        more = [Client(server) for _ in range(room)]
        for client in more:
            client.send(get('/late'))
        while more:
            for client in self.readable(more):
                self.assertEqual(client.answer().status, 301)
                more.remove(client)
                idle.append(client)
        self.assertTrue(wait_for(
            lambda: self.ended(idle) >= len(idle) - most), self.ended(idle))
        for client in idle:
            client.__exit__()
        with Client(server) as client:
            self.assertEqual(client.ask(get()).status, 301)
        self.assertEqual(server.stop(), 0)

    def test_out_of_descriptors(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
        self.crowd(self.serve('--connections', '1000', preexec_fn=limit), 80,
                   48)

    def test_connection_limit(self):
        self.crowd(self.serve('--connections', '8', '--threads', '2'), 30, 8)

    def test_connection_limit_is_kept(self):
        """Those whose request is with the fallback do not give way."""
        with socket.create_server(('127.0.0.1', 0)) as silent:
            server = self.serve('--connections', '4', '--threads', '1',
                                '--fallback', '127.0.0.1:%d' %
                                silent.getsockname()[1])
            first = [Client(server).send(get('/', 'other.example'))
                     for _ in range(4)]
            behind = [silent.accept()[0] for _ in first]
            with Client(server) as late:
                late.send(get('/late'))
                self.assertEqual(select.select([late.sock], [], [], 0.4)[0],
                                 [])
                behind.pop().close()
                self.assertEqual(late.answer().status, 301)
            for sock in behind:
                sock.close()
            for client in first:
                self.assertEqual(client.answer().status, 502)
                client.__exit__()
        self.assertEqual(server.stop(), 0)

    def test_default_limit_follows_descriptors(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (40, 64))
        self.crowd(self.serve(preexec_fn=limit), 100, 64)


class Addresses(Served):
    listen = '*:0'

    def test_both_families(self):
        ports = {port for _, port in self.server.addresses}
        self.assertEqual(len(ports), 1)
        families = 0
        for host, port in (('127.0.0.1', *ports), ('::1', *ports)):
            if f'[::]:{port}' not in self.server.listen and host == '::1':
                continue
            with self.subTest(host):
                client = self.client((host, port))
                self.assertEqual(client.ask(get()).status, 301)
            families += 1
        self.assertEqual(families, len(self.server.listen))

    def test_several(self):
        server = Server(self.state, '--listen', '127.0.0.2:0', '--listen',
                        '[::1]:0', '--threads', '3')
        self.addCleanup(server.stop)
        self.assertEqual(server.threads, 3)
        self.assertEqual(len(server.addresses), 3)
        for address in server.addresses:
            for _ in range(8):
                with Client(server, address) as client:
                    self.assertEqual(client.ask(get()).status, 301)

    def test_address_in_use(self):
        with socket.create_server(('127.0.0.1', 0)) as sock:
            text = '127.0.0.1:%d' % sock.getsockname()[1]
            done = run('--state', self.state.path, 'serve', '--listen', text,
                       check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f'cannot listen on {text}: ', done.stderr)


class Options(unittest.TestCase):
    def test_bad_values(self):
        table = [
            ('--listen', '8080'), ('--listen', '1.2.3.4'),
            ('--listen', '1.2.3.4:x'), ('--listen', '1.2.3.4:65536'),
            ('--listen', '::1:80'), ('--listen', 'example:80'),
            ('--threads', '0'), ('--threads', 'x'), ('--head-size', '16385'),
            ('--head-size', '1'), ('--target-size', '8001'),
            ('--head-time', '0'), ('--head-time', '-1'),
            ('--head-time', '1e3'), ('--idle-time', 'x'),
            ('--linger', '99999'), ('--fallback-time', ''),
            ('--resolve-time', '0'), ('--forwarded', 'x'), ('--via', 'a b'),
            ('--drain', '-1'), ('--connections', '0'), ('--nothing', 'x'),
        ]
        with tempfile.TemporaryDirectory() as state:
            for option, value in table:
                with self.subTest(option=option, value=value):
                    done = run('--state', state, 'serve', option, value,
                               check=False)
                    self.assertEqual(done.returncode, 2)
                    self.assertIn(option[2:], done.stderr)
            done = run('--state', state, 'serve', 'more', check=False)
            self.assertEqual(done.returncode, 2)

    def test_bad_fallback_and_user(self):
        state = State(RULES)
        self.addCleanup(state.remove)
        for args, code in ((('--fallback', 'x'), 2),
                           (('--fallback', '127.0.0.1:0'), 2),
                           (('--fallback', '::1:80'), 2),
                           (('--user', 'no such user'), 1)):
            with self.subTest(args):
                done = run('--state', state.path, 'serve', '--listen',
                           '127.0.0.1:0', *args, check=False)
                self.assertEqual(done.returncode, code)
                self.assertIn(args[1], done.stderr)

    def test_lower_limits(self):
        state = State(RULES)
        self.addCleanup(state.remove)
        server = Server(state, '--head-size', '512', '--target-size', '100')
        self.addCleanup(server.stop)
        for request, status in (
                (get('/' + 'a' * 99), 301), (get('/' + 'a' * 100), 414),
                (get('/', 'old.example', 'A: ' + 'b' * 400), 301),
                (get('/', 'old.example', 'A: ' + 'b' * 500), 431)):
            with Client(server) as client:
                self.assertEqual(client.ask(request).status, status)


class Stopping(unittest.TestCase):
    def setUp(self):
        self.state = State(RULES)
        self.addCleanup(self.state.remove)

    def test_terminate(self):
        server = Server(self.state)
        self.addCleanup(server.stop)
        idle, busy = Client(server), Client(server)
        self.assertEqual(idle.ask(get()).status, 301)
        busy.send(b'GET /busy HTTP/1.1\r\nHost: ')
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        self.assertTrue(idle.closed())
        answer = busy.ask(b'old.example\r\n\r\n')
        self.assertEqual(answer.headers['connection'], 'close')
        self.assertTrue(busy.closed())
        idle.__exit__()
        busy.__exit__()
        self.assertEqual(server.stop(), 0)
        with self.assertRaises(ConnectionRefusedError):
            server.connect()

    def test_request_on_an_idle_connection(self):
        """What was in the socket when the signal came is answered."""
        server = Server(self.state, '--threads', '1')
        self.addCleanup(server.stop)
        clients = [Client(server) for _ in range(20)]
        for client in clients:
            self.assertEqual(client.ask(get()).status, 301)
        os.kill(server.process.pid, signal.SIGSTOP)
        for client in clients:
            client.send(get('/more'))
        server.process.send_signal(signal.SIGTERM)
        os.kill(server.process.pid, signal.SIGCONT)
        for client in clients:
            self.assertEqual(client.answer().headers['location'],
                             'https://new.example/more')
            client.__exit__()
        self.assertEqual(server.stop(), 0)

    def test_connected_without_a_request(self):
        """What the kernel keeps until it has data is not reset."""
        server = Server(self.state, '--threads', '1')
        self.addCleanup(server.stop)
        clients = [Client(server) for _ in range(20)]
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        for i, client in enumerate(clients):
            answer = client.ask(get(f'/{i}'))
            self.assertEqual(answer.headers['location'],
                             f'https://new.example/{i}')
            self.assertEqual(answer.headers['connection'], 'close')
            client.__exit__()
        self.assertEqual(server.stop(), 0)

    def test_with_a_client_that_stays(self):
        server = Server(self.state)
        self.addCleanup(server.stop)
        with Client(server) as client:
            client.send(b'GET / HTTP/1.1\r\n')
            time.sleep(0.1)
            began = time.monotonic()
            self.assertEqual(server.stop(signal.SIGINT), 0)
            self.assertLess(time.monotonic() - began, 5.5)

    def test_queued_behind_dead_ones(self):
        server = Server(self.state, '--threads', '1')
        self.addCleanup(server.stop)
        os.kill(server.process.pid, signal.SIGSTOP)
        for _ in range(300):
            sock = server.connect()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack('ii', 1, 0))
            sock.close()
        clients = [Client(server).send(get(f'/{i}')) for i in range(5)]
        server.process.send_signal(signal.SIGTERM)
        os.kill(server.process.pid, signal.SIGCONT)
        for i, client in enumerate(clients):
            self.assertEqual(client.answer().headers['location'],
                             f'https://new.example/{i}')
            client.__exit__()
        self.assertEqual(server.stop(), 0)

    def test_nobody_reads_the_messages(self):
        """Releases are taken over, and signals too, with stderr full."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'serve', '--listen',
             '127.0.0.1:0'], stderr=writer)
        self.addCleanup(process.kill)
        port = int(re.search(rb':(\d+),', os.read(reader, 4096))[1])
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b'x' * 4096)
        except BlockingIOError:
            os.set_blocking(writer, True)
        os.close(writer)
        for i in range(3):
            self.state.load(f'old.example/* https://r{i}.example/ 301')
            self.assertTrue(wait_for(lambda: f'https://r{i}.example' in ask_once(
                port, get())))
        process.terminate()
        self.assertEqual(process.wait(LIMIT), 0)

    def test_queued_connections_are_answered(self):
        server = Server(self.state, '--threads', '1')
        self.addCleanup(server.stop)
        os.kill(server.process.pid, signal.SIGSTOP)
        clients = [Client(server).send(get(f'/{i}')) for i in range(50)]
        server.process.send_signal(signal.SIGTERM)
        os.kill(server.process.pid, signal.SIGCONT)
        for i, client in enumerate(clients):
            self.assertEqual(client.answer().headers['location'],
                             f'https://new.example/{i}')
            client.__exit__()
        self.assertEqual(server.stop(), 0)


class Releases(Serving):
    def test_empty_state_then_first_import(self):
        server = self.serve()
        self.assertEqual((server.release, server.rules), (0, 0))
        with Client(server) as client:
            self.assertEqual(client.ask(get()).status, 404)
            self.state.load(RULES)
            self.assertEqual(
                wait_for(lambda: client.ask(get()).status == 301), True)
        self.assertTrue(wait_for(
            lambda: server.find('release 1 is live, 7 rules')))
        shown = run('--state', self.state.path, 'status').stdout
        self.assertIn(str(server.process.pid), shown)
        server.stop()
        shown = run('--state', self.state.path, 'status').stdout
        self.assertNotIn(str(server.process.pid), shown)

    def test_replaced_state_directory(self):
        """The same release of the same name, but not the same rules."""
        self.state.load('old.example/* https://a.example/* 301')
        server = self.serve()
        shutil.rmtree(self.state.path)
        self.state.load('old.example/* https://b.example/* 301')
        with Client(server) as client:
            self.assertTrue(wait_for(
                lambda: 'https://b.example/' in str(client.ask(get()).headers)))

    def test_s8_directory_is_replaced(self):
        """Restored from a backup, made anew, and gone for a while."""
        self.state.load(RULES)
        server = self.serve()
        self.status(server)
        self.assertTrue(self.found(server))
        path, copy = self.state.path, self.state.path + '.copy'
        for how in 'backup', 'anew', 'late', 'moved':
            with self.subTest(how):
                subprocess.run(['cp', '-a', path, copy], check=True)
                if how == 'moved':
                    os.rename(path, path + '.old')
                else:
                    shutil.rmtree(path)
                if how == 'late':
                    time.sleep(1.5)
                if how == 'anew':
                    shutil.rmtree(copy)
                    self.state.load(RULES)
                else:
                    os.rename(copy, path)
                self.assertTrue(wait_for(lambda: self.found(server)))
                self.status(server)
                before = self.found(server)
                self.assertEqual(len(os.listdir(os.path.join(path,
                                                             'servers'))), 3)
        self.assertFalse(os.listdir(os.path.join(path + '.old', 'servers')))
        # nothing was counted twice on the way
        self.assertEqual(before, 5)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(os.listdir(os.path.join(path, 'servers')), [])

    def test_s8_symlink_is_flipped(self):
        self.state.load(RULES)
        first, second = self.state.path + '.1', self.state.path + '.2'
        os.rename(self.state.path, first)
        subprocess.run(['cp', '-a', first, second], check=True)
        os.symlink(first, self.state.path)
        server = self.serve()
        self.status(server)
        for to, other in ((second, first), (first, second)) * 2:
            os.symlink(to, self.state.path + '.new')
            os.rename(self.state.path + '.new', self.state.path)
            self.assertTrue(wait_for(lambda: self.found(server)))
            self.assertTrue(self.found(server, to))
            self.assertFalse(self.found(server, other))

    def test_s8_two_servers_in_a_copy(self):
        self.state.load(RULES)
        servers = [self.serve(), self.serve()]
        for server in servers:
            self.status(server)
        path, copy = self.state.path, self.state.path + '.copy'
        stats = ['--state', path, 'stats', '--json']
        self.assertEqual(json.loads(run(*stats).stdout)['socket']
                         ['socket_requests'], 2)
        subprocess.run(['cp', '-a', path, copy], check=True)
        shutil.rmtree(path)
        os.rename(copy, path)
        self.assertTrue(wait_for(
            lambda: json.loads(run(*stats).stdout)['socket']['servers'] == 2))
        self.assertEqual(json.loads(run(*stats).stdout)['socket']
                         ['socket_requests'], 2)

    def test_switch_under_load(self):
        targets = ['https://a.example/*', 'https://b.example/*']
        allowed = {'https://a.example/x', 'https://b.example/x'}
        flips = 50 if os.environ.get('DETOUR_LONG') else 20
        self.state.load(f'old.example/* {targets[0]} 301')
        server = self.serve()
        stop = threading.Event()
        wrong, counts = [], [0, 0]

        def hammer(number):
            with Client(server) as client:
                while not stop.is_set():
                    client.send(get('/x') * 20)
                    for _ in range(20):
                        answer = client.answer()
                        if (answer.status != 301 or
                                answer.headers['location'] not in allowed):
                            wrong.append(answer.head)
                        counts[number] += 1

        threads = [threading.Thread(target=hammer, args=(i,))
                   for i in range(2)]
        for thread in threads:
            thread.start()
        slowest = 0
        try:
            with Client(server) as client:
                for i in range(1, flips + 1):
                    target = targets[i % 2]
                    run('--state', self.state.path, 'set', 'old.example/*',
                        target, '301')
                    want = target.replace('*', 'x')
                    began = time.monotonic()
                    self.assertTrue(wait_for(
                        lambda: client.ask(get('/x')).headers['location'] ==
                        want), f'flip {i}')
                    slowest = max(slowest, time.monotonic() - began)
                    self.assertEqual(
                        client.ask(get('/x')).headers['location'], want)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])
        self.assertGreater(min(counts), 100)
        self.assertLess(slowest, 2)
        self.assertTrue(wait_for(lambda: server.find(
            f'release {flips + 1} is live')))
        self.assertEqual(server.stop(), 0)

    def test_rollback(self):
        self.state.load('old.example/ https://a.example/ 301')
        self.state.load('old.example/ - 410')
        server = self.serve()
        self.assertEqual(self.status(server), 410)
        run('--state', self.state.path, 'rollback')
        self.assertTrue(wait_for(lambda: self.status(server) == 301))

    def test_damaged_release_is_not_taken(self):
        self.state.load(RULES)
        server = self.serve()
        maps = os.path.join(self.state.path, 'maps')
        live = os.path.join(self.state.path, 'live')
        with open(live) as file:
            good = file.read()
        with open(os.path.join(maps, os.listdir(maps)[0]), 'rb') as file:
            data = file.read()

        def point(text):
            with open(live + '.test', 'w') as file:
                file.write(text)
            os.rename(live + '.test', live)

        for name, content in (('cut.map', data[:-5000]), ('empty.map', b''),
                              ('bits.map', data[:4100] + b'\xff' +
                               data[4101:])):
            with open(os.path.join(maps, name), 'wb') as file:
                file.write(content)
            point(f'77 {name}\n')
            self.assertTrue(wait_for(lambda: server.find(name)), name)
            self.assertEqual(self.status(server), 301)
        point('78 missing.map\n')
        self.assertTrue(wait_for(lambda: server.find('missing.map')))
        point('damaged\n')
        self.assertTrue(wait_for(lambda: server.find('live is damaged')))
        self.assertEqual(self.status(server), 301)
        with open(os.path.join(maps, 'good.map'), 'wb') as file:
            file.write(data)
        point('79 good.map\n')
        self.assertTrue(wait_for(lambda: server.find('release 79 is live')))
        point(good)
        self.assertTrue(wait_for(lambda: server.find('release 1 is live')))
        self.assertEqual(self.status(server), 301)

    def test_hangup_does_not_end_it(self):
        self.state.load(RULES)
        server = self.serve()
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        self.assertEqual(self.status(server), 301)
        self.assertEqual(server.stop(), 0)

    def test_damaged_map_is_rebuilt_at_start(self):
        self.state.load(RULES)
        maps = os.path.join(self.state.path, 'maps')
        path = os.path.join(maps, os.listdir(maps)[0])
        for text, spoil in (
                ('truncated', lambda: os.truncate(path, 100)),
                ('missing', lambda: os.remove(path))):
            with self.subTest(text):
                spoil()
                server = self.serve()
                self.assertEqual(self.status(server), 301)
                self.assertEqual(server.stop(), 0)

    def test_static_map(self):
        self.state.load(RULES)
        bare = os.path.join(self.state.dir, 'bare')
        os.makedirs(os.path.join(bare, 'maps'))
        shutil.copy(os.path.join(self.state.path, 'live'), bare)
        maps = os.path.join(self.state.path, 'maps')
        for name in os.listdir(maps):
            shutil.copy(os.path.join(maps, name), os.path.join(bare, 'maps'))
        self.readonly(bare)

    def test_read_only_state(self):
        self.state.load(RULES)
        self.readonly(self.state.path)

    def readonly(self, path):
        subprocess.run(['chmod', '-R', 'a-w,a+rX', path], check=True)
        kwargs = {}
        if os.getuid() == 0:
            kwargs = {'user': NOBODY, 'group': NOBODY}
        server = Server(path, **kwargs)
        self.addCleanup(server.stop)
        self.assertEqual(self.status(server), 301)
        self.assertTrue(server.find('not listed'))
        self.assertEqual(server.stop(), 0)

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_user(self):
        self.state.load(RULES)
        server = self.serve('--user', 'nobody')
        self.assertEqual(self.status(server), 301)
        with open(f'/proc/{server.process.pid}/status') as file:
            status = file.read()
        self.assertRegex(status, r'Uid:(\s+65534){4}\n')
        self.assertRegex(status, r'Gid:(\s+65534){4}\n')
        self.assertRegex(status, r'NoNewPrivs:\s+1\n')
        self.assertRegex(status, r'CapEff:\s+0+\n')
        self.state.load('old.example - 410')
        self.assertTrue(wait_for(lambda: self.status(server) == 410))
        self.assertEqual(server.stop(), 0)

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_user_who_may_not_read(self):
        self.state.load(RULES)
        os.chmod(self.state.path, 0o700)
        server = Server(self.state, '--user', 'nobody', ready=False)
        self.addCleanup(server.stop)
        self.assertEqual(server.process.wait(LIMIT), 1)
        server.stop()
        self.assertTrue(server.find('Permission denied'))

    def test_notify(self):
        for text, name in (('path', os.path.join(self.state.dir, 'notify')),
                           ('abstract', '@detour-test-%d' % os.getpid())):
            with self.subTest(text):
                address = name.replace('@', '\0')
                with socket.socket(socket.AF_UNIX,
                                   socket.SOCK_DGRAM) as sock:
                    sock.bind(address)
                    sock.settimeout(LIMIT)
                    server = self.serve(
                        env={**os.environ, 'NOTIFY_SOCKET': name})
                    self.assertEqual(sock.recv(100), b'READY=1')
                    self.assertEqual(server.stop(), 0)
                    self.assertEqual(sock.recv(100), b'STOPPING=1')


if __name__ == '__main__':
    unittest.main()
