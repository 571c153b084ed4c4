/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_LINE_H
#define FORMAT_NETLIFY_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "format_head.h"

enum { NETLIFY_PAIRS = 3 };

/* A line of a _redirects file, taken apart; its texts are the line's. */
struct netlify_line {
	struct format_piece from, to, code, conditions;
	struct format_piece pairs[NETLIFY_PAIRS]; /* "id=:id" */
	size_t pair_count; /* perhaps more than there is room for */
	bool force;	   /* "!" */
};

/*
 * netlify_line_read - take a line apart
 *
 * Returns 1; 0 for one without a rule; -EINVAL with *reason (a constant text)
 * for what is no line of such a file.
 */
int netlify_line_read(struct netlify_line *line, const char *text, size_t len,
		      const char **reason);

#endif
