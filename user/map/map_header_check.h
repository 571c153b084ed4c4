/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_HEADER_CHECK_H
#define MAP_HEADER_CHECK_H

#include <stddef.h>

#include "map.h"

/* For messages, by section. */
extern const char *const map_section_names[MAP_SECTIONS];

/*
 * map_header_check - whether a header is one, and says what can be read
 * @size: of the file
 * @name: of the file, for errors
 *
 * Of the file it is only the header that is looked at: 0, -EBADMSG, or
 * -EPROTONOSUPPORT for another layout or byte order; with error_set().
 */
int map_header_check(const struct map_header *header, size_t size,
		     const char *name);

#endif
