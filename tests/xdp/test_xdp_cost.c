// SPDX-License-Identifier: BSD-2-Clause
/* A request whose lookup takes long is handed over: what the fast path does for
 * a packet has an end, whatever the rules are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "limit.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)
#define MISS RIG_COUNTER(HAND_MISS)
#define COST RIG_COUNTER(HAND_COST)

enum {
	DEPTHS = 127,
	LENGTHS = 1000,
	NAME = 2 * DEPTHS - 1,
	LINE = 2 * LENGTHS + NAME,
};

static char name[NAME + 1]; /* the most labels that a host has */
static char path[LENGTHS + 1];

/* The wildcards of the depths from 1 on that have a rule, the deepest first:
 * lines of a file of rules. On each stand prefixes of so many lengths, the
 * beginnings of all being those of path; but no rule is a prefix of it. There is
 * room for one line more. */
static char **rules_make(int depths, int lengths, size_t *count)
{
	char **lines =
		calloc((size_t)depths * (lengths + 2) + 1, sizeof(*lines));
	int depth, i;

	assert_non_null(lines);
	*count = 0;
	for (depth = depths; depth; depth--) {
		const char *below = name + NAME - (2 * depth - 1);

		assert_true(asprintf(&lines[(*count)++],
				     "*.%s/p?q https://n/ 301", below) > 0);
		assert_true(asprintf(&lines[(*count)++],
				     "*.%s/x https://n/ 301", below) > 0);
		for (i = 1; i <= lengths; i++)
			assert_true(asprintf(&lines[(*count)++],
					     "*.%s/%.*sq* https://n/ 301",
					     below, i - 1, path + 1) > 0);
	}
	return lines;
}

static void rules_load(int depths, int lengths)
{
	size_t count, i;
	char **lines = rules_make(depths, lengths, &count);

	rig_rules((const char *const *)lines, count);
	for (i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

/* A request for the deepest host, and the path's first bytes. */
static size_t request_make(char *text, int len, const char *query)
{
	return snprintf(text, LINE, "GET %.*s%s HTTP/1.1\r\nHost: %s\r\n\r\n",
			len, path, query, name);
}

static void cost_ends(void **state)
{
	static const struct {
		const char *about;
		int depths, lengths, path;
		rig_set reason;
	} rows[] = {
		{"few", 6, 14, 100, MISS},
		{"long prefixes, one level", 1, LENGTHS, LENGTHS, MISS},
		{"many levels without prefixes", 40, 0, 100, COST},
		{"many levels", DEPTHS - 1, 14, 100, COST},
		{"long prefixes, many levels", DEPTHS - 1, LENGTHS, LENGTHS,
		 COST},
	};
	char text[LINE];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rules_load(rows[i].depths, rows[i].lengths);
		len = request_make(text, rows[i].path, "?q");
		handover_expect_all(rows[i].about, text, len, rows[i].reason);
	}
}

/* What a lookup had found when it was to end is not the answer. */
static void cost_is_no_answer(void **state)
{
	char text[LINE];
	size_t count, len = request_make(text, 100, "?q");
	char **lines = rules_make(DEPTHS - 1, 14, &count);

	(void)state;
	lines[count++] = strdup("*/* https://n/any/* 301");
	rig_rules((const char *const *)lines, count);
	handover_expect_all("a rule for any host behind all", text, len, COST);
	while (count)
		free(lines[--count]);
	free(lines);
}

static int setup(void **state)
{
	int i;

	for (i = 0; i < NAME; i++)
		name[i] = i % 2 ? '.' : 'x';
	memset(path, 'p', LENGTHS);
	path[0] = '/';
	return rig_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(cost_ends),
		RIG_TEST(cost_is_no_answer),
	};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
