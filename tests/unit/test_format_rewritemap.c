// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "format_rewritemap.h"
#include "format_told.h"

#define AT_H                                                         \
	{                                                            \
		.host = "h.x", .code = "301", .base = "https://b.x/" \
	}

static const struct format_told cases[] = {
	{"host and path, a path, comments", AT_H,
	 "# a\n a.x/0 https://n.x/\na.x/1 https://n.x/1 why\n\n/2\t/2\na.x/3\n",
	 "3 a.x/1 https://n.x/1 301\n5 h.x/2 https://b.x/2 301\n"},
	{"what is decoded, and what rules take for their own", AT_H,
	 "a.x/a%b?c*{d}\u00fc https://n.x/*{e}%20\n",
	 "1 a.x/a%25b%3Fc%2A%7Bd%7D%C3%BC https://n.x/%2A%7Be%7D%20 301\n"},
	{"queries of targets", AT_H,
	 "a.x/1 https://n.x/?\na.x/2 https://n.x/?a=b\n",
	 "1 a.x/1 https://n.x/ 301 query=drop\n2 a.x/2 https://n.x/?a=b 301\n"
	 "~1 query: the request's is kept beside the target's, as QSA does\n"},
	{"the first counts", AT_H, "a.x/1 https://n.x/1\na.x/1 https://n.x/2\n",
	 "1 a.x/1 https://n.x/1 301\n2 a.x/1 https://n.x/2 301\n"},
	{"no path, no code",
	 {0},
	 "a.x https://n.x/\na.x/1 https://n.x/\n",
	 "1!source: a key without a path\n2!code: missing; --code CODE gives "
	 "one\n"},
};

static void test_rewritemap_told(void **state)
{
	(void)state;
	told_check(&format_rewritemap, cases, sizeof(cases) / sizeof(*cases));
}

static const struct format_told writes[] = {
	{"what a map carries",
	 {0},
	 "a.x/1 https://n.x/1?a=b#c 302\na.x/%C3%BC%25 https://n.x/ 302\n",
	 "# RewriteMap moved txt:FILE\n"
	 "# RewriteCond ${moved:%{HTTP_HOST}%{REQUEST_URI}} ^(.+)$\n"
	 "# RewriteRule . %1 [R=302,L,NE,QSA,UnsafeAllow3F]\n"
	 "a.x/1 https://n.x/1?a=b#c\na.x/\u00fc% https://n.x/\n"},
	{"what it does not",
	 {0},
	 "a.x/1 https://n.x/ 301\na.x/2 https://n.x/ 302\n"
	 "a.x/3/* https://n.x/ 301\n*/4 https://n.x/ 301\n"
	 "a.x/5 https://n.x/? 301\na.x/6 - 410\na.x/%20 https://n.x/ 301\n"
	 "a.x/7 https://n.x/ 301 query=drop\na.x/8?q https://n.x/ 301\n",
	 "# RewriteMap moved txt:FILE\n"
	 "# RewriteCond ${moved:%{HTTP_HOST}%{REQUEST_URI}} ^(.+)$\n"
	 "# RewriteRule . %1 [R=301,L,NE,QSA,UnsafeAllow3F]\n"
	 "a.x/1 https://n.x/\n"
	 "?0 answer: a.x/2: another code than the first rule's\n"
	 "?0 answer: a.x/5: a '?' at the target's end, which drops the query\n"
	 "?0 answer: a.x/6: no target\n?0 answer: a.x/7: query=drop\n"
	 "?0 source: a.x/3/*: more than one path\n"
	 "?0 source: */4: a wildcard host\n?0 source: a.x/8?q: a query\n"
	 "?0 line: a.x/%20: a blank in the path\n"},
};

static void test_rewritemap_written(void **state)
{
	(void)state;
	told_written(&format_rewritemap, writes,
		     sizeof(writes) / sizeof(*writes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rewritemap_told),
		cmocka_unit_test(test_rewritemap_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
