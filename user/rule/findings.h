/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdio.h>

struct places;

/* What was found out about an input beside its errors, by kinds. */
enum finding_class {
	FINDING_CANNOT, /* rules cannot say it, or not the other format */
	FINDING_DIFFERS, /* the rule answers otherwise than what it was made of */
	FINDING_LEFT_OUT, /* it is there, and means that it does not count */
	FINDING_WARNING,  /* it may be meant, but mostly is not */
};

/* The texts of a kind that are kept: the first that were found. */
enum { FINDINGS_KEPT = 1000 };

struct findings {
	struct findings_kind {
		enum finding_class class;
		const char *kind;    /* a constant text: "regex" */
		unsigned long total; /* more than count where some were too
				      * many */
		struct finding {
			unsigned long at; /* a position (places.h), or 0 */
			char *text;
		} * items;
		size_t count, room;
	} * kinds;
	size_t count, room;
};

/* Add one, unless it is among those that are kept; what has no memory is
 * counted. */
void findings_add(struct findings *findings, enum finding_class class,
		  const char *kind, unsigned long at, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* How many there are of a class. */
unsigned long findings_total(const struct findings *findings,
			     enum finding_class class);

/*
 * findings_print - print a class
 * @most: of each kind that many
 *
 * A line for each, "FILE:LINE: KIND: TEXT", and behind each kind of which some
 * are not printed how many; at last one line with the total of each kind. Made
 * safe for terminals. Nothing where there is none.
 */
void findings_print(FILE *out, const struct findings *findings,
		    enum finding_class class, const struct places *places,
		    const char *file, unsigned long most);

/* Accepts one that is all zero. */
void findings_free(struct findings *findings);

#endif
