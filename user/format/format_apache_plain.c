// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_apache_alias.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_item.h"
#include "format_apache_plain.h"
#include "regex_literal.h"
#include "regex_set.h"
#include "rule_url.h"

/* Letters, digits, "-_~/.": nothing of them is escaped anywhere. */
static bool is_plain(unsigned char c)
{
	static const struct regex_set plain = {
		.bits = {0x3ffe00000000000, 0x47fffffe87fffffe},
	};

	return regex_set_has(&plain, c);
}

bool apache_plain_path(const char *path)
{
	size_t i;

	for (i = 0; path[i]; i++) {
		if (!is_plain(path[i]) && (path[i] != '*' || path[i + 1]))
			return false;
		if (path[i] == '.' && i && path[i - 1] == '/')
			return false;
	}
	return true;
}

bool apache_plain_url(const char *target)
{
	size_t i = rule_url_scheme(target, strlen(target));

	if (!i)
		return false;
	while (is_plain(target[i]))
		i++;
	return !target[i];
}

int apache_plain_rewrite(struct apache_giving *giving,
			 const struct apache_item *item,
			 const struct apache_flags *flags)
{
	char path[REGEX_LITERAL_ROOM];
	struct apache_rule rule = {.at = item->at,
				   .host = giving->host,
				   .path = path,
				   .target = item->target,
				   .code = apache_code(flags->code),
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
