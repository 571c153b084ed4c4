# SPDX-License-Identifier: BSD-2-Clause
"""Requests, good, odd and malformed, and rules that answer them. The same ones
each time: tables, files of tests/fuzz/corpus/requests, seeded mutations."""

import os
import random

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      '../fuzz/corpus/requests')
LONG = 'l' * 900

RULES = f"""
old.example                    https://new.example             301
*.old.example/*                https://new.example/sub/*       308
old.example/gone               -                               410
old.example/gone/*             -                               410  max-age=0
old.example/pass/*             -                               pass
old.example/item?id=7          https://new.example/seven       302
old.example/item               https://new.example/item        303
old.example/see                https://new.example/see         303  query=drop
old.example/try                https://new.example/again       307  max-age=60
old.example/join               https://new.example/j?a=b       301
old.example/tail/*             https://new.example/t?x=*       302
old.example/one/*              https://new.example/page        308  query=drop
old.example/deep/a/*           https://new.example/deep/*      301
old.example/deep/a/b/c         https://new.example/exact       302
old.example/byte*              https://new.example/b/*         307
old.example/empty?             https://new.example/empty       302
old.example/%C3%A4/*           https://new.example/umlaut/*    301
old.example/long/*             https://new.example/{LONG}/*    301
old.example//two/*             https://new.example/slashes/*   302
deep.wild.old.example/x        https://new.example/x           302
192.0.2.7                      https://new.example/four        301
[2001:db8::7]                  https://new.example/six         301
xn--mller-kva.example          https://new.example/idn         301
a.example                      http://b.example                307
*/every                        https://any.example/every       302
old.example/star%2Ab           https://new.example/star        302
old.example/star%2A/*          https://new.example/s/*         302
old.example/half?50%25         https://new.example/half        302
old.example/50%25-off          https://new.example/off         302
old.example/quote?n=O'B        https://new.example/quote?a='   302
old.example/quote'             https://new.example/quote'      302
*.net.example/from/*           https://net.example/to/*        301
*.moved.example                https://*.New.example           301
*.moved.example/p/*            HTTPS://*.new.example.:81/*?a#f 302
*.moved.example/one            https://*.new.example/#one      307  query=drop
old.example/frag               https://new.example/%7e/../f#g  302
old.example/fq/*               https://new.example/*?a=b#c     302
old.example/fr/*               https://new.example/?u=*#c?d    302
*/same/*                       https://*/*                     308
*/below/*                      https://*.below.example/*       302
old.example/head/*             https://new.example/*           301  header="A: b" header="X-Quoted: a \\"b\\" \\\\ # c"
old.example/head/gone          -                               410  header="Vary: *" max-age=0
old.example/head/up            -                               200  header="X-Up: yes" max-age=9
old.example/head/pair          https://new.example/p?a#f       302/307 header=a:b
*.headed.example               https://*.new.example           308  header="X: {'h' * 253}" header="X: 2" header="X: 3" header="X: 4"
*.headed.example/pass/*        -                               pass
old.example/head/long/*        https://new.example/*           303  header="X: {'1' * 253}" header="X: {'2' * 253}" header="X: {'3' * 253}" header="X: {'4' * 253}"
"""

METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE',
           'PATCH', 'CONNECT', 'get', 'Get', 'GETT', 'GE', 'HEADX', 'FOO',
           'M-SEARCH', 'G(T', 'G\x00T', '']

