/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TARGET_H
#define RULE_TARGET_H

#include <stddef.h>

#include "limit.h"

struct rule_error;
struct rule_shape;

/* The target of a rule. */

/* Bytes of a target as it is stored, with its NUL. */
enum { RULE_TARGET_SIZE = LIMIT_TARGET + 8 };

/*
 * rule_target_read - check a URL, and write it as it is to be sent
 * @dst:   RULE_TARGET_SIZE bytes of room
 * @shape: of the source (rule_source.h), which each '*' needs
 *
 * It stays as it was written, the case of scheme and host, too; but bytes that
 * no URI may have are percent-encoded, and a host with U-labels becomes
 * A-labels. Where the source is a host alone, a bare origin gets the path of
 * all. Returns its length, or -EINVAL with *error filled.
 */
int rule_target_read(char *dst, const struct rule_shape *shape,
		     const char *text, size_t len, struct rule_error *error);

#endif
