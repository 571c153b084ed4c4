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
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_address.h"
#include "fast_listener.h"
#include "fast_listener_announced.h"
#include "fast_listener_check.h"
#include "fast_listener_places.h"
#include "fast_listener_read.h"
#include "fast_prefix.h"
#include "fast_sockets.h"

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
	"   3: 000080FE000000000000000001000000:0001 "
	"00000000000000000000000000000000:0000 0A";

static const uint8_t any_ipv4[16] = {[10] = 0xff, 0xff};
static const uint8_t link_local[16] = {0xfe, 0x80, [15] = 1};

static struct fast_listener_list scan(const char *text)
{
	FILE *table = fmemopen((void *)text, strlen(text), "r");
	struct fast_listener_list list = {NULL, 0, 0};

	assert_non_null(table);
	assert_int_equal(fast_listener_scan(table, &list), 0);
	fclose(table);
	return list;
}

static void test_scan(void **state)
{
	static const uint8_t loopback[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};
	static const uint8_t any[16];
	struct fast_listener_list list = scan(ipv4);

	(void)state;
	/* Behind the first that is none there are no listeners. */
	assert_int_equal(list.count, 2);
	assert_int_equal(list.listener[0].port, 80);
	assert_memory_equal(list.listener[0].addr, loopback, 16);
	assert_int_equal(list.listener[1].port, 65535);
	assert_memory_equal(list.listener[1].addr, any_ipv4, 16);
	fast_listener_free(&list);
	list = scan(ipv6);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.listener[0].port, 443);
	assert_memory_equal(list.listener[0].addr, any, 16);
	assert_int_equal(list.listener[1].port, 1);
	assert_memory_equal(list.listener[1].addr, link_local, 16);
	fast_listener_free(&list);
	list = scan("\n   0: 010000:0050 00000000:0000 0A 00000000\n");
	assert_int_equal(list.count, 0);
	fast_listener_free(&list);
}

/* A socket that is bound to a free port of an address. */
static int bound(const char *address, uint16_t *port)
{
	struct sockaddr_in6 addr = {.sin6_family = AF_INET6};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), no = 0;

	assert_true(fd >= 0);
	assert_int_equal(
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)), 0);
	assert_int_equal(inet_pton(AF_INET6, address, &addr.sin6_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin6_port);
	return fd;
}

static struct fast_address_list addresses(const char *one, const char *other)
{
	struct fast_address_list list = {NULL, 0, 0};

	assert_int_equal(fast_address_parse(&list, one), 0);
	if (other)
		assert_int_equal(fast_address_parse(&list, other), 0);
	return list;
}

/* What there is now, for what is served on an interface without a number. */
static int check(const uint16_t *port, unsigned int ports,
		 const struct fast_address_list *served, bool each)
{
	struct fast_prefix_list prefixes = {NULL, 0, 0};
	struct fast_listener_place place = {.served = served,
					    .prefixes = &prefixes};
	struct fast_listener_list list = {NULL, 0, 0};
	int err;

	assert_int_equal(fast_listener_read(&list), 0);
	err = fast_listener_check(&list, port, ports, &place, each);
	fast_listener_free(&list);
	return err;
}

