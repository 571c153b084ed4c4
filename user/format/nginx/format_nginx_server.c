// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_block.h"
#include "format_nginx_name.h"
#include "format_nginx_regex.h"
#include "format_nginx_run.h"
#include "format_nginx_server.h"
#include "format_nginx_tell.h"
#include "format_nginx_unset.h"

struct serving {
	struct nginx *nginx;
	struct nginx_server *servers;
	struct nginx_names names;
	size_t count;
	const char *port[2]; /* of plaintext, of TLS: the first one */
	/* what is said around a server, and where that is */
	const struct nginx_node *outer;
	bool in_redirect, absolute;
};

static void nodes_count(const struct nginx_node *node, size_t *servers,
			size_t *names)
{
	const struct nginx_node *child;

	for (child = node->child; child; child = child->next) {
		if (!child->block && nginx_is(child, "server_name"))
			*names += 2 * child->count;
		if (child->block && nginx_is(child, "server"))
			*servers += 1;
		if (child->block && !nginx_is(child, "location") &&
		    !nginx_is(child, "map"))
			nodes_count(child, servers, names);
	}
}

/* The port of "listen": behind the last ':', or all of it. */
static const char *port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	if (*address == '[' && (!colon || colon[-1] != ']'))
		return "80";
	if (colon)
		return colon + 1;
	return strspn(address, "0123456789") == strlen(address) ? address
								: "80";
}

static void listen_read(struct serving *serving, struct nginx_server *server,
			const struct nginx_node *listen)
{
	const char *port = port_of(listen->word[1]);
	bool tls = false, is_default = false;
	unsigned int scheme;
	size_t i;

	for (i = 2; i < listen->count; i++) {
		tls |= !strcmp(listen->word[i], "ssl") ||
		       !strcmp(listen->word[i], "quic");
		is_default |= !strcmp(listen->word[i], "default_server") ||
			      !strcmp(listen->word[i], "default");
	}
	if (nginx_child(server->node, "ssl") &&
	    !strcmp(nginx_child(server->node, "ssl")->word[1], "on"))
		tls = true;
	scheme = tls ? FORMAT_REGION_TLS : FORMAT_REGION_HTTP;
	server->schemes |= scheme;
	if (is_default)
		server->is_default |= scheme;
	if (!serving->port[tls])
		serving->port[tls] = port;
	else if (strcmp(serving->port[tls], port) != 0)
		nginx_tell(serving->nginx, NGINX_TOLD_PORT, listen->at);
}

static void server_read(struct serving *serving, struct nginx_node *node)
{
	struct nginx_server *server = &serving->servers[serving->count++];
	const struct nginx_node *child;
	size_t i;

	*server = (struct nginx_server){.node = node};
	for (child = node->child; child; child = child->next) {
		if (nginx_is(child, "listen") && child->count > 1)
			listen_read(serving, server, child);
		for (i = 1; nginx_is(child, "server_name") && i < child->count;
		     i++) {
			if (!server->name)
				server->name = child->word[i];
			nginx_name_read(serving->nginx, &serving->names, server,
					child, child->word[i]);
		}
	}
	if (!server->schemes)
		server->schemes = FORMAT_REGION_HTTP;
}

static void servers_read(struct serving *serving, struct nginx_node *node)
{
	struct nginx_node *child;

	for (child = node->child; child; child = child->next)
		if (child->block && nginx_is(child, "server"))
			server_read(serving, child);
		else if (child->block && nginx_is(child, "http"))
			servers_read(serving, child);
}

/* A server that is the default for it is the first one. Where it has names it
 * is hardly meant to be. */
static void default_take(struct serving *serving, struct nginx_server *server,
			 unsigned int scheme)
{
	if (!server->named)
		server->is_default |= scheme;
	else if (nginx_redirects(server->node))
		nginx_tell(serving->nginx, NGINX_TOLD_DEFAULT,
			   server->node->at);
}

/* The default of each scheme is the first where none is said to be it. */
static void defaults_find(struct serving *serving)
{
	unsigned int i, any;
	size_t s;

	for (i = 0; i < 2; i++) {
		for (any = 0, s = 0; s < serving->count; s++)
			any |= serving->servers[s].is_default & 1U << i;
		for (s = 0; !any && s < serving->count; s++)
			if (serving->servers[s].schemes & 1U << i) {
				default_take(serving, &serving->servers[s],
					     1U << i);
				any = 1;
			}
	}
}