TARGETS = [
    '/', '/a', '/a/b/c', '/gone', '/gone/', '/gone/x', '/pass', '/pass/',
    '/pass/x', '/item', '/item?', '/item?id=7', '/item?id=8', '/item?id=7&x',
    '/item?id=%37', '/see', '/see?x=1', '/try?', '/join', '/join?c=d',
    '/join?', '/tail', '/tail/', '/tail/a&b', '/tail/a?b', '/one', '/one/x',
    '/one/x?y', '/deep', '/deep/a', '/deep/a/', '/deep/a/b', '/deep/a/b/c',
    '/deep/a/b/c?q', '/deep/a/b/c/d', '/byte', '/bytes', '/byte/x', '/byt',
    '/empty', '/empty?', '/empty?x', '//', '//two', '//two/', '//two/x', '/a//b',
    '/%C3%A4/x', '/%c3%a4/x', '/\xc3\xa4/x', '/%C3%A4', '/%41', '/%7e', '/~',
    '/%2F', '/%2f', '/a%2Fb', '/%', '/%4', '/%zz', '/%25', '/%2541', '/a%20b',
    '/%00', '/%0d%0a', '/%0D%0AX:%20y', '/.', '/..', '/./a', '/../a', '/a/.',
    '/a/..', '/a/./b', '/a/../b', '/a/b/../..', '/%2e', '/%2E%2e/a',
    '/a/%2e%2e/b', '/.a', '/a.', '/..a', '/...', '/a/.../b', '/a?b/../c',
    '/a?..', '/gone/../item?id=7', '/deep/a/../../item', '/a;b', '/a,b', '/a:b',
    '/a@b', '/a=b&c', "/a'b", '/a!b$c', '/(a)', '/*', '/a*', '/+', '/a"b',
    '/a<b>', '/a\\b', '/a^b', '/a`b', '/a{b}', '/a|b', '/a[b]', '/a#b',
    '/a?#b', '/\x7f', '/\x80', '/\xff', '/a\xe4b', '/a?\xff', '/a?%ff', '/a?%FF',
    '/a?b?c', '/a??', '/a?b=c&d=e;f', '/a? b', '/every', '/every?x', '*', '',
    'a', '?', '?x', 'old.example', 'old.example:80',
    'http://old.example/a', 'http://old.example', 'http://old.example?x',
    'HTTP://OLD.EXAMPLE/A', 'https://old.example/a', 'ftp://old.example/a',
    'http://sub.old.example/x', 'http://none.example/', 'http:///a', 'http://',
    'http://u@old.example/a', 'http://old.example:80/a',
    'http://old.example:81/a', 'http://old.example:/a', 'http://[2001:db8::7]/',
    'http://old.example/../a', 'http://old.example/%41', '/http://x/y',
    '/star*b', '/star%2Ab', '/star%2ab', '/star%252Ab', '/star*/%2A*',
    '/star%2A/a%2Ab', '/star*/a*b?*%2A', '/half?50%', '/half?50%25', '/half?50',
    '/50%-off', '/50%25-off', '/50%2-off', '/50%', '/%%32e', '/%2%35', '/%2%2e',
    '/%%2e', '/%%2A', '/%2%41', '/%%', '/a?%', '/a?%%2A', '/a?%2%35', "/quote?n=O'B",
    '/quote?n=O%27B', "/quote'", '/quote%27', "/see?'", "/join?c='", '/join?c=%27',
    "/tail/'?'", '/tail/*?%2A', '/deep/a/*', '/deep/a/%2A', "/deep/a/'", '/deep/a/%',
    '/long', '/long/', '/long/x', '/long/' + 'y' * 300, '/long/' + 'z' * 600,
    '/' + 'x' * 100, '/' + 'x' * 500, '/' + 'x' * 1000, '/' + 'x' * 1300,
    '/' + 'x' * 1999, '/' + 'x/' * 500, '/a?' + 'q' * 1000, '/' + '%41' * 300,
    '/' + '../' * 200 + 'a', '/' + 'a/' * 200 + '../' * 200, '/' + 'x' * 7999,
    '/' + 'x' * 8000, '/' + 'x' * 8001,
]

# Whose targets are more than a text, the remainder and the query.
TEMPLATES = [('old.example', path) for path in (
    '/frag', '/frag?', '/frag?x=%27', '/fq', '/fq/', '/fq/x/y', '/fq/x?',
    '/fq/x?y', "/fq/'*", '/fr', '/fr/a/b', '/fr/a?b', '/fr/?')] + [
    (host, path) for path in ('/x?y', '/p', '/p/x/y?z', '/p/?', '/one?x', '/')
    for host in ('a.moved.example', 'A.b.MOVED.example.:80', '-._.moved.example',
                 'moved.example', '.moved.example', '1.2.moved.example')] + [
    (host, path) for path in ('/same', '/same/x?y', '/below/x', '/below?x')
    for host in ('any.host', 'ANY.', '192.0.2.9', '[2001:db8::9]', '[::1]:80',
                 'none.example:81', '.'.join(['x' * 58] * 4),
                 '.'.join(['y' * 60] * 4))]

