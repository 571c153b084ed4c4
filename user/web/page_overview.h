/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_OVERVIEW_H
#define PAGE_OVERVIEW_H

#include <jansson.h>
#include <stdio.h>

/* Write the page that everything is on, as far as there is room for it.
 * @figures: of web_figures_get() */
void page_overview(FILE *out, const json_t *figures);

#endif
