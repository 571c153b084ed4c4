// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "guard.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_line.h"
#include "rule_make.h"
#include "rule_source.h"

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

/* A line, the field that is wrong and a piece of the reason. */
static const struct {
	const char *about, *line, *field, *reason;
} bad_cases[] = {
	{"source alone", "a.x", "target", "missing"},
	{"no code", "a.x/b https://c.x/", "code", "missing"},
	{"comment for a code", "a.x/b https://c.x/ #301", "code", "missing"},
	/* code */
	{"unknown code", "a.x/b https://c.x/ 300", "code", "'300'"},
	{"code with text", "a.x/b https://c.x/ 301x", "code", "'301x'"},
	{"code cut short", "a.x/b https://c.x/ 30", "code", "'30'"},
	{"PASS", "a.x/b - PASS", "code", "'PASS'"},
	{"control bytes in a message", "a.x/b https://c.x/ \x1b[2J", "code",
	 "'\\x1b[2J'"},
	/* source */
	{"no host", "/b https://c.x/ 301", "source", "no host"},
	{"scheme alone", "http:// https://c.x/ 301", "source", "no host"},
	{"wildcard of nothing", "*./a https://c.x/ 301", "source", "no host"},
	{"other scheme", "ftp://a.x/b https://c.x/ 301", "source", "'ftp'"},
	{"two schemes", "http://http://a.x https://c.x/ 301", "source",
	 "scheme"},
	{"port", "a.x:8080/b https://c.x/ 301", "source",
	 "port 8080: only 80 and 443"},
	{"port behind IPv6", "[::1]:81 https://c.x/ 301", "source", "port 81"},
	{"empty port", "a.x:/b https://c.x/ 301", "source", "port ''"},
	{"port that is a word", "a.x:http/b https://c.x/ 301", "source",
	 "port 'http'"},
	{"user", "u@a.x/b https://c.x/ 301", "source", "user information"},
	{"user and password", "u:p@a.x/b https://c.x/ 301", "source",
	 "user information"},
	{"fragment", "a.x/b#c https://c.x/ 301", "source", "fragment"},
	{"fragment behind a host", "a.x#c https://c.x/ 301", "source",
	 "fragment"},
	{"carriage return", "a.x/b\r https://c.x/ 301", "source", "\\x0d"},
	{"DEL", "a.x/b\x7f https://c.x/ 301", "source", "\\x7f"},
	{"bad UTF-8", "a.x/\xc3 https://c.x/ 301", "source", "UTF-8"},
	{"overlong UTF-8", "a.x/\xc0\xaf https://c.x/ 301", "source", "UTF-8"},
	{"surrogate", "a.x/\xed\xa0\x80 https://c.x/ 301", "source", "UTF-8"},
	{"star inside a host", "a*.x/b https://c.x/ 301", "source", "%2A"},
	{"star behind a host", "a.x* https://c.x/ 301", "source", "%2A"},
	{"two wildcards", "*.*.x/b https://c.x/ 301", "source", "%2A"},
	{"star before a name without a dot", "*a.x https://c.x/ 301", "source",
	 "%2A"},
	{"star inside a path", "a.x/*/b https://c.x/ 301", "source", "%2A"},
	{"two stars", "a.x/b** https://c.x/ 301", "source", "%2A"},
	{"star in a query", "a.x/b?c* https://c.x/ 301", "source", "%2A"},
	{"prefix with a query", "a.x/b*?c https://c.x/ 301", "source",
	 "exact path"},
	{"host with a query", "a.x?c https://c.x/ 301", "source", "exact path"},
	{"wildcard of an IPv4 address", "*.192.0.2.1 https://c.x/ 301",
	 "source", "before an address"},
	{"wildcard of an IPv6 address", "*.[::1] https://c.x/ 301", "source",
	 "before an address"},
	{"dot before an IPv4 address", ".192.0.2.1 https://c.x/ 301", "source",
	 "a dot before an address"},
	{"dot before an IPv6 address", ".[::1]/b https://c.x/ 301", "source",
	 "a dot before an address"},
	{"dot alone", ". https://c.x/ 301", "source", "empty label"},
	{"dot before a path", "./b https://c.x/ 301", "source", "empty label"},
	{"dot before a port", ".:80/b https://c.x/ 301", "source", "no host"},
	{"dot behind a scheme", "https://. https://c.x/ 301", "source",
	 "empty label"},
	{"two dots", "..a.x/b https://c.x/ 301", "source", "empty label"},
	{"dot before a wildcard", ".*.a.x/b https://c.x/ 301", "source",
	 "'*' stands"},
	{"wildcard before a dot", "*..a.x/b https://c.x/ 301", "source",
	 "empty label"},
	{"dot before any host", ".*/b https://c.x/ 301", "source",
	 "'*' stands"},
	{"dot before another port", ".a.x:81/b https://c.x/ 301", "source",
	 "port 81"},
	{"bad IPv4", "192.0.2.256/b https://c.x/ 301", "source", "IPv4"},
	{"bad IPv6", "[::g]/b https://c.x/ 301", "source", "IPv6"},
	{"open IPv6", "[::1/b https://c.x/ 301", "source", "']'"},
	{"empty label", "a..x/b https://c.x/ 301", "source", "empty label"},
	{"label of 64 bytes",
	 "a123456789b123456789c123456789d123456789e123456789f123456789g123.x "
	 "https://c.x/ 301",
	 "source", "63"},
	{"escape in a host", "%61.x/b https://c.x/ 301", "source", "percent"},
	{"bad escape in a path", "a.x/%zz https://c.x/ 301", "source", "'%zz'"},
	{"bad escape behind a good one", "a.x/%41%4 https://c.x/ 301", "source",
	 "'%4'"},
	{"bad escape before a star", "a.x/%4* https://c.x/* 301", "source",
	 "'%4'"},
	{"bad escape in a query", "a.x/b?100% https://c.x/ 301", "source",
	 "'%'"},
	/* target */
	{"dash for a redirect", "a.x/b - 301", "target", "410, 200 and pass"},
	{"URL for a 410", "a.x/b https://c.x/ 410", "target", "410"},
	{"URL for a pass", "a.x/b https://c.x/ pass", "target", "pass"},
	{"no scheme", "a.x/b c.x/ 301", "target", "http://"},
	{"relative", "a.x/b /c 301", "target", "http://"},
	{"scheme-relative", "a.x/b //c.x/ 301", "target", "http://"},
	{"other scheme in a target", "a.x/b javascript:alert(1) 301", "target",
	 "http://"},
	{"one slash", "a.x/b https:/c.x/ 301", "target", "http://"},
	{"no host in a target", "a.x/b https:///c 301", "target", "no host"},
	{"no host before a query", "a.x/b https://?c 301", "target", "no host"},
	{"user in a target", "a.x/b https://u@c.x/ 301", "target",
	 "user information"},
	{"user and password in a target", "a.x/b https://u:p@c.x/ 301",
	 "target", "user information"},
	{"backslash trick", "a.x/b https://c.x\\@d.x/ 301", "target",
	 "user information"},
	{"star in a fragment", "a.x/* https://c.x/#* 301", "target",
	 "not for a fragment; write %2A"},
	{"star in a fragment behind one that is right",
	 "a.x/* https://c.x/*#* 301", "target", "%2A"},
	{"bad escape in a fragment", "a.x/b https://c.x/#%4 301", "target",
	 "'%4'"},
	{"capture in a target alone", "a.x/b https://c.x/{d} 301", "target",
	 "no capture '{d}'"},
	{"brace in a target's path", "a.x/b https://c.x/{d 301", "target",
	 "write %7B"},
	{"another capture in a target", "a.x/{b} https://c.x/{d} 301", "target",
	 "no capture '{d}'"},
	{"a capture twice in a target", "a.x/{b} https://c.x/{b}?{b} 301",
	 "target", "'{b}' stands there twice"},
	{"a capture in a fragment", "a.x/{b} https://c.x/#{b} 301", "target",
	 "write %7B"},
	{"a capture in a target's host", "a.x/{b} https://{b}.x/ 301", "target",
	 "host"},
	{"digits in a target", "a.x/{b:digits} https://c.x/{b:digits} 301",
	 "target", "belongs into the source"},
	{"a capture twice", "a.x/{b}/{b} - 410", "source", "twice"},
	{"captures side by side", "a.x/{b}{c} - 410", "source",
	 "without a byte between"},
	{"a name with a dash", "a.x/{b-c} - 410", "source", "'{b-c}'"},
	{"a capture without a name", "a.x/{} - 410", "source", "'{}'"},
	{"captures and a query", "a.x/{b}?c - 410", "source",
	 "path without captures"},
	{"captures and pairs", "a.x/{b}?c&* - 410", "source",
	 "path without captures"},
	{"a brace in a query", "a.x/b?{c} - 410", "source", "captures stand"},
	{"a brace in a pair", "a.x/b?{c}&* - 410", "source", "captures stand"},
	{"a dot segment in a pattern", "a.x/{b}/../c - 410", "source",
	 "dot segment"},
	{"a star in a pattern", "a.x/{b}*/c - 410", "source", "%2A"},
	{"an empty pair", "a.x/b?c&&d&* - 410", "source", "empty pair"},
	{"no pair", "a.x/b?&* - 410", "source", "empty pair"},
	{"a pair twice", "a.x/b?c&d&c&* - 410", "source", "'c'"},
	{"a pair in two spellings", "a.x/b?c&C&* - 410 case=ignore", "source",
	 "twice"},
	{"a star in a pair", "a.x/b?c*&* - 410", "source", "%2A"},
	{"a star alone in a query", "a.x/b?* - 410", "source", "%2A"},
	{"pairs of a prefix", "a.x/b*?c&* - 410", "source", "exact path"},
	{"pairs and a remainder", "a.x/b?c&* https://d.x/* 301", "target",
	 "no remainder"},
	{"case=exact", "a.x/b - 410 case=exact", "case", "is not ignore"},
	{"case twice", "a.x/b - 410 case=ignore case=ignore", "case", "twice"},
	{"brace in a target's query", "a.x/b https://c.x/?d} 301", "target",
	 "write %7D"},
	{"brace in a target's fragment", "a.x/b https://c.x/#{ 301", "target",
	 "%7B"},
	{"carriage return in a target", "a.x/b https://c.x/\rSet-Cookie:x 301",
	 "target", "\\x0d"},
	{"control byte in a target", "a.x/b https://c.x/\x01 301", "target",
	 "\\x01"},
	{"port 0", "a.x/b https://c.x:0/ 301", "target", "port 0"},
	{"port too high", "a.x/b https://c.x:65536/ 301", "target", "'65536'"},
	{"empty port in a target", "a.x/b https://c.x:/ 301", "target",
	 "port ''"},
	{"bad host in a target", "a.x/b https://c..x/ 301", "target",
	 "empty label"},
	{"wildcard in a target", "a.x/* https://*.c.x/ 301", "target",
	 "needs a source with such a host"},
	{"any host in a target", "a.x/* https://* 301", "target",
	 "needs a source of the host '*'"},
	{"any host for names below one", "*.a.x https://*/ 301", "target",
	 "needs a source of the host '*'"},
	{"wildcard of nothing in a target", "*.a.x https://*./ 301", "target",
	 "no host"},
	{"wildcard before an address in a target",
	 "*.a.x https://*.192.0.2.1/ 301", "target", "before an address"},
	{"wildcard before an IPv6 address in a target",
	 "* https://*.[::1]/ 301", "target", "before an address"},
	{"two wildcards in a target", "* https://*.*.c.x/ 301", "target",
	 "alone or at its start"},
	{"wildcard inside a target's host", "*.a.x https://c.*.x/ 301",
	 "target", "alone or at its start"},
	{"wildcard without a dot", "*.a.x https://*c.x/ 301", "target",
	 "alone or at its start"},
	{"any host with a final dot", "* https://*. 301", "target", "no host"},
	{"any host with an empty port", "* https://*:/ 301", "target",
	 "port ''"},
	{"any host with the port 0", "* https://*:0/ 301", "target", "port 0"},
	{"star before the query's end", "a.x/* https://c.x/?d=*&e 301",
	 "target", "%2A"},
	{"star in path and query", "a.x/* https://c.x/*?* 301", "target",
	 "one '*' at most"},
	{"no name fits before it",
	 "*.a.x https://*.a123456789b123456789c123456789d123456789e1234567.a12"
	 "3456789b123456789c123456789d123456789e1234567.a123456789b123456789c1"
	 "23456789d123456789e1234567.a123456789b123456789c123456789d123456789e"
	 "1234567.a123456789b123456789c123456789d123456789e1234567.abcdefg/ 301",
	 "target", "253 bytes"},
	{"star inside a target", "a.x/* https://c.x/*/d 301", "target", "%2A"},
	{"two stars in a target", "a.x/* https://c.x/** 301", "target", "%2A"},
	{"star directly behind the host", "a.x/* https://c.x* 301", "target",
	 "extend"},
	{"star directly behind the port", "a.x/* https://c.x:80* 301", "target",
	 "extend"},
	{"star without one in the source", "a.x/b https://c.x/* 301", "target",
	 "needs a source"},
	{"bad escape in a target", "a.x/b https://c.x/%g0 301", "target",
	 "'%g0'"},
	{"bad escape in a target's query", "a.x/b https://c.x/?%d 301",
	 "target", "'%d'"},
	/* keys */
	{"no key", "a.x/b https://c.x/ 301 max-age", "line", "'max-age'"},
	{"unknown key", "a.x/b https://c.x/ 301 ttl=1", "line", "'ttl'"},
	{"key in upper case", "a.x/b https://c.x/ 301 Tag=1", "line", "'Tag'"},
	{"key of nothing", "a.x/b https://c.x/ 301 =1", "line", "''"},
	{"query twice", "a.x/b https://c.x/ 301 query=keep query=drop", "query",
	 "twice"},
	{"max-age twice", "a.x/b https://c.x/ 301 max-age=1 max-age=1",
	 "max-age", "twice"},
	{"tag twice", "a.x/b https://c.x/ 301 tag=a tag=b", "tag", "twice"},
	{"empty tag", "a.x/b https://c.x/ 301 tag=", "tag", "empty"},
	{"empty max-age", "a.x/b https://c.x/ 301 max-age=", "max-age",
	 "empty"},
	{"empty query key", "a.x/b https://c.x/ 301 query=", "query", "empty"},
	{"query=yes", "a.x/b https://c.x/ 301 query=yes", "query", "'yes'"},
	{"query of a 410", "a.x/b - 410 query=drop", "query", "410"},
	{"query of a pass", "a.x/b - pass query=keep", "query", "pass"},
	{"query=keep on a source with one",
	 "a.x/b?c https://c.x/ 301 query=keep", "query", "consumes"},
	{"max-age of a pass", "a.x/b - pass max-age=1", "max-age", "pass"},
	{"negative max-age", "a.x/b https://c.x/ 301 max-age=-1", "max-age",
	 "'-1'"},
	{"max-age with a unit", "a.x/b https://c.x/ 301 max-age=1h", "max-age",
	 "'1h'"},
	{"max-age too large", "a.x/b https://c.x/ 301 max-age=2147483648",
	 "max-age", "2147483647"},
	{"max-age far too large",
	 "a.x/b https://c.x/ 301 max-age=99999999999999999999999999", "max-age",
	 "2147483647"},
	{"tag with a slash", "a.x/b https://c.x/ 301 tag=a/b", "tag", "'a/b'"},
	{"tag outside ASCII", "a.x/b https://c.x/ 301 tag=\xc3\xbc", "tag",
	 "\\xc3"},
	/* quotes */
	{"no closing quote", "a.x/b - 410 note=\"a b", "note", "no closing"},
	{"a quote alone", "a.x/b - 410 note=\"", "note", "no closing"},
	{"an escaped closing quote", "a.x/b - 410 note=\"a\\\"", "note",
	 "no closing"},
	{"a backslash at the end", "a.x/b - 410 note=\"a\\", "note",
	 "no closing"},
	{"text behind a closing quote", "a.x/b - 410 note=\"a\"b c=d", "note",
	 "'b' directly"},
	{"a comment behind a closing quote", "a.x/b - 410 note=\"a\"# c",
	 "note", "'#' directly"},
	{"a quote behind a closing quote", "a.x/b - 410 note=\"a\"\" tag=t",
	 "note", "'\"' directly"},
	{"another escape", "a.x/b - 410 note=\"a\\nb\"", "note", "'\\n'"},
	{"nothing in quotes", "a.x/b - 410 note=\"\"", "note", "empty"},
	{"quotes of an unknown key", "a.x/b - 410 ttl=\"a b\"", "line",
	 "'ttl'"},
	{"no closing quote of an unknown key", "a.x/b - 410 ttl=\"a", "line",
	 "no closing"},
	{"quotes alone", "a.x/b - 410 \"note=a\"", "line", "note"},
	{"a source in quotes", "\"a.x/b\" - 410", "source", "a.x"},
	{"a target in quotes", "a.x/b \"https://c.x/\" 301", "target",
	 "http://"},
	{"a code in quotes", "a.x/b - \"410\"", "code", "410"},
	{"a tag with an escape", "a.x/b - 410 tag=\"a\\\\\"", "tag", "'a\\'"},
	/* note */
	{"blanks for a note", "a.x/b - 410 note=\"  \"", "note", "blanks"},
	{"a note with a tab", "a.x/b - 410 note=\"a\tb\"", "note", "\\x09"},
	{"a note with an escape", "a.x/b - 410 note=a\x1b[2J", "note", "\\x1b"},
	{"a note with DEL", "a.x/b - 410 note=a\x7f", "note", "\\x7f"},
	{"a note with U+0085", "a.x/b - 410 note=a\xc2\x85", "note", "U+0085"},
	{"a note that is no UTF-8", "a.x/b - 410 note=a\xc3", "note", "UTF-8"},
	{"another scheme", "a.x/b - 410 scheme=ftp", "scheme", "'ftp'"},
	{"a scheme in upper case", "a.x/b - 410 scheme=HTTP", "scheme",
	 "neither"},
	{"no scheme", "a.x/b - 410 scheme=", "scheme", "empty"},
	{"scheme twice", "a.x/b - 410 scheme=http scheme=http", "scheme",
	 "twice"},
	{"first=no", "* - pass first=no", "first", "is not yes"},
	{"first with a host", "a.x/b - pass first=yes", "first", "host '*'"},
	{"first with a wildcard", "*.a.x/b - 200 first=yes", "first",
	 "host '*'"},
	{"first with 410", "*/b - 410 first=yes", "first", "pass and 200"},
	{"first of a redirect", "*/b https://c.x/ 301 first=yes", "first",
	 "pass and 200"},
	{"note twice", "a.x/b - 410 note=a note=\"a\"", "note", "twice"},
	/* final= */
	{"final of a pass", "a.x/b - pass final=301", "final", "pass"},
	{"final of a 200", "a.x/b - 200 final=410", "final", "200"},
	{"final 410 of a redirect", "a.x/b https://c.x/ 307 final=410", "final",
	 "301 308 301/308"},
	{"final 307", "a.x/b https://c.x/ 307 final=307", "final", "'307'"},
	{"final 302/307", "a.x/b https://c.x/ 307 final=302/307", "final",
	 "'302/307'"},
	{"final 303", "a.x/b https://c.x/ 307 final=303", "final", "'303'"},
	{"final pass", "a.x/b https://c.x/ 307 final=pass", "final", "'pass'"},
	{"final 200", "a.x/b - 410 final=200", "final", "'200'"},
	{"final 301 of a 410", "a.x/b - 410 final=301", "final", "not 410"},
	{"empty final", "a.x/b - 410 final=", "final", "empty"},
	{"final of seconds", "a.x/b - 410 final=:60", "final", "''"},
	{"final without seconds", "a.x/b - 410 final=410:", "final", "''"},
	{"final with a unit", "a.x/b - 410 final=410:1h", "final", "'1h'"},
	{"final with two", "a.x/b - 410 final=410:1:2", "final", "'1:2'"},
	{"final too large", "a.x/b - 410 final=410:2147483648", "final",
	 "2147483647"},
	{"final twice", "a.x/b - 410 final=410 final=410", "final", "twice"},
	/* header= */
	{"header of a pass", "a.x/b - pass header=a:b", "header", "pass"},
	{"header without colon", "a.x/b - 410 header=a", "header",
	 "NAME: VALUE"},
	{"header without name", "a.x/b - 410 header=:b", "header",
	 "NAME: VALUE"},
	{"blank before the colon", "a.x/b - 410 header=\"a : b\"", "header",
	 "NAME: VALUE"},
	{"a byte of no token", "a.x/b - 410 header=a(:b", "header",
	 "NAME: VALUE"},
	{"a name outside ASCII", "a.x/b - 410 header=\xc3\xbc:b", "header",
	 "NAME: VALUE"},
	{"header without value", "a.x/b - 410 header=a:", "header", "no value"},
	{"blanks for a value", "a.x/b - 410 header=\"a:  \"", "header",
	 "no value"},
	{"a control byte", "a.x/b - 410 header=\"a: b\x01\"", "header",
	 "\\x01"},
	{"a carriage return", "a.x/b - 410 header=\"a: b\rX: y\"", "header",
	 "\\x0d"},
	{"DEL in a header", "a.x/b - 410 header=\"a: b\x7f\"", "header",
	 "\\x7f"},
	{"a value outside ASCII", "a.x/b - 410 header=\"a: \xc3\xbc\"",
	 "header", "\\xc3"},
	{"Date", "a.x/b - 410 header=Date:x", "header", "'Date'"},
	{"location", "a.x/b - 410 header=location:x", "header", "'location'"},
	{"CACHE-CONTROL", "a.x/b - 410 header=CACHE-CONTROL:x", "header",
	 "'CACHE-CONTROL'"},
	{"Content-Length", "a.x/b - 410 header=Content-Length:0", "header",
	 "'Content-Length'"},
	{"Allow", "a.x/b - 410 header=Allow:GET", "header", "'Allow'"},
	{"Via", "a.x/b - 410 header=Via:x", "header", "'Via'"},
	{"Connection", "a.x/b - 410 header=Connection:x", "header",
	 "'Connection'"},
	{"Proxy-Connection", "a.x/b - 410 header=Proxy-Connection:x", "header",
	 "'Proxy-Connection'"},
	{"Keep-Alive", "a.x/b - 410 header=Keep-Alive:x", "header",
	 "'Keep-Alive'"},
	{"TE", "a.x/b - 410 header=TE:x", "header", "'TE'"},
	{"Trailer", "a.x/b - 410 header=Trailer:x", "header", "'Trailer'"},
	{"Transfer-Encoding", "a.x/b - 410 header=Transfer-Encoding:x",
	 "header", "'Transfer-Encoding'"},
	{"Upgrade", "a.x/b - 410 header=Upgrade:x", "header", "'Upgrade'"},
	{"five headers",
	 "a.x/b - 410 header=a:b header=a:b header=a:b header=a:b header=a:b",
	 "header", "more than 4"},
	{"empty header", "a.x/b - 410 header=", "header", "empty"},
};

