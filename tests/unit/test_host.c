// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "guard.h"
#include "host.h"

#define L63 "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz"
#define L61 "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwx"
#define NAME253 L63 "." L63 "." L63 "." L61
#define NAME254 NAME253 "x"

/* name NULL: refused, with a reason that holds the given piece */
static const struct host_case {
	const char *about, *input, *name, *reason;
} both_cases[] =
	{
		{"lower case stays", "www.example", "www.example", ""},
		{"upper case", "WWW.Example", "www.example", ""},
		{"every letter", "AZaz-09_.x", "azaz-09_.x", ""},
		{"final dot", "www.example.", "www.example", ""},
		{"one label", "localhost", "localhost", ""},
		{"underscore", "_dmarc.example", "_dmarc.example", ""},
		{"hyphens at the ends", "-a-.example", "-a-.example", ""},
		{"empty", "", NULL, "empty"},
		{"a dot alone", ".", NULL, "empty label"},
		{"leading dot", ".example", NULL, "empty label"},
		{"two dots", "a..example", NULL, "empty label"},
		{"two final dots", "example..", NULL, "empty label"},
		{"label of 63 bytes", L63 ".example", L63 ".example", ""},
		{"label of 64 bytes", L63 "x.example", NULL, "63"},
		{"last label of 64 bytes", "a." L63 "x", NULL, "63"},
		{"name of 253 bytes", NAME253, NAME253, ""},
		{"name of 253 bytes and a dot", NAME253 ".", NAME253, ""},
		{"name of 254 bytes", NAME254, NULL, "253"},
		{"name of 254 bytes and a dot", NAME254 ".", NULL, "253"},
		{"name of over 300 bytes", NAME253 "." L63, NULL, "253"},
		{"blank", "a b.example", NULL, "character"},
		{"leading blank", " a.example", NULL, "character"},
		{"slash", "a/b", NULL, "character"},
		{"at", "user@example", NULL, "character"},
		{"star", "*.example", NULL, "character"},
		{"percent escape", "%61.example", NULL, "percent"},
		{"percent escape behind", "a%2eexample", NULL, "percent"},
		{"control byte", "a\x01.example", NULL, "character"},
		{"DEL", "a\x7f.example", NULL, "character"},
		{"IPv4", "192.0.2.1", "192.0.2.1", ""},
		{"IPv4 with a final dot", "192.0.2.1.", "192.0.2.1", ""},
		{"IPv4 of three numbers", "192.0.2", NULL, "IPv4"},
		{"IPv4 of five numbers", "1.192.0.2.1", NULL, "IPv4"},
		{"IPv4 with a leading zero", "192.0.02.1", NULL, "IPv4"},
		{"IPv4 out of range", "192.0.2.256", NULL, "IPv4"},
		{"a number", "3221225985", NULL, "IPv4"},
		{"a name with a numeric last label", "www.1", NULL, "IPv4"},
		{"a name that ends in a digit", "www.example1", "www.example1",
		 ""},
		{"digits in front", "1.2.3.4x", "1.2.3.4x", ""},
		{"IPv6", "[2001:db8::1]", "[2001:db8::1]", ""},
		{"IPv6 in its long form", "[2001:0DB8:0:0:0:0:0:1]",
		 "[2001:db8::1]", ""},
		{"IPv6 with IPv4 inside", "[::ffff:192.0.2.1]",
		 "[::ffff:192.0.2.1]", ""},
		{"IPv6 any", "[::]", "[::]", ""},
		{"IPv6 with a zone", "[fe80::1%eth0]", NULL, "IPv6"},
		{"IPv6 without its end", "[::1", NULL, "IPv6"},
		{"IPv6 of nothing", "[]", NULL, "IPv6"},
		{"a bracket", "[", NULL, "IPv6"},
		{"IPv4 in brackets", "[192.0.2.1]", NULL, "IPv6"},
		{"a long text in brackets",
		 "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]",
		 NULL, "IPv6"},
		{"text behind IPv6", "[::1]x", NULL, "IPv6"},
},
  request_cases[] =
	  {
		  {"port", "www.example:8080", "www.example", ""},
		  {"empty port", "www.example:", "www.example", ""},
		  {"port 0", "www.example:0", "www.example", ""},
		  {"highest port", "www.example:65535", "www.example", ""},
		  {"port too high", "www.example:65536", NULL, ""},
		  {"port of six digits", "www.example:000080", NULL, ""},
		  {"port that is a word", "www.example:http", NULL, ""},
		  {"port with a sign", "www.example:+80", NULL, ""},
		  {"two ports", "www.example:80:80", NULL, ""},
		  {"dot and port", "www.example.:80", "www.example", ""},
		  {"253 bytes, dot and port", NAME253 ".:80", NAME253, ""},
		  {"port alone", ":80", NULL, ""},
		  {"IPv4 and port", "192.0.2.1:80", "192.0.2.1", ""},
		  {"IPv6 and port", "[::1]:80", "[::1]", ""},
		  {"IPv6 and empty port", "[::1]:", "[::1]", ""},
		  {"IPv6 and bad port", "[::1]:x", NULL, ""},
		  {"bare IPv6", "::1", NULL, ""},
		  {"U-label", "m\xc3\xbcnchen.example", NULL, ""},
		  {"A-label, whatever it says", "XN--MNCHEN-3YA.example",
		   "xn--mnchen-3ya.example", ""},
},
  rule_cases[] = {
	  {"U-label", "m\xc3\xbcnchen.example", "xn--mnchen-3ya.example", ""},
	  {"U-label in upper case", "M\xc3\x9cNCHEN.Example",
	   "xn--mnchen-3ya.example", ""},
	  {"decomposed U-label", "mu\xcc\x88nchen.example",
	   "xn--mnchen-3ya.example", ""},
	  {"sharp s is kept (non-transitional)",
	   "stra\xc3\x9f"
	   "e.example",
	   "xn--strae-oqa.example", ""},
	  {"A-label", "XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example", ""},
	  {"A-label further down", "www.xn--mnchen-3ya.example",
	   "www.xn--mnchen-3ya.example", ""},
	  {"an A-label that IDNA2008 has not", "XN--I-7iq.ws", "xn--i-7iq.ws",
	   ""},
	  {"A-label that decodes to nothing", "xn--.example", "xn--.example",
	   ""},
	  {"A-label with bad punycode", "xn--99999999999.example",
	   "xn--99999999999.example", ""},
	  {"a bad A-label beside a U-label", "xn--a.m\xc3\xbcnchen.example",
	   NULL, ""},
	  {"xn-- inside a label is no A-label", "axn--zz.example",
	   "axn--zz.example", ""},
	  {"other hyphens in third place", "r3---sn.example", "r3---sn.example",
	   ""},
	  {"ideographic full stop",
	   "m\xc3\xbc\xe3\x80\x82"
	   "example",
	   "xn--m-eha.example", ""},
	  {"fullwidth IPv4", "\xef\xbc\x91.2.3.4", "1.2.3.4", ""},
	  {"fullwidth star", "\xef\xbc\x8a.example", NULL, ""},
	  {"fullwidth slash",
	   "a\xef\xbc\x8f"
	   "b.example",
	   NULL, ""},
	  {"bad UTF-8", "m\xfcnchen.example", NULL, ""},
	  {"an emoji-only label that IDNA2008 has not",
	   "\xf0\x9f\x98\x80.example", NULL, ""},
	  {"port", "www.example:80", NULL, "character"},
};

