// SPDX-License-Identifier: BSD-2-Clause
/* How connections begin without state. */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "xdp_client.h"

#define SENT RIG_COUNTER(COOKIE_SENT)
#define ODD RIG_COUNTER(PASS_SYN_OPTIONS)

enum {
	/* What the value of a SYN-ACK's timestamp remembers, in its low
	 * bits. */
	STAMP_MASK = 31,
	STAMP_SCALE = 15,
	STAMP_SACK = 16,
	STAMP_BITS = 5,
	MINUTE = 60000, /* ms */
};

static struct frame frame;
static struct rig_result result;

static void syn_ack_write(struct packet *reply, const struct packet *packet,
			  const struct offer *offer, uint32_t seq,
			  uint32_t value)
{
	uint16_t mss = htons(packet_is_ipv4(packet) ? 1460 : 1440);
	static const uint8_t scale[] = {1, 3, 3, CLIENT_SERVER_SCALE};
	struct agreed agreed = client_agreed(packet, offer);

	client_reply(reply, packet);
	reply->seq = seq;
	reply->ack = packet->seq + 1;
	reply->flags = TCP_SYN | TCP_ACK;
	reply->window = receive_window(65536, 0, agreed.mss);
	packet_add_option(reply, TCP_OPTION_MSS, &mss, 2);
	if (agreed.timestamps) {
		packet_add_timestamps(reply, value, OFFER_TIMESTAMP);
		if (agreed.sack)
			memcpy(reply->options + 4, "\4\2", 2);
	} else if (agreed.sack) {
		memcpy(reply->options + 4, "\1\1\4\2", 4);
		reply->options_len += 4;
	}
	if (agreed.scale == OFFER_NO_SCALE)
		return;
	memcpy(reply->options + reply->options_len, scale, sizeof(scale));
	reply->options_len += sizeof(scale);
}

static uint32_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The timestamp's value in a SYN-ACK: what it is to remember, for the rest the
 * kernel's clock, and not ahead of it. */
static uint32_t value_of(const struct packet *got, const struct offer *offer)
{
	const uint8_t *at = packet_option(got, TCP_OPTION_TIMESTAMPS, 8);
	uint32_t kept = offer->scale, value, age;

	if (!at)
		return 0;
	memcpy(&value, at, 4);
	value = be32toh(value);
	if (offer->scale == OFFER_NO_SCALE || rig.refuses & FAST_OFFER_WSCALE)
		kept = STAMP_SCALE;
	else if (offer->scale > 14)
		kept = 14; /* RFC 7323 2.3 */
	if (offer->sack && !(rig.refuses & FAST_OFFER_SACK))
		kept |= STAMP_SACK;
	if ((value & STAMP_MASK) != kept)
		rig_fail("timestamp %08x remembers something else", value);
	age = (milliseconds() << STAMP_BITS) - (value & ~STAMP_MASK);
	if (age >> STAMP_BITS > MINUTE)
		rig_fail("timestamp %08x is of another clock", value);
	return value;
}

static void expect_syn_ack(const struct packet *packet, int variant,
			   const struct offer *offer)
{
	struct fast_flow flow = client_flow(packet);
	struct agreed agreed = client_agreed(packet, offer);
	struct packet got, reply;
	char about[128];
	int kept;

	snprintf(about, sizeof(about), "%s, %s", offer->about,
		 client_variant(variant));
	if (!rig_answered(about, packet, &result, &got))
		return;
	kept = cookie_check(&rig.keys, &flow, packet->seq, rig_seconds(),
			    CLIENT_SERVER_SCALE, agreed.timestamps, got.seq);
	if (kept < 0 || kept_mss(kept, packet_is_ipv4(packet)) != agreed.mss)
		rig_fail("%s: kept %d", about, kept);
	syn_ack_write(&reply, packet, offer, got.seq, value_of(&got, offer));
	frame_write(&frame, &reply);
	rig_expect(about, &result, XDP_TX, &frame, SENT);
}

static void offers(void **state)
{
	static const struct offer rows[] = {
		{"nothing", 0, false, false, OFFER_NO_SCALE},
		{"MSS", 1460, false, false, OFFER_NO_SCALE},
		{"SACK", 1460, true, false, OFFER_NO_SCALE},
		{"scale", 1460, false, false, 7},
		{"SACK and scale", 1460, true, false, 7},
		{"timestamps", 1460, false, true, OFFER_NO_SCALE},
		{"timestamps without MSS", 0, false, true, OFFER_NO_SCALE},
		{"timestamps and SACK", 1460, true, true, OFFER_NO_SCALE},
		{"timestamps and scale", 1460, false, true, 7},
		{"all", 1460, true, true, 7},
		{"scale 0", 1460, true, true, 0},
		{"scale 14", 1460, true, true, 14},
		{"scale 15", 1460, true, true, 15},
		{"scale 255", 1460, true, true, 255},
		{"all without MSS", 0, true, true, 7},
		{"MSS 536", 536, true, true, 7},
		{"MSS 65535", 65535, true, true, 7},
	};
	struct packet packet;
	size_t i, v;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			if (v >= CLIENT_IPV6 && rows[i].mss == 536)
				continue;
			client_syn(&packet, v);
			client_offer(&packet, &rows[i]);
			expect_syn_ack(&packet, v, &rows[i]);
		}
}

