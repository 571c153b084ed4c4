/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_BASE_H
#define FORMAT_BASE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text is an absolute http or https URL. */
bool format_absolute(const char *text, size_t len);

/*
 * format_base - a reference relative to a base URL (RFC 3986 5.2), dot segments
 * aside
 * @dst:  size bytes of room; not terminated
 * @base: an absolute URL
 *
 * Returns the length, or -EINVAL where the base is none or dst too small.
 */
int format_base(char *dst, size_t size, const char *base, const char *text,
		size_t len);

#endif
