// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "format_regex_way.h"
#include "regex_overlap.h"
#include "rule_pattern.h"

/* Of what is unlike: a rule takes fewer paths. */
enum { FEWER = FORMAT_REGEX_SLASHES | FORMAT_REGEX_DOT };

/* The source of a way, in pieces. */
struct path {
	const char *text;
	size_t len; /* without the final '*' */
	bool open;
	bool captures;
};

static struct path path_of(const char *source)
{
	struct path path = {.text = source, .len = strcspn(source, "?")};

	path.open = path.len && source[path.len - 1] == '*';
	path.len -= path.open;
	path.captures = memchr(path.text, '{', path.len);
	return path;
}

static bool equal(const char *a, const char *b, size_t len, bool fold)
{
	return fold ? !strncasecmp(a, b, len) : !memcmp(a, b, len);
}

/* Whether one takes all that the other does. */
static bool contains(const struct path *wide, const struct path *narrow,
		     bool fold)
{
	if (wide->len > narrow->len ||
	    !equal(wide->text, narrow->text, wide->len, fold))
		return false;
	return wide->open || (wide->len == narrow->len && !narrow->open);
}

/* The segment at the text's begin. */
static size_t segment(const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);

	return slash ? (size_t)(slash - text) : len;
}

/* Literal bytes at a segment's begin, or at its end. */
static size_t head(const char *text, size_t len)
{
	const char *brace = memchr(text, '{', len);

	return brace ? (size_t)(brace - text) : len;
}

static size_t tail(const char *text, size_t len)
{
	const char *brace = memrchr(text, '}', len);

	return brace ? (size_t)(text + len - brace - 1) : len;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Whether two whole segments have something in common. */
static bool segments_meet(const char *a, size_t a_len, const char *b,
			  size_t b_len, bool fold)
{
	size_t heads = least(head(a, a_len), head(b, b_len));
	size_t tails = least(tail(a, a_len), tail(b, b_len));

	if (!memchr(a, '{', a_len) && !memchr(b, '{', b_len))
		return a_len == b_len && equal(a, b, a_len, fold);
	return a_len && b_len && equal(a, b, heads, fold) &&
	       equal(a + a_len - tails, b + b_len - tails, tails, fold);
}

/* Whether two may take the same request: true where that is not sure. */
static bool meet(const struct path *a, const struct path *b, bool fold)
{
	const char *x = a->text, *y = b->text;
	size_t x_left = a->len, y_left = b->len;

	for (;;) {
		size_t x_len = segment(x, x_left), y_len = segment(y, y_left);
		bool x_ends = x_len == x_left, y_ends = y_len == y_left;

		if ((x_ends && a->open) || (y_ends && b->open))
			return equal(x, y,
				     least(head(x, x_len), head(y, y_len)),
				     fold);
		if (!segments_meet(x, x_len, y, y_len, fold) ||
		    x_ends != y_ends)
			return false;
		if (x_ends)
			return true;
		x += x_len + 1, x_left -= x_len + 1;
		y += y_len + 1, y_left -= y_len + 1;
	}
}

/* Whether the rule of the first is asked before that of the second. */
static bool first(const struct path *a, const struct path *b)
{
	struct rule_pattern x, y;

	if (a->open != b->open)
		return !a->open;
	if (!a->open && (!a->captures || !b->captures))
		return !a->captures;
	rule_pattern_of(&x, a->text, a->len + a->open, false);
	rule_pattern_of(&y, b->text, b->len + b->open, false);
	return rule_pattern_compare(&x, &y) < 0;
}

/* The groups that two ways of a request do not fill alike. What varies is
 * taken for different. */
static unsigned int groups_unlike(const struct format_regex_way *a,
				  const struct format_regex_way *b)
{
	unsigned int unlike = 0, i;

	for (i = 0; i < FORMAT_REGEX_GROUPS && a->group[i]; i++)
		if (strcmp(a->group[i], b->group[i]) ||
		    strpbrk(a->group[i], "*{"))
			unlike |= 1U << i;
	return unlike;
}

/* Whether a group is what another one is when the rest is empty. */
static bool group_alike(const char *group, const char *other)
{
	size_t len = strcspn(group, "*"), other_len = strcspn(other, "*");

	return len == other_len && !memcmp(group, other, len);
}

static bool groups_alike(const struct format_regex_way *way,
			 const struct format_regex_way *other)
{
	size_t i;

	for (i = 1; i < FORMAT_REGEX_GROUPS && way->group[i]; i++)
		if (!group_alike(way->group[i], other->group[i]))
			return false;
	return true;
}

/* Of a way that ends with a slash and a rest: whether another one takes the path
 * without that slash, and fills the groups as an empty rest does. */
static bool slash_taken(const struct format_regex *regex, size_t i)
{
	const struct format_regex_way *way = &regex->ways[i];
	struct path path = path_of(way->source), other;
	size_t j;

	path.len--;
	path.open = false;
	for (j = 0; j < regex->count; j++) {
		other = path_of(regex->ways[j].source);
		if (j != i && other.len == path.len &&
		    equal(other.text, path.text, path.len, regex->fold) &&
		    (!other.open || groups_alike(way, &regex->ways[j])))
			return true;
	}
	return false;
}

/* Look at two ways, the first of which is tried first. Returns the one that is
 * of no use, or NULL. */
static struct format_regex_way *
pair_look(struct format_regex_way *one, struct format_regex_way *two, bool fold)
{
	struct path a = path_of(one->source), b = path_of(two->source);
	unsigned int unlike;

	if (contains(&a, &b, fold))
		return two;
	if (!meet(&a, &b, fold))
		return NULL;
	unlike = groups_unlike(one, two);
	if (contains(&b, &a, fold) && !(unlike & ~1U)) {
		two->order |= unlike;
		return one;
	}
	if (!first(&a, &b)) {
		one->order |= unlike;
		two->order |= unlike;
	}
	return NULL;
}

/* Where something has to be left for the end, other ways may come before. */
static void empty_look(struct format_regex *regex)
{
	size_t i;

	for (i = 0; regex->count > 1 && i < regex->count; i++)
		if (regex->ways[i].unlike & FORMAT_REGEX_EMPTY)
			regex->ways[i].order = ~0U;
}

void regex_overlap(struct format_regex *regex)
{
	bool drop[FORMAT_REGEX_MOST] = {false};
	struct format_regex_way *ways = regex->ways, *no_use;
	size_t i, j, kept = 0;

	empty_look(regex);
	for (i = 0; i < regex->count; i++)
		for (j = i + 1; !drop[i] && j < regex->count; j++) {
			if (drop[j])
				continue;
			no_use = pair_look(&ways[i], &ways[j], regex->fold);
			if (!no_use)
				continue;
			drop[no_use - ways] = true;
			/* what it would take beside its source stays untaken */
			ways[no_use == &ways[i] ? j : i].unlike |=
				no_use->unlike & FEWER;
		}
	for (i = 0; i < regex->count; i++)
		if (drop[i])
			format_regex_way_free(&ways[i]);
		else
			ways[kept++] = ways[i];
	regex->count = kept;
	for (i = 0; i < regex->count; i++)
		if (ways[i].unlike & FORMAT_REGEX_SLASH &&
		    slash_taken(regex, i))
			ways[i].unlike &= ~FORMAT_REGEX_SLASH;
}

bool regex_meet(const char *a, const char *b, bool fold)
{
	struct path x = path_of(a), y = path_of(b);

	return meet(&x, &y, fold);
}

bool regex_first(const char *a, const char *b)
{
	struct path x = path_of(a), y = path_of(b);

	return first(&x, &y);
}
