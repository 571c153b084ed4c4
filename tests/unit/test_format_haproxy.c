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
#include "format_haproxy.h"
#include "format_haproxy_map.h"
#include "format_read.h"
#include "formats.h"
#include "rule_line.h"

static const char *const classes[] = {
	[FINDING_CANNOT] = "cannot",
	[FINDING_DIFFERS] = "differs",
	[FINDING_LEFT_OUT] = "left out",
};

static void kind_print(FILE *out, const struct findings_kind *kind)
{
	size_t i;

	for (i = 0; kind->class != FINDING_DIFFERS && i < kind->count; i++)
		fprintf(out, "%s %lu %s: %s\n", classes[kind->class],
			kind->items[i].at, kind->kind, kind->items[i].text);
}

/* Rules as they are given; then errors, and findings: "CLASS LINE KIND: TEXT". Of
 * what differs the kinds alone. */
static void collect(char *text, size_t size, const struct format *format,
		    const char *name)
{
	FILE *out = fmemopen(text, size, "w");
	struct line_errors errors = {0};
	struct format_read read = {.take = folder_take,
				   .arg = out,
				   .format = format,
				   .errors = &errors};
	char path[128];
	size_t i, k;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (formats_read(&read, path))
		fprintf(out, "failed: %s\n", error_text());
	for (i = 0; i < errors.count; i++)
		fprintf(out, "error %lu %s\n", errors.items[i].line,
			errors.items[i].text);
	for (k = 0; k < read.findings.count; k++)
		if (read.findings.kinds[k].class == FINDING_DIFFERS)
			fprintf(out, "differs %s\n",
				read.findings.kinds[k].kind);
	for (k = 0; k < read.findings.count; k++)
		kind_print(out, &read.findings.kinds[k]);
	fclose(out);
	line_errors_free(&errors);
	format_read_free(&read);
}

#define WEB "frontend web\n bind :80\n"
#define TO "http-request redirect location https://n.x/ "
#define HOST_DIFFERS "differs port\n"
#define PATH_DIFFERS "differs normal form\n"

