// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "format_first.h"
#include "format_first_meet.h"
#include "format_pattern_meet.h"
#include "format_region_cross.h"
#include "limit.h"
#include "rule_pattern.h"

/* So many pairs of sources are compared, at most. */
enum { CROSS_STEPS = 20000000 };

static struct rule_pattern pattern_of(const struct format_first_key *key,
				      char *room)
{
	size_t len = strlen(key->path);
	struct rule_pattern pattern;

	if (len > LIMIT_PATH)
		len = LIMIT_PATH;
	memcpy(room, key->path, len);
	if (key->kind == FORMAT_REGION_PREFIX)
		room[len++] = '*';
	rule_pattern_of(&pattern, room, len, key->fold);
	return pattern;
}

/* Whether rules ask one before the other for what both take. */
static bool patterns_meet(const struct format_first_key *asked,
			  const struct format_first_key *other)
{
	static __thread char room[2][LIMIT_PATH + 2];
	struct rule_pattern one = pattern_of(asked, room[0]);
	struct rule_pattern two = pattern_of(other, room[1]);

	if (asked->host == other->host &&
	    (one.prefix != two.prefix ? one.prefix
				      : rule_pattern_compare(&one, &two) >= 0))
		return false;
	return asked->fold != other->fold || format_pattern_meet(&one, &two);
}

static bool has_letters(const char *path)
{
	for (; *path; path++)
		if (isalpha((unsigned char)*path))
			return true;
	return false;
}

static size_t pairs_of(const char *path)
{
	size_t count = 0;

	for (; *path; path++)
		count += *path == '&';
	return count;
}

/* Whether rules ask a set of pairs before another one. */
static bool pairs_first(const struct format_first_key *asked,
			const struct format_first_key *other)
{
	size_t one = pairs_of(asked->path), two = pairs_of(other->path);

	if (asked->host != other->host || asked->fold != other->fold)
		return true;
	return one != two ? one > two : strcmp(asked->path, other->path) < 0;
}

static bool paths_meet(const struct format_first_key *asked,
		       const struct format_first_key *other)
{
	size_t len = strlen(other->path);

	if (asked->kind == FORMAT_REGION_PAIRS)
		return !strncmp(asked->path, other->path,
				strcspn(asked->path, "?") + 1) &&
		       pairs_first(asked, other);
	if (asked->kind == FORMAT_REGION_PATTERN ||
	    other->kind == FORMAT_REGION_PATTERN)
		return patterns_meet(asked, other);
	return asked->fold && !other->fold &&
	       (strlen(asked->path) > len ||
		asked->kind != FORMAT_REGION_PREFIX) &&
	       has_letters(other->path) &&
	       !strncasecmp(asked->path, other->path, len);
}

/* Whether an earlier entry loses what it has in common with a later one. */
static bool loses(const struct format_first *first,
		  const struct format_first_key *later,
		  const struct format_first_key *earlier)
{
	const struct format_first_entry *one, *two;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (later->first[i] == FORMAT_FIRST_NONE ||
		    earlier->first[i] == FORMAT_FIRST_NONE ||
		    later->first[i] <= earlier->first[i])
			continue;
		one = &first->entries[later->first[i]];
		two = &first->entries[earlier->first[i]];
		if (one->action != two->action || one->value != two->value)
			return true;
	}
	return false;
}

/* Whether what a pattern and a prefix have in common is a source of its own. */
static bool solved(const struct format_region *a, const struct format_region *b)
{
	bool first = a->kind == FORMAT_REGION_PATTERN;

	if ((first ? b : a)->kind != FORMAT_REGION_PREFIX)
		return false;
	return format_region_cross(first ? a : b, first ? b : a, NULL, NULL);
}

static bool crosses(const struct format_first *first,
		    const struct format_first_key *later,
		    const struct format_first_key *earlier)
{
	const char *host = first->hosts[later->host].name;
	const char *other = first->hosts[earlier->host].name;
	struct format_region one, two;

	if (!loses(first, later, earlier) ||
	    (!format_host_within(host, other) &&
	     !format_host_within(other, host)) ||
	    !paths_meet(later, earlier))
		return false;
	one = format_first_region(first, later);
	two = format_first_region(first, earlier);
	if (later->host == earlier->host && solved(&one, &two))
		return false;
	one.host = two.host = "*";
	return !format_region_within(&one, &two) &&
	       !format_region_within(&two, &one);
}

