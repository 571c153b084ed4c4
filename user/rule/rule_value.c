// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_seconds.h"
#include "rule_source.h"
#include "rule_target.h"
#include "rule_text.h"
#include "rule_value.h"

bool rule_value_is(const struct rule_field *field, const char *text)
{
	return field->len == strlen(text) &&
	       !memcmp(field->text, text, field->len);
}

bool rule_value_given(const struct rule_field *field)
{
	return field->text && field->len;
}

int rule_value_code(struct rule *rule, const struct rule_field *field,
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
int rule_value_dash(const struct rule *rule, bool dash,
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

int rule_value_target(struct rule *rule, struct rule_buffer *buffer,
		      const struct rule_shape *shape,
		      const struct rule_field *field, struct rule_error *error)
{
	bool dash = rule_value_is(field, "-");
	int n = rule_value_dash(rule, dash, error);

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

int rule_value_query(struct rule *rule, const struct rule_shape *shape,
		     const struct rule_field *field, struct rule_error *error)
{
	struct rule_quote quote;
	bool drop = rule_value_is(field, "drop");

	if (rule_text_check_seen("query", field->text, field->len, error))
		return -EINVAL;
	if (!drop && !rule_value_is(field, "keep"))
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

int rule_value_max_age(struct rule *rule, const struct rule_field *field,
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

int rule_value_scheme(struct rule *rule, const struct rule_field *field,
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

bool rule_value_may_be_first(const struct rule *rule)
{
	return rule->code == RULE_PASS || rule->code == 200;
}

int rule_value_first(struct rule *rule, const struct rule_shape *shape,
		     const struct rule_field *field, struct rule_error *error)
{
	struct rule_quote quote;

	if (rule_text_check_seen("first", field->text, field->len, error))
		return -EINVAL;
	if (!rule_value_is(field, "yes"))
		return rule_fail(error, "first", "%s is not yes",
				 rule_quote(&quote, field->text, field->len));
	if (!shape->any)
		return rule_fail(error, "first",
				 "only with a source of the host '*'");
	rule->first = true;
	return 0;
}

int rule_value_check_tag(const char *text, size_t len, struct rule_error *error)
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

int rule_value_tag(struct rule_buffer *buffer, const struct rule_field *field,
		   struct rule_error *error)
{
	int err = rule_value_check_tag(field->text, field->len, error);

	if (err)
		return err;
	memcpy(buffer->tag, field->text, field->len);
	buffer->tag[field->len] = '\0';
	return 0;
}

int rule_value_header(const struct rule *rule, char *dst,
		      const struct rule_field *field, struct rule_error *error)
{
	if (rule->code == RULE_PASS)
		return rule_fail(error, "header", "not for the code pass");
	return rule_header_read(dst, field->text, field->len, error);
}
