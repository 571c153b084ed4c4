/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLACES_H
#define PLACES_H

#include <stddef.h>
#include <stdio.h>

/*
 * Where the lines of an input stand, which may be in several files. A position
 * is one number for file and line; the lines of a single file have their
 * numbers as positions. All zero: an input without files, whose positions are
 * its lines.
 */
struct places {
	struct places_run {
		unsigned long first, last; /* positions */
		unsigned long line;	   /* of the first one */
		size_t file;
	} * runs;
	size_t count, room;
	char **files;
	size_t file_count, file_room;
};

/*
 * places_file - take in the name of a file
 *
 * Returns its number, from 0, the same for the same name; -ENOMEM with
 * error_set().
 */
long places_file(struct places *places, const char *name);

/*
 * places_at - the position of a line of a file
 *
 * To be asked for in the order in which lines are read: where another file comes
 * between, or an earlier line of the same one, a new run of positions begins.
 * Returns the position, from 1; 0 when memory is short.
 */
unsigned long places_at(struct places *places, size_t file, unsigned long line);

/* A position's file and line. A position that was never given is a line of the
 * first file, or of fallback if there is no file; places may be NULL. */
const char *places_of(const struct places *places, unsigned long at,
		      const char *fallback, unsigned long *line);

/* Print "FILE:LINE: ", made safe for terminals. */
void places_print(FILE *out, const struct places *places, unsigned long at,
		  const char *fallback);

/* A position as other messages name it: "line 7"; "FILE:7" of what is not the
 * first file. */
struct places_name {
	char text[300];
};
const char *places_name(struct places_name *name, const struct places *places,
			unsigned long at);

/* Accepts one that is all zero. */
void places_free(struct places *places);

#endif
