// SPDX-License-Identifier: BSD-2-Clause
/* Requests that the fast path does not answer: they go to the kernel untouched,
 * each with its reason. */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_answer.h"
#include "xdp_client.h"

#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)
#define HAND(name) RIG_COUNTER(HAND_##name)
#define HOST "Host: o.example\r\n"
#define LINE "GET /1 HTTP/1.1\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"
#define FIELD(text) LINE HOST text "\r\n\r\n"
#define TO(host) LINE "Host: " host "\r\n\r\n"

static const char *const rules[] = {
	"*/1 https://new.example/any 301",
	"o.example/* https://new.example/* 301",
	"o.example/only/* - pass",
	"p.example/1 https://new.example/one 301",
};

static struct frame frame;
static struct rig_result result;

static void reasons(void **state)
{
	static const struct {
		const char *about, *request;
		uint64_t reasons;
	} rows[] = {
		{"unknown host", "GET /2 HTTP/1.1\r\nHost: n.example\r\n\r\n",
		 HAND(MISS)},
		{"unknown path", "GET /2 HTTP/1.1\r\nHost: p.example\r\n\r\n",
		 HAND(MISS)},
		{"pass rule", GET("/only/x"), HAND(PASS)},
		{"pass rule, root", GET("/only?q"), HAND(PASS)},
		{"POST", "POST /1 HTTP/1.1\r\n" HOST "\r\n", HAND(METHOD)},
		{"OPTIONS", "OPTIONS /1 HTTP/1.1\r\n" HOST "\r\n",
		 HAND(METHOD)},
		{"OPTIONS *", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
		 HAND(METHOD)},
		{"CONNECT", "CONNECT o.example:80 HTTP/1.1\r\n" HOST "\r\n",
		 HAND(METHOD) | HAND(MALFORMED)},
		{"get", "get /1 HTTP/1.1\r\n" HOST "\r\n", HAND(METHOD)},
		{"GETS", "GETS /1 HTTP/1.1\r\n" HOST "\r\n", HAND(METHOD)},
		{"HEAR", "HEAR /1 HTTP/1.1\r\n" HOST "\r\n", HAND(METHOD)},
		{"TLS", "\x16\x03\x01\x02", HAND(METHOD) | HAND(MALFORMED)},
		{"Content-Length", FIELD("Content-Length: 5"), HAND(BODY)},
		{"chunked", FIELD("Transfer-Encoding: chunked"), HAND(BODY)},
		{"body in the segment", FIELD("Content-Length: 1") "x",
		 HAND(BODY) | HAND(MORE)},
		{"pipelined", GET("/1") GET("/2"), HAND(MORE)},
		{"a byte behind", GET("/1") "G", HAND(MORE)},
		{"an empty line behind", GET("/1") "\r\n", HAND(MORE)},
		{"dot segment", GET("/a/../1"), HAND(TARGET)},
		{"dot segment at the end", GET("/1/.."), HAND(TARGET)},
		{"single dot", GET("/./1"), HAND(TARGET)},
		{"single dot at the end", GET("/1/."), HAND(TARGET)},
		{"dot segment before the query", GET("/1/..?q"), HAND(TARGET)},
		{"single dot before the query", GET("/1/.?q"), HAND(TARGET)},
		{"escaped dot segment", GET("/a/%2e%2E/1"), HAND(TARGET)},
		{"half escaped dot segment", GET("/a/.%2e/1"), HAND(TARGET)},
		{"lower-case hex digit", GET("/%2f"), HAND(TARGET)},
		{"escaped letter", GET("/%41"), HAND(TARGET)},
		{"escaped letter in the query", GET("/1?%41"), HAND(TARGET)},
		{"lower-case hex digit in the query", GET("/1?%3d"),
		 HAND(TARGET)},
		{"byte to encode", GET("/\"1"), HAND(TARGET)},
		{"backslash", GET("/a\\b"), HAND(TARGET)},
		{"braces", GET("/{1}"), HAND(TARGET)},
		{"bar in the query", GET("/1?a|b"), HAND(TARGET)},
		{"circumflex", GET("/^"), HAND(TARGET)},
		{"grave", GET("/`"), HAND(TARGET)},
		{"less than", GET("/1?<"), HAND(TARGET)},
		{"greater than", GET("/1?>"), HAND(TARGET)},
		{"UTF-8", GET("/\xc3\xa4"), HAND(TARGET)},
		{"UTF-8 in the query", GET("/1?\xc3\xa4"), HAND(TARGET)},
		{"absolute form", GET("http://o.example/1"), HAND(TARGET)},
		{"no slash", GET("1"), HAND(TARGET) | HAND(MALFORMED)},
		{"asterisk", GET("*"), HAND(TARGET) | HAND(MALFORMED)},
		{"fragment", GET("/1#f"), HAND(TARGET) | HAND(MALFORMED)},
		{"DEL", GET("/\x7f"), HAND(TARGET) | HAND(MALFORMED)},
		{"HTAB", GET("/\t"), HAND(TARGET) | HAND(MALFORMED)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		handover_expect_all(rows[i].about, rows[i].request,
				    strlen(rows[i].request), rows[i].reasons);
}

#define VERSION(text) "GET /1 " text "\r\n" HOST "\r\n"

/* Heads that get an error: the kernel's side tells which. */
static void malformed(void **state)
{
	static const struct {
		const char *about, *request;
	} rows[] = {
		{"blank before the colon", LINE "Host : o.example\r\n\r\n"},
		{"blank before another colon", FIELD("X : y")},
		{"obs-fold", FIELD("X: y\r\n z")},
		{"obs-fold first", LINE " " HOST "\r\n"},
		{"bare CR", FIELD("X: y\rz")},
		{"control byte", FIELD("X: \x01")},
		{"DEL in a field", FIELD("X: \x7f")},
		{"no colon", FIELD("X")},
		{"empty name", FIELD(": x")},
		{"name with a slash", FIELD("a/b: x")},
		{"HTTP/2.0", VERSION("HTTP/2.0")},
		{"HTTP/0.9", VERSION("HTTP/0.9")},
		{"http/1.1", VERSION("http/1.1")},
		{"HTTP/1.1x", VERSION("HTTP/1.1x")},
		{"HTTP/11", VERSION("HTTP/11")},
		{"HTTP/1.", VERSION("HTTP/1.")},
		{"no version", "GET /1\r\n" HOST "\r\n"},
		{"two blanks", "GET  /1 HTTP/1.1\r\n" HOST "\r\n"},
		{"blank in the target", "GET /1 2 HTTP/1.1\r\n" HOST "\r\n"},
		{"blank behind the version", VERSION("HTTP/1.1 ")},
		{"two lengths",
		 FIELD("Content-Length: 0\r\nContent-Length: 1")},
		{"length with a sign", FIELD("Content-Length: +0")},
		{"empty length", FIELD("Content-Length:")},
		{"unknown coding", FIELD("Transfer-Encoding: gzip")},
		{"coding with a length",
		 FIELD("Content-Length: 0\r\nTransfer-Encoding: chunked")},
		{"empty coding", FIELD("Transfer-Encoding:")},
	};
	static const char nul[] = FIELD("X: \0");
	static const uint64_t any = HAND(MALFORMED) | HAND(BODY) | HAND(TARGET);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		handover_expect_all(rows[i].about, rows[i].request,
				    strlen(rows[i].request), any);
	handover_expect_all("NUL in a field", nul, sizeof(nul) - 1, any);
	handover_expect_all("blank before the colon", rows[0].request,
			    strlen(rows[0].request), HAND(MALFORMED));
}

/* Hosts and heads of which the fast path may be sure or not: it hands over, or
 * answers as the socket responder does. */
static void either(void **state)
{
	static const struct {
		const char *about, *request;
		bool refused;
	} rows[] = {
		{"no Host", LINE "\r\n", true},
		{"two Hosts", LINE HOST HOST "\r\n", true},
		{"two different Hosts", LINE HOST "Host: x\r\n\r\n", true},
		{"userinfo", TO("a@o.example"), true},
		{"empty label", TO("o..example"), true},
		{"first label empty", TO(".o.example"), true},
		{"two final dots", TO("o.example.."), true},
		{"blank in Host", TO("o. example"), true},
		{"port that is none", TO("o.example:x"), true},
		{"port beyond 65535", TO("o.example:65536"), true},
		{"slash in Host", TO("o.example/"), true},
		{"percent in Host", TO("o%2Eexample"), true},
		{"comma in Host", TO("o.example,p.example"), true},
		{"UTF-8 in Host", TO("\xc3\xb6.example"), true},
		{"asterisk as Host", TO("*"), true},
		{"asterisk label", TO("*.example"), true},
		{"all digits", TO("1.2.3"), true},
		{"IPv4 address with a zero", TO("192.0.2.080"), true},
		{"IPv4 address too large", TO("192.0.2.256"), true},
		{"IPv6 address without brackets", TO("2001:db8::80"), true},
		{"a bracket", TO("[::1"), true},
		{"empty Host", TO(""), false},
		{"IPv6 address", TO("[2001:db8::80]"), false},
		{"upper case", TO("O.Example"), false},
		{"final dot", TO("o.example."), false},
		{"port 80", TO("o.example:80"), false},
		{"port 8080", TO("o.example:8080"), false},
		{"empty port", TO("o.example:"), false},
		{"all of it", TO("O.EXAMPLE.:80"), false},
		{"blanks around Host", TO(" \t o.example \t "), false},
		{"host", LINE "host: o.example\r\n\r\n", false},
		{"HOST", LINE "HOST: o.example\r\n\r\n", false},
		{"underscore", TO("a_b.example"), false},
		{"hyphen first", TO("-a.example"), false},
		{"three dots", GET("/..."), false},
		{"a segment that begins with two dots", GET("/..a/"), false},
		{"a percent alone", GET("/%"), false},
		{"a percent and one digit", GET("/%4"), false},
		{"no escape", GET("/%zz?%"), false},
		{"HTTP/1.0", "GET /1 HTTP/1.0\r\n" HOST "\r\n", false},
		{"HTTP/1.0, keep-alive",
		 "GET /1 HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n",
		 false},
		{"HTTP/1.0 without Host", "GET /1 HTTP/1.0\r\n\r\n", false},
		{"HTTP/1.9", VERSION("HTTP/1.9"), false},
		{"empty line first", "\r\n" GET("/1"), false},
		{"bare LF", "GET /1 HTTP/1.1\nHost: o.example\n\n", false},
		{"bare LF at the end", LINE HOST "\n", false},
		{"Content-Length: 0", FIELD("Content-Length: 0"), false},
		{"Expect", FIELD("Expect: 100-continue"), false},
		{"Upgrade", FIELD("Connection: upgrade\r\nUpgrade: x"), false},
		{"Range", FIELD("Range: bytes=0-1"), false},
		{"query alone", GET("?x"), false},
	};
	static const uint64_t any = HAND(HOST) | HAND(MALFORMED) |
				    HAND(TARGET) | HAND(BODY) | HAND(MISS) |
				    HAND(METHOD);
	uint64_t seen = 0;
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		client_segment(&packet, i % CLIENT_VARIANTS, TCP_ACK,
			       rows[i].request);
		frame_write(&frame, &packet);
		rig_reset(NULL);
		rig_respond(&result, &frame);
		seen |= result.rose;
		if (result.verdict == XDP_TX && !rows[i].refused)
			answer_expect(rows[i].about, &packet,
				      ACCEPTED | RIG_COUNTER(GET_301));
		else
			handover_expect(rows[i].about, &packet, any);
	}
	assert_true(seen & HAND(HOST));
}

/* Wherever in the target they stand. */
static void anywhere(void **state)
{
	static const char *const odd[] = {"/./",  "/../", "/.?",  "/..?", "\"",
					  "^",	  "{",	  "~%7E", "%2f",  "%4a",
					  "\x80", "|",	  "<"};
	char request[256];
	size_t i, pad;

	(void)state;
	for (i = 0; i < COUNT(odd); i++)
		for (pad = 0; pad < 20; pad++) {
			snprintf(request, sizeof(request),
				 "GET /%.*s%sb HTTP/1.1\r\n" HOST "\r\n",
				 (int)pad, "aaaaaaaaaaaaaaaaaaaaaaaa", odd[i]);
			handover_expect_all(odd[i], request, strlen(request),
					    HAND(TARGET));
		}
}

/* Cut anywhere, a head is not answered. */
static void incomplete(void **state)
{
	static const char request[] = FIELD("X: y");
	size_t len;

	(void)state;
	for (len = 1; len < sizeof(request) - 1; len++)
		handover_expect_all("cut", request, len,
				    len < 4 ? HAND(INCOMPLETE) | HAND(METHOD)
					    : HAND(INCOMPLETE));
}

/* A head of so many bytes. */
static size_t long_head(char *request, size_t len)
{
	size_t at = sprintf(request, "%s%sX: ", LINE, HOST);

	memset(request + at, 'x', len - at - 4);
	memcpy(request + len - 4, "\r\n\r\n", 5);
	return len;
}

static void long_heads(void **state)
{
	static char request[4000];
	struct packet packet;
	size_t len;

	(void)state;
	for (len = 100; len <= 1460; len += 17) {
		long_head(request, len);
		client_segment(&packet, 0, TCP_ACK, request);
		answer_expect("head in an Ethernet frame", &packet,
			      ACCEPTED | RIG_COUNTER(GET_301));
	}
	handover_expect_all("head in a larger frame", request,
			    long_head(request, 3400), HAND(LONG));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(reasons),    RIG_TEST(malformed), RIG_TEST(either),
		RIG_TEST(incomplete), RIG_TEST(anywhere),  RIG_TEST(long_heads),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