static struct rule_buffer buffer;

static int parse(struct rule *rule, const char *line, struct rule_error *error)
{
	size_t len = strlen(line);

	memset(&buffer, 'x', sizeof(buffer));
	return rule_parse(rule, &buffer, guard_copy(line, len), len, error);
}

static void print(const struct rule *rule, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");

	assert_non_null(out);
	rule_print(out, rule);
	assert_int_equal(fclose(out), 0);
}

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
		int got = parse(&rule, good_cases[i].line, &error);
		struct rule_buffer first = buffer;

		if (got != (want ? 1 : 0))
			fail_msg("%s: %d, %s", about, got, error.reason);
		if (!want)
			continue;
		print(&rule, text, sizeof(text));
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
		if (parse(&again, text, &error) != 1)
			fail_msg("%s: not read again: %s", about, error.reason);
		if (!rule_equal(&rule, &again))
			fail_msg("%s: another rule when read again", about);
	}
}

static void test_rule_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_cases) / sizeof(*bad_cases); i++) {
		struct rule_error error = {.field = "none"};
		struct rule rule;
		int got = parse(&rule, bad_cases[i].line, &error);

		if (got != -EINVAL || strcmp(error.field, bad_cases[i].field) ||
		    !strstr(error.reason, bad_cases[i].reason))
			fail_msg("%s: %d, %s: %s", bad_cases[i].about, got,
				 error.field, error.reason);
	}
}

