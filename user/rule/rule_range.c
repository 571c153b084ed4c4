// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "rule_range.h"

enum { HOST_MAX = LIMIT_HOST + 2 }; /* "*." may stand before it */

int rule_range_source(struct rule_range *range, const char *source)
{
	if (strlen(source) > RULE_SOURCE_SIZE)
		return error_sys(-ENAMETOOLONG, "cannot look up a source");
	strcpy(range->from, source);
	sprintf(range->until, "%s\x01", source);
	return 0;
}

int rule_range_host(struct rule_range *range, const char *host)
{
	if (strlen(host) > HOST_MAX)
		return error_sys(-ENAMETOOLONG, "cannot look up a host");
	sprintf(range->from, "%s/", host);
	sprintf(range->until, "%s%c", host, '/' + 1);
	return 0;
}

/* In a source, a '/' is behind the host. */
int rule_range_compare(const char *host, const char *other)
{
	size_t same = 0;

	while (host[same] && host[same] == other[same])
		same++;
	return (host[same] ? host[same] : '/') -
	       (other[same] ? other[same] : '/');
}
