#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""HAProxy with a configuration, and detour with what is imported of it: the same
requests get the same answers, but for the differences that import names."""

import os
import random
import re
import unittest
from urllib.parse import urljoin

import haproxy_configs
import haproxy_random
import haproxy_sites
from asking import METHODS, Asking, free_port
from serving import State, run
from terminator import PEM

LONG = os.environ.get('DETOUR_LONG')
REQUESTS = 20000 if LONG else 4000
CONFIGS = {**haproxy_configs.CONFIGS, **haproxy_sites.CONFIGS}
QUERIES = [''] * 3 + ['?', '?a=b', '?a=b&c=%20', '?id=7']


class Requests:
    """Requests of a configuration, and the kinds of differences that each may
    show."""

    def __init__(self, hosts, paths, rng):
        self.hosts, self.paths, self.rng = hosts.split(), paths.split(), rng
        self.hosts.append('none.example')

    def host(self):
        host, kinds = self.rng.choice(self.hosts), set()
        way = self.rng.randrange(20)
        if way == 0:
            host, kinds = host + self.rng.choice([':80', ':8080', '.']), {'port'}
        elif way == 1:
            host, kinds = host.upper(), {'host'}
        elif way == 2:
            host, kinds = host + '.org', {'host'}
        elif way == 3:
            host, kinds = 'b' + host, {'host'}
        return host, kinds

    def path(self):
        path, kinds = self.rng.choice(self.paths), set()
        way = self.rng.randrange(24)
        if way == 0 and path[-1].isalpha():
            path = path[:-1] + '%%%02x' % ord(path[-1])
            kinds = {'normal form'}
        elif way == 1:
            path, kinds = '/./..' + path, {'normal form'}
        elif way == 2:
            path, kinds = path.swapcase(), {'case'}
        elif way == 3:
            path, kinds = path + self.rng.choice(['x"<>', '{}', '*', "'", '|']), \
                {'normal form'}
        elif way == 4:
            path += self.rng.choice(['/', '/x/y', 'z', '//', '%2F', '/7'])
        elif way == 5:
            path = '/' + path
        elif way == 6:
            path = path.rstrip('/') or '/'
        if '?' not in path:
            path += self.rng.choice(QUERIES)
        return path, kinds

    def request(self):
        host, kinds = self.host()
        path, more = self.path()
        scheme = self.rng.choice(['http', 'https'])
        return scheme, self.rng.choice(METHODS), host, path, kinds | more


class Same(Asking):
    def haproxy(self, text, files):
        """Start it; where it listens for each scheme."""
        ports = free_port(), free_port()
        pem = self.write('pem', PEM)
        for name, content in files.items():
            text = text.replace(name, self.write(name, content))
        text = text.replace('HTTP', f'127.0.0.1:{ports[0]}')
        text = text.replace('TLS', f'127.0.0.1:{ports[1]} ssl crt {pem}')
        path = self.write('haproxy.cfg', haproxy_configs.DEFAULTS + text)
        self.start(['haproxy', '-db', '-q', '-f', path], ports[0])
        return path, ports

    def alike(self, request, theirs, ours, kinds):
        """Whether the answers are the same, or differ as a kind says."""
        scheme, _, host, path, of = request
        scheme = scheme if self.tls else 'http'
        status, location = theirs
        if location is None and status not in (410,):
            status = 404
        if (status, location) == ours:
            return True
        if of & kinds:
            self.excused += 1
            return True
        url = f'{scheme}://{host.split(":")[0].rstrip(".").lower()}{path}'
        if 'relative' in kinds and location and location[0] == '/' and ours[1]:
            location = urljoin(url, location) + '?' * (location[-1] == '?')
        if 'escape' in kinds and location is not None:
            for c in ' *{}':
                location = location.replace(c, '%%%02X' % ord(c))
        if (status, location) == ours:
            return True
        if 'case' in kinds and location and ours[1] and \
                location.lower() == ours[1].lower():
            return status == ours[0]
        self.excused += 1
        plain = path.split('?')[0]
        if 'slash' in kinds and not plain.endswith('/') and status == 404:
            return True
        if 'path' in kinds and '/forum' in path and not path.startswith('/forum'):
            return True
        if 'query' in kinds and '?' in path and status == 404:
            return True
        if 'query' in kinds and location and \
                ours == (status, location.rstrip('?')):
            return True
        if 'query' in kinds and location and ours[1] and \
                sorted(re.split('[?&]', location)) == \
                sorted(re.split('[?&]', ours[1])):
            return True
        if 'order' in kinds or ('regex' in kinds and ours[1]):
            return True
        self.excused -= 1
        return False

    def export(self, name, keys):
        """A configuration as an exported map's comments say it."""
        beg = name.endswith('beg')
        state = State(''.join(
            f'{host}/p/{i}{"*" * beg} https://n.example/{i} 307{keys}\n'
            for i in range(30) for host in ('a.example', 'b.example')))
        self.addCleanup(state.remove)
        text = run('--state', state.path, 'export', '--format', name).stdout
        lines = re.findall('^# (.*)', text, re.M)
        self.assertTrue(lines)
        config = 'frontend web\n bind HTTP\n ' + '\n '.join(lines) + '\n'
        return (config.replace('FILE', 'out.map'), {'out.map': text},
                'a.example b.example', '/p/1 /p/2 /p/29 /p/30 /p /q')

    def test_export(self):
        for name in 'haproxy-map', 'haproxy-map-beg':
            for keys in '', ' query=drop':
                CONFIGS['export'] = self.export(name, keys)
                self.compare('export', 300)

    def test_random(self):
        """Sets that nobody thought of: 3, or 60 with DETOUR_LONG."""
        for seed in range(60 if LONG else 3):
            config = haproxy_random.make(random.Random(seed))
            CONFIGS[f'random {seed}'] = config
            with self.subTest(seed=seed):
                self.compare(f'random {seed}', 300, '--partial', few=True)
            self.again()

    def compare(self, name, count, *args, few=False):
        text, files, hosts, paths = CONFIGS[name]
        path, ports = self.haproxy(text, files)
        self.tls = 'TLS' in text
        theirs, ours = self.sides(path, ports, self.tls, *args)
        asking = Requests(hosts, paths, random.Random(name))
        kinds = self.kinds()
        self.excused = moved = 0
        for _ in range(count):
            request = asking.request()
            scheme, method, host, target, _ = request
            one = theirs.ask(scheme, method, target, host)
            two = ours.ask(scheme, method, target, host)
            moved += one[1] is not None
            if not self.alike(request, one, two, kinds):
                self.fail(f'{name} {request}: {one} {two}\n{self.named}')
        self.assertGreater(moved, count // 10 if not few else -1)
        self.assertLess(self.excused, count // 4)


def add(name):
    share = REQUESTS // len(CONFIGS) + 1
    setattr(Same, 'test_' + name.replace(' ', '_'), lambda self: self.compare(name, share))


for each in CONFIGS:
    add(each)

if __name__ == '__main__':
    unittest.main()
