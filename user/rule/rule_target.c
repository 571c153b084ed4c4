// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "host.h"
#include "limit.h"
#include "rule_capture.h"
#include "rule_error.h"
#include "rule_source.h"
#include "rule_target.h"
#include "rule_template.h"
#include "rule_text.h"
#include "rule_url.h"
#include "uri.h"

static const char field[] = "target";

/* A URL's parts; query and fragment NULL when they are not there. */
struct target_parts {
	const char *host, *path; /* an empty path is where it would be */
	const char *query, *fragment;
	const char *path_end, *query_end, *end;
	size_t scheme_len;
	bool star; /* in path or query */
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

/* Find the parts. */
static int target_split(struct target_parts *parts, const char *text,
			size_t len, struct rule_error *error)
{
	const char *end = text + len;

	parts->scheme_len = rule_url_scheme(text, len);
	if (!parts->scheme_len)
		return fail_scheme(text, len, error);
	parts->end = end;
	parts->host = text + parts->scheme_len;
	parts->fragment = memchr(parts->host, '#', end - parts->host);
	if (parts->fragment)
		end = parts->fragment;
	parts->query_end = end;
	parts->query = memchr(parts->host, '?', end - parts->host);
	if (parts->query)
		end = parts->query;
	parts->path_end = end;
	parts->path = memchr(parts->host, '/', end - parts->host);
	if (!parts->path)
		parts->path = end;
	return 0;
}

/* The only place that a '*' of path and query may have. */
static int target_star(struct target_parts *parts,
		       const struct rule_shape *shape, struct rule_error *error)
{
	const char *star = memchr(parts->path, '*', parts->end - parts->path);

	parts->star = star;
	if (!star)
		return 0;
	if (parts->fragment && star > parts->fragment)
		return rule_fail(error, field, "'*' is not for a fragment; %s",
				 "write %2A for a literal one");
	if (memchr(star + 1, '*', parts->end - star - 1))
		return rule_fail(error, field,
				 "one '*' at most behind the host; %s",
				 "write %2A for a literal one");
	if (star + 1 != parts->path_end && star + 1 != parts->query_end)
		return rule_fail(
			error, field,
			"'*' stands only at the end of path or query; %s",
			"write %2A for a literal one");
	if (shape->pairs)
		return rule_fail(
			error, field,
			"the '*' of a set of pairs is no remainder: %s",
			"write %2A for a literal one");
	if (!shape->prefix)
		return rule_fail(error, field,
				 "'*' needs a source that ends with '*'");
	return 0;
}

/* The bytes of the '*' or "*." that the host begins with, if it is one that
 * the source allows. */
static int host_star(const char *text, size_t len,
		     const struct rule_shape *shape, struct rule_error *error)
{
	bool star = len && *text == '*';
	bool alone = star && (len == 1 || text[1] == ':');

	if (memchr(text + star, '*', len - star) ||
	    (star && !alone && text[1] != '.'))
		return rule_fail(
			error, field,
			"a host has '*' alone or at its start, as in *.name; %s",
			"'*' directly behind it would extend it");
	if (alone && !shape->any)
		return rule_fail(error, field,
				 "the host '*' needs a source of the host '*'");
	if (star && !shape->any && !shape->below)
		return rule_fail(
			error, field,
			"a host with '*' needs a source with such a host");
	return star + (star && !alone);
}

/* A host as it was written, but in ASCII. Returns its length. */
static int host_write(char *dst, const struct rule_url_authority *authority,
		      int star, struct rule_error *error)
{
	const char *text = authority->host;
	size_t len = authority->host_len, i;
	char name[HOST_SIZE];
	int n;

	n = rule_url_host(name, field, text, len, error);
	if (n >= 0 && star && host_is_address(name, n))
		return rule_fail(error, field, "a wildcard before an address");
	if (n > LIMIT_HOST - star)
		return rule_fail(error, field,
				 "no name below it can be %d bytes or shorter",
				 LIMIT_HOST);
	if (n < 0)
		return n;
	for (i = 0; i < len && !(text[i] & 0x80); i++)
		;
	if (i == len) {
		memcpy(dst, text, len);
		return len;
	}
	memcpy(dst, name, n);
	if (text[len - 1] == '.')
		dst[n++] = '.';
	return n;
}

/* Scheme, host and port. Returns their length. */
static int target_origin(char *dst, const struct target_parts *parts,
			 const struct rule_shape *shape,
			 struct rule_error *error)
{
	size_t len = parts->scheme_len, size = parts->path - parts->host;
	struct rule_url_authority authority;
	int n, star;

