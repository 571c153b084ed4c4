/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>
#include <stdio.h>

/*
 * How far something is that takes long, on one line of a terminal that is
 * written anew. One for the program; all may be called without its being shown.
 */

/* Show it on out if that is a terminal, from a second on, by a thread of its
 * own; until progress_off(), which takes the line away. */
void progress_on(FILE *out);
void progress_off(void);

/* What is done now, a constant text: "reading"; of how many rules, or 0. Any
 * number of them follow one another. */
void progress_stage(const char *what, uint64_t total);

/* The same of what is no rule: "lines". */
void progress_stage_of(const char *what, const char *things, uint64_t total);

/* How many of them are done; for each, since it is no more than a store. */
void progress_at(uint64_t done);

#endif
