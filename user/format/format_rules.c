// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>

#include "format.h"
#include "format_file.h"
#include "format_read.h"
#include "format_rules.h"
#include "format_write.h"
#include "rule_change.h"
#include "rule_line.h"

/* Lines of rules: detour-rules(5). */

static bool rules_is(const struct format_head *head)
{
	(void)head;
	return false; /* what is nothing else is taken for them */
}

static int rules_read(struct format_read *read, struct format_file *file)
{
	struct rule_quoted_room room;
	struct rule_fields fields;
	struct rule_error error;
	unsigned long at;
	struct line line;
	int got;

	read->keys = RULE_KEYS;
	while ((got = format_line(read, file, &line, &at)) > 0) {
		if (!rule_line_fields(&fields, &room, line.text, line.len,
				      &error))
			continue;
		got = format_give_more(read, at, &fields, &error);
		if (got)
			break;
	}
	return got;
}

static int rules_write(struct format_write *write, const struct rule *rule)
{
	rule_print(write->out, rule);
	return 0;
}

static const struct format_writer writer = {.rule = rules_write};

const struct format format_rules = {
	.name = "rules",
	.about = "lines of SOURCE TARGET CODE [key=value ...]",
	.is = rules_is,
	.read = rules_read,
	.writer = &writer,
	.carries_all = true,
};
