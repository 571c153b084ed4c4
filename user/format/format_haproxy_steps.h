/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_STEPS_H
#define FORMAT_HAPROXY_STEPS_H

#include "format_haproxy_step.h"

struct haproxy;
struct haproxy_section;

/* Those of a section, made once. What cannot be said is told. Returns NULL with
 * error_set() when memory is short. */
struct haproxy_steps *haproxy_steps(struct haproxy *haproxy,
				    struct haproxy_section *section);

#endif
