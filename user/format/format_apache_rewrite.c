// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
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
#include "format_apache_narrow.h"
#include "format_apache_rewrite.h"
#include "format_apache_text.h"
#include "format_base.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_regex_target.h"
#include "format_text.h"

enum { GROUPS = 10 };

/* The texts of a rule. */
struct texts {
	struct format_text source, whole, target, query;
	struct format_text narrowed[2][GROUPS];
	const char *rule[GROUPS], *cond[GROUPS];
};

/* A RewriteRule in one of its cases. */
struct rewriting {
	struct apache_giving *giving;
	const struct apache_item *item;
	const struct apache_flags *flags;
	const struct apache_case *one;
	const size_t *past; /* NULL: it redirects */
	size_t next;
	const char *code;
	struct format_regex paths; /* of the rule */
	struct format_regex conds; /* of %{REQUEST_URI}, if it is asked */
	unsigned int unlike;
	unsigned int groups; /* that the target has */
	char *host_groups[GROUPS];
	struct texts *texts;
};

/* Tell why it cannot be said; of what does not redirect that is of no matter. */
static int cannot(struct rewriting *to, const char *kind, const char *what,
		  const char *reason)
{
	if (!to->past)
		apache_cannot(to->giving, to->item->at, kind, "%s: %s", what,
			      reason);
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
	if (!none)
		return APACHE_SERVES;
	return flags->last ? APACHE_ENDS : APACHE_DOES_NOTHING;
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
	struct format_text *target = &to->texts->target;
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
	struct format_text *source = &to->texts->source;
	struct format_text *target = &to->texts->target;
	struct format_text *text = &to->texts->query;
	bool more = strchr(target->text, '?');

	if (!one->has_query)
		return 0;
	if (strpbrk(source->text, "*{"))
		return cannot(to, "condition", one->query,
			      "a query beside a path that varies");
	format_text_begin(text);
	format_text_url(text, one->query, strlen(one->query));
	if (!one->query_exact)
		format_text_raw(text, "&*", 2);
	rule->query = text->text;
	if (to->past || rule->query_drop)
		return 0;
	format_text_raw(target, more ? "&" : "?", 1);
	format_text_url(target, one->query, strlen(one->query));
	if (!one->query_exact)
		apache_differs(to->giving, to->item->at, "query",
			       "%s: it comes first in the query", one->query);
	return 0;
}

