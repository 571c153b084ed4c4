// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "format_apache_narrow.h"
#include "format_region.h"
#include "format_text.h"
#include "rule_url.h"

/* What a capture, or '*', stands for. */
struct piece {
	const char *name; /* in the source; NULL: '*' */
	size_t name_len;
	const char *text;
	size_t len;
};

enum { PIECES = 64 };

struct pieces {
	struct piece items[PIECES];
	size_t count;
};

/* The path of a region as targets have it: without ":digits" and query, with
 * '*' at its end where there is one. */
static void path_write(struct format_text *to,
		       const struct format_region *region, size_t from)
{
	const char *text = region->path + from;
	size_t len = strlen(text);

	if (region->kind == FORMAT_REGION_QUERY)
		len = strcspn(text, "?");
	while (region->kind == FORMAT_REGION_PATTERN && len) {
		const char *digits = strstr(text, ":digits}");

		if (!digits)
			break;
		format_text_raw(to, text, digits - text);
		len -= digits + 7 - text;
		text = digits + 7;
	}
	format_text_raw(to, text, len);
	if (region->kind == FORMAT_REGION_PREFIX)
		format_text_raw(to, "*", 1);
}

/* Let each capture of a pattern take as much of a path as it can. */
static void captures_take(struct pieces *pieces, const char *pattern, bool fold,
			  const char *path, size_t len)
{
	while (*pattern && pieces->count < PIECES) {
		struct piece *piece = &pieces->items[pieces->count];
		size_t end = strcspn(pattern, "{*"), name;

		if (end > len)
			return;
		pattern += end;
		path += end;
		len -= end;
		if (*pattern == '*') {
			*piece = (struct piece){NULL, 0, path, len};
			pieces->count++;
			return;
		}
		if (!*pattern)
			return;
		end = strcspn(pattern, "}") + 1;
		name = strcspn(pattern + 1, ":}");
		for (piece->len = len; piece->len > 1; piece->len--) {
			char one[LIMIT_PATH + 1];
			int n = snprintf(one, sizeof(one), "%.*s", (int)end,
					 pattern);

			if (n > 0 && (size_t)n < sizeof(one) &&
			    format_region_takes(one, fold, path, piece->len) &&
			    format_region_takes(pattern + end, fold,
						path + piece->len,
						len - piece->len))
				break;
		}
		piece->name = pattern + 1;
		piece->name_len = name;
		piece->text = path;
		pieces->count++;
		pattern += end;
		path += piece->len;
		len -= piece->len;
	}
}

/* What stands for what in a region within another one. */
static void pieces_find(struct pieces *pieces, struct format_text *rest,
			const struct format_region *of,
			const struct format_region *region)
{
	pieces->count = 0;
	format_text_begin(rest);
	if (of->kind == FORMAT_REGION_PREFIX) {
		path_write(rest, region, strlen(of->path));
		pieces->items[pieces->count++] =
			(struct piece){NULL, 0, rest->text, rest->len};
	} else if (of->kind == FORMAT_REGION_PATTERN &&
		   region->kind != FORMAT_REGION_PATTERN) {
		path_write(rest, region, 0);
		captures_take(pieces, of->path, of->fold, rest->text,
			      rest->len);
	}
}

static const struct piece *piece_find(const struct pieces *pieces,
				      const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < pieces->count; i++)
		if (name ? pieces->items[i].name &&
				    pieces->items[i].name_len == len &&
				    !memcmp(pieces->items[i].name, name, len)
			 : !pieces->items[i].name)
			return &pieces->items[i];
	return NULL;
}

static void pieces_put(struct format_text *to, const char *text,
		       const struct pieces *pieces)
{
	while (*text) {
		size_t len = strcspn(text, "{*"), end;
		const struct piece *piece;

		format_text_raw(to, text, len);
		text += len;
		if (!*text)
			break;
		end = *text == '*' ? 1 : strcspn(text, "}") + 1;
		piece = piece_find(pieces, *text == '*' ? NULL : text + 1,
				   end - 2);
		if (piece)
			format_text_raw(to, piece->text, piece->len);
		else
			format_text_raw(to, text, end);
		text += end;
	}
}

void apache_narrow_text(struct format_text *to, const char *text,
			const struct format_region *of,
			const struct format_region *region)
{
	static __thread struct format_text rest;
	struct pieces pieces;

	format_text_begin(to);
	pieces_find(&pieces, &rest, of, region);
	pieces_put(to, text, &pieces);
}

/* The '*' at a target's host. Returns what it is of the text. */
static size_t host_put(struct format_text *to, const char *text,
		       const struct format_region *of,
		       const struct format_region *region)
{
	size_t at = rule_url_scheme(text, strlen(text));
	size_t len = strlen(region->host), tail = strlen(of->host) - 1;

	if (!at || text[at] != '*' || *of->host != '*')
		return 0;
	format_text_raw(to, text, at);
	if (len >= tail)
		format_text_raw(to, region->host, len - tail);
	return at + 1;
}

/* What a source takes of the query beside what it is made of. */
static void query_put(struct format_text *to, const struct format_region *of,
		      const struct format_region *region)
{
	const char *query = strchr(region->path, '?');
	size_t len;

	if (region->kind != FORMAT_REGION_QUERY || of->kind == region->kind ||
	    !query || !strcmp(to->text, "-"))
		return;
	len = strlen(++query);
	if (len > 2 && !strcmp(query + len - 2, "&*"))
		len -= 2;
	format_text_raw(to, strchr(to->text, '?') ? "&" : "?", 1);
	format_text_raw(to, query, len);
}

/* Put a query before the fragment. */
static void fragment_last(struct format_text *to, const char *target,
			  bool query_drop, const struct format_region *of,
			  const struct format_region *region)
{
	const char *fragment = strchr(target, '#');
	size_t len = fragment ? strlen(fragment) : 0;

	to->len -= len;
	to->text[to->len] = '\0';
	if (!query_drop)
		query_put(to, of, region);
	if (fragment)
		format_text_raw(to, fragment, len);
}

void apache_narrow_target(struct format_text *to, const char *target,
			  bool query_drop, const struct format_region *of,
			  const struct format_region *region)
{
	static __thread struct format_text rest;
	struct pieces pieces;
	size_t from;

	format_text_begin(to);
	from = host_put(to, target, of, region);
	pieces_find(&pieces, &rest, of, region);
	pieces_put(to, target + from, &pieces);
	fragment_last(to, target, query_drop, of, region);
}

bool apache_narrow_letters(const char *target, const struct format_region *of,
			   const struct format_region *region)
{
	static __thread struct format_text rest;
	struct pieces pieces;
	size_t i, j;

	if (!region->fold || !strpbrk(target, "*{"))
		return false;
	pieces_find(&pieces, &rest, of, region);
	for (i = 0; i < pieces.count; i++)
		for (j = 0; j < pieces.items[i].len; j++) {
			if (pieces.items[i].text[j] == '{')
				j += strcspn(pieces.items[i].text + j, "}");
			else if (isalpha((unsigned char)pieces.items[i]
						 .text[j]))
				return true;
		}
	return false;
}