/* Configurations; the file "m" that they name. */
static const struct {
	const char *about, *text, *file, *rules;
} configs[] = {
	{"a code, and the default",
	 WEB TO "code 308 if { path /a }\n" TO "if { path /b }\n", NULL,
	 "*/a https://n.x/ 308 query=drop\n*/b https://n.x/ 302 query=drop\n" PATH_DIFFERS},
	{"hosts, without and with those below",
	 WEB TO "if { hdr(host) -i A.x }\n" TO "if { hdr_end(host) -i .b.x }\n",
	 NULL,
	 "a.x/* https://n.x/ 302 query=drop\n"
	 "*.b.x/* https://n.x/ 302 query=drop\n" HOST_DIFFERS},
	{"prefix: path and query behind it",
	 WEB
	 "redirect prefix https://n.x/p code 301 if { path_beg /a }\n"
	 "redirect prefix https://n.x drop-query if { path /b }\n"
	 "redirect prefix https://n.x drop-query append-slash if { path /c }\n",
	 NULL,
	 "*/a* https://n.x/p/a* 301\n*/b https://n.x/b 302 query=drop\n"
	 "*/c https://n.x/c/ 302 query=drop\n" PATH_DIFFERS},
	{"scheme", WEB "redirect scheme https code 301 if !{ ssl_fc }\n", NULL,
	 "*/* https://*/* 301 scheme=http\n"
	 "differs port\ndiffers host\ndiffers normal form\n"},
	{"scheme, but for challenges; the lines behind http-request come later",
	 WEB "redirect location https://n.x/ if { path_beg /.well-known/a }\n"
	     "http-request redirect scheme https unless { ssl_fc } or "
	     "{ path_beg /.well-known }\n",
	 NULL,
	 "*/.well-known/a* https://n.x/ 302 query=drop\n*/.well-known* - pass\n"
	 "*/* https://*/* 302 scheme=http\n"
	 "differs normal form\ndiffers port\ndiffers host\n"},
	{"the first line counts",
	 WEB TO "if { path_beg /a }\n" TO "code 301 if { path /a/b }\n" TO
		"code 307 if { hdr(host) -i a.x }\n",
	 NULL,
	 "*/a* https://n.x/ 302 query=drop\na.x/* https://n.x/ 307 query=drop\n"
	 "a.x/a* https://n.x/ 302 query=drop\n"
	 "differs normal form\ndiffers port\n"
	 "left out 4 never reached: line 3 comes first\n"},
	{"an ACL of two lines, and its opposite",
	 WEB "acl in path_beg /a\nacl in path /b\n" TO
	     "if in { hdr(host) -i a.x }\n" TO
	     "code 301 if !in { hdr(host) -i b.x }\n",
	 NULL,
	 "a.x/a* https://n.x/ 302 query=drop\na.x/b https://n.x/ 302 query=drop\n"
	 "b.x/a* - pass\nb.x/b - pass\nb.x/* https://n.x/ 301 query=drop\n"
	 "differs normal form\ndiffers port\n"},
	{"or, without case, and a directory",
	 WEB TO "if { path -i /A } || { path_dir d }\n", NULL,
	 "*/A https://n.x/ 302 case=ignore query=drop\n"
	 "*/d https://n.x/ 302 query=drop\n*/d/* https://n.x/ 302 query=drop\n"
	 "differs normal form\ndiffers path\n"},
	{"patterns of a file", WEB TO "if { path_beg -f m }\n",
	 "# two\n  /a\n/b \n",
	 "*/a* https://n.x/ 302 query=drop\n"
	 "*/b%20* https://n.x/ 302 query=drop\n"
	 "differs normal form\n"},
	{"a map: the first of a key, none that is empty",
	 WEB "http-request redirect code 301 location "
	     "%[base,map_str(m)] ignore-empty\n",
	 "a.x/b https://n.x/1 \na.x/b https://n.x/2\na.x/c\n  b.x/d https://n.x/e f\n",
	 "a.x/b https://n.x/1 301 query=drop\n"
	 "b.x/d https://n.x/e%20f 301 query=drop\n"
	 "differs port\ndiffers host\ndiffers normal form\n"
	 "differs escape\n"
	 "left out 6 not a redirect: a.x/c: no value\n"
	 "left out 5 never reached: FILE:1 comes first\n"},
	{"a map of beginnings: the longest",
	 WEB "http-request redirect location %[path,map_beg(m)] if "
	     "{ path,map_beg(m) -m found }\n",
	 "/a https://n.x/1\n/a/b https://n.x/2\n/a https://n.x/3\n",
	 "*/a/b* https://n.x/2 302 query=drop\n*/a* https://n.x/1 302 query=drop\n"
	 "differs normal form\n"
	 "left out 6 never reached: FILE:1 comes first\n"},
	{"a map of hosts, in lower case, and a map with a default",
	 WEB
	 "http-request redirect location https://%[hdr(host),lower,"
	 "map(m)]%[capture.req.uri] if { hdr(host),lower,map(m) -m found }\n"
	 "http-request redirect location %[path,map(m,https://d.x/)]\n",
	 "a.x n.x\nB.x n.x\n",
	 "a.x/* https://n.x/* 302\n*/* https://d.x/ 302 query=drop\n"
	 "differs port\ndiffers normal form\n"
	 "left out 6 never matches: B.x: no request has this key\n"
	 "left out 5 never matches: a.x: no request has this key\n"},
	{"a variable that a map sets",
	 WEB "http-request set-var(txn.a) base,map(m)\n"
	     "http-request redirect location %[var(txn.a)] if "
	     "{ var(txn.a) -m found }\n",
	 "a.x/b https://n.x/1\n",
	 "a.x/b https://n.x/1 302 query=drop\n"
	 "differs port\ndiffers host\ndiffers normal form\n"},
	{"targets of pieces",
	 WEB
	 "http-request redirect location https://n.x%[path]?%[query] if "
	 "{ path_beg /a }\n"
	 "http-request redirect location https://%[hdr(host),"
	 "regsub(^www\\.,,i)]%[capture.req.uri] if { hdr(host) -i www.a.x }\n"
	 "http-request redirect location 'https://n.x%[path,"
	 "regsub(^/b,/c)]' if { path_beg /b }\n"
	 "http-request redirect location https://n.x/100%% if { path /d }\n",
	 NULL,
	 "*/a* https://n.x/a* 302\nwww.a.x/* https://a.x/* 302\n"
	 "*/b* https://n.x/c* 302 query=drop\n*/d https://n.x/100%25 302 query=drop\n"
	 "www.a.x/a* https://n.x/a* 302\n"
	 "differs normal form\ndiffers port\ndiffers query\ndiffers host\n"
	 "differs escape\n"},
	{"relative targets",
	 WEB "redirect location /n if { hdr(host) -i a.x }\n", NULL,
	 "a.x/* http://a.x/n 302 scheme=http query=drop\n"
	 "a.x/* https://a.x/n 302 scheme=https query=drop\n"
	 "differs port\ndiffers relative\n"},
	{"410, and what refuses",
	 WEB "http-request deny deny_status 410 if { path /a }\n"
	     "http-request return status 410 if { path /b }\n"
	     "http-request deny if { path /c }\n" TO "\n",
	 NULL,
	 "*/a - 410\n*/b - 410\n*/c - pass\n*/* https://n.x/ 302 query=drop\n" PATH_DIFFERS},
	{"backends",
	 WEB "use_backend b if { path_beg /b }\ndefault_backend c\n"
	     "backend b\nredirect location https://b.x/\n"
	     "backend c\nredirect location https://c.x/ if { path /c }\n"
	     "backend d\nredirect location https://d.x/\n",
	 NULL,
	 "*/b* https://b.x/ 302 query=drop\n*/c https://c.x/ 302 query=drop\n"
	 "differs normal form\n"
	 "left out 9 never reached: no frontend of the file uses backend d\n"},
	{"frontends of a scheme each",
	 "frontend a\nbind :80\nredirect scheme https code 301\n"
	 "frontend b\nbind :443 ssl\nredirect location https://n.x/\n",
	 NULL,
	 "*/* https://*/* 301 scheme=http\n"
	 "*/* https://n.x/ 302 scheme=https query=drop\n"
	 "differs port\ndiffers host\ndiffers normal form\n"},
	{"defaults with rules",
	 "defaults d\nhttp-request redirect location https://d.x/ if "
	 "{ path /d }\n"
	 "frontend a from d\n" TO "\n",
	 NULL,
	 "*/d https://d.x/ 302 query=drop\n*/* https://n.x/ 302 query=drop\n" PATH_DIFFERS},
	{"expressions",
	 WEB TO "if { path_reg ^/p/[0-9]+$ }\n" TO
		"if { hdr_reg(host) -i ^(www\\.)?a\\.x$ }\n",
	 NULL, NULL},
	{"quotes, escapes and comments",
	 "global\nsetenv TO n.x\n" WEB
	 "http-request redirect location \"https://$TO/a\\ b\"# no\n",
	 NULL, "*/* https://n.x/a%20b 302 query=drop\ndiffers escape\n"},
	{"a prefix with '/' does not take the path without it",
	 WEB TO "if { path_beg /a/ }\n"
		"redirect prefix https://o.x if { hdr(host) -i a.x }\n" TO
		"code 301 if { path_reg ^/r/ }\n",
	 NULL,
	 "*/a/* https://n.x/ 302 query=drop\n*/a - pass\n"
	 "*/r/* https://n.x/ 301 query=drop\n*/r - pass\n"
	 "a.x/* https://o.x/* 302\n"
	 "a.x/r/* https://n.x/ 301 query=drop\na.x/r https://o.x/r 302\n"
	 "a.x/a/* https://n.x/ 302 query=drop\na.x/a https://o.x/a 302\n"
	 "differs normal form\ndiffers port\n"},
	{"booleans, and ports",
	 WEB TO "if { path /a } { ssl_fc 0 }\n" TO
		"if { path /b } { ssl_fc,not }\n" TO
		"if { path /c } { ssl_fc -m int eq 0 }\n" TO
		"if { path /d } { dst_port eq 443 }\n",
	 NULL,
	 "*/a https://n.x/ 302 scheme=https query=drop\n"
	 "*/b https://n.x/ 302 scheme=http query=drop\n"
	 "*/c https://n.x/ 302 scheme=http query=drop\n"
	 "*/d https://n.x/ 302 scheme=https query=drop\n"
	 "differs normal form\ndiffers port\n"},
	{"what HAProxy answers by itself",
	 WEB "monitor-uri /m\nstats uri /s\n" TO "if { path /s/a }\n"
	     "redirect location https://n.x/\n",
	 NULL,
	 "*/m - pass\n*/s/a https://n.x/ 302 query=drop\n*/s* - pass\n"
	 "*/* https://n.x/ 302 query=drop\n"
	 "differs normal form\ndiffers query\ndiffers method\n"},
	{"what else redirects",
	 WEB "errorloc 503 https://n.x/\n"
	     "http-response redirect location https://n.x/\n"
	     "http-request lua.x\n"
	     "listen l\nserver s 1.2.3.4 redir https://n.x check\n",
	 NULL,
	 "differs directive\n"
	 "cannot 3 error page: rules do not know what is missing\n"
	 "cannot 4 directive: http-response: it depends on the answer\n"
	 "cannot 7 directive: redir: it is for GET and HEAD alone\n"},
	{"sections that redirect nothing",
	 "defaults\nmode tcp\n" WEB TO "\nlisten l\nmode http\ndisabled\n"
	 "redirect location https://n.x/\n",
	 NULL,
	 "left out 5 never reached: mode tcp redirects nothing\n"
	 "left out 9 never reached: the section is disabled\n"},
	{"a redirect by return, and the query kept behind another one",
	 WEB "http-request return status 308 hdr Location https://n.x%[path] "
	     "hdr A b if { path_beg /a }\n" TO "keep-query if { path /b }\n"
	     "http-request return status 300 hdr location https://n.x/\n",
	 NULL,
	 "*/a* https://n.x/a* 308 query=drop\n*/b https://n.x/ 302\n"
	 "differs normal form\n"
	 "left out 3 header: A\n"
	 "cannot 5 code: a code that rules have not\n"},
	{"a variable is what it is set to, and goes on",
	 WEB "http-request set-var(txn.h) hdr(host),field(1,:)\n"
	     "http-request set-var(txn.l) var(txn.h),lower\n" TO
	     "if { var(txn.l) -m str a.x }\n"
	     "http-request redirect location https://%[var(txn.h),"
	     "regsub(^www\\.,)]%HU if { var(txn.h) -i www.b.x }\n",
	 NULL,
	 "a.x/* https://n.x/ 302 query=drop\nwww.b.x/* https://b.x/* 302\n"
	 "differs port\ndiffers host\ndiffers normal form\n"},
	{"a default of the environment",
	 WEB "redirect location \"https://${TO-n.x}/\"\n", NULL,
	 "*/* https://n.x/ 302 query=drop\ndiffers variable\n"},
	{"listen, with a backend behind it",
	 "listen l\nbind :80\ndefault_backend b\nbackend b\n" TO "\n", NULL,
	 "*/* https://n.x/ 302 query=drop\n"},
	{"queries of a path, and pairs of one",
	 WEB "acl in path /a /b\n" TO "if in { query c=d }\n" TO
	     "code 301 if in { urlp(id) 7 } { urlp(e) f }\n" TO
	     "code 307 if in { urlp(id) 7 } !{ urlp(g) h }\n"
	     "http-request redirect location https://n.x%[url] code 303 if "
	     "{ path /c } { url_param(i) -i J }\n"
	     "redirect prefix https://o.x if { path /a }\n",
	 NULL,
	 "*/a?c=d https://n.x/ 302\n*/b?c=d https://n.x/ 302\n"
	 "*/a?e=f&id=7&* https://n.x/ 301 query=drop\n"
	 "*/b?e=f&id=7&* https://n.x/ 301 query=drop\n"
	 "*/a?g=h&id=7&* https://o.x/a?g=h&id=7 302\n"
	 "*/a?id=7&* https://n.x/ 307 query=drop\n"
	 "*/b?g=h&id=7&* - pass\n"
	 "*/b?id=7&* https://n.x/ 307 query=drop\n"
	 "*/c?i=J&* https://n.x/c?i=J 303 case=ignore\n"
	 "*/a https://o.x/a 302\n"
	 "differs normal form\ndiffers query\ndiffers case\n"},
	{"lines that rules ask in another order",
	 WEB TO "if { path_reg ^/[^/]+/b$ }\n" TO
		"code 301 if { path_reg ^/a/[^/]+$ }\n",
	 NULL,
	 "*/{g1}/b https://n.x/ 302 query=drop\n"
	 "*/a/{g1} https://n.x/ 301 query=drop\n"
	 "differs normal form\ndiffers order\n"},
	{"a prefix in a pattern",
	 WEB TO "if { path_reg ^/c/[^/]+/ }\n" TO
		"code 301 if { path_beg /c/d }\n",
	 NULL,
	 "*/c/{g1}/* https://n.x/ 302 query=drop\n"
	 "*/c/d* https://n.x/ 301 query=drop\n"
	 "*/c/d{g1}/* https://n.x/ 302 query=drop\n"
	 "*/c/d/* https://n.x/ 302 query=drop\n"
	 "*/c/d https://n.x/ 301 query=drop\n"
	 "differs normal form\ndiffers regex\n"},
	{"a path without case in a pattern with",
	 WEB TO "if { path_reg ^/a/[^/]+$ } { path -i /a/b }\n" TO
		"code 301 if { path /c }\n",
	 NULL,
	 "*/c https://n.x/ 301 query=drop\ndiffers normal form\ndiffers order\n"
	 "cannot 3 condition: no source has what its conditions have in common\n"},
	{"a path without case in a prefix with",
	 WEB TO "if { path_beg /F }\n" TO "code 301 if { path -i /f/g }\n",
	 NULL,
	 "*/F* https://n.x/ 302 query=drop\n"
	 "*/f/g https://n.x/ 301 case=ignore query=drop\n"
	 "differs normal form\ndiffers order\n"},
	{"patterns in the order of rules",
	 WEB TO "if { path_reg ^/a/[^/]+$ }\n" TO
		"code 301 if { path_reg ^/[^/]+/b$ } || { path_beg /b }\n",
	 NULL,
	 "*/a/{g1} https://n.x/ 302 query=drop\n"
	 "*/{g1}/b https://n.x/ 301 query=drop\n"
	 "*/b* https://n.x/ 301 query=drop\n"
	 "differs normal form\n"},
	{"a map of what a pair is",
	 WEB "http-request redirect location https://n.x/%[urlp(id),map(m)] "
	     "if { path /a } { urlp(id),map(m) -m found }\n"
	     "http-request redirect location https://n.x/%[urlp(id),map(m)]\n",
	 "1 one\n2 two\n",
	 "*/a?id=1&* https://n.x/one 302 query=drop\n"
	 "*/a?id=2&* https://n.x/two 302 query=drop\n"
	 "differs normal form\ndiffers query\ndiffers map\n"
	 "cannot 4 condition: urlp(id),map(m): a query without a path\n"},
	{"what rules cannot say",
	 WEB TO "if { src 10.0.0.1 }\n" TO "if METH_POST\n" TO
		"if { path_end .php }\n" TO "if { hdr_beg(host) -i www. }\n" TO
		"if { path_sub x }\n"
		"redirect location https://n.x/ set-cookie A=1\n"
		"redirect location \"https://$X/\"\n"
		"redirect location ftp://n.x/ if { path /f }\n" TO
		"if { urlp(a) b }\n" TO "if { path /g } { query -m beg b }\n",
	 NULL, NULL},
	{"whether there is a query",
	 WEB "http-request redirect location https://n.x/?%[query] if "
	     "{ query -m found } { path /a }\n" TO
	     "if { query -m found }\nuse_backend b if { query -m found }\n"
	     "backend b\nredirect prefix https://n.x\n",
	 NULL,
	 "*/a https://n.x/ 302\ndiffers normal form\ndiffers query\n"
	 "cannot 4 condition: whether there is a query\n"
	 "cannot 5 condition: whether there is a query\n"},
	{"what changes requests before",
	 WEB "http-request set-path /x%[path]\n" TO "\n", NULL,
	 "cannot 4 directive: it sees a request that set-path has changed\n"},
	{"mistakes",
	 WEB TO "if no\n" TO "if { path /a\n" TO "code 304\nredirect location\n"
		"redirect prefix \"x\nredirect code 301\n",
	 NULL, NULL},
	{"a file that is not there", WEB TO "if { path -f none }\n", NULL,
	 NULL},
};

