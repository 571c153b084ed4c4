// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "format_regex_way.h"

const char *format_regex_unlike(unsigned int *unlike)
{
	static const char *const texts[] = {
		"the path without its last '/' is taken, too",
		"an empty rest is taken, too",
		"more is taken than the class or the count says",
		"one '/' is taken where it takes several",
		"'.' is taken for itself, not for any character",
		"requests with any query are taken",
		"names that end so within a label are not taken",
		"names that go on behind it are not taken",
		"names of any depth are taken",
		"another of its alternatives may fill the groups",
		"groups have the expression's letters, not the request's case",
		"the port is not looked at",
		"names that begin so further below are not taken",
	};
	unsigned int bit = *unlike ? __builtin_ctz(*unlike) : 0;

	if (bit >= sizeof(texts) / sizeof(*texts) || !*unlike)
		return NULL;
	*unlike &= *unlike - 1;
	return texts[bit];
}

void format_regex_way_free(struct format_regex_way *way)
{
	size_t i;

	free(way->source);
	for (i = 0; i < FORMAT_REGEX_GROUPS; i++)
		free(way->group[i]);
}

void format_regex_free(struct format_regex *regex)
{
	size_t i;

	for (i = 0; i < regex->count; i++)
		format_regex_way_free(&regex->ways[i]);
	for (i = 0; i < FORMAT_REGEX_GROUPS; i++)
		free(regex->name[i]);
	free(regex->ways);
	*regex = (struct format_regex){0};
}
