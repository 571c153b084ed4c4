// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "host.h"
#include "tap_host.h"

int tap_host_read(struct tap_host *host, const char *text)
{
	struct tap_host found = {.self = text[0] != '*',
				 .below = text[0] == '.' ||
					  !strncmp(text, "*.", 2)};
	const char *name = text + (text[0] == '*') + found.below, *reason;
	char normal[HOST_SIZE];
	ssize_t len = host_rule(normal, name, strlen(name), &reason);

	if (len < 0)
		return error_set(-EINVAL, "%s", reason);
	found.len = len;
	memcpy(found.name, normal, len);
	*host = found;
	return 0;
}

bool tap_host_is(const struct tap_host *host, const char *name, size_t len)
{
	size_t at = len - host->len;

	if (!host->self && !host->below)
		return true;
	if (len < host->len || memcmp(name + at, host->name, host->len))
		return false;
	return at ? host->below && name[at - 1] == '.' : host->self;
}
