// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "request_access.h"
#include "request_escape.h"
#include "request_form.h"
#include "request_target.h"

/* A line taken apart. */
struct access {
	struct format_piece before; /* the time: client, ident, user */
	char *request;
	size_t request_len;
	int status;
	bool more; /* quotes come behind the bytes */
};

/* The quote that ends what a text is the beginning of, or NULL. */
static char *quote_end(char *text, const char *end)
{
	for (; text < end; text++) {
		if (*text == '\\')
			text++;
		else if (*text == '"')
			return text;
	}
	return NULL;
}

/* Three digits, or a '-'. -1: something else. */
static int status_take(const char *text, const char *end)
{
	int status = 0;

	if (text < end && *text == '-')
		return 0;
	if (end - text < 3 || (end - text > 3 && text[3] != ' '))
		return -1;
	for (end = text + 3; text < end; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		status = status * 10 + *text - '0';
	}
	return status;
}

/* NULL, or what is missing. */
static const char *access_split(struct access *access, char *text, size_t len)
{
	char *end = text + len, *at = memmem(text, len, " [", 2), *quote;

	if (!at)
		return "no [TIME] behind the client";
	access->before = (struct format_piece){text, at - text};
	at = memchr(at, ']', end - at);
	if (!at)
		return "no ] behind the time";
	if (end - at < 3 || at[1] != ' ' || at[2] != '"')
		return "no \"REQUEST\" behind the time";
	access->request = at + 3;
	quote = quote_end(access->request, end);
	if (!quote)
		return "no quote ends the request";
	access->request_len = quote - access->request;
	at = quote + 2;
	access->status = -1;
	if (quote + 1 < end && quote[1] == ' ')
		access->status = status_take(at, end);
	if (access->status < 0)
		return "no status behind the request";
	access->more = memchr(at, '"', end - at);
	return NULL;
}

/* Whether what comes before the time begins with a host: behind a client there
 * is IDENT, which is '-' in all but the oldest. */
static bool has_vhost(struct format_piece before)
{
	struct format_piece words[4];
	size_t i;

	for (i = 0; i < 4; i++)
		words[i] = format_word(&before);
	return words[3].len && !format_is(words[1], "-") &&
	       format_is(words[2], "-");
}

enum kind { COMMON, COMBINED, VHOST };

static unsigned int count_fits(const struct format_head *head, enum kind kind)
{
	unsigned int count = 0, i;
	struct format_piece line;
	struct access access;
	size_t at = 0;

	for (i = 0; i < REQUEST_FORM_LINES; i++) {
		if (!format_head_line(head, &at, '\0', &line))
			break;
		/* Splitting changes nothing. */
		if (access_split(&access, (char *)line.text, line.len))
			continue;
		if (has_vhost(access.before))
			count += kind == VHOST;
		else
			count += kind == (access.more ? COMBINED : COMMON);
	}
	return count;
}

static unsigned int common_fits(const struct format_head *head)
{
	return count_fits(head, COMMON);
}

static unsigned int combined_fits(const struct format_head *head)
{
	return count_fits(head, COMBINED);
}

static unsigned int vhost_fits(const struct format_head *head)
{
	return count_fits(head, VHOST);
}

/* The port behind a host, with its ':'; of length 0 where there is none. */
static struct format_piece port_of(struct format_piece host)
{
	const char *colon = memrchr(host.text, ':', host.len);
	size_t len = colon ? host.text + host.len - colon : 0, i;

	for (i = 1; i < len; i++)
		if (colon[i] < '0' || colon[i] > '9')
			len = 0;
	return (struct format_piece){colon, len};
}

/* HOST[:PORT], or '-'. The port is the server's, and no part of Host. */
static void vhost_take(struct request_said *said, struct format_piece before)
{
	struct format_piece host = format_word(&before), port = port_of(host);

	if (format_is(host, "-"))
		return;
	host.len -= port.len;
	said->host = host;
	if (format_is(port, ":443"))
		said->scheme = REQUEST_SCHEME_HTTPS;
	else if (format_is(port, ":80"))
		said->scheme = REQUEST_SCHEME_HTTP;
}

static int access_take(struct request_said *said, char *text, size_t len,
		       bool vhost, const char **reason)
{
	struct access access;

	if (!len)
		return REQUEST_NOTHING;
	*reason = access_split(&access, text, len);
	if (*reason)
		return -EINVAL;
	if (vhost)
		vhost_take(said, access.before);
	said->status = access.status;
	len = request_escape_log(access.request, access.request_len);
	return request_target_line(said, access.request, len) ? REQUEST_TAKEN
							      : REQUEST_WITHOUT;
}

static int plain_take(struct request_form_state *state,
		      struct request_said *said, char *text, size_t len,
		      const char **reason)
{
	(void)state;
	return access_take(said, text, len, false, reason);
}

static int host_take(struct request_form_state *state,
		     struct request_said *said, char *text, size_t len,
		     const char **reason)
{
	(void)state;
	return access_take(said, text, len, true, reason);
}

const struct request_form request_access_common = {
	.name = "common",
	.fits = common_fits,
	.take = plain_take,
};

const struct request_form request_access_combined = {
	.name = "combined",
	.fits = combined_fits,
	.take = plain_take,
};

const struct request_form request_access_vhost = {
	.name = "vhost-combined",
	.hosts = true,
	.fits = vhost_fits,
	.take = host_take,
};