/* What tables above leave to be seen: a line of each must be there. */
static const char *const parts[] = {
	"*/p/{g1:digits} https://n.x/ 302 query=drop\n",
	"www.a.x/* https://n.x/ 302 query=drop\n",
	"cannot 3 condition: src: rules do not know of it\n",
	"cannot 4 condition: METH_POST: rules know of no methods\n",
	"cannot 5 condition: path_end: the end of a path\n",
	"cannot 6 condition: hdr_beg(host): a part of a host\n",
	"cannot 8 cookie: it sets a cookie\n",
	"cannot 9 variable: $X: its value is not in the file\n",
	"cannot 11 condition: urlp(a): a query without a path\n",
	"cannot 12 condition: query: a part of a query\n",
	"cannot 10 target: another scheme than http and https\n",
	"error 3 condition: no such ACL 'no'\n",
	"error 4 condition: no '}' behind '{'\n",
	"error 5 line: redirect: not expected: 'code'\n",
	"error 6 line: redirect: not expected: 'location'\n",
	"error 7 line: a quote without its end\n",
	"error 8 line: redirect: no location, prefix or scheme in 'redirect'\n",
	"cannot 3 condition: path: cannot open ",
};

/* What is in the folder, by another name. */
static void names_hide(char *text)
{
	char *at;

	while ((at = strstr(text, folder))) {
		memmove(at + 4, at + strlen(folder) + 2,
			strlen(at + strlen(folder) + 2) + 1);
		memcpy(at, "FILE", 4);
	}
}

