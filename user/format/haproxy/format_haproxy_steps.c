// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format_haproxy_asked.h"
#include "format_haproxy_line.h"
#include "format_haproxy_model.h"
#include "format_haproxy_own.h"
#include "format_haproxy_steps.h"
#include "format_read.h"

/* The steps of a section while they are made. */
struct steps_making {
	struct haproxy *haproxy;
	struct haproxy_section *section;
	struct haproxy_steps *steps;
	const struct haproxy_line *change; /* a line that changes requests */
	size_t lines;			   /* that may be steps, about */
};

static struct haproxy_step *step_add(struct steps_making *making)
{
	struct haproxy_steps *steps = making->steps;
	struct haproxy_step *step = steps->step;

	if (steps->count == steps->room) {
		size_t room = steps->room ? steps->room * 2 : making->lines;

		step = format_pool_take(&making->haproxy->pool,
					room * sizeof(*step));
		if (!step)
			return NULL;
		if (steps->count)
			memcpy(step, steps->step, steps->count * sizeof(*step));
		steps->step = step;
		steps->room = room;
	}
	step = &steps->step[steps->count];
	memset(step, 0, sizeof(*step));
	return step;
}

static const char *kind_of(const struct haproxy_step *step)
{
	const char *why = step->action.why;

	if (step->cond.why && !strcmp(step->cond.why, HAPROXY_UNSET))
		return "variable";
	if (step->cond.why)
		return "condition";
	if (!strcmp(why, "it sets a cookie"))
		return "cookie";
	if (!strncmp(why, "cannot open", 11))
		return "file";
	if (!strcmp(why, "a code that rules have not"))
		return "code";
	return "variable";
}

/* What cannot be said of a line that redirects is told, and it is no step. */
static bool act_fits(struct steps_making *making,
		     const struct haproxy_step *step)
{
	const struct haproxy_cond *cond = &step->cond;
	struct format_read *read = making->haproxy->read;

	if (making->change)
		format_cannot(read, step->at, "directive",
			      "it sees a request that %s has changed",
			      making->change->word[1]);
	else if (cond->why)
		format_cannot(read, step->at, kind_of(step), "%s%s%s",
			      cond->what ? cond->what : "",
			      cond->what ? ": " : "", cond->why);
	else if (step->action.why)
		format_cannot(read, step->at, kind_of(step), "%s",
			      step->action.why);
	else
		return true;
	return false;
}

/* Keep a step, or tell what becomes of it. */
static void step_keep(struct steps_making *making, struct haproxy_step *step)
{
	bool acts = step->kind == HAPROXY_ACT ||
		    (step->kind == HAPROXY_CALL && step->backend->acts);

	if (acts && !act_fits(making, step))
		return;
	making->steps->acts |= acts;
	making->steps->count++;
}

typedef int line_fn(struct haproxy *haproxy, struct haproxy_section *section,
		    const struct haproxy_line *line, struct haproxy_step *step);

static int lines_take(struct steps_making *making,
		      struct haproxy_section *section,
		      const struct haproxy_line *line, line_fn *read)
{
	int got = 0;

	for (; got >= 0 && line; line = line->next) {
		struct haproxy_step *step = step_add(making);

		if (!step)
			return -ENOMEM;
		if (haproxy_line_changes(line))
			making->change = line;
		got = read(making->haproxy, section, line, step);
		if (got > 0)
			step_keep(making, step);
	}
	return got < 0 ? got : 0;
}

/* Which backend it is depends on the request: none is left out, and what they
 * redirect cannot be said. */
static void any_backend_tell(struct steps_making *making,
			     const struct haproxy_line *line)
{
	struct haproxy_section *section = making->haproxy->sections;
	bool redirects = false;

	for (; section; section = section->next) {
		if (strcmp(section->kind, "backend") != 0 || section->used)
			continue;
		redirects |= section->redirects.first != NULL;
		section->used = true;
	}
	if (redirects)
		format_cannot(making->haproxy->read, line->at, "variable",
			      "%s: the backend depends on the request",
			      line->word[1]);
}

/* Go to a backend of a name, if that redirects anything. */
static int backend_take(struct steps_making *making, struct haproxy_step *step,
			const char *name)
{
	struct haproxy_section *backend =
		haproxy_backend(making->haproxy, name);

	step->kind = HAPROXY_PASS;
	if (!backend)
		return 0;
	backend->used = true;
	step->backend = haproxy_steps(making->haproxy, backend);
	step->kind = HAPROXY_CALL;
	return step->backend ? 0 : -ENOMEM;
}

