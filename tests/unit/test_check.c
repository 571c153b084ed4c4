// SPDX-License-Identifier: BSD-2-Clause
#include "desk_case.h"

#include "check.h"
#include "checks.h"
#include "warnings.h"

/* What is found of a kind, with the lines of both rules: "3 of 1". Of the other
 * kinds a case says nothing. */
struct kind_case {
	const char *about, *rules, *found;
};

struct found {
	const char *kind;
	char text[200];
};

static void found_add(void *arg, const struct warning *warning)
{
	struct found *found = arg;
	size_t len = strlen(found->text);
	const char *sign = len ? ", " : "";

	if (strcmp(warning->kind, found->kind))
		return;
	if (warning->other_at)
		snprintf(found->text + len, sizeof(found->text) - len,
			 "%s%lu of %lu", sign, warning->at, warning->other_at);
	else
		snprintf(found->text + len, sizeof(found->text) - len, "%s%lu",
			 sign, warning->at);
}

static void kind_check(const char *kind, const struct kind_case *cases,
		       size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct found found = {.kind = kind};
		struct desk_case desk;
		struct check check = {
			.set = &desk.import.edit.rules,
			.warnings = &desk.import.warnings,
		};

		desk_case_open(&desk, cases[i].rules);
		desk.import.warnings.each = found_add;
		desk.import.warnings.arg = &found;
		check.map = desk.map;
		assert_int_equal(checks_run(&check), 0);
		if (strcmp(found.text, cases[i].found))
			print_error("%s: %s\n", kind, cases[i].about);
		assert_string_equal(found.text, cases[i].found);
		desk_case_close(&desk);
	}
}

#define KIND_TEST(name, kind, ...)                                       \
	static void test_##name(void **state)                            \
	{                                                                \
		static const struct kind_case cases[] = {__VA_ARGS__};   \
                                                                         \
		(void)state;                                             \
		kind_check(kind, cases, sizeof(cases) / sizeof(*cases)); \
	}

KIND_TEST(self, "self", {"a page", "a/1 http://a/1 301\n", "1"},
	  {"a growing URL", "a/* https://a/x/* 301\n", "1"},
	  {"another query", "a/x http://a/x?q=1 301\n", "1"},
	  {"a wildcard's", "*.a/* http://www.a/* 301\n", "1"},
	  {"any host's, of a host that has rules",
	   "*/p/{n} http://b/p/{n} 301\nb/x https://n/ 301\n", "1"},
	  {"perhaps another server's", "*/p/* http://b/p/* 301\n", ""},
	  {"first to https", "a https://a 308 scheme=http\n", ""})

KIND_TEST(loop, "loop",
	  {"two pages", "a/1 https://b/1 301\nb/1 https://a/1 302\n", "1 of 2"},
	  {"queries", "a/x?i=1 https://a/y 301\na/y https://a/x?i=1 301\n",
	   "1 of 2"},
	  {"pairs", "a/x?i=1&* https://b/y 301\nb/y https://a/x?i=1 302\n",
	   "1 of 2"},
	  {"three",
	   "a/1 https://a/2 301\na/2 https://a/3 301\n"
	   "a/3 https://a/1 301\n",
	   "1 of 2"},
	  {"by scheme",
	   "a https://a 308 scheme=http\n"
	   "a http://a 302 scheme=https\n",
	   "1 of 2"},
	  {"https to itself", "a https://a 301\nb https://b 301\n", "1"},
	  {"any host", "*/a https://*/b 301\n*/b https://*/a 301\n", "1 of 2"},
	  {"another port", "a/1 https://b:8443/1 301\nb/1 https://a/1 301\n",
	   ""})