/* What keys may be asked for something of other ones. */
enum cross_list { CROSS_NONE, CROSS_PATTERN, CROSS_PAIRS, CROSS_FOLD };

static enum cross_list list_of(const struct format_first_key *key)
{
	if (key->kind == FORMAT_REGION_PATTERN)
		return CROSS_PATTERN;
	if (key->kind == FORMAT_REGION_PAIRS)
		return CROSS_PAIRS;
	return key->fold ? CROSS_FOLD : CROSS_NONE;
}

/* All keys of a list; of patterns those that a pattern may lose to. */
struct crossing {
	const struct format_first *first;
	uint32_t *number; /* of keys, those of each list together */
	size_t count[4], begin[4];
	unsigned long steps;
};

static int lists_make(struct crossing *crossing)
{
	const struct format_first *first = crossing->first;
	size_t i, at[4];

	for (i = 0; i < first->key_count; i++)
		crossing->count[list_of(&first->keys[i])]++;
	for (i = 1; i < 4; i++)
		crossing->begin[i] = at[i] =
			i == 1 ? 0
			       : crossing->begin[i - 1] +
					 crossing->count[i - 1];
	crossing->number = calloc(first->key_count + 1, sizeof(uint32_t));
	for (i = 0; crossing->number && i < first->key_count; i++) {
		enum cross_list list = list_of(&first->keys[i]);

		if (list != CROSS_NONE)
			crossing->number[at[list]++] = i;
	}
	return crossing->number ? 0 : -ENOMEM;
}

/* Where the entry of a key is, which an earlier one loses to, or 0. */
static unsigned long key_crosses(struct crossing *crossing,
				 const struct format_first_key *earlier,
				 const struct format_first_key *later)
{
	const struct format_first *first = crossing->first;
	unsigned int i = later->first[0] == FORMAT_FIRST_NONE;

	if (++crossing->steps > CROSS_STEPS || crosses(first, later, earlier))
		return first->entries[later->first[i]].at;
	return 0;
}

static unsigned long list_crosses(struct crossing *crossing,
				  const struct format_first_key *earlier,
				  enum cross_list list)
{
	const uint32_t *number = crossing->number + crossing->begin[list];
	unsigned long at = 0;
	size_t i;

	for (i = 0; !at && i < crossing->count[list]; i++)
		at = key_crosses(crossing, earlier,
				 &crossing->first->keys[number[i]]);
	return at;
}

/* A pattern with all prefixes. */
static unsigned long prefixes_cross(struct crossing *crossing,
				    const struct format_first_key *pattern)
{
	const struct format_first *first = crossing->first;
	unsigned long at = 0;
	size_t i;

	for (i = 0; !at && i < first->key_count; i++)
		if (first->keys[i].kind == FORMAT_REGION_PREFIX)
			at = key_crosses(crossing, pattern, &first->keys[i]);
	return at;
}

static unsigned long key_try(struct crossing *crossing,
			     const struct format_first_key *key)
{
	unsigned long at = 0;

	if (key->kind == FORMAT_REGION_PAIRS)
		return list_crosses(crossing, key, CROSS_PAIRS);
	if (key->kind == FORMAT_REGION_PATTERN)
		at = prefixes_cross(crossing, key);
	else if (key->kind != FORMAT_REGION_PREFIX)
		return 0;
	if (!at)
		at = list_crosses(crossing, key, CROSS_PATTERN);
	if (!at && key->kind == FORMAT_REGION_PREFIX && !key->fold &&
	    has_letters(key->path))
		at = list_crosses(crossing, key, CROSS_FOLD);
	return at;
}

int format_first_meet(const struct format_first *first, unsigned long *at)
{
	struct crossing crossing = {.first = first};
	size_t i;

	*at = 0;
	if (lists_make(&crossing))
		return error_sys(-ENOMEM, "cannot read the file");
	for (i = 0; !*at && i < first->key_count; i++)
		*at = key_try(&crossing, &first->keys[i]);
	free(crossing.number);
	return 0;
}
