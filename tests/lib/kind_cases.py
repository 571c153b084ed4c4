# SPDX-License-Identifier: BSD-2-Clause
"""Cases for the kinds of rules: a table for each paragraph of the language's
description, with what a person reads there."""

NEW = 'https://new.example'

# A case: description, rules, and requests with what they get: a Location, a
# code without one, or (code, Location, Cache-Control). HOST is a name of the
# case's own. A request is [TLS ][METHOD ]TARGET, and perhaps a Host.

SCHEME = [
    ('a rule for one scheme is as pass for the other',
     f'HOST/a {NEW}/1 301 scheme=http\nHOST/b {NEW}/2 302 scheme=https\n'
     f'HOST {NEW}/0/* 301\nHOST/c/* {NEW}/3/* 301 scheme=http\n'
     f'HOST/d?q {NEW}/4 301 scheme=https\nHOST/d {NEW}/5 301',
     [('/a', NEW + '/1'), ('TLS /a', 404), ('/b', 404),
      ('TLS /b', (302, NEW + '/2', 'no-store')), ('/x', NEW + '/0/x'),
      ('TLS /x', NEW + '/0/x'), ('/c/x', NEW + '/3/x'), ('TLS /c/x', 404),
      ('TLS /c', 404), ('/d?q', 404), ('TLS /d?q', NEW + '/4'),
      ('TLS /d?x', NEW + '/5?x')]),
    ('a source has one for each', 'HOST https://HOST 308 scheme=http\n'
     f'HOST {NEW} 301 scheme=https',
     [('/x?y', (308, 'https://HOST/x?y', 'max-age=3600')),
      ('TLS /x?y', (301, NEW + '/x?y', 'max-age=3600')),
      ('/', 'https://HOST/'), ('TLS /?', NEW + '/?')]),
    ('each with a code and keys of its own',
     f'HOST/g - 410 scheme=http\nHOST/g - 200 scheme=https\n'
     f'HOST/p - pass scheme=http\nHOST/p {NEW}/p 307 scheme=https query=drop\n'
     f'HOST/q/* {NEW}/q/* 302 scheme=http max-age=5\n'
     f'HOST/q/* {NEW}/r 301/308 scheme=https',
     [('/g', (410, None, 'max-age=3600')), ('TLS /g', (200, None, 'no-store')),
      ('/p?x', 404), ('TLS /p?x', (307, NEW + '/p', 'no-store')),
      ('/q/x?y', (302, NEW + '/q/x?y', 'max-age=5')),
      ('TLS POST /q/x?y', (308, NEW + '/r?y', 'max-age=3600'))]),
    ('the other half wins on its level, too',
     f'*.HOST/x {NEW}/1 301\na.HOST/x {NEW}/2 301 scheme=https\n'
     f'*.HOST/y {NEW}/3 301 scheme=http\n*.HOST/* {NEW}/4 301',
     [(('/x', 'a.HOST'), 404), (('TLS /x', 'a.HOST'), NEW + '/2'),
      (('/x', 'b.HOST'), NEW + '/1'), (('/y', 'b.HOST'), NEW + '/3'),
      (('TLS /y', 'b.HOST'), 404), (('TLS /z', 'b.HOST'), NEW + '/4')]),
    ('the host kept, patterns, pairs and case',
     '*.HOST https://*.HOST 308 scheme=http\n'
     f'HOST/p/{{a}} {NEW}/{{a}} 301 scheme=http\n'
     'HOST/p/{b} - 410 scheme=https\n'
     f'HOST/i?a=1&* {NEW}/i 302 scheme=https\n'
     f'HOST/Case {NEW}/c 302 case=ignore scheme=http\n'
     f'HOST/Case {NEW}/d 302 case=ignore scheme=https',
     [(('/x?y', 'a.b.HOST'), 'https://a.b.HOST/x?y'),
      (('TLS /x', 'a.b.HOST'), 404), ('/p/x', NEW + '/x'), ('TLS /p/x', 410),
      ('/i?a=1', 404), ('TLS /i?b&a=1', NEW + '/i?b'),
      ('/cASE', NEW + '/c'), ('TLS /CASE', NEW + '/d')]),
    ('in a source it is dropped', f'http://HOST/a {NEW}/1 301\n'
     f'https://HOST/b {NEW}/2 301\nhttps://HOST/c {NEW}/3 301 scheme=http',
     [('/a', NEW + '/1'), ('TLS /a', NEW + '/1'), ('/b', NEW + '/2'),
      ('TLS /b', NEW + '/2'), ('/c', NEW + '/3'), ('TLS /c', 404)]),
]

