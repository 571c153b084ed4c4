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
	const char *more; /* as it was made with; what stands for the '*' */
	const char *name; /* of the capture that it stands for, or NULL */
	size_t name_len;
	size_t host_len, len;
	char request[LIMIT_HOST + LIMIT_PATH + 16];
};

/*
 * loop_sample_make - make one
 * @more: what is to stand for a prefix's '*', for the one capture that a
 *        pattern's target ends with, if it is none of digits or more is, or,
 *        from its '?' on, behind another path
 *
 * A name below a wildcard's, or any; one byte for each other capture, and for
 * that one where more is empty; of a set of pairs no others. False where the
 * rule has no place for more.
 */
bool loop_sample_make(struct loop_sample *sample, const struct rule *rule,
		      const char *more);

/* Write where the rule sends it: into ANSWER_MAX bytes (answer.h); not
 * terminated. Returns the length. */
size_t loop_sample_target(const struct loop_sample *sample, char *url);

/* Where the host of a URL begins; whether a target's host is the request's,
 * which came here. */
const char *loop_sample_host(const char *url);
bool loop_sample_stays(const char *target);

#endif
