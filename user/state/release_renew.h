/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_RENEW_H
#define RELEASE_RENEW_H

#include <stdint.h>

#include "line_errors.h"

struct store;

/* What the first change of an earlier detour's store did to live sources. All
 * zero: nothing. */
struct release_renewal {
	uint64_t renewed, dropped, left;
	struct report report;
};

/* store_renew(). Returns 0 or -errno with error_set(). */
int release_renew(struct release_renewal *renewal, struct store *store,
		  uint64_t base);

/* The release's message, which tells of the renewal, too; to be freed. Returns
 * 0 or -errno with error_set(). */
int release_renewal_message(char **text, const struct release_renewal *renewal,
			    const char *message);

/* Say it on stderr, the dropped ones by name. */
void release_renewal_print(const struct release_renewal *renewal);

void release_renewal_free(struct release_renewal *renewal);

#endif
