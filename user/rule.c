// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_part.h"

static const struct {
	const char *text;
	uint16_t code;
} codes[] = {
	{"301", 301}, {"302", 302}, {"303", 303},	 {"307", 307},
	{"308", 308}, {"410", 410}, {"pass", RULE_PASS},
};

enum { CODES = sizeof(codes) / sizeof(*codes) };

uint32_t rule_default_max_age(uint16_t code)
{
	return code == 301 || code == 308 || code == 410 ? 3600 : 0;
}

const char *rule_code_text(uint16_t code)
{
	size_t i;

	for (i = 0; i < CODES - 1; i++)
		if (codes[i].code == code)
			break;
	return codes[i].text;
}

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
	struct rule_quote quote;
	size_t i;

	for (i = 0; i < CODES; i++) {
		if (!field_is(field, codes[i].text))
			continue;
		rule->code = codes[i].code;
		return 0;
	}
	if (rule_check_seen("code", field->text, field->len, error))
		return -EINVAL;
	return rule_fail(error, "code",
			 "%s is none of 301 302 303 307 308 410 pass",
			 rule_quote(&quote, field->text, field->len));
}

static int make_target(struct rule *rule, struct rule_buffer *buffer,
		       const struct rule_shape *shape,
		       const struct rule_field *field, struct rule_error *error)
{
	bool dash = field_is(field, "-");
	int n;

	rule->target = buffer->target;
	if (rule->code == RULE_PASS || rule->code == 410) {
		if (!dash)
			return rule_fail(error, "target",
					 "must be '-' for the code %s",
					 rule_code_text(rule->code));
		memcpy(buffer->target, "-", 2);
		rule->target_len = 1;
		return 0;
	}
	if (dash)
		return rule_fail(error, "target",
				 "'-' is for the codes 410 and pass");
	n = rule_read_target(buffer->target, shape, field->text, field->len,
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

	if (rule_check_seen("query", field->text, field->len, error))
		return -EINVAL;
	if (!drop && !field_is(field, "keep"))
		return rule_fail(error, "query", "%s is neither keep nor drop",
				 rule_quote(&quote, field->text, field->len));
	if (rule->code == RULE_PASS || rule->code == 410)
		return rule_fail(error, "query", "not for the code %s",
				 rule_code_text(rule->code));
	if (shape->query && !drop)
		return rule_fail(error, "query",
				 "a source with a query consumes it");
	rule->query_drop = drop && !shape->query;
	return 0;
}

static int make_max_age(struct rule *rule, const struct rule_field *field,
			struct rule_error *error)
{
	struct rule_quote quote;
	uint64_t value = 0;
	size_t i;

	if (rule->code == RULE_PASS)
		return rule_fail(error, "max-age", "not for the code pass");
	for (i = 0; i < field->len && value <= LIMIT_MAX_AGE; i++) {
		char c = field->text[i];

		if (c < '0' || c > '9')
			break;
		value = value * 10 + (c - '0');
	}
	if (rule_check_seen("max-age", field->text, field->len, error))
		return -EINVAL;
	if (i < field->len || value > LIMIT_MAX_AGE)
		return rule_fail(error, "max-age",
				 "%s is not a number from 0 to %d",
				 rule_quote(&quote, field->text, field->len),
				 LIMIT_MAX_AGE);
	rule->max_age = value;
	return 0;
}

static int make_tag(struct rule_buffer *buffer, const struct rule_field *field,
		    struct rule_error *error)
{
	struct rule_quote quote;
	size_t i;

	if (rule_check_seen("tag", field->text, field->len, error))
		return -EINVAL;
	if (field->len > LIMIT_TAG)
		return rule_fail(error, "tag", "over %d bytes", LIMIT_TAG);
	for (i = 0; i < field->len; i++) {
		char c = field->text[i], letter = c | 0x20;

		if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') &&
		    c != '.' && c != '_' && c != '-')
			return rule_fail(
				error, "tag", "%s: only A-Z a-z 0-9 . _ -",
				rule_quote(&quote, field->text, field->len));
	}
	memcpy(buffer->tag, field->text, field->len);
	buffer->tag[field->len] = '\0';
	return 0;
}

static int make_keys(struct rule *rule, struct rule_buffer *buffer,
		     const struct rule_shape *shape,
		     const struct rule_fields *fields, struct rule_error *error)
{
	int err = 0;

	rule->query_drop = false;
	rule->max_age = rule_default_max_age(rule->code);
	rule->tag = buffer->tag;
	buffer->tag[0] = '\0';
	if (field_given(&fields->query))
		err = make_query(rule, shape, &fields->query, error);
	if (!err && field_given(&fields->max_age))
		err = make_max_age(rule, &fields->max_age, error);
	if (!err && field_given(&fields->tag))
		err = make_tag(buffer, &fields->tag, error);
	return err;
}

static int make_present(const struct rule_fields *fields,
			struct rule_error *error)
{
	const char *missing = NULL;

	if (!field_given(&fields->source))
		missing = "source";
	else if (!field_given(&fields->target))
		missing = "target";
	else if (!field_given(&fields->code))
		missing = "code";
	return missing ? rule_fail(error, missing, "missing") : 0;
}

int rule_make(struct rule *rule, struct rule_buffer *buffer,
	      const struct rule_fields *fields, struct rule_error *error)
{
	struct rule_shape shape;
	int err, n;

	err = make_present(fields, error);
	if (err)
		return err;
	n = rule_read_source(buffer->source, &shape, fields->source.text,
			     fields->source.len, error);
	if (n < 0)
		return n;
	rule->source = buffer->source;
	rule->source_len = n;
	err = make_code(rule, &fields->code, error);
	if (!err)
		err = make_target(rule, buffer, &shape, &fields->target, error);
	if (!err)
		err = make_keys(rule, buffer, &shape, fields, error);
	return err;
}

bool rule_equal(const struct rule *a, const struct rule *b)
{
	return a->code == b->code && a->max_age == b->max_age &&
	       a->query_drop == b->query_drop &&
	       a->source_len == b->source_len &&
	       a->target_len == b->target_len &&
	       !memcmp(a->source, b->source, a->source_len) &&
	       !memcmp(a->target, b->target, a->target_len) &&
	       !strcmp(a->tag, b->tag);
}
