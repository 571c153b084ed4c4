/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_KEY_H
#define EXPLAIN_KEY_H

#include <jansson.h>

struct map_key;

/*
 * explain_key - bring the URL of a request to normal form
 * @status: receives that of the answer that refuses the request, or 0
 * @steps:  NULL, or the array that takes the steps
 *
 * Without a scheme it comes in plaintext. The key is all zero, or of an earlier
 * call. Returns 0, or -EINVAL with error_set() for a URL that no client could
 * send.
 */
int explain_key(struct map_key *key, int *status, const char *url,
		const char *method, json_t *steps);

/* Whether a client could send it, whatever is live: 0, or -EINVAL with
 * error_set(). */
int explain_key_check(const char *url, const char *method);

#endif
