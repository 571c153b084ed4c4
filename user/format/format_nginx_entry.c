// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_first_add.h"
#include "format_nginx_entry.h"

enum { RUN_STEPS = 50000000 };

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

bool nginx_entry_add(struct nginx *nginx, const struct format_region *region,
		     const struct nginx_action *action, unsigned long at)
{
	struct format_first_entry entry = {*region, action, NULL, at};
	unsigned long before = 0;
	int added;

	if (nginx->err)
		return false;
	if (++nginx->steps > RUN_STEPS)
		nginx->err = -E2BIG;
	added = format_first_add(&nginx->first, &entry, &before);
	if (added < 0)
		nginx->err = added;
	return added > 0;
}

void nginx_run_pass(struct nginx *nginx, struct nginx_node *node,
		    const struct format_region *region)
{
	nginx_entry_add(nginx, region, NULL, node->at);
}
