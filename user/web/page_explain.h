/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_EXPLAIN_H
#define PAGE_EXPLAIN_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/*
 * page_explain - write what a URL gets, and why
 * @said:    of explain(), or NULL
 * @release: whose rules were asked
 * @problem: why there is nothing said, or NULL: nothing was asked
 */
void page_explain(FILE *out, const char *url, const char *method,
		  const json_t *said, uint64_t release, const char *problem);

#endif
