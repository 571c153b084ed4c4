// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_block.h"
#include "format_nginx_host.h"
#include "format_nginx_inner.h"
#include "format_nginx_place.h"
#include "format_nginx_tell.h"
#include "format_read.h"

/* The block that has the locations that a directive's requests come to. */
static const struct nginx_node *server_of(const struct nginx_node *node)
{
	while (node->parent && !nginx_is(node, "server"))
		node = node->parent;
	return node;
}

/* A path that is looked for: its literal begin. */
struct looking {
	struct nginx *nginx;
	const char *path;
	size_t len;
	bool whole;
	const struct nginx_node *best; /* prefix */
	size_t best_len;
	bool maybe;
};

static bool takes(const struct looking *looking, const char *text, bool exact)
{
	size_t len = strlen(text);

	if (looking->whole)
		return !strncmp(looking->path, text, len) &&
		       len <= looking->len && (!exact || len == looking->len);
	len = len < looking->len ? len : looking->len;
	return !strncmp(looking->path, text, len);
}

static bool regex_takes(struct looking *looking, const char *regex)
{
	int is = -1;

	if (looking->whole)
		is = nginx_host_match(looking->nginx, regex, looking->path,
				      NULL);
	if (is < 0)
		looking->maybe = true;
	return is > 0;
}

/* Look at one location. Returns whether it is the one. */
static bool location_is(struct looking *looking, const struct nginx_node *node,
			bool regexes)
{
	const char *text;
	enum nginx_place place = nginx_place(node, &text);
	size_t len = strlen(text);

	if (place == NGINX_PLACE_REGEX || place == NGINX_PLACE_REGEX_CASE)
		return regexes && (looking->whole || nginx_redirects(node)) &&
		       regex_takes(looking, text);
	if (regexes || place == NGINX_PLACE_NAMED ||
	    !takes(looking, text, place == NGINX_PLACE_EXACT))
		return false;
	if (!looking->whole &&
	    (len > looking->len || place == NGINX_PLACE_EXACT))
		looking->maybe |= nginx_redirects(node);
	else if (place != NGINX_PLACE_EXACT &&
		 (!looking->best || len > looking->best_len)) {
		looking->best = node;
		looking->best_len = len;
	}
	return looking->whole && place == NGINX_PLACE_EXACT;
}

static enum nginx_inner location_find(struct looking *looking,
				      const struct nginx_node *server)
{
	const struct nginx_node *node;
	const char *text;
	unsigned int regexes;

	for (regexes = 0; regexes < 2; regexes++) {
		if (regexes && looking->best &&
		    nginx_place(looking->best, &text) == NGINX_PLACE_FINAL)
			break;
		for (node = server->child; node; node = node->next)
			if (nginx_is_location(node) &&
			    location_is(looking, node, regexes))
				return nginx_redirects(node) ? NGINX_INNER_YES
							     : NGINX_INNER_NO;
	}
	if (looking->maybe)
		return NGINX_INNER_MAYBE;
	return looking->best && nginx_redirects(looking->best) ? NGINX_INNER_YES
							       : NGINX_INNER_NO;
}

static const struct nginx_node *named_find(const struct nginx_node *server,
					   const char *name)
{
	const struct nginx_node *node;

	for (node = server->child; node; node = node->next)
		if (nginx_is_location(node) && node->count == 2 &&
		    !strcmp(node->word[1], name))
			return node;
	return NULL;
}

enum nginx_inner nginx_inner_redirects(struct nginx *nginx,
				       const struct nginx_node *node,
				       const char *path)
{
	const struct nginx_node *server = server_of(node), *named;
	struct looking looking = {.nginx = nginx};

	if (*path == '@') {
		named = named_find(server, path);
		return named && nginx_redirects(named) ? NGINX_INNER_YES
						       : NGINX_INNER_NO;
	}
	if (*path != '/' && *path != '$')
		return NGINX_INNER_NO;
	looking.len = strcspn(path, "?$");
	looking.whole = path[looking.len] != '$';
	looking.path = nginx_text(nginx, path, looking.len);
	return looking.path ? location_find(&looking, server) : NGINX_INNER_NO;
}

/* Whether a directive behind one, there or around it, redirects. */
static bool behind_redirects(const struct nginx_node *node)
{
	for (; node && !nginx_is(node, "server"); node = node->parent) {
		const struct nginx_node *next;

		for (next = node->next; next; next = next->next)
			if (!nginx_is(next, "location") &&
			    !nginx_is(next, "server") && nginx_redirects(next))
				return true;
		if (nginx_is(node, "location"))
			break;
	}
	return false;
}

static void may_tell(struct nginx *nginx, struct nginx_node *node,
		     const char *kind)
{
	if (!node->told)
		format_differs(
			nginx->read, node->at, kind,
			"%s: what it leads to may be redirected, which rules do not do",
			node->word[0]);
	node->told = true;
}

void nginx_inner_rewrite(struct nginx *nginx, struct nginx_node *node)
{
	const char *flag = node->count > 3 ? node->word[3] : "";
	const struct nginx_node *in = node->parent;
	enum nginx_inner inner;

	while (in && nginx_is(in, "if"))
		in = in->parent;
	if (!*flag && behind_redirects(node)) {
		nginx_cannot(nginx, node, "rewrite",
			     "what follows redirects the path that it makes");
		return;
	}
	if (!strcmp(flag, "break") && in && nginx_is(in, "location"))
		return;
	inner = nginx_inner_redirects(nginx, node, node->word[2]);
	if (inner == NGINX_INNER_YES)
		nginx_cannot(nginx, node, "rewrite",
			     "a location redirects the path that it makes");
	else if (inner == NGINX_INNER_MAYBE)
		may_tell(nginx, node, "rewrite");
}

static void page_tell(struct nginx *nginx, struct nginx_node *node)
{
	const char *page = node->word[node->count - 1];
	enum nginx_inner inner = nginx_inner_redirects(nginx, node, page);

	if (strstr(page, "://") || (*page == '@' && inner))
		nginx_cannot(nginx, node, "error page",
			     "rules do not know what is missing");
	else if (inner)
		may_tell(nginx, node, "error page");
}

void nginx_inner_tell(struct nginx *nginx, struct nginx_node *node)
{
	const char *last = node->word[node->count - 1];
	enum nginx_inner inner;

	if (nginx_is(node, "error_page") && node->count > 2)
		page_tell(nginx, node);
	if (!nginx_is(node, "try_files") || node->count < 3)
		return;
	inner = nginx_inner_redirects(nginx, node, last);
	if (inner == NGINX_INNER_YES)
		nginx_cannot(nginx, node, "try_files",
			     "rules do not know which files there are");
	else if (inner == NGINX_INNER_MAYBE)
		may_tell(nginx, node, "try_files");
}
