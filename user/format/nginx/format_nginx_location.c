// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_act.h"
#include "format_nginx_block.h"
#include "format_nginx_location.h"
#include "format_nginx_place.h"
#include "format_nginx_regex.h"
#include "format_nginx_run.h"
#include "format_nginx_tell.h"
#include "format_text.h"

/* The expressions that are tried where a prefix has been found, inner ones
 * first. */
struct regexes {
	struct nginx_node *of; /* the block that they stand in */
	const struct regexes *outer;
};

struct locating {
	struct nginx *nginx;
	struct nginx_node *node;
};

static void level_run(struct nginx *nginx, struct nginx_node *block,
		      const struct format_region *region,
		      const struct nginx_env *env, const struct regexes *outer);

/* The directives of a location, its content at their end. */
static void content_run(struct nginx *nginx, struct nginx_node *node,
			const struct format_region *region,
			const struct nginx_env *env)
{
	const struct nginx_next next = {.at = node->child, .location = node};
	const struct nginx_node *limit = nginx_child(node, "limit_except");

	if (nginx_child(node, "internal")) {
		nginx_pass(nginx, node, region);
		return;
	}
	if (limit && nginx_redirects(node))
		nginx_tell(nginx, NGINX_TOLD_METHOD, limit->at);
	nginx_run(nginx, &next, region, env);
}

static void exact_run(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	struct locating *locating = arg;

	content_run(locating->nginx, locating->node, region, env);
}

static void regex_run(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	struct locating *locating = arg;

	level_run(locating->nginx, locating->node, region, env, NULL);
}

/* Try the expressions of a block, and those around it. */
static void regexes_run(struct nginx *nginx, const struct regexes *regexes,
			const struct format_region *region,
			const struct nginx_env *env)
{
	struct nginx_node *node;
	const char *text;

	for (; regexes; regexes = regexes->outer)
		for (node = regexes->of->child; node && !nginx->err;
		     node = node->next) {
			struct locating locating = {nginx, node};
			struct nginx_regex_ask ask = {
				nginx,	   node,
				region,	   env,
				regex_run, &locating,
				node->at,  !nginx_redirects(node)};
			enum nginx_place kind;

			if (!nginx_is_location(node))
				continue;
			kind = nginx_place(node, &text);
			if (kind == NGINX_PLACE_REGEX ||
			    kind == NGINX_PLACE_REGEX_CASE)
				nginx_regex_path(
					&ask, text,
					FORMAT_REGEX_DECODED |
						(kind == NGINX_PLACE_REGEX_CASE
							 ? FORMAT_REGEX_CASE
							 : 0));
		}
}

/* A literal location's requests. */
static bool region_make(struct nginx *nginx, struct format_region *region,
			const char *path, bool exact)
{
	static __thread struct format_text text;

	format_text_begin(&text);
	format_text_decoded(&text, path, strlen(path));
	*region = format_region_all;
	region->kind = exact ? FORMAT_REGION_EXACT : FORMAT_REGION_PREFIX;
	region->path = nginx_text(nginx, text.text, text.len);
	return region->path != NULL;
}

static void literal_give(struct nginx *nginx, struct nginx_node *node,
			 const char *text, bool exact,
			 const struct format_region *within,
			 const struct nginx_env *env, nginx_region_fn *fn,
			 void *arg)
{
	struct nginx_regex_ask ask = {nginx, node, within,   env,
				      fn,    arg,  node->at, false};
	struct format_region region;

	if (*text != '/') {
		nginx_cannot(nginx, node, "location", "no path");
		return;
	}
	if (strcmp(text, "/") != 0) {
		nginx_tell(nginx, NGINX_TOLD_SLASH, node->at);
		nginx_tell(nginx, NGINX_TOLD_DECODED, node->at);
	}
	if (region_make(nginx, &region, text, exact))
		nginx_meet(&ask, &region, env);
}

struct prefixing {
	struct nginx *nginx;
	struct nginx_node *node;
	const struct regexes *regexes;
};

static void prefix_run(void *arg, const struct format_region *region,
		       const struct nginx_env *env)
{
	struct prefixing *prefixing = arg;

	level_run(prefixing->nginx, prefixing->node, region, env,
		  prefixing->regexes);
}

