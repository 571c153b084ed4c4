/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_REGEX_H
#define FORMAT_CSV_REGEX_H

#include <stdbool.h>

struct format_read;
struct rule_fields;

/*
 * csv_regex_give - give the rules of a row whose source is an expression
 * @host: it is one of host and path, else of the path alone
 *
 * Groups stand in the target as "$1". Returns 0 or -errno with error_set().
 */
int csv_regex_give(struct format_read *read, unsigned long at,
		   const struct rule_fields *fields, bool host);

#endif
