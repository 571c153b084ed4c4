/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule_scheme.h"

struct rule;
struct store;
struct release_view;

/*
 * Rules by their tags and hosts: those that have any of the tags, if there are
 * any, and any of the hosts, if there are any. A host is one as a rule has it:
 * "*.old.example" is the wildcard's rules, not those of names below it, and
 * ".old.example" those of it and of "old.example"; with a scheme, only those
 * that are for it alone. All zero lets every rule through. Functions return 0 or -errno with error_set().
 */
struct filter {
	const char **tags; /* as they were given */
	char **hosts;	   /* in normal form */
	size_t tag_count, host_count;
	size_t tag_room, host_room;
	enum rule_scheme scheme;
};

/* The text is kept, not copied. -EINVAL for what is no tag. */
int filter_tag(struct filter *filter, const char *tag);

/* -EINVAL for what is no host. */
int filter_host(struct filter *filter, const char *host);

/* -EINVAL for what is neither http nor https. */
int filter_scheme(struct filter *filter, const char *scheme);

/* Whether there is a tag or a host to go by. */
bool filter_given(const struct filter *filter);

/* Call fn for each rule of a release (rows as store_rows() gives it), a host
 * after the other; store may be NULL. What fn returns if not 0 ends it and is
 * returned. */
int filter_each(const struct filter *filter, struct store *store, uint64_t rows,
		int (*fn)(const struct rule *rule, void *arg), void *arg);

/* The same as by release_view_each(), in the order of the sources: nobody has
 * to wait while fn prints. */
int filter_view(struct filter *filter, const struct release_view *view,
		int (*fn)(const struct rule *rule, void *arg), void *arg);

/* -ENOENT, with a message that there is no such rule. */
int filter_none(const struct filter *filter);

/* "COMMAND --tag TAG ... --host HOST ... --scheme SCHEME", to be freed. */
int filter_text(const struct filter *filter, char **text, const char *command);

/* Accepts one that is all zero. */
void filter_free(struct filter *filter);

#endif
