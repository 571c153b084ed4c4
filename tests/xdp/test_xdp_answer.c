// SPDX-License-Identifier: BSD-2-Clause
/* What the fast path answers by itself, byte for byte. */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "answer.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)
#define REFUSED RIG_COUNTER(COOKIE_REFUSED)
#define COUNTED(name) (ACCEPTED | RIG_COUNTER(name))
#define HOST(name) "Host: " name "\r\n"
#define GET(target, name) "GET " target " HTTP/1.1\r\n" HOST(name) "\r\n"
#define HEAD(target, name) "HEAD " target " HTTP/1.1\r\n" HOST(name) "\r\n"
#define O "o.example"

#define LONG                                                \
	"/0123456789abcdef0123456789abcdef0123456789abcdef" \
	"/0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const rules[] = {
	"*.w.example https://new.example/w/* 301",
	"*.deep.w.example/only https://new.example/deep 308",
	"192.0.2.80 https://new.example/address/* 302",
	"*/any https://new.example/any-host 303",
	"*/same/* https://*/* 302",
	"*/below* http://*.New.example.:81/* 302",
	"*.t.example https://*.New.example 301",
	"*.t.example/a/* HTTPS://*.new.example:8443/b/*?c#d 302",
	"*.t.example/one https://*.new.example/#e 303 query=drop",
	"f.example https://new.example/f#top 302",
	"f.example/1/* https://new.example/%7e/../*?a=b#c?d 302",
	"f.example/2/* https://new.example?a=*#c 302",
	"f.example/3/* https://new.example/*#c 302",
	"f.example/4 https://new.example/4# 307 query=drop",
	"f.example/5?x https://new.example/5?y#z 308",
	"f.example/6/* https://new.example#z 302",
	"o.example https://new.example 301",
	"o.example/1 https://new.example/one 301",
	"o.example/2 https://new.example/two 302 max-age=60",
	"o.example/3 https://new.example/three?a 303",
	"o.example/7 https://new.example/seven?a 307 query=drop",
	"o.example/8?x https://new.example/eight 308 max-age=2147483647",
	"o.example/8 https://new.example/eight-without 308",
	"o.example/9 - 410",
	"o.example/10/* - 410 max-age=0",
	"o.example/b* https://new.example/b-* 307",
	"o.example/blog/* https://new.example/journal/* 307",
	"o.example/blog/2012/* https://new.example/old 301",
	"o.example/q/* https://new.example/?u=* 302",
};

