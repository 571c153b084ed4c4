/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include <stddef.h>

struct rule_error;
struct rule_shape;

/*
 * The source of a rule. All return 0 or -errno with error_set() unless said
 * otherwise.
 */

/* rule_source() that also tells the shape. */
int rule_read_source(char *dst, struct rule_shape *shape, const char *text,
		     size_t len, struct rule_error *error);

/*
 * rule_source - bring a SOURCE alone to normal form, as rule_make() does
 * @dst: RULE_SOURCE_SIZE bytes of room
 *
 * A host alone becomes the prefix of all its paths. Returns its length, or
 * -EINVAL with *error filled.
 */
int rule_source(char *dst, const char *text, size_t len,
		struct rule_error *error);

#endif
