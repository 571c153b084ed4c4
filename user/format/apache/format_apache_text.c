// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "format_apache_text.h"
#include "format_regex_way.h"
#include "format_text.h"
#include "rule_url.h"

/* What is neither escaped nor begins a reference. */
#define PLAIN                        \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789-_.+!'(),:;@=/~?"

static void add(struct format_text *to, const char *text)
{
	if (text)
		format_text_raw(to, text, strlen(text));
}

/* One literal byte. Without raw what ap_escape_uri() escapes is escaped. */
static void byte_add(struct format_text *to, char c, bool raw)
{
	char escape[4];

	if (strchr("*{}", c) || (!raw && !isalnum((unsigned char)c) &&
				 !strchr("$-_.+!'(),:;@&=/~?", c))) {
		snprintf(escape, sizeof(escape), "%%%02X", (unsigned char)c);
		add(to, escape);
	} else {
		format_text_raw(to, &c, 1);
	}
}

static bool is(const char *name, size_t len, const char *text)
{
	return strlen(text) == len && !memcmp(name, text, len);
}

/* Whether a host, or a part of one, may be put in: where it varies, at the
 * begin of the target's alone. */
static bool host_fits(const struct format_text *to, const char *host)
{
	return !strchr(host, '*') || !strcmp(to->text, "https://") ||
	       !strcmp(to->text, "http://");
}

/* "%{NAME}": its length, or 0. */
static size_t variable_add(struct format_text *to, const char *text,
			   const struct apache_refs *refs)
{
	size_t len = strcspn(text + 2, "}");
	const char *name = text + 2;

	if (name[len] != '}')
		return 0;
	if (is(name, len, "HTTP_HOST") || is(name, len, "SERVER_NAME")) {
		if (!*refs->host || !host_fits(to, refs->host))
			return 0;
		add(to, refs->host);
	} else if (is(name, len, "REQUEST_URI")) {
		if (!refs->path)
			return 0;
		add(to, refs->path);
	} else if (is(name, len, "REQUEST_SCHEME")) {
		if (!refs->scheme)
			return 0;
		add(to, refs->scheme);
	} else {
		return 0;
	}
	return len + 3;
}

/* What a '$' or '%' stands before: its length, or 0 with a reason. */
static size_t reference_add(struct format_text *to, const char *text,
			    const struct apache_refs *refs, const char **reason)
{
	bool cond = *text == '%';
	const char *group;
	size_t len;

	if (isdigit((unsigned char)text[1])) {
		if (cond && refs->cond_unknown) {
			*reason = "a part of a condition";
			return 0;
		}
		group = (cond ? refs->cond : refs->rule)[text[1] - '0'];
		if (cond && refs->cond_host && group && !host_fits(to, group)) {
			*reason = "a part of a host that is not known";
			return 0;
		}
		add(to, group);
		return 2;
	}
	if (text[1] == '{') {
		len = cond ? variable_add(to, text, refs) : 0;
		if (!len)
			*reason = "a variable that rules have not";
		return len;
	}
	return 0;
}

const char *apache_text_target(struct format_text *to, const char *target,
			       const struct apache_refs *refs)
{
	size_t host = rule_url_scheme(target, strlen(target));
	const char *at = target, *reason = NULL;
	size_t len;

	/* the scheme and host are not escaped */
	host += strcspn(target + host, "/?");
	format_text_begin(to);
	while (*at && !reason) {
		bool raw = refs->raw || at < target + host;

		len = *at == '$' || *at == '%'
			      ? reference_add(to, at, refs, &reason)
			      : 0;
		if (!len && *at == '\\' && at[1])
			at++;
		if (!len && !reason)
			byte_add(to, *at, raw);
		at += len ? len : 1;
	}
	return reason;
}

void apache_text_alias(struct format_text *to, const char *target,
		       char *const *groups)
{
	size_t host = rule_url_scheme(target, strlen(target));
	const char *path = target + host + strcspn(target + host, "/?#");
	const char *query = path + strcspn(path, "?#"), *at;

	format_text_begin(to);
	if (!groups && !strpbrk(target, "*{}")) {
		add(to, target);
		return;
	}
	for (at = target; *at; at++) {
		size_t plain = strspn(at, PLAIN);
		bool raw;

		format_text_raw(to, at, plain);
		at += plain;
		if (!*at)
			break;
		/* Redirect sends it as it is, RedirectMatch escapes the path */
		raw = !groups || at < path || at >= query;

		if (groups && *at == '\\' && (at[1] == '$' || at[1] == '&'))
			byte_add(to, *++at, raw);
		else if (groups && *at == '$' && isdigit((unsigned char)at[1]))
			add(to, groups[*++at - '0']);
		else
			byte_add(to, *at, raw);
	}
}

unsigned int apache_text_unlike(const struct format_regex_way *way)
{
	bool pattern = strchr(way->source, '{');

	return way->unlike & ~(pattern ? 0U : (unsigned int)FORMAT_REGEX_SLASH);
}
