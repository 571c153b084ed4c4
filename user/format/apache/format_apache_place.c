// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "error.h"
#include "format_apache_is.h"
#include "format_apache_item.h"
#include "format_apache_line.h"
#include "format_apache_place.h"
#include "format_file.h"
#include "format_read.h"

/* A section, and the place outside it. */
struct apache_section {
	char name[24];
	unsigned long at;
	struct apache_place outer;
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static struct apache_server *server_add(struct apache_conf *conf)
{
	if (array_grow(&conf->servers, &conf->room, conf->count + 1,
		       sizeof(*conf->servers))) {
		no_memory();
		return NULL;
	}
	conf->servers[conf->count] = (struct apache_server){0};
	return &conf->servers[conf->count++];
}

int apache_place_begin(struct apache_place *place, struct apache_conf *conf,
		       struct format_file *file)
{
	struct format_head head;
	int err = format_file_head(file, &head);

	*place = (struct apache_place){0};
	place->sections = calloc(APACHE_DEPTH, sizeof(*place->sections));
	if (err || !place->sections)
		return err ? err : no_memory();
	if (!apache_is_server(&head))
		place->folder = "/";
	return server_add(conf) ? 0 : -ENOMEM;
}

/* "*:80": the port; 0 where there is none, or another one. */
static int port_of(const struct apache_line *line)
{
	int port = 0;
	size_t i;

	for (i = 1; i < line->count; i++) {
		const char *colon = strrchr(line->words[i], ':');
		int one = colon && colon[1] != '*' ? atoi(colon + 1) : 0;

		if (i > 1 && one != port)
			return 0;
		port = one;
	}
	return port;
}

static int host_enter(struct apache_place *place, struct apache_conf *conf,
		      struct apache_line *line)
{
	struct apache_server *server = server_add(conf);

	if (!server)
		return -ENOMEM;
	server->at = line->at;
	server->port = port_of(line);
	place->server = conf->count - 1;
	place->folder = NULL;
	return 0;
}

/* The URL path of a directory, below DocumentRoot. */
static int directory_enter(struct apache_place *place, struct format_read *read,
			   struct apache_conf *conf, struct apache_line *line)
{
	struct apache_server *server = &conf->servers[place->server];
	const char *root =
		server->folder ? server->folder : conf->servers[0].folder;
	const char *path = line->count > 1 ? line->words[1] : "";
	size_t len = root ? strlen(root) : 0, path_len = strlen(path);
	char *text;

	place->engine = false;
	place->base = NULL;
	place->first = server->dir_rewrites.count;
	while (len && root[len - 1] == '/')
		len--;
	while (path_len && path[path_len - 1] == '/')
		path_len--;
	place->folder = "/";
	if (!root) {
		format_differs(read, line->at, "directory",
			       "%s is taken for the site's top folder: no "
			       "DocumentRoot is known",
			       path);
		return 0;
	}
	if (path_len < len || strncmp(path, root, len) ||
	    (path_len > len && path[len] != '/')) {
		place->condition = "<Directory> outside of DocumentRoot";
		return 0;
	}
	if (asprintf(&text, "%.*s/", (int)(path_len - len), path + len) < 0)
		return no_memory();
	place->folder = apache_conf_keep(conf, text);
	free(text);
	return place->folder ? 0 : -ENOMEM;
}

static int location_enter(struct apache_place *place, struct apache_conf *conf,
			  struct apache_line *line)
{
	const char *path = line->count > 1 ? line->words[1] : "";

	if (*path != '/' || strpbrk(path, "*?[")) {
		place->condition = "<Location> with a pattern";
		return 0;
	}
	place->location = apache_conf_keep(conf, path);
	return place->location ? 0 : -ENOMEM;
}

/* Modules of which there is no doubt. */
static void module_enter(struct apache_place *place, struct format_read *read,
			 const struct apache_line *line)
{
	const char *name = line->count > 1 ? line->words[1] : "";

	if (*name == '!')
		place->skipped = true;
	if (!place->skipped || *name == '!')
		format_left_out(read, line->at, "section",
				"<%s %s> is taken as %s", line->words[0] + 1,
				name, *name == '!' ? "not so" : "so");
}

static bool is(const char *name, const char *text)
{
	return !strcasecmp(name, text);
}

static int section_enter(struct apache_place *place, struct format_read *read,
			 struct apache_conf *conf, struct apache_line *line)
{
	const char *name = line->words[0] + 1;

	if (is(name, "VirtualHost"))
		return host_enter(place, conf, line);
	if (is(name, "Directory"))
		return directory_enter(place, read, conf, line);
	if (is(name, "Location"))
		return location_enter(place, conf, line);
	if (is(name, "IfModule") || is(name, "IfDefine") ||
	    is(name, "IfVersion")) {
		module_enter(place, read, line);
		return 0;
	}
	if (is(name, "RequireAll") || is(name, "RequireAny") ||
	    is(name, "Limit") || is(name, "LimitExcept"))
		return 0;
	place->condition = is(name, "If")      ? "<If>"
			   : is(name, "Files") ? "<Files>"
			   : is(name, "Macro") ? "<Macro>"
			   : is(name, "Proxy") ? "<Proxy>"
					       : "a section";
	return 0;
}

/* What RewriteEngine was at a directory's end. */
static void directory_leave(const struct apache_place *place,
			    struct apache_conf *conf)
{
	struct apache_items *items = &conf->servers[place->server].dir_rewrites;
	size_t i;

	for (i = place->first; i < items->count; i++)
		items->items[i].off = !place->engine;
}

static void section_leave(struct apache_place *place, struct format_read *read,
			  struct apache_conf *conf, struct apache_line *line)
{
	struct apache_section *section;
	struct apache_place old = *place;

	if (!place->depth || strcasecmp(place->sections[place->depth - 1].name,
					line->words[0] + 2)) {
		format_error(read, line->at, "line",
			     "%s> ends no section that is open",
			     line->words[0]);
		return;
	}
	section = &place->sections[place->depth - 1];
	if (is(section->name, "Directory"))
		directory_leave(place, conf);
	*place = section->outer;
	place->file = old.file;
	/* what stands in a condition within a directory counts in it */
	if (place->folder == old.folder && !is(section->name, "Directory")) {
		place->engine = old.engine;
		place->base = old.base;
	}
}

int apache_place_line(struct apache_place *place, struct format_read *read,
		      struct apache_conf *conf, struct apache_line *line)
{
	struct apache_section *section;

	if (line->words[0][1] == '/') {
		section_leave(place, read, conf, line);
		return 0;
	}
	if (place->depth == APACHE_DEPTH)
		return error_set(-E2BIG, "more than %d sections in each other",
				 APACHE_DEPTH);
	section = &place->sections[place->depth];
	section->outer = *place;
	section->at = line->at;
	snprintf(section->name, sizeof(section->name), "%s",
		 line->words[0] + 1);
	place->depth++;
	return section_enter(place, read, conf, line);
}

int apache_place_end(struct apache_place *place, struct format_read *read,
		     struct apache_conf *conf)
{
	if (place->depth)
		format_error(read, place->sections[place->depth - 1].at, "line",
			     "<%s> without its end",
			     place->sections[place->depth - 1].name);
	if (place->folder)
		directory_leave(place, conf);
	return 0;
}

void apache_place_free(struct apache_place *place)
{
	free(place->sections);
	place->sections = NULL;
}
