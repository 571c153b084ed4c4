/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_DIFF_PRINT_H
#define CMD_DIFF_PRINT_H

#include <stdio.h>

struct edit;

/* Print a sorted edit in other ways than by cmd_edit_print(). */

/* A line for each host, as sources have it: what is added, removed, changed. */
void cmd_diff_stat(FILE *out, const struct edit *edit);

/* A JSON array: {"change", "before", "after"} for each rule. Returns 0 or
 * -errno with error_set(). */
int cmd_diff_json(FILE *out, const struct edit *edit);

#endif
