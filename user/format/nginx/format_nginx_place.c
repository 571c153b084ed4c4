// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "format_nginx_place.h"
#include "format_nginx_tell.h"

enum nginx_place nginx_place(const struct nginx_node *node, const char **text)
{
	static const char *const signs[] = {"=", "^~", NULL, "~", "~*"};
	const char *word = node->word[1];
	size_t i;

	*text = node->count > 2 ? node->word[2] : word;
	if (node->count == 2) {
		if (*word == '@')
			return NGINX_PLACE_NAMED;
		if (*word == '=' || *word == '~' || !strncmp(word, "^~", 2)) {
			i = *word == '='     ? 0
			    : *word == '^'   ? 1
			    : word[1] == '*' ? 4
					     : 3;
			*text = word + strlen(signs[i]);
			return i;
		}
		return NGINX_PLACE_PREFIX;
	}
	for (i = 0; i < 5; i++)
		if (signs[i] && !strcmp(word, signs[i]))
			return i;
	return NGINX_PLACE_NAMED;
}

bool nginx_is_location(const struct nginx_node *node)
{
	return node->block && nginx_is(node, "location") && node->count > 1;
}

/* Prefixes, the longest first. */
static int longer(const void *a, const void *b)
{
	struct nginx_node *const *one = a, *const *two = b;
	const char *text[2];
	size_t len[2];

	nginx_place(*one, &text[0]);
	nginx_place(*two, &text[1]);
	len[0] = strlen(text[0]);
	len[1] = strlen(text[1]);
	if (len[0] != len[1])
		return len[0] < len[1] ? 1 : -1;
	return strcmp(text[0], text[1]);
}

struct nginx_node **nginx_place_prefixes(struct nginx *nginx,
					 const struct nginx_node *block,
					 size_t *count)
{
	struct nginx_node *node, **list;
	const char *text;

	*count = 0;
	for (node = block->child; node; node = node->next)
		*count += nginx_is_location(node);
	list = nginx_take(nginx, (*count + 1) * sizeof(struct nginx_node *));
	if (!list)
		return NULL;
	*count = 0;
	for (node = block->child; node; node = node->next) {
		enum nginx_place kind;

		if (!nginx_is_location(node))
			continue;
		kind = nginx_place(node, &text);
		if (kind == NGINX_PLACE_PREFIX || kind == NGINX_PLACE_FINAL)
			list[(*count)++] = node;
	}
	qsort(list, *count, sizeof(struct nginx_node *), longer);
	return list;
}
