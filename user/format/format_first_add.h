/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_ADD_H
#define FORMAT_FIRST_ADD_H

struct format_first;
struct format_first_entry;

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

#endif
