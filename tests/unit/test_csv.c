// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "csv.h"
#include "limit.h"
#include "lines.h"
#include "memfile.h"

/* Records as they come: "LINE[field][field]", for a bad one "LINE!REASON|". */
static void collect(const char *path, char separator, char *text)
{
	struct csv_record record;
	struct lines *lines;
	const char *reason;
	unsigned int i;
	int got;

	assert_int_equal(lines_open(&lines, path), 0);
	while ((got = csv_next(lines, separator, &record, &reason))) {
		text += sprintf(text, "%lu", record.line);
		if (got == -EINVAL)
			text += sprintf(text, "!%s|", reason);
		for (i = 0; got == 1 && i < record.fields; i++)
			text += sprintf(text, "[%.*s]",
					(int)record.field[i].len,
					record.field[i].text);
	}
	lines_close(lines);
}

static const struct {
	const char *about, *data, *records;
} cases[] = {
	{"nothing", "", ""},
	{"empty lines", "\n\r\n\n", ""},
	{"one field", "a\n", "1[a]"},
	{"fields", "a,b,c\n", "1[a][b][c]"},
	{"empty fields", ",\n,,\n", "1[][]2[][][]"},
	{"blanks around fields", " a , b\t\n \t, c d ,\n", "1[a][b]2[][c d][]"},
	{"blanks around quotes", " \"a\" ,\t\"b\"\t\n", "1[a][b]"},
	{"blanks within quotes", "\" a \",\"\t\",\"b\"\" \"\n", "1[a][][b\"]"},
	{"no line end", "a,b\nc,", "1[a][b]2[c][]"},
	{"CRLF", "a,b\r\n\r\nc,d\r\n", "1[a][b]3[c][d]"},
	{"quotes", "\"a\",\"b\"\n", "1[a][b]"},
	{"empty quotes", "\"\",\"\"\n\"\"", "1[][]2[]"},
	{"comma in quotes", "\"a,b\",c\n", "1[a,b][c]"},
	{"doubled quotes", "\"a\"\"b\",\"\"\"\",\"\"\"c\"\"\"\n",
	 "1[a\"b][\"][\"c\"]"},
	{"line break in quotes", "\"a\nb\",c\nd\n", "1[a\nb][c]3[d]"},
	{"CRLF in quotes", "\"a\r\n\r\nb\"\r\nd\r\n", "1[a\r\n\r\nb]4[d]"},
	{"line breaks in two fields", "\"\n\",x,\"\n\n\"\ny\n",
	 "1[\n][x][\n\n]5[y]"},
	{"doubled quote before a line break", "\"a\"\"\nb\"\n", "1[a\"\nb]"},
	{"empty lines between", "a\n\n\nb\n", "1[a]4[b]"},
	{"quote in a plain field", "a\"b,c\nd\n",
	 "1!a quote in a field without quotes|2[d]"},
	{"quote behind a blank and more", "a, b\"\nd\n",
	 "1!a quote in a field without quotes|2[d]"},
	{"text behind quotes", "\"a\"b\nd\n",
	 "1!text behind a closing quote|2[d]"},
	{"text behind quotes and a blank", "\"a\" b,c\nd\n",
	 "1!text behind a closing quote|2[d]"},
	{"quotes that do not end", "a,\"b\nc\nd",
	 "1!a quoted field without its end|2[c]3[d]"},
	{"a quote too many hides no line", "a,\"b\nc,d\n\"e\",f\ng\n",
	 "1!text behind a closing quote|2[c][d]3[e][f]4[g]"},
	{"bad UTF-8 within quotes", "\"a\n\xff\"\nb\n",
	 "1!not UTF-8|2!not UTF-8|3[b]"},
};

static void test_csv(void **state)
{
	char name[MEMFILE_NAME], text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int fd = memfile_open(name, cases[i].data,
				      strlen(cases[i].data), 0);

		text[0] = '\0';
		collect(name, ',', text);
		if (strcmp(text, cases[i].records))
			fail_msg("%s: %s", cases[i].about, text);
		close(fd);
	}
}

/* Other separators. */
static void test_csv_separator(void **state)
{
	static const struct {
		char separator;
		const char *data, *records;
	} files[] = {
		{';', "a;b,c\n\"d;e\" ;f\n", "1[a][b,c]2[d;e][f]"},
		{'\t', "a\t b \t\n\"c\td\"\t\"e\"\n\t\n",
		 "1[a][b][]2[c\td][e]3[][]"},
		{'|', "a|b\n", "1[a][b]"},
	};
	char name[MEMFILE_NAME], text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		int fd = memfile_open(name, files[i].data,
				      strlen(files[i].data), 0);

		text[0] = '\0';
		collect(name, files[i].separator, text);
		assert_string_equal(text, files[i].records);
		close(fd);
	}
}

