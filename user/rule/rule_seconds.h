/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_SECONDS_H
#define RULE_SECONDS_H

#include <stddef.h>
#include <stdint.h>

/* Read how long an answer may be cached: digits, 0 to LIMIT_MAX_AGE (RFC 9111
 * 1.2.2). Returns 0, or -EINVAL for anything else. */
int rule_seconds(uint32_t *seconds, const char *text, size_t len);

#endif
