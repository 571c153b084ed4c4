// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_line.h"
#include "rule_text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Take the next field off *at. False at the line's end or a comment. */
static bool field_next(struct rule_field *field, const char **at,
		       const char *end)
{
	const char *begin = *at, *stop, *tab;

	while (begin < end && is_blank(*begin))
		begin++;
	stop = memchr(begin, ' ', end - begin);
	if (!stop)
		stop = end;
	tab = memchr(begin, '\t', stop - begin);
	if (tab)
		stop = tab;
	*at = stop;
	field->text = begin;
	field->len = stop - begin;
	if (begin < end && *begin != '#')
		return true;
	*at = end;
	field->text = NULL;
	return false;
}

static bool name_is(const struct rule_field *name, const char *text)
{
	return name->len == strlen(text) &&
	       !memcmp(name->text, text, name->len);
}

/* Where a key's value goes; *name receives its constant name. */
static struct rule_field *key_find(struct rule_fields *fields,
				   const struct rule_field *key,
				   const char **name)
{
	if (name_is(key, *name = "query"))
		return &fields->query;
	if (name_is(key, *name = "max-age"))
		return &fields->max_age;
	if (name_is(key, *name = "tag"))
		return &fields->tag;
	return NULL;
}

/* Refuse a word with characters that nobody sees. Returns 0. */
static int word_check(const struct rule_field *word, struct rule_error *error)
{
	struct rule_error one;
	struct rule_quote quote;

	if (!rule_text_check_seen("line", word->text, word->len, &one))
		return 0;
	return rule_fail(error, "line", "%s: %s",
			 rule_quote(&quote, word->text, word->len), one.reason);
}

static int key_take(struct rule_fields *fields, struct rule_field key,
		    bool may_be_empty, struct rule_error *error)
{
	const char *equal = memchr(key.text, '=', key.len), *name;
	struct rule_quote quote;
	struct rule_field *value;
	size_t len = key.len;

	if (!equal && word_check(&key, error))
		return -EINVAL;
	if (!equal)
		return rule_fail(error, "line", "%s is not key=value",
				 rule_quote(&quote, key.text, key.len));
	key.len = equal - key.text;
	value = key_find(fields, &key, &name);
	if (!value && word_check(&key, error))
		return -EINVAL;
	if (!value)
		return rule_fail(error, "line",
				 "key %s is none of query max-age tag",
				 rule_quote(&quote, key.text, key.len));
	if (value->text)
		return rule_fail(error, name, "given twice");
	value->text = equal + 1;
	value->len = len - key.len - 1;
	if (!value->len && !may_be_empty)
		return rule_fail(error, name, "empty");
	return 0;
}

int rule_key(struct rule_fields *fields, struct rule_field key,
	     struct rule_error *error)
{
	return key_take(fields, key, false, error);
}

int rule_key_change(struct rule_fields *fields, struct rule_field key,
		    struct rule_error *error)
{
	return key_take(fields, key, true, error);
}

int rule_key_more(struct rule_fields *fields, struct rule_field key,
		  struct rule_error *error)
{
	struct rule_error one;

	return rule_key(fields, key, &one) ? rule_error_add(error, &one) : 0;
}

int rule_key_change_more(struct rule_fields *fields, struct rule_field key,
			 struct rule_error *error)
{
	struct rule_error one;

	return rule_key_change(fields, key, &one) ? rule_error_add(error, &one)
						  : 0;
}

int rule_parse(struct rule *rule, struct rule_buffer *buffer, const char *line,
	       size_t len, struct rule_error *error)
{
	struct rule_fields fields = {0};
	const char *end = line + len;
	struct rule_field key;
	int err;

	error->field = NULL;
	error->more_count = 0;
	if (!field_next(&fields.source, &line, end))
		return 0;
	if (field_next(&fields.target, &line, end))
		field_next(&fields.code, &line, end);
	while (field_next(&key, &line, end))
		rule_key_more(&fields, key, error);
	err = rule_make_more(rule, buffer, &fields, error);
	return err ? err : 1;
}

const char *rule_keys_text(struct rule_keys_text *keys, const struct rule *rule)
{
	char *at = keys->text;

	if (rule->query_drop)
		at = stpcpy(at, " query=drop");
	if (rule->max_age != rule_code(rule->code)->max_age)
		at += sprintf(at, " max-age=%u", rule->max_age);
	if (rule->tag[0])
		at = stpcpy(stpcpy(at, " tag="), rule->tag);
	*at = '\0';
	return keys->text;
}

void rule_print(FILE *out, const struct rule *rule)
{
	struct rule_keys_text keys;

	fwrite(rule->source, 1, rule->source_len, out);
	putc(' ', out);
	fwrite(rule->target, 1, rule->target_len, out);
	putc(' ', out);
	fputs(rule_code(rule->code)->text, out);
	fputs(rule_keys_text(&keys, rule), out);
	putc('\n', out);
}
