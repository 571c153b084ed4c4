// SPDX-License-Identifier: BSD-2-Clause
/* The clock of the timestamps in replies (RFC 7323 5.4): the kernel's, from a
 * beginning that is another for each pair of addresses. */
#include <endian.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "xdp_client.h"

#define REQUEST "GET /a HTTP/1.1\r\nHost: o.example\r\n\r\n"
#define RIG_IPV4_OTHER "198.51.100.9"
#define RIG_IPV6_OTHER "2001:db8::9"

enum {
	MINUTE = 60000 << 5, /* of clocks that step in 1/32 ms */
	STAMP_BITS = 5,
	SECRET = 0x5eed,
};

static const char *const rules[] = {"o.example https://new.example 301"};
static const struct offer all = {"all", 1460, true, true, 7};

/* The clock of SYN-ACKs. */
static uint32_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec * 1000 + now.tv_nsec / 1000000) << STAMP_BITS;
}

static void clock_set(uint64_t secret)
{
	struct cookie_keys keys = rig.keys;

	keys.clock = secret;
	rig_keys(&keys);
}

/* The timestamp in the reply to a packet. */
static uint32_t timestamp(const struct packet *packet)
{
	static struct rig_result result;
	static struct frame frame;
	struct packet reply;
	const uint8_t *at;
	uint32_t value;

	frame_write(&frame, packet);
	rig_respond(&result, &frame);
	assert_int_equal(result.verdict, XDP_TX);
	assert_null(frame_read(&reply, &result.frame));
	at = packet_option(&reply, TCP_OPTION_TIMESTAMPS, 8);
	assert_non_null(at);
	memcpy(&value, at, sizeof(value));
	return be32toh(value);
}

static bool near(uint32_t a, uint32_t b)
{
	return a - b < MINUTE || b - a < MINUTE;
}

/* What the clock of a packet's two addresses is ahead of the kernel's: told by
 * a SYN-ACK, whose time the answer and a FIN repeat. */
static uint32_t offset_of(const char *about, struct packet *packet)
{
	uint32_t now = clock_now(), value[3];

	packet->flags = TCP_SYN;
	packet->options_len = packet->data_len = 0;
	client_open(packet, &all);
	memcpy(&value[0], packet->options + 8, sizeof(value[0]));
	value[0] = be32toh(value[0]);
	packet->data = REQUEST;
	packet->data_len = strlen(REQUEST);
	value[1] = timestamp(packet);
	packet->seq += packet->data_len;
	packet->ack += 500;
	packet->data_len = 0;
	packet->flags |= TCP_FIN;
	client_avoid_cookie(packet);
	value[2] = timestamp(packet);
	/* The window scale and SACK that were offered. */
	if ((value[0] & 31) != (7 | 16))
		rig_fail("%s: SYN-ACK remembers %02x", about, value[0] & 31);
	if (value[1] != value[0] || value[2] != value[0])
		rig_fail("%s: %08x, %08x, %08x are not the same", about,
			 value[0], value[1], value[2]);
	return value[0] - now;
}

static uint32_t offset(int variant, int port)
{
	struct packet packet;

	client_packet(&packet, variant);
	packet.seq = CLIENT_ISN + 1000 * port;
	packet.from_port += port;
	return offset_of(client_variant(variant), &packet);
}

/* Without a secret it is the kernel's clock. */
static void no_secret(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++)
		assert_true(near(offset(v, v), 0));
}

/* All connections of two addresses have one clock, and none tells how long the
 * host runs; another secret makes it another. */
static void one_clock(void **state)
{
	uint32_t first[CLIENT_VARIANTS];
	int v, port;

	(void)state;
	clock_set(SECRET);
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		first[v] = offset(v, 10);
		assert_false(near(first[v], 0));
		for (port = 11; port < 20; port++)
			if (!near(offset(v, port), first[v]))
				rig_fail("%s: port %d has a clock of its own",
					 client_variant(v), port);
	}
	assert_true(near(first[0], first[1])); /* whatever the tag */
	assert_true(near(first[CLIENT_IPV6], first[CLIENT_IPV6 + 1]));
	assert_false(near(first[0], first[CLIENT_IPV6]));
	clock_set(SECRET + 1);
	for (v = 0; v < CLIENT_VARIANTS; v++)
		assert_false(near(offset(v, 20), first[v]));
}

/* Each bit of the client's address, and another one of the server's, make
 * another clock. */
static void pairs(void **state)
{
	struct packet packet;
	uint32_t first;
	size_t bit, bits;
	int v;

	(void)state;
	clock_set(SECRET);
	rig_address(RIG_IPV4_OTHER, FAST_SERVED);
	rig_address(RIG_IPV6_OTHER, FAST_SERVED);
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		first = offset(v, 0);
		bits = v < CLIENT_IPV6 ? 24 : 128; /* no group */
		for (bit = 0; bit <= bits; bit++) {
			client_packet(&packet, v);
			if (bit < bits)
				packet.from[15 - bit / 8] ^= 1 << bit % 8;
			else
				packet.to[15] = 9;
			if (near(offset_of("pair", &packet), first))
				rig_fail("%s: bit %zu is of no account",
					 client_variant(v), bit);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(no_secret),
		RIG_TEST(one_clock),
		RIG_TEST(pairs),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
