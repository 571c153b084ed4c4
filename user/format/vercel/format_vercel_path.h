/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_PATH_H
#define FORMAT_VERCEL_PATH_H

#include <stdbool.h>

#include "format_text.h"

/*
 * Sources as Vercel writes them (path-to-regexp): "/a/:slug", "/a/:slug*",
 * "/p/:id(\\d+)", "/(.*)", as regular expressions.
 */

enum { VERCEL_NAMES = 32 };

struct vercel_path {
	struct format_text regex;
	struct vercel_name {
		const char *text; /* of the source, not terminated */
		size_t len;	  /* 0: it has none */
	} names[VERCEL_NAMES];
	size_t count;
	bool rest; /* the last is "/:name*", which takes the path without it */
};

/* Returns 0, or -ENOTSUP with *reason (a constant text). */
int vercel_path_read(struct vercel_path *path, const char *text, size_t len,
		     const char **reason);

/* A destination with the names as "$1", for format_regex_target(). Returns as
 * vercel_path_read(). */
int vercel_target_read(struct format_text *to, const struct vercel_path *path,
		       const char *text, size_t len, const char **reason);

#endif
