// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_listener.h"

static const char ipv4[] =
	"  sl  local_address rem_address   st tx_queue rx_queue tr ...\n"
	"   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000\n"
	"  12: 00000000:FFFF 00000000:0000 0A 00000000:00000000 00:00000000\n"
	"  13: 0100007F:1F90 0100007F:0051 01 00000000:00000000 00:00000000\n"
	"  14: 0100007F:0052 00000000:0000 0A 00000000:00000000 00:00000000\n";

static const char ipv6[] =
	"  sl  local_address                         remote_address ... st\n"
	"   0: 00000000000000000000000000000000:01BB "
	"00000000000000000000000000000000:0000 0A 00000000:00000000\n"
	"   1: nonsense\n"
	"   2: 00000000000000000000000000000000:12345 "
	"00000000000000000000000000000000:0000 0A 00000000:00000000\n"
	"   3: 000080FE000000000000000000000001:0001 "
	"00000000000000000000000000000000:0000 0A";

static unsigned int scan(const char *text, bool *listening)
{
	FILE *table = fmemopen((void *)text, strlen(text), "r");
	unsigned int i, count = 0;

	assert_non_null(table);
	memset(listening, 0, 65536);
	fast_listener_scan(table, listening);
	fclose(table);
	for (i = 0; i < 65536; i++)
		count += listening[i];
	return count;
}

static void test_scan(void **state)
{
	static bool listening[65536];

	(void)state;
	/* Behind the first that is none there are no listeners. */
	assert_int_equal(scan(ipv4, listening), 2);
	assert_true(listening[80] && listening[65535]);
	assert_int_equal(scan(ipv6, listening), 2);
	assert_true(listening[443] && listening[1]);
	assert_int_equal(scan("\n", listening), 0);
}

static int bound(int family, uint16_t *port)
{
	struct sockaddr_in6 addr = {.sin6_family = family};
	socklen_t len = sizeof(addr);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin6_port);
	return fd;
}

static void test_check(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	uint16_t port[2];
	int fd[2], i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fd[i] = bound(families[i], &port[i]);
		assert_int_equal(fast_listener_check(&port[i], 1), -ENOTCONN);
		assert_int_equal(listen(fd[i], 1), 0);
		assert_int_equal(fast_listener_check(&port[i], 1), 0);
	}
	assert_int_equal(fast_listener_check(port, 2), 0);
	close(fd[1]);
	assert_int_equal(fast_listener_check(port, 2), -ENOTCONN);
	assert_non_null(strstr(error_text(), "--without-listener"));
	assert_int_equal(fast_listener_check(port, 1), 0);
	close(fd[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
