/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TOLD_H
#define RULE_TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "rule.h"
#include "rule_line.h"

/* Where the rule parsed last has its texts. */
static struct rule_buffer rule_told_buffer;

/* Parse a line that ends at a page that must not be read. */
static inline int rule_told_parse(struct rule *rule, const char *line,
				  struct rule_error *error)
{
	size_t len = strlen(line);

	memset(&rule_told_buffer, 'x', sizeof(rule_told_buffer));
	return rule_parse(rule, &rule_told_buffer, guard_copy(line, len), len,
			  error);
}

/* Print a rule's line into a text of size bytes. */
static inline void rule_told_print(const struct rule *rule, char *text,
				   size_t size)
{
	FILE *out = fmemopen(text, size, "w");

	assert_non_null(out);
	rule_print(out, rule);
	assert_int_equal(fclose(out), 0);
}

#endif
