/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_USED_H
#define VIEW_USED_H

#include <jansson.h>

/*
 * What is asked for: hits by rule, and misses. To gather it costs by the number
 * of rules; so a thread does it, for no more than a twentieth of the time, and
 * whoever looks gets what there is.
 */
struct view_used;

/* Returns 0 or -ENOMEM with error_set(). */
int view_used_new(struct view_used **used, const char *state);

/* Whether somebody wants a look: nobody; soon, if it is time for one; or one of
 * now, however long it takes. */
enum view_wish { VIEW_NO_WISH, VIEW_SOON, VIEW_NOW };

/*
 * view_used_take - set "hits", "misses" and "used_time" in an object
 *
 * They are of view_hits_take() and view_misses_take(), null before the first
 * look has ended and where one failed; and when that was, Unix time in ms, or
 * null. "problems", an array, gets what could not be read.
 */
void view_used_take(struct view_used *used, json_t *root, enum view_wish wish);

/* Waits for a look to end. Accepts NULL. */
void view_used_free(struct view_used *used);

#endif
