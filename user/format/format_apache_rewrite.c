// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "format_apache_alias.h"
#include "format_apache_case.h"
#include "format_apache_cond.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_item.h"
#include "format_apache_map.h"
#include "format_apache_rewrite.h"
#include "format_apache_text.h"
#include "format_base.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_regex_target.h"
#include "format_text.h"

enum { GROUPS = 10 };

/* A RewriteRule in one of its cases. */
struct rewriting {
	struct apache_giving *giving;
	const struct apache_item *item;
	const struct apache_flags *flags;
	const struct apache_case *one;
	bool pass;
	const char *code;
	struct format_regex paths; /* of the rule */
	struct format_regex conds; /* of %{REQUEST_URI}, if it is asked */
	unsigned int unlike;
	unsigned int groups; /* that the target has */
	char *host_groups[GROUPS];
	struct format_text source, whole, target, query;
};

/* Tell why it cannot be said; of what does not redirect that is of no matter. */
static int cannot(struct rewriting *to, const char *kind, const char *what,
		  const char *reason)
{
	if (!to->pass)
		format_cannot(to->giving->read, to->item->at, kind, "%s: %s",
			      what, reason);
	return 1;
}

/* The host of an absolute target is one of the server's: it is rewritten
 * within it. */
static bool own_host(const struct apache_giving *giving, const char *target)
{
	const char *host = strstr(target, "://") + 3;
	size_t len = strcspn(host, "/:?"), i;

	for (i = 0; i < giving->server->name_count; i++)
		if (strlen(giving->server->names[i]) == len &&
		    !strncasecmp(giving->server->names[i], host, len))
			return true;
	return false;
}

enum apache_does apache_rewrite_does(const struct apache_giving *giving,
				     const struct apache_item *item,
				     struct apache_flags *flags)
{
	const char *target = item->target;
	bool none = !strcmp(target, "-");

	if (flags->gone)
		return APACHE_REDIRECTS;
	if (flags->forbidden || flags->proxy)
		return APACHE_SERVES;
	if (flags->redirect)
		return none && !apache_code(flags->code) ? APACHE_SERVES
							 : APACHE_REDIRECTS;
	if (format_absolute(target, strlen(target)) &&
	    !own_host(giving, target)) {
		snprintf(flags->code, sizeof(flags->code), "302");
		return APACHE_REDIRECTS;
	}
	return none && !flags->last ? APACHE_DOES_NOTHING : APACHE_SERVES;
}

/* The text of a way's path as targets have it. */
static void whole_make(struct format_text *to, const char *source)
{
	const char *colon;

	format_text_begin(to);
	while ((colon = strstr(source, ":digits}"))) {
		format_text_raw(to, source, colon - source);
		source = colon + strlen(":digits");
	}
	format_text_raw(to, source, strlen(source));
}

/* Take the query off the target, and say what becomes of the request's. */
static void query_take(struct rewriting *to, struct apache_rule *rule)
{
	struct format_text *target = &to->target;
	char *query = strchr(target->text, '?');

	rule->query_drop = to->flags->discard;
	if (!query)
		return;
	if (!query[1]) {
		rule->query_drop = true;
		*query = '\0';
		target->len--;
	} else if (!to->flags->append) {
		rule->query_drop = true;
	}
}

/* A condition of the query consumes it: what is kept of it is put back. */
static int query_back(struct rewriting *to, struct apache_rule *rule)
{
	const struct apache_case *one = to->one;
	struct format_text *source = &to->source, *target = &to->target;
	bool more = strchr(target->text, '?');

	if (!one->has_query)
		return 0;
	if (strpbrk(source->text, "*{"))
		return cannot(to, "condition", one->query,
			      "a query beside a path that varies");
	to->query.len = 0;
	format_text_begin(&to->query);
	format_text_url(&to->query, one->query, strlen(one->query));
	if (!one->query_exact)
		format_text_raw(&to->query, "&*", 2);
	rule->query = to->query.text;
	if (to->pass || rule->query_drop)
		return 0;
	format_text_raw(target, more ? "&" : "?", 1);
	format_text_url(target, one->query, strlen(one->query));
	if (!one->query_exact)
		format_differs(to->giving->read, to->item->at, "query",
			       "%s: it comes first in the query", one->query);
	return 0;
}

/* A target without a host: RewriteBase, or the directory's URL. */
static const char *relative_make(struct rewriting *to)
{
	struct format_text *target = &to->target;
	const char *base = to->item->base;
	static __thread struct format_text whole;

	if (*target->text == '/' || format_absolute(target->text, target->len))
		return NULL;
	if (strstr(target->text, "://"))
		return "no http or https URL";
	if (!to->item->folder)
		return "a target that does not begin with '/'";
	if (!base)
		return "a target without '/' needs RewriteBase";
	format_text_begin(&whole);
	format_text_raw(&whole, base, strlen(base));
	if (whole.len && whole.text[whole.len - 1] != '/')
		format_text_raw(&whole, "/", 1);
	format_text_raw(&whole, target->text, target->len);
	format_text_begin(target);
	format_text_raw(target, whole.text, whole.len);
	return NULL;
}

