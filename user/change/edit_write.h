/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EDIT_WRITE_H
#define EDIT_WRITE_H

#include <stdint.h>

struct edit;
struct rule;
struct store;

/* What differs, rule by rule: for struct release_source. The argument is a
 * struct edit_cursor. */
int edit_write_next(void *cursor, struct rule *rule);

/* Write a sorted edit into the store, in the open transaction, as the rows of a
 * release that has those of the one before. Returns 0 or -errno with
 * error_set(); -EINTR where a signal came (interrupt.h). */
int edit_write(struct edit *edit, struct store *store, uint64_t release);

#endif
