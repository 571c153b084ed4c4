// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule.h"
#include "rule_template.h"

/* Captures go by their numbers, whatever their names are. */
static bool template_equal(const struct rule *a, const struct rule *b)
{
	const struct rule *rules[] = {a, b};
	uint8_t templates[2][RULE_TARGET_SIZE];
	size_t len[2];
	int i;

	for (i = 0; i < 2; i++) {
		const char *path = strchr(rule_written(rules[i]), '/');

		len[i] = rule_template_compile(templates[i], rules[i]->target,
					       rules[i]->target_len, path,
					       strlen(path));
	}
	return len[0] == len[1] && !memcmp(templates[0], templates[1], len[0]);
}

static bool target_equal(const struct rule *a, const struct rule *b)
{
	if (memchr(a->source, '{', a->source_len))
		return template_equal(a, b);
	return a->target_len == b->target_len &&
	       !memcmp(a->target, b->target, a->target_len);
}

bool rule_equal(const struct rule *a, const struct rule *b)
{
	return a->code == b->code && a->max_age == b->max_age &&
	       a->query_drop == b->query_drop && a->scheme == b->scheme &&
	       a->fold == b->fold && a->first == b->first &&
	       a->source_len == b->source_len &&
	       !memcmp(a->source, b->source, a->source_len) &&
	       target_equal(a, b) && !strcmp(a->tag, b->tag) &&
	       !strcmp(a->note, b->note) && a->final.code == b->final.code &&
	       (!a->final.code || a->final.max_age == b->final.max_age) &&
	       !strcmp(a->headers, b->headers);
}
