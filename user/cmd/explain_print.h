/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_PRINT_H
#define EXPLAIN_PRINT_H

#include <jansson.h>

/* Print what explain_parts() added to a rule, a line for each part. */
void explain_print_parts(const json_t *value);

/* Print what explain_means() gave; null: nothing. */
void explain_print_means(const json_t *means);

#endif
