// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_apache_case.h"
#include "format_apache_cond.h"
#include "format_apache_flags.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_narrow.h"
#include "format_apache_rewriting.h"
#include "format_apache_target.h"
#include "format_apache_tell.h"
#include "format_apache_text.h"
#include "format_base.h"
#include "format_regex_target.h"

/* The text of a way's path as targets have it. */
void apache_target_whole(struct format_text *to, const char *source)
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
void apache_target_query(struct apache_rewriting *to, struct apache_rule *rule)
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
int apache_target_back(struct apache_rewriting *to, struct apache_rule *rule)
{
	const struct apache_case *one = to->one;
	struct format_text *source = &to->texts->source;
	struct format_text *target = &to->texts->target;
	struct format_text *text = &to->texts->query;
	bool more = strchr(target->text, '?');

	if (!one->has_query)
		return 0;
	if (strpbrk(source->text, "*{"))
		return apache_rewriting_cannot(
			to, "condition", one->query,
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
static const char *relative_make(struct apache_rewriting *to)
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

int apache_target_make(struct apache_rewriting *to, const char *text)
{
	struct apache_texts *texts = to->texts;
	struct apache_refs refs = {.host = to->giving->host,
				   .path = texts->whole.text,
				   .raw = to->flags->noescape};
	const struct apache_cond *last = to->one->last;
	bool path = last && last == to->one->path;
	const char *reason;
	int i;

	for (i = 0; i < APACHE_GROUPS; i++) {
		refs.rule[i] = texts->rule[i];
		refs.cond[i] = path ? texts->cond[i] : to->host_groups[i];
	}
	refs.cond_host = !path;
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
		return apache_rewriting_cannot(to, "target", to->item->target,
					       reason);
	return 0;
}

/* A way's groups, of what the region has. */
void apache_target_groups(struct apache_rewriting *to, const char **groups,
			  struct format_text *texts,
			  const struct format_regex_way *way,
			  const struct format_region *of,
			  const struct format_region *region)
{
	int i;

	for (i = 0; i < APACHE_GROUPS; i++) {
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