static int target_make(struct rewriting *to, const struct format_regex_way *way,
		       const struct format_regex_way *cond, const char *host,
		       const char *text)
{
	struct apache_refs refs = {.host = host,
				   .path = to->whole.text,
				   .raw = to->flags->noescape};
	const char *reason;
	int i;

	for (i = 0; i < GROUPS; i++) {
		refs.rule[i] = way->group[i];
		refs.cond[i] = cond ? cond->group[i] : to->host_groups[i];
	}
	/* a rule that takes any path does not know what "(.*)" is then */
	if (cond) {
		const char *slash =
			to->item->folder ? to->whole.text + 1 : to->whole.text;

		for (i = 0; i < GROUPS; i++)
			refs.rule[i] = way->group[i] && *way->group[i]
					       ? slash
					       : way->group[i];
	}
	if (to->one->schemes != APACHE_BOTH)
		refs.scheme =
			to->one->schemes == APACHE_HTTP ? "http" : "https";
	reason = apache_text_target(&to->target, text, &refs);
	if (!reason)
		reason = relative_make(to);
	if (reason)
		return cannot(to, "target", to->item->target, reason);
	return 0;
}

/* One rule: a way of the path at a host. */
static int way_give(struct rewriting *to, const struct format_regex_way *way,
		    const struct format_regex_way *cond, const char *host,
		    const char *text)
{
	struct apache_rule rule = {.at = to->item->at,
				   .host = host,
				   .code = to->pass ? "pass" : to->code,
				   .schemes = to->one->schemes,
				   .fold = to->paths.fold || to->conds.fold};
	const struct format_regex_way *path = cond ? cond : way;
	const char *reason;
	int err = 0;

	format_text_begin(&to->source);
	if (to->item->folder && !cond)
		format_text_decoded(&to->source, to->item->folder,
				    strlen(to->item->folder) - 1);
	format_text_raw(&to->source, path->source, strlen(path->source));
	whole_make(&to->whole, to->source.text);
	format_text_begin(&to->target);
	format_text_raw(&to->target, "-", 1);
	if (!to->pass && strcmp(to->code, "410")) {
		err = target_make(to, way, cond, host, text);
		if (!err)
			query_take(to, &rule);
	}
	if (!err)
		err = query_back(to, &rule);
	if (err)
		return err;
	reason = format_target_reason(to->target.text, to->target.len,
				      *host == '*');
	if (reason)
		return cannot(to, "target", to->item->target, reason);
	if (path->order & to->groups)
		to->unlike |= FORMAT_REGEX_ORDER;
	if (path->letters & to->groups)
		to->unlike |= FORMAT_REGEX_LETTERS;
	rule.path = to->source.text;
	rule.target = to->target.text;
	return apache_give(to->giving, &rule);
}

/* Paths that a condition takes out: they are let pass. */
static int nots_give(struct rewriting *to, const char *host)
{
	const struct apache_case *one = to->one;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < one->not_count; i++) {
		struct format_regex regex;
		const char *pattern = one->nots[i]->pattern + 1;
		struct apache_rule rule = {.at = to->item->at,
					   .host = host,
					   .code = "pass",
					   .target = "-",
					   .schemes = one->schemes};

		if (*pattern == '=' || *pattern == '-')
			return cannot(to, "condition", pattern,
				      "a comparison, or a test of a file");
		err = format_regex_path(
			&regex, pattern, strlen(pattern),
			FORMAT_REGEX_DECODED |
				(one->nots[i]->nocase ? FORMAT_REGEX_CASE : 0));
		if (err == -ENOTSUP)
			return cannot(to, "regex", pattern, regex.reason);
		to->unlike |= regex.unlike;
		rule.fold = regex.fold;
		for (j = 0; !err && j < regex.count; j++) {
			rule.path = regex.ways[j].source;
			to->giving->excepting = true;
			err = apache_give(to->giving, &rule);
			to->giving->excepting = false;
		}
		format_regex_free(&regex);
	}
	return err;
}

/* All of a rule's paths at a host. */
static int ways_give(struct rewriting *to, const char *host)
{
	const struct format_regex *paths = &to->paths;
	bool by_cond = to->one->path != NULL;
	size_t i, count = by_cond ? to->conds.count : paths->count;
	int err = nots_give(to, host);

	if (!err && to->giving->map_use.map)
		return apache_map_give(to->giving, &to->giving->map_use, host);
	for (i = 0; !err && i < count; i++)
		err = way_give(to, &paths->ways[by_cond ? 0 : i],
			       by_cond ? &to->conds.ways[i] : NULL, host,
			       to->item->target);
	return err;
}

static void groups_free(char **groups)
{
	int i;

	for (i = 0; i < GROUPS; i++) {
		free(groups[i]);
		groups[i] = NULL;
	}
}

/* Whether a host fulfils all conditions of hosts. Returns 1, 0, -errno; -ENOTSUP
 * has been told. */
