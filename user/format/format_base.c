// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_base.h"
#include "rule_url.h"

bool format_absolute(const char *text, size_t len)
{
	return rule_url_scheme(text, len) != 0;
}

/* How much of the base stands before a reference. */
static size_t base_kept(const char *base, size_t scheme, const char *text,
			size_t len)
{
	size_t origin = scheme + strcspn(base + scheme, "/?#");
	size_t path = origin + strcspn(base + origin, "?#");
	size_t query = path + strcspn(base + path, "#");

	if (len >= 2 && text[0] == '/' && text[1] == '/')
		return scheme - 2;
	if (!len || *text == '#')
		return query;
	if (*text == '/')
		return origin;
	if (*text == '?')
		return path;
	while (path > origin && base[path - 1] != '/')
		path--;
	return path;
}

int format_base(char *dst, size_t size, const char *base, const char *text,
		size_t len)
{
	size_t scheme = rule_url_scheme(base, strlen(base)), kept, slash;

	if (!scheme)
		return -EINVAL;
	kept = base_kept(base, scheme, text, len);
	/* "https://name" and "x" have a '/' between them */
	slash = kept > scheme && base[kept - 1] != '/' && len &&
		!strchr("/?#", *text);
	if (kept + slash + len > size)
		return -EINVAL;
	memcpy(dst, base, kept);
	if (slash)
		dst[kept] = '/';
	memcpy(dst + kept + slash, text, len);
	return kept + slash + len;
}
