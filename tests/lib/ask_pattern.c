// SPDX-License-Identifier: BSD-2-Clause
/*
 * Answers questions about patterns and sets of pairs, for a test that knows the
 * answers, too. A question is a line of fields with tabs between them, the
 * first of which says what is asked, with an 'i' for each rule with
 * case=ignore and an 'x' for each without. Texts are as rules and clients send
 * them.
 *
 *   match X      PATTERN PATH TARGET
 *   pairs X      SET QUERY
 *   patterns XX  PATTERN PATTERN
 *   sets XX      SET SET
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "pair_list.h"
#include "pair_set.h"
#include "pattern_check.h"
#include "pattern_match.h"
#include "rule_error.h"
#include "rule_pairs.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_template.h"
#include "pattern_template.h"
#include "uri.h"

enum { FIELDS = 5, ROOM = 2 * LIMIT_PATH + 8 };

static struct rule_error error;

/* What the program itself promises of its parts. */
static void expect(int right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "ask_pattern: %s\n", what);
	exit(1);
}

/* Read a pattern. Returns whether it is one. */
static int read_pattern(struct rule_pattern *pattern, char *dst,
			const char *text, int ignore_case)
{
	char again[LIMIT_PATH + 1];
	int n = rule_pattern_read(dst, text, strlen(text), &error);

	if (n < 0)
		return 0;
	expect(rule_pattern_read(again, dst, n, &error) == n &&
		       !memcmp(dst, again, n),
	       "another normal form of a normal form");
	rule_pattern_of(pattern, dst, n, ignore_case);
	return 1;
}

static void print_captures(const struct pattern_match *match, const char *path,
			   int path_len, const struct rule_pattern *pattern)
{
	int i;

	for (i = 0; i < match->captures; i++)
		printf("\t%.*s", match->capture[i].end - match->capture[i].at,
		       path + match->capture[i].at);
	if (pattern->prefix)
		printf("\t*%.*s", path_len - match->remainder,
		       path + match->remainder);
}

static void print_target(const struct pattern_match *match, const char *path,
			 int path_len, const struct rule_pattern *pattern,
			 const char *target)
{
	uint8_t template[ROOM];
	char filled[ROOM];
	size_t n = strlen(target);

	if (rule_template_check(target, n, pattern->text, pattern->len,
				&error) < 0) {
		printf("\tbad target");
		return;
	}
	n = rule_template_compile(template, target, n, pattern->text,
				  pattern->len);
	expect(pattern_template_check(template, n, match->captures),
	       "a template that is not sound");
	n = pattern_template_fill(filled, template, n, path, path_len, match);
	printf("\t%.*s", (int)n, filled);
}

static void ask_match(const char *how, char *const *field)
{
	static struct pattern_match match;
	char stored[LIMIT_PATH + 1], canonical[LIMIT_PATH + 1];
	uint8_t compiled[LIMIT_PATH + 1];
	struct rule_pattern pattern;
	char path[LIMIT_PATH];
	uint32_t captures;
	int ignore_case = *how == 'i', path_len, n;

	if (!read_pattern(&pattern, stored, field[0], ignore_case)) {
		printf("bad");
		return;
	}
	path_len = uri_path(path, sizeof(path), field[1], strlen(field[1]), 0);
	expect(path_len > 0, "a bad path");
	n = rule_pattern_canonical(canonical, stored, pattern.len, ignore_case);
	printf("%.*s\t%.*s", (int)pattern.len, stored, n, canonical);
	n = rule_pattern_compile(compiled, stored, pattern.len, ignore_case);
	expect(pattern_check(compiled, n, ignore_case, &captures) ==
			       !!pattern.captures &&
		       captures == pattern.captures,
	       "a compiled pattern that is not sound");
	if (!pattern_match(&match, compiled, n, path, path_len, ignore_case)) {
		printf("\tno");
		return;
	}
	print_captures(&match, path, path_len, &pattern);
	print_target(&match, path, path_len, &pattern, field[2]);
}

static int read_pairs(struct rule_pairs *pairs, char *dst, const char *text,
		      int ignore_case)
{
	char again[LIMIT_PATH + 2];
	int n = -1;

	if (rule_pairs_is(text, strlen(text)))
		n = rule_pairs_read(dst, LIMIT_PATH, text, strlen(text),
				    ignore_case, &error);
	if (n < 0)
		return 0;
	expect(rule_pairs_read(again, LIMIT_PATH, dst, n, ignore_case,
			       &error) == n &&
		       !memcmp(dst, again, n),
	       "another normal form of a normal form");
	*pairs = (struct rule_pairs){dst, n, ignore_case};
	return 1;
}

static void ask_pairs(const char *how, char *const *field)
{
	static struct pair_list list;
	char stored[LIMIT_PATH + 2], set[LIMIT_PATH];
	char query[LIMIT_PATH], rest[LIMIT_PATH];
	struct rule_pairs pairs;
	int ignore_case = *how == 'i', query_len, n;

	if (!read_pairs(&pairs, stored, field[0], ignore_case)) {
		printf("bad");
		return;
	}
	query_len =
		uri_query(query, sizeof(query), field[1], strlen(field[1]), 0);
	expect(query_len >= 0, "a bad query");
	printf("%.*s", (int)pairs.len, stored);
	n = rule_pairs_compile(set, &pairs);
	expect(pair_set_check(set, n, ignore_case), "a set that is not sound");
	pair_list_fill(&list, query, query_len, ignore_case);
	pair_list_sort(&list);
	if (!pair_set_match(set, n, &list)) {
		printf("\tno");
		return;
	}
	n = pair_set_rest(rest, set, n, query, query_len, ignore_case);
	printf("\t=%.*s", n, rest);
}

static const char *order(int difference)
{
	return difference < 0 ? "<" : difference ? ">" : "=";
}

static void ask_patterns(const char *how, char *const *field)
{
	char a_text[LIMIT_PATH + 1], b_text[LIMIT_PATH + 1];
	struct rule_pattern a, b;

	if (read_pattern(&a, a_text, field[0], how[0] == 'i') &&
	    read_pattern(&b, b_text, field[1], how[1] == 'i'))
		printf("%s", order(rule_pattern_compare(&a, &b)));
	else
		printf("bad");
}

static void ask_sets(const char *how, char *const *field)
{
	char a_text[LIMIT_PATH + 2], b_text[LIMIT_PATH + 2];
	struct rule_pairs a, b;

	if (read_pairs(&a, a_text, field[0], how[0] == 'i') &&
	    read_pairs(&b, b_text, field[1], how[1] == 'i'))
		printf("%s", order(rule_pairs_compare(&a, &b)));
	else
		printf("bad");
}

static void ask(char *line)
{
	char *field[FIELDS] = {0};
	int n = 0;

	while (n < FIELDS && (field[n] = strsep(&line, "\t")))
		n++;
	expect(n >= 3, "a bad question");
	if (!strcmp(field[0], "match") && n == 5)
		ask_match(field[1], field + 2);
	else if (!strcmp(field[0], "pairs"))
		ask_pairs(field[1], field + 2);
	else if (!strcmp(field[0], "patterns"))
		ask_patterns(field[1], field + 2);
	else
		ask_sets(field[1], field + 2);
	putchar('\n');
}

int main(void)
{
	static char line[1 << 16];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		ask(line);
	}
	return 0;
}
