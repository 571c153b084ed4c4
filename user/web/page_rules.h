/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_RULES_H
#define PAGE_RULES_H

#include <jansson.h>
#include <stdio.h>

/* Write the page of rules, from the figures of web_figures_get(). */
void page_rules(FILE *out, const json_t *figures);

#endif
