/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_CHANGE_H
#define RULE_CHANGE_H

struct rule;
struct rule_buffer;
struct rule_error;
struct rule_fields;

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
unsigned int rule_change_given(const struct rule_fields *fields);

/*
 * rule_change_keep - leave the keys that a change does not give as they were
 * @rule:  made without them
 * @old:   the rule of the same source before; its texts are used
 * @given: enum rule_keys
 *
 * A max-age that was the default of the old code was not given: it becomes that
 * of the new one. A key that the new code has not falls away.
 */
void rule_change_keep(struct rule *rule, const struct rule *old,
		      unsigned int given);

/*
 * rule_change - give a rule another code or other keys
 * @old:    the rule in normal form; source and target are taken from it
 * @fields: code and keys; those that are not given stay as by rule_change_keep()
 *
 * Returns as rule_make(): -EINVAL also for a code that the target does not
 * allow.
 */
int rule_change(struct rule *rule, struct rule_buffer *buffer,
		const struct rule *old, const struct rule_fields *fields,
		struct rule_error *error);

#endif
