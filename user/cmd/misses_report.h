/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISSES_REPORT_H
#define MISSES_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct misses_view;

/* What of the misses is printed. */
struct misses_report {
	const struct misses_view *view;
	size_t top; /* of each kind; 0: all */
	bool known,
		unknown; /* of hosts that have rules, of those that have not */
};

/* For people. */
void misses_report_print(const struct misses_report *report);

/* As an object; 0, or -errno with error_set(). */
int misses_report_json(const struct misses_report *report);

#endif
