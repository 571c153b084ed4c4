// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_caddy_give.h"
#include "format_read.h"

/* What is given for each source. */
struct giving {
	struct caddy_site *site;
	const struct caddy_where *where;
	const char *inside;
	const struct caddy_word *to; /* NULL: 410 or no redirect */
	const char *code;
	unsigned long at;
	bool hold;
};

static void tell(struct caddy_site *site, bool *told, unsigned long at,
		 const char *kind, const char *text)
{
	if (!*told)
		format_differs(site->read, at, kind, "%s", text);
	*told = true;
}

/* What the rule answers otherwise. */
static void differences_tell(const struct giving *giving, const char *host,
			     const char *path)
{
	struct caddy_site *site = giving->site;
	size_t len = strlen(path);

	if (len > 2 && !strcmp(path + len - 2, "/*"))
		tell(site, &site->slash_told, giving->at, "slash",
		     "a rule of /a/* takes /a, too");
	if (giving->where->path_count)
		tell(site, &site->path_told, giving->at, "path",
		     "Caddy takes // for /, and an escape for what it stands for");
	if (host[0] == '*' && host[1])
		tell(site, &site->depth_told, giving->at, "host",
		     "Caddy takes one label for '*', a rule any number");
	if (!giving->to)
		return;
	if (site->target.decoded)
		tell(site, &site->decoded_told, giving->at, "path",
		     "Caddy puts {path} in decoded, a rule as it came");
	if (site->target.path && giving->where->fold)
		tell(site, &site->case_told, giving->at, "case",
		     "Caddy sends a path's letters as they came, a rule those before '*' as it has them");
	if (site->target.query)
		tell(site, &site->sent_told, giving->at, "sent",
		     "Caddy sends path and query as they came, a rule in normal form");
	if (site->target.origin)
		tell(site, &site->relative_told, giving->at, "target",
		     "Caddy sends a path alone, a rule a URL");
	if (site->target.empty)
		tell(site, &site->empty_told, giving->at, "query",
		     "without a query a rule sends no '?'");
}

static void source_make(struct format_text *source, const char *host,
			const char *path)
{
	format_text_begin(source);
	format_text_raw(source, host, strlen(host));
	format_text_raw(source, path, strlen(path));
}

static int source_give(const struct giving *giving, const char *host,
		       const struct caddy_path *path, enum rule_scheme scheme)
{
	struct caddy_site *site = giving->site;
	struct format_text *source = &site->source;
	struct rule_fields fields = {.target = {"-", 1}};
	const char *text = rule_scheme_text(scheme), *reason;
	int err = 0;

	if (giving->to)
		err = caddy_target_read(&site->target, giving->to->text, host,
					scheme, path, giving->inside, &reason);
	if (err == -ENOTSUP && site->cannot_at != giving->at)
		format_cannot(site->read, giving->at, "target", "%s: %s",
			      giving->to->text, reason);
	if (err == -ENOTSUP)
		site->cannot_at = giving->at;
	if (err)
		return err == -ENOTSUP ? 0 : err;
	source_make(source, host, path->text);
	fields.source = (struct rule_field){source->text, source->len};
	if (*text)
		fields.scheme = (struct rule_field){text, strlen(text)};
	if (giving->where->fold)
		fields.ignore_case = (struct rule_field){"ignore", 6};
	if (giving->hold)
		return format_turn_hold(&site->turn, giving->at, &fields);
	differences_tell(giving, host, path->text);
	fields.code = (struct rule_field){giving->code, strlen(giving->code)};
	if (giving->to) {
		fields.target = (struct rule_field){site->target.text.text,
						    site->target.text.len};
		if (!site->target.query)
			fields.query = (struct rule_field){"drop", 4};
	}
	return format_give(site->read, giving->at, &fields);
}

static int path_give(const struct giving *giving, const char *host,
		     const struct caddy_path *path, enum rule_scheme scheme)
{
	int err = source_give(giving, host, path, scheme);

	if (err != -EAGAIN)
		return err;
	err = source_give(giving, host, path, RULE_SCHEME_HTTP);
	return err ? err : source_give(giving, host, path, RULE_SCHEME_HTTPS);
}

static int host_give(const struct giving *giving, const char *host,
		     enum rule_scheme scheme)
{
	static const struct caddy_path all = {(char *)"/*", NULL};
	const struct caddy_where *where = giving->where;
	size_t i;
	int err = 0;

	if (!where->path_count)
		return path_give(giving, host, &all, scheme);
	for (i = 0; i < where->path_count && !err; i++)
		err = path_give(giving, host, &where->paths[i], scheme);
	return err;
}

/* Whether a host is one of an address. */
static bool host_is_of(const char *host, const char *address)
{
	size_t len = strlen(host), of = strlen(address);

	if (!strcmp(address, "*") || !strcasecmp(host, address))
		return true;
	return *address == '*' && len >= of &&
	       !strcasecmp(host + len - of + 1, address + 1);
}

/* What one address of the site gets; given: set if it is something. */
static int address_give(const struct giving *giving,
			const struct caddy_address *address, bool *given)
{
	const struct caddy_where *where = giving->where;
	enum rule_scheme scheme = address->scheme;
	size_t i;
	int err = 0;

	if (scheme && where->scheme && scheme != where->scheme)
		return 0;
	scheme = where->scheme ? where->scheme : scheme;
	*given |= !where->host_count;
	if (!where->host_count)
		return host_give(giving, address->host, scheme);
	for (i = 0; i < where->host_count && !err; i++)
		if (host_is_of(where->hosts[i], address->host)) {
			*given = true;
			err = host_give(giving, where->hosts[i], scheme);
		}
	return err;
}

static int addresses_give(const struct giving *giving)
{
	struct caddy_site *site = giving->site;
	bool given = false;
	size_t i;
	int err = 0;

	for (i = 0; i < site->count && !err; i++)
		err = address_give(giving, &site->addresses[i], &given);
	if (!given && site->count && !giving->hold)
		format_left_out(site->read, giving->at, "never reached",
				"%s: its host or scheme is none of the site's",
				giving->to ? giving->to->text : "410");
	return err;
}

int caddy_redir_give(struct caddy_site *site, const struct caddy_where *where,
		     const char *inside, const struct caddy_word *to,
		     const char *code)
{
	struct giving giving = {.site = site,
				.where = where,
				.inside = inside,
				.to = to,
				.code = code,
				.at = to->at};

	return addresses_give(&giving);
}

int caddy_gone_give(struct caddy_site *site, const struct caddy_where *where,
		    unsigned long at)
{
	struct giving giving = {
		.site = site, .where = where, .code = "410", .at = at};

	return addresses_give(&giving);
}

int caddy_hold_give(struct caddy_site *site, const struct caddy_where *where,
		    unsigned long at)
{
	struct giving giving = {
		.site = site, .where = where, .at = at, .hold = true};

	return addresses_give(&giving);
}
