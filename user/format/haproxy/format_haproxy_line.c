// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "format_haproxy_asked.h"
#include "format_haproxy_keys.h"
#include "format_haproxy_line.h"
#include "format_haproxy_model.h"
#include "format_haproxy_step.h"
#include "format_haproxy_target.h"
#include "format_read.h"

/* A line of words while it is read. */
struct line_reading {
	struct haproxy *haproxy;
	struct haproxy_section *section;
	const struct haproxy_line *line;
	struct haproxy_step *step;
	size_t i;
};

static const char *const codes[] = {"301", "302", "303", "307", "308", NULL};

static const char *word_at(const struct haproxy_line *line, size_t i)
{
	return i < line->count ? line->word[i] : "";
}

static bool is_condition(const char *word)
{
	return !strcmp(word, "if") || !strcmp(word, "unless");
}

static bool is_one_of(const char *word, const char *const *of)
{
	for (; *of; of++)
		if (!strcmp(word, *of))
			return true;
	return false;
}

/* Where the condition begins, or the end. */
static size_t condition_find(const struct haproxy_line *line, size_t i)
{
	while (i < line->count && !is_condition(line->word[i]))
		i++;
	return i;
}

bool haproxy_line_asks(const struct haproxy_step *step)
{
	const struct haproxy_piece *piece = step->action.pieces;
	const struct haproxy_term *term = step->cond.terms;
	const struct haproxy_literal *literal;

	while (piece && (!piece->expr || piece->expr->fetch != HAPROXY_QUERY))
		piece = piece->next;
	for (; term; term = term->next)
		for (literal = term->first; literal; literal = literal->next)
			if (literal->acl->query && (literal->negated || !piece))
				return true;
	return false;
}

static int cond_take(struct line_reading *reading, size_t i)
{
	const struct haproxy_line *line = reading->line;
	int err = haproxy_cond(reading->haproxy, &reading->step->cond,
			       reading->section, line, i);

	if (line->unset && !reading->step->cond.why) {
		reading->step->cond.why = HAPROXY_UNSET;
		reading->step->cond.what = line->unset;
	}
	if (!err && !reading->step->cond.why &&
	    haproxy_line_asks(reading->step))
		reading->step->cond.why = "whether there is a query";
	if (!err && !reading->step->cond.why)
		err = haproxy_asked(reading->haproxy, reading->step);
	return err ? err : 1;
}

/* What stands behind the target, up to the condition. */
struct redirect_options {
	const char *kind, *target;
	bool drop_query, keep_query, append_slash;
};

static void error_at(const struct line_reading *reading, const char *why,
		     const char *word)
{
	format_error(reading->haproxy->read, reading->line->at, "line",
		     "redirect: %s '%s'", why, word);
}

static bool option_read(struct line_reading *reading,
			struct redirect_options *options)
{
	static const char *const kinds[] = {"location", "prefix", "scheme",
					    NULL};
	struct haproxy_action *action = &reading->step->action;
	const char *word = word_at(reading->line, reading->i);
	const char *next = word_at(reading->line, reading->i + 1);

	reading->i++;
	if (is_one_of(word, kinds) && reading->i < reading->line->count) {
		options->kind = word;
		options->target = next;
		reading->i++;
	} else if (!strcmp(word, "code") && is_one_of(next, codes)) {
		action->code = next;
		reading->i++;
	} else if (!strcmp(word, "drop-query")) {
		options->drop_query = true;
	} else if (!strcmp(word, "keep-query")) {
		options->keep_query = true;
	} else if (!strcmp(word, "append-slash")) {
		options->append_slash = true;
	} else if (!strcmp(word, "ignore-empty")) {
		action->ignore_empty = true;
	} else if (!strcmp(word, "set-cookie") ||
		   !strcmp(word, "clear-cookie")) {
		action->why = "it sets a cookie";
		reading->i++;
	} else {
		error_at(reading, "not expected:", word);
		return false;
	}
	return true;
}

static int target_take(struct line_reading *reading,
		       const struct redirect_options *options, bool format)
{
	struct haproxy_action *action = &reading->step->action;
	enum haproxy_form form = HAPROXY_LOCATION;

	if (!strcmp(options->kind, "prefix")) {
		form = options->drop_query ? HAPROXY_PREFIX_QUERY
					   : HAPROXY_PREFIX;
		action->append_slash =
			options->drop_query && options->append_slash;
	}
	if (!strcmp(options->kind, "scheme"))
		form = HAPROXY_SCHEME;
	action->keep_query = options->keep_query && form == HAPROXY_LOCATION;
	return haproxy_target_read(reading->haproxy, action, options->target,
				   form, format);
}

