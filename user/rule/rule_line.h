/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_LINE_H
#define RULE_LINE_H

#include <stddef.h>
#include <stdio.h>

#include "limit.h"
#include "rule_quoted.h"
#include "rule_source.h"

struct rule;
struct rule_buffer;
struct rule_error;
struct rule_field;
struct rule_fields;

/* A rule as a line of the rules format. */

/*
 * rule_key - take in "key=value"
 *
 * The value is taken as it is: quotes are for lines. header= may be given up to
 * LIMIT_HEADERS times. Returns 0, or -EINVAL with *error filled: no such key,
 * given twice, empty.
 * rule_key_change() takes an empty value: the key is to go.
 */
int rule_key(struct rule_fields *fields, struct rule_field key,
	     struct rule_error *error);
int rule_key_change(struct rule_fields *fields, struct rule_field key,
		    struct rule_error *error);

/* The same, but what is wrong is put behind what *error has already; it begins
 * as { 0 }. So a rule's errors are told all at once. */
int rule_key_more(struct rule_fields *fields, struct rule_field key,
		  struct rule_error *error);
int rule_key_change_more(struct rule_fields *fields, struct rule_field key,
			 struct rule_error *error);

/*
 * rule_line_fields - take one line of the rules format apart
 * @fields: receives the texts, which are of the line or of room
 * @error:  receives what is wrong with the keys, for rule_make_more()
 *
 * Returns 1, or 0 for a line without a rule (blank, comment).
 */
int rule_line_fields(struct rule_fields *fields, struct rule_quoted_room *room,
		     const char *line, size_t len, struct rule_error *error);

/*
 * rule_parse - read one line of the rules format
 * @line: without its line end; any bytes
 *
 * Returns 1 with a rule, as rule_make() gives it, 0 for a line without one
 * (blank, comment), -EINVAL with *error filled.
 */
int rule_parse(struct rule *rule, struct rule_buffer *buffer, const char *line,
	       size_t len, struct rule_error *error);

/* The keys that differ from the default, each with a blank before it. */
struct rule_keys_text {
	char text
		[sizeof(" scheme=https case=ignore first=yes query=drop max-age=4294967295 tag= note="
			" final=301/308:4294967295") +
		 RULE_SOURCE_SIZE + LIMIT_TAG + RULE_QUOTED_SIZE(LIMIT_NOTE) +
		 LIMIT_HEADERS *
			 (sizeof(" header=") + RULE_QUOTED_SIZE(LIMIT_HEADER))];
};
const char *rule_keys_text(struct rule_keys_text *keys,
			   const struct rule *rule);

/* What few rules have of them: note, final and header, and before them, for the
 * store, the written source, which no file has as a key; "" for none. */
const char *rule_more_text(struct rule_keys_text *keys,
			   const struct rule *rule);

/* Give a rule without these keys what such a text says; buffer receives the
 * texts. Returns 0, or -EINVAL for a text that is none. */
int rule_more_read(struct rule *rule, struct rule_buffer *buffer,
		   const char *text);

/* Print the rule as a line of the rules format, keys only where they differ
 * from the default. Reading the line gives the same rule. */
void rule_print(FILE *out, const struct rule *rule);

#endif
