# SPDX-License-Identifier: BSD-2-Clause
"""Configurations of nginx as people have them, with the files that they name,
and the hosts and paths that requests are made of."""

MOVES = ''.join(f'"www.old.example/page/{i}" "https://new.example/{i % 7}/p{i}";\n'
                f'old.example/Page-{i}.html   https://new.example/{i}; # {i}\n'
                for i in range(1500))

CONFIGS = {
    'domain': ('''
server {
    listen 80;
    listen 443 ssl;
    server_name old.example www.old.example *.cdn.old.example .both.example;
    access_log off;
    return 301 https://new.example$request_uri;
}
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name _;
    root /nonexistent;
}
server {
    listen 80;
    server_name temp.example;
    return https://elsewhere.example/landing?from=temp;
}
server {
    listen 80;
    server_name gone.example;
    return 410;
}
server {
    listen 80;
    server_name ~^(?<sub>.+)\\.users\\.example$;
    return 302 https://$sub.people.example$request_uri;
}
''', {}, 'old.example www.old.example a.cdn.old.example cdn.old.example '
     'both.example a.b.both.example temp.example gone.example x.users.example '
     'users.example', '/ /a /a/b/ /a.html /%41?x=%42'),

    'apex': ('''
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name _;
    return 404;
}
server {
    listen 80;
    server_name shop.example www.shop.example;
    location /.well-known/acme-challenge/ { root /nonexistent; }
    location / { return 301 https://www.shop.example$request_uri; }
}
server {
    listen 443 ssl;
    server_name shop.example;
    return 301 https://www.shop.example$request_uri;
}
server {
    listen 443 ssl http2;
    server_name www.shop.example;
    root /nonexistent;
    location = /old { return 302 /new; }
    rewrite ^/legacy/(.*)$ /archive/$1 permanent;
}
server {
    listen 80;
    server_name both.example;
    if ($host = both.example) { return 301 https://$host$request_uri; }
    return 404;
}
server {
    listen 80;
    listen 443 ssl;
    server_name any.example www.any.example;
    if ($scheme = http) { return 308 https://any.example$request_uri; }
    if ($host != any.example) { return 301 $scheme://any.example$uri$is_args$args; }
    location = /x { return 303 https://x.example/; }
    location / { root /nonexistent; }
}
''', {}, 'shop.example www.shop.example both.example any.example '
     'www.any.example', '/ /old /x /legacy/a /legacy/ /legacy /a/b '
     '/.well-known/acme-challenge/t /.well-known/acme-challenge'),

    'map': ('''
map_hash_max_size 262144;
map_hash_bucket_size 256;
map $host$uri $moved { default ""; include moves.map; include more.map; }
map $request_uri $raw { /index.php?id=7 /seven; /index.php?id=8 https://e.example/8; }
map $host $to { hostnames; default ""; a.example aa.example; *.a.example bb.example; .c.example cc.example; }
server {
    listen 80 default_server;
    server_name _;
    if ($moved) { return 301 $moved$is_args$args; }
    if ($raw) { return 302 $raw; }
    if ($to) { return 307 https://$to$request_uri; }
    return 404;
}
''', {'moves.map': MOVES,
      'more.map': '~^www\\.old\\.example/p/(?<sku>[0-9]+)$ https://new.example/items/$sku;\n'
                  '"~*^old\\.example/dir/(.*)$" https://new.example/d/$1;\n'},
     'old.example www.old.example a.example x.a.example c.example x.c.example',
     '/page/1 /page/77 /Page-5.html /page-6.HTML /p/17 /p/x /dir/x /DIR/a/b '
     '/dir/ /dir /index.php?id=7 /index.php?id=8 /index.php?id=9 /'),

    'wordpress': ('''
server {
    listen 80;
    server_name blog.example www.blog.example;
    root /nonexistent;
    index index.php;
    rewrite ^/feed/?$ https://feeds.example/blog permanent;
    rewrite ^/([0-9]+)/([0-9]+)/([^/]+)/?$ /$3/ permanent;
    rewrite ^/category/(.*)$ /topics/$1 redirect;
    rewrite ^/tag/([^/]+)$ https://tags.example/?t=$1 permanent;
    rewrite ^/drop/(.*)$ https://drop.example/$1? permanent;
    location = /favicon.ico { log_not_found off; }
    location ~ /\\.ht { deny all; }
    location ~ \\.php$ { return 404; }
    location ^~ /shop/ { return 301 https://shop.example/; }
    location /about { return 301 /company; }
    location / { try_files $uri $uri/ =404; }
}
''', {}, 'blog.example www.blog.example',
     '/ /feed /feed/ /2019/05/hello /2019/05/hello/ /2019/x/hello /category/a/b '
     '/category/ /tag/red /tag/red/blue /drop/a /about /about/ /about-us '
     '/aboutx /shop/ /shop /shop/x /favicon.ico'),

    'locations': ('''
server {
    listen 80;
    server_name l.example;
    location = / { return 301 https://n.example/home; }
    location = /exact { return 302 https://n.example/exact; }
    location /docs/ {
        location = /docs/index.html { return 301 https://n.example/index; }
        location ~ ^/docs/v([0-9]+)/ { return 301 https://n.example/version/$1; }
        location /docs/old/ { return 410; }
        return 301 https://n.example/docs;
    }
    location ^~ /static/ { return 307 https://cdn.example$request_uri; }
    location ~ ^/static/x { return 308 https://never.example/; }
    location ~* ^/(news|press)/(.*)$ { return 301 https://n.example/n/$2; }
    location ~ ^/item/([0-9]+)/?$ { return 301 https://n.example/i/$1$is_args$args; }
    location /item/ { return 302 https://n.example/items; }
    location /news/ { return 303 https://n.example/none; }
    location /kept { if ($request_uri ~ ^/kept/a) { return 301 https://n.example/a; } return 301 https://n.example/k?x=1&$args; }
    location /b/ { rewrite ^/b/(.*)$ https://b.example/$1 redirect; return 404; }
}
server {
    listen 80 default_server;
    location / { return 301 https://catch.example$request_uri; }
    location /health { return 200 "ok"; }
}
''', {}, 'l.example other.example',
     '/ /exact /exact/ /docs/ /docs /docs/index.html /docs/v1/ /docs/v12/x '
     '/docs/vx/ /docs/old/ /docs/old /docs/old/z /static/x /static/ /static '
     '/news/a /press/a/b /NEWS/x /item/7 /item/7/ /item/x /item/ /item /kept '
     '/kept/a /b/x /b/ /b /health /healthy'),

    'flags': ('''
map $uri $new { /one https://o.example/1; /two /zwei; ~^/t/([^/]+)/x$ https://o.example/t/$1; }
server {
    listen 80;
    listen 443 ssl;
    server_name f.example www.f.example;
    set $go "";
    if ($scheme = http) { set $go 1; }
    if ($host ~* ^www\\.(.+)$) { set $go 1; }
    if ($go) { return 301 https://f.example$request_uri; }
    if ($new) { return 302 $new; }
    location /one { return 301 https://x.example/; }
}
''', {}, 'f.example www.f.example', '/ /one /one/ /two /t/a/x /t/a/y /t'),

    # each "if" once was a level deeper; flags of several conditions
    'conditions': ('''
server {
    listen 80;
    listen 443 ssl;
    server_name many.example www.many.example;
    set $go "";
    if ($scheme = http) { set $go "${go}S"; }
    if ($host = www.many.example) { set $go "${go}W"; }
    if ($go = "SW") { return 308 https://many.example$request_uri; }
    if ($go = W) { return 302 https://many.example$request_uri; }
''' + ''.join(f'    if ($uri = /old{i}.html) {{ return 301 /new{i}; }}\n'
               for i in range(150)) + '''
    if ($host != $server_name) { return 301 https://never.example/; }
    if ($uri ~ ^/user/([^/]+)$) { set $u $1; rewrite ^ https://u.example/$u? permanent; }
    location ~ ^/k/([0-9]+)$ {
        if ($uri ~ ^/none) { return 404; }
        return 301 https://n.example/empty$1;
    }
    location / { root /nonexistent; }
}
''', {}, 'many.example www.many.example', '/ /old7.html /old149.html /user/x '
     '/user/x/y /k/7 /none'),

    # queries and their parameters, in conditions and as maps' keys
    'queries': ('''
map $arg_id $by_id { default ""; 1 /one; 2 https://n.example/two; }
map $uri$is_args$args $whole { /foo /fooo; /foo?x=1 https://n.example/foox; }
map $request_uri $sent {
    ~^/any/?(\\?.*)?$ /any-new;
    ~^/kept/([^/?]+)(\\?.*)?$ https://n.example/k/$1$2;
    ~*^/rest/(?<rest>.*)$ https://n.example/$rest;
}
server {
    listen 80;
    server_name q.example;
    if ($request_uri = "/?p=12") { return 301 https://n.example/twelve; }
    if ($sent) { return 301 $sent; }
    location = /item.php {
        if ($arg_id = 7) { return 301 https://n.example/seven; }
        if ($arg_id = "8") { return 301 https://n.example/eight$is_args$args; }
        if ($args = "id=9") { return 301 https://n.example/nine; }
        if ($args ~ "^id=10$") { return 301 https://n.example/ten; }
        if ($args ~ "(^|&)id=11(&|$)") { return 301 https://n.example/eleven; }
        return 302 https://n.example/items;
    }
    location = /p.php {
        if ($query_string = "p=1") { rewrite ^ https://n.example/one permanent; }
        if ($args = "p=2") { rewrite ^ https://n.example/two? permanent; }
    }
    location = /page.php { if ($by_id) { return 301 $by_id; } }
    location = /foo { if ($whole) { return 302 $whole; } }
}
''', {}, 'q.example', '/ /?p=12 /item.php?id=7 /item.php?z=1&id=7 '
     '/item.php?id=8 /item.php?id=9 /item.php?id=10 /item.php?a=b&id=11 '
     '/item.php /p.php?p=1 /p.php?p=2 /p.php?p=3 /page.php?id=1 '
     '/page.php?a=b&id=2 /page.php?id=3 /foo /foo?x=1 /foo?x=2 /any /any/ '
     '/any?a=b /kept/x /kept/x?a=b /rest/a/b?c=d'),

    # what nginx does by itself, and keys without case within a location
    'places': ('''
map $uri $new { /shop/Item-One /one; /shop/b https://n.example/b; /x /y; }
server {
    listen 80 default_server;
    server_name _;
    location /old { return 301 https://n.example/; }
}
server { listen 80; server_name plain.example; root /nonexistent; }
server {
    listen 80;
    server_name place.example;
    location /app/ { proxy_pass http://127.0.0.1:1/; }
    location /in/ { internal; return 301 https://n.example/; }
    location /shop/ { if ($new) { return 301 $new; } root /nonexistent; }
    location = /cdn { return 301 //cdn.example/x; }
    location = /hash { return 301 https://n.example$request_uri#top; }
    location ^~ /a/ { return 301 https://n.example$request_uri; }
    location ~ ^/([^/]+)/old$ { return 302 https://n.example/old; }
    location /b/ { return 307 https://n.example/b; }
}
''', {}, 'place.example plain.example', '/ /app /in/ /in/x /shop/Item-One '
     '/shop/b /shop/x /x /cdn /hash /hash?a=b /a/old /b/old /c/old /a/x /b/x '
     '/old /old/x'),
}