KIND_TEST(
	chain, "chain",
	{"pages", "a/1 https://b/1 301\nb/1 https://n/ 301\n", "1 of 2"},
	{"it is gone", "a/1 https://b/1 301\nb/1 - 410\n", "1 of 2"},
	{"it passes", "a/1 https://b/1 301\nb/1 - pass\n", ""},
	{"patterns", "a/{x} https://b/{x} 301\nb/{y} https://n/{y} 301\n",
	 "1 of 2"},
	{"a page that a capture leads to",
	 "a/{i:digits} https://b/p/{i} 301\nb/p/7 https://n/ 301\n", "1 of 2"},
	{"a name that digits do not lead to",
	 "a/{i:digits} https://b/p/{i} 301\nb/p/x https://n/ 301\n", ""},
	{"a page below", "a/* https://b/* 301\nb/p https://n/ 301\n", "1 of 2"},
	{"a prefix below", "a/* https://b/* 301\nb/p/* https://n/* 301\n",
	 "1 of 2"},
	{"a pattern below",
	 "a/* https://b/* 301\nb/{y:digits}/{s} https://n/{s} 301\n", "1 of 2"},
	{"a query below", "a/* https://b/* 301\nb/p?i=7 https://n/ 301\n",
	 "1 of 2"},
	{"a wildcard's page below",
	 "a/* https://x.b/* 301\n*.b/q https://n/ 301\n", "1 of 2"},
	{"a kept query", "a/p https://b/p 301\nb/p?i=7 https://n/ 301\n",
	 "1 of 2"},
	{"a dropped query",
	 "a/p https://b/p 301 query=drop\nb/p?i=7 https://n/ 301\n", ""},
	{"prefixes that are taken away",
	 "a/en/* https://a/* 301\na/de/* https://a/* 301\n", ""},
	{"any host's rule of a host with rules",
	 "a/1 http://b/2 301\nb/1 https://n/ 301\n* https://n/x 302\n",
	 "1 of 3"},
	{"any host's rule of another host",
	 "a/1 http://b/2 301\n* https://n/x 302\n", ""},
	{"any host leads to one",
	 "*/old https://b/new 301\nb/new https://n/ 301\n", "1 of 2"},
	{"case=ignore",
	 "a/x https://b/Y 301\n"
	 "b/y https://n/ 301 case=ignore\n",
	 "1 of 2"},
	{"the other scheme",
	 "a/x https://b/y 301\n"
	 "b/y https://n/ 301 scheme=http\n",
	 ""})

KIND_TEST(moved, "moved",
	  {"a host", "a/1 https://b/1 301\nb https://n 301\n", "1 of 2"},
	  {"in capitals", "a https://B. 301\nb https://n 301\n", "1 of 2"},
	  {"an address",
	   "a/1 https://192.0.2.1/1 301\n192.0.2.1 https://n 301\n", "1 of 2"},
	  {"to https alone",
	   "a/1 http://b/1 301\n"
	   "b https://b 308 scheme=http\n",
	   ""})

KIND_TEST(www, "twin",
	  {"some at one, some at the other",
	   "www.a.b/1 https://n/ 301\nwww.a.b/2 https://n/ 301\n"
	   "a.b/2 https://n/ 301\na.b/3 https://n/ 301\n",
	   "1"},
	  {"all at both", "www.a.b/1 https://n/ 301\na.b/1 https://n/ 301\n",
	   ""},
	  {"one as a whole",
	   "www.a.b/1 https://n/ 301\na.b https://a.b/x 301\n", ""},
	  {"several names",
	   "a.b/1 https://n/ 301\nb.b/1 https://n/ 301\n"
	   "c.b/1 https://n/ 301\nwww.a.b/1 https://n/ 301\n"
	   "www.aa.b/1 https://n/ 301\nwww.c.b/2 https://n/ 301\n",
	   "3"},
	  {"below a wildcard",
	   "www.a.b/1 https://n/ 301\n*.b/* https://n/* 301\n"
	   "a.b/2 https://n/ 301\n",
	   ""})

