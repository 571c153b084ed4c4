/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_RELEASES_H
#define PAGE_RELEASES_H

#include <jansson.h>
#include <stdio.h>

/* Write the page of all releases that the figures have (web_figures_get()). */
void page_releases(FILE *out, const json_t *figures);

#endif
