// SPDX-License-Identifier: BSD-2-Clause
/* What else keeps the fast path from answering a good request, and what follows
 * a request that was handed over. */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "answer.h"
#include "fast_arena.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "map_lookup.h"
#include "map_view.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)
#define HAND(name) RIG_COUNTER(HAND_##name)
#define HOST "Host: o.example\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

static const char *const rules[] = {"o.example https://new.example 301"};

/* One that has a template. */
static const char *const templates[] = {
	"*.example https://*.new.example/*#f 301"};

enum { PACKET_MAX = 1280 /* bytes of an answer's IP packet */ };

static struct frame frame;
static struct rig_result result;

/* The length of the answer to a GET of a path with so many bytes more. */
static size_t answer_len(struct packet *packet, char *request, size_t more)
{
	static char answer[ANSWER_MAX];
	char path[1400];

	memset(path, 'p', more);
	path[more] = 0;
	sprintf(request, "GET /%s HTTP/1.1\r\n%s\r\n", path, HOST);
	packet->data = request;
	packet->data_len = strlen(request);
	return answer_of(answer, request, packet->data_len,
			 "Thu, 01 Jan 1970 00:00:00 GMT");
}

/* Answers of the most bytes that fit, one less and one more, to a segment of
 * this variant and MSS class; packet_max bytes are an IP packet's. */
static void boundary(int variant, int class, bool timestamps, size_t packet_max)
{
	static char request[2000];
	struct packet packet;
	size_t len, room, headers;
	int over;

	client_segment(&packet, variant, TCP_ACK, NULL);
	packet.ack = client_cookie(&packet, CLIENT_ISN, class, 0) + 1;
	if (timestamps)
		packet_add_timestamps(&packet, 1, 0);
	headers = packet_data_at(&packet) - packet_ip_at(&packet);
	room = cookie_mss(class) - packet.options_len;
	if (room > packet_max - headers)
		room = packet_max - headers;
	for (over = -1; over <= 1; over++) {
		len = answer_len(&packet, request, 0);
		len = answer_len(&packet, request, room + over - len);
		assert_int_equal(len, room + over);
		if (over <= 0)
			answer_expect("fits the MSS", &packet,
				      ACCEPTED | RIG_COUNTER(GET_301));
		else
			handover_expect("beyond the MSS", &packet, HAND(FIT));
	}
}

/* An answer may fill the MSS less its options, and its packet what IPv6 allows
 * everywhere. */
static void fit(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < CLIENT_VARIANTS * 2 * COOKIE_CLASSES; i++)
		boundary(i / 2 % CLIENT_VARIANTS, i / 2 / CLIENT_VARIANTS,
			 i % 2, PACKET_MAX);
}

/* ... and the MTU of the interface. */
static void mtu(void **state)
{
	int i;

	(void)state;
	assert_int_equal(system("ip link set lo mtu 1000"), 0);
	for (i = 0; i < CLIENT_VARIANTS * 2; i++)
		boundary(i / 2, CLIENT_CLASS, i % 2, 1000);
	assert_int_equal(system("ip link set lo mtu 1500"), 0);
}

/* ... and the window, with its FIN. */
static void window(void **state)
{
	static char request[2000];
	struct packet packet;
	size_t len;
	int i;

	(void)state;
	for (i = 0; i < CLIENT_VARIANTS; i++) {
		client_segment(&packet, i, TCP_ACK, NULL);
		len = answer_len(&packet, request, 0);
		packet.window = len + 1;
		answer_expect("fits the window", &packet,
			      ACCEPTED | RIG_COUNTER(GET_301));
		packet.window = len;
		handover_expect("no window for the FIN", &packet, HAND(FIT));
		packet.window = 1;
		handover_expect("window of a byte", &packet, HAND(FIT));
		packet.window = 0;
		handover_expect("no window", &packet, HAND(FIT));
	}
}

