/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_SLIP_H
#define FORMAT_CSV_SLIP_H

#include <stdbool.h>

struct format_read;
struct rule_field;

/*
 * csv_slip_refuse - note a slip of the pen, for which a rule of another meaning
 * would be taken: "http:/name", quotes of a text, a regular expression, two
 * addresses in one cell
 * @which: "source" or "target"
 *
 * Returns whether there is one.
 */
bool csv_slip_refuse(struct format_read *read, unsigned long at,
		     const char *which, const struct rule_field *cell);

/* Tell of what is taken as it stands, and mostly not meant: "&amp;". */
void csv_slip_tell(struct format_read *read, unsigned long at,
		   const struct rule_field *cell);

#endif
