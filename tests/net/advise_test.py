#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which rules lose methods: counts that are known, in each form of a log, and
that the commands which are advised end it."""

import collections
import gzip
import json
import os
import random
import shlex
import unittest

from commands import Case

RULES = '''
old.example https://new.example 301 note="of 'all'"
old.example/two https://new.example/two 302 max-age=5
old.example/both https://new.example/both 301/308
old.example/kept https://new.example/kept 308
old.example/see https://new.example/see 303
old.example/gone - 410
old.example/pass - pass
old.example/{y:digits}/it's https://new.example/{y} 301 case=ignore
old.example/set?a=1&* https://new.example/set 302
old.example/trial https://new.example/trial 307 final=301:60
old.example/try https://new.example/try 302 final=301
old.example/fine https://new.example/fine 307 final=308
sh.example https://sh.example 301 scheme=http
sh.example https://two.example 302 scheme=https
*.w.example https://*.new.example 301 tag=w
'''
# Requests, the source of the rule that they count for, and its scheme.
ASKED = [
    ('http', 'old.example', '/x?y=1', 'old.example/*', ''),
    ('http', 'old.example', '/two', 'old.example/two', ''),
    ('http', 'old.example', '/2024/IT\'S', "old.example/{y:digits}/it's", ''),
    ('http', 'old.example', '/set?b=2&a=1', 'old.example/set?a=1&*', ''),
    ('http', 'old.example', '/trial', 'old.example/trial', ''),
    ('http', 'old.example', '/try', 'old.example/try', ''),
    ('http', 'sh.example', '/s', 'sh.example/*', 'http'),
    ('https', 'sh.example', '/s', 'sh.example/*', 'https'),
    ('http', 'a.b.w.example', '/w', '*.w.example/*', ''),
] + [(scheme, 'old.example', path, None, '') for scheme in ('http', 'https')
     for path in ('/both', '/kept', '/see', '/gone', '/pass', '/fine')] + [
    ('http', 'none.example', '/', None, '')]
METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW',
           'PROPFIND', 'post']
NAMED = set('POST PUT PATCH DELETE OPTIONS'.split())
TIME = '[10/Oct/2025:13:55:36 +0200]'


class Advise(Case):
    def setUp(self):
        super().setUp()
        self.do('import', '-', stdin=RULES)
        rand = random.Random(16)
        self.requests = [(rand.choice(METHODS), *rand.choice(ASKED))
                         for _ in range(3000)]

    def log(self, name, lines, packed=False):
        path = os.path.join(self.dir, name)
        with (gzip.open if packed else open)(path, 'wt',
                                             encoding='utf-8') as out:
            out.write(''.join(line + '\n' for line in lines))
        return path

    def counts(self, requests):
        """By rule and method, counted here."""
        counts = collections.defaultdict(collections.Counter)
        for method, _, _, _, source, scheme in requests:
            if method in ('GET', 'HEAD') or not source:
                continue
            counts[source, scheme][method if method in NAMED else 'other'] += 1
        return counts

    def advise(self, *args, code=0):
        told = json.loads(self.do('advise', '--json', *args, code=code))
        self.assertEqual(told['met'],
                         sum(x['requests'] for x in told['advice']))
        return told

    def compare(self, requests, *args):
        told = self.advise(*args)
        wanted = self.counts(requests)
        self.assertEqual({(x['rule']['source'], x['rule']['scheme'] or ''):
                          x['methods'] for x in told['advice']}, wanted)
        self.assertEqual([x['requests'] for x in told['advice']], sorted(
            (sum(x.values()) for x in wanted.values()), reverse=True))
        self.assertEqual((told['requests'], told['other_methods']), (
            len(requests),
            sum(x[0] not in ('GET', 'HEAD') for x in requests)))
        return told

    def test_each_form(self):
        every = self.requests
        plain = [x for x in every if x[1] == 'http']
        mine = [x for x in plain if x[2] == 'old.example']
        self.assertGreater(len(mine), 500)
        request = '192.0.2.1 - - ' + TIME + ' "%s %s HTTP/1.1" 301 0'
        self.compare(mine, '--host', 'old.example', '--log', self.log(
            'common', (request % (x[0], x[3]) for x in mine)))
        self.compare(mine, '--host', 'old.example', self.log(
            'combined', (request % (x[0], x[3]) + ' "-" "a b"' for x in mine)))
        self.compare(plain, '--log', self.log('vhost', (
            x[2] + ':80 ' + request % (x[0], x[3]) + ' "-" "a b"'
            for x in plain), packed=True))
        self.compare(every, '--log', self.log('json', (json.dumps({
            'host': x[2], 'method': x[0], 'uri': x[3], 'status': 301,
            'scheme': x[1]}) for x in every)))
        self.compare(plain, '--fields', 'host=h,method=m,uri=u', '--log',
                     self.log('others', (json.dumps(
                         {'h': x[2], 'm': x[0], 'u': x[3]}) for x in plain)))
        self.compare(plain, '--log', self.log('w3c', [
            '#Fields: cs-host cs-method cs-uri-stem cs-uri-query sc-status'] + [
                '%s %s %s %s 301' % (x[2], x[0], *(x[3].split('?') + ['-'])[:2])
                for x in plain]))
        # URLs say no method
        told = self.advise('--log', self.log('urls', (
            f'{x[1]}://{x[2]}{x[3]}' for x in every)))
        self.assertEqual((told['advice'], told['requests']), ([], len(every)))

    def vhost(self, name, requests):
        return self.log(name, (
            f'{x[2]} 192.0.2.1 - - {TIME} "{x[0]} {x[3]} HTTP/1.1" 301 0 "-" "-"'
            for x in requests))

    def test_several_logs_and_examples(self):
        requests = [x for x in self.requests if x[1] == 'http']
        logs = [self.vhost(f'log{i}', requests[i::3]) for i in range(3)]
        told = self.compare(requests, '--log', logs[0], logs[1], '--log',
                            logs[2], '--examples', '3')
        for each in told['advice']:
            self.assertEqual(len(each['examples']), 3)
            for example in each['examples']:
                path, line, text = example.split(':', 2)
                at = int(line) - 1
                method, scheme, host, target = requests[
                    logs.index(path)::3][at][:4]
                self.assertEqual(
                    text, f' {method} {scheme}://{host}{target} (got 301)')
        out = self.do('advise', '--top', '2', '--log', *logs)
        self.assertEqual(out.count('detour set '), 2)
        rest = told['met'] - sum(x['requests'] for x in told['advice'][:2])
        self.assertIn('%10d by other rules\n' % rest, out)
        with open(logs[0], 'rb') as log:
            out = self.do('advise', '--log', '-', stdin=log.read())
        self.assertIn('standard input:', out)

    def test_what_is_advised_helps(self):
        """The commands are run as a shell would; then there is none."""
        log = self.log('json', (json.dumps({
            'host': x[2], 'method': 'POST', 'uri': x[3], 'scheme': x[1]})
            for x in self.requests))
        told = self.advise('--strict', '--log', log, code=1)
        self.assertEqual(len(told['advice']), 9)
        text = self.do('advise', '--log', log)
        before = json.loads(self.do('show', '--json'))
        for each in told['advice']:
            self.assertIn(each['command'] + '\n', text)
            words = shlex.split(each['command'])
            self.assertEqual(words[:2], ['detour', 'set'])
            self.do(*words[1:])
        told = self.advise('--strict', '--log', log)
        self.assertEqual(told['advice'], [])
        after = json.loads(self.do('show', '--json'))
        kept = {'code', 'final'}
        self.assertEqual(
            [{key: x[key] for key in x if key not in kept} for x in before],
            [{key: x[key] for key in x if key not in kept} for x in after])
        codes = {(x['source'], x['scheme']): (x['code'], x['final'])
                 for x in after}
        self.assertEqual(codes['old.example/*', None], ('301/308', None))
        self.assertEqual(codes['old.example/trial', None], (307, '301/308:60'))
        self.assertEqual(codes['old.example/try', None],
                         ('302/307', '301/308'))
        self.assertEqual(codes['sh.example/*', 'https'], ('302/307', None))

    def test_releases_and_drafts(self):
        log = self.vhost('log', [('POST', 'http', 'old.example', '/x', '', '')])
        self.do('set', 'old.example', 'https://new.example', '308')
        self.assertEqual(self.advise('--log', log)['met'], 0)
        self.assertEqual(self.advise('--release', '1', '--log', log)['met'], 1)
        self.do('set', '--draft', 'old.example', 'https://new.example', '302')
        told = self.advise('--draft', '--log', log)
        self.assertEqual(told['met'], 1)
        # what is pasted changes the draft that was asked, nothing else
        self.do('rollback', '1', "--draft=fm")
        before = self.live()
        for name in '', '=fm':
            for each in self.advise('--draft' + name, '--log', log)['advice']:
                self.assertIn(' --draft' + name + ' ', each['command'])
                self.do(*shlex.split(each['command'])[1:])
            self.assertEqual(self.advise('--draft' + name, '--log', log)['met'],
                             0)
        self.assertEqual(self.live(), before)
        self.state += '-none'
        self.do('advise', '--log', log, code=1)
        self.assertIn('there is no state directory', self.err)

    def test_text(self):
        log = self.log('log', [
            f'old.example 192.0.2.1 - - {TIME} "{line}" 301 0 "-" "-"'
            for line in ('POST /trial HTTP/1.1', 'POST /a\\x1b[2J HTTP/1.1',
                         'POST /\\xff\\x9b HTTP/1.1', 'BREW /x HTTP/1.1', '-',
                         'POST http://u@h/ HTTP/1.1')] + ['rubbish'])
        out = self.do('advise', '--examples', '5', '--log', log)
        self.assertIn(f'{log}:7: ', self.err)
        self.assertTrue(out.startswith(
            '5 requests; rules: live\n'
            '         5 with another method than GET and HEAD\n'), out)
        self.assertIn(
            '         1 old.example/trial https://new.example/trial 307 '
            'final=301:60\n'
            '           POST 1; kept now, lost with promote\n'
            f'           {log}:1: POST http://old.example/trial (got 301)\n'
            '           detour set old.example/trial https://new.example/trial '
            f'307 final=301/308:60 --state {self.state}\n', out)
        self.assertNotIn('\x1b', out)
        self.assertNotIn('\x9b', out)

    def test_all_at_once(self):
        """By tag, where no other rule of it is in the way."""
        self.do("import", "-", "--replace", "--large", stdin=(
            "a.example/1 https://n.example 301 tag=alt\n"
            "a.example/2 https://n.example 301 tag=alt\n"
            "a.example/3 - 410 tag=alt\na.example/4 - pass tag=alt\n"))
        log = self.write("log", "".join(
            f'192.0.2.1 - - {TIME} "POST /{i} HTTP/1.1" 200 0 "-" "-"\n'
            for i in (1, 2)))
        args = "advise", "--log", log, "--host", "a.example"
        command = "detour promote --tag alt --to 301/308 --state " + self.state
        self.assertTrue(self.do(*args).endswith(
            "\nall at once: " + command + "\n"))
        self.assertEqual(json.loads(self.do(*args, "--json"))["command"],
                         command)
        self.do(*command.split()[1:], "--draft=d")
        self.assertEqual(json.loads(self.do(*args, "--json", "--draft=d"))
                         ["advice"], [])
        for rule in (("a.example/5", "https://n.example", "302", "tag=alt"),
                     ("a.example/2", "https://n.example", "301", "tag=b")):
            self.do("set", *rule)
            self.assertNotIn("all at once", self.do(*args))
            self.do("rollback")

    def test_bad_usage_and_logs(self):
        log = self.vhost('log', self.requests[:9])
        for args, said in (
                ([], '--log is needed'),
                (['--log'], 'needs a value'),
                (['--log', '-', '-'], 'standard input can be one log only'),
                (['--log', log, '--format', 'x'], '--format is auto or one of'),
                (['--log', log, '--host', 'a b'], 'is no host'),
                (['--log', log, '--scheme', 'ftp'], 'is http or https'),
                (['--log', log, '--fields', 'x=y'], '--fields'),
                (['--log', log, '--draft', '--release', '1'], 'not both'),
                (['--log', log, '--examples', '-1'], 'is no number')):
            self.do('advise', *args, code=2)
            self.assertIn(said, self.err, args)
        self.do('advise', '--log', log + '.none', code=1)
        self.assertIn(log + '.none', self.err)
        common = self.log('common', [f'192.0.2.1 - - {TIME} "GET / HTTP/1.1" '
                                     '200 1'])
        self.do('advise', '--log', common, code=1)
        self.assertIn('--host', self.err)
        empty = self.log('empty', [])
        self.assertEqual(self.advise('--log', empty)['requests'], 0)


if __name__ == '__main__':
    unittest.main()
