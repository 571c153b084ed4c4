// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "format_apache.h"
#include "format_apache_alias.h"
#include "format_apache_conf.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_hosts.h"
#include "format_apache_is.h"
#include "format_apache_item.h"
#include "format_apache_map.h"
#include "format_apache_rewrite.h"
#include "format_read.h"
#include "rule_change.h"

/* Rules that serve something, which count where a redirect comes later. */
struct waiting {
	const struct apache_items *items;
	size_t from;	      /* the first that was not given */
	unsigned long unsure; /* what may take requests before, untold */
};

/* Give what serves something before an item: it takes its requests. */
static int serving_give(struct apache_giving *giving, struct waiting *waiting,
			size_t end)
{
	struct apache_flags flags;
	int err = 0;

	for (; err >= 0 && waiting->from < end; waiting->from++) {
		struct apache_item *item =
			&waiting->items->items[waiting->from];

		if (item->off || !apache_flags_read(&flags, item->code) ||
		    apache_rewrite_does(giving, item, &flags) != APACHE_SERVES)
			continue;
		err = apache_rewrite(giving, item, &flags, true);
		if (err > 0)
			waiting->unsure = item->at;
	}
	return err < 0 ? err : 0;
}

static void unsure_tell(struct apache_giving *giving, struct waiting *waiting,
			unsigned long at)
{
	struct places_name place;

	if (!waiting->unsure)
		return;
	format_differs(giving->read, at, "order",
		       "what is on %s may take requests before this and those "
		       "behind it",
		       places_name(&place, &giving->read->places,
				   waiting->unsure));
	waiting->unsure = 0;
}

/* One RewriteRule: what it does is told or given. */
static int rewrite_give(struct apache_giving *giving, struct waiting *waiting,
			size_t i)
{
	const struct apache_item *item = &waiting->items->items[i];
	struct apache_flags flags;
	int err;

	if (!apache_flags_read(&flags, item->code)) {
		format_error(giving->read, item->at, "line",
			     "RewriteRule: unknown flags %s", item->code);
		return 0;
	}
	switch (apache_rewrite_does(giving, item, &flags)) {
	case APACHE_REDIRECTS:
		break;
	case APACHE_SERVES:
		format_left_out(giving->read, item->at, "not a redirect",
				"RewriteRule %s %s", item->pattern,
				item->target);
		if (item->folder && !item->off && strcmp(item->target, "-"))
			format_differs(giving->read, item->at, "again",
				       "%s: what that becomes is asked for "
				       "again, and may be redirected",
				       item->target);
		return 0;
	default:
		return 0;
	}
	if (item->off) {
		format_left_out(giving->read, item->at, "off",
				"RewriteRule %s: RewriteEngine is not on",
				item->pattern);
		return 0;
	}
	err = serving_give(giving, waiting, i);
	waiting->from = i + 1;
	unsure_tell(giving, waiting, item->at);
	apache_give_begin(giving);
	if (!err)
		err = apache_rewrite(giving, item, &flags, false);
	apache_give_end(giving, item->at, item->pattern);
	return err < 0 ? err : 0;
}

static int rewrites_give(struct apache_giving *giving,
			 const struct apache_items *items)
{
	struct waiting waiting = {.items = items};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < items->count; i++)
		err = rewrite_give(giving, &waiting, i);
	/* what a server serves by them is not asked of mod_alias */
	if (!err && items == &giving->server->rewrites &&
	    (giving->server->aliases.count ||
	     giving->conf->servers->aliases.count))
		err = serving_give(giving, &waiting, items->count);
	return err;
}

static int aliases_give(struct apache_giving *giving,
			const struct apache_items *items)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < items->count; i++) {
		apache_give_begin(giving);
		err = apache_alias(giving, &items->items[i]);
		apache_give_end(giving, items->items[i].at,
				items->items[i].pattern);
	}
	return err;
}

/* A name whose wildcard has rules that are not its own has nothing else. */
static int rest_give(struct apache_giving *giving)
{
	size_t i;
	int err = 0;

	for (i = 0; giving->uneven && !err && i < giving->host_count; i++) {
		struct apache_rule rule = {.at = giving->server->at,
					   .host = giving->hosts[i],
					   .path = "/*",
					   .target = "-",
					   .code = "pass",
					   .schemes = giving->schemes &
						      ~giving->whole[i],
					   .rest = true};

		if (!rule.at)
			rule.at = giving->last;
		if (apache_host_below(giving, rule.host))
			err = apache_give(giving, &rule);
	}
	return err;
}

/* A server's rules in the order in which it asks them. */
static int server_give(struct apache_giving *giving,
		       struct apache_server *server)
{
	struct apache_server *main_server = giving->conf->servers;
	int err;

	giving->server = server;
	giving->uneven = false;
	giving->schemes = server->port == 80		       ? APACHE_HTTP
			  : server->port == 443 || server->tls ? APACHE_HTTPS
							       : APACHE_BOTH;
	err = apache_hosts(giving);
	if (!err)
		err = rewrites_give(giving, &server->rewrites);
	if (!err)
		err = aliases_give(giving, &server->aliases);
	if (!err && server != main_server)
		err = aliases_give(giving, &main_server->aliases);
	if (!err)
		err = rewrites_give(giving, &server->dir_rewrites);
	if (!err)
		err = aliases_give(giving, &server->dir_aliases);
	if (!err)
		err = rest_give(giving);
	apache_hosts_free(giving);
	return err;
}

/* Rules of a server whose RewriteEngine is off. */
static void engines_look(struct apache_conf *conf)
{
	size_t i, j;

	for (i = 0; i < conf->count; i++)
		for (j = 0; j < conf->servers[i].rewrites.count; j++)
			conf->servers[i].rewrites.items[j].off =
				!conf->servers[i].engine;
}

static void giving_free(struct apache_giving *giving)
{
	size_t i;

	for (i = 0; i < giving->pattern_count; i++)
		free(giving->patterns[i].source);
	free(giving->patterns);
	for (i = 0; i < giving->exception_count; i++)
		free(giving->exceptions[i].source);
	free(giving->exceptions);
	apache_hosts_free(giving);
	free(giving->hosts);
	apache_map_use_free(&giving->map_use);
	format_order_free(&giving->order);
}

static int conf_give(struct format_read *read, struct apache_conf *conf)
{
	struct apache_giving giving = {.read = read, .conf = conf};
	size_t i;
	int err = 0;

	engines_look(conf);
	for (i = conf->count > 1; !err && i < conf->count; i++)
		err = server_give(&giving, &conf->servers[i]);
	giving_free(&giving);
	return err;
}

static int apache_read(struct format_read *read, struct format_file *file)
{
	struct apache_conf conf = {0};
	int err = apache_conf_read(read, file, &conf);

	read->keys = RULE_QUERY | RULE_SCHEME | RULE_CASE;
	if (!err)
		err = conf_give(read, &conf);
	apache_conf_free(&conf);
	return err;
}

const struct format format_apache = {
	.name = "apache",
	.about = "Apache's Redirect and RewriteRule, .htaccess files too",
	.is = apache_is,
	.read = apache_read,
	.first_counts = true,
};