CASE = [
    ('path and query are compared without it',
     f'HOST/About {NEW}/1 301 case=ignore\n'
     f'HOST/I?Id=7&X {NEW}/2 301 case=ignore\n'
     f'HOST/plain {NEW}/3 301\nHOST/E? {NEW}/4 301 case=ignore',
     [('/about', NEW + '/1'), ('/ABOUT?Q', NEW + '/1?Q'), ('/about/', 404),
      ('/i?ID=7&x', NEW + '/2'), ('/I?id=7', 404), ('/i', 404),
      ('/Plain', 404), ('/e?', NEW + '/4'), ('/e', 404), ('/e?x', 404)]),
    ('remainder and captures keep theirs',
     f'HOST/Blog/* {NEW}/Y/*?Z 301 case=ignore\n'
     f'HOST/U/{{name}}/X {NEW}/{{name}} 301 case=ignore\n'
     f'HOST/V/{{n}}V* {NEW}/{{n}}:* 301 case=ignore',
     [('/BLOG/Ab?Cd', NEW + '/Y/Ab?Z&Cd'), ('/bLOG', NEW + '/Y/?Z'),
      ('/blogX', 404), ('/u/JoHn/x', NEW + '/JoHn'),
      ('/U/%41%c3/X', NEW + '/A%C3'), ('/v/aVbvC', NEW + '/aVb:C')]),
    ('it is that of ASCII', f'HOST/%C3%84 {NEW}/1 301 case=ignore\n'
     f'HOST/%5Bk {NEW}/2 301 case=ignore',
     [('/%c3%84', NEW + '/1'), ('/%C3%A4', 404), ('/%5bK', NEW + '/2'),
      ('/%7Bk', 404), ('/%5B%E2%84%AA', 404)]),
    ('what regards it comes before what does not',
     f'HOST/p/about {NEW}/1 301\nHOST/p/About {NEW}/2 301 case=ignore\n'
     f'HOST/q/a {NEW}/3 301\nHOST/q/A?x {NEW}/4 301 case=ignore\n'
     f'HOST/r/ab* {NEW}/5 301\nHOST/r/AB* {NEW}/6 301 case=ignore\n'
     f'HOST/r/A* {NEW}/7 301\n'
     f'HOST/s?x {NEW}/8 301\nHOST/s?X {NEW}/9 301 case=ignore',
     [('/p/about', NEW + '/1'), ('/p/About', NEW + '/2'),
      ('/p/ABOUT', NEW + '/2'), ('/q/a?X', NEW + '/4'),
      ('/q/a?y', NEW + '/3?y'), ('/Q/A?x', NEW + '/4'), ('/Q/A', 404),
      ('/r/abc', NEW + '/5'), ('/r/aBc', NEW + '/6'), ('/r/ABc', NEW + '/6'),
      ('/r/Ac', NEW + '/7'), ('/s?x', NEW + '/8'), ('/s?X', NEW + '/9'),
      ('/S?x', NEW + '/9')]),
    ('one source in two spellings', f'HOST/Same {NEW}/1 301 case=ignore\n'
     f'HOST/sAME {NEW}/1 301 case=ignore', [('/same', NEW + '/1')]),
]

