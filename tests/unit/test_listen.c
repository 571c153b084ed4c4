// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "listen.h"

/* texts: the addresses, separated by blanks; NULL: refused */
static const struct {
	const char *about, *input, *texts;
} listen_cases[] = {
	{"IPv4", "127.0.0.1:8080", "127.0.0.1:8080"},
	{"IPv6", "[::1]:80", "[::1]:80"},
	{"IPv6, shortened", "[0:0::0:1]:80", "[::1]:80"},
	{"both families", "*:8080", "0.0.0.0:8080 [::]:8080"},
	{"both families, too", ":8080", "0.0.0.0:8080 [::]:8080"},
	{"any port", "127.0.0.1:0", "127.0.0.1:0"},
	{"the highest port", "127.0.0.1:65535", "127.0.0.1:65535"},
	{"beyond", "127.0.0.1:65536", NULL},
	{"no port", "127.0.0.1", NULL},
	{"an empty port", "127.0.0.1:", NULL},
	{"a port alone", "8080", NULL},
	{"a named port", "127.0.0.1:http", NULL},
	{"a sign", "127.0.0.1:+80", NULL},
	{"a name", "localhost:80", NULL},
	{"IPv6 without brackets", "::1:80", NULL},
	{"half a bracket", "[::1:80", NULL},
	{"empty brackets", "[]:80", NULL},
	{"two stars", "**:80", NULL},
	{"nothing", "", NULL},
	{"too long",
	 "1111111111111111111111111111111111111111111111111111111"
	 "1111111111111111111:80",
	 NULL},
};

static void join(char *dst, const struct listen_set *set)
{
	size_t i;

	*dst = '\0';
	for (i = 0; i < set->count; i++) {
		if (i)
			strcat(dst, " ");
		listen_text(dst + strlen(dst), &set->address[i]);
	}
}

static void test_parse(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(listen_cases) / sizeof(*listen_cases); i++) {
		const char *texts = listen_cases[i].texts;
		struct listen_set set = {.count = 0};
		char got[4 * LISTEN_TEXT];
		int err = listen_parse(&set, listen_cases[i].input);

		join(got, &set);
		if (err != (texts ? 0 : -EINVAL) ||
		    (texts && strcmp(got, texts)))
			fail_msg("%s: %d, %s", listen_cases[i].about, err, got);
		if (!texts)
			assert_non_null(strstr(error_text(), "'"));
	}
}

static void test_full(void **state)
{
	struct listen_set set = {.count = 0};
	int i;

	(void)state;
	for (i = 0; i < LISTEN_MAX; i++)
		assert_int_equal(listen_parse(&set, "127.0.0.1:0"), 0);
	assert_int_equal(listen_parse(&set, "127.0.0.1:0"), -EINVAL);
}

static void close_all(const int *fds, size_t count)
{
	while (count--)
		assert_int_equal(close(fds[count]), 0);
}

static void test_ports(void **state)
{
	struct listen_set set = {.count = 0};
	int first[LISTEN_MAX], second[LISTEN_MAX];
	char texts[4 * LISTEN_TEXT], *port;

	(void)state;
	assert_int_equal(listen_parse(&set, "*:0"), 0);
	assert_int_equal(listen_parse(&set, "127.0.0.2:0"), 0);
	assert_int_equal(listen_fix(&set, first), 0);
	assert_in_range(set.count, 2, 3);
	assert_int_equal(listen_open(&set, second), 0);
	join(texts, &set);
	port = strchr(texts, ':');
	assert_null(strstr(texts, ":0"));
	if (set.count == 3) {
		char v6[LISTEN_TEXT];

		snprintf(v6, sizeof(v6), "[::]%.*s ", (int)strcspn(port, " "),
			 port);
		assert_non_null(strstr(texts, v6));
	}
	close_all(first, set.count);
	close_all(second, set.count);
}

static void test_in_use(void **state)
{
	struct listen_set set = {.count = 0}, again = {.count = 0};
	int taken = socket(AF_INET, SOCK_STREAM, 0), fds[LISTEN_MAX];
	char text[LISTEN_TEXT];

	(void)state;
	assert_int_equal(listen_parse(&set, "127.0.0.1:0"), 0);
	assert_int_equal(bind(taken, (void *)&set.address[0].addr,
			      set.address[0].len),
			 0);
	assert_int_equal(listen(taken, 1), 0);
	assert_int_equal(getsockname(taken, (void *)&set.address[0].addr,
				     &set.address[0].len),
			 0);
	listen_text(text, &set.address[0]);
	assert_int_equal(listen_parse(&again, "127.0.0.1:0"), 0);
	assert_int_equal(listen_parse(&again, text), 0);
	assert_int_equal(listen_fix(&again, fds), -EADDRINUSE);
	assert_non_null(strstr(error_text(), text));
	assert_int_equal(listen_open(&set, fds), -EADDRINUSE);
	assert_non_null(strstr(error_text(), text));
	close(taken);
}

static int connected(const struct listen_address *address, const char *data)
{
	int fd = socket(address->addr.ss_family, SOCK_STREAM, 0);

	assert_int_equal(
		connect(fd, (const void *)&address->addr, address->len), 0);
	assert_int_equal(send(fd, data, strlen(data), 0), strlen(data));
	return fd;
}

/* Only those with data are there, and no more than there are. */
static void test_waiting(void **state)
{
	struct listen_set set = {.count = 0};
	int fds[LISTEN_MAX], clients[3], i;

	(void)state;
	assert_int_equal(listen_parse(&set, "127.0.0.1:0"), 0);
	assert_int_equal(listen_fix(&set, fds), 0);
	assert_int_equal(listen_waiting(fds[0]), 0);
	clients[0] = connected(&set.address[0], "a");
	clients[1] = connected(&set.address[0], "");
	clients[2] = connected(&set.address[0], "b");
	assert_int_equal(listen_waiting(fds[0]), 2);
	for (i = 0; i < 2; i++) {
		close(accept(fds[0], NULL, NULL));
		assert_int_equal(listen_waiting(fds[0]), 1 - i);
	}
	assert_int_equal(listen_waiting(-1), 1);
	close_all(clients, 3);
	close_all(fds, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),	cmocka_unit_test(test_full),
		cmocka_unit_test(test_ports),	cmocka_unit_test(test_in_use),
		cmocka_unit_test(test_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
