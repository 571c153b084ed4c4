// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_apache_flags.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_steps.h"

static int items_add(struct apache_giving *giving, struct apache_items *items)
{
	size_t from = giving->count, i;

	if (array_grow(&giving->steps, &giving->room, from + items->count,
		       sizeof(*giving->steps)))
		return error_sys(-ENOMEM, "cannot read the file");
	for (i = 0; i < items->count; i++)
		giving->steps[from + i] = (struct apache_step){
			.item = &items->items[i],
			.list_end = from + items->count,
		};
	giving->count += items->count;
	return 0;
}

/* Whether an expression may be for an absolute URL. */
static bool is_loose(const char *pattern)
{
	if (*pattern != '^')
		return true;
	return !pattern[1] || strchr("h(.[\\?*$|", pattern[1]);
}

/* Which rules of a list depend on others. */
static void list_look(struct apache_items *items)
{
	unsigned long follows = 0, loose = 0;
	unsigned int left = 0;
	struct apache_flags flags;
	size_t i;

	for (i = 0; i < items->count; i++) {
		struct apache_item *item = &items->items[i];
		bool known = apache_flags_read(&flags, item->code);

		item->follows = left ? follows : 0;
		left -= left > 0;
		if (known && (flags.chain || flags.skip) && !item->off) {
			unsigned int more = flags.chain ? 1 : flags.skip;

			follows = item->at;
			left = more > left ? more : left;
		}
	}
	for (i = items->count; i-- > 0;) {
		struct apache_item *item = &items->items[i];

		if (item->off)
			continue;
		if (loose && apache_flags_read(&flags, item->code) &&
		    !flags.last && !flags.gone)
			item->changes = loose;
		if (is_loose(item->pattern))
			loose = item->at;
	}
}

int apache_steps(struct apache_giving *giving)
{
	struct apache_server *server = giving->server;
	struct apache_server *main_server = giving->conf->servers;
	bool own = server == main_server;
	size_t rewrites, folders, i;
	int err;

	giving->count = 0;
	list_look(&server->rewrites);
	list_look(&server->dir_rewrites);
	err = items_add(giving, &server->rewrites);
	rewrites = giving->count;
	if (!err)
		err = items_add(giving, &server->aliases);
	if (!err && !own)
		err = items_add(giving, &main_server->aliases);
	if (!err)
		err = items_add(giving, &server->dir_rewrites);
	if (!err && !own && !server->dir_rewrites.count)
		err = items_add(giving, &main_server->dir_rewrites);
	folders = giving->count;
	if (!err)
		err = items_add(giving, &server->dir_aliases);
	if (!err && !own)
		err = items_add(giving, &main_server->dir_aliases);
	for (i = 0; i < giving->count; i++)
		giving->steps[i].take_end =
			i < rewrites || i >= folders ? giving->count : folders;
	return err;
}
