/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "http_client.h"
#include "verify_finding.h"

struct map;
struct ruleset;
struct verify_slot;

/*
 * Asking a server for the sources of rules, and holding what it answers to what
 * the rules say. A rule is asked for with GET, and with POST too where that gets
 * another code. Not asked for is a rule that is pass, or as pass for the request,
 * since what answers then is not known; one for the other scheme; and one that
 * wins for no request that is made for it.
 */
struct verify {
	/* Given: rules, sorted, and the map of them. */
	const struct ruleset *set;
	const struct map *map;
	bool https;	 /* by the rules for TLS */
	bool tls;	 /* ... and over it; else in plaintext, as from a
			  * server that ends TLS */
	uint64_t sample; /* ask for so many rules, evenly spread; 0: for all */
	struct http_options http;
	const char *origin; /* http://ADDR:PORT, unless tls */
	unsigned int port;
	/* Called for each finding; what it returns if not 0 ends it. */
	int (*tell)(const struct verify_finding *finding, void *arg);
	void *arg;

	/* Counted: of the rules, which are asked, and which not; of the
	 * requests, what came of them. */
	uint64_t asked, passes, other_scheme, outside;
	uint64_t requests, made_up, alike;
	uint64_t found[VERIFY_KINDS];
	const char *gave_up; /* nobody answers: why, or NULL */

	/* Its own. */
	struct verify_slot *slots;
	size_t next;	   /* entry */
	bool other_method; /* of the entry before it, POST is to come */
	uint64_t able;	   /* rules that can be asked */
	uint64_t seen;	   /* ... so far */
	uint64_t stratum, pick;
	uint64_t ended, silent; /* requests */
};

/* Do it. Returns 0; -EINTR with error_set() if a signal came, with what was
 * found so far; or another -errno with error_set(). */
int verify_run(struct verify *verify);

#endif
