// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "uri.h"

/* Bits, so that the classes of several bytes can be tested at once. */
enum uri_class {
	URI_PLAIN = 0,
	URI_DOT = 1,
	URI_PERCENT = 2,
	URI_ENCODE = 4,
	URI_BAD = 8,
	URI_QUOTE = 16, /* plain in paths and targets */
};

static const unsigned char classes[256] = {
	[0x00 ... 0x1f] = URI_BAD, [0x7f] = URI_BAD,
	['#'] = URI_BAD,	   [0x80 ... 0xff] = URI_ENCODE,
	[' '] = URI_ENCODE,	   ['"'] = URI_ENCODE,
	['<'] = URI_ENCODE,	   ['>'] = URI_ENCODE,
	['\\'] = URI_ENCODE,	   ['^'] = URI_ENCODE,
	['`'] = URI_ENCODE,	   ['{'] = URI_ENCODE,
	['|'] = URI_ENCODE,	   ['}'] = URI_ENCODE,
	['%'] = URI_PERCENT,	   ['.'] = URI_DOT,
	['\''] = URI_QUOTE,
};

struct uri_out {
	char *dst;
	size_t len, cap;
	unsigned int flags;
	int encode; /* classes to be percent-encoded */
};

static int hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at src stands for, or -1. */
static int escape_value(const char *src, size_t len)
{
	int high, low;

	if (len < 3)
		return -1;
	high = hex_value(src[1]);
	low = hex_value(src[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* RFC 3986 2.3 */
static bool is_unreserved(unsigned char c)
{
	unsigned char letter = c | 0x20;

	return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static int out_byte(struct uri_out *out, unsigned char c)
{
	if (out->len >= out->cap)
		return -ENAMETOOLONG;
	out->dst[out->len++] = c;
	return 0;
}

static int out_escape(struct uri_out *out, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";

	if (out->cap - out->len < 3)
		return -ENAMETOOLONG;
	out->dst[out->len++] = '%';
	out->dst[out->len++] = digits[c >> 4];
	out->dst[out->len++] = digits[c & 15];
	return 0;
}

/* RFC 3986 6.2.2.2; and '*', which is the wildcard only in rules. */
static bool is_decoded(unsigned char c, unsigned int flags)
{
	return is_unreserved(c) || (c == '*' && !(flags & URI_STRICT));
}

/* Append the normal form of the byte or escape at src. Returns the bytes that
 * it took, or -errno. */
static int out_unit(struct uri_out *out, const char *src, size_t len)
{
	int class = classes[(unsigned char)*src], value = -1, err;

	if (class == URI_BAD)
		return -EINVAL;
	if (class == URI_PERCENT) {
		value = escape_value(src, len);
		if (value < 0 && out->flags & URI_STRICT)
			return -EILSEQ;
	}
	if (value >= 0) {
		err = is_decoded(value, out->flags) ? out_byte(out, value)
						    : out_escape(out, value);
		return err ? err : 3;
	}
	err = class & out->encode ? out_escape(out, *src) : out_byte(out, *src);
	return err ? err : 1;
}

/*
 * End the segment that begins at *segment. A dot segment is taken back, with
 * the one before it for ".." (RFC 3986 5.2.4), so that the output ends in the
 * '/' before it. Returns whether it was one.
 */
static bool segment_end(struct uri_out *out, size_t *segment)
{
	const char *text = out->dst + *segment;
	size_t len = out->len - *segment;

	if (!len || len > 2 || text[0] != '.' || text[len - 1] != '.')
		return false;
	if (len == 2 && *segment > 1) {
		const char *slash = memrchr(out->dst, '/', *segment - 1);

		*segment = slash + 1 - out->dst;
	}
	out->len = *segment;
	return true;
}

/* Where the first byte of one of the classes in stop is, or len. */
static size_t plain_len(const char *src, size_t i, size_t len,
			unsigned int stop)
{
	const unsigned char *at = (const unsigned char *)src;

	for (; i + 4 <= len; i += 4)
		if ((classes[at[i]] | classes[at[i + 1]] | classes[at[i + 2]] |
		     classes[at[i + 3]]) &
		    stop)
			break;
	while (i < len && !(classes[at[i]] & stop))
		i++;
	return i;
}

/* How many bytes stay as they are, up to the first segment that begins with a
 * dot. */
static size_t path_plain(const char *src, size_t len)
{
	size_t i = 0;

	for (;;) {
		i = plain_len(src, i, len, ~(unsigned int)URI_QUOTE);
		if (i == len || src[i] != '.' || src[i - 1] == '/')
			return i;
		i++;
	}
}

static ssize_t path_rest(struct uri_out *out, const char *src, size_t len)
{
	const char *slash = memrchr(src, '/', out->len);
	size_t i = out->len, segment = slash + 1 - src;

	while (i < len) {
		bool end = src[i] == '/';
		int taken = 1;

		if (!end || !segment_end(out, &segment))
			taken = out_unit(out, src + i, len - i);
		if (taken < 0)
			return taken;
		if (end)
			segment = out->len;
		i += taken;
	}
	if (!(out->flags & URI_PREFIX))
		segment_end(out, &segment);
	return out->len;
}

ssize_t uri_path(char *dst, size_t cap, const char *src, size_t len,
		 unsigned int flags)
{
	struct uri_out out = {dst, 0, cap, flags, URI_ENCODE | URI_PERCENT};

	if (!len || src[0] != '/')
		return -EINVAL;
	out.len = path_plain(src, len);
	if (out.len > cap)
		return -ENAMETOOLONG;
	memcpy(dst, src, out.len);
	return out.len == len ? (ssize_t)len : path_rest(&out, src, len);
}

ssize_t uri_piece(char *dst, size_t cap, const char *src, size_t len,
		  unsigned int flags)
{
	struct uri_out out = {dst, 0, cap, flags, URI_ENCODE | URI_PERCENT};
	size_t i;
	int taken;

	for (i = 0; i < len; i += taken) {
		taken = out_unit(&out, src + i, len - i);
		if (taken < 0)
			return taken;
	}
	return out.len;
}

ssize_t uri_query(char *dst, size_t cap, const char *src, size_t len,
		  unsigned int flags)
{
	struct uri_out out = {dst, 0, cap, flags,
			      URI_ENCODE | URI_PERCENT | URI_QUOTE};
	size_t i = plain_len(src, 0, len, ~(unsigned int)URI_DOT);
	int taken;

	if (i > cap)
		return -ENAMETOOLONG;
	if (i)
		memcpy(dst, src, i);
	for (out.len = i; i < len; i += taken) {
		taken = out_unit(&out, src + i, len - i);
		if (taken < 0)
			return taken;
	}
	return out.len;
}

ssize_t uri_target(char *dst, size_t cap, const char *src, size_t len)
{
	struct uri_out out = {dst, 0, cap, 0, 0};
	size_t i = plain_len(src, 0, len, ~(unsigned int)(URI_DOT | URI_QUOTE));

	if (i > cap)
		return -ENAMETOOLONG;
	if (i)
		memcpy(dst, src, i);
	for (out.len = i; i < len; i++) {
		int class = classes[(unsigned char)src[i]];
		bool encoded = class == URI_ENCODE || src[i] == '#';
		int err;

		if (class == URI_BAD && !encoded)
			return -EINVAL;
		if (class == URI_PERCENT && escape_value(src + i, len - i) < 0)
			return -EILSEQ;
		err = encoded ? out_escape(&out, src[i])
			      : out_byte(&out, src[i]);
		if (err)
			return err;
	}
	return out.len;
}
