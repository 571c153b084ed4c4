#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Apache with .htaccess files made at random, and detour with what it imports of
them: where the import names no difference that is about single lines, both
answer all requests the same. DETOUR_LONG=1 makes many."""

import os
import random
import re
import unittest

from apache import APACHE, Apache, Redirects, plain, request
from serving import State, Server, run

LONG = os.environ.get('DETOUR_LONG')
SEED = int(os.environ.get('DETOUR_SEED', '20267'))
FILES, REQUESTS = (300, 300) if LONG else (6, 120)
WORDS = ['a', 'b', 'old', 'x1', 'News', 'item']
HOSTS = ['shop.example', 'www.shop.example', 'old.example']
CONDITIONS = [
    '%{HTTP_HOST} ^(www\\.)?old\\.example$ [NC]',
    '%{HTTP_HOST} !^shop\\.example$ [NC]', '%{HTTP_HOST} =old.example',
    '%{HTTPS} off', '%{HTTPS} !=on', '%{SERVER_PORT} !^443$',
]


def path(rng, most=3):
    return '/'.join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def expression(rng):
    """(what a RewriteRule has, its groups)"""
    base = path(rng, 2)
    return rng.choice([
        (f'^{base}$', 0), (f'^{base}/?$', 0), (f'^{base}/(.*)$', 1),
        (f'^{base}(/.*)?$', 1), (f'^{base}/(.+)$', 1), (f'^{base}', 0),
        (f'^({"|".join(rng.sample(WORDS, 2))})/{rng.choice(WORDS)}$', 1),
        (f'^{base}/([0-9]+)$', 1), (f'^{base}\\.(html|php)$', 1),
        (f'^{base}/([^/]+)$', 1), ('^(.*)$', 1)])


def target(rng, groups):
    to = f'https://new.example/{path(rng)}'
    if groups and rng.random() < .7:
        to += rng.choice(['/$1', '?q=$1'])
    elif rng.random() < .2:
        to = rng.choice(['/' + path(rng), 'https://%{HTTP_HOST}%{REQUEST_URI}',
                         to + '?z=9', to + '/?'])
    return to


def redirect(rng):
    code = rng.choice(['', '301 ', 'permanent ', '307 ', 'gone '])
    to = '' if code == 'gone ' else target(rng, 0).replace(
        'https://%{HTTP_HOST}%{REQUEST_URI}', '/' + path(rng))
    return f'Redirect {code}/{path(rng)}{rng.choice(["", "/"])} {to}'


def rewrite(rng):
    lines = ['RewriteCond ' + rng.choice(CONDITIONS)
             for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
    if rng.random() < .3:
        lines.append('RewriteCond %{REQUEST_URI} ' + rng.choice(['!', '']) +
                     f'^/{path(rng, 1)}' + rng.choice(['/', '$', '(/|$)']))
    if len(lines) > 1 and rng.random() < .3:
        lines[0] = lines[0].replace(' [NC]', '') + ' [OR]'
    pattern, groups = expression(rng)
    if rng.random() < .1:
        lines.append(f'RewriteRule {pattern} - [L]')
    else:
        flags = rng.choice(['R=301,L', 'R,L', 'L,R=308', 'R=301,L,NE',
                            'R=302,L,QSD', 'R=301,END'])
        lines.append(f'RewriteRule {pattern} {target(rng, groups)} [{flags}]')
    return '\n'.join(lines)


def literal_query(rng):
    pairs = rng.choice(['^id=7$', '^id=(7|77)$', '=id=8'])
    return (f'RewriteCond %{{QUERY_STRING}} {pairs}\n'
            f'RewriteRule ^{path(rng)}$ https://new.example/{path(rng)}? '
            '[R=301,L]')


def htaccess(rng):
    lines = ['RewriteEngine On']
    for _ in range(rng.randint(3, 9)):
        kind = rng.random()
        if kind < .35:
            lines.append(redirect(rng))
        elif kind < .5:
            pattern, groups = expression(rng)
            lines.append(f'RedirectMatch 301 ^/{pattern[1:]} ' + target(
                rng, groups).replace('%{HTTP_HOST}%{REQUEST_URI}', 'n.example/'))
        elif kind < .6:
            lines.append(literal_query(rng))
        else:
            lines.append(rewrite(rng))
    return '\n'.join(lines) + '\n'


def named(said):
    """What the import named beside what is so of all files."""
    return [line for line in said.splitlines()
            if re.search(': \\d+ (answered otherwise|cannot)', line) and
            re.sub(r'(slashes|encoding|host): \d+,? ?', '',
                   line.rpartition('(')[2]) != ')']


@unittest.skipUnless(os.path.exists(APACHE), 'no apache2')
class RandomFiles(unittest.TestCase):
    def compare(self, rng, text, host):
        """How many requests were answered; None where the import named what
        is about single lines."""
        state = State()
        self.addCleanup(state.remove)
        apache = Apache(None, text)
        self.addCleanup(apache.stop)
        done = run('--state', state.path, 'import', '--partial', '--host', host,
                   f'{apache.dir}/www/.htaccess', check=False)
        self.assertEqual(done.returncode, 0, text + done.stderr)
        if named(done.stderr):
            apache.stop()
            return None
        server = Server(state)
        self.addCleanup(server.stop)
        theirs, ours = Redirects(apache.port), Redirects(server.address[1])
        hosts = HOSTS if host == '*' else [host]
        paths = ['/' + path(rng) + rng.choice(['', '', '/', '/12', '.html'])
                 for _ in range(40)] + ['/'] + re.findall(
                     r'(?m)^Redirect\S* (?:\S+ )?(/[A-Za-z0-9/]+)', text)
        answered = 0
        for _ in range(REQUESTS):
            ask = request(rng, hosts, paths)
            if '//' in ask[2] or \
                    ('with NE' in done.stderr and '%20' in ask[2]):
                continue
            want, got = theirs.redirect(*ask), ours.redirect(*ask)
            answered += want is not None
            self.assertEqual(plain(got), plain(want),
                             f'{ask}\n{text}{done.stderr}')
        theirs.close()
        ours.close()
        server.stop()
        apache.stop()
        return answered

    def test_random_files(self):
        rng = random.Random(SEED)
        alike = answered = 0
        for number in range(FILES):
            got = self.compare(rng, htaccess(rng),
                               '*' if number % 2 else 'shop.example')
            alike += got is not None
            answered += got or 0
        self.assertGreater(alike, FILES // 4)
        self.assertGreater(answered, alike * REQUESTS // 10)


if __name__ == '__main__':
    unittest.main()