/* The window of a client with timestamps is scaled as its SYN said. */
static void scaled(void **state)
{
	static char request[2000];
	struct offer offer = {"scaled", 1460, true, true, 0};
	struct packet packet;
	size_t len;
	int i;

	(void)state;
	for (i = 0; i < CLIENT_VARIANTS * 16; i++) {
		offer.scale = i % 16;
		client_syn(&packet, i / 16);
		client_open(&packet, &offer);
		/* RFC 7323 2.3: what is above 14 counts as 14. */
		if (offer.scale > 14)
			offer.scale = 14;
		len = answer_len(&packet, request, 0);
		packet.window = (len >> offer.scale) + 1;
		answer_expect("fits the scaled window", &packet,
			      ACCEPTED | RIG_COUNTER(GET_301));
		packet.window = len >> offer.scale;
		handover_expect("beyond the scaled window", &packet, HAND(FIT));
	}
}

static void room(void **state)
{
	static char line[5000];
	const char *lines[] = {line};
	struct packet packet;

	(void)state;
	strcpy(line, "o.example/1 https://new.example/");
	memset(line + strlen(line), 'l', 4000);
	strcat(line, " 301");
	rig_rules(lines, 1);
	client_segment(&packet, 0, TCP_ACK, GET("/1"));
	packet.window = 65535;
	packet.ack = client_cookie(&packet, CLIENT_ISN, 7, 0) + 1;
	handover_expect("4,000 bytes of Location", &packet,
			HAND(FIT) | HAND(ROOM));
	rig_rules(rules, COUNT(rules));
}

static void urgent(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK | TCP_URG, GET("/1"));
		packet.urgent = 3;
		handover_expect("urgent", &packet, HAND(FLAGS));
	}
}

/* Options that do not add up are the kernel's to judge, with the request. */
static void odd_options(void **state)
{
	static const struct {
		const char *about;
		uint8_t len, byte[OPTIONS_MAX];
	} rows[] = {
		{"length 0", 4, {254, 0, 0, 0}},
		{"length 1", 4, {5, 1, 0, 0}},
		{"kind without a length", 4, {1, 1, 1, 5}},
		{"overrun by a byte", 4, {254, 5, 0, 0}},
		{"overrun by far", 4, {254, 255, 0, 0}},
		{"timestamps of length 9", 12, {8, 9, 1, 2, 3, 4, 5, 6, 7}},
		{"behind timestamps",
		 16,
		 {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 254, 0, 0, 0}},
		{"MD5 signature", 20, {1, 1, 19, 18}},
		{"authentication", 16, {29, 16}},
	};
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows) * CLIENT_VARIANTS; i++) {
		client_segment(&packet, i % CLIENT_VARIANTS, TCP_ACK,
			       GET("/1"));
		packet.options_len = rows[i / CLIENT_VARIANTS].len;
		memcpy(packet.options, rows[i / CLIENT_VARIANTS].byte,
		       packet.options_len);
		handover_expect(rows[i / CLIENT_VARIANTS].about, &packet,
				HAND(FLAGS));
	}
}

static void no_release(void **state)
{
	static const char request[] = GET("/1");

	(void)state;
	rig_rules(NULL, 0);
	handover_expect_all("no release", request, strlen(request),
			    HAND(NO_RELEASE));
	rig_rules(rules, 0);
	handover_expect_all("release without rules", request, strlen(request),
			    HAND(MISS));
	rig_rules(rules, COUNT(rules));
}

/* The memory of a section of the map that the programs answer from. */
static uint8_t *section(int id)
{
	return fast_arena_memory(rig.arena, rig.area) +
	       fast_arena_header(rig.arena, rig.area)->section[id].offset;
}

/* Whatever the map's memory holds: what the socket responder would refuse to
 * answer from is not answered from here. */
