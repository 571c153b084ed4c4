// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_told.h"

/* A line and the line that its rule prints as; NULL: no rule in it. */
static const struct {
	const char *about, *line, *printed;
} good_cases[] = {
	/* lines */
	{"empty line", "", NULL},
	{"blanks", " \t ", NULL},
	{"comment", "# old.example https://new.example 301", NULL},
	{"comment behind blanks", "\t # x", NULL},
	{"comment behind a rule", "a.x/b https://c.x/ 302 # gone # soon",
	 "a.x/b https://c.x/ 302\n"},
	{"comment without a blank behind it", "a.x/b https://c.x/ 302 #x=y",
	 "a.x/b https://c.x/ 302\n"},
	{"tabs and many blanks", "\ta.x/b \t https://c.x/\t302  ",
	 "a.x/b https://c.x/ 302\n"},
	/* whole hosts */
	{"host to origin keeps the path", "old.example https://new.example 301",
	 "old.example/* https://new.example/* 301\n"},
	{"host to origin with a slash", "old.example https://new.example/ 301",
	 "old.example/* https://new.example/* 301\n"},
	{"host to origin with a port",
	 "old.example http://new.example:8080 301",
	 "old.example/* http://new.example:8080/* 301\n"},
	{"host to one page", "old.example https://new.example/moved 301",
	 "old.example/* https://new.example/moved 301\n"},
	{"host to a query", "old.example https://new.example?from=old 301",
	 "old.example/* https://new.example?from=old 301\n"},
	{"host below a path", "old.example https://new.example/old/* 301",
	 "old.example/* https://new.example/old/* 301\n"},
	{"prefix to origin is one page",
	 "old.example/* https://new.example 301",
	 "old.example/* https://new.example 301\n"},
	{"root to origin", "old.example/ https://new.example 301",
	 "old.example/ https://new.example 301\n"},
	{"any host", "* https://new.example 302",
	 "*/* https://new.example/* 302\n"},
	{"any host, one path", "*/robots.txt - pass", "*/robots.txt - pass\n"},
	{"every name below", "*.Old.example. https://new.example 302",
	 "*.old.example/* https://new.example/* 302\n"},
	/* source */
	{"scheme is dropped", "HTTPS://old.example/a https://c.x/ 302",
	 "old.example/a https://c.x/ 302\n"},
	{"port 80 is dropped", "old.example:80/a https://c.x/ 302",
	 "old.example/a https://c.x/ 302\n"},
	{"port 443 is dropped", "*.old.example:443 https://c.x/p 302",
	 "*.old.example/* https://c.x/p 302\n"},
	{"IPv6 with a port", "[2001:DB8::0:1]:443/a https://c.x/ 302",
	 "[2001:db8::1]/a https://c.x/ 302\n"},
	{"IPv4", "192.0.2.1/a https://c.x/ 302",
	 "192.0.2.1/a https://c.x/ 302\n"},
	{"U-label", "m\xc3\xbcnchen.example/a https://c.x/ 302",
	 "xn--mnchen-3ya.example/a https://c.x/ 302\n"},
	{"path in normal form", "a.x/b/../%7e%2f/\xc3\xbc https://c.x/ 302",
	 "a.x/~%2F/%C3%BC https://c.x/ 302\n"},
	{"escaped star", "a.x/b%2ac https://c.x/ 302",
	 "a.x/b%2Ac https://c.x/ 302\n"},
	{"byte prefix", "a.x/blog* https://c.x/* 302",
	 "a.x/blog* https://c.x/* 302\n"},
	{"byte prefix of dot files", "a.x/b/.* https://c.x/* 302",
	 "a.x/b/.* https://c.x/* 302\n"},
	{"byte prefix of two dots", "a.x/b/..* https://c.x/* 302",
	 "a.x/b/..* https://c.x/* 302\n"},
	{"parent before the star", "a.x/b/../* https://c.x/* 302",
	 "a.x/* https://c.x/* 302\n"},
	{"exact query", "a.x/b?c=%64&%2f https://c.x/ 302",
	 "a.x/b?c=d&%2F https://c.x/ 302\n"},
	{"empty query", "a.x/b? https://c.x/ 302", "a.x/b? https://c.x/ 302\n"},
	{"query with a slash and a question mark",
	 "a.x/b?/../?c https://c.x/ 302", "a.x/b?/../?c https://c.x/ 302\n"},
	/* target */
	{"scheme and host as written", "a.x/b HTTPS://C.X./D 302",
	 "a.x/b HTTPS://C.X./D 302\n"},
	{"http target", "a.x/b hTTp://C.X/D 302", "a.x/b hTTp://C.X/D 302\n"},
	{"bare origin as written", "a.x HTTPS://C.X. 302",
	 "a.x/* HTTPS://C.X./* 302\n"},
	{"target's port stays", "a.x/b https://c.x:443/ 302",
	 "a.x/b https://c.x:443/ 302\n"},
	{"highest port", "a.x/b https://c.x:65535 302",
	 "a.x/b https://c.x:65535 302\n"},
	{"IPv6 target", "a.x/b https://[::0:1]:8443/c 302",
	 "a.x/b https://[::0:1]:8443/c 302\n"},
	{"port with zeros", "a.x/b https://c.x:0080/ 302",
	 "a.x/b https://c.x:0080/ 302\n"},
	{"U-labels between others, and a final dot",
	 "a.x/b https://WWW.M\xc3\xbcnchen.EXAMPLE.:1/ 302",
	 "a.x/b https://www.xn--mnchen-3ya.example.:1/ 302\n"},
	{"A-labels as written", "a.x/b https://XN--mnchen-3ya.x/ 302",
	 "a.x/b https://XN--mnchen-3ya.x/ 302\n"},
	{"U-label target", "a.x/b https://m\xc3\xbcnchen.example/\xc3\xbc 302",
	 "a.x/b https://xn--mnchen-3ya.example/%C3%BC 302\n"},
	{"target's path as written",
	 "a.x/b https://c.x/d/./../%2e/e%c3?/../%7e'%27 302",
	 "a.x/b https://c.x/d/./../%2e/e%c3?/../%7e'%27 302\n"},
	{"empty path before a query", "a.x/b https://c.x?d 302",
	 "a.x/b https://c.x?d 302\n"},
	{"empty query in a target", "a.x/b https://c.x/? 302",
	 "a.x/b https://c.x/? 302\n"},
	{"star behind a word", "a.x/* https://c.x/old-* 302",
	 "a.x/* https://c.x/old-* 302\n"},
	{"star in a query", "a.x/* https://c.x/?u=http://a.x/* 302",
	 "a.x/* https://c.x/?u=http://a.x/* 302\n"},
	{"star behind the query's mark", "a.x/* https://c.x?* 302",
	 "a.x/* https://c.x?* 302\n"},
	{"star behind dots", "a.x/* https://c.x/d/..* 302",
	 "a.x/* https://c.x/d/..* 302\n"},
	{"at behind the host", "a.x/b https://c.x/@d 302",
	 "a.x/b https://c.x/@d 302\n"},
	{"bytes that no URL has", "a.x/b https://c.x/\"<\\>`^|?|#|` 302",
	 "a.x/b https://c.x/%22%3C%5C%3E%60%5E%7C?%7C#%7C%60 302\n"},
	{"fragment", "a.x/b https://c.x/d#e 302",
	 "a.x/b https://c.x/d#e 302\n"},
	{"fragment with all that it may have",
	 "a.x/b https://c.x/d?e#/f?g:@'%7e#h\xc3\xbc 302",
	 "a.x/b https://c.x/d?e#/f?g:@'%7e%23h%C3%BC 302\n"},
	{"fragment before a comment", "a.x/b https://c.x/#d 302 #e",
	 "a.x/b https://c.x/#d 302\n"},
	{"empty fragment", "a.x/b https://c.x/# 302",
	 "a.x/b https://c.x/# 302\n"},
	{"fragment behind the host", "a.x/b https://c.x#d 302",
	 "a.x/b https://c.x#d 302\n"},
	{"host to an origin with a fragment is one page",
	 "a.x https://c.x/#d 302", "a.x/* https://c.x/#d 302\n"},
	{"host to an origin with an empty fragment", "a.x https://c.x# 302",
	 "a.x/* https://c.x# 302\n"},
	{"host to an origin with an empty query", "a.x https://c.x/? 302",
	 "a.x/* https://c.x/? 302\n"},
	{"star before a query", "a.x/* https://c.x/*?d=e 302",
	 "a.x/* https://c.x/*?d=e 302\n"},
	{"star before a query and a fragment", "a.x/* https://c.x/d*?e#f 302",
	 "a.x/* https://c.x/d*?e#f 302\n"},
	{"star before a fragment", "a.x/* https://c.x/*#f 302",
	 "a.x/* https://c.x/*#f 302\n"},
	{"star in a query before a fragment", "a.x/* https://c.x?*#f 302",
	 "a.x/* https://c.x?*#f 302\n"},
	{"escaped stars", "a.x/* https://c.x/%2a/*?%2A#%2A 302",
	 "a.x/* https://c.x/%2a/*?%2A#%2A 302\n"},
	{"wildcard to wildcard keeps the path", "*.a.x https://*.C.x 302",
	 "*.a.x/* https://*.C.x/* 302\n"},
	{"wildcard with a port, a path and a star",
	 "*.a.x/b/* http://*.c.x:81/d/*?e 302",
	 "*.a.x/b/* http://*.c.x:81/d/*?e 302\n"},
	{"wildcard of U-labels", "*.a.x/b https://*.\xc3\xbc.x 302",
	 "*.a.x/b https://*.xn--tda.x 302\n"},
	{"any host below a name", "* https://*.c.x 302",
	 "*/* https://*.c.x/* 302\n"},
	{"any host to itself", "* https://* 302", "*/* https://*/* 302\n"},
	{"any host with a slash", "* https://*/ 302", "*/* https://*/* 302\n"},
	{"any host to itself with a port", "*/a https://*:8443/b#c 302",
	 "*/a https://*:8443/b#c 302\n"},
	{"any host to itself, one page", "* https://*/moved 302",
	 "*/* https://*/moved 302\n"},
	{"any host to itself, a query", "* https://*?q 302",
	 "*/* https://*?q 302\n"},
	/* codes */
	{"303", "a.x/b https://c.x/ 303", "a.x/b https://c.x/ 303\n"},
	{"307", "a.x/b https://c.x/ 307", "a.x/b https://c.x/ 307\n"},
	{"308", "a.x/b https://c.x/ 308", "a.x/b https://c.x/ 308\n"},
	{"410", "a.x - 410", "a.x/* - 410\n"},
	{"pass", "a.x/b/* - pass", "a.x/b/* - pass\n"},
	/* keys */
	{"query=keep is the default", "a.x/b https://c.x/ 302 query=keep",
	 "a.x/b https://c.x/ 302\n"},
	{"query=drop", "a.x/b https://c.x/ 302 query=drop",
	 "a.x/b https://c.x/ 302 query=drop\n"},
	{"query=drop on a source with one",
	 "a.x/b?c https://c.x/ 302 query=drop", "a.x/b?c https://c.x/ 302\n"},
	{"max-age of a 302", "a.x/b https://c.x/ 302 max-age=60",
	 "a.x/b https://c.x/ 302 max-age=60\n"},
	{"max-age=0 of a 302", "a.x/b https://c.x/ 302 max-age=0",
	 "a.x/b https://c.x/ 302\n"},
	{"max-age=0 of a 301", "a.x/b https://c.x/ 301 max-age=0",
	 "a.x/b https://c.x/ 301 max-age=0\n"},
	{"default max-age of a 308", "a.x/b https://c.x/ 308 max-age=03600",
	 "a.x/b https://c.x/ 308\n"},
	{"default max-age of a 410", "a.x/b - 410 max-age=3600",
	 "a.x/b - 410\n"},
	{"longest max-age", "a.x/b https://c.x/ 301 max-age=2147483647",
	 "a.x/b https://c.x/ 301 max-age=2147483647\n"},
	{"tag of a pass", "a.x/b - pass tag=A-z.0_9",
	 "a.x/b - pass tag=A-z.0_9\n"},
	{"all keys in another order",
	 "a.x/b https://c.x/ 301 tag=t max-age=1 query=drop",
	 "a.x/b https://c.x/ 301 query=drop max-age=1 tag=t\n"},
	/* quotes */
	{"a value in quotes it does not need", "a.x/b - 410 tag=\"t\"",
	 "a.x/b - 410 tag=t\n"},
	{"each key in quotes",
	 "a.x/b https://c.x/ 307 query=\"drop\" max-age=\"7\" final=\"301\"",
	 "a.x/b https://c.x/ 307 query=drop max-age=7 final=301\n"},
	{"blanks in quotes", "a.x/b - 410 note=\"a  b\" tag=t",
	 "a.x/b - 410 tag=t note=\"a  b\"\n"},
	{"escapes", "a.x/b - 410 note=\"\\\"a\\\\ b\\\"\"",
	 "a.x/b - 410 note=\"\\\"a\\\\ b\\\"\"\n"},
	{"an escape at the end", "a.x/b - 410 note=\"a b\\\\\" #",
	 "a.x/b - 410 note=\"a b\\\\\"\n"},
	{"no comment in quotes", "a.x/b - 410 note=\"a # b\" # c \" d",
	 "a.x/b - 410 note=\"a # b\"\n"},
	{"a sign of comments in a value", "a.x/b - 410 note=#4711",
	 "a.x/b - 410 note=#4711\n"},
	{"a quote and a backslash inside, without quotes",
	 "a.x/b - 410 note=a\"b\\c\"", "a.x/b - 410 note=a\"b\\c\"\n"},
	{"tabs around a value in quotes", "a.x/b - 410\tnote=\"a b\"\ttag=t",
	 "a.x/b - 410 tag=t note=\"a b\"\n"},
	{"an equals sign in a value", "a.x/b - 410 note=a=\"b",
	 "a.x/b - 410 note=a=\"b\n"},
	/* note */
	{"a pattern", "a.x/{y:digits}/%7e{S_1}.html https://c.x/{S_1}?{y} 301",
	 "a.x/{y:digits}/~{S_1}.html https://c.x/{S_1}?{y} 301\n"},
	{"a pattern of names below", "*.a.x/{b}/* https://*.c.x/{b}/* 301",
	 "*.a.x/{b}/* https://*.c.x/{b}/* 301\n"},
	{"a set of pairs", "a.x/?b=2&a=%7e&* https://c.x/ 301 query=drop",
	 "a.x/?a=~&b=2&* https://c.x/ 301 query=drop\n"},
	{"query=keep of a set", "a.x/?b&* https://c.x/ 301 query=keep",
	 "a.x/?b&* https://c.x/ 301\n"},
	{"case=ignore", "A.x/About%2f?B - 410 case=ignore",
	 "a.x/About%2F?B - 410 case=ignore\n"},
	{"a set with case=ignore", "a.x/?b&A&* - 410 case=ignore",
	 "a.x/?A&b&* - 410 case=ignore\n"},
	{"a scheme", "a.x/b - pass scheme=http", "a.x/b - pass scheme=http\n"},
	{"keys of which requests", "*/b - 200 first=yes tag=t scheme=https",
	 "*/b - 200 scheme=https first=yes tag=t\n"},
	{"first of all hosts", "* - pass first=yes", "*/* - pass first=yes\n"},
	{"a word", "a.x/b - pass note=x", "a.x/b - pass note=x\n"},
	{"a note in UTF-8", "a.x/b - 200 note=\"\xc3\xbc \xe2\x82\xac\"",
	 "a.x/b - 200 note=\"\xc3\xbc \xe2\x82\xac\"\n"},
	{"blanks around a note", "a.x/b - 410 note=\"  a \"",
	 "a.x/b - 410 note=a\n"},
	/* final= */
	{"final code", "a.x/b https://c.x/ 307 final=308",
	 "a.x/b https://c.x/ 307 final=308\n"},
	{"final pair", "a.x/b https://c.x/ 302/307 final=301/308:0",
	 "a.x/b https://c.x/ 302/307 final=301/308:0\n"},
	{"final code with its default", "a.x/b https://c.x/ 307 final=301:3600",
	 "a.x/b https://c.x/ 307 final=301\n"},
	{"final code of a permanent one",
	 "a.x/b https://c.x/ 301 max-age=60 final=301:0086400",
	 "a.x/b https://c.x/ 301 max-age=60 final=301:86400\n"},
	{"final code of a 410", "a.x/b - 410 max-age=0 final=410",
	 "a.x/b - 410 max-age=0 final=410\n"},
	{"longest final max-age", "a.x/b - 410 final=410:2147483647",
	 "a.x/b - 410 final=410:2147483647\n"},
	/* header= */
	{"header", "a.x/b https://c.x/ 301 header=\"X-A: b c\"",
	 "a.x/b https://c.x/ 301 header=\"X-A: b c\"\n"},
	{"header without blanks", "a.x/b https://c.x/ 301 header=X-A:b",
	 "a.x/b https://c.x/ 301 header=\"X-A: b\"\n"},
	{"header with many", "a.x/b - 200 header=\"X-A: \t b\tc  \"",
	 "a.x/b - 200 header=\"X-A: b\tc\"\n"},
	{"headers in their order, one twice",
	 "a.x/b - 410 header=b:1 tag=t header=a:2 header=b:1 header=\"c: \\\"\"",
	 "a.x/b - 410 tag=t header=\"b: 1\" header=\"a: 2\" header=\"b: 1\" "
	 "header=\"c: \\\"\"\n"},
	{"all bytes of a token", "a.x/b - 410 header=!#$%&'*+-.^_`|~09azAZ:x",
	 "a.x/b - 410 header=\"!#$%&'*+-.^_`|~09azAZ: x\"\n"},
	{"names like reserved ones",
	 "a.x/b - 410 header=Dates:x header=X-Via:x header=T:x header=TEE:x",
	 "a.x/b - 410 header=\"Dates: x\" header=\"X-Via: x\" "
	 "header=\"T: x\" header=\"TEE: x\"\n"},
	{"a colon and a slash in a value",
	 "a.x/b - 410 header=Access-Control-Allow-Origin:https://a.x:1",
	 "a.x/b - 410 header=\"Access-Control-Allow-Origin: https://a.x:1\"\n"},
};

static void test_rule_good(void **state)
{
	struct rule_error error = {0};
	struct rule rule, again;
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good_cases) / sizeof(*good_cases); i++) {
		const char *about = good_cases[i].about;
		const char *want = good_cases[i].printed;
		int got = rule_told_parse(&rule, good_cases[i].line, &error);
		struct rule_buffer first = rule_told_buffer;

		if (got != (want ? 1 : 0))
			fail_msg("%s: %d, %s", about, got, error.reason);
		if (!want)
			continue;
		rule_told_print(&rule, text, sizeof(text));
		if (strcmp(text, want))
			fail_msg("%s: %s", about, text);
		rule.source = first.source;
		rule.target = first.target;
		rule.tag = first.tag;
		rule.note = first.note;
		rule.headers = first.headers;
		if (rule.source_len != strlen(rule.source) ||
		    rule.target_len != strlen(rule.target))
			fail_msg("%s: lengths", about);
		text[strlen(text) - 1] = '\0';
		if (rule_told_parse(&again, text, &error) != 1)
			fail_msg("%s: not read again: %s", about, error.reason);
		if (!rule_equal(&rule, &again))
			fail_msg("%s: another rule when read again", about);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
