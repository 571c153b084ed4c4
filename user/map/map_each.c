// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_each.h"
#include "map_listed.h"
#include "map_text.h"
#include "map_view.h"

struct each {
	const struct map *map, *over;
	map_rule_fn *fn;
	void *arg;
	uint32_t skip; /* records with these flags */
	uint64_t count;
	/* by the host's number: its record, or 0, and its hash */
	struct each_host {
		uint64_t hash;
		uint32_t addr;
	} * hosts;
	size_t room;
	struct rule rule;
	struct rule_buffer buffer;
};

static int rule_give(struct each *each, uint32_t host, uint32_t addr)
{
	/* A source that is not known any more would count as not changed. */
	if (map_rule_text(&each->rule, &each->buffer, each->map, host, addr))
		return each->skip & MAP_RULE_GONE ? 0 : -EBADMSG;
	each->count++;
	return each->fn(&each->rule, each->arg);
}

static int host_note(struct each *each, uint32_t id, uint32_t addr,
		     uint64_t hash)
{
	size_t had = each->room;

	if (id > each->map->header.hosts)
		return 0;
	if (array_grow(&each->hosts, &each->room, (size_t)id + 1,
		       sizeof(*each->hosts)))
		return error_sys(-ENOMEM, "cannot read the map");
	if (each->room > had)
		memset(each->hosts + had, 0,
		       (each->room - had) * sizeof(*each->hosts));
	each->hosts[id] = (struct each_host){hash, addr};
	return 0;
}

/* The name as it is hashed, with room for whole words. */
struct each_name {
	uint8_t text[LIMIT_HOST + 24];
	const uint8_t *begin;
	size_t len;
	int kind;
};

static int host_name(struct each_name *name, const struct map *map,
		     uint32_t addr)
{
	size_t wild = 0;

	memset(name, 0, sizeof(*name));
	if (map_host_text((char *)name->text, &name->len, map, addr))
		return -EBADMSG;
	name->kind = MAP_KIND_HOST;
	if (name->len && name->text[0] == '*') {
		wild = name->len > 1 ? 2 : 1;
		name->kind = map_record(map, addr)->flags & MAP_KIND_FIRST;
	}
	name->begin = name->text + wild;
	name->len -= wild;
	return 0;
}

/* Whether the overlay has a rule of this key, or says that it is gone. */
static bool is_overlaid(const struct each *each, int kind, uint64_t host_hash,
			uint32_t id, const uint8_t *key, uint32_t len)
{
	const struct map *over = each->over;
	uint64_t hash;
	uint32_t addr;

	if (!over)
		return false;
	hash = map_hash(&over->header, kind, host_hash, key, len);
	addr = map_view_find(over, hash, kind, id, key, len);
	return addr && !(map_record(over, addr)->flags & MAP_RULE_MARKER);
}

/* Whether the overlay has what the host's rule of "/" is now. */
static bool whole_is_overlaid(const struct each *each,
			      const struct each_name *name, uint64_t hash)
{
	const struct map *over = each->over;
	const struct map_host *host;
	uint32_t addr;

	if (!over)
		return false;
	addr = map_view_find(over, hash, name->kind, 0, name->begin, name->len);
	host = (const void *)map_record(over, addr);
	return addr && !(host->flags & MAP_HOST_BELOW);
}

/* Whether a host's rule of "/" is given: in an overlay one that is not in the
 * base is here, or gone. */
static bool whole_is_wanted(const struct each *each,
			    const struct map_host *host)
{
	if (each->skip & MAP_RULE_GONE)
		return host->flags & MAP_HOST_WHOLE;
	return !(host->flags & MAP_HOST_BELOW);
}

static int host_take(struct each *each, uint32_t addr)
{
	const struct map_host *host = (const void *)map_record(each->map, addr);
	struct each_name name;
	uint64_t hash;
	int err;

	if (!(host->rule.flags & MAP_RULE_HOST) ||
	    host_name(&name, each->map, addr))
		return 0;
	hash = map_hash(&each->map->header, name.kind, 0, name.begin, name.len);
	err = host_note(each, host->rule.host, addr, hash);
	if (!err && whole_is_wanted(each, host) &&
	    !whole_is_overlaid(each, &name, hash))
		err = rule_give(each, addr, addr);
	return err;
}

