/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_RELEASE_H
#define VIEW_RELEASE_H

#include <jansson.h>

struct store_pruned;
struct store_release;

/*
 * view_release_json - an entry of the log
 *
 * "release", "time" (Unix time), "user", "command", "message", "added",
 * "removed", "changed", "rules", "restores" (the release whose rules it has
 * again, or null), "pruned" (null, or who pruned what was before this one:
 * "before", "time", "user").
 */
json_t *view_release_json(const struct store_release *release,
			  const struct store_pruned *pruned);

#endif
