// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "explain_parts.h"
#include "json.h"
#include "map_view.h"
#include "pair_list.h"
#include "pair_set.h"
#include "pattern_match.h"
#include "rule.h"
#include "rule_capture.h"
#include "rule_pairs.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"

static void part_set(json_t *parts, const char *name, size_t name_len,
		     const char *from, size_t len)
{
	char text[LIMIT_PATH + 1];

	memcpy(text, name, name_len);
	text[name_len] = '\0';
	json_object_set_new(parts, text, json_stringn(from, len));
}

static json_t *captures_json(const struct rule_pattern *pattern,
			     const struct pattern_match *match,
			     const char *path, size_t path_len)
{
	json_t *parts = json_object();
	struct rule_capture capture;
	size_t at = 0, i;

	for (i = 0; i < match->captures; i++, at = capture.end) {
		const struct pattern_span *span = &match->capture[i];

		if (rule_capture_next(&capture, pattern->text, pattern->len,
				      at) <= 0)
			break;
		part_set(parts, capture.name, capture.name_len, path + span->at,
			 span->end - span->at);
	}
	if (pattern->prefix && match->remainder <= path_len)
		part_set(parts, "*", 1, path + match->remainder,
			 path_len - match->remainder);
	return parts;
}

static void pattern_parts(json_t *value, const struct rule *rule,
			  const char *path, size_t len,
			  const struct map_key *key)
{
	const char *sent = (const char *)key->path;
	uint8_t compiled[LIMIT_PATH + 1];
	struct rule_pattern pattern;
	struct pattern_match match;

	rule_pattern_of(&pattern, path, len, rule->fold);
	if (len > LIMIT_PATH + 1 || !pattern.captures)
		return;
	len = rule_pattern_compile(compiled, path, len, rule->fold);
	if (pattern_match(&match, compiled, len, sent, key->path_len,
			  rule->fold))
		json_object_set_new(value, "captures",
				    captures_json(&pattern, &match, sent,
						  key->path_len));
}

/* The pairs of a query that a compiled set has. */
static json_t *consumed_json(const char *set, size_t set_len, const char *query,
			     size_t len, bool fold)
{
	struct pair_list wanted, sent;
	json_t *found = json_array();
	uint32_t i;

	pair_list_fill(&wanted, set, set_len, fold);
	pair_list_fill(&sent, query, len, fold);
	for (i = 0; i < sent.count; i++) {
		const char *pair = query + sent.pair[i].at;

		if (pair_list_has(&wanted, pair, sent.pair[i].len))
			json_array_append_new(
				found, json_stringn(pair, sent.pair[i].len));
	}
	return found;
}

static void pairs_parts(json_t *value, const struct rule_pairs *pairs,
			const struct map_key *key)
{
	const char *query = (const char *)key->path + key->path_len + 1;
	size_t len = key->query_len, set_len, kept;
	char set[LIMIT_PATH + 2], rest[LIMIT_PATH + 1];

	if (!key->has_query || pairs->len > sizeof(set))
		return;
	set_len = rule_pairs_compile(set, pairs);
	kept = pair_set_rest(rest, set, set_len, query, len,
			     pairs->ignore_case);
	json_object_set_new(value, "consumed",
			    consumed_json(set, set_len, query, len,
					  pairs->ignore_case));
	json_object_set_new(value, "kept",
			    kept ? json_stringn(rest, kept) : json_null());
}

void explain_parts(json_t *value, const struct rule *rule,
		   const struct map_key *key)
{
	const char *path = strchr(rule_written(rule), '/');
	const char *query = strchr(path, '?');
	struct rule_pairs pairs = {.ignore_case = rule->fold};

	if (!query) {
		if (rule_pattern_is(path, strlen(path)))
			pattern_parts(value, rule, path, strlen(path), key);
		return;
	}
	pairs.text = query + 1;
	pairs.len = strlen(query + 1);
	if (rule_pairs_is(pairs.text, pairs.len))
		pairs_parts(value, &pairs, key);
}
