// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "filter.h"
#include "host.h"
#include "release_view.h"
#include "rule.h"
#include "rule_value.h"
#include "rule_apex.h"
#include "rule_error.h"
#include "rule_range.h"
#include "store.h"
#include "store_scan.h"

static int filter_memory(void)
{
	return error_sys(-ENOMEM, "cannot choose rules");
}

int filter_tag(struct filter *filter, const char *tag)
{
	struct rule_error error;

	if (rule_value_check_tag(tag, strlen(tag), &error))
		return error_set(-EINVAL, "--tag: %s", error.reason);
	if (array_grow(&filter->tags, &filter->tag_room, filter->tag_count + 1,
		       sizeof(*filter->tags)))
		return filter_memory();
	filter->tags[filter->tag_count++] = tag;
	return 0;
}

/* Bring a host with its wildcard to normal form; ".name" to "*.name". */
static int host_normal(char *dst, const char *text)
{
	const char *reason = NULL, *rest = text;
	struct rule_quote quote;
	ssize_t len;

	if (!strcmp(text, "*")) {
		strcpy(dst, "*");
		return 0;
	}
	if (!strncmp(text, "*.", 2))
		rest += 2;
	else if (text[0] == '.' && text[1])
		rest++;
	if (rest > text)
		dst = stpcpy(dst, "*.");
	len = host_rule(dst, rest, strlen(rest), &reason);
	if (len >= 0 && text[0] == '.' && host_is_address(dst, len)) {
		reason = "a dot before an address";
		len = -EINVAL;
	}
	if (len < 0)
		return error_set(-EINVAL, "--host: %s: %s",
				 rule_quote(&quote, text, strlen(text)),
				 reason);
	dst[len] = '\0';
	return 0;
}

static int host_add(struct filter *filter, const char *name)
{
	char *host;
	size_t i;

	for (i = 0; i < filter->host_count; i++)
		if (!strcmp(filter->hosts[i], name))
			return 0;
	if (array_grow(&filter->hosts, &filter->host_room, i + 1,
		       sizeof(*filter->hosts)))
		return filter_memory();
	host = strdup(name);
	if (!host)
		return filter_memory();
	filter->hosts[filter->host_count++] = host;
	return 0;
}

int filter_host(struct filter *filter, const char *text)
{
	char name[HOST_SIZE + 4];
	int err = host_normal(name, text);

	if (!err && text[0] == '.')
		err = host_add(filter, name + RULE_APEX_AT);
	return err ? err : host_add(filter, name);
}

int filter_scheme(struct filter *filter, const char *scheme)
{
	int found = rule_scheme_find(scheme, strlen(scheme));
	struct rule_quote quote;

	if (found < 0)
		return error_set(-EINVAL,
				 "--scheme: %s is neither http nor https",
				 rule_quote(&quote, scheme, strlen(scheme)));
	filter->scheme = found;
	return 0;
}

bool filter_given(const struct filter *filter)
{
	return filter->tag_count || filter->host_count;
}

static bool rule_matches(const struct filter *filter, const struct rule *rule)
{
	size_t i;

	if (filter->scheme && filter->scheme != rule->scheme)
		return false;
	for (i = 0; i < filter->tag_count; i++)
		if (!strcmp(filter->tags[i], rule->tag))
			return true;
	return !filter->tag_count;
}

static int scan_each(const struct filter *filter, struct store_scan *scan,
		     int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct rule rule;
	int err;

	while ((err = store_scan_next(scan, &rule)) > 0) {
		err = rule_matches(filter, &rule) ? fn(&rule, arg) : 0;
		if (err)
			break;
	}
	return err;
}

int filter_each(const struct filter *filter, struct store *store, uint64_t rows,
		int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct store_scan *scan = NULL;
	size_t i;
	int err = 0;

	if (!store)
		return 0;
	if (!filter->host_count) {
		err = store_scan_open(&scan, store, rows, NULL, NULL);
		if (!err)
			err = scan_each(filter, scan, fn, arg);
	}
	for (i = 0; i < filter->host_count && !err; i++) {
		err = store_scan_host(&scan, store, rows, filter->hosts[i]);
		if (!err)
			err = scan_each(filter, scan, fn, arg);
	}
	store_scan_close(scan);
	return err;
}

struct filtered {
	const struct filter *filter;
	int (*fn)(const struct rule *rule, void *arg);
	void *arg;
};

static int view_take(const struct rule *rule, void *arg)
{
	const struct filtered *to = arg;

	return rule_matches(to->filter, rule) ? to->fn(rule, to->arg) : 0;
}

static int view_host(struct filtered *to, const struct release_view *view,
		     const char *host)
{
	struct rule_range range;
	int err = rule_range_host(&range, host);

	if (err)
		return err;
	return release_view_each(view, range.from, range.until, view_take, to);
}

static int host_order(const void *a, const void *b)
{
	return rule_range_compare(*(char *const *)a, *(char *const *)b);
}

int filter_view(struct filter *filter, const struct release_view *view,
		int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct filtered to = {filter, fn, arg};
	size_t i;
	int err = 0;

	if (!filter->host_count)
		return release_view_each(view, NULL, NULL, view_take, &to);
	qsort(filter->hosts, filter->host_count, sizeof(*filter->hosts),
	      host_order);
	for (i = 0; i < filter->host_count && !err; i++)
		err = view_host(&to, view, filter->hosts[i]);
	return err;
}

int filter_text(const struct filter *filter, char **text, const char *command)
{
	size_t size, i;
	FILE *out = open_memstream(text, &size);

	if (!out)
		return filter_memory();
	fputs(command, out);
	for (i = 0; i < filter->tag_count; i++)
		fprintf(out, " --tag %s", filter->tags[i]);
	for (i = 0; i < filter->host_count; i++)
		fprintf(out, " --host %s", filter->hosts[i]);
	if (filter->scheme)
		fprintf(out, " --scheme %s", rule_scheme_text(filter->scheme));
	return fclose(out) ? filter_memory() : 0;
}

int filter_none(const struct filter *filter)
{
	char *text = NULL;
	int err = filter_text(filter, &text, "");

	if (!err)
		err = error_set(-ENOENT, "no rule matches%s", text);
	free(text);
	return err;
}

void filter_free(struct filter *filter)
{
	size_t i;

	for (i = 0; i < filter->host_count; i++)
		free(filter->hosts[i]);
	free(filter->hosts);
	free(filter->tags);
	*filter = (struct filter){0};
}
