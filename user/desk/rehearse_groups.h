/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_GROUPS_H
#define REHEARSE_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request_said.h"

/* What becomes of requests, where it is not what it was. */
enum rehearse_class {
	REHEARSE_LOST,
	REHEARSE_CHANGED,
	REHEARSE_NEW,
	REHEARSE_CLASSES,
};

/* A request that is kept: its pieces are its own. */
struct rehearse_example {
	struct request_said said;
	struct rehearse_example *next;
};

/* The requests of one class that two rules answer, the one before and the one
 * after. */
struct rehearse_group {
	enum rehearse_class class;
	uint32_t rule[2]; /* addresses; 0: there was none */
	bool lower[2];	  /* of the lower map */
	uint64_t count;
	unsigned int kept;
	struct rehearse_example *examples, *last; /* at least one */
};

/*
 * All groups, in bounded memory: behind REHEARSE_BYTES no other example is kept
 * and no other group begun. All zero is none.
 */
enum { REHEARSE_BYTES = 64 << 20 };

struct rehearse_groups {
	struct rehearse_group *groups;
	size_t count, room;
	uint32_t *index; /* a hash table of numbers of groups, from 1 */
	size_t index_size;
	size_t bytes;
	uint64_t outside[REHEARSE_CLASSES]; /* requests without a group */
};

/* Count a request in the group that is like one with class, rule and lower; of
 * the first most of a group the request is kept. Returns 0, or -ENOMEM with
 * error_set(). */
int rehearse_groups_add(struct rehearse_groups *groups,
			const struct rehearse_group *like,
			const struct request_said *said, unsigned int most);

/* By class, and the most requests first; nothing is added afterwards. */
void rehearse_groups_sort(struct rehearse_groups *groups);

/* Accepts what is all zero. */
void rehearse_groups_free(struct rehearse_groups *groups);

#endif
