// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#include "text.h"
#include "when.h"

#define BAD INT64_MIN

static const struct {
	const char *text;
	int64_t value;
} durations[] = {
	{"0", 0},
	{"1", 1000},
	{"0.5", 500},
	{"1.25s", 1250},
	{"2m", 120000},
	{"1.5h", 5400000},
	{"30d", 2592000000},
	{"007", 7000},
	{"0.0001", 1},
	{"0.001", 1},
	{"0.0010000000001", 2},
	{"0.00000000000000", 0},
	{"0.99999999999999", 1000},
	{"0.000000001d", 1},
	{"36500d", 3153600000000},
	{"3153600000", 3153600000000},
	{"36500.1d", BAD},
	{"36501d", BAD},
	{"3153600001", BAD},
	{"99999999999999999999999", BAD},
	{"18446744073709551616", BAD},
	{"", BAD},
	{"s", BAD},
	{".5", BAD},
	{"1.", BAD},
	{"1.s", BAD},
	{"-1", BAD},
	{"+1", BAD},
	{" 1", BAD},
	{"1 ", BAD},
	{"1 s", BAD},
	{"1S", BAD},
	{"1ms", BAD},
	{"1w", BAD},
	{"1e3", BAD},
	{"0x10", BAD},
	{"inf", BAD},
	{"1.5.5", BAD},
	{"1,5", BAD},
};

static const struct {
	const char *text;
	int64_t value;
} dates[] = {
	{"1970-01-01", 0},
	{"2026-11-27", 1795737600},
	{"2024-02-29", 1709164800},
	{"2000-02-29", 951782400},
	{"1969-12-31", -86400},
	{"0000-01-01", -62167219200},
	{"9999-12-31", 253402214400},
	{"2026-11-27T10:20:30Z", 1795774830},
	{"2026-11-27t10:20:30z", 1795774830},
	{"2026-11-27 10:20:30Z", 1795774830},
	{"2026-11-27T10:20:30.999Z", 1795774830},
	{"2026-11-27T10:20:30+01:30", 1795769430},
	{"2026-11-27T10:20:30.5-00:30", 1795776630},
	{"1990-12-31T23:59:60Z", 662688000},
	{"1990-12-31T15:59:60-08:00", 662688000},
	{"2026-11-27T10:20:30", BAD},
	{"2026-11-27T10:20Z", BAD},
	{"2026-11-27T10:20:30.Z", BAD},
	{"2026-11-27T10:20:30+0130", BAD},
	{"2026-11-27T10:20:30+24:00", BAD},
	{"2026-11-27T10:20:30+01:60", BAD},
	{"2026-11-27T24:00:00Z", BAD},
	{"2026-11-27T10:60:00Z", BAD},
	{"2026-11-27T10:20:61Z", BAD},
	{"2026-11-27T10:20:30Zx", BAD},
	{"2026-11-27Z", BAD},
	{"2026-11-27T", BAD},
	{"2026-11-27 ", BAD},
	{" 2026-11-27", BAD},
	{"2025-02-29", BAD},
	{"1900-02-29", BAD},
	{"2026-04-31", BAD},
	{"2026-13-01", BAD},
	{"2026-00-01", BAD},
	{"2026-01-00", BAD},
	{"26-01-01", BAD},
	{"2026-1-1", BAD},
	{"20260101", BAD},
	{"2026/01/01", BAD},
	{"12026-01-01", BAD},
	{"yesterday", BAD},
	{"", BAD},
};

static void test_durations(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		uint64_t ms = 4711;
		int err = when_duration(durations[i].text, &ms);
		int64_t want = durations[i].value;

		if (err != (want == BAD ? -EINVAL : 0) ||
		    ms != (uint64_t)(want == BAD ? 4711 : want))
			fail_msg("'%s': %d, %llu", durations[i].text, err,
				 (unsigned long long)ms);
	}
}

static void test_dates(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		int64_t time = 4711, want = dates[i].value;
		int err = when_date(dates[i].text, &time);

		if (err != (want == BAD ? -EINVAL : 0) ||
		    time != (want == BAD ? 4711 : want))
			fail_msg("'%s': %d, %lld", dates[i].text, err,
				 (long long)time);
	}
}

/* Berlin, Lord Howe with its half hour, and where there is no summer time. */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"

