// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>

#include "format_nginx_tell.h"
#include "format_nginx_value.h"

enum { VALUE_DEPTH = 16 };

const struct nginx_env *nginx_env_find(const struct nginx_env *env,
				       const char *name, size_t len)
{
	for (; env; env = env->next)
		if (env->name && !strncmp(env->name + 1, name, len) &&
		    !env->name[1 + len])
			return env;
	return NULL;
}

const struct nginx_env *nginx_env_set(struct nginx *nginx,
				      const struct nginx_env *next,
				      const char *name, const char *text,
				      const struct nginx_env *of)
{
	struct nginx_env *env = nginx_take(nginx, sizeof(*env));

	if (env)
		*env = (struct nginx_env){next, name, text, of, NULL};
	return env;
}

const struct nginx_env *nginx_env_groups(struct nginx *nginx,
					 const struct nginx_env *next,
					 const struct nginx_groups *groups)
{
	struct nginx_env *env = nginx_take(nginx, sizeof(*env));

	if (!env)
		return next;
	env->next = next;
	env->groups = groups;
	return env;
}

const struct nginx_env *nginx_env_clear(struct nginx *nginx,
					const struct nginx_env *next)
{
	static const struct nginx_groups none;
	const struct nginx_env *env;

	for (env = next; env && !env->groups; env = env->next)
		;
	return env && env->groups != &none
		       ? nginx_env_groups(nginx, next, &none)
		       : next;
}

const char *nginx_variable(const char *text, const char **name, size_t *len)
{
	bool braces = text[1] == '{';

	*name = text + 1 + braces;
	*len = strspn(*name, "abcdefghijklmnopqrstuvwxyz_"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	if (isdigit((unsigned char)**name) && !braces)
		*len = 1;
	text = *name + *len;
	return text + (braces && *text == '}');
}

struct valuing {
	struct nginx *nginx;
	const struct format_region *region;
	struct format_text *value;
	unsigned int depth;
};

static bool is(const char *name, size_t len, const char *of)
{
	return strlen(of) == len && !strncmp(name, of, len);
}

/* A variable that nginx has by itself; NULL where it varies. */
static const char *own_value(const struct valuing *valuing, const char *name,
			     size_t len)
{
	const struct format_region *region = valuing->region;

	if (is(name, len, "scheme") && region->schemes != FORMAT_REGION_BOTH)
		return region->schemes == FORMAT_REGION_TLS ? "https" : "http";
	if ((is(name, len, "host") || is(name, len, "http_host")) &&
	    *region->host != '*')
		return region->host;
	if (is(name, len, "server_name"))
		return valuing->nginx->server ? valuing->nginx->server : "";
	return NULL;
}

static bool value_add(struct valuing *valuing, const char *text,
		      const struct nginx_env *env)
{
	const struct nginx_env *bound;
	const char *name, *own;
	size_t len;
	bool known = true;

	if (++valuing->depth > VALUE_DEPTH)
		known = false;
	while (known && *text) {
		len = strcspn(text, "$");
		format_text_raw(valuing->value, text, len);
		text += len;
		if (!*text)
			break;
		text = nginx_variable(text, &name, &len);
		bound = nginx_env_find(env, name, len);
		own = bound ? NULL : own_value(valuing, name, len);
		if (own)
			format_text_raw(valuing->value, own, strlen(own));
		else
			known = bound && bound->text &&
				value_add(valuing, bound->text, bound->of);
	}
	valuing->depth--;
	return known;
}

bool nginx_value(struct nginx *nginx, const struct format_region *region,
		 const struct nginx_env *env, const char *text,
		 struct format_text *value)
{
	struct valuing valuing = {nginx, region, value, 0};

	format_text_begin(value);
	return value_add(&valuing, text, env) && !value->full;
}
