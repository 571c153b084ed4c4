/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_CHECK_H
#define PATTERN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * pattern_check - whether a compiled pattern from a file is sound
 *
 * True when it is one that rule_pattern_compile() may have written: it begins
 * with '/', has a capture, holds otherwise only what a path in normal form
 * does, in lower case with ignore_case, and keeps to LIMIT_PATH, LIMIT_CAPTURES
 * and LIMIT_DIGITS. Then pattern_match() may have it.
 *
 * *captures receives how many it has.
 */
bool pattern_check(const uint8_t *pattern, size_t len, bool ignore_case,
		   uint32_t *captures);

#endif