static const struct {
	const char *what, *zone, *text, *now, *want; /* NULL: refused */
	int skips; /* whether a day before has it not */
} clocks[] = {
	{"later today", "UTC0", "12:00", "2026-11-28T11:59:59Z",
	 "2026-11-28T12:00:00Z", 0},
	{"now is tomorrow", "UTC0", "12:00", "2026-11-28T12:00:00Z",
	 "2026-11-29T12:00:00Z", 0},
	{"with seconds", "UTC0", "23:59:59", "2026-12-31T23:59:58Z",
	 "2026-12-31T23:59:59Z", 0},
	{"over a year's end", "UTC0", "00:00", "2026-12-31T00:00:00Z",
	 "2027-01-01T00:00:00Z", 0},
	{"local", BERLIN, "03:00", "2026-11-28T01:00:00Z",
	 "2026-11-28T02:00:00Z", 0},
	{"local, yesterday in UTC", BERLIN, "00:30", "2026-11-27T23:10:00Z",
	 "2026-11-27T23:30:00Z", 0},
	{"summer", BERLIN, "03:00", "2026-07-01T00:00:00Z",
	 "2026-07-01T01:00:00Z", 0},
	{"put forward, before", BERLIN, "01:59", "2026-03-29T00:00:00Z",
	 "2026-03-29T00:59:00Z", 0},
	{"put forward, behind", BERLIN, "03:00", "2026-03-29T00:00:00Z",
	 "2026-03-29T01:00:00Z", 0},
	{"put forward, not that day", BERLIN, "02:30", "2026-03-29T00:00:00Z",
	 "2026-03-30T00:30:00Z", 1},
	{"put forward, that is past", BERLIN, "02:30", "2026-03-29T08:00:00Z",
	 "2026-03-30T00:30:00Z", 0},
	{"put forward, the evening before", BERLIN, "02:59:59",
	 "2026-03-28T20:00:00Z", "2026-03-30T00:59:59Z", 1},
	{"put back, the first", BERLIN, "02:30", "2026-10-24T23:00:00Z",
	 "2026-10-25T00:30:00Z", 0},
	{"put back, the second", BERLIN, "02:30", "2026-10-25T00:30:00Z",
	 "2026-10-25T01:30:00Z", 0},
	{"put back, behind both", BERLIN, "02:30", "2026-10-25T01:30:00Z",
	 "2026-10-26T01:30:00Z", 0},
	{"half an hour forward", LORD_HOWE, "02:15", "2026-10-03T15:00:00Z",
	 "2026-10-04T15:15:00Z", 1},
	{"half an hour back", LORD_HOWE, "01:45", "2026-04-04T14:45:00Z",
	 "2026-04-04T15:15:00Z", 0},
	{"too late", "UTC0", "24:00", "2026-11-28T12:00:00Z", NULL, 0},
	{"a minute too many", "UTC0", "12:60", "2026-11-28T12:00:00Z", NULL, 0},
	{"a leap second", "UTC0", "23:59:60", "2026-11-28T12:00:00Z", NULL, 0},
	{"one digit", "UTC0", "3:00", "2026-11-28T12:00:00Z", NULL, 0},
	{"no minutes", "UTC0", "03", "2026-11-28T12:00:00Z", NULL, 0},
	{"more behind it", "UTC0", "03:00:00Z", "2026-11-28T12:00:00Z", NULL,
	 0},
	{"a colon behind it", "UTC0", "03:00:", "2026-11-28T12:00:00Z", NULL,
	 0},
	{"nothing", "UTC0", "", "2026-11-28T12:00:00Z", NULL, 0},
};

static void test_clocks(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
		int64_t now, want = 4711, time = 4711;
		int err;

		setenv("TZ", clocks[i].zone, 1);
		tzset();
		assert_int_equal(when_date(clocks[i].now, &now), 0);
		if (clocks[i].want)
			assert_int_equal(when_date(clocks[i].want, &want), 0);
		err = when_clock(clocks[i].text, now, &time);
		if (err != (clocks[i].want ? clocks[i].skips : -EINVAL) ||
		    time != want)
			fail_msg("%s: %d, %lld, not %lld", clocks[i].what, err,
				 (long long)time, (long long)want);
	}
}

static const struct {
	const char *text, *want; /* NULL: nothing is meant */
} meant[] = {
	{"2:30", "02:30"},    {"2:30:05", "02:30:05"},
	{"24:00", "00:00"},   {"24:00:00", "00:00:00"},
	{"02.30", "02:30"},   {"2.30", "02:30"},
	{"24:01", NULL},      {"25:00", NULL},
	{"2:60", NULL},	      {"2", NULL},
	{"", NULL},	      {"soon", NULL},
	{"2:30:05:07", NULL}, {"2026-11-27T03:00:00Z", NULL},
};

static void test_meant(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(meant) / sizeof(*meant); i++) {
		char text[WHEN_CLOCK] = "before";
		int err = when_clock_meant(meant[i].text, text);

		if (err != (meant[i].want ? 0 : -EINVAL) ||
		    (meant[i].want && strcmp(text, meant[i].want)))
			fail_msg("'%s': %d, %s", meant[i].text, err, text);
	}
}

static const struct {
	const char *zone, *moment, *want;
} shown[] = {
	{"UTC0", "2026-11-27T10:20:30Z", "2026-11-27 10:20:30+00:00"},
	{BERLIN, "2027-03-28T00:59:59Z", "2027-03-28 01:59:59+01:00"},
	{BERLIN, "2027-03-28T01:30:00Z", "2027-03-28 03:30:00+02:00"},
	{BERLIN, "2026-10-25T00:30:00Z", "2026-10-25 02:30:00+02:00"},
	{BERLIN, "2026-10-25T01:30:00Z", "2026-10-25 02:30:00+01:00"},
	{LORD_HOWE, "2026-04-04T14:45:00Z", "2026-04-05 01:45:00+11:00"},
	{LORD_HOWE, "2026-04-04T15:15:00Z", "2026-04-05 01:45:00+10:30"},
	{"NST3:30", "2026-11-27T02:00:00Z", "2026-11-26 22:30:00-03:30"},
};

/* As it is shown it is read again. */
static void test_shown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		int64_t moment, again = 0;
		char text[TEXT_TIME];

		setenv("TZ", shown[i].zone, 1);
		tzset();
		assert_int_equal(when_date(shown[i].moment, &moment), 0);
		assert_string_equal(text_of_moment(text, moment),
				    shown[i].want);
		assert_int_equal(when_date(text, &again), 0);
		assert_int_equal(again, moment);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations), cmocka_unit_test(test_dates),
		cmocka_unit_test(test_clocks),	  cmocka_unit_test(test_meant),
		cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
