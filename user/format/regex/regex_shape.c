// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>

#include "format_regex_way.h"
#include "regex_greedy.h"
#include "regex_parse.h"
#include "regex_shape.h"
#include "regex_ways.h"

/* What a way is found to be. */
enum shape { SHAPE_FITS, SHAPE_NEVER, SHAPE_CANNOT };

struct shaping {
	struct regex_ways *ways;
	const struct regex_tree *tree;
	unsigned int flags;
};

static enum shape cannot(struct shaping *shaping, const char *reason)
{
	shaping->ways->reason = reason;
	return SHAPE_CANNOT;
}

/* The next token behind one that takes bytes, or NULL. */
static struct regex_token *next_taking(const struct regex_way *way, size_t i)
{
	for (; i < way->count; i++)
		if (regex_takes(&way->tokens[i]))
			return &way->tokens[i];
	return NULL;
}

/* Take the anchors out. */
static enum shape anchors_take(struct regex_way *way, bool *begun)
{
	bool taken = false, end = false;
	size_t i, kept = 0;

	*begun = false;
	for (i = 0; i < way->count; i++) {
		struct regex_token *token = &way->tokens[i];

		if (token->kind == REGEX_AT_BEGIN) {
			if (taken)
				return SHAPE_NEVER;
			*begun = true;
			continue;
		}
		if (token->kind == REGEX_AT_END) {
			end = true;
			continue;
		}
		if (regex_takes(token)) {
			if (end)
				return SHAPE_NEVER;
			taken = true;
		}
		way->tokens[kept++] = *token;
	}
	way->count = kept;
	way->open = !end;
	return SHAPE_FITS;
}

static bool wordy(const struct regex_token *token)
{
	return token->kind == REGEX_DIGITS || token->kind == REGEX_CAPTURE ||
	       (token->kind == REGEX_BYTE && isalnum(token->byte));
}

/* A '.' between letters is meant as one; at the end it is "something". */
static enum shape dot_take(struct shaping *shaping, struct regex_way *way,
			   size_t i, const struct regex_token *last, int group)
{
	struct regex_token *token = &way->tokens[i];
	const struct regex_token *next = next_taking(way, i + 1);

	if (last && next && wordy(next) &&
	    (wordy(last) || last->kind == REGEX_BYTE)) {
		token->kind = REGEX_BYTE;
		token->byte = '.';
		token->unlike = FORMAT_REGEX_DOT;
		return SHAPE_FITS;
	}
	if (next || group)
		return cannot(shaping, "'.' for any one character");
	token->kind = REGEX_ANY;
	token->unlike = FORMAT_REGEX_EMPTY;
	if (!way->open)
		token->unlike |= FORMAT_REGEX_WIDER;
	return SHAPE_FITS;
}

static enum shape dots_take(struct shaping *shaping, struct regex_way *way)
{
	const struct regex_token *last = NULL;
	enum shape shape = SHAPE_FITS;
	int groups = 0;
	size_t i;

	for (i = 0; !shape && i < way->count; i++) {
		struct regex_token *token = &way->tokens[i];

		if (token->kind == REGEX_DOT)
			shape = dot_take(shaping, way, i, last, groups);
		groups += token->kind == REGEX_OPEN;
		groups -= token->kind == REGEX_CLOSE;
		if (regex_takes(token))
			last = token;
	}
	return shape;
}

/* Without '^' only what would be found at the begin first. */
static enum shape begin_take(struct shaping *shaping, struct regex_way *way)
{
	struct regex_token *first = next_taking(way, 0);

	if (!first) {
		way->open = true;
		return SHAPE_FITS;
	}
	if (first->kind == REGEX_ANY && !(first->unlike & FORMAT_REGEX_WIDER))
		return SHAPE_FITS;
	if (way->open && first->kind == REGEX_BYTE && first->byte == '/' &&
	    !next_taking(way, first - way->tokens + 1) &&
	    !(shaping->flags & FORMAT_REGEX_DIRECTORY))
		return SHAPE_FITS;
	return cannot(shaping, "not anchored at its begin");
}

/* All paths begin with '/', but those of which it was cut off. */
static enum shape slash_check(const struct shaping *shaping,
			      const struct regex_way *way)
{
	const struct regex_token *first = next_taking(way, 0);
	bool slash = first && first->kind == REGEX_BYTE && first->byte == '/';

	if (shaping->flags & FORMAT_REGEX_DIRECTORY)
		return slash ? SHAPE_NEVER : SHAPE_FITS;
	if (slash || (first && first->kind == REGEX_ANY) ||
	    (!first && way->open))
		return SHAPE_FITS;
	return SHAPE_NEVER;
}