/* Whether what a list has of a source is overlaid. */
static bool listed_is_overlaid(const struct each *each,
			       const struct each_host *host, uint32_t addr)
{
	const struct map_rule *rule = map_record(each->map, addr);
	int kind = MAP_KIND_LISTED | (rule->flags & MAP_RULE_FOLD);
	uint8_t key[2 * LIMIT_PATH + 16];
	struct map_listed listed;
	size_t len = 0;

	if (!each->over || map_listed_take(&listed, each->map, addr))
		return false;
	if (rule->flags & MAP_RULE_PAIRS) {
		const uint8_t *text =
			map_texts(each->map, addr, rule, rule->key_len);
		const uint8_t *mark = memchr(text, '?', rule->key_len);

		len = mark ? mark + 1 - text : 0;
		memcpy(key, text, len);
	}
	memcpy(key + len, listed.match, listed.match_len);
	return is_overlaid(each, kind, host->hash, rule->host, key,
			   len + listed.match_len);
}

/* Whether the overlay has what the half for https of a host's rule of "/" is
 * now. */
static bool second_is_overlaid(const struct each *each,
			       const struct each_host *host)
{
	struct each_name name;

	return !host_name(&name, each->map, host->addr) &&
	       whole_is_overlaid(each, &name, host->hash);
}

static bool rule_is_overlaid(const struct each *each,
			     const struct each_host *host, uint32_t addr)
{
	const struct map_rule *rule = map_record(each->map, addr);
	int kind = rule->flags & (MAP_RULE_PREFIX | MAP_RULE_FOLD);

	if (rule->flags & (MAP_RULE_PAIRS | MAP_RULE_PATTERN))
		return listed_is_overlaid(each, host, addr);
	if (rule->flags & MAP_RULE_PREFIX && rule->key_len == 1)
		return second_is_overlaid(each, host);
	return is_overlaid(each, kind, host->hash, rule->host,
			   map_texts(each->map, addr, rule, rule->key_len),
			   rule->key_len);
}

static int rule_take(struct each *each, uint32_t addr)
{
	const struct map_rule *rule = map_record(each->map, addr);
	const struct each_host *host;

	if (rule->flags & each->skip || rule->host >= each->room ||
	    rule->key_len > LIMIT_PATH ||
	    !(rule->key_len || rule->flags & MAP_RULE_PATTERN))
		return 0;
	host = &each->hosts[rule->host];
	if (!host->addr || rule_is_overlaid(each, host, addr))
		return 0;
	return rule_give(each, host->addr, addr);
}

static int slots_each(struct each *each, int id,
		      int (*take)(struct each *each, uint32_t addr))
{
	const struct map_table *table = &each->map->header.table[id];
	uint64_t slots = (uint64_t)table->slots << table->part_bits, i;
	uint32_t mark = id == MAP_TABLE_HOSTS ? MAP_ADDR_HOST : 0;
	int err = 0;

	for (i = 1; i <= slots && !err; i++)
		err = take(each, i | mark);
	return err;
}

static int each_run(struct each *each)
{
	int err;

	err = slots_each(each, MAP_TABLE_HOSTS, host_take);
	if (!err)
		err = slots_each(each, MAP_TABLE_RULES, rule_take);
	free(each->hosts);
	return err;
}

int map_each(const struct map *map, const struct map *over, map_rule_fn *fn,
	     void *arg, uint64_t *count)
{
	struct each *each = calloc(1, sizeof(*each));
	int err;

	*count = 0;
	if (!each)
		return error_sys(-ENOMEM, "cannot read the map");
	each->map = map;
	each->over = over;
	each->fn = fn;
	each->arg = arg;
	each->skip = MAP_RULE_HOST | MAP_RULE_MARKER | MAP_RULE_GONE;
	err = each_run(each);
	*count = each->count;
	free(each);
	return err;
}

int map_each_source(const struct map *map, map_rule_fn *fn, void *arg)
{
	struct each *each = calloc(1, sizeof(*each));
	int err;

	if (!each)
		return error_sys(-ENOMEM, "cannot read the map");
	each->map = map;
	each->fn = fn;
	each->arg = arg;
	each->skip = MAP_RULE_HOST | MAP_RULE_MARKER;
	err = each_run(each);
	free(each);
	return err;
}
