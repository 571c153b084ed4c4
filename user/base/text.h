/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>
#include <stdio.h>

/* Print a text that came from outside such that it cannot steer a terminal:
 * control characters (C0, DEL, C1) and bytes that are no UTF-8 as \xNN. */
void text_print(FILE *out, const char *text);

/* The same for a text that should be ASCII: all else as \xNN, so that it cannot
 * change how others look either. */
void text_print_ascii(FILE *out, const char *text);

/* A time that was, as people write it, in the local zone: 2025-11-22 10:30:05.
 * Returns text. */
enum { TEXT_TIME = 64 };
const char *text_of_time(char text[TEXT_TIME], int64_t when);

/* One to come or to reckon with: with its offset, since an hour may come twice; as
 * when_date() reads it again: 2025-11-22 10:30:05+01:00. */
const char *text_of_moment(char text[TEXT_TIME], int64_t when);

/* Print them. */
void text_time(FILE *out, int64_t when);
void text_moment(FILE *out, int64_t when);

/* "1 rule", "2 rules". */
void text_count(FILE *out, uint64_t count, const char *noun);

#endif
