// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "format.h"
#include "format_folder.h"
#include "format_head.h"
#include "format_nginx.h"
#include "format_nginx_map.h"
#include "format_read.h"
#include "formats.h"
#include "rule_line.h"

static const char *const classes[] = {
	[FINDING_CANNOT] = "cannot",
	[FINDING_LEFT_OUT] = "left out",
};

/* Rules as they are given; then errors, and findings: "CLASS LINE KIND". What
 * differs is held to nginx's answers in tests/net. */
static void collect(char *text, size_t size, const struct format *format,
		    const char *name)
{
	FILE *out = fmemopen(text, size, "w");
	struct line_errors errors = {0};
	struct format_read read = {.take = folder_take,
				   .arg = out,
				   .format = format,
				   .errors = &errors,
				   .options = {.code = "301"}};
	char path[128];
	size_t i, k;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (formats_read(&read, path))
		fprintf(out, "failed: %s\n", error_text());
	for (i = 0; i < errors.count; i++)
		fprintf(out, "error %lu %s\n", errors.items[i].line,
			errors.items[i].text);
	for (k = 0; k < read.findings.count; k++) {
		const struct findings_kind *kind = &read.findings.kinds[k];

		for (i = 0; kind->class != FINDING_DIFFERS && i < kind->count;
		     i++)
			fprintf(out, "%s %lu %s\n", classes[kind->class],
				kind->items[i].at, kind->kind);
	}
	fclose(out);
	line_errors_free(&errors);
	format_read_free(&read);
}

#define TO "return 301 https://n.x"
#define A(text) "server { server_name a.x; " text " }\n"

