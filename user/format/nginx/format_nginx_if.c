// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_block.h"
#include "format_nginx_if.h"
#include "format_nginx_keys.h"
#include "format_nginx_known.h"
#include "format_nginx_maps.h"
#include "format_nginx_query.h"
#include "format_nginx_regex.h"
#include "format_nginx_tell.h"
#include "format_nginx_value.h"
#include "format_text.h"

/* A condition's parts. */
struct cond {
	char variable[256]; /* without '$'; "" for what is none */
	char op[4];	    /* "" alone */
	char value[8192];
	bool negative;
};

/* Take "(", ")" off and the parts apart. */
static bool cond_read(struct cond *cond, const struct nginx_node *node)
{
	const char *part[3] = {"", "", ""};
	char first[256], last[8192];
	size_t count = node->count - 1, n, i;

	*cond = (struct cond){0};
	if (count && !strcmp(node->word[node->count - 1], ")"))
		count--;
	if (!count || count > 4)
		return false;
	n = 0;
	for (i = 0; i < count && n < 3; i++)
		if (i || strcmp(node->word[1], "(") != 0)
			part[n++] = node->word[1 + i];
	if (!n || i < count)
		return false;
	if (strlen(part[0]) >= sizeof(first) ||
	    strlen(part[n - 1]) >= sizeof(last))
		return false;
	strcpy(first, part[0] + (*part[0] == '('));
	part[0] = first;
	if (n > 1) {
		strcpy(last, part[n - 1]);
		part[n - 1] = last;
	} else {
		strcpy(last, first);
		part[0] = last;
	}
	if (count == node->count - 1 && *last && last[strlen(last) - 1] == ')')
		last[strlen(last) - 1] = '\0';
	if (n == 2 || *part[0] != '$' || strlen(part[1]) > 3)
		return false;
	strcpy(cond->variable, part[0] + 1);
	if (*cond->variable == '{') {
		memmove(cond->variable, cond->variable + 1,
			strlen(cond->variable));
		cond->variable[strcspn(cond->variable, "}")] = '\0';
	}
	strcpy(cond->op, part[1]);
	strcpy(cond->value, n == 3 ? part[2] : "");
	cond->negative = *cond->op == '!';
	return true;
}

bool nginx_if_matches(const struct nginx_node *node)
{
	struct cond cond;

	return cond_read(&cond, node) && strchr(cond.op, '~');
}

static const struct nginx_env *bound_find(const struct nginx_env *env,
					  const struct cond *cond)
{
	return nginx_env_find(env, cond->variable, strlen(cond->variable));
}

/* What stands on the right may have variables, too. */
static bool value_expand(struct nginx *nginx, struct cond *cond,
			 const struct format_region *region,
			 const struct nginx_env *env)
{
	static __thread struct format_text value;

	if (strchr(cond->op, '~') || !strchr(cond->value, '$'))
		return true;
	if (!nginx_value(nginx, region, env, cond->value, &value) ||
	    value.len >= sizeof(cond->value))
		return false;
	strcpy(cond->value, value.text);
	return true;
}

static bool one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

static const char *const hosts[] = {"host", "http_host", NULL};
static const char *const paths[] = {"request_uri", "uri", "document_uri", NULL};
static const char *const schemes[] = {"scheme", "https", "server_port",
				      "ssl_protocol", NULL};
static const char *const queries[] = {"args", "query_string", NULL};

enum nginx_if nginx_if_kind(struct nginx *nginx, struct nginx_node *node,
			    const struct format_region *region,
			    const struct nginx_env *env)
{
	const struct nginx_env *bound;
	struct cond cond;

	if (!cond_read(&cond, node) || !value_expand(nginx, &cond, region, env))
		return NGINX_IF_UNKNOWN;
	bound = bound_find(env, &cond);
	if (bound)
		return bound->text ? NGINX_IF_SPLIT : NGINX_IF_UNKNOWN;
	if (nginx_map_find(nginx, cond.variable, strlen(cond.variable)))
		return NGINX_IF_SPLIT;
	if (one_of(cond.variable, hosts) || one_of(cond.variable, paths) ||
	    one_of(cond.variable, schemes) || one_of(cond.variable, queries) ||
	    !strncmp(cond.variable, "arg_", 4))
		return cond.negative ? NGINX_IF_FALSE : NGINX_IF_TRUE;
	return NGINX_IF_UNKNOWN;
}

/* Told where it matters. */
static bool cannot(const struct nginx_regex_ask *ask, const char *why)
{
	if (!ask->content)
		nginx_cannot(ask->nginx, ask->node, "condition", why);
	return false;
}

static bool host_ask(const struct nginx_regex_ask *ask, const struct cond *cond)
{
	struct format_region region = format_region_all;

	if (!strcmp(cond->variable, "http_host"))
		nginx_tell(ask->nginx, NGINX_TOLD_PORT, ask->at);
	if (strchr(cond->op, '~'))
		return nginx_regex_host(ask, cond->value);
	if (strcmp(cond->op + cond->negative, "=") != 0)
		return cannot(ask, "a host is always there");
	region.host = nginx_text(ask->nginx, cond->value, strlen(cond->value));
	if (region.host)
		nginx_meet(ask, &region, ask->env);
	return true;
}

