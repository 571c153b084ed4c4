// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_making.h"
#include "rule_note.h"
#include "rule_pattern_form.h"
#include "rule_text.h"
#include "rule_value.h"

/* Note what is wrong with a field, its text before it unless it is in it. */
static void making_fail(struct rule_making *making, struct rule_error *one,
			const struct rule_field *field)
{
	struct rule_quote quote;
	char reason[RULE_REASON];

	rule_quote(&quote, field->text, field->len);
	if (!strstr(one->reason, quote.text)) {
		memcpy(reason, one->reason, sizeof(reason));
		snprintf(one->reason, sizeof(one->reason), "%s: %.*s",
			 quote.text, (int)(RULE_REASON - sizeof(quote) - 3),
			 reason);
	}
	rule_error_add(making->error, one);
}

/* The stored form of a written source of n bytes. */
void rule_making_stored(struct rule_making *making, size_t n)
{
	struct rule_buffer *buffer = making->buffer;
	struct rule *rule = making->rule;

	buffer->dot = making->shape.dot;
	rule->source = buffer->source;
	rule->source_len = n;
	rule->written = NULL;
	if (making->shape.pattern || rule->fold)
		rule->source_len = rule_pattern_canonical(
			buffer->source, buffer->written, n, rule->fold);
	else
		memcpy(buffer->source, buffer->written, n);
	buffer->source[rule->source_len] = '\0';
	if ((making->shape.pattern || rule->fold) &&
	    strcmp(buffer->source, buffer->written))
		rule->written = buffer->written;
}

/* Whether its case counts has to be known before the source is read. */
void rule_making_case(struct rule_making *making)
{
	const struct rule_field *field = &making->fields->ignore_case;
	struct rule_quote quote;
	struct rule_error one;

	making->rule->fold = false;
	if (!rule_value_given(field))
		return;
	making->rule->fold = rule_value_is(field, "ignore");
	if (making->rule->fold)
		return;
	if (!rule_text_check_seen("case", field->text, field->len, &one))
		rule_fail(&one, "case", "%s is not ignore",
			  rule_quote(&quote, field->text, field->len));
	making_fail(making, &one, field);
}

/* Where the source is bad, its target is read as one that may be anything. */
void rule_making_source(struct rule_making *making)
{
	static const struct rule_shape anything = {
		.bare = true, .prefix = true, .any = true, .unread = true};
	const struct rule_field *field = &making->fields->source;
	struct rule_error one;
	int n;

	making->shape = anything;
	if (!rule_value_given(field))
		return;
	n = rule_source_read(making->buffer->written, &making->shape,
			     field->text, field->len, making->rule->fold, &one);
	if (n < 0) {
		making->shape = anything;
		making_fail(making, &one, field);
		return;
	}
	rule_making_stored(making, n);
}

/* Where the code is bad, the others are read as if it were a redirect. */
void rule_making_code(struct rule_making *making)
{
	const struct rule_field *field = &making->fields->code;
	struct rule_error one;

	making->bad_code = true;
	making->rule->code = 301;
	if (!rule_value_given(field))
		return;
	making->bad_code = rule_value_code(making->rule, field, &one);
	if (making->bad_code)
		making_fail(making, &one, field);
}

/* Without a good code a '-' may be right; and what is a code itself is no bad
 * target but in the wrong place. */
static bool target_is_open(const struct rule_making *making)
{
	const struct rule_field *field = &making->fields->target;

	return making->bad_code && (rule_value_is(field, "-") ||
				    rule_code_find(field->text, field->len));
}

void rule_making_target(struct rule_making *making)
{
	const struct rule_field *field = &making->fields->target;
	struct rule_error one;

	if (!rule_value_given(field) || target_is_open(making))
		return;
	if (rule_value_target(making->rule, making->buffer, &making->shape,
			      field, &one))
		making_fail(making, &one, field);
}

static void making_headers(struct rule_making *making)
{
	char *at = making->buffer->headers;
	struct rule_error one;
	int i, n;

	making->rule->headers = at;
	*at = '\0';
	for (i = 0; i < LIMIT_HEADERS; i++) {
		const struct rule_field *field = &making->fields->header[i];

		if (!rule_value_given(field))
			continue;
		n = rule_value_header(making->rule, at, field, &one);
		if (n < 0)
			making_fail(making, &one, field);
		else
			at += n;
	}
}

/* What no answer depends on. */
static void making_notes(struct rule_making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	rule->tag = making->buffer->tag;
	making->buffer->tag[0] = '\0';
	rule->note = making->buffer->note;
	making->buffer->note[0] = '\0';
	rule->final = (struct rule_final){0};
	if (rule_value_given(&fields->tag) &&
	    rule_value_tag(making->buffer, &fields->tag, &one))
		making_fail(making, &one, &fields->tag);
	if (rule_value_given(&fields->note) &&
	    rule_note_read(making->buffer->note, fields->note.text,
			   fields->note.len, &one))
		making_fail(making, &one, &fields->note);
	if (rule_value_given(&fields->final) &&
	    rule_final_read(&rule->final, rule->code, fields->final.text,
			    fields->final.len, &one))
		making_fail(making, &one, &fields->final);
}

/* Which requests the rule is for. */
static void making_requests(struct rule_making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	if (rule_value_given(&fields->scheme) &&
	    rule_value_scheme(rule, &fields->scheme, &one))
		making_fail(making, &one, &fields->scheme);
	if (rule_value_given(&fields->first) &&
	    rule_value_first(rule, &making->shape, &fields->first, &one))
		making_fail(making, &one, &fields->first);
	if (!rule->first || making->bad_code || rule_value_may_be_first(rule))
		return;
	rule_fail(&one, "first", "only with the codes pass and 200");
	rule_error_add(making->error, &one);
}

void rule_making_keys(struct rule_making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	rule->query_drop = rule->first = false;
	rule->scheme = RULE_SCHEME_ANY;
	rule->max_age = rule_code(rule->code)->max_age;
	if (rule_value_given(&fields->query) &&
	    rule_value_query(rule, &making->shape, &fields->query, &one))
		making_fail(making, &one, &fields->query);
	if (rule_value_given(&fields->max_age) &&
	    rule_value_max_age(rule, &fields->max_age, &one))
		making_fail(making, &one, &fields->max_age);
	making_requests(making);
	making_notes(making);
	making_headers(making);
}

/* A line that ends too early lacks one thing: its end. */
void rule_making_present(struct rule_making *making)
{
	const struct rule_fields *fields = making->fields;
	const char *missing = NULL;
	struct rule_error one;

	if (!rule_value_given(&fields->source))
		missing = "source";
	else if (!rule_value_given(&fields->target))
		missing = "target";
	else if (!rule_value_given(&fields->code))
		missing = "code";
	if (!missing)
		return;
	rule_fail(&one, missing, "missing");
	rule_error_add(making->error, &one);
}
