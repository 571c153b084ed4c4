// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_caddy_block.h"
#include "format_caddy_give.h"
#include "format_caddy_map.h"
#include "format_caddy_meet.h"
#include "format_caddy_order.h"
#include "format_read.h"

/* A block that is read. */
struct block {
	struct caddy_site *site;
	struct caddy_scope scope;
	const struct caddy_where *outer; /* the requests that get to it */
	const char *inside;		 /* what was taken off their paths */
	bool rewritten;			 /* their paths may be others */
};

static int cannot(const struct block *block, const struct caddy_node *node,
		  const char *kind, const char *reason)
{
	format_cannot(block->site->read, node->words->at, kind, "%s%s%s: %s",
		      node->words->text, node->count > 1 ? " " : "",
		      node->count > 1 ? node->words[1].text : "", reason);
	return 0;
}

/* What a line is for: its matcher and all that is around it. Returns 1, 0 where
 * nothing gets to it or where it was told, or -errno with error_set(); used:
 * how many words the matcher is. */
static int where_make(const struct block *block, const struct caddy_node *node,
		      struct caddy_where *where, size_t *used)
{
	int got = 0;

	*used = 0;
	if (node->count > 1) {
		got = caddy_where_read(where, &block->scope,
				       node->words[1].text);
		*used = got > 0 || got == -ENOTSUP;
	}
	if (got >= 0) {
		got = caddy_meet(where, block->outer, block->inside);
		if (!got)
			format_left_out(block->site->read, node->words->at,
					"never reached",
					"%s %s: nothing of what it is in",
					node->words->text, node->words[1].text);
	}
	if (got == -ENOTSUP)
		got = cannot(block, node, "matcher", where->reason);
	return got;
}

static int code_read(const struct block *block, const struct caddy_node *node,
		     size_t at, const char **code)
{
	const char *word =
		at < node->count ? node->words[at].text : "temporary";

	*code = word;
	if (!strcmp(word, "temporary"))
		*code = "302";
	else if (!strcmp(word, "permanent"))
		*code = "301";
	else if (strcmp(word, "301") && strcmp(word, "302") &&
		 strcmp(word, "303") && strcmp(word, "307") &&
		 strcmp(word, "308"))
		return cannot(block, node, "code", word);
	return 1;
}

/* Without a matcher, or with one that wants the map's value. */
static int map_redir(const struct block *block, const struct caddy_node *node,
		     const struct caddy_node *map, size_t to, const char *code)
{
	struct caddy_where where = {0};
	int got = caddy_meet(&where, block->outer, block->inside);

	if (got > 0 && (where.path_count || *block->inside))
		got = cannot(block, node, "map", "within a path");
	else if (got > 0)
		got = caddy_map_give(block->site, map, &where, code,
				     node->words[to].text);
	else if (got == -ENOTSUP)
		got = cannot(block, node, "matcher", where.reason);
	caddy_where_free(&where);
	return got;
}

static bool has_matcher(const struct caddy_node *node)
{
	const char *word = node->words[1].text;

	return *word == '/' || *word == '@' || !strcmp(word, "*");
}

static int redir_read(const struct block *block, const struct caddy_node *node)
{
	struct caddy_where where = {0};
	const struct caddy_node *map;
	const char *code;
	size_t used = 0, to;
	int got;

	to = node->count > 1 && has_matcher(node) ? 2 : 1;
	if (to >= node->count || node->count > to + 2 || node->block) {
		format_error(block->site->read, node->words->at, "redir",
			     "it has a matcher, a target and a code");
		return 0;
	}
	got = code_read(block, node, to + 1, &code);
	if (got <= 0)
		return got;
	if (block->rewritten)
		return cannot(block, node, "rewrite",
			      "what changes paths comes before it");
	map = caddy_map_find(&block->scope, node->words[to].text);
	if (map &&
	    (to == 1 || caddy_map_wanted(&block->scope, node->words[1].text,
					 node->words[to].text)))
		return map_redir(block, node, map, to, code);
	if (to == 2)
		got = where_make(block, node, &where, &used);
	else
		got = caddy_meet(&where, block->outer, block->inside);
	if (got == -ENOTSUP)
		got = cannot(block, node, "matcher", where.reason);
	if (got > 0)
		got = caddy_redir_give(block->site, &where, block->inside,
				       &node->words[to], code);
	caddy_where_free(&where);
	return got;
}

