// SPDX-License-Identifier: BSD-2-Clause
/* What is asked for a rule's target, of any rule that is one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crawl_url.h"
#include "rule.h"
#include "rule_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *url)
{
	fprintf(stderr, "fuzz_crawl: %s: '%s'\n", what, url);
	abort();
}

/* In memory that ends with the longest that there may be. */
static void check(const struct rule *rule)
{
	char *url = malloc(RULE_TARGET_SIZE + 1), *origin, *target;
	size_t len;

	if (!url)
		abort();
	if (!crawl_url(url, rule)) {
		free(url);
		return;
	}
	len = strlen(url);
	origin = malloc(len + 1);
	target = malloc(len + 1);
	if (!origin || !target)
		abort();
	crawl_url_split(origin, target, url);
	if (strlen(origin) + strlen(target) != len ||
	    strncmp(url, origin, strlen(origin)) ||
	    strcmp(url + strlen(origin), target))
		fail("not taken apart", url);
	if (*target != '/' || strchr(target, '#'))
		fail("no path and query", url);
	if (strncmp(origin, "http://", 7) && strncmp(origin, "https://", 8))
		fail("another scheme", url);
	if (strpbrk(origin, "*{}") || strcspn(url, " \t\r\n") != len)
		fail("no URL", url);
	free(target);
	free(origin);
	free(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rule_buffer buffer;
	struct rule_error error = {0};
	char *line = malloc(size ? size : 1);
	struct rule rule;

	if (!line)
		abort();
	memcpy(line, data, size);
	if (rule_parse(&rule, &buffer, line, size, &error) == 1)
		check(&rule);
	free(line);
	return 0;
}

#include "fuzz_replay.h"
