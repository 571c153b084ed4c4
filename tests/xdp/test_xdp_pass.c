// SPDX-License-Identifier: BSD-2-Clause
/* What is none of the fast path's business goes to the kernel untouched. */
#include <linux/bpf.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_client.h"

#define REQUEST "GET /a HTTP/1.1\r\nHost: o.example\r\n\r\n"
#define MALFORMED RIG_COUNTER(PASS_MALFORMED)
#define NOT_TCP RIG_COUNTER(PASS_NOT_TCP)
#define OPTIONS RIG_COUNTER(PASS_IP_OPTIONS)
#define FRAGMENT RIG_COUNTER(PASS_FRAGMENT)

static const char *const rules[] = {"o.example https://new.example 301"};

static struct frame frame;

/* The good frames that the cases below spoil. */
enum { GOODS = 4 };

static void good(struct packet *packet, int kind, int variant)
{
	static const struct {
		uint8_t flags;
		const char *data;
	} segments[GOODS] = {
		{TCP_SYN, NULL},
		{TCP_ACK, NULL},
		{TCP_ACK | TCP_FIN, NULL},
		{TCP_ACK | TCP_PSH, REQUEST},
	};

	if (!kind)
		client_syn(packet, variant);
	else
		client_segment(packet, variant, segments[kind].flags,
			       segments[kind].data);
}

static const int verdicts[GOODS] = {XDP_TX, XDP_DROP, XDP_TX, XDP_TX};

/* None of them passes as it is, or the cases would prove nothing. */
static void goods(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	for (i = 0; i < GOODS * CLIENT_VARIANTS; i++) {
		good(&packet, i % GOODS, i / GOODS);
		frame_write(&frame, &packet);
		assert_int_equal(rig_verdict(&frame), verdicts[i % GOODS]);
	}
}

enum place { LINK, TYPE, IP, TCP };

struct patch {
	const char *about;
	enum place place;
	int at;
	uint8_t len, byte[4];
	uint64_t counters;
};

static const struct patch ipv4_patches[] = {
	{"ARP", TYPE, 0, 2, {0x08, 0x06}, NOT_TCP},
	{"MPLS", TYPE, 0, 2, {0x88, 0x47}, NOT_TCP},
	{"802.3 length", TYPE, 0, 2, {0x00, 0x40}, NOT_TCP},
	{"IPv4 as IPv6", TYPE, 0, 2, {0x86, 0xdd}, MALFORMED},
	{"version 5", IP, 0, 1, {0x55}, MALFORMED},
	{"header length 16", IP, 0, 1, {0x44}, OPTIONS},
	{"header length 0", IP, 0, 1, {0x40}, OPTIONS},
	{"IP options", IP, 0, 1, {0x46}, OPTIONS},
	{"total length beyond the frame", IP, 2, 2, {0x40, 0}, MALFORMED},
	{"total length 65535", IP, 2, 2, {0xff, 0xff}, MALFORMED},
	{"total length 39", IP, 2, 2, {0, 39}, MALFORMED},
	{"total length 20", IP, 2, 2, {0, 20}, MALFORMED},
	{"total length 19", IP, 2, 2, {0, 19}, MALFORMED},
	{"total length 0", IP, 2, 2, {0, 0}, MALFORMED},
	{"first fragment", IP, 6, 2, {0x20, 0}, FRAGMENT},
	{"later fragment", IP, 6, 2, {0x20, 0xb9}, FRAGMENT},
	{"last fragment", IP, 6, 2, {0, 0xb9}, FRAGMENT},
	{"last fragment, offset 1", IP, 6, 2, {0x40, 1}, FRAGMENT},
	{"UDP", IP, 9, 1, {17}, NOT_TCP},
	{"ICMP", IP, 9, 1, {1}, NOT_TCP},
	{"IPv4 in IPv4", IP, 9, 1, {4}, NOT_TCP},
	{"GRE", IP, 9, 1, {47}, NOT_TCP},
	{"other address", IP, 19, 1, {2}, RIG_COUNTER(PASS_ADDRESS)},
	{"from a group", IP, 12, 1, {224}, RIG_COUNTER(PASS_ADDRESS)},
	{"from 255.0.2.7", IP, 12, 1, {255}, RIG_COUNTER(PASS_ADDRESS)},
	{"from 0.0.2.7", IP, 12, 1, {0}, RIG_COUNTER(PASS_ADDRESS)},
	{"to a group by its link address", LINK, 0, 1, {3}, NOT_TCP},
	{"broadcast",
	 IP,
	 16,
	 4,
	 {255, 255, 255, 255},
	 RIG_COUNTER(PASS_ADDRESS)},
};