static const struct {
	const char *about, *request;
	enum counter counter;
} answers[] = {
	{"whole host", GET("/x/y", O), COUNTER_GET_301},
	{"root", GET("/", O), COUNTER_GET_301},
	{"query kept", GET("/x?y=1", O), COUNTER_GET_301},
	{"empty query kept", GET("/x?", O), COUNTER_GET_301},
	{"query with '?' and '/'", GET("/x?/?a=b/../c", O), COUNTER_GET_301},
	{"301", GET("/1", O), COUNTER_GET_301},
	{"302 with an age", GET("/2", O), COUNTER_GET_302},
	{"303", GET("/3", O), COUNTER_GET_303},
	{"303, query joined", GET("/3?b", O), COUNTER_GET_303},
	{"303, empty query joined", GET("/3?", O), COUNTER_GET_303},
	{"307", GET("/7", O), COUNTER_GET_307},
	{"307, query dropped", GET("/7?b=c", O), COUNTER_GET_307},
	{"308 of the query", GET("/8?x", O), COUNTER_GET_308},
	{"308 of the path", GET("/8?y", O), COUNTER_GET_308},
	{"410", GET("/9", O), COUNTER_GET_410},
	{"410, query dropped", GET("/9?x", O), COUNTER_GET_410},
	{"410, not cached", GET("/10/x", O), COUNTER_GET_410},
	{"410, subtree's root", GET("/10", O), COUNTER_GET_410},
	{"byte prefix", GET("/bcd", O), COUNTER_GET_307},
	{"byte prefix, empty remainder", GET("/b", O), COUNTER_GET_307},
	{"subtree", GET("/blog/a/b", O), COUNTER_GET_307},
	{"subtree's root", GET("/blog", O), COUNTER_GET_307},
	{"subtree's root with a query", GET("/blog?p=1", O), COUNTER_GET_307},
	{"longest prefix", GET("/blog/2012/05", O), COUNTER_GET_301},
	{"between two prefixes", GET("/blog/2013/05", O), COUNTER_GET_307},
	{"remainder in the query", GET("/q/a/b?c", O), COUNTER_GET_302},
	{"all reserved bytes", GET("/;:@&=+$,!*'()~-._?a[]", O),
	 COUNTER_GET_301},
	{"escapes in normal form", GET("/%2Fa%20%C3%A4?%3D%00", O),
	 COUNTER_GET_301},
	{"two slashes", GET("//a//b/", O), COUNTER_GET_301},
	{"dots that are no dot segment", GET("/a..b/.c/d..", O),
	 COUNTER_GET_301},
	{"dots in the query", GET("/a?/../b/./..", O), COUNTER_GET_301},
	{"wildcard", GET("/x", "a.w.example"), COUNTER_GET_301},
	{"wildcard, three labels", GET("/x", "a.b.c.w.example"),
	 COUNTER_GET_301},
	{"longer wildcard", GET("/only", "a.deep.w.example"), COUNTER_GET_308},
	{"fall through wildcards", GET("/x", "a.deep.w.example"),
	 COUNTER_GET_301},
	{"any host", GET("/any", "unknown.example"), COUNTER_GET_303},
	{"any host for a host with rules", GET("/any", "w.example"),
	 COUNTER_GET_303},
	{"IPv4 address", GET("/x", "192.0.2.80"), COUNTER_GET_302},
	{"the same host", GET("/same/x?y", "Any.Host.:80"), COUNTER_GET_302},
	{"any host below a name", GET("/below/x", "any.host"), COUNTER_GET_302},
	{"the host's remainder", GET("/x?y", "a.t.example"), COUNTER_GET_301},
	{"... of many labels", GET("/", "A.b-c._d.8.t.example."),
	 COUNTER_GET_301},
	{"... and all that there can be", GET("/a/x/y?z", "a.t.example"),
	 COUNTER_GET_302},
	{"... without the other remainder", GET("/a", "a.t.example"),
	 COUNTER_GET_302},
	{"... an empty query", GET("/a/?", "a.t.example"), COUNTER_GET_302},
	{"... no query kept", GET("/one?x", "a.t.example"), COUNTER_GET_303},
	{"fragment", GET("/x", "f.example"), COUNTER_GET_302},
	{"query before a fragment", GET("/x?y=z", "f.example"),
	 COUNTER_GET_302},
	{"empty query before a fragment", GET("/x?", "f.example"),
	 COUNTER_GET_302},
	{"remainder before a query", GET("/1/x/y", "f.example"),
	 COUNTER_GET_302},
	{"remainder and query before a query", GET("/1/x/y?z", "f.example"),
	 COUNTER_GET_302},
	{"remainder in a query before a fragment", GET("/2/x/y", "f.example"),
	 COUNTER_GET_302},
	{"... with a query", GET("/2/x?y", "f.example"), COUNTER_GET_302},
	{"remainder before a fragment", GET("/3/x?y", "f.example"),
	 COUNTER_GET_302},
	{"empty remainder before a fragment", GET("/3", "f.example"),
	 COUNTER_GET_302},
	{"empty fragment", GET("/4?x", "f.example"), COUNTER_GET_307},
	{"query consumed before a fragment", GET("/5?x", "f.example"),
	 COUNTER_GET_308},
	{"fragment behind the host", GET("/6/x?y", "f.example"),
	 COUNTER_GET_302},
	{"other fields around Host",
	 "GET /1 HTTP/1.1\r\nUser-Agent: a b\tc\r\n" HOST(
		 O) "Accept: */*\r\n"
		    "X-Odd!#$%&'*+-.^_`|~: \r\nEmpty:\r\n\r\n",
	 COUNTER_GET_301},
	{"Host without a blank", "GET /1 HTTP/1.1\r\nHost:" O "\r\n\r\n",
	 COUNTER_GET_301},
	{"Host in upper case", GET("/1", "O.EXAMPLE"), COUNTER_GET_301},
	{"Host with a final dot", GET("/1", O "."), COUNTER_GET_301},
	{"Host with a port", GET("/1", O ":80"), COUNTER_GET_301},
	{"Host with all of it", GET("/1", "O.Example.:8080"), COUNTER_GET_301},
	{"Connection: keep-alive",
	 "GET /1 HTTP/1.1\r\n" HOST(O) "Connection: keep-alive\r\n\r\n",
	 COUNTER_GET_301},
	{"Connection: close",
	 "GET /1 HTTP/1.1\r\n" HOST(O) "Connection: close\r\n\r\n",
	 COUNTER_GET_301},
	{"bytes outside ASCII in a field",
	 "GET /1 HTTP/1.1\r\n" HOST(O) "X: \xc3\xa4\xff\r\n\r\n",
	 COUNTER_GET_301},
	{"HEAD 301", HEAD("/1", O), COUNTER_HEAD_301},
	{"HEAD 302", HEAD("/2", O), COUNTER_HEAD_302},
	{"HEAD 303", HEAD("/3?b", O), COUNTER_HEAD_303},
	{"HEAD 307", HEAD("/7?b", O), COUNTER_HEAD_307},
	{"HEAD 308", HEAD("/8?x", O), COUNTER_HEAD_308},
	{"HEAD 410", HEAD("/9", O), COUNTER_HEAD_410},
};