static void test_check(void **state)
{
	static const struct {
		const char *bound, *one, *other;
		bool some, each;
	} cases[] = {
		{"::", "192.0.2.1", "2001:db8::1", true, true},
		{"::ffff:0.0.0.0", "192.0.2.1", "192.0.2.2", true, true},
		{"::ffff:0.0.0.0", "192.0.2.1", "2001:db8::1", true, false},
		{"::ffff:0.0.0.0", "2001:db8::1", NULL, true, false},
		{"::1", "::1", NULL, true, true},
		{"::1", "::1", "192.0.2.1", true, false},
		{"::1", "2001:db8::1", NULL, false, false},
		{"::ffff:127.0.0.1", "192.0.2.1", NULL, false, false},
		{"::ffff:127.0.0.1", "127.0.0.2", NULL, false, false},
		{"::ffff:127.0.0.2", "127.0.0.2", "127.0.0.2", true, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fast_address_list list =
			addresses(cases[i].one, cases[i].other);
		uint16_t port;
		int fd = bound(cases[i].bound, &port);

		print_message("case %zu\n", i);
		assert_int_equal(check(&port, 1, &list, false), -ENOTCONN);
		assert_int_equal(listen(fd, 1), 0);
		assert_int_equal(check(&port, 1, &list, false),
				 cases[i].some ? 0 : -ENOTCONN);
		assert_int_equal(check(&port, 1, &list, true),
				 cases[i].each ? 0 : -ENOTCONN);
		close(fd);
		fast_address_free(&list);
	}
}

static void test_reason(void **state)
{
	struct fast_address_list list = addresses("192.0.2.1", "::1");
	uint16_t port[2];
	int fd[2] = {bound("::1", &port[0]), bound("::1", &port[1])};

	(void)state;
	assert_int_equal(listen(fd[0], 1), 0);
	assert_int_equal(check(port, 2, &list, false), -ENOTCONN);
	assert_non_null(strstr(error_text(), " (--without-listener"));
	assert_null(strstr(error_text(), "except"));
	assert_int_equal(listen(fd[1], 1), 0);
	assert_int_equal(check(port, 2, &list, false), 0);
	assert_int_equal(check(port, 2, &list, true), -ENOTCONN);
	assert_non_null(strstr(error_text(), " of 192.0.2.1 (--without"));
	fast_address_free(&list);
	list = addresses("192.0.2.1", NULL);
	assert_int_equal(check(port, 2, &list, false), -ENOTCONN);
	assert_non_null(strstr(error_text(), " except at ::1, which is not"));
	close(fd[0]);
	close(fd[1]);
	fast_address_free(&list);
}

/* Listeners as "ADDR:PORT[,https] ..."; only: those on :: are for IPv6. */
static struct fast_listener_list listening(const char *texts, bool only)
{
	struct fast_listener_list list = {NULL, 0, 0};
	char copy[512], *at = copy, *text, *port;

	snprintf(copy, sizeof(copy), "%s", texts);
	list.listener = calloc(16, sizeof(*list.listener));
	while ((text = strsep(&at, " "))) {
		struct fast_listener *listener = &list.listener[list.count++];
		char addr[64] = "::ffff:";

		text[strcspn(text, ",")] = '\0';
		port = strrchr(text, ':');
		*port++ = '\0';
		listener->port = strtoul(port, NULL, 10);
		listener->ipv6_only = only;
		listener->inode = list.count;
		if (*text == '[')
			snprintf(addr, sizeof(addr), "%.*s",
				 (int)strcspn(text + 1, "]"), text + 1);
		else
			strcat(addr, text);
		assert_int_equal(inet_pton(AF_INET6, addr, listener->addr), 1);
	}
	fast_listener_announced_by(&list, texts, NULL);
	return list;
}

static void place_add(const char *where, void *arg)
{
	char *text = arg;

	if (*text)
		strcat(text, " ");
	strcat(text, where);
}

/* What port 80 of two addresses and a prefix is, by who listens. */
static void test_https(void **state)
{
	static const struct {
		const char *listening;
		const char *https, *missing; /* places */
		bool some, each;	     /* what check says */
	} cases[] = {
		{"10.0.0.1:80,https", "10.0.0.1:80",
		 "[2001:db8::1]:80 10.9.0.0/24:80", false, false},
		{"0.0.0.0:80,https [::]:80,https",
		 "10.0.0.1:80 [2001:db8::1]:80 10.9.0.0/24:80", "", false,
		 false},
		{"0.0.0.0:80,https [::]:80,https 10.0.0.1:80",
		 "[2001:db8::1]:80 10.9.0.0/24:80", "", true, false},
		{"0.0.0.0:80 [::]:80 10.0.0.1:80,https", "10.0.0.1:80", "",
		 true, false},
		{"0.0.0.0:80 [::]:80,https", "[2001:db8::1]:80", "", true,
		 false},
		{"0.0.0.0:80 [::]:80 10.9.0.7:80,https 10.9.0.7:80,https",
		 "10.9.0.7:80", "", true, true},
		{"0.0.0.0:80,https [::]:80 10.0.0.1:80 10.9.0.7:80",
		 "10.9.0.0/24:80", "", true, true},
		{"0.0.0.0:80,https 10.9.0.7:80,https",
		 "10.0.0.1:80 10.9.0.0/24:80 10.9.0.7:80", "[2001:db8::1]:80",
		 false, false},
		{"0.0.0.0:80 [::]:80 10.0.0.1:81,https 10.0.0.1:443,https", "",
		 "", true, true},
		{"0.0.0.0:80 [::]:80 10.8.0.1:80,https", "", "", true, true},
		{"[2001:db8::1]:80,https 0.0.0.0:80", "[2001:db8::1]:80", "",
		 true, false},
	};
	struct fast_address_list served = addresses("10.0.0.1", "2001:db8::1");
	struct fast_prefix_list prefixes = {NULL, 0, 0};
	struct fast_listener_place place = {.served = &served,
					    .prefixes = &prefixes};
	const uint16_t port = 80;
	size_t i;

	(void)state;
	assert_int_equal(fast_prefix_parse(&prefixes, "10.9.0.0/24"), 0);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fast_listener_list list =
			listening(cases[i].listening, true);
		char https[256] = "", missing[256] = "";

		print_message("%s\n", cases[i].listening);
		fast_listener_places(&list, &port, 1, &place,
				     FAST_LISTENER_HTTPS, place_add, https);
		fast_listener_places(&list, &port, 1, &place,
				     FAST_LISTENER_NONE, place_add, missing);
		assert_string_equal(https, cases[i].https);
		assert_string_equal(missing, cases[i].missing);
		assert_int_equal(fast_listener_check(&list, &port, 1, &place,
						     false),
				 cases[i].some ? 0 : -ENOTCONN);
		assert_int_equal(fast_listener_check(&list, &port, 1, &place,
						     true),
				 cases[i].each ? 0 : -ENOTCONN);
		fast_listener_free(&list);
	}
	fast_prefix_free(&prefixes);
	fast_address_free(&served);
}

