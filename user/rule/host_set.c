// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "host_set.h"

static int host_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void host_set_sort(struct host_set *set)
{
	size_t i, kept = 0;

	if (set->count)
		qsort(set->host, set->count, sizeof(*set->host), host_order);
	for (i = 0; i < set->count; i++) {
		if (kept && !strcmp(set->host[kept - 1], set->host[i]))
			free(set->host[i]);
		else
			set->host[kept++] = set->host[i];
	}
	set->count = kept;
}

/* Rules mostly come sorted, so that the same host comes again and again. */
static bool is_last(const struct host_set *set, const char *host, size_t len)
{
	const char *last = set->count ? set->host[set->count - 1] : "";

	return strlen(last) == len && !memcmp(last, host, len);
}

int host_set_add(struct host_set *set, const char *host, size_t len)
{
	char *copy;

	if (set->full || (len && is_last(set, host, len)))
		return 0;
	if (set->count == HOST_SET_MAX)
		host_set_sort(set);
	if (set->count == HOST_SET_MAX) {
		set->full = true;
		return 0;
	}
	copy = strndup(host, len);
	if (!copy || array_grow(&set->host, &set->room, set->count + 1,
				sizeof(*set->host))) {
		free(copy);
		return error_sys(-ENOMEM, "cannot note a host");
	}
	set->host[set->count++] = copy;
	return 0;
}

void host_set_free(struct host_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		free(set->host[i]);
	free(set->host);
	*set = (struct host_set){0};
}
