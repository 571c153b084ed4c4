/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_PARTS_H
#define PAGE_PARTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Parts of pages, each a table, or a sentence where there is nothing. All from
 * the figures of web_figures_get(). */

/* Answers and misses, the whole of them and each second. */
void page_answers(FILE *out, const json_t *figures);

/* Who answers. */
void page_servers(FILE *out, const json_t *figures);
void page_interfaces(FILE *out, const json_t *figures);

/* What the fast path handed over and dropped, by the reason. */
void page_reasons(FILE *out, const json_t *figures);

/* The log of releases, most entries of it. */
void page_log(FILE *out, const json_t *figures, size_t most);

#endif
