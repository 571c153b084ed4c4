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

#include "error.h"
#include "memfile.h"
#include "request_forms.h"
#include "request_read.h"

/* A request as "NUMBER METHOD URL STATUS|", a line without one as "NUMBER -|",
 * one that cannot be read as "NUMBER !REASON|". */
static void said_write(FILE *out, const struct request_said *said)
{
	fprintf(out, "%lu %.*s %s//%.*s %.*s%s%.*s %d|", said->line,
		(int)said->method.len, said->method.text,
		said->scheme == REQUEST_SCHEME_HTTPS ? "s" : "",
		(int)said->host.len, said->host.text, (int)said->target.len,
		said->target.text, said->query.text ? " ?" : "",
		(int)said->query.len, said->query.text, said->status);
}

/* What is read of a file, behind the name of its form. */
static char *collect(const char *path, const struct request_options *options)
{
	struct request_read read;
	struct request_said said;
	const char *reason;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int got = request_read_open(&read, path, options);

	if (got)
		fprintf(out, "?%s", strchr(error_text(), ':'));
	else
		fprintf(out, "%s|", read.form ? read.form->name : "none");
	while (!got && (got = request_read_next(&read, &said, &reason))) {
		if (got == REQUEST_TAKEN)
			said_write(out, &said);
		else if (got == REQUEST_WITHOUT)
			fprintf(out, "%lu -|", said.line);
		else if (got == -EINVAL)
			fprintf(out, "%lu !%s|", said.line, reason);
		else
			fprintf(out, "?%d", got);
		got = 0;
	}
	request_read_close(&read);
	fclose(out);
	return text;
}

#define TEXT(text) text, sizeof(text) - 1
#define TIME " [10/Oct/2025:13:55:36 +0200] "
#define COMMON "1.2.3.4 - -" TIME
#define AGENT " 200 5 \"-\" \"Mozilla/5.0 (X11)\"\n"

