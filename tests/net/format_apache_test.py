#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Apache with a configuration, and detour with what it imports of it:
both get the same requests, and answer the same, but where the import said that
they do not."""

import os
import random
import re
import unittest
from urllib.parse import unquote

import apache_sites
from apache import APACHE, Apache, Redirects, plain, request
from serving import State, Server, run

SEED = 20264
LONG = os.environ.get('DETOUR_LONG')
REQUESTS = 5000 if LONG else 1000  # of each configuration
SITES = 800 if LONG else 250  # of each of apache_sites.py
VHOST = '''
<VirtualHost *:{port}>
ServerName default.example
</VirtualHost>
<VirtualHost *:{port}>
    ServerName old.example
    ServerAlias www.old.example *.shop.example
    DocumentRoot {dir}/www
'''

# What people have: (name, --host, configuration, hosts to ask)
HTACCESS_MOVED = '''
# the blog moved to its own domain in 2019
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteBase /
RewriteCond %{HTTP_HOST} ^(www\\.)?old\\.example$ [NC]
RewriteRule ^shop/item-([0-9]+)\\.html$ https://shop.example/items/$1? [R=301,L]
RewriteCond %{HTTP_HOST} ^(www\\.)?old\\.example$ [NC]
RewriteCond %{REQUEST_URI} !^/\\.well-known/
RewriteRule ^(.*)$ https://new.example/$1 [R=301,L]

RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
RewriteRule ^ http://%1%{REQUEST_URI} [R=301,L]

RewriteRule ^feed/?$ /blog/feed [R=302,L,QSA]
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
'''

HTACCESS_LISTS = '''
Redirect 301 /about /about-us
Redirect permanent /brewing https://shop.leaf.example/guides
Redirect gone /forum
RedirectPermanent /team "https://new.example/people"
RedirectTemp /sale https://new.example/offers?from=old
Redirect /news/ https://news.example/
Redirect 307 "/a b" https://new.example/a%20b
RedirectMatch 301 ^/blog/(\\d+)/([^/]+)$ https://blog.example/$2?id=$1
RedirectMatch 308 "^/api/v1/(.*)$" "https://api.leaf.example/v1/$1"
RedirectMatch gone ^/(wiki|docs)/?$
RedirectMatch ^/(en|de)(/.*)?$ https://$1.example/
RedirectMatch ^/([a-z]+)\\.html$ https://new.example/$1
RedirectMatch 303 (?i)^/Contact$ https://new.example/contact#form
Redirect /abc https://new.example/first
Redirect /abc/def https://new.example/never
'''

SERVER = VHOST + '''
    RewriteEngine On
    RewriteCond %{HTTP_HOST} ^shop\\.old\\.example$ [OR]
    RewriteCond %{HTTP_HOST} \\.shop\\.example$ [NC]
    RewriteRule ^/cart(/.*)?$ https://cart.example$1 [R=302,L]
    RewriteCond %{HTTP_HOST} !^old\\.example$ [NC]
    RewriteRule ^/login$ - [F]
    RewriteCond %{HTTP_HOST} ^www\\. [NC]
    RewriteRule ^/?(.*)$ http://old.example/$1 [R=301,L]
    RewriteCond %{QUERY_STRING} ^id=7$
    RewriteRule ^/item$ https://new.example/seven? [R=301,L]
    RewriteCond %{QUERY_STRING} (^|&)id=8(&|$)
    RewriteRule ^/item$ https://new.example/eight? [R=301,L]
    RewriteRule ^/item$ https://new.example/items [R=301,L,QSD]
    RewriteRule ^/gone/ - [G]
    RewriteRule ^/p/([0-9]+)/([^/]+)/?$ https://new.example/$2?n=$1 [R=301,L,NC,QSA]
    RewriteRule ^/top$ https://new.example/#top [NE,R=301,L]
    RewriteRule ^/hash$ https://new.example/#hash [R=301,L]
    RewriteRule ^/local/(.*) /moved/$1 [R=308,L]
    RewriteRule ^/out/(.*) https://out.example/$1
    Redirect /brewing https://shop.leaf.example/guides
    RedirectMatch ^/x(.+)$ https://new.example/y$1
    Redirect 301 / https://new.example/
</VirtualHost>
'''

MAP = VHOST + '''
    RewriteEngine On
    RewriteMap moved txt:{dir}/moved.txt
    RewriteMap pages "txt:{dir}/pages.txt"
    RewriteCond ${{moved:%{{HTTP_HOST}}%{{REQUEST_URI}}}} ^(.+)$
    RewriteRule . %1 [R=301,L,NE]
    RewriteCond ${{pages:$1}} !=""
    RewriteRule ^/(.*)$ ${{pages:$1}} [R=302,L]
    Include {dir}/conf.d/*.conf
</VirtualHost>
'''


@unittest.skipUnless(os.path.exists(APACHE), 'no apache2')
class SameAnswers(unittest.TestCase):
    def import_of(self, apache, *args):
        self.state = State()
        self.addCleanup(self.state.remove)
        done = run('--state', self.state.path, 'import', '--partial', *args,
                   check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.said = done.stderr
        server = Server(self.state)
        self.addCleanup(server.stop)
        return server

    def excused(self, ask, theirs, ours):
        """What the import has said of such a request."""
        _, host, target = ask
        path, _, _ = target.partition('?')
        if 'encoding:' in self.said and plain(theirs) == plain(ours):
            return 'encoding'
        if 'slashes:' in self.said and re.search('//', path):
            return 'slashes'
        if "last '/' is taken" in self.said and not path.endswith('/') and \
                theirs is None:
            return 'prefix'
        if 'fragment:' in self.said and ours and '#' in ours[1] and '?' in target:
            return 'fragment'
        if 'QSA escapes' in self.said and re.search(r'\?(.*%.*)?$', target):
            return 'QSA'
        for kind, test in self.excuses:
            if kind in self.said and re.search(test, unquote(target)):
                return kind
        return None

    # (what the import said, of which requests)
    excuses = [
        ('may be redirected', r'^/(\./|a/\.\./)?\.well-known'),
        ('an empty rest', r'^/(\./|a/\.\./)?x(\?|$)'),
        ('more is taken', r'\.html'),
        ('answer 403', r'^/(\./|a/\.\./)?q(\?|$)'),
    ]

    def compare(self, apache, server, hosts, paths, requests=REQUESTS,
                least=4):
        rng = random.Random(SEED)
        theirs, ours = Redirects(apache.port), Redirects(server.address[1])
        self.addCleanup(theirs.close)
        self.addCleanup(ours.close)
        counts = {}
        for _ in range(requests):
            ask = request(rng, hosts, paths)
            want, got = theirs.redirect(*ask), ours.redirect(*ask)
            if want == got:
                kind = 'answers' if want else 'misses'
            else:
                kind = self.excused(ask, want, got)
                if not kind:
                    with self.subTest(ask=ask):
                        self.assertEqual(got, want, self.said)
            counts[kind] = counts.get(kind, 0) + 1
        self.assertGreater(counts.get('answers', 0), requests // least, counts)

    def site(self, name, apache, args, hosts, paths):
        server = self.import_of(apache, *args)
        self.assertNotIn('cannot be said', self.said)
        self.excuses = apache_sites.EXCUSES.get(name, [])
        self.compare(apache, server, hosts.split(), paths.split(), SITES, 10)
        self.doCleanups()

    def test_sites(self):
        for name, (text, host, hosts, paths) in apache_sites.HTACCESS.items():
            with self.subTest(name):
                apache = Apache(None, text)
                self.addCleanup(apache.stop)
                self.site(name, apache, ['--host', host,
                                         f'{apache.dir}/www/.htaccess'],
                          hosts, paths)

    def test_virtual_hosts(self):
        for name, (text, hosts, paths) in apache_sites.CONF.items():
            with self.subTest(name):
                apache = Apache(lambda fill, text=text: text.format(**fill),
                                None, apache_sites.FILES)
                self.addCleanup(apache.stop)
                self.site(name, apache, [apache.conf], hosts, paths)

    def test_a_site_that_moved(self):
        apache = Apache(None, HTACCESS_MOVED)
        self.addCleanup(apache.stop)
        server = self.import_of(apache, '--host', 'shop.example',
                                f'{apache.dir}/www/.htaccess')
        self.compare(apache, server,
                     ['old.example', 'www.old.example', 'OLD.example',
                      'shop.example'],
                     ['/', '/shop/item-12.html', '/.well-known/x', '/feed',
                      '/feed/', '/about', '/a/b/c', '/index.php'])

    def test_lists_in_htaccess(self):
        apache = Apache(None, HTACCESS_LISTS)
        self.addCleanup(apache.stop)
        server = self.import_of(apache, '--host', 'old.example',
                                f'{apache.dir}/www/.htaccess')
        self.compare(apache, server, ['old.example'],
                     re.findall(r'(?m)^Redirect\S* (?:\S+ )?"?(/[a-z/]+)',
                                HTACCESS_LISTS) +
                     ['/blog/12/x', '/api/v1/a/b', '/wiki', '/docs/', '/en/x',
                      '/de', '/page.html', '/Contact', '/contact', '/a%20b',
                      '/abc/def', '/abcd', '/'])

    def test_a_virtual_host(self):
        apache = Apache(lambda fill: SERVER.replace(
            '{port}', str(fill['port'])).replace('{dir}', fill['dir']))
        self.addCleanup(apache.stop)
        server = self.import_of(apache, apache.conf)
        self.compare(apache, server,
                     ['old.example', 'www.old.example', 'a.shop.example',
                      'A.B.shop.example', 'default.example'],
                     ['/', '/cart', '/cart/x', '/login', '/item', '/gone/x',
                      '/p/12/abc', '/p/12/abc/', '/top', '/hash', '/local/x/y',
                      '/out/a', '/brewing', '/brewing/x', '/xy', '/zzz'])

    def test_maps(self):
        rng = random.Random(SEED)
        names = [''.join(rng.choices('abcdef', k=5)) for _ in range(3000)]
        moved = '# moved\n' + ''.join(
            f'old.example/{name} https://new.example/n/{name}\n'
            for name in names)
        moved += 'old.example/q https://new.example/q?x=1 # why\n'
        pages = ''.join(f'{name}/p https://new.example/p/{name}%20x\n'
                        for name in names[:100])
        apache = Apache(lambda fill: MAP.format(**fill), None, [
            ('moved.txt', moved), ('pages.txt', pages),
            ('conf.d/a.conf', 'Redirect 301 /inc \\\n  https://inc.example/\n')])
        self.addCleanup(apache.stop)
        server = self.import_of(apache, apache.conf)
        self.compare(apache, server, ['old.example', 'www.old.example'],
                     ['/' + name for name in names[:400]] +
                     [f'/{name}/p' for name in names[:120]] +
                     ['/inc', '/inc/x', '/q'] * 20)


if __name__ == '__main__':
    unittest.main()
