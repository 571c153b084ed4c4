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
 * source: its stored form (rule_source.h): HOST PATH, then "?" QUERY or "*" or nothing. There always is a path:
 *         a host alone stands for all of its paths. A '*' stands only at the
 *         host's start ("*" or "*.name"), at the end of a prefix, and in the
 *         "&*" at the end of a set of pairs; the first
 *         '/' begins the path. Sources sorted by bytes come grouped by host.
 * written: its written form, where it is another one; else NULL: it is asked for
 *         by rule_written().
 * target: absolute http or https URL; "-" for 410, 200 and pass. A '*' at the
 *         host's start, where the bytes of the source's go, and one at the end
 *         of path or query, where the remainder goes; "{name}" of the
 *         written source in path and query.
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

/*
 * rule_make - check fields and bring them to normal form
 *
 * Returns 0 with *rule pointing into *buffer, or -EINVAL with *error filled.
 * Empty key values (len 0) count as absent. Of a source ".name" it is the rule
 * of "*.name"; rule_apex() gives the other one.
 */
int rule_make(struct rule *rule, struct rule_buffer *buffer,
	      const struct rule_fields *fields, struct rule_error *error);

/* The same, but adds what is wrong to what *error has already, as
 * rule_key_more() does. */
int rule_make_more(struct rule *rule, struct rule_buffer *buffer,
		   const struct rule_fields *fields, struct rule_error *error);

/* Whether a text can be a rule's tag: 0, or -EINVAL with *error filled. */
int rule_check_tag(const char *text, size_t len, struct rule_error *error);

/* The keys that may be given or left out, as bits. */
enum rule_keys {
	RULE_QUERY = 1,
	RULE_MAX_AGE = 2,
	RULE_TAG = 4,
	RULE_NOTE = 8,
	RULE_FINAL = 16,
	RULE_HEADER = 32, /* all of them together */
	RULE_SCHEME = 64,
	RULE_FIRST = 128,
	RULE_CASE = 256,
	RULE_KEYS = 511, /* all */
};

/* Which keys were given, an empty value being one, too. */
unsigned int rule_given(const struct rule_fields *fields);

/*
 * rule_keep - leave the keys that a change does not give as they were
 * @rule:  made without them
 * @old:   the rule of the same source before; its texts are used
 * @given: enum rule_keys
 *
 * A max-age that was the default of the old code was not given: it becomes that
 * of the new one. A key that the new code has not falls away.
 */
void rule_keep(struct rule *rule, const struct rule *old, unsigned int given);

/*
 * rule_change - give a rule another code or other keys
 * @old:    the rule in normal form; source and target are taken from it
 * @fields: code and keys; those that are not given stay as by rule_keep()
 *
 * Returns as rule_make(): -EINVAL also for a code that the target does not
 * allow.
 */
int rule_change(struct rule *rule, struct rule_buffer *buffer,
		const struct rule *old, const struct rule_fields *fields,
		struct rule_error *error);

/* Whether two rules are the same in all but how their sources are written. */
bool rule_equal(const struct rule *a, const struct rule *b);

#endif
