// SPDX-License-Identifier: BSD-2-Clause
/*
 * An input is lines: a pattern, a path, a target; the first byte says whether
 * case counts. They are taken as rules and clients send them, and once more as
 * the compiled forms and a path that are in a file and in memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "limit.h"
#include "pattern_check.h"
#include "pattern_match.h"
#include "rule_error.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_template.h"
#include "rule_text.h"
#include "pattern_template.h"
#include "uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pattern_match match;

static void expect(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "fuzz_pattern: %s\n", what);
	abort();
}

/* A line in memory that ends where it ends, for ASan to watch over. */
struct line {
	char *text;
	size_t len;
};

static struct line line_take(const uint8_t **data, size_t *size)
{
	const uint8_t *end = memchr(*data, '\n', *size);
	struct line line = {.len = end ? (size_t)(end - *data) : *size};

	line.text = malloc(line.len ? line.len : 1);
	if (!line.text)
		abort();
	memcpy(line.text, *data, line.len);
	*data += line.len + !!end;
	*size -= line.len + !!end;
	return line;
}

static void check_capture(const struct pattern_span *span, uint8_t mark,
			  const char *path, size_t at)
{
	size_t i;

	expect(span->at == at && span->end > at, "a capture's place");
	for (i = at; i < span->end; i++)
		expect(path[i] != '/' && (mark == PATTERN_BYTES ||
					  (path[i] >= '0' && path[i] <= '9')),
		       "a byte in a capture");
}

/* Literals, captures and remainder behind each other are the path. */
static void check_match(const uint8_t *pattern, size_t len, const char *path,
			size_t path_len, bool ignore_case)
{
	bool prefix = pattern[len - 1] == PATTERN_REST;
	size_t at = 0, i;
	int n = 0;

	len -= prefix;
	for (i = 0; i < len; i++) {
		if (prefix && i == len - 1 && pattern[i] == '/' &&
		    at == path_len)
			break;
		if (pattern[i] > PATTERN_DIGITS) {
			expect(at < path_len &&
				       fold_byte(path[at++], ignore_case) ==
					       pattern[i],
			       "a literal byte");
			continue;
		}
		expect(n < match.captures, "a capture is missing");
		check_capture(&match.capture[n], pattern[i], path, at);
		at = match.capture[n++].end;
	}
	expect(n == match.captures, "a capture too many");
	expect(at == match.remainder && (prefix || at == path_len),
	       "where it ends");
}

static bool try_match(const uint8_t *pattern, size_t len, const char *path,
		      size_t path_len, bool ignore_case)
{
	if (!pattern_match(&match, pattern, len, path, path_len, ignore_case))
		return false;
	check_match(pattern, len, path, path_len, ignore_case);
	return true;
}

static void fill(const uint8_t *template, size_t len, const char *path,
		 size_t path_len)
{
	char *dst = malloc(len + path_len);

	if (!dst)
		abort();
	pattern_template_fill(dst, template, len, path, path_len, &match);
	free(dst);
}

/* What a target with a mark for each capture is compiled to is sound. */
static void try_target(const struct line *target, const char *pattern,
		       size_t pattern_len, const char *path, size_t path_len)
{
	struct rule_error error;
	uint8_t *template;
	size_t n;

	if (rule_template_check(target->text, target->len, pattern, pattern_len,
				&error) < 0)
		return;
	template = malloc(target->len ? target->len : 1);
	if (!template)
		abort();
	n = rule_template_compile(template, target->text, target->len, pattern,
				  pattern_len);
	if (pattern_template_check(template, n, match.captures))
		fill(template, n, path, path_len);
	free(template);
}

/* As a rule and a client send them. */
static void try_rule(const struct line *pattern, const struct line *path,
		     const struct line *target, bool ignore_case)
{
	static char stored[LIMIT_PATH + 1], again[LIMIT_PATH + 1];
	static uint8_t compiled[LIMIT_PATH + 1];
	static char normal[LIMIT_PATH];
	struct rule_error error = {0};
	uint32_t captures;
	ssize_t path_len;
	size_t len;
	int n;

	if (!pattern->len || pattern->text[0] != '/' ||
	    memchr(pattern->text, '?', pattern->len) ||
	    rule_text_check("source", pattern->text, pattern->len, &error))
		return;
	n = rule_pattern_read(stored, pattern->text, pattern->len, &error);
	expect(n > 0 || error.reason[0], "no reason");
	if (n < 0)
		return;
	expect(rule_pattern_read(again, stored, n, &error) == n &&
		       !memcmp(stored, again, n),
	       "another normal form of a normal form");
	len = rule_pattern_compile(compiled, stored, n, ignore_case);
	if (!rule_pattern_is(stored, n))
		return;
	expect(pattern_check(compiled, len, ignore_case, &captures),
	       "a compiled form that is not sound");
	if (memchr(path->text, '?', path->len))
		return;
	path_len = uri_path(normal, sizeof(normal), path->text, path->len, 0);
	if (path_len > 0 &&
	    try_match(compiled, len, normal, path_len, ignore_case))
		try_target(target, stored, n, normal, path_len);
}

/* As they are in files and memory; the path need not be in normal form. */
static void try_forms(const struct line *pattern, const struct line *path,
		      const struct line *template, bool ignore_case)
{
	const uint8_t *form = (const uint8_t *)pattern->text;
	const uint8_t *marks = (const uint8_t *)template->text;
	uint32_t captures;

	if (pattern_check(form, pattern->len, ignore_case, &captures) &&
	    try_match(form, pattern->len, path->text, path->len, ignore_case) &&
	    pattern_template_check(marks, template->len, captures))
		fill(marks, template->len, path->text, path->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line pattern, path, target;
	bool ignore_case;

	if (!size)
		return 0;
	ignore_case = *data++ & 1;
	size--;
	pattern = line_take(&data, &size);
	path = line_take(&data, &size);
	target = line_take(&data, &size);
	try_rule(&pattern, &path, &target, ignore_case);
	try_forms(&pattern, &path, &target, ignore_case);
	free(pattern.text);
	free(path.text);
	free(target.text);
	return 0;
}

#include "fuzz_replay.h"
