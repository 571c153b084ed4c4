// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_address.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		uint8_t addr[16];
	} cases[] = {
		{"192.0.2.1", {[10] = 0xff, 0xff, 192, 0, 2, 1}},
		{"::ffff:192.0.2.2", {[10] = 0xff, 0xff, 192, 0, 2, 2}},
		{"127.0.0.1", {[10] = 0xff, 0xff, 127, 0, 0, 1}},
		{"223.255.255.255", {[10] = 0xff, 0xff, 223, 255, 255, 255}},
		{"2001:db8::1", {0x20, 1, 0xd, 0xb8, [15] = 1}},
		{"fe80::2", {0xfe, 0x80, [15] = 2}},
		{"::1", {[15] = 1}},
	};
	const size_t count = sizeof(cases) / sizeof(*cases);
	struct fast_address_list list = {NULL, 0, 0};
	size_t i;

	(void)state;
	for (i = 0; i < count; i++) {
		assert_int_equal(fast_address_parse(&list, cases[i].text), 0);
		assert_int_equal(list.count, i + 1);
		assert_memory_equal(list.addr[i], cases[i].addr, 16);
	}
	assert_int_equal(fast_address_parse(&list, "::FFFF:192.0.2.1"), 0);
	assert_int_equal(list.count, count);
	fast_address_free(&list);
	assert_int_equal(list.count, 0);
}

static void test_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"x",
		"192.0.2",
		"192.0.2.1/24",
		" 192.0.2.1",
		"192.0.2.256",
		"[::1]",
		"fe80::1%lo",
		"0.0.0.0",
		"0.1.2.3",
		"224.0.0.1",
		"239.1.2.3",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"ff02::1",
		"::ffff:224.0.0.1",
		"::ffff:0.0.0.0",
	};
	struct fast_address_list list = {NULL, 0, 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (fast_address_parse(&list, cases[i]) != -EINVAL)
			fail_msg("accepted: '%s'", cases[i]);
	assert_int_equal(list.count, 0);
	fast_address_free(&list);
}

/* The list is bounded by what the map can hold. */
static void test_many(void **state)
{
	struct fast_address_list list = {NULL, 0, 0};
	char text[32];
	int i, err = 0;

	(void)state;
	for (i = 0; i <= 16384 && !err; i++) {
		snprintf(text, sizeof(text), "10.0.%d.%d", i >> 8, i & 255);
		err = fast_address_parse(&list, text);
	}
	assert_int_equal(err, -E2BIG);
	assert_int_equal(list.count, 16384);
	assert_non_null(strstr(error_text(), "16384"));
	fast_address_free(&list);
}

static bool has(const struct fast_address_list *list, const char *text)
{
	struct fast_address_list one = {NULL, 0, 0};
	bool found = false;
	size_t i;

	assert_int_equal(fast_address_parse(&one, text), 0);
	for (i = 0; i < list->count; i++)
		found |= !memcmp(list->addr[i], one.addr[0], 16);
	fast_address_free(&one);
	return found;
}

/* The loopback interface alone takes its addresses. */
static void test_own(void **state)
{
	struct fast_address_list list = {NULL, 0, 0};

	(void)state;
	assert_int_equal(fast_address_own(&list, if_nametoindex("lo")), 0);
	assert_true(has(&list, "127.0.0.1"));
	fast_address_free(&list);
	assert_int_equal(fast_address_own(&list, 0), 0);
	assert_false(has(&list, "127.0.0.1"));
	fast_address_free(&list);
}

/* What the kernel has for broadcast addresses; a peer is none. */
static void p20_martian(void **state)
{
	static const struct {
		const char *text;
		bool martian;
	} cases[] = {
		{"10.1.0.1", false},   {"10.1.0.255", true},
		{"10.1.0.0", false},   {"10.2.0.2", true},
		{"10.2.0.7", true},    {"10.2.0.255", true},
		{"10.3.0.1", true},    {"10.3.0.255", false},
		{"10.4.0.1", false},   {"10.4.0.255", true},
		{"10.5.0.0", true},    {"10.5.0.1", false},
		{"10.6.0.1", true},    {"10.6.255.255", false},
		{"10.7.1.255", true},  {"10.7.0.255", false},
		{"2001:db8::1", true}, {"2001:db8::ffff:ffff:ffff:ffff", false},
		{"127.0.0.1", false},  {"127.255.255.255", false},
	};
	struct fast_addresses addresses = {.served.count = 0};
	size_t i;

	(void)state;
	if (unshare(CLONE_NEWNET)) {
		print_message("SKIP: no right to a network namespace\n");
		skip();
	}
	assert_int_equal(
		system("ip link set lo up;"
		       "ip address add 10.1.0.1/24 dev lo;"
		       "ip address add 10.2.0.2/24 broadcast 10.2.0.7 dev lo;"
		       "ip address add 10.3.0.1 peer 10.4.0.1/24 dev lo;"
		       "ip address add 10.5.0.0/31 dev lo;"
		       "ip address add 10.6.0.1/32 dev lo;"
		       "ip address add 10.7.1.255/23 broadcast + dev lo;"
		       "ip address add 2001:db8::1/64 dev lo nodad"),
		0);
	assert_int_equal(fast_address_parse(&addresses.served, "10.1.0.1"), 0);
	assert_int_equal(fast_address_martian(&addresses, 0), 0);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (has(&addresses.martian, cases[i].text) != cases[i].martian)
			fail_msg("%s", cases[i].text);
	i = addresses.martian.count;
	assert_int_equal(fast_address_martian(&addresses, 0), 0);
	assert_int_equal(addresses.martian.count, i);
	assert_int_equal(addresses.served.count, 1);
	fast_addresses_free(&addresses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many),   cmocka_unit_test(test_own),
		cmocka_unit_test(p20_martian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
