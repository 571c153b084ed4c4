/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATE_BPF_H
#define DATE_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "loop.h"
#include "maps.bpf.h"
#include "scratch.bpf.h"

/* Date as IMF-fixdate (RFC 9110 5.6.7), made once a second and CPU. */

enum {
	DATE_LEN = 29,
	DATE_LAG = 32, /* milliseconds */
};

static __always_inline void date_two(__u8 *at, __u32 value)
{
	at[0] = '0' + value / 10 % 10;
	at[1] = '0' + value % 10;
}

static __always_inline void date_name(__u8 *at, const char *names, __u64 n)
{
	LOOP_KEEP(n); /* or clang leaves the mask out */
	n &= 15;
	at[0] = names[n * 3];
	at[1] = names[n * 3 + 1];
	at[2] = names[n * 3 + 2];
}

static const char date_days[48] = "ThuFriSatSunMonTueWed";
/* Longer than it needs to be: clang 14 puts constants of 32 bytes where libbpf
 * 1.1 does not find them. */
static const char date_frame[40] = "Thu, 01 Jan 1970 00:00:00 GMT";
static const char date_months[48] = "MarAprMayJunJulAugSepOctNovDecJanFeb";

/* Years begin in March here, so that the leap day is a year's last. */
static __noinline int date_write(struct scratch *s, __u64 now)
{
	__u64 day = now / 86400, second = now % 86400;
	__u64 since, era, year, of_year, month;

	__builtin_memcpy(s->date, date_frame, sizeof(s->date));
	since = day + 719468; /* days since 0000-03-01 */
	era = since / 146097;
	since %= 146097;
	year = (since - since / 1460 + since / 36524 - since / 146096) / 365;
	of_year = since - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;
	date_name(s->date, date_days, day % 7);
	date_two(s->date + 5, of_year - (153 * month + 2) / 5 + 1);
	date_name(s->date + 8, date_months, month);
	year += era * 400 + (month >= 10);
	date_two(s->date + 12, year / 100);
	date_two(s->date + 14, year % 100);
	date_two(s->date + 17, second / 3600);
	date_two(s->date + 20, second / 60 % 60);
	date_two(s->date + 23, second % 60);
	return 0;
}

/* Bring scratch->date to this second; it may lag by DATE_LAG. TAI is the only
 * clock here that follows the wall clock; its distance from UTC is a constant
 * of the program. */
static __always_inline void date_update(struct scratch *s)
{
	__u64 now, turn = s->packet.milliseconds / DATE_LAG + 1;

	if (turn == s->date_turn)
		return;
	s->date_turn = turn;
	now = bpf_ktime_get_tai_ns() / 1000000000 - tai_offset;
	if (now == s->date_second)
		return;
	date_write(s, now);
	s->date_second = now;
}

#endif