static void damaged(void **state)
{
#define ANSWER(field) MAP_ANSWERS, offsetof(struct map_answer, field)
#define RULE(field) MAP_SECTIONS, offsetof(struct map_rule, field)
	static const struct {
		const char *about;
		int section; /* MAP_SECTIONS: the rule's own */
		size_t at;
		uint8_t byte;
		uint64_t reasons;
	} rows[] = {
		{"head, a byte too long", ANSWER(head_len), MAP_HEAD + 1,
		 HAND(DAMAGED)},
		{"head, by far", ANSWER(head_len) + 1, 0xff, HAND(DAMAGED)},
		{"place of Date", ANSWER(date_at), 0xff, HAND(DAMAGED)},
		{"place of Date, by far", ANSWER(date_at) + 1, 0xff,
		 HAND(DAMAGED)},
		{"tail, a byte too long", ANSWER(tail_len[2]), MAP_TAIL + 1,
		 HAND(DAMAGED)},
		{"tail, by far", ANSWER(tail_len[2]) + 1, 0xff, HAND(DAMAGED)},
		{"number of the answer", RULE(answer), 1, HAND(DAMAGED)},
		{"number of the answer, by far", RULE(answer) + 1, 0xff,
		 HAND(DAMAGED)},
		{"length of Location", RULE(location_len) + 1, 0xff,
		 HAND(DAMAGED) | HAND(FIT)},
		{"a marker", RULE(flags) + 1, MAP_RULE_MARKER >> 8,
		 HAND(DAMAGED) | HAND(MISS)},
	};
	static const char request[] = GET("/1");
	struct map_key key = {.host_len = 9,
			      .host = "o.example",
			      .path_len = 2,
			      .path = "/1"};
	uint32_t addr;
	size_t at, i;
	int of;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rig_rules(rules, COUNT(rules));
		addr = map_lookup(rig.map, &key);
		assert_int_not_equal(addr, 0);
		at = rows[i].at;
		of = rows[i].section;
		if (of == MAP_SECTIONS) {
			of = map_slot_section(addr);
			at += map_slot_at(rig.map, addr);
		}
		section(of)[at] = rows[i].byte;
		handover_expect_all(rows[i].about, request, strlen(request),
				    rows[i].reasons);
	}
	rig_rules(rules, COUNT(rules));
}

/* The same for what stands behind a Location. */
static void damaged_template(void **state)
{
#define TEMPLATE(field) offsetof(struct map_template, field)
	static const struct {
		const char *about;
		size_t at;
		uint8_t byte;
		uint64_t reason;
	} rows[] = {
		{"place of the host", TEMPLATE(host) + 1, 1, HAND(DAMAGED)},
		{"... one too far", TEMPLATE(host), 22, HAND(DAMAGED)},
		{"place of the remainder", TEMPLATE(rest) + 1, 0xff,
		 HAND(DAMAGED)},
		{"... one too far", TEMPLATE(rest), 23, HAND(DAMAGED)},
		{"place of the query", TEMPLATE(query) + 1, 0xff,
		 HAND(DAMAGED)},
		{"... one too far", TEMPLATE(query), 26, HAND(DAMAGED)},
		{"bytes of a host", TEMPLATE(host_most), 254, HAND(DAMAGED)},
		{"bytes of header lines", TEMPLATE(headers) + 1, 0xff,
		 HAND(DAMAGED)},
	};
	static const char request[] = GET("/1");
	struct map_key key = {.host_len = 9,
			      .host = "o.example",
			      .path_len = 2,
			      .path = "/1"};
	const struct map_rule *rule;
	uint32_t addr;
	size_t at, i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rig_rules(templates, COUNT(templates));
		addr = map_lookup(rig.map, &key);
		rule = map_record(rig.map, addr);
		assert_int_equal(rule->location_len, 25);
		assert_int_equal(rule->texts, 0);
		at = map_slot_at(rig.map, addr) + map_record_head(rule) +
		     map_location(rule) + rule->location_len;
		section(map_slot_section(addr))[at + rows[i].at] = rows[i].byte;
		handover_expect_all(rows[i].about, request, strlen(request),
				    rows[i].reason);
	}
	rig_rules(rules, COUNT(rules));
}