# ... and of rules that have header lines of their own.
TEMPLATES += [('old.example', '/head' + path) for path in (
    '', '/', '/x/y?z', '/x?', '/gone', '/gone?x', '/up', '/up?x', '/pair',
    '/pair?', '/pair?x', '/long', '/long/x?y', '/long/' + 'z' * 200)] + [
    (host, path) for path in ('/', '/x?y', '/pass/x', '/' + 'z' * 600)
    for host in ('a.headed.example', 'A.b.HEADED.example.:80',
                 'headed.example')]

HOSTS = [
    'old.example', 'OLD.EXAMPLE', 'Old.Example', 'old.example.',
    'old.example..', '.old.example', 'old..example', 'old.example:80',
    'old.example:8080', 'old.example:', 'old.example:0', 'old.example:65535',
    'old.example:65536', 'old.example:99999999999', 'old.example:x',
    'old.example:-1', 'old.example.:80', ' old.example', 'old.example ',
    '\told.example\t', 'sub.old.example', 'a.b.c.old.example',
    'deep.wild.old.example', 'wild.old.example', '-.old.example', '_x.old.example',
    'x' * 63 + '.old.example', 'x' * 64 + '.old.example',
    '.'.join(['x' * 60] * 4), 'none.example', 'localhost', 'net.example',
    'x.net.example', '192.0.2.7', '192.0.2.8', '192.0.2.07', '192.0.2.7.',
    '3221225991', '[2001:db8::7]', '[2001:DB8::7]', '[2001:db8:0:0::7]',
    '[2001:db8::7]:80', '[2001:db8::7', '2001:db8::7', '[::1]', '[v1.x]', '[]',
    'xn--mller-kva.example', 'm\xc3\xbcller.example', 'm\xfcller.example',
    'old.example/', 'old.example/x', 'http://old.example', 'u@old.example',
    'old example', 'old,example', 'old%2Eexample', '%6Fld.example',
    'old.example\x80', 'old.example#', '', '*', '*.old.example', 'a.example',
    'old.example,none.example', 'old_example', '"old.example"',
]

VERSIONS = ['HTTP/1.0', 'HTTP/1.1', 'HTTP/1.2', 'HTTP/1.9', 'HTTP/2.0',
            'HTTP/0.9', 'HTTP/3.0', 'HTTP/1.10', 'HTTP/11', 'HTTP/1', 'HTTP/1.',
            'HTTP/.1', 'HTTP/a.b', 'http/1.1', 'HTTPS/1.1', 'HTTP 1.1',
            'HTTP/1.1 ', ' HTTP/1.1', 'HTTP/1.1\t', 'XTTP/1.1', '']

