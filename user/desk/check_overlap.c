// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "check_overlap.h"
#include "cross.h"
#include "error.h"
#include "rule.h"
#include "rule_pattern.h"

/* How many pairs of a host's patterns are looked at closely, so that the time
 * does not grow with the square of their number. */
enum { PAIRS_MOST = 1000 };

struct overlap {
	const struct check *check;
	struct ask ask;
	size_t host_len;
	const struct ruleset_entry *pattern[LIMIT_PATTERNS];
	size_t count, pairs;
	char example[CROSS_MOST * 2];
};

static struct cross_path path_of(const struct overlap *overlap,
				 const struct ruleset_entry *entry)
{
	return (struct cross_path){entry->source + overlap->host_len,
				   entry->source_len - overlap->host_len};
}

/* Whether what is literal before the captures can be the beginning of one
 * path. */
static bool leads_fit(const struct cross_path *a, const struct cross_path *b)
{
	size_t i;

	for (i = 0; i < a->len && i < b->len; i++) {
		if (a->text[i] == '{' || b->text[i] == '{' ||
		    (a->text[i] == '*' && i + 1 == a->len) ||
		    (b->text[i] == '*' && i + 1 == b->len))
			return true;
		if (a->text[i] != b->text[i])
			return false;
	}
	return true;
}

/* Tell of one that loses the example to the other. */
static void overlap_tell(struct overlap *overlap,
			 const struct ruleset_entry *one,
			 const struct ruleset_entry *two)
{
	const struct check *check = overlap->check;
	struct check_where where;
	struct warning warning;
	char host[LIMIT_HOST + 8];
	struct rule rule, other;
	bool turn;

	memcpy(host, one->source, overlap->host_len);
	if (*host == '*')
		*host = 'x';
	if (!ask_begin(&overlap->ask, check->map,
		       one->scheme == RULE_SCHEME_HTTPS, host,
		       overlap->host_len, overlap->example,
		       strlen(overlap->example)) ||
	    !ask_rule(&overlap->ask))
		return;
	turn = !ruleset_order_rule(one, &overlap->ask.met);
	if (!turn && ruleset_order_rule(two, &overlap->ask.met))
		return; /* a third one has it */
	ruleset_get(turn ? two : one, &rule);
	ruleset_get(turn ? one : two, &other);
	warning = check_about("overlap", turn ? two : one, &rule);
	warning.other = rule_written(&other);
	warning.other_at = (turn ? one : two)->line;
	warnings_add(check->warnings, &warning,
		     "%s and %s%s are both for %.*s%s: %s wins", warning.source,
		     warning.other,
		     check_where(&where, check, turn ? one : two),
		     (int)overlap->host_len, host, overlap->example,
		     warning.other);
}

static bool pair_look(struct overlap *overlap, const struct ruleset_entry *one,
		      const struct ruleset_entry *two)
{
	struct cross_path a = path_of(overlap, one), b = path_of(overlap, two);

	if (!leads_fit(&a, &b) || overlap->pairs == PAIRS_MOST ||
	    (one->scheme && two->scheme && one->scheme != two->scheme))
		return false;
	overlap->pairs++;
	if (!cross_find(overlap->example, &a, &b) || cross_covers(&a, &b) ||
	    cross_covers(&b, &a))
		return false;
	overlap_tell(overlap, one, two);
	return true;
}

/* Each pattern is told of once. */
static void host_look(struct overlap *overlap)
{
	size_t i, j;

	overlap->pairs = 0;
	for (i = 0; i < overlap->count; i++)
		for (j = i + 1; j < overlap->count; j++)
			if (pair_look(overlap, overlap->pattern[i],
				      overlap->pattern[j]))
				break;
	overlap->count = 0;
}

int check_overlap(const struct check *check)
{
	struct overlap *overlap = calloc(1, sizeof(*overlap));
	const struct ruleset_entry *at = NULL;
	size_t i;

	if (!overlap)
		return error_sys(-ENOMEM, "cannot look for overlaps");
	overlap->check = check;
	for (i = 0; i < check->set->count; i++) {
		const struct ruleset_entry *entry = &check->set->entries[i];

		if (!rule_pattern_is(entry->source, entry->source_len))
			continue;
		if (!at || entry->source[overlap->host_len] != '/' ||
		    memcmp(at->source, entry->source, overlap->host_len)) {
			host_look(overlap);
			at = entry;
			overlap->host_len = strcspn(entry->source, "/");
		}
		if (overlap->count < LIMIT_PATTERNS)
			overlap->pattern[overlap->count++] = entry;
	}
	host_look(overlap);
	free(overlap);
	return 0;
}