static int host_fits(struct rewriting *to, const char *host)
{
	const struct apache_case *one = to->one;
	const char *reason;
	size_t i;
	int got = 1;

	for (i = 0; got == 1 && i < one->count; i++) {
		const struct apache_cond *cond = one->conds[i];

		if (apache_cond_asks(cond) != APACHE_ASKS_HOST)
			continue;
		got = apache_cond_host(
			cond, host, cond == one->last ? to->host_groups : NULL,
			&reason);
		if (got == -ENOTSUP)
			cannot(to, "condition", cond->pattern, reason);
	}
	return got;
}

static int hosts_give(struct rewriting *to)
{
	struct apache_giving *giving = to->giving;
	size_t i;
	int err = 0;

	for (i = 0; err >= 0 && err != 1 && i < giving->host_count; i++) {
		int fits = host_fits(to, giving->hosts[i]);

		if (fits == -ENOTSUP)
			err = 1;
		else if (fits == 1)
			err = ways_give(to, giving->hosts[i]);
		else if (fits < 0)
			err = fits;
		else
			giving->uneven = true;
		groups_free(to->host_groups);
	}
	return err;
}

/* The rule's own paths, which have to be all where a condition says them. */
static int paths_read(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	unsigned int flags = FORMAT_REGEX_DECODED;
	int err;

	if (*to->item->pattern == '!')
		return cannot(to, "regex", to->item->pattern,
			      "it must not match");
	err = format_regex_path(
		&to->paths, to->item->pattern, strlen(to->item->pattern),
		flags | (to->item->folder ? FORMAT_REGEX_DIRECTORY : 0) |
			(to->flags->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return cannot(to, "regex", to->item->pattern, to->paths.reason);
	to->unlike |= to->paths.unlike;
	if (err || !one->path)
		return err;
	if (to->paths.count != 1 || strcmp(to->paths.ways[0].source, "/*"))
		return cannot(to, "condition", one->path->pattern,
			      "beside a rule that is not for all paths");
	err = format_regex_path(
		&to->conds, one->path->pattern, strlen(one->path->pattern),
		flags | (one->path->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return cannot(to, "regex", one->path->pattern,
			      to->conds.reason);
	to->unlike |= to->conds.unlike;
	return err;
}

static int case_give(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	int err;

	if (one->reason)
		return cannot(to, "condition", one->cond->test, one->reason);
	if (!one->schemes)
		return 0;
	err = paths_read(to);
	if (!err)
		err = apache_map_find(&to->giving->map_use, to->giving,
				      to->item, to->flags, one, &to->paths);
	if (!err && one->query_loose && !to->pass)
		format_differs(to->giving->read, to->item->at, "query",
			       "%s: it is asked for as a whole pair",
			       one->query);
	if (!err)
		err = hosts_give(to);
	format_regex_free(&to->paths);
	format_regex_free(&to->conds);
	return err;
}

static unsigned int groups_in(const char *target)
{
	unsigned int groups = 0;

	for (; *target; target++)
		if ((*target == '$' || *target == '%') && target[1] >= '0' &&
		    target[1] <= '9')
			groups |= 1U << (target[1] - '0');
	return groups;
}

static void unlike_tell(struct rewriting *to)
{
	const char *text;

	while ((text = format_regex_unlike(&to->unlike)))
		format_differs(to->giving->read, to->item->at, "regex",
			       "%s: %s", to->item->pattern, text);
}

int apache_rewrite(struct apache_giving *giving, const struct apache_item *item,
		   const struct apache_flags *flags, bool pass)
{
	static __thread struct rewriting to;
	struct apache_cases cases;
	size_t i;
	int err, all = 0;

	memset(&to, 0, offsetof(struct rewriting, source));
	to.giving = giving;
	to.item = item;
	to.flags = flags;
	to.pass = pass;
	to.groups = groups_in(item->target);
	to.code = flags->gone ? "410" : apache_code(flags->code);
	if (!to.code && !pass)
		return cannot(&to, "code", item->pattern, flags->code);
	if (flags->other)
		return cannot(&to, "flag", item->pattern, flags->other);
	if (flags->append && !flags->noescape && strchr(item->target, '?'))
		format_differs(giving->read, item->at, "query",
			       "%s: QSA escapes what is escaped in the query, "
			       "and adds an empty one",
			       item->target);
	if (!pass && flags->noescape && strchr(item->target, '#'))
		format_differs(giving->read, item->at, "fragment",
			       "%s: the query goes before the fragment",
			       item->target);
	if (flags->cookie && !pass)
		format_differs(giving->read, item->at, "cookie",
			       "%s: no cookie is set", item->pattern);
	err = apache_cases(&cases, item, giving->schemes);
	if (err == -ENOTSUP)
		err = cannot(&to, "condition", item->pattern, cases.reason);
	for (i = 0; err >= 0 && cases.cases && i < cases.count; i++) {
		to.one = &cases.cases[i];
		err = case_give(&to);
		all |= err;
	}
	apache_cases_free(&cases);
	unlike_tell(&to);
	return err < 0 ? err : all;
}
