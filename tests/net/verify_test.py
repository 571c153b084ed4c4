#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A running server held to the rules: each difference that is planted is found,
and none where there is none; servers that want to harm who asks them.
DETOUR_LONG=1 asks for all of 20,000 rules."""

import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
import unittest

from commands import DETOUR
from hostile import free_ports
from serving import Server
from verifying import Verify

LONG = os.environ.get('DETOUR_LONG') == '1'

# Sources of every kind.
KINDS = '''
.old.example             https://*.new.example             301
*                        https://*                         308       scheme=http
shop.old.example         https://shop.old.example          308       scheme=http
shop.old.example         https://shop.new.example          301       scheme=https
old.example/about        https://new.example/company       301
old.example/item?id=7    https://new.example/items/blue    301
old.example/item?        https://new.example/items         302
old.example/blog/*       https://journal.example/*         307  max-age=60
old.example/find/*       https://new.example/?q=*#top      302  query=drop
old.example/item?id=8&*  https://new.example/items/red     301
old.example/{y:digits}/{m:digits}/{s}.html https://new.example/{s}/{m}?y={y} 303
api.old.example          https://api.new.example           301/308
tmp.old.example/%2A/*    https://tmp.new.example/%2a/%7e/* 302/307
old.example/Case/*       https://new.example/case/*        301  case=ignore
old.example/.well-known/acme-challenge/* - pass
old.example/forum/*      -                                 410
*/health                 -                                 200  first=yes
[2001:db8::1]/x          https://new.example/six           302
192.0.2.7                https://new.example               302
b\u00fccher.example      https://new.example/b\u00fccher/* 301
'''


class Alike(Verify):
    def test_detour_itself(self):
        """In plaintext, over IPv6, by the rules for TLS, by a name."""
        self.rules(KINDS)
        server = Server(self.state, '--listen', '[::1]:0', '--listen',
                        '127.0.0.1:0,https')
        self.addCleanup(server.stop)
        plain, six, tls = (f'[{host}]:{port}' if ':' in host
                           else f'{host}:{port}'
                           for host, port in server.addresses)
        sources = self.alike(plain)
        self.assertEqual(sources['rules'], {
            'asked': 19, 'not_sampled': 0, 'pass': 1, 'other_scheme': 1,
            'hidden': 0})
        self.assertEqual(sources['requests']['all'], 21)
        self.assertEqual(self.alike(six)['requests']['all'], 21)
        self.alike('localhost:%d' % server.addresses[0][1])
        sources = self.alike(tls + ',https')
        self.assertEqual(sources['rules']['other_scheme'], 2)
        self.assertEqual(sources['requests']['all'], 20)
        # the other way about it is noticed
        self.verify(plain + ',https', code=1)
        self.assertEqual(self.differences(), [
            ('status', 'GET', 'shop.old.example/Verify?verify=1', 308,
             'https://shop.old.example/Verify?verify=1')])

    def test_nginx_of_an_export(self):
        self.rules(''.join('old.example/p-%d https://new.example/%d?a=%d 302\n'
                           % (i, i * 7, i) for i in range(300)) +
                   ''.join('h%d.example/x/y https://new.example/h%d 302\n' %
                           (i, i) for i in range(100)))
        text = self.do('export', '--format', 'nginx-map', '--partial')
        port, = free_ports(1)
        self.nginx('map $host$uri $moved { include DIR/map; }\n'
                   'server { listen 127.0.0.1:%d;\n'
                   ' set $more $is_args$args;\n'
                   ' if ($moved ~ "[?]") { set $more &$args; }\n'
                   ' if ($moved) { return 302 $moved$more; } }\n' % port, port,
                   map=text)
        sources = self.alike(f'127.0.0.1:{port}')
        self.assertEqual(sources['requests']['all'], 400)

    def test_tls(self):
        """Each host is named to TLS, and has its own server there; certificates
        are looked at if that is asked for."""
        pem, key = self.certificate()
        port, = free_ports(1)
        self.rules('old.example https://new.example 301\n'
                   '*.old.example https://below.example/* 302\n'
                   'old.example/in https://in.example 308 scheme=http\n'
                   'other.example https://o.example 301\n')
        block = ('server { listen 127.0.0.1:%d ssl%s; listen [::1]:%d ssl%s;\n'
                 ' server_name %s;\n'
                 ' ssl_certificate %s; ssl_certificate_key %s;\n'
                 ' if ($ssl_server_name != $host) { return 421; }\n'
                 ' return %s; }\n')
        self.nginx(''.join(block % (port, default, port, default, name, pem,
                                    key, what)
                           for default, name, what in (
                               (' default_server', '_', 404),
                               ('', 'old.example', '301 https://new.example'
                                '$request_uri'),
                               ('', '*.old.example', '302 https://below.example'
                                '$request_uri'),
                               ('', 'other.example', '301 https://o.example'
                                '$request_uri'))), port)
        against = f'127.0.0.1:{port},tls'
        self.assertEqual(self.alike(against)['rules']['other_scheme'], 1)
        self.alike(f'[::1]:{port},tls')
        self.assertIn('certificates not checked', self.do(
            'verify', '--against', against))
        self.verify(against, '--check-certificates', code=1)
        self.assertEqual({x['kind'] for x in self.said['findings']},
                         {'no-answer'})
        self.verify(against, '--ca', pem, code=1)
        self.assertEqual(self.differences(), [
            ('no-answer', 'GET', 'other.example/Verify?verify=1', None, None)])
        self.assertIn('certificate', self.said['findings'][0]['got']['failure'])
        # plaintext where TLS is spoken, and the reverse
        self.verify(f'127.0.0.1:{port}', code=1)
        plain = self.hostile(lambda head: b'HTTP/1.1 404 x\r\n\r\n')
        self.verify(plain.address + ',tls', '--timeout', '1', code=1)
        self.assertEqual({x['kind'] for x in self.said['findings']},
                         {'no-answer'})

    def test_https_as_behind_a_terminator(self):
        """A server that goes by X-Forwarded-Proto."""
        self.rules('old.example http://old.example/in 302 scheme=https\n'
                   'old.example https://old.example 308 scheme=http\n')
        port, = free_ports(1)
        self.nginx('server { listen 127.0.0.1:%d;\n'
                   ' if ($http_x_forwarded_proto = https) {'
                   ' return 302 http://old.example/in$is_args$args; }\n'
                   ' return 308 https://old.example$request_uri; }\n' % port,
                   port)
        self.alike(f'127.0.0.1:{port}')
        self.alike(f'127.0.0.1:{port},https')


class Planted(Verify):
    RULES = '''
old.example/ok           https://new.example/ok            301
old.example/status       https://new.example/status        301
old.example/location     https://new.example/location      301
old.example/none         https://new.example/none          301
old.example/missing      https://new.example/missing       301
old.example/query        https://new.example/query         301
old.example/drop         https://new.example/drop          301  query=drop
old.example/case         https://new.example/case          301  case=ignore
old.example/set?a=1&*    https://new.example/set           301
old.example/{a}/to/{b}   https://new.example/{a}/to/{b}    301
old.example/tree/*       https://new.example/tree/*        301
old.example/form         https://new.example/form          301/308
old.example/gone         -                                 410
*.old.example            https://*.new.example             301
shop.old.example/x       https://shop.new.example/x        301  scheme=https
shop.old.example/x       https://shop.old.example/x        308  scheme=http
'''
    NGINX = '''
server { listen 127.0.0.1:%d; server_name old.example; merge_slashes off;
 location = /ok { return 301 https://new.example/ok$is_args$args; }
 location = /status { return 302 https://new.example/status$is_args$args; }
 location = /location { return 301 https://new.example/Location$is_args$args; }
 location = /none { return 444; }
 location = /query { return 301 https://new.example/query; }
 location = /drop { return 301 https://new.example/drop$is_args$args; }
 location = /case { return 301 https://new.example/case$is_args$args; }
 location = /set { if ($args = a=1) { return 301 https://new.example/set; } }
 location /tree/ { return 301 https://new.example/tree/; }
 location ~ ^/([^/]+)/to/([^/]+)$ {
   return 301 https://new.example/$2/to/$1$is_args$args; }
 location = /form { return 301 https://new.example/form$is_args$args; }
 location = /gone { return 404; }
}
server { listen 127.0.0.1:%d; server_name *.old.example;
 return 301 https://www.new.example$request_uri; }
server { listen 127.0.0.1:%d; server_name shop.old.example;
 return 308 https://shop.old.example$request_uri; }
'''

    def test_each_is_found_and_nothing_else(self):
        self.rules(self.RULES)
        port, = free_ports(1)
        self.nginx(self.NGINX % (port, port, port), port)
        self.verify(f'127.0.0.1:{port}', code=1)
        new, more = 'https://new.example/', '?verify=1'
        wanted = [
            ('location', 'GET', '/drop' + more, 301, new + 'drop' + more),
            ('location', 'GET', '/location' + more, 301,
             new + 'Location' + more),
            ('location', 'GET', '/query' + more, 301, new + 'query'),
            ('location', 'GET', '/tree/Verify' + more, 301, new + 'tree/'),
            ('location', 'GET', '/Verify1/to/Verify2' + more, 301,
             new + 'Verify2/to/Verify1' + more),
            ('no-answer', 'GET', '/none' + more, None, None),
            ('status', 'GET', '/CASE?VERIFY=1', 404, None),
            ('status', 'GET', '/gone', 404, None),
            ('status', 'GET', '/missing' + more, 404, None),
            ('status', 'GET', '/set?a=1&verify=1', 404, None),
            ('status', 'GET', '/status' + more, 302, new + 'status' + more),
            ('status', 'POST', '/form' + more, 301, new + 'form' + more),
        ]
        wanted = [(a, b, 'old.example' + c, d, e) for a, b, c, d, e in wanted]
        wanted.append(('location', 'GET', 'verify.old.example/Verify' + more,
                       301, 'https://www.new.example/Verify' + more))
        self.assertEqual(self.differences(), sorted(wanted))
        requests = self.said['sources']['requests']
        self.assertEqual((requests['all'], requests['same'],
                          requests['location'], requests['status'],
                          requests['no_answer']), (16, 3, 6, 6, 1))

    def test_wrong_https(self):
        """The rule for plaintext answers by TLS as well."""
        self.rules(self.RULES)
        port, = free_ports(1)
        self.nginx(self.NGINX % (port, port, port), port)
        self.verify(f'127.0.0.1:{port},https', code=1)
        got = [x for x in self.differences() if x[2].startswith('shop.')]
        self.assertEqual(got, [('status', 'GET', 'shop.old.example/x?verify=1',
                                308, 'https://shop.old.example/x?verify=1')])

    def test_text_for_a_ticket(self):
        self.rules(self.RULES)
        port, = free_ports(1)
        self.nginx(self.NGINX % (port, port, port), port)
        out = self.do('verify', '--against', f'127.0.0.1:{port}', '--top', '2',
                      code=1)
        self.assertIn(f'127.0.0.1:{port}, in plaintext; rules: release 1, '
                      'which is live\n', out)
        self.assertIn('rules     15 asked for, 1 for https alone\n', out)
        self.assertIn('requests  16: 3 as the rules say, 6 with another status,'
                      ' 6 with another Location, 1 without a whole answer\n',
                      out)
        self.assertIn('\nanother Location: 6\n', out)
        self.assertEqual(out.count('and 4 more'), 2)
        self.assertIn(
            '\nno whole answer: 1\n'
            '  old.example/none https://new.example/none 301\n'
            '    asked     GET http://old.example/none?verify=1\n'
            '    expected  301 https://new.example/none?verify=1\n'
            '    got       it closes without an answer\n', out)
        out = self.do('verify', '--against', f'127.0.0.1:{port}', code=1)
        self.assertEqual(out.count('    asked     '), 13)

    def test_releases_and_what_wins(self):
        self.rules('old.example/a https://one.example 301\n'
                   '*/* - pass first=yes\n')
        self.rules('old.example/a https://two.example 301\n')
        server = self.hostile(
            lambda head: b'HTTP/1.1 301 x\r\nLocation: https://two.example'
                         b'?verify=1\r\nContent-Length: 0\r\n\r\n')
        self.alike(server.address)
        asked = len(server.heads)
        # nothing that could be asked for is no success
        self.do('verify', '--against', server.address, '--release', '1', code=1)
        self.assertIn('no rule that could be asked for', self.err)
        self.assertEqual(len(server.heads), asked)
        self.do('verify', '--against', server.address, '--release', '9', code=1)
        self.do('set', '--draft=new', 'old.example/a', 'https://three.example',
                '301')
        self.verify(server.address, '--draft=new', code=1)
        self.assertEqual([x['kind'] for x in self.said['findings']],
                         ['location'])
        self.do('verify', '--against', server.address, '--draft', code=1)
        self.assertIn("there is no draft draft", self.err)
        self.rules('old.example/a https://two.example 301\n'
                   'old.example/b https://b.example 301\n'
                   '*/b - 200 first=yes\n*/c - pass first=yes\n')
        self.do('verify', '--against', server.address, code=1)
        out = self.do('verify', '--against', server.address, code=1)
        self.assertIn('not asked for, since others win for what was made up: 1\n'
                      '  old.example/b https://b.example/* 301\n'
                      '    for       GET http://old.example/b?verify=1\n'
                      '    wins      */b\n'.replace('b.example/*', 'b.example'),
                      out)


def moved(location, more=b''):
    return (b'HTTP/1.1 301 Moved\r\nLocation: ' + location + b'\r\n' + more +
            b'Content-Length: 0\r\n\r\n')


GOOD = b'https://new.example/'


class HostileServers(Verify):
    """Rules a, b, ... of hosts that are a server's ways to answer."""

    def ask(self, ways, *args, code=1, good=()):
        self.rules(''.join(f'{name}.example/x https://new.example/ 301 '
                           'query=drop\n' for name in ways))

        def answer(head):
            name = re.search(rb'\r\nHost: (\w+)\.example', head)[1].decode()
            way = ways[name]
            return way() if callable(way) else way
        server = self.hostile(answer)
        self.verify(server.address, '--timeout', '2', *args, code=code)
        found = {x['host'].split('.')[0]: x for x in self.said['findings']}
        self.assertEqual(set(found), set(ways) - set(good))
        text = self.do('verify', '--against', server.address, '--timeout', '2',
                       code=code)
        self.assertEqual(re.findall('[^\n -~]', text), [])
        return found

    def test_c0_control_bytes(self):
        ways = {'esc': moved(b'https://new.example/\x1b]0;owned\x07\x1b[2J'),
                'high': moved(b'https://new.example/\x9b2J\xc2\x9b2J'),
                'bidi': moved('https://new.example/\u202e\u00e9'.encode()),
                'tab': moved(b'https://new.example/\ta'),
                'fold': moved(b'https://new.example/\r\n folded'),
                'cr': moved(b'https://new.example/\rSet-Cookie: a'),
                'two': moved(GOOD, b'Location: https://evil.example/\r\n'),
                'same': moved(GOOD, b'location: https://new.example/\r\n'),
                'blank': moved(b' \t https://new.example/ \t ')}
        found = self.ask(ways, good=('blank',))
        for name in set(ways) - {'blank'}:
            self.assertEqual(found[name]['kind'], 'location', name)
        self.assertEqual(found['two']['got']['locations'], 2)
        self.assertEqual(found['two']['got']['location'],
                         'https://new.example/')

    def test_heads_without_end(self):
        def lines():
            yield b'HTTP/1.1 301 Moved\r\nLocation: https://new.example/\r\n'
            while True:
                yield b'X-Y: ' + b'z' * 1000 + b'\r\n'

        def line():
            yield b'HTTP/1.1 301 Moved\r\nLocation: '
            while True:
                yield b'y' * 65536

        def informed():
            while True:
                yield b'HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n'

        def folded():
            yield b'HTTP/1.1 301 Moved\r\nLocation: https://new.example/\r\n'
            while True:
                yield b' ' + b'y' * 1000 + b'\r\n'
        found = self.ask({'lines': lines, 'line': line, 'informed': informed,
                          'folded': folded,
                          'nul': moved(b'https://new.example/\0a')})
        self.assertEqual({x['kind'] for x in found.values()}, {'no-answer'})
        self.assertEqual(found['lines']['got']['failure'],
                         'its head is over 65536 bytes')
        self.assertEqual(found['line']['got']['failure'],
                         'a line of its head is too long')

    def test_ends_and_garbage(self):
        good = (b'HTTP/1.1 301 Moved\r\nLocation: https://new.example/\r\n')
        found = self.ask({
            'empty': b'', 'half': b'HTTP/1.1 301 Moved\r\nLocation: htt',
            'garbage': os.urandom(3) + b'\xff garbage\r\n\r\n',
            'old': b'<html>HTTP/0.9</html>', 'ssh': b'SSH-2.0-x\r\n',
            'version': b'HTTP/9.9 301 x\r\n\r\n',
            'short': good + b'Content-Length: 10\r\n\r\nabc',
            'chunks': good + b'Transfer-Encoding: chunked\r\n\r\n'
                             b'zz\r\nabc\r\n',
            'length': good + b'Content-Length: abc\r\n\r\n',
        })
        self.assertEqual({x['kind'] for x in found.values()}, {'no-answer'})
        self.assertEqual(found['short']['got']['status'], 301)
        self.assertEqual(found['empty']['got']['failure'],
                         'it closes without an answer')

    def test_slow_ones(self):
        def drips():
            yield b'HTTP/1.1 301 Moved\r\n'
            for _ in range(100):
                time.sleep(0.2)
                yield b'X: y\r\n'
        found = self.ask({'silent': lambda: None, 'drips': drips})
        self.assertEqual(
            {x['got']['failure'] for x in found.values()},
            {'no whole answer in time'})

    def test_bodies_are_passed_over(self):
        """Whatever is in them; a great one is not read to its end."""
        good = (b'HTTP/1.1 301 Moved\r\nLocation: https://new.example/\r\n')

        def great():
            yield good + b'Content-Length: 999999999999\r\n\r\n'
            while True:
                yield b'x' * 65536
        inner = b'HTTP/1.1 404 x\r\nLocation: https://evil.example/\r\n\r\n'
        self.ask({
            'great': great,
            'inner': good + b'Content-Length: %d\r\n\r\n' % len(inner) + inner,
            'until': good + b'\r\n' + inner,
            'chunked': good + b'Transfer-Encoding: chunked\r\n\r\n'
                              b'3\r\nabc\r\n0\r\n'
                              b'Location: https://evil.example/\r\n\r\n',
            'early': b'HTTP/1.1 103 Early\r\nLocation: https://evil.example/'
                     b'\r\n\r\n' + moved(GOOD),
            'ancient': b'HTTP/1.0 301\r\nlocation:https://new.example/\r\n\r\n',
        }, code=0, good=('great', 'inner', 'until', 'chunked', 'early',
                         'ancient'))