static bool path_ask(const struct nginx_regex_ask *ask, const struct cond *cond)
{
	bool raw = !strcmp(cond->variable, "request_uri");
	struct format_region region = format_region_all;
	static __thread struct format_text text;
	unsigned int flags = raw ? FORMAT_REGEX_QUERY : FORMAT_REGEX_DECODED;

	nginx_tell(ask->nginx, raw ? NGINX_TOLD_RAW : NGINX_TOLD_SLASH,
		   ask->at);
	if (strchr(cond->op, '*'))
		flags |= FORMAT_REGEX_CASE;
	if (strchr(cond->op, '~'))
		return nginx_regex_path(ask, cond->value, flags);
	if (strcmp(cond->op + cond->negative, "=") != 0 || *cond->value != '/')
		return cannot(ask, "no path");
	format_text_begin(&text);
	if (raw)
		format_text_url(&text, cond->value, strlen(cond->value));
	else
		format_text_decoded(&text, cond->value, strlen(cond->value));
	region.kind = raw && strchr(cond->value, '?') ? FORMAT_REGION_QUERY
						      : FORMAT_REGION_EXACT;
	if (raw && region.kind == FORMAT_REGION_EXACT)
		nginx_tell(ask->nginx, NGINX_TOLD_QUERY, ask->at);
	region.path = nginx_text(ask->nginx, text.text, text.len);
	if (region.path)
		nginx_meet(ask, &region, ask->env);
	return true;
}

static bool scheme_ask(const struct nginx_regex_ask *ask,
		       const struct cond *cond)
{
	struct format_region region = format_region_all;
	const char *value = cond->value;

	if (!strcmp(value, "https") || !strcmp(value, "on") ||
	    !strcmp(value, "443") || !*cond->op)
		region.schemes = FORMAT_REGION_TLS;
	else if (!strcmp(value, "http") || !*value || !strcmp(value, "80") ||
		 !strcmp(value, "off"))
		region.schemes = FORMAT_REGION_HTTP;
	else
		return cannot(ask, "neither http nor https");
	nginx_meet(ask, &region, ask->env);
	return true;
}

/* A query, or one of its parameters, of one path. */
static bool query_ask(const struct nginx_regex_ask *ask,
		      const struct cond *cond)
{
	struct nginx_query query = {NULL, cond->value,
				    strchr(cond->op, '~') != NULL,
				    strchr(cond->op, '*') != NULL};
	struct format_region part;

	if (!strncmp(cond->variable, "arg_", 4))
		query.name = cond->variable + 4;
	switch (*cond->op ? nginx_query_part(ask->nginx, &query, ask->within,
					     &part)
			  : NGINX_QUERY_UNKNOWN) {
	case NGINX_QUERY_ALL:
		ask->fn(ask->arg, ask->within, ask->env);
		return true;
	case NGINX_QUERY_SOME:
		nginx_query_tell(ask->nginx, &query, ask->at);
		ask->fn(ask->arg, &part, ask->env);
		return true;
	case NGINX_QUERY_NONE:
		return true;
	default:
		return cannot(
			ask,
			"a query that is not compared as a whole with one path's");
	}
}

bool nginx_if_ask(struct nginx *nginx, struct nginx_node *node,
		  const struct format_region *region,
		  const struct nginx_env *env, nginx_region_fn *fn, void *arg)
{
	struct nginx_regex_ask ask = {nginx,	node,
				      region,	env,
				      fn,	arg,
				      node->at, !nginx_redirects(node)};
	struct nginx_map *map;
	struct cond cond;

	cond_read(&cond, node);
	value_expand(nginx, &cond, region, env);
	if (bound_find(env, &cond)) {
		fn(arg, region, env);
		return true;
	}
	map = nginx_map_find(nginx, cond.variable, strlen(cond.variable));
	if (map && (!map->why || !ask.content))
		return nginx_map_bind(nginx, map, node, region, env, fn, arg);
	if (map)
		return false;
	if (one_of(cond.variable, hosts))
		return host_ask(&ask, &cond);
	if (one_of(cond.variable, paths))
		return path_ask(&ask, &cond);
	if (one_of(cond.variable, schemes))
		return scheme_ask(&ask, &cond);
	return query_ask(&ask, &cond);
}

bool nginx_if_true(struct nginx *nginx, struct nginx_node *node,
		   const struct format_region *region,
		   const struct nginx_env *env, bool *unknown)
{
	const struct nginx_env *bound;
	enum nginx_known known = NGINX_KNOWN_NOT;
	struct cond cond;

	cond_read(&cond, node);
	bound = bound_find(env, &cond);
	if (bound && bound->text && value_expand(nginx, &cond, region, env))
		known = nginx_known(nginx, region, bound,
				    cond.op + cond.negative, cond.value);
	*unknown = known == NGINX_KNOWN_NOT;
	return !*unknown && (known == NGINX_KNOWN_YES) != cond.negative;
}
