#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""HTTPS with a real server in front, as detour-https(7) says: hitch, HAProxy,
nginx, stunnel, Caddy; by TLS 1.3, HTTP/1.1 and HTTP/2; whose requests they are."""

import json
import os
import shutil
import subprocess
import unittest

import fronts
from recorder import Recorder, Request
from serving import DETOUR, LIMIT, Server, State, wait_for

REQUESTS = 1000
CLIENT = '127.0.0.5'
RULES = """
old.example    https://by-tls.example         301  scheme=https
old.example    https://in-plaintext.example   302  scheme=http
other.example  https://other-new.example      308
"""


class Fronts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.state = State(RULES)
        cls.addClassCleanup(cls.state.remove)
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.close)
        cls.log = f'{cls.state.dir}/log'
        path = f'{cls.state.dir}/https'
        cls.server = Server(
            cls.state, '--listen', '127.0.0.1:0,proxy,https', '--listen',
            '127.0.0.1:0,https', '--listen', f'unix:{path},proxy,https,mode=666',
            '--trust', '127.0.0.1', '--access-log', cls.log,
            '--access-log-format', 'json', '--fallback', cls.recorder.name,
            listen='127.0.0.1:0,proxy')
        cls.addClassCleanup(cls.server.stop)
        proxy, both, https = (f'127.0.0.1:{port}' for _, port in
                              cls.server.addresses[:3])
        cls.to = {'127.0.0.1:8081': proxy, '127.0.0.1:8082': both,
                  '127.0.0.1:8443': https, '/run/detour/https': path}

    def start(self, kind, **more):
        front = kind({**self.to, **more})
        self.addCleanup(front.stop)
        return front

    def curl(self, front, url, *args):
        """Ask, from the client's address; what is written for each answer."""
        name = url.split('/')[2]
        done = subprocess.run(
            ['curl', '-sS', '--interface', CLIENT, '--tlsv1.3', '--resolve',
             f'{name}:{front.port}:127.0.0.1', '-o', '/dev/null', '-w',
             '%{http_code} %{http_version} %{local_port} %{redirect_url}\\n',
             *args, url.replace(name, f'{name}:{front.port}', 1)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=10 * LIMIT, check=False)
        self.assertEqual(done.returncode, 0, (done.stderr, front.said()))
        return [line.split(' ') for line in done.stdout.splitlines()]

    def logged(self, begin, count):
        """The lines of requests whose target begins with this."""
        def read():
            with open(self.log, encoding='ascii') as file:
                text = file.read()
            lines = [json.loads(line) for line in text.splitlines()
                     if f'{begin}/' in line and line.endswith('}')]
            return len(lines) >= count and lines
        return wait_for(read)

    def ask_all(self, front, version, *args):
        """1,000 requests, and who detour takes their client for."""
        begin = f'/{type(front).__name__}/{version}'
        answers = self.curl(
            front, f'https://old.example{begin}/[1-{REQUESTS}]',
            f'--http{version}', *args)
        self.assertEqual(len(answers), REQUESTS)
        ports = set()
        for at, (code, spoken, port, url) in enumerate(answers, 1):
            self.assertEqual((code, spoken, url), (
                '301', version, f'https://by-tls.example{begin}/{at}'))
            ports.add(int(port))
        lines = self.logged(begin, REQUESTS)
        self.assertEqual(len(lines), REQUESTS)
        if front.proxy:
            self.assertEqual({line['client'] for line in lines}, {CLIENT})

    def ask_fallback(self, front, version):
        """What no rule is for: the fallback learns who it is."""
        self.recorder.take()
        answers = self.curl(front, 'https://none.example/x',
                            f'--http{version}', *front.trust)
        self.assertEqual(answers[0][:2], ['200', version])
        wait_for(lambda: self.recorder.seen)
        seen, = self.recorder.take()
        request = Request(seen)
        self.assertEqual(request.all(b'x-forwarded-proto'), [b'https'])
        clients = [CLIENT] if front.proxy else [CLIENT, '127.0.0.1']
        self.assertEqual(request.all(b'x-forwarded-for'),
                         [', '.join(clients).encode()])

    def pair(self, kind, *args, **more):
        if not shutil.which(kind.command[0]):
            self.skipTest(f'{kind.command[0]} is not installed')
        front = self.start(kind, **more)
        front.trust = args or ('--cacert', front.pem)
        for version in kind.versions:
            with self.subTest(version=version):
                self.ask_all(front, version, *front.trust)
                self.ask_fallback(front, version)
        return front

    def test_hitch(self):
        self.pair(fronts.Hitch)

    def test_haproxy(self):
        self.pair(fronts.Haproxy)

    def test_nginx_stream(self):
        self.pair(fronts.NginxStream)

    def test_nginx_http(self):
        self.pair(fronts.NginxHttp)

    def test_stunnel(self):
        self.pair(fronts.Stunnel)

    def test_caddy(self):
        """With certificates on demand, for names that have rules alone."""
        web = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'web', '--listen',
             '127.0.0.1:0'], stderr=subprocess.PIPE, text=True)
        self.addCleanup(web.stderr.close)
        self.addCleanup(web.wait, LIMIT)
        self.addCleanup(web.terminate)
        line = web.stderr.readline()
        address = line.split('ready on ')[1].strip()
        front = self.start(fronts.Caddy, **{'127.0.0.1:9180': address})
        for version in front.versions:
            self.ask_all(front, version, '-k')
        done = subprocess.run(
            ['curl', '-sS', '-k', '--resolve',
             f'none.example:{front.port}:127.0.0.1',
             f'https://none.example:{front.port}/'], capture_output=True,
            timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 35, done)  # no certificate
        self.recorder.take()
        answer, = self.curl(front, 'https://other.example/x', '-k')
        self.assertEqual(answer[0], '308')

    def test_checks(self):
        """HAProxy's own look at the server says LOCAL, and is answered."""
        class Checking(fronts.Haproxy):
            replace = (('send-proxy-v2-ssl', 'send-proxy-v2-ssl check inter '
                        '50ms'),
                       ('backend detour\n    mode http\n', 'backend detour\n'
                        '    mode http\n    option httpchk GET /check\n'
                        '    http-check send hdr Host other.example\n'),)
        front = self.start(Checking)
        self.assertTrue(wait_for(lambda: self.checked() > 3))
        answers = self.curl(front, 'https://old.example/x', '--cacert',
                            front.pem)
        self.assertEqual(answers[0][0], '301')

    def checked(self):
        with open(self.log, encoding='ascii') as file:
            return sum('/check' in line and '"127.0.0.1"' in line
                       for line in file)


if __name__ == '__main__':
    unittest.main()
