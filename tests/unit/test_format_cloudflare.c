// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "format_cloudflare.h"
#include "format_told.h"

#define SLASH                                                                   \
	"of a source that ends in '/' and has SUBPATH_MATCHING the rule takes " \
	"the path without it, too\n"
#define ORDER                                                             \
	"of rows with SUBPATH_MATCHING the longer path comes first with " \
	"Cloudflare, here the nearer host does\n"

static const struct format_told cases[] = {
	{"the documentation's",
	 {0},
	 "example.com/contacts,https://example.net/contact-us,301,,,,\n"
	 "example.com/about,https://example.net/about-us,,FALSE,TRUE,,\n"
	 "example.com/docs,https://example.com/draft-docs,302,,TRUE\n",
	 "1 example.com/contacts https://example.net/contact-us 301 "
	 "query=drop\n"
	 "2 *.example.com/about https://example.net/about-us 301 query=drop\n"
	 "2 example.com/about https://example.net/about-us 301 query=drop\n"
	 "3 *.example.com/docs https://example.com/draft-docs 302 query=drop\n"
	 "3 example.com/docs https://example.com/draft-docs 302 "
	 "query=drop\n"},
	{"two cells, a host alone, a scheme",
	 {0},
	 "a.x,https://c.x\nhttps://a.x/b,https://c.x/d#e,307,true\n",
	 "1 a.x/ https://c.x 301 query=drop\n"
	 "2 a.x/b https://c.x/d#e 307 scheme=https\n"},
	{"quotes, and what rules take for their own",
	 {0},
	 "\"a.x/b,c\",\"https://c.x/d,e\"\n\"a.x/*/{b}\",https://c.x/*{b}\n",
	 "1 a.x/b,c https://c.x/d,e 301 query=drop\n"
	 "2 a.x/%2A/%7Bb%7D https://c.x/%2A%7Bb%7D 301 query=drop\n"},
	{"below a path, with and without what is below",
	 {0},
	 "a.x/b/,https://c.x/d/,301,TRUE,,TRUE,TRUE\n"
	 "a.x/e/,https://c.x/f,301,TRUE,,TRUE,FALSE\n"
	 "a.x/g,https://c.x/h,301,TRUE,,TRUE,\n",
	 "1 a.x/b/* https://c.x/d/* 301\n2 a.x/e/* https://c.x/f 301\n"
	 "3 a.x/g/* https://c.x/h 301\n~1 slash: " SLASH},
	{"where one '/' more or less stands",
	 {0},
	 "a.x/b,https://c.x/d,301,TRUE,,TRUE,TRUE\n"
	 "a.x/e,https://c.x/f/,301,TRUE,,TRUE,TRUE\n"
	 "a.x,https://c.x,301,TRUE,,TRUE,TRUE\n"
	 "b.x/,https://c.x/f?g=h#i,301,,,TRUE,TRUE\n",
	 "1 a.x/b https://c.x/d 301\n1 a.x/b/* https://c.x/d/* 301\n"
	 "2 a.x/e/* https://c.x/f/* 301\n3 a.x/* https://c.x/* 301\n"
	 "4 b.x/ https://c.x/f?g=h#i 301 query=drop\n"
	 "4 b.x/* https://c.x/f/*?g=h#i 301 query=drop\n"
	 "~2 suffix: where one of source and target ends in '/', one '/' "
	 "stands before what is kept of the path\n"},
	{"a whole domain",
	 {0},
	 "http://a.x/,https://c.x/,301,TRUE,TRUE,TRUE,TRUE",
	 "1 *.a.x/* https://c.x/* 301 scheme=http\n"
	 "1 a.x/* https://c.x/* 301 scheme=http\n~1 order: " ORDER},
	{"a header row",
	 {0},
	 "source_url,target_url,preserve_query_string,comment\n"
	 "a.x/b,https://c.x/d,TRUE,n\n",
	 "2 a.x/b https://c.x/d 301\n"},
	{"a header row as people write it",
	 {0},
	 "Source URL,Target URL,Status,Preserve query string,Include "
	 "subdomains,Subpath-matching\na.x/b,https://c.x/d,302,Enabled,"
	 "Disabled,TRUE\n",
	 "2 a.x/b/* https://c.x/d 302\n"},
	{"what Cloudflare refuses",
	 {.base = "https://c.x/"},
	 "*.a.x/b,https://c.x/\na.x/b/*,https://c.x/\n"
	 "a.x/c,https://c.x/d?e,301,TRUE\na.x/c,https://c.x/d?e\n"
	 "a.x/f,c.x/g\n",
	 "4 a.x/c https://c.x/d?e 301 query=drop\n"
	 "1!source: '*.a.x/b': Cloudflare has no wildcards, but "
	 "INCLUDE_SUBDOMAINS and SUBPATH_MATCHING\n"
	 "2!source: 'a.x/b/*': Cloudflare has no wildcards, but "
	 "INCLUDE_SUBDOMAINS and SUBPATH_MATCHING\n"
	 "3!target: 'https://c.x/d?e': it has a query of its own, which "
	 "Cloudflare refuses with PRESERVE_QUERY_STRING\n"
	 "5!target: 'c.x/g' begins neither http:// nor https://\n"},
	{"what is wrong",
	 {0},
	 "a.x/b?c,https://c.x/\na.x/b#c,https://c.x/\na.x/b,,301\n"
	 ",https://c.x/\na.x/b,https://c.x/,200\na.x/b,https://c.x/,,yes\n"
	 "a.x/b,https://c.x/,301,,,,,x\na.x/\"b,https://c.x/\n,,,\n"
	 "a.x:8/b,https://c.x/\na.x/b,magnet:?x\n",
	 "1!source: 'a.x/b?c': a source URL has no query with Cloudflare\n"
	 "2!source: 'a.x/b#c': a source URL has no fragment with Cloudflare\n"
	 "3!target: missing\n4!source: missing\n"
	 "5!code: '200': Cloudflare has 301 302 307 308\n"
	 "6!preserve_query_string: 'yes' is neither TRUE nor FALSE\n"
	 "7!line: 8 fields; Cloudflare has 7\n"
	 "8!line: a quote in a field without quotes\n"
	 "10!source: 'a.x:8/b': port 8: only 80 and 443 are dropped\n"
	 "11!target: 'magnet:?x' begins neither http:// nor https://\n"},
};

