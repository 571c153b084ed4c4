// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "answer_text.h"
#include "error.h"
#include "map_build.h"
#include "map_build_answers.h"
#include "map_build_file.h"
#include "map_build_list.h"
#include "map_build_prefixes.h"
#include "map_build_rule.h"
#include "map_build_records.h"
#include "map_listed.h"
#include "map_view.h"
#include "rule.h"
#include "rule_code.h"

/* The host whose rules are being added. */
struct host {
	char name[LIMIT_HOST + 3];
	size_t len; /* "*." included; 0: none yet */
	int kind;
	uint32_t id;
	uint64_t hash;
	uint16_t flags; /* in an overlay also those of the lower map, ... */
	uint16_t below; /* ... which are these */
	struct map_prefixes prefixes;
	struct map_list patterns;
	struct map_list pairs[2]; /* of one path; then with case=ignore */
	struct map_parts whole; /* the rule of "/", if flags say there is one */
	char location[LIMIT_TARGET];
	char headers[LIMIT_HEADER_BYTES];
};

/* The rule that was added last, if it is for http: the one for https may
 * follow. */
struct last {
	char source[RULE_SOURCE_SIZE]; /* "": none */
	bool fold, whole;
	struct map_list *list; /* that it is in, or NULL */
	uint64_t record;       /* else its record */
};

