// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "host.h"
#include "limit.h"
#include "rule_error.h"
#include "rule_pairs.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_source.h"
#include "rule_text.h"
#include "rule_url.h"
#include "uri.h"

static const char field[] = "source";

static const char bad_star[] =
	"'*' stands at the host's start, at the path's end, or as '&*' at the query's; "
	"write %2A for a literal one";

static int source_port(const struct rule_url_authority *authority,
		       struct rule_error *error)
{
	int port;

	if (!authority->port)
		return 0;
	port = host_port(authority->port, authority->port_len);
	if (port != 80 && port != 443)
		return rule_fail(error, field,
				 "port %d: only 80 and 443 are dropped", port);
	return 0;
}

/* The bytes that stand for "*." at a host's start. */
static size_t source_star(const char *text, size_t len)
{
	if (len > 1 && text[0] == '.')
		return 1;
	return len > 1 && text[0] == '*' && text[1] == '.' ? 2 : 0;
}

/* The host with its wildcard. Returns its length in normal form. */
static int source_host(char *dst, const char *text, size_t len,
		       struct rule_error *error)
{
	size_t typed = source_star(text, len), star = typed ? 2 : 0;
	struct rule_url_authority authority;
	int n;

	n = rule_url_authority(&authority, field, text + typed, len - typed,
			       error);
	if (!n)
		n = source_port(&authority, error);
	if (n)
		return n;
	memcpy(dst, "*.", star);
	dst += star;
	text = authority.host;
	len = authority.host_len;
	if (!star && len == 1 && text[0] == '*') {
		dst[0] = '*';
		return 1;
	}
	if (memchr(text, '*', len))
		return rule_fail(error, field, "%s", bad_star);
	n = rule_url_host(dst, field, text, len, error);
	if (n >= 0 && star && host_is_address(dst, n))
		return rule_fail(error, field, "a %s before an address",
				 typed == 1 ? "dot" : "wildcard");
	if (n > LIMIT_HOST - (int)star)
		return rule_fail(error, field,
				 "no name below it can be %d bytes or shorter",
				 LIMIT_HOST);
	return n < 0 ? n : n + (int)star;
}

/* The path, up to the query. Returns its length with the '*'. */
static int source_path(char *dst, struct rule_shape *shape, const char *text,
		       size_t len, struct rule_error *error)
{
	size_t exact = len - shape->prefix;
	unsigned int flags = URI_STRICT | (shape->prefix ? URI_PREFIX : 0);
	ssize_t n;

	if (shape->bare) {
		memcpy(dst, "/*", 2);
		return 2;
	}
	if (rule_pattern_is(text, len)) {
		n = rule_pattern_read(dst, text, len, error);
		shape->pattern = dst;
		shape->pattern_len = n < 0 ? 0 : n;
		return n;
	}
	if (memchr(text, '*', exact))
		return rule_fail(error, field, "%s", bad_star);
	n = uri_path(dst, LIMIT_PATH, text, exact, flags);
	if (n < 0)
		return rule_url_fail(error, field, n, text, exact);
	if (shape->prefix)
		dst[n++] = '*';
	return n;
}

/* What no exact query may hold. */
static int check_query(const char *text, size_t len, struct rule_error *error)
{
	if (memchr(text, '*', len))
		return rule_fail(error, field, "%s", bad_star);
	if (rule_pattern_is(text, len))
		return rule_fail(
			error, field,
			"captures stand in the path; write %%7B and %%7D for literal braces");
	return 0;
}

/* The query with its '?', behind a path of path_len bytes at dst. Returns the
 * length of both. */
static int source_query(char *dst, size_t path_len, struct rule_shape *shape,
			const char *text, size_t len, bool fold,
			struct rule_error *error)
{
	ssize_t n;

	shape->pairs = rule_pairs_is(text, len);
	n = shape->pairs ? 0 : check_query(text, len, error);
	if (n)
		return n;
	dst[path_len++] = '?';
	if (shape->pairs && path_len <= LIMIT_PATH) {
		n = rule_pairs_read(dst + path_len, LIMIT_PATH - path_len, text,
				    len, fold, error);
		return n < 0 ? n : (int)path_len + (int)n;
	}
	n = path_len > LIMIT_PATH
		    ? 0
		    : uri_query(dst + path_len, LIMIT_PATH - path_len, text,
				len, URI_STRICT);
	if (n < 0)
		return rule_url_fail(error, field, n, text, len);
	if (path_len > LIMIT_PATH)
		return rule_fail(error, field, "path and query over %d bytes",
				 LIMIT_PATH);
	return path_len + n;
}

/* A host is written where a scheme that is not ours would be, too. */
static int check_scheme(const char *text, const char *host_end, const char *end,
			struct rule_error *error)
{
	struct rule_quote quote;

	if (end - host_end < 2 || memcmp(host_end, "//", 2) ||
	    host_end == text || host_end[-1] != ':')
		return 0;
	return rule_fail(error, field, "scheme %s is not http or https",
			 rule_quote(&quote, text, host_end - 1 - text));
}

int rule_source_read(char *dst, struct rule_shape *shape, const char *text,
		     size_t len, bool fold, struct rule_error *error)
{
	const char *end = text + len, *path, *query;
	int err, host_len, n;

	*shape = (struct rule_shape){0};

	if (!len)
		return rule_fail(error, field, "missing");
	err = rule_text_check(field, text, len, error);
	if (!err && memchr(text, '#', len))
		err = rule_fail(error, field,
				"a fragment; write %%23 for a literal '#'");
	if (err)
		return err;
	text += rule_url_scheme(text, len);
	query = memchr(text, '?', end - text);
	path = memchr(text, '/', (query ? query : end) - text);
	shape->bare = !path;
	shape->query = query;
	shape->dot = text < end && *text == '.';
	if (!query)
		query = end;
	if (!path)
		path = query;
	err = check_scheme(text, path, end, error);
	if (err)
		return err;
	host_len = source_host(dst, text, path - text, error);
	if (host_len < 0)
		return host_len;
	shape->any = host_len == 1 && *dst == '*';
	shape->below = host_len > 1 && *dst == '*';
	shape->prefix = shape->bare || query[-1] == '*';
	if (shape->query && shape->prefix)
		return rule_fail(error, field, "a query needs an exact path");
	dst += host_len;
	if (shape->query && rule_pattern_is(path, query - path))
		return rule_fail(error, field,
				 "a query needs a path without captures");
	n = source_path(dst, shape, path, query - path, error);
	if (n >= 0 && shape->query)
		n = source_query(dst, n, shape, query + 1, end - query - 1,
				 fold, error);
	if (n < 0)
		return n;
	dst[n] = '\0';
	return host_len + n;
}

int rule_source(char *dst, const char *text, size_t len,
		struct rule_error *error)
{
	struct rule_shape shape;

	return rule_source_read(dst, &shape, text, len, false, error);
}

int rule_source_store(char *dst, const char *written, bool fold)
{
	struct rule_shape shape;
	struct rule_error error;
	int n = rule_source_read(dst, &shape, written, strlen(written), fold,
				 &error);

	if (n < 0)
		return n;
	n = rule_pattern_canonical(dst, dst, n, fold);
	dst[n] = '\0';
	return n;
}