static int use_take(struct haproxy *haproxy, struct haproxy_section *section,
		    const struct haproxy_line *line, struct haproxy_step *step)
{
	int err;

	step->at = line->at;
	if (line->count < 2) {
		format_error(haproxy->read, line->at, "line",
			     "use_backend: no backend");
		return 0;
	}
	err = haproxy_cond(haproxy, &step->cond, section, line, 2);
	if (!err && !step->cond.why && haproxy_line_asks(step))
		step->cond.why = "whether there is a query";
	if (!err && !step->cond.why)
		err = haproxy_asked(haproxy, step);
	return err ? err : 1;
}

static int uses_take(struct steps_making *making)
{
	const struct haproxy_line *line = making->section->uses.first;
	int got = 0;

	for (; got >= 0 && line; line = line->next) {
		struct haproxy_step *step = step_add(making);

		if (!step)
			return -ENOMEM;
		got = use_take(making->haproxy, making->section, line, step);
		if (got > 0 && strchr(line->word[1], '%'))
			any_backend_tell(making, line);
		if (got > 0 && backend_take(making, step, line->word[1]))
			return -ENOMEM;
		if (got > 0)
			step_keep(making, step);
	}
	return got < 0 ? got : 0;
}

static int fallback_take(struct steps_making *making)
{
	const struct haproxy_line none = {0};
	const struct haproxy_section *section = making->section;
	struct haproxy_step *step;

	if (!section->fallback)
		return 0;
	step = step_add(making);
	if (!step)
		return -ENOMEM;
	step->at = section->at;
	if (haproxy_cond(making->haproxy, &step->cond, making->section, &none,
			 0) ||
	    backend_take(making, step, section->fallback))
		return -ENOMEM;
	step_keep(making, step);
	return 0;
}

/* Lines that are no steps where nothing behind them redirects; what they take
 * under a condition that rules cannot say is told. */
static void steps_tidy(struct steps_making *making)
{
	struct haproxy_steps *steps = making->steps;
	bool later = false;
	size_t i;

	for (i = steps->count; i-- > 0;) {
		struct haproxy_step *step = &steps->step[i];

		if (step->kind == HAPROXY_ACT ||
		    (step->kind == HAPROXY_CALL && step->backend->acts)) {
			later = true;
			continue;
		}
		if (later && step->cond.why)
			format_differs(
				making->haproxy->read, step->at, "condition",
				"%s%s%s: lines behind it redirect what it takes",
				step->cond.what ? step->cond.what : "",
				step->cond.what ? ": " : "", step->cond.why);
		if (step->cond.why)
			step->cond.terms = NULL;
	}
}

typedef int own_fn(struct haproxy *haproxy,
		   const struct haproxy_section *section,
		   struct haproxy_step *step);

/* What HAProxy answers by itself. */
static int own_take(struct steps_making *making, own_fn *own)
{
	struct haproxy_step *step = step_add(making);
	int got;

	if (!step)
		return -ENOMEM;
	got = own(making->haproxy, making->section, step);
	if (got > 0)
		step_keep(making, step);
	return got < 0 ? got : 0;
}

static size_t lines_count(const struct haproxy_lines *lines)
{
	const struct haproxy_line *line = lines->first;
	size_t count = 0;

	for (; line; line = line->next)
		count++;
	return count;
}

static int section_take(struct steps_making *making)
{
	struct haproxy_section *section = making->section;
	struct haproxy_section *defaults = section->defaults;
	int err;

	making->lines = 16 + lines_count(&section->rules) +
			lines_count(&section->redirects);
	err = own_take(making, haproxy_own_monitor);
	if (!err && defaults)
		err = lines_take(making, defaults, defaults->rules.first,
				 haproxy_line_rule);
	if (!err)
		err = lines_take(making, section, section->rules.first,
				 haproxy_line_rule);
	making->steps->redirects = making->steps->count;
	if (!err)
		err = own_take(making, haproxy_own_stats);
	if (!err)
		err = lines_take(making, section, section->redirects.first,
				 haproxy_line_redirect);
	if (!err && section->listens)
		err = uses_take(making);
	if (!err && section->listens)
		err = fallback_take(making);
	steps_tidy(making);
	return err;
}

struct haproxy_steps *haproxy_steps(struct haproxy *haproxy,
				    struct haproxy_section *section)
{
	struct steps_making making = {.haproxy = haproxy, .section = section};

	if (section->steps)
		return section->steps;
	making.steps = format_pool_take(&haproxy->pool, sizeof(*making.steps));
	if (!making.steps)
		return NULL;
	section->steps = making.steps;
	if (section->tcp || section->disabled)
		return making.steps;
	return section_take(&making) ? NULL : making.steps;
}
