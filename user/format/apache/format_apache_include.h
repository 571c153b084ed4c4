/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_INCLUDE_H
#define FORMAT_APACHE_INCLUDE_H

#include <stddef.h>

struct format_file;

/* The files that an Include names. */
struct apache_names {
	char **names;
	size_t count, room;
};

/*
 * apache_include_path - the path of what a file names
 * @to:   receives it; the caller frees it
 * @root: ServerRoot, or NULL
 *
 * A path that is not absolute is below ServerRoot, or below the file's folder
 * where that is not known or has it not. Returns 0 or -ENOMEM with error_set().
 */
int apache_include_path(char **to, const char *root,
			const struct format_file *file, const char *name);

/*
 * apache_include_names - the files of an Include, in the order of their names
 * @name: may have '*', '?' and "[...]"; a folder stands for all that is in it
 *
 * What is no plain file is none of them. Returns 0 or -ENOMEM with error_set().
 */
int apache_include_names(struct apache_names *names, const char *root,
			 const struct format_file *file, const char *name);

/* Accepts one that is all zero. */
void apache_names_free(struct apache_names *names);

#endif
