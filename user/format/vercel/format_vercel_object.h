/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_OBJECT_H
#define FORMAT_VERCEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

struct format_file;
struct format_read;

/* Give the redirects of a file of JSON objects. Returns 0 or -errno with
 * error_set(). */
int vercel_objects_read(struct format_read *read, struct format_file *file);

/* Whether a text begins with a redirect as an object, perhaps the first one of
 * an array. */
bool vercel_object_is(const char *text, size_t len);

#endif
