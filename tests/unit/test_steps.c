// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the worst path or query costs with the worst pattern or set, counted in
 * looks at a byte (step.h).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static unsigned long steps;
#define STEP() ((void)steps++)

/* These instead of the library's. */
#include "pattern_chain.c"
#include "pattern_match.c"
#include "pattern_search.c"
#include "pattern_segment.c"
#include "pair_list.c"
#include "pair_set.c"

#include "pattern_check.h"
#include "rule_pattern.h"

enum {
	LINEAR = 8,  /* steps for each byte of both */
	SORTING = 4, /* ... and for each of a query, times its logarithm, 13 */
};

/* A pattern is head, piece again and again, tail; so is a path. In each piece
 * "\1" and "\2" are captures. times 0: as often as there is room. */
struct text {
	const char *head, *piece, *tail;
	int times;
};

static const struct {
	const char *about;
	struct text pattern, path;
	int digits; /* captures of digits that others follow, in a segment */
} cases[] = {
	{"many captures, one byte",
	 {"/", "\1x", "\1", 900},
	 {"/", "x", "", 0},
	 0},
	{"... with another end",
	 {"/", "\1x", "\1y", 900},
	 {"/", "x", "", 0},
	 0},
	{"... with another begin",
	 {"/", "\1x", "\1", 900},
	 {"/y", "x", "", 0},
	 0},
	{"... one that never comes",
	 {"/\1y", "\1x", "\1", 900},
	 {"/", "x", "", 0},
	 0},
	{"... as many as there can be",
	 {"/", "\1x", "\1", 1999},
	 {"/", "x", "", 0},
	 0},
	{"... more bytes than in the path",
	 {"/", "\1x", "\1", 1999},
	 {"/", "x", "", 3000},
	 0},
	{"... with a remainder",
	 {"/", "\1x", "\1\3", 900},
	 {"/", "x", "/x/x", 0},
	 0},
	{"a literal that nearly stands everywhere",
	 {"/\1b", "a", "\1", 3000},
	 {"/", "a", "", 0},
	 0},
	{"... but for its last byte",
	 {"/\1", "a", "b\1", 3000},
	 {"/", "a", "", 0},
	 0},
	{"... in periods",
	 {"/\1", "aaab", "b\1", 700},
	 {"/", "aaab", "", 0},
	 0},
	{"... that differs in the middle",
	 {"/\1", "aaaabaaaa", "\1", 300},
	 {"/", "aaaacaaaa", "", 0},
	 0},
	{"many that nearly stand everywhere",
	 {"/", "\1aaaaaab", "\1", 900},
	 {"/", "a", "", 0},
	 0},
	{"escapes that nearly are the literal",
	 {"/\1", "25", "\1", 900},
	 {"/", "%25", "", 0},
	 0},
	{"many segments", {"", "/\1x\1", "", 1000}, {"", "/xxx", "", 0}, 0},
	{"many segments, the last one missing",
	 {"", "/\1", "/y", 1500},
	 {"", "/x", "", 0},
	 0},
	{"digits to the end, give back", /* the end is known: one way */
	 {"/", "\0021", "\2", 63},
	 {"/", "1", "", 0},
	 0},
	{"digits among digits",
	 {"/\1", "1\2", "1\1", 64},
	 {"/", "1", "", 0},
	 64},
	{"... that never come",
	 {"/\1y", "1\2", "1\1", 64},
	 {"/", "1", "", 0},
	 64},
	{"... between letters",
	 {"/\1y", "x\2", "x\1", 64},
	 {"/", "1x", "", 0},
	 64},
	{"... from the beginning",
	 {"/", "\2x", "\1", 64},
	 {"/", "1x", "", 0},
	 64},
	{"... with a remainder",
	 {"/", "\0021", "\3", 64},
	 {"/", "1", "", 0},
	 64},
	{"... with long literals",
	 {"/\1", "1111111111111111111111111111112\2", "1\1", 60},
	 {"/", "1", "", 0},
	 60},
	{"... in many chains",
	 {"/", "\1a\2a", "\1", 64},
	 {"/", "a1", "", 0},
	 64},
};

static size_t text_make(char *dst, size_t room, const struct text *text)
{
	size_t piece = strlen(text->piece), tail = strlen(text->tail), n;
	int i;

	n = sprintf(dst, "%s", text->head);
	for (i = 0; !text->times || i < text->times; i++) {
		if (n + piece + tail > room)
			break;
		memcpy(dst + n, text->piece, piece);
		n += piece;
	}
	memcpy(dst + n, text->tail, tail);
	return n + tail;
}

/* All of them, with shorter paths, too: no other length is worse. */
static void test_pattern_steps(void **state)
{
	static char pattern[LIMIT_PATH + 2], path[LIMIT_PATH + 2];
	static struct pattern_match match;
	size_t i, n, len, room;
	uint32_t captures;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const uint8_t *form = (const uint8_t *)pattern;

		n = text_make(pattern, LIMIT_PATH, &cases[i].pattern);
		assert_true(pattern_check(form, n, false, &captures));
		for (room = LIMIT_PATH; room > 100; room = room * 3 / 4) {
			len = text_make(path, room, &cases[i].path);
			steps = 0;
			pattern_match(&match, form, n, path, len, false);
			if (room == LIMIT_PATH)
				print_message("%s: %zu, %zu bytes, %.2f\n",
					      cases[i].about, n, len,
					      (double)steps / (n + len));
			assert_true(steps > 0);
			assert_true(steps <=
				    LINEAR * (n + len) * (cases[i].digits + 1));
		}
	}
}

/* Pairs of a query, and how often they stand there until it is full. */
static void query_steps(const char *piece, const char *set)
{
	static char query[LIMIT_PATH], rest[LIMIT_PATH];
	static struct pair_list list;
	size_t len = strlen(piece), n;

	for (n = 0; n + len <= sizeof(query); n += len)
		memcpy(query + n, piece, len);
	steps = 0;
	pair_list_fill(&list, query, n, false);
	pair_list_sort(&list);
	pair_set_match(set, strlen(set), &list);
	pair_set_rest(rest, set, strlen(set), query, n, false);
	print_message("%zu bytes, %.2f\n", n, (double)steps / n);
	assert_true(steps <= SORTING * 13 * n);
}

static void test_pair_steps(void **state)
{
	static char set[LIMIT_PATH + 1], all[LIMIT_PATH + 2];
	size_t i, n = 0;

	(void)state;
	query_steps("&", "a");
	query_steps("a&", "a");
	query_steps("a&b&c&d&e&f&g&h&", "a&h");
	query_steps("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab&"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	/* As many pairs as a set may have, and a query of all of them. */
	for (i = 1000; n + 5 < sizeof(set); i++)
		n += sprintf(set + n, "%s%zu", n ? "&" : "", i);
	memcpy(all, set, n);
	memcpy(all + n, "&", 2);
	query_steps(all, set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_steps),
		cmocka_unit_test(test_pair_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
