/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_STEP_H
#define FORMAT_HAPROXY_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "format_haproxy_cond.h"
#include "format_haproxy_target.h"

/* What a request goes through, line for line. */
struct haproxy_steps {
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
		unsigned long before; /* what takes them before it */
		/* of a map: its keys, in the order in which they are asked */
		struct haproxy_key {
			struct format_region region;
			const char *value;
			unsigned long at, before;
			bool given;
		} * keys;
		size_t key_count;
	} * step;
	size_t count, room;
	size_t redirects; /* where those behind all http-request begin */
	bool acts;	  /* some of them, or of their backends, redirect */
};

#endif
