// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "format_apache_case.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_map.h"
#include "format_apache_map_use.h"
#include "format_apache_rewriting.h"
#include "format_apache_target.h"
#include "format_apache_text.h"
#include "format_apache_ways.h"
#include "format_regex.h"
#include "format_regex_target.h"

/* The source as rules have it. */
static void source_make(struct apache_rewriting *to,
			const struct format_region *region)
{
	struct format_text *source = &to->texts->source;

	format_text_begin(source);
	format_text_raw(source, region->path, strlen(region->path));
	if (region->kind == FORMAT_REGION_PREFIX)
		format_text_raw(source, "*", 1);
	apache_target_whole(&to->texts->whole, source->text);
}

/* One rule: the requests of a region, in which the way's are. */
static int region_give(struct apache_rewriting *to,
		       const struct format_regex_way *way,
		       const struct format_region *region)
{
	struct apache_rule rule = {.at = to->item->at,
				   .host = region->host,
				   .code = to->past ? "pass" : to->code,
				   .schemes = region->schemes,
				   .fold = region->fold};
	struct format_text *target = &to->texts->target;
	struct format_region past;
	const char *reason;
	int err = 0;

	source_make(to, region);
	format_text_begin(target);
	format_text_raw(target, "-", 1);
	if (!to->past && strcmp(to->code, "410") != 0) {
		err = apache_target_make(to, to->item->target);
		if (!err)
			apache_target_query(to, &rule);
	}
	if (!err)
		err = apache_target_back(to, &rule);
	if (err)
		return err;
	reason = format_target_reason(target->text, target->len,
				      *region->host == '*');
	if (reason)
		return apache_rewriting_cannot(to, "target", to->item->target,
					       reason);
	if (region->fold && strcasestr(to->item->target, "%{REQUEST_URI}"))
		to->unlike |= FORMAT_REGEX_LETTERS;
	if (way->order & to->groups)
		to->unlike |= FORMAT_REGEX_ORDER;
	if (way->letters & to->groups)
		to->unlike |= FORMAT_REGEX_LETTERS;
	rule.path = to->texts->source.text;
	rule.target = target->text;
	if (!to->past)
		return apache_give(to->giving, &rule);
	err = apache_give_region(to->giving, &rule, &past);
	if (err > 0)
		err = apache_give_past(to->giving, &past, *to->past,
				       to->item->at);
	return err;
}

/* A path that a rest takes without having anything goes on to later rules. */
static int empty_past(struct apache_rewriting *to,
		      const struct format_regex_way *way,
		      const struct format_region *region)
{
	struct format_region empty = *region;

	if (!(way->unlike & FORMAT_REGEX_EMPTY))
		return 0;
	if (region->kind != FORMAT_REGION_PREFIX) {
		to->unlike |= FORMAT_REGEX_EMPTY;
		return 0;
	}
	empty.kind = FORMAT_REGION_EXACT;
	return apache_give_past(to->giving, &empty, to->next, to->item->at);
}

static int way_region(struct apache_rewriting *to,
		      const struct format_regex_way *way, bool fold, bool cond,
		      struct format_region *region)
{
	struct format_text *source = &to->texts->source;
	struct apache_rule rule = {.at = to->item->at,
				   .host = to->giving->host,
				   .schemes = to->one->schemes,
				   .fold = fold};

	format_text_begin(source);
	if (to->item->folder && !cond)
		format_text_decoded(source, to->item->folder,
				    strlen(to->item->folder) - 1);
	format_text_raw(source, way->source, strlen(way->source));
	rule.path = source->text;
	return apache_give_region(to->giving, &rule, region);
}

