// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "release_view.h"
#include "store.h"
#include "store_draft.h"
#include "view_drafts.h"

static int name_take(const struct store_draft *draft, void *names)
{
	if (json_array_append_new(names, json_string(draft->name)))
		return error_sys(-ENOMEM, "cannot list drafts");
	return 0;
}

int view_drafts_store(struct release_view *view, const char *state)
{
	if (view->store || !store_exists(state))
		return 0;
	return store_open(&view->store, state, STORE_READ);
}

int view_drafts_names(struct store *store, uint64_t live, json_t **names)
{
	*names = json_array();
	if (!*names)
		return error_sys(-ENOMEM, "cannot list drafts");
	return store ? store_draft_each(store, live, name_take, *names) : 0;
}
