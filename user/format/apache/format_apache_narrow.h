/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_NARROW_H
#define FORMAT_APACHE_NARROW_H

#include <stdbool.h>

struct format_region;
struct format_text;

/*
 * What was made for the requests of one source, for those of another one within
 * it: what "*" and "{name}" stand for there is put in.
 */

/* A piece of a target. */
void apache_narrow_text(struct format_text *to, const char *text,
			const struct format_region *of,
			const struct format_region *region);

/* A whole target: its host, and what is kept of a query that the source takes,
 * too. */
void apache_narrow_target(struct format_text *to, const char *target,
			  bool query_drop, const struct format_region *of,
			  const struct format_region *region);

/* Whether a target shows letters of a path that is compared without case: they
 * are the source's, not the request's. */
bool apache_narrow_letters(const char *target, const struct format_region *of,
			   const struct format_region *region);

#endif
