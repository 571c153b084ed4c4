# SPDX-License-Identifier: BSD-2-Clause
"""Configurations of Apache as people have them: (an .htaccess file, its --host,
hosts, paths), or (virtual hosts with {port} and {dir}, hosts, paths)."""

HTACCESS = {
    'wordpress': ('''
# BEGIN redirects
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteCond %{HTTP_HOST} ^wp\\.example$ [NC]
RewriteRule ^(.*)$ https://www.wp.example/$1 [R=301,L]
RewriteRule ^feed/(rss|rss2|atom)/?$ /feed.xml [R=301,L]
RewriteRule ^([0-9]{4})/([0-9]{2})/([^/]+)/?$ /posts/$3/ [R=301,L,NC]
RewriteRule ^category/([^/]+)/page/([0-9]+)/?$ https://www.wp.example/topics/$1?page=$2 [L,R=302,QSA]
RewriteRule ^wp-content/uploads/(.*)$ https://cdn.wp.example/$1 [NE,L,R=301]
RewriteRule ^xmlrpc\\.php$ - [G]
</IfModule>
# END redirects
# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
# END WordPress
''', 'www.wp.example', 'www.wp.example wp.example',
                  '/ /feed/rss /feed/atom/ /feed/x /2019/05/hello /2019/05/hello/ '
                  '/category/tea/page/2 /category/tea/page/x /wp-content/uploads/a/b.png '
                  '/xmlrpc.php /index.php /about'),

    'joomla': ('''
RewriteEngine On
RewriteBase /
RewriteCond %{QUERY_STRING} ^option=com_content&view=article&id=12$
RewriteRule ^index\\.php$ /about? [R=301,L]
RewriteCond %{QUERY_STRING} (^|&)Itemid=7(&|$) [NC]
RewriteRule ^index\\.php$ https://shop.joomla.example/seven [R=301,L,QSD]
RewriteRule ^component/content/article/([0-9]+)-([^/]+)$ /articles/$2 [R=301,L]
RewriteRule ^index\\.php/(.*)$ /$1 [R=301,L]
RewriteRule ^(en|de)/home/?$ /$1/ [L,R=301,NC]
Redirect 301 /contact.html https://www.joomla.example/contact
Redirect 301 /contact-us https://www.joomla.example/contact
''', 'www.joomla.example', 'www.joomla.example',
               '/ /index.php /index.php?option=com_content&view=article&id=12 '
               '/index.php?a=b&Itemid=7 /component/content/article/3-tea '
               '/component/content/article/x-tea /index.php/a/b /en/home /DE/Home/ '
               '/contact.html /contact.html/x /contact-us /contact'),

    'drupal': ('''
<IfModule mod_rewrite.c>
  RewriteEngine on
  RewriteRule "(^|/)\\.(?!well-known)" - [F]
  RewriteCond %{HTTPS} off
  RewriteCond %{HTTP_HOST} ^www\\.drupal\\.example [NC]
  RewriteRule ^ https://drupal.example%{REQUEST_URI} [L,R=301]
  RewriteRule ^node/12$ /about [R=301,L]
  RewriteRule ^node/([0-9]+)/?$ https://archive.drupal.example/n/$1 [R=302,L]
  RewriteRule ^user/(login|register)$ https://id.drupal.example/$1 [QSA,R=303,L]
  RewriteRule ^sites/default/files/(.+)$ https://files.drupal.example/$1 [R=301,END]
  RewriteCond %{REQUEST_FILENAME} !-f
  RewriteRule ^ index.php [L]
</IfModule>
''', 'drupal.example', 'drupal.example',
               '/ /node/12 /node/13 /node/13/ /node/x /user/login /user/register '
               '/user/x /sites/default/files/a/b.pdf /sites/default/files/'),

    'agency': ('''
RewriteEngine On
Redirect 301 /leistungen https://www.agency-new.example/services
Redirect 301 /leistungen/seo https://www.agency-new.example/never
Redirect 302 /team.html https://www.agency-new.example/people#team
RedirectMatch 301 ^/referenzen/([^/]+)\\.html$ https://www.agency-new.example/work/$1
RedirectMatch 301 (?i)^/kontakt(\\.html|/)?$ https://www.agency-new.example/contact
RedirectMatch 410 ^/gewinnspiel
RedirectMatch permanent "^/blog/([0-9]+)/([0-9]+)/(.+)$" "https://blog.agency-new.example/$3"
RedirectMatch 307 ^/shop/?$ https://shop.agency-new.example/
Redirect 301 / https://www.agency-new.example/
''', 'agency-old.example', 'agency-old.example',
               '/ /leistungen /leistungen/ /leistungen/seo /leistungenx /team.html '
               '/referenzen/a.html /referenzen/a/b.html /kontakt /Kontakt.html '
               '/kontakt/ /gewinnspiel /gewinnspiele/x /blog/2019/5/x/y /shop /shop/ '
               '/shop/x /impressum'),

    # conditions one after another, of hosts, paths and what is left out
    'chains': ('''
RewriteEngine On
RewriteCond %{HTTP_HOST} ^(www\\.)?a\\.chain\\.example$ [NC,OR]
RewriteCond %{HTTP_HOST} ^(www\\.)?b\\.chain\\.example$ [NC]
RewriteCond %{REQUEST_URI} !^/robots\\.txt$
RewriteCond %{REQUEST_URI} !^/\\.well-known/
RewriteRule ^(.*)$ https://chain.example/$1 [R=301,L]
RewriteCond %{HTTP_HOST} =c.chain.example
RewriteCond %{REQUEST_URI} ^/shop(/|$)
RewriteRule ^shop/?(.*)$ https://shop.chain.example/$1 [L,R]
RewriteCond %{HTTP_HOST} !^chain\\.example$ [NC]
RewriteRule ^special$ https://chain.example/special? [R=307,L]
RewriteCond %{REQUEST_URI} =/clean
RewriteRule ^ https://chain.example/cleaned [R=301,L,QSD]
''', '*', 'a.chain.example www.a.chain.example b.chain.example c.chain.example '
               'chain.example',
               '/ /a /a/b /robots.txt /.well-known/x /shop /shop/ /shop/x /shops '
               '/special /clean'),

    # flags in all orders; what is decoded and escaped again
    'flags': ('''
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^a/(.*)$ https://n.example/a/$1 [L,NE,R=301,QSA]
RewriteRule ^b/(.*)$ https://n.example/b?x=$1 [QSA,L,R=302]
RewriteRule ^c/([^/]+)$ https://n.example/c?x=$1 [R=301,NE,L]
RewriteRule ^d$ https://n.example/d?y=1 [R,L]
RewriteRule ^e$ https://n.example/e?y=1 [L,QSA,R=permanent]
RewriteRule ^f$ https://n.example/f#part [R=seeother,NE,L]
RewriteRule ^g$ https://n.example/g? [R=temp,L]
RewriteRule ^H/i$ https://n.example/h [NC,R=308,L]
RewriteRule ^j/ - [R=410]
RewriteRule ^l$ https://n.example/l [R=301,L]
RewriteRule ^m/(x|y)/?$ "https://n.example/m/$1" [R=301,L]
''', 'flags.example', 'flags.example',
               '/ /a/x /a/ /a /a/b%20c /b/x /b/ /c/x /c/x/y /d /d?z=1 /e /e?z=1 /f '
               '/g /H/i /h/I /j/ /j /l /m/x /m/y/ /m/z'),

    'base': ('''
RewriteEngine On
RewriteBase /app/
RewriteRule ^old$ new [R=301,L]
RewriteRule ^old/(.*)$ new/$1 [R=302,L]
RewriteRule ^abs$ /abs-new [R=301,L]
RewriteRule ^full$ https://n.example/full [R=301,L]
RewriteRule ^(docs|help)$ https://n.example/$1/ [R=301,L]
''', 'base.example', 'base.example',
             '/ /old /old/ /old/x /abs /full /docs /help /helps /app/old'),
}