static void test_format_haproxy(void **state)
{
	char text[8192];
	static char all[65536];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(configs) / sizeof(*configs); i++) {
		file_write("c", configs[i].text);
		file_write("m", configs[i].file ? configs[i].file : "");
		collect(text, sizeof(text), &format_haproxy, "c");
		names_hide(text);
		if (configs[i].rules && strcmp(text, configs[i].rules) != 0)
			fail_msg("%s:\n%s\nnot\n%s", configs[i].about, text,
				 configs[i].rules);
		if (!configs[i].rules)
			strcat(all, text);
	}
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!strstr(all, parts[i]))
			fail_msg("%s is not in\n%s", parts[i], all);
}

static const struct {
	const char *about, *text;
	const struct format *format;
	const char *rules;
} maps[] = {
	{"keys of host and path; a value has blanks",
	 "# a\n\n  a.x/b   https://n.x/c d \r\n   # https://n.x/\na.x/b https://n.x/\n",
	 &format_haproxy_map,
	 "error 3 code: missing; --code CODE gives one\n"
	 "error 5 code: missing; --code CODE gives one\n"
	 "left out 4 never matches: #: no request has this key\n"},
	{"a comment says what the map is for",
	 "# http-request redirect code 307 location "
	 "%[base,lower,map_beg(x)]?%[query] if { query -m found }\n"
	 "a.x/b https://n.x/\na.x/b/c https://n.x/d#e\nA.x/d https://n.x/\n",
	 &format_haproxy_map,
	 "a.x/b* https://n.x/ 307 case=ignore\n"
	 "a.x/b/c* https://n.x/d#e 307 case=ignore\n"
	 "left out 4 never matches: A.x/d: no request has this key\n"},
	{"paths alone of any host, by the comment",
	 "# http-request redirect code 301 location %[path,map_str(x)]\n"
	 "/b https://n.x/\n",
	 &format_haproxy_map, "*/b https://n.x/ 301 query=drop\n"},
	{"paths alone of no host", "/b https://n.x/\n", &format_haproxy_map,
	 "error 1 code: missing; --code CODE gives one\n"
	 "error 1 source: '/b': no host; --host HOST gives one\n"},
	{"ports, and no value",
	 "# redirect code 301 location %[base,map(x)]\n"
	 "a.x:8080/b https://n.x/\na.x/c\n[::1]/d https://n.x/\n",
	 &format_haproxy_map,
	 "[::1]/d https://n.x/ 301 query=drop\n"
	 "cannot 2 port: a.x:8080/b: rules know of no ports\n"
	 "left out 3 not a redirect: a.x/c: no value\n"},
	{"beginnings by name",
	 "# redirect code 301 location %[base,map_beg(x)]\n"
	 "a.x/b/ https://n.x/\na.x/ https://n.x/d\n",
	 &format_haproxy_map_beg,
	 "a.x/b/* https://n.x/ 301 query=drop\na.x/* https://n.x/d 301 query=drop\n"},
};

/* Lines of what differs are the same for all maps. */
static void differs_cut(char *text)
{
	char *at, *end;

	while ((at = strstr(text, "differs "))) {
		end = strchr(at, '\n');
		memmove(at, end + 1, strlen(end + 1) + 1);
	}
}

static void test_format_haproxy_map(void **state)
{
	char text[8192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		file_write("c", maps[i].text);
		collect(text, sizeof(text), maps[i].format, "c");
		differs_cut(text);
		if (strcmp(text, maps[i].rules) != 0)
			fail_msg("%s:\n%s\nnot\n%s", maps[i].about, text,
				 maps[i].rules);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_haproxy),
		cmocka_unit_test(test_format_haproxy_map),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
