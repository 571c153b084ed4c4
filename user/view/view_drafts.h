/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_DRAFTS_H
#define VIEW_DRAFTS_H

#include <jansson.h>
#include <stdint.h>

struct release_view;
struct store;

/* Open the store of a view that has none since there is no release yet: there may
 * be drafts before. Returns 0, also where there is no store, or -errno with
 * error_set(). */
int view_drafts_store(struct release_view *view, const char *state);

/* The names of the drafts where a release is live, as a JSON array. The same. */
int view_drafts_names(struct store *store, uint64_t live, json_t **names);

#endif
