/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_RUN_H
#define XDP_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "counter.h"
#include "xdp_frame.h"

/* Running the rig's programs (xdp_rig.h), and what is to come out. */

/* A set of counters. */
typedef unsigned __int128 rig_set;
#define RIG_COUNTER(name) ((rig_set)1 << COUNTER_##name)
_Static_assert(COUNTER_COUNT <= 128, "fits a set");

/* The counters that rose by one between the two calls; fails when one rose by
 * more. */
void rig_counters_begin(void);
rig_set rig_counters_end(void);

struct rig_result {
	int verdict;
	struct frame frame; /* as the program left it */
	rig_set rose;	    /* the counters that rose by one */
};

/* Run the XDP, or the TC program. Fails when a counter rose by more, or when
 * XDP did not do what the counter says. */
void rig_respond(struct rig_result *result, const struct frame *frame);
void rig_hand_over(struct rig_result *result, const struct frame *frame);

/* Run the XDP program on a packet, and read what it sends; false, with
 * rig_fail(), if that is nothing that can be read. */
bool rig_answered(const char *about, const struct packet *packet,
		  struct rig_result *result, struct packet *got);

/* The verdict on a frame, nothing else looked at. */
int rig_verdict(struct frame *frame);

/* rig_fail() unless this came out: the verdict, the frame's bytes, and exactly
 * these counters. */
void rig_expect(const char *about, const struct rig_result *result, int verdict,
		const struct frame *frame, rig_set counters);

/* Run the XDP program, and rig_fail() unless the frame is passed or dropped
 * as it is, and exactly these counters rose. */
void rig_expect_pass(const char *about, const struct frame *frame,
		     rig_set counters);
void rig_expect_drop(const char *about, const struct frame *frame,
		     rig_set counters);

/* The names of a set of counters, in a buffer of this function. */
const char *rig_counters_text(rig_set counters);

/* Say what is wrong with a row of a table and go on; rig_check(), the teardown
 * of each test, fails if anything was said. */
void rig_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int rig_check(void **state);

#endif
