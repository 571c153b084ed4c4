#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rule language end to end: rules imported into a fresh state, requests
over a socket. One table for each paragraph of its description."""

import random
import re
import unittest

from model import normal
from serving import Client, Server, State, get

NEW = 'https://new.example'
METHODS = ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get',
           'GETS', 'BREW')

# A case: description, rules, and requests with what they get: a Location, a
# code without one, or (code, Location, Cache-Control). HOST is a name of the
# case's own; a request is a target, or a target and a Host.

SYNTAX = [
    ('comment lines, comments behind a rule, blank lines, tabs',
     f'# HOST/a {NEW}/no 301\n\n \t \n\tHOST/a\t \t{NEW}/a  302 \t# x=y\n'
     f'HOST/b {NEW}/b 302 tag=t #comment\n',
     [('/a', NEW + '/a'), ('/b', NEW + '/b')]),
    ('line ends CR LF', f'HOST/a {NEW}/a 301\r\n\r\n# x\r\nHOST/b - 410\r\n',
     [('/a', NEW + '/a'), ('/b', 410)]),
    ('the example', '''
        HOST                     https://new.example               301
        *.HOST/*                 https://new.example/*             301
        HOST/about               https://new.example/company       301
        HOST/item?id=7           https://new.example/items/blue    301
        HOST/blog/*     https://journal.example/*  307   max-age=60 tag=blog
        HOST/.well-known/acme-challenge/*  -                pass
        HOST/forum/*             -                                 410
     ''', [('/', NEW + '/'), ('/x?y', NEW + '/x?y'),
           (('/z?', 'a.b.HOST'), NEW + '/z?'), ('/about', NEW + '/company'),
           ('/about?a', NEW + '/company?a'), ('/about/', NEW + '/about/'),
           ('/item?id=7', NEW + '/items/blue'), ('/item', NEW + '/item'),
           ('/item?id=70', NEW + '/item?id=70'),
           ('/blog/1?p', (307, 'https://journal.example/1?p', 'max-age=60')),
           ('/.well-known/acme-challenge/x', 404), ('/forum/1', 410),
           ('/forum', 410), ('/forums', NEW + '/forums')]),
]

SOURCE = [
    ('schemes are dropped', f'http://HOST/a {NEW}/a 301\n'
     f'HTTPS://HOST/b {NEW}/b 301',
     [('/a', NEW + '/a'), ('/b', NEW + '/b')]),
    ('hosts without case, final dot and port', f'hTTp://host.HOST.:80/ {NEW}/1'
     f' 301\nport.HOST:443/ {NEW}/2 301',
     [(('/', 'hOsT.HOST'), NEW + '/1'),
      (('/', 'host.HOST.:8080'), NEW + '/1'),
      (('/', 'host.HOST:'), NEW + '/1'),
      (('/', 'PORT.HOST'), NEW + '/2')]),
    ('*.name: every name below it, not itself', f'*.HOST {NEW} 301',
     [(('/', 'a.HOST'), NEW + '/'), (('/x', 'a.b.c.HOST'), NEW + '/x'),
      ('/', 404), (('/', 'aHOST'), 404), (('/', 'xHOST'), 404)]),
    ('U-labels', f'bücher.HOST/ {NEW}/1 301\nBÜCHER.faß.HOST/ {NEW}/2 301\n'
     f'*.Ü.HOST/ {NEW}/3 301',
     [(('/', 'xn--bcher-kva.HOST'), NEW + '/1'),
      (('/', 'XN--BCHER-KVA.xn--fa-hia.HOST'), NEW + '/2'),
      (('/', 'a.xn--tda.HOST'), NEW + '/3')]),
    ('a final * is a prefix of bytes', f'HOST/blog/* {NEW}/1/* 301\n'
     f'HOST/news* {NEW}/2/* 301',
     [('/blog/x', NEW + '/1/x'), ('/blog/', NEW + '/1/'),
      ('/blog', NEW + '/1/'),
      ('/blog?q', NEW + '/1/?q'), ('/blogger', 404), ('/Blog/x', 404),
      ('/news', NEW + '/2/'), ('/newsroom/1', NEW + '/2/room/1'),
      ('/new', 404)]),
    ('a prefix that ends in two slashes', f'HOST/a//* {NEW}/* 301',
     [('/a/', NEW + '/'), ('/a//x', NEW + '/x'), ('/a', 404), ('/a/x', 404)]),
    ('a prefix of half a character', f'HOST/%c3* {NEW}/* 301',
     [('/%C3%bc', NEW + '/%BC'), ('/\xc3\xbc', NEW + '/%BC'), ('/%C4', 404)]),
    ('without * the match is exact',
     f'HOST/a {NEW}/1 301\nHOST/b/ {NEW}/2 301',
     [('/a', NEW + '/1'), ('/a/', 404), ('/a/b', 404), ('/ab', 404),
      ('/b/', NEW + '/2'), ('/b', 404)]),
    ('%2A is a literal *', f'HOST/a%2a {NEW}/1 301\nHOST/b%2A/* {NEW}/2/* 301',
     [('/a%2A', NEW + '/1'), ('/a', 404), ('/ab', 404),
      ('/b%2a/c', NEW + '/2/c')]),
    ('a query is exact', f'HOST/i?id=7 {NEW}/1 301\nHOST/e? {NEW}/2 301\n'
     f'HOST/q?a?b=%2f&c {NEW}/3 301',
     [('/i?id=7', NEW + '/1'), ('/i', 404), ('/i?', 404), ('/i?id=7&x', 404),
      ('/i?ID=7', 404), ('/e?', NEW + '/2'), ('/e', 404), ('/e?x', 404),
      ('/q?a?b=%2F&c', NEW + '/3'), ('/i?%69d=%37', NEW + '/1')]),
]

TARGET = [
    ('* is the remainder', f'HOST/p/* {NEW}/a/* 301\nHOST/q/* {NEW}/b* 301\n'
     f'HOST/r/* {NEW}/c?u=* 301\nHOST/s/* {NEW}?* 301',
     [('/p/x/y', NEW + '/a/x/y'), ('/p//x', NEW + '/a//x'),
      ('/q/x', NEW + '/bx'), ('/r/x/y', NEW + '/c?u=x/y'),
      ('/r/x?y=z', NEW + '/c?u=x&y=z'), ('/s/x', NEW + '?x')]),
    ('a bare origin keeps the path of a bare source', f'HOST {NEW} 301\n'
     f'a.HOST {NEW}/ 301\nb.HOST {NEW}/x 301\nc.HOST/* {NEW} 301\n'
     f'd.HOST/ {NEW} 301\ne.HOST {NEW}? 301',
     [('/x/y?z', NEW + '/x/y?z'), (('/x', 'a.HOST'), NEW + '/x'),
      (('/y', 'b.HOST'), NEW + '/x'), (('/y', 'c.HOST'), NEW),
      (('/', 'd.HOST'), NEW), (('/y', 'd.HOST'), 404),
      (('/y', 'e.HOST'), NEW + '?')]),
    ('hosts and ports', 'HOST/1 HTTPS://NEW.Example:8443/A 301\n'
     'HOST/2 http://bücher.example/ 301\nHOST/3 http://[2001:DB8::0:1]/ 301\n'
     'HOST/4 http://192.0.2.1:80 301',
     [('/1', 'HTTPS://NEW.Example:8443/A'),
      ('/2', 'http://xn--bcher-kva.example/'),
      ('/3', 'http://[2001:DB8::0:1]/'), ('/4', 'http://192.0.2.1:80')]),
    ('sent as it was written', f"HOST/1 {NEW}/x/../%7e%2f%2F/./%c3?'%2e'/.. 301"
     f'\nHOST/2 {NEW}/a//b/.. 301\nHOST/3/* {NEW}/../%2e%2E/* 301\n'
     'HOST/4 hTTp://WWW.New.Example.:080?%61 301\n'
     'HOST/5 https://WWW.BÜCHER.Example.:81/%C3%BC 301\n'
     f'HOST/6 {NEW}/"<>\\^`|ü?"<>\\^`|ü#"<>\\^`|ü 301',
     [('/1', NEW + "/x/../%7e%2f%2F/./%c3?'%2e'/.."), ('/2', NEW + '/a//b/..'),
      ('/3/%7e%2f', NEW + '/../%2e%2E/~%2F'),
      ('/4?%61', 'hTTp://WWW.New.Example.:080?%61&a'),
      ('/5', 'https://www.xn--bcher-kva.example.:81/%C3%BC'),
      ('/6', NEW + '/%22%3C%3E%5C%5E%60%7C%C3%BC'
       '?%22%3C%3E%5C%5E%60%7C%C3%BC#%22%3C%3E%5C%5E%60%7C%C3%BC')]),
    ('fragments', f'HOST/1 {NEW}/a#top 301\nHOST/2 {NEW}/b?c#d?e/f 301\n'
     f'HOST/3/* {NEW}/*#a 301\nHOST/4 {NEW}# 301\nHOST/5 {NEW}#a#b%7e 301\n'
     f'HOST/6?x {NEW}/#a 301\nHOST/7 {NEW}/?a#b 301 query=drop\n'
     f'HOST/8/* {NEW}#a 301',
     [('/1', NEW + '/a#top'), ('/1?q', NEW + '/a?q#top'),
      ('/1?', NEW + '/a?#top'), ('/2', NEW + '/b?c#d?e/f'),
      ('/2?q', NEW + '/b?c&q#d?e/f'), ('/2?', NEW + '/b?c&#d?e/f'),
      ('/3/x/y?z', NEW + '/x/y?z#a'), ('/3', NEW + '/#a'),
      ('/4?q', NEW + '?q#'), ('/5', NEW + '#a%23b%7e'), ('/6?x', NEW + '/#a'),
      ('/7?x', NEW + '/?a#b'), ('/8/x?y', NEW + '?y#a')]),
    ('a query or fragment may follow the *', f'HOST/1/* {NEW}/*?src=old#top 301'
     f'\nHOST/2/* {NEW}/x*? 301\nHOST/3/* {NEW}/?u=*#a 301\n'
     f'HOST/4* {NEW}?*# 301 query=drop\nHOST/5/* {NEW}/%2a/*?%2A#%2a 301',
     [('/1/x/y', NEW + '/x/y?src=old#top'), ('/1', NEW + '/?src=old#top'),
      ('/1/x?q', NEW + '/x?src=old&q#top'), ('/1/x?', NEW + '/x?src=old&#top'),
      ('/2/y', NEW + '/xy?'), ('/2/y?q', NEW + '/xy?&q'),
      ('/3/a=b&c', NEW + '/?u=a=b&c#a'), ('/3/x?y', NEW + '/?u=x&y#a'),
      ('/4x?y', NEW + '?x#'), ('/5/x*', NEW + '/%2a/x*?%2A#%2a')]),
    ('a bare origin with query or fragment is one page',
     f'a.HOST {NEW}/?q 301\nb.HOST {NEW}#f 301\nc.HOST {NEW}/# 301\n'
     f'*.d.HOST https://*.new.example#f 301\ne.HOST {NEW}./ 301',
     [(('/x?y', 'a.HOST'), NEW + '/?q&y'), (('/x?y', 'b.HOST'), NEW + '?y#f'),
      (('/x', 'c.HOST'), NEW + '/#'),
      (('/x', 'z.d.HOST'), 'https://z.new.example#f'),
      (('/x', 'e.HOST'), NEW + './x')]),
    ("the host's *", '*.a.HOST https://*.new.example 301\n'
     '*.b.HOST/x/* HTTP://*.New.Example.:81/*?q#f 301\n'
     '*.c.HOST/* https://*.new.example 301\n*.d.HOST https://*.bücher.example'
     '/y 301\n*.d.c.HOST https://*.c.HOST/* 302\n*.e.HOST/p https://*.n 301',
     [(('/x?y', 'a.a.HOST'), 'https://a.new.example/x?y'),
      (('/', 'A.b.C.a.HOST.:80'), 'https://a.b.c.new.example/'),
      (('/x/y?z', 'a.b.HOST'), 'HTTP://a.New.Example.:81/y?q&z#f'),
      (('/x', 'a-1._b.b.HOST'), 'HTTP://a-1._b.New.Example.:81/?q#f'),
      (('/x', 'a.c.HOST'), 'https://a.new.example'),
      (('/x', '1.2.3.4.d.HOST'),
       'https://1.2.3.4.xn--bcher-kva.example/y'),
      (('/p', 'xn--tda.e.HOST'), 'https://xn--tda.n')]),
    ('bytes outside ASCII', f'HOST/1 {NEW}/ü?ß 301\nHOST/ü?ß {NEW}/2 301',
     [('/1', NEW + '/%C3%BC?%C3%9F'), ('/%c3%bc?%c3%9f', NEW + '/2'),
      ('/\xc3\xbc?\xc3\x9f', NEW + '/2')]),
]

CODE = [
    ('codes and their caching', '\n'.join(
        f'HOST/{code} {NEW}/{code} {code}'
        for code in (301, 302, 303, 307, 308)) +
     '\nHOST/410 - 410\nHOST/pass - pass\nHOST/200 - 200\n'
     'HOST/aged - 200 max-age=5',
     [('/301', (301, NEW + '/301', 'max-age=3600')),
      ('/302', (302, NEW + '/302', 'no-store')),
      ('/303', (303, NEW + '/303', 'no-store')),
      ('/307', (307, NEW + '/307', 'no-store')),
      ('/308', (308, NEW + '/308', 'max-age=3600')),
      ('/410', (410, None, 'max-age=3600')),
      ('/200', (200, None, 'no-store')), ('/aged', (200, None, 'max-age=5')),
      ('/pass', (404, None, 'no-store'))]),
    ('pass and 410 take from a wider rule',
     f'HOST {NEW} 301\nHOST/a/* - pass\n'
     f'HOST/a/b/* - 410\nHOST/a/b/c {NEW}/c 302',
     [('/a/x', 404), ('/a/b/x', 410), ('/a/b/c', NEW + '/c'),
      ('/b', NEW + '/b')]),
]

KEYS = [
    ('query', f'HOST/k {NEW}/1 301 query=keep\nHOST/d {NEW}/2 301 query=drop\n'
     f'HOST/j {NEW}/3?a=b 301\nHOST/s?x {NEW}/4 301\nHOST/e {NEW}/5? 301\n'
     f'HOST/p/* {NEW}/6/* 301 query=drop',
     [('/k?a=b&c', NEW + '/1?a=b&c'), ('/k?', NEW + '/1?'), ('/k', NEW + '/1'),
      ('/d?a', NEW + '/2'), ('/d?', NEW + '/2'),
      ('/j?c=d', NEW + '/3?a=b&c=d'),
      ('/j?', NEW + '/3?a=b&'), ('/j', NEW + '/3?a=b'), ('/s?x', NEW + '/4'),
      ('/e?y', NEW + '/5?&y'), ('/p/x?y', NEW + '/6/x'),
      ('/k?%7e%c3?', NEW + '/1?~%C3?')]),
    ('max-age', f'HOST/0 {NEW} 301 max-age=0\nHOST/1 {NEW} 302 max-age=1\n'
     f'HOST/2 {NEW} 308 max-age=2147483647\nHOST/3 - 410 max-age=0\n'
     f'HOST/4 {NEW} 301 tag=a.B_c-1 max-age=007 query=drop',
     [('/0', (301, NEW, 'no-store')), ('/1', (302, NEW, 'max-age=1')),
      ('/2', (308, NEW, 'max-age=2147483647')),
      ('/3', (410, None, 'no-store')),
      ('/4?x', (301, NEW, 'max-age=7'))]),
]

NORMAL = [
    ('escapes', f'HOST/%7e%41%2f%3f {NEW}/1/%7E%5a%2f 301\n'
     f'HOST/x/* {NEW}/2/* 301',
     [('/~A%2F%3F', NEW + '/1/%7E%5a%2f'),
      ('/%7E%41%2f%3f', NEW + '/1/%7E%5a%2f'),
      ('/~A/%3F', 404), ('/~a%2F%3F', 404),
      ('/%78/%2e%61%2f%c3', NEW + '/2/.a%2F%C3')]),
    ('dot segments', f'HOST/a/./b/../c {NEW}/x/../y/. 301\n'
     f'HOST/%2e%2E/%2e/d/%2e%2e {NEW}/2 301\nHOST/p/* {NEW}/3/* 301\n'
     f'HOST/q/..* {NEW}/4/* 301',
     [('/a/c', NEW + '/x/../y/.'), ('/../a/b/%2E%2e/./c', NEW + '/x/../y/.'),
      ('/', NEW + '/2'), ('/..', NEW + '/2'), ('/p/../p/./x/..', NEW + '/3/'),
      ('/p/../../etc', 404), ('/p/%2e%2e/%2e%2e/x', 404),
      ('/p/...', NEW + '/3/...'), ('/q/..x', NEW + '/4/x')]),
    ('nothing else', f'HOST/a/b {NEW}/1 301\nHOST/a//b {NEW}/2//3 301\n'
     f'HOST/A/b {NEW}/4 301\nHOST/c;d {NEW}/5 301',
     [('/a/b', NEW + '/1'), ('/a//b', NEW + '/2//3'), ('/A/b', NEW + '/4'),
      ('/a/b/', 404), ('/a///b', 404), ('/c;d', NEW + '/5'), ('/c%3Bd', 404),
      ('//a/b', 404)]),
    ('a % that begins no escape', f'HOST/* {NEW}/* 301',
     [('/%', NEW + '/%25'), ('/%4', NEW + '/%254'),
      ('/%zz%41?%g%', NEW + '/%25zzA?%25g%25')]),
]

WINS = [
    ('query, exact, longest prefix',
     f'HOST/* {NEW}/1 301\nHOST/a* {NEW}/2 301\n'
     f'HOST/a/* {NEW}/3 301\nHOST/a/b* {NEW}/4 301\nHOST/a/b {NEW}/5 301\n'
     f'HOST/a/b?c {NEW}/6 301\nHOST/a/b? {NEW}/7 301',
     [('/x', NEW + '/1'), ('/ax', NEW + '/2'), ('/a', NEW + '/3'),
      ('/a/x', NEW + '/3'), ('/a/bc', NEW + '/4'), ('/a/b', NEW + '/5'),
      ('/a/b?x', NEW + '/5?x'), ('/a/b?c', NEW + '/6'),
      ('/a/b?', NEW + '/7')]),
    ('the name, the longest parent', f'*.HOST/* {NEW}/1 301\n'
     f'*.b.HOST/* {NEW}/2 301\na.b.HOST/x* {NEW}/3 301\n'
     f'*.c.HOST/x {NEW}/4 301\n*.HOST/x/y?z {NEW}/5 301',
     [(('/', 'a.b.HOST'), NEW + '/2'), (('/x', 'a.b.HOST'), NEW + '/3'),
      (('/x/y?z', 'a.b.HOST'), NEW + '/3?z'), (('/', 'b.HOST'), NEW + '/1'),
      (('/x', 'z.a.b.HOST'), NEW + '/2'), (('/x', 'd.c.HOST'), NEW + '/4'),
      (('/y', 'd.c.HOST'), NEW + '/1'), (('/x/y?z', 'd.c.HOST'), NEW + '/5'),
      (('/x', 'c.HOST'), NEW + '/1')]),
    ('the first level that matches decides, with pass too',
     f'a.HOST/x - pass\n*.HOST/x {NEW}/1 301\na.HOST/y - 410\n'
     f'*.HOST/y?z {NEW}/2 301',
     [(('/x', 'a.HOST'), 404), (('/x', 'b.HOST'), NEW + '/1'),
      (('/y?z', 'a.HOST'), 410), (('/y?z', 'b.HOST'), NEW + '/2')]),
    ('the same rule twice', f'HOST/a {NEW}/1 301\nHOST:80/%61 {NEW}/1 301\n'
     f'http://HOST/b/../a {NEW}/1 301 max-age=3600', [('/a', NEW + '/1')]),
]

UNSAFE = [
    ('what a request brings stays in its place', f'HOST/p/* {NEW}/* 301\n'
     f'HOST {NEW} 301\nHOST/q/* {NEW}/?u=* 302',
     [('/p//evil.example', NEW + '//evil.example'),
      ('/p/@evil.example', NEW + '/@evil.example'),
      ('//evil.example/', NEW + '//evil.example/'),
      ('/\\evil.example', NEW + '/%5Cevil.example'),
      ('/p/%0d%0aX:%20y', NEW + '/%0D%0AX:%20y'),
      ('/p/?%0D%0A%00', NEW + '/?%0D%0A%00'), ('/p/%00', NEW + '/%00'),
      ('/p/"<>^`{|}', NEW + '/%22%3C%3E%5E%60%7B%7C%7D'),
      ('/p/?"<>\\^`{|}', NEW + '/?%22%3C%3E%5C%5E%60%7B%7C%7D'),
      ('/q/%23?', NEW + '/?u=%23&'),
      ('/p/\x80\xff\xc3', NEW + '/%80%FF%C3')]),
]

# "*" is a host of all cases' requests, so that these have a state each.
ANY = [
    ('* is any host', f'* {NEW} 302\n*/a {NEW}/1 301\n'
     f'b.example/a {NEW}/2 301\n*.example/b {NEW}/3 301',
     [(('/x', 'any.thing'), NEW + '/x'), (('/x', '[::1]'), NEW + '/x'),
      (('/x', '192.0.2.9'), NEW + '/x'), (('/x', 'localhost'), NEW + '/x'),
      (('/a', 'c.example'), NEW + '/1'), (('/a', 'b.example'), NEW + '/2'),
      (('/b', 'b.example'), NEW + '/3'), (('/b', 'example'), NEW + '/b'),
      (('/c', 'b.example'), NEW + '/c')]),
    ('any host is the same host', '* https://* 308',
     [(('/x?y', 'Any.Thing.:80'), 'https://any.thing/x?y'),
      (('/x', '192.0.2.9'), 'https://192.0.2.9/x'),
      (('/x', '[2001:DB8::9]:80'), 'https://[2001:db8::9]/x'),
      (('/?', 'a' * 63), f'https://{"a" * 63}/?')]),
    ('any host is the same host on a port', '* http://*:8080/a/*?b#c 302\n'
     '*/one https://*/#x 302\n*/two http://* 302\n*/three https://* 302',
     [(('/x?y', 'a.b'), 'http://a.b:8080/a/x?b&y#c'),
      (('/', '[::1]'), 'http://[::1]:8080/a/?b#c'),
      (('/one', 'a.b'), 'https://a.b/#x'),
      (('/two', 'a.b'), 'http://a.b'),
      (('/three?x', 'a.b'), 'https://a.b?x')]),
    ('any host below a name, where that is one',
     f'* https://*.new.example 302\n*.w/* https://*.{"n" * 63}.'
     f'{"n" * 63}.{"n" * 63}.{"n" * 57} 302\n*.example/p/* {NEW}/1 302',
     [(('/x', 'a.b'), 'https://a.b.new.example/x'),
      (('/x', '192.0.2.9'), 404), (('/x', '[::1]'), 404),
      (('/x', f'{"a" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 49}'),
       f'https://{"a" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 49}.new.example/x'),
      (('/x', f'{"a" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 50}'), 404),
      (('/', 'aaa.w'), f'https://aaa.{"n" * 63}.{"n" * 63}.{"n" * 63}.'
       f'{"n" * 57}'), (('/', 'aaaa.w'), 404), (('/', 'a.bb.w'), 404),
      (('/p/x', 'b.example'), NEW + '/1')]),
    ('addresses', f'192.0.2.1 {NEW}/1 301\n[2001:DB8:0::1]:80/* {NEW}/2 301\n'
     f'*.example {NEW}/3 301\n* - 410',
     [(('/', '192.0.2.1:8080'), NEW + '/1'), (('/', '192.0.2.1.'), NEW + '/1'),
      (('/', '[2001:db8::1]'), NEW + '/2'),
      (('/', '[2001:0db8::0001]:81'), NEW + '/2'), (('/', '192.0.2.2'), 410),
      (('/', '[2001:db8::2]'), 410)]),
    ('a BOM', f'\ufeffa.example {NEW} 301', [(('/', 'a.example'), NEW + '/')]),
    ('the longest names', f'{"a" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 61} {NEW} '
     f'301\n*.{"b" * 63}.{"c" * 63}.{"d" * 59} {NEW}/w 301',
     [(('/x', f'{"A" * 63}.{"b" * 63}.{"c" * 63}.{"d" * 61}.'), NEW + '/x'),
      (('/x', f'{"A" * 61}.{"b" * 63}.{"c" * 63}.{"d" * 59}'), NEW + '/w')]),
    ('the longest paths and targets', f'a.example/{"p" * 7999} '
     f'{NEW}/{"t" * 7980} 301\nb.example/* {NEW}/{"u" * 7979}* 301',
     [(('/' + 'p' * 7999, 'a.example'), NEW + '/' + 't' * 7980),
      (('/' + 'q' * 7999, 'b.example'), NEW + '/' + 'u' * 7979 + 'q' * 7999),
      (('/' + 'q?' + 'r' * 7997, 'b.example'),
       NEW + '/' + 'u' * 7979 + 'q?' + 'r' * 7997)]),
]

URI = re.compile(r"(%[0-9A-Fa-f]{2}|[]\w.~:/?\[@!$&'()*+,;=-])*"
                 r"(#(%[0-9A-Fa-f]{2}|[]\w.~:/?\[@!$&'()*+,;=-])*)?", re.ASCII)


class Contract(unittest.TestCase):
    def check(self, client, request, wanted, host):
        if isinstance(request, str):
            request = request, 'HOST'
        target, name = request[0], request[1].replace('HOST', host)
        answer = client.ask(get(target, name))
        location = answer.headers.get('location')
        if isinstance(wanted, tuple):
            got = answer.status, location, answer.headers['cache-control']
        elif isinstance(wanted, int):
            got = answer.status if location is None else location
        else:
            got = location
        self.assertEqual(got, wanted, f'{target[:80]} on {name}')
        self.assertTrue(URI.fullmatch(location or ''), location)

    def serve(self, rules):
        state = State(rules)
        self.addCleanup(state.remove)
        server = Server(state, '--threads', '1')
        self.addCleanup(server.stop)
        return server

    def run_table(self, table):
        """All cases in one state, the lines in an order of no meaning."""
        lines = []
        for i, (_, rules, _) in enumerate(table):
            lines += rules.replace('HOST', f'c{i}.example').split('\n')
        random.Random(len(lines)).shuffle(lines)
        server = self.serve('\n'.join(lines))
        for i, (about, _, requests) in enumerate(table):
            for request, wanted in requests:
                with self.subTest(about), Client(server) as client:
                    self.check(client, request, wanted, f'c{i}.example')

    def test_syntax(self):
        self.run_table(SYNTAX)

    def test_source(self):
        self.run_table(SOURCE)

    def test_target(self):
        self.run_table(TARGET)

    def test_code(self):
        self.run_table(CODE)

    def test_pairs(self):
        """Of two codes GET and HEAD get the first, every other method gets the
        second, with the first's max-age."""
        server = self.serve(f'a.example {NEW} 301/308\nb.example {NEW} 302/307'
                            f'\nc.example {NEW} 302/307 max-age=9\n')
        for host, codes, cache in (
                ('a.example', (301, 308), 'max-age=3600'),
                ('b.example', (302, 307), 'no-store'),
                ('c.example', (302, 307), 'max-age=9')):
            for method in METHODS:
                with self.subTest(host, method=method), \
                        Client(server) as client:
                    client.send(get('/x?y', host, 'Connection: close',
                                    method=method))
                    answer = client.head()
                    self.assertEqual(
                        (answer.status, answer.headers['location'],
                         answer.headers['cache-control']),
                        (codes[method not in ('GET', 'HEAD')], NEW + '/x?y',
                         cache))

    def test_keys(self):
        self.run_table(KEYS)

    def test_normal_form(self):
        self.run_table(NORMAL)

    def test_which_rule_wins(self):
        self.run_table(WINS)

    def test_what_a_request_brings(self):
        self.run_table(UNSAFE)

    def test_a_stray_percent_makes_no_escape(self):
        """What was normal once is normal: no dots for the client to find."""
        server = self.serve(f'a.example/p/* {NEW}/tenant/* 301')
        for target in ('/p/%%32e%%32e/x', '/p/%2%65%2%65/x', '/p/%%36%31',
                       '/p/?%%30%64', '/p/%25%32%65', '/p/%25%2%65'):
            with self.subTest(target), Client(server) as client:
                answer = client.ask(get(target, 'a.example'))
                location = answer.headers['location']
                self.assertEqual(normal(location), location)

    def test_any_host(self):
        for case in ANY:
            self.run_table([case])

    def test_no_host(self):
        """HTTP/1.0 needs none: a rule that takes it is as pass."""
        server = self.serve(f'* https://* 302\n*/a https://*.n 302\n'
                            f'*/b {NEW}/b 302\n*/c/* - 410\n')
        for target, wanted in (('/x', 404), ('/a', 404), ('/b', 302),
                               ('/c/x', 410)):
            with self.subTest(target), Client(server) as client:
                client.send(f'GET {target} HTTP/1.0\r\n\r\n'.encode())
                self.assertEqual(client.head().status, wanted)
        with Client(server) as client:
            client.send(b'GET http://a.b/x HTTP/1.0\r\n\r\n')
            self.assertEqual(client.head().headers['location'],
                             'https://a.b/x')


if __name__ == '__main__':
    unittest.main()
