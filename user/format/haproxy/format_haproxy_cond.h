/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_COND_H
#define FORMAT_HAPROXY_COND_H

#include "format_haproxy_acl.h"

struct haproxy_line;
struct haproxy_section;

/* A condition: any of its terms, each of which is all of its tests. */
struct haproxy_cond {
	struct haproxy_term {
		struct haproxy_term *next;
		struct haproxy_literal {
			struct haproxy_literal *next;
			const struct haproxy_acl *acl;
			bool negated;
		} * first;
	} * terms;
	const char *why;  /* rules cannot say it: a text that stays */
	const char *what; /* ... of this test */
};

/*
 * haproxy_cond - the condition of a line
 * @i: the word that it begins with, "if" or "unless"; behind the last word
 *     there is none
 *
 * What is wrong with it is noted as an error of the line, and is why, too.
 * Returns 0 or -ENOMEM with error_set().
 */
int haproxy_cond(struct haproxy *haproxy, struct haproxy_cond *cond,
		 struct haproxy_section *section,
		 const struct haproxy_line *line, size_t i);

#endif
