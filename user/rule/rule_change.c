// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_change.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_making.h"
#include "rule_pairs.h"
#include "rule_value.h"

static bool header_given(const struct rule_fields *fields)
{
	size_t i;

	for (i = 0; i < LIMIT_HEADERS; i++)
		if (fields->header[i].text)
			return true;
	return false;
}

unsigned int rule_change_given(const struct rule_fields *fields)
{
	return (fields->query.text ? RULE_QUERY : 0) |
	       (fields->max_age.text ? RULE_MAX_AGE : 0) |
	       (fields->tag.text ? RULE_TAG : 0) |
	       (fields->note.text ? RULE_NOTE : 0) |
	       (fields->final.text ? RULE_FINAL : 0) |
	       (fields->scheme.text ? RULE_SCHEME : 0) |
	       (fields->first.text ? RULE_FIRST : 0) |
	       (fields->ignore_case.text ? RULE_CASE : 0) |
	       (header_given(fields) ? RULE_HEADER : 0);
}

/* The names of captures stay those of the target. */
static void keep_case(struct rule *rule, const struct rule *old)
{
	bool pattern = strchr(rule->source, '{');

	if (!old->fold || rule->fold)
		return;
	rule->written = pattern ? rule_written(rule) : old->written;
	rule->source = old->source;
	rule->source_len = old->source_len;
	rule->fold = true;
}

void rule_change_keep(struct rule *rule, const struct rule *old,
		      unsigned int given)
{
	bool query = rule_code(rule->code)->target;
	bool aged = old->max_age != rule_code(old->code)->max_age;

	if (!(given & RULE_QUERY) && query)
		rule->query_drop = old->query_drop;
	if (!(given & RULE_MAX_AGE) && aged && rule->code != RULE_PASS)
		rule->max_age = old->max_age;
	if (!(given & RULE_CASE))
		keep_case(rule, old);
	if (!(given & RULE_SCHEME))
		rule->scheme = old->scheme;
	if (!(given & RULE_FIRST) && rule_value_may_be_first(rule))
		rule->first = old->first;
	if (!(given & RULE_TAG))
		rule->tag = old->tag;
	if (!(given & RULE_NOTE))
		rule->note = old->note;
	if (!(given & RULE_FINAL) && rule_final_suits(&old->final, rule->code))
		rule->final = old->final;
	if (!(given & RULE_HEADER) && rule->code != RULE_PASS)
		rule->headers = old->headers;
}

static bool source_has_pairs(const struct rule *rule)
{
	const char *query = memchr(rule->source, '?', rule->source_len);

	return query &&
	       rule_pairs_is(query + 1,
			     rule->source + rule->source_len - query - 1);
}

/* Make a rule from another of the same source with the other case=. */
static int change_case(struct rule_making *making, const struct rule *old)
{
	struct rule_error *error = making->error;
	struct rule_shape shape;
	int n;

	rule_making_case(making);
	if (making->rule->fold == old->fold || error->field)
		return error->field ? -EINVAL : 0;
	n = rule_source_read(making->buffer->written, &shape, rule_written(old),
			     strlen(rule_written(old)), making->rule->fold,
			     error);
	if (n < 0)
		return n;
	making->shape.pattern = shape.pattern;
	rule_making_stored(making, n);
	return 0;
}

int rule_change(struct rule *rule, struct rule_buffer *buffer,
		const struct rule *old, const struct rule_fields *fields,
		struct rule_error *error)
{
	struct rule_shape shape = {
		.query = memchr(old->source, '?', old->source_len),
		.pairs = source_has_pairs(old),
		.any = !strncmp(old->source, "*/", 2),
	};
	struct rule_making making = {
		.rule = rule,
		.buffer = buffer,
		.fields = fields,
		.shape = shape,
		.error = error,
	};
	struct rule_error one;

	*rule = *old;
	error->field = NULL;
	error->more_count = 0;
	if (fields->ignore_case.text && change_case(&making, old))
		return -EINVAL;
	if (rule_value_given(&fields->code))
		rule_making_code(&making);
	if (!making.bad_code &&
	    rule_value_dash(rule, !strcmp(old->target, "-"), &one))
		rule_error_add(error, &one);
	rule_making_keys(&making);
	if (error->field)
		return -EINVAL;
	rule_change_keep(rule, old, rule_change_given(fields));
	return 0;
}
