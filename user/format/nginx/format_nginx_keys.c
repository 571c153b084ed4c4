// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format_nginx_keys.h"
#include "format_nginx_query.h"
#include "format_nginx_regex.h"
#include "format_nginx_tell.h"
#include "format_nginx_value.h"
#include "format_read.h"
#include "format_text.h"

/* Cut a variable off, as "$name" or "${name}". */
static bool variable_cut(const char **text, const char *name)
{
	size_t len = strlen(name);
	const char *at = *text;

	if (*at++ != '$')
		return false;
	if (*at == '{' && !strncmp(at + 1, name, len) && at[len + 1] == '}') {
		*text = at + len + 2;
		return true;
	}
	if (strncmp(at, name, len) != 0 || isalnum((unsigned char)at[len]) ||
	    at[len] == '_')
		return false;
	*text = at + len;
	return true;
}

/* A query behind a path. */
static bool args_cut(const char *text)
{
	return (variable_cut(&text, "is_args") || *text++ == '?') &&
	       (variable_cut(&text, "args") ||
		variable_cut(&text, "query_string")) &&
	       !*text;
}

/* "$args", "$arg_name" */
static bool query_read(struct nginx_key *key, const char *text)
{
	const char *name;
	size_t len;

	if (*text != '$' || *nginx_variable(text, &name, &len))
		return false;
	if (len > 4 && !strncmp(name, "arg_", 4)) {
		key->parameter = name + 4;
		key->parameter_len = len - 4;
	} else if (!variable_cut(&text, "args") &&
		   !variable_cut(&text, "query_string"))
		return false;
	return key->query = true;
}

bool nginx_key_read(struct nginx_key *key, const char *text)
{
	*key = (struct nginx_key){0};
	if (query_read(key, text))
		return true;
	if (variable_cut(&text, "scheme")) {
		key->scheme = true;
		if (strncmp(text, "://", 3) != 0)
			return false;
		text += 3;
	}
	if (variable_cut(&text, "host"))
		key->host = true;
	else if (variable_cut(&text, "http_host"))
		key->host = key->http_host = true;
	if (variable_cut(&text, "uri") || variable_cut(&text, "document_uri"))
		key->path = NGINX_KEY_URI;
	else if (variable_cut(&text, "request_uri"))
		key->path = NGINX_KEY_REQUEST;
	if (key->path == NGINX_KEY_URI && args_cut(text))
		return key->args = true;
	return !*text && (key->host || key->path) &&
	       (!key->scheme || key->host);
}

static const char *host_make(struct nginx *nginx, const char *text, size_t len)
{
	char *host = (char *)nginx_text(nginx, text, len);
	size_t i;

	for (i = 0; host && i < len; i++)
		host[i] = tolower((unsigned char)host[i]);
	return host;
}

static bool path_make(struct nginx *nginx, const struct nginx_map *map,
		      const char *key, struct format_region *region)
{
	static __thread struct format_text text;
	const char *query = strchr(key, '?');

	if (*key != '/')
		return false;
	format_text_begin(&text);
	if (map->key.path == NGINX_KEY_URI) {
		size_t len = query && map->key.args ? (size_t)(query - key)
						    : strlen(key);

		format_text_decoded(&text, key, len);
		nginx_tell(nginx, NGINX_TOLD_SLASH, map->at);
		nginx_tell(nginx, NGINX_TOLD_DECODED, map->at);
		if (map->key.args && query && !query[1])
			query = NULL;
		if (map->key.args && query)
			format_text_url(&text, query, strlen(query));
		else if (map->key.args)
			nginx_tell(nginx, NGINX_TOLD_QUERY, map->at);
	} else {
		format_text_url(&text, key, strlen(key));
		nginx_tell(nginx, NGINX_TOLD_RAW, map->at);
		if (!query)
			nginx_tell(nginx, NGINX_TOLD_QUERY, map->at);
	}
	region->kind =
		(map->key.path == NGINX_KEY_REQUEST || map->key.args) && query
			? FORMAT_REGION_QUERY
			: FORMAT_REGION_EXACT;
	region->fold = true;
	region->path = nginx_text(nginx, text.text, text.len);
	return region->path != NULL;
}

bool nginx_key_region(struct nginx *nginx, const struct nginx_map *map,
		      const char *key, struct format_region *region)
{
	size_t len;

	*region = format_region_all;
	if (map->key.scheme) {
		bool tls = !strncasecmp(key, "https://", 8);

		if (!tls && strncasecmp(key, "http://", 7) != 0)
			return false;
		key += tls ? 8 : 7;
		region->schemes = tls ? FORMAT_REGION_TLS : FORMAT_REGION_HTTP;
	}
	if (map->key.host) {
		len = strcspn(key, "/");
		if (!len)
			return false;
		if (map->key.http_host)
			nginx_tell(nginx, NGINX_TOLD_PORT, map->at);
		region->host = host_make(nginx, key, len);
		key += len;
		if (!region->host)
			return false;
	}
	if (map->key.path)
		return path_make(nginx, map, key, region);
	return !*key;
}

