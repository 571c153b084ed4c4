/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_FIGURES_H
#define WEB_FIGURES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The last figures, between the thread that receives them and the one that
 * answers requests. */
struct web_figures;

/* @gather: of web_gather_start(). Returns 0 or -ENOMEM with error_set(). */
int web_figures_new(struct web_figures **figures, int gather);

/* Wait for new ones, and take them. Returns 0 or -errno with error_set(). */
int web_figures_receive(struct web_figures *figures);

/*
 * web_figures_get - the last ones
 * @used:     what costs by the number of rules is wanted, too
 * @sequence: receives their number, from 1 on
 *
 * Those of view_figures_take() with what view_rates_add() adds, "ready" (a
 * boolean), "why" (an array of texts where it is false) and "warnings". Somebody
 * looks, so newer ones are waited for, if these are old, for a moment: once.
 * Returns them for json_decref(), nobody changes them; or NULL as long as there
 * are none.
 */
json_t *web_figures_get(struct web_figures *figures, bool used,
			uint64_t *sequence);

/* How old they are, in ms. */
int64_t web_figures_age(const json_t *figures);

/* Accepts NULL. */
void web_figures_free(struct web_figures *figures);

#endif