/* A target without a host: RewriteBase, or the directory's URL. */
static const char *relative_make(struct rewriting *to)
{
	struct format_text *target = &to->texts->target;
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

static int target_make(struct rewriting *to, const char *text)
{
	struct texts *texts = to->texts;
	struct apache_refs refs = {.host = to->giving->host,
				   .path = texts->whole.text,
				   .raw = to->flags->noescape};
	const struct apache_cond *last = to->one->last;
	const char *reason;
	int i;

	for (i = 0; i < GROUPS; i++) {
		refs.rule[i] = texts->rule[i];
		refs.cond[i] = last && last == to->one->path
				       ? texts->cond[i]
				       : to->host_groups[i];
	}
	if (last && last->group)
		refs.cond[1] = last->group;
	else if (last && apache_cond_asks(last) == APACHE_ASKS_QUERY)
		refs.cond_unknown = strchr(last->pattern, '(');
	if (to->one->schemes != APACHE_BOTH)
		refs.scheme =
			to->one->schemes == APACHE_HTTP ? "http" : "https";
	if (strcasestr(text, "%{HTTP_HOST}"))
		apache_tell_port(to->giving, to->item->at);
	reason = apache_text_target(&texts->target, text, &refs);
	if (!reason)
		reason = relative_make(to);
	if (!reason && strpbrk(text, "%") && to->host_groups[0] &&
	    *to->giving->host == '*' &&
	    format_target_reason(texts->target.text, texts->target.len, true))
		reason = "a part of a host that is not known";
	if (reason)
		return cannot(to, "target", to->item->target, reason);
	return 0;
}

/* A way's groups, of what the region has. */
static void groups_make(struct rewriting *to, const char **groups,
			struct format_text *texts,
			const struct format_regex_way *way,
			const struct format_region *of,
			const struct format_region *region)
{
	int i;

	for (i = 0; i < GROUPS; i++) {
		groups[i] = way->group[i];
		if (!way->group[i] || of->path == region->path)
			continue;
		apache_narrow_text(&texts[i], way->group[i], of, region);
		groups[i] = texts[i].text;
		if (to->groups & 1U << i &&
		    apache_narrow_letters(way->group[i], of, region))
			to->unlike |= FORMAT_REGEX_LETTERS;
	}
}

/* The source as rules have it. */
static void source_make(struct rewriting *to,
			const struct format_region *region)
{
	struct format_text *source = &to->texts->source;

	format_text_begin(source);
	format_text_raw(source, region->path, strlen(region->path));
	if (region->kind == FORMAT_REGION_PREFIX)
		format_text_raw(source, "*", 1);
	whole_make(&to->texts->whole, source->text);
}

/* One rule: the requests of a region, in which the way's are. */
static int region_give(struct rewriting *to, const struct format_regex_way *way,
		       const struct format_region *region)
{
	struct apache_rule rule = {.at = to->item->at,
				   .host = region->host,
				   .code = to->past ? "pass" : to->code,
				   .schemes = region->schemes,
				   .fold = region->fold};
	struct format_text *target = &to->texts->target;
	struct format_region past;
	const char *reason;
	int err = 0;

	source_make(to, region);
	format_text_begin(target);
	format_text_raw(target, "-", 1);
	if (!to->past && strcmp(to->code, "410") != 0) {
		err = target_make(to, to->item->target);
		if (!err)
			query_take(to, &rule);
	}
	if (!err)
		err = query_back(to, &rule);
	if (err)
		return err;
	reason = format_target_reason(target->text, target->len,
				      *region->host == '*');
	if (reason)
		return cannot(to, "target", to->item->target, reason);
	if (region->fold && strcasestr(to->item->target, "%{REQUEST_URI}"))
		to->unlike |= FORMAT_REGEX_LETTERS;
	if (way->order & to->groups)
		to->unlike |= FORMAT_REGEX_ORDER;
	if (way->letters & to->groups)
		to->unlike |= FORMAT_REGEX_LETTERS;
	rule.path = to->texts->source.text;
	rule.target = target->text;
	if (!to->past)
		return apache_give(to->giving, &rule);
	err = apache_give_region(to->giving, &rule, &past);
	if (err > 0)
		err = apache_give_past(to->giving, &past, *to->past,
				       to->item->at);
	return err;
}

/* A path that a rest takes without having anything goes on to later rules. */
static int empty_past(struct rewriting *to, const struct format_regex_way *way,
		      const struct format_region *region)
{
	struct format_region empty = *region;

	if (!(way->unlike & FORMAT_REGEX_EMPTY))
		return 0;
	if (region->kind != FORMAT_REGION_PREFIX) {
		to->unlike |= FORMAT_REGEX_EMPTY;
		return 0;
	}
	empty.kind = FORMAT_REGION_EXACT;
	return apache_give_past(to->giving, &empty, to->next, to->item->at);
}

static int way_region(struct rewriting *to, const struct format_regex_way *way,
		      bool fold, bool cond, struct format_region *region)
{
	struct format_text *source = &to->texts->source;
	struct apache_rule rule = {.at = to->item->at,
				   .host = to->giving->host,
				   .schemes = to->one->schemes,
				   .fold = fold};

	format_text_begin(source);
	if (to->item->folder && !cond)
		format_text_decoded(source, to->item->folder,
				    strlen(to->item->folder) - 1);
	format_text_raw(source, way->source, strlen(way->source));
	rule.path = source->text;
	return apache_give_region(to->giving, &rule, region);
}

/* What a way and a condition's have in common. */
static int cond_give(struct rewriting *to, const struct format_regex_way *way,
		     const struct format_region *region,
		     const struct format_regex_way *cond)
{
	struct format_region of, both;
	bool unsure = false;
	int err = way_region(to, cond, to->conds.fold, true, &of);

	if (err <= 0)
		return err < 0 ? err : 1;
	if (!format_region_meet(&both, region, &of, &unsure))
		return unsure ? cannot(to, "condition", to->one->path->pattern,
				       "beside a rule of other paths")
			      : 0;
	groups_make(to, to->texts->rule, to->texts->narrowed[0], way, region,
		    &both);
	groups_make(to, to->texts->cond, to->texts->narrowed[1], cond, &of,
		    &both);
	err = empty_past(to, cond, &of);
	return err ? err
		   : region_give(to, both.path == of.path ? cond : way, &both);
}

/* The rules of one way, with each of a condition's. */
static int way_give(struct rewriting *to, const struct format_regex_way *way)
{
	struct format_region region;
	size_t i;
	int err = way_region(to, way, to->paths.fold, false, &region);

	if (err <= 0)
		return err < 0 ? err : 1;
	err = empty_past(to, way, &region);
	to->unlike |= apache_text_unlike(way) &
		      ~(unsigned int)FORMAT_REGEX_EMPTY;
	if (!err && !to->one->path) {
		groups_make(to, to->texts->rule, NULL, way, &region, &region);
		return region_give(to, way, &region);
	}
	for (i = 0; !err && i < to->conds.count; i++) {
		to->unlike |= apache_text_unlike(&to->conds.ways[i]) &
			      ~(unsigned int)FORMAT_REGEX_EMPTY;
		err = cond_give(to, way, &region, &to->conds.ways[i]);
	}
	return err;
}

/* Paths that a rule is not for: they go on with what comes behind it. */
static int not_give(struct rewriting *to, const char *pattern,
		    unsigned int flags, bool cond)
{
	struct format_regex regex;
	struct format_region region;
	size_t i;
	int err;

	if (cond && (*pattern == '=' || *pattern == '-'))
		return cannot(to, "condition", pattern,
			      "a comparison, or a test of a file");
	err = format_regex_path(&regex, pattern, strlen(pattern),
				FORMAT_REGEX_DECODED | flags);
	if (err == -ENOTSUP)
		return cannot(to, "regex", pattern, regex.reason);
	for (i = 0; !err && i < regex.count; i++) {
		to->unlike |= apache_text_unlike(&regex.ways[i]);
		err = way_region(to, &regex.ways[i], regex.fold, cond, &region);
		if (err > 0)
			err = apache_give_past(to->giving, &region, to->next,
					       to->item->at);
	}
	format_regex_free(&regex);
	return err;
}

static int nots_give(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	const char *pattern = to->item->pattern;
	size_t i;
	int err = 0;

	if (*pattern == '!')
		err = not_give(
			to, pattern + 1,
			(to->item->folder ? FORMAT_REGEX_DIRECTORY : 0) |
				(to->flags->nocase ? FORMAT_REGEX_CASE : 0),
			false);
	for (i = 0; !err && i < one->not_count; i++)
		err = not_give(to, one->nots[i]->pattern + 1,
			       one->nots[i]->nocase ? FORMAT_REGEX_CASE : 0,
			       true);
	return err;
}

/* All of a rule's paths. */
static int ways_give(struct rewriting *to)
{
	struct apache_giving *giving = to->giving;
	size_t i;
	int err = nots_give(to);

	if (!err)
		err = apache_map_find(&giving->map_use, giving, to->item,
				      to->flags, to->one, &to->paths);
	if (!err && giving->map_use.map)
		return to->past ? 1
				: apache_map_give(giving, &giving->map_use,
						  giving->host);
	for (i = 0; !err && i < to->paths.count; i++)
		err = way_give(to, &to->paths.ways[i]);
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
		apache_tell_port(to->giving, to->item->at);
		got = apache_cond_host(
			cond, host, cond == one->last ? to->host_groups : NULL,
			&to->unlike, &reason);
		if (got == -ENOTSUP)
			cannot(to, "condition", cond->pattern, reason);
	}
	return got;
}

