// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "answer_text.h"
#include "error.h"
#include "map_build.h"
#include "map_build_answers.h"
#include "map_build_file.h"
#include "map_build_prefixes.h"
#include "map_build_rule.h"
#include "map_build_records.h"
#include "map_view.h"
#include "rule.h"
#include "rule_code.h"

/* The host whose rules are being added. */
struct host {
	char name[LIMIT_HOST + 3];
	size_t len; /* "*." included; 0: none yet */
	uint8_t flags;
	struct map_prefixes prefixes;
	struct map_parts whole; /* the rule of "/", if flags say there is one */
	char location[LIMIT_TARGET];
	char headers[LIMIT_HEADER_BYTES];
};

struct map_build {
	struct map_header header;
	struct map_writer writer;
	struct map_answers answers;
	struct map_records records[MAP_TABLES];
	struct host host;
	uint32_t host_id;	 /* of the host whose rules are being added */
	uint32_t next_id;	 /* of the next host that has none yet */
	const struct map *lower; /* of an overlay, else NULL */
	uint64_t host_hash;
	/* The lookup reads whole words: the key is hashed from here. */
	uint8_t key[LIMIT_PATH + 16];
	char path[LIMIT_PATH]; /* with a literal '*' */
};

static uint64_t key_hash(struct map_build *build, int kind, uint64_t host,
			 const char *key, size_t len)
{
	memcpy(build->key, key, len);
	return map_hash(&build->header, kind, host, build->key, len);
}

static struct map_rule rule_of(uint32_t host, const struct map_parts *parts)
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

/* Put a rule or marker among the host's paths. */
static int path_record(struct map_build *build, const struct map_parts *parts,
		       int kind)
{
	size_t len = sizeof(struct map_rule) + parts->path_len +
		     map_parts_size(parts);
	uint64_t hash = key_hash(build, kind, build->host_hash, parts->path,
				 parts->path_len);
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	struct map_rule rule = rule_of(build->host_id, parts);
	uint8_t *record;
	int err;

	err = map_records_add(rules, hash, len, &record);
	if (err)
		return err;
	record = mempcpy(record, &rule, sizeof(rule));
	record = mempcpy(record, parts->path, parts->path_len);
	map_parts_write(record, parts);
	return 0;
}

/* Tell a prefix's record of the shorter one, or make a marker's. */
static int prefix_take(void *arg, const char *text, uint16_t len,
		       uint64_t record, uint16_t shorter)
{
	struct map_build *build = arg;
	struct map_parts marker = {
		.path = text,
		.path_len = len,
		.location = "",
		.flags = MAP_RULE_PREFIX | MAP_RULE_MARKER,
		.shorter = shorter,
	};
	struct map_rule *rule;

	if (!record)
		return path_record(build, &marker, MAP_KIND_PREFIX);
	rule = (void *)map_records_get(&build->records[MAP_TABLE_RULES],
				       record);
	rule->shorter = shorter;
	return 0;
}

/* The name behind "*." or "*". */
static const char *host_bare(const struct host *host, size_t *len)
{
	size_t skip = 0;

	if (host->name[0] == '*')
		skip = host->len < 2 ? 1 : 2;
	*len = host->len - skip;
	return host->name + skip;
}

