// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "either.h"
#include "format_base.h"
#include "format_named.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t format_name_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len &&
	       (is_letter(text[n]) || (n && text[n] >= '0' && text[n] <= '9')))
		n++;
	return n;
}

struct format_name *format_name_find(struct format_named *named,
				     const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < named->count; i++)
		if (named->names[i].len == len &&
		    !memcmp(named->names[i].name, name, len))
			return &named->names[i];
	return NULL;
}

bool format_name_add(struct format_named *named, const struct format_name *name)
{
	if (named->count == FORMAT_NAMES ||
	    format_name_find(named, name->name, name->len))
		return false;
	named->names[named->count++] = *name;
	return true;
}

/* Where the host of a target ends: 0 if it has none. */
static size_t host_end(const char *text, size_t len)
{
	size_t i;

	if (!format_absolute(text, len))
		return 0;
	for (i = (const char *)memchr(text, ':', len) - text + 3; i < len; i++)
		if (text[i] == '/' || text[i] == '?' || text[i] == '#')
			break;
	return i;
}

/* Where a name stands in a target, and behind it; where its host ends. */
struct spot {
	size_t at, end, host;
	const char *text;
	size_t len;
};

static const char *name_reason(const struct format_name *name,
			       const struct spot *spot)
{
	const char *rest = spot->text + spot->end;
	size_t len = spot->len - spot->end;

	if (name->kind == FORMAT_NAME_LITERAL)
		return NULL;
	if (spot->at < spot->host)
		return "what the source's path has is in the host";
	if (name->used)
		return "what the source's path has is there twice";
	if (memchr(spot->text, '#', spot->at))
		return "what the source's path has is in the fragment";
	if (name->kind == FORMAT_NAME_REST && len && *rest != '#' &&
	    (*rest != '?' || memchr(spot->text, '?', spot->at)))
		return "the rest of the path is not at the end";
	return NULL;
}

/* A segment that begins as a name does, and none of the source's. */
static const char *unknown_reason(const struct spot *spot)
{
	const char *text = spot->text + spot->at;
	size_t len = spot->len - spot->at;

	if (*text != ':' || spot->at < spot->host || !spot->at ||
	    !format_name_length(text + 1, len - 1))
		return NULL;
	if (text[-1] != '/' && (len < 6 || memcmp(text, ":splat", 6)))
		return NULL;
	return "a name that the source has not";
}

/* The name that stands at a place of a target, and where it ends. */
static struct format_name *name_at(struct format_named *named, const char *tail,
				   struct spot *spot)
{
	const char *text = spot->text + spot->at;
	size_t len = spot->len - spot->at, n;
	struct format_name *name;

	if (len < 2 || (*text != ':' && *text != '$'))
		return NULL;
	if (*text == '$') {
		for (n = 1; n < len && text[n] >= '0' && text[n] <= '9';)
			n++;
		spot->end = spot->at + n;
		return format_name_find(named, text, n);
	}
	n = format_name_length(text + 1, len - 1);
	name = format_name_find(named, text + 1, n);
	spot->end = spot->at + 1 + n;
	if (spot->end < spot->len && text[n + 1] && strchr(tail, text[n + 1]))
		spot->end++;
	return name;
}

int format_named_target(struct format_text *to, struct format_named *named,
			const char *tail, const char *text, size_t len,
			const char **reason)
{
	struct spot spot = {
		.host = host_end(text, len), .text = text, .len = len};
	struct format_name *name;
	size_t i, from = 0;

	for (i = 0; i < named->count; i++)
		named->names[i].used = false;
	format_text_begin(to);
	while ((spot.at += either_at(text + spot.at, len - spot.at, ':', '$')) <
	       len) {
		name = name_at(named, tail, &spot);
		*reason =
			name ? name_reason(name, &spot) : unknown_reason(&spot);
		if (!name && !*reason) {
			spot.at++;
			continue;
		}
		if (*reason)
			return -ENOTSUP;
		format_text_target(to, text + from, spot.at - from);
		format_text_raw(to, name->text, name->text_len);
		name->used = true;
		spot.at = from = spot.end;
	}
	format_text_target(to, text + from, len - from);
	return 0;
}