static void test_cloudflare_told(void **state)
{
	(void)state;
	told_check(&format_cloudflare, cases, sizeof(cases) / sizeof(*cases));
}

static const struct format_told writes[] = {
	{"all columns",
	 {0},
	 "a.x/b https://c.x/d 301\na.x/c https://c.x/d?e 302 query=drop\n"
	 "a.x/d/* https://c.x/*#f 307\nb.x/e/* https://c.x/ 308\n"
	 "b.x/g,h https://c.x/g,h 301 scheme=http\n"
	 "c.x https://d.x 301\n",
	 "a.x/b,https://c.x/d,301,TRUE,FALSE,FALSE,FALSE\n"
	 "a.x/c,https://c.x/d?e,302,FALSE,FALSE,FALSE,FALSE\n"
	 "a.x/d/,https://c.x/#f,307,TRUE,FALSE,TRUE,TRUE\n"
	 "b.x/e/,https://c.x/,308,TRUE,FALSE,TRUE,FALSE\n"
	 "\"http://b.x/g,h\",\"https://c.x/g,h\",301,TRUE,FALSE,FALSE,FALSE\n"
	 "c.x/,https://d.x/,301,TRUE,FALSE,TRUE,TRUE\n"
	 "~0 slash: a.x/d/*: this and other prefixes do not take the path "
	 "without its last '/'\n"},
	{"two rules of a name",
	 {0},
	 "*.a.x/b https://c.x/d 301\n*.b.x/b https://c.x/d 301\n"
	 "*.d.x/b https://c.x/d 301\na.x/b https://c.x/d 301\n"
	 "b.x/b https://c.x/e 301\n",
	 "a.x/b,https://c.x/d,301,TRUE,TRUE,FALSE,FALSE\n"
	 "b.x/b,https://c.x/e,301,TRUE,FALSE,FALSE,FALSE\n"
	 "?0 host: *.b.x/b: INCLUDE_SUBDOMAINS takes the name itself, too\n"
	 "?0 host: *.d.x/b: INCLUDE_SUBDOMAINS takes the name itself, "
	 "too\n"},
	{"what rows cannot say",
	 {0},
	 "* https://c.x 301\na.x/1 - 410\na.x/2 https://c.x/ 303\n"
	 "a.x/3?q https://c.x/ 301\na.x/4?q&* https://c.x/ 301\n"
	 "a.x/5/{b} https://c.x/{b} 301\na.x/6 https://c.x/ 301 case=ignore\n"
	 "a.x/7* https://c.x/ 301\na.x/8/* https://c.x/b* 301\n"
	 "a.x/9/* https://c.x/b?c=* 301\na.x/A https://c.x/?d 301\n"
	 "a.x/B/ https://c.x/ 301\na.x/B/* https://c.x/ 301\n"
	 "a.x/C https://c.x/ 301 max-age=1 tag=t note=n header=\"A: b\"\n",
	 "a.x/B/,https://c.x/,301,TRUE,FALSE,FALSE,FALSE\n"
	 "a.x/C,https://c.x/,301,TRUE,FALSE,FALSE,FALSE\n"
	 "?0 host: */*: a source URL has a host\n"
	 "?0 code: a.x/1: Cloudflare has 301, 302, 307 and 308\n"
	 "?0 code: a.x/2: Cloudflare has 301, 302, 307 and 308\n"
	 "?0 query: a.x/3?q: a source URL has no query\n"
	 "?0 query: a.x/4?q&*: a source URL has no query\n"
	 "?0 query: a.x/A: none is kept where the target has one\n"
	 "?0 pattern: a.x/5/{b}: it has no patterns\n"
	 "?0 case: a.x/6: paths have case\n"
	 "?0 prefix: a.x/7*: SUBPATH_MATCHING takes whole segments\n"
	 "?0 remainder: a.x/8/*: PRESERVE_PATH_SUFFIX begins a segment\n"
	 "?0 remainder: a.x/9/*: only at the end of the target's path\n"
	 "?0 source: a.x/B/*: another rule has this source URL with "
	 "Cloudflare\n"
	 "~0 max-age: a.x/C: lost\n~0 header: a.x/C: lost\n"
	 "~0 tag: a.x/C: lost\n~0 note: a.x/C: lost\n"},
};

static void test_cloudflare_written(void **state)
{
	(void)state;
	told_written(&format_cloudflare, writes,
		     sizeof(writes) / sizeof(*writes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cloudflare_told),
		cmocka_unit_test(test_cloudflare_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