/* Blanks that are not seen, and what only looks like one. */
static void test_csv_trim(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} cells[] = {
		{"", ""},
		{" \u00a0 a\u2007 \u202f", "a"},
		{"\ufeff\u200b\u2060", ""},
		{"a\u00a0b", "a\u00a0b"},
		{"\xc2\xa1", "\xc2\xa1"},
		{"\xc3\xa0", "\xc3\xa0"},
		{"\xc2", "\xc2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		struct csv_field field = {cells[i].text, strlen(cells[i].text)};

		csv_trim(&field);
		assert_int_equal(field.len, strlen(cells[i].trimmed));
		assert_memory_equal(field.text, cells[i].trimmed, field.len);
	}
}

static void test_csv_many_fields(void **state)
{
	char name[MEMFILE_NAME], data[CSV_FIELDS + 20];
	struct csv_record record;
	struct lines *lines;
	const char *reason;
	int fd;

	(void)state;
	memset(data, ',', sizeof(data));
	fd = memfile_open(name, data, sizeof(data), 0);
	assert_int_equal(lines_open(&lines, name), 0);
	assert_int_equal(csv_next(lines, ',', &record, &reason), 1);
	assert_int_equal(record.fields, sizeof(data) + 1);
	lines_close(lines);
	close(fd);
}

/* A record of as many bytes as a line may have, and of one more. */
static void test_csv_long(void **state)
{
	char *data = malloc(LIMIT_LINE + 16), name[MEMFILE_NAME];
	struct csv_record record;
	struct lines *lines;
	const char *reason;
	int fd, over;

	(void)state;
	for (over = 0; over < 2; over++) {
		memset(data, '\n', LIMIT_LINE + over);
		data[0] = data[LIMIT_LINE - 1 + over] = '"';
		strcpy(data + LIMIT_LINE + over, "\nb\n");
		fd = memfile_open(name, data, strlen(data), 0);
		assert_int_equal(lines_open(&lines, name), 0);
		if (over) {
			assert_int_equal(csv_next(lines, ',', &record, &reason),
					 -EINVAL);
			assert_non_null(strstr(reason, "65536"));
			assert_int_equal(record.line, 1);
			/* the closing quote opens another, to the end */
			assert_int_equal(csv_next(lines, ',', &record, &reason),
					 -EINVAL);
			assert_int_equal(record.line, LIMIT_LINE);
		} else {
			assert_int_equal(csv_next(lines, ',', &record, &reason),
					 1);
			assert_int_equal(record.field[0].len, LIMIT_LINE - 2);
		}
		assert_int_equal(csv_next(lines, ',', &record, &reason), 1);
		assert_int_equal(record.line, LIMIT_LINE + over);
		assert_memory_equal(record.field[0].text, "b", 1);
		lines_close(lines);
		close(fd);
	}
	free(data);
}

/* What is printed is read again as it was. */
static void test_csv_print(void **state)
{
	static const struct {
		const char *text, *printed;
	} prints[] = {
		{"", ""},
		{"a", "a"},
		{"a b", "a b"},
		{"a,b", "\"a,b\""},
		{"a\"b", "\"a\"\"b\""},
		{"\"", "\"\"\"\""},
		{"a\nb", "\"a\nb\""},
		{"a\rb", "\"a\rb\""},
	};
	char printed[64], text[80], want[80], name[MEMFILE_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(prints) / sizeof(*prints); i++) {
		FILE *out = fmemopen(printed, sizeof(printed), "w");
		int fd;

		assert_non_null(out);
		csv_print(out, prints[i].text, strlen(prints[i].text));
		fputs(",x", out);
		assert_int_equal(fclose(out), 0);
		sprintf(want, "%s,x", prints[i].printed);
		assert_string_equal(printed, want);
		fd = memfile_open(name, printed, strlen(printed), 0);
		collect(name, ',', text);
		sprintf(want, "1[%s][x]", prints[i].text);
		assert_string_equal(text, want);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_csv_separator),
		cmocka_unit_test(test_csv_trim),
		cmocka_unit_test(test_csv_many_fields),
		cmocka_unit_test(test_csv_long),
		cmocka_unit_test(test_csv_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
