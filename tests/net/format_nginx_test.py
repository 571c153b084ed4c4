#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""nginx with a configuration, and detour with what is imported of it: the same
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

import nginx_configs
import nginx_random
from serving import LIMIT, Server, State, run, wait_for
from terminator import PEM

REQUESTS = 20000
LONG = 300 if os.environ.get('DETOUR_LONG') else 8  # sets by chance
METHODS = ['GET'] * 8 + ['HEAD', 'POST', 'PUT', 'OPTIONS']
MAIN = '''daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
events { worker_connections 64; }
http { access_log off; port_in_redirect off; ssl_certificate DIR/pem;
       ssl_certificate_key DIR/pem; keepalive_requests 100000;
       client_body_temp_path DIR/t1; proxy_temp_path DIR/t2;
       fastcgi_temp_path DIR/t3; uwsgi_temp_path DIR/t4;
       scgi_temp_path DIR/t5;
       include DIR/nginx.test; }
'''


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
        if method != 'HEAD':
            file.read(int(fields['content-length']))
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


class Same(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='detour-nginx-')
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        return path

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
        process = subprocess.Popen(['nginx', '-p', self.dir, '-c', main,
                                    '-e', self.dir + '/error.log'],
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait, LIMIT)
        self.addCleanup(process.terminate)

        def listens():
            if process.poll() is not None:
                self.fail('nginx ended: ' + process.stderr.read())
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

    def compare(self, name, count):
        text, files, hosts, paths = nginx_configs.CONFIGS[name]
        path, ports = self.nginx(text, files)
        moved, excused = self.same(name, count, path, ports, hosts.split(),
                                   paths.split())
        self.assertGreater(moved, count // 10)
        self.assertLess(excused, count // 4)

    def same(self, name, count, path, ports, hosts, paths):
        """Ask both; how many are redirected, how many are excused."""
        with open(path, encoding='utf-8') as file:
            text = file.read()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        tls = ' ssl' in text
        theirs = Side(ports[0], ports[1 if tls else 0], context if tls else None)
        ours = Side(*self.detour(path, tls), None)
        self.addCleanup(theirs.close)
        self.addCleanup(ours.close)
        rng, kinds = random.Random(name), self.kinds()
        excused = moved = 0
        bad = {}
        for _ in range(count):
            scheme, method, host, target = request_of(
                rng, hosts + ['none.example'], paths)
            body = 'Content-Length: 0\r\n' if method in ('POST', 'PUT') else ''
            head = (f'{method} {target} HTTP/1.1\r\nHost: {host}\r\n{body}\r\n'
                    ).encode('latin-1')
            one = theirs.ask(scheme, head, method)
            two = ours.ask(scheme, head, method)
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
        for seed in range(LONG):
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
                    self.same(seed, 400, path, ports,
                              nginx_random.HOSTS + ['x.c.example'], paths)
                finally:
                    self.doCleanups()
                    self.setUp()
        self.assertGreater(said, LONG // 3)


def add(name):
    share = REQUESTS // len(nginx_configs.CONFIGS) + 1
    setattr(Same, 'test_' + name, lambda self: self.compare(name, share))


for each in nginx_configs.CONFIGS:
    add(each)

if __name__ == '__main__':
    unittest.main()
