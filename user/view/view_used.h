/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_USED_H
#define VIEW_USED_H

#include <jansson.h>
#include <stdbool.h>

/*
 * What is asked for: hits by rule, and misses. To gather it costs by the number
 * of rules; so a thread does it, for no more than a twentieth of the time, and
 * whoever looks gets what there is.
 */
struct view_used;

/* The first look begins with the first view_used_take(). Returns 0 or -ENOMEM
 * with error_set(). */
int view_used_new(struct view_used **used, const char *state);

/*
 * view_used_take - set "hits" and "misses" in an object
 * @wait: have a look of now, however long it takes
 *
 * They are of view_hits_take() and view_misses_take(), null before the first
 * look has ended and where one failed. "problems", an array, gets what could not
 * be read.
 */
void view_used_take(struct view_used *used, json_t *root, bool wait);

/* Waits for a look to end. Accepts NULL. */
void view_used_free(struct view_used *used);

#endif
