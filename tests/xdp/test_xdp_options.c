// SPDX-License-Identifier: BSD-2-Clause
/* A SYN's options, as stacks lay them out and at random nearly so, against a
 * walk over them one by one. The seed is fixed. */
#include <endian.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_client.h"

enum { ROUNDS = 100000, NO_SCALE = 15, MD5 = 19, AO = 29 };

struct offered {
	uint32_t mss, timestamps, value;
	bool sack, odd;
	unsigned int scale;
};

static const struct {
	uint8_t option[OPTIONS_MAX];
	size_t len;
} layouts[] = {
	{"\2\4\5\264\4\2\10\12wxyz\0\0\0\0\1\3\3\7", 20},
	{"\1\1\10\12wxyz\0\0\0\0", 12},
	{"\2\4\5\264\1\3\3\10\1\1\4\2", 12}, /* Windows */
	{"\2\4\5\170\1\3\3\10\1\1\4\2", 12},
	{"\2\4\5\264", 4},
	{"\2\4\5\264\1\3\3\6\1\1\10\12wxyz\0\0\0\0\4\2\0\0", 24},
};

static uint32_t below(uint32_t n)
{
	return random() % n;
}

static void layout_make(struct packet *packet)
{
	static const uint8_t bytes[] = {0, 1, 2, 3, 4, 5, 8, 10, 14, 15, 19};
	size_t row = below(COUNT(layouts));
	uint32_t n = below(4);

	memcpy(packet->options, layouts[row].option, OPTIONS_MAX);
	packet->options_len = layouts[row].len;
	if (!below(4))
		packet->options_len = 4 * below(OPTIONS_MAX / 4 + 1);
	while (n-- && packet->options_len)
		packet->options[below(packet->options_len)] =
			below(4) ? bytes[below(COUNT(bytes))] : random();
}

static void option_add(struct offered *offered, const uint8_t *option)
{
	uint32_t word;

	switch (*option) {
	case TCP_OPTION_MSS:
		offered->mss = option[2] << 8 | option[3];
		offered->odd |= option[1] != 4;
		break;
	case TCP_OPTION_SCALE:
		offered->scale = option[2] > 14 ? 14 : option[2];
		offered->odd |= option[1] != 3;
		break;
	case TCP_OPTION_SACK_PERMITTED:
		offered->sack = true;
		offered->odd |= option[1] != 2;
		break;
	case TCP_OPTION_TIMESTAMPS:
		memcpy(&word, option + 2, 4);
		offered->timestamps = true;
		offered->value = be32toh(word);
		offered->odd |= option[1] != 10;
		break;
	case MD5:
	case AO:
		offered->odd = true;
	}
}

static void layout_read(struct offered *offered, const struct packet *packet)
{
	uint8_t option[OPTIONS_MAX + 16] = {0};
	size_t at = 0, len = packet->options_len;

	memset(offered, 0, sizeof(*offered));
	offered->scale = NO_SCALE;
	memcpy(option, packet->options, len);
	while (at < len && option[at] != TCP_OPTION_END && !offered->odd) {
		if (option[at] == TCP_OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 2 > len || option[at + 1] < 2 ||
		    at + option[at + 1] > len) {
			offered->odd = true;
			break;
		}
		option_add(offered, option + at);
		at += option[at + 1];
	}
}

static void expect_reply(const struct offered *offered, uint32_t mss, bool ipv4,
			 const struct frame *frame)
{
	uint32_t kept = kept_make(mss, offered->sack, offered->scale, ipv4);
	bool scale = kept_scale(kept) != NO_SCALE, sack = kept_sack(kept);
	const uint8_t *option;
	struct packet reply;
	uint32_t stamps[2];

	assert_null(frame_read(&reply, frame));
	if (offered->timestamps) {
		scale = offered->scale != NO_SCALE;
		sack = offered->sack;
		kept = cookie_class(mss);
	}
	assert_int_equal(reply.seq & (COOKIE_CLASSES - 1),
			 kept & (COOKIE_CLASSES - 1));
	option = packet_option(&reply, TCP_OPTION_TIMESTAMPS, 8);
	assert_int_equal(option != NULL, offered->timestamps);
	assert_int_equal(packet_option(&reply, TCP_OPTION_SCALE, 1) != NULL,
			 scale);
	assert_int_equal(packet_option(&reply, TCP_OPTION_SACK_PERMITTED, 0) !=
				 NULL,
			 sack);
	if (!option)
		return;
	memcpy(stamps, option, sizeof(stamps));
	assert_int_equal(be32toh(stamps[1]), offered->value);
	assert_int_equal(be32toh(stamps[0]) & 31,
			 offered->scale | (offered->sack ? 16 : 0));
}

static void options(void **state)
{
	static struct frame frame;
	uint32_t verdicts[5] = {0};
	struct offered offered;
	struct packet packet;
	uint32_t mss, least;
	int i, verdict, v;

	(void)state;
	srandom(21);
	for (i = 0; i < ROUNDS; i++) {
		v = below(CLIENT_VARIANTS);
		client_syn(&packet, v);
		layout_make(&packet);
		layout_read(&offered, &packet);
		least = cookie_mss(v >= CLIENT_IPV6);
		mss = offered.mss ? offered.mss : least;
		frame_write(&frame, &packet);
		verdict = rig_verdict(&frame);
		verdicts[verdict]++;
		if (offered.odd || mss < least) {
			assert_int_equal(verdict, XDP_PASS);
			continue;
		}
		assert_int_equal(verdict, XDP_TX);
		expect_reply(&offered, mss, v < CLIENT_IPV6, &frame);
	}
	assert_true(verdicts[XDP_PASS] > ROUNDS / 10);
	assert_true(verdicts[XDP_TX] > ROUNDS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {RIG_TEST(options)};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
