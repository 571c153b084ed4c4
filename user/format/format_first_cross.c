// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_first.h"
#include "format_first_add.h"
#include "format_first_cross.h"
#include "format_first_meet.h"
#include "format_region_cross.h"

enum { CROSS_STEPS = 20000000 };

struct crossing {
	struct format_first *first;
	uint32_t pattern, prefix; /* keys */
	int err;
};

/* Whether two entries, or none, answer the same. */
static bool same_answer(const struct format_first *first, uint32_t a,
			uint32_t b)
{
	static const struct format_first_entry none;
	const struct format_first_entry *one = &none, *two = &none;

	if (a != FORMAT_FIRST_NONE && first->entries[a].action)
		one = &first->entries[a];
	if (b != FORMAT_FIRST_NONE && first->entries[b].action)
		two = &first->entries[b];
	return one->action == two->action && one->value == two->value;
}

/* The entry that comes first of two keys'. */
static uint32_t first_of(const struct crossing *crossing, unsigned int scheme)
{
	const struct format_first_key *keys = crossing->first->keys;
	uint32_t a = keys[crossing->pattern].first[scheme];
	uint32_t b = keys[crossing->prefix].first[scheme];

	return a < b ? a : b;
}

/* Whether rules would ask the other one of the two first: patterns without a
 * final '*' come before prefixes, others behind them. */
static bool differs(const struct crossing *crossing)
{
	const struct format_first *first = crossing->first;
	const char *path = first->keys[crossing->pattern].path;
	uint32_t asked = path[strlen(path) - 1] == '*' ? crossing->prefix
						       : crossing->pattern;
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (!same_answer(first, first_of(crossing, i),
				 first->keys[asked].first[i]))
			return true;
	return false;
}

/* Take one of the regions that are in both. */
static void region_take(void *arg, const struct format_region *region)
{
	struct crossing *crossing = arg;
	uint32_t entries[2] = {first_of(crossing, 0), first_of(crossing, 1)};

	if (!crossing->err)
		crossing->err =
			format_first_key_add(crossing->first, region, entries);
}

static bool cross(struct crossing *crossing, format_region_fn *fn)
{
	const struct format_first *first = crossing->first;
	struct format_region pattern =
		format_first_region(first, &first->keys[crossing->pattern]);
	struct format_region prefix =
		format_first_region(first, &first->keys[crossing->prefix]);

	return format_region_cross(&pattern, &prefix, fn, crossing);
}

/* Go through the prefixes of a pattern's host that it meets; do: take what is
 * in both, or else see whether one must be taken. */
static bool prefixes_cross(struct crossing *crossing, uint32_t keys, bool take)
{
	struct format_first *first = crossing->first;

	for (; keys != FORMAT_FIRST_NONE && !crossing->err;
	     keys = first->keys[keys].next) {
		crossing->prefix = keys;
		if (first->keys[keys].kind != FORMAT_REGION_PREFIX)
			continue;
		if (++first->steps > CROSS_STEPS)
			crossing->err = -E2BIG;
		else if (take)
			cross(crossing, region_take);
		else if (differs(crossing) && cross(crossing, NULL))
			return true;
	}
	return false;
}

int format_first_cross(struct format_first *first, unsigned long *at)
{
	struct crossing crossing = {.first = first};
	size_t count = first->key_count, i;

	for (i = 0; i < count && !crossing.err; i++) {
		const struct format_first_host *host =
			&first->hosts[first->keys[i].host];
		uint32_t keys = host->keys;

		if (first->keys[i].kind != FORMAT_REGION_PATTERN ||
		    !(host->prefixes[0] || host->prefixes[1]))
			continue;
		crossing.pattern = i;
		if (prefixes_cross(&crossing, keys, false))
			prefixes_cross(&crossing, keys, true);
	}
	first->steps = 0;
	*at = 0;
	return crossing.err ? crossing.err : format_first_meet(first, at);
}
