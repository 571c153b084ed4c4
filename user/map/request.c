// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "head.h"
#include "host.h"
#include "map_view.h"
#include "request.h"
#include "uri.h"

static int request_query(struct map_key *key, const char *query, size_t len)
{
	size_t room = LIMIT_PATH - key->path_len;
	char *dst = (char *)key->path + key->path_len;
	ssize_t n;

	if (!room)
		return 414;
	*dst = '?';
	n = uri_query(dst + 1, room - 1, query, len, 0);
	if (n < 0)
		return n == -ENAMETOOLONG ? 414 : 400;
	key->query_len = n;
	key->has_query = 1;
	return 0;
}

int request_path(struct map_key *key, const char *path, size_t len)
{
	const char *query = memchr(path, '?', len);
	size_t path_len = query ? (size_t)(query - path) : len;
	ssize_t n = 1;

	key->query_len = 0;
	key->has_query = 0;
	if (path_len)
		n = uri_path((char *)key->path, LIMIT_PATH, path, path_len, 0);
	else
		key->path[0] = '/';
	if (n < 0)
		return n == -ENAMETOOLONG ? 414 : 400;
	key->path_len = n;
	return query ? request_query(key, query + 1, len - path_len - 1) : 0;
}

/* Host must be right even where an absolute target overrides it. */
static int request_host(struct map_key *key, const struct head *head,
			const uint8_t *buf)
{
	const char *text = (const char *)buf;
	char *dst = (char *)key->host;
	ssize_t n = 0;

	if (head->hosts > 1 || (head->minor && !head->hosts))
		return 400;
	if (head->hosts)
		n = host_request(dst, text + head->host, head->host_len);
	if (n >= 0 && head->flags & HEAD_ABSOLUTE)
		n = host_request(dst, text + head->authority,
				 head->authority_len);
	if (n < 0)
		return 400;
	key->host_len = n;
	return 0;
}

int request_key(struct map_key *key, const struct head *head,
		const uint8_t *buf, bool https)
{
	int status = 0;

	key->https = https;
	key->method_other = !(head->flags & (HEAD_GET | HEAD_HEAD));
	if (head->flags & HEAD_ASTERISK)
		key->path_len = key->query_len = key->has_query = 0;
	else
		status = request_path(key, (const char *)buf + head->path,
				      head->path_len);
	if (!status)
		status = request_host(key, head, buf);
	/* RFC 9110 7.4 has such a requirement for https alone, and a target in
	 * absolute form is to be taken (RFC 9112 3.2.2). */
	if (!status && !https && head->flags & HEAD_SECURE)
		status = HEAD_MISDIRECTED;
	return status;
}