# Lines between Host and the end of the head, and what follows it.
FIELDS = [
    ('Accept: */*', ''), ('User-Agent: x\r\nAccept: */*\r\nCookie: a=b', ''),
    ('Connection: close', ''), ('Connection: keep-alive', ''),
    ('Connection: Close', ''), ('connection: CLOSE, x', ''),
    ('Connection: x, close', ''), ('Connection: keep-alive, close', ''),
    ('Connection: keep-alive\r\nConnection: close', ''), ('Connection:', ''),
    ('Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk', ''),
    ('Upgrade: websocket', ''), ('Expect: 100-continue', ''),
    ('Content-Length: 0', ''), ('Content-Length: 5', 'hello'),
    ('Content-Length: 5', 'hel'), ('Content-Length: 5', ''),
    ('Content-Length: 5', 'helloGET / HTTP/1.1\r\n\r\n'),
    ('Content-Length: 05', 'hello'), ('Content-Length: +5', 'hello'),
    ('Content-Length: -5', 'hello'), ('Content-Length: 5 ', 'hello'),
    ('Content-Length: 5, 5', 'hello'), ('Content-Length: 5, 6', 'hello'),
    ('Content-Length: 5\r\nContent-Length: 5', 'hello'),
    ('Content-Length: 5\r\nContent-Length: 6', 'hello'),
    ('Content-Length: x', ''), ('Content-Length:', ''),
    ('Content-Length: 99999999999999999999', ''),
    ('Content-Length: 18446744073709551616', ''),
    ('Content-Length: 1000000', 'x'), ('content-length: 3', 'abc'),
    ('Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'),
    ('Transfer-Encoding: chunked', '5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n'),
    ('Transfer-Encoding: chunked', '5\r\nhel'),
    ('Transfer-Encoding: chunked', 'x\r\n'),
    ('Transfer-Encoding: chunked', '5\nhello\n0\n\n'),
    ('Transfer-Encoding: Chunked', '0\r\n\r\n'),
    ('Transfer-Encoding: gzip', ''), ('Transfer-Encoding: identity', ''),
    ('Transfer-Encoding: gzip, chunked', '0\r\n\r\n'),
    ('Transfer-Encoding: chunked, gzip', ''), ('Transfer-Encoding:', ''),
    ('Transfer-Encoding: chunked\r\nContent-Length: 5', '0\r\n\r\n'),
    ('Transfer-Encoding: chunked, chunked', '0\r\n\r\n'),
    ('Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip', ''),
    ('Transfer-Encoding: chunked', '5 a\r\nhello\r\n0\r\n\r\n'),
    ('Transfer-Encoding: chunked', '5;\r\nhello\r\n0\r\n\r\n'),
    ('Transfer-Encoding: chunked', '100000005\r\nhello\r\n0\r\n\r\n'),
    ('Transfer-Encoding: chunked', '0\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n'),
    ('Transfer-Encoding: chunked', '0\r\nHost: a\r\n\r\n'),
    ('Connection: host, x, via\r\nX: y\r\nVia: 1.1 a (b, c)', ''),
    ('Max-Forwards: 0', ''), ('Max-Forwards: 1\r\nMax-Forwards: x', ''),
    ('X-Forwarded-For: "\r\nX_Forwarded_For: 1.2.3.4', ''),
    ('Connection: upgrade\r\nUpgrade: websocket', ''),
    ('Host: old.example', ''), ('Host: none.example', ''), ('Host:', ''),
    ('host: old.example', ''), ('A: b', 'garbage'), ('A: b', '\r\n'),
    ('A: b', '\r\n\r\nGET /2 HTTP/1.1\r\nHost: old.example\r\n\r\n'),
    ('A : b', ''), ('A\t: b', ''), (': b', ''), ('A', ''), ('A:b', ''),
    ('A:', ''), ('A:\t\tb\t', ''), (' A: b', ''), ('A: b\r\n c', ''),
    ('A: b\r\n\tc', ''), ('A: b\rc', ''), ('A: b\nC: d', ''), ('A: \x00', ''),
    ('A: \x01', ''), ('A: \x7f', ''), ('A: \x80\xff', ''), ('A\x80: b', ''),
    ('A\x00: b', ''), ('A(: b', ''), ('A"B: c', ''), ('Te: trailers', ''),
    ('A: ' + 'x' * 200, ''), ('A: ' + 'x' * 1000, ''), ('A: ' + 'x' * 9000, ''),
    ('A: ' + 'x' * 17000, ''), ('\r\n'.join(['A: b'] * 60), ''),
    ('\r\n'.join(['A: b'] * 150), ''), ('\r\n'.join(['A: b'] * 2800), ''),
    ('Referer: http://x/y', ''), ('X-Forwarded-Host: none.example', ''),
    ('Proxy-Connection: close', ''), ('Range: bytes=0-1', ''),
    ('If-Modified-Since: x', ''), ('Accept-Encoding: gzip\r\nDNT: 1', ''),
]

