// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "limit.h"
#include "lines.h"
#include "memfile.h"

/* Lines as they come: "NUMBER:TEXT|", for a bad one "NUMBER!REASON|". */
static void collect(const char *path, char *text)
{
	struct lines *lines;
	const char *reason;
	struct line line;
	int got;

	assert_int_equal(lines_open(&lines, path), 0);
	while ((got = lines_next(lines, &line, &reason))) {
		if (got == 1)
			text += sprintf(text, "%lu:%.*s|", line.number,
					(int)line.len, line.text);
		else if (got == -EINVAL)
			text += sprintf(text, "%lu!%s|", line.number, reason);
		else
			break;
	}
	strcpy(text, got ? strerror(-got) : "");
	/* the end stays the end */
	if (!got)
		assert_int_equal(lines_next(lines, &line, &reason), 0);
	lines_close(lines);
}

#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *about, *data;
	size_t len;
	const char *lines;
} cases[] = {
	{"empty file", TEXT(""), ""},
	{"one line", TEXT("a\n"), "1:a|"},
	{"no line end", TEXT("a\nb"), "1:a|2:b|"},
	{"empty lines", TEXT("\n\na\n\n"), "1:|2:|3:a|4:|"},
	{"CRLF", TEXT("a\r\n\r\nb\r\n"), "1:a|2:|3:b|"},
	{"CRLF and LF", TEXT("a\r\nb\nc"), "1:a|2:b|3:c|"},
	{"CR at the end", TEXT("a\r"), "1:a|"},
	{"a CR alone ends nothing", TEXT("a\rb\n"), "1:a\rb|"},
	{"two CR", TEXT("a\r\r\n"), "1:a\r|"},
	{"BOM",
	 TEXT("\xef\xbb\xbf"
	      "a\n"),
	 "1:a|"},
	{"BOM alone", TEXT("\xef\xbb\xbf"), ""},
	{"BOM before an empty line", TEXT("\xef\xbb\xbf\na"), "1:|2:a|"},
	{"BOM further down is text",
	 TEXT("a\n\xef\xbb\xbf"
	      "b\n"),
	 "1:a|2:\xef\xbb\xbf"
	 "b|"},
	{"half a BOM", TEXT("\xef\xbb"), "1!not UTF-8|"},
	{"UTF-8", TEXT("\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\n"),
	 "1:\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80|"},
	{"bad UTF-8", TEXT("a\n\xff\nb\n"), "1:a|2!not UTF-8|3:b|"},
	{"UTF-8 cut off", TEXT("abcdefgh\xe2\x82\n"), "1!not UTF-8|"},
	{"overlong", TEXT("\xc0\x80\n\xe0\x80\x80\n\xf0\x80\x80\x80\n"),
	 "1!not UTF-8|2!not UTF-8|3!not UTF-8|"},
	{"surrogate", TEXT("\xed\xa0\x80\n"), "1!not UTF-8|"},
	{"above U+10FFFF", TEXT("\xf4\x90\x80\x80\n\xf5\x80\x80\x80\n"),
	 "1!not UTF-8|2!not UTF-8|"},
	{"the last of each length",
	 TEXT("\xdf\xbf\xed\x9f\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf\n"),
	 "1:\xdf\xbf\xed\x9f\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf|"},
	{"a continuation alone", TEXT("\x80\n"), "1!not UTF-8|"},
	{"NUL", TEXT("a\n\0b\nc\n"), "1:a|2!a NUL byte|3:c|"},
	{"NUL at the end", TEXT("a\0"), "1!a NUL byte|"},
};

static void test_lines(void **state)
{
	char name[MEMFILE_NAME], text[512];
	size_t i;
	int gzip, fd;

	(void)state;
	for (i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		gzip = i & 1;
		fd = memfile_open(name, cases[i / 2].data, cases[i / 2].len,
				  gzip);
		collect(name, text);
		if (strcmp(text, cases[i / 2].lines))
			fail_msg("%s%s: %s", cases[i / 2].about,
				 gzip ? " (gzip)" : "", text);
		close(fd);
	}
}

/* A line of len bytes between two others. */
static void check_long(size_t len, const char *end, bool fits)
{
	char *data = malloc(len + 16), name[MEMFILE_NAME], *text;
	int fd;

	assert_non_null(data);
	memcpy(data, "a\n", 2);
	memset(data + 2, 'x', len);
	strcpy(data + 2 + len, end);
	strcat(data + 2 + len, "b\n");
	fd = memfile_open(name, data, strlen(data), 0);
	text = malloc(len + 64);
	assert_non_null(text);
	collect(name, text);
	if (fits)
		assert_int_equal(strlen(text), strlen("1:a|2:|3:b|") + len);
	else
		assert_string_equal(text, "1:a|2!line over 65536 bytes|3:b|");
	close(fd);
	free(text);
	free(data);
}

static void test_lines_long(void **state)
{
	static const size_t sizes[] = {65537,  65538,  65539,  131072, 262144,
				       327678, 327679, 327680, 327681, 600000};
	size_t i;

	(void)state;
	check_long(LIMIT_LINE, "\n", true);
	check_long(LIMIT_LINE, "\r\n", true);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		check_long(sizes[i], "\n", false);
		check_long(sizes[i], "\r\n", false);
	}
}

