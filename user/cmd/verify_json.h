/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_JSON_H
#define VERIFY_JSON_H

#include "json.h"
#include "verify.h"

struct crawl;

/* What verify says for programs: one object. What is found is printed as it
 * comes, so that it need not be kept. Begins with { { stdout } }. */
struct verify_json {
	struct json_list list;
};

/* Print the beginning: whom, and by which rules; either may be NULL. */
void verify_json_begin(struct verify_json *json, const char *against,
		       const char *rules);

/* Print a finding; as verify.h has it. */
int verify_json_take(const struct verify_finding *finding, void *json);

/* Print the totals, of either if not NULL, whether that is all that was to be
 * asked, and the end. Returns 0 or -errno with
 * error_set(). */
int verify_json_end(struct verify_json *json, const struct verify *verify,
		    const struct crawl *crawl, bool complete);

#endif