/* Every MSS is answered with the class that it allows; one below the smallest
 * of its family goes to the kernel. */
static void mss_classes(void **state)
{
	struct offer offer = {"MSS", 0, false, true, 7};
	struct packet packet;
	uint32_t mss;
	int v;

	(void)state;
	for (mss = 1; mss < 10000; mss += mss < 1600 ? 1 : 97) {
		offer.mss = mss;
		for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
			client_syn(&packet, v);
			client_offer(&packet, &offer);
			if (mss >= (v < CLIENT_IPV6 ? 536 : 1220)) {
				expect_syn_ack(&packet, v, &offer);
				continue;
			}
			frame_write(&frame, &packet);
			rig_expect_pass("small MSS", &frame, ODD);
		}
	}
}

/* Flags that do not change what a SYN is, and sequence numbers that wrap. */
static void syn_flags(void **state)
{
	static const struct offer all = {"flags", 1460, true, true, 7};
	static const uint8_t flags[] = {TCP_SYN | TCP_ECE | TCP_CWR,
					TCP_SYN | TCP_PSH};
	static const uint32_t isns[] = {0, 1, 0x7fffffff, 0xfffffffe,
					0xffffffff};
	struct packet packet;
	size_t i;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		for (i = 0; i < COUNT(flags); i++) {
			client_syn(&packet, v);
			client_offer(&packet, &all);
			packet.flags = flags[i];
			expect_syn_ack(&packet, v, &all);
		}
		for (i = 0; i < COUNT(isns); i++) {
			client_syn(&packet, v);
			client_offer(&packet, &all);
			packet.seq = isns[i];
			expect_syn_ack(&packet, v, &all);
		}
	}
}

/* The options of a SYN by their bytes: in any order, unknown ones among them,
 * or not adding up. */
static void syn_options(void **state)
{
	static const struct {
		const char *about;
		uint8_t len, byte[OPTIONS_MAX];
		uint64_t counters; /* 0: answered */
		struct offer offer;
	} rows[] = {
		{"end of options",
		 4,
		 {0, 0, 0, 0},
		 0,
		 {.scale = OFFER_NO_SCALE}},
		{"junk behind the end",
		 8,
		 {0, 2, 4, 5, 180, 3, 3, 7},
		 0,
		 {.scale = OFFER_NO_SCALE}},
		{"NOPs",
		 8,
		 {1, 1, 1, 1, 1, 1, 1, 1},
		 0,
		 {.scale = OFFER_NO_SCALE}},
		{"MSS at the end",
		 8,
		 {1, 1, 1, 1, 2, 4, 5, 180},
		 0,
		 {.mss = 1460, .scale = OFFER_NO_SCALE}},
		{"all, another order",
		 20,
		 {3, 3, 7, 8, 10, 0, 0xab, 0xcd, 0xef, 0,
		  0, 0, 0, 4, 2,  2, 4,	   5,	 180,  0},
		 0,
		 {.mss = 1460, .sack = true, .timestamps = true, .scale = 7}},
		{"all, 40 bytes",
		 40,
		 {1,	1, 1, 1, 1, 1, 1, 1, 1, 1, 1,	1, 1,	 1,
		  1,	1, 1, 1, 1, 1, 3, 3, 7, 8, 10,	0, 0xab, 0xcd,
		  0xef, 0, 0, 0, 0, 4, 2, 2, 4, 5, 180, 0},
		 0,
		 {.mss = 1460, .sack = true, .timestamps = true, .scale = 7}},
		{"length 0", 4, {2, 0, 5, 180}, ODD, {0}},
		{"length 1", 4, {2, 1, 5, 180}, ODD, {0}},
		{"kind without a length", 4, {1, 1, 1, 2}, ODD, {0}},
		{"overrun by a byte", 4, {1, 2, 4, 5}, ODD, {0}},
		{"overrun by far", 4, {2, 255, 5, 180}, ODD, {0}},
		{"unknown option that overruns", 4, {254, 5, 0, 0}, ODD, {0}},
		{"unknown option of length 0", 4, {254, 0, 0, 0}, ODD, {0}},
		{"MSS of length 3", 4, {2, 3, 5, 0}, ODD, {0}},
		{"MSS of length 5", 8, {2, 5, 5, 180, 0, 0}, ODD, {0}},
		{"scale of length 4", 4, {3, 4, 7, 7}, ODD, {0}},
		{"SACK-permitted of length 3", 4, {4, 3, 0, 0}, ODD, {0}},
		{"timestamps of length 9",
		 12,
		 {8, 9, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0},
		 ODD,
		 {0}},
	};
	struct packet packet;
	struct offer offer;
	size_t i, v;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			client_syn(&packet, v);
			packet.options_len = rows[i].len;
			memcpy(packet.options, rows[i].byte, rows[i].len);
			offer = rows[i].offer;
			offer.about = rows[i].about;
			if (!rows[i].counters) {
				expect_syn_ack(&packet, v, &offer);
				continue;
			}
			frame_write(&frame, &packet);
			rig_expect_pass(rows[i].about, &frame,
					rows[i].counters);
		}
}

