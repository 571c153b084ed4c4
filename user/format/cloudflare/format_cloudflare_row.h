/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CLOUDFLARE_ROW_H
#define FORMAT_CLOUDFLARE_ROW_H

#include <stdbool.h>

#include "rule.h"

struct format_read;

/* The columns in their order. */
enum cloudflare_column {
	CLOUDFLARE_SOURCE,
	CLOUDFLARE_TARGET,
	CLOUDFLARE_CODE,
	CLOUDFLARE_QUERY,
	CLOUDFLARE_SUBDOMAINS,
	CLOUDFLARE_SUBPATH,
	CLOUDFLARE_SUFFIX,
	CLOUDFLARE_COLUMNS
};

/* What a cell of the last four says: 0 or 1; -1 for neither. */
int cloudflare_flag(const struct rule_field *cell);

/* What was said of the whole file already. */
struct cloudflare_told {
	bool slash, order, joined;
};

/*
 * cloudflare_row_give - give the rules of a row
 * @cells: CLOUDFLARE_COLUMNS of them; empty where there is none
 *
 * Returns 0 or -errno with error_set().
 */
int cloudflare_row_give(struct format_read *read, unsigned long at,
			const struct rule_field *cells,
			struct cloudflare_told *told);

#endif
