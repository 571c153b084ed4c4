/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_RATES_H
#define VIEW_RATES_H

#include <stdbool.h>

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
 * "answered" of rules, since it is counted: "fastpath" and "server", null for
 *           what is not there
 * "history" arrays of the last VIEW_HISTORY seconds, the newest last: "ago"
 *           (seconds), "fastpath", "server", "misses"
 *
 * Where a server of detour runs, a miss is one that it met, else one that was
 * handed over. A counter that has fallen began anew, and counts as 0.
 */
void view_rates_add(struct view_rates *rates, json_t *figures);
enum { VIEW_HISTORY = 300 };

/* Whether a reason of "dropped" is how a connection goes that the fast path
 * answers: bare ACKs and RSTs end there, and nobody misses them. */
bool view_rates_swallowed(const char *reason);

/* Accepts NULL. */
void view_rates_free(struct view_rates *rates);

#endif