PATTERN = [
    ('the example', 'HOST/{y:digits}/{m:digits}/{slug}.html '
     f'{NEW}/{{slug}} 301',
     [('/2020/01/x.html', NEW + '/x'), ('/2020/01/x.html?q', NEW + '/x?q'),
      ('/2020/1a/x.html', 404), ('/2020/01/.html', 404),
      ('/2020/01/a.html.html', NEW + '/a.html'), ('/2020/01/a/b.html', 404),
      ('/2020/01/x.htmlx', 404), ('/2020//x.html', 404),
      ('/2020/01/x.HTML', 404)]),
    ('one or more bytes of one segment', f'HOST/t/{{a}} {NEW}/{{a}} 301',
     [('/t/a', NEW + '/a'), ('/t/a%2fb', NEW + '/a%2Fb'), ('/t/a/b', 404),
      ('/t/', 404), ('/t', 404), ('/t/%', NEW + '/%25'), ('/t/a/', 404),
      ('/t/"{}', NEW + '/%22%7B%7D'), ('/t/...', NEW + '/...'),
      ('/t/x/../y', NEW + '/y'), ('/t/..', 404), ('/t/%2E', 404),
      ('/t/\xc3\xa4', NEW + '/%C3%A4'), ('/t/;a=b,c', NEW + '/;a=b,c')]),
    ('decimal digits only', f'HOST/{{a:digits}} {NEW}/{{a}} 301',
     [('/0123456789', NEW + '/0123456789'), ('/%31', NEW + '/1'),
      ('/1a', 404), ('/-1', 404), ('/%D9%A1', 404), ('/', 404)]),
    ('the first takes as much as it can, then the second',
     f'HOST/g/{{a}}-{{b}} {NEW}/{{b}}/{{a}} 301\n'
     f'HOST/d/{{a:digits}}1{{b:digits}} {NEW}/{{a}}.{{b}} 301\n'
     f'HOST/m/{{a}}0{{b:digits}} {NEW}/{{a}}.{{b}} 301\n'
     f'HOST/n/{{a}}ab{{b}}ab{{c}} {NEW}/{{a}}.{{b}}.{{c}} 301\n'
     f'HOST/o/{{a}}-{{b}}* {NEW}/{{a}}.{{b}}.* 301',
     [('/g/x-y-z', NEW + '/z/x-y'), ('/g/--', 404), ('/g/---', NEW + '/-/-'),
      ('/g/-x', 404), ('/d/111', NEW + '/1.1'), ('/d/1112', NEW + '/11.2'),
      ('/d/2111', NEW + '/21.1'), ('/d/11', 404), ('/d/2122', NEW + '/2.22'),
      ('/m/x0901', NEW + '/x09.1'), ('/m/x00', NEW + '/x.0'),
      ('/m/x0a0', 404), ('/m/00', 404), ('/m/000', NEW + '/0.0'),
      ('/n/1ab2ab3ab4', NEW + '/1ab2.3.4'),
      ('/n/ababababab', NEW + '/ab.ab.ab'),
      ('/o/a-b-c/d', NEW + '/a-b.c./d'), ('/o/a-b', NEW + '/a.b.')]),
    ('an escape is one byte and never divided',
     f'HOST/e/{{a}}F {NEW}/{{a}} 301\nHOST/f/{{a:digits}}F {NEW}/{{a}} 301\n'
     f'HOST/s/{{a}}%2A {NEW}/{{a}} 301\n'
     f'HOST/h/{{a}}2{{b}} {NEW}/{{a}}.{{b}} 301',
     [('/e/%2F', 404), ('/e/x%2FF', NEW + '/x%2F'), ('/e/%2FF', NEW + '/%2F'),
      ('/f/%2F', 404), ('/f/2F', NEW + '/2'), ('/s/x*', NEW + '/x'),
      ('/s/x%2A', NEW + '/x'), ('/s/**', NEW + '/*'), ('/s/*', 404),
      ('/s/%2a%2A', NEW + '/*'), ('/s/*%2a*', NEW + '/**'),
      ('/h/a%2Fb', 404), ('/h/a%2F2b', NEW + '/a%2F.b'),
      ('/h/%22%22', 404), ('/h/%C322%C3', NEW + '/%C32.%C3')]),
    ('a final *', f'HOST/{{lang}}/docs/* {NEW}/{{lang}}/* 301\n'
     f'a.HOST/{{a}}/* {NEW}/{{a}}:* 301\nb.HOST/{{a}}* {NEW}/{{a}}!* 301\n'
     f'c.HOST/{{n:digits}}* {NEW}/{{n}}!* 301\n'
     f'd.HOST/z/{{a}}/.* {NEW}/{{a}}/*#f 301\n'
     f'e.HOST/{{a}}/x* {NEW}/one 301 query=drop',
     [('/en/docs/a/b?q', NEW + '/en/a/b?q'), ('/en/docs', NEW + '/en/'),
      ('/en/docs/', NEW + '/en/'), ('/en/docsx', 404), ('/en//docs/', 404),
      (('/x', 'a.HOST'), NEW + '/x:'), (('/x/', 'a.HOST'), NEW + '/x:'),
      (('/x/y/z?', 'a.HOST'), NEW + '/x:y/z?'), (('/', 'a.HOST'), 404),
      (('//', 'a.HOST'), 404), (('/x/y', 'b.HOST'), NEW + '/x!/y'),
      (('/xyz', 'b.HOST'), NEW + '/xyz!'),
      (('/12a3', 'c.HOST'), NEW + '/12!a3'),
      (('/12', 'c.HOST'), NEW + '/12!'), (('/a12', 'c.HOST'), 404),
      (('/z/q/.git/x?y', 'd.HOST'), NEW + '/q/git/x?y#f'),
      (('/z/q/', 'd.HOST'), 404), (('/y/xx/z?q', 'e.HOST'), NEW + '/one')]),
    ('in path and query of the target', f'HOST/i/{{id:digits}} '
     f'{NEW}/item?id={{id}} 301\nHOST/k/{{a}} {NEW}/k?i={{a}}#f 301 query=drop'
     f'\nHOST/l/{{a}} {NEW}/k?i={{a}}#f 301\n'
     f'HOST/o/{{a}}/{{b}} {NEW}/{{b}}/?a={{a}} 302\n'
     f'HOST/n/{{a}}/{{b}}/{{c}} {NEW}/n%7B{{b}}%7D 302\n'
     f'HOST/p/{{a}}/* {NEW}/?{{a}}=* 302',
     [('/i/7', NEW + '/item?id=7'), ('/i/7?x', NEW + '/item?id=7&x'),
      ('/i/7?', NEW + '/item?id=7&'), ('/i/x', 404),
      ('/k/1?x', NEW + '/k?i=1#f'), ('/l/1?x', NEW + '/k?i=1&x#f'),
      ('/l/1&j=2', NEW + '/k?i=1&j=2#f'), ('/o/x/y', NEW + '/y/?a=x'),
      ('/n/1/2/3', NEW + '/n%7B2%7D'), ('/p/x/y/z?q', NEW + '/?x=y/z&q')]),
    ('hosts, codes and keys', f'*.w.HOST/{{a}}/p https://*.new.example/{{a}} '
     f'301\n.d.HOST/{{a}}/x https://*.new.example/{{a}} 301\n'
     f'HOST/c/{{a}} {NEW}/{{a}} 301/308\nHOST/g/{{a}} - 410\n'
     f'HOST/o/{{a}} - 200\nHOST/p/{{a}} - pass\nHOST {NEW} 302\n'
     f'HOST/m/{{a}} {NEW}/{{a}} 302/307 max-age=9 tag=t note="a b"',
     [(('/q/p', 'x.y.w.HOST'), 'https://x.y.new.example/q'),
      (('/q/p', 'w.HOST'), 404), (('/1/x', 'd.HOST'), NEW + '/1'),
      (('/1/x', 's.d.HOST'), 'https://s.new.example/1'),
      ('/c/x', (301, NEW + '/x', 'max-age=3600')),
      ('POST /c/x', (308, NEW + '/x', 'max-age=3600')),
      ('/g/x', (410, None, 'max-age=3600')),
      ('/o/x', (200, None, 'no-store')), ('/p/x', 404),
      ('PUT /m/x', (307, NEW + '/x', 'max-age=9')), ('/z', NEW + '/z')]),
    ('braces as escapes are literal', f'HOST/%7Bx%7D {NEW}/1 301\n'
     f'HOST/%7b/{{a}} {NEW}/%7b{{a}} 301',
     [('/{x}', NEW + '/1'), ('/%7bx%7d', NEW + '/1'),
      ('/{/y', NEW + '/%7by'), ('/x', 404)]),
    ('one source with other names', f'HOST/{{a}}/{{b}} {NEW}/{{a}} 301\n'
     f'HOST/{{b}}/{{a}} {NEW}/{{b}} 301', [('/x/y', NEW + '/x')]),
]

