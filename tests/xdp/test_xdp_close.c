// SPDX-License-Identifier: BSD-2-Clause
/* What is neither SYN nor data: how connections end without state. */
#include <endian.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_client.h"

static struct frame frame;
static struct rig_result result;

/* While it drains, nothing begins, and what was begun is finished. */
static void draining(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	rig_interface(FAST_IF_DRAINING);
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_syn(&packet, v);
		frame_write(&frame, &packet);
		rig_expect_pass("SYN while draining", &frame,
				RIG_COUNTER(PASS_SYN_DRAINING));
		client_segment(&packet, v, TCP_ACK, NULL);
		frame_write(&frame, &packet);
		rig_expect_drop("ACK while draining", &frame,
				RIG_COUNTER(DROP_ACK));
	}
}

/* Segments that are swallowed, whatever they acknowledge. */
static void swallowed(void **state)
{
	static const struct {
		const char *about;
		uint8_t flags;
		uint32_t seq, ack;
		uint64_t counters;
	} rows[] = {
		{"bare ACK", TCP_ACK, 0, 0, RIG_COUNTER(DROP_ACK)},
		{"bare ACK behind the answer", TCP_ACK, 100, 200,
		 RIG_COUNTER(DROP_ACK)},
		{"bare ACK with PSH", TCP_ACK | TCP_PSH, 0, 0,
		 RIG_COUNTER(DROP_ACK)},
		{"RST", TCP_RST, 0, 0, RIG_COUNTER(DROP_RST)},
		{"RST and ACK", TCP_RST | TCP_ACK, 0, 0, RIG_COUNTER(DROP_RST)},
		{"RST behind the answer", TCP_RST, 100, 200,
		 RIG_COUNTER(DROP_RST)},
		{"RST, FIN and ACK", TCP_RST | TCP_FIN | TCP_ACK, 100, 200,
		 RIG_COUNTER(DROP_RST)},
	};
	struct packet packet;
	size_t i, v;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			client_segment(&packet, v, rows[i].flags, NULL);
			packet.seq += rows[i].seq;
			packet.ack += rows[i].ack;
			frame_write(&frame, &packet);
			rig_expect_drop(rows[i].about, &frame,
					rows[i].counters);
			packet_add_timestamps(&packet, 1, 2);
			frame_write(&frame, &packet);
			rig_expect_drop(rows[i].about, &frame,
					rows[i].counters);
		}
}

/* The reply to a FIN. */
static void expect_fin(const char *about, const struct packet *packet,
		       uint8_t flags, uint64_t counters)
{
	const uint8_t *at;
	struct packet got, reply;
	uint32_t value = 0;

	if (!rig_answered(about, packet, &result, &got))
		return;
	client_reply(&reply, packet);
	reply.flags = flags;
	reply.seq = packet->ack;
	reply.ack = packet->seq + packet->data_len + 1;
	reply.window = client_window(packet);
	at = packet_option(&got, TCP_OPTION_TIMESTAMPS, 8);
	if (at)
		memcpy(&value, at, 4);
	if (packet->options_len)
		packet_add_timestamps(&reply, be32toh(value), 0x12345678);
	frame_write(&frame, &reply);
	rig_expect(about, &result, XDP_TX, &frame, counters);
}

static void fins(void **state)
{
	struct packet packet;
	size_t v;

	(void)state;
	for (v = 0; v < 2 * CLIENT_VARIANTS; v++) {
		client_segment(&packet, v / 2, TCP_ACK | TCP_FIN, NULL);
		if (v % 2)
			packet_add_timestamps(&packet, 0x12345678, 5);
		expect_fin("FIN without a request", &packet, TCP_ACK | TCP_FIN,
			   RIG_COUNTER(FIN_ANSWERED) |
				   RIG_COUNTER(COOKIE_ACCEPTED));
		packet.seq += 100;
		packet.ack += 200;
		client_avoid_cookie(&packet);
		expect_fin("FIN behind the answer", &packet, TCP_ACK,
			   RIG_COUNTER(FIN_ACKED));
		packet.flags |= TCP_PSH;
		expect_fin("FIN with PSH", &packet, TCP_ACK,
			   RIG_COUNTER(FIN_ACKED));
	}
}

/* A FIN ahead of its request is not acknowledged, or the request would be. */
static void early_fin(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK | TCP_FIN, NULL);
		packet.seq += 100;
		frame_write(&frame, &packet);
		rig_expect_drop("early FIN", &frame, RIG_COUNTER(DROP_EARLY));
	}
}

/* A FIN whose cookie is of another time is one behind an answer. */
static void old_fin(void **state)
{
	struct packet packet;

	(void)state;
	client_segment(&packet, 0, TCP_ACK | TCP_FIN, NULL);
	packet.ack = client_cookie(&packet, CLIENT_ISN, 3, 3 * COOKIE_SLOT) + 1;
	client_avoid_cookie(&packet);
	expect_fin("FIN with an old cookie", &packet, TCP_ACK,
		   RIG_COUNTER(FIN_ACKED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(draining),  RIG_TEST(swallowed), RIG_TEST(fins),
		RIG_TEST(early_fin), RIG_TEST(old_fin),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
