// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "memfile.h"
#include "format.h"
#include "format_apache.h"
#include "format_cloudflare.h"
#include "format_caddy.h"
#include "format_csv.h"
#include "format_haproxy.h"
#include "format_haproxy_map.h"
#include "format_head.h"
#include "format_netlify.h"
#include "format_nginx.h"
#include "format_nginx_map.h"
#include "format_read.h"
#include "format_vercel.h"
#include "format_vercel_json.h"
#include "formats.h"
#include "format_rules.h"
#include "rule_line.h"

/* What was read, in the order of its lines. */
struct taken {
	unsigned long at;
	char text[600];
};

static struct taken taken[64];
static size_t taken_count;

static int take(void *arg, const struct rule *rule, unsigned long at)
{
	struct taken *to = &taken[taken_count++];
	FILE *out = fmemopen(to->text, sizeof(to->text), "w");

	(void)arg;
	assert_true(taken_count < 64);
	to->at = at;
	fprintf(out, "%lu ", at);
	rule_print(out, rule);
	fclose(out);
	return 0;
}

/* Rules and errors by line: "LINE RULE\n", for a bad one "LINE!FIELD:
 * REASON\n". */
static void collect(const char *path, const struct format *format, char *text)
{
	struct line_errors errors = {0};
	struct format_read read = {
		.take = take, .format = format, .errors = &errors};
	unsigned int e = 0;
	size_t i = 0;

	taken_count = 0;
	assert_int_equal(formats_read(&read, path), 0);
	for (*text = '\0'; i < taken_count || e < errors.count;) {
		bool rule = i < taken_count &&
			    (e == errors.count ||
			     taken[i].at <= errors.items[e].line);

		if (rule)
			text = stpcpy(text, taken[i++].text);
		else
			text += sprintf(text, "%lu!%s\n", errors.items[e].line,
					errors.items[e].text);
		e += !rule;
	}
	line_errors_free(&errors);
	format_read_free(&read);
}

