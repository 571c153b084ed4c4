// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_file.h"
#include "format_first_cross.h"
#include "format_haproxy.h"
#include "format_haproxy_flow.h"
#include "format_haproxy_give.h"
#include "format_haproxy_model.h"
#include "format_haproxy_parse.h"
#include "format_haproxy_rest.h"
#include "format_haproxy_steps.h"
#include "format_haproxy_tell.h"
#include "format_haproxy_unreached.h"
#include "format_haproxy_vars.h"
#include "format_read.h"
#include "rule_change.h"

/* HAProxy's configuration: what redirects, and what comes before that. */

static bool is_section(struct format_piece word)
{
	return format_is(word, "global") || format_is(word, "defaults") ||
	       format_is(word, "frontend") || format_is(word, "backend") ||
	       format_is(word, "listen");
}

/* A section's line, before any other; and none that HAProxy has not. */
static bool haproxy_is(const struct format_head *head)
{
	struct format_piece line, word;
	size_t at = 0, sections = 0;

	while (format_head_line(head, &at, '#', &line)) {
		word = format_word(&line);
		if (is_section(word) && !memchr(line.text, '{', line.len))
			sections++;
		else if (!sections && *word.text != '.')
			return false;
		if (sections &&
		    (format_is(word, "redirect") || format_is(word, "bind") ||
		     format_is(word, "http-request") ||
		     format_is(word, "mode") || format_is(word, "server") ||
		     format_is(word, "maxconn") || format_is(word, "timeout") ||
		     format_is(word, "acl")))
			return true;
	}
	return false;
}

/* Whether some frontends are for http alone, and others for TLS. */
static bool schemes_differ(const struct haproxy *haproxy)
{
	const struct haproxy_section *section = haproxy->sections;
	bool seen[4] = {false};

	for (; section; section = section->next)
		if (section->listens && !section->disabled && !section->tcp)
			seen[section->schemes] = true;
	return seen[FORMAT_REGION_TLS] || seen[FORMAT_REGION_BOTH];
}

/* What frontends before one listen for is told to be the same. */
static void listener_tell(struct haproxy *haproxy,
			  const struct haproxy_section *section,
			  unsigned int schemes, unsigned int *seen)
{
	if (!section->steps->acts)
		return;
	if (*seen & schemes)
		haproxy_tell(haproxy, HAPROXY_TOLD_LISTENER, section->at);
	*seen |= schemes;
}

static int frontend_take(struct haproxy *haproxy,
			 struct haproxy_section *section, bool differ,
			 unsigned int *seen)
{
	struct format_region region = format_region_all;
	struct haproxy_steps *steps = haproxy_steps(haproxy, section);

	if (!steps)
		return -ENOMEM;
	if (differ && section->schemes)
		region.schemes = section->schemes;
	listener_tell(haproxy, section, region.schemes, seen);
	return steps->acts ? haproxy_flow(haproxy, steps, &region) : 0;
}

static int frontends_take(struct haproxy *haproxy)
{
	struct haproxy_section *section = haproxy->sections;
	bool differ = schemes_differ(haproxy);
	unsigned int seen = 0;
	int err = 0;

	for (; !err && section; section = section->next)
		if (section->listens)
			err = frontend_take(haproxy, section, differ, &seen);
	for (section = haproxy->sections; !err && section;
	     section = section->next) {
		if (section->listens && section->steps->acts)
			haproxy_unreached(haproxy, section->steps);
		else if (!strcmp(section->kind, "backend") && !section->used &&
			 section->redirects.first)
			format_left_out(
				haproxy->read, section->at, "never reached",
				"no frontend of the file uses backend %s",
				section->name);
	}
	return err;
}

/* Where rules would ask a later line first: a source of its own says it, or it
 * is told. */
static int order_settle(struct haproxy *haproxy)
{
	unsigned long at;
	int err = format_first_cross(&haproxy->first, &at);

	if (!err && at)
		haproxy_tell(haproxy, HAPROXY_TOLD_ORDER, at);
	return err;
}

static int haproxy_read(struct format_read *read, struct format_file *file)
{
	struct haproxy *haproxy = calloc(1, sizeof(*haproxy));
	int err;

	if (!haproxy)
		return error_sys(-ENOMEM, "cannot read the file");
	haproxy->read = read;
	haproxy->file = file;
	haproxy->first.slash = true;
	read->keys |= RULE_QUERY | RULE_SCHEME | RULE_CASE;
	err = haproxy_parse(haproxy);
	if (!err)
		err = haproxy_vars(haproxy);
	if (!err)
		err = frontends_take(haproxy);
	if (!err)
		haproxy_rest_tell(haproxy);
	if (!err)
		err = order_settle(haproxy);
	if (!err)
		err = haproxy_give(haproxy);
	if (err == -E2BIG)
		err = error_set(
			-E2BIG,
			"cannot read the file: its conditions have too many combinations");
	haproxy_free(haproxy);
	free(haproxy);
	return err;
}

const struct format format_haproxy = {
	.name = "haproxy",
	.about = "HAProxy's configuration",
	.is = haproxy_is,
	.read = haproxy_read,
	.first_counts = true,
};