	star = host_star(parts->host, size, shape, error);
	if (star < 0)
		return star;
	n = rule_url_authority(&authority, field, parts->host + star,
			       size - star, error);
	if (n)
		return n;
	memcpy(dst, parts->host - len, len + star);
	len += star;
	if (star != 1)
		n = host_write(dst + len, &authority, star, error);
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

/* Append a part behind the len bytes at dst. Returns the whole length. */
static int part_add(char *dst, size_t len, const char *from, const char *end,
		    struct rule_error *error)
{
	ssize_t n;

	if (len > LIMIT_TARGET)
		return fail_long(error);
	n = uri_target(dst + len, LIMIT_TARGET - len, from, end - from);
	if (n >= 0)
		return len + n;
	return n == -ENAMETOOLONG
		       ? fail_long(error)
		       : rule_url_fail(error, field, n, from, end - from);
}

/* Path and query with their captures. Returns the whole length. */
static int pieces_add(char *dst, int len, const struct target_parts *parts,
		      struct rule_error *error)
{
	const char *text = parts->path;
	size_t size = parts->query_end - text, from = 0;
	struct rule_capture capture;

	while (rule_capture_next(&capture, text, size, from) > 0) {
		len = part_add(dst, len, text + from, text + capture.at, error);
		if (len < 0)
			return len;
		if (len + capture.end - capture.at > LIMIT_TARGET)
			return fail_long(error);
		memcpy(dst + len, text + capture.at, capture.end - capture.at);
		len += capture.end - capture.at;
		from = capture.end;
	}
	return part_add(dst, len, text + from, parts->query_end, error);
}

/* Whether the captures are the source's. */
static int target_captures(const struct target_parts *parts,
			   const struct rule_shape *shape,
			   struct rule_error *error)
{
	const char *end = parts->query_end;
	int n;

	if (shape->unread)
		return 0;
	n = rule_template_check(parts->path, end - parts->path, shape->pattern,
				shape->pattern_len, error);
	return n < 0 ? n : rule_url_braces(field, end, parts->end - end, error);
}

/* Path, query and fragment behind the len bytes at dst. Returns the whole
 * length. */
static int target_rest(char *dst, int len, const struct target_parts *parts,
		       struct rule_error *error)
{
	len = pieces_add(dst, len, parts, error);
	if (len < 0 || !parts->fragment)
		return len;
	dst[len++] = '#';
	return part_add(dst, len, parts->fragment + 1, parts->end, error);
}

int rule_target_read(char *dst, const struct rule_shape *shape,
		     const char *text, size_t len, struct rule_error *error)
{
	struct target_parts parts = {0};
	int err, origin, n;

	err = rule_text_check(field, text, len, error);
	if (!err)
		err = target_split(&parts, text, len, error);
	if (!err)
		err = target_star(&parts, shape, error);
	if (err)
		return err;
	origin = target_origin(dst, &parts, shape, error);
	if (origin < 0)
		return origin;
	err = target_captures(&parts, shape, error);
	if (err)
		return err;
	n = target_rest(dst, origin, &parts, error);
	if (n < 0)
		return n;
	if (shape->bare && parts.end - parts.path <= 1 && !parts.query &&
	    !parts.fragment) {
		memcpy(dst + origin, "/*", 2);
		n = origin + 2;
	}
	dst[n] = '\0';
	return n;
}
