// SPDX-License-Identifier: BSD-2-Clause
/*
 * Answers what the sources of a regular expression take, for a test that knows
 * what the expression takes. A question is a line of "FLAGS EXPRESSION PATH"
 * with tabs between them, FLAGS as format_regex_way.h numbers them. The answer
 * is "!REASON", or "UNLIKE" alone for a path that no source takes, or UNLIKE,
 * ORDER, LETTERS and the groups of the source that wins.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_regex.h"
#include "limit.h"
#include "pattern_match.h"
#include "rule_error.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_source.h"
#include "uri.h"

static struct rule_error error;
static char path[LIMIT_PATH];
static int path_len;

/* A source that took the path, and how. */
struct taken {
	const struct format_regex_way *way;
	char written[RULE_SOURCE_SIZE];
	struct rule_pattern pattern;
	struct pattern_match match;
};

static int source_take(struct taken *taken, const struct format_regex_way *way,
		       int fold)
{
	char text[RULE_SOURCE_SIZE];
	uint8_t compiled[LIMIT_PATH + 1];
	struct rule_shape shape;
	int n;

	snprintf(text, sizeof(text), "h.example%s", way->source);
	n = rule_source_read(taken->written, &shape, text, strlen(text), fold,
			     &error);
	if (n < 0) {
		printf("bad source %s: %s\n", way->source, error.reason);
		exit(1);
	}
	taken->way = way;
	rule_pattern_of(&taken->pattern, taken->written + 9, n - 9, fold);
	n = rule_pattern_compile(compiled, taken->written + 9, n - 9, fold);
	return pattern_match(&taken->match, compiled, n, path, path_len, fold);
}

/* As rules are asked. */
static int goes_first(const struct taken *a, const struct taken *b)
{
	if (a->pattern.prefix != b->pattern.prefix)
		return !a->pattern.prefix;
	if (!a->pattern.prefix && !a->pattern.captures != !b->pattern.captures)
		return !a->pattern.captures;
	return rule_pattern_compare(&a->pattern, &b->pattern) < 0;
}

static void print_group(const struct taken *taken, const char *group)
{
	const struct pattern_match *match = &taken->match;

	putchar('\t');
	for (; *group; group++) {
		if (*group == '*') {
			printf("%.*s", path_len - match->remainder,
			       path + match->remainder);
		} else if (*group == '{') {
			int i = atoi(group + 2) - 1;

			printf("%.*s",
			       match->capture[i].end - match->capture[i].at,
			       path + match->capture[i].at);
			group = strchr(group, '}');
		} else {
			putchar(*group);
		}
	}
}

static void answer(const struct format_regex *regex)
{
	static struct taken taken[2];
	int have = 0, i;

	for (i = 0; i < (int)regex->count; i++)
		if (source_take(&taken[have], &regex->ways[i], regex->fold)) {
			if (have && goes_first(&taken[1], &taken[0]))
				taken[0] = taken[1];
			have = 1;
		}
	printf("%u", regex->unlike);
	if (have) {
		printf("\t%u\t%u", taken[0].way->order, taken[0].way->letters);
		for (i = 0; i < FORMAT_REGEX_GROUPS && taken[0].way->group[i];
		     i++)
			print_group(&taken[0], taken[0].way->group[i]);
	}
	putchar('\n');
}

int main(void)
{
	static char line[20000];
	struct format_regex regex;
	char *text, *subject;
	int err;

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		text = strchr(line, '\t') + 1;
		subject = strchr(text, '\t');
		*subject++ = '\0';
		path_len = uri_path(path, sizeof(path), subject,
				    strlen(subject), 0);
		err = format_regex_path(&regex, text, strlen(text), atoi(line));
		if (err == -ENOTSUP)
			printf("!%s\n", regex.reason);
		else if (err || path_len < 0)
			return 1;
		else
			answer(&regex);
		format_regex_free(&regex);
	}
	return 0;
}
