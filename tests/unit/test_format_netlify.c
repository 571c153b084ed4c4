// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "format_told.h"
#include "format_netlify.h"

/* With what is told once of every file, at its first lines. */
#define FORCED "slash: Netlify takes /a/ for /a; a rule is for one of them\n"
#define FILE_FIRST "file: without '!' Netlify sends a file of that path first\n"
#define NO_CODE                                                      \
	"code: none is 301 for Netlify; for Cloudflare Pages it is " \
	"302: --code 302\n"

#define AT_H                                          \
	{                                             \
		.host = "h.x", .base = "https://b.x/" \
	}

static const struct format_told cases[] = {
	{"no lines", AT_H, "# a comment\n\n  # another\n", ""},
	{"a code, a forced one, a comment behind a line", AT_H,
	 "/a https://n.x/b 301\n/c https://n.x/d 302! # why\n",
	 "1 h.x/a https://n.x/b 301\n2 h.x/c https://n.x/d 302\n"
	 "~1 " FILE_FIRST "~1 " FORCED},
	{"no code", AT_H, "/a/* https://n.x/\n",
	 "1 h.x/a/* https://n.x/ 301\n~1 " FILE_FIRST "~1 " NO_CODE},
	{"a target of the site", AT_H, "/a/* /b/:splat 308!\n",
	 "1 h.x/a/* https://b.x/b/* 308\n"},
	{"a splat in the query", AT_H, "/a/* https://n.x/?p=:splat#f 301!\n",
	 "1 h.x/a/* https://n.x/?p=*#f 301\n"
	 "~1 query: Cloudflare Pages adds none to a target that has "
	 "one: query=drop\n"},
	{"a splat that is not at the end", AT_H,
	 "/a/* https://n.x/:splat/b 301!\n",
	 "?1 placeholder: /a/*: the rest of the path is not at the "
	 "end\n"},
	{"a star that is not at the end", AT_H,
	 "/a/*/b https://n.x/:splat 301!\n",
	 "?1 wildcard: /a/*/b: '*' is not at the end of the path\n"},
	{"a splat without a star", AT_H, "/a https://n.x/:splat 301!\n",
	 "?1 placeholder: /a: a name that the source has not\n"},
	{"placeholders", AT_H,
	 "/news/:year/:month/:date/:slug /blog/:date/:month/:year/:slug 301!\n",
	 "1 h.x/news/{year}/{month}/{date}/{slug} "
	 "https://b.x/blog/{date}/{month}/{year}/{slug} 301\n~1 " FORCED},
	{"parts of segments and a splat", AT_H,
	 "/p-:id.html/* https://n.x/:id/:splat 301!\n",
	 "1 h.x/p-{id}.html/* https://n.x/{id}/* 301\n"},
	{"placeholders that rules have not", AT_H,
	 "/:a/:b https://n.x/:a/:a 301!\n/:a/:a https://n.x/ 301!\n"
	 "/:a https://:a.x/ 301!\n/:a https://n.x/#:a 301!\n"
	 "/:a https://n.x/:b 301!\n",
	 "?1 placeholder: /:a/:b: what the source's path has is there "
	 "twice\n"
	 "?2 placeholder: /:a/:a: a name that stands there twice, or "
	 "too many\n"
	 "?3 placeholder: /:a: what the source's path has is in the "
	 "host\n"
	 "?4 placeholder: /:a: what the source's path has is in the "
	 "fragment\n"
	 "?5 placeholder: /:a: a name that the source has not\n"},
	{"a colon that is none", AT_H, "/a:1 https://n.x:8080/Help:Top 301!\n",
	 "1 h.x/a:1 https://n.x:8080/Help:Top 301\n~1 " FORCED},
	{"what rules take for something else", AT_H,
	 "/{a}%2A https://n.x/{b}* 301!\n",
	 "1 h.x/%7Ba%7D%2A https://n.x/%7Bb%7D%2A 301\n~1 " FORCED},
	{"parameters", AT_H,
	 "/p id=7 https://n.x/7 301!\n/q a=1 b=2 https://n.x/12 301!\n"
	 "/s id=:id https://n.x/:id 301!\n/t/* a=1 https://n.x/ 301!\n",
	 "1 h.x/p?id=7 https://n.x/7 301\n"
	 "2 h.x/q?a=1&b=2 https://n.x/12 301\n"
	 "2 h.x/q?b=2&a=1 https://n.x/12 301\n~1 " FORCED
	 "?3 query: /s: a parameter of any value\n"
	 "?4 query: /t/*: parameters beside '*' or a placeholder\n"},
	{"conditions", AT_H,
	 "/ https://n.x/de 302 Country=de,at Language=de\n"
	 "/a /b Role=admin\n",
	 "?1 condition: /: Country=de,at Language=de\n"
	 "?2 condition: /a: Role=admin\n"},
	{"rewrites and pages", AT_H,
	 "/* /index.html 200\n/en/* /en/404.html 404\n/x /410.html 410!\n",
	 "?1 rewrite: /*: /index.html with 200 is no redirect\n"
	 "?2 rewrite: /en/*: /en/404.html with 404 is no redirect\n"
	 "~3 page: /410.html: sent with 410; a rule sends no body\n"
	 "-3 never reached: h.x/x: line 1 comes first\n"},
	{"a rewrite before a wider redirect", AT_H,
	 "/app/x /index.html 200\n/app/* https://n.x/:splat 301!\n",
	 "2 h.x/app/* https://n.x/* 301\n1 h.x/app/x - pass\n"
	 "?1 rewrite: /app/x: /index.html with 200 is no redirect\n"},
	{"a rewrite without a target", AT_H, "/a/* 200\n",
	 "?1 rewrite: /a/*: /a/* with 200 is no redirect\n"},
	{"hosts", AT_H,
	 "http://a.x/* https://n.x/:splat 301!\n"
	 "https://b.x/c /d 301!\nhttps://d.x https://n.x/ 301!\n",
	 "1 a.x/* https://n.x/* 301 scheme=http\n"
	 "2 b.x/c https://b.x/d 301 scheme=https\n"
	 "3 d.x/ https://n.x/ 301 scheme=https\n~2 " FORCED},
	{"one host by both schemes", AT_H,
	 "http://a.x/* https://n.x/:splat 301!\n"
	 "https://a.x/* https://n.x/:splat 301!\n"
	 "http://a.y/* https://n.x/:splat 301!\n"
	 "https://a.y/* https://n.y/:splat 301!\n",
	 "1 a.x/* https://n.x/* 301\n"
	 "3 a.y/* https://n.x/* 301 scheme=http\n"
	 "4 a.y/* https://n.y/* 301 scheme=https\n"},
	{"the first counts", AT_H,
	 "/a/* https://n.x/ 301!\n/a/b https://n.x/b 301!\n"
	 "/c/:d https://n.x/:d 301!\n/c/e https://n.x/ 301!\n"
	 "/c/:f https://n.x/:f 301!\n",
	 "1 h.x/a/* https://n.x/ 301\n3 h.x/c/{d} https://n.x/{d} 301\n"
	 "~2 " FORCED "-2 never reached: h.x/a/b: line 1 comes first\n"
	 "-4 never reached: h.x/c/e: line 3 comes first\n"
	 "-5 never reached: h.x/c/{f}: line 3 comes first\n"},
	{"the first counts for one scheme", AT_H,
	 "http://h.x/* https://h.x/:splat 301!\n/a https://n.x/b 301!\n",
	 "1 h.x/* https://h.x/* 301 scheme=http\n"
	 "2 h.x/a https://n.x/b 301 scheme=https\n~2 " FORCED},
	{"two that meet", AT_H,
	 "/a/2020/* https://n.x/old 301!\n/a/:y/:s https://n.x/:s 301!\n",
	 "1 h.x/a/2020/* https://n.x/old 301\n"
	 "2 h.x/a/{y}/{s} https://n.x/{s} 301\n~2 " FORCED
	 "~2 order: h.x/a/{y}/{s} is asked before line 1, which it "
	 "meets\n"},
	{"two that do not", AT_H, "/a/:x.html /b 301!\n/a/b/:y /b 301!\n",
	 "1 h.x/a/{x}.html https://b.x/b 301\n2 h.x/a/b/{y} https://b.x/b 301\n"
	 "~1 " FORCED},
	{"what is no line", AT_H,
	 "a.x /b 301\n/a\n/a b /c\n/a /b /c\n/a /b 3010\n/a /b 301 x\n",
	 "1!line: neither a path nor a URL begins it\n2!line: no target\n"
	 "3!line: neither a target nor a parameter is behind the source\n"
	 "4!line: neither a code nor a condition\n"
	 "5!line: neither a code nor a condition\n"
	 "6!line: neither a code nor a condition\n"},
	{"line ends and blanks", AT_H,
	 "\xef\xbb\xbf/a\thttps://n.x/b  301!\r\n\r\n",
	 "1 h.x/a https://n.x/b 301\n~1 " FORCED},
	{"a code that no rule has", AT_H, "/a https://n.x/ 300\n/b /c 999\n",
	 "?1 rewrite: /a: https://n.x/ with 300 is no redirect\n"
	 "?2 rewrite: /b: /c with 999 is no redirect\n"},
	{"a query in a source", AT_H, "/a?b=c https://n.x/ 301\n",
	 "?1 query: /a?b=c: a query or fragment in the source\n"},
};

static void test_format_netlify(void **state)
{
	(void)state;
	told_check(&format_netlify, cases, sizeof(cases) / sizeof(*cases));
}

static void test_format_netlify_options(void **state)
{
	static const struct format_told bare[] = {
		{"nothing is given",
		 {0},
		 "/a /b 301!\n",
		 "1!source: '/a': no host; --host HOST gives one\n"
		 "1!target: '/b' begins neither http:// nor https://; --base "
		 "URL makes it one\n~1 " FORCED}};
	static const struct format_told code[] = {
		{"the code is given",
		 {.host = "h.x", .code = "302"},
		 "/a/* https://n.x/\n/b/* https://n.x/ 301\n",
		 "1 h.x/a/* https://n.x/ 302\n2 h.x/b/* https://n.x/ 301\n"
		 "~1 " FILE_FIRST}};

	(void)state;
	told_check(&format_netlify, bare, 1);
	told_check(&format_netlify, code, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_netlify),
		cmocka_unit_test(test_format_netlify_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
