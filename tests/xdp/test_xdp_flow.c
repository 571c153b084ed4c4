// SPDX-License-Identifier: BSD-2-Clause
/* What is remembered of flows, and what changes it. */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fastpath.h"
#include "fastpath.skel.h"
#include "xdp_client.h"

#define HEAD(method) method " / HTTP/1.1\r\nHost: o.example\r\n\r\n"
#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)

static const char *const rules[] = {"o.example https://new.example 301"};

static struct frame frame;
static struct rig_result result;

static uint64_t respond(const struct packet *packet)
{
	frame_write(&frame, packet);
	rig_respond(&result, &frame);
	return result.rose;
}

static void expect_flow(const struct fast_flow *flow, bool ours, bool handed)
{
	assert_int_equal(rig_flow_is(flow, FLOW_OURS), ours);
	assert_int_equal(rig_flow_is(flow, FLOW_HANDED), handed);
}

/* A connection, from its SYN to what is behind its request. */
static void connection(void **state)
{
	struct fast_flow flow;
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		rig_forget();
		client_syn(&packet, v);
		flow = client_flow(&packet);
		expect_flow(&flow, false, false);
		assert_int_equal(respond(&packet), RIG_COUNTER(COOKIE_SENT));
		expect_flow(&flow, true, false);
		client_segment(&packet, v, TCP_ACK, HEAD("GET"));
		assert_int_equal(respond(&packet),
				 ACCEPTED | RIG_COUNTER(GET_301));
		expect_flow(&flow, true, false);
		client_segment(&packet, v, TCP_ACK, HEAD("POST"));
		assert_int_equal(respond(&packet),
				 ACCEPTED | RIG_COUNTER(HAND_METHOD));
		expect_flow(&flow, false, true);
		client_segment(&packet, v, TCP_RST, NULL);
		assert_int_equal(respond(&packet), RIG_COUNTER(PASS_FOLLOWING));
		/* It begins anew: what was before does not count. */
		client_syn(&packet, v);
		assert_int_equal(respond(&packet), RIG_COUNTER(COOKIE_SENT));
		client_segment(&packet, v, TCP_RST, NULL);
		assert_int_equal(respond(&packet), RIG_COUNTER(DROP_RST));
	}
}

/* The kernel gets a SYN, and so the connection. */
static void passed(void **state)
{
	struct fast_flow flow;
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_syn(&packet, v);
		flow = client_flow(&packet);
		rig_flow_put(&flow, FLOW_OURS, 0);
		packet.flags |= TCP_URG;
		assert_int_equal(respond(&packet), RIG_COUNTER(PASS_FLAGS));
		expect_flow(&flow, false, false);
	}
}

/* Flows that share a place do not share what is remembered. */
static void places(void **state)
{
	struct packet packet, other;
	struct fast_flow flow, next;
	uint64_t hash;
	uint32_t n = 0;

	(void)state;
	client_syn(&packet, 0);
	flow = client_flow(&packet);
	hash = flow_hash(&flow, 1, rig.domain, &rig.keys.flow);
	other = packet;
	do {
		other.from_port = ++n;
		other.from[14] = n >> 16;
		next = client_flow(&other);
	} while ((flow_hash(&next, 1, rig.domain, &rig.keys.flow) ^ hash) &
		 (FAST_FLOWS - 1));
	assert_int_equal(respond(&packet), RIG_COUNTER(COOKIE_SENT));
	expect_flow(&next, false, false);
	assert_int_equal(respond(&other), RIG_COUNTER(COOKIE_SENT));
	expect_flow(&flow, false, false);
	expect_flow(&next, true, false);
	packet.flags |= TCP_URG; /* the other one is not forgotten with it */
	assert_int_equal(respond(&packet), RIG_COUNTER(PASS_FLAGS));
	expect_flow(&next, true, false);
}

/* Every part of a flow tells it from others; and so does the domain, where the
 * same addresses may be another network's. */
static void parts(void **state)
{
	struct packet packet;
	struct fast_flow flow, other;
	size_t i;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		client_segment(&packet, v, TCP_RST, NULL);
		flow = client_flow(&packet);
		for (i = 0; i < sizeof(flow); i++) {
			/* what is not of a mapped IPv4 address */
			if (!v && i < 32 && i % ADDRESS_SIZE < 12)
				continue;
			other = flow;
			((uint8_t *)&other)[i] ^= 1;
			rig_flow_put(&other, FLOW_HANDED, 0);
		}
		rig.domain++;
		rig_flow_put(&flow, FLOW_HANDED, 0);
		rig.domain--;
		assert_int_equal(respond(&packet), RIG_COUNTER(DROP_RST));
		rig_flow_put(&flow, FLOW_HANDED, 0);
		assert_int_equal(respond(&packet), RIG_COUNTER(PASS_FOLLOWING));
	}
}

