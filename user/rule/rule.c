// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_note.h"
#include "rule_pairs.h"
#include "rule_scheme.h"
#include "rule_seconds.h"
#include "rule_pattern_form.h"
#include "rule_source.h"
#include "rule_target.h"
#include "rule_template.h"
#include "rule_text.h"

static bool field_is(const struct rule_field *field, const char *text)
{
	return field->len == strlen(text) &&
	       !memcmp(field->text, text, field->len);
}

static bool field_given(const struct rule_field *field)
{
	return field->text && field->len;
}

static int make_code(struct rule *rule, const struct rule_field *field,
		     struct rule_error *error)
{
	const struct rule_code *code = rule_code_find(field->text, field->len);
	struct rule_quote quote;

	if (code) {
		rule->code = code->code;
		return 0;
	}
	if (rule_text_check_seen("code", field->text, field->len, error))
		return -EINVAL;
	return rule_fail(error, "code", "%s is none of " RULE_CODES,
			 rule_quote(&quote, field->text, field->len));
}

/* Whether a target is "-" just where the code has none. */
static int check_dash(const struct rule *rule, bool dash,
		      struct rule_error *error)
{
	bool none = !rule_code(rule->code)->target;

	if (none && !dash)
		return rule_fail(error, "target", "must be '-' for the code %s",
				 rule_code(rule->code)->text);
	if (dash && !none)
		return rule_fail(error, "target",
				 "'-' is for the codes 410, 200 and pass");
	return 0;
}

static int make_target(struct rule *rule, struct rule_buffer *buffer,
		       const struct rule_shape *shape,
		       const struct rule_field *field, struct rule_error *error)
{
	bool dash = field_is(field, "-");
	int n = check_dash(rule, dash, error);

	if (n)
		return n;
	rule->target = buffer->target;
	if (dash) {
		memcpy(buffer->target, "-", 2);
		rule->target_len = 1;
		return 0;
	}
	n = rule_target_read(buffer->target, shape, field->text, field->len,
			     error);
	if (n < 0)
		return n;
	rule->target_len = n;
	return 0;
}

static int make_query(struct rule *rule, const struct rule_shape *shape,
		      const struct rule_field *field, struct rule_error *error)
{
	struct rule_quote quote;
	bool drop = field_is(field, "drop");

	if (rule_text_check_seen("query", field->text, field->len, error))
		return -EINVAL;
	if (!drop && !field_is(field, "keep"))
		return rule_fail(error, "query", "%s is neither keep nor drop",
				 rule_quote(&quote, field->text, field->len));
	if (!rule_code(rule->code)->target)
		return rule_fail(error, "query", "not for the code %s",
				 rule_code(rule->code)->text);
	if (shape->query && !shape->pairs && !drop)
		return rule_fail(error, "query",
				 "a source with a query consumes it");
	rule->query_drop = drop && (!shape->query || shape->pairs);
	return 0;
}

static int make_max_age(struct rule *rule, const struct rule_field *field,
			struct rule_error *error)
{
	struct rule_quote quote;

	if (rule->code == RULE_PASS)
		return rule_fail(error, "max-age", "not for the code pass");
	if (rule_text_check_seen("max-age", field->text, field->len, error))
		return -EINVAL;
	if (rule_seconds(&rule->max_age, field->text, field->len))
		return rule_fail(error, "max-age",
				 "%s is not a number from 0 to %d",
				 rule_quote(&quote, field->text, field->len),
				 LIMIT_MAX_AGE);
	return 0;
}

static int make_scheme(struct rule *rule, const struct rule_field *field,
		       struct rule_error *error)
{
	int scheme = rule_scheme_find(field->text, field->len);
	struct rule_quote quote;

	if (rule_text_check_seen("scheme", field->text, field->len, error))
		return -EINVAL;
	if (scheme < 0)
		return rule_fail(error, "scheme",
				 "%s is neither http nor https",
				 rule_quote(&quote, field->text, field->len));
	rule->scheme = scheme;
	return 0;
}

static bool code_may_be_first(const struct rule *rule)
{
	return rule->code == RULE_PASS || rule->code == 200;
}

static int make_first(struct rule *rule, const struct rule_shape *shape,
		      const struct rule_field *field, struct rule_error *error)
{
	struct rule_quote quote;

	if (rule_text_check_seen("first", field->text, field->len, error))
		return -EINVAL;
	if (!field_is(field, "yes"))
		return rule_fail(error, "first", "%s is not yes",
				 rule_quote(&quote, field->text, field->len));
	if (!shape->any)
		return rule_fail(error, "first",
				 "only with a source of the host '*'");
	rule->first = true;
	return 0;
}

