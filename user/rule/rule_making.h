/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_MAKING_H
#define RULE_MAKING_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_source.h"

struct rule;
struct rule_buffer;
struct rule_error;
struct rule_fields;

/* The rule while its fields are read, all of them, whatever is wrong with
 * one. */
struct rule_making {
	struct rule *rule;
	struct rule_buffer *buffer;
	const struct rule_fields *fields;
	struct rule_shape shape;
	struct rule_error *error;
	bool bad_code;
};

/*
 * Its steps, in their order. Each adds what is wrong to making->error, with the
 * field's text before it, and goes on.
 */
void rule_making_present(struct rule_making *making);
void rule_making_case(struct rule_making *making);
void rule_making_source(struct rule_making *making);
void rule_making_code(struct rule_making *making);
void rule_making_target(struct rule_making *making);
void rule_making_keys(struct rule_making *making);

/* Let the rule have the stored form of its written source of n bytes, by its
 * shape. */
void rule_making_stored(struct rule_making *making, size_t n);

#endif
