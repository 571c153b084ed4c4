// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_address.h"
#include "fast_prefix.h"

static void p20_parse(void **state)
{
	static const struct {
		const char *text, *printed;
		unsigned int bits;
	} cases[] = {
		{"192.0.2.0/24", "192.0.2.0/24", 120},
		{"192.0.2.128/25", "192.0.2.128/25", 121},
		{"10.0.0.0/8", "10.0.0.0/8", 104},
		{"127.0.0.0/8", "127.0.0.0/8", 104},
		{"128.0.0.0/2", "128.0.0.0/2", 98},
		{"192.0.2.2/31", "192.0.2.2/31", 127},
		{"2001:db8::/64", "2001:db8::/64", 64},
		{"2001:DB8:0::/32", "2001:db8::/32", 32},
		{"2000::/3", "2000::/3", 3},
		{"2001:db8::2/127", "2001:db8::2/127", 127},
		{"::ffff:192.0.3.0/120", "192.0.3.0/24", 120},
	};
	struct fast_prefix_list list = {NULL, 0, 0};
	char text[FAST_PREFIX_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("%s\n", cases[i].text);
		assert_int_equal(fast_prefix_parse(&list, cases[i].text), 0);
		assert_int_equal(list.count, i + 1);
		assert_int_equal(fast_prefix_bits(list.prefix + i),
				 cases[i].bits);
		fast_prefix_print(list.prefix + i, text);
		assert_string_equal(text, cases[i].printed);
	}
	assert_int_equal(fast_prefix_parse(&list, "10.0.0.0/8"), 0);
	assert_int_equal(list.count, i);
	fast_prefix_free(&list);
}

static void p20_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"/",
		"/24",
		"192.0.2.0/",
		"192.0.2.0",
		"192.0.2.0/0",
		"192.0.2.0/32",
		"192.0.2.0/33",
		"192.0.2.0/-1",
		"192.0.2.0/+24",
		"192.0.2.0/ 24",
		"192.0.2.0/24x",
		"192.0.2.0/24/24",
		"192.0.2.0/4294967320",
		"192.0.2.0/255.255.255.0",
		"192.0.2.1/24",
		"0.0.0.0/8",
		"0.0.0.0/1",
		"224.0.0.0/4",
		"192.0.0.0/1",
		"128.0.0.0/1",
		"240.0.0.0/8",
		"::/0",
		"::/1",
		"::/96",
		"::ffff:0:0/96",
		"::ffff:224.0.0.0/100",
		"2001:db8::/128",
		"2001:db8::1/64",
		"2001:db8::/129",
		"ff00::/8",
		"ff02::/16",
		"8000::/1",
		"x/24",
		"fe80::%lo/64",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/3",
	};
	struct fast_prefix_list list = {NULL, 0, 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (fast_prefix_parse(&list, cases[i]) != -EINVAL)
			fail_msg("accepted: '%s'", cases[i]);
	assert_int_equal(list.count, 0);
	fast_prefix_free(&list);
}

static void p20_has(void **state)
{
	static const struct {
		const char *prefix, *address;
		bool has;
	} cases[] = {
		{"192.0.2.0/24", "192.0.2.0", true},
		{"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.128", true},
		{"192.0.2.2/31", "192.0.2.3", true},
		{"192.0.2.2/31", "192.0.2.4", false},
		{"2001:db8::/62", "2001:db8:0:3::1", true},
		{"2001:db8::/62", "2001:db8:0:4::1", false},
		{"2000::/3", "3fff::1", true},
		{"2000::/3", "4000::1", false},
		{"2000::/3", "192.0.2.1", false},
	};
	struct fast_address_list address;
	struct fast_prefix_list list;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		address = (struct fast_address_list){NULL, 0, 0};
		list = (struct fast_prefix_list){NULL, 0, 0};
		print_message("case %zu\n", i);
		assert_int_equal(fast_prefix_parse(&list, cases[i].prefix), 0);
		assert_int_equal(fast_address_parse(&address, cases[i].address),
				 0);
		assert_int_equal(fast_prefix_has(list.prefix, address.addr[0]),
				 cases[i].has);
		fast_address_free(&address);
		fast_prefix_free(&list);
	}
}

static void p20_many(void **state)
{
	struct fast_prefix_list list = {NULL, 0, 0};
	char text[32];
	int i, err = 0;

	(void)state;
	for (i = 0; i <= 1024 && !err; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.0/24", i >> 8, i & 255);
		err = fast_prefix_parse(&list, text);
	}
	assert_int_equal(err, -E2BIG);
	assert_int_equal(list.count, 1024);
	assert_non_null(strstr(error_text(), "1024"));
	fast_prefix_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p20_parse),
		cmocka_unit_test(p20_refused),
		cmocka_unit_test(p20_has),
		cmocka_unit_test(p20_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
