/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_READING_H
#define FORMAT_APACHE_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "format_apache_item.h"
#include "format_apache_place.h"

struct apache_line;
struct format_read;

/* Reading a configuration: where in it one is. */
struct apache_reading {
	struct format_read *read;
	struct apache_conf *conf;
	struct apache_place place;
	struct apache_cond *conds; /* that wait for their RewriteRule */
	size_t cond_count, cond_room;
	unsigned int files; /* that were included */
};

/* A directive that is read. Returns 0 or -errno with error_set(). */
typedef int apache_directive_fn(struct apache_reading *reading,
				struct apache_line *line);

/* The server that one is in. */
struct apache_server *apache_reading_server(struct apache_reading *reading);

/* Set *to to a copy. Returns 0 or -ENOMEM with error_set(). */
int apache_reading_text(char **to, const char *text);

/* Whether there are so many words behind a directive's name; else it is an
 * error. */
bool apache_reading_words(struct apache_reading *reading,
			  const struct apache_line *line, size_t least,
			  size_t most);

/* Whether a redirect may be where it is; else that is told. */
bool apache_reading_place(struct apache_reading *reading,
			  const struct apache_line *line);

/* Add an item of this place, with its texts. Returns it, or NULL with
 * error_set(). */
struct apache_item *apache_reading_item(struct apache_reading *reading,
					const struct apache_line *line,
					enum apache_kind kind,
					const char *const texts[3]);

#endif
