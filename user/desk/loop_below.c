// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "loop_below.h"
#include "loop_sample.h"
#include "map_view.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"

/* How many entries of a host level are looked at, and how many in all may be
 * asked for. */
enum { LOOKED_MOST = 32, FOUND_MOST = 6 };

/* The first entry whose source is not before the key. */
static size_t entry_from(const struct ruleset *set, const char *key)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(set->entries[middle].source, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void level_begin(struct loop_below *below)
{
	below->at = entry_from(below->set, below->key);
	below->looked = 0;
}

static unsigned int labels_of(const char *name, const char *end)
{
	unsigned int labels = 1;

	for (; name < end; name++)
		labels += *name == '.';
	return labels;
}

/* Go on with the next wildcard above the host that has rules: its key has the
 * host's last labels behind "*.". */
static bool level_next(struct loop_below *below)
{
	char *key = below->key, *end = key + below->host_len;
	char *at = *key == '*' ? key + 2 : key;
	size_t cut;

	do {
		at = memchr(at, '.', end - at);
		if (!at)
			return false;
		at++;
	} while (!map_wild(&below->map->header, labels_of(at, end)));
	cut = at - key - 2;
	memmove(key, key + cut, below->len - cut + 1);
	*key = '*';
	below->host_len -= cut;
	below->len -= cut;
	below->skip -= cut;
	level_begin(below);
	return true;
}

/* What the target has before the remainder, or where a query may follow it:
 * its length; 0 where there is neither. */
static size_t kept_length(struct loop_below *below, const struct rule *rule,
			  const char *path)
{
	size_t len = strcspn(path, "?#*{%");

	below->one = path[len] == '{';
	if (path[len] == '*' && !path[len + 1])
		return len;
	if (below->one && !strcspn(strchr(path, '}') + 1, ""))
		return len;
	if (path[len] || rule->query_drop || strchr(rule->source, '?'))
		return 0;
	return len;
}

bool loop_below_begin(struct loop_below *below, const struct map *map,
		      const struct ruleset *set,
		      const struct ruleset_entry *own, const struct rule *rule,
		      const char *host, size_t host_len)
{
	const char *path = loop_sample_host(rule->target);
	size_t len;

	if (*path == '[' || *path == '*' || host_len > LIMIT_HOST)
		return false;
	path += strcspn(path, "/?#");
	len = kept_length(below, rule, path);
	if (!len)
		return false;
	below->map = map;
	below->set = set;
	below->own = own;
	below->host_len = host_len;
	below->found = 0;
	memcpy(below->key, host, host_len);
	memcpy(below->key + host_len, path, len);
	below->len = below->skip = host_len + len;
	if (!path[len])
		below->key[below->len++] = '?';
	below->key[below->len] = '\0';
	level_begin(below);
	return true;
}

/* Copy what a source has behind the key, a byte for each capture and for what
 * is behind a prefix. False where it is too long. */
static bool more_make(struct loop_below *below, const char *source)
{
	const char *at = source + below->skip;
	char *to = below->more, *end = to + sizeof(below->more) - 2;
	const char *query = strchr(at, '?');

	for (; *at && to < end; at++) {
		if (*at == '*' && !at[1])
			break;
		*to++ = *at;
		if (*at != '{')
			continue;
		to[-1] = at[1] == ':' ? '7' : 'x';
		at = strchr(at, '}');
	}
	if (*at == '*' && query)
		to--; /* the '&' behind a set of pairs */
	else if (*at == '*')
		*to++ = 'x';
	*to = '\0';
	return to < end;
}

/*
 * Whether an entry is worth asking for. A rule that leads where this one leads
 * to does the same for another beginning, such as "/en/" and "/de/": nobody
 * asks for both at once.
 */
static bool entry_counts(const struct loop_below *below,
			 const struct ruleset_entry *entry)
{
	const struct ruleset_entry *own = below->own;

	if (entry == own || !entry->source[below->skip])
		return false;
	if (!rule_code(entry->code)->target)
		return entry->code == 410;
	return entry->target_len != own->target_len ||
	       memcmp(entry->source + entry->source_len + 1,
		      own->source + own->source_len + 1, own->target_len);
}

/* A capture is one segment. */
static bool more_fits(const struct loop_below *below)
{
	size_t len = strcspn(below->more, "?");

	return !below->one || (len && !memchr(below->more, '/', len));
}

bool loop_below_next(struct loop_below *below)
{
	const struct ruleset *set = below->set;

	while (below->found < FOUND_MOST) {
		const struct ruleset_entry *entry = &set->entries[below->at];

		if (below->at == set->count || below->looked == LOOKED_MOST ||
		    strncmp(entry->source, below->key, below->len)) {
			if (!level_next(below))
				return false;
			continue;
		}
		below->at++;
		below->looked++;
		if (!entry_counts(below, entry) ||
		    !more_make(below, entry->source) || !more_fits(below))
			continue;
		below->found++;
		return true;
	}
	return false;
}