static void check_request(const struct host_case *c)
{
	size_t len = strlen(c->input);
	char dst[HOST_SIZE];
	ssize_t n = host_request(dst, guard_copy(c->input, len), len);

	if (!c->name && n != -EINVAL)
		fail_msg("request, %s: %zd instead of -EINVAL", c->about, n);
	if (c->name && (n != (ssize_t)strlen(c->name) || strcmp(dst, c->name)))
		fail_msg("request, %s: %zd", c->about, n);
}

static void check_rule(const struct host_case *c)
{
	size_t len = strlen(c->input);
	const char *reason = NULL;
	char dst[HOST_SIZE];
	ssize_t n = host_rule(dst, guard_copy(c->input, len), len, &reason);

	if (!c->name &&
	    (n != -EINVAL || !reason || !*reason || !strstr(reason, c->reason)))
		fail_msg("rule, %s: %zd, %s", c->about, n,
			 reason ? reason : "no reason");
	if (c->name && (n != (ssize_t)strlen(c->name) || strcmp(dst, c->name)))
		fail_msg("rule, %s: %zd, %s", c->about, n,
			 n < 0 ? reason : dst);
}

static void test_host_both(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(both_cases) / sizeof(*both_cases); i++) {
		check_request(&both_cases[i]);
		check_rule(&both_cases[i]);
	}
}

static void test_host_request(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(request_cases) / sizeof(*request_cases); i++)
		check_request(&request_cases[i]);
}

static void test_host_rule(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rule_cases) / sizeof(*rule_cases); i++)
		check_rule(&rule_cases[i]);
}

/* A NUL ends nothing. */
static void test_host_nul(void **state)
{
	static const struct {
		const char *input;
		size_t len;
	} cases[] = {
		{"www\0.example", 12},
		{"\0", 1},
		{"[::1\0]", 6},
		{"[::1]\0", 6},
		{"m\xc3\xbc\0.example", 12},
		{"xn--mnchen-3ya\0", 15},
		{"www:80\0", 7},
	};
	const char *reason;
	char dst[HOST_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *input = guard_copy(cases[i].input, cases[i].len);

		assert_int_equal(host_request(dst, input, cases[i].len),
				 -EINVAL);
		assert_int_equal(host_rule(dst, input, cases[i].len, &reason),
				 -EINVAL);
	}
}

static void test_host_is_address(void **state)
{
	static const struct {
		const char *name;
		bool is;
	} cases[] = {
		{"192.0.2.1", true},	{"[::1]", true},
		{"www.example", false}, {"1.example", false},
		{"example1", false},	{"", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t len = strlen(cases[i].name);
		const char *name = guard_copy(cases[i].name, len);

		if (host_is_address(name, len) != cases[i].is)
			fail_msg("'%s'", cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_both),
		cmocka_unit_test(test_host_request),
		cmocka_unit_test(test_host_rule),
		cmocka_unit_test(test_host_nul),
		cmocka_unit_test(test_host_is_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