int rule_check_tag(const char *text, size_t len, struct rule_error *error)
{
	struct rule_quote quote;
	size_t i;

	if (rule_text_check_seen("tag", text, len, error))
		return -EINVAL;
	if (len > LIMIT_TAG)
		return rule_fail(error, "tag", "over %d bytes", LIMIT_TAG);
	for (i = 0; i < len; i++) {
		char c = text[i], letter = c | 0x20;

		if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') &&
		    c != '.' && c != '_' && c != '-')
			return rule_fail(error, "tag",
					 "%s: only A-Z a-z 0-9 . _ -",
					 rule_quote(&quote, text, len));
	}
	return len ? 0 : rule_fail(error, "tag", "empty");
}

static int make_tag(struct rule_buffer *buffer, const struct rule_field *field,
		    struct rule_error *error)
{
	int err = rule_check_tag(field->text, field->len, error);

	if (err)
		return err;
	memcpy(buffer->tag, field->text, field->len);
	buffer->tag[field->len] = '\0';
	return 0;
}

static int make_header(const struct rule *rule, char *dst,
		       const struct rule_field *field, struct rule_error *error)
{
	if (rule->code == RULE_PASS)
		return rule_fail(error, "header", "not for the code pass");
	return rule_header_read(dst, field->text, field->len, error);
}

/* The rule while its fields are read, all of them, whatever is wrong with
 * one. */
struct making {
	struct rule *rule;
	struct rule_buffer *buffer;
	const struct rule_fields *fields;
	struct rule_shape shape;
	struct rule_error *error;
	bool bad_code;
};

