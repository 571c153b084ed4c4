/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_LOAD_H
#define BENCH_XDP_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "bench_xdp.h"
#include "cookie.h"
#include "counter.h"

struct bench_xdp;
struct bpf_program;
struct fast_arena;
struct fastpath;

/*
 * The programs, loaded in a network namespace of this process's own, in which
 * something listens on the port. All functions return 0 or -errno with
 * error_set().
 */
struct bench_load {
	struct fastpath *fast;
	struct fast_arena *arena;
	struct bench_xdp *feeder;
	struct bench_packet *packets; /* BENCH_PACKETS, for the feeder */
	double load_ms;		      /* what loading the fast path took */
	bool another;		      /* fast and arena are another's */
};

int bench_load_open(struct bench_load *load, const struct cookie_keys *keys);

/* Answer from as many rules of rulegen.h; files are made below dir for a
 * while. */
int bench_load_release(struct bench_load *load, uint64_t rules,
		       const char *dir);

/* Feed all packets to a program. *ns receives the mean of a packet, with the
 * feeder's own cost. */
int bench_load_run(struct bench_load *load, enum bench_slot slot, double *ns);

int bench_load_counters(struct bench_load *load, uint64_t value[COUNTER_COUNT]);

/* What the kernel says of a program. */
struct bench_program {
	const char *name;
	uint32_t instructions, verified, jited;
};

/* The XDP program's, then the TC program's. */
int bench_load_programs(struct bench_load *load,
			struct bench_program program[2]);

/* A feeder of its own beside an open one, for the same programs: for another CPU
 * at the same time. It is closed before that one. */
int bench_load_another(struct bench_load *load, const struct bench_load *open);

/* Accepts one that was not opened, all zero. */
void bench_load_close(struct bench_load *load);

#endif