CONF = {
    'places': ('''
<VirtualHost *:{port}>
ServerName default.example
</VirtualHost>
<VirtualHost *:{port}>
ServerName place.example
ServerAlias www.place.example
DocumentRoot {dir}/www
<Location /old>
    Redirect 301 https://n.example/old
</Location>
<Location "/exact/">
    Redirect permanent "https://n.example/exact/"
</Location>
RedirectMatch 302 ^/item/([0-9]+)$ https://n.example/item
Redirect 303 /other https://n.example/other
RedirectMatch 301 ^/img/(.*)$ https://img.example/$1
</VirtualHost>
''', 'place.example www.place.example default.example',
               '/ /old /old/ /old/x /older /exact/ /exact /exact/x /item/7 /item/x '
               '/other /other/x /img/a/b /img/ /img'),

    'servers': ('''
<VirtualHost *:{port}>
ServerName www.many.example
DocumentRoot {dir}/www
RewriteEngine On
RewriteRule ^/start$ https://www.many.example/ [R=301,L]
RewriteRule ^/p/([a-z]+)\\.html$ /pages/$1 [R=301,L]
RewriteRule ^/q/(.+)$ https://q.example/find?w=$1 [R=302,QSA,L]
</VirtualHost>
<VirtualHost *:{port}>
ServerName many.example
ServerAlias *.many.example many-old.example
Redirect permanent /blog/ https://blog.example/
RedirectMatch 302 ^/$ https://www.many.example/welcome
RewriteEngine On
RewriteCond %{{REQUEST_URI}} !^/blog/
RewriteCond %{{REQUEST_URI}} !=/
RewriteRule ^/(.*)$ https://www.many.example/$1 [R=301,L,NE]
</VirtualHost>
''', 'many.example www.many.example a.many.example many-old.example',
                '/ /start /p/tea.html /p/Tea.html /q/a /q/a/b /blog/ /blog /blog/x /a/b'),

    'map': ('''
<VirtualHost *:{port}>
ServerName default.example
</VirtualHost>
<VirtualHost *:{port}>
ServerName map.example
RewriteEngine On
RewriteMap ids txt:{dir}/ids.txt
RewriteMap lower int:tolower
RewriteCond ${{ids:%{{REQUEST_URI}}|NONE}} !=NONE
RewriteRule ^ ${{ids:%{{REQUEST_URI}}}} [R=301,L]
RewriteRule ^/end$ https://n.example/end [R=301,L]
</VirtualHost>
''', 'map.example default.example',
            '/ /a /b/c /tea /milk /end /d'),
}

FILES = [('ids.txt', '# what moved\n/a https://n.example/a\n/b/c  https://n.example/bc # c\n'
          '/tea https://n.example/tea\n/milk https://n.example/milk\n')]

# What the import says of some, and of which paths.
EXCUSES = {
    'joomla': [('not the request\'s case', r'(?i)^/(\./|a/\.\./)?(en|de)/home')],
    'agency': [('an empty rest', r'^/(\./|a/\.\./)?blog/2019/5/?(\?|$)')],
    'servers': [('more is taken', r'(?i)/p/tea')],
    'wordpress': [('more is taken', r'/2019')],
}