static const struct {
	const char *about, *text, *file, *rules;
} configs[] = {
	{"a domain", A(TO "$request_uri;"), NULL, "a.x/* https://n.x/* 301\n"},
	{"one page; the query is lost", A(TO "/;"), NULL,
	 "a.x/* https://n.x/ 301 query=drop\n"},
	{"the query is said", A(TO "/p$is_args$args;"), NULL,
	 "a.x/* https://n.x/p 301\n"},
	{"return without a code is 302", A("return https://n.x/;"), NULL,
	 "a.x/* https://n.x/ 302 query=drop\n"},
	{"names", "server { server_name a.x *.b.x .c.x; return 410; }\n", NULL,
	 "a.x/* - 410\nc.x/* - 410\n*.b.x/* - 410\n*.c.x/* - 410\n"},
	{"names that rules have not",
	 "server { server_name a.*; return 410; }\n", NULL,
	 "*/* - 410\ncannot 1 server_name\n"},
	{"the default server",
	 "server { listen 80 default_server; " TO "/; }\n", NULL,
	 "*/* https://n.x/ 301 query=drop\n"},
	{"to https", A("return 301 https://$host$request_uri;"), NULL,
	 "a.x/* https://a.x/* 301 scheme=http\n"},
	{"schemes by listen",
	 "server { listen 80; server_name a.x; return 301 https://$host$request_uri; }\n"
	 "server { listen 443 ssl; server_name a.x; root /x; }\n",
	 NULL, "a.x/* https://a.x/* 301 scheme=http\n"},
	{"a relative target", A("location = /a { return 303 /b; }"), NULL,
	 "a.x/a http://a.x/b 303 scheme=http query=drop\n"
	 "a.x/a https://a.x/b 303 scheme=https query=drop\n"},
	{"locations: '=', prefix, and what is before it",
	 A("location /b/ { " TO "/b; } location = /b/c { root /; }"), NULL,
	 "a.x/b/c - pass\na.x/b/* https://n.x/b 301 query=drop\n"
	 "a.x/b - pass\n"},
	{"an expression comes before a prefix, not before '^~'",
	 A("location ~ ^/i/([0-9]+)$ { " TO "/$1; }"
	   "location ^~ /i/ { return 410; }"),
	 NULL, "a.x/i/* - 410\na.x/i - pass\nleft out 1 never reached\n"},
	{"rewrites keep the query, but with '?'",
	 A("rewrite ^/a$ https://n.x/a permanent;"
	   "rewrite ^/b$ https://n.x/b? redirect;"),
	 NULL, "a.x/a https://n.x/a 301\na.x/b https://n.x/b 302 query=drop\n"},
	{"if, and what is behind it",
	 A("if ($request_uri ~ ^/a) { return 410; } " TO "/;"), NULL,
	 "a.x/a* - 410\na.x/* https://n.x/ 301 query=drop\n"},
	{"a condition that rules have not",
	 A("if ($http_cookie) { return 410; }"), NULL, "cannot 1 condition\n"},
	{"a code that rules have not", A("return 300 https://n.x/;"), NULL,
	 "cannot 1 code\n"},
	{"a variable that rules have not", A(TO "/$cookie_x;"), NULL,
	 "cannot 1 variable\n"},
	{"a map",
	 "map $host$uri $m { include m; }\n"
	 "server { listen 80 default_server; if ($m) { return 308 $m; } }\n",
	 "a.x/b https://n.x/b;\n~^a\\.x/(?<i>[0-9]+)$ https://n.x/$i;\n",
	 "a.x/b https://n.x/b 308 case=ignore query=drop\n"
	 "a.x/{g1:digits} https://n.x/{g1} 308 query=drop\n"},
	{"a condition that rules have not, before a redirect",
	 A("if ($http_cookie) { return 403; } " TO "/;"), NULL,
	 "a.x/* https://n.x/ 301 query=drop\n"},
	{"what an unknown condition sets is not known",
	 A("set $m 0; if ($http_cookie) { set $m 1; }"
	   "if ($m = 1) { return 410; } location = /a { " TO "/$m; }"),
	 NULL, "cannot 1 condition\ncannot 1 variable\n"},
	{"variables made of others",
	 A("set $f \"\"; if ($scheme = http) { set $f \"${f}S\"; }"
	   "if ($host = a.x) { set $f \"${f}H\"; } if ($f = SH) { " TO "/; }"),
	 NULL, "a.x/* https://n.x/ 301 scheme=http query=drop\n"},
	{"a host that is compared with the server's",
	 A("if ($host != $server_name) { return 410; }"), NULL,
	 "left out 1 never reached\n"},
	{"a query, and one parameter of it",
	 A("location = /a { if ($args = \"b=1\") { " TO "/1; }"
	   "if ($arg_c = 2) { " TO "/2$is_args$args; } }"),
	 NULL,
	 "a.x/a?b=1 https://n.x/1 301\na.x/a?c=2&* https://n.x/2?c=2 301\n"},
	{"a parameter by an expression",
	 A("location = /a { if ($args ~ \"(^|&)c=2(&|$)\") { " TO "/; } }"),
	 NULL, "a.x/a?c=2&* https://n.x/ 301 query=drop\n"},
	{"a rewrite keeps the query that it asks for",
	 A("location = /a { if ($args = \"b=1\") { rewrite ^ https://n.x/ permanent; } }"),
	 NULL, "a.x/a?b=1 https://n.x/?b=1 301\n"},
	{"a parameter of any path", A("if ($arg_c = 2) { return 410; }"), NULL,
	 "cannot 1 condition\n"},
	{"a map of a parameter",
	 "map $arg_c $m { 2 https://n.x/; }\n" A(
		 "location = /a { if ($m) { return 301 $m; } }"),
	 NULL, "a.x/a?c=2&* https://n.x/ 301 query=drop\n"},
	{"a map that rules have not, before others",
	 "map $cookie_a $m { 1 x; }\n" A(
		 "if ($m) { return 403; } location = /a { return 410; }"),
	 NULL, "a.x/a - 410\n"},
	{"try_files may come to a redirect",
	 A("location / { try_files $uri @o; } location @o { return 410; }"),
	 NULL, "cannot 1 try_files\n"},
	{"a rewrite to a location that redirects",
	 A("rewrite ^/a$ /b last; location /b { return 410; }"), NULL,
	 "a.x/b* - 410\ncannot 1 rewrite\n"},
	{"a rewrite to one that does not",
	 A("rewrite ^/a/(.*)$ /i.php?q=$1 last; location = /b { return 410; }"),
	 NULL, "a.x/b - 410\nleft out 1 not a redirect\n"},
	{"a path that nginx redirects by itself",
	 A("location /a/ { proxy_pass http://b; }"), NULL,
	 "a.x/a http://a.x/a/ 301 scheme=http\n"
	 "a.x/a https://a.x/a/ 301 scheme=https\n"},
	{"no request comes from outside",
	 A("location /a { internal; return 410; }"), NULL,
	 "left out 1 never reached\n"},
	{"'//' is a path", A("location = /a { return 301 //b; }"), NULL,
	 "a.x/a http://a.x//b 301 scheme=http query=drop\n"
	 "a.x/a https://a.x//b 301 scheme=https query=drop\n"},
	{"no URL", A("location = /a { return 301 b; }"), NULL,
	 "cannot 1 target\n"},
	{"a fragment behind the query",
	 A("location = /a { " TO "$request_uri#b; }"), NULL,
	 "a.x/a https://n.x/a#b 301\n"},
	{"blanks of an expression are one byte each",
	 A("rewrite \"^/a\\x0ab$\" https://n.x/ permanent;"), NULL,
	 "a.x/a%0Ab https://n.x/ 301\n"},
	{"any query, and none",
	 "map $request_uri $m { \"~^/a/?(\\?.*)?$\" https://n.x/; }\n" A(
		 "if ($m) { return 301 $m; }"),
	 NULL,
	 "a.x/a/ https://n.x/ 301 query=drop\na.x/a https://n.x/ 301 query=drop\n"},
	{"what an expression takes of the URI as sent has the query",
	 A("if ($request_uri ~ ^/a/(.*)$) { " TO "/$1; }"), NULL,
	 "a.x/a/* https://n.x/* 301\na.x/a - pass\n"},
	{"a map's keys within a location",
	 "map $uri $m { /a/b https://n.x/; }\n" A(
		 "location /a/ { if ($m) { return 301 $m; } }"),
	 NULL, "a.x/a/b https://n.x/ 301 case=ignore query=drop\n"},
	{"a prefix before a pattern that it meets",
	 A("location ^~ /a/ { return 410; }"
	   "location ~ ^/([^/]+)/b$ { " TO "/; }"),
	 NULL,
	 "a.x/a/* - 410\na.x/a - pass\na.x/{g1}/b https://n.x/ 301 query=drop\n"
	 "a.x/a/b - 410\n"},
	{"nothing of a name, all of a wider one",
	 "server { server_name a.x; root /; }\n"
	 "server { server_name *.x; location = /a { return 410; } }\n",
	 NULL, "a.x/* - pass\n*.x/a - 410\n"},
	{"what an expression did not take is empty",
	 A("location ~ ^/a/([0-9]+)$ { if ($uri ~ ^/b) { return 404; } " TO
	   "/c$1; }"),
	 NULL, "a.x/a/{g1:digits} https://n.x/c 301 query=drop\n"},
	{"locations alone are of no host", "location = /a { return 410; }\n",
	 NULL, "error 1 source: '/a': no host; --host HOST gives one\n"},
	{"an open block", "server { server_name a.x;\n", NULL,
	 "error 1 line: the block that begins here is not closed\n"},
	{"an open quote", A("return 301 \"x;"), NULL,
	 "error 1 line: the file ends within what begins here\n"
	 "error 1 line: the block that begins here is not closed\n"},
	{"a block too many", "}\n", NULL,
	 "error 1 line: a '}' with no block to close\n"},
	{"an include that includes itself", "include c;\n", NULL,
	 "cannot 1 include\n"},
	{"an include that is not there", "include none;\n", NULL,
	 "cannot 1 include\n"},
	{"what a nearer host says of one scheme, the wider one of the other",
	 "server { listen 80 default_server; listen 443 ssl; return 404; }\n"
	 "server { listen 80; listen 443 ssl; server_name *.b.x;"
	 " location ^~ /a/ { root /; } location ~ ^/a { " TO "/; } }\n"
	 "server { listen 80; server_name x.b.x; root /; }\n",
	 NULL,
	 "x.b.x/* - pass\n*.b.x/a/* - pass\n*.b.x/a https://n.x/ 301 query=drop\n"
	 "*.b.x/a* https://n.x/ 301 query=drop\n"
	 "x.b.x/a* https://n.x/ 301 scheme=https query=drop\n"
	 "x.b.x/a/* - pass\nx.b.x/a https://n.x/ 301 scheme=https query=drop\n"
	 "left out 1 not a redirect\n"},
	{"names that conflict: of \".x\" both parts are ignored",
	 "server { server_name a.x *.b.x; " TO "/1; }\n"
	 "server { server_name .a.x .b.x; " TO "/2; }\n"
	 "server { server_name b.x c.x .c.x c.x; " TO "/3; }\n",
	 NULL,
	 "a.x/* https://n.x/1 301 query=drop\n"
	 "c.x/* https://n.x/3 301 query=drop\n"
	 "*.b.x/* https://n.x/1 301 query=drop\n"
	 "left out 2 never reached\nleft out 2 never reached\n"
	 "left out 3 never reached\nleft out 3 never reached\n"
	 "left out 2 never reached\n"},
	{"conflicts are those of a scheme",
	 "server { listen 80; server_name a.x; " TO "/1; }\n"
	 "server { listen 80; listen 443 ssl; server_name .a.x; " TO "/2; }\n",
	 NULL,
	 "a.x/* https://n.x/1 301 scheme=http query=drop\n"
	 "a.x/* https://n.x/2 301 scheme=https query=drop\n"
	 "*.a.x/* https://n.x/2 301 scheme=https query=drop\n"
	 "left out 2 never reached\n"},
	{"the same path with case and without: another spelling",
	 "map $uri $m { /a/b /m; }\n"
	 "server { server_name b.x; location /a/ { if ($m) { " TO "/m; }"
	 " location /a/b { " TO "/; } } }\n",
	 NULL,
	 "b.x/a/b* https://n.x/ 301 query=drop\n"
	 "b.x/A/b https://n.x/m 301 case=ignore query=drop\n"
	 "b.x/a/b https://n.x/ 301 query=drop\n"},
	{"an expression has all of a prefix",
	 A("location /d/ { location ~ ^/d/([^/]+)/(.*)$ { " TO "/; }"
	   " location /d/a/ { " TO "/never; } return 404; }"),
	 NULL,
	 "a.x/d/{g1}/* https://n.x/ 301 query=drop\n"
	 "left out 1 not a redirect\nleft out 1 never reached\n"},
	{"an expression asks what is known of a map's value",
	 "map $uri $m { /a https://n.x/a; /b /b2; ~^/c/([0-9]+)$ https://n.x/$1; }\n"
	 "server { server_name a.x; if ($m ~ ^https:) { return 301 $m; }"
	 " if ($m ~* \"^/B[0-9]$\") { return 302 https://a.x$m; } }\n",
	 NULL,
	 "a.x/a https://n.x/a 301 case=ignore query=drop\n"
	 "a.x/b https://a.x/b2 302 case=ignore query=drop\n"
	 "a.x/c/{g1:digits} https://n.x/{g1} 301 query=drop\n"},
	{"an expression with case and a path without: another spelling",
	 "map $uri $m { /a/b /m; }\nserver { server_name a.x;"
	 " rewrite ^/a/b$ https://n.x/ permanent; if ($m) { return 301 https://n.x$m; } }\n",
	 NULL,
	 "a.x/a/b https://n.x/ 301\n"
	 "a.x/A/b https://n.x/m 301 case=ignore query=drop\n"},
	{"a value that varies is not empty, but where all of it may be",
	 "map $uri $m { ~^/c/([0-9]+)$ /$1; }\nmap $uri $k { ~^/d/(.*)$ $1; }\n"
	 "server { server_name a.x; if ($m = \"\") { return 410; } " TO
	 "$m; }\n"
	 "server { server_name b.x; if ($k) { return 410; } }\n",
	 NULL,
	 "a.x/c/{g1:digits} https://n.x/{g1} 301 query=drop\na.x/* - 410\n"
	 "cannot 4 condition\n"},
	{"a variable is empty before it is set",
	 A("if ($scheme = http) { set $t A; } if ($uri = /a) { set $t \"${t}B\"; }"
	   " if ($t = AB) { return 410; } if ($t = B) { return 301 https://n.x/; }"),
	 NULL,
	 "a.x/a - 410 scheme=http\na.x/a https://n.x/ 301 scheme=https query=drop\n"},
	{"but where the server's name gives it one",
	 "server { server_name ~^(?<s>[^.]+)\\.b\\.x$; if ($uri = /a) { set $s z; }"
	 " " TO "/$s; }\n",
	 NULL, "*.b.x/a https://n.x/z 301 query=drop\ncannot 1 variable\n"},
	{"a host that varies, in a path and in a query",
	 "server { listen 80 default_server; location = /a { " TO "/$host; }"
	 " location = /b { " TO
	 "/?h=$host; } location = /c { return 301 https://$host/; } }\n",
	 NULL,
	 "*/c https://*/ 301 query=drop\n"
	 "cannot 1 variable\ncannot 1 variable\n"},
	{"but where something else gives it a value",
	 A("auth_request_set $t $x; if ($uri = /a) { set $t B; }"
	   " if ($t = \"\") { return 410; }"),
	 NULL, "cannot 1 condition\n"},
};

