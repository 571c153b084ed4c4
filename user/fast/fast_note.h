/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_NOTE_H
#define FAST_NOTE_H

#include <stddef.h>

/* What is to be said of something that was done all the same: texts as those of
 * error_set(), in the order in which they were added. */
struct fast_notes {
	char **text;
	size_t count, room;
};

/* One that there is no memory for is left away. */
void fast_note(struct fast_notes *notes, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Accepts one that is all zero. */
void fast_note_free(struct fast_notes *notes);

#endif
