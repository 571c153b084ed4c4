/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_SOURCE_H
#define FORMAT_NETLIFY_SOURCE_H

#include "format_named.h"
#include "format_netlify_line.h"

/* The source of a line as a rule's: with ":name" as "{name}". */
struct netlify_source {
	struct format_text text; /* without a query */
	struct format_named names;
	const char *kind, *reason; /* why it cannot be said */
};

/* Returns 0, or -ENOTSUP with kind and reason (constant texts). */
int netlify_source_read(struct netlify_source *source,
			const struct netlify_line *line);

/* The sources of a line with parameters, which may come in any order: how many
 * there are, and number i of them. */
size_t netlify_source_orders(const struct netlify_line *line);
void netlify_source_query(struct format_text *to,
			  const struct netlify_source *source,
			  const struct netlify_line *line, size_t i);

#endif