static const struct {
	const char *about, *text, *rules;
} maps[] = {
	{"keys of host and path",
	 "\"a.x/b\" \"https://n.x/\"; # c\n a.x/c  https://n.x/c ;\n",
	 "a.x/b https://n.x/ 301 case=ignore\n"
	 "a.x/c https://n.x/c 301 case=ignore\n"},
	{"special words", "default \"\"; volatile; \\default https://n.x/;\n",
	 "default/* https://n.x/ 301\n"},
	{"decoded keys", "\"a.x/b c%\" https://n.x/;\n",
	 "a.x/b%20c%25 https://n.x/ 301 case=ignore\n"},
	{"a key of the URI as sent",
	 "map $host$request_uri $x { a.x/b?c=%20 https://n.x/; }\n",
	 "a.x/b?c=%20 https://n.x/ 301 case=ignore\n"},
	{"hostnames", "map $host $x { hostnames; .a.x https://n.x/; }\n",
	 "a.x/* https://n.x/ 301\n*.a.x/* https://n.x/ 301\n"},
	{"what an export says of itself",
	 "# map $host$uri $m { include FILE; }\n"
	 "# if ($m) { return 308 $m; }\n# case counts\na.x/B https://n.x/;\n",
	 "a.x/B https://n.x/ 308 query=drop\n"},
	{"an empty value", "a.x/b \"\";\n", "left out 1 not a redirect\n"},
	{"three words", "a.x/b c d;\n",
	 "error 1 line: a map has lines of a key and a value\n"},
	{"an expression that rules have not", "~b(?=c) https://n.x/;\n",
	 "cannot 1 regex\n"},
	{"includes itself", "include c;\n", "cannot 1 include\n"},
};

