// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "outbox.h"

/* A connection of which the outbox knows its address alone. */
struct conn {
	char got[16];
	uint32_t len;
};

static struct outbox outbox;

static void say(const char *text)
{
	size_t len = strlen(text);

	memcpy(outbox_begin(&outbox), text, len);
	outbox_commit(&outbox, len);
}

static void conn_take(struct conn *conn)
{
	const char *answers;

	conn->len = outbox_take(&outbox, &answers);
	assert_in_range(conn->len, 0, sizeof(conn->got));
	memcpy(conn->got, answers, conn->len);
	assert_true(outbox_empty(&outbox));
}

static void conn_ignore(struct conn *conn)
{
	conn->len = UINT32_MAX;
}

static void assert_got(const struct conn *conn, const char *text)
{
	assert_int_equal(conn->len, strlen(text));
	assert_memory_equal(conn->got, text, conn->len);
}

static int outbox_new(void **state)
{
	(void)state;
	memset(&outbox, 0, sizeof(outbox));
	return 0;
}

/* A turn's answers stand one after the other, and are taken once. */
static void test_turn(void **state)
{
	struct conn conn = {.len = 0};

	(void)state;
	assert_true(outbox_empty(&outbox));
	say("one ");
	outbox_commit(&outbox, 0);
	say("two");
	assert_false(outbox_empty(&outbox));
	conn_take(&conn);
	assert_got(&conn, "one two");
	conn_take(&conn);
	assert_got(&conn, "");
	say("gone");
	outbox_drop(&outbox);
	say("three");
	conn_take(&conn);
	assert_got(&conn, "three");
}

/* Each gets its own, in the order of queueing, whatever was taken or dropped
 * between; what a sender leaves does not reach the next. */
static void test_queue(void **state)
{
	struct conn a = {.len = 0}, b = a, between = a, last = a;

	(void)state;
	say("of a");
	assert_false(outbox_queue(&outbox, &a));
	assert_true(outbox_empty(&outbox));
	say("between");
	conn_take(&between);
	assert_got(&between, "between");
	say("dropped");
	outbox_drop(&outbox);
	say("of b");
	assert_false(outbox_queue(&outbox, &b));
	outbox_flush(&outbox, conn_take);
	assert_got(&a, "of a");
	assert_got(&b, "of b");

	say("of a");
	outbox_queue(&outbox, &a);
	outbox_flush(&outbox, conn_ignore);
	assert_int_equal(a.len, UINT32_MAX);
	assert_true(outbox_empty(&outbox));
	say("last");
	conn_take(&last);
	assert_got(&last, "last");
	outbox_flush(&outbox, conn_take);
	assert_int_equal(a.len, UINT32_MAX);
}

/* The queue says when it has no place, or a turn would begin without room. */
static void test_full(void **state)
{
	static struct conn conn[OUTBOX_QUEUE];
	unsigned int i;

	(void)state;
	for (i = 0; i < OUTBOX_QUEUE; i++) {
		say("x");
		assert_int_equal(outbox_queue(&outbox, &conn[i]),
				 i == OUTBOX_QUEUE - 1);
	}
	outbox_flush(&outbox, conn_take);
	for (i = 0; i < OUTBOX_QUEUE; i++)
		assert_got(&conn[i], "x");

	outbox_commit(&outbox, OUTBOX_SIZE / 2);
	assert_false(outbox_full(&outbox));
	assert_false(outbox_queue(&outbox, &conn[0]));
	assert_false(outbox_full(&outbox));
	say("x");
	assert_true(outbox_queue(&outbox, &conn[1]));
	outbox_flush(&outbox, conn_ignore);

	while (!outbox_full(&outbox))
		outbox_commit(&outbox, 1);
	assert_true(outbox_begin(&outbox) + ANSWER_MAX >
		    outbox.data + sizeof(outbox.data));
	outbox_drop(&outbox);
	assert_false(outbox_full(&outbox));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_turn, outbox_new),
		cmocka_unit_test_setup(test_queue, outbox_new),
		cmocka_unit_test_setup(test_full, outbox_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