/* 100 MB without a line end are one error. */
static void test_lines_huge(void **state)
{
	char *data = calloc(1, 100000000), name[MEMFILE_NAME], text[64];
	int fd;

	(void)state;
	assert_non_null(data);
	memset(data, 'x', 100000000);
	fd = memfile_open(name, data, 100000000, 0);
	free(data);
	collect(name, text);
	assert_string_equal(text, "1!line over 65536 bytes|");
	close(fd);
}

/* Lines of all lengths over many buffers. */
static void test_lines_many(void **state)
{
	enum { LINES = 3000 };
	char *data = malloc(LINES * LINES), *at = data, name[MEMFILE_NAME];
	struct lines *lines;
	const char *reason;
	struct line line;
	size_t i;
	int fd;

	(void)state;
	assert_non_null(data);
	for (i = 0; i < LINES; i++) {
		memset(at, 'a' + i % 26, i);
		at += i;
		*at++ = '\n';
	}
	fd = memfile_open(name, data, at - data, 1);
	assert_int_equal(lines_open(&lines, name), 0);
	for (i = 0; i < LINES; i++) {
		assert_int_equal(lines_next(lines, &line, &reason), 1);
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.len, i);
		if (!i)
			continue;
		assert_int_equal(line.text[0], 'a' + i % 26);
		assert_int_equal(line.text[i - 1], 'a' + i % 26);
	}
	assert_int_equal(lines_next(lines, &line, &reason), 0);
	lines_close(lines);
	close(fd);
	free(data);
}

static void test_lines_more(void **state)
{
	static const char data[] = "a\"\r\nb\n\nc\n\xff\nd";
	char name[MEMFILE_NAME];
	struct lines *lines;
	const char *reason;
	struct line line;
	int fd;

	(void)state;
	fd = memfile_open(name, data, sizeof(data) - 1, 0);
	assert_int_equal(lines_open(&lines, name), 0);
	assert_int_equal(lines_next(lines, &line, &reason), 1);
	assert_int_equal(lines_more(lines, &line, &reason), 1);
	assert_int_equal(line.number, 1);
	assert_int_equal(line.len, 5);
	assert_memory_equal(line.text, "a\"\r\nb", 5);
	assert_int_equal(lines_more(lines, &line, &reason), 1);
	assert_int_equal(line.len, 6);
	lines_back(lines, &line);
	assert_int_equal(lines_next(lines, &line, &reason), 1);
	assert_int_equal(line.number, 2);
	assert_int_equal(line.len, 1);
	assert_int_equal(lines_next(lines, &line, &reason), 1);
	assert_int_equal(lines_next(lines, &line, &reason), 1);
	assert_int_equal(line.number, 4);
	assert_int_equal(lines_more(lines, &line, &reason), -EINVAL);
	assert_string_equal(reason, "not UTF-8");
	assert_int_equal(line.len, 1);
	assert_int_equal(lines_next(lines, &line, &reason), -EINVAL);
	assert_int_equal(line.number, 5);
	assert_int_equal(lines_next(lines, &line, &reason), 1);
	assert_int_equal(line.number, 6);
	assert_int_equal(lines_more(lines, &line, &reason), 0);
	assert_memory_equal(line.text, "d", 1);
	lines_close(lines);
	close(fd);
}

/* A gzip file that is cut off, or damaged, is an error, not an end. */
static void test_lines_gzip(void **state)
{
	static char data[300000];
	char name[MEMFILE_NAME];
	struct lines *lines;
	struct stat stat;
	int fd, got, cut;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = i % 50 ? 'a' + i * i / 7 % 26 : '\n';
	for (cut = 0; cut < 2; cut++) {
		const char *reason;
		struct line line;

		fd = memfile_open(name, data, sizeof(data), 1);
		assert_int_equal(fstat(fd, &stat), 0);
		if (cut)
			assert_int_equal(ftruncate(fd, stat.st_size / 2), 0);
		else
			assert_int_equal(
				pwrite(fd, "\0\0\0\0", 4, stat.st_size - 8), 4);
		assert_int_equal(lines_open(&lines, name), 0);
		do
			got = lines_next(lines, &line, &reason);
		while (got == 1);
		assert_int_equal(got, -EBADMSG);
		assert_non_null(strstr(error_text(), name));
		lines_close(lines);
		close(fd);
	}
}

static void test_lines_open(void **state)
{
	struct lines *lines = NULL;
	const char *reason;
	struct line line;

	(void)state;
	assert_int_equal(lines_open(&lines, "/nonexistent/x"), -ENOENT);
	assert_non_null(strstr(error_text(), "/nonexistent/x"));
	assert_int_equal(lines_open(&lines, "/"), 0);
	assert_int_equal(lines_next(lines, &line, &reason), -EISDIR);
	lines_close(lines);
	lines_close(NULL);
}

/* "-" reads standard input and leaves it open. */
static void test_lines_stdin(void **state)
{
	char name[MEMFILE_NAME], text[64];
	int fd, saved = dup(STDIN_FILENO);

	(void)state;
	fd = memfile_open(name, "a\nb", 3, 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	collect("-", text);
	assert_string_equal(text, "1:a|2:b|");
	assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_END), 3);
	if (saved >= 0)
		dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_long),
		cmocka_unit_test(test_lines_huge),
		cmocka_unit_test(test_lines_many),
		cmocka_unit_test(test_lines_more),
		cmocka_unit_test(test_lines_gzip),
		cmocka_unit_test(test_lines_open),
		cmocka_unit_test(test_lines_stdin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
