/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_CASE_H
#define IMPORT_CASE_H

#include <stddef.h>

#include "ruleset.h"

struct edit;
struct rule;

/*
 * Rules of a file that cannot say case= for live ones that have it: they keep it,
 * and so stand in another place of the order than the file's. All zero is none.
 * Functions return 0 or -errno with error_set().
 */
struct import_case {
	size_t *places; /* of the file's entries whose place they take */
	size_t count, room;
	struct ruleset rules; /* as they are to be, with marks and lines */
};

/* Have a rule, which is what becomes of the live one, take the place of an entry
 * of edit->rules. Until import_case_end() the entries stay as they are. */
int import_case_add(struct import_case *kept, struct edit *edit,
		    const struct ruleset_entry *entry, const struct rule *rule,
		    const struct rule *live);

/* Put them into the edit, which is sorted again; its entries are counted as
 * added. */
int import_case_end(struct import_case *kept, struct edit *edit);

/* Accepts one that is all zero. */
void import_case_free(struct import_case *kept);

#endif
