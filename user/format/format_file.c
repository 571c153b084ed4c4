// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "format_file.h"
#include "format_read.h"
#include "places.h"

/* The path as it is opened. */
static int path_make(char *path, const char *name,
		     const struct format_file *outer)
{
	const char *from = outer ? lines_name(outer->lines) : "";
	const char *slash = strrchr(from, '/');
	int folder = slash && *name != '/' ? slash + 1 - from : 0;
	int n = snprintf(path, PATH_MAX, "%.*s%s", folder, from, name);

	if (n < 0 || n >= PATH_MAX)
		return error_sys(-ENAMETOOLONG, "cannot open %s", name);
	return 0;
}

/* Files have one name each, as paths are made: links are met by the depth. */
static int nesting_check(const struct format_file *outer, const char *path)
{
	unsigned int depth = 1;

	for (; outer; outer = outer->outer, depth++) {
		if (!strcmp(lines_name(outer->lines), path))
			return error_set(-ELOOP, "%s includes itself", path);
		if (depth == FORMAT_DEPTH)
			return error_set(
				-ELOOP,
				"%s: more than %d files within each other",
				path, FORMAT_DEPTH);
	}
	return 0;
}

int format_file_open(struct format_read *read, struct format_file *file,
		     const char *name, struct format_file *outer)
{
	char path[PATH_MAX];
	long number = 0;
	int err = path_make(path, name, outer);

	*file = (struct format_file){.outer = outer};
	if (!err)
		err = nesting_check(outer, path);
	if (!err)
		err = lines_open(&file->lines, path);
	if (!err)
		number = places_file(&read->places, outer ? path : name);
	if (!err && number < 0)
		err = number;
	file->number = number;
	if (err)
		format_file_close(file);
	return err;
}

int format_file_head(struct format_file *file, struct format_head *head)
{
	head->path = lines_name(file->lines);
	return lines_peek(file->lines, &head->text, &head->len, &head->whole);
}

unsigned long format_at_line(struct format_read *read,
			     const struct format_file *file, unsigned long line)
{
	return places_at(&read->places, file->number, line);
}

int format_line(struct format_read *read, struct format_file *file,
		struct line *line, unsigned long *at)
{
	const char *reason;
	int got;

	for (;;) {
		got = lines_next(file->lines, line, &reason);
		*at = 0;
		if (got > 0 || got == -EINVAL)
			*at = format_at_line(read, file, line->number);
		if (got != -EINVAL)
			return got;
		format_error(read, *at, "line", "%s", reason);
	}
}

void format_file_close(struct format_file *file)
{
	lines_close(file->lines);
	file->lines = NULL;
}
