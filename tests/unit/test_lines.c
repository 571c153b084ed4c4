// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

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

/* A gzip member with a text. */
static size_t pack(unsigned char *dst, size_t room, const char *text,
		   size_t len)
{
	z_stream zip = {0};

	assert_int_equal(deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 8, 0),
			 Z_OK);
	zip.next_in = (unsigned char *)text;
	zip.avail_in = len;
	zip.next_out = dst;
	zip.avail_out = room;
	assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
	deflateEnd(&zip);
	return room - zip.avail_out;
}

/* A file of pieces: M a member with "a\nb", E an empty one, 1 the first byte
 * of one, H its first half, C all but its last byte, S one with a bad sum, L
 * one with a bad length, all others themselves, '0' a NUL. */
static size_t pieces_write(unsigned char *dst, const char *pieces)
{
	unsigned char *begin = dst;

	for (; *pieces; pieces++) {
		size_t len = pack(dst, 64, "a\nb", *pieces == 'E' ? 0 : 3);

		switch (*pieces) {
		case 'M':
		case 'E':
			break;
		case '1':
			len = 1;
			break;
		case 'H':
			len /= 2;
			break;
		case 'C':
			len--;
			break;
		case 'S':
			dst[len - 8] ^= 1;
			break;
		case 'L':
			dst[len - 1] ^= 1;
			break;
		default:
			*dst = *pieces == '0' ? 0 : *pieces;
			len = 1;
		}
		dst += len;
	}
	return dst - begin;
}

/* A text of ASCII, and a few others, as UTF-16. */
static void test_lines_utf16(void **state)
{
	static const struct {
		const char *about, *data;
		size_t len;
		const char *lines;
	} files[] = {
		{"less significant byte first",
		 TEXT("\xff\xfe"
		      "a\0\r\0\n\0\xfc\0\xac\x20\x3d\xd8\0\xde\n\0"),
		 "1:a|2:\u00fc\u20ac\U0001f600|"},
		{"more significant byte first",
		 TEXT("\xfe\xff\0a\0\n\0\xfc\x20\xac\xd8\x3d\xde\0"),
		 "1:a|2:\u00fc\u20ac\U0001f600|"},
		{"the mark alone", TEXT("\xff\xfe"), ""},
		{"half a unit",
		 TEXT("\xff\xfe"
		      "a\0\n\0b"),
		 "1:a|2!not UTF-8|"},
		{"half of a pair",
		 TEXT("\xff\xfe"
		      "a\0\x3d\xd8\n\0b\0\n\0\x3d\xd8"),
		 "1!not UTF-8|2:b|3!not UTF-8|"},
		{"a second half alone", TEXT("\xfe\xff\xde\0\0\n\0b"),
		 "1!not UTF-8|2:b|"},
		{"a NUL", TEXT("\xfe\xff\0a\0\0\0\n"), "1!a NUL byte|"},
	};
	char name[MEMFILE_NAME], text[512];
	size_t i;
	int gzip;

	(void)state;
	for (i = 0; i < 2 * sizeof(files) / sizeof(*files); i++) {
		int fd = memfile_open(name, files[i / 2].data, files[i / 2].len,
				      gzip = i & 1);

		collect(name, text);
		if (strcmp(text, files[i / 2].lines))
			fail_msg("%s%s: %s", files[i / 2].about,
				 gzip ? " (gzip)" : "", text);
		close(fd);
	}
}

/* The same over many reads: characters of 1 to 4 bytes at any border. */
static void test_lines_utf16_large(void **state)
{
	static const char units[] = "a\0\xfc\0\xac\x20\x3d\xd8\0\xde\n\0";
	enum { LINES = 100000, UNITS = sizeof(units) - 1 };
	char *data = malloc(2 + LINES * UNITS), name[MEMFILE_NAME];
	struct lines *lines;
	const char *reason;
	struct line line;
	int fd, i;

	(void)state;
	memcpy(data, "\xff\xfe", 2);
	for (i = 0; i < LINES; i++)
		memcpy(data + 2 + i * UNITS, units, UNITS);
	fd = memfile_open(name, data, 2 + LINES * UNITS, 0);
	assert_int_equal(lines_open(&lines, name), 0);
	for (i = 0; i < LINES; i++) {
		assert_int_equal(lines_next(lines, &line, &reason), 1);
		assert_int_equal(line.len, 10);
		assert_memory_equal(line.text, "a\u00fc\u20ac\U0001f600", 10);
	}
	assert_int_equal(lines_next(lines, &line, &reason), 0);
	lines_close(lines);
	free(data);
	close(fd);
}

