// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "proxy_header.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V2 SIGNATURE "\x21"
#define LOCAL SIGNATURE "\x20"
#define ENDS4 "\xc0\0\2\1\xc6\x33\x64\2\x04\xd2\0\x50"
#define END6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define ENDS6 END6 END6 "\xff\xff\0\1"
#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"
#define FROM4 "192.0.2.1 1234"
#define TO4 "198.51.100.2 80"
#define SSL(client) "\x20\0\5" client "\0\0\0\0"
#define PATHS_18 "/a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define PATHS_54 PATHS_18 PATHS_18 PATHS_18
#define PATHS_216 PATHS_54 PATHS_54 PATHS_54 PATHS_54
#define LINE_56 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "

enum { MALFORMED = -EINVAL, NONE = -ENOENT, ALL = 1, MORE = 0 };

/* result: ALL, MORE, or an error; from, to: NULL if it does not say */
static const struct {
	const char *about, *input;
	size_t len;
	int result;
	const char *from, *to;
	bool tls, local;
} cases[] = {
#define IN(text) text, sizeof(text) - 1
	{"1, IPv4", IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 80\r\n"), ALL,
	 FROM4, TO4, 0, 0},
	{"1, IPv6", IN("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n"), ALL,
	 "2001:db8::1 65535", "::1 0", 0, 0},
	{"1, the longest", IN("PROXY TCP6 " LINE_56 LINE_56 "65535 65535\r\n"),
	 ALL, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535",
	 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535", 0, 0},
	{"1, IPv4 as IPv6",
	 IN("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.2 1234 80\r\n"), ALL,
	 FROM4, TO4, 0, 0},
	{"1, not known", IN("PROXY UNKNOWN\r\n"), ALL, NULL, NULL, 0, 0},
	{"1, not known, the longest",
	 IN("PROXY UNKNOWN " LINE_56 LINE_56 "65535 65535\r\n"), ALL, NULL,
	 NULL, 0, 0},
	{"1, not known, whatever it says", IN("PROXY UNKNOWN \t a b\r\n"), ALL,
	 NULL, NULL, 0, 0},
	{"1, one byte too long",
	 IN("PROXY UNKNOWN  " LINE_56 LINE_56 "65535 65535\r\n"), MALFORMED,
	 NULL, NULL, 0, 0},
	{"1, without an end",
	 IN("PROXY UNKNOWN " LINE_56 LINE_56 "65535 65535 \r"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, no word", IN("PROXY \r\n"), MALFORMED, NULL, NULL, 0, 0},
	{"1, UNKNOWN longer", IN("PROXY UNKNOWNS\r\n"), MALFORMED, NULL, NULL,
	 0, 0},
	{"1, another protocol",
	 IN("PROXY UDP4 192.0.2.1 198.51.100.2 1234 80\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, in small letters",
	 IN("PROXY tcp4 192.0.2.1 198.51.100.2 1234 80\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, no addresses", IN("PROXY TCP4\r\n"), MALFORMED, NULL, NULL, 0, 0},
	{"1, a port less", IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, a word more",
	 IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 80 1\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, two blanks", IN("PROXY TCP4  192.0.2.1 198.51.100.2 1234 80\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, a blank at the end",
	 IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 80 \r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, a NUL at the end",
	 IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 80\0\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, a NUL", IN("PROXY TCP4 192.0.2.1\0 198.51.100.2 1234 80\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, LF alone", IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 80\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, CR inside", IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 8\r0\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, a port too high",
	 IN("PROXY TCP4 192.0.2.1 198.51.100.2 65536 80\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, a zero in front",
	 IN("PROXY TCP4 192.0.2.1 198.51.100.2 1234 080\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, a sign", IN("PROXY TCP4 192.0.2.1 198.51.100.2 +123 80\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, a zero in an address",
	 IN("PROXY TCP4 192.0.02.1 198.51.100.2 1234 80\r\n"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"1, IPv6 as TCP4", IN("PROXY TCP4 ::1 ::1 1234 80\r\n"), MALFORMED,
	 NULL, NULL, 0, 0},
	{"1, IPv4 as TCP6", IN("PROXY TCP6 192.0.2.1 198.51.100.2 1234 80\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"1, an interface", IN("PROXY TCP6 fe80::1%lo ::1 1234 80\r\n"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"2, IPv4", IN(V2 "\x11\0\x0c" ENDS4), ALL, FROM4, TO4, 0, 0},
	{"2, IPv6", IN(V2 "\x21\0\x24" ENDS6), ALL, "2001:db8::1 65535",
	 "2001:db8::1 1", 0, 0},
	{"2, IPv4 as IPv6", IN(V2 "\x21\0\x24" MAPPED END6 "\x04\xd2\0\1"), ALL,
	 FROM4, "2001:db8::1 1", 0, 0},
	{"2, a path", IN(V2 "\x31\0\xd8" PATHS_216), ALL, NULL, NULL, 0, 0},
	{"2, a path, by TLS", IN(V2 "\x31\0\xe0" PATHS_216 SSL("\1")), ALL,
	 NULL, NULL, 1, 0},
	{"2, datagrams", IN(V2 "\x12\0\x0c" ENDS4), ALL, NULL, NULL, 0, 0},
	{"2, unspecified", IN(V2 "\0\0\0"), ALL, NULL, NULL, 0, 0},
	{"2, unspecified, with anything", IN(V2 "\0\0\2\x20\xff"), ALL, NULL,
	 NULL, 0, 0},
	{"2, unspecified, by TLS", IN(V2 "\0\0\x08" SSL("\1")), ALL, NULL, NULL,
	 1, 0},
	{"2, no transport", IN(V2 "\x10\0\x0c" ENDS4), ALL, NULL, NULL, 0, 0},
	{"2, local", IN(LOCAL "\0\0\0"), ALL, NULL, NULL, 0, 1},
	{"2, local, with addresses", IN(LOCAL "\x11\0\x0c" ENDS4), ALL, NULL,
	 NULL, 0, 1},
	{"2, local, with anything",
	 IN(LOCAL "\xff\0\3"
		  "abc"),
	 ALL, NULL, NULL, 0, 1},
	{"2, version 1", IN(SIGNATURE "\x11\x11\0\x0c" ENDS4), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, version 3", IN(SIGNATURE "\x31"), MALFORMED, NULL, NULL, 0, 0},
	{"2, another command", IN(SIGNATURE "\x22\x11\0\x0c" ENDS4), MALFORMED,
	 NULL, NULL, 0, 0},
	{"2, another family", IN(V2 "\x41\0\x0c" ENDS4), MALFORMED, NULL, NULL,
	 0, 0},
	{"2, another transport", IN(V2 "\x13\0\x0c" ENDS4), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, too short for IPv4", IN(V2 "\x11\0\x0b\1\2\3\4\1\2\3\4\1\2\1"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"2, too short for IPv6", IN(V2 "\x21\0\x0c" ENDS4), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, too short for a path", IN(V2 "\x31\0\x24" ENDS6), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, nothing of IPv4", IN(V2 "\x11\0\0"), MALFORMED, NULL, NULL, 0, 0},
	{"2, the longest is waited for", IN(V2 "\x11\x0f\xf0" ENDS4), MORE,
	 NULL, NULL, 0, 0},
	{"2, too long", IN(V2 "\x11\x0f\xf1"), MALFORMED, NULL, NULL, 0, 0},
	{"2, as long as can be", IN(LOCAL "\x11\xff\xff"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, by TLS", IN(V2 "\x11\0\x14" ENDS4 SSL("\1")), ALL, FROM4, TO4, 1,
	 0},
	{"2, by TLS, with a certificate", IN(V2 "\x11\0\x14" ENDS4 SSL("\7")),
	 ALL, FROM4, TO4, 1, 0},
	{"2, not by TLS", IN(V2 "\x11\0\x14" ENDS4 SSL("\0")), ALL, FROM4, TO4,
	 0, 0},
	{"2, a certificate alone is not TLS",
	 IN(V2 "\x11\0\x14" ENDS4 SSL("\6")), ALL, FROM4, TO4, 0, 0},
	{"2, TLS behind others",
	 IN(V2 "\x11\0\x1c" ENDS4 "\1\0\2h2"
	       "\4\0\0"
	       "\x20\0\5\1\0\0\0\1"),
	 ALL, FROM4, TO4, 1, 0},
	{"2, TLVs in TLS",
	 IN(V2 "\x11\0\x1e" ENDS4 "\x20\0\x0f\1\0\0\0\0\x21\0\7TLSv1.3"), ALL,
	 FROM4, TO4, 1, 0},
	{"2, a TLV in TLS too long",
	 IN(V2 "\x11\0\x1e" ENDS4 "\x20\0\x0f\1\0\0\0\0\x21\0\x08TLSv1.3"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"2, a TLV in TLS cut",
	 IN(V2 "\x11\0\x16" ENDS4 "\x20\0\7\1\0\0\0\0\x21\0"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, TLS too short", IN(V2 "\x11\0\x13" ENDS4 "\x20\0\4\1\0\0\0"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"2, TLS of nothing", IN(V2 "\x11\0\x0f" ENDS4 "\x20\0\0"), MALFORMED,
	 NULL, NULL, 0, 0},
	{"2, a TLV too long", IN(V2 "\x11\0\x10" ENDS4 "\1\0\2h"), MALFORMED,
	 NULL, NULL, 0, 0},
	{"2, a TLV as long as can be", IN(V2 "\x11\0\x10" ENDS4 "\1\xff\xffh"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"2, a TLV cut", IN(V2 "\x11\0\x0e" ENDS4 "\1\0"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, a type alone", IN(V2 "\x11\0\x0d" ENDS4 "\1"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, an unknown TLV", IN(V2 "\x11\0\x10" ENDS4 "\xee\0\1x"), ALL, FROM4,
	 TO4, 0, 0},
	{"2, a checksum", IN(V2 "\x11\0\x13" ENDS4 "\3\0\4\x71\x79\x59\xb1"),
	 ALL, FROM4, TO4, 0, 0},
	{"2, a wrong checksum",
	 IN(V2 "\x11\0\x13" ENDS4 "\3\0\4\x71\x79\x59\xb0"), MALFORMED, NULL,
	 NULL, 0, 0},
	{"2, a checksum too short", IN(V2 "\x11\0\x12" ENDS4 "\3\0\3\0\0\0"),
	 MALFORMED, NULL, NULL, 0, 0},
	{"a request", IN("GET / HTTP/1.1\r\n\r\n"), NONE, NULL, NULL, 0, 0},
	{"another method", IN("PROXYFY / HTTP/1.1\r\n\r\n"), NONE, NULL, NULL,
	 0, 0},
	{"TLS", IN("\x16\3\1\2\0\1"), NONE, NULL, NULL, 0, 0},
	{"empty lines", IN("\r\n\r\n\r\n"), NONE, NULL, NULL, 0, 0},
	{"the beginnings of both", IN("PROX\r\n"), NONE, NULL, NULL, 0, 0},
};

static void end_text(char text[64], const struct peer *peer)
{
	char address[INET6_ADDRSTRLEN];

	*text = '\0';
	if (peer->family)
		snprintf(text, 64, "%s %u",
			 inet_ntop(peer->family, peer->address, address,
				   sizeof(address)),
			 peer->port);
}

static int header_read(struct proxy_header *header, const char *input,
		       size_t len)
{
	return proxy_header_read(header,
				 (const uint8_t *)guard_copy(input, len), len);
}

static void test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct proxy_header header;
		char from[64], to[64];
		int result = header_read(&header, cases[i].input, cases[i].len);

		if (result == (int)cases[i].len)
			result = ALL;
		if (result != cases[i].result)
			fail_msg("%s: %d", cases[i].about, result);
		if (result != ALL)
			continue;
		end_text(from, &header.from);
		end_text(to, &header.to);
		if (strcmp(from, cases[i].from ? cases[i].from : "") ||
		    strcmp(to, cases[i].to ? cases[i].to : "") ||
		    header.tls != cases[i].tls ||
		    header.local != cases[i].local)
			fail_msg("%s: %s, %s, %d %d", cases[i].about, from, to,
				 header.tls, header.local);
	}
}

/* Cut at each byte it is waited for, and what comes behind is left. */
static void test_cuts(void **state)
{
	static const char behind[] = "GET / HTTP/1.1\r\n";
	char text[512];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct proxy_header header;

		if (cases[i].result != ALL)
			continue;
		for (n = 0; n < cases[i].len; n++)
			if (header_read(&header, cases[i].input, n))
				fail_msg("%s: %zu", cases[i].about, n);
		memcpy(text, cases[i].input, cases[i].len);
		memcpy(text + cases[i].len, behind, sizeof(behind));
		for (n = 0; n < sizeof(behind); n++)
			assert_int_equal(header_read(&header, text,
						     cases[i].len + n),
					 cases[i].len);
	}
}

/* Whatever the length says, nothing is read behind what is there. */
static void test_lengths(void **state)
{
	static const char start[] = V2 "\x11\0\x14" ENDS4 SSL("\1");
	char text[sizeof(start)];
	struct proxy_header header;
	unsigned int at, value;

	(void)state;
	for (at = 12; at < sizeof(start) - 1; at++)
		for (value = 0; value < 256; value++) {
			memcpy(text, start, sizeof(text));
			text[at] = value;
			assert_in_range(header_read(&header, text,
						    sizeof(text) - 1) +
						-MALFORMED,
					0, sizeof(text) - 1 - MALFORMED);
		}
}

static void test_write(void **state)
{
	static const struct proxy_header rows[] = {
		{.tls = false},
		{.tls = true},
		{.from = {AF_INET, 1234, {192, 0, 2, 1}},
		 .to = {AF_INET, 80, {198, 51, 100, 2}},
		 .tls = true},
		{.from = {AF_INET6, 65535, {0x20, 1, [15] = 1}},
		 .to = {AF_INET6, 1, {0x20, 1, [15] = 2}}},
		{.from = {AF_INET, 1, {10, 0, 0, 1}},
		 .to = {AF_INET6, 2, {0x20, 1, [15] = 2}}},
		{.from = {AF_INET6, 1, {0x20, 1, [15] = 2}},
		 .to = {AF_INET, 2, {10, 0, 0, 1}},
		 .tls = true},
	};
	uint8_t out[PROXY_HEADER_OUT];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct proxy_header header;

		len = proxy_header_write(out, &rows[i]);
		assert_in_range(len, 16, sizeof(out));
		assert_int_equal(header_read(&header, (char *)out, len), len);
		assert_memory_equal(&header.from, &rows[i].from,
				    sizeof(header.from));
		assert_memory_equal(&header.to, &rows[i].to, sizeof(header.to));
		assert_int_equal(header.tls, rows[i].tls);
		assert_false(header.local);
	}
}

/* Where the connection comes to is not known: the client is all the same. */
static void test_write_half(void **state)
{
	const struct proxy_header half = {
		.from = {AF_INET, 1234, {192, 0, 2, 1}}};
	uint8_t out[PROXY_HEADER_OUT];
	struct proxy_header header;
	char text[64];
	size_t len = proxy_header_write(out, &half);

	(void)state;
	assert_int_equal(header_read(&header, (char *)out, len), len);
	end_text(text, &header.from);
	assert_string_equal(text, FROM4);
	end_text(text, &header.to);
	assert_string_equal(text, "0.0.0.0 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),	   cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_lengths),	   cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
