/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef METRICS_NAME_H
#define METRICS_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Families of counters, by the names that Prometheus has for them, without
 * "_total". */
enum metrics_family {
	METRICS_ANSWERS, /* the only one that both responders have */
	METRICS_FAST_PASSED,
	METRICS_FAST_COOKIES,
	METRICS_FAST_DROPPED,
	METRICS_FAST_FINS,
	METRICS_FAST_HANDED,
	METRICS_FAST_ASSIGNED,
	METRICS_FAST_OTHER,
	METRICS_CONNECTIONS,
	METRICS_ACCEPT_FAILURES,
	METRICS_ACCEPT_PAUSES,
	METRICS_YIELDED,
	METRICS_CLOSED,
	METRICS_REQUESTS,
	METRICS_UNANSWERED,
	METRICS_STATUSES,
	METRICS_FALLBACK,
	METRICS_FALLBACK_ENDS,
	METRICS_BODIES,
	METRICS_LOG,
	METRICS_SERVER_OTHER,
	METRICS_FAMILIES,
};

/* What stands in the heading of a family. */
extern const struct metrics_about {
	const char *name, *help;
} metrics_about[METRICS_FAMILIES];

enum { METRICS_LABELS = 96 };

/*
 * metrics_name - the family and the labels of a counter
 * @fast:   of the fast path, else of servers
 * @name:   as in the figures ("get_301", "closed_idle")
 * @labels: receives them as they stand in braces, or ""
 */
enum metrics_family metrics_name(char labels[METRICS_LABELS], bool fast,
				 const char *name);

#endif