/* Paths have no dot segments, and rules take them out of sources. */
static enum shape dots_check(const struct regex_way *way)
{
	size_t i, bytes = 0, dots = 0;

	for (i = 0; i < way->count; i++) {
		const struct regex_token *token = &way->tokens[i];
		bool byte = token->kind == REGEX_BYTE;

		if (!regex_takes(token))
			continue;
		if (byte && token->byte == '/') {
			if (dots == bytes && (dots == 1 || dots == 2))
				return SHAPE_NEVER;
			bytes = dots = 0;
		} else {
			bytes++;
			dots += byte && token->byte == '.';
		}
	}
	return !way->open && dots == bytes && (dots == 1 || dots == 2)
		       ? SHAPE_NEVER
		       : SHAPE_FITS;
}

/* A '?' is in what has a query, or was an escape. */
static enum shape query_check(struct shaping *shaping,
			      const struct regex_way *way)
{
	const struct regex_token *query = NULL;
	bool varies = way->open;
	size_t i;

	if (shaping->flags & FORMAT_REGEX_DECODED)
		return SHAPE_FITS;
	for (i = 0; i < way->count; i++) {
		const struct regex_token *token = &way->tokens[i];

		varies |= regex_takes(token) && token->kind != REGEX_BYTE;
		if (!query && token->kind == REGEX_BYTE && token->byte == '?')
			query = token;
	}
	if (!query)
		return SHAPE_FITS;
	if (!(shaping->flags & FORMAT_REGEX_QUERY))
		return SHAPE_NEVER;
	return varies ? cannot(shaping, "a query, and what varies")
		      : SHAPE_FITS;
}

static enum shape way_take(struct shaping *shaping, struct regex_way *way)
{
	enum shape shape;
	bool begun;

	shape = anchors_take(way, &begun);
	if (!shape)
		shape = dots_take(shaping, way);
	if (!shape && !begun)
		shape = begin_take(shaping, way);
	if (!shape)
		shape = slash_check(shaping, way);
	if (!shape)
		shape = dots_check(way);
	if (!shape)
		shape = query_check(shaping, way);
	return shape;
}

static bool captures(const struct regex_token *token)
{
	return token->kind == REGEX_CAPTURE || token->kind == REGEX_DIGITS;
}

/* Whether all between a lazy capture and the segment's end is literal, so that
 * it takes the same as another. */
static bool lazy_fits(const struct regex_way *way, size_t i)
{
	for (i++; i < way->count; i++) {
		const struct regex_token *token = &way->tokens[i];

		if (!regex_takes(token))
			continue;
		if (token->kind != REGEX_BYTE)
			return false;
		if (token->byte == '/')
			return true;
	}
	return !way->open;
}

/* What patterns cannot say. */
static const char *way_reason(const struct regex_way *way)
{
	const struct regex_token *last = NULL;
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < way->count; i++) {
		const struct regex_token *token = &way->tokens[i];

		if (!regex_takes(token))
			continue;
		if (last && last->kind == REGEX_ANY)
			return "something behind \".*\" or the like";
		if (last && captures(last) && captures(token))
			return "two variable parts side by side";
		if (captures(token) && ++count > 64)
			return "more than 64 variable parts";
		if (token->lazy && !(token->kind == REGEX_ANY && !way->open) &&
		    !lazy_fits(way, i))
			return "as little as may be of what varies";
		last = token;
	}
	return NULL;
}

static int all_check(struct regex_ways *ways)
{
	const char *reason = NULL;
	size_t i;

	for (i = 0; !reason && i < ways->count; i++)
		reason = way_reason(&ways->items[i]);
	if (!ways->count)
		reason = "it never matches";
	ways->reason = reason;
	return reason ? -ENOTSUP : 0;
}

int regex_shape(struct regex_ways *ways, const struct regex_tree *tree,
		unsigned int flags)
{
	struct shaping shaping = {ways, tree, flags};
	bool drop[REGEX_WAYS] = {false};
	size_t i;

	for (i = 0; i < ways->count; i++) {
		enum shape shape = way_take(&shaping, &ways->items[i]);

		if (shape == SHAPE_CANNOT)
			return -ENOTSUP;
		drop[i] = shape == SHAPE_NEVER;
	}
	regex_ways_drop(ways, drop);
	if (regex_greedy_drop(ways, tree))
		return -ENOMEM;
	return all_check(ways);
}
