/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WARNINGS_H
#define WARNINGS_H

#include <stdio.h>

struct places;

/* What may be meant, but mostly is not: about rules, by kinds. */

/* One of them. Texts may be NULL, positions (places.h) 0, where there is
 * none. */
struct warning {
	const char *kind;   /* a constant text: "loop" */
	const char *source; /* of the rule that it is about, as it is printed */
	const char *other;  /* the source of another one that it is about */
	const char *target; /* where a request ends, or is sent */
	unsigned long at, other_at;
	const char *text; /* the whole, for people */
};

/* Of each kind so many are kept: the first by their positions. */
enum { WARNINGS_KEPT = 10 };

struct warnings {
	const struct places *places; /* what positions are of; or NULL */
	struct warnings_kind {
		const char *kind;
		unsigned long total;
		unsigned int count;
		struct warnings_item {
			unsigned long at;
			char *text;
		} items[WARNINGS_KEPT];
	} * kinds;
	size_t count, room;
	unsigned long total;
	/* Gets each as it is found; NULL: nobody does. */
	void (*each)(void *arg, const struct warning *warning);
	void *arg;
};

/* Add one; its text is made of fmt. What has no memory is counted. */
void warnings_add(struct warnings *warnings, const struct warning *warning,
		  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Print them as findings_print() does. */
void warnings_print(FILE *out, const struct warnings *warnings,
		    const char *file);

/* Accepts one that is all zero. */
void warnings_free(struct warnings *warnings);

#endif
