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
	hash = flow_hash(&flow, 1, rig.ifindex, &rig.keys.flow);
	other = packet;
	do {
		other.from_port = ++n;
		other.from[14] = n >> 16;
		next = client_flow(&other);
	} while ((flow_hash(&next, 1, rig.ifindex, &rig.keys.flow) ^ hash) &
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

/* Every part of a flow tells it from others; and so does the interface, where
 * the same addresses may be another network's. */
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
		rig.ifindex = RIG_IFINDEX + 1;
		rig_flow_put(&flow, FLOW_HANDED, 0);
		rig.ifindex = RIG_IFINDEX;
		assert_int_equal(respond(&packet), RIG_COUNTER(DROP_RST));
		rig_flow_put(&flow, FLOW_HANDED, 0);
		assert_int_equal(respond(&packet), RIG_COUNTER(PASS_FOLLOWING));
	}
}

/* Seconds are kept to so many bits. */
static void time_goes_round(void **state)
{
	uint64_t hash = 0x123456789abcdef0, last = FLOW_HALF;
	uint64_t entry = flow_entry(hash, ~0, last);

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

/* How many bytes an answer has for its FIN to look as if it were ahead of the
 * request; 0 if none has. */
static uint32_t odd_answer(const struct packet *packet)
{
	struct fast_flow flow = client_flow(packet);
	uint32_t len, cookie = packet->ack - 1;

	for (len = 100; len < 1280; len++)
		if (cookie_check(&rig.keys, &flow, packet->seq - 1 + 100,
				 rig_seconds(), CLIENT_SERVER_SCALE, 0,
				 cookie + len + 1) == COOKIE_EARLY)
			return len;
	return 0;
}

/* Such a FIN is acknowledged all the same, where the connection is known. */
static void odd_fin(void **state)
{
	struct packet packet;
	uint32_t len;

	(void)state;
	client_segment(&packet, 0, TCP_ACK, NULL);
	do {
		packet.from_port++;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 0, 0) + 1;
		len = odd_answer(&packet);
	} while (!len);
	packet.flags = TCP_SYN;
	packet.seq--;
	assert_int_equal(respond(&packet), RIG_COUNTER(COOKIE_SENT));
	packet.flags = TCP_FIN | TCP_ACK;
	packet.seq += 1 + 100;
	assert_int_equal(respond(&packet), RIG_COUNTER(DROP_EARLY));
	packet.ack += len + 1;
	assert_int_equal(respond(&packet), RIG_COUNTER(FIN_ACKED));
	rig_forget();
	assert_int_equal(respond(&packet), RIG_COUNTER(DROP_EARLY));
}

static int setup(void **state)
{
	rig_setup(state);
	rig_rules(rules, 1);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(connection),	   RIG_TEST(passed),
		RIG_TEST(places),	   RIG_TEST(parts),
		RIG_TEST(time_goes_round), RIG_TEST(odd_fin),
	};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
