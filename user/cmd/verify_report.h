/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verify.h"

/* What verify says for people: the totals, then the findings of each kind. All
 * zero but for what is given. */
struct verify_report {
	const char *against;	/* as it was given */
	const char *rules;	/* which they are: "live" */
	unsigned long long top; /* findings shown of each kind; 0: all */

	struct verify_shown {
		char *text;
		size_t number;
	} * shown[VERIFY_KINDS];
	uint64_t trials; /* of rules on trial whose answer is permanent */
	size_t count[VERIFY_KINDS], room[VERIFY_KINDS];
};

/* Keep a finding's text, if it is one of the first of its kind by the rules'
 * order, whatever is answered first; as verify.h has it. */
int verify_report_take(const struct verify_finding *finding, void *report);

/* Print it all. */
void verify_report_print(struct verify_report *report,
			 const struct verify *verify);

/* Accepts one that is all zero. */
void verify_report_free(struct verify_report *report);

#endif
