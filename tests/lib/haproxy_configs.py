# SPDX-License-Identifier: BSD-2-Clause
"""Configurations of HAProxy as people have them, with the files that they name,
and the hosts and paths that requests are made of. HTTP and TLS stand for what
frontends are bound to."""

DEFAULTS = '''
global
    maxconn 500
defaults
    mode http
    timeout client 20s
    timeout server 20s
    timeout connect 20s
'''

MOVES = ''.join(f'www.old.example/page/{i} https://new.example/{i % 7}/p{i}\n'
                f'old.example/page/{i}  https://new.example/{i}\n'
                for i in range(400))

CONFIGS = {
    'domain': ('''
frontend web
    bind HTTP
    acl old hdr(host) -i old.example
    acl old hdr(host) -i www.old.example
    http-request redirect location https://new.example%[capture.req.uri] code 301 if old
    http-request redirect prefix https://shop.example/all code 308 if { hdr_end(host) -i .shop.example }
    http-request redirect prefix https://p.example code 307 drop-query if { hdr(host) -i drop.example }
    http-request redirect location https://one.example/ if { hdr_dom(host) -i one.example } { path_beg /a } || { hdr(host) -i two.example }
''', {}, 'old.example www.old.example x.www.old.example shop.example '
     'a.shop.example a.b.shop.example drop.example one.example w.one.example '
     'two.example old.example.org bold.example',
     '/ /a /a/b /b /a/b/ /x.html'),

    'apex': ('''
frontend web
    bind HTTP
    bind TLS
    http-request redirect scheme https code 301 unless { ssl_fc }
    http-request redirect prefix https://%[hdr(host),regsub(^www\\.,,i)] code 301 if { hdr(host) -i www.old.example www.two.example }
    http-request redirect code 308 prefix https://www.%[req.hdr(Host)] if { hdr(host) -i bare.example }
''', {}, 'www.old.example www.two.example old.example bare.example '
     'www.bare.example', '/ /a /a/b'),

    'https': ('''
frontend plain
    bind HTTP
    acl acme path_beg /.well-known/acme-challenge/
    acl health path /health
    http-request return status 200 content-type text/plain string ok if health
    redirect scheme https code 301 if !acme !health
frontend tls
    bind TLS
    http-request redirect location https://new.example/gone code 302 if { path -i /Gone }
    http-request deny deny_status 410 if { path_dir forum }
    default_backend app
backend app
    redirect prefix https://app.example code 303 if { hdr(host) -i app.old.example }
''', {}, 'old.example app.old.example',
     '/ /.well-known/acme-challenge/x /.well-known/acme-challenge '
     '/.well-known/x /health /health/ /gone /GONE /Gone /forum /forum/a /forums '
     '/x/forum/y'),

    'map': ('''
frontend web
    bind HTTP
    http-request redirect code 301 location %[base,map_str(moves.map)] ignore-empty
    http-request redirect location %[path,lower,map_beg(begins.map)] code 302 if { path,lower,map_beg(begins.map) -m found } { hdr(host),lower -m str beg.example }
    http-request redirect location https://%[hdr(host),lower,map(hosts.map)]%[capture.req.uri] code 308 if { hdr(host),lower,map(hosts.map) -m found }
    http-request redirect location %[url,map_str(urls.map)] code 307 if { hdr(host) -i url.example } { url,map_str(urls.map) -m found }
''', {'moves.map': '# moves\n' + MOVES +
      'old.example/page/3 https://never.example/\n'
      'old.example/with/blank https://new.example/a b\n'
      'host.example/page https://new.example/page#frag\n'
      'old.example/empty\n',
      'begins.map': '/a https://a.example/\n/a/b/ https://ab.example/\n'
                    '/A/c https://never.example/\n/a/bcd https://abcd.example/\n',
      'hosts.map': 'host.example new-host.example\nWWW.host.example x.example\n',
      'urls.map': '/item?id=7 https://new.example/seven\n'
                  '/item?id=8 https://new.example/eight\n'
                  '/item https://new.example/items\n'},
     'old.example www.old.example beg.example host.example url.example',
     '/page/1 /page/3 /page/399 /page/400 /page /page/3/ /with/blank /empty '
     '/a /a/b /a/b/ /a/b/c /a/bcd/e /A/c /b /item /item?id=7 /item?id=8 '
     '/item?id=9 /'),

    'lists': ('''
frontend web
    bind HTTP
    acl old hdr(host) -i -f hosts.lst
    acl moved path_beg -f paths.lst
    acl kept path_beg /blog/keep/ /docs/v2
    redirect prefix https://archive.example code 301 if old moved !kept
    redirect location https://new.example/start code 302 if old { path / }
    http-request redirect location /relative/%[path] if { hdr(host) -i rel.example }
    http-request redirect location "https://q.example/?from=%[path]" if { hdr(host) -i q.example }
    http-request redirect location https://q.example/find?%[query] if { hdr(host) -i find.example }
''', {'hosts.lst': '# hosts\nold.example\nwww.old.example\n\n',
      'paths.lst': '/blog\n/docs/\n/p/1\n' +
      ''.join(f'/list/{i}/\n' for i in range(200))},
     'old.example www.old.example rel.example q.example find.example',
     '/ /blog /blog/ /blog/x /blogs /docs /docs/ /docs/x /docs/v2 /docs/v2/x '
     '/blog/keep /blog/keep/ /blog/keep/x /p/1 /p/12 /list/7/ /list/7/x /list/7 '
     '/list/77/x /none'),

    'logic': ('''
frontend web
    bind HTTP
    acl a hdr(host) -i a.example
    acl b hdr(host) -i b.example
    acl in path_beg /in
    acl deep path_beg /in/deep
    acl end path /end
    http-request redirect location https://one.example/ code 301 if a in !deep or b !in
    http-request redirect location https://two.example/ code 302 unless in or end or { path / }
    http-request allow if a { path /in/deep/allowed }
    http-request redirect prefix https://three.example code 303 if deep { hdr_end(host) -i .example }
    redirect prefix https://four.example/x code 307 if !b in
    use_backend five if { path_reg -i ^/(end|in)/?$ }
    default_backend six
backend five
    acl a hdr(host) -i a.example
    acl b hdr(host) -i b.example
    http-request redirect location https://five.example%[path] if a
    http-request redirect location https://five.example/b/%[path,regsub(^/,,)] if b
backend six
    http-request deny if { path / } { hdr(host) -i a.example }
    redirect location https://six.example/ code 308
''', {}, 'a.example b.example c.example x.a.example',
     '/ /in /in/ /in/x /in/deep /in/deep/x /in/deep/allowed /end /end/ /END '
     '/other /IN'),

    'variables': ('''
frontend web
    bind HTTP
    http-request set-var(txn.to) base,map(to.map)
    http-request redirect location %[var(txn.to)] code 301 if { var(txn.to) -m found }
    http-request redirect location https://%[hdr(host),field(1,:)]:8443%HU if { hdr(host) -i port.example }
    http-request redirect location 'https://n.example%[path,regsub("^/old/","/new/")]' code 301 if { path_beg /old/ }
    http-request redirect location "https://esc.example/a%%20b" if { path_beg /esc\\ x /esc }
    http-request redirect prefix / code 308 if { path /self }
''', {'to.map': 'm.example/a /here\nm.example/b //other.example/b\n'
               'm.example/c https://c.example/{x}*\n'},
     'm.example port.example x.example', '/a /b /c /old/ /old/x /old /esc '
     '/escape /self /'),
}
