/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_ANSWER_H
#define FORMAT_APACHE_ANSWER_H

#include <stdbool.h>

/* How a redirect answers, beside its target. There is one for each way. */
struct apache_answer {
	const char *code; /* as rules have it */
	bool query_drop;
};

/* The one for a code that rules have; NULL for "pass". */
const struct apache_answer *apache_answer_of(const char *code, bool query_drop);

/* The code that a status is: "permanent", "301"; NULL for one that rules have
 * not. */
const char *apache_answer_code(const char *status);

#endif
