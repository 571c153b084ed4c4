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
#include "format_apache_read_redirect.h"
#include "format_apache_read_rewrite.h"
#include "format_file.h"
#include "format_read.h"

enum { INCLUDES = 10000 }; /* of all files */

static int names_add(struct apache_reading *reading, struct apache_line *line)
{
	struct apache_server *server = apache_reading_server(reading);
	size_t i;

	for (i = 1; i < line->count; i++) {
		if (array_grow(&server->names, &server->name_room,
			       server->name_count + 1, sizeof(*server->names)))
			return error_sys(-ENOMEM, "cannot read the file");
		server->names[server->name_count] = strdup(line->words[i]);
		if (!server->names[server->name_count++])
			return error_sys(-ENOMEM, "cannot read the file");
	}
	return 0;
}

static int root_take(struct apache_reading *reading, struct apache_line *line)
{
	return line->count > 1 ? apache_reading_text(&reading->conf->root,
						     line->words[1])
			       : 0;
}

static int folder_take(struct apache_reading *reading, struct apache_line *line)
{
	return line->count > 1
		       ? apache_reading_text(
				 &apache_reading_server(reading)->folder,
				 line->words[1])
		       : 0;
}

static int tls_take(struct apache_reading *reading, struct apache_line *line)
{
	apache_reading_server(reading)->tls =
		line->count > 1 && !strcasecmp(line->words[1], "on");
	return 0;
}

static const struct {
	const char *name;
	apache_directive_fn *take;
} directives[] = {
	{"redirect", apache_read_redirect},
	{"redirectpermanent", apache_read_redirect_permanent},
	{"redirecttemp", apache_read_redirect_temp},
	{"redirectmatch", apache_read_redirect_match},
	{"rewriterule", apache_read_rule},
	{"rewritecond", apache_read_cond},
	{"rewriteengine", apache_read_engine},
	{"rewritebase", apache_read_base},
	{"rewritemap", apache_read_map},
	{"rewriteoptions", apache_read_options},
	{"servername", names_add},
	{"serveralias", names_add},
	{"serverroot", root_take},
	{"documentroot", folder_take},
	{"sslengine", tls_take},
};

static int file_read(struct apache_reading *reading, struct format_file *file);

/* Read what a directive includes, as if it stood there. */
static int include_take(struct apache_reading *reading,
			struct apache_line *line, struct format_file *file,
			bool optional)
{
	struct apache_names names = {0};
	size_t i;
	int err;

	if (!apache_reading_words(reading, line, 1, 1))
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

static int directive_take(struct apache_reading *reading,
			  struct apache_line *line, struct format_file *file)
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

static int file_read(struct apache_reading *reading, struct format_file *file)
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
	struct apache_reading reading = {.read = read, .conf = conf};
	int err = apache_place_begin(&reading.place, conf, file);

	if (!err)
		err = file_read(&reading, file);
	if (!err)
		err = apache_place_end(&reading.place, read, conf);
	apache_read_conds_drop(&reading);
	free(reading.conds);
	apache_place_free(&reading.place);
	return err;
}
