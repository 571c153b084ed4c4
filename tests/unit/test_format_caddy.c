// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "format_caddy.h"
#include "format_told.h"

#define PATHS                                                           \
	"path: Caddy takes // for /, and an escape for what it stands " \
	"for\n"
#define SENT                                                        \
	"sent: Caddy sends path and query as they came, a rule in " \
	"normal form\n"
#define PLAIN "{\nauto_https off\n}\n" /* three lines */

static const struct format_told cases[] = {
	{"a domain",
	 {0},
	 "http://a.x {\n\tredir https://n.x{uri} permanent\n}\n",
	 "2 a.x/* https://n.x/* 301 scheme=http\n~2 " SENT},
	{"by https, and the default code",
	 {0},
	 "https://a.x,\nhttps://b.x { # both\nredir https://n.x/\n}\n",
	 "3 a.x/* https://n.x/ 302 scheme=https query=drop\n"
	 "3 b.x/* https://n.x/ 302 scheme=https query=drop\n"},
	{"a host alone is first sent to https",
	 {0},
	 "a.x\nredir https://n.x/ 308",
	 "2 a.x/* https://n.x/ 308 query=drop\n"
	 "~1 scheme: Caddy sends plaintext requests to https on the same "
	 "host first: scheme=https, and a.x https://a.x 308 scheme=http\n"},
	{"or is not",
	 {0},
	 PLAIN "a.x {\nredir https://n.x/ 303\n}",
	 "5 a.x/* https://n.x/ 303 query=drop\n"},
	{"ports and any host",
	 {0},
	 ":80 {\nredir https://{host}{uri}\n}\n:443 {\nredir https://n.x/\n}\n"
	 "b.x:8080 {\nredir https://n.x/\n}",
	 "2 */* https://*/* 302 scheme=http\n5 */* https://n.x/ 302 scheme=https "
	 "query=drop\n8 b.x/* https://n.x/ 302 query=drop\n~2 " SENT},
	{"paths",
	 {0},
	 "http://a.x {\nredir /b https://n.x/b\nredir /c* https://n.x/c\n"
	 "redir /d/* https://n.x/{path}\n}",
	 "4 a.x/d/* https://n.x//d/* 302 scheme=http case=ignore query=drop\n"
	 "3 a.x/c* https://n.x/c 302 scheme=http case=ignore query=drop\n"
	 "2 a.x/b https://n.x/b 302 scheme=http case=ignore query=drop\n"
	 "~4 slash: a rule of /a/* takes /a, too\n~4 " PATHS
	 "~4 path: Caddy puts {path} in decoded, a rule as it came\n"
	 "~4 case: Caddy sends a path's letters as they came, a rule "
	 "those before '*' as it has them\n"},
	{"paths that sources have not",
	 {0},
	 "http://a.x {\nredir *.php https://n.x/\nredir /*/b https://n.x/\n"
	 "redir @p https://n.x/\n@p path *.php\n}",
	 "?3 matcher: redir /*/b: path /*/b\n"
	 "?4 matcher: redir @p: path *.php\n"
	 "?2 code: redir *.php: https://n.x/\n"},
	{"codes",
	 {0},
	 "http://a.x {\nredir /1 https://n.x/ html\nredir /2 https://n.x/ 300\n"
	 "redir /3 https://n.x/ {c}\nredir /4 https://n.x/ temporary\n}",
	 "5 a.x/4 https://n.x/ 302 scheme=http case=ignore query=drop\n"
	 "?2 code: redir /1: html\n?3 code: redir /2: 300\n"
	 "?4 code: redir /3: {c}\n~5 " PATHS},
	{"placeholders that rules have",
	 {0},
	 "http://a.x {\nredir /2 {scheme}://n.x/?{query}\n"
	 "redir /4 /{http.request.host}\n}",
	 "2 a.x/2 http://n.x/ 302 scheme=http case=ignore\n"
	 "3 a.x/4 http://a.x/a.x 302 scheme=http case=ignore query=drop\n"
	 "~2 " PATHS "~2 " SENT
	 "~2 query: without a query a rule sends no '?'\n"
	 "~3 target: Caddy sends a path alone, a rule a URL\n"},
	{"placeholders that rules have not",
	 {0},
	 "http://a.x {\nredir /1 https://{host}/{query}\n"
	 "redir /3 https://n.x/{env.A}\nredir /5* https://n.x{uri}.html\n"
	 "redir /6 https://n.x/{re.1}\nredir /7* https://n.x{path}x\n}",
	 "?4 target: https://n.x{uri}.html: something behind {uri}\n"
	 "?6 target: https://n.x{path}x: what varies at the end is put "
	 "before something else\n"
	 "?2 target: https://{host}/{query}: the query is not all of a "
	 "target's\n"
	 "?3 target: https://n.x/{env.A}: a placeholder that rules have "
	 "not\n"
	 "?5 target: https://n.x/{re.1}: a group of no expression\n"},
	{"a relative target by both schemes",
	 {0},
	 PLAIN "a.x {\nredir /1 /2\n}",
	 "5 a.x/1 http://a.x/2 302 scheme=http case=ignore query=drop\n"
	 "5 a.x/1 https://a.x/2 302 scheme=https case=ignore query=drop\n"
	 "~5 " PATHS "~5 target: Caddy sends a path alone, a rule a "
	 "URL\n"},
	{"named matchers",
	 {0},
	 "http://a.x, http://b.x {\n@one {\npath /1 /2\nhost b.x\n}\n"
	 "redir @one https://n.x/\n@two path_regexp ^/p/([0-9]+)$\n"
	 "redir @two https://n.x/{re.1}\n@three query a=b\n"
	 "redir @three https://n.x/\nredir @four https://n.x/\n}",
	 "6 b.x/1 https://n.x/ 302 scheme=http case=ignore query=drop\n"
	 "6 b.x/2 https://n.x/ 302 scheme=http case=ignore query=drop\n"
	 "8 a.x/p/{g1:digits} https://n.x/{g1} 302 scheme=http query=drop\n"
	 "8 b.x/p/{g1:digits} https://n.x/{g1} 302 scheme=http query=drop\n"
	 "~6 " PATHS "?10 matcher: redir @three: query a=b\n"
	 "?11 matcher: redir @four: @four is not defined\n"},
	{"handles",
	 {0},
	 "http://a.x {\nhandle {\nredir https://n.x{uri}\n}\n"
	 "handle /app/* {\nreverse_proxy b:80\n}\nhandle_path /p/* {\n"
	 "redir https://p.x{uri}\n}\n}",
	 "9 a.x/p/* https://p.x/* 302 scheme=http case=ignore\n"
	 "3 a.x/* https://n.x/* 302 scheme=http\n"
	 "6 a.x/app/* - pass scheme=http case=ignore\n"
	 "-6 not a redirect: reverse_proxy\n"
	 "~9 slash: a rule of /a/* takes /a, too\n~9 " PATHS
	 "~9 case: Caddy sends a path's letters as they came, a rule "
	 "those before '*' as it has them\n~9 " SENT},
	{"a route is run as it is written",
	 {0},
	 "http://a.x {\nroute {\nredir /a/* https://n.x/\n"
	 "redir /a/b https://n.x/b\n}\n}",
	 "3 a.x/a/* https://n.x/ 302 scheme=http case=ignore query=drop\n"
	 "~3 slash: a rule of /a/* takes /a, too\n~3 " PATHS
	 "-4 never reached: a.x/a/b: line 3 comes first\n"},
	{"what answers otherwise",
	 {0},
	 "http://a.x {\nrespond /gone 410\nrespond /here \"x\" 200\n"
	 "file_server\nredir /a https://n.x/\nroot * /srv\nfoo bar\n}",
	 "5 a.x/a https://n.x/ 302 scheme=http case=ignore query=drop\n"
	 "2 a.x/gone - 410 scheme=http case=ignore\n~5 " PATHS
	 "-3 not a redirect: respond\n-4 not a redirect: file_server\n"
	 "?7 directive: foo bar: not known\n"},
	{"paths that are changed before",
	 {0},
	 "http://a.x {\nuri strip_prefix /a\nhandle /b {\n"
	 "redir https://n.x{uri}\n}\n}",
	 "?4 rewrite: redir https://n.x{uri}: what changes paths comes "
	 "before it\n"},
	{"snippets",
	 {0},
	 "(move) {\nredir {args.0} https://n.x{args[0]} {args.1}\n}\n"
	 "http://a.x {\nimport move /1 301\nimport move /2 302\n}",
	 "2 a.x/1 https://n.x/1 301 scheme=http case=ignore query=drop\n"
	 "2 a.x/2 https://n.x/2 302 scheme=http case=ignore query=drop\n"
	 "~2 " PATHS},
	{"a snippet that imports itself",
	 {0},
	 "(a) {\nimport a\n}\nhttp://a.x {\nimport a\n}",
	 "2!line: more than 32 blocks and imports within each other\n"},
	{"an import that is not there",
	 {0},
	 "http://a.x {\nimport no/such\n}",
	 "?2 import: cannot open /proc/self/fd/no/such: No such file or "
	 "directory\n"},
	{"maps",
	 {0},
	 "http://a.x {\nmap {path} {to} {other} {\n/1 https://n.x/1 -\n"
	 "\"/2 3\" https://n.x/2\n~^/x https://n.x/\n}\n"
	 "@to expression `{to} != \"\"`\nredir @to {to} 301\n}",
	 "3 a.x/1 https://n.x/1 301 scheme=http query=drop\n"
	 "4 a.x/2%203 https://n.x/2 301 scheme=http query=drop\n"
	 "~3 " PATHS "?5 map: ~^/x\n"},
	{"a map of hosts with a default",
	 {0},
	 "http://a.x, http://b.x {\nmap {host} {to} {\na.x https://n.x/a\n"
	 "default https://n.x{uri}\n}\nredir {to}\n}",
	 "3 a.x/* https://n.x/a 302 scheme=http query=drop\n"
	 "4 b.x/* https://n.x/* 302 scheme=http\n"
	 "~2 map: Caddy compares a map's hosts with case\n~4 " SENT
	 "-4 never reached: a.x/*: line 3 comes first\n"},
	{"names below a host",
	 {0},
	 "http://*.a.x {\nredir https://n.x/\n}",
	 "2 *.a.x/* https://n.x/ 302 scheme=http query=drop\n"
	 "~2 host: Caddy takes one label for '*', a rule any number\n"},
	{"quotes and lines that go on",
	 {0},
	 "http://a.x {\nredir \\\n\"/a b\" `https://n.x/\"`\n"
	 "redir \"https://n.x/\\\"\"\n}",
	 "3 a.x/a%20b https://n.x/%22 302 scheme=http case=ignore query=drop\n"
	 "4 a.x/* https://n.x/%22 302 scheme=http query=drop\n~3 " PATHS},
	{"a matcher without a target",
	 {0},
	 "http://a.x {\nredir /c\n}",
	 "2!redir: it has a matcher, a target and a code\n"},
	{"one site without braces",
	 {0},
	 "http://a.x\nredir /1 https://n.x/ 301\n",
	 "2 a.x/1 https://n.x/ 301 scheme=http case=ignore query=drop\n"
	 "~2 " PATHS},
	{"hosts and paths that a block has not",
	 {0},
	 "http://a.x {\n@b host b.x\nredir @b https://n.x/\nhandle /c* {\n"
	 "redir /d https://n.x/\n}\nhandle_errors {\nredir https://n.x/\n}\n}",
	 "-3 never reached: https://n.x/: its host or scheme is none of "
	 "the site's\n"
	 "-5 never reached: redir /d: nothing of what it is in\n"
	 "?7 directive: handle_errors: a redirect in it is no rule\n"},
	{"hosts of a block and of what is in it",
	 {0},
	 "http://a.x, http://b.x, http://c.x {\n@ab host a.x b.x\n"
	 "@bc host b.x c.x\n@w host *.x\nhandle @ab {\n"
	 "redir @bc https://n.x/\nredir @w https://n.x/\n}\n}",
	 "6 b.x/* https://n.x/ 302 scheme=http query=drop\n"
	 "?7 matcher: redir @w: hosts within a block\n"},
	{"the path by its long name, and what is told once",
	 {0},
	 "http://a.x, http://b.x {\nredir /1 {http.request.uri.path}/2\n"
	 "redir /3 https://n.x/#{uri}\n}",
	 "2 a.x/1 http://a.x/1/2 302 scheme=http case=ignore query=drop\n"
	 "2 b.x/1 http://b.x/1/2 302 scheme=http case=ignore query=drop\n"
	 "~2 " PATHS
	 "~2 path: Caddy puts {path} in decoded, a rule as it came\n"
	 "~2 case: Caddy sends a path's letters as they came, a rule "
	 "those before '*' as it has them\n"
	 "~2 target: Caddy sends a path alone, a rule a URL\n"
	 "?3 target: https://n.x/#{uri}: the query is in the "
	 "fragment\n"},
	{"an open quote",
	 {0},
	 "http://a.x {\nredir \"https://n.x/\n}\n",
	 "1!line: a block without its end\n2!line: a quote without its end\n"
	 "2!target: 'https://n.x/\\x0a%7D\\x0a': control byte \\x0a\n"},
	{"what opens and closes nothing",
	 {0},
	 "}\nhttp://a.x {\nredir\n",
	 "1!line: '}' that closes nothing\n"
	 "2!line: a block without its end\n"
	 "3!redir: it has a matcher, a target and a code\n"},
	{"addresses that rules have not",
	 {0},
	 "http://a.*.x, http://{$HOST}, http://a.x/b {\nredir https://n.x/\n}",
	 "?1 address: http://a.*.x\n?1 address: http://{$HOST}\n"
	 "?1 address: http://a.x/b: a path\n"},
};

static void test_format_caddy(void **state)
{
	(void)state;
	told_check(&format_caddy, cases, sizeof(cases) / sizeof(*cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_caddy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