PAIRS = [
    ('among whatever a campaign added', f'HOST/i?id=8&* {NEW}/r 301',
     [('/i?id=8', NEW + '/r'), ('/i?x=1&id=8&y', NEW + '/r?x=1&y'),
      ('/i?id=88', 404), ('/i?xid=8', 404), ('/i', 404), ('/i?', 404),
      ('/i?id=8&id=8', NEW + '/r'), ('/i?id=8&id=9', NEW + '/r?id=9'),
      ('/i?ID=8', 404), ('/i?%69d=8&%41', NEW + '/r?A'),
      ('/i?id=8;x', 404), ('/i/?id=8', 404), ('/i?&id=8', NEW + '/r'),
      ('/i?id=8&', NEW + '/r'), ('/i?id=8&&x', NEW + '/r?&x'),
      ('/i?b&a&id=8&c', NEW + '/r?b&a&c')]),
    ('each of them, in any order', f'HOST/t?b=2&a=1&* {NEW}/t 301',
     [('/t?a=1&b=2', NEW + '/t'), ('/t?b=2&x&a=1', NEW + '/t?x'),
      ('/t?a=1', 404), ('/t?a=1&b=2&a=1&b=3', NEW + '/t?b=3')]),
    ('targets and keys', f'HOST/j?a&* {NEW}/j?k=v#f 301\n'
     f'HOST/d?a&* {NEW}/d 301 query=drop\nHOST/g?del&* - 410\n'
     f'HOST/o?a&* - 200\nHOST/p?a&* - pass\nHOST/p {NEW}/p 301\n'
     f'HOST/m?a&* {NEW}/m 301/308 max-age=0\n'
     f'*.w.HOST/?a&* https://*.new.example 302',
     [('/j?a', NEW + '/j?k=v#f'), ('/j?b&a', NEW + '/j?k=v&b#f'),
      ('/d?a&b', NEW + '/d'), ('/g?x&del', (410, None, 'max-age=3600')),
      ('/o?a', (200, None, 'no-store')), ('/p?b&a', 404),
      ('/p?b', NEW + '/p?b'), ('POST /m?a', (308, NEW + '/m', 'no-store')),
      (('/?b&a', 'x.w.HOST'), 'https://x.new.example?b')]),
    ('more pairs first, then byte order', f'HOST/w?a=1&* {NEW}/1 301\n'
     f'HOST/w?b=1&* {NEW}/2 301\nHOST/w?a=1&c=1&* {NEW}/3 301\n'
     f'HOST/w?b=1&c=1&* {NEW}/4 301\nHOST/w?a=10&* {NEW}/5 301',
     [('/w?b=1&a=1', NEW + '/1?b=1'), ('/w?c=1&b=1&a=1', NEW + '/3?b=1'),
      ('/w?c=1&b=1', NEW + '/4'), ('/w?a=10&b=1', NEW + '/5?b=1'),
      ('/w?a=10&a=1', NEW + '/1?a=10'), ('/w?c=1', 404)]),
    ('between the exact query and the path', f'HOST/x?a&b {NEW}/1 301\n'
     f'HOST/x?a&* {NEW}/2 301\nHOST/x {NEW}/3 301\nHOST/x* {NEW}/4 301\n'
     f'HOST/{{c}} {NEW}/5 301',
     [('/x?a&b', NEW + '/1'), ('/x?b&a', NEW + '/2?b'), ('/x?a', NEW + '/2'),
      ('/x?b', NEW + '/3?b'), ('/x', NEW + '/3'), ('/xy?a', NEW + '/5?a')]),
    ('without case', f'HOST/y?A=b&c&* {NEW}/1 301 case=ignore\n'
     f'HOST/z?b=1&* {NEW}/2 301\nHOST/z?A=1&* {NEW}/3 301 case=ignore',
     [('/Y?C&a=B&D=E', NEW + '/1?D=E'), ('/y?c&a=B&A=b&C', NEW + '/1'),
      ('/y?a=B', 404), ('/z?a=1&b=1', NEW + '/2?a=1'),
      ('/Z?a=1&b=1', NEW + '/3?b=1'), ('/z?a=1&B=1', NEW + '/3?B=1')]),
    ('escapes', f'HOST/s?a=%2A&* {NEW}/s 301\nHOST/q?n=\'&* {NEW}/q 301\n'
     f'HOST/u?a?b=c=d&* {NEW}/u 301\nHOST/v?a%26b&%c3&* {NEW}/v 301\n'
     f'HOST/p?5%25&* {NEW}/p 301',
     [('/s?a=*', NEW + '/s'), ('/s?x*&a=%2a', NEW + '/s?x*'),
      ('/s?a=x', 404), ("/q?n='", NEW + '/q'), ("/q?n=%27&'", NEW + '/q?%27'),
      ('/u?x&a?b=c=d', NEW + '/u?x'), ('/u?a?b=c', 404),
      ('/v?a%26b&%C3', NEW + '/v'), ('/v?a&b&%C3', 404),
      ('/p?5%', NEW + '/p'), ('/p?5%25&%', NEW + '/p?%25')]),
    ('one source in another order', f'HOST/o?a&b&* {NEW}/o 301\n'
     f'HOST/o?b&a&* {NEW}/o 301', [('/o?b&a', NEW + '/o')]),
]