static int host_record(struct map_build *build)
{
	struct host *host = &build->host;
	struct map_host head = {.flags = host->flags};
	size_t name_len, lengths, size;
	const char *name = host_bare(host, &name_len);
	uint8_t *record;
	int err;

	if (host->flags & MAP_HOST_WHOLE)
		head.rule = rule_of(0, &host->whole);
	else
		head.rule.flags = MAP_RULE_PASS; /* has no answer */
	head.rule.host = build->host_id;
	head.rule.key_len = name_len;
	head.rule.flags |= MAP_RULE_HOST;
	if (host->name[0] == '*')
		head.rule.flags |= MAP_RULE_WILD;
	head.lengths = host->prefixes.length_count;
	lengths = head.lengths * sizeof(uint16_t);
	size = sizeof(head) + lengths + name_len;
	if (host->flags & MAP_HOST_WHOLE)
		size += map_parts_size(&host->whole);
	err = map_records_add(&build->records[MAP_TABLE_HOSTS],
			      build->host_hash, size, &record);
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

/* All rules of the host are there: markers and the host itself remain. */
static int host_end(struct map_build *build)
{
	struct map_prefixes *prefixes = &build->host.prefixes;
	int err = 0;

	if (!build->host.len)
		return 0;
	if (prefixes->count) {
		err = map_prefixes_sort(prefixes);
		if (!err)
			err = map_prefixes_each(prefixes, prefix_take, build);
	}
	if (!err && build->lower && prefixes->nested > MAP_NEST_MAX)
		err = error_set(-EAGAIN, "too many prefixes for an overlay");
	if (!err)
		err = host_record(build);
	map_prefixes_clear(prefixes);
	return err;
}

/* A host has the number that it has in the lower map. There, its flags are those
 * of both, and its rule of "/" is there until it is said to be here, or gone. */
static void host_number(struct map_build *build, int kind, const char *name,
			size_t len)
{
	const struct map_host *below;
	uint32_t addr = 0;

	memcpy(build->key, name, len);
	if (build->lower)
		addr = map_find(build->lower, build->host_hash, kind, 0,
				build->key, len);
	if (!addr) {
		build->host_id = build->next_id++;
		return;
	}
	below = (const void *)map_record(build->lower, addr);
	build->host_id = below->rule.host;
	build->host.flags = below->flags & (MAP_HOST_EXACT | MAP_HOST_QUERY);
	if (below->flags & MAP_HOST_WHOLE)
		build->host.flags |= MAP_HOST_BELOW;
}

static int host_begin(struct map_build *build, const char *text,
		      size_t text_len)
{
	struct host *host = &build->host;
	int err, kind = MAP_KIND_HOST;
	unsigned int labels;
	const char *name;
	size_t len;

	if (host->len == text_len && !memcmp(host->name, text, text_len))
		return 0;
	err = host_end(build);
	if (err)
		return err;
	memcpy(host->name, text, text_len);
	host->len = text_len;
	host->flags = 0;
	name = host_bare(host, &len);
	if (host->name[0] == '*') {
		kind = MAP_KIND_WILD;
		labels = host_labels(name, len);
		build->header.wild[labels / 64] |= 1ULL << (labels % 64);
	}
	build->host_hash = key_hash(build, kind, 0, name, len);
	host_number(build, kind, name, len);
	return 0;
}

/* The rule of "/" waits: it is written with its host. */
static int whole_add(struct host *host, const struct map_parts *parts)
{
	if (host->flags & MAP_HOST_WHOLE)
		return error_set(-EEXIST,
				 "cannot compile the map: %.*s/* twice",
				 (int)host->len, host->name);
	host->flags &= ~MAP_HOST_BELOW;
	if (parts->flags & MAP_RULE_GONE)
		return 0;
	host->flags |= MAP_HOST_WHOLE;
	host->whole = *parts;
	host->whole.location = host->location;
	memcpy(host->location, parts->location, parts->location_len);
	host->whole.headers = host->headers;
	memcpy(host->headers, parts->headers, parts->headers_len);
	return 0;
}

static int path_add(struct map_build *build, const struct map_parts *parts)
{
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	int prefix = parts->flags & MAP_RULE_PREFIX, err;
	struct host *host = &build->host;

	err = path_record(build, parts,
			  prefix ? MAP_KIND_PREFIX : MAP_KIND_EXACT);
	if (err)
		return err;
	if (prefix)
		return map_prefixes_add(&host->prefixes, parts->path,
					parts->path_len,
					map_records_last(rules));
	host->flags |= parts->query ? MAP_HOST_QUERY : MAP_HOST_EXACT;
	return 0;
}

static int parts_add(struct map_build *build, const struct map_parts *parts)
{
	int err = host_begin(build, parts->host, parts->host_len);

	if (err)
		return err;
	if (parts->flags & MAP_RULE_PREFIX && parts->path_len == 1)
		return whole_add(&build->host, parts);
	return path_add(build, parts);
}

int map_build_add(struct map_build *build, const struct rule *rule)
{
	struct map_parts parts;
	int err;

	err = map_parts_split(&parts, rule, build->path);
	if (!err)
		err = map_answers_index(&build->answers, rule->code,
					rule->max_age, &parts.answer);
	if (err)
		return err;
	build->header.own_rules++;
	return parts_add(build, &parts);
}

int map_build_gone(struct map_build *build, const char *source)
{
	struct rule rule = {
		.source = source,
		.source_len = strlen(source),
		.target = "-",
		.target_len = 1,
		.tag = "",
		.code = RULE_PASS,
	};
	struct map_parts parts;
	int err = map_parts_split(&parts, &rule, build->path);

	if (err)
		return err;
	parts.flags |= MAP_RULE_GONE;
	return parts_add(build, &parts);
}

int map_build_open(struct map_build **out, const char *path)
{
	struct map_build *build;
	int err;

	build = calloc(1, sizeof(*build));
	if (!build)
		return error_sys(-ENOMEM, "cannot compile %s", path);
	build->writer.fd = -1;
	build->next_id = 1;
	memcpy(build->header.magic, MAP_MAGIC, sizeof(build->header.magic));
	build->header.version = MAP_VERSION;
	build->header.byte_order = MAP_BYTE_ORDER;
	build->header.form = MAP_FORM;
	if (getrandom(&build->header.hash_key, sizeof(build->header.hash_key),
		      0) != sizeof(build->header.hash_key)) {
		err = error_sys(-errno, "cannot draw a hash key");
		goto out;
	}
	err = map_writer_open(&build->writer, path);
out:
	if (err)
		map_build_free(build);
	else
		*out = build;
	return err;
}

void map_build_over(struct map_build *build, const struct map *lower,
		    const char *name, uint64_t rules)
{
	struct map_header *header = &build->header;

	header->hash_key = lower->header.hash_key;
	memcpy(header->wild, lower->header.wild, sizeof(header->wild));
	header->base_crc = lower->header.crc;
	strncpy((char *)header->base, name, sizeof(header->base) - 1);
	header->rules = rules;
	build->lower = lower;
	build->next_id = lower->header.hosts + 1;
}

void map_build_former(struct map_build *build)
{
	build->header.form = 0;
}

static int tables_write(struct map_build *build)
{
	struct map_table *table = build->header.table;
	int err = 0, i;

	for (i = 0; i < MAP_TABLES && !err; i++)
		err = map_records_size(&build->records[i], &table[i]);
	if (err)
		return err;
	map_writer_begin(&build->writer, table);
	for (i = 0; i < MAP_TABLES && !err; i++)
		err = map_records_write(&build->records[i], &build->writer,
					&table[i], i);
	return err ? err : map_writer_texts_end(&build->writer);
}

int map_build_finish(struct map_build *build)
{
	int err;

	err = host_end(build);
	if (err)
		return err;
	/* What is compiled whole later must have room for the answers of
	 * both. */
	if (build->lower &&
	    build->lower->header.answers + build->answers.count > UINT16_MAX)
		return error_set(-EAGAIN, "too many answers for an overlay");
	if (!map_is_overlay(&build->header))
		build->header.rules = build->header.own_rules;
	build->header.hosts = build->next_id - 1;
	err = tables_write(build);
	if (err)
		return err;
	build->header.answers = build->answers.count;
	err = map_writer_put(&build->writer, MAP_ANSWERS, build->answers.answer,
			     build->header.answers * sizeof(struct map_answer));
	if (err)
		return err;
	return map_writer_finish(&build->writer, &build->header);
}

void map_build_free(struct map_build *build)
{
	int i;

	if (!build)
		return;
	map_writer_close(&build->writer);
	map_answers_free(&build->answers);
	for (i = 0; i < MAP_TABLES; i++)
		map_records_free(&build->records[i]);
	map_prefixes_free(&build->host.prefixes);
	free(build);
}