/* What answers by itself: the status 410 is a rule, all else is left to whoever
 * answers. */
static int respond_read(const struct block *block,
			const struct caddy_node *node)
{
	struct caddy_where where = {0};
	const char *last = node->words[node->count - 1].text;
	bool gone = !strcmp(node->words->text, "respond") && node->count > 1 &&
		    !strcmp(last, "410");
	size_t used;
	int got = where_make(block, node, &where, &used);

	if (got > 0 && !gone)
		format_left_out(block->site->read, node->words->at,
				"not a redirect", "%s", node->words->text);
	if (got > 0)
		got = gone ? caddy_gone_give(block->site, &where,
					     node->words->at)
			   : caddy_hold_give(block->site, &where,
					     node->words->at);
	caddy_where_free(&where);
	return got;
}

static int block_read(const struct block *block, bool sorted);

/* handle, handle_path and route: of handles only one is run. */
static int handle_read(const struct block *block, const struct caddy_item *item)
{
	const struct caddy_node *node = item->node;
	struct caddy_where where = {0};
	struct block inner = *block;
	char *inside = NULL;
	size_t used, len;
	int got = where_make(block, node, &where, &used);

	inner.scope = (struct caddy_scope){node->child, &block->scope};
	inner.outer = &where;
	if (got > 0 && item->directive == CADDY_HANDLE_PATH) {
		len = node->count > 1 ? strlen(node->words[1].text) : 0;
		if (len < 2 || strcmp(node->words[1].text + len - 2, "/*")) {
			got = cannot(block, node, "matcher", "no prefix");
		} else {
			if (asprintf(&inside, "%s%.*s", block->inside,
				     (int)len - 2, node->words[1].text) < 0)
				got = error_sys(-ENOMEM,
						"cannot read the file");
			inner.inside = inside;
		}
	}
	if (got > 0) {
		got = block_read(&inner, item->directive != CADDY_ROUTE);
		if (!got && item->directive != CADDY_ROUTE)
			got = caddy_hold_give(block->site, &where,
					      node->words->at);
	}
	free(inside);
	caddy_where_free(&where);
	return got;
}

/* Whether a redirect is in a block, which is at most CADDY_DEPTH deep. */
static bool has_redir(const struct caddy_node *node)
{
	const struct caddy_node *line;

	for (line = node->child; line; line = line->next)
		if ((line->count && !strcmp(line->words->text, "redir")) ||
		    has_redir(line))
			return true;
	return false;
}

static int item_read(struct block *block, const struct caddy_item *item)
{
	const struct caddy_node *node = item->node;

	switch (item->directive) {
	case CADDY_REDIR:
		return redir_read(block, node);
	case CADDY_REWRITE:
		block->rewritten = true;
		return 0;
	case CADDY_HANDLE:
	case CADDY_HANDLE_PATH:
	case CADDY_ROUTE:
		return handle_read(block, item);
	case CADDY_RESPOND:
		return respond_read(block, node);
	case CADDY_UNKNOWN:
		return cannot(block, node, "directive", "not known");
	default:
		if (has_redir(node))
			return cannot(block, node, "directive",
				      "a redirect in it is no rule");
		return 0;
	}
}

static int block_read(const struct block *outer, bool sorted)
{
	struct block block = *outer;
	struct caddy_item *items;
	size_t count, i;
	int err = caddy_items_make(&items, &count, &block.scope, sorted);

	for (i = 0; i < count && !err; i++)
		err = item_read(&block, &items[i]);
	free(items);
	return err;
}

int caddy_site_read(struct caddy_site *site, const struct caddy_node *nodes)
{
	struct caddy_where all = {0};
	struct block block = {.site = site,
			      .scope = {nodes, NULL},
			      .outer = &all,
			      .inside = ""};
	int err;

	format_turn_begin(&site->turn, site->read);
	err = block_read(&block, true);
	return format_turn_end(&site->turn, err);
}
