/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_READY_H
#define VIEW_READY_H

#include <jansson.h>
#include <stdbool.h>

/*
 * view_ready - whether what is live is what answers
 * @figures: of view_figures_take()
 * @why:     an array that receives a text for each thing that is wrong
 *
 * True while there is a server or an attached interface, and all of them answer
 * from the live release.
 */
bool view_ready(const json_t *figures, json_t *why);

/* What is wrong at all: that, what could not be looked at, a damaged map,
 * addresses on which nobody listens. An array of texts, or NULL without
 * memory. */
json_t *view_warnings(const json_t *figures);

#endif
