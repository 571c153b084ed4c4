// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "format_nginx_act.h"
#include "format_nginx_location.h"
#include "format_nginx_regex.h"
#include "format_nginx_run.h"
#include "format_nginx_tell.h"
#include "format_read.h"
#include "format_text.h"

/* The expressions that are tried where a prefix has been found, inner ones
 * first. */
struct regexes {
	struct nginx_node *of; /* the block that they stand in */
	const struct regexes *outer;
};

/* What a location is, and its text. */
enum location_kind { EXACT, FINAL, PREFIX, REGEX, REGEX_CASE, NAMED };

static enum location_kind kind_of(const struct nginx_node *node,
				  const char **text)
{
	static const char *const signs[] = {"=", "^~", NULL, "~", "~*"};
	const char *word = node->word[1];
	size_t i;

	*text = node->count > 2 ? node->word[2] : word;
	if (node->count == 2) {
		if (*word == '@')
			return NAMED;
		if (*word == '=' || *word == '~' || !strncmp(word, "^~", 2)) {
			i = *word == '='     ? 0
			    : *word == '^'   ? 1
			    : word[1] == '*' ? 4
					     : 3;
			*text = word + strlen(signs[i]);
			return i;
		}
		return PREFIX;
	}
	for (i = 0; i < 5; i++)
		if (signs[i] && !strcmp(word, signs[i]))
			return i;
	return NAMED;
}

static bool is_location(const struct nginx_node *node)
{
	return node->block && nginx_is(node, "location") && node->count > 1;
}

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
			enum location_kind kind;

			if (!is_location(node))
				continue;
			kind = kind_of(node, &text);
			if (kind == REGEX || kind == REGEX_CASE)
				nginx_regex_path(
					&ask, text,
					FORMAT_REGEX_DECODED |
						(kind == REGEX_CASE
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

/* Prefixes, the longest first. */
static int longer(const void *a, const void *b)
{
	struct nginx_node *const *one = a, *const *two = b;
	const char *text[2];
	size_t len[2];

	kind_of(*one, &text[0]);
	kind_of(*two, &text[1]);
	len[0] = strlen(text[0]);
	len[1] = strlen(text[1]);
	if (len[0] != len[1])
		return len[0] < len[1] ? 1 : -1;
	return strcmp(text[0], text[1]);
}

static struct nginx_node **prefixes_make(struct nginx *nginx,
					 const struct nginx_node *block,
					 size_t *count)
{
	struct nginx_node *node, **list;
	const char *text;

	*count = 0;
	for (node = block->child; node; node = node->next)
		*count += is_location(node);
	list = nginx_take(nginx, (*count + 1) * sizeof(struct nginx_node *));
	if (!list)
		return NULL;
	*count = 0;
	for (node = block->child; node; node = node->next) {
		enum location_kind kind;

		if (!is_location(node))
			continue;
		kind = kind_of(node, &text);
		if (kind == PREFIX || kind == FINAL)
			list[(*count)++] = node;
	}
	qsort(list, *count, sizeof(struct nginx_node *), longer);
	return list;
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

		if (is_location(node) && kind_of(node, &text) == EXACT)
			literal_give(nginx, node, text, true, region, env,
				     exact_run, &locating);
	}
}

/* A prefix that comes before the expressions, or has others in it. */
static bool early(const struct nginx_node *node)
{
	const char *text;

	return kind_of(node, &text) == FINAL || nginx_child(node, "location");
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
		kind_of(list[i], &text);
		for (j = 0; j < i; j++) {
			kind_of(list[j], &other);
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
	bool final = kind_of(node, &text) == FINAL;
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
	list = prefixes_make(nginx, block, &count);
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
