// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_block.h"

static bool redirects(const struct nginx_node *node)
{
	const char *code = node->count > 1 ? node->word[1] : "";

	if (nginx_is(node, "return"))
		return (*code == '3' && node->count > 2) ||
		       !strcmp(code, "410") ||
		       (node->count == 2 && (*code < '0' || *code > '9'));
	if (nginx_is(node, "rewrite"))
		return node->count > 3
			       ? !strcmp(node->word[3], "permanent") ||
					 !strcmp(node->word[3], "redirect")
			       : node->count > 2 &&
					 strstr(node->word[2], "://");
	return false;
}

bool nginx_redirects(const struct nginx_node *node)
{
	const struct nginx_node *child;

	if (redirects(node))
		return true;
	for (child = node->child; child; child = child->next)
		if (nginx_redirects(child))
			return true;
	return false;
}

bool nginx_ends(const struct nginx_node *block)
{
	const struct nginx_node *node;

	for (node = block->child; node; node = node->next)
		if (nginx_is(node, "return") || nginx_is(node, "rewrite") ||
		    nginx_is(node, "break") || nginx_ends(node))
			return true;
	return false;
}
