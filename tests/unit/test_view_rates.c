// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>

#include "view_rates.h"

/* Figures as far as rates go by them. */
static json_t *figures(int64_t clock, json_t *fast, json_t *socket,
		       size_t servers)
{
	json_t *root = json_pack("{s:I, s:{s:o, s:o}, s:[]}", "clock",
				 (json_int_t)clock, "counters", "fastpath",
				 fast, "socket", socket, "servers");

	while (servers--)
		json_array_append_new(json_object_get(root, "servers"),
				      json_object());
	assert_non_null(root);
	return root;
}

static double rate(const json_t *root, const char *name)
{
	return json_real_value(
		json_object_get(json_object_get(root, "rates"), name));
}

static double code(const json_t *root, const char *name, const char *who)
{
	const json_t *codes =
		json_object_get(json_object_get(root, "rates"), "codes");

	return json_real_value(
		json_object_get(json_object_get(codes, name), who));
}

static json_int_t answered(const json_t *root, const char *who)
{
	return json_integer_value(
		json_object_get(json_object_get(root, "answered"), who));
}

static size_t history(const json_t *root)
{
	const json_t *list = json_object_get(root, "history");

	assert_int_equal(json_array_size(json_object_get(list, "ago")),
			 json_array_size(json_object_get(list, "misses")));
	return json_array_size(json_object_get(list, "server"));
}

static void test_rates(void **state)
{
	struct view_rates *rates;
	json_t *root;

	(void)state;
	assert_int_equal(view_rates_new(&rates), 0);
	root = figures(1000, json_null(), json_pack("{s:i}", "get_301", 10), 1);
	view_rates_add(rates, root);
	assert_true(json_is_null(json_object_get(root, "rates")));
	assert_int_equal(history(root), 0);
	assert_true(json_is_null(json_object_get(
		json_object_get(root, "answered"), "fastpath")));
	assert_int_equal(answered(root, "server"), 10);
	json_decref(root);

	/* What the fast path has from before it was seen does not count. */
	root = figures(3000, json_pack("{s:i}", "get_308", 1000),
		       json_pack("{s:i, s:i, s:i, s:i, s:i}", "get_301", 30,
				 "head_301", 4, "miss", 6, "status_404", 6,
				 "status_400", 2),
		       1);
	view_rates_add(rates, root);
	assert_float_equal(rate(root, "seconds"), 2, 1e-9);
	assert_float_equal(rate(root, "server"), 12, 1e-9);
	assert_float_equal(code(root, "301", "server"), 12, 1e-9);
	assert_float_equal(rate(root, "fastpath"), 0, 1e-9);
	assert_float_equal(rate(root, "misses"), 3, 1e-9);
	assert_float_equal(rate(root, "errors"), 1, 1e-9);
	assert_int_equal(answered(root, "fastpath"), 1000);
	assert_int_equal(answered(root, "server"), 34);
	assert_int_equal(history(root), 1);
	json_decref(root);

	/* Without a server a miss is what was handed over; what fell is new. */
	root = figures(4000,
		       json_pack("{s:i, s:i, s:i}", "get_308", 1500,
				 "hand_miss", 7, "drop_ack", 3),
		       json_pack("{s:i, s:i}", "get_301", 5, "miss", 100), 0);
	view_rates_add(rates, root);
	assert_float_equal(code(root, "308", "fastpath"), 500, 1e-9);
	assert_float_equal(rate(root, "fastpath"), 500, 1e-9);
	assert_float_equal(rate(root, "server"), 0, 1e-9);
	assert_float_equal(rate(root, "misses"), 7, 1e-9);
	assert_float_equal(
		json_real_value(json_object_get(
			json_object_get(json_object_get(root, "rates"),
					"dropped"),
			"ack")),
		3, 1e-9);
	assert_int_equal(history(root), 2);
	json_decref(root);
	view_rates_free(rates);
}

static void test_swallowed(void **state)
{
	(void)state;
	assert_true(view_rates_swallowed("ack"));
	assert_true(view_rates_swallowed("rst"));
	assert_false(view_rates_swallowed("early"));
}

/* It is bounded, by time and by number. */
static void test_history(void **state)
{
	struct view_rates *rates;
	size_t most = 0;
	int64_t i;

	(void)state;
	assert_int_equal(view_rates_new(&rates), 0);
	for (i = 0; i < 2000; i++) {
		json_t *root =
			figures(i * (i < 1000 ? 1000 : 100), json_null(),
				json_pack("{s:I}", "get_301", (json_int_t)i),
				1);

		view_rates_add(rates, root);
		if (i < 1000)
			assert_true(history(root) <= VIEW_HISTORY + 1);
		if (history(root) > most)
			most = history(root);
		json_decref(root);
	}
	assert_true(most <= 512);
	assert_true(most > VIEW_HISTORY);
	view_rates_free(rates);
	view_rates_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_swallowed),
		cmocka_unit_test(test_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
