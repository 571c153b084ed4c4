/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_OWN_H
#define FORMAT_HAPROXY_OWN_H

struct haproxy;
struct haproxy_line;
struct haproxy_section;
struct haproxy_step;

/*
 * haproxy_own_monitor - what monitor-uri answers, before all lines
 * haproxy_own_stats - what the page of statistics takes, behind http-request
 *
 * Fills the step. Returns 1, 0 for a section that has no such, or -ENOMEM with
 * error_set().
 */
int haproxy_own_monitor(struct haproxy *haproxy,
			const struct haproxy_section *section,
			struct haproxy_step *step);
int haproxy_own_stats(struct haproxy *haproxy,
		      const struct haproxy_section *section,
		      struct haproxy_step *step);

/* The last line of a section, or of its defaults, that begins with a word, and
 * has another one behind it; next NULL: any. NULL if there is none. */
const struct haproxy_line *
haproxy_own_line(const struct haproxy_section *section, const char *word,
		 const char *next);

#endif