WINS = [
    ('patterns: literal bytes first, then all of them, then digits',
     f'HOST/a/{{x}} {NEW}/1 301\nHOST/{{x}}/b {NEW}/2 301\n'
     f'HOST/b/{{x}} {NEW}/3 301\nHOST/b/{{x}}.html {NEW}/4 301\n'
     f'HOST/c/{{x}} {NEW}/5 301\nHOST/c/{{x:digits}} {NEW}/6 301\n'
     f'HOST/d/{{x:digits}}-{{y}} {NEW}/7 301\n'
     f'HOST/d/{{x}}-{{y:digits}} {NEW}/8 301\n'
     f'HOST/h/{{x}}%C3{{y}} {NEW}/9 301\nHOST/h/{{x}}ab{{y}} {NEW}/10 301\n'
     f'HOST/i/{{x:digits}}/{{y}} {NEW}/11 301\n'
     f'HOST/i/{{x}}/{{y}}z {NEW}/12 301',
     [('/a/b', NEW + '/1'), ('/z/b', NEW + '/2'), ('/b/i.html', NEW + '/4'),
      ('/b/i.htm', NEW + '/3'), ('/c/12', NEW + '/6'), ('/c/1a', NEW + '/5'),
      ('/d/1-2', NEW + '/7'), ('/d/1-x', NEW + '/7'), ('/d/x-2', NEW + '/8'),
      ('/h/1%C3ab2', NEW + '/10'), ('/h/1%C32', NEW + '/9'),
      ('/i/1/yz', NEW + '/12'), ('/i/1/y', NEW + '/11')]),
    ('patterns behind exact paths, before all prefixes',
     f'HOST/e/x {NEW}/1 301\nHOST/e/{{a}} {NEW}/2 301\n'
     f'HOST/e/longer* {NEW}/3 301\nHOST/e/{{a}}r* {NEW}/4 301\n'
     f'HOST/e/y?q {NEW}/5 301\nHOST/e/y?q&r&* {NEW}/6 301',
     [('/e/x', NEW + '/1'), ('/e/y', NEW + '/2'), ('/e/longest', NEW + '/2'),
      ('/e/longer', NEW + '/2'), ('/e/longer/x', NEW + '/3'),
      ('/e/bar/x', NEW + '/4'), ('/e/y?q', NEW + '/5'),
      ('/e/y?r&q', NEW + '/6'), ('/e/y?r', NEW + '/2?r')]),
    ('of equally many a pattern before a prefix',
     f'HOST/p/* {NEW}/1 301\nHOST/p/{{x}}/* {NEW}/2 301\n'
     f'HOST/q/ab* {NEW}/3 301\nHOST/q/{{x}}* {NEW}/4 301\n'
     f'HOST/r/{{x}}/* {NEW}/5 301\nHOST/r/{{x}}/y/* {NEW}/6 301\n'
     f'HOST/r/a/* {NEW}/7 301\n'
     f'HOST/s/{{x}}/* {NEW}/8 301\nHOST/s/{{x:digits}}/* {NEW}/9 301\n'
     f'HOST/t/{{x:digits}}-{{y}}* {NEW}/10 301\n'
     f'HOST/t/{{x}}-{{y:digits}}* {NEW}/11 301\nHOST {NEW}/0 301',
     [('/p/a/b', NEW + '/2'), ('/p/a', NEW + '/2'), ('/p/', NEW + '/1'),
      ('/p', NEW + '/1'), ('/p//x', NEW + '/1'), ('/q/abc', NEW + '/3'),
      ('/q/b', NEW + '/4'), ('/q/b/c', NEW + '/4'), ('/q', NEW + '/0'),
      ('/r/b/y/z', NEW + '/6'), ('/r/b/y', NEW + '/6'),
      ('/r/b/z', NEW + '/5'), ('/r/a/y/z', NEW + '/7'),
      ('/s/1/z', NEW + '/9'), ('/s/a/z', NEW + '/8'),
      ('/t/1-2/x', NEW + '/10'), ('/t/a-2/x', NEW + '/11')]),
    ('case=ignore counts before byte order alone',
     f'HOST/u/{{x}}/A {NEW}/1 301 case=ignore\nHOST/u/{{x}}/a {NEW}/2 301\n'
     f'HOST/v/{{x:digits}}-{{y}} {NEW}/3 301 case=ignore\n'
     f'HOST/v/{{x}}-{{y:digits}} {NEW}/4 301\n'
     f'HOST/w/{{x}}a {NEW}/5 301 case=ignore\nHOST/w/{{x}} {NEW}/6 301\n'
     f'HOST/x/{{x:digits}} {NEW}/7 301 case=ignore\n'
     f'HOST/x/{{x}} {NEW}/8 301\n'
     f'HOST/y/{{x}}* {NEW}/9 301 case=ignore\nHOST/y/* {NEW}/10 301\n'
     f'HOST/z/{{x}}* {NEW}/11 301\nHOST/Z/{{x}}* {NEW}/12 301 case=ignore\n'
     f'HOST/k/a?b&* {NEW}/13 301 case=ignore\nHOST/k/a {NEW}/14 301',
     [('/u/1/a', NEW + '/2'), ('/u/1/A', NEW + '/1'), ('/v/1-2', NEW + '/4'),
      ('/v/1-x', NEW + '/3'), ('/w/za', NEW + '/5'), ('/w/zb', NEW + '/6'),
      ('/x/1', NEW + '/7'), ('/x/a', NEW + '/8'), ('/y/a', NEW + '/9'),
      ('/y/', NEW + '/10'), ('/z/a', NEW + '/11'), ('/Z/a', NEW + '/12'),
      ('/k/a?B', NEW + '/13'), ('/k/a?c', NEW + '/14?c')]),
    ('an exact query in any case before a set of pairs',
     f'HOST/a?X {NEW}/1 301 case=ignore\nHOST/a?x&* {NEW}/2 301',
     [('/a?x', NEW + '/1'), ('/a?x&y', NEW + '/2?y'), ('/a?X&y', 404)]),
    ('the nearer host decides, whatever matches there',
     f'*.HOST/a/b?q {NEW}/1 301\na.HOST/{{x}}/b {NEW}/2 301\n'
     f'*.HOST/* {NEW}/3 301\n*.HOST/A/c {NEW}/4 301 case=ignore\n'
     f'b.HOST/a?q&* {NEW}/5 301\n*.HOST/a {NEW}/6 301\n'
     f'c.HOST/{{x}}* - pass',
     [(('/a/b?q', 'a.HOST'), NEW + '/2?q'), (('/a/b?q', 'b.HOST'), NEW + '/1'),
      (('/a/c', 'a.HOST'), NEW + '/4'), (('/d', 'a.HOST'), NEW + '/3'),
      (('/a?q', 'b.HOST'), NEW + '/5'), (('/a?r', 'b.HOST'), NEW + '/6?r'),
      (('/a', 'c.HOST'), 404), (('/', 'c.HOST'), NEW + '/3')]),
]

