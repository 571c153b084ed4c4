// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_change.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_line.h"
#include "rule_make.h"
#include "rule_quoted.h"
#include "rule_text.h"

/* Take the next field off *at. False at the line's end or a comment. */
static bool field_next(struct rule_field *field, const char **at,
		       const char *end)
{
	const char *begin = *at, *stop, *tab;

	while (begin < end && rule_text_blank(*begin))
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

/* The next of those that may be given several times; the last one if all
 * are. */
static struct rule_field *header_find(struct rule_fields *fields)
{
	int i;

	for (i = 0; i < LIMIT_HEADERS - 1; i++)
		if (!fields->header[i].text)
			break;
	return &fields->header[i];
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
	if (name_is(key, *name = "note"))
		return &fields->note;
	if (name_is(key, *name = "final"))
		return &fields->final;
	if (name_is(key, *name = "scheme"))
		return &fields->scheme;
	if (name_is(key, *name = "case"))
		return &fields->ignore_case;
	if (name_is(key, *name = "first"))
		return &fields->first;
	if (name_is(key, *name = "header"))
		return header_find(fields);
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

/* Refuse a value where there is one already. Returns 0. */
static int twice_check(const struct rule_fields *fields,
		       const struct rule_field *to, const char *name,
		       bool empty, struct rule_error *error)
{
	const struct rule_field *first = fields->header;

	if (to < first || to >= first + LIMIT_HEADERS)
		return to->text ? rule_fail(error, name, "given twice") : 0;
	if (to->text)
		return rule_fail(error, name, "more than %d", LIMIT_HEADERS);
	if (first->text && (empty || !first->len))
		return rule_fail(error, name,
				 "an empty one, which removes all, and others");
	return 0;
}

static int value_take(struct rule_fields *fields, const struct rule_field *name,
		      const struct rule_field *value, bool may_be_empty,
		      struct rule_error *error)
{
	struct rule_quote quote;
	const char *known;
	struct rule_field *to = key_find(fields, name, &known);

	if (!to && word_check(name, error))
		return -EINVAL;
	if (!to)
		return rule_fail(
			error, "line",
			"key %s is none of query max-age tag note scheme case first final header",
			rule_quote(&quote, name->text, name->len));
	if (!value->len && !may_be_empty)
		return rule_fail(error, known, "empty");
	if (twice_check(fields, to, known, !value->len, error))
		return -EINVAL;
	*to = *value;
	return 0;
}

static int key_take(struct rule_fields *fields, struct rule_field key,
		    bool may_be_empty, struct rule_error *error)
{
	const char *equal = memchr(key.text, '=', key.len);
	struct rule_quote quote;
	struct rule_field value;

	if (!equal && word_check(&key, error))
		return -EINVAL;
	if (!equal)
		return rule_fail(error, "line", "%s is not key=value",
				 rule_quote(&quote, key.text, key.len));
	value.text = equal + 1;
	value.len = key.text + key.len - value.text;
	key.len = equal - key.text;
	return value_take(fields, &key, &value, may_be_empty, error);
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

/* A value in quotes may have blanks, so that the word was only its beginning:
 * *at goes on behind it. */
static int quoted_take(struct rule_fields *fields, struct rule_field name,
		       struct rule_quoted_room *room, const char **at,
		       const char *end, struct rule_error *error)
{
	struct rule_field value = {0};
	const char *known;
	size_t taken;
	int err;

	name.len = (const char *)memchr(name.text, '=', name.len) - name.text;
	*at = name.text + name.len + 1;
	err = rule_quoted_read(room, *at, end - *at, &value.text, &value.len,
			       &taken, error);
	*at += taken;
	if (!err)
		return value_take(fields, &name, &value, false, error);
	if (key_find(fields, &name, &known))
		error->field = known;
	return err;
}

static void keys_parse(struct rule_fields *fields,
		       struct rule_quoted_room *room, const char *at,
		       const char *end, struct rule_error *error)
{
	struct rule_error one;
	struct rule_field key;
	const char *value;

	while (field_next(&key, &at, end)) {
		value = memchr(key.text, '=', key.len);
		if (!value || ++value == end || *value != '"')
			rule_key_more(fields, key, error);
		else if (quoted_take(fields, key, room, &at, end, &one))
			rule_error_add(error, &one);
	}
}

int rule_line_fields(struct rule_fields *fields, struct rule_quoted_room *room,
		     const char *line, size_t len, struct rule_error *error)
{
	const char *end = line + len;

	memset(fields, 0, sizeof(*fields));
	room->used = 0;
	error->field = NULL;
	error->more_count = 0;
	if (!field_next(&fields->source, &line, end))
		return 0;
	if (field_next(&fields->target, &line, end))
		field_next(&fields->code, &line, end);
	keys_parse(fields, room, line, end, error);
	return 1;
}

int rule_parse(struct rule *rule, struct rule_buffer *buffer, const char *line,
	       size_t len, struct rule_error *error)
{
	struct rule_quoted_room room;
	struct rule_fields fields;
	int err;

	if (!rule_line_fields(&fields, &room, line, len, error))
		return 0;
	err = rule_make_more(rule, buffer, &fields, error);
	return err ? err : 1;
}

static char *headers_text(char *dst, const char *headers)
{
	const char *header;
	size_t len;

	while ((header = rule_header_next(&headers, &len)))
		dst = rule_quoted_write(stpcpy(dst, " header="), header, len);
	return dst;
}

static char *more_text(char *at, const struct rule *rule)
{
	char final[RULE_FINAL_SIZE];

	if (rule->note[0])
		at = rule_quoted_write(stpcpy(at, " note="), rule->note,
				       strlen(rule->note));
	if (rule->final.code)
		at = stpcpy(stpcpy(at, " final="),
			    rule_final_text(final, &rule->final));
	at = headers_text(at, rule->headers);
	*at = '\0';
	return at;
}

static const char written_key[] = " source=";

const char *rule_more_text(struct rule_keys_text *keys, const struct rule *rule)
{
	char *at = keys->text;

	if (rule->written)
		at = stpcpy(stpcpy(at, written_key), rule->written);
	more_text(at, rule);
	return keys->text;
}

/* Take the written source off the text of these keys: it has no blank. */
static int written_read(struct rule *rule, struct rule_buffer *buffer,
			const char **text)
{
	const size_t key_len = sizeof(written_key) - 1;
	const char *written = *text + key_len;
	size_t len;

	if (strncmp(*text, written_key, key_len))
		return 0;
	len = strcspn(written, " ");
	if (len >= sizeof(buffer->written))
		return -EINVAL;
	memcpy(buffer->written, written, len);
	buffer->written[len] = '\0';
	rule->written = buffer->written;
	*text = written + len;
	return strcmp(rule->written, rule->source) ? 0 : -EINVAL;
}

int rule_more_read(struct rule *rule, struct rule_buffer *buffer,
		   const char *text)
{
	struct rule_quoted_room room;
	struct rule_fields fields = {0};
	struct rule_error error;
	struct rule old;

	if (written_read(rule, buffer, &text))
		return -EINVAL;
	old = *rule;
	room.used = 0;
	error.field = NULL;
	error.more_count = 0;
	keys_parse(&fields, &room, text, text + strlen(text), &error);
	if (error.field)
		return -EINVAL;
	return rule_change(rule, buffer, &old, &fields, &error);
}

const char *rule_keys_text(struct rule_keys_text *keys, const struct rule *rule)
{
	char *at = keys->text;

	if (rule->scheme)
		at = stpcpy(stpcpy(at, " scheme="),
			    rule_scheme_text(rule->scheme));
	if (rule->fold)
		at = stpcpy(at, " case=ignore");
	if (rule->first)
		at = stpcpy(at, " first=yes");
	if (rule->query_drop)
		at = stpcpy(at, " query=drop");
	if (rule->max_age != rule_code(rule->code)->max_age)
		at += sprintf(at, " max-age=%u", rule->max_age);
	if (rule->tag[0])
		at = stpcpy(stpcpy(at, " tag="), rule->tag);
	more_text(at, rule);
	return keys->text;
}

void rule_print(FILE *out, const struct rule *rule)
{
	struct rule_keys_text keys;

	fputs(rule_written(rule), out);
	putc(' ', out);
	fwrite(rule->target, 1, rule->target_len, out);
	putc(' ', out);
	fputs(rule_code(rule->code)->text, out);
	fputs(rule_keys_text(&keys, rule), out);
	putc('\n', out);
}
