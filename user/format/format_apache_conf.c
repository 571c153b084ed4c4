// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "error.h"
#include "format_apache_conf.h"
#include "format_apache_include.h"
#include "format_apache_item.h"
#include "format_apache_line.h"
#include "format_apache_place.h"
#include "format_file.h"
#include "format_read.h"

/* Reading a configuration: where in it one is. */
struct reading {
	struct format_read *read;
	struct apache_conf *conf;
	struct apache_place place;
	struct apache_cond *conds; /* that wait for their RewriteRule */
	size_t cond_count, cond_room;
	unsigned int files; /* that were included */
};

enum { INCLUDES = 10000 }; /* of all files */

typedef int directive_fn(struct reading *reading, struct apache_line *line);

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static struct apache_server *server_of(struct reading *reading)
{
	return &reading->conf->servers[reading->place.server];
}

static int text_set(char **to, const char *text)
{
	free(*to);
	*to = strdup(text ? text : "");
	return *to ? 0 : no_memory();
}

/* Whether there are so many words behind a directive's name. */
static bool words_are(struct reading *reading, const struct apache_line *line,
		      size_t least, size_t most)
{
	size_t count = line->count - 1;

	if (count >= least && count <= most)
		return true;
	format_error(reading->read, line->at, "line",
		     "%s with %zu words behind it", line->words[0], count);
	return false;
}

static int names_add(struct reading *reading, struct apache_line *line)
{
	struct apache_server *server = server_of(reading);
	size_t i;

	for (i = 1; i < line->count; i++) {
		if (array_grow(&server->names, &server->name_room,
			       server->name_count + 1, sizeof(*server->names)))
			return no_memory();
		server->names[server->name_count] = strdup(line->words[i]);
		if (!server->names[server->name_count++])
			return no_memory();
	}
	return 0;
}

static int root_take(struct reading *reading, struct apache_line *line)
{
	return line->count > 1 ? text_set(&reading->conf->root, line->words[1])
			       : 0;
}

static int folder_take(struct reading *reading, struct apache_line *line)
{
	return line->count > 1
		       ? text_set(&server_of(reading)->folder, line->words[1])
		       : 0;
}

static int tls_take(struct reading *reading, struct apache_line *line)
{
	server_of(reading)->tls =
		line->count > 1 && !strcasecmp(line->words[1], "on");
	return 0;
}

static int engine_take(struct reading *reading, struct apache_line *line)
{
	bool on = line->count > 1 && !strcasecmp(line->words[1], "on");

	if (!words_are(reading, line, 1, 1))
		return 0;
	if (reading->place.folder)
		reading->place.engine = on;
	else
		server_of(reading)->engine = on;
	return 0;
}

static int base_take(struct reading *reading, struct apache_line *line)
{
	if (!words_are(reading, line, 1, 1))
		return 0;
	reading->place.base = apache_conf_keep(reading->conf, line->words[1]);
	return reading->place.base ? 0 : -ENOMEM;
}

/* Whether a redirect may be where it is. */
static bool place_fits(struct reading *reading, const struct apache_line *line)
{
	const char *why = reading->place.condition;

	if (!why)
		return true;
	format_cannot(reading->read, line->at, "condition", "%s within %s",
		      line->words[0], why);
	return false;
}

static struct apache_item *item_add(struct reading *reading,
				    const struct apache_line *line,
				    enum apache_kind kind)
{
	struct apache_server *server = server_of(reading);
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
	return item;
}

static int item_fill(struct reading *reading, struct apache_item *item,
		     const char *pattern, const char *target, const char *code)
{
	item->pattern = apache_conf_keep(reading->conf, pattern);
	item->target = apache_conf_keep(reading->conf, target);
	item->code = apache_conf_share(reading->conf, code);
	return item->pattern && item->target && item->code ? 0 : -ENOMEM;
}

static bool is_status(const char *word)
{
	static const char *const names[] = {"permanent", "temp", "seeother",
					    "gone"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(word, names[i]))
			return true;
	return strlen(word) == 3 && strspn(word, "0123456789") == 3;
}

/* Redirect [status] [path] URL, and of "gone" and the like without URL. */
static int redirect_take(struct reading *reading, struct apache_line *line,
			 enum apache_kind kind, const char *status)
{
	size_t word = 1;
	const char *path = reading->place.location, *target = "";
	struct apache_item *item;

	if (!place_fits(reading, line) || !words_are(reading, line, 1, 3))
		return 0;
	if (!status && line->count > 2 && is_status(line->words[1]))
		status = line->words[word++];
	if (!status && line->count == 2 && is_status(line->words[1]))
		status = line->words[word++];
	if (line->count - word == 2 || !path)
		path = word < line->count ? line->words[word++] : NULL;
	if (word < line->count)
		target = line->words[word++];
	if (!path || word < line->count) {
		format_error(reading->read, line->at, "line",
			     "%s has no path, or too many words",
			     line->words[0]);
		return 0;
	}
	if (path == reading->place.location)
		kind = APACHE_LOCATION;
	item = item_add(reading, line, kind);
	if (!item)
		return -ENOMEM;
	return item_fill(reading, item, path, target,
			 status ? status : "302");
}

static int redirect(struct reading *reading, struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, NULL);
}

static int redirect_permanent(struct reading *reading, struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, "301");
}

static int redirect_temp(struct reading *reading, struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, "302");
}

static int redirect_match(struct reading *reading, struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_MATCH, NULL);
}

