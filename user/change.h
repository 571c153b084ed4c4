/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdint.h>

struct release;
struct release_note;

/* What the changing commands have in common. Commit the release and say on
 * standard output what it is, but for the end of the line. Returns 0 or -errno
 * with error_set(). */
int change_commit(struct release *release, const struct release_note *note);

/* The end of that line, and what may wait until it is out. */
void change_end(struct release *release);

/* Say on standard output that no release was needed. */
void change_none(const struct release *release);

#endif
