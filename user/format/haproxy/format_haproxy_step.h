/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_STEP_H
#define FORMAT_HAPROXY_STEP_H

#include "format_haproxy_action.h"
#include "format_haproxy_cond.h"
#include "format_region.h"

struct haproxy_steps;

/* What one line does with the requests that come to it. */
struct haproxy_step {
	enum haproxy_step_kind {
		HAPROXY_ACT,  /* redirect it, or say 410 */
		HAPROXY_PASS, /* the end: nothing here answers it */
		HAPROXY_JUMP, /* go on behind all http-request */
		HAPROXY_CALL, /* go to a backend */
	} kind;
	struct haproxy_cond cond;
	struct haproxy_action action;
	const struct haproxy_steps *backend;
	unsigned long at;
	bool tried, given;    /* some requests come to it, and get it */
	bool unsure;	      /* some that come to it are in no region */
	unsigned long before; /* what takes them before it */
	/* of a map: its keys, in the order in which they are asked */
	struct haproxy_key {
		struct format_region region;
		const char *value;
		unsigned long at, before;
		bool given;
	} * keys;
	size_t key_count;
};

#endif
