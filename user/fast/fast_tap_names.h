/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_NAMES_H
#define FAST_TAP_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct tap_name;

/* The names of an instance's interfaces, which may be in several network
 * namespaces, by what records say of them. */
struct fast_tap_names {
	struct tap_name *name;
	size_t count, room;
};

/* Read them anew; what cannot be read stays as it was. */
void fast_tap_names_read(struct fast_tap_names *names, const char *folder);

/* The name of an interface in a domain (fastpath.h), or "". */
const char *fast_tap_names_find(const struct fast_tap_names *names,
				uint32_t ifindex, uint32_t domain);

/* Accepts one that is all zero. */
void fast_tap_names_free(struct fast_tap_names *names);

#endif
