/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_HITS_H
#define VIEW_HITS_H

#include <jansson.h>

/* Which rules are asked for, and which are not, again and again. */
struct view_hits;

/* Returns 0 or -ENOMEM with error_set(). */
int view_hits_new(struct view_hits **hits, const char *state);

/*
 * view_hits_take - how it is now
 * @problems: an array that receives what could not be read, for people
 *
 * Goes through all rules of the live release. Returns an object, or NULL where
 * they cannot be read:
 *
 * "since"   Unix time, when counting began
 * "seconds" that rates are of, since the last call; null for the first
 * "rules"   the VIEW_HITS_TOP that were asked for most often meanwhile: an array
 *           of "rule" (a line), "rate" (each second, or null), "get_head",
 *           "other", "last" (Unix time)
 * "most"    likewise those that were asked for most often in all
 * "unused"  how many rules nobody asked for
 * "unused_rules" the first VIEW_HITS_TOP of them, lines
 */
json_t *view_hits_take(struct view_hits *hits, json_t *problems);
enum { VIEW_HITS_TOP = 50 };

/* Accepts NULL. */
void view_hits_free(struct view_hits *hits);

#endif
