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
#include "map_build_host.h"
#include "map_build_paths.h"
#include "map_build_rule.h"
#include "map_build_records.h"
#include "map_view.h"
#include "rule.h"
#include "rule_code.h"

struct map_build {
	struct map_building in;
	struct map_writer writer;
	struct map_answers answers;
	struct map_build_host host;
	struct map_build_host first; /* of rules with first=yes */
	struct map_parts_room room;
};

/* Whether a rule is for https, and the one before it for http of the same
 * source. */
static bool is_second(const struct map_build *build, const struct rule *rule)
{
	return rule->scheme == RULE_SCHEME_HTTPS &&
	       build->in.last.fold == rule->fold &&
	       !strcmp(build->in.last.source, rule->source);
}

static void last_note(struct map_build *build, const struct rule *rule)
{
	struct map_build_last *last = &build->in.last;

	last->source[0] = '\0';
	if (rule->scheme != RULE_SCHEME_HTTP)
		return;
	memcpy(last->source, rule->source, rule->source_len);
	last->source[rule->source_len] = '\0';
	last->fold = rule->fold;
}

/* Say that a rule is gone: not where the lower map has no rule that is compared
 * so. */
static int gone_add(struct map_build *build, struct map_build_host *host,
		    struct map_parts *parts)
{
	bool whole = parts->flags & MAP_RULE_PREFIX && parts->path_len == 1;

	if (parts->flags & MAP_RULE_FOLD && !whole &&
	    !(host->below & MAP_HOST_FOLD))
		return 0;
	return map_paths_add(&build->in, host, parts);
}

/* In an overlay, a source with the host "*" is gone from the rules that are
 * first, or from those that are not. */
static int other_gone(struct map_build *build, const struct map_parts *parts,
		      struct map_build_host *other)
{
	int kind = other == &build->first ? MAP_KIND_FIRST : MAP_KIND_WILD;
	struct map_parts gone = *parts;
	int err;

	if (!build->in.lower || parts->host_len != 1 || *parts->host != '*' ||
	    !map_host_below(&build->in, kind,
			    map_host_hash(&build->in, kind, 0, "", 0), "", 0))
		return 0;
	gone.flags &= MAP_KIND_BITS | MAP_RULE_TEMPLATE | MAP_RULE_MORE;
	map_parts_gone(&gone);
	err = map_host_begin(&build->in, other, gone.host, gone.host_len);
	return err ? err : gone_add(build, other, &gone);
}

int map_build_add(struct map_build *build, const struct rule *rule)
{
	struct map_build_host *host =
		rule->first ? &build->first : &build->host;
	struct map_build_host *other =
		rule->first ? &build->host : &build->first;
	struct map_parts parts;
	int err;

	err = map_parts_split(&parts, rule, &build->room);
	if (!err)
		err = map_answers_index(&build->answers, rule->code,
					rule->max_age, &parts.answer);
	if (!err)
		err = map_host_begin(&build->in, host, parts.host,
				     parts.host_len);
	if (err)
		return err;
	build->in.header.own_rules++;
	if (is_second(build, rule))
		return map_paths_add_second(&build->in, host, &parts);
	err = other_gone(build, &parts, other);
	if (!err)
		err = map_paths_add(&build->in, host, &parts);
	last_note(build, rule);
	return err;
}

/* Name a capture by its number: no two have the same name, and all together
 * are not longer than the names that the rule had. */
static char *capture_name(char *dst, unsigned int number)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const unsigned int base = sizeof(digits) - 1;

	if (number >= base)
		dst = capture_name(dst, number / base - 1);
	*dst = digits[number % base];
	return dst + 1;
}

/* A written form of a stored source: captures have names, and "%2A" is in upper
 * case. */
static void source_name(char *dst, const char *source)
{
	unsigned int captures = 0;

	while (*source) {
		if (!strncmp(source, "%2a", 3)) {
			dst = mempcpy(dst, "%2A", 3);
			source += 3;
			continue;
		}
		*dst++ = *source;
		if (*source++ == '{')
			dst = capture_name(dst, captures++);
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
	build->in.last.source[0] = '\0';
	err = map_parts_split(&parts, &rule, &build->room);
	if (!err)
		err = map_host_begin(&build->in, &build->host, parts.host,
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
	build->first.first = true;
	build->in.next_id = 1;
	memcpy(build->in.header.magic, MAP_MAGIC,
	       sizeof(build->in.header.magic));
	build->in.header.version = MAP_VERSION;
	build->in.header.byte_order = MAP_BYTE_ORDER;
	build->in.header.form = MAP_FORM;
	if (getrandom(&build->in.header.hash_key,
		      sizeof(build->in.header.hash_key),
		      0) != sizeof(build->in.header.hash_key)) {
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
	struct map_header *header = &build->in.header;

	header->hash_key = lower->header.hash_key;
	memcpy(header->wild, lower->header.wild, sizeof(header->wild));
	header->base_crc = lower->header.crc;
	strncpy((char *)header->base, name, sizeof(header->base) - 1);
	header->rules = rules;
	build->in.lower = lower;
	build->in.next_id = lower->header.hosts + 1;
}

void map_build_former(struct map_build *build)
{
	build->in.header.form = 0;
}

static int tables_write(struct map_build *build)
{
	struct map_table *table = build->in.header.table;
	int err = 0, i;

	for (i = 0; i < MAP_TABLES && !err; i++)
		err = map_records_size(&build->in.records[i], &table[i]);
	if (err)
		return err;
	map_writer_begin(&build->writer, table);
	for (i = 0; i < MAP_TABLES && !err; i++)
		err = map_records_write(&build->in.records[i], &build->writer,
					&table[i], i);
	return err ? err : map_writer_texts_end(&build->writer);
}

int map_build_finish(struct map_build *build)
{
	int err;

	err = map_host_end(&build->in, &build->host);
	if (!err)
		err = map_host_end(&build->in, &build->first);
	if (err)
		return err;
	/* What is compiled whole later must have room for the answers of
	 * both. */
	if (build->in.lower &&
	    build->in.lower->header.answers + build->answers.count > UINT16_MAX)
		return error_set(-EAGAIN, "too many answers for an overlay");
	if (!map_is_overlay(&build->in.header))
		build->in.header.rules = build->in.header.own_rules;
	build->in.header.hosts = build->in.next_id - 1;
	err = tables_write(build);
	if (err)
		return err;
	build->in.header.answers = build->answers.count;
	err = map_writer_put(&build->writer, MAP_ANSWERS, build->answers.answer,
			     build->in.header.answers *
				     sizeof(struct map_answer));
	if (err)
		return err;
	return map_writer_finish(&build->writer, &build->in.header);
}

void map_build_free(struct map_build *build)
{
	int i;

	if (!build)
		return;
	map_writer_close(&build->writer);
	map_answers_free(&build->answers);
	for (i = 0; i < MAP_TABLES; i++)
		map_records_free(&build->in.records[i]);
	map_host_free(&build->host);
	map_host_free(&build->first);
	free(build);
}
