/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CRAWL_H
#define CRAWL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_client.h"

struct crawl_slot;
struct ruleset;

/* A target that is asked for once, whatever number of rules have it. */
struct crawl_target {
	char *url;
	size_t rule;	     /* the first rule's entry */
	uint64_t rules;	     /* how many have it */
	int status;	     /* 0: there is none */
	const char *failure; /* why there is no answer, or NULL */
	char *location;	     /* where it leads to, or NULL */
};

/*
 * Asking for the targets of rules, where they are: HEAD, and GET where that gets
 * no good answer. Those that depend on the request are left out; a final '*'
 * stands for nothing.
 */
struct crawl {
	const struct ruleset *set;
	struct http_options http; /* connect: NULL */

	/* All targets, in the order of the rules; those whose status is none of
	 * 2xx are bad. */
	struct crawl_target *targets;
	size_t count, room;
	uint64_t asked, good, bad;
	uint64_t open; /* rules whose target depends on the request */

	/* Its own. */
	uint32_t *index; /* a hash table of numbers of targets, from 1 */
	size_t index_size;
	size_t next; /* entry */
	struct crawl_slot *slots;
};

/* Whether it was asked for, and is not there. */
bool crawl_is_bad(const struct crawl_target *target);

/* Do it. Returns 0; -EINTR with error_set() if a signal came, with what was
 * found so far; or another -errno with error_set(). */
int crawl_run(struct crawl *crawl);

/* Accepts what is all zero. */
void crawl_free(struct crawl *crawl);

#endif
