/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_JSON_OBJECTS_H
#define FORMAT_JSON_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

struct lines;

/*
 * The objects of a file that is a JSON array of them, or has one a line, each
 * as its text: the file is never in memory as a whole. All zero but lines is
 * the beginning.
 */
struct json_objects {
	struct lines *lines;
	bool begun, array, ended, behind; /* behind: an object, or a comma */
	unsigned long line;		  /* of what comes next, less 1 */
	char in[32768];
	size_t at, len;	       /* what is read and not given */
	char text[LIMIT_LINE]; /* the object */
	size_t text_len;
	unsigned long text_line; /* that it begins on, from 1 */
};

/*
 * json_objects_next - the next object
 *
 * Returns 1 with its text, whose braces and quotes fit; 0 at the end; -EINVAL
 * with *reason, a constant text, and text_line, after which it goes on where
 * there is something to go on with; any other -errno with error_set().
 */
int json_objects_next(struct json_objects *objects, const char **reason);

#endif
