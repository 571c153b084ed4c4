/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_FRAME_H
#define BENCH_XDP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "bench_xdp.h"
#include "bench_xdp_head.h"
#include "cookie.h"
#include "counter.h"

#define BENCH_SERVER 0xc6336401u /* 198.51.100.1; IPv6: 2001:db8::1 */

/* The same as 16 bytes. */
void bench_server(uint8_t addr[16], bool ipv6);

enum { BENCH_PORT = 80 };

/* BENCH_WHOLE: in turn the SYNs of BENCH_CLIENTS clients, their GETs, and their
 * FINs. */
enum bench_kind { BENCH_SYN, BENCH_ACK, BENCH_GET, BENCH_FIN, BENCH_WHOLE };
enum { BENCH_CLIENTS = 64, BENCH_PARTS = 3 };

struct bench_row {
	const char *name;
	enum bench_slot slot;
	enum bench_kind kind;
	enum bench_find find;
	uint32_t head; /* bytes */
	bool ipv6;
};

/* What frames are made of, and what they are to do. */
struct bench_maker {
	struct rulegen gen;
	enum bench_draw draw;
	struct cookie_keys keys;
	uint64_t seed; /* another for each frame */
	uint64_t bytes, head_bytes;
	uint64_t expected[COUNTER_COUNT];
};

/*
 * bench_frame - the next frame of a row
 *
 * Of a client of its own, as Linux sends it: window scale, SACK,
 * timestamps, a cookie of this moment. A FIN is what follows an answer. TCP
 * checksums are left out, since the fast path takes frames without.
 */
void bench_frame(struct bench_packet *packet, const struct bench_row *row,
		 struct bench_maker *maker);

#endif
