// SPDX-License-Identifier: BSD-2-Clause
/* Whose packets the fast path takes: those that the kernel would, too. */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_client.h"

#define ADDRESS RIG_COUNTER(PASS_ADDRESS)
#define REQUEST "GET /a HTTP/1.1\r\nHost: o.example\r\n\r\n"

static const char *const rules[] = {"o.example https://new.example 301"};

static struct frame frame;
static struct rig_result result;

/* What a client sends, and becomes of it. */
static const struct {
	const char *about;
	uint8_t flags;
	const char *data;
	int verdict;
} segments[] = {
	{"SYN", TCP_SYN, NULL, XDP_TX},
	{"ACK", TCP_ACK, NULL, XDP_DROP},
	{"FIN", TCP_ACK | TCP_FIN, NULL, XDP_TX},
	{"GET", TCP_ACK | TCP_PSH, REQUEST, XDP_TX},
};

/* The packet's addresses and ports with each segment: taken, or passed as it is
 * with this counter. */
static void expect_all(const char *what, struct packet *packet, uint64_t passed)
{
	char about[128];
	size_t i;

	packet->ack = client_cookie(packet, CLIENT_ISN, CLIENT_CLASS, 0) + 1;
	for (i = 0; i < COUNT(segments); i++) {
		packet->flags = segments[i].flags;
		packet->seq = CLIENT_ISN + !(packet->flags & TCP_SYN);
		packet->data = segments[i].data;
		packet->data_len = packet->data ? strlen(packet->data) : 0;
		frame_write(&frame, packet);
		snprintf(about, sizeof(about), "%s, %s", what,
			 segments[i].about);
		if (passed) {
			rig_expect_pass(about, &frame, passed);
			continue;
		}
		rig_respond(&result, &frame);
		if (result.verdict != segments[i].verdict)
			rig_fail("%s: verdict %d, %s", about, result.verdict,
				 rig_counters_text(result.rose));
	}
}

/* An address of either family, as packets have them. */
static void address(uint8_t *dst, const char *text)
{
	memset(dst, 0, ADDRESS_SIZE);
	if (inet_pton(AF_INET, text, dst + 12) == 1)
		memset(dst + 10, 0xff, 2);
	else
		assert_int_equal(inet_pton(AF_INET6, text, dst), 1);
}

/* Loopback sources come from loopback only. */
static void sources(void **state)
{
	static const struct {
		const char *from, *to;
		uint64_t passed;
	} rows[] = {
		{"0.0.0.0", RIG_IPV4, ADDRESS},
		{"0.255.255.255", RIG_IPV4, ADDRESS},
		{"1.0.0.0", RIG_IPV4, 0},
		{"126.255.255.255", RIG_IPV4, 0},
		{"127.0.0.0", RIG_IPV4, ADDRESS},
		{"127.0.0.1", RIG_IPV4, ADDRESS},
		{"127.255.255.255", RIG_IPV4, ADDRESS},
		{"128.0.0.0", RIG_IPV4, 0},
		{"223.255.255.255", RIG_IPV4, 0},
		{"224.0.0.1", RIG_IPV4, ADDRESS},
		{"255.255.255.255", RIG_IPV4, ADDRESS},
		{"127.0.0.1", "127.0.0.80", 0},
		{"127.255.255.255", "127.0.0.80", 0},
		{"192.0.2.7", "127.0.0.80", 0},
		{"0.0.0.0", "127.0.0.80", ADDRESS},
		{"::", RIG_IPV6, ADDRESS},
		{"::1", RIG_IPV6, ADDRESS},
		{"::2", RIG_IPV6, ADDRESS},
		{"::ffff:192.0.2.7", RIG_IPV6, ADDRESS},
		{"::ffff:127.0.0.1", RIG_IPV6, ADDRESS},
		{"::192.0.2.7", RIG_IPV6, ADDRESS},
		{"::ffff:ffff:ffff:ffff", RIG_IPV6, ADDRESS},
		{"::1:0:0:0:0", RIG_IPV6, 0},
		{"0:0:1::", RIG_IPV6, 0},
		{"64:ff9b::192.0.2.7", RIG_IPV6, 0},
		{"fe80::7", RIG_IPV6, 0},
		{"feff::1", RIG_IPV6, 0},
		{"ff00::1", RIG_IPV6, ADDRESS},
		{"ff02::1", RIG_IPV6, ADDRESS},
		{"::2", "::1", 0},
		{"2001:db8:7::7", "::1", 0},
		{"ff02::1", "::1", ADDRESS},
	};
	struct packet packet;
	char about[128];
	size_t i;
	int tags;

	(void)state;
	rig_address("127.0.0.80", FAST_SERVED);
	rig_address("::1", FAST_SERVED);
	for (i = 0; i < COUNT(rows) * 2; i++) {
		tags = i % 2;
		client_packet(&packet, tags);
		address(packet.from, rows[i / 2].from);
		address(packet.to, rows[i / 2].to);
		snprintf(about, sizeof(about), "%s to %s, %d tags",
			 rows[i / 2].from, rows[i / 2].to, tags);
		expect_all(about, &packet, rows[i / 2].passed);
	}
}