/* The values beside the texts. */
static void test_rule_values(void **state)
{
	struct rule_error error;
	struct rule rule;

	(void)state;
	assert_int_equal(parse(&rule, "a.x https://c.x 301", &error), 1);
	assert_int_equal(rule.code, 301);
	assert_int_equal(rule.max_age, 3600);
	assert_false(rule.query_drop);
	assert_string_equal(rule.tag, "");
	assert_int_equal(parse(&rule, "a.x/* - pass tag=t", &error), 1);
	assert_int_equal(rule.code, RULE_PASS);
	assert_int_equal(rule.max_age, 0);
	assert_string_equal(rule.target, "-");
	assert_string_equal(rule.tag, "t");
	assert_int_equal(parse(&rule, "a.x https://c.x 301/308", &error), 1);
	assert_int_equal(rule.code, RULE_301_308);
	assert_int_equal(rule.max_age, 3600);
	assert_int_equal(parse(&rule, "a.x https://c.x 302/307", &error), 1);
	assert_int_equal(rule.code, RULE_302_307);
	assert_int_equal(parse(&rule, "*/up - 200", &error), 1);
	assert_int_equal(rule.code, 200);
	assert_int_equal(rule.max_age, 0);
	assert_string_equal(rule_code(RULE_302_307)->text, "302/307");
	assert_string_equal(rule_code(RULE_PASS)->text, "pass");
	assert_string_equal(rule_code(308)->text, "308");
	assert_int_equal(rule_code(308)->max_age, 3600);
	assert_int_equal(rule_code(410)->max_age, 3600);
	assert_int_equal(rule_code(307)->max_age, 0);
	assert_int_equal(rule_code(RULE_PASS)->max_age, 0);
}