/* What a client sends behind a request that was handed over, while the kernel
 * has no connection yet: a FIN or RST would be lost on the fast path. Some time
 * later they are as without the request. */
static void following(void **state)
{
	static const struct {
		const char *about;
		uint8_t flags;
		const char *data;
		uint64_t counters, later;
	} rows[] = {
		{"bare ACK", TCP_ACK, NULL, RIG_COUNTER(DROP_ACK),
		 RIG_COUNTER(DROP_ACK)},
		{"FIN", TCP_ACK | TCP_FIN, NULL, RIG_COUNTER(PASS_FOLLOWING),
		 RIG_COUNTER(DROP_EARLY)},
		{"RST", TCP_RST, NULL, RIG_COUNTER(PASS_FOLLOWING),
		 RIG_COUNTER(DROP_RST)},
		{"RST and ACK", TCP_RST | TCP_ACK, NULL,
		 RIG_COUNTER(PASS_FOLLOWING), RIG_COUNTER(DROP_RST)},
		{"more data", TCP_ACK | TCP_PSH, GET("/2"),
		 RIG_COUNTER(PASS_FOLLOWING), RIG_COUNTER(DROP_EARLY)},
		{"more data and FIN", TCP_ACK | TCP_FIN, "x",
		 RIG_COUNTER(PASS_FOLLOWING), RIG_COUNTER(DROP_EARLY)},
	};
	static const char request[] = "GET /1 HTTP/1.1\r\nHo";
	struct packet packet;
	struct fast_flow flow;
	size_t i;
	int v;

	(void)state;
	for (i = 0; i < COUNT(rows) * CLIENT_VARIANTS; i++) {
		const char *about = rows[i / CLIENT_VARIANTS].about;
		uint64_t counters = rows[i / CLIENT_VARIANTS].counters;

		v = i % CLIENT_VARIANTS;
		client_segment(&packet, v, TCP_ACK, request);
		handover_expect("begun", &packet, HAND(INCOMPLETE));
		packet.seq += strlen(request);
		packet.flags = rows[i / CLIENT_VARIANTS].flags;
		packet.data = rows[i / CLIENT_VARIANTS].data;
		packet.data_len = packet.data ? strlen(packet.data) : 0;
		frame_write(&frame, &packet);
		if (counters == RIG_COUNTER(DROP_ACK))
			rig_expect_drop(about, &frame, counters);
		else
			rig_expect_pass(about, &frame, counters);
		flow = client_flow(&packet);
		rig_flow_put(&flow, FLOW_HANDED, 5);
		rig_respond(&result, &frame);
		assert_int_equal(result.rose, rows[i / CLIENT_VARIANTS].later);
		rig_flow_put(&flow, FLOW_HANDED, 0);
		packet.from_port++;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 3, 0) + 1;
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		assert_int_equal(result.rose, rows[i / CLIENT_VARIANTS].later);
	}
}

/* A request that comes again is handed over again. */
static void again(void **state)
{
	static const char request[] = "GET /1 HTTP/1.1\r\nHo";
	struct packet packet;
	int i;

	(void)state;
	for (i = 0; i < 3 * CLIENT_VARIANTS; i++) {
		client_segment(&packet, i / 3, TCP_ACK, request);
		frame_write(&frame, &packet);
		rig_expect_pass("again", &frame, ACCEPTED | HAND(INCOMPLETE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(fit),	       RIG_TEST(mtu),
		RIG_TEST(window),      RIG_TEST(scaled),
		RIG_TEST(room),	       RIG_TEST(urgent),
		RIG_TEST(odd_options), RIG_TEST(no_release),
		RIG_TEST(damaged),     RIG_TEST(damaged_template),
		RIG_TEST(following),   RIG_TEST(again),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
