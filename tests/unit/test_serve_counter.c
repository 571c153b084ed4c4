// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "answer.h"
#include "head.h"
#include "serve_counter.h"

#define DATE "Thu, 01 Jan 1970 00:00:00 GMT"

static void test_count(void **state)
{
	static struct serve_counters counters;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		serve_counter_add(&counters, SERVE_MISS);
	serve_counter_add(&counters, SERVE_COUNT - 1);
	for (i = 0; i < SERVE_COUNT; i++)
		assert_int_equal(counters.value[i], i == SERVE_MISS	   ? 3
						    : i == SERVE_COUNT - 1 ? 1
									   : 0);
}

/* No two workers write the same cache line. */
static void test_lines(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct serve_counters) % 64, 0);
	assert_int_equal(_Alignof(struct serve_counters), 64);
}

static void test_names(void **state)
{
	int i, k;

	(void)state;
	for (i = 0; i < SERVE_COUNT; i++) {
		const char *name = serve_counter_name(i);

		assert_memory_equal(name, "socket_", 7);
		assert_int_equal(
			strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789"),
			strlen(name));
		for (k = 0; k < i; k++)
			assert_string_not_equal(name, serve_counter_name(k));
	}
}

static void test_answers(void **state)
{
	static const struct {
		int code;
		uint32_t flags;
		const char *name;
	} table[] = {
		{301, HEAD_GET, "socket_get_301"},
		{302, HEAD_GET | HEAD_CLOSE, "socket_get_302"},
		{303, HEAD_HEAD, "socket_head_303"},
		{307, HEAD_HEAD, "socket_head_307"},
		{308, 0, "socket_other_308"},
		{410, HEAD_OPTIONS, "socket_other_410"},
		{410, HEAD_GET, "socket_get_410"},
		{200, HEAD_GET, "socket_get_200"},
		{200, HEAD_HEAD, "socket_head_200"},
		{200, 0, "socket_other_200"},
		{201, HEAD_GET, "socket_damaged"},
		{304, HEAD_GET, "socket_damaged"},
		{306, 0, "socket_damaged"},
		{309, HEAD_HEAD, "socket_damaged"},
		{0, HEAD_GET, "socket_damaged"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_string_equal(serve_counter_name(serve_counter_answer(
					    table[i].code, table[i].flags)),
				    table[i].name);
}

/* Whatever status is sent, the counter is that of the code on the wire. */
static void test_statuses(void **state)
{
	static char out[ANSWER_MAX];
	int status, seen = 0;

	(void)state;
	for (status = 400; status < 600; status++) {
		enum serve_counter counter = serve_counter_status(status);
		const char *name = serve_counter_name(counter);

		answer_status(out, status, DATE, ANSWER_CLOSE);
		assert_memory_equal(name, "socket_status_", 14);
		assert_memory_equal(name + 14, out + 9, 3);
		seen += !memcmp(name + 14, "505", 3) ? status == 505 : 1;
	}
	assert_int_equal(seen, SERVE_STATUS_505 - SERVE_STATUS_400 + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),	 cmocka_unit_test(test_lines),
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_answers),
		cmocka_unit_test(test_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
