// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "code_meaning.h"

#define TAKE_NEW "search engines take the new URL for the old one"
#define KEEP_OLD "search engines keep the old URL"
#define ALL_FOLLOW "is followed by all clients"
#define LOST "becomes a GET without its body with most clients"

static const struct code_meaning meanings[] = {
	{301, TAKE_NEW, ALL_FOLLOW, LOST,
	 "keeps its method with most clients, but some send a GET or drop its body"},
	{302, KEEP_OLD, ALL_FOLLOW, LOST, "may lose its method or its body"},
	{303, KEEP_OLD, ALL_FOLLOW,
	 "becomes a GET without its body, as it should",
	 "becomes a GET without its body, as it should"},
	{307, KEEP_OLD, ALL_FOLLOW,
	 "is sent again with its body by all clients that follow, which 4 of 17 do not",
	 "is sent again with its body by all clients that follow"},
	{308, TAKE_NEW,
	 "is followed by all clients but a few old ones (Java HttpURLConnection, w3m, lynx)",
	 "is sent again with its body by all clients that follow, which 5 of 17 do not",
	 "is sent again with its body by all clients that follow"},
	{410, "search engines drop the URL", "has nothing to follow",
	 "has nothing to follow", "has nothing to follow"},
};

enum { MEANINGS = sizeof(meanings) / sizeof(*meanings) };

const struct code_meaning *code_meaning(uint16_t status)
{
	size_t i;

	for (i = 0; i < MEANINGS; i++)
		if (meanings[i].status == status)
			return &meanings[i];
	return NULL;
}

const char *code_meaning_method(const struct code_meaning *meaning,
				const char *method)
{
	if (!strcmp(method, "GET") || !strcmp(method, "HEAD"))
		return meaning->get;
	return strcmp(method, "POST") ? meaning->other : meaning->post;
}

const char *code_meaning_caches(char text[CODE_MEANING_TEXT], uint32_t max_age)
{
	if (!max_age)
		return "no cache keeps it";
	snprintf(text, CODE_MEANING_TEXT,
		 "caches keep it for %u s and do not ask again meanwhile",
		 max_age);
	return text;
}
