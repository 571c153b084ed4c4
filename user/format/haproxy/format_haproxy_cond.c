// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_cond.h"
#include "format_haproxy_model.h"
#include "format_haproxy_named.h"
#include "format_read.h"

/* A condition while it is read. */
struct cond_reading {
	struct haproxy *haproxy;
	struct haproxy_section *section;
	const struct haproxy_line *line;
	struct haproxy_cond *cond;
	size_t i;
};

/* So many terms an "unless" may become. */
enum { COND_TERMS = 256 };

static void bad(struct cond_reading *reading, const char *why, const char *what)
{
	format_error(reading->haproxy->read, reading->line->at, "condition",
		     "%s '%s'", why, what);
	reading->cond->why = why;
	reading->cond->what = what;
}

/* The words in braces. */
static int braces_read(struct cond_reading *reading,
		       const struct haproxy_acl **made)
{
	const struct haproxy_line *line = reading->line;
	size_t begin = ++reading->i;
	struct haproxy_acl *acl =
		format_pool_take(&reading->haproxy->pool, sizeof(*acl));

	if (!acl)
		return -ENOMEM;
	while (reading->i < line->count && strcmp(line->word[reading->i], "}"))
		reading->i++;
	if (reading->i == line->count) {
		bad(reading, "no '}' behind", "{");
		return 0;
	}
	*made = acl;
	return haproxy_acl_words(reading->haproxy, acl, line->word + begin,
				 reading->i - begin, line->at);
}

static int acl_read(struct cond_reading *reading,
		    const struct haproxy_acl **acl, const char *name)
{
	int err;

	if (!strcmp(name, "{"))
		return braces_read(reading, acl);
	err = haproxy_named(reading->haproxy, acl, reading->section, name);
	if (err == -ENOENT) {
		bad(reading, "no such ACL", name);
		err = 0;
	}
	return err;
}

/* The word behind all '!', which turn it around; NULL for none. */
static const char *nots_read(struct cond_reading *reading,
			     struct haproxy_literal *literal)
{
	const struct haproxy_line *line = reading->line;

	for (; reading->i < line->count; reading->i++) {
		const char *word = line->word[reading->i];

		for (; *word == '!'; word++)
			literal->negated = !literal->negated;
		if (*word)
			return word;
	}
	bad(reading, "no test behind", "!");
	return NULL;
}

static int literal_read(struct cond_reading *reading,
			struct haproxy_literal **made)
{
	struct haproxy_literal *literal =
		format_pool_take(&reading->haproxy->pool, sizeof(*literal));
	const struct haproxy_acl *acl = NULL;
	const char *word;
	int err;

	if (!literal)
		return -ENOMEM;
	word = nots_read(reading, literal);
	if (!word)
		return 0;
	err = acl_read(reading, &acl, word);
	reading->i++;
	if (!acl)
		return err;
	literal->acl = acl;
	if (acl->set.why && !reading->cond->why) {
		reading->cond->why = acl->set.why;
		reading->cond->what = acl->expr ? acl->expr->text : word;
	}
	*made = literal;
	return err;
}

static struct haproxy_term *term_add(struct cond_reading *reading,
				     struct haproxy_term ***end)
{
	struct haproxy_term *term =
		format_pool_take(&reading->haproxy->pool, sizeof(*term));

	if (!term)
		return NULL;
	**end = term;
	*end = &term->next;
	return term;
}

static int terms_read(struct cond_reading *reading)
{
	const struct haproxy_line *line = reading->line;
	struct haproxy_term **end = &reading->cond->terms;
	struct haproxy_term *term = term_add(reading, &end);
	struct haproxy_literal **to = term ? &term->first : NULL;
	int err = term ? 0 : -ENOMEM;

	while (!err && reading->i < line->count && !reading->cond->why) {
		const char *word = line->word[reading->i];

		if (strcmp(word, "or") && strcmp(word, "||")) {
			*to = NULL;
			err = literal_read(reading, to);
			if (*to)
				to = &(*to)->next;
			continue;
		}
		reading->i++;
		term = term_add(reading, &end);
		to = term ? &term->first : NULL;
		err = term ? 0 : -ENOMEM;
	}
	return err;
}

/* A copy of a term with one more test, negated. */
static int term_extend(struct cond_reading *reading,
		       const struct haproxy_term *of,
		       const struct haproxy_literal *more,
		       struct haproxy_term ***end)
{
	struct format_pool *pool = &reading->haproxy->pool;
	struct haproxy_term *term = term_add(reading, end);
	struct haproxy_literal *literal = NULL;
	const struct haproxy_literal *from;

	if (!term)
		return -ENOMEM;
	literal = format_pool_take(pool, sizeof(*literal));
	if (!literal)
		return -ENOMEM;
	*literal = (struct haproxy_literal){NULL, more->acl, !more->negated};
	term->first = literal;
	for (from = of->first; from; from = from->next) {
		literal->next = format_pool_take(pool, sizeof(*literal));
		if (!literal->next)
			return -ENOMEM;
		literal = literal->next;
		*literal = (struct haproxy_literal){NULL, from->acl,
						    from->negated};
	}
	return 0;
}

/* Not (A and B, or C) is: not A and not C, or not B and not C. */
static int terms_negate(struct cond_reading *reading)
{
	struct haproxy_term *none =
		format_pool_take(&reading->haproxy->pool, sizeof(*none));
	struct haproxy_term *now = none, *made, **end, *term;
	const struct haproxy_term *of;
	const struct haproxy_literal *literal;
	size_t count;
	int err = none ? 0 : -ENOMEM;

	for (of = reading->cond->terms; !err && of; of = of->next) {
		made = NULL;
		end = &made;
		count = 0;
		for (term = now; !err && term; term = term->next)
			for (literal = of->first; !err && literal;
			     literal = literal->next, count++)
				err = term_extend(reading, term, literal, &end);
		now = made;
		if (count > COND_TERMS) {
			reading->cond->why = "it has too many parts";
			break;
		}
	}
	reading->cond->terms = now;
	return err;
}

int haproxy_cond(struct haproxy *haproxy, struct haproxy_cond *cond,
		 struct haproxy_section *section,
		 const struct haproxy_line *line, size_t i)
{
	struct cond_reading reading = {haproxy, section, line, cond, i + 1};
	bool unless;
	int err;

	*cond = (struct haproxy_cond){0};
	if (i >= line->count) {
		cond->terms =
			format_pool_take(&haproxy->pool, sizeof(*cond->terms));
		return cond->terms ? 0 : -ENOMEM;
	}
	unless = !strcmp(line->word[i], "unless");
	if (!unless && strcmp(line->word[i], "if")) {
		bad(&reading, "not expected:", line->word[i]);
		return 0;
	}
	if (i + 1 == line->count) {
		bad(&reading, "no test behind", line->word[i]);
		return 0;
	}
	err = terms_read(&reading);
	if (!err && unless && !cond->why)
		err = terms_negate(&reading);
	return err;
}
