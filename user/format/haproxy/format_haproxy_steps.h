/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_STEPS_H
#define FORMAT_HAPROXY_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "format_haproxy_step.h"

/* What a request goes through, line for line. */
struct haproxy_steps {
	struct haproxy_step *step;
	size_t count, room;
	size_t redirects; /* where those behind all http-request begin */
	bool acts;	  /* some of them, or of their backends, redirect */
};

struct haproxy;
struct haproxy_section;

/* Those of a section, made once. What cannot be said is told. Returns NULL with
 * error_set() when memory is short. */
struct haproxy_steps *haproxy_steps(struct haproxy *haproxy,
				    struct haproxy_section *section);

#endif
