// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <time.h>

#include "cache_print.h"
#include "cache_until.h"
#include "text.h"

enum { HOSTS_MAX = 10 };

static void host_print(FILE *out, const struct cache_until_host *host,
		       int64_t begun)
{
	fputs("  ", out);
	text_moment(out, host->until);
	fprintf(out, "  %s (max-age=%u", host->name, host->max_age);
	if (host->since < begun) {
		fputs(", sent since ", out);
		text_moment(out, host->since);
	}
	fputs(")\n", out);
}

/* The last answer of before came just now. */
void cache_print(FILE *out, struct cache_until *cache, bool back)
{
	int64_t begun = cache->now;
	size_t i;

	cache_until_later(cache, time(NULL));
	if (!cache->count) {
		fputs("no cache may hold a permanent answer of these rules\n",
		      out);
		return;
	}
	fprintf(out, "%scaches may hold the permanent answer until\n",
		back ? "" : "if this is taken back at once, ");
	for (i = 0; i < cache->count && i < HOSTS_MAX; i++)
		host_print(out, &cache->hosts[i], begun);
	if (cache->count > HOSTS_MAX)
		fprintf(out, "  ... %zu more\n", cache->count - HOSTS_MAX);
}
