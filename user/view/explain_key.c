// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "explain_key.h"
#include "host.h"
#include "json.h"
#include "map_view.h"
#include "request.h"
#include "rule_error.h"

/* A URL taken apart, as typed. */
struct url {
	const char *host, *path, *query; /* query NULL: none */
	size_t host_len, path_len, query_len;
};

static int url_bad(const char *url, const char *why)
{
	struct rule_quote quote;

	return error_set(
		-EINVAL,
		"%s is no URL, which is HOST[/PATH][?QUERY] or http://...: %s",
		rule_quote(&quote, url, strlen(url)), why);
}

static void step(json_t *steps, const char *part, const char *from,
		 size_t from_len, const char *to, size_t to_len,
		 const char *why)
{
	json_t *value;

	if (!steps)
		return;
	if (from_len == to_len && !memcmp(from, to, to_len))
		why = "is in normal form";
	value = json_pack("{s:s, s:s%, s:s%, s:s}", "part", part, "from", from,
			  from_len, "to", to, to_len, "why", why);
	if (!value) /* what was typed is no UTF-8 */
		value = json_pack("{s:s, s:n, s:s%, s:s}", "part", part, "from",
				  "to", to, to_len, "why", why);
	json_array_append_new(steps, value);
}

/* How the request comes, and where the URL goes on; NULL: neither way. */
static const char *url_scheme(const char *url, json_t *steps)
{
	size_t len = 0;

	if (!strncasecmp(url, "https://", 8)) {
		step(steps, "scheme", url, 8, "https", 5, "it comes by TLS");
		return url + 8;
	}
	if (!strncasecmp(url, "http://", 7))
		len = 7;
	else if (strstr(url, "://") &&
		 strstr(url, "://") == url + strcspn(url, ":/?#"))
		return NULL;
	step(steps, "scheme", url, len, "http", 4,
	     len ? "it comes in plaintext" : "none means plaintext");
	return url + len;
}

static int url_split(struct url *parts, const char *url, json_t *steps)
{
	const char *at = url_scheme(url, steps);
	size_t len;

	if (!at)
		return url_bad(url, "neither http:// nor https://");
	len = strcspn(at, "#");
	if (at[len])
		step(steps, "fragment", at + len, strlen(at + len), "", 0,
		     "a client does not send it");
	*parts = (struct url){.host = at, .host_len = strcspn(at, "/?#")};
	if (!parts->host_len)
		return url_bad(url, "no host");
	if (memchr(at, '@', parts->host_len))
		return url_bad(url, "userinfo is not sent to a server");
	at += parts->host_len;
	len -= parts->host_len;
	parts->path = at;
	parts->path_len = strcspn(at, "?#");
	if (parts->path_len < len) {
		parts->query = at + parts->path_len + 1;
		parts->query_len = len - parts->path_len - 1;
	}
	return 0;
}

static int key_host(struct map_key *key, const char *whole,
		    const struct url *url, json_t *steps)
{
	size_t len = url->host_len;
	const char *reason = "bad port";
	char host[HOST_SIZE];
	ssize_t got;

	while (len && url->host[len - 1] != ':' && url->host[len - 1] != ']')
		len--;
	if (len && url->host[len - 1] == ':') {
		if (len < url->host_len &&
		    host_port(url->host + len, url->host_len - len) < 0)
			return url_bad(whole, reason);
		len--;
	} else {
		len = url->host_len;
	}
	got = host_rule(host, url->host, len, &reason);
	if (got < 0)
		return url_bad(whole, reason);
	key->host_len = got;
	memcpy(key->host, host, got);
	step(steps, "host", url->host, url->host_len, host, got,
	     "lower case, A-labels, no final dot, no port");
	return 0;
}

/* Returns 0, or the status of the answer that refuses the request. */
static int key_path(struct map_key *key, const struct url *url, json_t *steps)
{
	const char *to = (const char *)key->path;
	int status;

	if (url->path_len + !!url->query + url->query_len >
	    LIMIT_REQUEST_TARGET)
		return 414;
	status = request_path(key, url->path,
			      url->path_len + !!url->query + url->query_len);
	if (status)
		return status;
	step(steps, "path", url->path, url->path_len, to, key->path_len,
	     "escapes in one form, dot segments removed, never empty");
	if (url->query)
		step(steps, "query", url->query, url->query_len,
		     to + key->path_len + 1, key->query_len,
		     "escapes in one form");
	return 0;
}

int explain_key(struct map_key *key, int *status, const char *url,
		const char *method, json_t *steps)
{
	struct url parts = {0};
	int err;

	key->host_len = key->path_len = key->query_len = key->has_query = 0;
	key->method_other = strcmp(method, "GET") && strcmp(method, "HEAD");
	key->https = !strncasecmp(url, "https://", 8);
	err = url_split(&parts, url, steps);
	if (!err)
		err = key_host(key, url, &parts, steps);
	if (err)
		return err;
	*status =
		strcmp(method, "CONNECT") ? key_path(key, &parts, steps) : 405;
	return 0;
}

int explain_key_check(const char *url, const char *method)
{
	static struct map_key key;
	int status;

	return explain_key(&key, &status, url, method, NULL);
}
