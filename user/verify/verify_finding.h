/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_FINDING_H
#define VERIFY_FINDING_H

#include <stddef.h>

struct rule;
struct http_answer;
struct verify_request;

/* What is told of a request, or of a rule. */
enum verify_kind {
	VERIFY_STATUS,	 /* another status */
	VERIFY_LOCATION, /* another Location, or as many as one is not */
	VERIFY_NONE,	 /* no whole answer */
	VERIFY_HIDDEN,	 /* another rule wins for what was made up */
	VERIFY_KINDS,
};

extern const char *const verify_kind_names[VERIFY_KINDS];

/* Its texts are valid during the call that tells of it. */
struct verify_finding {
	enum verify_kind kind;
	const struct rule *rule;
	size_t number; /* of the rule, in the order of the sources */
	const char *method;
	const char *scheme; /* http or https */
	const struct verify_request *request;
	int status;			  /* what the rules say */
	const char *location;		  /* "": none */
	const struct http_answer *answer; /* NULL: not asked */
	/* VERIFY_HIDDEN: the source that wins, as it is written; NULL: no
	 * request could be made */
	const char *winner;
};

#endif
