/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_VALUE_H
#define RULE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct rule;
struct rule_buffer;
struct rule_error;
struct rule_field;
struct rule_shape;

/*
 * The fields of a rule, each for itself: check its text, and let the rule have
 * it. All return 0 or -EINVAL with *error filled. The code comes first, since
 * the others have to suit it; where a shape is asked for, the source is read.
 */
int rule_value_code(struct rule *rule, const struct rule_field *field,
		    struct rule_error *error);
int rule_value_target(struct rule *rule, struct rule_buffer *buffer,
		      const struct rule_shape *shape,
		      const struct rule_field *field, struct rule_error *error);
int rule_value_query(struct rule *rule, const struct rule_shape *shape,
		     const struct rule_field *field, struct rule_error *error);
int rule_value_max_age(struct rule *rule, const struct rule_field *field,
		       struct rule_error *error);
int rule_value_scheme(struct rule *rule, const struct rule_field *field,
		      struct rule_error *error);
int rule_value_first(struct rule *rule, const struct rule_shape *shape,
		     const struct rule_field *field, struct rule_error *error);
int rule_value_tag(struct rule_buffer *buffer, const struct rule_field *field,
		   struct rule_error *error);

/* The same for a header, which dst receives as rule_header_read() gives it.
 * Returns its length. */
int rule_value_header(const struct rule *rule, char *dst,
		      const struct rule_field *field, struct rule_error *error);

/* Whether a target is "-" just where the code has none: 0 or -EINVAL. */
int rule_value_dash(const struct rule *rule, bool dash,
		    struct rule_error *error);

/* Whether a text can be a rule's tag: 0, or -EINVAL with *error filled. */
int rule_value_check_tag(const char *text, size_t len,
			 struct rule_error *error);

/* Whether the code is one that first=yes may have. */
bool rule_value_may_be_first(const struct rule *rule);

/* Whether a field is there and not empty; whether it is a text. */
bool rule_value_given(const struct rule_field *field);
bool rule_value_is(const struct rule_field *field, const char *text);

#endif
