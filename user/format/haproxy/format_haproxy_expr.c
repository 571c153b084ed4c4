// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format_haproxy_call.h"
#include "format_haproxy_expr.h"

static const struct {
	const char *name;
	enum haproxy_match match;
} matches[] = {
	{"str", HAPROXY_STR},	    {"beg", HAPROXY_BEG},
	{"end", HAPROXY_END},	    {"dir", HAPROXY_DIR},
	{"dom", HAPROXY_DOM},	    {"sub", HAPROXY_SUB},
	{"reg", HAPROXY_REG},	    {"found", HAPROXY_FOUND},
	{"bool", HAPROXY_BOOL},	    {"len", HAPROXY_NO_MATCH},
	{"int", HAPROXY_NO_MATCH},  {"ip", HAPROXY_NO_MATCH},
	{"regm", HAPROXY_NO_MATCH},
};

/* With their names without "req." and "_beg" and the like. */
static const struct {
	const char *name;
	enum haproxy_fetch fetch;
} fetches[] = {
	{"path", HAPROXY_PATH},
	{"base", HAPROXY_BASE},
	{"url", HAPROXY_URL},
	{"uri", HAPROXY_URL},
	{"pathq", HAPROXY_URL},
	{"capture.req.uri", HAPROXY_URL},
	{"query", HAPROXY_QUERY},
	{"urlp", HAPROXY_PARAM},
	{"url_param", HAPROXY_PARAM},
	{"ssl_fc", HAPROXY_TLS},
	{"dst_port", HAPROXY_PORT},
	{"always_true", HAPROXY_ALWAYS},
	{"always_false", HAPROXY_NEVER},
	{"str", HAPROXY_ALWAYS},
	{"var", HAPROXY_VAR},
};

enum haproxy_match haproxy_match_of(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(matches) / sizeof(*matches); i++)
		if (strlen(matches[i].name) == len &&
		    !memcmp(matches[i].name, name, len))
			return matches[i].match;
	return HAPROXY_NO_MATCH;
}

/* The name without its match: "path_beg" is "path". */
static size_t name_cut(const char *name, enum haproxy_match *match)
{
	const char *end = strrchr(name, '_');
	size_t i;

	*match = HAPROXY_STR;
	for (i = 0; end && i < sizeof(matches) / sizeof(*matches); i++)
		if (!strcmp(matches[i].name, end + 1)) {
			*match = matches[i].match;
			return end - name;
		}
	return strlen(name);
}

static bool is_header(const char *name, size_t len)
{
	return (len == 3 && !memcmp(name, "hdr", 3)) ||
	       (len == 4 && !memcmp(name, "fhdr", 4)) ||
	       (len == 4 && !memcmp(name, "shdr", 4));
}

static void fetch_take(struct haproxy_expr *expr,
		       const struct haproxy_call *call)
{
	const char *name = call->name;
	size_t len, i;

	if (!strncmp(name, "req.", 4))
		name += 4;
	len = name_cut(name, &expr->match);
	if (is_header(name, len) && !strcasecmp(call->arg[0], "host"))
		expr->fetch = HAPROXY_HOST;
	for (i = 0; i < sizeof(fetches) / sizeof(*fetches); i++)
		if (*fetches[i].name == *name &&
		    strlen(fetches[i].name) == len &&
		    !memcmp(fetches[i].name, name, len))
			expr->fetch = fetches[i].fetch;
	expr->name = call->arg[0];
	if (expr->fetch == HAPROXY_OTHER)
		expr->why = "rules do not know of it";
}

static int map_take(struct haproxy_expr *expr, const struct haproxy_call *call)
{
	const char *name = call->name + 3;
	size_t len = *name == '_' ? strcspn(name + 1, "_") : 0;

	expr->file = call->arg[0];
	expr->map_match = len ? haproxy_match_of(name + 1, len) : HAPROXY_STR;
	if (call->args > 1)
		expr->fallback = call->arg[1];
	return 0;
}

static int sub_take(struct haproxy_expr *expr, struct format_pool *pool,
		    const struct haproxy_call *call)
{
	struct haproxy_sub *sub = format_pool_take(pool, sizeof(*sub)), **to;

	if (!sub)
		return -ENOMEM;
	*sub = (struct haproxy_sub){NULL, call->arg[0], call->arg[1],
				    call->arg[2]};
	for (to = &expr->subs; *to; to = &(*to)->next)
		;
	*to = sub;
	return 0;
}

/* What cuts the port off a host, which rules do by themselves. */
static bool cuts_port(const struct haproxy_expr *expr,
		      const struct haproxy_call *call)
{
	if (expr->fetch != HAPROXY_HOST)
		return false;
	if (!strcmp(call->name, "host_only"))
		return true;
	if (!strcmp(call->name, "field") || !strcmp(call->name, "word"))
		return !strcmp(call->arg[0], "1") && call->args >= 2;
	return !strcmp(call->name, "regsub") && *call->arg[0] == ':' &&
	       !*call->arg[1];
}

static int converter_take(struct haproxy_expr *expr, struct format_pool *pool,
			  const struct haproxy_call *call)
{
	if (expr->file) {
		expr->why = "it is converted behind the map";
	} else if (!strcmp(call->name, "lower")) {
		expr->lower = true;
	} else if (cuts_port(expr, call) || !strcmp(call->name, "trim")) {
		return 0;
	} else if (expr->fetch == HAPROXY_TLS && !strcmp(call->name, "not")) {
		expr->negated = !expr->negated;
	} else if (!strcmp(call->name, "url_dec") && !expr->subs) {
		expr->decoded = true;
	} else if (!strcmp(call->name, "regsub")) {
		return sub_take(expr, pool, call);
	} else if (!strcmp(call->name, "map") ||
		   !strncmp(call->name, "map_", 4)) {
		return map_take(expr, call);
	} else {
		expr->why = "rules cannot convert so";
	}
	return 0;
}

struct haproxy_expr *haproxy_expr(struct format_pool *pool, const char *text,
				  size_t len)
{
	struct haproxy_expr *expr = format_pool_take(pool, sizeof(*expr));
	const char *at = text, *end = text + len;
	struct haproxy_call call;
	int got;

	if (!expr)
		return NULL;
	expr->text = format_pool_text(pool, text, len);
	got = haproxy_call(&call, pool, &at, end);
	if (got > 0)
		fetch_take(expr, &call);
	while (got > 0 && at < end) {
		at++;
		got = haproxy_call(&call, pool, &at, end);
		if (got > 0)
			got = converter_take(expr, pool, &call) ? -ENOMEM : 1;
	}
	if (!got)
		expr->why = "it is no expression";
	return got < 0 || !expr->text ? NULL : expr;
}

size_t haproxy_expr_len(const char *text, const char *ends)
{
	size_t depth = 0, i;
	char quote = '\0';

	for (i = 0; text[i]; i++) {
		char c = text[i];

		if (c == '\\' && text[i + 1])
			i++;
		else if (quote)
			quote = c == quote ? '\0' : quote;
		else if (depth && (c == '"' || c == '\''))
			quote = c;
		else if (c == '(' && !depth)
			depth = 1;
		else if (c == ')')
			depth = 0;
		else if (!depth && strchr(ends, c))
			break;
	}
	return i;
}
