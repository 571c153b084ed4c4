/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_PLACE_H
#define FORMAT_APACHE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

struct apache_conf;
struct apache_line;
struct format_file;
struct format_read;

enum { APACHE_DEPTH = 32 }; /* sections within each other */

/* Which sections a line of a configuration is in. */
struct apache_place {
	const struct format_file *file;
	size_t server;	       /* of apache_conf */
	const char *folder;    /* of a directory; NULL: a server's */
	const char *location;  /* of a <Location>, or NULL */
	const char *condition; /* a section that rules cannot say */
	bool skipped;	       /* it does not count */
	bool engine;	       /* of the directory */
	const char *base;      /* RewriteBase of the directory */
	size_t first;	       /* RewriteRule of the directory */
	size_t depth;
	struct apache_section *sections;
};

/* Begin with a file that import was given: 0 or -errno with error_set(). */
int apache_place_begin(struct apache_place *place, struct apache_conf *conf,
		       struct format_file *file);

/* Go into a section, or out of one: "<Name" or "</Name". Returns 0 or -errno
 * with error_set(). */
int apache_place_line(struct apache_place *place, struct format_read *read,
		      struct apache_conf *conf, struct apache_line *line);

/* End: sections that are open still are errors. Returns 0. */
int apache_place_end(struct apache_place *place, struct format_read *read,
		     struct apache_conf *conf);

/* Accepts one that is all zero. */
void apache_place_free(struct apache_place *place);

#endif
