// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_json_plain.h"
#include "rule.h"
#include "utf8.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next character that is no blank; '\0' behind the last one. */
static char next_char(struct json_plain *plain)
{
	for (; plain->at < plain->len; plain->at++)
		if (!is_blank(plain->text[plain->at]))
			return plain->text[plain->at];
	return '\0';
}

/* Pass one character. */
static bool char_pass(struct json_plain *plain, char c)
{
	if (next_char(plain) != c)
		return false;
	plain->at++;
	return true;
}

static bool string_take(struct json_plain *plain, struct rule_field *field)
{
	const char *begin, *end;
	size_t i;

	if (next_char(plain) != '"')
		return false;
	begin = plain->text + plain->at + 1;
	end = memchr(begin, '"', plain->text + plain->len - begin);
	if (!end)
		return false;
	*field = (struct rule_field){begin, end - begin};
	for (i = 0; i < field->len; i++)
		if ((unsigned char)begin[i] < 0x20 || begin[i] == '\\')
			return false;
	plain->at = end + 1 - plain->text;
	return utf8_valid(begin, field->len);
}

/* A number of a few digits, true, false or null. */
static bool word_take(struct json_plain *plain, struct rule_field *field)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *begin;
	size_t len = 0, i;

	next_char(plain);
	begin = plain->text + plain->at;
	while (plain->at + len < plain->len && !strchr(" \t\r\n,}", begin[len]))
		len++;
	plain->at += len;
	*field = (struct rule_field){begin, len};
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (len == strlen(words[i]) && !memcmp(words[i], begin, len)) {
			field->len = *begin == 'n' ? 0 : len;
			return true;
		}
	for (i = 0; i < len; i++)
		if (begin[i] < '0' || begin[i] > '9')
			return false;
	return len && len < 10 && (*begin != '0' || len == 1);
}

int json_plain_next(struct json_plain *plain, struct rule_field *name,
		    struct rule_field *value)
{
	bool first = !plain->at;

	if (first && !char_pass(plain, '{'))
		return -1;
	if (char_pass(plain, '}'))
		return plain->at == plain->len ? 0 : -1;
	if ((!first && !char_pass(plain, ',')) || !string_take(plain, name) ||
	    !char_pass(plain, ':'))
		return -1;
	if (next_char(plain) == '"')
		return string_take(plain, value) ? 1 : -1;
	return word_take(plain, value) ? 1 : -1;
}
