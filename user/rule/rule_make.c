// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "rule.h"
#include "rule_error.h"
#include "rule_make.h"
#include "rule_making.h"

int rule_make_more(struct rule *rule, struct rule_buffer *buffer,
		   const struct rule_fields *fields, struct rule_error *error)
{
	struct rule_making making = {
		.rule = rule,
		.buffer = buffer,
		.fields = fields,
		.error = error,
	};

	buffer->dot = false;
	rule_making_present(&making);
	rule_making_case(&making);
	rule_making_source(&making);
	rule_making_code(&making);
	rule_making_target(&making);
	rule_making_keys(&making);
	return error->field ? -EINVAL : 0;
}

int rule_make(struct rule *rule, struct rule_buffer *buffer,
	      const struct rule_fields *fields, struct rule_error *error)
{
	error->field = NULL;
	error->more_count = 0;
	return rule_make_more(rule, buffer, fields, error);
}
