/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_RATES_H
#define VIEW_RATES_H

#include <jansson.h>

/* What became of requests in each second, from figures that follow each other. */
struct view_rates;

/* Returns 0 or -ENOMEM with error_set(). */
int view_rates_new(struct view_rates **rates);

/*
 * view_rates_add - add the rates since the figures before
 * @figures: of view_figures_take(); receives
 *
 * "rates"   null for the first; or an object, all of it each second: "seconds"
 *           (that it is of), "fastpath" and "server" (answers of rules), "codes"
 *           (an object of such pairs by status code), "misses", "passes",
 *           "errors" (answers without a rule, but 404), "handed" and "dropped"
 *           (the fast path's, by reason, those that are not 0)
 * "history" arrays of the last VIEW_HISTORY seconds, the newest last: "ago"
 *           (seconds), "fastpath", "server", "misses"
 *
 * Where a server of detour runs, a miss is one that it met, else one that was
 * handed over. A counter that has fallen began anew, and counts as 0.
 */
void view_rates_add(struct view_rates *rates, json_t *figures);
enum { VIEW_HISTORY = 300 };

/* Accepts NULL. */
void view_rates_free(struct view_rates *rates);

#endif
