// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "filter.h"
#include "rule.h"
#include "rule_part.h"
#include "view.h"

/* All sources of a host are between "HOST/" and "HOST0", '0' being the byte
 * behind '/'. */
static int range_set(struct filter_range *range, const char *host)
{
	const char *rest = host, *reason = NULL;
	struct rule_quote quote;
	char name[HOST_SIZE] = "";
	ssize_t len = 0;
	int wild = 0;

	if (!strcmp(rest, "*"))
		wild = 1;
	else if (!strncmp(rest, "*.", 2))
		wild = 2;
	rest += wild;
	if (wild != 1)
		len = host_rule(name, rest, strlen(rest), &reason);
	if (len < 0)
		return error_set(-EINVAL, "host %s: %s",
				 rule_quote(&quote, host, strlen(host)),
				 reason);
	snprintf(range->from, sizeof(range->from), "%.*s%s/", wild, "*.", name);
	snprintf(range->until, sizeof(range->until), "%.*s%s0", wild, "*.",
		 name);
	return 0;
}

int filter_host(struct filter *filter, const char *host)
{
	struct filter_range *hosts = reallocarray(
		filter->hosts, filter->hosts_count + 1, sizeof(*filter->hosts));
	int err;

	if (!hosts)
		return error_sys(-ENOMEM, "cannot look for a host");
	filter->hosts = hosts;
	err = range_set(&hosts[filter->hosts_count], host);
	filter->hosts_count += !err;
	return err;
}

int filter_tag(struct filter *filter, const char *tag)
{
	const char **tags = reallocarray(filter->tags, filter->tags_count + 1,
					 sizeof(*filter->tags));
	struct rule_error error;

	if (!tags)
		return error_sys(-ENOMEM, "cannot look for a tag");
	filter->tags = tags;
	if (rule_tag(tag, strlen(tag), &error))
		return error_set(-EINVAL, "tag %s", error.reason);
	tags[filter->tags_count++] = tag;
	return 0;
}

bool filter_has_tag(const struct filter *filter, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < filter->tags_count; i++)
		if (!strcmp(filter->tags[i], rule->tag))
			return true;
	return !filter->tags_count;
}

struct filtered {
	const struct filter *filter;
	int (*fn)(const struct rule *rule, void *arg);
	void *arg;
};

static int rule_filter(const struct rule *rule, void *arg)
{
	const struct filtered *to = arg;

	return filter_has_tag(to->filter, rule) ? to->fn(rule, to->arg) : 0;
}

static int range_order(const void *a, const void *b)
{
	const struct filter_range *one = a, *two = b;

	return strcmp(one->from, two->from);
}

/* Host by host, in the order of the sources, each once. */
int filter_each(struct filter *filter, const struct view *view,
		int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct filtered to = {filter, fn, arg};
	const struct filter_range *range = filter->hosts;
	int err = 0;
	size_t i;

	if (!filter->hosts_count)
		return view_each(view, NULL, NULL, rule_filter, &to);
	qsort(filter->hosts, filter->hosts_count, sizeof(*range), range_order);
	for (i = 0; i < filter->hosts_count && !err; i++, range++) {
		if (i && !strcmp(range->from, range[-1].from))
			continue;
		err = view_each(view, range->from, range->until, rule_filter,
				&to);
	}
	return err;
}

void filter_free(struct filter *filter)
{
	free(filter->hosts);
	free(filter->tags);
}
