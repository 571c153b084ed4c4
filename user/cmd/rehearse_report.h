/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_REPORT_H
#define REHEARSE_REPORT_H

#include <stddef.h>

#include "rehearse_groups.h"
#include "rehearse_paths.h"

struct rehearse;

/* What a rehearsal was about. */
struct rehearse_report {
	const struct rehearse *rehearse;
	const char *from, *to; /* the rules, for people */
	const char *requests;  /* the file's name */
	const char *form;      /* its form; NULL: it is empty */
	const char *host;      /* of requests without one, or NULL */
	size_t top;	       /* groups of each class; 0: all */
};

/* What a class is called, and what becomes of requests without a rule. */
extern const char *const rehearse_class_names[REHEARSE_CLASSES];
extern const char *const rehearse_unruled_names[REHEARSE_UNRULED];

/* Print it for people on stdout. Returns 0 or -errno with error_set(). */
int rehearse_report_print(const struct rehearse_report *report);

/* Why nothing was compared; NULL where something was. To be freed. */
char *rehearse_report_nothing(const struct rehearse_report *report);

/* How many groups of a class there are that are printed, of those that follow
 * group number at, which is the first of it. */
size_t rehearse_report_groups(const struct rehearse_report *report, size_t at,
			      size_t *all);

/* How many of these paths are printed. */
size_t rehearse_report_paths(const struct rehearse_report *report,
			     const struct rehearse_paths *paths);

#endif