/* From behind the word "redirect" on. */
static int redirect_read(struct line_reading *reading, bool format)
{
	struct redirect_options options = {0};
	struct haproxy_step *step = reading->step;
	int err;

	step->kind = HAPROXY_ACT;
	step->action.at = reading->line->at;
	step->action.code = "302";
	while (reading->i < reading->line->count &&
	       !is_condition(reading->line->word[reading->i]))
		if (!option_read(reading, &options))
			return 0;
	if (!options.kind) {
		error_at(reading, "no location, prefix or scheme in",
			 word_at(reading->line, 0));
		return 0;
	}
	err = target_take(reading, &options, format);
	if (!err && step->action.map && !step->action.why)
		err = haproxy_keys(reading->haproxy, step);
	return err ? err : cond_take(reading, reading->i);
}

/* The status that a line answers, of "status N" or "deny_status N". */
static const char *status_of(const struct haproxy_line *line, size_t end)
{
	size_t i;

	for (i = 2; i + 1 < end; i++)
		if (!strcmp(line->word[i], "status") ||
		    !strcmp(line->word[i], "deny_status"))
			return line->word[i + 1];
	return "";
}

/* The Location that a line adds ("hdr NAME VALUE"), or NULL; what else it adds is
 * told. */
static const char *location_of(const struct line_reading *reading, size_t end)
{
	const struct haproxy_line *line = reading->line;
	const char *found = NULL;
	size_t i;

	for (i = 2; i + 2 < end; i++) {
		if (strcmp(line->word[i], "hdr") != 0)
			continue;
		if (!strcasecmp(line->word[i + 1], "location"))
			found = line->word[i + 2];
		else
			format_left_out(reading->haproxy->read, line->at,
					"header", "%s", line->word[i + 1]);
		i += 2;
	}
	return found;
}

/* A redirect by "return", if it is one. */
static int return_read(struct line_reading *reading, const char *status,
		       size_t end)
{
	struct haproxy_step *step = reading->step;
	const char *location = location_of(reading, end);
	int err;

	if (!location)
		return 0;
	step->kind = HAPROXY_ACT;
	step->action.code = status;
	if (!is_one_of(status, codes)) {
		step->action.why = "a code that rules have not";
		return 0;
	}
	err = haproxy_target_read(reading->haproxy, &step->action, location,
				  HAPROXY_LOCATION, true);
	if (!err && step->action.map && !step->action.why)
		err = haproxy_keys(reading->haproxy, step);
	return err;
}

/* "return" and "deny": 410 is a rule's, the others are no redirects. */
static int answer_read(struct line_reading *reading)
{
	size_t end = condition_find(reading->line, 2);
	const char *status = status_of(reading->line, end);
	struct haproxy_action *action = &reading->step->action;

	reading->step->kind = HAPROXY_PASS;
	action->at = reading->line->at;
	if (!strcmp(status, "410")) {
		reading->step->kind = HAPROXY_ACT;
		action->gone = true;
	} else if (*status == '3' && return_read(reading, status, end)) {
		return -ENOMEM;
	}
	return cond_take(reading, end);
}

int haproxy_line_rule(struct haproxy *haproxy, struct haproxy_section *section,
		      const struct haproxy_line *line,
		      struct haproxy_step *step)
{
	static const char *const ends[] = {
		"reject", "tarpit", "silent-drop", "auth", "use-service", NULL};
	struct line_reading reading = {haproxy, section, line, step, 2};
	const char *word = word_at(line, 1);

	step->at = line->at;
	if (!strcmp(word, "redirect"))
		return redirect_read(&reading, true);
	if (!strcmp(word, "return") || !strcmp(word, "deny") ||
	    !strcmp(word, "block"))
		return answer_read(&reading);
	step->kind = HAPROXY_PASS;
	if (is_one_of(word, ends))
		return cond_take(&reading, condition_find(line, 2));
	step->kind = HAPROXY_JUMP;
	if (!strcmp(word, "allow"))
		return cond_take(&reading, condition_find(line, 2));
	if (!strncmp(word, "lua.", 4))
		format_differs(haproxy->read, line->at, "directive",
			       "%s: what it does is not in the file", word);
	return 0;
}

int haproxy_line_redirect(struct haproxy *haproxy,
			  struct haproxy_section *section,
			  const struct haproxy_line *line,
			  struct haproxy_step *step)
{
	struct line_reading reading = {haproxy, section, line, step, 1};

	step->at = line->at;
	return redirect_read(&reading, false);
}

bool haproxy_line_changes(const struct haproxy_line *line)
{
	static const char *const changes[] = {"set-path",     "set-pathq",
					      "set-query",    "set-uri",
					      "replace-path", "replace-pathq",
					      "replace-uri",  NULL};
	static const char *const headers[] = {"set-header",    "replace-header",
					      "replace-value", "del-header",
					      "add-header",    NULL};
	const char *word = word_at(line, 1);

	return strchr(word, '-') && (is_one_of(word, changes) ||
				     (is_one_of(word, headers) &&
				      !strcasecmp(word_at(line, 2), "host")));
}
