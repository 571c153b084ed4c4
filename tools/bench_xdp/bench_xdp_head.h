/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_HEAD_H
#define BENCH_XDP_HEAD_H

#include <stdint.h>

#include "rulegen.h"

enum { BENCH_HEAD_ROOM = 2048 };

enum bench_find { BENCH_HIT, BENCH_MISS_PATH, BENCH_MISS_HOST };

/* Which rules are asked for: all alike; by Zipf's law, the r-th 1/r times as
 * often as the first; always the same. */
enum bench_draw { BENCH_ALIKE, BENCH_SKEWED, BENCH_ONE, BENCH_DRAWS };

/*
 * bench_head - the head of a GET for a rule drawn at random, in some way
 * @text: BENCH_HEAD_ROOM bytes of room
 * @len:  of the head, as near as lines that clients send come to it: exact from
 *        300 on
 * @code: receives the rule's
 *
 * Returns its length.
 */
uint32_t bench_head(char *text, uint32_t len, enum bench_find find,
		    enum bench_draw draw, struct rulegen *gen, uint64_t seed,
		    unsigned int *code);

#endif
