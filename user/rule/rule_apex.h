/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_APEX_H
#define RULE_APEX_H

#include <stdbool.h>
#include <stddef.h>

struct rule;
struct rule_buffer;

/*
 * The source ".name" stands for two rules: that of every name below it, which
 * is made first, and that of the name itself, the apex.
 */

/* Where the apex's source begins in that of "*.name". */
enum { RULE_APEX_AT = sizeof("*.") - 1 };

/*
 * rule_apex - the other rule of a source ".name"
 * @buffer: what rule_make() or rule_parse() filled; it has the texts, too
 * @below:  the rule that it gave, of "*.name"
 *
 * Both are valid as long as the buffer stays as it is. Returns false, without a
 * rule, where the source was no ".name".
 */
bool rule_apex(struct rule *apex, struct rule_buffer *buffer,
	       const struct rule *below);

/*
 * rule_apex_target - let the "*." fall away that begins a target's host
 * @dst:    len + 1 bytes of room
 * @target: in normal form, of len bytes and a NUL; "-" and a target without
 *          that "*." stay as they are
 *
 * Returns the length in dst.
 */
size_t rule_apex_target(char *dst, const char *target, size_t len);

#endif
