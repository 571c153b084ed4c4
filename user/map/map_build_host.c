// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "map_build_host.h"
#include "map_listed.h"
#include "map_view.h"

uint64_t map_host_hash(struct map_building *build, int kind, uint64_t host,
		       const char *key, size_t len)
{
	memcpy(build->key, key, len);
	return map_hash(&build->header, kind, host, build->key, len);
}

struct map_rule map_host_rule(uint32_t host, const struct map_parts *parts)
{
	return (struct map_rule){
		.host = host,
		.key_len = parts->path_len,
		.flags = parts->flags,
		.location_len = parts->location_len,
		.answer = parts->answer,
		.shorter = parts->shorter,
	};
}

/* Put a record among the host's paths. */
static int record_add(struct map_building *build, uint64_t host_hash, int kind,
		      const struct map_rule *rule, const char *key,
		      size_t body_len, uint8_t **body)
{
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	uint64_t hash =
		map_host_hash(build, kind, host_hash, key, rule->key_len);
	size_t len = sizeof(*rule) + rule->key_len + body_len;
	uint8_t *record;
	int err = map_records_add(rules, hash, len, &record);

	if (err)
		return err;
	record = mempcpy(record, rule, sizeof(*rule));
	*body = mempcpy(record, key, rule->key_len);
	return 0;
}

int map_host_record(struct map_building *build,
		    const struct map_build_host *host,
		    const struct map_parts *parts)
{
	struct map_rule rule = map_host_rule(host->id, parts);
	uint8_t *body;
	int err = record_add(build, host->hash, parts->flags & MAP_KIND_BITS,
			     &rule, parts->path, map_parts_size(parts), &body);

	if (!err)
		map_parts_write(body, parts);
	return err;
}

/* What gives prefixes and lists their records. */
struct giving {
	struct map_building *build;
	const struct map_build_host *host;
	int kind; /* of a list */
};

/* Tell a prefix's record of the shorter one, or make a marker's. */
static int prefix_take(void *arg, const struct map_prefix_found *found)
{
	const struct giving *giving = arg;
	struct map_building *build = giving->build;
	struct map_parts marker = {
		.path = found->text,
		.path_len = found->len,
		.location = "",
		.flags = MAP_RULE_PREFIX | MAP_RULE_MARKER,
		.shorter = found->shorter,
	};
	struct map_rule *rule;

	if (found->ask)
		marker.flags |= MAP_RULE_ASK;
	if (found->fold)
		marker.flags |= MAP_RULE_FOLD;
	if (!found->record)
		return map_host_record(build, giving->host, &marker);
	rule = (void *)map_records_get(&build->records[MAP_TABLE_RULES],
				       found->record);
	rule->shorter = found->shorter;
	rule->flags |= marker.flags & MAP_RULE_ASK;
	return 0;
}

/* Write a record of a list. */
static int list_take(void *arg, const struct map_list_half *half, int second,
		     const char *key, size_t key_len, const char *from)
{
	const struct giving *giving = arg;
	struct map_rule rule = half->rule;
	uint64_t hash = map_listed_hash(giving->host->hash, rule.shorter);
	uint8_t *body;
	int err;

	if (key_len > LIMIT_PATH)
		return error_set(-EINVAL, "cannot compile the map: %.300s: %s",
				 key, "path length");
	rule.flags |= second;
	err = record_add(giving->build, hash, giving->kind | second, &rule, key,
			 half->len, &body);
	if (!err)
		memcpy(body, from, half->len);
	return err;
}

/* The name behind "*." or "*". */
static const char *host_bare(const struct map_build_host *host, size_t *len)
{
	size_t skip = 0;

	if (host->name[0] == '*')
		skip = host->len < 2 ? 1 : 2;
	*len = host->len - skip;
	return host->name + skip;
}

static size_t host_size(const struct map_build_host *host, size_t name_len)
{
	size_t size = sizeof(struct map_host) + name_len +
		      host->prefixes.length_count * sizeof(uint16_t);

	return host->flags & MAP_HOST_WHOLE
		       ? size + map_parts_size(&host->whole)
		       : size;
}

static int host_record(struct map_building *build,
		       const struct map_build_host *host)
{
	struct map_host head = {.flags = host->flags};
	size_t name_len, lengths;
	const char *name = host_bare(host, &name_len);
	uint8_t *record;
	int err;

	if (host->flags & MAP_HOST_WHOLE)
		head.rule = map_host_rule(0, &host->whole);
	else
		head.rule.flags = MAP_RULE_PASS; /* has no answer */
	head.rule.host = host->id;
	head.rule.key_len = name_len;
	head.rule.flags |= host->kind;
	head.lengths = host->prefixes.length_count;
	lengths = head.lengths * sizeof(uint16_t);
	err = map_records_add(&build->records[MAP_TABLE_HOSTS], host->hash,
			      host_size(host, name_len), &record);
	if (err)
		return err;
	record = mempcpy(record, &head, sizeof(head));
	if (lengths)
		record = mempcpy(record, host->prefixes.lengths, lengths);
	record = mempcpy(record, name, name_len);
	if (host->flags & MAP_HOST_WHOLE)
		map_parts_write(record, &host->whole);
	return 0;
}

