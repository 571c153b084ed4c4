// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "host.h"
#include "limit.h"
#include "rule_error.h"
#include "rule_source.h"
#include "rule_target.h"
#include "rule_text.h"
#include "rule_url.h"
#include "uri.h"

static const char field[] = "target";

/* A URL's parts; path and query NULL when they are not there. */
struct target_parts {
	const char *host, *path, *query, *end;
	size_t scheme_len;
	bool star; /* ends with '*', which end is before */
};

static int fail_scheme(const char *text, size_t len, struct rule_error *error)
{
	struct rule_quote quote;

	return rule_fail(error, field, "%s begins neither http:// nor https://",
			 rule_quote(&quote, text, len));
}

static int fail_long(struct rule_error *error)
{
	return rule_fail(error, field, "over %d bytes", LIMIT_TARGET);
}

/* Find the parts, and the only place that a '*' may have. */
static int target_split(struct target_parts *parts, const char *text,
			size_t len, struct rule_error *error)
{
	const char *end = text + len, *star;

	parts->scheme_len = rule_url_scheme(text, len);
	if (!parts->scheme_len)
		return fail_scheme(text, len, error);
	parts->host = text + parts->scheme_len;
	parts->query = memchr(parts->host, '?', end - parts->host);
	parts->path = memchr(parts->host, '/',
			     (parts->query ? parts->query : end) - parts->host);
	star = memchr(text, '*', len);
	parts->star = star;
	parts->end = end - parts->star;
	if (!star)
		return 0;
	if (star != end - 1)
		return rule_fail(error, field, "'*' stands only at the end; %s",
				 "write %2A for a literal one");
	if (!parts->path && !parts->query)
		return rule_fail(error, field,
				 "'*' stands behind a '/' or '?'; %s",
				 "directly behind the host it would extend it");
	return 0;
}

/* Scheme, host and port. Returns their length. */
static int target_origin(char *dst, const struct target_parts *parts,
			 struct rule_error *error)
{
	const char *end = parts->path ? parts->path : parts->query;
	struct rule_url_authority authority;
	size_t len = parts->scheme_len;
	int n;

	if (!end)
		end = parts->end;
	n = rule_url_authority(&authority, field, parts->host,
			       end - parts->host, error);
	if (n)
		return n;
	memcpy(dst, "https://", len);
	memcpy(dst + len - 3, "://", 3);
	n = rule_url_host(dst + len, field, authority.host, authority.host_len,
			  error);
	if (n < 0)
		return n;
	len += n;
	if (!authority.port)
		return len;
	if (!host_port(authority.port, authority.port_len))
		return rule_fail(error, field, "port 0");
	dst[len++] = ':';
	memcpy(dst + len, authority.port, authority.port_len);
	return len + authority.port_len;
}

/* Path and query behind the len bytes at dst. Returns the whole length. */
static int target_rest(char *dst, size_t len, const struct target_parts *parts,
		       struct rule_error *error)
{
	unsigned int prefix = parts->star && !parts->query ? URI_PREFIX : 0;
	unsigned int flags = URI_STRICT | URI_TARGET;
	size_t cap = LIMIT_TARGET - parts->star, from_len;
	const char *from;
	ssize_t n = 0;

	if (parts->path) {
		from = parts->path;
		from_len = (parts->query ? parts->query : parts->end) - from;
		n = uri_path(dst + len, cap - len, from, from_len,
			     flags | prefix);
		if (n < 0)
			goto fail;
		len += n;
	}
	if (parts->query) {
		if (len == cap)
			return fail_long(error);
		dst[len++] = '?';
		from = parts->query + 1;
		from_len = parts->end - from;
		n = uri_query(dst + len, cap - len, from, from_len, flags);
		if (n < 0)
			goto fail;
		len += n;
	}
	if (parts->star)
		dst[len++] = '*';
	return len;
fail:
	return n == -ENAMETOOLONG
		       ? fail_long(error)
		       : rule_url_fail(error, field, n, from, from_len);
}

int rule_target_read(char *dst, const struct rule_shape *shape,
		     const char *text, size_t len, struct rule_error *error)
{
	struct target_parts parts = {0};
	int err, origin, n;

	err = rule_text_check(field, text, len, error);
	if (!err)
		err = target_split(&parts, text, len, error);
	if (err)
		return err;
	if (parts.star && !shape->prefix)
		return rule_fail(error, field,
				 "'*' needs a source that ends with '*'");
	origin = target_origin(dst, &parts, error);
	if (origin < 0)
		return origin;
	n = target_rest(dst, origin, &parts, error);
	if (n < 0)
		return n;
	if (shape->bare && !parts.star && !parts.query && n <= origin + 1) {
		memcpy(dst + origin, "/*", 2);
		n = origin + 2;
	}
	dst[n] = '\0';
	return n;
}
