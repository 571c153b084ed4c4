#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""HAProxy with a configuration, and detour with what is imported of it: the same
requests get the same answers, but for the differences that import names."""

import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest
from urllib.parse import urljoin

import haproxy_configs
import haproxy_random
from serving import LIMIT, Server, State, run, wait_for
from terminator import PEM

REQUESTS = 20000
METHODS = ['GET'] * 8 + ['HEAD', 'POST', 'PUT', 'OPTIONS']
QUERIES = [''] * 3 + ['?', '?a=b', '?a=b&c=%20', '?id=7']


class Side:
    """Connections to one of the two, in plaintext and by TLS."""

    def __init__(self, plain, tls, context):
        self.ports, self.context = {'http': plain, 'https': tls}, context
        self.files = {}

    def connect(self, scheme):
        sock = socket.create_connection(('127.0.0.1', self.ports[scheme]),
                                        LIMIT)
        if self.context and scheme == 'https':
            sock = self.context.wrap_socket(sock)
        self.files[scheme] = sock, sock.makefile('rb')

    def once(self, scheme, head, method):
        if scheme not in self.files:
            self.connect(scheme)
        sock, file = self.files[scheme]
        sock.sendall(head)
        status = file.readline()
        if not status:
            raise ConnectionError
        fields = {}
        for line in iter(file.readline, b'\r\n'):
            if not line:
                raise ConnectionError
            name, value = line.decode('latin-1').split(':', 1)
            fields[name.lower()] = value.strip()
        if method != 'HEAD' and 'content-length' in fields:
            file.read(int(fields['content-length']))
        elif method != 'HEAD':
            fields['connection'] = 'close'
        if 'close' in fields.get('connection', ''):
            self.close(scheme)
        return int(status.split()[1]), fields.get('location')

    def ask(self, scheme, head, method):
        try:
            return self.once(scheme, head, method)
        except (ConnectionError, ssl.SSLError):
            self.close(scheme)
            return self.once(scheme, head, method)

    def close(self, scheme=None):
        for name in [scheme] if scheme else list(self.files):
            sock, file = self.files.pop(name)
            file.close()
            sock.close()


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def head_of(method, path, host):
    body = 'Content-Length: 0\r\n' if method in ('POST', 'PUT') else ''
    return (f'{method} {path} HTTP/1.1\r\nHost: {host}\r\n{body}\r\n'
            ).encode('latin-1')


class Asking:
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


class Same(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='detour-haproxy-')
        self.addCleanup(shutil.rmtree, self.dir, True)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        return path

    def haproxy(self, text, files):
        """Start it; where it listens for each scheme."""
        ports = free_port(), free_port()
        pem = self.write('pem', PEM)
        for name, content in files.items():
            text = text.replace(name, self.write(name, content))
        text = text.replace('HTTP', f'127.0.0.1:{ports[0]}')
        text = text.replace('TLS', f'127.0.0.1:{ports[1]} ssl crt {pem}')
        path = self.write('haproxy.cfg', haproxy_configs.DEFAULTS + text)
        process = subprocess.Popen(['haproxy', '-db', '-q', '-f', path],
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait, LIMIT)
        self.addCleanup(process.terminate)

        def listens():
            self.assertIsNone(process.poll(), 'haproxy ended')
            try:
                socket.create_connection(('127.0.0.1', ports[0]), 1).close()
                return True
            except OSError:
                return False
        self.assertTrue(wait_for(listens))
        return path, ports

    def detour(self, path, tls):
        state = State('')
        self.addCleanup(state.remove)
        self.named = run('--state', state.path, 'import', path).stderr
        server = Server(state, '--listen', '127.0.0.1:0,https')
        self.addCleanup(server.stop)
        return server.addresses[0][1], server.addresses[1 if tls else 0][1]

    def kinds(self):
        """The kinds of differences that import has named."""
        line, = re.findall(r': \d+ answered otherwise \((.*)\)', self.named
                           ) or ['']
        return {item.rsplit(':', 1)[0] for item in line.split(', ')}

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
                haproxy_configs.CONFIGS['export'] = self.export(name, keys)
                self.compare('export', 300)

    def test_random(self):
        """Sets that nobody thought of: 3, or 60 with DETOUR_LONG."""
        for seed in range(60 if os.environ.get('DETOUR_LONG') else 3):
            config = haproxy_random.make(random.Random(seed))
            haproxy_configs.CONFIGS[f'random {seed}'] = config
            with self.subTest(seed=seed):
                self.compare(f'random {seed}', 300, few=True)
            self.doCleanups()
            self.setUp()

    def compare(self, name, count, few=False):
        text, files, hosts, paths = haproxy_configs.CONFIGS[name]
        path, ports = self.haproxy(text, files)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        tls = self.tls = 'TLS' in text
        theirs = Side(ports[0], ports[1 if tls else 0], context if tls else None)
        ours = Side(*self.detour(path, tls), None)
        self.addCleanup(theirs.close)
        self.addCleanup(ours.close)
        asking = Asking(hosts, paths, random.Random(name))
        kinds = self.kinds()
        self.excused = moved = 0
        for _ in range(count):
            request = asking.request()
            head = head_of(request[1], request[3], request[2])
            one = theirs.ask(request[0], head, request[1])
            two = ours.ask(request[0], head, request[1])
            moved += one[1] is not None
            if not self.alike(request, one, two, kinds):
                self.fail(f'{name} {request}: {one} {two}\n{self.named}')
        self.assertGreater(moved, count // 10 if not few else -1)
        self.assertLess(self.excused, count // 4)


def add(name):
    share = REQUESTS // len(haproxy_configs.CONFIGS) + 1
    setattr(Same, 'test_' + name, lambda self: self.compare(name, share))


for each in haproxy_configs.CONFIGS:
    add(each)

if __name__ == '__main__':
    unittest.main()
