// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd_change.h"
#include "cmd.h"
#include "edit.h"
#include "error.h"
#include "filter.h"
#include "rule.h"
#include "rule_change.h"
#include "rule_code.h"
#include "cmd_set_many.h"
#include "text.h"

enum { BAD_MAX = 100 }; /* rules that are named */

struct set_many {
	const struct cmd *cmd;
	const struct rule_fields *fields;
	struct edit *edit;
	unsigned long bad;
	struct rule_buffer buffer;
};

static void rule_bad(struct set_many *set, const struct rule *rule,
		     const struct rule_error *error)
{
	if (set->bad++ >= BAD_MAX)
		return;
	fprintf(stderr, "detour %s: %s: %s: ", set->cmd->name,
		rule_written(rule), error->field);
	text_print(stderr, error->reason);
	putc('\n', stderr);
}

static int rule_set(const struct rule *old, void *arg)
{
	struct set_many *set = arg;
	struct rule_error error;
	struct rule rule;

	if (rule_change(&rule, &set->buffer, old, set->fields, &error)) {
		rule_bad(set, old, &error);
		return 0;
	}
	if (rule_equal(old, &rule)) {
		set->edit->same++;
		return 0;
	}
	return edit_change(set->edit, old, &rule);
}

/* Against a rule with a URL, which takes most keys, one without, and one that
 * may be first. */
int set_many_check(const struct rule_fields *fields)
{
	static const struct rule url = {
		.source = "x/",
		.target = "https://x/",
		.tag = "",
		.note = "",
		.headers = "",
		.code = 301,
	};
	struct rule_error error, other;
	struct rule_buffer buffer;
	struct rule rule, none = url, any = url;
	int err;

	none.target = "-";
	none.code = 410;
	any.source = "*/";
	any.target = "-";
	any.code = RULE_PASS;
	err = rule_change(&rule, &buffer, &url, fields, &error);
	if (err && !rule_change(&rule, &buffer, &none, fields, &other))
		err = 0;
	else if (err && !rule_change(&rule, &buffer, &any, fields, &other))
		err = 0;
	else if (err && !strcmp(error.field, "target"))
		error = other;
	return err ? error_set(err, "%s: %s", error.field, error.reason) : 0;
}

int set_many(struct edit *edit, const struct cmd_change *change,
	     const struct filter *filter, const struct rule_fields *fields)
{
	struct set_many set = {
		.cmd = change->cmd,
		.fields = fields,
		.edit = edit,
	};
	int err;

	err = filter_each(filter, change->store, change->rows, rule_set, &set);
	if (err)
		return err;
	if (set.bad)
		return error_set(
			-EINVAL,
			"%lu rule%s cannot have that; nothing was changed",
			set.bad, set.bad > 1 ? "s" : "");
	if (!edit->changed && !edit->same)
		return filter_none(filter);
	return 0;
}
