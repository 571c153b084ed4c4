// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "either.h"
#include "fold.h"
#include "limit.h"
#include "rule_capture.h"
#include "rule_error.h"
#include "rule_pattern.h"
#include "rule_url.h"
#include "uri.h"

static const char field[] = "source";

bool rule_pattern_is(const char *path, size_t len)
{
	return either_at(path, len, '{', '}') < len;
}

/* What is wrong with a capture, its text's first bytes being in normal form
 * at dst; last is the one before it, if it has a name. */
static int capture_check(const struct rule_capture *capture, const char *dst,
			 size_t n, struct rule_error *error)
{
	struct rule_quote quote;

	if (n && dst[n - 1] == '}')
		return rule_fail(error, field,
				 "two captures without a byte between them");
	if (rule_capture_find(dst, n, capture->name, capture->name_len) >= 0)
		return rule_fail(error, field, "the name %s stands there twice",
				 rule_quote(&quote, capture->name,
					    capture->name_len));
	return 0;
}

/* Literal bytes behind the n that are at dst. Returns the length of both. */
static int read_literal(char *dst, size_t n, const char *text, size_t len,
			struct rule_error *error)
{
	ssize_t got;

	if (memchr(text, '*', len))
		return rule_fail(
			error, field,
			"'*' stands at the path's end; write %%2A for a literal one");
	got = uri_piece(dst + n, LIMIT_PATH - n, text, len, URI_STRICT);
	return got < 0 ? rule_url_fail(error, field, got, text, len)
		       : (int)(n + got);
}

/* The text before the final '*'. Returns its length in normal form. */
static int read_pieces(char *dst, const char *text, size_t len,
		       struct rule_error *error)
{
	struct rule_capture capture;
	size_t from = 0;
	int more, n = 0, err;

	while ((more = rule_capture_next(&capture, text, len, from)) > 0) {
		n = read_literal(dst, n, text + from, capture.at - from, error);
		if (n < 0)
			return n;
		err = capture_check(&capture, dst, n, error);
		if (err)
			return err;
		from = capture.at;
		if (capture.end - from > (size_t)(LIMIT_PATH - n))
			return rule_url_fail(error, field, -ENAMETOOLONG, text,
					     len);
		memcpy(dst + n, text + from, capture.end - from);
		n += capture.end - from;
		from = capture.end;
	}
	if (more < 0)
		return rule_capture_fail(error, field, text, len, from);
	return read_literal(dst, n, text + from, len - from, error);
}

static bool is_dots(const char *segment, size_t len)
{
	return (len == 1 || len == 2) && segment[0] == '.' &&
	       segment[len - 1] == '.';
}

/* Refuse dot segments, and more captures of digits between two slashes than
 * requests may be compared with. */
static int check_segments(const char *text, size_t len, bool prefix,
			  struct rule_error *error)
{
	const char *at = text, *end = text + len, *next;
	struct rule_pattern segment;

	for (; at < end; at = next) {
		next = memchr(at + 1, '/', end - at - 1);
		if (!next)
			next = end;
		if (is_dots(at + 1, next - at - 1) && (next < end || !prefix))
			return rule_fail(
				error, field,
				"a dot segment beside a capture; write the path without it");
		rule_pattern_of(&segment, at, next - at, false);
		if (segment.digits > LIMIT_DIGITS)
			return rule_fail(
				error, field,
				"more than %d {name:digits} between two slashes",
				LIMIT_DIGITS);
	}
	return 0;
}

int rule_pattern_read(char *dst, const char *text, size_t len,
		      struct rule_error *error)
{
	bool prefix = len && text[len - 1] == '*';
	int n, err;

	n = read_pieces(dst, text, len - prefix, error);
	if (n < 0)
		return n;
	err = check_segments(dst, n, prefix, error);
	if (err)
		return err;
	if (prefix)
		dst[n++] = '*';
	return n;
}

/* How many bytes literal text stands for. */
static size_t literal_count(const char *text, size_t len)
{
	size_t n, i;

	for (n = i = 0; i < len; n++)
		i += text[i] == '%' ? 3 : 1;
	return n;
}

void rule_pattern_of(struct rule_pattern *pattern, const char *text, size_t len,
		     bool ignore_case)
{
	struct rule_capture capture;
	size_t from = 0;

	*pattern = (struct rule_pattern){
		.text = text, .len = len, .ignore_case = ignore_case};
	pattern->prefix = len && text[len - 1] == '*';
	len -= pattern->prefix;
	while (rule_capture_next(&capture, text, len, from) > 0) {
		pattern->literals +=
			literal_count(text + from, capture.at - from);
		if (!pattern->captures++)
			pattern->lead = pattern->literals;
		pattern->digits += capture.digits;
		from = capture.end;
	}
	pattern->literals += literal_count(text + from, len - from);
	if (!pattern->captures)
		pattern->lead = pattern->literals;
}

/* The next byte of the canonical form without the '*', or -1 at its end. */
static int canonical_next(const struct rule_pattern *pattern, size_t *at)
{
	size_t end = pattern->len - pattern->prefix;

	if (*at && pattern->text[*at - 1] == '{')
		while (*at < end && pattern->text[*at] != ':' &&
		       pattern->text[*at] != '}')
			++*at;
	return *at < end
		       ? fold_byte(pattern->text[(*at)++], pattern->ignore_case)
		       : -1;
}

static int compare_bytes(const struct rule_pattern *a,
			 const struct rule_pattern *b)
{
	size_t a_at = 0, b_at = 0;
	int x, y;

	do {
		x = canonical_next(a, &a_at);
		y = canonical_next(b, &b_at);
	} while (x == y && x >= 0);
	return x - y;
}

int rule_pattern_compare(const struct rule_pattern *a,
			 const struct rule_pattern *b)
{
	if (a->lead != b->lead)
		return b->lead - a->lead;
	if (!a->captures != !b->captures)
		return a->captures ? -1 : 1;
	if (a->literals != b->literals)
		return b->literals - a->literals;
	if (a->digits != b->digits)
		return b->digits - a->digits;
	if (a->ignore_case != b->ignore_case)
		return a->ignore_case - b->ignore_case;
	return compare_bytes(a, b);
}