static const struct patch ipv6_patches[] = {
	{"IPv6 as IPv4", TYPE, 0, 2, {0x08, 0x00}, MALFORMED},
	{"version 4", IP, 0, 1, {0x40}, MALFORMED},
	{"payload beyond the frame", IP, 4, 2, {0x40, 0}, MALFORMED},
	{"payload 65535", IP, 4, 2, {0xff, 0xff}, MALFORMED},
	{"payload 19", IP, 4, 2, {0, 19}, MALFORMED},
	{"payload 0, as of a jumbogram", IP, 4, 2, {0, 0}, MALFORMED},
	{"hop-by-hop options", IP, 6, 1, {0}, OPTIONS},
	{"routing header", IP, 6, 1, {43}, OPTIONS},
	{"destination options", IP, 6, 1, {60}, OPTIONS},
	{"fragment", IP, 6, 1, {44}, FRAGMENT},
	{"UDP", IP, 6, 1, {17}, NOT_TCP},
	{"ICMPv6", IP, 6, 1, {58}, NOT_TCP},
	{"no next header", IP, 6, 1, {59}, NOT_TCP},
	{"IPv6 in IPv6", IP, 6, 1, {41}, NOT_TCP},
	{"other address", IP, 39, 1, {2}, RIG_COUNTER(PASS_ADDRESS)},
	{"authentication header", IP, 6, 1, {51}, OPTIONS},
	{"encapsulated", IP, 6, 1, {50}, NOT_TCP},
	{"from a group", IP, 8, 1, {0xff}, RIG_COUNTER(PASS_ADDRESS)},
	{"to a group by its link address", LINK, 0, 1, {3}, NOT_TCP},
	{"multicast", IP, 24, 2, {0xff, 0x02}, RIG_COUNTER(PASS_ADDRESS)},
};

static const struct patch tcp_patches[] = {
	{"other port", TCP, 2, 2, {0x1f, 0x91}, RIG_COUNTER(PASS_PORT)},
	{"port with its bytes swapped",
	 TCP,
	 2,
	 2,
	 {80, 0},
	 RIG_COUNTER(PASS_PORT)},
	{"port 0", TCP, 2, 2, {0, 0}, RIG_COUNTER(PASS_PORT)},
	{"our port is the client's",
	 TCP,
	 0,
	 4,
	 {0, 80, 0x9c, 0x40},
	 RIG_COUNTER(PASS_PORT)},
	{"data offset 0", TCP, 12, 1, {0}, MALFORMED},
	{"data offset 4", TCP, 12, 1, {0x40}, MALFORMED},
	{"data offset beyond the packet", TCP, 12, 1, {0xf0}, MALFORMED},
	{"no flag", TCP, 13, 1, {0}, RIG_COUNTER(PASS_FLAGS)},
	{"SYN and FIN",
	 TCP,
	 13,
	 1,
	 {TCP_SYN | TCP_FIN},
	 RIG_COUNTER(PASS_FLAGS)},
	{"SYN and RST",
	 TCP,
	 13,
	 1,
	 {TCP_SYN | TCP_RST},
	 RIG_COUNTER(PASS_FLAGS)},
	{"SYN and ACK",
	 TCP,
	 13,
	 1,
	 {TCP_SYN | TCP_ACK},
	 RIG_COUNTER(PASS_FLAGS)},
	{"FIN alone", TCP, 13, 1, {TCP_FIN}, RIG_COUNTER(PASS_FLAGS)},
	{"PSH alone", TCP, 13, 1, {TCP_PSH}, RIG_COUNTER(PASS_FLAGS)},
	{"every flag", TCP, 13, 1, {0xff}, RIG_COUNTER(PASS_FLAGS)},
};

static size_t place_at(const struct packet *packet, enum place place)
{
	if (place == LINK)
		return 0;
	if (place == TYPE)
		return packet_ip_at(packet) - 2;
	return place == IP ? packet_ip_at(packet) : packet_tcp_at(packet);
}

