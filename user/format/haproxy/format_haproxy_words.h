/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_WORDS_H
#define FORMAT_HAPROXY_WORDS_H

#include <stddef.h>

#include "format_pool.h"

/* Variables that the configuration itself sets ("setenv"). */
struct haproxy_env {
	struct haproxy_variable {
		struct haproxy_variable *next;
		const char *name, *value;
	} * first;
};

/* A line in words, as HAProxy cuts it (configuration.txt 2.2, 2.3). */
struct haproxy_words {
	char **word; /* count of them, and a NULL */
	size_t count;
	const char *unset; /* a variable whose value is not in the file, "$X" */
	const char *fallback; /* one of which the default is taken */
	const char *wrong;    /* what is wrong with its quotes; NULL: nothing */
};

/*
 * haproxy_words - cut a line into words
 * @pool: receives the words
 *
 * Returns 0 or -ENOMEM with error_set().
 */
int haproxy_words(struct haproxy_words *words, struct format_pool *pool,
		  const struct haproxy_env *env, const char *text, size_t len);

#endif
