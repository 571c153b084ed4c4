// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "pattern_match.h"
#include "rule_pattern_form.h"

/* How far a match of the segments has got in pattern and path: at a '/' of
 * both, or at the end of either. */
struct walk {
	const uint8_t *pattern;
	const char *path;
	size_t pattern_at, pattern_len; /* without PATTERN_REST */
	size_t path_at, path_len;
	bool prefix;
};

/* Where the segment ends that begins at the text's start. */
static size_t segment_len(const void *text, size_t len)
{
	const char *slash = memchr(text, '/', len);

	return slash ? (size_t)(slash - (const char *)text) : len;
}

/* Match the segments behind the '/' of both, and step over them. Returns
 * whether it is a match so far, with the remainder if they were the last. */
static bool walk_segment(struct walk *walk, struct pattern_segment *segment,
			 struct pattern_match *match)
{
	size_t pattern_at = walk->pattern_at + 1, path_at = walk->path_at + 1;
	int end;

	segment->pattern = walk->pattern + pattern_at;
	segment->pattern_len =
		segment_len(segment->pattern, walk->pattern_len - pattern_at);
	segment->text.byte = (const uint8_t *)walk->path + path_at;
	segment->text.len =
		segment_len(segment->text.byte, walk->path_len - path_at);
	segment->spans = match->capture + match->captures;
	segment->at = path_at;
	walk->pattern_at = pattern_at + segment->pattern_len;
	walk->path_at = path_at + segment->text.len;
	segment->open = walk->prefix && walk->pattern_at == walk->pattern_len;
	end = pattern_segment_match(segment);
	match->captures += segment->captures;
	match->remainder = path_at + end;
	return end >= 0;
}

/* Whether what is left of the pattern is "/" and its final '*', which ask for
 * nothing at the path's end. */
static bool is_slash_star(const struct walk *walk)
{
	return walk->prefix && walk->pattern_len - walk->pattern_at == 1;
}

bool pattern_match(struct pattern_match *match, const uint8_t *pattern,
		   size_t pattern_len, const char *path, size_t path_len,
		   bool ignore_case)
{
	bool prefix = pattern[pattern_len - 1] == PATTERN_REST;
	struct walk walk = {
		.pattern = pattern,
		.pattern_len = pattern_len - prefix,
		.path = path,
		.path_len = path_len,
		.prefix = prefix,
	};
	struct pattern_segment segment = {.text.ignore_case = ignore_case};

	match->captures = 0;
	if (!path_len || path_len > LIMIT_PATH || path[0] != '/')
		return false;
	while (walk.pattern_at < walk.pattern_len) {
		if (walk.path_at == path_len)
			return is_slash_star(&walk);
		if (!walk_segment(&walk, &segment, match))
			return false;
	}
	return prefix || walk.path_at == path_len;
}