static int paths_read(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	unsigned int flags = FORMAT_REGEX_DECODED;
	const char *pattern = to->item->pattern;
	int err;

	/* what must not match is taken from all paths */
	if (*pattern == '!')
		pattern = "^";
	err = format_regex_path(
		&to->paths, pattern, strlen(pattern),
		flags | (to->item->folder ? FORMAT_REGEX_DIRECTORY : 0) |
			(to->flags->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return cannot(to, "regex", pattern, to->paths.reason);
	if (err || !one->path)
		return err;
	err = format_regex_path(
		&to->conds, one->path->pattern, strlen(one->path->pattern),
		flags | (one->path->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return cannot(to, "regex", one->path->pattern,
			      to->conds.reason);
	return err;
}

static bool letters_in(const char *text)
{
	while (*text && !isalpha((unsigned char)*text))
		text++;
	return *text;
}

static int paths_give(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	int err = paths_read(to);

	if (!err && one->query_loose && !to->past)
		apache_differs(to->giving, to->item->at, "query",
			       "%s: it is asked for as a whole pair",
			       one->query);
	if (!err && one->has_query && one->query_any_case && !to->past &&
	    letters_in(one->query))
		apache_differs(to->giving, to->item->at, "query",
			       "%s: it is asked for in this case alone",
			       one->query);
	if (!err)
		err = ways_give(to);
	format_regex_free(&to->paths);
	format_regex_free(&to->conds);
	return err;
}

static int case_give(struct rewriting *to)
{
	const struct apache_case *one = to->one;
	int fits, err = 0;

	if (one->reason)
		return cannot(to, "condition", one->cond->test, one->reason);
	if (!one->schemes)
		return 0;
	fits = host_fits(to, to->giving->host);
	if (fits == -ENOTSUP)
		err = 1;
	else if (fits)
		err = fits < 0 ? fits : paths_give(to);
	groups_free(to->host_groups);
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

	while (!to->past && (text = format_regex_unlike(&to->unlike)))
		apache_differs(to->giving, to->item->at, "regex", "%s: %s",
			       to->item->pattern, text);
}

/* What is otherwise by a flag. */
static void flags_tell(struct rewriting *to)
{
	const struct apache_flags *flags = to->flags;
	const struct apache_item *item = to->item;

	if (to->past)
		return;
	if (flags->append && !flags->noescape && strchr(item->target, '?'))
		apache_differs(to->giving, item->at, "query",
			       "%s: QSA escapes what is escaped in the query, "
			       "and adds an empty one",
			       item->target);
	if (flags->noescape && strchr(item->target, '#'))
		apache_differs(to->giving, item->at, "fragment",
			       "%s: the query goes before the fragment",
			       item->target);
	if (flags->cookie)
		apache_differs(to->giving, item->at, "cookie",
			       "%s: no cookie is set", item->pattern);
}

int apache_rewrite(struct apache_giving *giving, const struct apache_item *item,
		   const struct apache_flags *flags, const size_t *past,
		   size_t next)
{
	static __thread struct texts texts;
	struct rewriting to = {.giving = giving,
			       .item = item,
			       .flags = flags,
			       .past = past,
			       .next = next,
			       .groups = groups_in(item->target),
			       .texts = &texts};
	struct apache_cases cases;
	size_t i;
	int err, all = 0;

	to.code = flags->gone ? "410" : apache_code(flags->code);
	if (!to.code && !past)
		return cannot(&to, "code", item->pattern, flags->code);
	if (flags->other)
		return cannot(&to, "flag", item->pattern, flags->other);
	flags_tell(&to);
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
