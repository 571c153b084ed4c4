/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_MAKE_H
#define RULE_MAKE_H

struct rule;
struct rule_buffer;
struct rule_error;
struct rule_fields;

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

#endif
