/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_REQUEST_H
#define VERIFY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct rule;

/*
 * A request that a rule is for. What its source leaves open gets a made-up
 * value: a label of "*.name", a name for "*", each capture another one, and one
 * for what a prefix goes on with. "verify=1" is a pair beside those of a set, and
 * the query where a redirect's source has none. With case=ignore path and query
 * are in the other case.
 */
struct verify_request {
	bool made_up; /* it is not the source as it is written */
	size_t host_len, target_len;
	char host[LIMIT_HOST + 8];     /* as the field Host has it */
	char target[LIMIT_PATH + 100]; /* path and query */
};

/*
 * verify_request_make - make one
 * @attempt: below VERIFY_ATTEMPTS: other values, since other rules may be for
 *           what was made up before
 *
 * False where this attempt is none: it is no other than those before, or too
 * long.
 */
enum { VERIFY_ATTEMPTS = 16 };
bool verify_request_make(struct verify_request *request,
			 const struct rule *rule, unsigned int attempt);

#endif