static const struct {
	const char *about, *form, *host, *fields, *data;
	size_t len;
	const char *said;
} cases[] = {
	{"nothing", NULL, NULL, NULL, TEXT(""), "none|"},
	{"URLs", NULL, NULL, NULL,
	 TEXT("http://a.example/x?y=1\nhttps://B.example:8443\r\n\n# no\n"
	      "c.example/z#frag\n  d.example?q  \nHTTPS://[::1]:443/a\n"),
	 "urls|1  //a.example /x?y=1 0|2  s//B.example:8443 / 0|"
	 "5  //c.example /z 0|6  //d.example ?q 0|7  s//[::1]:443 /a 0|"},
	{"URLs that are none", NULL, NULL, NULL,
	 TEXT("http://a.example/\nftp://a.example/\nhttp:///x\n"
	      "http://u:p@a.example/\na.example/b c\n/x\n://\n"
	      "a.example/http://b.example/\n"),
	 "urls|1  //a.example / 0|2 !a URL of neither http nor https|"
	 "3 !a URL without a host|"
	 "4 !a URL with userinfo, which is not sent to a server|"
	 "5 !a blank within a URL|6 !it has no host; --host says one|"
	 "7 !a URL of neither http nor https|"
	 "8  //a.example /http://b.example/ 0|"},
	{"U-labels", NULL, NULL, NULL,
	 TEXT("http://b\xc3\xbc"
	      "cher.example:80/\xc3\xbc\nhttp://\xc3\xbc..x/\n"
	      "http://\xff.example/\n"),
	 "urls|1  //xn--bcher-kva.example /\xc3\xbc 0|"
	 "2 !a host that no name in the DNS can be|"
	 "3 !a host that no name in the DNS can be|"},
	{"paths alone", NULL, "h.example", NULL, TEXT("/a\n/b?c\n"),
	 "urls|1  //h.example /a 0|2  //h.example /b?c 0|"},
	{"a BOM", NULL, NULL, NULL, TEXT("\xef\xbb\xbfhttp://a.example/\n"),
	 "urls|1  //a.example / 0|"},
	{"UTF-16", NULL, NULL, NULL,
	 TEXT("\xff\xfe"
	      "a\0.\0b\0/\0c\0\n\0"),
	 "urls|1  //a.b /c 0|"},
	{"common", NULL, "h.example", NULL,
	 TEXT(COMMON "\"GET /a?b=c HTTP/1.1\" 404 12\n"
		     "::1 - John Doe" TIME "\"POST /x HTTP/2.0\" 301 -\n"
		     "c.example ident u" TIME "\"GET /old\" - -\n"),
	 "common|1 GET //h.example /a?b=c 404|2 POST //h.example /x 301|"
	 "3 GET //h.example /old 0|"},
	{"combined", NULL, "h.example", NULL,
	 TEXT(COMMON "\"GET / HTTP/1.1\"" AGENT COMMON
		     "\"HEAD /\\x22a\\\"b\\\\\\x5c HTTP/3.0\"" AGENT),
	 "combined|1 GET //h.example / 200|2 HEAD //h.example /\"a\"b\\\\ 200|"},
	{"a log without hosts, and no host", NULL, NULL, NULL,
	 TEXT(COMMON "\"GET / HTTP/1.1\"" AGENT),
	 "?: form combined has no host on its lines; --host says one"},
	{"what is no request", NULL, "h.example", NULL,
	 TEXT(COMMON "\"-\"" AGENT COMMON "\"\"" AGENT COMMON
		     "\"\\x16\\x03\\x01\\x02\\x00\\x01\"" AGENT COMMON
		     "\"PRI * HTTP/2.0\"" AGENT COMMON "\"GET\"" AGENT COMMON
		     "\"GET HTTP/1.1\"" AGENT COMMON
		     "\"MGLNDD_1.2.3.4_80\\n\"" AGENT COMMON
		     "\"\\x03\\x00/*\\xE0 HTTP/1.1\"" AGENT),
	 "combined|1 -|2 -|3 -|4 -|5 -|6 -|7 -|8 -|"},
	{"other targets", NULL, "h.example", NULL,
	 TEXT(COMMON "\"OPTIONS * HTTP/1.1\"" AGENT COMMON
		     "\"CONNECT b.example:443 HTTP/1.1\"" AGENT COMMON
		     "\"GET http://b.example:80/x HTTP/1.1\"" AGENT COMMON
		     "\"GET /a b HTTP/1.1\"" AGENT),
	 "combined|1 OPTIONS //h.example * 200|"
	 "2 CONNECT //h.example b.example:443 200|"
	 "3 GET //b.example:80 http://b.example:80/x 200|"
	 "4 GET //h.example /a b 200|"},
	{"a user who writes a line of his own", NULL, "h.example", NULL,
	 TEXT(COMMON
	      "\"GET /\" 200 5\n1.2.3.4 - x [t] \\\"GET /no\\\" 200 5" TIME
	      "\"GET /a\" 401 5\n"),
	 "common|1 GET //h.example / 200|2 !no \"REQUEST\" behind the time|"},
	{"escapes that are none", NULL, "h.example", NULL,
	 TEXT(COMMON "\"GET /\\q\\x4\\xzz\\t\\x HTTP/1.1\"" AGENT),
	 "combined|1 GET //h.example /\\q\\x4\\xzz\t\\x 200|"},
	{"lines of no log", NULL, "h.example", NULL,
	 TEXT(COMMON
	      "\"GET / HTTP/1.1\"" AGENT COMMON "\"GET / HTTP/1.1\"" AGENT
	      "[10/Oct\n1.2.3.4 - - [10/Oct\n1.2.3.4 - -" TIME "GET /\n" COMMON
	      "\"GET /\\\"\n" COMMON "\"GET /\"\n" COMMON
	      "\"GET /\" 2000 1\n" COMMON "\"GET /\" 20\n"),
	 "combined|1 GET //h.example / 200|2 GET //h.example / 200|"
	 "3 !no [TIME] behind the client|4 !no ] behind the time|"
	 "5 !no \"REQUEST\" behind the time|6 !no quote ends the request|"
	 "7 !no status behind the request|8 !no status behind the request|"
	 "9 !no status behind the request|"},
	{"bytes of no character set", NULL, "h.example", NULL,
	 TEXT(COMMON "\"GET /\xe4 HTTP/1.1\" 200 5 \"\xff\xfe\" \"\0\"\n"),
	 "combined|1 GET //h.example /\xe4 200|"},
	{"hosts before", NULL, NULL, NULL,
	 TEXT("a.example:443 " COMMON "\"GET / HTTP/1.1\"" AGENT
	      "b.example:80 " COMMON "\"GET / HTTP/1.1\"" AGENT
	      "c.example:8080 " COMMON "\"GET / HTTP/1.1\"" AGENT
	      "d.example " COMMON "\"GET / HTTP/1.1\"" AGENT "[::1]:443 " COMMON
	      "\"GET / HTTP/1.1\"" AGENT "[::1] " COMMON
	      "\"GET / HTTP/1.1\"" AGENT "- " COMMON
	      "\"GET / HTTP/1.1\"" AGENT),
	 "vhost-combined|1 GET s//a.example / 200|2 GET //b.example / 200|"
	 "3 GET //c.example / 200|4 GET //d.example / 200|"
	 "5 GET s//[::1] / 200|6 GET //[::1] / 200|"
	 "7 !it has no host; --host says one|"},
	{"hosts before, of common", NULL, "h.example", NULL,
	 TEXT("a.example:80 " COMMON "\"GET / HTTP/1.1\" 200 5\n"
	      "- " COMMON "\"GET / HTTP/1.1\" 200 5\n"),
	 "vhost-combined|1 GET //a.example / 200|2 GET //h.example / 200|"},
	{"JSON", NULL, NULL, NULL,
	 TEXT("{\"host\":\"a.example:80\",\"method\":\"POST\",\"uri\":\"/a\","
	      "\"status\":200}\n"
	      "{\"status\": \"404\", \"uri\" : \"\\/b\\u0063\\\"\\u00fc\", "
	      "\"host\":\"b.example\", \"x\":{\"uri\":\"/no\",\"y\":[{}]}, "
	      "\"scheme\":\"HTTPS\",\"query\":\"?q=1\"}\n"
	      "{\"uri\":\"https://c.example/x?y\",\"query\":\"y\"}\n"),
	 "json|1 POST //a.example:80 /a 200|2  s//b.example /bc\"\xc3\xbc ?q=1 "
	 "404|3  s//c.example /x?y 0|"},
	{"Caddy", NULL, NULL, NULL,
	 TEXT("{\"level\":\"info\",\"logger\":\"http.log.access\",\"request\":{"
	      "\"remote_ip\":\"1.2.3.4\",\"method\":\"GET\",\"host\":"
	      "\"a.example\",\"uri\":\"/a?b\",\"headers\":{\"X\":[\"}\\\"{\"]},"
	      "\"tls\":{\"proto\":\"h2\"}},\"status\":301}\n"
	      "{\"request\":{\"method\":\"GET\",\"host\":\"[::1]:80\",\"uri\":"
	      "\"/\"},\"status\":200,\"headers\":{\"uri\":[\"/no\"]}}\n"
	      "{\"level\":\"info\",\"logger\":\"tls\",\"msg\":\"obtained\"}\n"),
	 "json|1 GET s//a.example /a?b 301|2 GET //[::1]:80 / 200|3 -|"},
	{"JSON with other names", NULL, NULL,
	 "host=http.vhost,method=verb,uri=url,status=code,scheme=tls",
	 TEXT("{\"http\":{\"vhost\":\"a.example\",\"x\":1},\"verb\":\"PUT\","
	      "\"url\":\"/a\",\"code\":500,\"uri\":\"/no\",\"tls\":\"https\"}\n"),
	 "json|1 PUT s//a.example /a 500|"},
	{"JSON with a request line", NULL, "h.example", "request=request",
	 TEXT("{\"request\":\"GET /a HTTP/1.1\",\"status\":200}\n"
	      "{\"request\":\"-\",\"status\":400}\n"),
	 "json|1 GET //h.example /a 200|2 -|"},
	{"JSON that is none", "json", "h", NULL,
	 TEXT("{\"uri\":\"/a\"\n{\"uri\":\"/a}\n{uri:1}\n[]\n{\"uri\":}\n"
	      "{\"uri\":\"/\"} x\n{\"uri\" \"/\"}\n{\"a\":[}\n{}\n"
	      "{\"uri\":\"/\\ud83d\\ude00\\ud83d\\u00zz\"}\n\0\n"
	      "{\"uri\":\"\\u0000/\\\"}\n"),
	 "json|1 !no JSON: neither ',' nor '}' behind a value|"
	 "2 !no JSON: a string does not end|"
	 "3 !no JSON: a name in quotes is missing|4 !no JSON object|"
	 "5 !no JSON: a value is missing|6 !something behind the JSON object|"
	 "7 !no JSON: no ':' behind a name|"
	 "8 !no JSON: neither ',' nor '}' behind a value|9 -|"
	 "10  //h /\xf0\x9f\x98\x80\xef\xbf\xbd\\u00zz 0|11 !no JSON object|"
	 "12 !no JSON: a string does not end|"},
	{"W3C, of IIS", NULL, NULL, NULL,
	 TEXT("#Software: IIS\n#Fields: date cs-method cs-uri-stem "
	      "cs-uri-query s-port cs-host sc-status\n"
	      "2025-10-10 GET /a b=1 443 a.example 200\n"
	      "2025-10-10 POST /b - 80 b.example:80 404\n"
	      "2025-10-10 GET /c\n"
	      "#Fields: cs-host cs-uri\nc.example /d?e\n- /f\n"
	      "#Fields: date\n2025\n"),
	 "w3c|3 GET s//a.example /a ?b=1 200|4 POST //b.example:80 /b 404|"
	 "5 !fewer values than columns that matter|7  //c.example /d?e 0|"
	 "8 !it has no host; --host says one|"
	 "10 !the columns have no URI (cs-uri-stem); --fields says which it "
	 "is|"},
	{"W3C, of CloudFront", NULL, NULL, NULL,
	 TEXT("#Version: 1.0\n#Fields: date cs-method cs(Host) cs-uri-stem "
	      "sc-status cs(User-Agent) cs-uri-query x-host-header "
	      "cs-protocol\n"
	      "2025\tGET\td1.cloudfront.net\t/a\t200\tx%20y\t-\ta.example"
	      "\thttps\n"),
	 "w3c|3 GET s//a.example /a 200|"},
	{"W3C with quotes", NULL, NULL, "host=x-host",
	 TEXT("#Fields: cs(User-Agent) x-host cs-host cs-uri-stem\n"
	      "\"a \"\"b\"\" c\" a.example no.example /x\n"
	      "\"open a.example\n\"\" b.example - \"/y z\"\n"),
	 "w3c|2  //a.example /x 0|3 !fewer values than columns that matter|"
	 "4  //b.example /y z 0|"},
	{"W3C without columns", "w3c", NULL, NULL, TEXT("GET /a\n"),
	 "w3c|1 !no line \"#Fields: ...\" before it|"},
	{"garbage", NULL, NULL, NULL,
	 TEXT("\x7f"
	      "ELF\1\2\3 \0\0\n\n"),
	 "?: its first lines are of none of urls, common, combined, "
	 "vhost-combined, json, w3c; --format says what they are"},
	{"most of the first lines count", NULL, NULL, NULL,
	 TEXT("cut off by rotation\n{\"uri\":\"http://a.example/\"}\n"
	      "{\"uri\":\"http://b.example/\"}\n"),
	 "json|1 !no JSON object|2  //a.example / 0|3  //b.example / 0|"},
};

