// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_regex.h"
#include "format_regex_target.h"

enum {
	NOCASE = FORMAT_REGEX_CASE,
	DEC = FORMAT_REGEX_DECODED,
	DIR = FORMAT_REGEX_DIRECTORY,
	QUERY = FORMAT_REGEX_QUERY,
};

/* "SOURCE SOURCE", "~" and bits behind what is unlike, "!REASON". */
static const char *ways_text(const struct format_regex *regex, int err)
{
	static char text[100000];
	char *at = text;
	size_t i;

	*text = '\0';
	if (err == -ENOTSUP)
		sprintf(text, "!%s", regex->reason);
	for (i = 0; i < regex->count; i++) {
		at += sprintf(at, "%s%s", i ? " " : "", regex->ways[i].source);
		if (regex->ways[i].unlike)
			at += sprintf(at, "~%u", regex->ways[i].unlike);
	}
	return text;
}

static const struct {
	const char *text;
	unsigned int flags;
	const char *ways;
} paths[] = {
	{"^/a$", 0, "/a"},
	{"^/a", 0, "/a*"},
	{"^/a/", 0, "/a/*~1"},
	{"^/a/(.*)$", 0, "/a/*~1"},
	{"^/a/?$", 0, "/a/ /a"},
	{"^/a/?", 0, "/a*"},
	{"^/a/?(.*)$", 0, "/a/* /a*"},
	{"^/a(/.*)?$", 0, "/a/* /a"},
	{"^/a(/|$)", 0, "/a/* /a"},
	{"^/a($|/.*)", 0, "/a /a/*"},
	{"^/(foo|bar)$", 0, "/foo /bar"},
	{"^/(?:foo|bar)/([0-9]+)$", 0, "/foo/{g1:digits} /bar/{g1:digits}"},
	{"^/p/(\\d+)/([^/]+)/?$", 0,
	 "/p/{g1:digits}/{g2}/ /p/{g1:digits}/{g2}"},
	{"^/p/([^/]+)(\\.html)?$", 0, "/p/{g1}"},
	{"^/p/([^/]+?)(\\.html)?$", 0, "/p/{g1}.html /p/{g1}"},
	{"^/(.*)/?$", 0, "/*"},
	{"^(.*)$", 0, "/*"},
	{"(.*)", 0, "/*"},
	{"^/(.+)$", 0, "/*~2"},
	{"^", 0, "/*"},
	{"", 0, "/*"},
	{".", 0, "/*"},
	{"/", 0, "/*"},
	{"^/index.html$", 0, "/index.html~16"},
	{"^/index\\.(html?|php)$", 0, "/index.html /index.htm /index.php"},
	{"^/[Aa]bout$", 0, "/About /about"},
	{"^/about$", NOCASE, "/about"},
	{"(?i)^/[Aa]bout$", 0, "/about"},
	{"^/\\d\\d\\d\\d/", 0, "/{g1:digits}/*~5"},
	{"^/[1-9][0-9]*$", 0,
	 "/1{g1:digits} /1 /2{g1:digits} /2 /3{g1:digits} /3 /4{g1:digits} /4 /5{g1:digits} /5 /6{g1:digits} /6 /7{g1:digits} /7 /8{g1:digits} /8 /9{g1:digits} /9"},
	{"^/([a-z0-9-]+)$", 0, "/{g1}~4"},
	{"^/+a/+$", 0, "/a/~8"},
	{"^foo/(.*)$", DIR, "/foo/*~1"},
	{"^/foo$", DIR, "!it never matches"},
	{"^$", DIR, "/"},
	{"^(.*)$", DIR, "/*"},
	{"^/?foo$", DIR, "/foo"},
	{"foo", 0, "!not anchored at its begin"},
	{"^/a b$", DEC, "/a%20b"},
	{"^/a\\?b$", DEC, "/a%3Fb"},
	{"^/a\\?b=1$", QUERY, "/a?b=1"},
	{"^/a\\?b$", 0, "!it never matches"},
	{"^/a(.*)$", QUERY, "/a*"},
	{"^/(?!x)a", 0, "!it looks ahead or behind"},
	{"^/a(?<y>\\d{4})-x$", 0, "/a{g1:digits}-x~4"},
	{"^/(.*)\\.html$", 0, "!something behind \".*\" or the like"},
	{"^/(a|ab)(.*)$", 0, "/a*"},
	{"^/([^/]+)(?:-([0-9]+))?$", 0, "/{g1}"},
	{"^/a$|^/b$", 0, "/a /b"},
	{"^(/a|/b)$", 0, "/a /b"},
	{"^/(.+)/?$", 0, "/*~2"},
	{"^/a/(.+)$", 0, "/a/*~3"},
	{"^/a/.+", 0, "/a/*~3"},
	{"^/a/.", 0, "/a/*~3"},
	{"^/a/.$", 0, "/a/*~7"},
	{"^/a.$", 0, "/a*~6"},
	{"^/.well-known/(.*)$", 0, "/.well-known/*~17"},
	{"^/(\\d+).html$", 0, "/{g1:digits}.html~16"},
	{"^/[^/]+/[^/]+$", 0, "/{g1}/{g2}"},
	{"^/([^/]*)$", 0, "/{g1} /"},
	{"^/([^/]*)/x$", 0, "/{g1}/x //x"},
	{"^/([^/]+)([0-9]+)$", 0, "!two variable parts side by side"},
	{"^/(\\w+)/$", 0, "/{g1}/~4"},
	{"^/[[:digit:]]+$", 0, "/{g1:digits}"},
	{"^/[[:alpha:]]{2}/(.*)$", 0, "/{g1}/*~5"},
	{"^/a{3}$", 0, "/aaa"},
	{"^/a{0,2}$", 0, "/aa /a /"},
	{"^/a+$", 0, "!a character that is repeated"},
	{"^/(ab)+$", 0, "!a group that is repeated"},
	{"^/(ab){2}$", 0, "!a group that is repeated"},
	{"^/a{$", 0, "/a%7B /%7B"},
	{"^/x{a}*$", 0, "!a character that is repeated"},
	{"^/\\*\\.\\$$", 0, "/%2A.$"},
	{"^/a\\x41$", 0, "/aA"},
	{"^/(a)\\1$", 0, "!a reference to a group"},
	{"^/a\\bb$", 0, "!an escape that rules have nothing for"},
	{"\\A/a\\z", 0, "/a"},
	{"^/a$b", 0, "!it never matches"},
	{"^/a^b", 0, "!it never matches"},
	{"a^", 0, "!it never matches"},
	{"^a", 0, "!it never matches"},
	{"^[^/]+$", 0, "!it never matches"},
	{"^[^.]*$", 0, "/*~4"},
	{"^.*/x$", 0, "!something behind \".*\" or the like"},
	{"/x$", 0, "!not anchored at its begin"},
	{"\\.php$", 0, "!not anchored at its begin"},
	{"^/(", 0, "!a group without its end"},
	{"^/)", 0, "!a ')' without a group"},
	{"^/[a", 0, "!a class without its end"},
	{"^/[z-a]", 0, "!a range that ends before it begins"},
	{"^/*a$", 0, "/a~8"},
	{"*a", 0, "!a quantifier without what it is of"},
	{"^/a\\", 0, "!a '\\' at its end"},
	{"^/(?P<id>[0-9]+)$", 0, "/{g1:digits}"},
	{"^/(?'id'[0-9]+)$", 0, "/{g1:digits}"},
	{"^/(?<id[0-9]+)$", 0, "!a group's name without its end"},
	{"^/a(?i)b$", 0, "!(?i) behind its begin"},
	{"^(?i)/b$", 0, "/b"},
	{"^/(?i:b)$", 0, "!a group that rules have nothing for"},
	{"^/(?>b)$", 0, "!a group that rules have nothing for"},
	{"^/a??b$", 0, "/b /ab"},
	{"^/a?+b$", 0, "!a quantifier that gives nothing back"},
	{"^/(.*?)$", 0, "/*"},
	{"^/a/(.*?)", 0, "!as little as may be of what varies"},
	{"^/(.*?)/?$", 0, "!something behind \".*\" or the like"},
	{"^/([^/]+?)-([^/]+)$", 0, "!as little as may be of what varies"},
	{"^/[a-z][a-z]/", 0, "/{g1}/*~5"},
	{"^/(en|de|fr)(/.*)?$", 0, "/en/* /en /de/* /de /fr/* /fr"},
	{"^/(?:en|de)?/?shop$", 0,
	 "/en/shop /enshop /de/shop /deshop //shop /shop"},
	{"^/(a|b)?(c|d)?(e|f)?$", 0,
	 "/ace /acf /ac /ade /adf /ad /ae /af /a /bce /bcf /bc /bde /bdf /bd /be /bf /b /ce /cf /c /de /df /d /e /f /"},
	{"^/([^/]+)/(foo|[^/]+)$", 0, "/{g1}/foo /{g1}/{g2}"},
	{"^/([^/]+|foo)$", 0, "/{g1} /foo"},
	{"^/a/\\.\\./[^/]+$", 0, "!it never matches"},
	{"^/caf\xc3\xa9$", DEC, "/café"},
	{"^/a%20b$", 0, "/a%20b"},
	{"^/a%20b$", DEC, "/a%2520b"},
	{"^/a/[^/]+\\?x=1$", QUERY, "!a query, and what varies"},
	{"^/a\\?id=(\\d+)$", QUERY, "!a query, and what varies"},
	{"^/a$", QUERY, "/a~32"},
	{"^[Ff]oo/?$", DIR | NOCASE, "/foo/ /foo"},
	{"^.", DIR, "/*~2"},
	{".", DIR, "/*~2"},
	{".*", DIR, "/*"},
	{"foo", DIR, "!not anchored at its begin"},
	{"^foo", DIR, "/foo*"},
	{"/", DIR, "!not anchored at its begin"},
	{"^/[a-e][a-e][x-z][0-9]$", 0,
	 "/{g1}x0~4 /{g1}x1~4 /{g1}x2~4 /{g1}x3~4 /{g1}x4~4 /{g1}x5~4 /{g1}x6~4 /{g1}x7~4 /{g1}x8~4 /{g1}x9~4 /{g1}y0~4 /{g1}y1~4 /{g1}y2~4 /{g1}y3~4 /{g1}y4~4 /{g1}y5~4 /{g1}y6~4 /{g1}y7~4 /{g1}y8~4 /{g1}y9~4 /{g1}z0~4 /{g1}z1~4 /{g1}z2~4 /{g1}z3~4 /{g1}z4~4 /{g1}z5~4 /{g1}z6~4 /{g1}z7~4 /{g1}z8~4 /{g1}z9~4"},
	{"^/[xyz]?[xyz]?[0-9][a-f]$", 0,
	 "/{g1}0a~4 /{g1}0b~4 /{g1}0c~4 /{g1}0d~4 /{g1}0e~4 /{g1}0f~4 /{g1}1a~4 /{g1}1b~4 /{g1}1c~4 /{g1}1d~4 /{g1}1e~4 /{g1}1f~4 /{g1}2a~4 /{g1}2b~4 /{g1}2c~4 /{g1}2d~4 /{g1}2e~4 /{g1}2f~4 /{g1}3a~4 /{g1}3b~4 /{g1}3c~4 /{g1}3d~4 /{g1}3e~4 /{g1}3f~4 /{g1}4a~4 /{g1}4b~4 /{g1}4c~4 /{g1}4d~4 /{g1}4e~4 /{g1}4f~4 /{g1}5a~4 /{g1}5b~4 /{g1}5c~4 /{g1}5d~4 /{g1}5e~4 /{g1}5f~4 /{g1}6a~4 /{g1}6b~4 /{g1}6c~4 /{g1}6d~4 /{g1}6e~4 /{g1}6f~4 /{g1}7a~4 /{g1}7b~4 /{g1}7c~4 /{g1}7d~4 /{g1}7e~4 /{g1}7f~4 /{g1}8a~4 /{g1}8b~4 /{g1}8c~4 /{g1}8d~4 /{g1}8e~4 /{g1}8f~4 /{g1}9a~4 /{g1}9b~4 /{g1}9c~4 /{g1}9d~4 /{g1}9e~4 /{g1}9f~4 /0a /0b /0c /0d /0e /0f /1a /1b /1c /1d /1e /1f /2a /2b /2c /2d /2e /2f /3a /3b /3c /3d /3e /3f /4a /4b /4c /4d /4e /4f /5a /5b /5c /5d /5e /5f /6a /6b /6c /6d /6e /6f /7a /7b /7c /7d /7e /7f /8a /8b /8c /8d /8e /8f /9a /9b /9c /9d /9e /9f"},
	{"^/((((((((((((((((((((((a))))))))))))))))))))))$", 0,
	 "!more than 20 groups within each other"},
};

