/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct rule_error;

/* The source of a rule. */

/* Bytes of a source in normal form, with its NUL. */
enum { RULE_SOURCE_SIZE = LIMIT_HOST + LIMIT_PATH + 8 };

/* What the target and the keys have to fit. */
struct rule_shape {
	bool dot;    /* ".name": rule_apex.h */
	bool bare;   /* a host alone */
	bool prefix; /* ends with '*' */
	bool query;  /* has a '?' */
	bool below;  /* its host is "*.name" */
	bool any;    /* ... or "*" */
};

/* rule_source() that also tells the shape. */
int rule_source_read(char *dst, struct rule_shape *shape, const char *text,
		     size_t len, struct rule_error *error);

/*
 * rule_source - bring a SOURCE alone to normal form, as rule_make() does
 * @dst: RULE_SOURCE_SIZE bytes of room *
 * A host alone becomes the prefix of all its paths, ".name" becomes "*.name",
 * and the caller has to ask for the name itself. Returns its length, or
 * -EINVAL with *error filled.
 */
int rule_source(char *dst, const char *text, size_t len,
		struct rule_error *error);

#endif
