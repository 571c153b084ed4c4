/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "host.h"

struct rule;
struct view;

/* Which rules of a release are meant: those of any of the hosts, with any of
 * the tags. Starts zeroed, as all rules; filter_free() at the end. */
struct filter {
	struct filter_range {
		/* the host's sources: from <= source < until */
		char from[HOST_SIZE + 4], until[HOST_SIZE + 4];
	} * hosts;
	size_t hosts_count;
	const char **tags;
	size_t tags_count;
};

/* Add a host as a rule has it, or a tag, which has to live on. Both return 0 or
 * -errno with error_set(), -EINVAL for what no rule can have. */
int filter_host(struct filter *filter, const char *host);
int filter_tag(struct filter *filter, const char *tag);

bool filter_has_tag(const struct filter *filter, const struct rule *rule);

/* view_each() for the rules that are meant. */
int filter_each(struct filter *filter, const struct view *view,
		int (*fn)(const struct rule *rule, void *arg), void *arg);

void filter_free(struct filter *filter);

#endif
