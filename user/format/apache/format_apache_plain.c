// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>

#include "format_apache_plain.h"
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