/* Where all listen in one scheme, rules are for both. */
static void schemes_widen(struct serving *serving)
{
	unsigned int all = 0;
	size_t s;

	for (s = 0; s < serving->count; s++)
		all |= serving->servers[s].schemes;
	for (s = 0; all != FORMAT_REGION_BOTH && s < serving->count; s++) {
		struct nginx_server *server = &serving->servers[s];

		serving->nginx->widened = true;
		server->schemes = FORMAT_REGION_BOTH;
		if (server->is_default)
			server->is_default = FORMAT_REGION_BOTH;
	}
}

/* Whether a directive in a block is "on"; is: what is said around it. */
static bool turned(const struct nginx_node *node, const char *name, bool is)
{
	const struct nginx_node *set = nginx_child(node, name);

	return set && set->count > 1 ? !strcmp(set->word[1], "on") : is;
}

/* What is said around the servers, which are many. */
static void outer_enter(struct serving *serving, const struct nginx_node *block)
{
	const struct nginx_node *up = block->parent;

	if (serving->outer == block)
		return;
	serving->outer = block;
	serving->in_redirect =
		turned(block, "server_name_in_redirect",
		       up && turned(up, "server_name_in_redirect", false));
	serving->absolute =
		turned(block, "absolute_redirect",
		       !up || turned(up, "absolute_redirect", true));
}

static void server_enter(struct serving *serving, struct nginx_server *server)
{
	struct nginx *nginx = serving->nginx;

	outer_enter(serving, server->node->parent);
	nginx->server = server->name;
	nginx->server_node = server->node;
	nginx->name_in_redirect = turned(
		server->node, "server_name_in_redirect", serving->in_redirect);
	if (!turned(server->node, "absolute_redirect", serving->absolute))
		nginx->absolute_off = true;
}

struct naming {
	struct serving *serving;
	struct nginx_server *server;
};

static void server_run(void *arg, const struct format_region *region,
		       const struct nginx_env *env)
{
	struct naming *naming = arg;
	struct nginx *nginx = naming->serving->nginx;
	struct nginx_node *node = naming->server->node;
	const struct nginx_next next = {.at = node->child, .server = node};

	server_enter(naming->serving, naming->server);
	nginx_tell(nginx, NGINX_TOLD_RAW, node->at);
	nginx_run(nginx, &next, region, env);
}

static void name_run(struct serving *serving, const struct nginx_name *name)
{
	struct nginx *nginx = serving->nginx;
	struct format_region region = format_region_all;
	struct naming naming = {serving, name->server};
	struct nginx_node *node = name->server->node;
	const struct nginx_env *env;

	region.schemes = name->schemes;
	if (!region.schemes)
		return;
	if (!name->server->unset)
		name->server->unset = nginx_unset_find(nginx, node);
	env = nginx_unset_env(nginx, name->server->unset, NULL);
	if (name->kind == NGINX_NAME_REGEX) {
		struct nginx_regex_ask ask = {nginx,	node,	    &region,
					      env,	server_run, &naming,
					      node->at, false};

		nginx_regex_host(&ask, name->text);
		return;
	}
	if (name->kind != NGINX_NAME_ANY)
		region.host = name->text;
	server_run(&naming, &region, env);
}

static bool serving_make(struct serving *serving)
{
	struct nginx *nginx = serving->nginx;
	size_t servers = 0, names = 0;

	nodes_count(&nginx->root, &servers, &names);
	serving->servers =
		nginx_take(nginx, (servers + 1) * sizeof(*serving->servers));
	serving->names.name = nginx_take(
		nginx, (names + servers + 1) * sizeof(*serving->names.name));
	return !nginx->err;
}

void nginx_servers(struct nginx *nginx)
{
	struct serving serving = {.nginx = nginx};
	size_t i;

	if (!serving_make(&serving))
		return;
	servers_read(&serving, &nginx->root);
	defaults_find(&serving);
	schemes_widen(&serving);
	nginx_unset_begin(nginx);
	for (i = 0; i < serving.count; i++)
		nginx_name_any(nginx, &serving.names, &serving.servers[i]);
	nginx_names_order(nginx, &serving.names);
	for (i = 0; i < serving.names.count && !nginx->err; i++)
		name_run(&serving, &serving.names.name[i]);
}