static void table(void **state)
{
	struct packet packet;
	char about[128];
	size_t i, v;

	(void)state;
	for (i = 0; i < COUNT(answers); i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			client_segment(&packet, v, TCP_ACK | TCP_PSH,
				       answers[i].request);
			snprintf(about, sizeof(about), "%s, %s",
				 answers[i].about, client_variant(v));
			answer_expect(about, &packet,
				      ACCEPTED | 1ULL << answers[i].counter);
		}
}

/* The same with header lines of the rules' own, as far as they fit. */
static void headers(void **state)
{
	static char longest[LIMIT_HEADER_BYTES + 1];
	static const char *const texts[] = {
		"A: b\r\n",
		"Access-Control-Allow-Origin: *\r\nX-Long: a b\tc\r\n",
		longest,
	};
	struct packet packet;
	size_t i, j, v;

	(void)state;
	for (i = 0; i < 400; i++)
		longest[i] = i == 1 ? ':' : 'l';
	strcpy(longest + i, "\r\n");
	for (j = 0; j < COUNT(texts); j++) {
		rig.headers = texts[j];
		rig_rules(rules, COUNT(rules));
		for (i = 0; i < COUNT(answers); i++) {
			v = (i + j) % CLIENT_VARIANTS;
			client_segment(&packet, v, TCP_ACK | TCP_PSH,
				       answers[i].request);
			answer_expect(answers[i].about, &packet,
				      ACCEPTED | 1ULL << answers[i].counter);
		}
	}
	memset(longest + 2, 'l', LIMIT_HEADER_BYTES - 4);
	strcpy(longest + LIMIT_HEADER_BYTES - 2, "\r\n");
	rig_rules(rules, COUNT(rules));
	client_segment(&packet, 0, TCP_ACK, GET("/1", O));
	answer_expect("the most headers", &packet, COUNTED(GET_301));
	handover_expect_all("headers that do not fit", GET(LONG, O),
			    strlen(GET(LONG, O)), RIG_COUNTER(HAND_FIT));
	rig.headers = NULL;
	rig_rules(rules, COUNT(rules));
}

/* Every length of what the host's '*' stands for, and what is longer than a
 * host may be. */