# "*" is a host of all cases' requests, so that these have a state each.
FIRST = [
    ('asked before all other rules of all hosts',
     f'*/.well-known/acme-challenge/* - pass first=yes\na.example {NEW} 301\n'
     f'a.example/.well-known/acme-challenge/x {NEW}/x 301\n'
     f'*.example/.well-known/acme-challenge/{{a}} {NEW}/y 301\n* {NEW}/z 302',
     [(('/.well-known/acme-challenge/x', 'a.example'), 404),
      (('TLS /.well-known/acme-challenge/x', 'a.example'), 404),
      (('/.well-known/acme-challenge', 'b.example'), 404),
      (('/.well-known/acme-challeng', 'a.example'),
       NEW + '/.well-known/acme-challeng'),
      (('/x', 'a.example'), NEW + '/x'), (('/x', '192.0.2.1'), NEW + '/z')]),
    ('among themselves as those of one host',
     '*/h* - 200 first=yes\n*/health - pass first=yes\n'
     f'*/health?deep - 200 max-age=5 first=yes\n* {NEW}/z 302\n'
     f'*/{{a}}/ok - 200 first=yes\n*/Status?x&* - 200 first=yes case=ignore\n'
     f'a.example/health?deep {NEW}/no 301\n*/health/x {NEW}/no 301',
     [(('/health', 'a.example'), 404),
      (('/health?x', 'a.example'), 404),
      (('/health?deep', 'a.example'), (200, None, 'max-age=5')),
      (('/hx', '[::1]'), (200, None, 'no-store')),
      (('/health/x', 'b.example'), (200, None, 'no-store')),
      (('/x/ok', 'a.example'), (200, None, 'no-store')),
      (('/sTATUS?y&X', 'c'), (200, None, 'no-store')),
      (('/g', 'c'), NEW + '/z')]),
    ('for one scheme: the other is as pass, before exact hosts, too',
     '*/h - 200 first=yes scheme=http\n*/two - 200 first=yes scheme=http\n'
     f'*/two - pass first=yes scheme=https\na.example {NEW} 301',
     [(('/h', 'a.example'), (200, None, 'no-store')),
      (('TLS /h', 'a.example'), 404), (('/two', 'a.example'), 200),
      (('TLS /two', 'a.example'), 404), (('TLS /x', 'a.example'), NEW + '/x')]),
]