/* Fields come from CSV and the command line, too: any bytes, empty, absent. */
static void test_rule_make(void **state)
{
	static const struct {
		const char *about;
		struct rule_field given[6]; /* the tag is the last one */
		const char *field, *reason;
	} cases[] = {
		{"empty keys are absent",
		 {{"a.x", 3}, {"-", 1}, {"pass", 4}, {"", 0}, {"", 0}, {"", 0}},
		 NULL,
		 NULL},
		{"no source",
		 {{NULL, 0}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "missing"},
		{"empty target",
		 {{"a.x", 3}, {"", 0}, {"410", 3}, {0}, {0}, {0}},
		 "target",
		 "missing"},
		{"blank in a source",
		 {{"a.x/b c", 7}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "blank"},
		{"blank in a target",
		 {{"a.x", 3}, {"http://c.x/ ", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "%20"},
		{"tab in a target",
		 {{"a.x", 3}, {"http://c.x/\t", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "%09"},
		{"line feed in a target",
		 {{"a.x", 3}, {"http://c.x/\n", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "\\x0a"},
		{"NUL in a source",
		 {{"a.x/\0b", 6}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "\\x00"},
		{"NUL in a code",
		 {{"a.x", 3}, {"-", 1}, {"410\0", 4}, {0}, {0}, {0}},
		 "code",
		 "'410\\x00'"},
		{"dash with a blank",
		 {{"a.x", 3}, {" -", 2}, {"410", 3}, {0}, {0}, {0}},
		 "target",
		 "must be '-'"},
		{"blank in a tag",
		 {{"a.x", 3}, {"-", 1}, {"410", 3}, {0}, {0}, {"a b", 3}},
		 "tag",
		 "'a b'"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rule_error error = {.field = "none"};
		const char *field = cases[i].field;
		struct rule_fields fields = {
			.source = cases[i].given[0],
			.target = cases[i].given[1],
			.code = cases[i].given[2],
			.query = cases[i].given[3],
			.max_age = cases[i].given[4],
			.tag = cases[i].given[5],
		};
		struct rule rule;
		int got = rule_make(&rule, &buffer, &fields, &error);

		if (got != (field ? -EINVAL : 0) ||
		    (field && (strcmp(error.field, field) ||
			       !strstr(error.reason, cases[i].reason))))
			fail_msg("%s: %d, %s: %s", cases[i].about, got,
				 error.field, error.reason);
	}
}

/* A line of a source of source_len and a target of target_len bytes. */
static int parse_long(struct rule *rule, int source_len, int target_len,
		      const char *end, struct rule_error *error)
{
	static char line[40000];

	snprintf(line, sizeof(line), "a.x/%0*d%s https://c.x/%0*d 301",
		 source_len - 4 - (int)strlen(end), 0, end, target_len - 12, 0);
	return parse(rule, line, error);
}

static void test_rule_limits(void **state)
{
	enum { HOST = 3, MOST = HOST + LIMIT_PATH };
	static const struct {
		const char *about;
		int source, target;
		const char *end, *field;
	} cases[] = {
		{"longest path", MOST, 100, "", NULL},
		{"path too long", MOST + 1, 100, "", "source"},
		{"longest prefix", MOST + 1, 100, "*", NULL},
		{"prefix too long", MOST + 2, 100, "*", "source"},
		{"longest path and query", MOST, 100, "?ab", NULL},
		{"path and query too long", MOST + 1, 100, "?ab", "source"},
		{"longest path and empty query", MOST, 100, "?", NULL},
		{"no room for the '?'", MOST + 1, 100, "?", "source"},
		{"too long by its escape", MOST, 100, "\"", "source"},
		{"within the limit by its escape", MOST + 2, 100, "%41", NULL},
		{"longest target", 100, LIMIT_TARGET, "", NULL},
		{"target too long", 100, LIMIT_TARGET + 1, "", "target"},
		{"both", MOST, LIMIT_TARGET, "", NULL},
		{"long past all limits", 16000, 16000, "", "source"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rule_error error = {.field = "none"};
		struct rule rule;
		int got = parse_long(&rule, cases[i].source, cases[i].target,
				     cases[i].end, &error);

		if (got != (cases[i].field ? -EINVAL : 1) ||
		    (cases[i].field && (strcmp(error.field, cases[i].field) ||
					!strstr(error.reason, "8000"))))
			fail_msg("%s: %d, %s: %s", cases[i].about, got,
				 error.field, error.reason);
	}
}

/* The star counts in a target, and a tag has its limit. */
static void test_rule_limits_ends(void **state)
{
	static const char head[] = "a.x/* https://c.x/";
	static char line[9000];
	struct rule_error error;
	struct rule rule;

	(void)state;
	strcpy(line, head);
	memset(line + strlen(head), 'x', LIMIT_TARGET - 13);
	strcpy(line + strlen(head) + LIMIT_TARGET - 13, "* 301");
	assert_int_equal(parse(&rule, line, &error), 1);
	assert_int_equal(rule.target_len, LIMIT_TARGET);
	strcpy(line + strlen(head) + LIMIT_TARGET - 13, "x* 301");
	assert_int_equal(parse(&rule, line, &error), -EINVAL);
	snprintf(line, sizeof(line), "a.x - 410 tag=%0*d", LIMIT_TAG, 0);
	assert_int_equal(parse(&rule, line, &error), 1);
	snprintf(line, sizeof(line), "a.x - 410 tag=%0*d", LIMIT_TAG + 1, 0);
	assert_int_equal(parse(&rule, line, &error), -EINVAL);
	assert_string_equal(error.field, "tag");
}

static void test_rule_source(void **state)
{
	static const struct {
		const char *text, *source;
	} cases[] = {
		{"Old.example", "old.example/*"},
		{"http://old.example/%41", "old.example/A"},
		{"old.example/a?b", "old.example/a?b"},
		{".old.example/a?b", "*.old.example/a?b"},
		{"https://.Old.example", "*.old.example/*"},
		{"https://", NULL},
		{".", NULL},
		{"old.example/a*b", NULL},
		{"", NULL},
	};
	struct rule_error error;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t len = strlen(cases[i].text);
		const char *text = guard_copy(cases[i].text, len);
		int got = rule_source(buffer.source, text, len, &error);

		if (!cases[i].source) {
			assert_int_equal(got, -EINVAL);
			assert_string_equal(error.field, "source");
			continue;
		}
		assert_int_equal(got, strlen(cases[i].source));
		assert_string_equal(buffer.source, cases[i].source);
	}
}

/* A line with a value of so many times a text. */
static int parse_value(struct rule *rule, const char *begin, const char *text,
		       int count, const char *end, struct rule_error *error)
{
	char line[4000];

	strcpy(line, begin);
	while (count--)
		strcat(line, text);
	strcat(line, end);
	return parse(rule, line, error);
}

static void test_rule_limits_of_values(void **state)
{
	static const struct {
		const char *begin, *text;
		int most;
		const char *end, *field;
	} cases[] = {
		{"a.x - 410 note=", "x", 256, "", "note"},
		{"a.x - 410 note=\"", "x", 256, "\"", "note"},
		{"a.x - 410 note=\"", "\\\"", 256, "\"", "note"},
		{"a.x - 410 note=", "\xc3\xbc", 128, "", "note"},
		{"a.x - 410 header=\"X-A: ", "x", 251, "\"", "header"},
		{"a.x - 410 header=X-A:", "x", 251, "", "header"},
		{"a.x - 410 header=\"X-A: ", "\\\\", 251, "\"", "header"},
		{"a.x - 410 header=", "X", 253, ":x", "header"},
		{"a.x - 410 note=\"", "\\\"", 256,
		 "\" header=\"a:\\\"\" header=\"a:\\\"\"", "note"},
	};
	struct rule_error error;
	struct rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *begin = cases[i].begin, *text = cases[i].text;
		const char *end = cases[i].end;
		int most = cases[i].most;

		print_message("  %s%s\n", begin, text);
		assert_int_equal(
			parse_value(&rule, begin, text, most, end, &error), 1);
		assert_int_equal(parse_value(&rule, begin, text, most + 1, end,
					     &error),
				 -EINVAL);
		assert_string_equal(error.field, cases[i].field);
		assert_non_null(strstr(error.reason, "256"));
		assert_int_equal(parse_value(&rule, begin, text, 1400, end,
					     &error),
				 -EINVAL);
		assert_string_equal(error.field, cases[i].field);
	}
}

/* What is sent. */
static void test_rule_headers(void **state)
{
	struct rule_error error;
	struct rule rule;

	(void)state;
	assert_int_equal(parse(&rule, "a.x - 410", &error), 1);
	assert_string_equal(rule.headers, "");
	assert_string_equal(rule.note, "");
	assert_int_equal(rule.final.code, 0);
	assert_int_equal(parse(&rule,
			       "a.x - 410 header=A:b header=\"c:\td  e \" "
			       "final=410:7 note=\"f g\"",
			       &error),
			 1);
	assert_string_equal(rule.headers, "A: b\r\nc: d  e\r\n");
	assert_string_equal(rule.note, "f g");
	assert_int_equal(rule.final.code, 410);
	assert_int_equal(rule.final.max_age, 7);
}

static void test_rule_equal(void **state)
{
	static const char *const lines[] = {
		"a.x/b https://c.x/ 301",
		"a.x/c https://c.x/ 301",
		"a.x/b https://d.x/ 301",
		"a.x/b https://c.x/ 308",
		"a.x/b https://c.x/ 301 max-age=1",
		"a.x/b https://c.x/ 301 query=drop",
		"a.x/b https://c.x/ 301 tag=t",
		"a.x/b https://c.x/ 301 note=t",
		"a.x/b https://c.x/ 301 final=301",
		"a.x/b https://c.x/ 301 final=301:1",
		"a.x/b https://c.x/ 301 final=308",
		"a.x/b https://c.x/ 301 header=a:b",
		"a.x/b https://c.x/ 301 header=a:b header=a:b",
	};
	struct rule_buffer buffers[2];
	struct rule_error error;
	struct rule a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		rule_parse(&a, &buffers[0], lines[i], strlen(lines[i]), &error);
		for (j = 0; j < sizeof(lines) / sizeof(*lines); j++) {
			rule_parse(&b, &buffers[1], lines[j], strlen(lines[j]),
				   &error);
			assert_int_equal(rule_equal(&a, &b), i == j);
		}
	}
	b = a;
	b.headers = "A: b\r\n";
	assert_false(rule_equal(&a, &b));
	a.headers = "A: b\r\n";
	assert_true(rule_equal(&a, &b));
	b.headers = "A: c\r\n";
	assert_false(rule_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_good),
		cmocka_unit_test(test_rule_bad),
		cmocka_unit_test(test_rule_values),
		cmocka_unit_test(test_rule_make),
		cmocka_unit_test(test_rule_limits),
		cmocka_unit_test(test_rule_limits_ends),
		cmocka_unit_test(test_rule_source),
		cmocka_unit_test(test_rule_limits_of_values),
		cmocka_unit_test(test_rule_headers),
		cmocka_unit_test(test_rule_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
