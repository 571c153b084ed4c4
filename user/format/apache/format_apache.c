// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "format_apache.h"
#include "format_apache_alias.h"
#include "format_apache_cells.h"
#include "format_apache_conf.h"
#include "format_apache_does.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_hosts.h"
#include "format_apache_is.h"
#include "format_apache_item.h"
#include "format_apache_map_use.h"
#include "format_apache_rewrite.h"
#include "format_apache_servers.h"
#include "format_apache_simple.h"
#include "format_apache_steps.h"
#include "format_apache_tell.h"
#include "format_read.h"
#include "rule_change.h"

/* Where requests go on that a RewriteRule takes without a redirect. */
static size_t past_of(const struct apache_giving *giving, size_t i,
		      enum apache_does does, const struct apache_flags *flags)
{
	if (flags->skip && does == APACHE_DOES_NOTHING)
		return i + 1 + flags->skip < giving->steps[i].list_end
			       ? i + 1 + flags->skip
			       : giving->steps[i].list_end;
	if (flags->forbidden || flags->proxy)
		return giving->count;
	return does == APACHE_ENDS ? giving->steps[i].list_end
				   : giving->steps[i].take_end;
}

static void serving_tell(struct apache_giving *giving,
			 const struct apache_item *item, enum apache_does does)
{
	if (item->off || does == APACHE_DOES_NOTHING)
		return;
	apache_left_out(giving, item->at, "not a redirect", "RewriteRule %s %s",
			item->pattern, item->target);
	if (item->folder && does == APACHE_SERVES && strcmp(item->target, "-"))
		apache_differs(giving, item->at, "again",
			       "%s: what that becomes is asked for again, and "
			       "may be redirected",
			       item->target);
}

/* Where what a rule takes is not known, redirects behind it may not be for
 * all of theirs. */
static void unsure_tell(struct apache_giving *giving, size_t i)
{
	const struct apache_item *item = giving->steps[i].item;

	if (i + 1 < giving->count)
		apache_differs(giving, item->at, "order",
			       "%s: it may take requests of redirects behind "
			       "it",
			       item->pattern);
}

/* A RewriteRule that does not redirect: others come behind it for what it is
 * not for. */
static int serving_give(struct apache_giving *giving, size_t i,
			enum apache_does does, const struct apache_flags *flags)
{
	const struct apache_item *item = giving->steps[i].item;
	size_t past = past_of(giving, i, does, flags);
	int err = 0;

	serving_tell(giving, item, does);
	if (item->off || (does == APACHE_DOES_NOTHING && !flags->skip))
		return 0;
	/* nothing comes between */
	if (past == i + 1)
		return 0;
	if (!item->follows)
		err = apache_rewrite(giving, item, flags, &past, i + 1);
	if (err > 0 || item->follows)
		unsure_tell(giving, i);
	return err < 0 ? err : 0;
}

static void place_tell(struct apache_giving *giving,
		       const struct apache_item *item)
{
	struct places_name place;

	if (item->follows)
		apache_cannot(giving, item->at, "flag",
			      "%s: whether it is asked says what is on %s",
			      item->pattern,
			      places_name(&place, &giving->read->places,
					  item->follows));
	else if (item->changes)
		apache_differs(giving, item->at, "order",
			       "%s: without L, what is on %s may change it",
			       item->pattern,
			       places_name(&place, &giving->read->places,
					   item->changes));
}

/* One RewriteRule: what it does is told or given. */
static int rewrite_give(struct apache_giving *giving, size_t i)
{
	struct apache_item *item = giving->steps[i].item;
	struct apache_flags flags;
	enum apache_does does;
	int err;

	if (!apache_flags_read(&flags, item->code)) {
		apache_error(giving, item->at, "line",
			     "RewriteRule: unknown flags %s", item->code);
		return 0;
	}
	does = apache_does(giving, item, &flags);
	if (does != APACHE_REDIRECTS)
		return serving_give(giving, i, does, &flags);
	if (item->off) {
		apache_left_out(giving, item->at, "off",
				"RewriteRule %s: RewriteEngine is not on",
				item->pattern);
		return 0;
	}
	place_tell(giving, item);
	if (item->follows)
		return 0;
	err = apache_simple(giving, item, &flags);
	if (!err)
		err = apache_rewrite(giving, item, &flags, NULL, i + 1);
	return err < 0 ? err : 0;
}

static int steps_run(struct apache_giving *giving, size_t from)
{
	size_t i;
	int err = 0;

	for (i = from; !err && i < giving->count; i++) {
		giving->item = giving->steps[i].item;
		err = giving->item->kind == APACHE_REWRITE
			      ? rewrite_give(giving, i)
			      : apache_alias(giving, giving->item);
	}
	giving->item = NULL;
	return err;
}

/* A host's rules in the order in which it asks them. What none answers is not
 * asked of other servers. */
static int host_give(struct apache_giving *giving, const char *host)
{
	struct format_region all = {.host = host,
				    .path = "/",
				    .kind = FORMAT_REGION_PREFIX,
				    .schemes = giving->schemes};
	int err;

	giving->host = host;
	giving->within = format_region_all;
	giving->within.schemes = giving->schemes;
	err = steps_run(giving, 0);
	return err ? err
		   : apache_give_past(giving, &all, giving->count,
				      giving->server->at ? giving->server->at
							 : giving->last);
}

static int server_give(struct apache_giving *giving,
		       struct apache_server *server)
{
	size_t i;
	int err;

	giving->server = server;
	giving->schemes = server->port == 80		       ? APACHE_HTTP
			  : server->port == 443 || server->tls ? APACHE_HTTPS
							       : APACHE_BOTH;
	err = apache_hosts(giving);
	if (!err)
		err = apache_steps(giving);
	for (i = 0; !err && i < giving->host_count; i++)
		err = host_give(giving, giving->hosts[i]);
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
	free(giving->patterns);
	free(giving->hosts);
	free(giving->steps);
	apache_map_use_free(&giving->map_use);
	apache_tell_free(&giving->tell);
	format_first_free(&giving->first);
	format_pool_free(&giving->pool);
}

static int conf_give(struct format_read *read, struct apache_conf *conf)
{
	struct apache_giving giving = {
		.read = read, .conf = conf, .run = steps_run};
	size_t i;
	int err = 0;

	giving.first.slash = true;
	engines_look(conf);
	apache_servers_tell(&giving);
	for (i = conf->count > 1; !err && i < conf->count; i++)
		err = server_give(&giving, &conf->servers[i]);
	if (!err) {
		apache_reached_tell(&giving);
		err = apache_cells(&giving);
	}
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
