/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FOLDER_H
#define FORMAT_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rule_line.h"

/*
 * A folder for a file that a format reads, "c", and one that it names, "m":
 * folder_make() and folder_remove() are a group's set-up and end.
 */
static char folder[64];

static void folder_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", folder, name);
}

static void file_write(const char *name, const char *text)
{
	char path[128];
	FILE *out;

	folder_path(path, sizeof(path), name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int folder_make(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/detour-format-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **state)
{
	static const char names[][2] = {"c", "m"};
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		folder_path(path, sizeof(path), names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

/* Print a rule, as what takes those of a file. */
static int folder_take(void *out, const struct rule *rule, unsigned long at)
{
	(void)at;
	rule_print(out, rule);
	return 0;
}

#endif
