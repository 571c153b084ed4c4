// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_apache_item.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

struct apache_item *apache_items_add(struct apache_items *items)
{
	if (array_grow(&items->items, &items->room, items->count + 1,
		       sizeof(*items->items))) {
		no_memory();
		return NULL;
	}
	items->items[items->count] = (struct apache_item){0};
	return &items->items[items->count++];
}

const char *apache_conf_keep(struct apache_conf *conf, const char *text)
{
	return format_pool_text(&conf->pool, text, strlen(text));
}

const char *apache_conf_share(struct apache_conf *conf, const char *text)
{
	if (!conf->last || strcmp(conf->last, text) != 0)
		conf->last = apache_conf_keep(conf, text);
	return conf->last;
}

static void items_free(struct apache_items *items)
{
	size_t i, j;

	for (i = 0; i < items->count; i++) {
		struct apache_item *item = &items->items[i];

		for (j = 0; j < item->cond_count; j++) {
			free(item->conds[j].test);
			free(item->conds[j].pattern);
			free(item->conds[j].group);
		}
		free(item->conds);
	}
	free(items->items);
}

static void server_free(struct apache_server *server)
{
	size_t i;

	for (i = 0; i < server->name_count; i++)
		free(server->names[i]);
	free(server->names);
	free(server->folder);
	items_free(&server->rewrites);
	items_free(&server->aliases);
	items_free(&server->dir_rewrites);
	items_free(&server->dir_aliases);
}

void apache_conf_free(struct apache_conf *conf)
{
	size_t i;

	for (i = 0; i < conf->count; i++)
		server_free(&conf->servers[i]);
	for (i = 0; i < conf->map_count; i++) {
		free(conf->maps[i].name);
		free(conf->maps[i].type);
		free(conf->maps[i].path);
	}
	free(conf->servers);
	free(conf->maps);
	format_pool_free(&conf->pool);
	free(conf->root);
	*conf = (struct apache_conf){0};
}
