/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_JSON_TEXT_H
#define FORMAT_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct format_file;
struct format_read;

/* A file that is one JSON object, with the lines that things stand on. All zero
 * is none. */
struct format_json {
	json_t *root;
	struct format_json_line {
		char key[32];	  /* of the object; cut where it is longer */
		unsigned long at; /* its position */
		size_t element;	  /* 0: the key; from 1: of its array */
	} * lines;
	size_t count, room;
};

/*
 * format_json_read - read all of a file
 *
 * What is no object is noted as an error, and root is NULL then. Returns 0 or
 * -errno with error_set().
 */
int format_json_read(struct format_json *json, struct format_read *read,
		     struct format_file *file);

/* The line of a key; element 1 is the first of its array. */
unsigned long format_json_at(const struct format_json *json, const char *key,
			     size_t element);

/* Accepts one that is all zero, and makes it so. */
void format_json_free(struct format_json *json);

#endif
