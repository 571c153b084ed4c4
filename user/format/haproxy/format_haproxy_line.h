/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_LINE_H
#define FORMAT_HAPROXY_LINE_H

#include <stdbool.h>

struct haproxy;
struct haproxy_line;
struct haproxy_section;
struct haproxy_step;

/*
 * haproxy_line_rule - what a line of "http-request" does
 * haproxy_line_redirect - what one of "redirect" does
 *
 * Fills the step. Returns 1, 0 for a line that is no step, or -ENOMEM with
 * error_set(). What is wrong with it is noted; what cannot be said is the
 * action's why.
 */
int haproxy_line_rule(struct haproxy *haproxy, struct haproxy_section *section,
		      const struct haproxy_line *line,
		      struct haproxy_step *step);
int haproxy_line_redirect(struct haproxy *haproxy,
			  struct haproxy_section *section,
			  const struct haproxy_line *line,
			  struct haproxy_step *step);

/* Whether a condition asks if there is a query, which rules cannot say where the
 * target does not keep it. Where it does, they need not ask. */
bool haproxy_line_asks(const struct haproxy_step *step);

/* Whether a line changes what the lines behind it see of a request. */
bool haproxy_line_changes(const struct haproxy_line *line);

#endif
