/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct rule_error;

/*
 * The source of a rule, in two forms.
 *
 * Written: its normal form, as it is printed, with the names of captures, and
 * with case=ignore in the case that it was written in. It is its own normal
 * form.
 *
 * Stored: what tells rules apart. Captures are "{}" and "{:digits}", and with
 * case=ignore it is in lower case. Most sources are written as they are stored.
 */

/* Bytes of a source in normal form, with its NUL. */
enum { RULE_SOURCE_SIZE = LIMIT_HOST + LIMIT_PATH + 8 };

/* What the target and the keys have to fit. */
struct rule_shape {
	bool dot;    /* ".name": rule_apex.h */
	bool bare;   /* a host alone */
	bool prefix; /* ends with '*' */
	bool query;  /* has a '?' */
	bool pairs;  /* ... and a set of pairs behind it (rule_pairs.h) */
	bool below;  /* its host is "*.name" */
	bool any;    /* ... or "*" */
	bool unread; /* it is bad: a target may have any captures */
	/* the path with captures (rule_pattern.h), as it is written; else
	 * NULL */
	const char *pattern;
	size_t pattern_len;
};

/* rule_source() of a rule that may have case=ignore, which also tells the
 * shape; its pattern points into dst. */
int rule_source_read(char *dst, struct rule_shape *shape, const char *text,
		     size_t len, bool fold, struct rule_error *error);

/*
 * rule_source_store - the stored form of a written source
 * @fold: the rule has case=ignore
 *
 * dst has RULE_SOURCE_SIZE bytes of room. Returns the length, or -EINVAL for
 * what is no source with this fold.
 */
int rule_source_store(char *dst, const char *written, bool fold);

/*
 * rule_source - bring a SOURCE alone to the written form, as rule_make() does
 * @dst: RULE_SOURCE_SIZE bytes of room
 *
 * A host alone becomes the prefix of all its paths, ".name" becomes "*.name",
 * and the caller has to ask for the name itself. Returns its length, or
 * -EINVAL with *error filled.
 */
int rule_source(char *dst, const char *text, size_t len,
		struct rule_error *error);

#endif
