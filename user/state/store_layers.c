// SPDX-License-Identifier: BSD-2-Clause
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_layers.h"

int store_layers_find(struct store *store, uint64_t rows,
		      struct store_layers *layers)
{
	int err;

	for (layers->count = 0; store_draft_is(rows); layers->count++) {
		if (layers->count == STORE_LAYERS)
			return store_damaged(store);
		layers->rows[layers->count] = rows;
		err = store_draft_under(store, rows, &rows);
		if (err)
			return err;
	}
	layers->base = rows;
	return 0;
}
