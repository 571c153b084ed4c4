/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_RIG_H
#define XDP_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cookie.h"
#include "fastpath.h"
#include "flow.h"
#include "xdp_run.h"

struct fast_area;
struct fast_arena;
struct fastpath;
struct live_file;
struct map;

/*
 * The fast path's programs, loaded and run on frames by BPF_PROG_TEST_RUN, in a
 * network namespace of the test's own whose loopback device (index 1, MTU 1500)
 * has the server's addresses. Functions fail the test when they cannot do their
 * work.
 */
enum {
	RIG_IFINDEX = 1,
	RIG_PORT = 80,
	RIG_OTHER_PORT = 8080, /* configured, too */
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define RIG_IPV4 "198.51.100.1"
#define RIG_IPV6 "2001:db8::1"

extern struct rig {
	struct fastpath *programs;
	struct map *map; /* what the programs answer from, as files are read */
	struct fast_arena *arena;
	struct fast_area *area; /* of that */
	struct cookie_keys keys;
	uint32_t ifindex; /* where frames come in */
	uint32_t domain;  /* of the interface (fastpath.h) */

	/* Set before the set-up, if at all. */
	uint32_t refuses;	  /* of enum fast_offer */
	uint8_t mac[6];		  /* the interface's */
	const char *const *rules; /* to begin with, as for rig_rules() */
	size_t rules_count;
} rig;

/* cmocka's fixtures: for the group; and for each test, which begins with no
 * connection, counters as they are, two keys, no interface flag,
 * on the loopback device. */
int rig_setup(void **state);
int rig_teardown(void **state);
int rig_reset(void **state);

#define RIG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, rig_reset, rig_check)

/* Answer from rules as they stand in a file of rules, grouped by host; NULL
 * for no release at all, a count of 0 for one without rules. */
void rig_rules(const char *const *lines, size_t count);

/* Load a map of a state directory into the arena; and answer from one, over a
 * base or NULL. What is not live then is given back. */
struct fast_area *rig_load(const char *state, const struct live_file *live);
void rig_live(struct fast_area *area, struct fast_area *base);

/* Make an address of either family known, too. */
void rig_address(const char *text, enum fast_address_kind kind);

/* Forget what was handed over, and that the kernel has no such connection. */
void rig_forget(void);

/* Whether a flow is remembered in a state; and remember one, some seconds
 * ago. */
bool rig_flow_is(const struct fast_flow *flow, enum flow_state state);
void rig_flow_put(const struct fast_flow *flow, enum flow_state state,
		  uint64_t age);

/* Sign and check cookies with these keys. */
void rig_keys(const struct cookie_keys *keys);

/* The flags of the interface (enum fast_interface_flag); but it answers where
 * nothing listens unless FAST_IF_WITHOUT_LISTENER is among them. */
void rig_interface(uint32_t flags);

/* The clock that cookies are made with. */
uint64_t rig_seconds(void);

#endif
