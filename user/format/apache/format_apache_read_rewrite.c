// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "error.h"
#include "format_apache_include.h"
#include "format_apache_line.h"
#include "format_apache_read_rewrite.h"
#include "format_read.h"

int apache_read_engine(struct apache_reading *reading, struct apache_line *line)
{
	bool on = line->count > 1 && !strcasecmp(line->words[1], "on");

	if (!apache_reading_words(reading, line, 1, 1))
		return 0;
	if (reading->place.folder)
		reading->place.engine = on;
	else
		apache_reading_server(reading)->engine = on;
	return 0;
}

int apache_read_base(struct apache_reading *reading, struct apache_line *line)
{
	if (!apache_reading_words(reading, line, 1, 1))
		return 0;
	reading->place.base = apache_conf_keep(reading->conf, line->words[1]);
	return reading->place.base ? 0 : -ENOMEM;
}

/* The flags behind a condition. */
static void cond_flags(struct apache_reading *reading, struct apache_cond *cond,
		       const char *flags)
{
	size_t len;

	for (flags += *flags == '['; *flags && *flags != ']'; flags += len) {
		flags += strspn(flags, ", ");
		len = strcspn(flags, ",]");
		if ((len == 2 && !strncasecmp(flags, "NC", 2)) ||
		    (len == 6 && !strncasecmp(flags, "nocase", 6)))
			cond->nocase = true;
		else if (len == 2 && (!strncasecmp(flags, "OR", 2)))
			cond->or = true;
		else if (len == 6 && !strncasecmp(flags, "ornext", 6))
			cond->or = true;
		else if (len && !(len == 2 && !strncasecmp(flags, "NV", 2)))
			format_error(reading->read, cond->at, "line",
				     "RewriteCond: an unknown flag '%.*s'",
				     (int)len, flags);
	}
}

/* Make "=/path" of a condition the expression that asks the same. */
static int equal_read(struct apache_cond *cond)
{
	bool negated = *cond->pattern == '!';
	const char *from = cond->pattern + negated + 1;
	char *regex, *to;

	if (strcasecmp(cond->test, "%{REQUEST_URI}") != 0 || from[-1] != '=' ||
	    *from != '/')
		return 0;
	regex = malloc(2 * strlen(from) + 4);
	if (!regex)
		return error_sys(-ENOMEM, "cannot read the file");
	to = stpcpy(regex, negated ? "!^" : "^");
	for (; *from; from++) {
		if (strchr("\\^$.|?*+()[]{}", *from))
			*to++ = '\\';
		*to++ = *from;
	}
	strcpy(to, "$");
	free(cond->pattern);
	cond->pattern = regex;
	return 0;
}

static int cond_add(struct apache_reading *reading, struct apache_line *line,
		    const char *pattern)
{
	struct apache_cond *cond;
	int err;

	if (array_grow(&reading->conds, &reading->cond_room,
		       reading->cond_count + 1, sizeof(*reading->conds)))
		return error_sys(-ENOMEM, "cannot read the file");
	cond = &reading->conds[reading->cond_count++];
	*cond = (struct apache_cond){.at = line->at};
	if (line->count > 3)
		cond_flags(reading, cond, line->words[3]);
	err = apache_reading_text(&cond->test, line->words[1]);
	if (!err)
		err = apache_reading_text(&cond->pattern, pattern);
	return err ? err : equal_read(cond);
}

/* The group of a query's expression that is of several texts: its begin, and
 * its length with both brackets; NULL if there is none, or another one. */
