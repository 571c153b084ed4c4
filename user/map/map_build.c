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
#include "map_build_tables.h"
#include "map_view.h"
#include "rule.h"

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
	struct map_records hosts, paths;
	struct host host;
	uint32_t host_id;
	uint32_t lower_answers;
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

static void rule_fill(uint8_t *record, uint32_t host,
		      const struct map_parts *parts, size_t key_len)
{
	struct map_rule rule = {
		.host = host,
		.key_len = parts->path_len,
		.flags = parts->flags,
		.location_len = parts->location_len,
		.answer = parts->answer,
	};

	memcpy(record, &rule, sizeof(rule));
	record += sizeof(rule);
	memcpy(record, parts->path, key_len);
	map_parts_write(record + key_len, parts);
}

/* Put a rule or marker among the host's paths. */
static int path_record(struct map_build *build, const struct map_parts *parts,
		       int kind)
{
	size_t len = sizeof(struct map_rule) + parts->path_len +
		     map_parts_size(parts);
	uint64_t hash = key_hash(build, kind, build->host_hash, parts->path,
				 parts->path_len);
	uint8_t *record;
	int err;

	err = map_records_add(&build->paths, hash, len, &record);
	if (!err)
		rule_fill(record, build->host_id, parts, parts->path_len);
	return err;
}

static int marker_add(void *arg, const char *text, uint16_t len, uint16_t best)
{
	struct map_build *build = arg;
	struct map_parts marker = {
		.path = text,
		.path_len = len,
		.location = "",
		.flags = MAP_RULE_PREFIX | MAP_RULE_MARKER,
		.answer = best,
	};

	return path_record(build, &marker, MAP_KIND_PREFIX);
}

/* The name behind "*." or "*". */
static const char *host_bare(const struct host *host, size_t *len)
{
	size_t skip = 0;

	if (host->flags & MAP_HOST_WILD)
		skip = host->len < 2 ? 1 : 2;
	*len = host->len - skip;
	return host->name + skip;
}

static int host_record(struct map_build *build)
{
	struct host *host = &build->host;
	struct map_host head = {.id = build->host_id, .flags = host->flags};
	size_t name_len, lengths, size;
	const char *name = host_bare(host, &name_len);
	uint8_t *record;
	int err;

	head.lengths = host->prefixes.length_count;
	head.name_len = name_len;
	lengths = head.lengths * sizeof(uint16_t);
	size = map_host_size(&head);
	if (host->flags & MAP_HOST_WHOLE)
		size += sizeof(struct map_rule) + map_parts_size(&host->whole);
	err = map_records_add(&build->hosts, build->host_hash, size, &record);
	if (err)
		return err;
	memcpy(record, &head, sizeof(head));
	if (lengths)
		memcpy(record + sizeof(head), host->prefixes.lengths, lengths);
	memcpy(record + sizeof(head) + lengths, name, name_len);
	if (host->flags & MAP_HOST_WHOLE)
		rule_fill(record + map_host_size(&head), head.id, &host->whole,
			  0);
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
			err = map_prefixes_markers(prefixes, marker_add, build);
	}
	if (!err)
		err = host_record(build);
	map_prefixes_clear(prefixes);
	build->host_id++;
	return err;
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
	host->flags = host->name[0] == '*' ? MAP_HOST_WILD : 0;
	name = host_bare(host, &len);
	if (host->flags & MAP_HOST_WILD) {
		kind = MAP_KIND_WILD;
		labels = host_labels(name, len);
		build->header.wild[labels / 64] |= 1ULL << (labels % 64);
	}
	build->host_hash = key_hash(build, kind, 0, name, len);
	return 0;
}

/* The rule of "/" waits: it is written behind its host. */
static int whole_add(struct host *host, const struct map_parts *parts)
{
	if (host->flags & MAP_HOST_WHOLE)
		return error_set(-EEXIST,
				 "cannot compile the map: %.*s/* twice",
				 (int)host->len, host->name);
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
	struct host *host = &build->host;
	int err, kind = MAP_KIND_EXACT;

	if (parts->flags & MAP_RULE_PREFIX) {
		kind = MAP_KIND_PREFIX;
		err = map_prefixes_add(&host->prefixes, parts->path,
				       parts->path_len);
		if (err)
			return err;
	} else {
		host->flags |= parts->query ? MAP_HOST_QUERY : MAP_HOST_EXACT;
	}
	return path_record(build, parts, kind);
}

int map_build_add(struct map_build *build, const struct rule *rule)
{
	struct map_parts parts;
	int err;

	err = map_parts_split(&parts, rule, build->path);
	if (err)
		return err;
	err = map_answers_index(&build->answers, rule->code, rule->max_age,
				&parts.answer);
	if (err)
		return err;
	err = host_begin(build, parts.host, parts.host_len);
	if (err)
		return err;
	build->header.own_rules++;
	if (parts.flags & MAP_RULE_PREFIX && parts.path_len == 1)
		return whole_add(&build->host, &parts);
	return path_add(build, &parts);
}

int map_build_open(struct map_build **out, const char *path)
{
	struct map_build *build;
	int err;

	build = calloc(1, sizeof(*build));
	if (!build)
		return error_sys(-ENOMEM, "cannot compile %s", path);
	build->writer.fd = -1;
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
	build->lower_answers = lower->header.answers;
}

void map_build_former(struct map_build *build)
{
	build->header.form = 0;
}

int map_build_host(struct map_build *build, const char *host)
{
	return host_begin(build, host, strlen(host));
}

static int groups_write(struct map_build *build, struct map_slot **hosts,
			struct map_slot **paths)
{
	struct map_header *header = &build->header;
	struct map_writer *writer = &build->writer;
	int err;

	err = map_groups_write(writer, &build->hosts, hosts, &header->hosts);
	if (!err)
		err = map_groups_write(writer, &build->paths, paths,
				       &header->paths);
	if (!err)
		err = map_writer_records_end(writer);
	if (!err)
		err = map_writer_section(writer, MAP_HOSTS, *hosts,
					 header->hosts.groups *
						 sizeof(**hosts));
	if (!err)
		err = map_writer_section(writer, MAP_PATHS, *paths,
					 header->paths.groups *
						 sizeof(**paths));
	return err;
}

int map_build_finish(struct map_build *build)
{
	struct map_slot *hosts = NULL, *paths = NULL;
	int err;

	err = host_end(build);
	if (err)
		return err;
	/* What is compiled whole later must have room for the answers of
	 * both. */
	if (build->lower_answers + build->answers.count > UINT16_MAX)
		return error_set(-EAGAIN, "too many answers for an overlay");
	if (!map_is_overlay(&build->header))
		build->header.rules = build->header.own_rules;
	err = groups_write(build, &hosts, &paths);
	free(hosts);
	free(paths);
	if (err)
		return err;
	build->header.answers = build->answers.count;
	err = map_writer_section(
		&build->writer, MAP_ANSWERS, build->answers.answer,
		build->header.answers * sizeof(struct map_answer));
	if (err)
		return err;
	return map_writer_finish(&build->writer, &build->header);
}

void map_build_free(struct map_build *build)
{
	if (!build)
		return;
	map_writer_close(&build->writer);
	map_answers_free(&build->answers);
	map_records_free(&build->hosts);
	map_records_free(&build->paths);
	map_prefixes_free(&build->host.prefixes);
	free(build);
}
