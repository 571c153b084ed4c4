// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format_apache_answer.h"
#include "format_apache_does.h"
#include "format_apache_flags.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_base.h"

/* The host of an absolute target is one of the server's: it is rewritten
 * within it. */
static bool own_host(const struct apache_giving *giving, const char *target)
{
	const char *host = strstr(target, "://") + 3;
	size_t len = strcspn(host, "/:?"), i;

	for (i = 0; i < giving->server->name_count; i++)
		if (strlen(giving->server->names[i]) == len &&
		    !strncasecmp(giving->server->names[i], host, len))
			return true;
	return false;
}

enum apache_does apache_does(const struct apache_giving *giving,
			     const struct apache_item *item,
			     struct apache_flags *flags)
{
	const char *target = item->target;
	bool none = !strcmp(target, "-");

	if (flags->gone)
		return APACHE_REDIRECTS;
	if (flags->forbidden || flags->proxy)
		return APACHE_SERVES;
	if (flags->redirect)
		return none && !apache_answer_code(flags->code)
			       ? APACHE_SERVES
			       : APACHE_REDIRECTS;
	if (format_absolute(target, strlen(target)) &&
	    !own_host(giving, target)) {
		snprintf(flags->code, sizeof(flags->code), "302");
		return APACHE_REDIRECTS;
	}
	if (!none)
		return APACHE_SERVES;
	return flags->last ? APACHE_ENDS : APACHE_DOES_NOTHING;
}
