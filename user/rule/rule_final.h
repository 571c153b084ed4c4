/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_FINAL_H
#define RULE_FINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rule_error;

/* What a rule on trial is to become: final=CODE[:SECONDS]. */
struct rule_final {
	uint16_t code; /* rule_code.h; 0: nothing */
	uint32_t max_age;
};

/* Whether a rule with this code may have it; nothing always suits. */
bool rule_final_suits(const struct rule_final *final, uint16_t code);

/*
 * rule_final_read - read CODE[:SECONDS]
 * @code: of the rule
 *
 * Returns 0, or -EINVAL with *error filled.
 */
int rule_final_read(struct rule_final *final, uint16_t code, const char *text,
		    size_t len, struct rule_error *error);

/* It as it is written; SECONDS only where it is not that of the code. */
enum { RULE_FINAL_SIZE = sizeof("301/308:4294967295") };
const char *rule_final_text(char text[RULE_FINAL_SIZE],
			    const struct rule_final *final);

#endif