static void patches(const struct patch *patch, size_t count, int from, int to)
{
	struct packet packet;
	char about[128];
	size_t i, at;
	int variant, kind;

	for (i = 0; i < count * GOODS; i++)
		for (variant = from; variant < to; variant++) {
			kind = i % GOODS;
			good(&packet, kind, variant);
			frame_write(&frame, &packet);
			at = place_at(&packet, patch[i / GOODS].place) +
			     patch[i / GOODS].at;
			memcpy(frame.byte + at, patch[i / GOODS].byte,
			       patch[i / GOODS].len);
			snprintf(about, sizeof(about), "%s, good frame %d, %s",
				 patch[i / GOODS].about, kind,
				 client_variant(variant));
			frame_sum(&frame, &packet);
			rig_expect_pass(about, &frame,
					patch[i / GOODS].counters);
		}
}

static void ipv4(void **state)
{
	(void)state;
	patches(ipv4_patches, COUNT(ipv4_patches), 0, CLIENT_IPV6);
}

static void ipv6(void **state)
{
	(void)state;
	patches(ipv6_patches, COUNT(ipv6_patches), CLIENT_IPV6,
		CLIENT_VARIANTS);
}

static void tcp(void **state)
{
	(void)state;
	patches(tcp_patches, COUNT(tcp_patches), 0, CLIENT_VARIANTS);
}

/* IP options and extension headers that are really there. */
static void between_ip_and_tcp(void **state)
{
	static const uint8_t options[8] = {1, 1, 1, 1, 1, 1, 1, 0};
	static const uint8_t header[8] = {6, 0, 1, 4};
	struct packet packet;
	size_t at;
	int i;

	(void)state;
	for (i = 0; i < GOODS * 2; i++) {
		good(&packet, i / 2, i % 2 * CLIENT_IPV6);
		frame_write(&frame, &packet);
		at = packet_tcp_at(&packet);
		memmove(frame.byte + at + 8, frame.byte + at, frame.len - at);
		memcpy(frame.byte + at, i % 2 ? header : options, 8);
		frame.len += 8;
		at = packet_ip_at(&packet);
		frame.byte[at + (i % 2 ? 5 : 3)] += 8;
		frame.byte[at + (i % 2 ? 6 : 0)] = i % 2 ? 0 : 0x47;
		rig_expect_pass("8 bytes of options", &frame, OPTIONS);
	}
}

static void ipv4_checksum(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	for (i = 0; i < GOODS * CLIENT_IPV6; i++) {
		good(&packet, i % GOODS, i / GOODS);
		frame_write(&frame, &packet);
		frame.byte[packet_ip_at(&packet) + 10] ^= 0x10;
		rig_expect_pass("wrong checksum", &frame, MALFORMED);
	}
}

/* Of two tags or three, each is of either type. */
static void tags(void **state)
{
	struct packet packet;
	char about[64];
	int i, n, types;

	(void)state;
	for (i = 0; i < GOODS * 2 * 12; i++) {
		good(&packet, i / 24, i / 12 % 2 * CLIENT_IPV6);
		types = i % 12;
		packet.vlans = types < 4 ? 2 : 3;
		for (n = 0; n < VLANS_MAX; n++)
			packet.vlan_type[n] = types >> n & 1 ? 0x88a8 : 0x8100;
		frame_write(&frame, &packet);
		snprintf(about, sizeof(about), "%d tags, types %d",
			 packet.vlans, types);
		rig_expect_pass(about, &frame, RIG_COUNTER(PASS_TAGS));
	}
}

/* One of either type is no reason to pass. */
static void one_tag(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	for (i = 0; i < GOODS * 4; i++) {
		good(&packet, i / 4, i % 2 * CLIENT_IPV6 + 1);
		packet.vlan_type[0] = i / 2 % 2 ? 0x88a8 : 0x8100;
		frame_write(&frame, &packet);
		assert_int_equal(rig_verdict(&frame), verdicts[i / 4]);
		if (verdicts[i / 4] != XDP_TX)
			continue;
		assert_int_equal(frame.byte[12] << 8 | frame.byte[13],
				 packet.vlan_type[0]);
	}
}

