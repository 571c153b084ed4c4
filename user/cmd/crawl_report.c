// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "crawl.h"
#include "crawl_report.h"
#include "error.h"
#include "rule.h"
#include "ruleset.h"
#include "text.h"

static int target_compare(const void *a, const void *b)
{
	const struct crawl_target *one = *(const struct crawl_target *const *)a;
	const struct crawl_target *two = *(const struct crawl_target *const *)b;

	if (one->status != two->status)
		return one->status < two->status ? -1 : 1;
	return one < two ? -1 : one > two;
}

/* "  https://new.example/x: https://other.example/ (old.example/x)" */
static void target_print(const struct crawl *crawl,
			 const struct crawl_target *target)
{
	struct rule rule;

	ruleset_get(&crawl->set->entries[target->rule], &rule);
	printf("  %s", target->url);
	if (target->location) {
		fputs(" leads to ", stdout);
		text_print_ascii(stdout, target->location);
	}
	if (target->failure)
		printf(": %s", target->failure);
	printf("  (%s", rule_written(&rule));
	if (target->rules > 1) {
		fputs(" and ", stdout);
		text_count(stdout, target->rules - 1, "more rule");
	}
	puts(")");
}

/* Print those with one status: returns how many there are. */
static size_t status_print(const struct crawl *crawl,
			   const struct crawl_target *const *bad, size_t count,
			   unsigned long long top)
{
	size_t same = 1, i;

	while (same < count && bad[same]->status == bad[0]->status)
		same++;
	if (bad[0]->status)
		printf("\n%d: %zu\n", bad[0]->status, same);
	else
		printf("\nno whole answer: %zu\n", same);
	for (i = 0; i < same && (!top || i < top); i++)
		target_print(crawl, bad[i]);
	if (i < same)
		printf("  and %zu more\n", same - i);
	return same;
}

static void totals_print(const struct crawl *crawl)
{
	printf("targets   %" PRIu64 " asked for: %" PRIu64 " are there",
	       crawl->asked, crawl->good);
	if (crawl->bad)
		printf(", %" PRIu64 " are not", crawl->bad);
	if (crawl->open) {
		fputs("; those of ", stdout);
		text_count(stdout, crawl->open, "rule");
		fputs(" depend on the request", stdout);
	}
	putchar('\n');
}

int crawl_report_print(const struct crawl *crawl, unsigned long long top)
{
	const struct crawl_target **bad;
	size_t count = 0, at = 0, i;

	totals_print(crawl);
	if (!crawl->bad)
		return 0;
	bad = calloc(crawl->bad, sizeof(*bad));
	if (!bad)
		return error_sys(-ENOMEM, "cannot tell of the targets");
	for (i = 0; i < crawl->count; i++)
		if (crawl_is_bad(&crawl->targets[i]))
			bad[count++] = &crawl->targets[i];
	qsort(bad, count, sizeof(*bad), target_compare);
	while (at < count)
		at += status_print(crawl, bad + at, count - at, top);
	free(bad);
	return 0;
}
