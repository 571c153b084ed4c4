// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "path.h"

int path_vjoin(char *path, const char *folder, const char *name, va_list args)
{
	int len = snprintf(path, PATH_MAX, "%s/", folder);

	if (len < PATH_MAX)
		len += vsnprintf(path + len, PATH_MAX - len, name, args);
	if (len < PATH_MAX)
		return 0;
	*path = '\0';
	return error_sys(-ENAMETOOLONG, "cannot use %.64s...", folder);
}

int path_join(char *path, const char *folder, const char *name, ...)
{
	va_list args;
	int err;

	va_start(args, name);
	err = path_vjoin(path, folder, name, args);
	va_end(args);
	return err;
}

void path_parent(char *parent, const char *path)
{
	size_t len = strlen(path);
	char *slash;

	while (len > 1 && path[len - 1] == '/')
		len--;
	snprintf(parent, PATH_MAX, "%.*s", (int)len, path);
	slash = strrchr(parent, '/');
	if (slash)
		slash[slash == parent] = '\0';
	else
		strcpy(parent, ".");
}
