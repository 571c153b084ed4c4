// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "format_case.h"
#include "format_netlify.h"

/* With what is told once of every file, at its first lines. */
#define FORCED \
	"differs slash: Netlify takes /a/ for /a; a rule is for one of them\n"
#define FILE_FIRST \
	"differs file: without '!' Netlify sends a file of that path first\n"
#define NO_CODE                                                              \
	"differs code: none is 301 for Netlify; for Cloudflare Pages it is " \
	"302: --code 302\n"

static const struct format_case cases[] = {
	{"no lines", "# a comment\n\n  # another\n", ""},
	{"a code, a forced one, a comment behind a line",
	 "/a https://n.x/b 301\n/c https://n.x/d 302! # why\n",
	 "1 h.x/a https://n.x/b 301\n2 h.x/c https://n.x/d 302\n"
	 "1 " FILE_FIRST "1 " FORCED},
	{"no code", "/a/* https://n.x/\n",
	 "1 h.x/a/* https://n.x/ 301\n1 " FILE_FIRST "1 " NO_CODE},
	{"a target of the site", "/a/* /b/:splat 308!\n",
	 "1 h.x/a/* https://b.x/b/* 308\n"},
	{"a splat in the query", "/a/* https://n.x/?p=:splat#f 301!\n",
	 "1 h.x/a/* https://n.x/?p=*#f 301\n"
	 "1 differs query: Cloudflare Pages adds none to a target that has "
	 "one: query=drop\n"},
	{"a splat that is not at the end", "/a/* https://n.x/:splat/b 301!\n",
	 "1 cannot placeholder: /a/*: the rest of the path is not at the "
	 "end\n"},
	{"a star that is not at the end", "/a/*/b https://n.x/:splat 301!\n",
	 "1 cannot wildcard: /a/*/b: '*' is not at the end of the path\n"},
	{"a splat without a star", "/a https://n.x/:splat 301!\n",
	 "1 cannot placeholder: /a: a name that the source has not\n"},
	{"placeholders",
	 "/news/:year/:month/:date/:slug /blog/:date/:month/:year/:slug 301!\n",
	 "1 h.x/news/{year}/{month}/{date}/{slug} "
	 "https://b.x/blog/{date}/{month}/{year}/{slug} 301\n1 " FORCED},
	{"parts of segments and a splat",
	 "/p-:id.html/* https://n.x/:id/:splat 301!\n",
	 "1 h.x/p-{id}.html/* https://n.x/{id}/* 301\n"},
	{"placeholders that rules have not",
	 "/:a/:b https://n.x/:a/:a 301!\n/:a/:a https://n.x/ 301!\n"
	 "/:a https://:a.x/ 301!\n/:a https://n.x/#:a 301!\n"
	 "/:a https://n.x/:b 301!\n",
	 "1 cannot placeholder: /:a/:b: what the source's path has is there "
	 "twice\n"
	 "2 cannot placeholder: /:a/:a: a name that stands there twice, or "
	 "too many\n"
	 "3 cannot placeholder: /:a: what the source's path has is in the "
	 "host\n"
	 "4 cannot placeholder: /:a: what the source's path has is in the "
	 "fragment\n"
	 "5 cannot placeholder: /:a: a name that the source has not\n"},
	{"a colon that is none", "/a:1 https://n.x:8080/Help:Top 301!\n",
	 "1 h.x/a:1 https://n.x:8080/Help:Top 301\n1 " FORCED},
	{"what rules take for something else",
	 "/{a}%2A https://n.x/{b}* 301!\n",
	 "1 h.x/%7Ba%7D%2A https://n.x/%7Bb%7D%2A 301\n1 " FORCED},
	{"parameters",
	 "/p id=7 https://n.x/7 301!\n/q a=1 b=2 https://n.x/12 301!\n"
	 "/s id=:id https://n.x/:id 301!\n/t/* a=1 https://n.x/ 301!\n",
	 "1 h.x/p?id=7 https://n.x/7 301\n"
	 "2 h.x/q?a=1&b=2 https://n.x/12 301\n"
	 "2 h.x/q?b=2&a=1 https://n.x/12 301\n1 " FORCED
	 "3 cannot query: /s: a parameter of any value\n"
	 "4 cannot query: /t/*: parameters beside '*' or a placeholder\n"},
	{"conditions",
	 "/ https://n.x/de 302 Country=de,at Language=de\n"
	 "/a /b Role=admin\n",
	 "1 cannot condition: /: Country=de,at Language=de\n"
	 "2 cannot condition: /a: Role=admin\n"},
	{"rewrites and pages",
	 "/* /index.html 200\n/en/* /en/404.html 404\n/x /410.html 410!\n",
	 "1 cannot rewrite: /*: /index.html with 200 is no redirect\n"
	 "2 cannot rewrite: /en/*: /en/404.html with 404 is no redirect\n"
	 "3 differs page: /410.html: sent with 410; a rule sends no body\n"
	 "3 left never reached: h.x/x: line 1 comes first\n"},
	{"a rewrite before a wider redirect",
	 "/app/x /index.html 200\n/app/* https://n.x/:splat 301!\n",
	 "2 h.x/app/* https://n.x/* 301\n1 h.x/app/x - pass\n"
	 "1 cannot rewrite: /app/x: /index.html with 200 is no redirect\n"},
	{"a rewrite without a target", "/a/* 200\n",
	 "1 cannot rewrite: /a/*: /a/* with 200 is no redirect\n"},
	{"hosts",
	 "http://a.x/* https://n.x/:splat 301!\n"
	 "https://b.x/c /d 301!\nhttps://d.x https://n.x/ 301!\n",
	 "1 a.x/* https://n.x/* 301 scheme=http\n"
	 "2 b.x/c https://b.x/d 301 scheme=https\n"
	 "3 d.x/ https://n.x/ 301 scheme=https\n2 " FORCED},
	{"one host by both schemes",
	 "http://a.x/* https://n.x/:splat 301!\n"
	 "https://a.x/* https://n.x/:splat 301!\n"
	 "http://a.y/* https://n.x/:splat 301!\n"
	 "https://a.y/* https://n.y/:splat 301!\n",
	 "1 a.x/* https://n.x/* 301\n"
	 "3 a.y/* https://n.x/* 301 scheme=http\n"
	 "4 a.y/* https://n.y/* 301 scheme=https\n"},
	{"the first counts",
	 "/a/* https://n.x/ 301!\n/a/b https://n.x/b 301!\n"
	 "/c/:d https://n.x/:d 301!\n/c/e https://n.x/ 301!\n"
	 "/c/:f https://n.x/:f 301!\n",
	 "1 h.x/a/* https://n.x/ 301\n3 h.x/c/{d} https://n.x/{d} 301\n"
	 "2 " FORCED "2 left never reached: h.x/a/b: line 1 comes first\n"
	 "4 left never reached: h.x/c/e: line 3 comes first\n"
	 "5 left never reached: h.x/c/{f}: line 3 comes first\n"},
	{"the first counts for one scheme",
	 "http://h.x/* https://h.x/:splat 301!\n/a https://n.x/b 301!\n",
	 "1 h.x/* https://h.x/* 301 scheme=http\n"
	 "2 h.x/a https://n.x/b 301 scheme=https\n2 " FORCED},
	{"two that meet",
	 "/a/2020/* https://n.x/old 301!\n/a/:y/:s https://n.x/:s 301!\n",
	 "1 h.x/a/2020/* https://n.x/old 301\n"
	 "2 h.x/a/{y}/{s} https://n.x/{s} 301\n2 " FORCED
	 "2 differs order: h.x/a/{y}/{s} is asked before line 1, which it "
	 "meets\n"},
	{"two that do not", "/a/:x.html /b 301!\n/a/b/:y /b 301!\n",
	 "1 h.x/a/{x}.html https://b.x/b 301\n2 h.x/a/b/{y} https://b.x/b 301\n"
	 "1 " FORCED},
	{"what is no line",
	 "a.x /b 301\n/a\n/a b /c\n/a /b /c\n/a /b 3010\n/a /b 301 x\n",
	 "1! line: neither a path nor a URL begins it\n2! line: no target\n"
	 "3! line: neither a target nor a parameter is behind the source\n"
	 "4! line: neither a code nor a condition\n"
	 "5! line: neither a code nor a condition\n"
	 "6! line: neither a code nor a condition\n"},
	{"line ends and blanks", "\xef\xbb\xbf/a\thttps://n.x/b  301!\r\n\r\n",
	 "1 h.x/a https://n.x/b 301\n1 " FORCED},
	{"a code that no rule has", "/a https://n.x/ 300\n/b /c 999\n",
	 "1 cannot rewrite: /a: https://n.x/ with 300 is no redirect\n"
	 "2 cannot rewrite: /b: /c with 999 is no redirect\n"},
	{"a query in a source", "/a?b=c https://n.x/ 301\n",
	 "1 cannot query: /a?b=c: a query or fragment in the source\n"},
};

static void test_format_netlify(void **state)
{
	static const struct format_options options = {.host = "h.x",
						      .base = "https://b.x/"};

	(void)state;
	format_case_all(&format_netlify, &options, cases,
			sizeof(cases) / sizeof(*cases));
}

static void test_format_netlify_options(void **state)
{
	static const struct format_case bare[] = {
		{"nothing is given", "/a /b 301!\n",
		 "1! source: '/a': no host; --host HOST gives one\n"
		 "1! target: '/b' begins neither http:// nor https://; --base "
		 "URL makes it one\n1 " FORCED}};
	static const struct format_case code[] = {
		{"the code is given",
		 "/a/* https://n.x/\n/b/* https://n.x/ 301\n",
		 "1 h.x/a/* https://n.x/ 302\n2 h.x/b/* https://n.x/ 301\n"
		 "1 " FILE_FIRST}};
	static const struct format_options none,
		options = {.host = "h.x", .code = "302"};

	(void)state;
	format_case_all(&format_netlify, &none, bare, 1);
	format_case_all(&format_netlify, &options, code, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_netlify),
		cmocka_unit_test(test_format_netlify_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