struct map_binding {
	struct nginx *nginx;
	struct nginx_map *map;
	struct nginx_entry *entry;
	nginx_region_fn *fn;
	void *arg;
};

static void bound_give(void *arg, const struct format_region *region,
		       const struct nginx_env *env)
{
	struct map_binding *binding = arg;
	const struct nginx_env *bound =
		nginx_env_set(binding->nginx, env, binding->map->name,
			      binding->entry->value, env);

	binding->entry->reached = true;
	binding->nginx->entry_at = binding->entry->at;
	if (bound && !binding->nginx->err)
		binding->fn(binding->arg, region, bound);
}

/* An entry of a map of a query or its parameter. */
static void query_give(struct map_binding *binding,
		       const struct nginx_regex_ask *ask)
{
	const struct nginx_key *of = &binding->map->key;
	const char *key = binding->entry->key;
	struct nginx_query query = {.regex = *key == '~', .fold = true};
	struct format_region part;

	if (query.regex) {
		key++;
		query.fold = *key == '*';
		key += query.fold;
	}
	query.value = key;
	if (of->parameter)
		query.name = nginx_text(binding->nginx, of->parameter,
					of->parameter_len);
	switch (nginx_query_part(binding->nginx, &query, ask->within, &part)) {
	case NGINX_QUERY_ALL:
		ask->fn(ask->arg, ask->within, ask->env);
		break;
	case NGINX_QUERY_SOME:
		nginx_query_tell(binding->nginx, &query, binding->map->at);
		ask->fn(ask->arg, &part, ask->env);
		break;
	case NGINX_QUERY_NONE:
		break;
	default:
		nginx_cannot(
			binding->nginx, ask->node, "map",
			"a query that is not compared as a whole with one path's");
	}
}

static void entry_give(struct map_binding *binding,
		       const struct nginx_regex_ask *ask)
{
	const char *key = binding->entry->key;
	struct format_region region;
	unsigned int flags = 0;

	if (binding->map->key.query) {
		query_give(binding, ask);
		return;
	}

	if (*key != '~') {
		if (*key == '\\')
			key++;
		if (nginx_key_region(binding->nginx, binding->map, key,
				     &region))
			nginx_meet(ask, &region, ask->env);
		return;
	}
	key++;
	if (*key == '*') {
		flags = FORMAT_REGEX_CASE;
		key++;
	}
	flags |= binding->map->key.path == NGINX_KEY_REQUEST ||
				 binding->map->key.args
			 ? FORMAT_REGEX_QUERY
			 : FORMAT_REGEX_DECODED;
	if (binding->map->key.path == NGINX_KEY_URI) {
		nginx_tell(binding->nginx, NGINX_TOLD_SLASH, binding->map->at);
		nginx_tell(binding->nginx, NGINX_TOLD_DECODED,
			   binding->map->at);
	}
	if (binding->map->key.scheme)
		nginx_cannot(binding->nginx, ask->node, "regex",
			     "an expression over the scheme");
	else if (binding->map->key.host && binding->map->key.path)
		nginx_regex_both(ask, key, flags);
	else if (binding->map->key.host)
		nginx_regex_host(ask, key);
	else
		nginx_regex_path(ask, key, flags);
}

static void list_give(struct map_binding *binding, struct nginx_list *list,
		      const struct format_region *within,
		      const struct nginx_env *env)
{
	struct nginx *nginx = binding->nginx;
	struct nginx_entry *entry;

	for (entry = list->first; entry && !nginx->err; entry = entry->next) {
		const char *word[] = {entry->key, NULL};
		struct nginx_node node = {.word = word,
					  .count = 1,
					  .at = entry->at,
					  .told = entry->reached};
		struct nginx_regex_ask ask = {nginx,	 &node,	     within,
					      env,	 bound_give, binding,
					      entry->at, false};

		binding->entry = entry;
		entry_give(binding, &ask);
		entry->reached |= node.told;
		nginx->steps++;
	}
}

bool nginx_map_bind(struct nginx *nginx, struct nginx_map *map,
		    struct nginx_node *node, const struct format_region *within,
		    const struct nginx_env *env, nginx_region_fn *fn, void *arg)
{
	struct map_binding binding = {nginx, map, NULL, fn, arg};
	const char *why = map->why;
	const struct nginx_env *bound;
	size_t i;

	if (map->key.query && within->kind != FORMAT_REGION_EXACT &&
	    within->kind != FORMAT_REGION_QUERY)
		why = "a query that is not compared as a whole with one path's";
	if (why) {
		nginx_cannot(nginx, node, "map", why);
		return false;
	}
	list_give(&binding, &map->exact, within, env);
	for (i = 256; i-- > 0;)
		list_give(&binding, &map->wild[i], within, env);
	list_give(&binding, &map->regex, within, env);
	bound = nginx_env_set(nginx, env, map->name, map->fallback, env);
	nginx->entry_at = map->fallback_at ? map->fallback_at : map->at;
	if (bound && !nginx->err)
		fn(arg, within, bound);
	return true;
}
