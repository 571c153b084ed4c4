/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_CASE_H
#define DESK_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "formats.h"
#include "import.h"
#include "import_read.h"
#include "import_trial.h"
#include "map_file.h"
#include "memfile.h"

/* Rules of a text, read and compiled as check does it. */
struct desk_case {
	struct import import;
	struct map *map;
};

static inline void desk_case_open(struct desk_case *desk, const char *rules)
{
	char path[MEMFILE_NAME];
	int fd = memfile_open(path, rules, strlen(rules), 0);

	memset(desk, 0, sizeof(*desk));
	desk->import.mode = IMPORT_REPLACE;
	desk->import.read.format = format_find("rules");
	assert_int_equal(import_read(&desk->import, path), 0);
	assert_int_equal(import_compare(&desk->import, NULL, 0), 0);
	assert_int_equal(desk->import.errors.total, 0);
	assert_int_equal(import_trial(&desk->map, &desk->import, NULL, 0), 0);
	close(fd);
}

static inline void desk_case_close(struct desk_case *desk)
{
	map_close(desk->map);
	import_free(&desk->import);
}

#endif
