// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apache/format_apache.h"
#include "apache/format_rewritemap.h"
#include "caddy/format_caddy.h"
#include "cloudflare/format_cloudflare.h"
#include "csv/format_csv.h"
#include "format.h"
#include "error.h"
#include "format_file.h"
#include "format_foreign.h"
#include "format_head.h"
#include "format_read.h"
#include "format_rules.h"
#include "formats.h"
#include "haproxy/format_haproxy.h"
#include "haproxy/format_haproxy_map.h"
#include "netlify/format_netlify.h"
#include "nginx/format_nginx.h"
#include "lines.h"
#include "nginx/format_nginx_map.h"
#include "rule_change.h"
#include "vercel/format_vercel.h"
#include "vercel/format_vercel_json.h"

/* Those whose beginning tells most come first. */
static const struct format *const formats[] = {
	&format_rules,	    &format_vercel_json, &format_vercel,
	&format_cloudflare, &format_csv,	 &format_nginx,
	&format_nginx_map,  &format_haproxy,	 &format_apache,
	&format_caddy,	    &format_haproxy_map, &format_haproxy_map_beg,
	&format_rewritemap, &format_netlify,
};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

const struct format *format_at(size_t i)
{
	return i < FORMATS ? formats[i] : NULL;
}

const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < FORMATS; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const char *format_names(bool write)
{
	static char text[2][FORMATS * 16];
	char *at = text[write];
	size_t i;

	*at = '\0';
	for (i = 0; i < FORMATS; i++)
		if (write ? formats[i]->writer != NULL
			  : formats[i]->read != NULL)
			at += sprintf(at, "%s%s", at > text[write] ? ", " : "",
				      formats[i]->name);
	return text[write];
}

const struct format *format_guess(const struct format_head *head)
{
	size_t i;

	for (i = 0; i < FORMATS; i++)
		if (formats[i]->read && formats[i]->is(head))
			return formats[i];
	return format_named(head, ".csv") || format_foreign_table(head)
		       ? &format_csv
		       : &format_rules;
}

/* Find the format, unless it is given. */
static int format_choose(struct format_read *read, struct format_file *file)
{
	struct format_head head;
	int err = format_file_head(file, &head);
	const char *foreign = err ? NULL : format_foreign(&head);

	if (foreign)
		err = error_set(-EINVAL, "%s: %s", lines_name(file->lines),
				foreign);
	if (!read->format && read->options.columns)
		read->format = &format_csv;
	if (!err && !read->format)
		read->format = format_guess(&head);
	return err;
}

int formats_read(struct format_read *read, const char *path)
{
	struct format_file file;
	int err = format_file_open(read, &file, path, NULL);

	if (err)
		return err;
	err = format_choose(read, &file);
	if (!err)
		err = read->format->read(read, &file);
	if (read->options.tag)
		read->keys |= RULE_TAG;
	if (read->options.note)
		read->keys |= RULE_NOTE;
	format_file_close(&file);
	return err;
}
