/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_REPORT_H
#define ADVISE_REPORT_H

struct advise;

/* Print what was counted, and for the first top rules (0: all) what to write
 * instead. The rules are named: "live". */
void advise_report_print(const struct advise *advise, const char *rules,
			 unsigned long long top);

/* The same as a JSON object, with all rules. Returns 0 or -errno with
 * error_set(). */
int advise_json_print(const struct advise *advise, const char *rules);

#endif
