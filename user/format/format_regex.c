// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_regex.h"
#include "regex_host.h"
#include "regex_literal.h"
#include "regex_overlap.h"
#include "regex_parse.h"
#include "regex_shape.h"
#include "regex_ways.h"
#include "regex_write.h"

_Static_assert((int)FORMAT_REGEX_GROUPS == (int)REGEX_GROUPS, "groups");
_Static_assert((int)FORMAT_REGEX_MOST == (int)REGEX_WAYS, "ways");

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read an expression");
}

/* What a segment of a path may have: a set that holds it is all but '/'. */
static struct regex_set whole_set(unsigned int flags)
{
	struct regex_set set = {0};
	unsigned int c;

	for (c = 0x21; c < 256; c++)
		if (c != '/' && c != 0x7f &&
		    (flags & FORMAT_REGEX_DECODED || (c != '?' && c != '#')))
			regex_set_add(&set, c);
	if (flags & FORMAT_REGEX_DECODED)
		regex_set_add(&set, ' ');
	return set;
}

static int names_take(struct format_regex *regex, const struct regex_tree *tree)
{
	int i;

	for (i = 0; i < tree->groups; i++) {
		if (!tree->name[i].text)
			continue;
		regex->name[i] = strndup(tree->name[i].text, tree->name[i].len);
		if (!regex->name[i])
			return no_memory();
	}
	return 0;
}

static int paths_make(struct format_regex *regex, const struct regex_tree *tree,
		      struct regex_ways *ways, unsigned int flags)
{
	size_t i;
	int err = regex_shape(ways, tree, flags);

	regex->reason = ways->reason;
	for (i = 0; !err && i < ways->count; i++)
		err = regex_write(regex, tree, &ways->items[i], flags);
	if (!err)
		regex_overlap(regex);
	return err;
}

/* Of two ways to a host the one that says less is kept. */
static void twins_drop(struct format_regex *regex)
{
	size_t i, j, kept = 0;

	for (i = 0; i < regex->count; i++) {
		struct format_regex_way *way = &regex->ways[i];

		for (j = 0; j < kept; j++)
			if (!strcmp(regex->ways[j].source, way->source))
				break;
		if (j < kept && regex->ways[j].unlike & ~way->unlike) {
			format_regex_way_free(&regex->ways[j]);
			regex->ways[j] = *way;
		} else if (j < kept) {
			format_regex_way_free(way);
		} else {
			regex->ways[kept++] = *way;
		}
	}
	regex->count = kept;
}

static int hosts_make(struct format_regex *regex, const struct regex_tree *tree,
		      struct regex_ways *ways)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < ways->count; i++)
		err = regex_host(regex, tree, &ways->items[i]);
	if (!err)
		twins_drop(regex);
	return err || regex->count ? err : -ENOTSUP;
}

static int regex_make(struct format_regex *regex, const struct regex_tree *tree,
		      unsigned int flags, bool host)
{
	struct regex_set whole = whole_set(flags);
	struct regex_ways ways;
	size_t i;
	int err = regex_ways(&ways, tree, &whole);

	regex->reason = ways.reason;
	regex->fold = tree->fold;
	/* a host has two at most; and two more before it is seen that they
	 * are too many */
	regex->ways = calloc(2 * ways.count + 2, sizeof(*regex->ways));
	if (!err && !regex->ways)
		err = no_memory();
	if (!err)
		err = names_take(regex, tree);
	if (!err)
		err = host ? hosts_make(regex, tree, &ways)
			   : paths_make(regex, tree, &ways, flags);
	for (i = 0; i < regex->count; i++)
		regex->unlike |= regex->ways[i].unlike;
	regex_ways_free(&ways);
	return err;
}

static int regex_read(struct format_regex *regex, const char *text, size_t len,
		      unsigned int flags, bool host)
{
	struct regex_tree tree;
	int err = regex_parse(&tree, text, len,
			      host || flags & FORMAT_REGEX_CASE);

	*regex = (struct format_regex){.kind = "regex", .reason = tree.reason};
	if (!err)
		err = regex_make(regex, &tree, flags, host);
	regex_tree_free(&tree);
	if (err) {
		const char *reason = regex->reason;

		format_regex_free(regex);
		regex->kind = "regex";
		regex->reason = reason;
	}
	return err;
}

int format_regex_path(struct format_regex *regex, const char *text, size_t len,
		      unsigned int flags)
{
	int literal = regex_literal(regex, text, len, flags);

	if (literal)
		return literal < 0 ? literal : 0;
	return regex_read(regex, text, len, flags, false);
}

int format_regex_host(struct format_regex *regex, const char *text, size_t len)
{
	return regex_read(regex, text, len, 0, true);
}