class Wire(Verify):
    def test_bytes_are_sent_as_they_are(self):
        """Path and Host as meant, whatever the environment names as a proxy;
        connections are used again where the server lets."""
        self.rules('old.example/a%2Fb//c/%20/~!$()+,;=:@[]/%2A '
                   'https://new.example/ 301 query=drop\n'
                   'old.example/q?a=%5C&b=[]&c=%27/?x https://new.example/ 301\n'
                   'old.example/.h*  https://new.example/ 301/308 query=drop\n'
                   '[2001:DB8::1]/x https://new.example/ 301 query=drop\n'
                   'b\u00fccher.example/x https://new.example/ 301 query=drop\n'
                   + ''.join('old.example/%d https://new.example/ 301 '
                             'query=drop\n' % i for i in range(40)))
        server = self.hostile(lambda head: moved(GOOD) if not
                              head.startswith(b'POST') else
                              moved(GOOD).replace(b'301', b'308'),
                              keeps=lambda head: True)
        done = subprocess.run(
            [DETOUR, '--state', self.state, 'verify', '--against',
             server.address, '--concurrency', '3'], check=False,
            capture_output=True, text=True, env=dict(
                os.environ, http_proxy='http://127.0.0.1:9',
                ALL_PROXY='http://127.0.0.1:9'))
        self.assertEqual(done.returncode, 0, done.stdout)
        heads = {head.split(b'\r\n')[0]: head.split(b'\r\n')[1:]
                 for head in server.heads}
        self.assertEqual(len(server.heads), 46)
        self.assertLessEqual(server.connections, 3)
        version = run_version()
        fields = [b'User-Agent: detour/' + version, b'Accept: */*']
        for line, host, more in (
                (b'GET /a%2Fb//c/%20/~!$()+,;=:@[]/%2A?verify=1',
                 b'old.example', []),
                (b'GET /q?a=%5C&b=[]&c=%27/?x', b'old.example', []),
                (b'GET /.hVerify?verify=1', b'old.example', []),
                (b'POST /.hVerify?verify=1', b'old.example',
                 [b'Content-Length: 0']),
                (b'GET /x?verify=1', None, [])):
            got = heads[line + b' HTTP/1.1']
            if host:
                self.assertEqual(sorted(got), sorted(
                    [b'Host: ' + host] + fields + more), line)
        hosts = [head.split(b'\r\n')[1] for head in server.heads
                 if head.startswith(b'GET /x?')]
        self.assertEqual(sorted(hosts), [b'Host: [2001:db8::1]',
                                         b'Host: xn--bcher-kva.example'])

    def test_nobody_answers(self):
        self.rules(''.join('old.example/%d https://new.example/ 301\n' % i
                           for i in range(500)))
        port, = free_ports(1)
        for against, reason in ((f'127.0.0.1:{port}', 'connection refused'),
                                ('none.invalid:80', 'name has no address')):
            start = self.verify(against, code=1)
            self.assertIn(reason, start['sources']['nobody_answers'])
            self.assertFalse(start['complete'])
            self.assertLess(start['sources']['requests']['all'], 100)
            out = self.do('verify', '--against', against, code=1)
            self.assertIn('nobody answers: ', out)
            self.assertEqual(out.count(reason), 1)

    def test_on_trial_against_what_is_permanent(self):
        self.rules(''.join('a.example/%d https://new.example/ 307 final=301\n'
                           % i for i in range(5)))
        server = self.hostile(lambda head: moved(GOOD))
        hint = 'on trial, and permanent there: 5; '
        self.assertIn(hint, self.do('verify', '--against', server.address,
                                    code=1))
        self.do('promote', '--draft=perm')
        self.assertNotIn('on trial', self.run_detour(
            'verify', '--against', server.address,
            '--draft=perm').stdout.decode())

    def test_who_closes_is_somebody(self):
        """As nginx's 444 for a host that it does not know."""
        self.rules(''.join('a.example/%d https://new.example/ 301 query=drop\n'
                           'z.example/%d https://new.example/ 301 query=drop\n'
                           % (i, i) for i in range(100)))
        server = self.hostile(lambda head: b'' if b'Host: a.' in head
                              else moved(GOOD))
        self.verify(server.address, '--concurrency', '1', code=1)
        self.assertIsNone(self.said['sources']['nobody_answers'])
        requests = self.said['sources']['requests']
        self.assertEqual((requests['same'], requests['no_answer']), (100, 100))
        silent = self.hostile(lambda head: None)
        self.verify(silent.address, '--timeout', '1', code=1)
        self.assertEqual(self.said['sources']['nobody_answers'],
                         'no whole answer in time')
        self.assertLess(len(silent.heads), 100)

    def test_no_library(self):
        """It is the one command that wants libcurl: others do without."""
        self.rules('a.example https://n.example 301\n')
        hide = ('for file in $(ldconfig -p | sed -n "s/.*libcurl.so.4 .*=> //p");'
                ' do mount --bind /dev/null "$file" || exit 9; done; exec "$@"')
        for command, code, said in (
                (['show'], 0, 'https://n.example'),
                (['verify', '--against', '127.0.0.1:1'], 1,
                 'libcurl.so.4: file too short: install libcurl4\n')):
            done = subprocess.run(
                ['unshare', '-m', 'sh', '-c', hide, 'sh', DETOUR, '--state',
                 self.state, *command], capture_output=True, text=True,
                check=False)
            self.assertEqual(done.returncode, code, done)
            self.assertIn(said, done.stdout + done.stderr)

    def test_usage(self):
        self.rules('old.example/a https://new.example/ 301\n')
        for args, said in (
                ([], '--against is needed'),
                (['--against', 'x'], 'no port'),
                (['--against', '::1:80'], 'is no ADDR:PORT'),
                (['--against', 'h:0'], 'no port from 1 to 65535'),
                (['--against', 'h:99999'], 'no port from 1'),
                (['--against', 'h:80,ssl'], 'is ,tls or ,https'),
                (['--against', 'a b:80'], 'is no ADDR:PORT'),
                (['--against', 'h:80', 'x'], 'is too much'),
                (['--against', 'h:80', '--rate', '0'], 'is no number from 1'),
                (['--against', 'h:80', '--concurrency', '257'], 'to 256'),
                (['--against', 'h:80', '--sample', '-1'], 'is no number'),
                (['--against', 'h:80', '--ca', '/nonexistent'], 'cannot read')):
            self.do('verify', *args, code=2)
            self.assertIn(said, self.err, args)


