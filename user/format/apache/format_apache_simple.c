// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_apache_answer.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_plain.h"
#include "format_apache_simple.h"
#include "regex_literal.h"

int apache_simple(struct apache_giving *giving, const struct apache_item *item,
		  const struct apache_flags *flags)
{
	char path[REGEX_LITERAL_ROOM];
	struct apache_rule rule = {.at = item->at,
				   .host = giving->host,
				   .path = path,
				   .target = item->target,
				   .code = apache_answer_code(flags->code),
				   .schemes = giving->schemes,
				   .query_drop = flags->discard};
	int err;

	if (item->cond_count || !rule.code || flags->gone || flags->nocase ||
	    flags->other || flags->cookie || !apache_plain_url(item->target) ||
	    (item->folder && strcmp(item->folder, "/") != 0) ||
	    !regex_literal_path(path, item->pattern, strlen(item->pattern),
				item->folder != NULL))
		return 0;
	err = apache_give(giving, &rule);
	return err ? err : 1;
}