static void hosts(void **state)
{
	char request[512], host[256];
	struct packet packet;
	size_t len, i;

	(void)state;
	for (len = 1; len < 245; len++) {
		for (i = 0; i < len; i++)
			host[i] = i % 50 == 49 && i + 1 < len ? '.' : 'h';
		if (len < 200) {
			strcpy(host + len, ".t.example");
			snprintf(request, sizeof(request),
				 "GET /a/x?y HTTP/1.1\r\n" HOST("%s") "\r\n",
				 host);
			client_segment(&packet, len % CLIENT_VARIANTS, TCP_ACK,
				       request);
			answer_expect("host", &packet, COUNTED(GET_302));
		}
		host[len] = 0;
		snprintf(request, sizeof(request),
			 "GET /below/x HTTP/1.1\r\n" HOST("%s") "\r\n", host);
		if (len + strlen(".New.example") > LIMIT_HOST) {
			handover_expect_all("host too long", request,
					    strlen(request),
					    RIG_COUNTER(HAND_PASS));
			continue;
		}
		client_segment(&packet, len % CLIENT_VARIANTS, TCP_ACK,
			       request);
		answer_expect("any host", &packet, COUNTED(GET_302));
	}
}

/* Flags, window, urgent pointer without URG, timestamps, FIN, padding. */
static void segments(void **state)
{
	static const struct {
		const char *about;
		uint8_t flags;
		uint16_t window, urgent;
	} rows[] = {
		{"without PSH", TCP_ACK, CLIENT_WINDOW, 0},
		{"with FIN", TCP_ACK | TCP_PSH | TCP_FIN, CLIENT_WINDOW, 0},
		{"with ECE and CWR", TCP_ACK | TCP_ECE | TCP_CWR, 65535, 0},
		{"urgent pointer without URG", TCP_ACK, 65535, 5},
	};
	struct packet packet;
	size_t i, v;

	(void)state;
	for (i = 0; i < COUNT(rows) * 3; i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			client_segment(&packet, v, rows[i / 3].flags,
				       GET("/1", O));
			packet.window = rows[i / 3].window;
			packet.urgent = rows[i / 3].urgent;
			/* With and without a scale in it. */
			if (i % 3)
				packet_add_timestamps(&packet, 0x89abcdef,
						      i % 3 == 1 ? 0x7654320f
								 : 0x76543217);
			answer_expect(rows[i / 3].about, &packet,
				      COUNTED(GET_301));
		}
}

/* Sequence numbers that wrap in the middle of it all. */
static void wrap(void **state)
{
	struct packet packet;
	uint32_t isn;
	int i;

	(void)state;
	for (i = 0; i < 2 * 64; i++) {
		client_packet(&packet, i / 64 * CLIENT_IPV6);
		isn = i % 64 - 40;
		packet.flags = TCP_ACK;
		packet.seq = isn + 1;
		packet.ack = client_cookie(&packet, isn, 3, 0) + 1;
		packet.data = GET("/1", O);
		packet.data_len = strlen(packet.data);
		answer_expect("wrap", &packet, COUNTED(GET_301));
	}
}

/* Every length of a remainder, so that sums of odd lengths are seen, and words
 * that end anywhere. */
static void lengths(void **state)
{
	char request[512], path[256];
	struct packet packet;
	size_t len, v;

	(void)state;
	for (len = 0; len < 200; len++)
		for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
			memset(path, 'r', len);
			path[len] = 0;
			snprintf(request, sizeof(request),
				 "GET /%s HTTP/1.1\r\n" HOST(O) "\r\n", path);
			client_segment(&packet, v, TCP_ACK, request);
			answer_expect("remainder", &packet, COUNTED(GET_301));
			snprintf(request, sizeof(request),
				 "GET /x?%s HTTP/1.1\r\n" HOST(O) "\r\n", path);
			client_segment(&packet, v, TCP_ACK, request);
			answer_expect("query", &packet, COUNTED(GET_301));
		}
}

/* On another port; and while the interface drains. */
static void elsewhere(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK, GET("/1", O));
		packet.to_port = RIG_OTHER_PORT;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 3, 0) + 1;
		rig_interface(0);
		answer_expect("other port", &packet, COUNTED(GET_301));
		rig_interface(FAST_IF_DRAINING);
		answer_expect("draining", &packet, COUNTED(GET_301));
	}
}

