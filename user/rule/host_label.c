// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unistr.h>

#include "host_label.h"
#include "punycode.h"

static bool is_dot(ucs4_t c)
{
	return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61;
}

/* What has no width is no part of a name, but for the joiners. */
static size_t points_drop(uint32_t *points, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (!uc_is_property_default_ignorable_code_point(points[i]) ||
		    uc_is_property_join_control(points[i]))
			points[kept++] = points[i];
	return kept;
}

static uint32_t *points_read(const char *src, size_t len, size_t *count)
{
	uint32_t *typed, *points = NULL;
	size_t typed_count = 0;

	typed = u8_to_u32((const uint8_t *)src, len, NULL, &typed_count);
	if (typed)
		points = u32_tolower(typed, typed_count, NULL, UNINORM_NFKC,
				     NULL, count);
	free(typed);
	if (points)
		*count = points_drop(points, *count);
	return points;
}

static ssize_t label_write(char *dst, size_t cap, const uint32_t *points,
			   size_t count)
{
	bool ascii = true;
	ssize_t len;
	size_t i;

	for (i = 0; i < count; i++)
		ascii = ascii && points[i] < 0x80;
	if (ascii) {
		if (count > cap)
			return -ENAMETOOLONG;
		for (i = 0; i < count; i++)
			dst[i] = points[i];
		return count;
	}
	if (cap < 4)
		return -ENAMETOOLONG;
	memcpy(dst, "xn--", 4);
	len = punycode_encode(dst + 4, cap - 4, points, count);
	return len < 0 ? len : len + 4;
}

ssize_t host_labels(char *dst, size_t cap, const char *src, size_t len)
{
	size_t count = 0, at = 0, begin = 0, end;
	uint32_t *points = points_read(src, len, &count);
	ssize_t got = points ? 0 : -EINVAL;

	while (got >= 0 && begin < count) {
		for (end = begin; end < count && !is_dot(points[end]);)
			end++;
		got = label_write(dst + at, cap - at, points + begin,
				  end - begin);
		if (got < 0)
			break;
		at += got;
		if (end < count && at == cap)
			got = -ENAMETOOLONG;
		else if (end < count)
			dst[at++] = '.';
		begin = end + 1;
	}
	free(points);
	return got < 0 ? got : (ssize_t)at;
}
