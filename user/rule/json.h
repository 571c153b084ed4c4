/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct rule;

/* Helpers over jansson; they give NULL when memory runs out, as its own do. */

/* A text that may hold bytes that are no UTF-8: each becomes U+FFFD. */
json_t *json_of_text(const char *text);

/* {"source", "target" (null for "-"), "code" (a number, or "pass"), "query",
 * "max_age", "tag", "note" (null for none), "final" (as in a line, null for
 * none), "headers" (an array of "NAME: VALUE")}. */
json_t *json_of_rule(const struct rule *rule);

/* What an object has by a key: "" or 0 without. */
const char *json_text_of(const json_t *value, const char *key);
int64_t json_number_of(const json_t *value, const char *key);

/* Print a value on a line of its own and release it. NULL or a failed write is
 * -ENOMEM or -EIO with error_set(). */
int json_print(FILE *out, json_t *value);

/* A JSON array, printed element by element. Begins with { out }. */
struct json_list {
	FILE *out;
	bool begun;
};

/* Print an element, and release it. Errors as of json_print(). */
int json_list_add(struct json_list *list, json_t *value);
/* Print the end of the array, also of an empty one. */
void json_list_end(struct json_list *list);

#endif
