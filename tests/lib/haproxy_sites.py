# SPDX-License-Identifier: BSD-2-Clause
"""More configurations of HAProxy as people have them: domains that move by maps,
lists of conditions, backends. As in haproxy_configs.py."""

CONFIGS = {
    # an agency's lists: pages by map_beg, the rest by host
    'agency': ('''
frontend web
    bind HTTP
    acl is_old hdr(host) -i agency-old.example www.agency-old.example
    acl is_old hdr(host) -i agency-alt.example
    http-request set-var(req.page) path,map_beg(pages.map)
    http-request redirect code 301 location %[var(req.page)] if is_old { var(req.page) -m found }
    http-request redirect code 302 location https://www.agency-new.example/ if is_old
''', {'pages.map': '# old new\n/about/ https://www.agency-new.example/company\n'
      '/about/team https://www.agency-new.example/people\n'
      '/shop https://shop.agency-new.example/\n'
      '/news/2019/ https://www.agency-new.example/archive/2019\n'},
     'agency-old.example www.agency-old.example agency-alt.example other.example',
     '/ /about /about/ /about/us /about/team /about/teams /shop /shopping '
     '/news/2019/x /news/2020/x'),

    'regular': ('''
frontend web
    bind HTTP
    acl site hdr(host) -i regular.example
    http-request redirect code 301 location %[path,map_reg(moves.map)] if site { path,map_reg(moves.map) -m found }
    http-request redirect location https://n.example/%[path,regsub(^/item/,i/)] code 302 if site { path_beg /item/ }
    http-request redirect prefix https://n.example code 308 if site { path_reg ^/(de|fr)/ }
''', {'moves.map': '^/old/page$ https://n.example/page\n'
      '^/legacy/ https://n.example/legacy\n'
      '^/(a|b)/start$ https://n.example/start\n'},
     'regular.example', '/ /old/page /old/pages /legacy/ /legacy /legacy/x/y '
     '/a/start /b/start /c/start /item/7 /item/ /item /de/ /de /fr/x /it/x'),

    'drop query': ('''
frontend web
    bind HTTP
    acl shop hdr(host) -i shop.drop.example
    acl cart path_beg /cart /basket
    acl static path_beg /css/ /js/
    redirect prefix https://cart.example drop-query code 302 if shop cart
    redirect prefix https://shop.example drop-query code 301 if shop !cart !static
    redirect location https://drop.example/ code 303 if { hdr(host) -i www.drop.example }
''', {}, 'shop.drop.example www.drop.example drop.example',
     '/ /cart /cart/x /carts /basket/ /a /a/ /a/b?c=d /css/x /js/y/z.js /css'),

    'locations': ('''
frontend web
    bind HTTP
    bind TLS
    http-request redirect location https://%[hdr(host),lower]%[capture.req.uri] code 301 if !{ ssl_fc }
    http-request redirect location https://www.%[hdr(host)]%[path] code 302 if { hdr(host) -i loc.example }
    http-request redirect location /login?next=%[path] code 303 if { hdr(host) -i www.loc.example } { path_beg /private/ }
    http-request redirect location https://id.example/?to=https://%[hdr(host)]%[path] code 302 if { hdr(host) -i id.loc.example }
    http-request redirect location https://n.example%[path]?%[query] code 307 if { hdr(host) -i q.loc.example }
''', {}, 'loc.example www.loc.example id.loc.example q.loc.example',
     '/ /a /a/b /private/ /private/x /private'),

    # "acl" lines of one name are alternatives, each with several values
    'several lines': ('''
frontend web
    bind HTTP
    acl moved path /impressum.html /imprint.html
    acl moved path_beg /kontakt/
    acl moved path_reg ^/presse(/|$)
    acl brand hdr_dom(host) -i brand.example
    acl brand hdr(host) -i old.example
    acl exempt path /kontakt/form
    http-request redirect code 301 location https://brand.example/legal if brand moved !exempt
    http-request redirect code 308 prefix https://brand.example if brand { path_beg /api/ } or brand { path /api }
''', {}, 'brand.example old.example www.brand.example x.example',
     '/ /impressum.html /imprint.html /imprint /kontakt/ /kontakt/form '
     '/kontakt/formular /presse /presse/x /api /api/x /apis'),

    'backends': ('''
frontend web
    bind HTTP
    use_backend static if { path_beg /static/ }
    use_backend api if { hdr(host) -i api.back.example }
    use_backend old if { hdr_end(host) -i .old-back.example } { path_beg /forum /wiki }
    redirect location https://www.back.example/ code 302 if { path / }
    default_backend site
backend static
    http-request redirect prefix https://cdn.example code 301
backend api
    http-request return status 404 if { path_beg /v1/ }
    http-request redirect prefix https://api.new-back.example code 308
backend old
    http-request deny deny_status 410
backend site
    http-request redirect prefix https://www.back.example code 301 unless { hdr(host) -i www.back.example }
''', {}, 'back.example www.back.example api.back.example a.old-back.example',
     '/ /static/ /static/x.css /static /v1/ /v1/x /v2 /forum /forums /wiki/x /a'),

    'schemes': ('''
frontend web
    bind HTTP
    bind TLS
    acl acme path_beg /.well-known/acme-challenge/
    acl secure ssl_fc
    acl hsts hdr(host) -i hsts.example
    redirect scheme https code 308 if hsts !secure !acme
    http-request redirect prefix https://www.hsts.example code 301 if hsts secure
    redirect scheme http code 302 if { ssl_fc } { hdr(host) -i plain.example }
    http-request redirect code 303 location http://n.example/ if !{ ssl_fc } { hdr(host) -i only.example }
    http-request redirect code 307 location https://n.example/ if { ssl_fc } { hdr(host) -i only.example }
''', {}, 'hsts.example plain.example only.example',
     '/ /a /a/b /.well-known/acme-challenge/x /.well-known/x'),

    # hosts with and without www, by maps of hosts and of whole addresses
    'hosts': ('''
frontend web
    bind HTTP
    http-request set-var(txn.host) hdr(host),field(1,:),lower
    http-request redirect code 301 location https://%[var(txn.host),map(hosts.map)]%[path] if { var(txn.host),map(hosts.map) -m found }
    http-request redirect code 302 location %[base,lower,map_beg(bases.map)] if { base,lower,map_beg(bases.map) -m found }
    http-request redirect code 308 location https://www.%[hdr(host)]%[capture.req.uri] if !{ path_beg /none/ } { hdr(host) -i c.hosts.example }
''', {'hosts.map': 'a.hosts.example a-new.example\nb.hosts.example b-new.example\n',
      'bases.map': 'www.c.hosts.example/x https://n.example/x\n'
      'www.c.hosts.example/ https://n.example/c\n'
      'www.d.hosts.example https://n.example/d\n'},
     'a.hosts.example b.hosts.example c.hosts.example www.c.hosts.example '
     'www.d.hosts.example', '/ /x /x/y /y /X'),

    # what was a list of exceptions once
    'exceptions': ('''
frontend web
    bind HTTP
    acl old hdr(host) -i ex.example
    acl keep path_beg -f keep.lst
    acl keep path -f exact.lst
    http-request allow if old { path /keep/but/not/this } { urlp(force) 1 }
    http-request redirect code 301 location https://n.example/special if old { path /special } !{ urlp(id) 7 }
    http-request redirect code 302 location https://n.example/seven if old { path /special } { urlp(id) 7 }
    http-request redirect code 301 prefix https://n.example if old !keep
''', {'keep.lst': '/keep/\n/api\n# /old\n/health\n',
      'exact.lst': '/\n/robots.txt\n'},
     'ex.example', '/ /keep/ /keep /keep/x /keep/but/not/this /api /apis /health '
     '/robots.txt /robots.txts /special /special?id=7 /special?id=8 /a/b'),

    'paths without case': ('''
frontend web
    bind HTTP
    bind TLS
    acl shop hdr(host) -i case.example
    http-request redirect code 301 location https://n.example/products if shop { path_beg -i /products/ }
    http-request redirect code 302 location https://n.example/exact if shop { path /Products/Exact }
    http-request redirect code 303 location https://n.example/upper if shop { path_beg /SALE/ }
    http-request redirect code 307 location https://n.example/sale if shop { path_beg -i /sale/ } { ssl_fc }
    http-request redirect code 308 location https://n.example/end if shop { path_reg -i ^/pages/[^/]+\\.asp$ }
    http-request redirect code 301 location https://n.example/imprint if shop { path -i /Imprint.html /imprint.htm }
''', {}, 'case.example', '/ /products/ /Products/x /PRODUCTS /Products/Exact '
     '/SALE/ /sale/ /Sale/x /sale /pages/a.asp /pages/b.ASP /imprint.html '
     '/IMPRINT.HTM'),
}
