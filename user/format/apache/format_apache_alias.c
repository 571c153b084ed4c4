// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format_apache_alias.h"
#include "format_apache_answer.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_plain.h"
#include "format_apache_tell.h"
#include "format_apache_text.h"
#include "format_base.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_regex_target.h"
#include "format_text.h"
#include "rule_url.h"

/* Room for a rule's texts. */
struct room {
	struct format_text path, below, target, rest;
};

/* The code, and whether the target fits it; NULL after telling why not. */
static const char *code_of(struct apache_giving *giving,
			   const struct apache_item *item)
{
	const char *code = apache_answer_code(item->code);
	bool gone = code && !strcmp(code, "410");

	if (!code) {
		apache_cannot(giving, item->at, "code", "%s: code %s",
			      item->pattern, item->code);
	} else if (gone != !*item->target) {
		apache_error(giving, item->at, "line",
			     gone ? "a target beside 410" : "no target");
		code = NULL;
	} else if (!gone && *item->target != '/' &&
		   !format_absolute(item->target, strlen(item->target))) {
		apache_cannot(giving, item->at, "target",
			      "%s: no http or https URL", item->target);
		code = NULL;
	}
	return code;
}

/* The target of what is below a path: the rest is put behind it. */
static const char *rest_reason(const struct format_text *target, bool slash)
{
	size_t host = rule_url_scheme(target->text, target->len);

	if (!slash || !host)
		return NULL;
	host += strcspn(target->text + host, "/?#");
	return host == target->len ? "the rest of the path is put behind the "
				     "host without a '/'"
				   : NULL;
}

static void fragment_tell(struct apache_giving *giving,
			  const struct apache_item *item)
{
	apache_differs(giving, item->at, "fragment",
		       "%s: the rest of the path and the query do not go "
		       "behind the fragment",
		       item->target);
}

/* "/a" is of "/a" and what is below, "/a/" of what is below. */
static int prefix_give(struct apache_giving *giving,
		       const struct apache_item *item, struct apache_rule *rule,
		       struct room *room, bool appended)
{
	struct format_text *path = &room->path, *rest = &room->rest;
	bool slash = path->len && path->text[path->len - 1] == '/';
	const char *why = appended ? rest_reason(&room->target, slash) : NULL;
	int err = 0;

	if (why) {
		apache_cannot(giving, item->at, "target", "%s: %s",
			      item->target, why);
		return 0;
	}
	rule->path = path->text;
	rule->target = room->target.text;
	if (!slash)
		err = apache_give(giving, rule);
	format_text_begin(&room->below);
	format_text_raw(&room->below, path->text, path->len);
	format_text_raw(&room->below, slash ? "*" : "/*", slash ? 1 : 2);
	format_text_begin(rest);
	format_text_raw(rest, room->target.text, room->target.len);
	if (appended)
		format_text_raw(rest, slash ? "*" : "/*", slash ? 1 : 2);
	rule->path = room->below.text;
	rule->target = rest->text;
	return err ? err : apache_give(giving, rule);
}

static int redirect(struct apache_giving *giving,
		    const struct apache_item *item, const char *code)
{
	static __thread struct room room;
	struct apache_rule rule = {
		.at = item->at,
		.host = giving->host,
		.code = code,
		.schemes = giving->schemes,
	};
	bool gone = !*item->target;
	bool fragment = strchr(item->target, '#');

	if (*item->pattern != '/') {
		apache_error(giving, item->at, "source",
			     "'%s' does not begin with '/'", item->pattern);
		return 0;
	}
	format_text_begin(&room.path);
	if (apache_plain_path(item->pattern) && !strchr(item->pattern, '*'))
		format_text_raw(&room.path, item->pattern,
				strlen(item->pattern));
	else
		format_text_decoded(&room.path, item->pattern,
				    strlen(item->pattern));
	apache_text_alias(&room.target, gone ? "-" : item->target, NULL);
	rule.query_drop = !gone && strchr(item->target, '?');
	if (fragment)
		fragment_tell(giving, item);
	return prefix_give(giving, item, &rule, &room,
			   !gone && !fragment && item->kind == APACHE_REDIRECT);
}

/* Tell what the rules of an expression take otherwise. */
static void unlike_tell(struct apache_giving *giving,
			const struct apache_item *item, unsigned int unlike)
{
	const char *text;

	while ((text = format_regex_unlike(&unlike)))
		apache_differs(giving, item->at, "regex", "%s: %s",
			       item->pattern, text);
}

static int way_give(struct apache_giving *giving,
		    const struct apache_item *item, struct apache_rule *rule,
		    const struct format_regex_way *way)
{
	static __thread struct format_text target;
	const char *why;

	apache_text_alias(&target, *item->target ? item->target : "-",
			  way->group);
	why = format_target_reason(target.text, target.len, false);
	if (why) {
		apache_cannot(giving, item->at, "target", "%s: %s",
			      item->target, why);
		return 0;
	}
	rule->path = way->source;
	rule->target = target.text;
	return apache_give(giving, rule);
}

/* The groups that a target has. */
static unsigned int groups_in(const char *target)
{
	unsigned int groups = 0;

	for (; *target; target++)
		if (*target == '$' && target[1] >= '0' && target[1] <= '9')
			groups |= 1U << (target[1] - '0');
	return groups;
}

static int redirect_match(struct apache_giving *giving,
			  const struct apache_item *item, const char *code)
{
	struct apache_rule rule = {
		.at = item->at,
		.host = giving->host,
		.code = code,
		.schemes = giving->schemes,
	};
	struct format_regex regex;
	unsigned int groups = groups_in(item->target), unlike;
	size_t i;
	int err =
		format_regex_path(&regex, item->pattern, strlen(item->pattern),
				  FORMAT_REGEX_DECODED);

	if (err == -ENOTSUP) {
		apache_cannot(giving, item->at, regex.kind, "%s: %s",
			      item->pattern, regex.reason);
		return 0;
	}
	if (strchr(item->target, '#'))
		fragment_tell(giving, item);
	rule.fold = regex.fold;
	rule.query_drop = strchr(item->target, '?');
	unlike = 0;
	for (i = 0; !err && i < regex.count; i++) {
		unlike |= apache_text_unlike(&regex.ways[i]);
		if (regex.ways[i].order & groups)
			unlike |= FORMAT_REGEX_ORDER;
		if (regex.ways[i].letters & groups)
			unlike |= FORMAT_REGEX_LETTERS;
		err = way_give(giving, item, &rule, &regex.ways[i]);
	}
	unlike_tell(giving, item, unlike);
	format_regex_free(&regex);
	return err;
}

int apache_alias(struct apache_giving *giving, const struct apache_item *item)
{
	const char *code = code_of(giving, item);

	if (!code)
		return 0;
	if (item->kind == APACHE_MATCH)
		return redirect_match(giving, item, code);
	return redirect(giving, item, code);
}