static const struct {
	const char *about;
	const struct format *format;
	const char *data, *rules;
} cases[] = {
	{"the example of the rule language", &format_rules,
	 "# whole domain: path and query are kept\n"
	 "old.example              https://new.example               301\n"
	 "*.old.example/*          https://new.example/*             301\n"
	 "# one page, one legacy query, one subtree\n"
	 "old.example/about        https://new.example/company       301\n"
	 "old.example/item?id=7    https://new.example/items/blue    301\n"
	 "old.example/blog/*       https://journal.example/*         307   "
	 "max-age=60 tag=blog\n"
	 "\n"
	 "old.example/.well-known/acme-challenge/*  -                pass\n"
	 "old.example/forum/*      -                                 410\n",
	 "2 old.example/* https://new.example/* 301\n"
	 "3 *.old.example/* https://new.example/* 301\n"
	 "5 old.example/about https://new.example/company 301\n"
	 "6 old.example/item?id=7 https://new.example/items/blue 301\n"
	 "7 old.example/blog/* https://journal.example/* 307 max-age=60 "
	 "tag=blog\n"
	 "9 old.example/.well-known/acme-challenge/* - pass\n"
	 "10 old.example/forum/* - 410\n"},
	{"BOM and CRLF", &format_rules,
	 "\xef\xbb\xbf"
	 "a.x https://c.x/d 302\r\n\r\na.y - 410\r\n",
	 "1 a.x/* https://c.x/d 302\n3 a.y/* - 410\n"},
	{"good lines behind bad ones", &format_rules,
	 "a.x\na.y - 410\na.z \xff 301\na.z - 410",
	 "1!target: missing\n2 a.y/* - 410\n3!line: not UTF-8\n"
	 "4 a.z/* - 410\n"},
	{"bad UTF-8 in a comment", &format_rules, "# \xff\n",
	 "1!line: not UTF-8\n"},
	{"two rules of one line", &format_rules,
	 "# both\n.a.x https://c.x 301\nb.x - 410\n..x - 410\n.d.x/y - pass",
	 "2 *.a.x/* https://c.x/* 301\n2 a.x/* https://c.x/* 301\n"
	 "3 b.x/* - 410\n4!source: '..x': host '.x': empty label\n"
	 "5 *.d.x/y - pass\n5 d.x/y - pass\n"},
	{"two rules of one record", &format_csv,
	 "source,target,code,tag\n\".a.x/\n\",-,410,\n.a.x/b,-,410,t\n"
	 "c.x,-,410,\n",
	 "2!source: '.a.x/\\x0a': control byte \\x0a\n"
	 "4 *.a.x/b - 410 tag=t\n4 a.x/b - 410 tag=t\n5 c.x/* - 410\n"},
	{"CSV", &format_csv,
	 "source,target,code\na.x,https://c.x,301\n\na.y,-,410\n",
	 "2 a.x/* https://c.x/* 301\n4 a.y/* - 410\n"},
	{"CSV with all columns in another order", &format_csv,
	 "\xef\xbb\xbf"
	 "TAG,Code,Max-Age,Target,Query,Source\r\n"
	 "t,301,5,https://c.x/,drop,a.x/b\r\n"
	 ",302,,\"https://c.x/d,e\",,\"a.x/c\"\r\n",
	 "2 a.x/b https://c.x/ 301 query=drop max-age=5 tag=t\n"
	 "3 a.x/c https://c.x/d,e 302\n"},
	{"CSV with notes, final codes and headers in another order",
	 &format_csv,
	 "header3,source,header,target,note,code,FINAL,Header2\n"
	 "C: 3,a.x/b,A:1,https://c.x/,\"a, \"\"b\"\" \",307,301:7,B: 2\n"
	 ",a.x/c,,https://c.x/,,307,,B: 2\n"
	 ",a.x/d,,https://c.x/,\"a\nb\",307,,\n"
	 ",a.x/e,,https://c.x/,,307,,\"A: b\nC: d\"\n",
	 "2 a.x/b https://c.x/ 307 note=\"a, \\\"b\\\"\" final=301:7 "
	 "header=\"A: 1\" header=\"B: 2\" header=\"C: 3\"\n"
	 "3 a.x/c https://c.x/ 307 header=\"B: 2\"\n"
	 "4!note: 'a\\x0ab': control byte \\x0a\n"
	 "6!header: 'A: b\\x0aC: d': control byte \\x0a\n"},
	{"CSV with quoted names", &format_csv,
	 "\n\"source\",\"target\",\"code\"\n\"a.x\",\"-\",\"410\"\n",
	 "3 a.x/* - 410\n"},
	{"CSV with a field too many or too few", &format_csv,
	 "source,target,code\na.x,-,410,\na.x,-\na.x,-,410\n",
	 "2!line: 4 fields; the header row has 3\n"
	 "3!line: 2 fields; the header row has 3\n4 a.x/* - 410\n"},
	{"CSV with empty cells", &format_csv,
	 "source,target,code\n,-,410\na.x,,410\na.x,-,\n",
	 "2!source: missing\n3!target: missing\n4!code: missing; --code CODE gives one\n"},
	{"CSV with blanks and line breaks in cells", &format_csv,
	 "source ,target,code\na.x/b c,-,410\na.x, -\t,410\n\"a.x\n\",-,410\n"
	 "\" a.x \",- ,\t410 \n",
	 "2!source: 'a.x/b c': a blank; write %20\n3 a.x/* - 410\n"
	 "4!source: 'a.x\\x0a': control byte \\x0a\n6 a.x/* - 410\n"},
	{"CSV with a bad row", &format_csv,
	 "source,target,code\n\"a.x\"y,-,410\na.x,-,410\n",
	 "2!line: text behind a closing quote\n3 a.x/* - 410\n"},
};

static void test_format(void **state)
{
	char name[MEMFILE_NAME], text[2048];
	size_t i;
	int gzip, fd;

	(void)state;
	for (i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		gzip = i & 1;
		fd = memfile_open(name, cases[i / 2].data,
				  strlen(cases[i / 2].data), gzip);
		collect(name, cases[i / 2].format, text);
		if (strcmp(text, cases[i / 2].rules))
			fail_msg("%s%s: %s", cases[i / 2].about,
				 gzip ? " (gzip)" : "", text);
		close(fd);
	}
}

