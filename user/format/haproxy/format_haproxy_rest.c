// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_own.h"
#include "format_haproxy_rest.h"
#include "format_haproxy_steps.h"
#include "format_read.h"

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
		haproxy_own_line(section, "monitor-uri", NULL);
	const struct haproxy_line *stats =
		haproxy_own_line(section, "stats", NULL);

	if (monitor && section->listens)
		format_differs(
			haproxy->read, monitor->at, "query",
			"monitor-uri: rules leave the path to HAProxy with any query");
	if (stats)
		format_differs(
			haproxy->read, stats->at, "method",
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

void haproxy_rest_tell(struct haproxy *haproxy)
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
			idle_tell(haproxy, section,
				  "mode tcp redirects nothing");
		else if (section->disabled)
			idle_tell(haproxy, section, "the section is disabled");
	}
}
