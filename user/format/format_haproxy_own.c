// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_own.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_steps.h"
#include "format_read.h"

/* What HAProxy answers without a line of http-request. */

/* The last line of a section, or of its defaults, that begins so. */
static const struct haproxy_line *
line_find(const struct haproxy_section *section, const char *word,
	  const char *next)
{
	const struct haproxy_line *line = section->others.first, *found = NULL;

	for (; line; line = line->next)
		if (!strcmp(line->word[0], word) &&
		    (!next || (line->count > 2 && !strcmp(line->word[1], next))))
			found = line;
	if (!found && section->defaults)
		return line_find(section->defaults, word, next);
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
		line_find(section, "monitor-uri", NULL);

	if (!line || line->count < 2 || !section->listens)
		return 0;
	return pass_make(haproxy, step, line->word[1], HAPROXY_STR, line->at);
}

int haproxy_own_stats(struct haproxy *haproxy,
		      const struct haproxy_section *section,
		      struct haproxy_step *step)
{
	const struct haproxy_line *any = line_find(section, "stats", NULL);
	const struct haproxy_line *line = line_find(section, "stats", "uri");
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

static void line_tell(struct haproxy *haproxy, const struct haproxy_line *line)
{
	struct format_read *read = haproxy->read;
	const char *word = line->word[0];

	if (!strncmp(word, "errorloc", 8))
		format_cannot(read, line->at, "error page",
			      "rules do not know what is missing");
	else if (!strcmp(word, "http-response"))
		format_cannot(read, line->at, "directive",
			      "http-response: it depends on the answer");
	else if (!strncmp(word, "req", 3))
		format_cannot(read, line->at, "directive",
			      "%s changes requests; HAProxy has it no more",
			      word);
	else if (strstr(word, "server"))
		format_cannot(read, line->at, "directive",
			      "redir: it is for GET and HEAD alone");
}

/* Rules leave all to it that has the path. */
static void left_tell(struct haproxy *haproxy,
		      const struct haproxy_section *section)
{
	const struct haproxy_line *monitor =
		line_find(section, "monitor-uri", NULL);
	const struct haproxy_line *stats = line_find(section, "stats", NULL);

	if (monitor && section->listens)
		format_differs(haproxy->read, monitor->at, "query",
			       "monitor-uri: rules leave the path to HAProxy with any query");
	if (stats)
		format_differs(haproxy->read, stats->at, "method",
			       "stats: rules leave the page to HAProxy with any method, and query");
}

/* Lines that redirect in a section that does not. */
static void idle_tell(struct haproxy *haproxy,
		      const struct haproxy_section *section, const char *why)
{
	const struct haproxy_line *line = section->rules.first;

	for (; line; line = line->next)
		if (line->count > 1 && !strcmp(line->word[1], "redirect"))
			format_left_out(haproxy->read, line->at,
					"never reached", "%s", why);
	for (line = section->redirects.first; line; line = line->next)
		format_left_out(haproxy->read, line->at, "never reached", "%s",
				why);
}

void haproxy_own_tell(struct haproxy *haproxy)
{
	const struct haproxy_section *section = haproxy->sections;
	const struct haproxy_line *line;

	for (; section; section = section->next) {
		for (line = section->others.first; line; line = line->next)
			line_tell(haproxy, line);
		if (!strcmp(section->kind, "defaults"))
			continue;
		if (section->steps && section->steps->acts)
			left_tell(haproxy, section);
		if (section->tcp)
			idle_tell(haproxy, section, "mode tcp redirects nothing");
		else if (section->disabled)
			idle_tell(haproxy, section, "the section is disabled");
	}
}
