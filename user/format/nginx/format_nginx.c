// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "format_head.h"
#include "format_nginx.h"
#include "format_nginx_block.h"
#include "format_nginx_give.h"
#include "format_nginx_inner.h"
#include "format_nginx_location.h"
#include "format_nginx_maps.h"
#include "format_nginx_model.h"
#include "format_nginx_run.h"
#include "format_nginx_server.h"
#include "format_nginx_tell.h"
#include "format_read.h"
#include "rule_change.h"

/* Whether there is a block of this name, at the top or in "http". */
static bool block_is(const struct nginx_node *node, const char *name)
{
	const struct nginx_node *child;

	for (child = node->child; child; child = child->next)
		if (child->block &&
		    (nginx_is(child, name) ||
		     (nginx_is(child, "http") && block_is(child, name))))
			return true;
	return false;
}

static void maps_read(struct nginx *nginx, struct nginx_node *node)
{
	struct nginx_node *child;

	for (child = node->child; child && !nginx->err; child = child->next)
		if (child->block && nginx_is(child, "map"))
			nginx_map_block(nginx, child);
		else if (child->block && nginx_is(child, "http"))
			maps_read(nginx, child);
}

static bool named(const struct nginx_node *node)
{
	return nginx_is(node, "location") && node->count == 2 &&
	       *node->word[1] == '@';
}

/* What redirects and is never come to, and other pages for errors. */
static void rest_tell(struct nginx *nginx, struct nginx_node *node)
{
	for (; node; node = node->next) {
		bool own = !node->child && nginx_redirects(node);

		if (own && !node->reached && !node->told)
			format_left_out(nginx->read, node->at, "never reached",
					"%s: no request comes to it",
					node->word[0]);
		nginx_inner_tell(nginx, node);
		/* why there is no rule of a block is told of the block */
		if (!node->told && !named(node))
			rest_tell(nginx, node->child);
	}
}

/* Directives without a server block are of one that takes any host. */
static void implied_run(struct nginx *nginx)
{
	const struct nginx_next next = {.at = nginx->root.child,
					.server = &nginx->root};

	nginx->implied = nginx->widened = true;
	nginx_run(nginx, &next, &format_region_all, NULL);
}

static int all_run(struct nginx *nginx)
{
	maps_read(nginx, &nginx->root);
	if (block_is(&nginx->root, "server"))
		nginx_servers(nginx);
	else
		implied_run(nginx);
	if (!nginx->err)
		rest_tell(nginx, nginx->root.child);
	if (nginx->err == -E2BIG)
		return error_set(-E2BIG, "the configuration has too many ways");
	return nginx->err;
}

static int nginx_read(struct format_read *read, struct format_file *file)
{
	struct nginx nginx = {
		.read = read, .file = file, .locations = nginx_locations};
	int err;

	nginx.first.slash = true;
	read->keys |= RULE_QUERY | RULE_SCHEME | RULE_CASE;
	err = nginx_tree_read(read, file, &nginx.pool, &nginx.root);
	if (!err)
		err = all_run(&nginx);
	if (!err)
		err = nginx_give(&nginx);
	format_first_free(&nginx.first);
	format_pool_free(&nginx.pool);
	return err;
}

/* A line that only nginx has: "server {", "location / {", "return 301 x;". */
static bool line_is(struct format_piece line)
{
	static const char *const blocks[] = {"server",	 "http",   "location",
					     "upstream", "events", "if"};
	static const char *const lines[] = {
		"server_name",	    "listen",	     "return", "rewrite",
		"worker_processes", "server_tokens", "pid",    "user"};
	char end = line.text[line.len - 1];
	struct format_piece word = format_word(&line);
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		if (format_is(word, blocks[i]) && (end == '{' || end == '}'))
			return true;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (format_is(word, lines[i]) && line.len && end == ';')
			return true;
	return format_is(word, "server{");
}

static bool nginx_head_is(const struct format_head *head)
{
	bool map = false, server = false;
	struct format_piece line;
	size_t at = 0, count = 0;

	while (format_head_line(head, &at, '#', &line)) {
		struct format_piece rest = line, word = format_word(&rest);

		if (line_is(line))
			return true;
		/* "server" with its '{' on the next line */
		if (server && format_is(line, "{"))
			return true;
		server = format_is(line, "server") || format_is(line, "http");
		map |= format_is(word, "map") ||
		       format_begins(word, "map_hash");
		if (!map && !server && ++count > 20 &&
		    line.text[line.len - 1] != ';')
			return false;
	}
	return false;
}

const struct format format_nginx = {
	.name = "nginx",
	.about = "nginx's server blocks, with the maps that they name",
	.is = nginx_head_is,
	.read = nginx_read,
};
