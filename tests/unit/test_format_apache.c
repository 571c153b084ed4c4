// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "format_apache.h"
#include "format_read.h"
#include "format_rewritemap.h"
#include "formats.h"
#include "memfile.h"
#include "rule_line.h"

static FILE *out;

static int take(void *arg, const struct rule *rule, unsigned long at)
{
	(void)arg;
	fprintf(out, "%lu ", at);
	rule_print(out, rule);
	return 0;
}

static void findings_show(const struct format_read *read)
{
	static const char marks[] = {'!', '~', '-', '?'};
	size_t i, j;

	for (i = 0; i < read->findings.count; i++) {
		const struct findings_kind *kind = &read->findings.kinds[i];

		if (!strcmp(kind->kind, "slashes") ||
		    !strcmp(kind->kind, "encoding"))
			continue;
		for (j = 0; j < kind->count; j++)
			fprintf(out, "%lu%c%s\n", kind->items[j].at,
				marks[kind->class], kind->kind);
	}
}

/* Rules, then findings ("!" cannot, "~" differs, "-" left out) and errors
 * ("#"), each with its line. */
static char *collect(const struct format *format, const char *text,
		     const char *host)
{
	struct line_errors errors = {0};
	struct format_read read = {.take = take,
				   .format = format,
				   .errors = &errors,
				   .options = {.host = host, .code = "301"}};
	char name[MEMFILE_NAME], *shown;
	size_t len;
	unsigned int i;
	int fd = memfile_open(name, text, strlen(text), 0);

	out = open_memstream(&shown, &len);
	assert_int_equal(formats_read(&read, name), 0);
	findings_show(&read);
	for (i = 0; i < errors.count; i++)
		fprintf(out, "%lu#%s\n", errors.items[i].line,
			errors.items[i].text);
	fclose(out);
	line_errors_free(&errors);
	format_read_free(&read);
	close(fd);
	return shown;
}

