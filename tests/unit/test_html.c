// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"

struct written {
	FILE *out;
	char *text;
	size_t len;
};

static FILE *begin(struct written *written)
{
	written->out = open_memstream(&written->text, &written->len);
	assert_non_null(written->out);
	return written->out;
}

static void end(struct written *written, const char *wanted)
{
	assert_int_equal(fclose(written->out), 0);
	assert_string_equal(written->text, wanted);
	free(written->text);
}

static const struct {
	const char *text, *wanted;
} texts[] = {
	{"", ""},
	{"plain", "plain"},
	{"<a href=\"x\">'&", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"},
	{"&amp;", "&amp;amp;"},
	{"\x1b[31m\n\t\x7f", "\\x1b[31m\\x0a\\x09\\x7f"},
	{"b\xc3\xbc", "b\xc3\xbc"},
	{"\xc2\x9b", "U+009B"},
	{"\xe2\x80\xae", "U+202E"},
	{"\xc2\xa0", "U+00A0"},
	{"\xff\xfe<", "\\xff\\xfe&lt;"},
	{"\xc0\xbc", "\\xc0\\xbc"},
	{"\xe2\x80", "\\xe2\\x80"},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
};

static void test_text(void **state)
{
	struct written written;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		html_text(begin(&written), texts[i].text);
		end(&written, texts[i].wanted);
	}
	html_bytes(begin(&written), "a\0<", 3);
	end(&written, "a\\x00&lt;");
}

/* Whatever the bytes are, none of them is markup or control. */
static void test_any_bytes(void **state)
{
	struct written written;
	unsigned int first, second;

	(void)state;
	for (first = 0; first < 256; first++) {
		for (second = 0; second < 256; second++) {
			char bytes[2] = {(char)first, (char)second};

			html_bytes(begin(&written), bytes, 2);
			fclose(written.out);
			assert_int_equal(strcspn(written.text, "<>\"'\x1b\n"),
					 written.len);
			free(written.text);
		}
	}
}

static void test_numbers(void **state)
{
	static const struct {
		int64_t number;
		const char *wanted;
	} numbers[] = {
		{0, "0"},
		{999, "999"},
		{1000, "1,000"},
		{1234567, "1,234,567"},
		{-1000, "-1,000"},
		{-100, "-100"},
		{-123456, "-123,456"},
		{INT64_MAX, "9,223,372,036,854,775,807"},
	};
	struct written written;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		html_number(begin(&written), numbers[i].number);
		end(&written, numbers[i].wanted);
	}
}

static void test_sizes_and_times(void **state)
{
	struct written written;

	(void)state;
	html_size(begin(&written), 999);
	end(&written, "999&nbsp;bytes");
	html_size(begin(&written), 1500);
	end(&written, "1.5&nbsp;kB");
	html_size(begin(&written), 142000000);
	end(&written, "142&nbsp;MB");
	html_time(begin(&written), 1764325800);
	end(&written,
	    "<time datetime=\"2025-11-28T10:30:00Z\">2025-11-28 10:30:00 UTC</time>");
	html_time(begin(&written), INT64_MAX);
	end(&written, "at no time");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_sizes_and_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