KIND_TEST(near, "hidden",
	  {"a page of a wildcard, a nearer host",
	   "*.a.b/p https://n/ 301\nw.a.b https://n 301\n", "1 of 2"},
	  {"any host's", "*/p https://n/ 301\nw.a.b https://n 301\n", "1 of 2"},
	  {"below a prefix, one for all",
	   "*.a/s/1 https://n/ 301\n*.a/s/2 https://n/ 301\n"
	   "*.a/t https://n/ 301\nw.a/s/* https://n/* 301\n",
	   "1 of 4"},
	  {"patterns and queries",
	   "*.a/s/{x}.html https://n/{x} 301\n*.a/s/q?i=1 https://n/ 301\n"
	   "w.a/s/* https://n/* 301\n",
	   "1 of 3"},
	  {"a nearer wildcard",
	   "*.a/s/1 https://n/ 301\n*.w.a/* https://n/* 301\n", "1 of 2"},
	  {"the same path there, too",
	   "*.a/s/1 https://n/ 301\nw.a/s/1 https://m/ 301\n"
	   "w.a/s/* https://n/* 301\n",
	   ""},
	  {"a nearer one of the same path",
	   "*.a https://n 301\nw.a https://m 301\n", ""},
	  {"one that goes further",
	   "*.a/s/* https://n/* 301\nw.a/s/1 https://m/ 301\n", ""},
	  {"what is left to others", "*.a/s/1 https://n/ 301\nw.a/* - pass\n",
	   ""},
	  {"the name itself", ".a/s/1 https://n/ 301\na/t/* https://n/* 301\n",
	   ""},
	  {"another host", "*.a/s/1 https://n/ 301\nw.b/* https://n/* 301\n",
	   ""})

KIND_TEST(hidden, "hidden",
	  {"a page", "*/x/* - pass first=yes\na/x/1 https://n/ 307\n",
	   "2 of 1"},
	  {"a prefix", "*/x/* - pass first=yes\na/x/* https://n/* 307\n",
	   "2 of 1"},
	  {"by a pattern", "*/{n}/* - pass first=yes\na/x/{y} https://n/ 307\n",
	   "2 of 1"},
	  {"more than a pattern",
	   "*/x/{n}/* - pass first=yes\na/x/* https://n/* 307\n", ""},
	  {"letters",
	   "*/1/* - pass first=yes\n"
	   "a/1/{n} https://n/ 307 case=ignore\n",
	   "2 of 1"},
	  {"other letters",
	   "*/x/* - pass first=yes\n"
	   "a/x/{n} https://n/ 307 case=ignore\n",
	   ""},
	  {"none is first", "*/x/* - pass\na/x/1 https://n/ 307\n", ""})

KIND_TEST(overlap, "overlap",
	  {"two", "a/{x}/y https://n/ 307\na/z/{x} https://n/ 307\n", "1 of 2"},
	  {"a '/' that is not there",
	   "a/{x}/y/* https://n/ 307\na/z/{x} https://n/ 307\n", "1 of 2"},
	  {"a part of the other",
	   "a/{x}/* https://n/ 307\na/z/{x} https://n/ 307\n", ""},
	  {"of other schemes",
	   "a/{x}/y https://n/ 307 scheme=http\n"
	   "a/z/{x} https://n/ 307 scheme=https\n",
	   ""},
	  {"nothing of both",
	   "a/{x:digits}-a https://n/ 307\na/b-{x} https://n/ 307\n", ""})

KIND_TEST(twin, "twin", {"a slash", "a/x/ https://n/ 301\n", "1"},
	  {"both", "a/x/ https://n/ 301\na/x https://n/ 301\n", ""},
	  {"www", "a.example https://n 301\n", "1"},
	  {"apex", "*.a.example https://n 301\n", "1"},
	  {"apex and names", ".a.example https://n 301\n", ""})

KIND_TEST(page, "one page", {"a host", "a/* https://n/x 301\n", "1"},
	  {"a segment", "a/b/* https://n/ 302\n", "1"},
	  {"it is kept", "a/* https://n/?q=* 301\n", ""},
	  {"it is small", "a/b/c/* https://n/x 301\n", ""})

KIND_TEST(downgrade, "downgrade", {"both", "a http://n 301\n", "1"},
	  {"plaintext", "a http://n 301 scheme=http\n", ""})

KIND_TEST(age, "max-age", {"long", "a/x - 410 max-age=31536000\n", "1"},
	  {"by final", "a/x https://n/ 302 final=301:31536000\n", "1"},
	  {"not permanent", "a/x https://n/ 302 max-age=31536000\n", ""})

KIND_TEST(method, "method", {"a form", "a/login https://n/ 301\n", "1"},
	  {"in a pattern", "a/{x}/api/{y} https://n/ 302\n", "1"},
	  {"it is kept", "a/login https://n/ 301/308\n", ""},
	  {"a host", "login.a/x https://n/ 301\n", ""})

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_www),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_downgrade),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_method),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
