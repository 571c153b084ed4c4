/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_JSON_PLAIN_H
#define FORMAT_JSON_PLAIN_H

#include <stddef.h>

struct rule_field;

/*
 * The members of a JSON object that is as most are: one level, without escapes.
 * It is a short cut of what jansson reads, for files of a million of them: an
 * import of these takes twice as long with jansson alone, which builds a table
 * in memory for each.
 */
struct json_plain {
	const char *text;
	size_t len;
	size_t at; /* 0: before the first member */
};

/*
 * json_plain_next - the next member
 * @name, @value: pieces of the text; of a string without its quotes, of null
 *                none
 *
 * Returns 1, 0 behind the object's end, or -1 for what is not plain or no JSON,
 * of which jansson has the last word.
 */
int json_plain_next(struct json_plain *plain, struct rule_field *name,
		    struct rule_field *value);

#endif
