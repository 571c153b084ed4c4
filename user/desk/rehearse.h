/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_H
#define REHEARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "rehearse_groups.h"
#include "rehearse_paths.h"

struct map;
struct request_read;

/* Lines that could not be read which are kept. */
enum { REHEARSE_BAD = 10 };

/*
 * What two sets of rules answer to the same requests. Begins with the maps
 * (NULL: no rules at all) and the number of examples of a group; all else is zero.
 *
 * A rule answers where it redirects or says 410. Lost is what a rule of the first
 * set alone answers, new what one of the second alone does; changed is what both
 * do, with another code or Location, and what neither does with another code,
 * which is 200 on one side.
 */
struct rehearse {
	const struct map *from, *to;
	unsigned int most;
	uint64_t lines;	     /* that are not empty */
	uint64_t requests;   /* that were asked */
	uint64_t without;    /* lines of no HTTP request */
	uint64_t unreadable; /* lines */
	bool known;	     /* a rule of either is for the host of one */
	uint64_t same;	     /* requests that both answer alike */
	uint64_t neither;    /* that no rule answers on either side: ... */
	uint64_t refused;    /* ... of these what no server takes */
	uint64_t count[REHEARSE_CLASSES];
	struct rehearse_groups groups;
	/* Of the requests that no rule answers, those that the second set has
	 * no rule for, nor one with pass. */
	struct rehearse_paths unruled[REHEARSE_UNRULED];
	struct rehearse_bad {
		unsigned long line;
		const char *reason;
	} bad[REHEARSE_BAD]; /* the first ones */
};

/* Ask both maps for all requests of a file that is open. Returns 0 or -errno with
 * error_set(). */
int rehearse_run(struct rehearse *rehearse, struct request_read *read);

/* Whether a rule answered one of the requests, so that there is a result. */
bool rehearse_compared(const struct rehearse *rehearse);

/* Accepts one that is all zero; the maps are the caller's. */
void rehearse_free(struct rehearse *rehearse);

#endif
