// SPDX-License-Identifier: BSD-2-Clause
#include "change.h"
#include "edit.h"
#include "edit_apply.h"
#include "edit_write.h"
#include "release_map.h"

/* Where the rules are the whole release, its map is compiled from memory while
 * the store is written. */
int edit_apply(struct edit *edit, struct change *change)
{
	struct release_source source = {.next = edit_write_next};
	int err = 0;

	source.arg = &edit->all;
	edit->all.set = &edit->rules;
	if (edit->whole)
		err = change_compile(change, &source);
	if (!err)
		err = change_take_rows(change);
	if (!err)
		err = edit_write(edit, change_store(change),
				 change_number(change));
	return err;
}