/* Seconds are kept to so many bits. */
static void time_goes_round(void **state)
{
	uint64_t hash = 0x123456789abcdef0, last = FLOW_SECONDS;
	uint64_t entry = flow_entry(hash, flow_number(~0) | FLOW_COUNTS, last);

	(void)state;
	assert_true(flow_holds(entry, hash, last, 2));
	assert_true(flow_holds(entry, hash, last + 1, 2));
	assert_false(flow_holds(entry, hash, last + 2, 2));
	assert_false(flow_holds(entry, hash, last - 1, 2));
	assert_false(flow_holds(entry, hash ^ 1ULL << FLOW_BITS, last, 2));
	assert_true(flow_holds(entry, hash ^ 1, last, 2));
	assert_int_not_equal(flow_place(hash, FLOW_OURS),
			     flow_place(hash, FLOW_HANDED));
	assert_in_range(flow_place(~0ULL, FLOW_HANDED), FAST_FLOWS,
			2 * FAST_FLOWS - 1);
}

/* How long the answer to a request is. */
static uint32_t answer_len(int variant, const char *request)
{
	struct packet packet, reply;

	client_segment(&packet, variant, TCP_ACK, request);
	assert_int_equal(respond(&packet), ACCEPTED | RIG_COUNTER(GET_301));
	assert_null(frame_read(&reply, &result.frame));
	return reply.data_len;
}

/* A FIN behind its answer that looks as if it were ahead of its request is
 * acknowledged all the same, where the connection is known; and whatever SYN
 * came meanwhile, one that is ahead is not. */
static void odd_fin(void **state)
{
	uint32_t len = answer_len(0, HEAD("GET"));
	struct packet packet, fin;
	struct fast_flow flow;
	int class;

	(void)state;
	client_segment(&packet, 0, TCP_ACK, HEAD("GET"));
	do {
		if (!++packet.from_port)
			packet.from[15]++;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 0, 0) + 1;
		flow = client_flow(&packet);
		class = cookie_check(&rig.keys, &flow,
				     packet.seq - 1 + packet.data_len,
				     rig_seconds(), CLIENT_SERVER_SCALE, 0,
				     packet.ack + len);
	} while (class != COOKIE_EARLY);
	assert_int_equal(respond(&packet), ACCEPTED | RIG_COUNTER(GET_301));
	fin = packet;
	fin.flags |= TCP_FIN;
	fin.seq += packet.data_len;
	fin.data_len = 0;
	assert_int_equal(respond(&fin), RIG_COUNTER(DROP_EARLY));
	fin.ack += len + 1;
	assert_int_equal(respond(&fin), RIG_COUNTER(FIN_ACKED));
	rig_forget();
	assert_int_equal(respond(&fin), RIG_COUNTER(DROP_EARLY));
}

/* Ask so many times; returns how many answers there were. */
static int ask(const struct packet *packet, int times)
{
	int answers = 0;

	while (times--) {
		respond(packet);
		answers += !!(result.rose & RIG_COUNTER(GET_301));
		if (!(result.rose & RIG_COUNTER(GET_301)))
			assert_int_equal(result.rose,
					 ACCEPTED | RIG_COUNTER(DROP_REPEATED));
	}
	return answers;
}

/* In so many seconds, the first and the last of them counted. */
static int most(uint64_t since)
{
	return FLOW_COUNT_MAX * (rig_seconds() - since + 1);
}

static void second_wait(void)
{
	uint64_t since = rig_seconds();

	while (rig_seconds() == since)
		;
}

/* What has the place of another number than the latest SYN's is not the first,
 * whatever its cookie says; until a request was answered. */
static void p13_elsewhere(void **state)
{
	struct packet packet, syn;

	(void)state;
	rig_forget();
	client_syn(&syn, 0);
	syn.seq += 20;
	assert_int_equal(respond(&syn), RIG_COUNTER(COOKIE_SENT));
	client_segment(&packet, 0, TCP_ACK, HEAD("GET"));
	assert_int_equal(respond(&packet), RIG_COUNTER(PASS_EARLY));
	syn.seq -= 20;
	assert_int_equal(respond(&syn), RIG_COUNTER(COOKIE_SENT));
	assert_int_equal(respond(&packet), ACCEPTED | RIG_COUNTER(GET_301));
	assert_int_equal(respond(&packet), ACCEPTED | RIG_COUNTER(GET_301));
}

/* Requests that come again and again are answered so often in a second,
 * whatever SYNs stand between them. */
