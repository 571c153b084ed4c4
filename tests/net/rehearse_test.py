#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What rehearse counts, against two servers that are asked the same requests."""

import gzip
import json
import os
import random
import unittest

from commands import Case
from serving import Client, Server, get

BEFORE = r"""
old.example https://new.example 301
old.example/gone/* - 410
old.example/back - 410
old.example/pass/* - pass
old.example/post https://new.example/post 301/308
old.example/q?id=7&* https://new.example/seven 302
old.example/{y:digits}/{slug}.html https://new.example/{slug} 301
old.example/Case https://new.example/case 301 case=ignore
old.example/%22a https://new.example/quoted 301
two.example/s https://two.example/s 308 scheme=http
two.example/s https://three.example/s 301 scheme=https
*.wild.example https://*.new.example 307
lost.example https://new.example 301
ok.example/health - 200
[::1] https://six.example 301
192.0.2.1 https://four.example 301
same.example https://same.new.example 301
"""
AFTER = r"""
old.example https://new.example 308
old.example/gone/* - 410
old.example/post https://new.example/post 301
old.example/q?id=7&* https://new.example/seven 302
old.example/{slug}.html https://new.example/{slug} 301
old.example/Case https://new.example/case 301
old.example/%22a https://new.example/quote 301
two.example/s https://two.example/s 307 scheme=http
two.example/s https://three.example/s 301 scheme=https
*.wild.example https://new.example 307
old.example/leave - pass
new.example https://newer.example 301
ok.example/health https://ok.example/ 302
[::1] https://sixth.example 301
same.example https://same.new.example 301 max-age=5
"""
HOSTS = ('old.example', 'OLD.example.', 'two.example', 'a.wild.example',
         'lost.example', 'new.example', 'ok.example', 'same.example', '[::1]',
         '192.0.2.1', 'none.example', 'bad host', 'a..b')
TARGETS = ('/', '/gone/x', '/leave', '/back', '/pass/y', '/post', '/q?id=7',
           '/q?a=1&id=7', '/q?id=8', '/2024/a.html', '/x/a.html', '/case', '/Case',
           '/"a', '/%22a', '/s', '/s?', '/health', '/a\\b', '/a b', '/\xfc?\xfc',
           '/%zz', '/..//x', '*', '/' + 'l' * 9000, '/a#b', '')