struct map_build {
	struct map_header header;
	struct map_writer writer;
	struct map_answers answers;
	struct map_records records[MAP_TABLES];
	struct host host;
	struct host first;	 /* of rules with first=yes */
	uint32_t next_id;	 /* of the next host that has none yet */
	const struct map *lower; /* of an overlay, else NULL */
	struct last last;
	struct map_parts_room room;
	/* The lookup reads whole words: the key is hashed from here. */
	uint8_t key[LIMIT_PATH + 16];
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

/* Put a record among the host's paths. */
static int record_add(struct map_build *build, uint64_t host_hash, int kind,
		      const struct map_rule *rule, const char *key,
		      size_t body_len, uint8_t **body)
{
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	uint64_t hash = key_hash(build, kind, host_hash, key, rule->key_len);
	size_t len = sizeof(*rule) + rule->key_len + body_len;
	uint8_t *record;
	int err = map_records_add(rules, hash, len, &record);

	if (err)
		return err;
	record = mempcpy(record, rule, sizeof(*rule));
	*body = mempcpy(record, key, rule->key_len);
	return 0;
}

/* Put a rule or marker there, by its path. */
static int path_record(struct map_build *build, const struct host *host,
		       const struct map_parts *parts)
{
	struct map_rule rule = rule_of(host->id, parts);
	uint8_t *body;
	int err = record_add(build, host->hash, parts->flags & MAP_KIND_BITS,
			     &rule, parts->path, map_parts_size(parts), &body);

	if (!err)
		map_parts_write(body, parts);
	return err;
}

/* What gives prefixes and lists their records. */
struct giving {
	struct map_build *build;
	const struct host *host;
	int kind; /* of a list */
};

/* Tell a prefix's record of the shorter one, or make a marker's. */
static int prefix_take(void *arg, const struct map_prefix_found *found)
{
	const struct giving *giving = arg;
	struct map_build *build = giving->build;
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
		return path_record(build, giving->host, &marker);
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
static const char *host_bare(const struct host *host, size_t *len)
{
	size_t skip = 0;

	if (host->name[0] == '*')
		skip = host->len < 2 ? 1 : 2;
	*len = host->len - skip;
	return host->name + skip;
}

static size_t host_size(const struct host *host, size_t name_len)
{
	size_t size = sizeof(struct map_host) + name_len +
		      host->prefixes.length_count * sizeof(uint16_t);

	return host->flags & MAP_HOST_WHOLE
		       ? size + map_parts_size(&host->whole)
		       : size;
}

static int host_record(struct map_build *build, const struct host *host)
{
	struct map_host head = {.flags = host->flags};
	size_t name_len, lengths;
	const char *name = host_bare(host, &name_len);
	uint8_t *record;
	int err;

	if (host->flags & MAP_HOST_WHOLE)
		head.rule = rule_of(0, &host->whole);
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

static int prefixes_end(struct map_build *build, struct host *host)
{
	struct giving giving = {.build = build, .host = host};
	struct map_prefixes *prefixes = &host->prefixes;
	int err;

	if (!prefixes->count)
		return 0;
	err = map_prefixes_sort(prefixes);
	if (!err)
		err = map_prefixes_each(prefixes, prefix_take, &giving);
	if (!err && build->lower && prefixes->nested > MAP_NEST_MAX)
		err = error_set(-EAGAIN, "too many prefixes for an overlay");
	return err;
}

/* All sets of pairs of a path are there. The path is marked, too. */
static int pairs_end(struct map_build *build, struct host *host, int fold)
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
	err = path_record(build, host, &marker);
	return err ? err : map_list_pairs(list, list_take, &giving);
}

static int lists_end(struct map_build *build, struct host *host)
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
		err = pairs_end(build, host, 0);
	return err ? err : pairs_end(build, host, MAP_KIND_FOLD);
}

/* All rules of the host are there: markers, lists and the host itself
 * remain. */
static int host_end(struct map_build *build, struct host *host)
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

/* A host's record in the lower map, or NULL. */
static const struct map_host *host_below(struct map_build *build, int kind,
					 uint64_t hash, const char *name,
					 size_t len)
{
	uint32_t addr = 0;

	memcpy(build->key, name, len);
	if (build->lower)
		addr = map_find(build->lower, hash, kind, 0, build->key, len);
	return addr ? (const void *)map_record(build->lower, addr) : NULL;
}

/* A host has the number that it has in the lower map. There, its flags are those
 * of both, and its rule of "/" is there until it is said to be here, or gone. */
static void host_number(struct map_build *build, struct host *host,
			const char *name, size_t len)
{
	const struct map_host *below =
		host_below(build, host->kind, host->hash, name, len);

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

static void wild_note(struct map_build *build, const struct host *host,
		      const char *name, size_t len)
{
	unsigned int bit = host->kind == MAP_KIND_FIRST
				   ? (unsigned int)MAP_DEPTH_FIRST
				   : host_labels(name, len);

	build->header.wild[bit / 64] |= 1ULL << (bit % 64);
}

static int host_begin(struct map_build *build, struct host *host,
		      const char *text, size_t text_len)
{
	const char *name;
	size_t len;
	int err;

	if (host->len == text_len && !memcmp(host->name, text, text_len))
		return 0;
	err = host_end(build, host);
	if (err)
		return err;
	memcpy(host->name, text, text_len);
	host->len = text_len;
	host->kind = MAP_KIND_HOST;
	name = host_bare(host, &len);
	if (host->name[0] == '*') {
		host->kind =
			host == &build->first ? MAP_KIND_FIRST : MAP_KIND_WILD;
		wild_note(build, host, name, len);
	}
	host->hash = key_hash(build, host->kind, 0, name, len);
	host_number(build, host, name, len);
	return 0;
}

/* The rule of "/" waits: it is written with its host. */
static int whole_add(struct host *host, const struct map_parts *parts)
{
	if (host->flags & MAP_HOST_WHOLE && parts->flags & MAP_RULE_GONE)
		return 0; /* is there in the other way of comparing */
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

static int path_add(struct map_build *build, struct host *host,
		    const struct map_parts *parts)
{
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	int err = path_record(build, host, parts);

	if (err)
		return err;
	build->last.record = map_records_last(rules);
	if (parts->flags & MAP_RULE_FOLD)
		host->flags |= MAP_HOST_FOLD;
	if (parts->flags & MAP_RULE_PREFIX)
		return map_prefixes_add(&host->prefixes, parts->path,
					parts->path_len,
					map_records_last(rules),
					parts->flags & MAP_RULE_FOLD);
	host->flags |= parts->query ? MAP_HOST_QUERY : MAP_HOST_EXACT;
	return 0;
}

/* In an overlay: say that what a list of the lower map has of a source does not
 * count. */
static int listed_over(struct map_build *build, const struct host *host,
		       const struct map_parts *parts)
{
	uint32_t fold = parts->flags & MAP_RULE_FOLD;
	struct map_parts over = *parts;
	char key[2 * LIMIT_PATH];

	memcpy(key, parts->path, parts->path_len);
	memcpy(key + parts->path_len, parts->match, parts->match_len);
	over.path = key;
	over.path_len = parts->path_len + parts->match_len;
	over.location = over.headers = "";
	over.location_len = over.headers_len = 0;
	over.template = (struct map_template){.headers = 0};
	over.flags = MAP_RULE_LISTED | MAP_RULE_GONE | MAP_RULE_PASS |
		     MAP_RULE_TEMPLATE | MAP_RULE_MORE | fold;
	return path_record(build, host, &over);
}

/* What the patterns of a host begin with: the fast path hands over what does,
 * too. */
static int lead_add(struct host *host, const struct map_parts *parts)
{
	bool fold = parts->flags & MAP_RULE_FOLD;
	size_t lead = 0;

	while (lead < parts->match_len && (uint8_t)parts->match[lead] >= 0x20)
		lead++;
	host->flags |= MAP_HOST_PATTERNS;
	if (lead > 1)
		return map_prefixes_add(&host->prefixes, parts->match, lead, 0,
					fold);
	host->flags |= MAP_HOST_ASK;
	return 0;
}

/* The list of a set's path; the one before it ends. */
static int pairs_begin(struct map_build *build, struct host *host,
		       const struct map_parts *parts)
{
	int fold = parts->flags & MAP_RULE_FOLD, err;
	struct map_list *list = &host->pairs[!!fold];

	host->flags |= MAP_HOST_PAIRS;
	if (list->path_len == parts->path_len &&
	    !memcmp(list->path, parts->path, parts->path_len))
		return 0;
	err = pairs_end(build, host, fold);
	memcpy(list->path, parts->path, parts->path_len);
	list->path_len = parts->path_len;
	return err;
}

static int listed_add(struct map_build *build, struct host *host,
		      const struct map_parts *parts)
{
	struct map_rule rule = rule_of(host->id, parts);
	struct map_list *list = &host->patterns;
	int err = 0;

	if (host->below & (MAP_HOST_PAIRS | MAP_HOST_PATTERNS))
		err = listed_over(build, host, parts);
	if (parts->flags & MAP_RULE_GONE || err)
		return err;
	if (parts->flags & MAP_RULE_FOLD)
		host->flags |= MAP_HOST_FOLD;
	if (parts->flags & MAP_RULE_PATTERN) {
		err = lead_add(host, parts);
	} else {
		list = &host->pairs[!!(parts->flags & MAP_RULE_FOLD)];
		err = pairs_begin(build, host, parts);
	}
	build->last.list = list;
	return err ? err : map_list_add(list, &rule, parts);
}

/* The rule for https of a source whose rule for http was added last. */
static int second_add(struct map_build *build, struct host *host,
		      struct map_parts *parts)
{
	struct last *last = &build->last;
	struct map_rule rule = rule_of(host->id, parts), *http;

	if (last->list)
		return map_list_second(last->list, &rule, parts);
	parts->flags |= MAP_RULE_SECOND;
	if (last->whole) {
		host->whole.flags |= MAP_RULE_BOTH;
		return path_record(build, host, parts);
	}
	http = (void *)map_records_get(&build->records[MAP_TABLE_RULES],
				       last->record);
	http->flags |= MAP_RULE_BOTH;
	return path_record(build, host, parts);
}

static int parts_add(struct map_build *build, struct host *host,
		     struct map_parts *parts)
{
	build->last.list = NULL;
	build->last.whole = false;
	if (parts->flags & (MAP_RULE_PAIRS | MAP_RULE_PATTERN))
		return listed_add(build, host, parts);
	if (!(parts->flags & MAP_RULE_PREFIX) || parts->path_len > 1)
		return path_add(build, host, parts);
	build->last.whole = true;
	return whole_add(host, parts);
}

/* Whether a rule is for https, and the one before it for http of the same
 * source. */
static bool is_second(const struct map_build *build, const struct rule *rule)
{
	return rule->scheme == RULE_SCHEME_HTTPS &&
	       build->last.fold == rule->fold &&
	       !strcmp(build->last.source, rule->source);
}

static void last_note(struct map_build *build, const struct rule *rule)
{
	struct last *last = &build->last;

	last->source[0] = '\0';
	if (rule->scheme != RULE_SCHEME_HTTP)
		return;
	memcpy(last->source, rule->source, rule->source_len);
	last->source[rule->source_len] = '\0';
	last->fold = rule->fold;
}

/* Say that a rule is gone: not where the lower map has no rule that is compared
 * so. */
static int gone_add(struct map_build *build, struct host *host,
		    struct map_parts *parts)
{
	bool whole = parts->flags & MAP_RULE_PREFIX && parts->path_len == 1;

	if (parts->flags & MAP_RULE_FOLD && !whole &&
	    !(host->below & MAP_HOST_FOLD))
		return 0;
	return parts_add(build, host, parts);
}

/* In an overlay, a source with the host "*" is gone from the rules that are
 * first, or from those that are not. */
static int other_gone(struct map_build *build, const struct map_parts *parts,
		      struct host *other)
{
	int kind = other == &build->first ? MAP_KIND_FIRST : MAP_KIND_WILD;
	struct map_parts gone = *parts;
	int err;

	if (!build->lower || parts->host_len != 1 || *parts->host != '*' ||
	    !host_below(build, kind, key_hash(build, kind, 0, "", 0), "", 0))
		return 0;
	gone.flags &= MAP_KIND_BITS | MAP_RULE_TEMPLATE | MAP_RULE_MORE;
	gone.flags |= MAP_RULE_PASS | MAP_RULE_GONE;
	gone.location = gone.headers = "";
	gone.location_len = gone.headers_len = 0;
	gone.template = (struct map_template){.headers = 0};
	err = host_begin(build, other, gone.host, gone.host_len);
	return err ? err : gone_add(build, other, &gone);
}

int map_build_add(struct map_build *build, const struct rule *rule)
{
	struct host *host = rule->first ? &build->first : &build->host;
	struct host *other = rule->first ? &build->host : &build->first;
	struct map_parts parts;
	int err;

	err = map_parts_split(&parts, rule, &build->room);
	if (!err)
		err = map_answers_index(&build->answers, rule->code,
					rule->max_age, &parts.answer);
	if (!err)
		err = host_begin(build, host, parts.host, parts.host_len);
	if (err)
		return err;
	build->header.own_rules++;
	if (is_second(build, rule))
		return second_add(build, host, &parts);
	err = other_gone(build, &parts, other);
	if (!err)
		err = parts_add(build, host, &parts);
	last_note(build, rule);
	return err;
}

/* A written form of a stored source: captures have names, and "%2A" is in upper
 * case. */
static void source_name(char *dst, const char *source)
{
	while (*source) {
		if (!strncmp(source, "%2a", 3)) {
			dst = mempcpy(dst, "%2A", 3);
			source += 3;
			continue;
		}
		*dst++ = *source;
		if (*source++ == '{')
			*dst++ = 'x';
	}
	*dst = '\0';
}

int map_build_gone(struct map_build *build, const char *source, bool fold)
{
	char written[2 * RULE_SOURCE_SIZE];
	struct rule rule = {
		.source = source,
		.source_len = strlen(source),
		.written = written,
		.target = "-",
		.target_len = 1,
		.tag = "",
		.headers = "",
		.code = RULE_PASS,
		.fold = fold,
	};
	struct map_parts parts;
	int err;

	source_name(written, source);
	build->last.source[0] = '\0';
	err = map_parts_split(&parts, &rule, &build->room);
	if (!err)
		err = host_begin(build, &build->host, parts.host,
				 parts.host_len);
	if (err)
		return err;
	parts.flags |= MAP_RULE_GONE;
	err = other_gone(build, &parts, &build->first);
	return err ? err : gone_add(build, &build->host, &parts);
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

	err = host_end(build, &build->host);
	if (!err)
		err = host_end(build, &build->first);
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

static void host_free(struct host *host)
{
	map_prefixes_free(&host->prefixes);
	map_list_free(&host->patterns);
	map_list_free(&host->pairs[0]);
	map_list_free(&host->pairs[1]);
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
	host_free(&build->host);
	host_free(&build->first);
	free(build);
}
