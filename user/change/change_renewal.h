/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHANGE_RENEWAL_H
#define CHANGE_RENEWAL_H

#include <stdint.h>
#include <stdio.h>

#include "line_errors.h"

struct store;

/* What the first change of an earlier detour's store did to live sources. All
 * zero: nothing. */
struct change_renewal {
	int64_t before; /* the version of the store */
	uint64_t renewed, dropped, left;
	struct line_errors report;
};

/* store_renew(). Returns 0 or -errno with error_set(). */
int change_renew(struct change_renewal *renewal, struct store *store,
		 uint64_t rows);

/* The release's message, which tells of the renewal, too; to be freed. Returns
 * 0 or -errno with error_set(). */
int change_renewal_message(char **text, const struct change_renewal *renewal,
			   const char *message);

/* Print it, the dropped ones by name. */
void change_renewal_print(FILE *out, const struct change_renewal *renewal);

/* Accepts one that is all zero. */
void change_renewal_free(struct change_renewal *renewal);

#endif