/* Note what is wrong with a field, its text before it unless it is in it. */
static void making_fail(struct making *making, struct rule_error *one,
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
static void making_stored(struct making *making, size_t n)
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
static void making_case(struct making *making)
{
	const struct rule_field *field = &making->fields->ignore_case;
	struct rule_quote quote;
	struct rule_error one;

	making->rule->fold = false;
	if (!field_given(field))
		return;
	making->rule->fold = field_is(field, "ignore");
	if (making->rule->fold)
		return;
	if (!rule_text_check_seen("case", field->text, field->len, &one))
		rule_fail(&one, "case", "%s is not ignore",
			  rule_quote(&quote, field->text, field->len));
	making_fail(making, &one, field);
}

/* Where the source is bad, its target is read as one that may be anything. */
static void making_source(struct making *making)
{
	static const struct rule_shape anything = {
		.bare = true, .prefix = true, .any = true, .unread = true};
	const struct rule_field *field = &making->fields->source;
	struct rule_error one;
	int n;

	making->shape = anything;
	if (!field_given(field))
		return;
	n = rule_source_read(making->buffer->written, &making->shape,
			     field->text, field->len, making->rule->fold, &one);
	if (n < 0) {
		making->shape = anything;
		making_fail(making, &one, field);
		return;
	}
	making_stored(making, n);
}

/* Where the code is bad, the others are read as if it were a redirect. */
static void making_code(struct making *making)
{
	const struct rule_field *field = &making->fields->code;
	struct rule_error one;

	making->bad_code = true;
	making->rule->code = 301;
	if (!field_given(field))
		return;
	making->bad_code = make_code(making->rule, field, &one);
	if (making->bad_code)
		making_fail(making, &one, field);
}

/* Without a good code a '-' may be right; and what is a code itself is no bad
 * target but in the wrong place. */
static bool target_is_open(const struct making *making)
{
	const struct rule_field *field = &making->fields->target;

	return making->bad_code && (field_is(field, "-") ||
				    rule_code_find(field->text, field->len));
}

static void making_target(struct making *making)
{
	const struct rule_field *field = &making->fields->target;
	struct rule_error one;

	if (!field_given(field) || target_is_open(making))
		return;
	if (make_target(making->rule, making->buffer, &making->shape, field,
			&one))
		making_fail(making, &one, field);
}

static void making_headers(struct making *making)
{
	char *at = making->buffer->headers;
	struct rule_error one;
	int i, n;

	making->rule->headers = at;
	*at = '\0';
	for (i = 0; i < LIMIT_HEADERS; i++) {
		const struct rule_field *field = &making->fields->header[i];

		if (!field_given(field))
			continue;
		n = make_header(making->rule, at, field, &one);
		if (n < 0)
			making_fail(making, &one, field);
		else
			at += n;
	}
}

/* What no answer depends on. */
static void making_notes(struct making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	rule->tag = making->buffer->tag;
	making->buffer->tag[0] = '\0';
	rule->note = making->buffer->note;
	making->buffer->note[0] = '\0';
	rule->final = (struct rule_final){0};
	if (field_given(&fields->tag) &&
	    make_tag(making->buffer, &fields->tag, &one))
		making_fail(making, &one, &fields->tag);
	if (field_given(&fields->note) &&
	    rule_note_read(making->buffer->note, fields->note.text,
			   fields->note.len, &one))
		making_fail(making, &one, &fields->note);
	if (field_given(&fields->final) &&
	    rule_final_read(&rule->final, rule->code, fields->final.text,
			    fields->final.len, &one))
		making_fail(making, &one, &fields->final);
}

/* Which requests the rule is for. */
static void making_requests(struct making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	if (field_given(&fields->scheme) &&
	    make_scheme(rule, &fields->scheme, &one))
		making_fail(making, &one, &fields->scheme);
	if (field_given(&fields->first) &&
	    make_first(rule, &making->shape, &fields->first, &one))
		making_fail(making, &one, &fields->first);
	if (!rule->first || making->bad_code || code_may_be_first(rule))
		return;
	rule_fail(&one, "first", "only with the codes pass and 200");
	rule_error_add(making->error, &one);
}

static void making_keys(struct making *making)
{
	const struct rule_fields *fields = making->fields;
	struct rule *rule = making->rule;
	struct rule_error one;

	rule->query_drop = rule->first = false;
	rule->scheme = RULE_SCHEME_ANY;
	rule->max_age = rule_code(rule->code)->max_age;
	if (field_given(&fields->query) &&
	    make_query(rule, &making->shape, &fields->query, &one))
		making_fail(making, &one, &fields->query);
	if (field_given(&fields->max_age) &&
	    make_max_age(rule, &fields->max_age, &one))
		making_fail(making, &one, &fields->max_age);
	making_requests(making);
	making_notes(making);
	making_headers(making);
}

/* A line that ends too early lacks one thing: its end. */
static void making_present(struct making *making)
{
	const struct rule_fields *fields = making->fields;
	const char *missing = NULL;
	struct rule_error one;

	if (!field_given(&fields->source))
		missing = "source";
	else if (!field_given(&fields->target))
		missing = "target";
	else if (!field_given(&fields->code))
		missing = "code";
	if (!missing)
		return;
	rule_fail(&one, missing, "missing");
	rule_error_add(making->error, &one);
}

int rule_make_more(struct rule *rule, struct rule_buffer *buffer,
		   const struct rule_fields *fields, struct rule_error *error)
{
	struct making making = {
		.rule = rule,
		.buffer = buffer,
		.fields = fields,
		.error = error,
	};

	buffer->dot = false;
	making_present(&making);
	making_case(&making);
	making_source(&making);
	making_code(&making);
	making_target(&making);
	making_keys(&making);
	return error->field ? -EINVAL : 0;
}

int rule_make(struct rule *rule, struct rule_buffer *buffer,
	      const struct rule_fields *fields, struct rule_error *error)
{
	error->field = NULL;
	error->more_count = 0;
	return rule_make_more(rule, buffer, fields, error);
}

static bool header_given(const struct rule_fields *fields)
{
	size_t i;

	for (i = 0; i < LIMIT_HEADERS; i++)
		if (fields->header[i].text)
			return true;
	return false;
}

unsigned int rule_given(const struct rule_fields *fields)
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

void rule_keep(struct rule *rule, const struct rule *old, unsigned int given)
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
	if (!(given & RULE_FIRST) && code_may_be_first(rule))
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
static int change_case(struct making *making, const struct rule *old)
{
	struct rule_error *error = making->error;
	struct rule_shape shape;
	int n;

	making_case(making);
	if (making->rule->fold == old->fold || error->field)
		return error->field ? -EINVAL : 0;
	n = rule_source_read(making->buffer->written, &shape, rule_written(old),
			     strlen(rule_written(old)), making->rule->fold,
			     error);
	if (n < 0)
		return n;
	making->shape.pattern = shape.pattern;
	making_stored(making, n);
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
	struct making making = {
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
	if (field_given(&fields->code))
		making_code(&making);
	if (!making.bad_code &&
	    check_dash(rule, !strcmp(old->target, "-"), &one))
		rule_error_add(error, &one);
	making_keys(&making);
	if (error->field)
		return -EINVAL;
	rule_keep(rule, old, rule_given(fields));
	return 0;
}

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