/* An address is ours on its interfaces only. */
static void other_interface(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	assert_int_equal(system("ip link add rig type veth peer name rig-peer"),
			 0);
	rig.ifindex = if_nametoindex("rig");
	for (i = 0; i < GOODS * CLIENT_VARIANTS; i++) {
		good(&packet, i % GOODS, i / GOODS);
		frame_write(&frame, &packet);
		rig_expect_pass("other interface", &frame,
				RIG_COUNTER(PASS_ADDRESS));
	}
	assert_int_equal(system("ip link del rig"), 0);
}

/* Cut anywhere, a frame is passed as it is. (The kernel runs programs on 14
 * bytes at least.) */
static void cut(void **state)
{
	static struct rig_result result;
	struct packet packet;
	size_t len, whole;
	int i;

	(void)state;
	for (i = 0; i < GOODS * CLIENT_VARIANTS; i++) {
		good(&packet, i % GOODS, i / GOODS);
		packet_add_timestamps(&packet, 1, 2);
		frame_write(&frame, &packet);
		whole = frame.len;
		for (len = 14; len < whole; len++) {
			frame.len = len;
			rig_respond(&result, &frame);
			if (result.verdict != XDP_PASS ||
			    result.frame.len != len ||
			    memcmp(result.frame.byte, frame.byte, len) ||
			    (result.rose != MALFORMED &&
			     result.rose != NOT_TCP))
				rig_fail("%s, good frame %d, %zu of %zu bytes: "
					 "verdict %d, %s",
					 client_variant(i / GOODS), i % GOODS,
					 len, whole, result.verdict,
					 rig_counters_text(result.rose));
		}
	}
}

/* What stands behind the IP packet in the frame does not count. */
static void padding(void **state)
{
	static struct rig_result plain, padded;
	struct packet packet;
	int i;

	(void)state;
	for (i = 0; i < GOODS * CLIENT_VARIANTS; i++) {
		good(&packet, i % GOODS, i / GOODS);
		frame_write(&frame, &packet);
		rig_respond(&plain, &frame);
		memset(frame.byte + frame.len, 'p', 46);
		frame.len += 46;
		rig_respond(&padded, &frame);
		assert_int_equal(padded.verdict, plain.verdict);
		assert_int_equal(padded.rose, plain.rose);
		if (plain.verdict != XDP_TX)
			continue;
		assert_int_equal(padded.frame.len, plain.frame.len);
		if (i % GOODS != 3) /* its Date may be another by now */
			assert_memory_equal(padded.frame.byte, plain.frame.byte,
					    plain.frame.len);
	}
}

/* Frames from the smallest that there are to jumbo frames that a driver hands
 * out in pieces: passed as they are, however they end. */
static void sizes(void **state)
{
	static const size_t lens[] = {60, 1514, 3520, 3521, 4096, 9014, 16000};
	static struct rig_result result;
	static char data[FRAME_ROOM];
	struct packet packet;
	size_t i;
	int v;

	(void)state;
	memset(data, 'x', sizeof(data) - 1);
	memcpy(data, REQUEST, strlen(REQUEST) - 4);
	for (i = 0; i < COUNT(lens) * CLIENT_VARIANTS; i++) {
		v = i % CLIENT_VARIANTS;
		frame.len = lens[i / CLIENT_VARIANTS];
		memset(frame.byte, 0xff, frame.len);
		rig_expect_pass("all bits", &frame, NOT_TCP);
		memset(frame.byte, 0, frame.len);
		rig_expect_pass("no bit", &frame, NOT_TCP);
		client_segment(&packet, v, TCP_ACK, data);
		if (frame.len < packet_data_at(&packet))
			continue;
		packet.data_len = frame.len - packet_data_at(&packet);
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		rig_expect("endless head", &result, XDP_PASS, &frame,
			   result.rose);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(goods),
		RIG_TEST(ipv4),
		RIG_TEST(ipv6),
		RIG_TEST(tcp),
		RIG_TEST(between_ip_and_tcp),
		RIG_TEST(ipv4_checksum),
		RIG_TEST(tags),
		RIG_TEST(one_tag),
		RIG_TEST(other_interface),
		RIG_TEST(cut),
		RIG_TEST(padding),
		RIG_TEST(sizes),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
