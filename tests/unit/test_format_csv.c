// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "format_csv.h"
#include "format_told.h"

static const struct format_told cases[] = {
	{"an agency's, by semicolons",
	 {0},
	 "\xef\xbb\xbf"
	 "Old URL;New URL;Type\r\nhttp://a.x/b;https://c.x/d;301\r\n;;\r\n"
	 "https://a.x/e?f=1;https://c.x/;302\r\n",
	 "2 a.x/b https://c.x/d 301\n4 a.x/e?f=1 https://c.x/ 302\n"},
	{"by tabs, as it is pasted",
	 {0},
	 "old_url\tnew_url\tstatus_code\na.x/b\t https://c.x/d\t301 \n",
	 "2 a.x/b https://c.x/d 301\n"},
	{"by bars, in upper case",
	 {0},
	 "REDIRECT FROM|REDIRECT TO|CODE\na.x/b|https://c.x/d|308\n",
	 "2 a.x/b https://c.x/d 308\n"},
	{"blanks that do not break",
	 {0},
	 "Old URL,New\u00a0URL,Type\n\u00a0a.x/b\u00a0 ,\ufeffhttps://c.x/d,"
	 "\"301\u200b\"\n",
	 "2 a.x/b https://c.x/d 301\n"},
	{"what says what parts the cells",
	 {0},
	 "sep=;\nsource;target;code\na.x;https://c.x;301\n",
	 "3 a.x/* https://c.x/* 301\n"},
	{"titles before, names again, empty rows",
	 {0},
	 "Moves of Acme,,\n,,\nfrom,to,code\na.x/b,-,410\nFrom,To,Code\n"
	 ",,\na.x/c,-,410\n",
	 "4 a.x/b - 410\n7 a.x/c - 410\n"
	 "-1 before the header row: Moves of Acme\n"
	 "-5 header row: From, To\n"},
	{"columns that are not read",
	 {0},
	 "Notes,Old URL,Traffic,New URL,Status Code,Status\n"
	 "n,a.x/b,7,https://c.x/,301,live\nn,a.x/c,7,https://c.x/,301,disabled\n",
	 "2 a.x/b https://c.x/ 301\n"
	 "-1 column: 'Notes', 'Traffic', 'Status'\n-3 disabled: a.x/c\n"},
	{"more columns than are kept",
	 {0},
	 "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,source,target,code\n"
	 ",,,,,,,,,,,,,,,,,a.x/b,-,410\n",
	 "2 a.x/b - 410\n-1 column: '1', '2', '3', '4', '5', '6', '7', '8', "
	 "'9', '10', '11', '12', '13', '14', '15', '16', '17'\n"},
	{"a type that is the code",
	 {0},
	 "source,target,type,note\na.x/b,https://c.x/,308,n\n",
	 "2 a.x/b https://c.x/ 308 note=n\n"},
	{"a status that is the code",
	 {0},
	 "source,target,status\na.x/b,https://c.x/,307\n",
	 "2 a.x/b https://c.x/ 307\n"},
	{"no code",
	 {0},
	 "source,target\na.x/b,https://c.x/\n",
	 "!header row: no column 'code'; --code CODE gives one\n"},
	{"the code of an option",
	 {.code = "302"},
	 "source,target\na.x/b,https://c.x/\n",
	 "2 a.x/b https://c.x/ 302\n"},
	{"words for codes",
	 {0},
	 "old,new,code\na.x/1,https://c.x/,Permanent\na.x/2,https://c.x/,"
	 "temporary\na.x/3,,Gone\na.x/4,https://c.x/,301 Moved Permanently\n"
	 "a.x/5,https://c.x/,301.0\na.x/6,https://c.x/,moved permanently\n"
	 "a.x/7,https://c.x/,HTTP 301\na.x/8,https://c.x/,301/308\n"
	 "a.x/9,https://c.x/,404 Not Found\na.x/10,https://c.x/,301 or 302\n"
	 "a.x/11,https://c.x/,Permanent Redirect\n",
	 "2 a.x/1 https://c.x/ 301\n3 a.x/2 https://c.x/ 302\n4 a.x/3 - 410\n"
	 "5 a.x/4 https://c.x/ 301\n6 a.x/5 https://c.x/ 301\n"
	 "7 a.x/6 https://c.x/ 301\n8 a.x/7 https://c.x/ 301\n"
	 "9 a.x/8 https://c.x/ 301/308\n12 a.x/11 https://c.x/ 301\n"
	 "10!code: '404 Not Found' is none of 301 302 303 307 308 301/308 "
	 "302/307 410 200 pass\n"
	 "11!code: '301 or 302' is none of 301 302 303 307 308 301/308 "
	 "302/307 410 200 pass\n"
	 "~12 code: 'Permanent Redirect' is taken for 301; a number says "
	 "which\n"},
	{"old addresses as people give them",
	 {.host = "a.x", .base = "https://c.x/"},
	 "old url,new url,code\n/b,/d,301\nabout-us,/e,301\na.x:443/f,g,301\n"
	 "http://a.x:8080/h,/h,301\na.x/i#part,/i,301\na.x/j#,/j,301\n"
	 "http://a.x,/k,301\n/l,www.c.x/l,301\n/m,c.x/m,301\n",
	 "2 a.x/b https://c.x/d 301\n3 a.x/about-us https://c.x/e 301\n"
	 "4 a.x/f https://c.x/g 301\n7 a.x/j https://c.x/j 301\n"
	 "8 a.x/* https://c.x/k 301\n"
	 "9!target: 'www.c.x/l': neither a URL nor a path; begin it with "
	 "https:// or /\n"
	 "10!target: 'c.x/m': neither a URL nor a path; begin it with "
	 "https:// or /\n"
	 "?5 port: http://a.x:8080/h: a rule is for all ports\n"
	 "?6 fragment: a.x/i#part: clients do not send what is behind '#'; "
	 "leave it out for a rule of the page\n"
	 "~8 whole host: http://a.x is all of the host; http://a.x/ is its "
	 "first page\n"},
	{"paths without a host",
	 {0},
	 "from,to,code\n/b,/d,301\n",
	 "2!source: '/b': no host; --host HOST gives one\n"
	 "2!target: '/d' begins neither http:// nor https://; --base URL "
	 "makes it one\n"},
	{"names that say it in other words",
	 {0},
	 "Old page URL (on the live site);New page URL;Redirect Status Code\n"
	 "a.x/b;https://c.x/d;301\n",
	 "2 a.x/b https://c.x/d 301\n"},
	{"German ones",
	 {0},
	 "Status (alt);Alte Seite;Zieladresse;Weiterleitungstyp\n"
	 "200;a.x/b;https://c.x/d;302 - Tempor\u00e4r\n",
	 "2 a.x/b https://c.x/d 302\n-1 column: 'Status (alt)'\n"},
	{"French ones",
	 {0},
	 "Ancienne adresse,Nouvelle\u00a0adresse,Code HTTP\n"
	 "a.x/b,https://c.x/d,301\n",
	 "2 a.x/b https://c.x/d 301\n"},
	{"names of programs",
	 {0},
	 "sourceUrl,targetUrl,http_code,Old title,New status\n"
	 "a.x/b,https://c.x/d,301,x,y\n",
	 "2 a.x/b https://c.x/d 301\n"
	 "-1 column: 'Old title', 'New status'\n"},
	{"pages that are called as columns are",
	 {.host = "a.x", .base = "https://c.x/"},
	 "From,To,Code\nold-page,new-page,301\nfrom,to,code\n",
	 "2 a.x/old-page https://c.x/new-page 301\n"
	 "-3 header row: from, to\n"},
	{"pages that are, by number",
	 {.host = "a.x",
	  .base = "https://c.x/",
	  .columns = "source=1,target=2,code=3"},
	 "old-page,new-page,301\n",
	 "1 a.x/old-page https://c.x/new-page 301\n"},
	{"titles among rows, totals below",
	 {.host = "a.x", .base = "https://c.x/"},
	 "Old;New;Code\nPart 2: News;;\na.x/b;https://c.x/d;301,0\n"
	 "Total;1;\nSumme: 1;;\n",
	 "3 a.x/b https://c.x/d 301\n-2 title: Part 2: News\n"
	 "-4 totals: Total\n-5 totals: Summe: 1\n"},
	{"what is no address",
	 {.host = "a.x", .base = "https://c.x/"},
	 "Old,New,Code\na.x/1,N/A,410\na.x/2,\u2014,Gone\na.x/3,n/a,301\n"
	 "a.x/4,TBD,301\na.x/5,#REF!,301\n#N/A,/b,301\n",
	 "2 a.x/1 - 410\n3 a.x/2 - 410\n4!target: 'n/a' is no address\n"
	 "5!target: 'TBD' is no address\n6!target: '#REF!' is no address\n"
	 "7!source: '#N/A' is no address\n"},
	{"files without a slash",
	 {.host = "a.x", .base = "https://c.x/"},
	 "request_path,target_path,redirect_type\nold.html,new.html,301\n"
	 "old.php?id=7,mailto:a@c.x,301\ndir/a.PDF,javascript:x,301\n",
	 "2 a.x/old.html https://c.x/new.html 301\n"
	 "3!target: 'mailto:a@c.x' begins neither http:// nor https://\n"
	 "4!target: 'javascript:x' begins neither http:// nor https://\n"},
	{"files without a slash and without a host",
	 {0},
	 "old,new,code\nold.html,https://c.x/,301\n",
	 "2!source: '/old.html': no host; --host HOST gives one\n"},
	{"what is to be done, in words",
	 {.code = "301"},
	 "URL,Redirect,Type\na.x/1,https://c.x/,direct\na.x/2,,drop\n"
	 "a.x/3,https://c.x/,Keep\na.x/4,Yes,301\n",
	 "2 a.x/1 https://c.x/ 301\n5!target: 'Yes' is no address\n"
	 "-3 no redirect: a.x/2 (drop)\n-4 no redirect: a.x/3 (Keep)\n"},
	{"a state that is no code",
	 {0},
	 "source_url,target_url,enabled\n/a,/b,1\n",
	 "!header row: no column 'code'; --code CODE gives one\n"},
	{"an address of either scheme",
	 {.host = "h.x", .base = "https://c.x/"},
	 "Old,New,Code\n//a.x/1,//d.x/1,301\n",
	 "2 a.x/1 https://d.x/1 301\n"},
	{"statuses of pages without a redirect",
	 {0},
	 "URL,HTTP code,Redirect URL\na.x/1,301,https://c.x/\na.x/2,200,\n"
	 "a.x/3,404 Not Found,\na.x/4,301,\n",
	 "2 a.x/1 https://c.x/ 301\n5!target: missing\n"
	 "-3 no redirect: a.x/2 (200)\n"
	 "-4 no redirect: a.x/3 (404 Not Found)\n"},
	{"cells too many, too few",
	 {0},
	 "old url,new url,code,x\na.x/b,https://c.x/d,301,,,\n"
	 "a.x/c,https://c.x/d,301\na.x/d,https://c.x/d,e,301,y\n"
	 "a.x/e,https://c.x/d\n",
	 "2 a.x/b https://c.x/d 301\n3 a.x/c https://c.x/d 301\n"
	 "4!line: 5 fields; the header row has 4\n"
	 "5!code: missing; --code CODE gives one\n-1 column: 'x'\n"},
	{"columns by number, no names",
	 {.columns = "source=2,target=3,code=5"},
	 "1,a.x/b,https://c.x/d,,301\n2,a.x/c,https://c.x/e,,302,more\n",
	 "1 a.x/b https://c.x/d 301\n2 a.x/c https://c.x/e 302\n"},
	{"columns by number, names of one's own",
	 {.columns = "source=1,target=2", .code = "301"},
	 "Seite;Nach\na.x/b;https://c.x/d\n",
	 "2 a.x/b https://c.x/d 301\n-1 header row: Seite ...\n"},
	{"columns that are none",
	 {.columns = "source=0,target=2"},
	 "",
	 "!--columns: 'source=0': columns are numbered from 1 to 256\n"},
	{"codes in a column that is called otherwise",
	 {0},
	 "Quell-URL;Ziel-URL;Weiterleitung\na.x/b;https://c.x/;301\n"
	 "a.x/c;https://c.x/;302\n",
	 "2 a.x/b https://c.x/ 301\n3 a.x/c https://c.x/ 302\n"
	 "~1 code: column 3, 'Weiterleitung', holds codes, and is taken for "
	 "them\n"},
	{"... though an option gives one",
	 {.code = "301"},
	 "Current URL;Proposed URL;Redirect;Visits\n"
	 "a.x/b;https://c.x/;302;7\n",
	 "2 a.x/b https://c.x/ 302\n"
	 "~1 code: column 3, 'Redirect', holds codes, and is taken for them\n"
	 "-1 column: 'Visits'\n"},
	{"no codes: a number too many",
	 {.code = "301"},
	 "Old URL;New URL;Visits\na.x/b;https://c.x/;302\n"
	 "a.x/c;https://c.x/;7\n",
	 "2 a.x/b https://c.x/ 301\n3 a.x/c https://c.x/ 301\n"
	 "-1 column: 'Visits'\n"},
	{"totals whose word stands elsewhere",
	 {.host = "a.x", .base = "https://c.x/", .code = "301"},
	 "Nr;Old URL;New URL;Type\n1;/b;/c;301\nSumme;2;2;\n"
	 "Anzahl;zwei;2;\nGesamt:;3.018;;\nTotal;/t;/u;301\n",
	 "2 a.x/b https://c.x/c 301\n6 a.x/t https://c.x/u 301\n"
	 "-1 column: 'Nr'\n-3 totals: 2\n-4 totals: zwei\n"
	 "-5 totals: 3.018\n"},
	{"slips",
	 {.host = "a.x", .base = "https://c.x/"},
	 "Old URL,New URL,Type\nhttp:/a.x/b,/b,301\nhttp//a.x/c,/c,301\n"
	 "htttp://a.x/d,/d,301\nttp://a.x/e,https:/c.x/e,301\n"
	 "\u201c/f\u201d,/f,301\n^/g/(.*)$,/g,301\n"
	 "\"http://a.x/h\nhttp://a.x/i\",/h,301\nhttp://a.x\\j,/j,301\n"
	 "/k,http//c.x/k,301\n/l?a=1&amp;b=2,/l,301\n"
	 "/http://a.x/m,https://c.x/m?u=http://a.x,301\n",
	 "12 a.x/l?a=1&amp;b=2 https://c.x/l 301\n"
	 "13 a.x/http://a.x/m https://c.x/m?u=http://a.x 301\n"
	 "2!source: 'http:/a.x/b': a scheme is http:// or https://; write it "
	 "so\n"
	 "3!source: 'http//a.x/c': a scheme is http:// or https://; write it "
	 "so\n"
	 "4!source: 'htttp://a.x/d': a scheme is http:// or https://; write it "
	 "so\n"
	 "5!source: 'ttp://a.x/e': a scheme is http:// or https://; write it "
	 "so\n"
	 "6!source: '\u201c/f\u201d': quotes of a text are part of it; leave "
	 "them out\n"
	 "7!source: '^/g/(.*)$': a regular expression; write /old/* or "
	 "/old/{name}, or 1 into a column 'regex'\n"
	 "8!source: 'http://a.x/h\\x0ahttp://a.x/i': two addresses; give each "
	 "a row of its own\n"
	 "10!source: 'http://a.x\\j': '\\' parts no host from its path; write "
	 "'/'\n"
	 "11!target: 'http//c.x/k': a scheme is http:// or https://; write it "
	 "so\n"
	 "~12 entity: /l?a=1&amp;b=2: '&amp;' is taken as it stands; '&' parts "
	 "pairs of a query\n"},
	{"a path is one of each host",
	 {.host = "a.x", .more_hosts = {"www.a.x", ".b.x"}, .code = "301"},
	 "Ist-URL;Soll-URL\n/b;https://c.x/b\nd.x/e;https://c.x/e\n"
	 "/f;nix:\n",
	 "2 a.x/b https://c.x/b 301\n2 www.a.x/b https://c.x/b 301\n"
	 "2 *.b.x/b https://c.x/b 301\n2 b.x/b https://c.x/b 301\n"
	 "3 d.x/e https://c.x/e 301\n"
	 "4!target: 'nix:' begins neither http:// nor https://\n"},
	{"columns by number, below a title without separators",
	 {.columns = "source=2,target=3,code=4"},
	 "Moves 2026\nNo.;ALT;NEU;Typ\n1;a.x/b;https://c.x/;301\n",
	 "3 a.x/b https://c.x/ 301\n-1 before the header row: Moves 2026\n"
	 "-2 header row: No. ...\n"},
	{"... with them, and empty rows",
	 {.columns = "source=2,target=3", .code = "301"},
	 "Moves;;;\n;;;\nOf 2026;;;\n1;a.x/b;https://c.x/;302\n"
	 "x;;;\n",
	 "4 a.x/b https://c.x/ 301\n5!source: missing\n"
	 "-1 before the header row: Moves\n"
	 "-3 before the header row: Of 2026\n"},
	{"words that are none",
	 {0},
	 "Old URL;New URL;Status\na.x/b;https://c.x/;erledigt\n",
	 "2!code: 'erledigt' is none of 301 302 303 307 308 301/308 302/307 "
	 "410 200 pass, nor a word such as permanent, temporary, gone; has "
	 "--columns ...,code=NUMBER another column?\n"},
	{"words in German",
	 {0},
	 "Alte Domain;Neue Domain;Typ\na.x/b;https://c.x/;dauerhaft\n"
	 "a.x/c;https://c.x/;tempor\u00e4r\na.x/d;;gel\u00f6scht\n",
	 "2 a.x/b https://c.x/ 301\n3 a.x/c https://c.x/ 302\n"
	 "4 a.x/d - 410\n"
	 "~4 code: 'gel\u00f6scht' is taken for 410; a number says which\n"},
	{"not UTF-8 but another encoding",
	 {0},
	 "Old URL\rNew URL\r",
	 "!its lines end in CR alone; tr '\\r' '\\n' makes them lines\n"},
	{"two columns without names",
	 {0},
	 "https://a.x/b;https://c.x/\n",
	 "!no header row with columns 'source' and 'target'; --columns "
	 "source=1,target=2 with --code CODE says which are which, --format "
	 "cloudflare that it is Cloudflare's\n"
	 "-1 before the header row: https://a.x/b\n"},
	{"four, the first a number",
	 {0},
	 "1;/b;/c;301\n",
	 "!no header row with columns 'source' and 'target'; --columns "
	 "source=2,target=3,code=4 says which are which, --format "
	 "cloudflare that it is Cloudflare's\n"
	 "-1 before the header row: 1\n"},
	{"a crawl",
	 {0},
	 "Address,Status Code,Status,Redirect URL,Redirect Type\n"
	 "http://a.x/*b,301,Moved Permanently,https://c.x/{1},HTTP Redirect\n"
	 "http://a.x,302,Found,https://c.x/,\nhttp://a.x/c,200,OK,,\n",
	 "2 a.x/%2Ab https://c.x/%7B1%7D 301\n3 a.x/ https://c.x/ 302\n"
	 "-1 column: 'Status'\n"
	 "-4 no redirect: http://a.x/c (200)\n"},
	{"what a browser did by itself",
	 {0},
	 "Address,Status Code,Redirect URL,Redirect Type\n"
	 "http://a.x/b,307,https://a.x/b,HSTS Policy\n"
	 "http://a.x/c,200,https://a.x/d,Meta Refresh\n",
	 "-2 no redirect: http://a.x/b (307)\n"
	 "-3 no redirect: http://a.x/c (200)\n"},
	{"chains",
	 {0},
	 "Source,Anchor Text,Address,Final Address,Status Code\n"
	 "https://a.x/,x,https://a.x/b,https://a.x/d,301\n",
	 "2 a.x/b https://a.x/d 301\n"
	 "-1 column: 'Source', 'Anchor Text'\n"},
	{"links",
	 {0},
	 "Type,Source,Destination,Alt Text,Anchor,Status Code\n"
	 "Hyperlink,https://a.x/,https://a.x/b,,x,301\n",
	 "!header row: a list of links, not of redirects; --columns "
	 "source=2,target=3,code=6 says which are which\n"},
	{"Yoast",
	 {.host = "a.x", .base = "https://a.x"},
	 "Origin,Target,Type,Format\nold-page,new-page,301,plain\n"
	 "/b*,,410,plain\n^c/(.*),/d/$1,301,regex\n",
	 "2 a.x/old-page https://a.x/new-page 301\n3 a.x/b%2A - 410\n"
	 "?4 regex: ^c/(.*): it never matches\n"},
	{"WordPress",
	 {.host = "a.x", .base = "https://a.x"},
	 "source,target,regex,code,type,hits,title,status\n"
	 "\"/b\",\"/c\",0,301,\"url\",7,\"\",\"active\"\n"
	 "\"/d\",\"/e\",0,301,\"url\",0,\"t\",\"disabled\"\n"
	 "\"^/f/([0-9]+)$\",\"/g/$1\",1,302,\"url\",0,\"\",\"active\"\n"
	 "\"/h\",\"\",0,410,\"error\",0,\"\",\"active\"\n"
	 "\"/i\",\"\",0,404,\"error\",0,\"\",\"active\"\n"
	 "\"/j\",\"/k\",0,301,\"random\",0,\"\",\"active\"\n"
	 "\"/l\",\"\",0,0,\"nothing\",0,\"\",\"active\"\n"
	 "\"(a)\\1\",\"/m\",1,301,\"url\",0,\"\",\"active\"\n",
	 "2 a.x/b https://a.x/c 301\n4 a.x/f/{g1:digits} https://a.x/g/{g1} "
	 "302\n5 a.x/h - 410\n8 a.x/l - pass\n"
	 "-1 column: 'hits', 'title'\n"
	 "~1 setting: in WordPress settings that the file does not say tell "
	 "whether case (case=ignore), a final slash and the query count "
	 "(query=drop), and the first line that matches wins\n"
	 "-3 disabled: /d\n?6 code: /i: rules have no 404\n"
	 "?7 action: /j: 'random' shows another page in its place\n"
	 "?9 regex: (a)\\1: a reference to a group\n"},
	{"GOV.UK",
	 {0},
	 "Old URL,Type,New URL,Archive URL,Suggested URL\n"
	 "http://a.x/b,redirect,https://c.x/d,,\nhttp://a.x/e,archive,,"
	 "http://archive.x/,\nhttp://a.x/f,unresolved,,,\n",
	 "2 a.x/b https://c.x/d 301\n3 a.x/e - 410\n"
	 "-1 column: 'Archive URL', 'Suggested URL'\n"
	 "~1 setting: Transition ignores case (case=ignore), a final slash "
	 "and most of the query (query=drop)\n-4 unresolved: http://a.x/f\n"},
	{"Flecto",
	 {.host = "a.x", .base = "https://c.x"},
	 "type\tsource\ttarget\tstatus\n"
	 "BASIC\t/b\t/c\tMOVED_PERMANENT\n"
	 "BASIC_HOST\td.x/e\thttps://c.x/f\tPERMANENT_REDIRECT\n"
	 "REGEX\t^/blog/([^/]+)$\t/articles/$1\t302\n"
	 "REGEX_HOST\t^shop\\.x/p/([0-9]+)$\thttps://c.x/$1\tFOUND\n",
	 "2 a.x/b https://c.x/c 301\n3 d.x/e https://c.x/f 308\n"
	 "4 a.x/blog/{g1} https://c.x/articles/{g1} 302\n"
	 "5 shop.x/p/{g1:digits} https://c.x/{g1} 302\n"},
	{"Rank Math",
	 {.host = "a.x"},
	 "id,source,matching,destination,type,status\n"
	 "1,b,exact,https://c.x/,301,active\n2,d,start,https://c.x/,301,active\n"
	 "3,e,contains,https://c.x/,301,active\n",
	 "2 a.x/b https://c.x/ 301\n3 a.x/d* https://c.x/ 301\n"
	 "-1 column: 'id', 'status'\n?4 match: e: it is no whole path\n"},
	{"quotes that stay open",
	 {0},
	 "old,new,code\n\"a.x/b,https://c.x/,301\na.x/c,https://c.x/,301\n",
	 "3 a.x/c https://c.x/ 301\n"
	 "2!line: a quoted field without its end\n"},
	{"binary",
	 {0},
	 "old,new,code\na.x\x01,\xff,301\na.x/c,-,410\n",
	 "3 a.x/c - 410\n2!line: not UTF-8; save it as \"CSV UTF-8\", or have iconv -f "
	 "WINDOWS-1252 -t UTF-8 make it so\n"},
	{"mixed line ends",
	 {0},
	 "old,new,code\r\na.x/b,-,410\na.x/c,-,410\r\na.x/d,-,410",
	 "2 a.x/b - 410\n3 a.x/c - 410\n4 a.x/d - 410\n"},
};

static void test_csv_told(void **state)
{
	(void)state;
	told_check(&format_csv, cases, sizeof(cases) / sizeof(*cases));
}

/* A cell of 10 MB is one error, and what is behind it is read. */
static void test_csv_huge(void **state)
{
	enum { SIZE = 10 << 20 };
	static const char begin[] = "old,new,code\na.x/",
			  end[] = ",-,410\na.x/c,-,410\n";
	char *data = malloc(SIZE + 64), *told;
	size_t len = strlen(begin);

	(void)state;
	strcpy(data, begin);
	memset(data + len, 'b', SIZE);
	strcpy(data + len + SIZE, end);
	told = told_by(&format_csv, &(struct format_options){0}, data,
		       strlen(data));
	assert_string_equal(told,
			    "3 a.x/c - 410\n2!line: line over 65536 bytes\n");
	free(told);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_told),
		cmocka_unit_test(test_csv_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
