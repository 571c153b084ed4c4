/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_TARGET_H
#define FORMAT_HAPROXY_TARGET_H

#include <stdbool.h>

#include "format_haproxy_action.h"

struct format_region;
struct haproxy;

/* How a target is written down. */
enum haproxy_form {
	HAPROXY_LOCATION,     /* a log-format, the whole Location */
	HAPROXY_PREFIX,	      /* one, with path and query behind it */
	HAPROXY_PREFIX_QUERY, /* one, with the path behind it */
	HAPROXY_SCHEME,	      /* of the same URL */
};

/*
 * haproxy_target_read - read a target
 * @format: it is a log-format; else taken as it is
 *
 * Returns 0 or -ENOMEM with error_set(); action->why where it cannot be said.
 */
int haproxy_target_read(struct haproxy *haproxy, struct haproxy_action *action,
			const char *text, enum haproxy_form form, bool format);

/* Make one: value is what a map gives. What it answers otherwise is told. */
void haproxy_target_make(struct haproxy *haproxy, struct haproxy_target *target,
			 const struct haproxy_action *action,
			 const struct format_region *region, const char *value);

#endif