def run_version():
    text = subprocess.run([DETOUR, '--version'], capture_output=True,
                          check=True).stdout
    return text.split()[1].rstrip(b',')


class Many(Verify):
    COUNT = 20000

    def setUp(self):
        super().setUp()
        self.rules(''.join('h%d.example/p-%d https://new.example/%d 301\n' %
                           (i % 97, i, i) for i in range(self.COUNT)) +
                   ''.join('pass.example/%d - pass\n' % i for i in range(100)))

    def test_sample_and_rate(self):
        server = Server(self.state)
        self.addCleanup(server.stop)
        against = '%s:%d' % server.address
        sources = self.alike(against, '--sample', '500')
        self.assertEqual(sources['rules'], {
            'asked': 500, 'not_sampled': self.COUNT - 500, 'pass': 100,
            'other_scheme': 0, 'hidden': 0})
        begin = time.monotonic()
        sources = self.alike(against, '--sample', '150', '--rate', '100',
                             '--concurrency', '40')
        self.assertEqual(sources['requests']['all'], 150)
        self.assertGreater(time.monotonic() - begin, 1)
        if LONG:
            sources = self.alike(against)
            self.assertEqual(sources['rules']['asked'], self.COUNT)

    def test_sample_is_spread_and_the_same(self):
        server = self.hostile(lambda head: b'HTTP/1.1 404 x\r\n'
                                           b'Content-Length: 0\r\n\r\n',
                              keeps=lambda head: True)

        def asked():
            server.heads.clear()
            self.verify(server.address, '--sample', '200', code=1)
            self.assertEqual(len(self.said['findings']), 200)
            return sorted(x['host'] + x['target']
                          for x in self.said['findings'])
        first = asked()
        self.assertEqual(asked(), first)
        self.assertEqual(len(set(first)), 200)
        self.assertGreater(len({x.split('/')[0] for x in first}), 90)

    def interrupted(self, *args, stderr=subprocess.PIPE):
        """Interrupt it when it has got some answers."""
        enough = threading.Event()

        def answer(head):
            if len(server.heads) > 60:
                enough.set()
                return None
            return moved(b'https://wrong.example/')
        server = self.hostile(answer)
        process = subprocess.Popen(
            [DETOUR, '--state', self.state, 'verify', '--against',
             server.address, *args], stdout=subprocess.PIPE, stderr=stderr)
        self.assertTrue(enough.wait(30))
        return process

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.interrupted()
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
            self.assertEqual((process.returncode, err), (-number, b''))
            self.assertTrue(out.startswith(b'interrupted; so far:\n'), out)
            self.assertIn(b'\nanother Location: ', out)
        process = self.interrupted('--json')
        process.send_signal(signal.SIGINT)
        said = json.loads(process.communicate(timeout=30)[0])
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertFalse(said['complete'])
        self.assertEqual(len(said['findings']),
                         said['sources']['requests']['location'])

    def test_progress_on_a_terminal(self):
        ours, theirs = pty.openpty()
        process = self.interrupted(stderr=theirs)
        os.close(theirs)
        got = b''
        while b' of 20100 rules' not in got:
            got += os.read(ours, 4096)
        self.assertIn(b'asking for the sources: ', got)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        os.close(ours)


if __name__ == '__main__':
    unittest.main()
