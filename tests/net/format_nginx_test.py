#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""nginx with a configuration, and detour with what is imported of it: the same
requests get the same answers, but for the differences that import names."""

import os
import random
import re
import unittest

import nginx_configs
import nginx_random
import nginx_sites
from asking import METHODS, Asking, free_port
from serving import run
from terminator import PEM

LONG = os.environ.get('DETOUR_LONG')
REQUESTS = 20000 if LONG else 4000
SETS = 300 if LONG else 5  # by chance
CONFIGS = {**nginx_configs.CONFIGS, **nginx_sites.CONFIGS}
MAIN = '''daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
events { worker_connections 64; }
http { access_log off; port_in_redirect off; ssl_certificate DIR/pem;
       ssl_certificate_key DIR/pem; keepalive_requests 100000;
       client_body_temp_path DIR/t1; proxy_temp_path DIR/t2;
       fastcgi_temp_path DIR/t3; uwsgi_temp_path DIR/t4;
       scgi_temp_path DIR/t5;
       include DIR/nginx.test; }
'''


def request_of(rng, hosts, paths):
    host, path = rng.choice(hosts), rng.choice(paths)
    way = rng.randrange(20)
    if way == 0:
        host += rng.choice([':80', '.'])
    elif way == 1:
        host = host.upper()
    elif way == 2:
        host = rng.choice(['x.', 'b']) + host
    way = rng.randrange(24)
    if way == 0 and path[-1].isalpha():
        path = path[:-1] + '%%%02x' % ord(path[-1])
    elif way == 1:
        path = '/./..' + path
    elif way == 2:
        path = path.swapcase()
    elif way == 3:
        path += rng.choice(['x"<>', '{}', '*', "'", '|', '%2F', '%20', '%3f'])
    elif way == 4:
        path += rng.choice(['/', '/x/y', 'z', '//', '/7', '.php', '/.htx'])
    elif way == 5:
        path = '/' + path
    elif way == 6:
        path = path.rstrip('/') or '/'
    if '?' not in path:
        path += rng.choice([''] * 3 + ['?', '?a=b', '?a=b&c=%20', '?id=7'])
    return rng.choice(['http', 'https']), rng.choice(METHODS), host, path


def kinds_of(host, path, theirs, named):
    """Which kinds of differences a request may show."""
    plain, mark, query = path.partition('?')
    kinds = set()
    if ':' in host or host.endswith('.') or host != host.lower():
        kinds |= {'host', 'port'}
    if mark and 'with any query are taken' in named:
        kinds.add('regex')
    if '//' in plain:
        kinds.add('slash')
    if re.search('[%"<>{}|*^`]', plain):
        kinds |= {'escape', 'normal form'}
    if '/.' in plain or re.search('[%\'"<>{}|*^`]', query):
        kinds.add('normal form')
    if mark and not query:
        kinds |= {'empty query', 'query'}
    if '?' in (theirs[1] or '') or query:
        kinds.add('query')
    if plain != plain.lower():
        kinds.add('case')
    if re.search(r'\.php$|/\.ht', plain):
        kinds.add('regex')
    return kinds


class Same(Asking):
    def nginx(self, text, files):
        """Start it; where it listens for each scheme."""
        ports = free_port(), free_port()
        self.write('pem', PEM)
        for name, content in files.items():
            self.write(name, content)
        path = self.write('site.conf', text)
        text = text.replace('listen 80', f'listen 127.0.0.1:{ports[0]}')
        text = text.replace('listen 443', f'listen 127.0.0.1:{ports[1]}')
        self.write('nginx.test', text)
        main = self.write('nginx.conf', MAIN.replace('DIR', self.dir))
        self.start(['nginx', '-p', self.dir, '-c', main, '-e',
                    self.dir + '/error.log'], ports[0])
        return path, ports

    def compare(self, name, count):
        text, files, hosts, paths = CONFIGS[name]
        path, ports = self.nginx(text, files)
        moved, excused = self.same(name, count, path, ports, hosts.split(),
                                   paths.split())
        self.assertGreater(moved, count // 10)
        self.assertLess(excused, count // 4)

    def same(self, name, count, path, ports, hosts, paths, *args):
        """Ask both; how many are redirected, how many are excused."""
        with open(path, encoding='utf-8') as file:
            text = file.read()
        theirs, ours = self.sides(path, ports, ' ssl' in text, *args)
        rng, kinds = random.Random(name), self.kinds()
        excused = moved = 0
        bad = {}
        for _ in range(count):
            scheme, method, host, target = request_of(
                rng, hosts + ['none.example'], paths)
            one = theirs.ask(scheme, method, target, host)
            two = ours.ask(scheme, method, target, host)
            moved += one[1] is not None
            status = one[0] if one[1] or one[0] == 410 else 404
            if (status, one[1]) == two:
                continue
            if host.split(':')[0].rstrip('.').lower() not in hosts \
                    and two == (404, None) and 'default server' in kinds:
                continue
            if kinds_of(host, target, one, self.named) & kinds:
                excused += 1
                continue
            bad[(scheme, host, target)] = one, two
        if bad:
            self.fail('\n'.join(f'{k}: {v}' for k, v in
                                list(bad.items())[:12]) + '\n' + self.named)
        return moved, excused

    def test_random(self):
        """What rules cannot say of a set is not compared."""
        paths = [path + query for path in nginx_random.PATHS
                 for query in nginx_random.QUERIES]
        said = 0
        for seed in range(SETS):
            text = nginx_random.config(random.Random(seed))
            with self.subTest(seed=seed):
                try:
                    path, ports = self.nginx(text, {})
                    done = run('check', path, check=False)
                    named = done.stdout + done.stderr
                    if 'cannot be said' in named or 'overlap' in named or \
                            'no redirect, and rules' in named:
                        continue
                    said += 1
                    self.same(seed, 400 if LONG else 200, path, ports,
                              nginx_random.HOSTS + ['x.c.example'], paths)
                finally:
                    self.again()
        self.assertGreater(said, SETS // 3)


def add(name):
    share = REQUESTS // len(CONFIGS) + 1
    setattr(Same, 'test_' + name.replace(' ', '_'), lambda self: self.compare(name, share))


for each in CONFIGS:
    add(each)

if __name__ == '__main__':
    unittest.main()
