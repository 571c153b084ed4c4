/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_DRAFT_LIST_H
#define CMD_DRAFT_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct cmd;
struct release_view;
struct store;

/* Print the drafts, by name. Returns 0 or -errno with error_set(). */
int cmd_draft_list(const struct cmd *cmd, bool json);

/* Open the store of a view that has none since there is no release yet: there may
 * be drafts before. Returns 0, also where there is no store, or -errno with
 * error_set(). */
int cmd_draft_store(struct release_view *view, const char *state);

/* Their names where a release is live, as a JSON array. The same. */
int cmd_draft_names(struct store *store, uint64_t live, json_t **names);

#endif
