// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_apache_line.h"
#include "format_apache_reading.h"
#include "format_read.h"

struct apache_server *apache_reading_server(struct apache_reading *reading)
{
	return &reading->conf->servers[reading->place.server];
}

int apache_reading_text(char **to, const char *text)
{
	free(*to);
	*to = strdup(text ? text : "");
	return *to ? 0 : error_sys(-ENOMEM, "cannot read the file");
}

/* Whether there are so many words behind a directive's name. */
bool apache_reading_words(struct apache_reading *reading,
			  const struct apache_line *line, size_t least,
			  size_t most)
{
	size_t count = line->count - 1;

	if (count >= least && count <= most)
		return true;
	format_error(reading->read, line->at, "line",
		     "%s with %zu words behind it", line->words[0], count);
	return false;
}

/* Whether a redirect may be where it is. */
bool apache_reading_place(struct apache_reading *reading,
			  const struct apache_line *line)
{
	const char *why = reading->place.condition;

	if (!why)
		return true;
	format_cannot(reading->read, line->at, "condition", "%s within %s",
		      line->words[0], why);
	return false;
}

struct apache_item *apache_reading_item(struct apache_reading *reading,
					const struct apache_line *line,
					enum apache_kind kind,
					const char *const texts[3])
{
	struct apache_server *server = apache_reading_server(reading);
	bool dir = reading->place.folder, rewrite = kind == APACHE_REWRITE;
	struct apache_items *items =
		rewrite ? (dir ? &server->dir_rewrites : &server->rewrites)
			: (dir ? &server->dir_aliases : &server->aliases);
	struct apache_item *item = apache_items_add(items);

	if (!item)
		return NULL;
	item->kind = kind;
	item->at = line->at;
	item->base = reading->place.base;
	item->folder = reading->place.folder;
	item->pattern = apache_conf_keep(reading->conf, texts[0]);
	item->target = apache_conf_keep(reading->conf, texts[1]);
	item->code = apache_conf_share(reading->conf, texts[2]);
	return item->pattern && item->target && item->code ? item : NULL;
}