static void test_path(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct format_regex regex;
		int err = format_regex_path(&regex, paths[i].text,
					    strlen(paths[i].text),
					    paths[i].flags);

		if (strcmp(ways_text(&regex, err), paths[i].ways))
			fail_msg("%s: %s", paths[i].text,
				 ways_text(&regex, err));
		format_regex_free(&regex);
	}
}

static const struct {
	const char *text, *ways;
} hosts[] = {
	{"^old\\.example$", "old.example"},
	{"^(www\\.)?old\\.example$", "www.old.example old.example"},
	{"^(?:www|shop)\\.old\\.example$", "www.old.example shop.old.example"},
	{"^(.+\\.)?old\\.example$", "*.old.example old.example"},
	{"^(.*)\\.old\\.example$", "*.old.example"},
	{"^[^.]+\\.old\\.example$", "*.old.example~256"},
	{"^([a-z]+)\\.old\\.example$", "*.old.example~260"},
	{"\\.old\\.example$", "*.old.example"},
	{"old\\.example$", "old.example~64 *.old.example~64"},
	{"^old\\.example", "old.example~128"},
	{"old.example", "old.example~208 *.old.example~208"},
	{"^www.old.example$", "www.old.example~16"},
	{"^.*old\\.example$", "old.example~64 *.old.example~64"},
	{"^.*$", "*"},
	{".", "*~4"},
	{"", "*"},
	{"^www\\.(.+)$", "!a variable part behind the host's begin"},
	{"^www\\.", "!the begin of a host alone"},
	{"^$", "!it never matches"},
	{"^Old\\.EXAMPLE$", "old.example"},
	{"^old\\.example(:80)?$", "old.example"},
	{"^old\\.example:8080$", "old.example~2048"},
	{"^(old|new)\\.(com|net)$", "old.com old.net new.com new.net"},
	{"^(?i)old\\.example$", "old.example"},
	{"^10\\.0\\.0\\.1$", "10.0.0.1"},
	{"^.old\\.example$", "!'.' for any one character"},
	{"^\\.old\\.example$", "!it never matches"},
	{"^old/example$", "!a character that hosts have not"},
	{"^shop-[0-9]+\\.old\\.example$",
	 "!a variable part behind the host's begin"},
	{"^shop-[12]\\.old\\.example$",
	 "shop-1.old.example shop-2.old.example"},
};