static void case_check(size_t i, int gzip)
{
	struct request_options options = {.host = cases[i].host};
	char name[MEMFILE_NAME], *said;
	int fd = memfile_open(name, cases[i].data, cases[i].len, gzip);

	if (cases[i].form)
		options.form = request_form_find(cases[i].form);
	if (cases[i].fields)
		assert_int_equal(request_fields_take(&options.fields,
						     cases[i].fields),
				 0);
	said = collect(name, &options);
	if (strcmp(said, cases[i].said))
		fail_msg("%s:\n%s\nnot\n%s", cases[i].about, said,
			 cases[i].said);
	free(said);
	close(fd);
}

static void test_forms(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		case_check(i, 0);
		case_check(i, 1);
	}
}

/* Lines of whatever length are one that cannot be read. */
static void test_long_lines(void **state)
{
	static const char line[] = "http://a.example/x\n";
	struct request_options options = {0};
	size_t len = 10 << 20, end = sizeof(line) - 1;
	char name[MEMFILE_NAME], *said, *data = malloc(len + 2 * end + 1);
	int fd;

	(void)state;
	assert_non_null(data);
	memcpy(data, line, end);
	memset(data + end, 'a', len);
	data[end + len] = '\n';
	memcpy(data + end + len + 1, line, end);
	fd = memfile_open(name, data, len + 2 * end + 1, 0);
	said = collect(name, &options);
	assert_string_equal(said, "urls|1  //a.example /x 0|"
				  "2 !line over 65536 bytes|"
				  "3  //a.example /x 0|");
	free(said);
	free(data);
	close(fd);
}

static void test_fields(void **state)
{
	static const char *const bad[] = {
		"",	   "host",     "host=", "hosts=a",
		"host=a,", "host=a,,", "=a",	"host=a,host=b",
	};
	struct request_fields fields;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (request_fields_take(&fields, bad[i]) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
	assert_int_equal(request_fields_take(&fields, "uri=a=b,host=c"), 0);
	assert_true(format_is(fields.name[REQUEST_URI], "a=b"));
	assert_true(format_is(fields.name[REQUEST_HOST], "c"));
	assert_int_equal(fields.name[REQUEST_STATUS].len, 0);
}

static void test_missing_file(void **state)
{
	struct request_options options = {0};
	struct request_read read;

	(void)state;
	assert_int_equal(request_read_open(&read, "/nowhere", &options),
			 -ENOENT);
	request_read_close(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
