/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WHEN_H
#define WHEN_H

#include <stdint.h>

/* Times as arguments have them. All return 0, or -EINVAL with *value as it
 * was, unless said otherwise. */

/*
 * when_duration - a span of time
 * @ms: receives milliseconds, rounded up
 *
 * Digits, with a fraction if wanted ("0.5"), then nothing or 's' for seconds,
 * 'm', 'h' or 'd' for minutes, hours or days; up to WHEN_DAYS_MAX.
 */
enum { WHEN_DAYS_MAX = 36500 };
int when_duration(const char *text, uint64_t *ms);

/*
 * when_date - a moment
 * @time: receives Unix time, seconds, rounded down
 *
 * YYYY-MM-DD, the beginning of that day in UTC, or a date-time of RFC 3339
 * section 5.6, with a blank for the 'T' if wanted.
 */
int when_date(const char *text, int64_t *time);

/*
 * when_clock - the next moment of a time of day, in the local zone
 * @now:  behind which it is, Unix time
 * @time: receives Unix time
 *
 * HH:MM or HH:MM:SS. Where clocks are put forward a time that does not come
 * that day is the next day's, for which 1 is returned; where they are put back,
 * of the two the next.
 */
int when_clock(const char *text, int64_t now, int64_t *time);

/*
 * when_clock_meant - what a text that when_clock() refuses is meant to be
 * @meant: receives what it takes
 *
 * An hour of one digit, 24:00, or a dot for a colon: "2:30", "24.00".
 */
enum { WHEN_CLOCK = 9 };
int when_clock_meant(const char *text, char meant[WHEN_CLOCK]);

#endif
