// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "listener_mark.h"
#include "listen.h"
#include "listen_parse.h"

#define PATH_53 "/12345678901234567890123456789012345678901234567890ab"
#define PATH_106 PATH_53 PATH_53

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
	{"https", "127.0.0.1:443,https", "127.0.0.1:443,https"},
	{"https, IPv6", "[::1]:80,https", "[::1]:80,https"},
	{"https, both families", "*:8080,https",
	 "0.0.0.0:8080,https [::]:8080,https"},
	{"https, any port", ":0,https", "0.0.0.0:0,https [::]:0,https"},
	{"https without an address", "443,https", NULL},
	{"https alone", ",https", NULL},
	{"https for a port", "127.0.0.1:https", NULL},
	{"proxy", "127.0.0.1:81,proxy", "127.0.0.1:81,proxy"},
	{"proxy and https", "127.0.0.1:81,proxy,https",
	 "127.0.0.1:81,proxy,https"},
	{"in the other order", "*:81,https,proxy",
	 "0.0.0.0:81,proxy,https [::]:81,proxy,https"},
	{"a path", "unix:/run/detour/web.sock", "unix:/run/detour/web.sock"},
	{"a path with all there is",
	 "unix:/a,https,mode=600,user=root,group=root,proxy",
	 "unix:/a,proxy,https"},
	{"a path with a colon", "unix:/a:80", "unix:/a:80"},
	{"the longest path", "unix:/" PATH_106 ",proxy,https",
	 "unix:/" PATH_106 ",proxy,https"},
	{"a path too long", "unix:/a" PATH_106, NULL},
	{"no path", "unix:", NULL},
	{"no path, but a property", "unix:,https", NULL},
	{"a relative path", "unix:a", NULL},
	{"a name that is no path", "unix:@a", NULL},
	{"a blank in a path", "unix:/a b", NULL},
	{"a line in a path", "unix:/a\nb", NULL},
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

/* before: what is given already, or NULL; error: what is said */
static const struct {
	const char *before, *input, *error;
} scheme_cases[] = {
	{NULL, "127.0.0.1:80,http",
	 "'127.0.0.1:80,http': 'http' is not https, which alone may follow"},
	{NULL, "*:80,tls",
	 "'*:80,tls': 'tls' is not https, which alone may follow"},
	{NULL, "*:80,HTTPS",
	 "'*:80,HTTPS': 'HTTPS' is not https, which alone may follow"},
	{NULL, "*:80, https",
	 "'*:80, https': ' https' is not https, which alone may follow"},
	{NULL, "*:80,https=1",
	 "'*:80,https=1': 'https=1' is not https, which alone may follow"},
	{NULL, "[::1]:80,http,https",
	 "'[::1]:80,http,https': 'http' is not https, which alone may follow"},
	{NULL, "*:80,https,https", "'*:80,https,https': https is there twice"},
	{NULL, "*:80,https,tls",
	 "'*:80,https,tls': 'tls' is not https, which alone may follow"},
	{NULL, "*:80,", "'*:80,': nothing stands behind a comma"},
	{NULL, "*:80,,https", "'*:80,,https': nothing stands behind a comma"},
	{NULL, "*:80,https,", "'*:80,https,': nothing stands behind a comma"},
	{NULL, "[a,b]:80", "'[a,b]:80' is not ADDR:PORT"},
	{"10.0.0.1:80", "10.0.0.1:80,https",
	 "'10.0.0.1:80' is given with https and without"},
	{"[::1]:80,https", "[0::1]:80",
	 "'[::1]:80' is given with https and without"},
	{"*:80,https", "0.0.0.0:80",
	 "'0.0.0.0:80' is given with https and without"},
	{"[::]:80", ":80,https", "'[::]:80' is given with https and without"},
	{NULL, "*:80,proxy,proxy", "'*:80,proxy,proxy': proxy is there twice"},
	{NULL, "*:80,prox", "'*:80,prox': 'prox' is not https or proxy"},
	{NULL, "*:80,proxy,tls",
	 "'*:80,proxy,tls': 'tls' is not https or proxy"},
	{NULL, "*:80,mode=600",
	 "'*:80,mode=600': 'mode=600' is not https, which alone may follow"},
	{NULL, "unix:/a,mode=9", "'9' is no mode such as 660"},
	{NULL, "unix:/a,mode=", "'' is no mode such as 660"},
	{NULL, "unix:/a,mode=1777", "'1777' is no mode such as 660"},
	{NULL, "unix:/a,mode=00660", "'00660' is no mode such as 660"},
	{NULL, "unix:/a,user=no such", "no user 'no such'"},
	{NULL, "unix:/a,group=no such", "no group 'no such'"},
	{NULL, "unix:/a,tls",
	 "'unix:/a,tls': 'tls' is not https, proxy, mode=, user= or group="},
	{"10.0.0.1:80,proxy", "10.0.0.1:80",
	 "'10.0.0.1:80' is given with proxy and without"},
	{"unix:/a", "unix:/a,proxy",
	 "'unix:/a' is given with proxy and without"},
	{"unix:/a", "unix:/b,proxy", NULL},
	{"10.0.0.1:80,https", "10.0.0.1:80,https", NULL},
	{"10.0.0.1:80,https", "10.0.0.1:81", NULL},
	{"*:80,https", "10.0.0.1:80", NULL},
	{"127.0.0.1:0,https", "127.0.0.1:0", NULL},
};