static void p15_repeats(void **state)
{
	struct packet packet, syn;
	uint64_t since;
	int v, i, answers;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		rig_forget();
		client_segment(&packet, v, TCP_ACK, HEAD("GET"));
		second_wait();
		since = rig_seconds();
		answers = ask(&packet, 100);
		assert_in_range(answers, FLOW_COUNT_MAX, most(since));
		client_syn(&syn, v);
		for (i = 0, answers = 0; i < 100; i++) {
			syn.seq = CLIENT_ISN + (uint32_t)i % 2;
			respond(&syn);
			syn.flags |= TCP_URG;
			respond(&syn);
			syn.flags &= ~TCP_URG;
			if (i % 4 < 2)
				respond(&syn);
			answers += !!(respond(&packet) & RIG_COUNTER(GET_301));
		}
		assert_in_range(answers, 0, most(since));
		rig_forget();
		assert_int_equal(ask(&packet, 4), 4);
	}
}

/* New connections of the same ports are no repeats. */
static void p15_connections(void **state)
{
	struct packet packet, syn;
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		client_syn(&syn, 0);
		syn.seq += 7 * i;
		assert_int_equal(respond(&syn), RIG_COUNTER(COOKIE_SENT));
		client_segment(&packet, 0, TCP_ACK, HEAD("GET"));
		packet.seq = syn.seq + 1;
		packet.ack =
			client_cookie(&packet, syn.seq, CLIENT_CLASS, 0) + 1;
		assert_int_equal(ask(&packet, 1), 1);
	}
}

/* Another client port, or address, whose flow has the place of packet's. */
static void rival_make(const struct packet *packet, struct packet *rival)
{
	struct fast_flow flow = client_flow(packet);
	uint64_t hash = flow_hash(&flow, 1, rig.domain, &rig.keys.flow), other;

	*rival = *packet;
	do {
		if (!++rival->from_port)
			rival->from[14]++;
		flow = client_flow(rival);
		other = flow_hash(&flow, 1, rig.domain, &rig.keys.flow);
	} while ((hash ^ other) & (FAST_FLOWS - 1));
}

/* Two flows that take the place from each other get no more than both would;
 * then they are the kernel's. */
static void p15_places(void **state)
{
	struct packet packet[2];
	uint64_t since;
	int i, answers = 0;

	(void)state;
	client_segment(&packet[0], 0, TCP_ACK, HEAD("GET"));
	rival_make(&packet[0], &packet[1]);
	packet[1].ack =
		client_cookie(&packet[1], CLIENT_ISN, CLIENT_CLASS, 0) + 1;
	second_wait();
	since = rig_seconds();
	for (i = 0; i < 4 * FLOW_PLACE_MAX; i++) {
		respond(&packet[i % 2]);
		answers += !!(result.rose & RIG_COUNTER(GET_301));
		if (!(result.rose & RIG_COUNTER(GET_301)))
			assert_true(result.rose & (RIG_COUNTER(HAND_REPEATED) |
						   RIG_COUNTER(DROP_REPEATED)));
	}
	assert_in_range(answers, FLOW_PLACE_MAX,
			(FLOW_PLACE_MAX + 2 * FLOW_COUNT_MAX) *
				(int)(rig_seconds() - since + 1));
}

/* New connections of both are answered all. */
static void p15_places_of_connections(void **state)
{
	struct packet syn[2], packet;
	int i;

	(void)state;
	client_syn(&syn[0], 0);
	rival_make(&syn[0], &syn[1]);
	second_wait();
	for (i = 0; i < 4 * FLOW_PLACE_MAX; i++) {
		syn[i % 2].seq += 7;
		assert_int_equal(respond(&syn[i % 2]),
				 RIG_COUNTER(COOKIE_SENT));
		client_segment(&packet, 0, TCP_ACK, HEAD("GET"));
		packet.from_port = syn[i % 2].from_port;
		memcpy(packet.from, syn[i % 2].from, sizeof(packet.from));
		packet.seq = syn[i % 2].seq + 1;
		packet.ack = client_cookie(&packet, syn[i % 2].seq,
					   CLIENT_CLASS, 0) +
			     1;
		assert_int_equal(ask(&packet, 1), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(connection),
		RIG_TEST(passed),
		RIG_TEST(places),
		RIG_TEST(parts),
		RIG_TEST(time_goes_round),
		RIG_TEST(odd_fin),
		RIG_TEST(p13_elsewhere),
		RIG_TEST(p15_repeats),
		RIG_TEST(p15_connections),
		RIG_TEST(p15_places),
		RIG_TEST(p15_places_of_connections),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
