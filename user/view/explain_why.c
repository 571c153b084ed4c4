// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "explain_why.h"
#include "rule.h"
#include "rule_pairs.h"
#include "rule_pattern.h"

/* The kinds of sources on a host, in the order in which they are asked. */
enum kind {
	KIND_QUERY,
	KIND_PAIRS,
	KIND_PATH,
	KIND_PATTERN,
	KIND_PREFIX, /* and patterns with a final '*' */
};

struct source {
	const char *host;
	size_t host_len;
	enum kind kind;
	struct rule_pattern path;
	struct rule_pairs pairs;
};

/* Why a kind wins over all behind it. */
static const char *const kinds[] = {
	[KIND_QUERY] = "the same path with its query wins",
	[KIND_PAIRS] = "the same path with a set of pairs wins",
	[KIND_PATH] = "an exact path wins",
	[KIND_PATTERN] = "a pattern without a final * wins over what has one",
};

static void source_read(struct source *source, const struct rule *rule)
{
	const char *text = rule_written(rule), *path = strchr(text, '/');
	const char *query = strchr(path, '?');
	size_t len = query ? (size_t)(query - path) : strlen(path);

	source->host = text;
	source->host_len = path - text;
	rule_pattern_of(&source->path, path, len, rule->fold);
	source->pairs = (struct rule_pairs){.ignore_case = rule->fold};
	if (query) {
		source->pairs.text = query + 1;
		source->pairs.len = strlen(query + 1);
		source->kind = rule_pairs_is(query + 1, source->pairs.len)
				       ? KIND_PAIRS
				       : KIND_QUERY;
		return;
	}
	source->kind = source->path.captures ? KIND_PATTERN : KIND_PATH;
	if (source->path.prefix)
		source->kind = KIND_PREFIX;
}

static bool host_is_same(const struct source *a, const struct source *b)
{
	return a->host_len == b->host_len &&
	       !memcmp(a->host, b->host, a->host_len);
}

static unsigned int pairs_count(const struct source *source)
{
	const struct rule_pairs *pairs = &source->pairs;
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < pairs->len; i++)
		count += pairs->text[i] == '&';
	return count;
}

static const char *pairs_why(const struct source *winner,
			     const struct source *loser)
{
	if (pairs_count(winner) != pairs_count(loser))
		return "more pairs win";
	if (winner->pairs.ignore_case != loser->pairs.ignore_case)
		return "of equally many pairs those without case=ignore win";
	return "of equally many pairs the first ones in byte order win";
}

static const char *paths_why(const struct source *winner,
			     const struct source *loser)
{
	const struct rule_pattern *a = &winner->path, *b = &loser->path;

	if (a->lead != b->lead)
		return a->captures || b->captures
			       ? "more bytes before the first capture or the * win"
			       : "a longer prefix wins";
	if (!a->captures != !b->captures)
		return "of equally many bytes at the beginning a pattern wins over a prefix";
	if (a->literals != b->literals)
		return "more bytes that are no capture win";
	if (a->digits != b->digits)
		return "more captures of digits win";
	if (a->ignore_case != b->ignore_case)
		return "what is not case=ignore wins";
	return "the first one in byte order wins";
}

const char *explain_why(char *text, const struct rule *winner,
			const struct rule *loser)
{
	struct source a, b;

	source_read(&a, winner);
	source_read(&b, loser);
	if (winner->first != loser->first)
		return "a rule with first=yes is asked before all others";
	if (!host_is_same(&a, &b)) {
		snprintf(text, EXPLAIN_WHY_TEXT,
			 "a rule of the nearer host %.*s decides",
			 (int)a.host_len, a.host);
		return text;
	}
	if (a.kind != b.kind)
		return kinds[a.kind];
	if (a.kind == KIND_PAIRS)
		return pairs_why(&a, &b);
	return paths_why(&a, &b);
}
