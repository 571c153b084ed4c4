// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "limit.h"
#include "rehearse_groups.h"

#define PIECE(text)                    \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct request_said one = {
	.line = 7,
	.host = PIECE("h.example"),
	.method = PIECE("GET"),
	.target = PIECE("/a"),
	.query = PIECE("b"),
};

static void add(struct rehearse_groups *groups, enum rehearse_class class,
		uint32_t before, uint32_t after, bool lower)
{
	const struct rehearse_group like = {
		.class = class,
		.rule = {before, after},
		.lower = {false, lower},
	};

	assert_int_equal(rehearse_groups_add(groups, &like, &one, 2), 0);
}

/* What differs in anything is another group. */
static void test_groups(void **state)
{
	struct rehearse_groups groups = {0};
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		add(&groups, REHEARSE_NEW, 0, 5, false);
	add(&groups, REHEARSE_NEW, 0, 5, true);
	add(&groups, REHEARSE_NEW, 0, 6, false);
	add(&groups, REHEARSE_NEW, 5, 0, false);
	add(&groups, REHEARSE_CHANGED, 0, 5, false);
	add(&groups, REHEARSE_LOST, 0, 5, false);
	rehearse_groups_sort(&groups);
	assert_int_equal(groups.count, 6);
	assert_int_equal(groups.groups[0].class, REHEARSE_LOST);
	assert_int_equal(groups.groups[1].class, REHEARSE_CHANGED);
	assert_int_equal(groups.groups[2].class, REHEARSE_NEW);
	assert_int_equal(groups.groups[2].count, 3);
	assert_int_equal(groups.groups[2].kept, 2);
	assert_non_null(groups.groups[2].examples->next);
	assert_null(groups.groups[2].examples->next->next);
	assert_int_equal(groups.groups[3].count, 1);
	rehearse_groups_free(&groups);
}

/* The request is the group's own. */
static void test_examples(void **state)
{
	char text[] = "h.example/x";
	struct request_said said = {
		.line = 3,
		.host = {text, 9},
		.target = {text + 9, 2},
		.status = 404,
	};
	const struct rehearse_group like = {.rule = {1, 2}};
	struct rehearse_groups groups = {0};

	(void)state;
	assert_int_equal(rehearse_groups_add(&groups, &like, &said, 1), 0);
	memset(text, 'x', sizeof(text));
	said = groups.groups[0].examples->said;
	assert_memory_equal(said.host.text, "h.example", 9);
	assert_memory_equal(said.target.text, "/x", 2);
	assert_null(said.query.text);
	assert_int_equal(said.line, 3);
	assert_int_equal(said.status, 404);
	rehearse_groups_free(&groups);
}

/* However long requests are and however many rules: the memory has an end, and
 * the counts go on. */
static void test_bounded(void **state)
{
	static char target[LIMIT_PATH];
	struct request_said said = one;
	struct rehearse_groups groups = {0};
	uint64_t counted = 0;
	uint32_t i, many = 30000;

	(void)state;
	memset(target, 'x', sizeof(target));
	said.target = (struct format_piece){target, sizeof(target)};
	for (i = 0; i < many; i++) {
		const struct rehearse_group like = {
			.class = REHEARSE_NEW,
			.rule = {0, i % 20000 + 1},
		};

		assert_int_equal(
			rehearse_groups_add(&groups, &like, &said, 1000), 0);
	}
	assert_true(groups.bytes < REHEARSE_BYTES + (1 << 20));
	assert_true(groups.count > 1000 && groups.count < 20000);
	for (i = 0; i < groups.count; i++)
		counted += groups.groups[i].count;
	assert_int_equal(counted + groups.outside[REHEARSE_NEW], many);
	rehearse_groups_sort(&groups);
	assert_int_equal(groups.groups[0].count, 2);
	rehearse_groups_free(&groups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
