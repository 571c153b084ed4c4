/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "limit.h"

/*
 * One rule in normal form. The texts are NUL-terminated and hold no NUL, no
 * blank and no byte outside ASCII.
 *
 * source: HOST PATH, then "?" QUERY or "*" or nothing. There always is a path:
 *         a host alone stands for all of its paths. A '*' stands only at the
 *         host's start ("*" or "*.name") and at the end of a prefix; the first
 *         '/' begins the path. Sources sorted by bytes come grouped by host.
 * target: absolute http or https URL, with a final '*' where the remainder
 *         goes; "-" for 410 and pass.
 * tag:    "" when there is none.
 */
struct rule {
	const char *source;
	const char *target;
	const char *tag;
	uint32_t source_len;
	uint32_t target_len;
	uint32_t max_age; /* seconds; 0: not cached; 0 for pass */
	uint16_t code;	  /* 301 302 303 307 308 410, or RULE_PASS */
	bool query_drop;  /* query=drop */
};

enum { RULE_PASS = 0 };

/* The keys' default: 3600 for 301, 308 and 410, else 0. */
uint32_t rule_default_max_age(uint16_t code);

/* The texts of one rule while it is read. */
struct rule_buffer {
	char source[LIMIT_HOST + LIMIT_PATH + 8];
	char target[LIMIT_TARGET + 8];
	char tag[LIMIT_TAG + 1];
};

/* What is wrong with a rule: the field ("source", "target", "code", "max-age",
 * "query", "tag", "line"...) and the reason, for people. */
struct rule_error {
	const char *field;
	char reason[512];
};

/* A field as it stands in the input; text NULL: absent. */
struct rule_field {
	const char *text;
	size_t len;
};

/* The fields of a rule before they are checked. */
struct rule_fields {
	struct rule_field source, target, code;
	struct rule_field query, max_age, tag; /* values of the keys */
};

/*
 * rule_key - take in "key=value"
 *
 * Returns 0, or -EINVAL with *error filled: no such key, given twice, empty.
 */
int rule_key(struct rule_fields *fields, struct rule_field key,
	     struct rule_error *error);

/*
 * rule_make - check fields and bring them to normal form
 *
 * Returns 0 with *rule pointing into *buffer, or -EINVAL with *error filled.
 * Empty key values (len 0) count as absent.
 */
int rule_make(struct rule *rule, struct rule_buffer *buffer,
	      const struct rule_fields *fields, struct rule_error *error);

/*
 * rule_parse - read one line of the rules format
 * @line: without its line end; any bytes
 *
 * Returns 1 with a rule, 0 for a line without one (blank, comment), -EINVAL
 * with *error filled.
 */
int rule_parse(struct rule *rule, struct rule_buffer *buffer, const char *line,
	       size_t len, struct rule_error *error);

/*
 * rule_source - bring a SOURCE alone to normal form, as rule_make() does
 * @dst: room for sizeof(rule_buffer.source)
 *
 * A host alone becomes the prefix of all its paths. Returns its length, or
 * -EINVAL with *error filled.
 */
int rule_source(char *dst, const char *text, size_t len,
		struct rule_error *error);

/* The code as written: "301" ... or "pass". */
const char *rule_code_text(uint16_t code);

/* Print the rule as a line of the rules format, keys only where they differ
 * from the default. Reading the line gives the same rule. */
void rule_print(FILE *out, const struct rule *rule);

/* Whether all fields of two rules are the same. */
bool rule_equal(const struct rule *a, const struct rule *b);

#endif
