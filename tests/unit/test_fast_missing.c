// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_missing.h"

static char path[] = "/tmp/detour-test-XXXXXX";

/* A kernel's types with one function; NULL for bytes that are no types. */
static void btf_write(const char *function)
{
	struct btf *btf = btf__new_empty();
	const void *data = "nonsense";
	uint32_t size = 8;
	FILE *out;

	assert_non_null(btf);
	if (function) {
		int proto = btf__add_func_proto(btf, 0);

		assert_true(proto > 0);
		assert_true(btf__add_func(btf, function, BTF_FUNC_STATIC,
					  proto) > 0);
		data = btf__raw_data(btf, &size);
	}
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
	btf__free(btf);
}

static void p22_kernel(void **state)
{
	static const struct {
		const char *function, *release, *reason; /* NULL: nothing */
	} cases[] = {
		{"bpf_sk_assign_tcp_reqsk", "6.12.0", NULL},
		{"bpf_sk_assign_tcp_reqsk", "6.12.0+deb13-cloud-amd64", NULL},
		{"bpf_sk_assign_tcp_reqsk", "7.3.4-arch1-1", NULL},
		{"bpf_sk_assign_tcp_reqsk", "10.0", NULL},
		/* They have the function, but not the verifier. */
		{"bpf_sk_assign_tcp_reqsk", "6.9.0",
		 "kernel 6.9.0 is too old: the fast path needs 6.12; tried on 6.12, "},
		{"bpf_sk_assign_tcp_reqsk", "6.11.11-generic", "is too old"},
		{"bpf_sk_assign_tcp_reqsk", "5.14.0-503.el9", "is too old"},
		{"bpf_sk_assign", "6.8.12-debian",
		 "kernel 6.8.12-debian is too old: the fast path needs 6.12"},
		{"bpf_sk_assign", "5.99.1", "the fast path needs 6.12"},
		{"bpf_sk_assign", "6.12.3", "without CONFIG_SYN_COOKIES"},
		{"bpf_sk_assign", "7.0", "without CONFIG_SYN_COOKIES"},
		{NULL, "6.1.0", "kernel 6.1.0 is too old: the fast path needs"},
		{NULL, "6.12.0", "kernel 6.12.0 shows no BTF"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		btf_write(cases[i].function);
		assert_int_equal(fast_missing_kernel(path, cases[i].release),
				 cases[i].reason ? -ENOTSUP : 0);
		if (cases[i].reason && !strstr(error_text(), cases[i].reason))
			fail_msg("case %zu: %s", i, error_text());
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(fast_missing_kernel(path, "6.12.1"), -ENOTSUP);
	assert_non_null(strstr(error_text(), "No such file"));
}

static void test_bpffs(void **state)
{
	(void)state;
	setenv("DETOUR_BPFFS", "/tmp/detour", 1);
	assert_int_equal(fast_missing_bpffs(), -ENODEV);
	assert_non_null(
		strstr(error_text(), "mount -t bpf -o mode=0700 bpf /tmp"));
	unsetenv("DETOUR_BPFFS");
}

static void test_link(void **state)
{
	static const struct {
		int err;
		const char *hint;
	} cases[] = {
		{-EOPNOTSUPP, "--mode generic"},
		{-EINVAL, "MTU"},
		{-ERANGE, "MTU"},
		{-ENOSPC, "queues"},
		{-ENOMEM, "queues"},
		{-EPERM, "not permitted"},
		{-EBUSY, "busy"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(fast_missing_link("none", 0, cases[i].err, ""),
				 cases[i].err);
		assert_non_null(strstr(error_text(), "cannot attach to none"));
		assert_non_null(strstr(error_text(), cases[i].hint));
	}
}

/* The driver's own words, and the MTU where that may be it. */
static void p24_reason(void **state)
{
	char text[FAST_MISSING_HINT];

	(void)state;
	assert_int_equal(fast_missing_link("lo", 0, -EINVAL, "it is raining"),
			 -EINVAL);
	assert_non_null(
		strstr(error_text(), "Invalid argument: it is raining ("));
	fast_missing_hint(text, "lo", -EINVAL, "");
	assert_non_null(strstr(text, "it is 65536, most drivers take up to"));
	fast_missing_hint(text, "lo", -EOPNOTSUPP, "");
	assert_non_null(strstr(text, "it is 65536, most drivers take up to"));
	fast_missing_hint(text, "lo", -EOPNOTSUPP, "XDP is not supported");
	assert_null(strstr(text, "65536"));
	fast_missing_hint(text, "none", -EOPNOTSUPP, "");
	assert_null(strstr(text, "MTU"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p22_kernel),
		cmocka_unit_test(test_bpffs),
		cmocka_unit_test(test_link),
		cmocka_unit_test(p24_reason),
	};
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
