// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "hits_print.h"
#include "hits_top.h"
#include "rule.h"
#include "rule_line.h"

enum { TOP_SLACK = 1024 }; /* rows beyond those that are kept */

static void row_free(struct hits_row *row)
{
	free(row->line);
	json_decref(row->json);
}

static uint64_t row_hits(const struct hits_row *row)
{
	return row->of.count[0] + row->of.count[1];
}

static int row_order(const void *left, const void *right)
{
	const struct hits_row *a = left, *b = right;

	if (row_hits(a) != row_hits(b))
		return row_hits(a) > row_hits(b) ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void hits_top_sort(struct hits_top *top)
{
	if (top->count)
		qsort(top->rows, top->count, sizeof(*top->rows), row_order);
	while (top->most && top->count > top->most)
		row_free(&top->rows[--top->count]);
}

static char *line_of(const struct rule *rule)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	rule_print(out, rule);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

int hits_top_add(struct hits_top *top, const struct rule *rule,
		 const struct hits_of *of)
{
	struct hits_row row = {*of, top->came++, rule->code, NULL, NULL};

	if (top->most && top->count >= top->most + TOP_SLACK)
		hits_top_sort(top);
	if (array_grow(&top->rows, &top->room, top->count + 1,
		       sizeof(*top->rows)))
		return error_sys(-ENOMEM, "cannot list hits");
	if (top->json)
		row.json = hits_print_rule(rule, of);
	else
		row.line = line_of(rule);
	if (!row.line && !row.json)
		return error_sys(-ENOMEM, "cannot list hits");
	top->rows[top->count++] = row;
	return 0;
}

void hits_top_free(struct hits_top *top)
{
	size_t i;

	for (i = 0; i < top->count; i++)
		row_free(&top->rows[i]);
	free(top->rows);
}
