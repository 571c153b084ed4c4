// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "field.h"

#define NAME(text, kind)                     \
	{                                    \
		text, sizeof(text) - 1, kind \
	}

static const struct {
	const char *name;
	size_t len;
	enum field_kind kind;
} names[] = {
	NAME("host", FIELD_HOST),
	NAME("content-length", FIELD_LENGTH),
	NAME("transfer-encoding", FIELD_CODING),
	NAME("connection", FIELD_CONNECTION),
	NAME("upgrade", FIELD_UPGRADE),
	NAME("keep-alive", FIELD_HOP),
	NAME("proxy-connection", FIELD_HOP),
	NAME("te", FIELD_HOP),
	NAME("http2-settings", FIELD_HOP),
	NAME("max-forwards", FIELD_MAX_FORWARDS),
	NAME("via", FIELD_VIA),
	NAME("x-forwarded-for", FIELD_FORWARDED_FOR),
	NAME("x-forwarded-proto", FIELD_FORWARDED_PROTO),
};

/* Whether a name is a known one; *exactly, if it has no '_' for a '-'. */
static bool name_same(const uint8_t *name, const char *known, size_t len,
		      bool *exactly)
{
	size_t i;

	*exactly = true;
	for (i = 0; i < len; i++) {
		uint8_t c = name[i];

		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c == (uint8_t)known[i])
			continue;
		if (c != '_' || known[i] != '-')
			return false;
		*exactly = false;
	}
	return true;
}

static enum field_kind misspelt(enum field_kind kind)
{
	if (kind == FIELD_FORWARDED_FOR || kind == FIELD_FORWARDED_PROTO)
		return FIELD_MISSPELT_FORWARDED;
	return FIELD_MISSPELT;
}

enum field_kind field_kind(const uint8_t *name, size_t len)
{
	bool exactly;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].len == len &&
		    name_same(name, names[i].name, len, &exactly))
			return exactly ? names[i].kind
				       : misspelt(names[i].kind);
	return FIELD_OTHER;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

bool field_next(struct field *field, const uint8_t **at, const uint8_t *end)
{
	const uint8_t *colon, *stop;

	if (*at >= end)
		return false;
	stop = memchr(*at, '\r', end - *at);
	colon = stop ? memchr(*at, ':', stop - *at) : NULL;
	if (!colon)
		return false;
	field->name = *at;
	field->name_len = colon - *at;
	*at = stop + 2;
	do
		colon++;
	while (colon < stop && is_blank(*colon));
	while (stop > colon && is_blank(stop[-1]))
		stop--;
	field->value = colon;
	field->value_len = stop - colon;
	return true;
}
