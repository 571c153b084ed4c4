// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "web_files.h"

/* The strings are made by make. */
static const struct web_file files[] = {
	{
		"/style.css",
		"text/css; charset=utf-8",
#include "style.css.h"
	},
	{
		"/script.js",
		"text/javascript; charset=utf-8",
#include "script.js.h"
	},
	{
		"/icon.svg",
		"image/svg+xml",
#include "icon.svg.h"
	},
};

const struct web_file *web_file_find(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	return NULL;
}
