// SPDX-License-Identifier: BSD-2-Clause
#include "json.h"
#include "store_prune.h"
#include "store_release.h"
#include "view_release.h"

/* Who pruned what was before the oldest release, and when. */
static json_t *pruned_json(const struct store_pruned *pruned)
{
	return json_pack("{s:I, s:I, s:o}", "before",
			 (json_int_t)pruned->before, "time",
			 (json_int_t)pruned->time, "user",
			 json_of_text(pruned->user));
}

json_t *view_release_json(const struct store_release *release,
			  const struct store_pruned *pruned)
{
	json_t *before = pruned->before == release->number ? pruned_json(pruned)
							   : json_null();
	json_t *restores = release->named == STORE_NO_ROWS
				   ? json_null()
				   : json_integer(release->named);

	return json_pack(
		"{s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o, s:o}",
		"release", (json_int_t)release->number, "time",
		(json_int_t)release->time, "user", json_of_text(release->user),
		"command", json_of_text(release->command), "message",
		json_of_text(release->message), "added",
		(json_int_t)release->added, "removed",
		(json_int_t)release->removed, "changed",
		(json_int_t)release->changed, "rules",
		(json_int_t)release->rules, "restores", restores, "pruned",
		before);
}
