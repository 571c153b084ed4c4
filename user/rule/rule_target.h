/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TARGET_H
#define RULE_TARGET_H

#include <stddef.h>

#include "limit.h"

struct rule_error;
struct rule_shape;

/* The target of a rule. */

/* Bytes of a target in normal form, with its NUL. */
enum { RULE_TARGET_SIZE = LIMIT_TARGET + 8 };

/*
 * rule_target_read - bring a URL to normal form
 * @dst:   RULE_TARGET_SIZE bytes of room
 * @shape: of the source (rule_source.h)
 *
 * Returns its length, or -EINVAL with *error filled.
 */
int rule_target_read(char *dst, const struct rule_shape *shape,
		     const char *text, size_t len, struct rule_error *error);

#endif
