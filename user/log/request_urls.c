// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "request_form.h"
#include "request_target.h"
#include "request_urls.h"

static bool has_blank(struct format_piece line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if ((unsigned char)line.text[i] <= ' ')
			return true;
	return false;
}

/* Something like a URL: a scheme, a path, or a name with a dot. */
static bool like_url(struct format_piece line)
{
	if (has_blank(line) || memchr("{\"<", *line.text, 3))
		return false;
	return memchr(line.text, '/', line.len) ||
	       memchr(line.text, '.', line.len);
}

static unsigned int urls_fits(const struct format_head *head)
{
	unsigned int count = 0, i;
	struct format_piece line;
	size_t at = 0;

	for (i = 0; i < REQUEST_FORM_LINES; i++) {
		if (!format_head_line(head, &at, '#', &line))
			break;
		count += like_url(line);
	}
	return count;
}

static bool is_ascii(struct format_piece piece)
{
	size_t i;

	for (i = 0; i < piece.len; i++)
		if ((unsigned char)piece.text[i] >= 0x80)
			return false;
	return true;
}

/* A client sends A-labels for what a person writes. */
static bool host_convert(struct request_form_state *state,
			 struct request_said *said)
{
	const char *reason, *port;
	struct format_piece host = said->host;
	ssize_t len;

	if (is_ascii(host))
		return true;
	port = memrchr(host.text, ':', host.len);
	if (port)
		host.len = port - host.text;
	len = host_rule(state->host, host.text, host.len, &reason);
	said->host = (struct format_piece){state->host, len < 0 ? 0 : len};
	return len >= 0;
}

static int urls_take(struct request_form_state *state,
		     struct request_said *said, char *text, size_t len,
		     const char **reason)
{
	struct format_piece line = {text, len};
	struct format_piece url = format_word(&line);

	if (!url.len || *url.text == '#')
		return REQUEST_NOTHING;
	*reason = "a blank within a URL";
	if (format_word(&line).len || has_blank(url))
		return -EINVAL;
	*reason = request_target_url(said, url.text, url.len);
	if (*reason)
		return -EINVAL;
	*reason = "a host that no name in the DNS can be";
	return host_convert(state, said) ? REQUEST_TAKEN : -EINVAL;
}

const struct request_form request_urls = {
	.name = "urls",
	.hosts = true,
	.fits = urls_fits,
	.take = urls_take,
};
