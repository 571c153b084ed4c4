// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "error.h"
#include "format_apache_include.h"
#include "format_file.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

/* Whether a path has something. */
static bool found(const char *path)
{
	glob_t paths = {0};
	bool is = !glob(path, GLOB_NOSORT, NULL, &paths) && paths.gl_pathc;

	globfree(&paths);
	return is;
}

int apache_include_path(char **to, const char *root,
			const struct format_file *file, const char *name)
{
	const char *from = lines_name(file->lines);
	const char *slash = strrchr(from, '/');
	int n = -1;

	*to = NULL;
	if (root && *name != '/') {
		n = asprintf(to, "%s/%s", root, name);
		if (n >= 0 && found(*to))
			return 0;
		if (n >= 0)
			free(*to);
	}
	if (*name == '/' || !slash)
		n = asprintf(to, "%s", name);
	else
		n = asprintf(to, "%.*s/%s", (int)(slash - from), from, name);
	if (n >= 0)
		return 0;
	*to = NULL;
	return no_memory();
}

static int name_add(struct apache_names *names, const char *path)
{
	struct stat stat_is;

	if (stat(path, &stat_is) || !S_ISREG(stat_is.st_mode))
		return 0;
	if (array_grow(&names->names, &names->room, names->count + 1,
		       sizeof(*names->names)))
		return no_memory();
	names->names[names->count] = realpath(path, NULL);
	if (!names->names[names->count])
		names->names[names->count] = strdup(path);
	return names->names[names->count++] ? 0 : no_memory();
}

static int names_glob(struct apache_names *names, const char *pattern)
{
	glob_t paths = {0};
	size_t i;
	int err = 0;

	if (!glob(pattern, 0, NULL, &paths))
		for (i = 0; !err && i < paths.gl_pathc; i++)
			err = name_add(names, paths.gl_pathv[i]);
	globfree(&paths);
	return err;
}

int apache_include_names(struct apache_names *names, const char *root,
			 const struct format_file *file, const char *name)
{
	struct stat stat_is;
	char *path, *all;
	int err = apache_include_path(&path, root, file, name);

	if (err)
		return err;
	if (!stat(path, &stat_is) && S_ISDIR(stat_is.st_mode)) {
		if (asprintf(&all, "%s/*", path) < 0)
			err = no_memory();
		else
			free(path), path = all;
	}
	if (!err)
		err = names_glob(names, path);
	free(path);
	return err;
}

void apache_names_free(struct apache_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct apache_names){0};
}