static void test_format_header(void **state)
{
	static const struct {
		const char *about, *data, *reason;
	} headers[] = {
		{"empty file", "", "no header row"},
		{"blank file", "\r\n\n", "no header row"},
		{"missing column", "source,code\n", "no column 'target'"},
		{"column twice", "source,target,code,Source\n",
		 "column 'source' twice"},
		{"no code", "source,target\n", "no column 'code'"},
		{"no source", "target,code\n", "no column 'source'"},
		{"rules without a header", "a.x,https://c.x,301\n",
		 "no header row"},
		{"header column twice", "source,target,code,header,header\n",
		 "column 'header' twice"},
		{"name with a NUL's neighbour", "source,target,code\x01\n",
		 "no column 'code'"},
		{"bad quotes", "\"source,target,code\n",
		 "a quoted field without its end"},
	};
	char name[MEMFILE_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		int fd = memfile_open(name, headers[i].data,
				      strlen(headers[i].data), 0);
		struct format_read read = {.format = &format_csv};
		int err = formats_read(&read, name);

		if (err != -EINVAL ||
		    !strstr(error_text(), headers[i].reason) ||
		    !strstr(error_text(), name))
			fail_msg("%s: %d, %s", headers[i].about, err,
				 error_text());
		format_read_free(&read);
		close(fd);
	}
}

static void test_format_open(void **state)
{
	struct format_read read = {.format = &format_csv};

	(void)state;
	assert_int_equal(formats_read(&read, "/nonexistent"), -ENOENT);
	assert_int_equal(formats_read(&read, "/"), -EISDIR);
	read.format = &format_rules;
	assert_int_equal(formats_read(&read, "/"), -EISDIR);
	format_read_free(&read);
}

