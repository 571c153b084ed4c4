/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TARGET_H
#define RULE_TARGET_H

#include <stddef.h>

struct rule_error;
struct rule_shape;

/* The target of a rule. */

/* Bring a URL to normal form. dst: room for sizeof(rule_buffer.target).
 * Returns its length. */
int rule_read_target(char *dst, const struct rule_shape *shape,
		     const char *text, size_t len, struct rule_error *error);

#endif
