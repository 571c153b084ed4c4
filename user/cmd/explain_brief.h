/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_BRIEF_H
#define EXPLAIN_BRIEF_H

#include "answer.h"
#include "map_view.h"
#include "rule.h"

/* What a request for a URL gets, without the reasons: for many URLs. Starts
 * zeroed, and is used again for the next one. */
struct explain_brief {
	int status; /* of the answer; 404 where a fallback would be asked */
	const char *result;   /* as that of explain() */
	const char *location; /* not terminated; NULL: none */
	size_t location_len;
	bool found;	  /* a rule matches: */
	struct rule rule; /* ... this one, without its tag */
	struct rule_buffer buffer;
	struct map_key key;
	char answer[ANSWER_MAX];
};

/* Takes what explain() takes. Returns 0, or -errno with error_set(): -EINVAL
 * for a URL that no client could send, -EBADMSG for a damaged map. */
int explain_brief(struct explain_brief *brief, const char *url,
		  const char *method, const struct map *map);

#endif