METHODS = ('GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'BREW')
KINDS = 'lost', 'changed', 'new'
TIME = '[10/Oct/2025:13:55:36 +0200]'


def escaped(text):
    """As nginx writes it, and for a quote sometimes as Apache does."""
    return ''.join(
        '\\"' if c == '"' else '\\x%02X' % b if c == '\\' or not 32 <= b < 127
        else c for c, b in ((chr(b), b) for b in text.encode('latin-1')))


def sound(request):
    """What a line of a log can carry without a word of its own."""
    return ' ' not in request[2] + request[3] and request[3]


class Rehearse(Case):
    def setUp(self):
        super().setUp()
        self.before = self.write('before', BEFORE)
        self.after = self.write('after', AFTER)
        self.do('import', self.before)
        rand = random.Random(13)
        self.requests = [(rand.choice(METHODS), rand.choice(('http', 'https')),
                          rand.choice(HOSTS), rand.choice(TARGETS))
                         for _ in range(1500)]
        self.answers = {}

    def log(self, name, lines, packed=False):
        path = os.path.join(self.dir, name)
        data = ''.join(line + '\n' for line in lines).encode('latin-1')
        with (gzip.open if packed else open)(path, 'wb') as out:
            out.write(data)
        return path

    def serve(self):
        """A server of the rules before, and one of those to come."""
        other = os.path.join(self.dir, 'other')
        self.assertEqual(self.run_detour("import", self.after,
                                         state=other).returncode, 0)
        self.servers = []
        for state in self.state, other:
            server = Server(state, '--listen', '127.0.0.1:0,https')
            self.addCleanup(server.stop)
            self.servers.append(server)

    def ask(self, server, request):
        method, scheme, host, target = request
        address = server.addresses[scheme == 'https']
        with Client(server, address) as client:
            answer = client.ask(get(target, host, method=method), method)
        return answer.status, answer.headers.get('location')

    def answered(self, request):
        if request not in self.answers:
            self.answers[request] = [self.ask(server, request)
                                     for server in self.servers]
        return self.answers[request]

    def kind(self, request):
        before, after = self.answered(request)
        moves = [bool(location) or status == 410
                 for status, location in (before, after)]
        if moves[0] != moves[1]:
            return 'new' if moves[1] else 'lost'
        if before != after:
            return 'changed'
        return 'alike' if moves[0] else 'no_rule'

    def compare(self, form, path, requests, *options):
        told = json.loads(self.do('rehearse', '--to', self.after, '--json',
                                  '--top', '0', '--examples', '1000', *options,
                                  path))
        self.assertEqual(told['format'], form)
        self.assertEqual(told['requests'], len(requests),
                         told['unreadable_lines'])
        counts = dict.fromkeys((*KINDS, 'alike', 'no_rule'), 0)
        for request in requests:
            counts[self.kind(request)] += 1
        self.assertEqual({name: told[name] for name in counts}, counts)
        for kind in KINDS:
            self.assertGreater(counts[kind], 0, kind)
            self.assertEqual(sum(rule['count'] for rule in told['rules']
                                 if rule['kind'] == kind), counts[kind])
        return told

    def compare_examples(self, told, requests):
        """Each request is an example, with what the servers answered."""
        seen = 0
        for rule in told['rules']:
            self.assertEqual(len(rule['examples']), rule['count'])
            for example in rule['examples']:
                request = requests[example['line'] - 1]
                self.assertEqual(rule['kind'], self.kind(request))
                self.assertEqual(example['method'], request[0])
                self.assertEqual(
                    [(example[side]['code'], example[side]['location'])
                     for side in ('from', 'to')], self.answered(request))
                seen += 1
        self.assertEqual(seen, sum(told[kind] for kind in KINDS))

    def test_each_form_against_servers(self):
        self.serve()
        requests = [request for request in self.requests if sound(request)]
        lines = [f'{h}:{443 if s == "https" else 80} 203.0.113.9 - - {TIME} "{m} '
                 f'{escaped(t)} HTTP/2.0" 200 5 "-" "x"'
                 for m, s, h, t in requests]
        told = self.compare('vhost-combined', self.log('vhost', lines), requests)
        self.compare_examples(told, requests)
        self.compare('vhost-combined', self.log('vhost.gz', lines, True), requests)

        # A host and a target may be anything where they are in quotes.
        named = [request for request in self.requests if request[3]]
        lines = [json.dumps({'host': h, 'method': m, 'uri': t, 'status': 200,
                             'scheme': s}) for m, s, h, t in named]
        lines = [line.replace('\\u00fc', '\xfc') for line in lines]
        told = self.compare('json', self.log('json', lines), named)
        self.compare_examples(told, named)
        lines = [json.dumps({'level': 'info', 'status': 200, 'request': {
            'host': h, 'method': m, 'uri': t, 'headers': {'X': ['{"uri":']},
            **({'tls': {'proto': 'h2'}} if s == 'https' else {})}})
                 .replace('\\u00fc', '\xfc') for m, s, h, t in named]
        self.compare('json', self.log('caddy', lines), named)
        lines = [json.dumps({'a': {'h': h}, 'verb': m, 'path': t, 'tls': s})
                 .replace('\\u00fc', '\xfc') for m, s, h, t in named]
        self.compare('json', self.log('fields', lines), named, '--fields',
                     'host=a.h,method=verb,uri=path,scheme=tls')

        lines = ['#Fields: cs-method cs-uri-stem cs-uri-query cs-host s-port']
        whole = [request for request in requests if not request[3].endswith('?')]
        for m, s, h, t in whole:
            path, _, query = t.partition('?')
            lines.append(f'{m} {path} {query or "-"} {h} '
                         f'{443 if s == "https" else 80}')
        self.compare('w3c', self.log('w3c', lines), whole)

        gets = [('GET', s, h, t) for _, s, h, t in requests
                if t[0] == '/' and '#' not in t]
        lines = [f'{s}://{h}{t}' for _, s, h, t in gets]
        self.compare('urls', self.log('urls', lines), gets)

    def test_forms_without_hosts_against_servers(self):
        self.serve()
        for form, behind, scheme in (('common', '', 'http'),
                                     ('combined', ' "-" "x"', 'https')):
            requests = [(m, scheme, 'old.example', t)
                        for m, _, _, t in self.requests if t and ' ' not in t]
            requests += [('GET', scheme, 'old.example', 'http://new.example/x')]
            lines = [f'::1 - Jane Doe {TIME} "{m} {escaped(t)} HTTP/1.1" 200 5'
                     + behind for m, _, _, t in requests]
            self.compare(form, self.log(form, lines), requests, '--host',
                         'old.example', '--scheme', scheme)

    def test_pathless_and_fragments(self):
        path = self.log('urls', ['old.example', 'http://lost.example?x=1',
                                 'new.example/a#b', '/back', 'HTTPS://[::1]:443/'])
        out = self.do('rehearse', '--to', self.after, path, '--host', 'old.example')
        self.assertIn('5 requests of %s (urls), from release 1' % path, out)
        for line in (
                ':1: GET http://old.example/: 301 https://new.example/'
                ' -> 308 https://new.example/\n',
                ':2: GET http://lost.example/?x=1: 301 https://new.example/?x=1'
                ' -> 404\n',
                ':3: GET http://new.example/a: 404 -> 301 https://newer.example/a\n',
                ':4: GET http://old.example/back: 410 -> 308'
                ' https://new.example/back\n',
                ':5: GET https://[::1]:443/: 301 https://six.example/'
                ' -> 301 https://sixth.example/\n'):
            self.assertIn(path + line, out)
        self.assertIn('\nlost: 1\n         1 - lost.example/* https://new.example/*'
                      ' 301\n', out)
        self.assertIn('\nnew: 1\n         1 + new.example/* https://newer.example/*'
                      ' 301\n', out)

    def test_exit_codes(self):
        lost = self.log('lost', ['http://lost.example/'])
        for kinds, code in (('lost', 1), ('new,lost', 1), ('changed,new', 0)):
            self.do('rehearse', '--to', self.after, '--fail-if', kinds, lost,
                    code=code)
        self.do('rehearse', '--to', 'live', '--fail-if', 'lost,changed,new', lost)
        common = self.log('common', ['192.0.2.1 - - [10/Oct/2025:13:55:36 +0200]'
                                     ' "GET / HTTP/1.1" 200 0'])
        for lines, args, why in (
                (common, ('--host', 'www.lost.exmple'), 'no rule is for the host'
                 ' of any request: --host www.lost.exmple'),
                (self.log('typo', ['http://lots.example/']), (),
                 'no rule is for the host of any request'),
                ('/dev/null', (), 'there is no request')):
            args = ('--to', self.after, *args, lines)
            self.assertIn('nothing was compared: %s\n' % why,
                          self.do('rehearse', *args))
            out = self.do('rehearse', *args, '--json', '--fail-if', 'new', code=1)
            self.assertEqual(json.loads(out)['not_compared'], why)
        for args in ((lost,), ('--to', 'live'), ('--to', '-', '-'),
                     ('--to', 'live', '--from', '-', '-'),
                     ('--to', 'live', lost, lost),
                     ('--to', 'live', '--fail-if', 'lost,', lost),
                     ('--to', 'live', '--format', 'xml', lost),
                     ('--to', 'live', '--fields', 'host', lost),
                     ('--to', 'live', '--host', 'a b', lost),
                     ('--to', 'live', '--scheme', 'ftp', lost),
                     ('--to', 'live', '--examples', '0', lost)):
            self.do('rehearse', *args, code=2)
        for args, said in (
                (('--to', '7', lost), 'no release 7'),
                (('--to', 'draft', lost), 'draft'),
                (('--to', 'draft:x', lost), 'x'),
                (('--to', self.dir + '/none', lost), 'none'),
                (('--to', 'live', self.dir + '/none'), 'none'),
                (('--to', self.write('bad', 'a.example b\n'), lost), 'bad:1: ')):
            self.do('rehearse', *args, code=1)
            self.assertIn(said, self.err)

    def test_what_cannot_be_read(self):
        line = f'1.2.3.4 - - {TIME} "GET / HTTP/1.1" 200 5'
        path = self.log('log', [line] * 5 + ['\0\xff'] * 12 + [line, 'x' * 100000])
        self.do('rehearse', '--to', 'live', path, code=1)
        self.assertIn('--host', self.err)
        out = self.do('rehearse', '--to', self.after, path, '--host', 'a.example')
        self.assertIn('\n        13 lines that could not be read\n', out)
        self.assertEqual(self.err.splitlines()[-11:], [
            '%s:%d: no [TIME] behind the client' % (path, number)
            for number in range(6, 16)]
            + ['and 3 more lines that could not be read'])
        path = self.log('none', [line.replace('GET / HTTP/1.1', '-')])
        self.do('rehearse', '--to', 'live', path, '--host', 'a', code=1)
        self.assertIn('no line has a request (form common)', self.err)
        self.do('rehearse', '--to', 'live', self.log('empty', []))
        self.do('rehearse', '--to', 'live', '-', stdin=os.urandom(1000), code=1)
        packed = self.log('cut.gz', ['http://a.example/'] * 9, True)
        with open(packed, 'r+b') as file:
            file.truncate(20)
        self.do('rehearse', '--to', 'live', packed, code=1)
        self.assertIn('gzip: cut off', self.err)

    def test_releases_and_no_rules(self):
        path = self.log('urls', ['http://lost.example/', 'http://new.example/'])
        self.do('import', '--replace', '--large', self.after)

        def kinds(*args):
            told = json.loads(self.do('rehearse', '--json', *args, path))
            return [told[kind] for kind in KINDS]
        self.assertEqual(kinds('--from', '1', '--to', 'live'), [1, 0, 1])
        self.assertEqual(kinds('--to', '1'), [1, 0, 1])
        self.assertEqual(kinds('--from', '0', '--to', '1'), [0, 0, 1])
        self.assertEqual(kinds('--from', '2', '--to', '0'), [1, 0, 0])
        self.assertEqual(kinds('--from', self.before, '--to', '1'), [0, 0, 0])
        # An overlay, over a map that answers as well.
        self.do('add', 'lost.example', 'https://found.example', '302')
        self.assertEqual(kinds('--from', '2', '--to', 'live'), [0, 0, 1])
        self.assertEqual(kinds('--from', '1', '--to', 'live'), [0, 1, 1])

    def missing(self, *more):
        """A log in which some was redirected that no rule is for, and more."""
        lines = [(301, '/x/bild.gif')] * 3 + [(302, '/y?a'), (302, '/y?b')]
        lines += [(410, '/%79')] + [(200, '/Page')] * 4 + [(404, '/wp')] * 5
        lines += [(301, '/kept'), (301, '/passed'), *more]
        return self.log('missing', [
            f'192.0.2.1 - - {TIME} "GET {target} HTTP/1.1" {status} 0 "-" "-"'
            for status, target in lines])

    def test_what_is_no_log(self):
        for text in ('http.client\n' + 'import os, sys\n' * 30,
                     'root:x:0:0:root:/root:/bin/bash\n' * 20):
            path = self.write('no', text)
            self.do('rehearse', '--to', 'live', path, '--host', 'a.example',
                    code=1)
            self.assertRegex(self.err, 'no is no log: of [0-9]+ lines, taken '
                             'for urls, [0-9]+ are requests; --format says')
            self.do('rehearse', '--to', 'live', path, '--host', 'a.example',
                    '--format', 'urls')

    def test_what_was_forgotten(self):
        to = self.write('to', 'm.example/kept https://n.example/ 301\n'
                              'm.example/passed - pass\n')
        args = ('rehearse', '--from', '0', '--to', to, '--host', 'M.example',
                self.missing())
        out = self.do(*args)
        self.assertIn('\n        16 answered by no rule\n', out)
        self.assertIn('\n         6 missed\n', out)
        self.assertTrue(out.endswith(
            '\nmissed (no rule, but got a redirect or 410): 6\n'
            '         3 m.example/x/bild.gif (got 301)\n'
            '         3 m.example/y (got 302)\n'
            '\nwithout a rule (got 2xx or 304): 4\n'
            '         4 m.example/Page (got 200)\n'
            '\nwithout a rule (others): 5\n'
            '         5 m.example/wp (got 404)\n'), out)
        out = self.do(*args, '--top', '1')
        self.assertIn('\n         3 of other paths\n', out)
        told = json.loads(self.do(*args, '--json', '--top', '1'))
        self.assertEqual((told['no_rule'], told['missed']), (16, 6))
        self.assertEqual(told['without_rule']['missed'], {
            'requests': 6, 'too_low_by': 0, 'paths': [
                {'path': 'm.example/x/bild.gif', 'count': 3, 'status': 301}]})
        self.assertEqual(told['without_rule']['other']['requests'], 5)
        for fails, code in (('missed', 1), ('lost,missed', 1), ('lost', 0),
                            ('missing', 2)):
            self.do(*args, '--fail-if', fails, code=code)
        urls = self.log('urls', ['http://m.example/kept'])
        self.do('rehearse', '--to', to, urls, '--fail-if', 'missed')

    def test_more_paths_than_are_kept(self):
        """Against a count of all."""
        lines = [f'm.example/{i}' for i in range(100000)]
        lines += ['m.example/often'] * 500
        told = json.loads(self.do('rehearse', '--from', '0', '--to', '0',
                                  self.log('many', lines), '--json'))
        other = told['without_rule']['other']
        self.assertEqual((other['requests'], other['paths'][0]['path']),
                         (100500, 'm.example/often'))
        self.assertGreater(other['too_low_by'], 0)
        self.assertGreaterEqual(other['paths'][0]['count'],
                                500 - other['too_low_by'])
        self.assertIn(f"too low by up to {other['too_low_by']}\n", self.do(
            'rehearse', '--from', '0', '--to', '0',
            os.path.join(self.dir, 'many')))

    def test_partial(self):
        path = self.write('n.conf', (
            'server { server_name m.example;\n'
            'location = /kept { return 301 https://n.example/; }\n'
            'location = /x { if ($http_cookie) { return 410; } }\n}\n'))
        log = self.missing((404, '/x'))
        for args in ('--from', path, '--to', '0'), ('--from', '0', '--to', path):
            args = 'rehearse', *args, log, '--host', 'm.example', '--json'
            self.do(*args, code=1)
            self.assertIn('--partial takes the rest of it', self.err)
            told = json.loads(self.do(*args, '--partial'))
            self.assertEqual(told['lost'] + told['new'], 1)
            self.assertIn('n.conf:3: condition: ', self.err)

    def test_drafts(self):
        path = self.log('urls', ['http://lost.example/', 'http://new.example/'])
        for option, name in (('--draft', 'draft'), ('--draft=night', 'draft:night')):
            self.do('rehearse', '--to', name, path, code=1)
            self.do('del', 'lost.example', option)
            self.do('set', 'new.example', 'https://newer.example', '302', option)
            out = self.do('rehearse', '--to', name, path, '--fail-if', 'lost', code=1)
            self.assertIn('\n         1 lost\n         0 changed\n         1 new\n', out)
            self.do('rehearse', '--from', name, '--to', name, path, '--fail-if',
                    'lost,changed,new')
        self.assertEqual(self.live(), 1)

    def test_top_and_examples(self):
        rules = ''.join(f'h{i}.example https://n.example 301\n' for i in range(50))
        rules = self.write('many', rules)
        lines = [f'http://h{i}.example/{j}' for i in range(50)
                 for j in range(1 + i % 5)]
        path = self.log('urls', lines)
        out = self.do('rehearse', '--to', rules, path)
        self.assertEqual(out.count(' + h'), 20)
        self.assertEqual(out.count('404 -> 301'), 20)
        self.assertIn('\n        60 by other rules\n', out)
        out = self.do('rehearse', '--to', rules, path, '--top', '0',
                      '--examples', '3')
        self.assertEqual(out.count(' + h'), 50)
        self.assertEqual(out.count('404 -> 301'), 10 * (1 + 2 + 3 + 3 + 3))
        self.assertNotIn('other rules', out)
        told = json.loads(self.do('rehearse', '--to', rules, path, '--json',
                                  '--top', '7'))
        self.assertEqual([rule['count'] for rule in told['rules']], [5] * 7)
        self.assertEqual(told['other_rules'],
                         {'lost': 0, 'changed': 0, 'new': 150 - 35})


if __name__ == '__main__':
    unittest.main()