/* Nothing of a gzip file is passed over: what is cut, damaged or behind it is
 * an error. */
static void test_lines_gzip(void **state)
{
	static const struct {
		const char *about, *pieces, *lines;
	} files[] = {
		{"one member", "M", "1:a|2:b|"},
		{"two members", "MM", "1:a|2:ba|3:b|"},
		{"many, with empty ones", "EMEEMME", "1:a|2:ba|3:ba|4:b|"},
		{"an empty member alone", "E", ""},
		{"cut in half", "H", NULL},
		{"cut by a byte", "C", NULL},
		{"the magic bytes alone", "\x1f\x8b", NULL},
		{"a bad sum", "S", NULL},
		{"a bad length", "L", NULL},
		{"no known method", "\x1f\x8b\x07xxxxxxx", NULL},
		{"text behind", "Mc.x - 410\n", NULL},
		{"a byte behind", "Mx", NULL},
		{"a NUL behind", "M0", NULL},
		{"padding behind", "M00000000", NULL},
		{"a second member cut after a byte", "M1", NULL},
		{"a second member cut in half", "MH", NULL},
		{"a second member cut by a byte", "MC", NULL},
		{"a second member with a bad sum", "MS", NULL},
		{"text before a second member", "Mx\nM", NULL},
		{"the first magic byte alone is text", "\x1f", "1:\x1f|"},
		{"the magic bytes further on are text", "x\x1f\n", "1:x\x1f|"},
	};
	char name[MEMFILE_NAME], text[512];
	unsigned char data[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		size_t len = pieces_write(data, files[i].pieces);
		int fd = memfile_open(name, (char *)data, len, 0);
		const char *lines = files[i].lines;

		collect(name, text);
		if (!lines && (!strstr(text, strerror(EBADMSG)) ||
			       !strstr(error_text(), name)))
			fail_msg("%s: %s, %s", files[i].about, text,
				 error_text());
		if (lines && strcmp(text, lines))
			fail_msg("%s: %s", files[i].about, text);
		close(fd);
	}
}

/* The same over many reads: every cut of a large file, and a byte behind. */
static void test_lines_gzip_large(void **state)
{
	enum { SIZE = 3000000, STEPS = 12 };
	char *data = malloc(SIZE), name[MEMFILE_NAME];
	unsigned char *packed = malloc(2 * SIZE);
	uint32_t seed = 1;
	size_t i, len;

	(void)state;
	assert_non_null(data);
	assert_non_null(packed);
	for (i = 0; i < SIZE; i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = i % 100 ? 'a' + (seed >> 24) % 26 : '\n';
	}
	len = pack(packed, 2 * SIZE, data, SIZE);
	assert_true(len > 1000000);
	for (i = 0; i <= STEPS + 1; i++) {
		size_t part = i > STEPS ? len + 1 : len * i / STEPS;
		unsigned long lines = 0;
		struct lines *file;
		const char *reason;
		struct line line;
		int got, fd;

		packed[len] = 'x';
		fd = memfile_open(name, (char *)packed, part, 0);
		assert_int_equal(lines_open(&file, name), 0);
		while ((got = lines_next(file, &line, &reason)) == 1)
			lines++;
		assert_int_equal(got, i && i != STEPS ? -EBADMSG : 0);
		if (i == STEPS)
			assert_int_equal(lines, SIZE / 100 + 1);
		lines_close(file);
		close(fd);
	}
	free(packed);
	free(data);
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
		cmocka_unit_test(test_lines_utf16),
		cmocka_unit_test(test_lines_utf16_large),
		cmocka_unit_test(test_lines_gzip),
		cmocka_unit_test(test_lines_gzip_large),
		cmocka_unit_test(test_lines_open),
		cmocka_unit_test(test_lines_stdin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