NEXT = 'GET /next HTTP/1.1\r\nHost: old.example\r\n\r\n'
WHOLE = [
    'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'GET /\r\n', 'GET\r\n\r\n',
    'GET / HTTP/1.1', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: old.e',
    'GET / HTTP/1.1\r\nHost: old.example\r\n',
    'GET / HTTP/1.1\r\nHost: old.example\r\n\r',
    'GET / HTTP/1.1\nHost: old.example\n\n',
    'GET / HTTP/1.1\nHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: old.example\n\n',
    'GET / HTTP/1.1\r\nHost: old.example\r\n\n',
    'GET / HTTP/1.1\r\nHost: old.example\n\r\n',
    'GET / HTTP/1.1\rHost: old.example\r\r',
    'GET  / HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET /  HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET\t/\tHTTP/1.1\r\nHost: old.example\r\n\r\n',
    ' GET / HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET / a HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET /\x0bx HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\n Host: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\n\tHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost : old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost:old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHOST:\told.example\t \r\n\r\n',
    'GET / HTTP/1.1\r\nHost: old.example\r\nHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\r\nC: d\r\nHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nXHost: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHos: old.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: old.\r\n example\r\n\r\n',
    '\r\n' + NEXT, '\r\n\r\n' + NEXT, '\n' + NEXT, '\r' + NEXT, '\r\n' * 20 + NEXT,
    NEXT + NEXT, NEXT * 5, NEXT + 'GET / HTTP/1.1\r\n\r\n' + NEXT,
    NEXT + 'x', NEXT + '\r\n', NEXT + NEXT[:20], NEXT + '\x00',
    'GET /gone HTTP/1.0\r\n\r\n' + NEXT,
    'GET /1 HTTP/1.0\r\nHost: old.example\r\nConnection: keep-alive\r\n\r\n',
    'GET /1 HTTP/1.0\r\nHost: old.example\r\nConnection: keep-alive\r\n\r\n' +
    NEXT,
    'HEAD / HTTP/1.1\r\nHost: old.example\r\n\r\n' + NEXT,
    'POST / HTTP/1.1\r\nHost: old.example\r\nContent-Length: 3\r\n\r\nabc' + NEXT,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'EHLO x\r\n', '\x00', '\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'CONNECT old.example:443 HTTP/1.1\r\nHost: old.example:443\r\n\r\n',
    'GET http://old.example/a HTTP/1.1\r\n\r\n',
    'GET http://old.example/a HTTP/1.1\r\nHost: none.example\r\n\r\n',
    'GET http://none.example/a HTTP/1.1\r\nHost: old.example\r\n\r\n',
    'GET http://old.example/a HTTP/1.0\r\n\r\n',
    'OPTIONS http://old.example HTTP/1.1\r\nHost: none.example\r\n\r\n',
    'GET https://old.example/a HTTP/1.1\r\nHost: old.example\r\n\r\n',
]


def request(method='GET', target='/a', host='old.example', version='HTTP/1.1',
            fields='', rest=''):
    return (f'{method} {target} {version}\r\nHost: {host}\r\n{fields}' +
            ('\r\n' if fields else '') + f'\r\n{rest}')


def table():
    yield from WHOLE
    for target in TARGETS:
        yield request(target=target)
    for target in TARGETS[:40]:
        yield request('HEAD', target, 'sub.old.example', fields='Accept: */*')
    for method in METHODS:
        yield request(method)
        yield request(method, '/pass/x')
    for host, target in TEMPLATES:
        yield request(target=target, host=host)
        yield request('HEAD', target, host, 'HTTP/1.0')
        yield request('POST', target, host, fields='Content-Length: 0')
    for target in ('/same/x', '/below/x', '/p/x'):
        yield f'GET {target} HTTP/1.0\r\n\r\n'
    for host in HOSTS:
        yield request(host=host)
        yield request('HEAD', '/every', host, 'HTTP/1.0')
    for version in VERSIONS:
        yield request(version=version)
        yield request(target='/none', host='none.example', version=version)
    for fields, rest in FIELDS:
        for method in ('GET', 'POST'):
            yield request(method, fields=fields, rest=rest)


def files():
    folder = CORPUS
    for name in sorted(os.listdir(folder)):
        with open(f'{folder}/{name}', 'rb') as file:
            yield file.read()


def mutated(dice, data):
    """One to three bytes changed, taken out, put in, or doubled."""
    data = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data))
        byte = dice.choice(b'\r\n\t :/?%.*#\0\x7f\x80\xffaAzZ09,;="')
        how = dice.randrange(4)
        if how == 0:
            data[at] = byte
        elif how == 1 and len(data) > 1:
            del data[at]
        elif how == 2:
            data.insert(at, byte)
        else:
            data[at:at] = data[at:at + dice.randrange(1, 12)]
    return bytes(data)


def corpus(mutations=400):
    """All of them, each once."""
    found = dict.fromkeys(text.encode('latin-1') for text in table())
    found.update(dict.fromkeys(files()))
    dice = random.Random(2026)
    seeds = [item for item in found if 0 < len(item) < 400]
    for _ in range(mutations):
        found[mutated(dice, dice.choice(seeds))] = None
    return [item for item in found if item]
