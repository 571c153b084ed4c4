// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "format_told.h"
#include "format_vercel_json.h"

#define ONE(redirect) "{\"redirects\": [" redirect "]}"
#define GO(source, more) \
	ONE("{\"source\": \"" source "\", \"destination\": " more "}")

#define AT_H                                          \
	{                                             \
		.host = "h.x", .base = "https://b.x/" \
	}

static const struct format_told cases[] = {
	{"no code", AT_H, GO("/me", "\"/profile.html\""),
	 "1 h.x/me https://b.x/profile.html 308 case=ignore\n"},
	{"codes", AT_H,
	 "{\"redirects\": [\n"
	 "{\"source\": \"/1\", \"destination\": \"https://n.x/\", "
	 "\"permanent\": true},\n"
	 "{\"source\": \"/2\", \"destination\": \"https://n.x/\", "
	 "\"permanent\": false},\n"
	 "{\"source\": \"/3\", \"destination\": \"https://n.x/\", "
	 "\"statusCode\": 301},\n"
	 "{\"source\": \"/4\", \"destination\": \"https://n.x/\", "
	 "\"statusCode\": 200},\n"
	 "{\"source\": \"/5\", \"destination\": \"https://n.x/\", "
	 "\"statusCode\": \"301\"}]}",
	 "2 h.x/1 https://n.x/ 308 case=ignore\n3 h.x/2 https://n.x/ 307 case=ignore\n"
	 "4 h.x/3 https://n.x/ 301 case=ignore\n"
	 "?5 code: /4: no code of a redirect that rules have\n"
	 "?6 code: /5: no code of a redirect that rules have\n"},
	{"the rest of a path", AT_H,
	 GO("/blog/:slug*", "\"https://n.x/:slug*\""),
	 "1 h.x/blog/* https://n.x/* 308 case=ignore\n"
	 "~1 slash: /blog/:slug*: Vercel takes no path that ends in "
	 "'/'\n"},
	{"the rest of a path as an expression", AT_H,
	 GO("/blog/:slug(.*)", "\"https://n.x/:slug\""),
	 "1 h.x/blog/* https://n.x/* 308 case=ignore\n"
	 "~1 regex: /blog/:slug(.*): the path without its last '/' is "
	 "taken, too\n"},
	{"the rest of a path by number", AT_H,
	 GO("/(.*)", "\"https://n.x/$1\""),
	 "1 h.x/* https://n.x/* 308 case=ignore\n"},
	{"segments", AT_H, GO("/1/:a/2-:b.3", "\"https://n.x/:b/:a\""),
	 "1 h.x/1/{g1}/2-{g2}.3 https://n.x/{g2}/{g1} 308 case=ignore\n"},
	{"digits", AT_H, GO("/1/:id(\\\\d+)", "\"https://n.x/?id=:id\""),
	 "1 h.x/1/{g1:digits} https://n.x/?id={g1} 308 case=ignore\n"
	 "~1 query: https://n.x/?id=:id: Vercel puts a request's "
	 "parameters among the target's, not behind them\n"},
	{"an optional segment", AT_H, GO("/1/:a?", "\"https://n.x/2/:a\""),
	 "1 h.x/1/{g1} https://n.x/2/{g1} 308 case=ignore\n"
	 "1 h.x/1 https://n.x/2/ 308 case=ignore\n"},
	{"an optional group", AT_H, GO("/1{.2}?", "\"https://n.x/\""),
	 "1 h.x/1.2 https://n.x/ 308 case=ignore\n1 h.x/1 https://n.x/ 308 case=ignore\n"},
	{"alternatives, and a query behind a name", AT_H,
	 GO("/:n(1|2)/3", "\"https://n.x/:n?a=b\""),
	 "1 h.x/1/3 https://n.x/1?a=b 308 case=ignore\n1 h.x/2/3 https://n.x/2?a=b 308 case=ignore\n"
	 "~1 query: https://n.x/:n?a=b: Vercel puts a request's "
	 "parameters among the target's, not behind them\n"},
	{"what is literal", AT_H, GO("/1.2\\\\(3\\\\)$", "\"https://n.x/\""),
	 "1 h.x/1.2(3)$ https://n.x/ 308 case=ignore\n"},
	{"what rules cannot say", AT_H,
	 "{\"redirects\": [\n"
	 "{\"source\": \"/:p((?!uk/).*)\", \"destination\": \"/uk/:p\"},\n"
	 "{\"source\": \"/1/:p*/2\", \"destination\": \"/uk/:p*\"},\n"
	 "{\"source\": \"/:p(1|2)*\", \"destination\": \"/uk/:p*\"},\n"
	 "{\"source\": \"/:p(1\", \"destination\": \"/uk/:p*\"},\n"
	 "{\"source\": \"/*\", \"destination\": \"/uk\"},\n"
	 "{\"source\": \"/:p\", \"destination\": \"https://:p.x/\"},\n"
	 "{\"source\": \"/:p\", \"destination\": \"https://n.x/:q\"}\n]}",
	 "?2 regex: /:p((?!uk/).*): it looks ahead or behind\n"
	 "?3 regex: /1/:p*/2: something behind \".*\" or the like\n"
	 "?4 source: /:p(1|2)*: a part that is repeated\n"
	 "?5 source: /:p(1: a parenthesis without its end\n"
	 "?6 source: /*: a modifier of nothing\n"
	 "?8 source: /:p: a name that the source has not\n"
	 "?7 target: /:p: what varies is put into the host\n"},
	{"of a host, and by a scheme", AT_H,
	 GO("/:p*", "\"https://n.x/:p*\", \"has\": [{\"type\": \"host\", "
		    "\"value\": \"www.a.x\"}, {\"type\": \"header\", \"key\": "
		    "\"x-forwarded-proto\", \"value\": \"http\"}]"),
	 "1 www.a.x/* https://n.x/* 308 scheme=http case=ignore\n"
	 "~1 slash: /:p*: Vercel takes no path that ends in '/'\n"},
	{"of two hosts", AT_H,
	 GO("/1", "\"https://n.x/\", \"has\": [{\"type\": \"host\", "
		  "\"value\": \"(a|b)\\\\.x\"}]"),
	 "1 a.x/1 https://n.x/ 308 case=ignore\n1 b.x/1 https://n.x/ 308 case=ignore\n"},
	{"conditions", AT_H,
	 "{\"redirects\": [\n{\"source\": \"/1\", \"destination\": \"/2\", "
	 "\"has\": [{\"type\": \"query\", \"key\": \"a\", \"value\": "
	 "\"b\"}]},\n{\"source\": \"/1\", \"destination\": \"/2\", "
	 "\"missing\": [{\"type\": \"cookie\", \"key\": \"c\"}]}]}",
	 "?2 condition: /1: has query a b\n"
	 "?3 condition: /1: missing cookie c \n"},
	{"the first counts", AT_H,
	 "{\"redirects\": [\n{\"source\": \"/a/(.*)\", \"destination\": "
	 "\"/2\"},\n{\"source\": \"/A/b\", \"destination\": \"/2\"},\n"
	 "{\"source\": \"/A/(.*)\", \"destination\": \"/2\"}]}",
	 "2 h.x/a/* https://b.x/2 308 case=ignore\n"
	 "~2 regex: /a/(.*): the path without its last '/' is taken, "
	 "too\n"
	 "~4 regex: /A/(.*): the path without its last '/' is taken, "
	 "too\n"
	 "-3 never reached: h.x/A/b: line 2 comes first\n"
	 "-4 never reached: h.x/A/*: line 2 comes first\n"},
	{"what else is there", AT_H,
	 "{\n\"cleanUrls\": true,\n\"trailingSlash\": false,\n\"name\": "
	 "\"redirects\",\n\"bulkRedirectsPath\": \"bulk.csv\",\n\"rewrites\": "
	 "[],\n\"redirects\": []}",
	 "?5 directive: bulkRedirectsPath bulk.csv is to be imported by "
	 "itself\n"
	 "?2 directive: cleanUrls redirects /a.html to /a\n"
	 "?3 directive: trailingSlash redirects between /a and /a/\n"
	 "-6 not a redirect: rewrites are no redirects\n"},
	{"a field that is unknown", AT_H, GO("/1", "\"/2\", \"env\": [\"X\"]"),
	 "?1 field: /1: env\n"},
	{"what is none", AT_H,
	 "{\"redirects\": [\n1,\n{\"source\": 5},\n{\"source\": \"/1\"}]}",
	 "1!redirects: number 1 is no object\n"
	 "3!source: no \"source\" with a text\n"
	 "4!target: no \"destination\" with a text\n"},
	{"no redirects", AT_H, "{\"a\": {\"redirects\": []}}",
	 "1!line: no \"redirects\"\n"},
	{"no array", AT_H, "{\n\"redirects\": {}}", "2!redirects: no array\n"},
	{"no object", AT_H, "[]", "1!line: no JSON object: something else\n"},
	{"an open quote", AT_H, "{\n\"redirects",
	 "2!line: no JSON object: premature end of input near "
	 "'\"redirects'\n"},
	{"a key twice", AT_H, "{\"a\": 1,\n\"a\": 2}",
	 "2!line: no JSON object: duplicate object key near '\"a\"'\n"},
};

static void test_format_vercel_json(void **state)
{
	(void)state;
	told_check(&format_vercel_json, cases, sizeof(cases) / sizeof(*cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_vercel_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
