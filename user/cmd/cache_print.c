// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <time.h>

#include "cache_print.h"
#include "cache_until.h"
#include "text.h"

enum { HOSTS_MAX = 10 };

static void host_print(const struct cache_until_host *host, int64_t begun)
{
	fputs("  ", stdout);
	text_time(stdout, host->until);
	printf("  %s (max-age=%u", host->name, host->max_age);
	if (host->since < begun) {
		fputs(", sent since ", stdout);
		text_time(stdout, host->since);
	}
	puts(")");
}

/* The last answer of before came just now. */
void cache_print(struct cache_until *cache, bool back)
{
	int64_t begun = cache->now;
	size_t i;

	cache_until_later(cache, time(NULL));
	if (!cache->count) {
		puts("no cache may hold a permanent answer of these rules");
		return;
	}
	printf("%scaches may hold the permanent answer until\n",
	       back ? "" : "if this is taken back at once, ");
	for (i = 0; i < cache->count && i < HOSTS_MAX; i++)
		host_print(&cache->hosts[i], begun);
	if (cache->count > HOSTS_MAX)
		printf("  ... %zu more\n", cache->count - HOSTS_MAX);
}