static void test_host(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct format_regex regex;
		int err = format_regex_host(&regex, hosts[i].text,
					    strlen(hosts[i].text));

		if (strcmp(ways_text(&regex, err), hosts[i].ways))
			fail_msg("%s: %s", hosts[i].text,
				 ways_text(&regex, err));
		format_regex_free(&regex);
	}
}

static const struct {
	const char *text;
	unsigned int flags; /* 256: of a host */
	char sign;
	const char *target;
	const char *made; /* of each way; "~" what is unlike; "!REASON" */
} targets[] = {
	{"^/a/(.*)$", 0, '$', "https://n/$1", "https://n/*~1"},
	{"^(.*)$", 0, '$', "https://n$1", "https://n/*"},
	{"^/a(/.*)?$", 0, '$', "https://n/b$1", "https://n/b/* https://n/b"},
	{"^/a/(.*)$", 0, '$', "https://n/$1.html",
	 "!what varies at the end is put before something else~1"},
	{"^/a/(.*)$", 0, '$', "https://n/?p=$1", "https://n/?p=*~1"},
	{"^/a/(.*)$", 0, '$', "https://n/$1?p=1", "https://n/*?p=1~1"},
	{"^/a/(.*)$", 0, '$', "https://n/$1#x", "https://n/*#x~1"},
	{"^/a/(.*)$", 0, '$', "https://n/#$1",
	 "!what varies is put into the fragment~1"},
	{"^/a/(.*)$", 0, '$', "https://n/$1$1",
	 "!what varies at the end is put in twice~1"},
	{"^/(.*)$", 0, '$', "https://$1/", "!what varies is put into the host"},
	{"^/(\\d+)/([^/]+)$", 0, '$', "https://n/$2?id=$1",
	 "https://n/{g2}?id={g1}"},
	{"^/(\\d+)/([^/]+)$", 0, '$', "https://n/$2/$2",
	 "!a group is put in twice"},
	{"^/(\\d+)/([^/]+)$", 0, '$', "https://n/${2}0", "https://n/{g2}0"},
	{"^/(?<id>\\d+)/(?<s>[^/]+)$", 0, '$', "https://n/$s/${id}0",
	 "https://n/{g2}/{g1}0"},
	{"^/(\\d+)$", 0, '$', "https://n/$foo",
	 "!a variable that rules have not"},
	{"^/(\\d+)$", 0, '$', "https://n/$2x$3", "https://n/x"},
	{"^/(\\d+)$", 0, '\\', "https://n/\\1", "https://n/{g1}"},
	{"^/(\\d+)$", 0, '$', "https://n/$", "https://n/$"},
	{"^/(\\d+)$", 0, '$', "https://n/$0", "https://n//{g1}"},
	{"^/(foo|bar)$", 0, '$', "https://n/$1", "https://n/foo https://n/bar"},
	{"^/(foo|bar)$", NOCASE, '$', "https://n/$1",
	 "https://n/foo https://n/bar~1024"},
	{"^/(7|8)$", NOCASE, '$', "https://n/$1", "https://n/7 https://n/8"},
	{"^/a?(.*)$", 0, '$', "https://n/$1", "https://n/* https://n/*"},
	{"^/(a|ab)?(.*)$", 0, '$', "https://n/$1", "https://n/a https://n/"},
	{"^/(?:([^/]+)|x([^/]+))/y$", 0, '$', "https://n/$1",
	 "https://n/{g1} https://n/~512"},
	{"^/(?:([^/]+)|x([^/]+))/y$", 0, '$', "https://n/",
	 "https://n/ https://n/"},
	{"^/x$", 0, '$', "https://n/{a}*", "https://n/%7Ba%7D%2A"},
	{"^(.+)\\.old\\.example$", 256, '$', "https://$1.new.example/",
	 "https://*.new.example/"},
	{"^(.+\\.)?old\\.example$", 256, '$', "https://$1new.example/",
	 "https://*.new.example/ https://new.example/"},
	{"^(a|b)\\.old\\.example$", 256, '$', "https://n/$1/",
	 "https://n/a/ https://n/b/"},
	{"^(www\\.)?(old\\.example)$", 256, '$', "https://$2/",
	 "https://old.example/ https://old.example/"},
};

