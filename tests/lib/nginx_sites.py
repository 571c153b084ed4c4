# SPDX-License-Identifier: BSD-2-Clause
"""More configurations of nginx as people have them: domains that move, languages,
old shops and blogs. As in nginx_configs.py."""

CONFIGS = {
    # an agency moves a domain page by page, the rest by what is at the front
    'agency': ('''
map $request_uri $new_uri {
    default "";
    /about-us.html /about;
    /about-us.html?lang=de /de/about;
    /our%20team.html https://www.agency-new.example/team;
    ~^/news/(?<year>\\d+)/(?<slug>[^/?]+)\\.html$ /journal/$slug;
    ~^/produkte/([^/?]+)/?$ /products/$1;
    ~*^/kontakt https://www.agency-new.example/contact;
}
server {
    listen 80;
    listen 443 ssl;
    server_name agency-old.example www.agency-old.example;
    if ($new_uri ~ ^https) { return 301 $new_uri; }
    if ($new_uri != "") { return 301 https://www.agency-new.example$new_uri; }
    return 302 https://www.agency-new.example/;
}
''', {}, 'agency-old.example www.agency-old.example',
     '/ /about-us.html /about-us.html?lang=de /our%20team.html '
     '/news/2019/hello-you.html /produkte/tee /produkte/tee/ '
     '/produkte/tee/x /kontakt /Kontakt/form /impressum'),

    'languages': ('''
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name _;
    return 444;
}
server {
    listen 443 ssl;
    listen 80;
    server_name lang.example;
    root /nonexistent;
    location = / { return 302 /en/; }
    location = /de { return 301 /de/; }
    location ~ ^/(de|fr|it)/index\\.html?$ { return 301 /$1/; }
    location ^~ /de-at/ { rewrite ^/de-at/(.*)$ https://lang.example/at/$1 permanent; }
    location /es/ { rewrite ^/es/(.*) /en/$1 redirect; }
    rewrite ^/pt(/.*)?$ https://pt.lang.example$1 permanent;
    rewrite ^/(en|de)/blog/([0-9]+)-([^/]+)$ /$1/journal/$3?id=$2 permanent;
    location / { try_files $uri $uri/ /index.html; }
}
''', {}, 'lang.example', '/ /de /de/ /de/index.html /fr/index.htm /en/index.html '
     '/de-at/a/b /de-at/ /de-at /es/x /es/ /es /pt /pt/ /pt/x/y /ptx '
     '/en/blog/12-hello /de/blog/7-x /fr/blog/7-x'),

    # certbot writes this
    'certbot': ('''
server {
    server_name cert.example www.cert.example;
    root /nonexistent;
    location / { try_files $uri $uri/ =404; }
    location /old-shop { return 301 https://shop.cert.example/; }
    listen 443 ssl;
    ssl_session_cache shared:le:1m;
    if ($host = www.cert.example) { return 301 https://cert.example$request_uri; }
}
server {
    if ($host = www.cert.example) {
        return 301 https://$host$request_uri;
    } # managed by Certbot


    if ($host = cert.example) {
        return 301 https://$host$request_uri;
    } # managed by Certbot


    listen 80;
    server_name cert.example www.cert.example;
    return 404; # managed by Certbot
}
''', {}, 'cert.example www.cert.example',
     '/ /a /old-shop /old-shop/x /old-shops /.well-known/x'),

    'conditions by uri': ('''
server {
    listen 80;
    server_name uri.example;
    if ($request_uri ~ "^/catalog/product/view/id/(\\d+)") { return 301 https://shop.example/p/$1; }
    if ($request_uri ~* "^/(contact|kontakt)(\\.html|/)?$") { return 301 https://n.example/contact; }
    if ($request_uri = /index.php) { return 301 /; }
    if ($request_uri ~ ^/index\\.php/(.*)$) { return 301 /$1; }
    if ($request_uri ~ ^/print/(.+)$) { return 302 https://n.example/$1; }
    if ($uri ~* "^/gallery/([^/]+)\\.jpg$") { rewrite ^ https://img.example/$1.webp permanent; }
    if ($document_uri = /sitemap.php) { return 308 /sitemap.xml; }
    location /intern { deny all; }
    location /feed { return 301 https://feeds.example/; }
}
''', {}, 'uri.example', '/ /catalog/product/view/id/12 '
     '/catalog/product/view/id/12/category/3 /catalog/product/view/id/x /contact '
     '/kontakt.html /Contact/ /contact/x /index.php /index.php/a/b /print/a/b '
     '/gallery/a.jpg /gallery/A/b.JPG /gallery/a.png /sitemap.php /feed /feed/'),

    'www': ('''
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name "";
    return 404;
}
server {
    listen 80;
    listen 443 ssl;
    server_name bare.example bare2.example;
    return 301 $scheme://www.$host$request_uri;
}
server {
    listen 80;
    listen 443 ssl;
    server_name ~^(?<city>berlin|bonn)\\.shops\\.example$;
    location / { return 302 https://shops.example/$city$request_uri; }
    location = /robots.txt { return 404; }
}
server {
    listen 80;
    listen 443 ssl;
    server_name *.bare.example;
    rewrite ^(.*)$ https://bare.example$1 permanent;
}
''', {}, 'bare.example bare2.example a.bare.example '
     'berlin.shops.example bonn.shops.example koeln.shops.example',
     '/ /a /a/b/ /robots.txt /x.html'),

    # the files of a site, one for each kind of page
    'snippets': ('''
server {
    listen 80;
    listen 443 ssl;
    server_name snip.example www.snip.example;
    include snippets/canonical.conf;
    include snippets/redirects.conf;
    include snippets/none-*.conf;
    location / { root /nonexistent; }
}
''', {'snippets/canonical.conf': '''
if ($host = "www.snip.example") { return 301 https://snip.example$request_uri; }
if ($scheme = "http") { return 301 https://snip.example$request_uri; }
''', 'snippets/redirects.conf': '# 2019\n' + ''.join(
    f'location = /p{i}.html {{ return 301 /pages/{i}/; }}\n'
    f'rewrite ^/q{i}/?$ /queries/{i}/ permanent;\n' for i in range(60)) +
      'location ~* ^/Team/([^/]+)\\.aspx$ { return 301 /people/$1; }\n'},
     'snip.example www.snip.example',
     '/ /p7.html /p59.html /p60.html /q7 /q7/ /q59/x /Team/a.aspx /team/b.ASPX'),

    # an old shop's addresses by their arguments
    'arguments': ('''
server {
    listen 80;
    server_name args.example;
    location = /index.php {
        if ($arg_route = "product/product") { return 301 https://n.example/products; }
        if ($arg_page_id = 12) { return 301 https://n.example/about?; }
        return 301 https://n.example/;
    }
    location = /item {
        if ($args ~* "(?:^|&)sku=A1(?:&|$)") { set $args ''; rewrite ^ https://n.example/a1 permanent; }
        if ($arg_sku = "B2") { set $args ""; rewrite ^ https://n.example/b2 permanent; }
        return 410;
    }
}
''', {}, 'args.example', '/ /index.php /index.php?route=product/product '
     '/index.php?page_id=12 /index.php?cat=7 /index.php?cat=x&a=b /search '
     '/search?q=x /item /item?sku=A1 /item?x=y&sku=a1 /item?sku=B2 /utm /utm?a=b'),

    'variables': ('''
server {
    listen 80;
    listen 443 ssl;
    server_name set.example www.set.example m.set.example;
    set $target "https://www.set.example";
    set $do 0;
    if ($host = m.set.example) { set $do 1; }
    if ($host = set.example) { set $do 1; }
    if ($uri = /robots.txt) { set $do 0; }
    if ($uri ~ ^/\\.well-known/) { set $do 0; }
    if ($do = 1) { return 301 $target$request_uri; }
    set $base https://docs.set.example;
    location /docs { rewrite ^/docs/?(.*)$ $base/$1 permanent; }
    location = /one { return 307 $base/one; }
    location /cgi-bin/ { set $x /none; return 301 $base$x; }
}
''', {}, 'set.example www.set.example m.set.example',
     '/ /robots.txt /.well-known/x /docs /docs/ /docs/a/b /docsx /one /cgi-bin/ '
     '/cgi-bin/x'),

    'hosts by map': ('''
map $host $site {
    hostnames;
    default "";
    brand.example brand-new.example;
    .brand-shop.example shop.brand-new.example;
    *.brand-eu.example eu.brand-new.example;
}
map $uri $page {
    default "";
    /imprint /legal/imprint;
    /data-protection /legal/privacy;
    ~^/a-z/([^/]+)$ /index/$1;
}
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name _;
    if ($site = "") { return 404; }
    if ($page) { return 301 https://$site$page; }
    return 301 https://$site$request_uri;
}
''', {}, 'brand.example www.brand.example brand-shop.example a.brand-shop.example '
     'brand-eu.example x.brand-eu.example de.brand.example',
     '/ /imprint /data-protection /a-z/b /a-z/bc /other/x'),

    'wordpress to static': ('''
server {
    listen 80;
    server_name wp.example;
    root /nonexistent;
    index index.html;
    rewrite ^/wp-(admin|login|includes) https://wp.example/ permanent;
    rewrite ^/author/.*$ / permanent;
    location ~ ^/([^/]+)/feed/?$ { return 301 /index.xml; }
    rewrite ^/([0-9]+)/([0-9]+)/([0-9]+)/([^/]+)/?$ /posts/$4/ permanent;
    rewrite ^/(category|tag)/([^/]+)/feed/?$ /$1/$2.xml permanent;
    location ~* \\.(jpe?g|png|gif)$ { expires 30d; }
}
''', {}, 'wp.example', '/ /wp-admin /wp-admin/x /wp-login.php /wp-content/x '
     '/2019/05/06/hello /2019/05/06/hello/world/ /2019/5/6/x /category/a/feed '
     '/category/a/b/feed/ /author/x /author /page/2 /feed /a/feed/ /x.php '
     '/?p=12 /a.jpg'),

    'conflicts': ('''
server {
    listen 80;
    server_name c.example *.d.example;
    return 301 https://first.example$request_uri;
}
server {
    listen 80;
    server_name .c.example .d.example e.example;
    return 302 https://second.example$request_uri;
}
server {
    listen 80;
    server_name d.example c.example *.c.example E.example .f.example;
    return 303 https://third.example$request_uri;
}
server {
    listen 80;
    server_name f.example *.f.example g.example;
    return 307 https://fourth.example$request_uri;
}
server {
    listen 80 default_server;
    return 404;
}
''', {}, 'c.example x.c.example d.example x.d.example e.example f.example '
     'x.f.example g.example', '/ /a'),

    'proxied': ('''
upstream app { server 127.0.0.1:1; }
server {
    listen 80;
    listen 443 ssl;
    server_name app.example;
    location /api/v1/ { return 308 /api/v2$request_uri; }
    location /api/ { proxy_pass http://app; }
    location = /login { return 302 https://id.example/?to=$scheme://$host$request_uri; }
    location /static { alias /nonexistent; }
    location ~ ^/~([^/]+)(/.*)?$ { return 301 https://home.example/$1$2; }
    location ~ ^/u/(?<user>[^/]+)/p/(?<post>[0-9]+)$ { return 301 https://n.example/$user/$post$is_args$args; }
    location / { return 301 https://www.app.example$request_uri; }
}
''', {}, 'app.example', '/ /api/v1/ /api/v1/x /login /static/x /static '
     '/~joe /~joe/ /~joe/a/b /u/a/p/7 /u/a/p/x /u/a/b/p/7 /x/y'),

    'nested': ('''
server {
    listen 80;
    server_name nest.example;
    location /docs/ {
        location ~ ^/docs/(?<v>[^/]+)/(?<page>[^/]+)$ { return 301 https://docs.example/v/$v/$page; }
        location = /docs/latest { return 302 https://docs.example/latest/; }
        location /docs/api/ { return 301 https://api.example/; }
        return 301 https://docs.example/;
    }
    location ^~ /blog/ {
        rewrite ^/blog/tag/(.*)$ https://blog.example/t/$1 break;
        rewrite ^/blog/(.*)$ https://blog.example/$1 permanent;
    }
    location ~ ^/blog/never { return 301 https://never.example/; }
    location = /blog/ { return 301 https://blog.example/home; }
}
''', {}, 'nest.example', '/docs/ /docs /docs/1.2/a /docs/1.2/a/b /docs/x/y.pdf '
     '/docs/latest /docs/api/ /docs/api/x /blog/ /blog/a '
     '/blog/tag/x /blog/never /blog /'),

    # the same paths with case and without
    'spelled': ('''
map $uri $moved { /about/team /people; /press/ /news/; /a/b/c https://n.example/c; }
server {
    listen 80;
    listen 443 ssl;
    server_name spell.example;
    if ($moved) { return 301 $moved; }
    location = /about/team { return 302 https://n.example/never; }
    location /press/ { return 303 https://n.example/press; }
    location /a/ {
        if ($scheme = https) { return 307 https://n.example$request_uri; }
        location = /a/b/c { return 308 https://n.example/never; }
    }
    location ~* ^/a/b/(c|d)$ { return 302 https://n.example/no-case; }
}
server { listen 443 ssl; server_name none.spell.example; }
''', {}, 'spell.example', '/about/team /About/Team /press/ /Press/ /press /press/x '
     '/a/b/c /A/b/c /a/b/d /A/B/D /a/x /a/'),

    'whole': ('''
server {
    listen 80 default_server;
    listen 443 ssl default_server;
    server_name _;
    rewrite ^(.*)$ https://www.whole.example$1 permanent;
}
server {
    listen 80;
    listen 443 ssl;
    server_name www.whole.example;
    location = / { root /nonexistent; }
    location / { root /nonexistent; }
    location ~ ^/index\\.(php|html)$ { return 301 https://www.whole.example/; }
    location ~* ^/shop/cart { return 302 https://cart.example/; }
}
server {
    listen 443 ssl;
    server_name short.example;
    rewrite ^/$ https://www.whole.example/ redirect;
    rewrite ^/([^/]+)$ https://www.whole.example/s?code=$1 redirect;
    rewrite ^/([^/]+)/.*$ https://www.whole.example/$1 permanent;
}
server { listen 80; server_name short.example; return 301 https://short.example$request_uri; }
''', {}, 'whole.example www.whole.example a.whole.example short.example',
     '/ /a /a/b?c=d /index.php /index.html /shop/cart /shop/cart/x /Shop/Cart '
     '/abc /a1 /abc/def'),
}
