/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_CODE_H
#define RULE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a rule answers with: a status code, pass, or a pair of codes, of which
 * GET and HEAD get the first and every other method gets the second, which
 * keeps method and body (RFC 9110 15.4.8 and 15.4.9).
 */
enum {
	RULE_PASS = 0,
	RULE_301_308 = 3018,
	RULE_302_307 = 3027,
};

struct rule_code {
	const char *text;
	uint16_t code;	       /* as a rule has it */
	uint16_t first, other; /* status of GET and HEAD, of the rest; or 0 */
	bool target;	       /* it goes somewhere */
	uint32_t max_age;      /* where none is given */
};

/* All of them as a message lists them. */
#define RULE_CODES "301 302 303 307 308 301/308 302/307 410 200 pass"

/* The code as it is written, or NULL. */
const struct rule_code *rule_code_find(const char *text, size_t len);

/* What a rule's code means; that of pass for one that is none. */
const struct rule_code *rule_code(uint16_t code);

/* Whether caches keep its answer where nothing else is said: 301, 308, 301/308
 * and 410. */
bool rule_code_permanent(uint16_t code);

#endif
