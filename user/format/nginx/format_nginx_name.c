// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "format_nginx_name.h"
#include "format_nginx_tell.h"
#include "format_read.h"

static struct nginx_name *name_add(struct nginx *nginx,
				   struct nginx_names *names,
				   struct nginx_server *server,
				   const char *text, enum nginx_name_kind kind)
{
	struct nginx_name *name = &names->name[names->count];
	char *lower;

	server->named |= kind != NGINX_NAME_ANY;
	lower = (char *)nginx_text(nginx, text, strlen(text));
	if (!lower)
		return NULL;
	*name = (struct nginx_name){
		.server = server,
		.text = lower,
		.len = strlen(text),
		.number = names->count++,
		.kind = kind,
	};
	for (; kind != NGINX_NAME_REGEX && *lower; lower++)
		*lower = tolower((unsigned char)*lower);
	return name;
}

void nginx_name_read(struct nginx *nginx, struct nginx_names *names,
		     struct nginx_server *server, const struct nginx_node *node,
		     const char *text)
{
	char wild[LIMIT_HOST + 4] = "*";
	size_t len = strlen(text), begin = names->count, i;

	if (*text == '~')
		name_add(nginx, names, server, text + 1, NGINX_NAME_REGEX);
	else if (*text == '.' && len <= LIMIT_HOST) {
		name_add(nginx, names, server, text + 1, NGINX_NAME_EXACT);
		name_add(nginx, names, server, strcat(wild, text),
			 NGINX_NAME_WILD);
	} else if (!strncmp(text, "*.", 2))
		name_add(nginx, names, server, text, NGINX_NAME_WILD);
	else if (len > 1 && !strcmp(text + len - 2, ".*"))
		format_cannot(nginx->read, node->at, "server_name",
			      "%s: rules have no names that only begin so",
			      text);
	else if (strchr(text, '.') || !strcmp(text, "localhost") ||
		 (isalpha((unsigned char)*text) && len))
		name_add(nginx, names, server, text, NGINX_NAME_EXACT);
	/* "_", "" and the like are no request's */
	for (i = begin; i < names->count; i++) {
		names->name[i].dotted = *text == '.';
		names->name[i].at = node->at;
	}
}

void nginx_name_any(struct nginx *nginx, struct nginx_names *names,
		    struct nginx_server *server)
{
	name_add(nginx, names, server, "*", NGINX_NAME_ANY);
}

/* A name without the "*." before it. */
static const char *bare(const struct nginx_name *name)
{
	return name->text + (name->kind == NGINX_NAME_WILD ? 2 : 0);
}

static int bare_order(const void *a, const void *b)
{
	const struct nginx_name *one = *(struct nginx_name *const *)a;
	const struct nginx_name *two = *(struct nginx_name *const *)b;
	int diff = strcmp(bare(one), bare(two));

	if (diff)
		return diff;
	return one->number < two->number ? -1 : 1;
}

/* Which schemes have an exact name, and all below it, already. */
struct taken {
	unsigned int exact, wild;
	const struct nginx_server *by[2]; /* the last one to take one */
};

/* Take a part of a name that is free in some schemes. Returns whether the
 * server has had it itself. */
static bool part_take(const struct nginx_name *name, unsigned int *taken,
		      const struct nginx_server **by, unsigned int *free)
{
	bool own = *by == name->server;

	*free &= ~*taken;
	*taken |= *free;
	if (*free)
		*by = name->server;
	return own;
}

/* Take a name, or the two that ".x" stands for: an exact "x" is taken even
 * where "*.x" is not free. Returns how many they are. */
static size_t name_take(struct nginx *nginx, struct nginx_name **name,
			struct taken *taken)
{
	unsigned int schemes = name[0]->server->schemes, free = schemes;
	size_t count = name[0]->dotted ? 2 : 1, i;
	bool own = false;

	if (name[0]->kind == NGINX_NAME_EXACT)
		own = part_take(name[0], &taken->exact, &taken->by[0], &free);
	if (name[count - 1]->kind == NGINX_NAME_WILD)
		own = part_take(name[0], &taken->wild, &taken->by[1], &free);
	for (i = 0; i < count; i++)
		name[i]->schemes = free;
	if (free != schemes && (count == 2 || !own))
		format_left_out(
			nginx->read, name[0]->at, "never reached",
			"server_name %s%s: nginx ignores it, since one before it has that name",
			count == 2 ? "." : "", name[0]->text);
	return count;
}

static void conflicts_drop(struct nginx *nginx, struct nginx_names *names)
{
	struct taken taken = {0};
	struct nginx_name **list =
		nginx_take(nginx, (names->count + 1) * sizeof(*list));
	size_t count = 0, i;

	if (!list)
		return;
	for (i = 0; i < names->count; i++) {
		struct nginx_name *name = &names->name[i];

		name->schemes = name->kind == NGINX_NAME_ANY
					? name->server->is_default
					: name->server->schemes;
		if (name->kind <= NGINX_NAME_WILD)
			list[count++] = name;
	}
	qsort(list, count, sizeof(*list), bare_order);
	for (i = 0; i < count;) {
		if (i && strcmp(bare(list[i - 1]), bare(list[i])) != 0)
			taken = (struct taken){0};
		i += name_take(nginx, &list[i], &taken);
	}
}

static int name_order(const void *a, const void *b)
{
	const struct nginx_name *one = a, *two = b;

	if (one->kind != two->kind)
		return one->kind < two->kind ? -1 : 1;
	if (one->kind == NGINX_NAME_WILD && one->len != two->len)
		return one->len > two->len ? -1 : 1;
	return one->number < two->number ? -1 : 1;
}

void nginx_names_order(struct nginx *nginx, struct nginx_names *names)
{
	conflicts_drop(nginx, names);
	qsort(names->name, names->count, sizeof(*names->name), name_order);
}
