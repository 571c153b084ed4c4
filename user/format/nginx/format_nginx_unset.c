// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_tell.h"
#include "format_nginx_unset.h"
#include "format_nginx_value.h"

enum { UNSET_MOST = 256 }; /* variables of a server */

struct names {
	const char *name[UNSET_MOST + 1];
	size_t count;
};

static bool has(const struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return names->count == UNSET_MOST;
}

static void name_add(struct names *names, const char *name)
{
	if (*name == '$' && !has(names, name))
		names->name[names->count++] = name;
}

/* What other directives give values to: auth_request_set and its like. */
static void given_find(struct names *names, const struct nginx_node *block)
{
	const struct nginx_node *node;

	for (node = block->child; node; node = node->next) {
		if (node->count > 1 && strstr(node->word[0], "_set"))
			name_add(names, node->word[1]);
		given_find(names, node);
	}
}

static void sets_find(struct names *names, const struct names *given,
		      const struct nginx_node *block)
{
	const struct nginx_node *node;

	for (node = block->child; node; node = node->next) {
		if (nginx_is(node, "set") && node->count == 3 &&
		    !has(given, node->word[1]))
			name_add(names, node->word[1]);
		sets_find(names, given, node);
	}
}

/* Count, or keep, the names that directives beside the servers have. */
static size_t outer_find(const struct nginx_node *block, const char **name)
{
	const struct nginx_node *node;
	size_t count = 0, i;

	for (node = block->child; node; node = node->next) {
		if (nginx_is(node, "http"))
			count += outer_find(node, name ? name + count : NULL);
		if (nginx_is(node, "server"))
			continue;
		for (i = 1; i < node->count; i++)
			if (*node->word[i] == '$' && name)
				name[count++] = node->word[i];
			else if (*node->word[i] == '$')
				count++;
	}
	return count;
}

void nginx_unset_begin(struct nginx *nginx)
{
	size_t count = outer_find(&nginx->root, NULL);

	nginx->given = nginx_take(nginx, (count + 1) * sizeof(*nginx->given));
	if (nginx->given)
		outer_find(&nginx->root, nginx->given);
}

static bool outer_is(const struct nginx *nginx, const char *name)
{
	const char *const *given;

	for (given = nginx->given; *given; given++)
		if (!strcmp(*given, name))
			return true;
	return false;
}

/* Those of the file that a map, or another block, gives a value. */
static size_t outer_drop(const struct nginx *nginx, struct names *names)
{
	size_t count = 0, i;

	for (i = 0; i < names->count; i++)
		if (!outer_is(nginx, names->name[i]))
			names->name[count++] = names->name[i];
	return count;
}

const char **nginx_unset_find(struct nginx *nginx,
			      const struct nginx_node *block)
{
	static __thread struct names names, given;
	const char **found;

	if (!nginx->given)
		return NULL;
	names.count = 0;
	given = (struct names){{"$args", "$limit_rate"}, 2};
	given_find(&given, block);
	sets_find(&names, &given, block);
	names.count = outer_drop(nginx, &names);
	found = nginx_take(nginx, (names.count + 1) * sizeof(*found));
	if (found)
		memcpy(found, names.name, names.count * sizeof(*found));
	return found;
}

const struct nginx_env *nginx_unset_env(struct nginx *nginx,
					const char *const *names,
					const struct nginx_env *env)
{
	for (; names && *names && !nginx->err; names++)
		env = nginx_env_set(nginx, env, *names, "", NULL);
	return env;
}
