/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_LINE_H
#define ACCESS_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "access_escape.h"
#include "answer_record.h"

enum access_format {
	ACCESS_COMBINED,
	ACCESS_JSON,
};

/* Room for any line. */
enum { ACCESS_LINE_MAX = ACCESS_ESCAPE_MAX * ANSWER_RECORD_MAX + 1024 };

/* The time as lines have it, which is made once a second. All zero is the
 * beginning. */
struct access_clock {
	int64_t second;
	char local[40]; /* 28/Nov/2026:13:00:00 +0000 */
	char utc[40];	/* 2026-11-28T13:00:00 */
};

/* Read the name of a format. Returns 0, or -EINVAL with error_set(). */
int access_format_parse(enum access_format *format, const char *text);

/*
 * access_line - write what a log says of an answer
 * @out: ACCESS_LINE_MAX bytes
 *
 * combined: CLIENT - - [TIME] "REQUEST" STATUS BYTES "REFERER" "AGENT" SOURCE
 * RELEASE. json: an object. What there is not is '-', or null. Whatever the
 * bytes of the request are, there is one newline, at the end. Returns the
 * length.
 */
size_t access_line(char *out, struct access_clock *clock,
		   enum access_format format,
		   const struct answer_record *record);

#endif
