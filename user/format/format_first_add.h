/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_ADD_H
#define FORMAT_FIRST_ADD_H

#include <stdint.h>

struct format_first;
struct format_first_entry;
struct format_region;

/*
 * format_first_add - add an entry behind all others
 * @before: receives the position of what takes all of its requests before it
 *
 * Returns 1; 0 if it is never reached, which adds nothing; or -ENOMEM with
 * error_set().
 */
int format_first_add(struct format_first *first,
		     const struct format_first_entry *entry,
		     unsigned long *before);

/* A key of a host that is there, for the entries of both schemes that come
 * first in its region. Returns 0 or -ENOMEM with error_set(). */
int format_first_key_add(struct format_first *first,
			 const struct format_region *region,
			 const uint32_t entries[2]);

#endif
