/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATH_H
#define PATH_H

#include <stdarg.h>

/* Paths; each function writes to PATH_MAX bytes of room. */

/*
 * path_join - the path of what is in a folder: FOLDER/NAME
 * @name: a format; what it makes may lead further down
 *
 * Returns 0, or -ENAMETOOLONG with error_set(), and then path is "", which
 * names nothing.
 */
int path_join(char *path, const char *folder, const char *name, ...)
	__attribute__((format(printf, 3, 4)));
int path_vjoin(char *path, const char *folder, const char *name, va_list args)
	__attribute__((format(printf, 3, 0)));

/* The directory that a path is in. */
void path_parent(char *parent, const char *path);

#endif