/* An address that is this host's but not served is the kernel's; the next tick
 * it may be. */
static void p20_kinds(void **state)
{
	static const char *const to[] = {"203.0.113.9", "2001:db8:9::9"};
	static const enum fast_address_kind kinds[] = {
		FAST_MARTIAN, FAST_SERVED, FAST_MARTIAN};
	struct packet packet;
	size_t i, kind;

	(void)state;
	for (i = 0; i < COUNT(to) * 2; i++)
		for (kind = 0; kind < COUNT(kinds); kind++) {
			rig_address(to[i / 2], kinds[kind]);
			rig_forget();
			client_packet(&packet, i % 2);
			address(packet.to, to[i / 2]);
			address(packet.from,
				i / 2 ? "2001:db8:7::7" : "192.0.2.7");
			expect_all(to[i / 2], &packet,
				   kinds[kind] == FAST_SERVED ? 0 : ADDRESS);
		}
}

/* What comes from where it goes to would be answered to itself; each bit of
 * addresses and ports makes it another's. */
static void land(void **state)
{
	static const uint16_t ports[] = {RIG_PORT, RIG_OTHER_PORT};
	struct packet packet;
	size_t i, bit, bits;
	int v;

	(void)state;
	for (i = 0; i < COUNT(ports) * CLIENT_VARIANTS; i++) {
		v = i % CLIENT_VARIANTS;
		client_packet(&packet, v);
		packet.to_port = ports[i / CLIENT_VARIANTS];
		packet.from_port = packet.to_port;
		expect_all("another address", &packet, 0);
		memcpy(packet.from, packet.to, ADDRESS_SIZE);
		expect_all("LAND", &packet, ADDRESS);
		for (bit = 0; bit < 16; bit++) {
			packet.from_port ^= 1 << bit;
			expect_all("another port", &packet, 0);
			packet.from_port ^= 1 << bit;
		}
		bits = v < CLIENT_IPV6 ? 24 : 128; /* no group */
		for (bit = 0; bit < bits; bit++) {
			packet.from[15 - bit / 8] ^= 1 << bit % 8;
			expect_all("another bit", &packet, 0);
			packet.from[15 - bit / 8] ^= 1 << bit % 8;
		}
	}
}

/* Without a hardware address that is known, any is ours. */
static void any_mac(void **state)
{
	struct packet packet;
	int bit, v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++)
		for (bit = 0; bit < 48; bit++) {
			client_packet(&packet, v);
			packet.mac_to[bit / 8] ^= 1 << bit % 8;
			rig_forget(); /* requests are no repeats */
			expect_all("some MAC", &packet,
				   bit ? 0 : RIG_COUNTER(PASS_NOT_TCP));
		}
}

static void expect_tc(const char *about, const struct packet *packet,
		      uint64_t counters)
{
	frame_write(&frame, packet);
	rig_hand_over(&result, &frame);
	rig_expect(about, &result, -1, &frame, counters);
}

/* With one that is known, no other is: each bit counts, on both hooks. */
static void our_mac(void **state)
{
	struct packet packet;
	int bit, v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK, REQUEST);
		expect_tc("our MAC", &packet, RIG_COUNTER(ASSIGN_NO_LISTENER));
		expect_all("our MAC", &packet, 0);
		for (bit = 0; bit < 48; bit++) {
			client_segment(&packet, v, TCP_ACK, REQUEST);
			packet.mac_to[bit / 8] ^= 1 << bit % 8;
			expect_tc("another MAC", &packet, 0);
			expect_all("another MAC", &packet,
				   bit ? ADDRESS : RIG_COUNTER(PASS_NOT_TCP));
		}
		client_packet(&packet, v);
		memset(packet.mac_to, 0, MAC_SIZE);
		expect_all("zeros for a MAC", &packet, ADDRESS);
	}
}

static int with_mac(void)
{
	static const struct CMUnitTest tests[] = {
		RIG_TEST(our_mac),
		RIG_TEST(sources),
	};
	struct packet packet;

	client_packet(&packet, 0);
	memcpy(rig.mac, packet.mac_to, sizeof(rig.mac));
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(sources),
		RIG_TEST(p20_kinds),
		RIG_TEST(land),
		RIG_TEST(any_mac),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown) +
	       with_mac();
}
