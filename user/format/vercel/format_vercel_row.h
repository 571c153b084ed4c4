/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_ROW_H
#define FORMAT_VERCEL_ROW_H

#include <stddef.h>

#include "rule.h"

struct format_read;

/* What a bulk redirect has. */
enum vercel_field {
	VERCEL_SOURCE,
	VERCEL_DESTINATION,
	VERCEL_PERMANENT,
	VERCEL_STATUS,
	VERCEL_CASE,
	VERCEL_QUERY,
	VERCEL_FIELDS
};

/* The field of a name, or VERCEL_FIELDS. */
enum vercel_field vercel_field(const char *name, size_t len);

/* The name of a field. */
const char *vercel_field_name(enum vercel_field field);

/*
 * vercel_row_give - give the rule of a redirect
 * @cells: VERCEL_FIELDS of them; empty where there is none. Flags are "true",
 *         "false", "t" or "f".
 *
 * Returns 0 or -errno with error_set().
 */
int vercel_row_give(struct format_read *read, unsigned long at,
		    const struct rule_field *cells);

#endif
