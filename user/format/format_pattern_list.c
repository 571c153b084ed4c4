// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_pattern_list.h"
#include "format_pattern_meet.h"
#include "rule.h"

/* A rule's source taken apart; the text is the rule's. */
static struct format_pattern_item item_of(const struct rule *rule)
{
	const char *text = rule_written(rule), *path = strchr(text, '/');
	size_t len = strcspn(path, "?");
	struct format_pattern_item item = {
		.text = (char *)text,
		.host_len = path - text,
		.scheme = rule->scheme,
		.captures = rule_pattern_is(path, len),
	};

	rule_pattern_of(&item.path, path, len, rule->fold);
	return item;
}

/* Whether the host of one is that of another, or a wider one. */
static bool host_within(const struct format_pattern_item *wide,
			const struct format_pattern_item *item)
{
	size_t len = wide->host_len;

	if (len == 1 && *wide->text == '*')
		return true;
	if (len == item->host_len && !memcmp(wide->text, item->text, len))
		return true;
	return len > 1 && *wide->text == '*' && item->host_len >= len &&
	       !memcmp(wide->text + 1, item->text + item->host_len - len + 1,
		       len - 1);
}

static bool item_takes(const struct format_pattern_item *wide,
		       const struct format_pattern_item *item)
{
	return wide->captures &&
	       (wide->scheme == RULE_SCHEME_ANY ||
		wide->scheme == item->scheme) &&
	       (wide->path.ignore_case || !item->path.ignore_case) &&
	       host_within(wide, item) &&
	       format_pattern_takes(&wide->path, &item->path);
}

unsigned long format_pattern_list_before(const struct format_pattern_list *list,
					 const struct rule *rule)
{
	struct format_pattern_item item;
	size_t i;

	if (!list->captures)
		return 0;
	item = item_of(rule);
	for (i = 0; i < list->count; i++)
		if (item_takes(&list->items[i], &item))
			return list->items[i].at;
	return 0;
}

bool format_pattern_list_takes(const struct format_pattern_list *list,
			       const struct rule *rule)
{
	struct format_pattern_item item = item_of(rule);
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!list->items[i].hold && item_takes(&list->items[i], &item))
			return true;
	return false;
}

/* Whether rules ask a later one before an earlier one. */
static bool asked_before(const struct format_pattern_item *later,
			 const struct format_pattern_item *earlier)
{
	if (later->path.prefix != earlier->path.prefix)
		return earlier->path.prefix;
	return rule_pattern_compare(&later->path, &earlier->path) < 0;
}

static bool item_meets(const struct format_pattern_item *earlier,
		       const struct format_pattern_item *item)
{
	return !earlier->hold && (earlier->captures || item->captures) &&
	       (!earlier->scheme || !item->scheme ||
		earlier->scheme == item->scheme) &&
	       earlier->host_len == item->host_len &&
	       !memcmp(earlier->text, item->text, item->host_len) &&
	       asked_before(item, earlier) &&
	       format_pattern_meet(&earlier->path, &item->path);
}

unsigned long format_pattern_list_meets(const struct format_pattern_list *list,
					const struct rule *rule)
{
	struct format_pattern_item item;
	size_t i;

	if (!list->count)
		return 0;
	item = item_of(rule);
	if (!item.captures && (!item.path.prefix || !list->captures))
		return 0;
	for (i = 0; i < list->count; i++)
		if (item_meets(&list->items[i], &item))
			return list->items[i].at;
	return 0;
}

int format_pattern_list_add(struct format_pattern_list *list,
			    const struct rule *rule, unsigned long at,
			    bool hold)
{
	struct format_pattern_item item;
	size_t len;

	if (list->count == FORMAT_PATTERNS || !strpbrk(rule->source, "*{") ||
	    strchr(rule->source, '?'))
		return 0;
	item = item_of(rule);
	len = item.host_len + item.path.len;
	if (!item.captures && !item.path.prefix)
		return 0;
	item.text = strndup(item.text, len);
	if (!item.text || array_grow(&list->items, &list->room, list->count + 1,
				     sizeof(item))) {
		free(item.text);
		return error_sys(-ENOMEM, "cannot read the file");
	}
	item.path.text = item.text + item.host_len;
	item.at = at;
	item.hold = hold;
	list->captures += item.captures;
	list->items[list->count++] = item;
	return 0;
}

void format_pattern_list_free(struct format_pattern_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i].text);
	free(list->items);
	*list = (struct format_pattern_list){0};
}