static void test_format_guess(void **state)
{
	static const struct {
		const char *path, *text;
		const struct format *format;
	} files[] = {
		{"rules.csv", "", &format_csv},
		{"a/b.CSV", "", &format_csv},
		{"rules.csv.gz", "", &format_csv},
		{"rules", "", &format_rules},
		{"rules.gz", "", &format_rules},
		{"csv", "", &format_rules},
		{"a.csv/rules", "", &format_rules},
		{"-", "", &format_rules},
		{"rules.csv.txt", "", &format_rules},
		{"", "", &format_rules},
		{"-", "Old URL;New URL\na.x;https://c.x\n", &format_csv},
		{"-", "Titles\n\nfrom\tto\ncode\n", &format_csv},
		{"-", "source,target,code\n", &format_csv},
		{"-", "Alter Pfad;Neuer Pfad\n", &format_csv},
		{"-", "old-page,new-page,301\n", &format_rules},
		{"-", "source target code\n", &format_rules},
		{"a.csv", "a.x/b,https://c.x/d,301\n", &format_csv},
		{"a.csv", "a.x/b,https://c.x/d,301,TRUE,,,\n",
		 &format_cloudflare},
		{"-", "a.x/b,https://c.x/d\na.x/c,https://c.x/d,,,,FALSE\n",
		 &format_cloudflare},
		{"-", "a.x/b,https://c.x/d,301,TRUE\na.x/c,/d,301,yes\n",
		 &format_rules},
		{"-", "source_url,target_url,subpath_matching\n",
		 &format_cloudflare},
		{"-", "source_url,target_url,code\n", &format_csv},
		{"-", "Source URL,Target URL,Status,Preserve query string\n",
		 &format_cloudflare},
		{"-",
		 "a.x/1,https://c.x/,,TRUE\na.x/2,https://c.x/\n"
		 "a.x/3,https://c.x/\na.x/4?b,/,,yes\n",
		 &format_cloudflare},
		{"-", "source,destination,permanent\n/a,/b,t\n",
		 &format_vercel},
		{"-", "source,destination,statusCode\nhttp://a.x/,/b,301\n",
		 &format_csv},
		{"-", "source,destination\n/a,/b\n", &format_csv},
		{"-", "[ {\"source\":\"/a\",\"destination\":\"/b\"}]",
		 &format_vercel},
		{"-", "{\"source\":\"/a\",\"destination\":\"/b\"}\n{",
		 &format_vercel},
		{"-", "{\"redirects\":[{\"source\":\"/a\"}]}",
		 &format_vercel_json},
		{"-", "[1,2]", &format_rules},
		{"_redirects", "", &format_netlify},
		{"a/_redirects.gz", "/a /b\n", &format_netlify},
		{"-", "# moved\n/a /b\n/c https://c.x/ 301\n", &format_netlify},
		{"-", "/a/:b /c/:b\n", &format_netlify},
		{"-", "https://a.x/* https://c.x/:splat 301\n",
		 &format_netlify},
		{"-", "https://a.x/b https://c.x/ 301!\n", &format_netlify},
		{"-", "/a/* /b/:splat\n/c /d 301\n/e\n/f /g 302\n",
		 &format_netlify},
		{"-", "/a  id=:id  /b\n", &format_netlify},
		{"-", "/a /b 302 Country=de\n", &format_netlify},
		{"-", "a.x/b https://c.x 301\n", &format_rules},
		{"-", "http://a.x/b https://c.x 301\n", &format_rules},
		{"-", "/a /b\n/c https://c.x/\n", &format_rules},
		{"-", "/a /b;\n/c /d 301;\n", &format_rules},
		{"-", "/a /b 301\na.x https://c.x 301\n", &format_rules},
		{"-", "{\n  \"redirects\": [\n", &format_vercel_json},
		{"-", "// a\n/* b\n * c */\n{\"redirects\": [",
		 &format_vercel_json},
		{"-", "{\"bulkRedirectsPath\": \"a.csv\"}",
		 &format_vercel_json},
		{"Caddyfile", "", &format_caddy},
		{"sites/Caddyfile", "a.x\n", &format_caddy},
		{"-", "a.x\nredir https://c.x{uri}\n", &format_caddy},
		{"-", "a.x {\n\tredir https://c.x{uri}\n}\n", &format_caddy},
		{"-", "server {\n listen 80;\n}\n", &format_nginx},
		{"-", "server {\n listen 80;\n return 301 https://c.x;\n}\n",
		 &format_nginx},
		{"-", "frontend a\n bind :80\n redirect prefix https://c.x\n",
		 &format_haproxy},
		{"-", "Redirect 301 /a https://c.x/\n", &format_apache},
		{"-", "# x\nRewriteEngine On\n", &format_apache},
		{".htaccess", "Redirect 301 /a https://n.x/\n", &format_apache},
		{"a.conf", "Redirect /a https://n.x/\n", &format_apache},
		{"-", "Redirect permanent \"/a\" https://n.x/\n",
		 &format_apache},
		{"-", "<VirtualHost *:80>\n", &format_apache},
		{"-", "<IfModule mod_rewrite.c>\n", &format_apache},
		{"-", "\tredirectmatch ^/a https://n.x/\n", &format_apache},
		{"-", "Redirect.x/a https://n.x/ 301\n", &format_rules},
		{"-", "redirect location https://n.x/ if x\n", &format_rules},
		{"-", "a.x/b https://n.x/\n", &format_rules},
		{"a.cfg", "# x\nglobal\n  maxconn 1\n", &format_haproxy},
		{"-", "frontend a\n bind :80\n", &format_haproxy},
		{"a.map", "# x\na.x/b https://c.x/\n", &format_haproxy_map},
		{"-", "# redirect location %[base,map_beg(F)]\n",
		 &format_haproxy_map},
		{"a.map", "a.x/b https://c.x/;\n", &format_nginx_map},
		{"a.map", "a.x/b https://c.x/ 301\n", &format_rules},
		{"-", "# map $uri $moved { include F; }\n\"/a b\" \"/c\";\n",
		 &format_nginx_map},
		{"-", "a.x/b https://c.x/\n", &format_rules},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct format_head head = {files[i].path, files[i].text,
					   strlen(files[i].text), true};

		if (format_guess(&head) != files[i].format)
			fail_msg("%s: %s", files[i].path, files[i].text);
	}
}

/* Each has a name of its own, and is named once. */
static void test_format_names(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; format_at(i); i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(format_at(i)->name,
						format_at(k)->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_header),
		cmocka_unit_test(test_format_open),
		cmocka_unit_test(test_format_guess),
		cmocka_unit_test(test_format_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
