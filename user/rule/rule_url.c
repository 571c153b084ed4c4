// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "host.h"
#include "limit.h"
#include "rule_error.h"
#include "rule_url.h"

size_t rule_url_scheme(const char *text, size_t len)
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

int rule_url_authority(struct rule_url_authority *authority, const char *field,
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

int rule_url_host(char *dst, const char *field, const char *text, size_t len,
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

int rule_url_braces(const char *field, const char *text, size_t len,
		    struct rule_error *error)
{
	const char *brace = memchr(text, '{', len);

	if (!brace)
		brace = memchr(text, '}', len);
	if (!brace)
		return 0;
	return rule_fail(error, field, "'%c'; write %%%02X for a literal one",
			 *brace, *brace);
}

int rule_url_fail(struct rule_error *error, const char *field, int err,
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
