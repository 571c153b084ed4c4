// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "map_build_host.h"
#include "map_build_paths.h"
#include "map_listed.h"
#include "map_view.h"

/* The rule of "/" waits: it is written with its host. */
static int whole_add(struct map_build_host *host, const struct map_parts *parts)
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

static int path_add(struct map_building *build, struct map_build_host *host,
		    const struct map_parts *parts)
{
	struct map_records *rules = &build->records[MAP_TABLE_RULES];
	int err = map_host_record(build, host, parts);

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
static int listed_over(struct map_building *build,
		       const struct map_build_host *host,
		       const struct map_parts *parts)
{
	uint32_t fold = parts->flags & MAP_RULE_FOLD;
	struct map_parts over = *parts;
	char key[2 * LIMIT_PATH];

	memcpy(key, parts->path, parts->path_len);
	memcpy(key + parts->path_len, parts->match, parts->match_len);
	over.path = key;
	over.path_len = parts->path_len + parts->match_len;
	over.flags = MAP_RULE_LISTED | MAP_RULE_TEMPLATE | MAP_RULE_MORE | fold;
	map_parts_gone(&over);
	return map_host_record(build, host, &over);
}

/* What the patterns of a host begin with: the fast path hands over what does,
 * too. */
static int lead_add(struct map_build_host *host, const struct map_parts *parts)
{
	struct map_listed listed = {
		.match = (const uint8_t *)parts->match,
		.match_len = parts->match_len,
	};
	bool fold = parts->flags & MAP_RULE_FOLD;
	size_t lead = map_listed_lead(&listed);

	host->flags |= MAP_HOST_PATTERNS;
	if (lead > 1)
		return map_prefixes_add(&host->prefixes, parts->match, lead, 0,
					fold);
	host->flags |= MAP_HOST_ASK;
	return 0;
}

/* The list of a set's path; the one before it ends. */
static int pairs_begin(struct map_building *build, struct map_build_host *host,
		       const struct map_parts *parts)
{
	int fold = parts->flags & MAP_RULE_FOLD, err;
	struct map_list *list = &host->pairs[!!fold];

	host->flags |= MAP_HOST_PAIRS;
	if (list->path_len == parts->path_len &&
	    !memcmp(list->path, parts->path, parts->path_len))
		return 0;
	err = map_host_pairs_end(build, host, fold);
	memcpy(list->path, parts->path, parts->path_len);
	list->path_len = parts->path_len;
	return err;
}

static int listed_add(struct map_building *build, struct map_build_host *host,
		      const struct map_parts *parts)
{
	struct map_rule rule = map_host_rule(host->id, parts);
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

int map_paths_add_second(struct map_building *build,
			 struct map_build_host *host, struct map_parts *parts)
{
	struct map_build_last *last = &build->last;
	struct map_rule rule = map_host_rule(host->id, parts), *http;

	if (last->list)
		return map_list_second(last->list, &rule, parts);
	parts->flags |= MAP_RULE_SECOND;
	if (last->whole) {
		host->whole.flags |= MAP_RULE_BOTH;
		return map_host_record(build, host, parts);
	}
	http = (void *)map_records_get(&build->records[MAP_TABLE_RULES],
				       last->record);
	http->flags |= MAP_RULE_BOTH;
	return map_host_record(build, host, parts);
}

int map_paths_add(struct map_building *build, struct map_build_host *host,
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