static void test_nginx(void **state)
{
	bool failed = false;
	char text[8192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(configs) / sizeof(*configs); i++) {
		file_write("m", configs[i].file ? configs[i].file : "");
		file_write("c", configs[i].text);
		collect(text, sizeof(text), &format_nginx, "c");
		if (!strcmp(text, configs[i].rules))
			continue;
		print_error("%s:\n%s\n", configs[i].about, text);
		failed = true;
	}
	assert_false(failed);
}

static void test_nginx_map(void **state)
{
	char text[8192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		file_write("c", maps[i].text);
		collect(text, sizeof(text), &format_nginx_map, "c");
		if (strcmp(text, maps[i].rules) != 0)
			fail_msg("%s:\n%s", maps[i].about, text);
	}
}

static void test_guess(void **state)
{
	static const struct {
		const char *text;
		const struct format *format;
	} files[] = {
		{"server {\n listen 80;\n}\n", &format_nginx},
		{"http\n{\n server\n {\n", &format_nginx},
		{"map $uri $x { /a /b; }\nserver { if ($x) { return 301 $x; } }\n",
		 &format_nginx},
		{"# x\nrewrite ^/a$ /b permanent;\n", &format_nginx},
		{"location = /a { return 410; }\n", &format_nginx},
		{"map $uri $x {\n /a /b;\n}\n", &format_nginx_map},
		{"/a /b;\n/c /d;\n", &format_nginx_map},
		{"\"a.x/b\" \"https://n.x/\";\n", &format_nginx_map},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct format_head head = {"file", files[i].text,
					   strlen(files[i].text), true};

		if (format_guess(&head) != files[i].format)
			fail_msg("%s", files[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nginx),
		cmocka_unit_test(test_nginx_map),
		cmocka_unit_test(test_guess),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