static void test_target(void **state)
{
	char text[1000], made[200];
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		struct format_regex regex;
		size_t len = strlen(targets[i].text);
		char *at = text;
		int err;

		if (targets[i].flags == 256)
			err = format_regex_host(&regex, targets[i].text, len);
		else
			err = format_regex_path(&regex, targets[i].text, len,
						targets[i].flags);
		assert_int_equal(err, 0);
		for (j = 0; j < regex.count; j++) {
			err = format_regex_target(&regex, made, sizeof(made),
						  &regex.ways[j],
						  targets[i].sign,
						  targets[i].target,
						  strlen(targets[i].target));
			at += sprintf(at, "%s%s%s", j ? " " : "",
				      err < 0 ? "!" : "",
				      err < 0 ? regex.reason : made);
		}
		if (regex.unlike)
			sprintf(at, "~%u", regex.unlike);
		if (strcmp(text, targets[i].made))
			fail_msg("%s: %s: %s", targets[i].text,
				 targets[i].target, text);
		format_regex_free(&regex);
	}
}

static void test_unlike(void **state)
{
	unsigned int bits = FORMAT_REGEX_SLASH | FORMAT_REGEX_LETTERS;

	(void)state;
	assert_non_null(strstr(format_regex_unlike(&bits), "last '/'"));
	assert_non_null(strstr(format_regex_unlike(&bits), "letters"));
	assert_null(format_regex_unlike(&bits));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_unlike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