static const char *several_find(const char *pattern, size_t *len)
{
	const char *group = strchr(pattern, '('), *end, *from;

	if (!group || *pattern != '^')
		return NULL;
	from = group + (strncmp(group, "(?:", 3) ? 1 : 3);
	end = from + strspn(from, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=&|");
	*len = end + 1 - group;
	return *end == ')' && !strpbrk(end, "(?*+{") && memchr(from, '|', *len)
		       ? group
		       : NULL;
}

/* "^id=(7|8)$" is "^id=7$" or "^id=8$". */
static int several_add(struct apache_reading *reading, struct apache_line *line,
		       const char *group, size_t len)
{
	const char *pattern = line->words[2], *end = group + len;
	const char *from = group + (strncmp(group, "(?:", 3) ? 1 : 3);
	bool captures = group + 1 == from, more = true;
	int err = 0;

	for (; !err && more; from++) {
		size_t one = strcspn(from, "|)");
		struct apache_cond *cond;
		char *text;

		more = from[one] == '|';
		if (asprintf(&text, "%.*s%.*s%s", (int)(group - pattern),
			     pattern, (int)one, from, end) < 0)
			return error_sys(-ENOMEM, "cannot read the file");
		err = cond_add(reading, line, text);
		free(text);
		if (err)
			return err;
		cond = &reading->conds[reading->cond_count - 1];
		cond->or |= more;
		cond->group = captures ? strndup(from, one) : NULL;
		from += one;
	}
	return err;
}

int apache_read_cond(struct apache_reading *reading, struct apache_line *line)
{
	const char *group;
	size_t len;

	if (!apache_reading_words(reading, line, 2, 3))
		return 0;
	group = strcasecmp(line->words[1], "%{QUERY_STRING}") != 0
			? NULL
			: several_find(line->words[2], &len);
	return group ? several_add(reading, line, group, len)
		     : cond_add(reading, line, line->words[2]);
}

void apache_read_conds_drop(struct apache_reading *reading)
{
	size_t i;

	for (i = 0; i < reading->cond_count; i++) {
		free(reading->conds[i].test);
		free(reading->conds[i].pattern);
		free(reading->conds[i].group);
	}
	reading->cond_count = 0;
}

int apache_read_rule(struct apache_reading *reading, struct apache_line *line)
{
	const char *texts[3];
	struct apache_item *item;

	if (reading->place.location)
		reading->place.condition = "<Location>";
	if (!apache_reading_place(reading, line) ||
	    !apache_reading_words(reading, line, 2, 3)) {
		apache_read_conds_drop(reading);
		return 0;
	}
	texts[0] = line->words[1];
	texts[1] = line->words[2];
	texts[2] = line->count > 3 ? line->words[3] : "";
	item = apache_reading_item(reading, line, APACHE_REWRITE, texts);
	if (!item)
		return -ENOMEM;
	item->conds = reading->conds;
	item->cond_count = reading->cond_count;
	reading->conds = NULL;
	reading->cond_count = reading->cond_room = 0;
	return 0;
}

int apache_read_map(struct apache_reading *reading, struct apache_line *line)
{
	struct apache_conf *conf = reading->conf;
	struct apache_map *map;
	char *colon;
	int err;

	if (!apache_reading_words(reading, line, 2, 3))
		return 0;
	colon = strchr(line->words[2], ':');
	if (!colon) {
		format_error(reading->read, line->at, "line",
			     "RewriteMap: a map without a type");
		return 0;
	}
	*colon++ = '\0';
	if (array_grow(&conf->maps, &conf->map_room, conf->map_count + 1,
		       sizeof(*conf->maps)))
		return error_sys(-ENOMEM, "cannot read the file");
	map = &conf->maps[conf->map_count++];
	*map = (struct apache_map){.at = line->at};
	err = apache_reading_text(&map->name, line->words[1]);
	if (!err)
		err = apache_reading_text(&map->type, line->words[2]);
	if (!err && !strcmp(map->type, "int"))
		return apache_reading_text(&map->path, colon);
	return err ? err
		   : apache_include_path(&map->path, conf->root,
					 reading->place.file, colon);
}

int apache_read_options(struct apache_reading *reading,
			struct apache_line *line)
{
	size_t i;

	for (i = 1; i < line->count; i++)
		if (!strncasecmp(line->words[i], "inherit", 7))
			format_cannot(reading->read, line->at, "directive",
				      "RewriteOptions %s", line->words[i]);
	return 0;
}
