/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_H
#define BENCH_XDP_H

#include <linux/types.h>

/* What bench_xdp's feeder and its user side agree on. */
enum {
	BENCH_PACKETS = 65536, /* of a run, each another */
	BENCH_FRAME = 1340,
	BENCH_SHORT = 32, /* what each frame is cut to before it is restored */
};

/* The programs that the feeder can call. */
enum bench_slot { BENCH_NOTHING, BENCH_BOUNCE, BENCH_RESPOND, BENCH_SLOTS };

struct bench_packet {
	__u32 len;
	__u8 frame[BENCH_FRAME];
};

_Static_assert(sizeof(struct bench_packet) % 64 == 0, "whole cache lines");

#endif
