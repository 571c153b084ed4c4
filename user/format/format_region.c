// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "fold.h"
#include "format_pairs.h"
#include "format_region.h"
#include "limit.h"

const struct format_region format_region_all = {
	.host = "*",
	.path = "/",
	.kind = FORMAT_REGION_PREFIX,
	.schemes = FORMAT_REGION_BOTH,
};

bool format_host_within(const char *host, const char *of)
{
	size_t len = strlen(host), of_len = strlen(of);

	if (!strcmp(of, "*") || !strcmp(host, of))
		return true;
	/* "*.x" has "a.x" and "*.a.x" */
	return *of == '*' && len > of_len - 1 &&
	       !strcmp(host + len - (of_len - 1), of + 1);
}

/* Whether the first len bytes of two paths are the same for whoever compares as
 * "of" does, however the other one's requests are spelled. */
static bool bytes_within(const struct format_region *region,
			 const struct format_region *of, size_t len)
{
	size_t i;

	if (of->fold)
		return !strncasecmp(region->path, of->path, len);
	if (memcmp(region->path, of->path, len))
		return false;
	for (i = 0; region->fold && i < len; i++)
		if (isalpha((unsigned char)of->path[i]))
			return false;
	return true;
}

/* The bytes of a path that all of its requests begin with. */
static size_t literal_len(const struct format_region *region)
{
	if (region->kind == FORMAT_REGION_PATTERN)
		return strcspn(region->path, "{*");
	if (region->kind == FORMAT_REGION_QUERY ||
	    region->kind == FORMAT_REGION_PAIRS)
		return strcspn(region->path, "?");
	return strlen(region->path);
}

/* Where a pattern goes on behind a capture; whether that is of digits. */
static size_t capture_end(const char *pattern, size_t at, bool *digits)
{
	size_t end = at + strcspn(pattern + at, "}");

	*digits = end - at > 7 && !memcmp(pattern + end - 7, ":digits", 7);
	return pattern[end] ? end + 1 : end;
}

/* Take one byte of a path: from the places of a pattern that are reached to
 * those behind it. */
static void pattern_step(const char *pattern, size_t len, bool fold, char c,
			 const bool *from, bool *to)
{
	bool digits;
	size_t i;

	memset(to, 0, len + 1);
	for (i = 0; i < len; i++) {
		if (!from[i])
			continue;
		if (pattern[i] == '*') {
			to[i] = true;
		} else if (pattern[i] == '{') {
			size_t end = capture_end(pattern, i, &digits);

			if (c == '/' || (digits && !isdigit((unsigned char)c)))
				continue;
			to[i] = to[end] = true;
		} else if (fold_byte(pattern[i], fold) == fold_byte(c, fold)) {
			to[i + 1] = true;
		}
	}
}

void format_region_places(const char *pattern, bool fold, const char *path,
			  size_t len, bool *places)
{
	static __thread bool room[2][LIMIT_PATH + 1];
	size_t pattern_len = strlen(pattern), i;
	bool *from = room[0], *to = room[1], *other;

	memset(from, 0, pattern_len + 1);
	from[0] = true;
	for (i = 0; i < len; i++) {
		pattern_step(pattern, pattern_len, fold, path[i], from, to);
		other = from;
		from = to;
		to = other;
	}
	memcpy(places, from, pattern_len + 1);
}

bool format_region_takes(const char *pattern, bool fold, const char *path,
			 size_t len)
{
	static __thread bool places[LIMIT_PATH + 1];
	size_t pattern_len = strlen(pattern), i;

	if (pattern_len > LIMIT_PATH)
		return false;
	i = strcspn(pattern, "{*");
	if (i > len || fold_compare(pattern, i, path, i, fold) != 0)
		return false;
	format_region_places(pattern, fold, path, len, places);
	return places[pattern_len] ||
	       (pattern_len && pattern[pattern_len - 1] == '*' &&
		places[pattern_len - 1]);
}

/* Whether a pattern's final '*' is reached behind a path, so that the pattern
 * takes all that begins with it. */
static bool rest_takes(const struct format_region *pattern, const char *path,
		       size_t path_len)
{
	static __thread bool places[LIMIT_PATH + 1];
	size_t len = strlen(pattern->path), begin;

	begin = strcspn(pattern->path, "{*");
	if (!len || len > LIMIT_PATH || pattern->path[len - 1] != '*' ||
	    begin > path_len ||
	    fold_compare(pattern->path, begin, path, begin, pattern->fold) != 0)
		return false;
	format_region_places(pattern->path, pattern->fold, path, path_len,
			     places);
	return places[len - 1];
}

