/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOP_SAMPLE_H
#define LOOP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct rule;

/* A request that a rule is for: host and path as one text. */
struct loop_sample {
	const struct rule *rule;
	const char *more; /* what the source's '*' stands for */
	size_t host_len, len;
	char request[LIMIT_HOST + LIMIT_PATH + 16];
};

/*
 * loop_sample_make - make one
 * @rule: with a target
 * @more: what is to stand behind a prefix
 *
 * A name below a wildcard's, or any; one byte for each capture; of a set of
 * pairs no others. False where the rule has no such request, or is for any host
 * and leads to one of its own: that only such a rule is for it may well mean
 * that it is another server's.
 */
bool loop_sample_make(struct loop_sample *sample, const struct rule *rule,
		      const char *more);

/* The same for any rule; false where @more is not empty and the rule is no
 * prefix. */
bool loop_sample_request(struct loop_sample *sample, const struct rule *rule,
			 const char *more);

/* Write where the rule sends it: into LIMIT_TARGET + 8 bytes; not terminated.
 * Returns the length. */
size_t loop_sample_target(const struct loop_sample *sample, char *url);

/* Where the host of a URL begins; whether a target's host is the request's,
 * which came here. */
const char *loop_sample_host(const char *url);
bool loop_sample_stays(const char *target);

#endif
