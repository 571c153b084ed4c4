/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_ERROR_H
#define RULE_ERROR_H

#include <stddef.h>

/* What is wrong with a rule: the field ("source", "target", "code", "max-age",
 * "query", "tag", "line"...) and the reason, for people, with the field's text
 * in it. What is wrong with other fields, too, is after the first. */
enum { RULE_ERRORS_MORE = 7, RULE_REASON = 512 };

struct rule_error {
	const char *field;
	char reason[RULE_REASON];
	unsigned int more_count;
	struct rule_error_more {
		const char *field;
		char reason[RULE_REASON];
	} more[RULE_ERRORS_MORE];
};

/* Fill *error; -EINVAL. */
int rule_fail(struct rule_error *error, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put the first of what is wrong in *one after what *error has already; what
 * it has no more room for is left out. Returns -EINVAL. */
int rule_error_add(struct rule_error *error, const struct rule_error *one);

/* A piece of input for a message: in quotes, cut when it is long, what is not
 * seen or no UTF-8 as \xNN. */
struct rule_quote {
	char text[96];
};
const char *rule_quote(struct rule_quote *quote, const char *text, size_t len);

#endif