static bool path_within(const struct format_region *region,
			const struct format_region *of)
{
	size_t len = literal_len(region), of_len = strlen(of->path);
	bool whole = !strcmp(region->path, of->path) ||
		     (of->fold && !strcasecmp(region->path, of->path));

	switch (of->kind) {
	case FORMAT_REGION_PREFIX:
		return len >= of_len && bytes_within(region, of, of_len);
	case FORMAT_REGION_EXACT:
		return (region->kind == FORMAT_REGION_EXACT ||
			region->kind == FORMAT_REGION_QUERY ||
			region->kind == FORMAT_REGION_PAIRS) &&
		       len == of_len && bytes_within(region, of, of_len);
	case FORMAT_REGION_QUERY:
		return region->kind == of->kind &&
		       strlen(region->path) == of_len &&
		       bytes_within(region, of, of_len);
	case FORMAT_REGION_PAIRS:
		of_len = strcspn(of->path, "?");
		return (region->kind == FORMAT_REGION_QUERY ||
			region->kind == of->kind) &&
		       (of->fold || !region->fold) && len == of_len &&
		       bytes_within(region, of, of_len) &&
		       format_pairs_within(region->path + len,
					   of->path + of_len, of->fold);
	default:
		break;
	}
	if (region->fold && !of->fold)
		return false;
	if (region->kind == FORMAT_REGION_PATTERN)
		return whole;
	if (region->kind == FORMAT_REGION_PREFIX)
		return rest_takes(of, region->path, len);
	return format_region_takes(of->path, of->fold, region->path, len);
}

bool format_region_within(const struct format_region *region,
			  const struct format_region *of)
{
	return !(region->schemes & ~of->schemes) &&
	       format_host_within(region->host, of->host) &&
	       path_within(region, of);
}

/* Whether something may be behind the bytes that all begin with. */
static bool has_rest(const struct format_region *region)
{
	return region->kind == FORMAT_REGION_PREFIX ||
	       region->kind == FORMAT_REGION_PATTERN;
}

/* Whether two paths of which neither is within the other may have requests in
 * common all the same. */
static bool paths_cross(const struct format_region *a,
			const struct format_region *b)
{
	size_t a_len = literal_len(a), b_len = literal_len(b);
	size_t len = a_len < b_len ? a_len : b_len;

	if (a->fold != b->fold)
		return !strncasecmp(a->path, b->path, len) &&
		       (has_rest(a) || has_rest(b) || a_len == b_len);
	if (a->kind == FORMAT_REGION_PAIRS && b->kind == a->kind)
		return a_len == b_len &&
		       !fold_compare(a->path, len, b->path, len, a->fold);
	if (a->kind != FORMAT_REGION_PATTERN &&
	    b->kind != FORMAT_REGION_PATTERN)
		return false;
	if (a->kind == b->kind || a->kind == FORMAT_REGION_PREFIX ||
	    b->kind == FORMAT_REGION_PREFIX)
		return !fold_compare(a->path, len, b->path, len, a->fold);
	return false;
}

/* Of a path without case and a prefix with it: all letters of the one are the
 * other's, so that it has that case. */
static bool case_taken(struct format_region *both,
		       const struct format_region *any,
		       const struct format_region *prefix)
{
	size_t len = strlen(prefix->path), i;

	if (!any->fold || prefix->fold ||
	    prefix->kind != FORMAT_REGION_PREFIX ||
	    any->kind == FORMAT_REGION_PATTERN || literal_len(any) < len ||
	    memcmp(any->path, prefix->path, len) != 0)
		return false;
	for (i = len; any->path[i]; i++)
		if (isalpha((unsigned char)any->path[i]))
			return false;
	*both = *any;
	both->fold = false;
	return true;
}

bool format_region_meet(struct format_region *both,
			const struct format_region *a,
			const struct format_region *b, bool *unsure)
{
	const struct format_region *path = NULL;
	const char *host = NULL;

	if (format_host_within(a->host, b->host))
		host = a->host;
	else if (format_host_within(b->host, a->host))
		host = b->host;
	if (!host || !(a->schemes & b->schemes))
		return false;
	if (path_within(a, b))
		path = a;
	else if (path_within(b, a))
		path = b;
	if (path)
		*both = *path;
	else if (!case_taken(both, a, b) && !case_taken(both, b, a)) {
		*unsure |= paths_cross(a, b);
		return false;
	}
	both->host = host;
	both->schemes = a->schemes & b->schemes;
	return true;
}
