// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "request_target.h"

/* RFC 9110 5.6.2 */
static bool is_token(const char *text, size_t len)
{
	static const char other[] = "!#$%&'*+-.^_`|~";
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') &&
		    (c < '0' || c > '9') && (!c || !strchr(other, c)))
			return false;
	}
	return len;
}

static bool is_version(const char *text, size_t len)
{
	return len > 5 && !memcmp(text, "HTTP/", 5);
}

bool request_target_line(struct request_said *said, const char *text,
			 size_t len)
{
	const char *blank = memchr(text, ' ', len), *last;
	size_t method_len = blank ? (size_t)(blank - text) : len;

	if (!blank || !is_token(text, method_len) ||
	    (method_len == 3 && !memcmp(text, "PRI", 3)))
		return false;
	said->method = (struct format_piece){text, method_len};
	len -= method_len + 1;
	text = blank + 1;
	last = memrchr(text, ' ', len);
	if (last && is_version(last + 1, text + len - last - 1))
		len = last - text;
	said->target = (struct format_piece){text, len};
	return len && !is_version(text, len);
}

/* How long "http://" or "https://" is at the beginning; 0: it is neither. */
static size_t scheme_len(const char *text, size_t len)
{
	if (len >= 7 && !strncasecmp(text, "http://", 7))
		return 7;
	return len >= 8 && !strncasecmp(text, "https://", 8) ? 8 : 0;
}

bool request_target_absolute(const char *text, size_t len)
{
	return scheme_len(text, len);
}

/* How many bytes come before a character, which may be missing. */
static size_t before(const char *text, size_t len, char c)
{
	const char *at = memchr(text, c, len);

	return at ? (size_t)(at - text) : len;
}

/* How long the host is that a URL without scheme begins with. */
static size_t authority_len(const char *text, size_t len)
{
	return before(text, before(text, len, '/'), '?');
}

/* Whether a URL begins with another scheme. */
static bool is_other(const char *text, size_t len)
{
	size_t colon = before(text, authority_len(text, len), ':');

	return len - colon >= 3 && !memcmp(text + colon, "://", 3);
}

const char *request_target_url(struct request_said *said, const char *text,
			       size_t len)
{
	size_t skip = scheme_len(text, len), host_len;

	if (skip)
		said->scheme =
			skip == 7 ? REQUEST_SCHEME_HTTP : REQUEST_SCHEME_HTTPS;
	len = before(text, len, '#');
	if (!skip && is_other(text, len))
		return "a URL of neither http nor https";
	text += skip;
	len -= skip;
	host_len = authority_len(text, len);
	if (skip && !host_len)
		return "a URL without a host";
	if (memchr(text, '@', host_len))
		return "a URL with userinfo, which is not sent to a server";
	if (host_len)
		said->host = (struct format_piece){text, host_len};
	said->target = (struct format_piece){text + host_len, len - host_len};
	if (!said->target.len)
		said->target = (struct format_piece){"/", 1};
	return NULL;
}

void request_target_print(FILE *out, const struct request_said *said)
{
	const struct format_piece *target = &said->target;

	if (!request_target_absolute(target->text, target->len)) {
		fputs(said->scheme == REQUEST_SCHEME_HTTPS ? "https://"
							   : "http://",
		      out);
		fwrite(said->host.text, 1, said->host.len, out);
		if (target->len && *target->text == '?')
			fputc('/', out);
	}
	fwrite(target->text, 1, target->len, out);
	if (!said->query.text)
		return;
	fputc('?', out);
	fwrite(said->query.text, 1, said->query.len, out);
}