/* The flags behind a condition. */
static void cond_flags(struct reading *reading, struct apache_cond *cond,
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

static int rewrite_cond(struct reading *reading, struct apache_line *line)
{
	struct apache_cond *cond;
	int err;

	if (!words_are(reading, line, 2, 3))
		return 0;
	if (array_grow(&reading->conds, &reading->cond_room,
		       reading->cond_count + 1, sizeof(*reading->conds)))
		return no_memory();
	cond = &reading->conds[reading->cond_count++];
	*cond = (struct apache_cond){.at = line->at};
	if (line->count > 3)
		cond_flags(reading, cond, line->words[3]);
	err = text_set(&cond->test, line->words[1]);
	return err ? err : text_set(&cond->pattern, line->words[2]);
}

static void conds_drop(struct reading *reading)
{
	size_t i;

	for (i = 0; i < reading->cond_count; i++) {
		free(reading->conds[i].test);
		free(reading->conds[i].pattern);
	}
	reading->cond_count = 0;
}

static int rewrite_rule(struct reading *reading, struct apache_line *line)
{
	struct apache_item *item;

	if (reading->place.location)
		reading->place.condition = "<Location>";
	if (!place_fits(reading, line) || !words_are(reading, line, 2, 3)) {
		conds_drop(reading);
		return 0;
	}
	item = item_add(reading, line, APACHE_REWRITE);
	if (!item)
		return -ENOMEM;
	item->conds = reading->conds;
	item->cond_count = reading->cond_count;
	reading->conds = NULL;
	reading->cond_count = reading->cond_room = 0;
	return item_fill(reading, item, line->words[1], line->words[2],
			 line->count > 3 ? line->words[3] : "");
}

static int rewrite_map(struct reading *reading, struct apache_line *line)
{
	struct apache_conf *conf = reading->conf;
	struct apache_map *map;
	char *colon;
	int err;

	if (!words_are(reading, line, 2, 3))
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
		return no_memory();
	map = &conf->maps[conf->map_count++];
	*map = (struct apache_map){.at = line->at};
	err = text_set(&map->name, line->words[1]);
	if (!err)
		err = text_set(&map->type, line->words[2]);
	if (!err && !strcmp(map->type, "int"))
		return text_set(&map->path, colon);
	return err ? err
		   : apache_include_path(&map->path, conf->root,
					 reading->place.file, colon);
}

static int options(struct reading *reading, struct apache_line *line)
{
	size_t i;

	for (i = 1; i < line->count; i++)
		if (!strncasecmp(line->words[i], "inherit", 7))
			format_cannot(reading->read, line->at, "directive",
				      "RewriteOptions %s", line->words[i]);
	return 0;
}

static const struct {
	const char *name;
	directive_fn *take;
} directives[] = {
	{"redirect", redirect},
	{"redirectpermanent", redirect_permanent},
	{"redirecttemp", redirect_temp},
	{"redirectmatch", redirect_match},
	{"rewriterule", rewrite_rule},
	{"rewritecond", rewrite_cond},
	{"rewriteengine", engine_take},
	{"rewritebase", base_take},
	{"rewritemap", rewrite_map},
	{"rewriteoptions", options},
	{"servername", names_add},
	{"serveralias", names_add},
	{"serverroot", root_take},
	{"documentroot", folder_take},
	{"sslengine", tls_take},
};

static int file_read(struct reading *reading, struct format_file *file);

/* Read what a directive includes, as if it stood there. */
static int include_take(struct reading *reading, struct apache_line *line,
			struct format_file *file, bool optional)
{
	struct apache_names names = {0};
	size_t i;
	int err;

	if (!words_are(reading, line, 1, 1))
		return 0;
	err = apache_include_names(&names, reading->conf->root, file,
				   line->words[1]);
	if (!err && !names.count && !optional)
		format_cannot(reading->read, line->at, "include",
			      "%s: there is no such file", line->words[1]);
	for (i = 0; !err && i < names.count; i++) {
		struct format_file inner;

		if (++reading->files > INCLUDES)
			return error_set(-E2BIG, "%s: more than %d includes",
					 line->words[1], INCLUDES);
		if (format_file_open(reading->read, &inner, names.names[i],
				     file)) {
			format_cannot(reading->read, line->at, "include", "%s",
				      error_text());
			continue;
		}
		err = file_read(reading, &inner);
		format_file_close(&inner);
	}
	apache_names_free(&names);
	return err;
}

static int directive_take(struct reading *reading, struct apache_line *line,
			  struct format_file *file)
{
	const char *name = line->words[0];
	size_t i;

	if (*name == '<')
		return apache_place_line(&reading->place, reading->read,
					 reading->conf, line);
	if (reading->place.skipped)
		return 0;
	if (!strcasecmp(name, "include"))
		return include_take(reading, line, file, false);
	if (!strcasecmp(name, "includeoptional"))
		return include_take(reading, line, file, true);
	for (i = 0; i < sizeof(directives) / sizeof(*directives); i++)
		if (!strcasecmp(name, directives[i].name))
			return directives[i].take(reading, line);
	return 0;
}

static int file_read(struct reading *reading, struct format_file *file)
{
	const struct format_file *outer = reading->place.file;
	struct apache_line line = {0};
	int got, err = 0;

	reading->place.file = file;
	while (!err && (got = apache_line_next(reading->read, file, &line))) {
		err = got < 0 ? got : directive_take(reading, &line, file);
	}
	reading->place.file = outer;
	apache_line_free(&line);
	return err;
}

int apache_conf_read(struct format_read *read, struct format_file *file,
		     struct apache_conf *conf)
{
	struct reading reading = {.read = read, .conf = conf};
	int err = apache_place_begin(&reading.place, conf, file);

	if (!err)
		err = file_read(&reading, file);
	if (!err)
		err = apache_place_end(&reading.place, read, conf);
	conds_drop(&reading);
	free(reading.conds);
	apache_place_free(&reading.place);
	return err;
}