/* What a way and a condition's have in common. */
static int cond_give(struct apache_rewriting *to,
		     const struct format_regex_way *way,
		     const struct format_region *region,
		     const struct format_regex_way *cond)
{
	struct format_region of, both;
	bool unsure = false;
	int err = way_region(to, cond, to->conds.fold, true, &of);

	if (err <= 0)
		return err < 0 ? err : 1;
	if (!format_region_meet(&both, region, &of, &unsure))
		return unsure ? apache_rewriting_cannot(
					to, "condition", to->one->path->pattern,
					"beside a rule of other paths")
			      : 0;
	apache_target_groups(to, to->texts->rule, to->texts->narrowed[0], way,
			     region, &both);
	apache_target_groups(to, to->texts->cond, to->texts->narrowed[1], cond,
			     &of, &both);
	err = empty_past(to, cond, &of);
	return err ? err
		   : region_give(to, both.path == of.path ? cond : way, &both);
}

/* The rules of one way, with each of a condition's. */
static int way_give(struct apache_rewriting *to,
		    const struct format_regex_way *way)
{
	struct format_region region;
	size_t i;
	int err = way_region(to, way, to->paths.fold, false, &region);

	if (err <= 0)
		return err < 0 ? err : 1;
	err = empty_past(to, way, &region);
	to->unlike |=
		apache_text_unlike(way) & ~(unsigned int)FORMAT_REGEX_EMPTY;
	if (!err && !to->one->path) {
		apache_target_groups(to, to->texts->rule, NULL, way, &region,
				     &region);
		return region_give(to, way, &region);
	}
	for (i = 0; !err && i < to->conds.count; i++) {
		to->unlike |= apache_text_unlike(&to->conds.ways[i]) &
			      ~(unsigned int)FORMAT_REGEX_EMPTY;
		err = cond_give(to, way, &region, &to->conds.ways[i]);
	}
	return err;
}

/* Paths that a rule is not for: they go on with what comes behind it. */
static int not_give(struct apache_rewriting *to, const char *pattern,
		    unsigned int flags, bool cond)
{
	struct format_regex regex;
	struct format_region region;
	size_t i;
	int err;

	if (cond && (*pattern == '=' || *pattern == '-'))
		return apache_rewriting_cannot(
			to, "condition", pattern,
			"a comparison, or a test of a file");
	err = format_regex_path(&regex, pattern, strlen(pattern),
				FORMAT_REGEX_DECODED | flags);
	if (err == -ENOTSUP)
		return apache_rewriting_cannot(to, "regex", pattern,
					       regex.reason);
	for (i = 0; !err && i < regex.count; i++) {
		to->unlike |= apache_text_unlike(&regex.ways[i]);
		err = way_region(to, &regex.ways[i], regex.fold, cond, &region);
		if (err > 0)
			err = apache_give_past(to->giving, &region, to->next,
					       to->item->at);
	}
	format_regex_free(&regex);
	return err;
}

static int nots_give(struct apache_rewriting *to)
{
	const struct apache_case *one = to->one;
	const char *pattern = to->item->pattern;
	size_t i;
	int err = 0;

	if (*pattern == '!')
		err = not_give(to, pattern + 1,
			       (to->item->folder ? FORMAT_REGEX_DIRECTORY : 0) |
				       (to->flags->nocase ? FORMAT_REGEX_CASE
							  : 0),
			       false);
	for (i = 0; !err && i < one->not_count; i++)
		err = not_give(to, one->nots[i]->pattern + 1,
			       one->nots[i]->nocase ? FORMAT_REGEX_CASE : 0,
			       true);
	return err;
}

/* All of a rule's paths. */
int apache_ways_give(struct apache_rewriting *to)
{
	struct apache_giving *giving = to->giving;
	size_t i;
	int err = nots_give(to);

	if (!err)
		err = apache_map_use_find(&giving->map_use, giving, to->item,
					  to->flags, to->one, &to->paths);
	if (!err && giving->map_use.map)
		return to->past ? 1
				: apache_map_give(giving, &giving->map_use,
						  giving->host);
	for (i = 0; !err && i < to->paths.count; i++)
		err = way_give(to, &to->paths.ways[i]);
	return err;
}
