// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format_apache_answer.h"
#include "format_apache_case.h"
#include "format_apache_cond.h"
#include "format_apache_flags.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_rewrite.h"
#include "format_apache_rewriting.h"
#include "format_apache_tell.h"
#include "format_apache_ways.h"
#include "format_regex.h"

static void groups_free(char **groups)
{
	int i;

	for (i = 0; i < APACHE_GROUPS; i++) {
		free(groups[i]);
		groups[i] = NULL;
	}
}

/* Whether a host fulfils all conditions of hosts. Returns 1, 0, -errno; -ENOTSUP
 * has been told. */
static int host_fits(struct apache_rewriting *to, const char *host)
{
	const struct apache_case *one = to->one;
	const char *reason;
	size_t i;
	int got = 1;

	for (i = 0; got == 1 && i < one->count; i++) {
		const struct apache_cond *cond = one->conds[i];

		if (apache_cond_asks(cond) != APACHE_ASKS_HOST)
			continue;
		apache_tell_port(to->giving, to->item->at);
		got = apache_cond_host(
			cond, host, cond == one->last ? to->host_groups : NULL,
			&to->unlike, &reason);
		if (got == -ENOTSUP)
			apache_rewriting_cannot(to, "condition", cond->pattern,
						reason);
	}
	return got;
}

static int paths_read(struct apache_rewriting *to)
{
	const struct apache_case *one = to->one;
	unsigned int flags = FORMAT_REGEX_DECODED;
	const char *pattern = to->item->pattern;
	int err;

	/* what must not match is taken from all paths */
	if (*pattern == '!')
		pattern = "^";
	err = format_regex_path(
		&to->paths, pattern, strlen(pattern),
		flags | (to->item->folder ? FORMAT_REGEX_DIRECTORY : 0) |
			(to->flags->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return apache_rewriting_cannot(to, "regex", pattern,
					       to->paths.reason);
	if (err || !one->path)
		return err;
	err = format_regex_path(
		&to->conds, one->path->pattern, strlen(one->path->pattern),
		flags | (one->path->nocase ? FORMAT_REGEX_CASE : 0));
	if (err == -ENOTSUP)
		return apache_rewriting_cannot(to, "regex", one->path->pattern,
					       to->conds.reason);
	return err;
}

static bool letters_in(const char *text)
{
	while (*text && !isalpha((unsigned char)*text))
		text++;
	return *text;
}

static int paths_give(struct apache_rewriting *to)
{
	const struct apache_case *one = to->one;
	int err = paths_read(to);

	if (!err && one->query_loose && !to->past)
		apache_differs(to->giving, to->item->at, "query",
			       "%s: it is asked for as a whole pair",
			       one->query);
	if (!err && one->has_query && one->query_any_case && !to->past &&
	    letters_in(one->query))
		apache_differs(to->giving, to->item->at, "query",
			       "%s: it is asked for in this case alone",
			       one->query);
	if (!err)
		err = apache_ways_give(to);
	format_regex_free(&to->paths);
	format_regex_free(&to->conds);
	return err;
}

static int case_give(struct apache_rewriting *to)
{
	const struct apache_case *one = to->one;
	int fits, err = 0;

	if (one->reason)
		return apache_rewriting_cannot(to, "condition", one->cond->test,
					       one->reason);
	if (!one->schemes)
		return 0;
	fits = host_fits(to, to->giving->host);
	if (fits == -ENOTSUP)
		err = 1;
	else if (fits)
		err = fits < 0 ? fits : paths_give(to);
	groups_free(to->host_groups);
	return err;
}

static unsigned int groups_in(const char *target)
{
	unsigned int groups = 0;

	for (; *target; target++)
		if ((*target == '$' || *target == '%') && target[1] >= '0' &&
		    target[1] <= '9')
			groups |= 1U << (target[1] - '0');
	return groups;
}

static void unlike_tell(struct apache_rewriting *to)
{
	const char *text;

	while (!to->past && (text = format_regex_unlike(&to->unlike)))
		apache_differs(to->giving, to->item->at, "regex", "%s: %s",
			       to->item->pattern, text);
}

/* What is otherwise by a flag. */
static void flags_tell(struct apache_rewriting *to)
{
	const struct apache_flags *flags = to->flags;
	const struct apache_item *item = to->item;

	if (to->past)
		return;
	if (flags->append && !flags->noescape && strchr(item->target, '?'))
		apache_differs(to->giving, item->at, "query",
			       "%s: QSA escapes what is escaped in the query, "
			       "and adds an empty one",
			       item->target);
	if (flags->noescape && strchr(item->target, '#'))
		apache_differs(to->giving, item->at, "fragment",
			       "%s: the query goes before the fragment",
			       item->target);
	if (flags->noescape && strpbrk(item->target, "$%"))
		apache_differs(to->giving, item->at, "encoding",
			       "%s: with NE a blank in what is put in is "
			       "answered 403",
			       item->target);
	if (flags->cookie)
		apache_differs(to->giving, item->at, "cookie",
			       "%s: no cookie is set", item->pattern);
}

int apache_rewrite(struct apache_giving *giving, const struct apache_item *item,
		   const struct apache_flags *flags, const size_t *past,
		   size_t next)
{
	static __thread struct apache_texts texts;
	struct apache_rewriting to = {.giving = giving,
				      .item = item,
				      .flags = flags,
				      .past = past,
				      .next = next,
				      .groups = groups_in(item->target),
				      .texts = &texts};
	struct apache_cases cases;
	size_t i;
	int err, all = 0;

	to.code = flags->gone ? "410" : apache_answer_code(flags->code);
	if (!to.code && !past)
		return apache_rewriting_cannot(&to, "code", item->pattern,
					       flags->code);
	if (flags->other)
		return apache_rewriting_cannot(&to, "flag", item->pattern,
					       flags->other);
	flags_tell(&to);
	err = apache_cases(&cases, item, giving->schemes);
	if (err == -ENOTSUP)
		err = apache_rewriting_cannot(&to, "condition", item->pattern,
					      cases.reason);
	for (i = 0; err >= 0 && cases.cases && i < cases.count; i++) {
		to.one = &cases.cases[i];
		err = case_give(&to);
		all |= err;
	}
	apache_cases_free(&cases);
	unlike_tell(&to);
	return err < 0 ? err : all;
}
