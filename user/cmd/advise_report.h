/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_REPORT_H
#define ADVISE_REPORT_H

struct advise;
struct cmd;

/* What there is to say, and of which rules. */
struct advise_report {
	const struct advise *advise;
	const struct cmd *cmd;	/* what to write instead is for its state */
	const char *rules;	/* their name: "live" */
	const char *draft;	/* whose they are, or NULL */
	unsigned long long top; /* rules that are printed; 0: all */
};

/* Print what was counted, and for the first rules what to write instead. */
void advise_report_print(const struct advise_report *report);

/* The same as a JSON object, with all rules. Returns 0 or -errno with
 * error_set(). */
int advise_json_print(const struct advise_report *report);

#endif
