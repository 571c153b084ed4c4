/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_JSON_H
#define REHEARSE_JSON_H

struct rehearse_report;

/* Print a rehearsal as one JSON object on stdout, group by group. Returns 0 or
 * -errno with error_set(). */
int rehearse_json_print(const struct rehearse_report *report);

#endif
