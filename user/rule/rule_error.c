// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "host.h"
#include "rule.h"
#include "rule_error.h"
#include "unseen.h"
#include "utf8.h"

int rule_fail(struct rule_error *error, const char *field, const char *fmt, ...)
{
	va_list args;

	error->field = field;
	error->more_count = 0;
	va_start(args, fmt);
	vsnprintf(error->reason, sizeof(error->reason), fmt, args);
	va_end(args);
	return -EINVAL;
}

int rule_error_add(struct rule_error *error, const struct rule_error *one)
{
	struct rule_error_more *more = &error->more[error->more_count];

	if (!error->field) {
		error->field = one->field;
		memcpy(error->reason, one->reason, sizeof(error->reason));
	} else if (error->more_count < RULE_ERRORS_MORE) {
		more->field = one->field;
		memcpy(more->reason, one->reason, sizeof(more->reason));
		error->more_count++;
	}
	return -EINVAL;
}

const char *rule_quote(struct rule_quote *quote, const char *text, size_t len)
{
	static const size_t room = sizeof(quote->text) - sizeof("\\xNN...'");
	char *at = quote->text;
	size_t i;

	*at++ = '\'';
	for (i = 0; i < len && (size_t)(at - quote->text) < room; i++) {
		unsigned char c = text[i];

		if (c >= 0x20 && c < 0x7f)
			*at++ = c;
		else
			at += sprintf(at, "\\x%02x", c);
	}
	strcpy(at, i < len ? "...'" : "'");
	return quote->text;
}

int rule_fail_uri(struct rule_error *error, const char *field, int err,
		  const char *text, size_t len)
{
	struct rule_quote quote;
	const unsigned char *at = (const void *)text, *end = at + len;

	if (err == -ENAMETOOLONG)
		return rule_fail(error, field, "path and query over %d bytes",
				 LIMIT_PATH);
	while (err == -EILSEQ && (at = memchr(at, '%', end - at))) {
		size_t left = end - at;

		if (left < 3 || !isxdigit(at[1]) || !isxdigit(at[2]))
			return rule_fail(
				error, field,
				"%s is no percent escape; write %%25 for '%%'",
				rule_quote(&quote, (const char *)at,
					   left < 3 ? left : 3));
		at++;
	}
	return rule_fail(error, field, "a character that no URL has");
}

#define EACH_BYTE(c) (0x0101010101010101ULL * (c))

static uint64_t has_below(uint64_t word, unsigned char limit)
{
	return (word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80);
}

/* Whether one of a word's bytes is a blank, a control byte, DEL or '#'. */
static bool has_bad(uint64_t word)
{
	return has_below(word, 0x21) || has_below(word ^ EACH_BYTE(0x7f), 1) ||
	       has_below(word ^ EACH_BYTE('#'), 1);
}

static bool is_bad(unsigned char c)
{
	return c <= 0x20 || c == 0x7f || c == '#';
}

static int fail_byte(const char *field, unsigned char c,
		     struct rule_error *error)
{
	if (c == ' ' || c == '\t')
		return rule_fail(error, field, "a blank; write %%%02X", c);
	if (c == '#')
		return rule_fail(error, field,
				 "a fragment; write %%23 for a literal '#'");
	return rule_fail(error, field, "control byte \\x%02x", c);
}

int rule_check_bytes(const char *field, const char *text, size_t len,
		     struct rule_error *error)
{
	uint64_t word, seen = 0;
	size_t i = 0;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (has_bad(word))
			break;
		seen |= word;
	}
	for (; i < len; i++) {
		if (is_bad(text[i]))
			return fail_byte(field, text[i], error);
		seen |= (unsigned char)text[i];
	}
	if (!(seen & EACH_BYTE(0x80)))
		return 0;
	if (!utf8_valid(text, len))
		return rule_fail(error, field, "not UTF-8");
	return rule_check_seen(field, text, len, error);
}

int rule_check_seen(const char *field, const char *text, size_t len,
		    struct rule_error *error)
{
	char escapes[3 * 4 + 1];
	struct unseen_name name;
	struct unseen unseen;
	unsigned int i;

	if (!unseen_find(&unseen, text, len))
		return 0;
	for (i = 0; i < unseen.bytes; i++)
		sprintf(escapes + 3 * i, "%%%02X",
			(unsigned char)text[unseen.at + i]);
	return rule_fail(
		error, field,
		"character %zu is %s, which nobody sees; remove it, or write %s in a path or query",
		unseen.number, unseen_name(&name, unseen.code), escapes);
}

size_t rule_scheme(const char *text, size_t len)
{
	size_t scheme = len > 4 && text[4] == ':' ? 7 : 8;

	if (len < scheme || text[scheme - 3] != ':')
		return 0;
	if (scheme == 7)
		return strncasecmp(text, "http://", 7) ? 0 : 7;
	return strncasecmp(text, "https://", 8) ? 0 : 8;
}

static int fail_user(struct rule_error *error, const char *field)
{
	return rule_fail(error, field, "user information before '@'");
}

int rule_authority(struct rule_authority *authority, const char *field,
		   const char *text, size_t len, struct rule_error *error)
{
	struct rule_quote quote;
	const char *end = text;

	if (len && text[0] == '[') {
		end = memchr(text, ']', len);
		if (!end)
			return rule_fail(error, field, "'[' without ']'");
	}
	end = memchr(end, ':', text + len - end);
	authority->host = text;
	authority->host_len = end ? (size_t)(end - text) : len;
	authority->port = end ? end + 1 : NULL;
	authority->port_len = end ? len - authority->host_len - 1 : 0;
	if (!end || host_port(end + 1, authority->port_len) >= 0)
		return 0;
	if (memchr(text, '@', len))
		return fail_user(error, field);
	return rule_fail(error, field,
			 "port %s is not a number from 1 to 65535",
			 rule_quote(&quote, end + 1, authority->port_len));
}

int rule_host(char *dst, const char *field, const char *text, size_t len,
	      struct rule_error *error)
{
	struct rule_quote quote;
	const char *reason;
	ssize_t n;

	if (!len)
		return rule_fail(error, field, "no host");
	n = host_rule(dst, text, len, &reason);
	if (n >= 0)
		return n;
	if (memchr(text, '@', len))
		return fail_user(error, field);
	return rule_fail(error, field, "host %s: %s",
			 rule_quote(&quote, text, len), reason);
}
