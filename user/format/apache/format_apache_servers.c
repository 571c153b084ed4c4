// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_servers.h"
#include "format_apache_tell.h"
#include "format_read.h"

/* What is in no virtual host is not asked where there are some. */
static void main_tell(struct apache_giving *giving)
{
	const struct apache_items *items = &giving->conf->servers->rewrites;
	size_t i;

	for (i = 0; giving->conf->count > 1 && i < items->count; i++)
		apache_left_out(giving, items->items[i].at, "never reached",
				"RewriteRule %s: virtual hosts do not inherit "
				"it",
				items->items[i].pattern);
}

static void items_look(struct apache_giving *giving,
		       const struct apache_items *items)
{
	struct places_name place;
	size_t i;

	for (i = 0; i < items->count; i++)
		if (!items->items[i].given && items->items[i].before)
			apache_left_out(
				giving, items->items[i].at, "never reached",
				"%s: what is on %s takes it before",
				items->items[i].pattern,
				places_name(&place, &giving->read->places,
					    items->items[i].before));
}

void apache_reached_tell(struct apache_giving *giving)
{
	size_t i;

	for (i = 0; i < giving->conf->count; i++) {
		const struct apache_server *server = &giving->conf->servers[i];

		items_look(giving, &server->rewrites);
		items_look(giving, &server->aliases);
		items_look(giving, &server->dir_rewrites);
		items_look(giving, &server->dir_aliases);
	}
}

/* The first server of a port is also for hosts that none names. */
static void default_tell(struct apache_giving *giving)
{
	const struct apache_conf *conf = giving->conf;
	size_t i, j;

	for (i = 1; i < conf->count; i++) {
		const struct apache_server *server = &conf->servers[i];

		for (j = 1; j < i && conf->servers[j].port != server->port; j++)
			;
		if (j == i && server->name_count &&
		    (server->rewrites.count || server->aliases.count ||
		     server->dir_rewrites.count || server->dir_aliases.count ||
		     conf->servers->aliases.count))
			apache_differs(giving, server->at, "default host",
				       "Apache takes the first virtual host "
				       "for hosts that none names; rules do "
				       "where it has no ServerName");
	}
}

void apache_servers_tell(struct apache_giving *giving)
{
	main_tell(giving);
	default_tell(giving);
}
