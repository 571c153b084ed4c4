# SPDX-License-Identifier: BSD-2-Clause
"""The same redirects of one host, as each format has them."""

import re

HOST = 'old.example'
TO = 'https://new.example'


def pairs(count):
    """(path, target), in no order."""
    step = 7368787  # a prime that is no divisor of count
    for i in range(count):
        n = i * step % count
        yield (f'/articles/{n % 997}/page-{n}',
               f'{TO}/stories/{n % 991}/{n}')


class Format:
    """A file of a head, lines and a tail, and what its import needs."""

    def __init__(self, line, *options, head='', tail='', between='\n'):
        self.line, self.options = line, options
        self.head, self.tail, self.between = head, tail, between

    def write(self, path, count):
        with open(path, 'w', encoding='ascii') as out:
            out.write(self.head)
            for i, (source, target) in enumerate(pairs(count)):
                if i:
                    out.write(self.between)
                out.write(self.line(source, target))
            out.write('\n' + self.tail)


AT = '--host', HOST
CODE = '--code', '301'


def beg_line(source, target):
    return (f'  http-request redirect location {target} code 301 '
            f'if {{ hdr(host) {HOST} }} {{ path {source} }}')


FORMATS = {
    'rules': Format(lambda a, b: f'{HOST}{a} {b} 301'),
    'csv': Format(lambda a, b: f'{HOST}{a},{b},301',
                  head='source,target,code\n'),
    'cloudflare': Format(
        lambda a, b: f'{HOST}{a},{b},301,FALSE,FALSE,FALSE,FALSE'),
    'netlify': Format(lambda a, b: f'http://{HOST}{a} {b} 301!'),
    'vercel': Format(lambda a, b: f'{a},{b},301', *AT,
                     head='source,destination,statusCode\n'),
    'vercel-json': Format(
        lambda a, b: f'{{"source": "{a}", "destination": "{b}", '
        '"statusCode": 301}', *AT, head='{"redirects": [\n', tail=']}\n',
        between=',\n'),
    'nginx-map': Format(lambda a, b: f'"{HOST}{a}" "{b}";', *CODE),
    'nginx': Format(lambda a, b: f'location = {a} {{ return 301 {b}; }}',
                    head=f'server {{ listen 80; server_name {HOST};\n',
                    tail='}\n'),
    'haproxy-map': Format(lambda a, b: f'{HOST}{a} {b}', *CODE),
    'haproxy': Format(beg_line, head='frontend web\n  bind :80\n'),
    'apache': Format(
        lambda a, b: f'RedirectMatch 301 "^{re.escape(a)}$" "{b}"',
        head=f'<VirtualHost *:80>\nServerName {HOST}\n',
        tail='</VirtualHost>\n'),
    'rewritemap': Format(lambda a, b: f'{HOST}{a} {b}', *CODE),
    'caddy': Format(lambda a, b: f'redir {a} {b} 301',
                    head=f'{HOST} {{\n', tail='}\n'),
}
EXPORTS = ('rules', 'csv', 'cloudflare', 'netlify', 'nginx-map',
           'haproxy-map', 'rewritemap')
