/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISSES_RULES_H
#define MISSES_RULES_H

#include <stddef.h>
#include <stdint.h>

struct misses_line;
struct rule_error;

/* Misses as a CSV file of rules for their URLs, which `import` takes. */
struct misses_rules {
	const char *target, *code; /* NULL: empty columns, to be filled in */
	uint64_t odd; /* left out: no source of a rule can say them */
};

/* Whether rules can have this target and code: 0 or -EINVAL with *error
 * filled. */
int misses_rules_check(const struct misses_rules *rules,
		       struct rule_error *error);

/* Print the first line; and the rule of an URL. */
void misses_rules_begin(void);
void misses_rules_print(struct misses_rules *rules,
			const struct misses_line *line);

#endif
