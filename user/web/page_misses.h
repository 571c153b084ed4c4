/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_MISSES_H
#define PAGE_MISSES_H

#include <jansson.h>
#include <stdio.h>

/* Write the page of misses, from the figures of web_figures_get(). */
void page_misses(FILE *out, const json_t *figures);

#endif