static const struct {
	const char *about, *host, *text, *shown;
} cases[] = {
	{"Redirect of a path and what is below", "a.x",
	 "Redirect /a https://n.x/b\n",
	 "1 a.x/a https://n.x/b 302\n1 a.x/a/* https://n.x/b/* 302\n"},
	{"a host that varies, in a path and in a query", "*",
	 "RewriteEngine On\n"
	 "RewriteRule ^b/(.*) https://n.x/?h=%{HTTP_HOST} [R=301,L]\n"
	 "RewriteCond %{HTTP_HOST} ^(.*)\\.b\\.x$\n"
	 "RewriteRule ^c/(.*) https://n.x/%1 [R=301,L]\n"
	 "RewriteCond %{HTTP_HOST} ^(.*)\\.d\\.x$\n"
	 "RewriteRule ^e/$ https://%1.n.x/ [R=301,L]\n",
	 "6 *.d.x/e/ https://*.n.x/ 301\n2~host\n2!target\n4!target\n"},
	{"a path that is equal, or not", "a.x",
	 "RewriteEngine On\nRewriteCond %{REQUEST_URI} =/a.b\n"
	 "RewriteRule ^ https://n.x/1 [R=301,L]\n"
	 "RewriteCond %{REQUEST_URI} !=/\n"
	 "RewriteRule ^(.*)$ https://n.x/$1 [R=301,L]\n",
	 "3 a.x/a.b https://n.x/1 301\n5 a.x/ - pass\n5 a.x/* https://n.x/* 301\n"},
	{"its codes by name and number", "a.x",
	 "Redirect permanent /a/ https://n.x/\nRedirect seeother /b/ https://n.x/\n"
	 "Redirect 307 /c/ https://n.x/\nRedirect gone /d\n"
	 "RedirectPermanent /e/ https://n.x/\nRedirectTemp /f/ https://n.x/\n",
	 "1 a.x/a/* https://n.x/* 301\n"
	 "1 a.x/a - pass\n"
	 "2 a.x/b/* https://n.x/* 303\n"
	 "2 a.x/b - pass\n"
	 "3 a.x/c/* https://n.x/* 307\n"
	 "3 a.x/c - pass\n"
	 "4 a.x/d - 410\n"
	 "4 a.x/d/* - 410\n"
	 "5 a.x/e/* https://n.x/* 301\n"
	 "5 a.x/e - pass\n"
	 "6 a.x/f/* https://n.x/* 302\n"
	 "6 a.x/f - pass\n"},
	{"other codes", "a.x",
	 "Redirect 404 /a\nRedirect 300 /a https://n.x/\n", "1!code\n2!code\n"},
	{"the whole site", "a.x", "Redirect 301 / https://n.x/\n",
	 "1 a.x/* https://n.x/* 301\n"},
	{"the whole site without a slash", "a.x", "Redirect / https://n.x\n",
	 "1!target\n"},
	{"a target with a query", "a.x", "Redirect /a/ https://n.x/?q=\n",
	 "1 a.x/a/* https://n.x/?q=* 302 query=drop\n"
	 "1 a.x/a - pass\n"},
	{"a target of the same host", "a.x", "RedirectMatch ^/a$ /b\n",
	 "1 a.x/a http://a.x/b 302 scheme=http\n"
	 "1 a.x/a https://a.x/b 302 scheme=https\n"
	 "1~host\n"},
	{"the first of two counts", "a.x",
	 "Redirect /a https://n.x/1\nRedirect /a/b https://n.x/2\n",
	 "1 a.x/a https://n.x/1 302\n1 a.x/a/* https://n.x/1/* 302\n"
	 "2-never reached\n"},
	{"quotes, a line that goes on, a comment", "a.x",
	 "# Redirect\nRedirectMatch 301 \\\n  \"^/a b$\" 'https://n.x/c d'\n",
	 "2 a.x/a%20b https://n.x/c%20d 301\n"},
	{"expressions", "a.x",
	 "RedirectMatch ^/(\\d+)/(.*)$ https://n.x/$2?n=$1\n"
	 "RedirectMatch \\.php$ https://n.x/\n"
	 "RedirectMatch ^/(.*)/x$ https://n.x/\n",
	 "1 a.x/{g1:digits}/* https://n.x/*?n={g1} 302 query=drop\n"
	 "1~regex\n2!regex\n3!regex\n"},
	{"no host", NULL, "Redirect gone /a\n",
	 "1#source: '/a': no host; --host HOST gives one\n"
	 "1#source: '/a/*': no host; --host HOST gives one\n"},
	{"a moved domain in .htaccess", "b.x",
	 "RewriteEngine On\nRewriteBase /\n"
	 "RewriteCond %{HTTP_HOST} ^(www\\.)?a\\.x$ [NC]\n"
	 "RewriteRule ^(.*)$ https://n.x/$1 [R=301,L]\n"
	 "RewriteRule ^old$ new [R]\n",
	 "4 a.x/* https://n.x/* 301\n"
	 "5 b.x/old http://b.x/new 302 scheme=http\n"
	 "5 b.x/old https://b.x/new 302 scheme=https\n"
	 "4 www.a.x/* https://n.x/* 301\n"
	 "4~host\n"},
	{"http to https", "b.x",
	 "RewriteEngine On\nRewriteCond %{HTTPS} !=on\n"
	 "RewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]\n",
	 "3 b.x/* https://b.x/* 301 scheme=http\n"
	 "3~host\n"},
	{"www to the name alone, of any host", "*.b.x",
	 "RewriteEngine On\nRewriteCond %{HTTP_HOST} ^www\\.b\\.x$\n"
	 "RewriteRule ^ https://b.x%{REQUEST_URI} [R=301,L]\n",
	 "3 www.b.x/* https://b.x/* 301\n"
	 "3~host\n"},
	{"all other hosts to one", "*",
	 "RewriteEngine On\nRewriteCond %{HTTP_HOST} !^b\\.x$\n"
	 "RewriteRule ^ https://b.x%{REQUEST_URI} [R=301,L]\n",
	 "0 b.x/* - pass\n"
	 "3 */* https://b.x/* 301\n"
	 "3~host\n"},
	{"RewriteEngine is off", "a.x", "RewriteRule ^a$ https://n.x/ [R]\n",
	 "1-off\n"},
	{"flags", "a.x",
	 "RewriteEngine on\nRewriteRule ^a$ https://n.x/?b=%%20 [R,NC,QSA]\n"
	 "RewriteRule ^b$ - [G]\nRewriteRule ^c$ - [F]\n"
	 "RewriteRule ^d$ https://n.x/#e [NE,R=308]\n"
	 "RewriteRule ^e$ https://n.x/? [R]\n"
	 "RewriteRule ^f$ https://n.x/ [R,S=1]\nRewriteRule ^g$ x [R,XY]\n",
	 "2 a.x/a https://n.x/?b=%250 302 case=ignore\n"
	 "3 a.x/b - 410\n"
	 "5 a.x/d https://n.x/#e 308\n"
	 "6 a.x/e https://n.x/ 302 query=drop\n"
	 "7 a.x/f https://n.x/ 302\n"
	 "2~query\n"
	 "4-not a redirect\n"
	 "5~fragment\n"
	 "8#line: RewriteRule: unknown flags [R,XY]\n"},
	{"conditions that rules have not", "a.x",
	 "RewriteEngine on\nRewriteCond %{REQUEST_METHOD} !=POST\n"
	 "RewriteRule ^a$ https://n.x/ [R]\n"
	 "RewriteCond %{QUERY_STRING} ^id=7$\n"
	 "RewriteRule ^b$ https://n.x/7? [R]\n"
	 "RewriteCond %{QUERY_STRING} (^|&)id=8(&|$)\n"
	 "RewriteRule ^b$ https://n.x/8? [R]\n"
	 "RewriteCond %{REQUEST_URI} ^/c/(.*)$\n"
	 "RewriteRule ^ https://n.x/%1 [R]\n",
	 "5 a.x/b?id=7 https://n.x/7 302\n"
	 "7 a.x/b?id=8&* https://n.x/8 302 query=drop\n"
	 "9 a.x/c/* https://n.x/* 302\n"
	 "9 a.x/c - pass\n"
	 "3~order\n"
	 "5~order\n"
	 "7~order\n"
	 "3!condition\n"},
	{"a virtual host", NULL,
	 "<VirtualHost *:80>\nServerName a.x\nServerAlias *.a.x\n"
	 "Redirect / https://n.x/\n</VirtualHost>\n"
	 "<VirtualHost *:443>\nServerName a.x\n<Location /l>\n"
	 "Redirect 301 https://n.x/l\n</Location>\n</VirtualHost>\n",
	 "4 a.x/* https://n.x/* 302 scheme=http\n"
	 "4 *.a.x/* https://n.x/* 302 scheme=http\n"
	 "4 a.x/l https://n.x/l 302 scheme=http\n"
	 "9 a.x/l https://n.x/l 301 scheme=https\n"
	 "4 a.x/l/* https://n.x/l/* 302 scheme=http\n"
	 "9 a.x/l/* https://n.x/l 301 scheme=https\n"
	 "1~default host\n"
	 "6~default host\n"},
	{"one scheme before both", "a.x",
	 "RewriteEngine On\nRewriteCond %{HTTPS} off\n"
	 "RewriteRule ^(.*)$ https://a.x/$1 [R=301,L]\n"
	 "RewriteRule ^old/(.*)$ https://n.x/$1 [R=301,L]\n",
	 "3 a.x/* https://a.x/* 301 scheme=http\n"
	 "3 a.x/old/* https://a.x/old/* 301 scheme=http\n"
	 "4 a.x/old/* https://n.x/* 301 scheme=https\n"
	 "3 a.x/old https://a.x/old 301 scheme=http\n"},
	{"what a condition takes out goes on with a later line", "a.x",
	 "RewriteEngine On\nRewriteCond %{REQUEST_URI} !^/k/\n"
	 "RewriteRule ^(.*)$ https://n.x/$1 [R=301,L]\n"
	 "RewriteRule ^k/b$ https://m.x/ [R=302,L]\n",
	 "4 a.x/k/b https://m.x/ 302\n"
	 "3 a.x/k/* - pass\n"
	 "3 a.x/k https://n.x/k 301\n"
	 "3 a.x/* https://n.x/* 301\n"},
	{"a wider line before a narrower one of other hosts", "*",
	 "RewriteEngine On\nRewriteRule ^a/?$ https://n.x/a [R=301,L]\n"
	 "RewriteCond %{HTTP_HOST} !^b\\.x$\n"
	 "RewriteRule ^ https://b.x%{REQUEST_URI} [R=301,L]\n"
	 "RewriteRule ^c$ https://n.x/c [R=301,L]\n",
	 "2 b.x/a/ https://n.x/a 301\n"
	 "2 b.x/a https://n.x/a 301\n"
	 "5 b.x/c https://n.x/c 301\n"
	 "5 b.x/* - pass\n"
	 "2 */a/ https://n.x/a 301\n"
	 "2 */a https://n.x/a 301\n"
	 "4 */* https://b.x/* 301\n"
	 "4~host\n"},
	{"a condition of the path beside other paths", "a.x",
	 "RewriteEngine On\nRewriteCond %{REQUEST_URI} ^/a/b/(.*)$\n"
	 "RewriteRule ^a/(.*)$ https://n.x/$1?p=%1 [R=301,L]\n"
	 "RewriteCond %{REQUEST_URI} ^/a/c\\.html$\n"
	 "RewriteRule ^a/(.*)$ https://n.x/$1 [R=301,L]\n",
	 "5 a.x/a/c.html https://n.x/c.html 301\n"
	 "3!target\n"},
	{"a rule that must not match", "a.x",
	 "RewriteEngine On\nRewriteRule !^a/ https://n.x/ [R=301,L]\n",
	 "2 a.x/a/* - pass\n"
	 "2 a.x/a https://n.x/ 301\n"
	 "2 a.x/* https://n.x/ 301\n"},
	{"queries of several texts", "a.x",
	 "RewriteEngine On\nRewriteCond %{QUERY_STRING} ^id=(7|8)$\n"
	 "RewriteRule ^p\\.asp$ https://n.x/p/%1? [R=301,L]\n",
	 "3 a.x/p.asp?id=7 https://n.x/p/7 301\n"
	 "3 a.x/p.asp?id=8 https://n.x/p/8 301\n"},
	{"flags that other rules depend on", "a.x",
	 "RewriteEngine On\nRewriteRule ^a$ - [S=1]\n"
	 "RewriteRule ^(a|b)$ https://n.x/1 [R=301,L]\n"
	 "RewriteRule ^a$ https://n.x/2 [R=301,L]\n"
	 "RewriteRule ^c$ - [C]\nRewriteRule ^c$ https://n.x/3 [R=301,L]\n"
	 "RewriteRule ^d$ https://n.x/4 [R=301]\n"
	 "RewriteRule ^(.*)$ https://n.x/5/$1 [R=301,L]\n",
	 "4 a.x/a https://n.x/2 301\n"
	 "7 a.x/d https://n.x/4 301\n"
	 "8 a.x/* https://n.x/5/* 301\n"
	 "3!flag\n"
	 "6!flag\n"
	 "7~order\n"},
	{"the end of a list, not of all lines", "a.x",
	 "RewriteEngine On\nRewriteRule ^a$ - [L]\n"
	 "RewriteRule ^a$ https://n.x/1 [R=301,L]\nRedirect /a https://n.x/2\n",
	 "4 a.x/a https://n.x/2 302\n"
	 "4 a.x/a/* https://n.x/2/* 302\n"
	 "2-not a redirect\n"
	 "3-never reached\n"},
	{"what is below a path, and nothing", "a.x",
	 "RedirectMatch 301 ^/a/(.+)$ https://n.x/$1\n",
	 "1 a.x/a/* https://n.x/* 301\n"
	 "1 a.x/a - pass\n"
	 "1~regex\n"},
	{"a target that rules have not", "a.x",
	 "Redirect /a https://n_x:99999/\n",
	 "1!target\n"
	 "1!target\n"},
	{"names that nobody has told", "a.x",
	 "RewriteEngine On\nRewriteCond %{HTTP_HOST} ^www\\.(.*)$ [NC]\n"
	 "RewriteRule ^(.*)$ https://%1/$1 [R=301,L]\n",
	 "3 www.a.x/* https://a.x/* 301\n"
	 "2~host\n"
	 "3~host\n"},
	{"a name beside a wildcard of another server", NULL,
	 "<VirtualHost *:80>\nServerName b.a.x\nRedirect /p https://n.x/p\n"
	 "</VirtualHost>\n<VirtualHost *:80>\nServerName c.x\n"
	 "ServerAlias *.a.x\nRedirect / https://m.x/\n</VirtualHost>\n",
	 "3 b.a.x/p https://n.x/p 302 scheme=http\n"
	 "3 b.a.x/p/* https://n.x/p/* 302 scheme=http\n"
	 "1 b.a.x/* - pass\n"
	 "8 c.x/* https://m.x/* 302 scheme=http\n"
	 "8 *.a.x/* https://m.x/* 302 scheme=http\n"
	 "1~default host\n"},
	{"what is open at the end", "a.x",
	 "<IfModule a>\nRedirect \"/a https://n.x/\n</Foo>\n",
	 "1-section\n1#line: <IfModule> without its end\n"
	 "2#line: a quote without its end\n"
	 "3#line: </Foo> ends no section that is open\n"},
	{"an include that is not there", "a.x",
	 "Include /nonexistent/x\nIncludeOptional /nonexistent/*.conf\n"
	 "ServerName a\n",
	 "1!include\n"},
};

static void test_apache(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *shown =
			collect(&format_apache, cases[i].text, cases[i].host);

		if (strcmp(shown, cases[i].shown))
			fail_msg("%s:\n%s", cases[i].about, shown);
		free(shown);
	}
}

static void test_rewritemap(void **state)
{
	char *shown =
		collect(&format_rewritemap,
			"# a comment\n a blank\na.x/a https://n.x/1 # why\n"
			"a.x/b\n/c%d?e https://n.x/{2}\na.x https://n.x/\n",
			"h.x");

	(void)state;
	assert_string_equal(shown, "3 a.x/a https://n.x/1 301\n"
				   "5 h.x/c%25d%3Fe https://n.x/%7B2%7D 301\n"
				   "6#source: a key without a path\n");
	free(shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apache),
		cmocka_unit_test(test_rewritemap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