/* A block's "=" locations. */
static void exacts_run(struct nginx *nginx, struct nginx_node *block,
		       const struct format_region *region,
		       const struct nginx_env *env)
{
	struct nginx_node *node;
	const char *text;

	for (node = block->child; node && !nginx->err; node = node->next) {
		struct locating locating = {nginx, node};

		if (nginx_is_location(node) &&
		    nginx_place(node, &text) == NGINX_PLACE_EXACT)
			literal_give(nginx, node, text, true, region, env,
				     exact_run, &locating);
	}
}

/* Whether what is behind it is asked by another protocol, so that the path
 * without its last '/' is redirected to it. */
static bool asks(const struct nginx_node *node)
{
	static const char *const names[] = {"proxy_pass",     "fastcgi_pass",
					    "uwsgi_pass",     "scgi_pass",
					    "memcached_pass", "grpc_pass"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (nginx_child(node, names[i]))
			return true;
	return false;
}

static void slash_run(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	struct locating *locating = arg;
	const char *text;

	(void)env;
	nginx_place(locating->node, &text);
	nginx_slash_add(locating->nginx, locating->node, region, text);
}

static void slashes_run(struct nginx *nginx, struct nginx_node *block,
			const struct format_region *region,
			const struct nginx_env *env)
{
	struct nginx_node *node;
	const char *text, *path;

	for (node = block->child; node && !nginx->err; node = node->next) {
		struct locating locating = {nginx, node};
		size_t len;

		if (!nginx_is_location(node) || !asks(node) ||
		    nginx_place(node, &text) > NGINX_PLACE_PREFIX)
			continue;
		len = strlen(text);
		if (len < 2 || text[len - 1] != '/')
			continue;
		path = nginx_text(nginx, text, len - 1);
		if (path)
			literal_give(nginx, node, path, true, region, env,
				     slash_run, &locating);
	}
}

/* A prefix that comes before the expressions, or has others in it. */
static bool early(const struct nginx_node *node)
{
	const char *text;

	return nginx_place(node, &text) == NGINX_PLACE_FINAL ||
	       nginx_child(node, "location");
}

/* Whether no other prefix is within an early one, so that those can come before
 * the expressions, and all others behind them. */
static bool early_apart(struct nginx_node *const *list, size_t count)
{
	size_t i, j;

	for (i = 0; list && i < count; i++) {
		const char *text, *other;

		if (!early(list[i]))
			continue;
		nginx_place(list[i], &text);
		for (j = 0; j < i; j++) {
			nginx_place(list[j], &other);
			if (!strncmp(other, text, strlen(text)))
				return false;
		}
	}
	return true;
}

static void one_run(struct nginx *nginx, struct nginx_node *node,
		    const struct format_region *region,
		    const struct nginx_env *env, const struct regexes *regexes)
{
	const char *text;
	bool final = nginx_place(node, &text) == NGINX_PLACE_FINAL;
	struct prefixing prefixing = {
		nginx, node, final && regexes ? regexes->outer : regexes};

	if (!nginx->err)
		literal_give(nginx, node, text, false, region, env, prefix_run,
			     &prefixing);
}

/* What is in a block, a server's or location's, and then itself. */
static void level_run(struct nginx *nginx, struct nginx_node *block,
		      const struct format_region *region,
		      const struct nginx_env *env, const struct regexes *outer)
{
	const struct regexes own = {block, outer};
	bool server = !nginx_is(block, "location"), apart;
	struct nginx_node **list;
	size_t count, i;

	exacts_run(nginx, block, region, env);
	slashes_run(nginx, block, region, env);
	list = nginx_place_prefixes(nginx, block, &count);
	apart = early_apart(list, count);
	for (i = 0; list && i < count; i++)
		if (!apart || early(list[i]))
			one_run(nginx, list[i], region, env, &own);
	regexes_run(nginx, &own, region, env);
	for (i = 0; list && apart && i < count; i++)
		if (!early(list[i]))
			one_run(nginx, list[i], region, env, NULL);
	if (server)
		nginx_pass(nginx, block, region);
	else
		content_run(nginx, block, region, env);
}

void nginx_locations(struct nginx *nginx, struct nginx_node *server,
		     const struct format_region *region,
		     const struct nginx_env *env)
{
	level_run(nginx, server, region, env, NULL);
}
