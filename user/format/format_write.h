/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_WRITE_H
#define FORMAT_WRITE_H

#include <stdint.h>
#include <stdio.h>

#include "findings.h"
#include "rule.h"

struct format_writer;

/* Calls fn for all rules in order, as often as it is called: 0, what fn returned
 * if not 0, or -errno with error_set(). */
typedef int format_each_fn(void *from,
			   int (*fn)(void *arg, const struct rule *rule),
			   void *arg);

/* Writing rules down for another system. */
struct format_write {
	FILE *out;
	const struct format_writer *writer;
	struct findings findings; /* FINDING_CANNOT, FINDING_DIFFERS */
	bool fits;  /* the rule that is looked at or written can be said */
	void *data; /* of the format: size bytes, zero at first */
};

/*
 * How a format is written. All rules are looked at before anything is written,
 * so that begin() knows of them, and what cannot be said is known before.
 */
struct format_writer {
	size_t size; /* of data */
	/* Look at a rule: where the format cannot carry it, format_unsaid(); what
	 * is carried and answered otherwise is a finding, too. The same rule is
	 * not written then. May be NULL. */
	int (*look)(struct format_write *write, const struct rule *rule);
	/* After the last one: note what shows only then; NULL: nothing. */
	void (*looked)(struct format_write *write);
	void (*begin)(struct format_write *write); /* may be NULL */
	int (*rule)(struct format_write *write, const struct rule *rule);
	void (*end)(struct format_write *write);  /* may be NULL */
	void (*free)(struct format_write *write); /* of data; may be NULL */
};

/*
 * format_write - write rules down
 * @partial: write though some cannot be said
 *
 * write->out and writer are set, all else is zero. Returns 0; -EDOM without
 * error_set() when some cannot be said, nothing being written then; or -errno
 * with error_set(). The findings are the caller's to print.
 */
int format_write(struct format_write *write, format_each_fn *each, void *from,
		 bool partial);

/* Accepts one that is all zero. */
void format_write_free(struct format_write *write);

/* For look(): the format cannot carry the rule, for this kind of reason. */
void format_unsaid(struct format_write *write, const struct rule *rule,
		   const char *kind, const char *why);

/* For look(): it carries the rule, but it is answered otherwise. */
void format_unlike(struct format_write *write, const struct rule *rule,
		   const char *kind, const char *why);

/* The same for each that it has of max-age, header, tag, note and final, where
 * the format has none of them. */
void format_lost(struct format_write *write, const struct rule *rule);

#endif
