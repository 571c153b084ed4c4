// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>

#include "format_first.h"
#include "format_first_spell.h"
#include "limit.h"

/* Whether a host, or a wider one, has a key of a region. */
static bool key_is(const struct format_first *first,
		   const struct format_region *region)
{
	char name[LIMIT_HOST + 8];
	uint32_t host;

	strcpy(name, region->host);
	do {
		host = format_first_host(first, name, strlen(name));
		if (host != FORMAT_FIRST_NONE &&
		    format_first_key(first, host, region) != FORMAT_FIRST_NONE)
			return true;
	} while (format_first_wider(name));
	return false;
}

/* Whether a prefix has the path with a '/' behind it, which makes the path a
 * source of its own. */
static bool slash_is(const struct format_first *first,
		     const struct format_region *region)
{
	static __thread char path[LIMIT_LINE];
	struct format_region prefix = *region;
	size_t len = strlen(region->path);

	if (region->kind != FORMAT_REGION_EXACT || len + 2 > sizeof(path))
		return false;
	memcpy(path, region->path, len);
	memcpy(path + len, "/", 2);
	prefix.path = path;
	prefix.kind = FORMAT_REGION_PREFIX;
	return key_is(first, &prefix);
}

/* Whether there is, or may be, a source of a path with case. */
static bool has_twin(const struct format_first *first,
		     const struct format_region *region, const char *path)
{
	struct format_region cell = *region;
	uint32_t cells[2], regions[2];

	cell.fold = false;
	cell.path = path;
	format_first_both(first, &cell, cells);
	format_first_both(first, region, regions);
	return cells[0] != regions[0] || cells[1] != regions[1] ||
	       key_is(first, &cell) || slash_is(first, &cell);
}

/* Where the path goes on behind a byte, an escape or a capture. */
static size_t piece_end(const char *path, size_t at)
{
	size_t i = at + 1, len = strlen(path);

	if (path[at] == '%')
		i = at + 3;
	else if (path[at] == '{')
		i = at + strcspn(path + at, "}");
	return i < len ? i : len;
}

/* Spell the first letter otherwise that makes another source of it. */
void format_first_spell(const struct format_first *first,
			const struct format_region *region, char *source,
			size_t len)
{
	static __thread char room[LIMIT_LINE];
	char *path = memchr(source, '/', len);
	size_t i;

	if (!path || !first->folds[0] ||
	    strlen(region->host) > LIMIT_HOST + 4 ||
	    strlen(region->path) >= sizeof(room) ||
	    !has_twin(first, region, region->path))
		return;
	strcpy(room, region->path);
	len -= path - source;
	for (i = 0; i < len && room[i]; i = piece_end(room, i)) {
		if (!isalpha((unsigned char)room[i]))
			continue;
		room[i] ^= 0x20;
		if (!has_twin(first, region, room)) {
			path[i] = room[i];
			return;
		}
		room[i] ^= 0x20;
	}
}
