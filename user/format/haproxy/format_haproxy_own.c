// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_own.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_step.h"

/* What HAProxy answers without a line of http-request. */

const struct haproxy_line *
haproxy_own_line(const struct haproxy_section *section, const char *word,
		 const char *next)
{
	const struct haproxy_line *line = section->others.first, *found = NULL;

	for (; line; line = line->next)
		if (!strcmp(line->word[0], word) &&
		    (!next ||
		     (line->count > 2 && !strcmp(line->word[1], next))))
			found = line;
	if (!found && section->defaults)
		return haproxy_own_line(section->defaults, word, next);
	return found;
}

/* A step that ends what has a path, or begins with it. */
static int pass_make(struct haproxy *haproxy, struct haproxy_step *step,
		     const char *path, enum haproxy_match match,
		     unsigned long at)
{
	static const struct haproxy_expr expr = {.fetch = HAPROXY_PATH};
	const struct haproxy_test test = {&expr, match, false};
	struct format_pool *pool = &haproxy->pool;
	struct haproxy_acl *acl = format_pool_take(pool, sizeof(*acl));
	struct haproxy_literal *literal =
		format_pool_take(pool, sizeof(*literal));

	step->cond.terms = format_pool_take(pool, sizeof(*step->cond.terms));
	if (!acl || !literal || !step->cond.terms)
		return -ENOMEM;
	literal->acl = acl;
	step->cond.terms->first = literal;
	step->kind = HAPROXY_PASS;
	step->at = at;
	return haproxy_pattern(haproxy, &acl->set, &test, path, at) ? -ENOMEM
								    : 1;
}

int haproxy_own_monitor(struct haproxy *haproxy,
			const struct haproxy_section *section,
			struct haproxy_step *step)
{
	const struct haproxy_line *line =
		haproxy_own_line(section, "monitor-uri", NULL);

	if (!line || line->count < 2 || !section->listens)
		return 0;
	return pass_make(haproxy, step, line->word[1], HAPROXY_STR, line->at);
}

int haproxy_own_stats(struct haproxy *haproxy,
		      const struct haproxy_section *section,
		      struct haproxy_step *step)
{
	const struct haproxy_line *any =
		haproxy_own_line(section, "stats", NULL);
	const struct haproxy_line *line =
		haproxy_own_line(section, "stats", "uri");
	const char *uri = line ? line->word[2] : "/haproxy?stats", *mark;

	if (!any)
		return 0;
	mark = strchr(uri, '?');
	if (!mark)
		return pass_make(haproxy, step, uri, HAPROXY_BEG, any->at);
	uri = format_pool_text(&haproxy->pool, uri, mark - uri);
	return uri ? pass_make(haproxy, step, uri, HAPROXY_STR, any->at)
		   : -ENOMEM;
}
