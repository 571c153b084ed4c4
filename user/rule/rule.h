/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "rule_error.h"
#include "rule_final.h"
#include "rule_header.h"
#include "rule_scheme.h"
#include "rule_source.h"
#include "rule_target.h"

/*
 * One rule in normal form. The texts are NUL-terminated and hold no NUL; source,
 * target and tag hold no blank and no byte outside ASCII.
 *
 * source: its stored form (rule_source.h): HOST PATH, then "?" QUERY or "*" or
 *         nothing. There always is a path: a host alone stands for all of its
 *         paths. A '*' stands only at the host's start ("*" or "*.name"), at
 *         the end of a prefix, and in the "&*" at the end of a set of pairs;
 *         the first '/' begins the path. Sources sorted by bytes come grouped
 *         by host.
 * written: its written form, where it is another one; else NULL: it is asked
 *         for by rule_written().
 * target: absolute http or https URL; "-" for 410, 200 and pass. A '*' at the
 *         host's start, where the bytes of the source's go, and one at the end
 *         of path or query, where the remainder goes; "{name}" of the written
 *         source in path and query.
 * tag:    "" when there is none.
 * note:   UTF-8 for people, with blanks; "" when there is none.
 * headers: what its answers get, as it is sent (rule_header.h); "" when there
 *         are none; none for pass.
 *
 * Source, fold and scheme together say which rule it is (rule_order.h).
 */
struct rule {
	const char *source;
	const char *written;
	const char *target;
	const char *tag;
	const char *note;
	const char *headers;
	uint32_t source_len;
	uint32_t target_len;
	uint32_t max_age; /* seconds; 0: not cached; 0 for pass */
	uint16_t code;	  /* rule_code.h */
	bool query_drop;  /* query=drop */
	bool fold;	  /* case=ignore */
	bool first;	  /* first=yes */
	enum rule_scheme scheme;
	struct rule_final final;
};

/* The texts of one rule while it is read, or of both of ".name". */
struct rule_buffer {
	bool dot; /* the source is ".name": rule_apex.h */
	char source[RULE_SOURCE_SIZE];
	char written[RULE_SOURCE_SIZE];
	char target[RULE_TARGET_SIZE];
	char apex_target[RULE_TARGET_SIZE];
	char tag[LIMIT_TAG + 1];
	char note[LIMIT_NOTE + 1];
	char headers[RULE_HEADERS_SIZE];
};

/* The source as it is printed. */
static inline const char *rule_written(const struct rule *rule)
{
	return rule->written ? rule->written : rule->source;
}

/* A field as it stands in the input; text NULL: absent. */
struct rule_field {
	const char *text;
	size_t len;
};

/* The fields of a rule before they are checked. */
struct rule_fields {
	struct rule_field source, target, code;
	/* values of the keys */
	struct rule_field query, max_age, tag, note, final, scheme, first,
		ignore_case;
	struct rule_field header[LIMIT_HEADERS]; /* any of them */
};

/* Whether two rules are the same in all but how their sources are written. */
bool rule_equal(const struct rule *a, const struct rule *b);

#endif
