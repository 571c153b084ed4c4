/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_USED_H
#define PAGE_USED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What is asked for: tables of at most so many rows, or a sentence where there is
 * nothing. From the figures of web_figures_get(). */

/* When that was looked at. */
void page_used_time(FILE *out, const json_t *figures);

/* Rules that are asked for most often: in all, or lately. */
void page_rules_most(FILE *out, const json_t *figures, size_t most);
void page_rules_lately(FILE *out, const json_t *figures, size_t most);

/* Those that nobody asked for. */
void page_rules_unused(FILE *out, const json_t *figures, size_t most);

/* URLs or hosts that no rule matched, of hosts that rules have, or of others. */
void page_missed_urls(FILE *out, const json_t *figures, bool known,
		      size_t most);
void page_missed_hosts(FILE *out, const json_t *figures, bool known,
		       size_t most);

#endif
