/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_PROPERTY_H
#define LISTEN_PROPERTY_H

#include <stddef.h>

struct listen_address;

/* With what one begins that has none: a path is for its owner and group. */
void listen_property_none(struct listen_address *address);

/*
 * listen_property - take a word: https, proxy; of a path also mode=OCTAL,
 *                   user=NAME, group=NAME
 *
 * Returns 0, -EEXIST if it is there already, -ENOENT if it is none of these, or
 * -EINVAL with error_set() for a value.
 */
int listen_property(struct listen_address *address, const char *word,
		    size_t len);

#endif
