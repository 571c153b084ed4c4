/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "format_head.h"

/* What is wanted of an object, and who takes it. */
struct json_wanted {
	/* Whether an object is to be entered, of that path. */
	bool (*enters)(void *arg, struct format_piece path);
	/* A member that is no object: its path ("request.host"), and its value;
	 * of a string what it holds, in place, else as it is written. */
	void (*take)(void *arg, struct format_piece path,
		     struct format_piece value, bool string);
	void *arg;
};

/*
 * json_walk - go through an object on a line, and what it holds
 *
 * For access logs of a million lines: what is not wanted is passed over without
 * a look at anything but quotes and brackets. The text is changed. Returns NULL,
 * or what is wrong.
 */
const char *json_walk(char *text, size_t len, const struct json_wanted *wanted);

#endif