static void test_scheme(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(scheme_cases) / sizeof(*scheme_cases); i++) {
		const char *before = scheme_cases[i].before;
		const char *error = scheme_cases[i].error;
		struct listen_set set = {.count = 0};
		int err;

		if (before)
			assert_int_equal(listen_parse(&set, before), 0);
		err = listen_parse(&set, scheme_cases[i].input);
		if (err != (error ? -EINVAL : 0) ||
		    (error && strcmp(error, error_text())))
			fail_msg("%s: %d, %s", scheme_cases[i].input, err,
				 error_text());
	}
}

static void close_all(const int *fds, size_t count)
{
	while (count--)
		assert_int_equal(close(fds[count]), 0);
}

static enum listener_mark mark_of(int fd)
{
	static const int option[] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
	int value[3], i;

	for (i = 0; i < 3; i++) {
		socklen_t len = sizeof(value[i]);

		assert_int_equal(getsockopt(fd, IPPROTO_TCP, option[i],
					    &value[i], &len),
				 0);
	}
	return listener_mark_of(value[0] * 250, value[1] * 250, value[2]);
}

/* All sockets have one, of each family and each thread; of proxy that by which
 * the fast path leaves them alone. */
static void test_mark(void **state)
{
	struct listen_set set = {.count = 0};
	int fds[2][LISTEN_MAX], thread;
	size_t i;

	(void)state;
	assert_int_equal(listen_parse(&set, "127.0.0.1:0"), 0);
	assert_int_equal(listen_parse(&set, "127.0.0.2:0,proxy"), 0);
	assert_int_equal(listen_parse(&set, "*:0,https"), 0);
	assert_int_equal(listen_fix(&set, fds[0]), 0);
	assert_in_range(set.count, 3, 4);
	assert_int_equal(listen_open(&set, fds[1]), 0);
	for (thread = 0; thread < 2; thread++)
		for (i = 0; i < set.count; i++) {
			assert_int_equal(set.address[i].proxy, i == 1);
			assert_int_equal(set.address[i].https, i > 1);
			assert_int_equal(mark_of(fds[thread][i]),
					 i ? LISTENER_MARK_HTTPS
					   : LISTENER_MARK_PLAIN);
		}
	close_all(fds[0], set.count);
	close_all(fds[1], set.count);
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

static int path_parse(struct listen_set *set, const char *folder,
		      const char *rest)
{
	char text[LISTEN_TEXT];

	*set = (struct listen_set){.count = 0};
	snprintf(text, sizeof(text), "unix:%s/socket%s", folder, rest);
	return listen_parse(set, text);
}

/* One socket for all workers; its file has its mode, and goes with it. */
static void test_path(void **state)
{
	char folder[] = "/tmp/detour-listen-XXXXXX", path[64];
	int fds[2][LISTEN_MAX], client;
	struct listen_set set, again;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/socket", folder);
	assert_int_equal(path_parse(&set, folder, ",mode=640"), 0);
	assert_int_equal(listen_fix(&set, fds[0]), 0);
	assert_int_equal(listen_open(&set, fds[1]), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0640);
	assert_int_equal(fcntl(fds[0][0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	client = connected(&set.address[0], "a");
	close(accept(fds[1][0], NULL, NULL));
	assert_int_equal(accept(fds[0][0], NULL, NULL), -1);
	close(client);

	/* Somebody listens there. */
	assert_int_equal(path_parse(&again, folder, ""), 0);
	assert_int_equal(listen_fix(&again, fds[1] + 1), -EADDRINUSE);
	assert_non_null(strstr(error_text(), path));
	listen_leave(&again);
	assert_int_equal(lstat(path, &st), 0);

	/* Nobody does: the file is left. */
	close_all(fds[0], 1);
	close_all(fds[1], 1);
	close(set.address[0].shared);
	assert_int_equal(listen_fix(&again, fds[0]), 0);
	listen_leave(&again);
	close_all(fds[0], 1);
	assert_int_equal(lstat(path, &st), -1);

	/* What is no socket stays, and what took the path over. */
	close(creat(path, 0600));
	assert_int_equal(path_parse(&set, folder, ""), 0);
	assert_int_equal(listen_fix(&set, fds[0]), -EADDRINUSE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(listen_fix(&set, fds[0]), 0);
	assert_int_equal(unlink(path), 0);
	close(creat(path, 0600));
	listen_leave(&set);
	close_all(fds[0], 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),	cmocka_unit_test(test_full),
		cmocka_unit_test(test_ports),	cmocka_unit_test(test_in_use),
		cmocka_unit_test(test_waiting), cmocka_unit_test(test_scheme),
		cmocka_unit_test(test_mark),	cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
