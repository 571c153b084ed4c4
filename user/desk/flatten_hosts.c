// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "flatten_hosts.h"
#include "limit.h"
#include "rule_pattern.h"
#include "rule_source.h"
#include "ruleset.h"

int flatten_hosts_fill(struct flatten_hosts *hosts, const struct ruleset *set)
{
	struct flatten_host *host = NULL;
	const char *name = NULL;
	size_t i;

	hosts->set = set;
	for (i = 0; i < set->count; i++) {
		const struct ruleset_entry *entry = &set->entries[i];

		if (!host || entry->source[host->len] != '/' ||
		    memcmp(name, entry->source, host->len)) {
			if (array_grow(&hosts->host, &hosts->room,
				       hosts->count + 1, sizeof(*host)))
				return error_sys(-ENOMEM, "cannot flatten");
			host = &hosts->host[hosts->count++];
			name = entry->source;
			*host = (struct flatten_host){
				.from = i, .len = strcspn(name, "/")};
		}
		host->until = i + 1;
		host->loose |=
			entry->fold ||
			rule_pattern_is(entry->source, entry->source_len);
		host->first |= entry->first;
	}
	return 0;
}

/* As strcmp(), a host's name followed by '/' with another one. */
static int host_order(const struct flatten_hosts *hosts,
		      const struct flatten_host *host, const char *name,
		      size_t len)
{
	const char *source = hosts->set->entries[host->from].source;
	size_t both = len < host->len ? len : host->len;
	int order = memcmp(source, name, both);

	if (order || len == host->len)
		return order;
	return both == len ? source[len] - '/' : '/' - name[both];
}

static const struct flatten_host *host_find(const struct flatten_hosts *hosts,
					    const char *name, size_t len)
{
	size_t low = 0, high = hosts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct flatten_host *host = &hosts->host[middle];
		int order = host_order(hosts, host, name, len);

		if (!order)
			return host;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The first of a host's entries whose path is not before a text. */
static size_t entry_from(const struct flatten_hosts *hosts,
			 const struct flatten_host *host, const char *path)
{
	size_t low = host->from, high = host->until;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *source = hosts->set->entries[middle].source;

		if (strcmp(source + host->len, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Step through the levels of a host: itself, its wildcards, "*". The text has
 * room for one more byte before it. False behind the last one. */
static bool level_next(const char **name, size_t *len)
{
	const char *at = **name == '*' ? *name + 2 : *name;
	const char *end = *name + *len, *dot;

	if (*len == 1 && **name == '*')
		return false;
	dot = memchr(at, '.', end - at);
	if (!dot) {
		*name = "*";
		*len = 1;
		return true;
	}
	*name = dot - 1;
	*len = end - *name;
	((char *)*name)[0] = '*';
	return true;
}

static const char *level_below(const struct flatten_hosts *hosts,
			       const struct flatten_host *host,
			       const char *path, const char *but)
{
	size_t i, len = strlen(path);

	if (host->loose)
		return "where it leads to has patterns or case=ignore";
	for (i = entry_from(hosts, host, path); i < host->until; i++) {
		const char *source = hosts->set->entries[i].source;

		if (strncmp(source + host->len, path, len))
			break;
		if (strcmp(source, but))
			return "other rules are for some of where it leads to";
	}
	return NULL;
}

const char *flatten_hosts_below(const struct flatten_hosts *hosts,
				const char *name, size_t len, const char *path,
				const char *but)
{
	char room[LIMIT_HOST + 8];
	const char *why = NULL;

	memcpy(room, name, len);
	name = room;
	do {
		const struct flatten_host *host = host_find(hosts, name, len);

		if (host)
			why = level_below(hosts, host, path, but);
		if (!strncmp(but, name, len) && but[len] == '/')
			break; /* what is less specific loses to it */
	} while (!why && level_next(&name, &len));
	return why;
}

static bool level_query(const struct flatten_hosts *hosts,
			const struct flatten_host *host, const char *path)
{
	size_t len = strlen(path), i = entry_from(hosts, host, path);

	return i < host->until &&
	       !strncmp(hosts->set->entries[i].source + host->len, path, len);
}

bool flatten_hosts_query(const struct flatten_hosts *hosts, const char *name,
			 size_t len, const char *path)
{
	char room[LIMIT_HOST + 8], asked[RULE_SOURCE_SIZE];
	char lower[RULE_SOURCE_SIZE];
	bool found = false;
	size_t i;

	memcpy(room, name, len);
	name = room;
	snprintf(asked, sizeof(asked), "%s?", path);
	for (i = 0; asked[i]; i++)
		lower[i] = tolower((unsigned char)asked[i]);
	lower[i] = '\0';
	do {
		const struct flatten_host *host = host_find(hosts, name, len);

		found = host && (level_query(hosts, host, asked) ||
				 level_query(hosts, host, lower));
	} while (!found && level_next(&name, &len));
	return found;
}

bool flatten_hosts_first(const struct flatten_hosts *hosts)
{
	const struct flatten_host *host = host_find(hosts, "*", 1);

	return host && host->first;
}

void flatten_hosts_free(struct flatten_hosts *hosts)
{
	free(hosts->host);
	*hosts = (struct flatten_hosts){0};
}