/* Only the sockets that are the server's, and nothing that is no address. */
static void test_announced(void **state)
{
	static const char *const nothing[] = {
		"",
		"10.0.0.1:80",
		"10.0.0.1:80,http",
		",https",
		"10.0.0.1,https",
		"10.0.0.1:81,https",
		":80,https",
		"[10.0.0.1,https",
		"10.0.0.1:80,https,",
		"[::]:80,htt",
	};
	struct fast_listener_list list = listening("10.0.0.1:80 [::]:80", true);
	struct fast_sockets sockets = {.count = 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		fast_listener_announced_by(&list, nothing[i], NULL);
	assert_false(list.listener[0].https || list.listener[1].https);
	fast_listener_announced_by(&list, "10.0.0.1:80,https [::]:80,https",
				   &sockets);
	assert_false(list.listener[0].https || list.listener[1].https);
	list.listener[0].inode = 0; /* nobody knows */
	fast_listener_announced_by(&list, "10.0.0.1:80,https  [::]:80,https",
				   &sockets);
	assert_true(list.listener[0].https);
	assert_false(list.listener[1].https);
	fast_listener_announced_by(&list, "[::%va]:80,https", NULL);
	assert_true(list.listener[1].https);
	assert_false(list.listener[0].proxy || list.listener[1].proxy);
	fast_listener_announced_by(
		&list,
		"10.0.0.1:80,proxy,http unix:/10.0.0.1:80,https [::]:80,proxy,https",
		NULL);
	assert_true(list.listener[0].proxy && list.listener[1].proxy);
	assert_int_equal(fast_listener_kind(&list.listener[0]),
			 FAST_LISTENER_HTTPS);
	list.listener[0].https = false;
	assert_int_equal(fast_listener_kind(&list.listener[0]),
			 FAST_LISTENER_PROXY);
	fast_listener_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),	  cmocka_unit_test(test_check),
		cmocka_unit_test(test_reason),	  cmocka_unit_test(test_https),
		cmocka_unit_test(test_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
