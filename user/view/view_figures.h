/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_FIGURES_H
#define VIEW_FIGURES_H

#include <jansson.h>

#include "view_used.h"

/*
 * All that an operator looks at, gathered again and again for whoever shows it:
 * the page, the terminal view. What costs by the number of rules is kept, and
 * looked at anew no more often than makes a twentieth of the time.
 */
struct view_figures;

/* Returns 0 or -ENOMEM with error_set(). The state directory need not be there
 * yet. */
int view_figures_new(struct view_figures **figures, const char *state);

/*
 * view_figures_take - how it is now
 * @wish: for what costs by the number of rules; not granted where the live map is
 *        not known to be sound
 *
 * Returns an object, or NULL with error_set() when memory runs out:
 *
 * "state"      the directory
 * "time"       Unix time in ms
 * "clock"      ms of a clock that nobody sets, for rates
 * "problems"   an array: what could not be looked at, and why, for people
 * "release"    the number of the live one; 0 before the first; null: unknown
 * "rules"      of it, or null
 * "map"        view_map_take()'s object, without "sound" until it was checked;
 *              null without rules
 * "counters"   "fastpath": an object of numbers by name, or null where nothing
 *              is attached; "hidden": whether this user may not see them;
 *              "socket": an object
 * "servers"    view_servers_take()'s array
 * "interfaces" fast_status_take()'s array, or null if this user may not see it
 * "releases"   the last VIEW_RELEASES of view_release_json(), the newest first
 * "drafts"     names
 * "hits", "misses", "used_time" as view_used_take() has them
 *
 * Nothing is put right by it, and nothing printed. A server that does not
 * answer holds it up for two seconds.
 */
json_t *view_figures_take(struct view_figures *figures, enum view_wish wish);
enum { VIEW_RELEASES = 50 };

/* Accepts NULL. */
void view_figures_free(struct view_figures *figures);

#endif
