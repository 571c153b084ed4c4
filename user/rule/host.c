// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <idn2.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "host_label.h"

/* Added to the byte as it is, HOST_UPPER makes it lower case. */
enum host_kind {
	HOST_OTHER = 0,
	HOST_LOWER = 1,
	HOST_DOT = 2,
	HOST_UPPER = 'a' - 'A',
};

static const unsigned char kinds[256] = {
	['a' ... 'z'] = HOST_LOWER, ['A' ... 'Z'] = HOST_UPPER,
	['0' ... '9'] = HOST_LOWER, ['-'] = HOST_LOWER,
	['_'] = HOST_LOWER,	    ['.'] = HOST_DOT,
};

static const char too_long[] = "name over 253 bytes";
static const char label_long[] = "label over 63 bytes";
static const char bad_character[] = "a character that no host has";

static int refuse(const char **reason, const char *text)
{
	*reason = text;
	return -EINVAL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the last label is all digits: an address, or nothing (RFC 3696 2). */
static bool name_numeric(const char *name, size_t len)
{
	size_t i = len;

	while (i && is_digit(name[i - 1]))
		i--;
	return i < len && (!i || name[i - 1] == '.');
}

/* Check what the loop over a name's bytes left open, and end dst. */
static ssize_t name_end(char *dst, size_t len, size_t label,
			const char **reason)
{
	struct in_addr addr;

	if (!len)
		return refuse(reason, "empty");
	if (label == len)
		len--;
	else if (len - label > LIMIT_LABEL)
		return refuse(reason, label_long);
	if (len > LIMIT_HOST)
		return refuse(reason, too_long);
	dst[len] = '\0';
	if (name_numeric(dst, len) && inet_pton(AF_INET, dst, &addr) != 1)
		return refuse(reason, "not an IPv4 address");
	return len;
}

/*
 * Copy a name in lower case, up to the first byte that no name has. *used
 * receives the bytes taken, the final dot among them.
 */
static ssize_t name_copy(char *dst, const char *src, size_t len, size_t *used,
			 const char **reason)
{
	size_t i, label = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = src[i], kind = kinds[c];

		if (kind == HOST_OTHER)
			break;
		if (i > LIMIT_HOST)
			return refuse(reason, too_long);
		if (kind == HOST_DOT) {
			if (i == label)
				return refuse(reason, "empty label");
			if (i - label > LIMIT_LABEL)
				return refuse(reason, label_long);
			label = i + 1;
		}
		dst[i] = c + (kind & HOST_UPPER);
	}
	*used = i;
	return name_end(dst, i, label, reason);
}

/* An IPv6 address in brackets, len bytes with them. */
static ssize_t address_copy(char *dst, const char *src, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	size_t inner = len - 2;

	if (len < 4 || inner >= sizeof(text))
		return -EINVAL;
	memcpy(text, src + 1, inner);
	text[inner] = '\0';
	if (strlen(text) != inner || inet_pton(AF_INET6, text, &addr) != 1)
		return -EINVAL;
	dst[0] = '[';
	if (!inet_ntop(AF_INET6, &addr, dst + 1, INET6_ADDRSTRLEN))
		return -EINVAL;
	len = strlen(dst);
	dst[len] = ']';
	dst[len + 1] = '\0';
	return len + 1;
}

int host_port(const char *text, size_t len)
{
	int value = 0;
	size_t i;

	if (!len || len > 5)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (!is_digit(text[i]))
			return -EINVAL;
		value = value * 10 + (text[i] - '0');
	}
	return value > 65535 ? -EINVAL : value;
}

ssize_t host_request(char *dst, const char *src, size_t len)
{
	const char *reason;
	size_t used = 0;
	ssize_t n;

	if (len && src[0] == '[') {
		const char *close = memchr(src, ']', len);

		if (!close)
			return -EINVAL;
		used = close + 1 - src;
		n = address_copy(dst, src, used);
	} else {
		n = name_copy(dst, src, len, &used, &reason);
	}
	if (n < 0 || used == len)
		return n;
	if (src[used] != ':')
		return -EINVAL;
	used++;
	if (used < len && host_port(src + used, len - used) < 0)
		return -EINVAL;
	return n;
}

static bool name_ascii(const char *src, size_t len)
{
	unsigned char seen = 0;
	size_t i;

	for (i = 0; i < len; i++)
		seen |= src[i];
	return !(seen & 0x80);
}

/* As name_copy(), for what must be a name to its end. */
static ssize_t name_whole(char *dst, const char *src, size_t len,
			  const char **reason)
{
	size_t used = 0;
	ssize_t n;

	if (len && kinds[(unsigned char)src[0]] == HOST_OTHER)
		return refuse(reason, bad_character);
	n = name_copy(dst, src, len, &used, reason);
	return n >= 0 && used != len ? refuse(reason, bad_character) : n;
}

/* Some registries have names that IDNA2008 has not: they are to be written as
 * they are registered. */
static int refuse_idn(const char **reason, int rc, const char *src, size_t len)
{
	static _Thread_local char text[128 + HOST_SIZE];
	char typed[4 * HOST_SIZE], name[HOST_SIZE];
	ssize_t n = host_labels(typed, sizeof(typed), src, len);

	if (n == -ENAMETOOLONG)
		return refuse(reason, label_long);
	if (n < 0)
		return refuse(reason, idn2_strerror(rc));
	if (name_whole(name, typed, n, reason) < 0)
		return -EINVAL;
	snprintf(text, sizeof(text), "%s; if there is such a name, write %s",
		 idn2_strerror(rc), name);
	return refuse(reason, text);
}

static ssize_t name_idn(char *dst, const char *src, size_t len,
			const char **reason)
{
	char text[4 * HOST_SIZE], *ascii = NULL;
	ssize_t n;
	int rc;

	if (len >= sizeof(text))
		return refuse(reason, too_long);
	memcpy(text, src, len);
	text[len] = '\0';
	if (strlen(text) != len)
		return refuse(reason, "a NUL byte");
	rc = idn2_lookup_u8((const uint8_t *)text, (uint8_t **)&ascii,
			    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		return refuse_idn(reason, rc, src, len);
	n = name_whole(dst, ascii, strlen(ascii), reason);
	idn2_free(ascii);
	return n;
}

ssize_t host_rule(char *dst, const char *src, size_t len, const char **reason)
{
	ssize_t n;

	if (!len)
		return refuse(reason, "empty");
	if (src[0] == '[') {
		n = src[len - 1] == ']' ? address_copy(dst, src, len) : -EINVAL;
		return n < 0 ? refuse(reason, "not an IPv6 address") : n;
	}
	n = name_whole(dst, src, len, reason);
	if (n < 0 && memchr(src, '%', len))
		return refuse(reason, "percent escapes are not for hosts");
	return n < 0 && !name_ascii(src, len) ? name_idn(dst, src, len, reason)
					      : n;
}

bool host_is_address(const char *host, size_t len)
{
	return len && (host[0] == '[' || name_numeric(host, len));
}
