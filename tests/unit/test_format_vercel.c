// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "format_told.h"
#include "format_vercel.h"

#define HERE                                         \
	{                                            \
		.host = "a.x", .base = "https://a.x" \
	}

static const struct format_told cases[] = {
	{"the documentation's table", HERE,
	 "source,destination,permanent\n/old-blog,/blog,true\n"
	 "/old-about,/about,false\n/legacy,https://c.x/contact,true\n",
	 "2 a.x/old-blog https://a.x/blog 308 case=ignore query=drop\n"
	 "3 a.x/old-about https://a.x/about 307 case=ignore query=drop\n"
	 "4 a.x/legacy https://c.x/contact 308 case=ignore query=drop\n"},
	{"a table with all columns, letters for flags", HERE,
	 "query,caseSensitive,statusCode,permanent,destination,source,x\n"
	 "t,t,301,f,https://c.x/,/b,1\nf,f,,t,https://c.x/,/c,\n,,,,,,\n"
	 "t,t,302,,https://c.x/,/d\n",
	 "2 a.x/b https://c.x/ 301\n"
	 "3 a.x/c https://c.x/ 308 case=ignore query=drop\n"
	 "5 a.x/d https://c.x/ 302\n-1 column: 'x'\n"},
	{"an array", HERE,
	 "[\n  { \"source\": \"/b\", \"destination\": \"https://c.x/d\",\n"
	 "    \"statusCode\": 301, \"query\": true },\n"
	 "  { \"source\": \"/E\", \"destination\": \"/f\",\n"
	 "    \"permanent\": false, \"caseSensitive\": true }\n]\n",
	 "2 a.x/b https://c.x/d 301 case=ignore\n"
	 "4 a.x/E https://a.x/f 307 query=drop\n"},
	{"an object a line", HERE,
	 "{\"source\":\"/b\",\"destination\":\"/c\",\"permanent\":true}\n\n"
	 "{\"source\":\"/d{}*\",\"destination\":\"/e{}*\",\"statusCode\":\"302\","
	 "\"sensitive\":true,\"query\":true}",
	 "1 a.x/b https://a.x/c 308 case=ignore query=drop\n"
	 "3 a.x/d%7B%7D%2A https://a.x/e%7B%7D%2A 302\n"},
	{"braces and quotes in texts", HERE,
	 "[{\"source\":\"/b\",\"destination\":\"https://c.x/\\\"{[\\\\\"}]",
	 "1 a.x/b https://c.x/%22%7B[%5C 307 case=ignore query=drop\n"},
	{"an empty array", HERE, "[ ]\n", ""},
	{"fields that are not known, once", HERE,
	 "[{\"source\":\"/b\",\"destination\":\"/c\",\"x\":1},\n"
	 "{\"source\":\"/d\",\"destination\":\"/e\",\"x\":[]}]",
	 "1 a.x/b https://a.x/c 307 case=ignore query=drop\n"
	 "2 a.x/d https://a.x/e 307 case=ignore query=drop\n"
	 "-1 field: 'x'\n"},
	{"without host and base",
	 {0},
	 "{\"source\":\"/b\",\"destination\":\"/c\"}\n",
	 "1!source: '/b': no host; --host HOST gives one\n"
	 "1!target: '/c' begins neither http:// nor https://; --base URL "
	 "makes it one\n"},
	{"what is wrong with an object", HERE,
	 "{\"source\":\"/a?b\",\"destination\":\"/c\"}\n"
	 "{\"source\":\"b\",\"destination\":\"/c\"}\n"
	 "{\"destination\":\"/c\"}\n{\"source\":\"/b\"}\n"
	 "{\"source\":\"/b\",\"destination\":\"/c\",\"statusCode\":410}\n"
	 "{\"source\":\"/b\",\"destination\":\"/c\",\"query\":\"yes\"}\n"
	 "{\"source\":[],\"destination\":\"/c\"}\n"
	 "{\"source\":\"/b\",\"destination\":\"/c\",\"has\":[]}\n"
	 "{\"source\":\"/b\",\"source\":\"/c\"}\n"
	 "{\"source\":\"/b\n\"}\nx\n"
	 "{\"source\":\"/z\",\"destination\":\"/c\"}\n",
	 "13 a.x/z https://a.x/c 307 case=ignore query=drop\n"
	 "1!source: '/a?b': it is a path alone with Vercel\n"
	 "2!source: 'b' begins without '/'\n3!source: missing\n"
	 "4!target: missing\n"
	 "5!statusCode: '410': Vercel has 301 302 303 307 308\n"
	 "6!query: 'yes' is neither true nor false\n"
	 "7!source: no text, number or flag\n"
	 "9!line: JSON: duplicate object key near '\"source\"'\n"
	 "10!line: JSON: unexpected newline near '\"/b'\n"
	 "12!line: no JSON object\n?8 condition: has\n"},
	{"an array that does not end", HERE,
	 "[{\"source\":\"/b\",\"destination\":\"/c\"},\n",
	 "1 a.x/b https://a.x/c 307 case=ignore query=drop\n"
	 "2!line: an array without its end\n"},
	{"an object that does not end", HERE, "[{\"source\":\"/b\n\n",
	 "1!line: a JSON object without its end\n"},
	{"commas", HERE,
	 "[{\"source\":\"/b\",\"destination\":\"/c\"}\n"
	 "{\"source\":\"/d\",\"destination\":\"/c\"}]\n",
	 "1 a.x/b https://a.x/c 307 case=ignore query=drop\n"
	 "2!line: no comma behind an object\n"},
	{"a comma at the end", HERE,
	 "[{\"source\":\"/b\",\"destination\":\"/c\"},]",
	 "1 a.x/b https://a.x/c 307 case=ignore query=drop\n"
	 "1!line: a comma too many\n"},
	{"text behind", HERE, "[]\n[]", "2!line: text behind the array\n"},
	{"no header row", HERE, "/b,/c\n",
	 "!header row: no columns 'source' and 'destination'\n"},
};

static void test_vercel_told(void **state)
{
	(void)state;
	told_check(&format_vercel, cases, sizeof(cases) / sizeof(*cases));
}

/* Objects that are too long, or nested without an end, are one error. */
static void test_vercel_hostile(void **state)
{
	static const char end[] =
		"\n{\"source\":\"/b\",\"destination\":\"/c\"}";
	const struct format_options here = HERE;
	enum { SIZE = 10 << 20 };
	char *data = malloc(SIZE + 64), *told;

	(void)state;
	strcpy(data, "{\"source\":\"/");
	memset(data + 12, 'b', SIZE);
	strcpy(data + 12 + SIZE, "\"}");
	strcat(data + SIZE, end);
	told = told_by(&format_vercel, &here, data, strlen(data));
	assert_string_equal(told,
			    "2 a.x/b https://a.x/c 307 case=ignore query=drop\n"
			    "1!line: a JSON object over 65536 bytes\n");
	free(told);
	memset(data, '{', SIZE);
	told = told_by(&format_vercel, &here, data, SIZE);
	assert_string_equal(told, "1!line: a JSON object without its end\n");
	free(told);
	memset(data, '[', 30000);
	memset(data + 30000, ']', 30000);
	memcpy(data, "{\"source\":", 10);
	data[60000 - 10] = '}';
	told = told_by(&format_vercel, &here, data, 60000 - 9);
	assert_non_null(strstr(told, "1!line: JSON: maximum parsing depth"));
	free(told);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vercel_told),
		cmocka_unit_test(test_vercel_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
