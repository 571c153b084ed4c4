// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_regex_way.h"
#include "regex_literal.h"

size_t regex_literal_path(char *path, const char *text, size_t len,
			  bool directory)
{
	size_t i, n = 0;

	if (len < 3 || len + 2 > REGEX_LITERAL_ROOM || text[0] != '^' ||
	    text[len - 1] != '$')
		return 0;
	if (directory == (text[1] == '/'))
		return 0;
	if (directory)
		path[n++] = '/';
	for (i = 1; i + 1 < len; i++) {
		bool escaped = text[i] == '\\' && strchr(".-_", text[i + 1]);

		i += escaped;
		if (i + 1 >= len ||
		    (!escaped && !isalnum((unsigned char)text[i]) &&
		     !strchr("-_/", text[i])))
			return 0;
		/* no empty segments, and none that begin with a dot */
		if (n && path[n - 1] == '/' && strchr("./", text[i]))
			return 0;
		path[n++] = text[i];
	}
	path[n] = '\0';
	return n;
}

int regex_literal(struct format_regex *regex, const char *text, size_t len,
		  unsigned int flags)
{
	bool directory = flags & FORMAT_REGEX_DIRECTORY;
	struct format_regex_way *way;
	char path[REGEX_LITERAL_ROOM];

	if (flags & (FORMAT_REGEX_CASE | FORMAT_REGEX_QUERY) ||
	    !regex_literal_path(path, text, len, directory))
		return 0;
	*regex = (struct format_regex){0};
	way = calloc(1, sizeof(*way));
	if (!way)
		return error_sys(-ENOMEM, "cannot read an expression");
	regex->ways = way;
	regex->count = 1;
	way->source = strdup(path);
	way->group[0] = strdup(path + directory);
	if (way->source && way->group[0])
		return 1;
	format_regex_free(regex);
	return error_sys(-ENOMEM, "cannot read an expression");
}
