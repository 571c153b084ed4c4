// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "hits_view.h"
#include "json.h"
#include "release_view.h"
#include "rule.h"
#include "rule_line.h"
#include "view_hits.h"

struct view_hits {
	const char *state;
	struct hits_view *before; /* to reckon rates from, or NULL */
	int64_t clock;		  /* when that was, ms */
};

/* A rule among the first. */
struct row {
	uint64_t came, all; /* since the last look, and in all */
	struct hits_of of;
	json_t *line;
};

/* The first by what came, or by all. */
struct ranks {
	bool by_all;
	size_t count;
	struct row rows[VIEW_HITS_TOP];
};

struct walk {
	const struct hits_view *now, *before;
	struct ranks came, all;
	uint64_t unused;
	json_t *unused_rules;
};

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int view_hits_new(struct view_hits **hits, const char *state)
{
	*hits = calloc(1, sizeof(**hits));
	if (!*hits)
		return error_sys(-ENOMEM, "cannot gather hits");
	(*hits)->state = state;
	return 0;
}

static void missed_add(int server, int err, void *problems)
{
	json_t *text;

	/* Who may not see the fast path is told so with its counters. */
	if (!server && (err == -ENOENT || err == -EACCES || err == -EPERM))
		return;
	if (server > 0)
		text = json_sprintf("hits of server %d are left out: %s",
				    server, error_text());
	else
		text = json_sprintf("hits of the fast path are left out: %s",
				    error_text());
	json_array_append_new(problems,
			      text ? text : json_string("hits are left out"));
}

static json_t *line_of(const struct rule *rule)
{
	char *text = NULL;
	json_t *line = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	rule_print(out, rule);
	if (!fclose(out)) {
		text[strcspn(text, "\n")] = '\0';
		line = json_of_text(text);
	}
	free(text);
	return line;
}

static uint64_t sum(const struct hits_of *of)
{
	return of->count[0] + of->count[1];
}

static bool is_before(const struct ranks *ranks, const struct row *a,
		      const struct row *b)
{
	if (!ranks->by_all && a->came != b->came)
		return a->came > b->came;
	return a->all > b->all;
}

/* Put a rule in its place among the first, if it has one there. */
static void row_add(struct ranks *ranks, const struct row *row,
		    const struct rule *rule)
{
	size_t at = ranks->count;

	while (at && is_before(ranks, row, &ranks->rows[at - 1]))
		at--;
	if (at == VIEW_HITS_TOP)
		return;
	if (ranks->count == VIEW_HITS_TOP)
		json_decref(ranks->rows[--ranks->count].line);
	memmove(&ranks->rows[at + 1], &ranks->rows[at],
		(ranks->count - at) * sizeof(*row));
	ranks->rows[at] = *row;
	ranks->rows[at].line = line_of(rule);
	ranks->count++;
}

static int rule_take(const struct rule *rule, void *arg)
{
	struct walk *walk = arg;
	struct hits_of before = {.first = 0};
	struct row row = {.came = 0};

	hits_view_find(walk->now, rule, &row.of);
	row.all = sum(&row.of);
	if (!row.all) {
		if (walk->unused++ < VIEW_HITS_TOP)
			json_array_append_new(walk->unused_rules,
					      line_of(rule));
		return 0;
	}
	if (walk->before)
		hits_view_find(walk->before, rule, &before);
	if (walk->before && row.all > sum(&before))
		row.came = row.all - sum(&before);
	if (row.came)
		row_add(&walk->came, &row, rule);
	row_add(&walk->all, &row, rule);
	return 0;
}

static json_t *rows_json(const struct ranks *ranks, double seconds)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < ranks->count; i++) {
		const struct row *row = &ranks->rows[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:I, s:I, s:I}", "rule",
				  row->line, "rate",
				  seconds > 0 ? json_real(row->came / seconds)
					      : json_null(),
				  "get_head", (json_int_t)row->of.count[0],
				  "other", (json_int_t)row->of.count[1], "last",
				  (json_int_t)row->of.last));
	}
	return list;
}

static json_t *walk_json(struct walk *walk, int64_t ms)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:I, s:o}", "since",
			 (json_int_t)hits_view_since(walk->now), "seconds",
			 ms > 0 ? json_real(ms / 1000.0) : json_null(), "rules",
			 rows_json(&walk->came, ms / 1000.0), "most",
			 rows_json(&walk->all, ms / 1000.0), "unused",
			 (json_int_t)walk->unused, "unused_rules",
			 walk->unused_rules);
}

static int rules_walk(struct walk *walk, const char *state)
{
	struct release_view view = {0};
	char *said = NULL;
	size_t size;
	FILE *out = open_memstream(&said, &size);
	int err = -ENOMEM;

	if (out)
		err = release_view_open(&view, state, RELEASE_VIEW_LIVE, out);
	if (!err)
		err = release_view_each(&view, NULL, NULL, rule_take, walk);
	release_view_close(&view);
	if (out)
		fclose(out);
	free(said);
	return err;
}

json_t *view_hits_take(struct view_hits *hits, json_t *problems)
{
	struct walk walk = {.before = hits->before, .all = {.by_all = true}};
	int64_t now = clock_ms();
	struct hits_view *view;
	json_t *value;

	if (hits_view_open(&view, hits->state, missed_add, problems)) {
		json_array_append_new(problems, json_of_text(error_text()));
		return NULL;
	}
	walk.now = view;
	walk.unused_rules = json_array();
	if (rules_walk(&walk, hits->state))
		json_array_append_new(problems, json_of_text(error_text()));
	value = walk_json(&walk, hits->before ? now - hits->clock : 0);
	hits_view_close(hits->before);
	hits->before = view;
	hits->clock = now;
	return value;
}

void view_hits_free(struct view_hits *hits)
{
	if (!hits)
		return;
	hits_view_close(hits->before);
	free(hits);
}