static unsigned int host_labels(const char *name, size_t len)
{
	unsigned int labels = len > 0;

	while (len--)
		labels += name[len] == '.';
	return labels;
}

static int prefixes_end(struct map_building *build, struct map_build_host *host)
{
	struct giving giving = {.build = build, .host = host};
	struct map_prefixes *prefixes = &host->prefixes;
	int err;

	if (!prefixes->count)
		return 0;
	map_prefixes_sort(prefixes);
	err = map_prefixes_each(prefixes, prefix_take, &giving);
	if (!err && build->lower && prefixes->nested > MAP_NEST_MAX)
		err = error_set(-EAGAIN, "too many prefixes for an overlay");
	return err;
}

int map_host_pairs_end(struct map_building *build, struct map_build_host *host,
		       int fold)
{
	struct map_list *list = &host->pairs[!!fold];
	struct giving giving = {build, host, MAP_KIND_PAIRS | fold};
	struct map_parts marker = {
		.path = list->path,
		.path_len = list->path_len,
		.location = "",
		.flags = giving.kind | MAP_RULE_MARKER,
	};
	int err;

	if (!list->count)
		return 0;
	err = map_host_record(build, host, &marker);
	return err ? err : map_list_pairs(list, list_take, &giving);
}

static int lists_end(struct map_building *build, struct map_build_host *host)
{
	struct giving giving = {build, host, MAP_KIND_PATTERN};
	int err;

	if (host->patterns.count > LIMIT_PATTERNS)
		return error_set(
			-EINVAL,
			"cannot compile the map: %.*s has %zu patterns, the limit is %d",
			(int)host->len, host->name, host->patterns.count,
			LIMIT_PATTERNS);
	err = map_list_patterns(&host->patterns, list_take, &giving);
	if (!err)
		err = map_host_pairs_end(build, host, 0);
	return err ? err : map_host_pairs_end(build, host, MAP_KIND_FOLD);
}

int map_host_end(struct map_building *build, struct map_build_host *host)
{
	int err;

	if (!host->len)
		return 0;
	err = prefixes_end(build, host);
	if (!err)
		err = lists_end(build, host);
	if (!err)
		err = host_record(build, host);
	map_prefixes_clear(&host->prefixes);
	return err;
}

const struct map_host *map_host_below(struct map_building *build, int kind,
				      uint64_t hash, const char *name,
				      size_t len)
{
	uint32_t addr = 0;

	memcpy(build->key, name, len);
	if (build->lower)
		addr = map_view_find(build->lower, hash, kind, 0, build->key,
				     len);
	return addr ? (const void *)map_record(build->lower, addr) : NULL;
}

/* A host has the number that it has in the lower map. There, its flags are those
 * of both, and its rule of "/" is there until it is said to be here, or gone. */
static void host_number(struct map_building *build, struct map_build_host *host,
			const char *name, size_t len)
{
	const struct map_host *below =
		map_host_below(build, host->kind, host->hash, name, len);

	host->flags = host->below = 0;
	if (!below) {
		host->id = build->next_id++;
		return;
	}
	host->id = below->rule.host;
	host->below = below->flags;
	host->flags = below->flags & ~(MAP_HOST_WHOLE | MAP_HOST_BELOW);
	if (below->flags & MAP_HOST_WHOLE)
		host->flags |= MAP_HOST_BELOW;
}

static void wild_note(struct map_building *build,
		      const struct map_build_host *host, const char *name,
		      size_t len)
{
	unsigned int bit = host->kind == MAP_KIND_FIRST
				   ? (unsigned int)MAP_DEPTH_FIRST
				   : host_labels(name, len);

	build->header.wild[bit / 64] |= 1ULL << (bit % 64);
}

int map_host_begin(struct map_building *build, struct map_build_host *host,
		   const char *text, size_t text_len)
{
	const char *name;
	size_t len;
	int err;

	if (host->len == text_len && !memcmp(host->name, text, text_len))
		return 0;
	err = map_host_end(build, host);
	if (err)
		return err;
	memcpy(host->name, text, text_len);
	host->len = text_len;
	host->kind = MAP_KIND_HOST;
	name = host_bare(host, &len);
	if (host->name[0] == '*') {
		host->kind = host->first ? MAP_KIND_FIRST : MAP_KIND_WILD;
		wild_note(build, host, name, len);
	}
	host->hash = map_host_hash(build, host->kind, 0, name, len);
	host_number(build, host, name, len);
	return 0;
}

void map_host_free(struct map_build_host *host)
{
	map_prefixes_free(&host->prefixes);
	map_list_free(&host->patterns);
	map_list_free(&host->pairs[0]);
	map_list_free(&host->pairs[1]);
}
