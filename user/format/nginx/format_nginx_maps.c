// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "format_nginx_keys.h"
#include "format_nginx_maps.h"
#include "format_nginx_tell.h"
#include "format_read.h"

struct nginx_map *nginx_map_find(const struct nginx *nginx, const char *name,
				 size_t len)
{
	struct nginx_map *map;

	for (map = nginx->maps; map; map = map->next)
		if (!strncmp(map->name + 1, name, len) && !map->name[len + 1])
			return map;
	return NULL;
}

struct nginx_map *nginx_map_make(struct nginx *nginx, struct nginx_node *node,
				 const char *name, const char *source)
{
	struct nginx_map *map = nginx_take(nginx, sizeof(*map));
	size_t i;

	if (!map)
		return NULL;
	map->name = name;
	map->source = source;
	map->fallback = "";
	map->at = node->at;
	map->node = node;
	map->exact.last = &map->exact.first;
	for (i = 0; i < 256; i++)
		map->wild[i].last = &map->wild[i].first;
	map->regex.last = &map->regex.first;
	if (!nginx_key_read(&map->key, source))
		map->why = "its key is not made of scheme, host and path";
	map->next = nginx->maps;
	nginx->maps = map;
	return map;
}

/* A word of a map that is none of its keys. */
static bool special(struct nginx *nginx, struct nginx_map *map,
		    const char *const *word, size_t count, unsigned long at)
{
	if (count == 1 && !strcmp(word[0], "hostnames"))
		map->hostnames = true;
	else if (count == 1 && !strcmp(word[0], "volatile"))
		return true;
	else if (count != 2)
		format_error(nginx->read, at, "line",
			     "a map has lines of a key and a value");
	else if (!strcmp(word[0], "default")) {
		map->fallback = word[1];
		map->fallback_at = at;
	} else
		return false;
	return true;
}

static void list_take(struct nginx_list *list, struct nginx_entry *entry)
{
	*list->last = entry;
	list->last = &entry->next;
}

static struct nginx_entry *entry_make(struct nginx *nginx, const char *key,
				      const char *value, unsigned long at)
{
	struct nginx_entry *entry = nginx_take(nginx, sizeof(*entry));

	if (entry)
		*entry = (struct nginx_entry){
			.key = key, .value = value, .at = at};
	return entry;
}

void nginx_map_entry(struct nginx *nginx, struct nginx_map *map,
		     const char *const *word, size_t count, unsigned long at)
{
	struct nginx_entry *entry, *apex;
	const char *key = word[0];
	char *wild;

	if (special(nginx, map, word, count, at))
		return;
	entry = entry_make(nginx, key, word[1], at);
	if (!entry)
		return;
	if (*key == '~')
		list_take(&map->regex, entry);
	else if (map->hostnames && !strncmp(key, "*.", 2))
		list_take(&map->wild[strlen(key) & 255], entry);
	else if (map->hostnames && *key == '.') {
		apex = entry_make(nginx, key + 1, word[1], at);
		wild = nginx_take(nginx, strlen(key) + 2);
		if (!apex || !wild)
			return;
		*wild = '*';
		strcpy(wild + 1, key);
		entry->key = wild;
		list_take(&map->exact, apex);
		list_take(&map->wild[strlen(wild) & 255], entry);
	} else if (map->hostnames && *key && key[strlen(key) - 1] == '*')
		format_cannot(nginx->read, at, "host",
			      "%s: rules have no names that only begin so",
			      key);
	else
		list_take(&map->exact, entry);
}

void nginx_map_block(struct nginx *nginx, struct nginx_node *node)
{
	struct nginx_node *child;
	struct nginx_map *map;

	if (node->count != 3 || node->word[2][0] != '$') {
		format_error(nginx->read, node->at, "line",
			     "map has a source and a variable");
		return;
	}
	map = nginx_map_make(nginx, node, node->word[2], node->word[1]);
	for (child = node->child; map && child; child = child->next)
		nginx_map_entry(nginx, map, child->word, child->count,
				child->at);
}
