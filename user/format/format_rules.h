/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_RULES_H
#define FORMAT_RULES_H

struct format;

/* The language of detour itself, a rule a line (detour-rules(5)). */
extern const struct format format_rules;

#endif
