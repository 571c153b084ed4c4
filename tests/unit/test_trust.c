// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"
#include "trust.h"

/* in, out: an address that it has, one that it has not; in NULL: refused */
static const struct {
	const char *net, *in, *out;
} cases[] = {
	{"192.0.2.1", "192.0.2.1", "192.0.2.2"},
	{"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
	{"192.0.2.0/25", "192.0.2.127", "192.0.2.128"},
	{"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
	{"192.0.2.4/31", "192.0.2.5", "192.0.2.6"},
	{"192.0.2.4/32", "192.0.2.4", "192.0.2.5"},
	{"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
	{"10.0.0.0/8", "::ffff:10.1.2.3", "::10.1.2.3"},
	{"::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"},
	{"2001:db8::1", "2001:db8::1", "2001:db8::2"},
	{"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
	{"2001:db8::/127", "2001:db8::1", "2001:db8::2"},
	{"::/0", "2001:db8::1", NULL},
	{"", NULL, NULL},
	{"/8", NULL, NULL},
	{"10.0.0.0/", NULL, NULL},
	{"10.0.0.0/33", NULL, NULL},
	{"10.0.0.0/4294967304", NULL, NULL},
	{"10.0.0.0/08", NULL, NULL},
	{"10.0.0.0/+8", NULL, NULL},
	{"10.0.0.0/8 ", NULL, NULL},
	{"10.0.0.0/255.0.0.0", NULL, NULL},
	{"10.0.0/8", NULL, NULL},
	{"10.0.0.1/8", NULL, NULL},
	{"2001:db8::1/64", NULL, NULL},
	{"2001:db8::/129", NULL, NULL},
	{"[2001:db8::]/64", NULL, NULL},
	{"localhost", NULL, NULL},
	{"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", NULL, NULL},
};

static bool has(const struct trust *trust, const char *text)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return trust_has(trust, (struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return trust_has(trust, (struct sockaddr *)&v6);
}

static void test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct trust trust = {.count = 0};
		int err = trust_parse(&trust, cases[i].net);

		if (err != (cases[i].in ? 0 : -EINVAL))
			fail_msg("%s: %d", cases[i].net, err);
		assert_int_equal(trust.count, err ? 0 : 1);
		if (err)
			assert_non_null(strstr(error_text(), cases[i].net));
		else if (!has(&trust, cases[i].in) ||
			 (cases[i].out && has(&trust, cases[i].out)))
			fail_msg("%s", cases[i].net);
	}
}

static void test_several(void **state)
{
	const struct sockaddr path = {.sa_family = AF_UNIX};
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct trust trust = {.count = 0};
	int i;

	(void)state;
	assert_true(trust_has(&trust, &path));
	assert_false(trust_has(&trust, &none));
	assert_false(has(&trust, "10.0.0.1"));
	assert_int_equal(trust_parse(&trust, "0.0.0.0/0"), 0);
	assert_int_equal(trust_parse(&trust, "::/0"), 0);
	assert_true(has(&trust, "10.0.0.1"));
	assert_true(has(&trust, "2001:db8::1"));
	assert_false(trust_has(&trust, &none));
	for (i = 2; i < TRUST_MAX; i++)
		assert_int_equal(trust_parse(&trust, "192.0.2.1"), 0);
	assert_int_equal(trust_parse(&trust, "192.0.2.1"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
