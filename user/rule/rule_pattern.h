/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_PATTERN_H
#define RULE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rule_error;

/*
 * Paths of sources that have captures (rule_capture.h): patterns.
 *
 * The normal form of a pattern is that of other sources' paths, "%2A" for a
 * literal '*', with its captures as they are written and a final '*' if it has
 * one. It has no dot segments, and between two captures there is a literal
 * byte. It is its own normal form.
 */

/* What decides which of two patterns is asked first. An escape is one byte. */
struct rule_pattern {
	const char *text; /* the normal form */
	size_t len;
	bool ignore_case;
	bool prefix;	   /* ends with '*' */
	uint16_t lead;	   /* literal bytes before the first capture */
	uint16_t literals; /* literal bytes in all, without the '*' */
	uint16_t captures;
	uint16_t digits; /* captures of digits alone */
};

/* Whether a path, as written or in normal form, is to be read as a pattern: it
 * has a brace. */
bool rule_pattern_is(const char *path, size_t len);

/*
 * rule_pattern_read - bring the path of a source to normal form
 * @dst:  LIMIT_PATH + 1 bytes of room; not terminated
 * @text: begins with '/', holds no '?'; has passed rule_text_check()
 *
 * Returns its length, at most LIMIT_PATH before the '*', or -EINVAL with *error
 * filled.
 */
int rule_pattern_read(char *dst, const char *text, size_t len,
		      struct rule_error *error);

/* Fill *pattern of a normal form, which it points to from then on; also of a
 * path without captures, all of which is before the first one. */
void rule_pattern_of(struct rule_pattern *pattern, const char *text, size_t len,
		     bool ignore_case);

/*
 * rule_pattern_compare - which of two patterns of a host is asked first
 *
 * For two without a final '*'; or for two with one, of which either may be a
 * prefix without captures. More literal bytes before the first capture, then a
 * pattern before a prefix, then more literal bytes in all, then more captures
 * of digits, then the one without ignore_case, then the bytes of the canonical
 * form without the '*'. Returns less than 0 when it is a, more for b, 0 when
 * they are the same.
 */
int rule_pattern_compare(const struct rule_pattern *a,
			 const struct rule_pattern *b);

#endif
