// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "when.h"

enum { DAY_MS = 86400 * 1000 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Milliseconds of a unit's letter at the end of a duration, or 0. */
static uint64_t unit_ms(const char *text)
{
	if (!*text)
		return 1000;
	if (text[1])
		return 0;
	switch (*text) {
	case 's':
		return 1000;
	case 'm':
		return 60 * 1000;
	case 'h':
		return 3600 * 1000;
	case 'd':
		return DAY_MS;
	}
	return 0;
}

int when_duration(const char *text, uint64_t *ms)
{
	static const uint64_t max = (uint64_t)WHEN_DAYS_MAX * DAY_MS;
	uint64_t whole = 0, part = 0, digit = 1000000000, unit;
	bool more = false;

	if (!is_digit(*text))
		return -EINVAL;
	for (; is_digit(*text) && whole <= max; text++)
		whole = whole * 10 + (*text - '0');
	if (text[0] == '.' && is_digit(text[1])) {
		while (is_digit(*++text)) {
			digit /= 10;
			part += digit * (*text - '0');
			more |= !digit && *text != '0';
		}
	}
	unit = unit_ms(text);
	if (!unit || whole > max / unit)
		return -EINVAL;
	/* Nine digits count; what is behind them only rounds up. */
	part = part * unit + more;
	whole = whole * unit + (part + 999999999) / 1000000000;
	if (whole > max)
		return -EINVAL;
	*ms = whole;
	return 0;
}

/* Take so many digits off *text. Returns their number, or -1. */
static int number_take(const char **text, unsigned int digits)
{
	int value = 0;

	for (; digits; digits--, ++*text) {
		if (!is_digit(**text))
			return -1;
		value = value * 10 + (**text - '0');
	}
	return value;
}

/* Take one of some characters off *text. */
static bool char_take(const char **text, const char *set)
{
	if (!**text || !strchr(set, **text))
		return false;
	++*text;
	return true;
}

static int month_days(int year, int month)
{
	static const char days[] = {31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool date_take(struct tm *tm, const char **text)
{
	int year, month, day;

	year = number_take(text, 4);
	if (year < 0 || !char_take(text, "-"))
		return false;
	month = number_take(text, 2);
	if (month < 1 || month > 12 || !char_take(text, "-"))
		return false;
	day = number_take(text, 2);
	if (day < 1 || day > month_days(year, month))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

/* 60 is a leap second. */
static bool time_take(struct tm *tm, const char **text)
{
	tm->tm_hour = number_take(text, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || !char_take(text, ":"))
		return false;
	tm->tm_min = number_take(text, 2);
	if (tm->tm_min < 0 || tm->tm_min > 59 || !char_take(text, ":"))
		return false;
	tm->tm_sec = number_take(text, 2);
	if (tm->tm_sec < 0 || tm->tm_sec > 60)
		return false;
	if (char_take(text, ".")) {
		if (!is_digit(**text))
			return false;
		while (is_digit(**text))
			++*text;
	}
	return true;
}

/* Seconds east of UTC, at the text's end. */
static bool zone_take(long *east, const char **text)
{
	int sign = **text == '-' ? -1 : 1, hours, minutes;

	*east = 0;
	if (char_take(text, "Zz"))
		return !**text;
	if (!char_take(text, "+-"))
		return false;
	hours = number_take(text, 2);
	if (hours < 0 || hours > 23 || !char_take(text, ":"))
		return false;
	minutes = number_take(text, 2);
	if (minutes < 0 || minutes > 59)
		return false;
	*east = sign * (hours * 3600L + minutes * 60L);
	return !**text;
}

int when_date(const char *text, int64_t *time)
{
	struct tm tm = {0};
	long east = 0;

	if (!date_take(&tm, &text))
		return -EINVAL;
	if (*text && (!char_take(&text, "Tt ") || !time_take(&tm, &text) ||
		      !zone_take(&east, &text)))
		return -EINVAL;
	*time = timegm(&tm) - east;
	return 0;
}

/* The moment at which the local clock shows a day's time, or -1 where it never
 * does; where it does so twice, by summer. */
static int64_t clock_moment(const struct tm *day, const struct tm *clock,
			    int summer)
{
	struct tm tm = *clock, shown;
	time_t when;

	tm.tm_year = day->tm_year;
	tm.tm_mon = day->tm_mon;
	tm.tm_mday = day->tm_mday;
	tm.tm_isdst = summer;
	when = mktime(&tm);
	if (when == -1 || !localtime_r(&when, &shown))
		return -1;
	return shown.tm_hour == clock->tm_hour &&
			       shown.tm_min == clock->tm_min &&
			       shown.tm_sec == clock->tm_sec &&
			       shown.tm_mday == day->tm_mday
		       ? (int64_t)when
		       : -1;
}

static bool clock_take(struct tm *tm, const char *text)
{
	tm->tm_hour = number_take(&text, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || !char_take(&text, ":"))
		return false;
	tm->tm_min = number_take(&text, 2);
	if (tm->tm_min < 0 || tm->tm_min > 59)
		return false;
	if (!*text)
		return true;
	if (!char_take(&text, ":"))
		return false;
	tm->tm_sec = number_take(&text, 2);
	return tm->tm_sec >= 0 && tm->tm_sec <= 59 && !*text;
}

/* A day of the local calendar, some days behind another. */
static bool day_find(struct tm *day, int64_t now, int days)
{
	time_t when = now;

	if (!localtime_r(&when, day))
		return false;
	day->tm_mday += days;
	day->tm_hour = 12;
	day->tm_isdst = -1;
	return mktime(day) != -1;
}

/* Whether a day's time that never comes would have been behind now. */
static bool clock_skipped(const struct tm *day, const struct tm *clock,
			  int64_t now)
{
	struct tm tm = *clock;

	tm.tm_year = day->tm_year;
	tm.tm_mon = day->tm_mon;
	tm.tm_mday = day->tm_mday;
	tm.tm_isdst = -1;
	return clock_moment(day, clock, 0) == -1 &&
	       clock_moment(day, clock, 1) == -1 && mktime(&tm) > now;
}

int when_clock(const char *text, int64_t now, int64_t *time)
{
	enum { DAYS = 4 };
	struct tm clock = {0}, day;
	int64_t when, best = -1;
	int days, summer, skipped = 0;

	if (!clock_take(&clock, text))
		return -EINVAL;
	for (days = 0; days < DAYS && best < 0; days++) {
		if (!day_find(&day, now, days))
			return -EINVAL;
		for (summer = 0; summer < 2; summer++) {
			when = clock_moment(&day, &clock, summer);
			if (when > now && (best < 0 || when < best))
				best = when;
		}
		if (best < 0)
			skipped |= clock_skipped(&day, &clock, now);
	}
	if (best < 0)
		return -EINVAL;
	*time = best;
	return skipped;
}

int when_clock_meant(const char *text, char meant[WHEN_CLOCK])
{
	bool one = is_digit(text[0]) && text[1] && !is_digit(text[1]);
	char fixed[WHEN_CLOCK];
	struct tm clock;
	size_t i;

	if (strlen(text) + one >= sizeof(fixed))
		return -EINVAL;
	snprintf(fixed, sizeof(fixed), "%s%s", one ? "0" : "", text);
	for (i = 0; fixed[i]; i++)
		if (fixed[i] == '.')
			fixed[i] = ':';
	if (!strcmp(fixed, "24:00") || !strcmp(fixed, "24:00:00"))
		memcpy(fixed, "00", 2);
	if (!clock_take(&clock, fixed))
		return -EINVAL;
	memcpy(meant, fixed, sizeof(fixed));
	return 0;
}