static void again(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	client_segment(&packet, 0, TCP_ACK | TCP_PSH, GET("/1", O));
	for (i = 0; i < 3; i++)
		answer_expect("retransmitted", &packet, COUNTED(GET_301));
}

static void cookie_ages(void **state)
{
	static struct frame frame;
	struct packet packet;
	uint64_t age, before;
	char about[64];
	int class;

	(void)state;
	for (age = 0; age < 6 * COOKIE_SLOT; age += 7) {
		/* Not while a slot ends. */
		do {
			before = rig_seconds();
			class = age % COOKIE_CLASSES | 4;
			client_segment(&packet, age % CLIENT_VARIANTS, TCP_ACK,
				       GET("/1", O));
			packet.ack =
				client_cookie(&packet, CLIENT_ISN, class, age) +
				1;
		} while (rig_seconds() != before ||
			 before % COOKIE_SLOT == COOKIE_SLOT - 1);
		snprintf(about, sizeof(about), "cookie of age %u",
			 (unsigned int)age);
		if (before / COOKIE_SLOT - (before - age) / COOKIE_SLOT < 2) {
			answer_expect(about, &packet, COUNTED(GET_301));
			continue;
		}
		client_avoid_cookie(&packet);
		frame_write(&frame, &packet);
		rig_expect_pass(about, &frame, REFUSED);
	}
}

static void cookie_keys(void **state)
{
	struct cookie_keys keys = rig.keys;
	static struct frame frame;
	struct packet packet;

	(void)state;
	client_segment(&packet, 0, TCP_ACK, GET("/1", O));
	keys.current = 1;
	rig_keys(&keys);
	answer_expect("signed before the rotation", &packet, COUNTED(GET_301));
	keys.key[0].word[1] ^= 1;
	rig_keys(&keys);
	client_avoid_cookie(&packet);
	frame_write(&frame, &packet);
	rig_expect_pass("its key is gone", &frame, REFUSED);
	client_segment(&packet, 0, TCP_ACK, GET("/1", O));
	answer_expect("signed after the rotation", &packet, COUNTED(GET_301));
}

/* Data of another connection, or not the first of its own: passed, so that the
 * kernel resets it, or dropped, to come again behind what is before it. */
static void cookie_wrong(void **state)
{
	static const struct {
		const char *about;
		int seq, ack, port;
		bool early;
	} rows[] = {
		{"second segment", 1, 0, 0, true},
		{"one byte early", -1, 0, 0, true},
		{"other hash", 0, 1 << 20, 0, true},
		{"behind the answer", 0, 1, 0, false},
		{"ack one less", 0, -1, 0, false},
		{"other hash of the flow", 0, 32, 0, false},
		{"other key", 0, 16, 0, false},
		{"other port", 0, 0, 1, false},
	};
	static struct frame frame;
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows) * CLIENT_VARIANTS; i++) {
		size_t row = i / CLIENT_VARIANTS;

		client_segment(&packet, i % CLIENT_VARIANTS, TCP_ACK,
			       GET("/1", O));
		packet.seq += rows[row].seq;
		packet.ack += rows[row].ack;
		packet.from_port += rows[row].port;
		if (!rows[row].early)
			client_avoid_cookie(&packet);
		frame_write(&frame, &packet);
		if (rows[row].early)
			rig_expect_drop(rows[row].about, &frame,
					RIG_COUNTER(DROP_EARLY));
		else
			rig_expect_pass(rows[row].about, &frame, REFUSED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(table),	RIG_TEST(headers),
		RIG_TEST(hosts),	RIG_TEST(segments),
		RIG_TEST(wrap),		RIG_TEST(lengths),
		RIG_TEST(elsewhere),	RIG_TEST(again),
		RIG_TEST(cookie_ages),	RIG_TEST(cookie_keys),
		RIG_TEST(cookie_wrong),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
