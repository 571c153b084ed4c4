#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Hits of rules, held to a model of the traffic: through changes, rollbacks,
restarts, and whatever is killed."""

import collections
import json
import os
import random
import signal
import subprocess
import threading
import unittest

from commands import DETOUR, Case
from serving import Client, Server, get, wait_for

# Of any kind: a request each, and whether it comes by TLS.
RULES = {
    'k.example/* https://n.example/* 301': ('k.example', '/any', False),
    'k.example/e https://n.example/e 302': ('k.example', '/e', False),
    'k.example/{n:digits}/x https://n.example/{n} 301/308':
        ('k.example', '/17/x', False),
    'k.example/Fold https://n.example/f 307 case=ignore':
        ('k.example', '/fOLD', False),
    'k.example/q?a=1&* https://n.example/q 308':
        ('k.example', '/q?b=2&a=1', False),
    'k.example/gone - 410': ('k.example', '/gone', False),
    'k.example/ok - 200': ('k.example', '/ok', False),
    'k.example/p/* - pass': ('k.example', '/p/7', False),
    '*.w.example/* https://n.example/w 303': ('a.w.example', '/', False),
    's.example/* https://n.example/s 301 scheme=http':
        ('s.example', '/', False),
    's.example/* https://n.example/t 302/307 scheme=https':
        ('s.example', '/', True),
    '*/first/* - pass first=yes':
        ('other.example', '/first/x', False),
}
METHODS = 'GET', 'HEAD', 'POST', 'PUT'
MANY = 8500  # rules: a change is made over their map from 8,192 on


def bulk(number):
    return f'b.example/{number} https://n.example/{number} 301'


class Hits(Case):
    def setUp(self):
        super().setUp()
        self.seed = int.from_bytes(os.urandom(4), 'big')
        self.random = random.Random(self.seed)
        # by source, scheme, case: by code: GET and HEAD, others
        self.model = collections.defaultdict(
            lambda: collections.defaultdict(lambda: [0, 0]))
        self.rules = dict(RULES)
        self.servers = []

    def serve(self, *args):
        server = Server(self.state, '--listen', '127.0.0.1:0,https', *args)
        self.addCleanup(server.stop, signal.SIGKILL)
        self.servers.append(server)
        return server

    def key(self, rule):
        source, _, code, *keys = rule.split()
        keys = dict(key.split('=') for key in keys)
        return (source, keys.get('scheme'), keys.get('case')), code

    def request(self, client, rule, host, path, count):
        for _ in range(count):
            method = self.random.choice(METHODS)
            answer = client.ask(get(path, host, method=method), method)
            self.assertIsNotNone(answer)
            key, code = self.key(rule)
            self.model[key][code][method not in ('GET', 'HEAD')] += 1

    def traffic(self):
        for server in self.servers:
            plain = Client(server)
            tls = Client(server, server.addresses[1])
            with plain, tls:
                for rule, (host, path, https) in self.rules.items():
                    self.request(tls if https else plain, rule, host, path,
                                 self.random.randrange(3))
                for _ in range(20):
                    number = self.random.randrange(MANY)
                    self.request(plain, bulk(number), 'b.example',
                                 f'/{number}', 1)

    def found(self):
        rules = json.loads(self.do('hits', '--json'))['rules']
        return {(rule['source'], rule['scheme'], rule['case']):
                {str(code['code']): [code['get_head'], code['other']]
                 for code in rule['hits']['codes']} for rule in rules}

    def expected(self, gone=()):
        return {key: {code: list(count) for code, count in codes.items()}
                for key, codes in self.model.items() if key not in gone}

    def check(self, gone=()):
        self.assertEqual(self.found(), self.expected(gone), self.seed)

    def replace(self, old, new):
        """Another rule of the same source."""
        self.rules[new] = self.rules.pop(old)
        self.do('set', *new.split())

    def begin(self):
        rules = [*RULES, *map(bulk, range(MANY))]
        self.do('import', '--replace', '-', stdin='\n'.join(rules))
        self.serve('--threads', '2')
        self.serve('--threads', '1')

    def test_model(self):
        self.begin()
        for _ in range(2):
            self.traffic()
            self.check()
        # maps over another one, of which those before the last go
        old = 'k.example/e https://n.example/e 302'
        for code in '301', '307', '410', '302':
            target = '-' if code == '410' else 'https://n.example/e'
            new = f'k.example/e {target} {code}'
            self.replace(old, new)
            old = new
            self.traffic()
        self.check()
        # without the rule, and with it again
        fold = 'k.example/Fold https://n.example/f 307 case=ignore'
        where = self.rules.pop(fold)
        self.do('del', 'k.example/Fold')
        self.traffic_without_fold()
        self.check(gone=[self.key(fold)[0]])
        self.do('add', *fold.split())
        self.rules[fold] = where
        self.traffic()
        self.check()
        self.do('prune', '--keep', '1')
        self.check()
        self.traffic()
        self.do('rollback')
        self.do('rollback')
        self.traffic()
        self.check()
        # a map of its own
        rules = [*self.rules, *map(bulk, range(MANY + 100))]
        self.do('import', '--replace', '-', stdin='\n'.join(rules))
        self.traffic()
        self.check()
        self.do('hits', '--save')
        self.check()

    def traffic_without_fold(self):
        """Its request meets the prefix."""
        with Client(self.servers[0]) as client:
            self.request(client, 'k.example/* https://n.example/* 301',
                         'k.example', '/fold', 3)

    def test_servers_that_end(self):
        self.begin()
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
            self.traffic()
            self.assertEqual(self.servers.pop(0).stop(number),
                             0 if number == signal.SIGTERM else -number)
            # what is killed is saved by a process that is there still
            self.assertTrue(wait_for(
                lambda: self.found() == self.expected()),
                (self.seed, self.found(), self.expected()))
            self.serve('--threads', '1')
            self.do('set', *f'b.example/1 https://n.example/{number} 301'
                    .split())
            self.do('set', *bulk(1).split())
            self.do('set', *f'b.example/2 https://n.example/{number} 301'
                    .split())
            self.do('set', *bulk(2).split())
        self.traffic()
        self.check()

    def test_whoever_saves_is_killed(self):
        """Many at a time, at any moment, while requests come and rules are
        changed."""
        self.begin()
        stop = threading.Event()
        ended = collections.Counter()

        def save(number):
            chance = random.Random(self.seed + number)
            while not stop.is_set():
                command = subprocess.Popen(
                    [DETOUR, '--state', self.state, 'hits', '--save'],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    command.wait(chance.random() * 0.03)
                except subprocess.TimeoutExpired:
                    command.kill()
                ended[command.wait()] += 1

        threads = [threading.Thread(target=save, args=(number,))
                   for number in range(2)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(6):
                self.traffic()
                self.do('set', *f'b.example/3 https://n.example/{turn} 301'
                        .split())
                self.do('set', *bulk(3).split())
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertTrue(ended[-signal.SIGKILL], ended)
        self.check()
        self.do('hits', '--save')
        self.check()


class Lists(Case):
    def setUp(self):
        super().setUp()
        self.do('import', '-', stdin=''.join(
            f'a.example/{n} https://n.example/{n} 301 tag=t{n % 2}\n'
            for n in range(10)) + ''.join(
            f'b.example/{n} https://n.example/{n} 302\n' for n in range(3)) +
            's.example - 410 scheme=http\n'
            's.example https://n.example/ 301 scheme=https\n'
            'o.example - 410 scheme=http\n'
            'o.example https://n.example/ 301 scheme=https\n')
        self.server = Server(self.state)
        self.addCleanup(self.server.stop, signal.SIGKILL)
        with Client(self.server) as client:
            for n, count in (3, 3), (4, 1), (5, 2):
                for _ in range(count):
                    client.ask(get(f'/{n}', 'a.example'))
            client.ask(get('/2', 'b.example', method='POST'))
            client.ask(get('/', 's.example'))

    def lines(self, *args):
        return [line for line in self.do('hits', *args).splitlines()
                if not line.startswith('#')]

    def sources(self, *args):
        return [line.split()[4] for line in self.lines(*args)[1:]]

    def test_table(self):
        self.assertEqual(self.sources(), [
            'a.example/3', 'a.example/5', 'a.example/4', 'b.example/2',
            's.example/*'])
        self.assertEqual(self.sources('--top', '2'),
                         ['a.example/3', 'a.example/5'])
        self.assertEqual(self.sources('--tag', 't0'), ['a.example/4'])
        self.assertEqual(self.sources('--host', 'b.example'), ['b.example/2'])
        self.assertIn('hits are counted since', self.do('hits'))
        self.assertEqual(self.err, '')

    def test_unused(self):
        unused = self.lines('--unused')
        self.assertEqual(unused, [
            *(f'a.example/{n}' for n in range(10) if n not in (3, 4, 5)),
            'b.example/0', 'b.example/1', 'o.example/*'])
        # the other half of its source is asked for
        self.assertIn('# s.example/* scheme=https: others of this source',
                      self.do('hits', '--unused'))
        self.do('del', '-', stdin=self.do('hits', '--unused'))
        self.assertEqual(self.lines('--unused'), [])
        rules = [line.split()[0] for line in self.do('show').splitlines()]
        self.assertEqual(rules, [
            'a.example/3', 'a.example/4', 'a.example/5', 'b.example/2',
            's.example/*', 's.example/*'])
        self.assertEqual(len(self.lines('--unused', '--since',
                                        '2038-01-01')), 5)
        self.assertEqual(self.err, '')
        self.assertEqual(self.lines('--unused', '--since', '2020-01-01'), [])
        self.assertIn('hits are counted only since', self.err)

    def test_show_and_advise(self):
        lines = self.do('show', '--hits', '--host', 'b.example').splitlines()
        self.assertEqual([line.split()[:3] for line in lines[1:]], [
            ['0', '0', 'never'], ['0', '0', 'never'],
            ['0', '1', lines[3].split()[2]]])
        rules = json.loads(self.do('show', '--hits', '--json'))
        self.assertEqual(sum(rule['hits']['get_head'] for rule in rules), 7)
        advice = json.loads(self.do('advise', '--hits', '--json'))
        self.assertEqual([(item['rule']['source'], item['requests'])
                          for item in advice['advice']], [('b.example/2', 1)])
        self.assertIn('302/307', advice['advice'][0]['command'])

    def test_options(self):
        for args in (('--since', '2026-01-01'), ('--top', '0'),
                     ('--top', '2', '--unused'), ('--save', '--json'),
                     ('--unused', '--since', 'soon'), ('a.example',)):
            self.do('hits', *args, code=2)


class Trouble(Case):
    def begin(self, *args):
        os.chmod(self.dir, 0o755)
        self.do('set', 'a.example', 'https://n.example', '301')
        server = Server(self.state, *args)
        self.addCleanup(server.stop, signal.SIGKILL)
        return server

    def ask(self, server, count=1):
        with Client(server) as client:
            for _ in range(count):
                self.assertEqual(client.ask(get('/', 'a.example')).status, 301)

    def hits(self):
        rules = json.loads(self.do('hits', '--json'))['rules']
        return sum(rule['hits']['get_head'] for rule in rules)

    def test_damaged_file(self):
        """It is said by name, and nothing else is disturbed."""
        os.makedirs(self.state)
        with open(self.path('hits.db'), 'wb') as file:
            file.write(b'x' * 5000)
        server = self.begin()
        self.ask(server)
        for turn in range(4):
            self.do('set', 'a.example', f'https://{turn}.example', '301')
            self.assertEqual(self.err, '')
        self.ask(server)
        for args in ('hits',), ('hits', '--save'), ('show', '--hits'):
            self.do(*args, code=1)
            self.assertIn('hits.db is damaged', self.err)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(server.lines), 5)  # ready, and a line a release
        os.unlink(self.path('hits.db'))
        self.assertEqual(self.hits(), 0)

    def test_no_file(self):
        """Nobody waits for who would write, or follows a link."""
        os.makedirs(self.state)
        for make in os.mkfifo, lambda path: os.symlink('other', path):
            make(self.path('hits.db'))
            for args in ('hits',), ('hits', '--save'), ('misses',):
                self.do(*args, code=1)
                self.assertIn('hits.db is no file', self.err)
            os.unlink(self.path('hits.db'))
        self.assertEqual(os.listdir(self.state), [])

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_rights(self):
        """Who may not look, and who may not write."""
        server = self.begin()
        self.ask(server, 3)
        nobody = {'user': 65534, 'group': 65534, 'extra_groups': []}
        command = [DETOUR, '--state', self.state, 'hits', '--json']
        done = subprocess.run(command, capture_output=True, text=True,
                              timeout=60, check=False, **nobody)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f'server with pid {server.process.pid} is left out',
                      done.stderr)
        self.assertIn('Permission denied', done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(found['missed'][0]['server'], server.process.pid)
        self.assertEqual(found['rules'], [])
        self.do('hits', '--save')
        done = subprocess.run(command, capture_output=True, text=True,
                              timeout=60, check=False, **nobody)
        self.assertEqual(json.loads(done.stdout)['rules'][0]['hits']
                         ['get_head'], 3)

    def test_no_memory(self):
        for size in '0', '1K':
            server = self.begin('--hits-memory', size)
            self.ask(server)
            self.do('hits')
            self.assertIn(f'server with pid {server.process.pid} is left out',
                          self.err)
            self.assertEqual(server.stop(), 0)
        for bad in '', 'x', '1T', '65G', '-1':
            self.do('serve', '--hits-memory', bad, code=2)

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_server_of_another_user(self):
        """It does not stay root; its process that saves acts for the owner."""
        server = self.begin('--user', 'nobody')
        self.ask(server, 2)
        server.stop(signal.SIGKILL)
        self.assertTrue(wait_for(lambda: self.hits() == 2))
        self.assertEqual(os.stat(self.path('hits.db')).st_uid, 0)
        subprocess.run(['chown', '-R', '65534:65534', self.state], check=True)
        server = Server(self.state, '--user', 'nobody')
        self.addCleanup(server.stop, signal.SIGKILL)
        self.ask(server, 3)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.hits(), 5)
        for name in 'hits.db', 'hits.db-wal', 'hits.db-shm':
            self.assertEqual(os.stat(self.path(name)).st_uid, 65534, name)

    @unittest.skipIf(os.getuid(), 'SKIP: only root can mount')
    def test_disk_full(self):
        """Nothing but a save fails, and with room again nothing is lost."""
        script = """
            mkdir "$1"; mount -t tmpfs -o size=2m none "$1"; cd "$1"
            n=0; while [ $n -lt 4000 ]; do n=$((n + 1))
                echo "a.example/$n https://n.example/$n 301"; done |
                "$2" --state s import - > imported
            "$2" --state s serve --listen 127.0.0.1:0 2> said &
            server=$!; trap "kill $server" EXIT
            until grep -q 'ready on' said; do sleep 0.05; done
            port=$(sed -n 's/.*ready on 127.0.0.1:\\([0-9]*\\),.*/\\1/p' said)
            "$2" --state s hits --save
            python3 -c "$3" $port
            dd if=/dev/zero of=fill bs=1k 2> /dev/null || :
            ! "$2" --state s hits --save 2> "$4.error"
            grep -q 'cannot save hits in s/hits.db' "$4.error"
            "$2" --state s hits --json > "$4"
            python3 -c "$3" $port
            rm fill
            "$2" --state s hits --save
            trap - EXIT; kill $server; wait $server
            "$2" --state s hits --json > "$4.after"
        """
        client = r"""
import socket, sys
with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as sock:
    file = sock.makefile('rb')
    for number in range(1, 4001):
        sock.sendall(b'GET /%d HTTP/1.1\r\nHost: a.example\r\n\r\n' % number)
        assert b' 301 ' in file.readline()
        while file.readline() != b'\r\n':
            pass
"""
        out = os.path.join(self.dir, 'out')
        done = subprocess.run(
            ['unshare', '-m', '--propagation', 'private', 'sh', '-ec', script,
             'sh', os.path.join(self.dir, 'disk'), DETOUR, client, out],
            capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name, each in (out, 1), (out + '.after', 2):
            with open(name, encoding='ascii') as file:
                rules = json.load(file)['rules']
            self.assertEqual([rule['hits']['get_head'] for rule in rules],
                             [each] * 4000)


if __name__ == '__main__':
    unittest.main()