/* Options that the fast path does not know are ignored, or the kernel's: they
 * never become others. */
static void unknown_options(void **state)
{
	static const struct {
		uint8_t len, byte[OPTIONS_MAX];
	} rows[] = {
		{4, {34, 2, 1, 1}}, /* Fast Open, a request for a cookie */
		{12, {34, 10, 2, 4, 5, 180, 3, 3, 7, 8, 1, 1}},
		{4, {30, 4, 2, 4}},		       /* MPTCP */
		{20, {19, 18, 2, 4, 5, 180, 3, 3, 7}}, /* MD5 signature */
		{4, {253, 4, 2, 4}},
		{4, {5, 2, 1, 1}}, /* SACK */
	};
	struct offer nothing = {.about = "unknown option",
				.scale = OFFER_NO_SCALE};
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows) * CLIENT_VARIANTS; i++) {
		client_syn(&packet, i % CLIENT_VARIANTS);
		packet.options_len = rows[i / CLIENT_VARIANTS].len;
		memcpy(packet.options, rows[i / CLIENT_VARIANTS].byte,
		       packet.options_len);
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		if (result.verdict == XDP_TX)
			expect_syn_ack(&packet, i % CLIENT_VARIANTS, &nothing);
		else
			rig_expect("unknown option", &result, XDP_PASS, &frame,
				   ODD);
	}
}

/* Data of a SYN are not acknowledged where nothing takes them. */
static void p11_syn_data(void **state)
{
	struct packet packet, reply;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_syn(&packet, v);
		packet.data = "GET / HTTP/1.1\r\n\r\n";
		for (packet.data_len = 18; packet.data_len;
		     packet.data_len /= 4) {
			frame_write(&frame, &packet);
			rig_respond(&result, &frame);
			assert_int_equal(result.rose, RIG_COUNTER(COOKIE_SENT));
			assert_null(frame_read(&reply, &result.frame));
			assert_int_equal(reply.flags, TCP_SYN | TCP_ACK);
			assert_int_equal(reply.ack, packet.seq + 1);
			assert_int_equal(reply.data_len, 0);
		}
	}
}

/* A client that has its packets fragmented: its SYN is the kernel's, up to a
 * rate, beyond which it is answered. IPv6 has no such bit. */
static void p9_fragments(void **state)
{
	struct packet packet;
	unsigned int passed = 0;
	int i;

	(void)state;
	client_syn(&packet, CLIENT_IPV6);
	packet.df = false;
	frame_write(&frame, &packet);
	rig_respond(&result, &frame);
	assert_int_equal(result.rose, SENT);
	for (i = 0; i < 400; i++) {
		client_syn(&packet, i % CLIENT_IPV6);
		packet.from_port += i;
		packet.df = false;
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		if (result.verdict == XDP_PASS) {
			assert_int_equal(result.rose,
					 RIG_COUNTER(PASS_SYN_FRAGMENTS));
			passed++;
			continue;
		}
		/* Not before the burst is over, then 4 a second. */
		assert_true(passed >= 128);
		assert_int_equal(result.rose, SENT);
	}
	assert_true(passed < 300);
}

/* What the kernel of the host does not do, the fast path does not either. */
static int refusing(uint32_t refuses)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(offers),
		RIG_TEST(syn_options),
	};

	rig.refuses = refuses;
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(offers),	   RIG_TEST(mss_classes),
		RIG_TEST(syn_flags),	   RIG_TEST(syn_options),
		RIG_TEST(unknown_options), RIG_TEST(p11_syn_data),
		RIG_TEST(p9_fragments),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown) +
	       refusing(FAST_OFFER_TIMESTAMPS) + refusing(FAST_OFFER_SACK) +
	       refusing(FAST_OFFER_WSCALE);
}
