// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "timer.h"

static const uint64_t span[TIMER_KINDS] = {
	[TIMER_HEAD] = 10,
	[TIMER_LINGER] = 30,
	[TIMER_IDLE] = 80,
};

static void test_order(void **state)
{
	struct timer a = {.kind = TIMER_NONE}, b = a, c = a;
	struct timers timers;

	(void)state;
	timers_init(&timers, span);
	assert_null(timers_due(&timers, UINT64_MAX));
	assert_int_equal(timers_next(&timers, 99), 99);
	timer_set(&timers, &a, TIMER_LINGER, 100);
	timer_set(&timers, &b, TIMER_HEAD, 105);
	timer_set(&timers, &c, TIMER_LINGER, 106);
	assert_int_equal(timers_next(&timers, 999), 115);
	assert_null(timers_due(&timers, 114));
	assert_ptr_equal(timers_due(&timers, 115), &b);
	timer_clear(&b);
	timer_clear(&b);
	assert_int_equal(timers_next(&timers, 999), 130);
	timer_set(&timers, &a, TIMER_LINGER, 110);
	assert_ptr_equal(timers_first(&timers, TIMER_LINGER), &c);
	assert_int_equal(timers_next(&timers, 999), 136);
	assert_ptr_equal(timers_due(&timers, 140), &c);
	timer_set(&timers, &c, TIMER_HEAD, 140);
	assert_ptr_equal(timers_due(&timers, 140), &a);
	timer_clear(&a);
	assert_null(timers_first(&timers, TIMER_LINGER));
	assert_ptr_equal(timers_due(&timers, 150), &c);
	timer_clear(&c);
	assert_null(timers_due(&timers, UINT64_MAX));
}

/* One that is set again and again moves once in an eighth of its span. */
static void test_idle(void **state)
{
	struct timer a = {.kind = TIMER_NONE}, b = a;
	struct timers timers;

	(void)state;
	timers_init(&timers, span);
	timer_set(&timers, &a, TIMER_IDLE, 100);
	assert_int_equal(timers_next(&timers, 999), 190);
	timer_set(&timers, &b, TIMER_IDLE, 105);
	timer_set(&timers, &a, TIMER_IDLE, 110);
	assert_ptr_equal(timers_first(&timers, TIMER_IDLE), &a);
	assert_int_equal(timers_next(&timers, 999), 190);
	timer_set(&timers, &a, TIMER_IDLE, 111);
	assert_ptr_equal(timers_first(&timers, TIMER_IDLE), &b);
	assert_null(timers_due(&timers, 194));
	assert_ptr_equal(timers_due(&timers, 195), &b);
	timer_clear(&b);
	assert_int_equal(timers_next(&timers, 999), 201);
	timer_set(&timers, &a, TIMER_HEAD, 120);
	timer_set(&timers, &a, TIMER_IDLE, 121);
	assert_int_equal(timers_next(&timers, 999), 211);
	timer_clear(&a);
}

/* Which one was set the longest ago is told whether or not it has moved. */
static void s2_oldest(void **state)
{
	struct timer a = {.kind = TIMER_NONE}, b = a, c = a;
	struct timers timers;

	(void)state;
	timers_init(&timers, span);
	assert_null(timers_oldest(&timers, TIMER_IDLE));
	timer_set(&timers, &a, TIMER_IDLE, 100);
	timer_set(&timers, &b, TIMER_IDLE, 103);
	timer_set(&timers, &a, TIMER_IDLE, 105);
	assert_ptr_equal(timers_first(&timers, TIMER_IDLE), &a);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &b);
	assert_int_equal(b.set, 103);
	timer_clear(&b);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &a);
	assert_int_equal(timers_next(&timers, 999), 195);
	timers.exact = true;
	timer_set(&timers, &b, TIMER_IDLE, 106);
	timer_set(&timers, &c, TIMER_IDLE, 107);
	timer_set(&timers, &a, TIMER_IDLE, 108);
	timer_set(&timers, &b, TIMER_IDLE, 109);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &c);
	timer_clear(&c);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &a);
	timer_clear(&a);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &b);
	/* Alone it stays where it is, however often it was set. */
	timers.exact = false;
	timer_set(&timers, &b, TIMER_IDLE, 110);
	assert_ptr_equal(timers_oldest(&timers, TIMER_IDLE), &b);
	assert_int_equal(timers_next(&timers, 999), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(s2_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
