// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "check_limit.h"
#include "map_file.h"
#include "map_view.h"
#include "rule.h"

enum {
	NEAR_PERCENT = 90,
	NEAR_PATH = LIMIT_PATH / 100 * NEAR_PERCENT,
	NEAR_TARGET = LIMIT_TARGET / 100 * NEAR_PERCENT,
	NEAR_ANSWERS = UINT16_MAX / 100 * NEAR_PERCENT,
};

/* The fast path's memory is 4 GiB (bpf/fastpath.h), and has the release that
 * comes beside the one before it. */
#define NEAR_MAP (UINT64_C(4) << 30) / 2 / 100 * NEAR_PERCENT

static void lengths_look(const struct check *check,
			 const struct ruleset_entry *entry)
{
	size_t host = strcspn(entry->source, "/");
	size_t path = entry->source_len - host;
	struct warning warning;
	struct rule rule;

	ruleset_get(entry, &rule);
	warning = check_about("capacity", entry, &rule);
	if (path > NEAR_PATH)
		warnings_add(
			check->warnings, &warning,
			"a path of %.*s has %zu bytes of %d: longer requests are refused",
			(int)host, rule.source, path, LIMIT_PATH);
	if (entry->target_len > NEAR_TARGET)
		warnings_add(
			check->warnings, &warning,
			"a target of %.*s has %u bytes of %d: clients may refuse what comes to it",
			(int)host, rule.source, entry->target_len,
			LIMIT_TARGET);
}

static void map_look(const struct check *check)
{
	const struct map_section *answers =
		&check->map->header.section[MAP_ANSWERS];
	unsigned long count = answers->size / sizeof(struct map_answer);
	struct warning warning = {.kind = "capacity"};

	if (count > NEAR_ANSWERS)
		warnings_add(check->warnings, &warning,
			     "%lu pairs of code and max-age, of %d", count,
			     UINT16_MAX);
	if (map_size(check->map) > NEAR_MAP)
		warnings_add(check->warnings, &warning,
			     "the map has %" PRIu64
			     " bytes: the fast path has 4 GiB for two of them",
			     map_size(check->map));
}

int check_limit(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;

	for (; entry < end; entry++)
		if (entry->source_len > NEAR_PATH ||
		    entry->target_len > NEAR_TARGET)
			lengths_look(check, entry);
	map_look(check);
	return 0;
}
