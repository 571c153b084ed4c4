#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Releases that are an overlay over an earlier one: what is answered, what is
left when a command is killed, the disk full or a file damaged. The class Answers
has the programs of the fast path, too."""

import json
import os
import random
import subprocess
import threading
import time
import unittest

import netns
from commands import DETOUR, Case
from serving import LIMIT, Client, Server, State, get, run, wait_for

HOSTS, PATHS = 100, 100


def rules(target='https://t.example/', code=301):
    """Enough for an overlay over them."""
    return ''.join(f'h{h}.example/{p} {target} {code}\n'
                   for h in range(HOSTS) for p in range(PATHS))


def flip(path):
    with open(path, 'r+b') as file:
        file.seek(4096 + 4)  # in the first bucket there is
        byte = file.read(1)[0]
        file.seek(4096 + 4)
        file.write(bytes((byte ^ 1,)))


class Overlay(Case):
    def setUp(self):
        super().setUp()
        self.do('import', self.write('rules.txt', rules()))

    def map(self):
        return json.loads(self.do('status', '--json'))['map']

    def base(self):
        return self.map().get('overlay', {}).get('base')

    def maps(self):
        return sorted(os.listdir(self.path('maps')))

    def set(self, host, target, **how):
        return self.do('set', f'h{host}.example/0', target, '302', **how)

    def serve(self):
        server = Server(self.state, '--threads', '2')
        self.addCleanup(server.stop)
        return server

    def assert_answers(self, server, host, path, want):
        """A server answers with a target, or None for no rule."""
        with Client(server) as client:
            def same():
                answer = client.ask(get(path, host))
                return answer.headers.get('location') == want
            self.assertTrue(wait_for(same), (host, path, want))


class Hosts(Overlay):
    def test_emptied_and_filled_again(self):
        server = self.serve()
        self.do('del', *(f'h1.example/{p}' for p in range(PATHS)))
        self.assertEqual(self.map()['overlay']['rules'], 0)
        self.assert_answers(server, 'h1.example', '/1', None)
        self.assert_answers(server, 'h2.example', '/1', 'https://t.example/')
        self.do('add', 'h1.example/1', 'https://n.example/', '301')
        self.assert_answers(server, 'h1.example', '/1', 'https://n.example/')
        self.assert_answers(server, 'h1.example', '/2', None)
        self.do('rollback', '1')
        self.assert_answers(server, 'h1.example', '/2', 'https://t.example/')

    def test_wildcards_come_and_go(self):
        server = self.serve()
        self.do('add', '*.example/1', 'https://w.example/', '301')
        self.do('add', '*/1', 'https://all.example/', '301')
        self.assertEqual(self.map()['overlay']['rules'], 2)
        self.assert_answers(server, 'h1.example', '/1', 'https://t.example/')
        self.assert_answers(server, 'x.h1.example', '/1', 'https://w.example/')
        self.assert_answers(server, 'x.test', '/1', 'https://all.example/')
        self.do('del', '*.example/1')
        self.assert_answers(server, 'x.h1.example', '/1',
                            'https://all.example/')
        self.do('del', '*/1')
        self.assert_answers(server, 'x.h1.example', '/1', None)

    def test_wildcards_of_the_base_are_hidden(self):
        self.do('import', '--replace', self.write('wild.txt', rules() +
                '*.example/1 https://w.example/ 301\n'))
        server = self.serve()
        self.assert_answers(server, 'x.example', '/1', 'https://w.example/')
        self.do('del', '*.example/1')
        self.assertEqual(self.base(), '2.map')
        self.assert_answers(server, 'x.example', '/1', None)

    def test_what_is_gone_leaves_the_shorter_prefix(self):
        nested = ['/*', '/a*', '/a/*', '/a/b/*', '/a/b/c/*', '/a/b/c/d/e*']
        text = ''.join(f'n.example{p} https://p{i}.example/ 301\n'
                       for i, p in enumerate(nested))
        self.do('import', '--replace',
                self.write('nested.txt', rules() + text))
        server = self.serve()
        there = set(range(len(nested)))
        rng = random.Random(3)
        for _ in range(40):
            one = rng.randrange(len(nested))
            if one in there:
                self.do('del', f'n.example{nested[one]}')
            else:
                self.do('add', f'n.example{nested[one]}',
                        f'https://p{one}.example/', '301')
            there ^= {one}
            self.assertEqual(self.base(), '2.map')
            for path in '/', '/a', '/a/b/', '/a/b/c/d/ef', '/x':
                wins = [i for i in there
                        if (path + '/').startswith(nested[i][:-1])]
                self.assert_answers(
                    server, 'n.example', path,
                    f'https://p{max(wins)}.example/' if wins else None)
        self.assert_sound()

    def test_export_and_show_know_nothing_of_it(self):
        self.do('set', 'h1.example/0', 'https://n.example/', '301')
        self.do('del', 'h2.example/0')
        want = sorted((rules().replace('h1.example/0 https://t.',
                                       'h1.example/0 https://n.')
                       .replace('h2.example/0 https://t.example/ 301\n', ''))
                      .splitlines())
        self.assertEqual(sorted(self.do('show').splitlines()), want)


class Files(Overlay):
    def test_a_base_stays_as_long_as_a_kept_map_is_over_it(self):
        for i in range(5):
            self.set(i, 'https://n.example/')
        self.assertEqual(self.maps(), ['1.map', '4.map', '5.map', '6.map'])
        self.do('import', '--replace', self.write('rules.txt', rules()))
        self.set(1, 'https://m.example/')
        self.assertEqual(self.maps(), ['1.map', '6.map', '7.map', '8.map'])
        self.do('rollback', '6')
        self.assertEqual(self.base(), '1.map')
        self.set(1, 'https://m.example/')
        self.assertEqual(self.base(), '1.map')
        self.set(2, 'https://m.example/')
        self.do('rollback', '7')  # its map is gone by now
        self.assertIsNone(self.base())
        for i in range(3):
            self.set(i, 'https://o.example/')
        self.assertEqual(self.maps(), ['12.map', '13.map', '14.map', '15.map'])
        self.assert_sound()

    def test_what_is_damaged_is_mended(self):
        def cut(path):
            os.truncate(path, 5000)
        for i, damage in enumerate((flip, cut, os.unlink)):
            for what in ('overlay', 'base'):
                self.do('import', '--replace',
                        self.write('rules.txt', rules(code=302 + i % 2)))
                self.set(1, f'https://n.example/{what}/{i}')
                base = self.base()
                damage(self.path('maps', base if what == 'base' else
                                 f'{self.live()}.map'))
                self.assertIn('DAMAGED', self.do('status', code=1))
                server = self.serve()
                self.assertTrue(server.find('rebuilding it'), server.lines)
                self.assert_answers(server, 'h1.example', '/0',
                                    f'https://n.example/{what}/{i}')
                self.assert_answers(server, 'h2.example', '/0',
                                    'https://t.example/')
                self.assert_sound()
                self.assertIsNone(self.base())
                self.set(2, f'https://n.example/{i}')
                self.assert_answers(server, 'h2.example', '/0',
                                    f'https://n.example/{i}')
                self.assertEqual(server.stop(), 0)

    def test_a_change_on_what_is_damaged(self):
        for damage in (flip, os.unlink):
            self.set(1, f'https://{damage.__name__}.example/')
            damage(self.path('maps', f'{self.live()}.map'))
            self.set(2, f'https://{damage.__name__}.example/')
            self.assert_sound()
            self.assertIsNone(self.base())

    def test_a_server_needs_no_file_any_more(self):
        self.set(1, 'https://n.example/')
        server = self.serve()
        for name in self.maps():
            os.unlink(self.path('maps', name))
        self.assert_answers(server, 'h1.example', '/0', 'https://n.example/')
        self.assert_answers(server, 'h2.example', '/0', 'https://t.example/')
        self.set(2, 'https://n.example/')
        self.assert_answers(server, 'h2.example', '/0', 'https://n.example/')
        self.assert_sound()


def many(target, hosts=13):
    """So many changes that an overlay of them is folded: over an eighth."""
    return ''.join(f'h{h}.example/{p} {target} 302\n'
                   for h in range(50, 50 + hosts) for p in range(PATHS))


class Folded(Overlay):
    def update(self, target, hosts=13):
        self.do('import', '--update',
                self.write('many.txt', many(target, hosts)))

    def test_behind_the_answer(self):
        server = self.serve()
        self.update('https://m.example/', 12)
        self.assertEqual(self.base(), '1.map')
        for i in range(50):
            self.set(i, 'https://n.example/')
            if not self.base():
                break
            self.assertEqual(self.base(), '1.map')
        self.assertGreater(i, 10)
        self.assertIsNone(self.base())
        self.assertEqual(self.live(), i + 3)
        self.set(i, 'https://m.example/')
        self.assertEqual(self.base(), f'{i + 3}.map')
        for host, want in ((1, 'n'), (i, 'm'), (50, 'm'), (99, 't')):
            self.assert_answers(server, f'h{host}.example', '/0',
                                f'https://{want}.example/')
        self.do('rollback', f'{i + 2}')
        self.assert_answers(server, f'h{i}.example', '/0',
                            'https://t.example/')
        self.assert_sound()

    def test_many_at_once(self):
        server = self.serve()
        self.update('https://m.example/')
        self.assertIsNone(self.base())
        self.update('https://n.example/', 30)  # never was an overlay
        self.assertIsNone(self.base())
        self.assert_answers(server, 'h79.example', '/99', 'https://n.example/')
        self.assert_answers(server, 'h80.example', '/99', 'https://t.example/')
        self.assert_sound()

    def test_killed(self):
        """Between the answer and the end of the command."""
        for i in range(18):
            live = self.live()
            file = self.write('many.txt', many(f'https://n{i}.example/'))
            process = subprocess.Popen(
                [DETOUR, '--state', self.state, 'import', '--update', file],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            process.stdout.read(1)
            time.sleep(random.random() * 0.02)
            process.kill()
            process.communicate(timeout=LIMIT)
            self.assertEqual(self.live(), live + 1)
            self.do('import', '--update', file)
            self.assertEqual(self.live(), live + 1)
            self.assert_sound()
            self.assertNotIn('tmp', ' '.join(self.maps()))

    def test_disk_full(self):
        """No room to fold: the overlay goes on while it can."""
        script = '''
            mkdir "$1"; mount -t tmpfs -o size=64m none "$1"
            "$2" --state "$1/s" import "$3"
            used=$(du -sk "$1" | cut -f1)
            mount -o remount,size=$((used + 800))k "$1"
            for i in $(seq 40); do
                if sed "s/NEW/n$i/" "$4" | "$2" --state "$1/s" import --update -
                then done=$i; else break; fi
            done
            "$2" --state "$1/s" status
            "$2" --state "$1/s" show --host h50.example | grep -c n$done.example
            "$2" --state "$1/s" show --host h50.example | grep -c n$i.example
            echo $done
        '''
        done = subprocess.run(
            ['unshare', '-m', '--propagation', 'private', 'sh', '-uc', script,
             'sh', f'{self.dir}/full', DETOUR, f'{self.dir}/rules.txt',
             self.write('many.txt', many('https://NEW.example/'))],
            capture_output=True, text=True, timeout=120, check=False)
        out = done.stdout.splitlines()
        self.assertEqual(out[-3:-1], ['100', '0'], (done.stdout, done.stderr))
        self.assertNotIn('DAMAGED', done.stdout)
        self.assertIn('cannot be compiled whole', done.stderr)
        self.assertGreater(int(out[-1]), 1, done.stderr)
        self.assertIn(f'map      {int(out[-1]) + 1}.map, ', done.stdout)
        self.assertRegex(done.stderr.splitlines()[-1], 'No space|full')


class Several(Overlay):
    def test_commands_at_once(self):
        server = self.serve()
        codes = []

        def change(first):
            for i in range(first, first + 6):
                codes.append(self.run_detour(
                    'set', f'h{i}.example/0', f'https://n.example/{i}',
                    '302').returncode)
        threads = [threading.Thread(target=change, args=(i * 6,))
                   for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((codes, self.live()), ([0] * 24, 25))
        for i in range(24):
            self.assert_answers(server, f'h{i}.example', '/0',
                                f'https://n.example/{i}')
        self.assert_sound()


class Answers(netns.Connected):
    """A server and the fast path, both under load."""
    rules = rules()

    @classmethod
    def start(cls, later):
        cls.server = Server(cls.state, '--threads', '1', '--listen', '*:81',
                            listen='*:80', preexec_fn=cls.net.server.join)
        later(cls.server.stop)

    def do(self, *args):
        return run('--state', self.state.path, *args).stdout

    def live(self):
        with open(f'{self.state.path}/live', encoding='ascii') as file:
            return int(file.read().split()[0])

    def ask(self, host, path, port):
        """The Location that one connection gets; the fast path has port 80."""
        with Client(self.server, (netns.SERVER[netns.V4], port)) as client:
            return client.ask(get(path, host)).headers.get('location')

    def asking(self, host, path, seen, stop):
        with self.net.client:
            while not stop.is_set():
                for port in (80, 81):
                    seen.add(self.ask(host, path, port))

    def under_load(self, requests, work):
        """What each request got while work was done."""
        seen, stop = {request: set() for request in requests}, threading.Event()
        threads = [threading.Thread(target=self.asking,
                                    args=(*request, seen[request], stop))
                   for request in requests]
        for thread in threads:
            thread.start()
        try:
            work()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        return seen

    def kill_one(self, number, started):
        """Kill a `set` at a random moment; both answer what is live then."""
        host, before = f'h{number % 20}.example', self.live()
        was = self.ask(host, '/0', 80)
        target = f'https://n.example/{number}'
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'set', f'{host}/0', target,
             '302'], stdout=subprocess.DEVNULL)
        time.sleep(random.random() * started)
        process.kill()
        done = process.wait(LIMIT) == 0
        live = self.live()
        self.assertIn(live, (before + 1,) if done else (before, before + 1))
        self.do('set', 'h99.example/0', 'https://t.example/', '301')
        self.assertEqual(self.live(), live)
        want = was if live == before else target
        self.assertEqual(self.ask(host, '/0', 80), want)
        self.assertTrue(wait_for(lambda: self.ask(host, '/0', 81) == want))
        status = json.loads(self.do('status', '--json'))
        self.assertTrue(status['map']['sound'], number)
        if self.fast:
            self.assertEqual({x['release'] for x in
                              status['fastpath']}, {live})

    def test_kill_9(self):
        random.seed(os.getpid())
        start = time.monotonic()
        self.do('set', 'h1.example/0', 'https://n.example/', '302')
        span = time.monotonic() - start

        def work():
            for number in range(25):
                self.kill_one(number, span * 1.2)
        seen = self.under_load([('h50.example', '/0'), ('h0.example', '/1')],
                               work)
        for got in seen.values():
            self.assertEqual(got, {'https://t.example/'})

    def test_two_overlays_over_two_bases_are_never_mixed(self):
        """One hides a host whose wildcard only the other's base has."""
        one = 'https://one.example/'
        two = 'https://two.example/'
        bad = 'https://bad.example/'
        hidden = f'x.y.test/p {bad} 301\n'
        for wild in one, bad:
            self.do('import', '--replace', self.file(
                f'{rules()}{hidden}*.y.test/p {wild} 301\n'))
            if wild == bad:
                self.do('set', 'x.y.test/p', two, '301')
            else:
                self.do('del', 'x.y.test/p')
            status = json.loads(self.do('status', '--json'))
            self.assertIn('overlay', status['map'])
        self.do('rollback', str(self.live() - 2))

        def work():
            for _ in range(25):
                self.do('rollback')
        seen = self.under_load([('x.y.test', '/p'), ('h1.example', '/1')],
                               work)
        self.assertEqual(seen, {('x.y.test', '/p'): {one, two},
                                ('h1.example', '/1'): {'https://t.example/'}})

    def file(self, text):
        path = f'{self.state.dir}/rules.txt'
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)
        return path


def setUpModule():
    if os.geteuid():
        raise unittest.SkipTest('needs root')
    netns.private_bpffs()


if __name__ == '__main__':
    unittest.main()