ANY = [
    ('whatever comes in plaintext: to https on the same host',
     f'* https://* 308 scheme=http\na.example {NEW} 301\n'
     f'b.example/x {NEW}/b 301 scheme=https\n*.c.example - 410',
     [(('/x?y', 'z.example'), (308, 'https://z.example/x?y', 'max-age=3600')),
      (('TLS /x?y', 'z.example'), 404),
      (('/x', '[2001:db8::1]:80'), 'https://[2001:db8::1]/x'),
      (('/x', 'a.example'), NEW + '/x'), (('TLS /x', 'a.example'), NEW + '/x'),
      (('/x', 'b.example'), 404), (('TLS /x', 'b.example'), NEW + '/b'),
      (('/y', 'b.example'), 'https://b.example/y'),
      (('/', 'd.c.example'), 410)]),
    ('patterns, pairs and case of any host',
     f'*/{{a}}/x https://*/{{a}} 302\n*/p?a&* https://* 302\n'
     f'*/Q/* https://*.new.example/* 302 case=ignore\n*/q/z {NEW}/q 302',
     [(('/1/x', 'A.b'), 'https://a.b/1'), (('/p?b&a', 'a.b'), 'https://a.b?b'),
      (('/q/Zy', 'a.b'), 'https://a.b.new.example/Zy'),
      (('/Q/Zy', '192.0.2.1'), 404), (('/q/z', 'a.b'), NEW + '/q'),
      (('/q/Z', 'a.b'), 'https://a.b.new.example/Z')]),
]

HEADERS = (
    'h.example/{a}/x - 410 header="X-A: 1" header="X-B: 2, 3"\n'
    f'h.example/p?a&* {NEW}/p 302 header="X-P: p"\n'
    f'h.example/Case/* {NEW}/* 302 case=ignore header="X-C: c"\n'
    f'h.example/s - 410 scheme=http header="X-S: http"\n'
    f'h.example/s {NEW}/s 301/308 scheme=https header="X-S: https"\n'
    '*/first - 200 first=yes header="X-F: f"\n', [
        ('/y/x', [('x-a', '1'), ('x-b', '2, 3')]), ('/p?b&a', [('x-p', 'p')]),
        ('/cASE/X', [('x-c', 'c')]), ('/s', [('x-s', 'http')]),
        ('TLS /s', [('x-s', 'https')]), ('TLS POST /s', [('x-s', 'https')]),
        ('/first', [('x-f', 'f')])])

TABLES = {'scheme': SCHEME, 'case': CASE, 'pattern': PATTERN, 'pairs': PAIRS,
          'wins': WINS}
ALONE = {'first': FIRST, 'any': ANY}
