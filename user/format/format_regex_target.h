/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGEX_TARGET_H
#define FORMAT_REGEX_TARGET_H

#include <stdbool.h>
#include <stddef.h>

struct format_regex;
struct format_regex_way;

/*
 * format_regex_target - put a way's groups into a target
 * @dst:  receives it; size bytes of room, with a NUL
 * @sign: '$' ($0 to $9, ${12}, and of "(?<name>...)" $name and ${name}), or
 *        '\\' (\1)
 *
 * All else is the target's own, in which '*', '{' and '}' are escaped. What the
 * target answers otherwise is added to regex->unlike. Returns its length;
 * -ENOTSUP with regex->kind and reason where a rule cannot say it (a group that
 * is used twice, or in the host, another variable).
 */
int format_regex_target(struct format_regex *regex, char *dst, size_t size,
			const struct format_regex_way *way, char sign,
			const char *target, size_t len);

/*
 * format_target_reason - why a target that was put together of literals,
 * "{name}" and "*" is none that rules can have
 * @host: a '*' at the host's begin is of the source's host
 *
 * Returns a constant text, or NULL where it is one.
 */
const char *format_target_reason(const char *target, size_t len, bool host);

#endif
