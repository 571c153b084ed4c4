/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_COND_H
#define FORMAT_APACHE_COND_H

#include <stdbool.h>
#include <stddef.h>

struct apache_cond;

/* What a RewriteCond asks. */
enum apache_asks {
	APACHE_ASKS_HOST,
	APACHE_ASKS_SCHEME,
	APACHE_ASKS_PATH,
	APACHE_ASKS_QUERY,
	APACHE_ASKS_MAP,
	APACHE_ASKS_NOTHING, /* it is so for all requests */
	APACHE_ASKS_OTHER,   /* rules cannot ask it */
};

/* What a condition asks, by its test alone. */
enum apache_asks apache_cond_asks(const struct apache_cond *cond);

/* Whether the pattern is one that must not match; the rest of it is *text. */
bool apache_cond_not(const struct apache_cond *cond, const char **text);

/*
 * apache_cond_host - whether a host of a server fulfils a condition
 * @host:   a name, "*.name" or "*"; a wildcard is all that nothing else says
 * @groups: receives what "%0" to "%9" are, 10 texts to free, where it does and
 *          its pattern is one that must match
 * @unlike: is added what a wildcard takes otherwise (enum format_regex_unlike)
 *
 * Returns 1, 0, -ENOTSUP with *reason, or -ENOMEM with error_set().
 */
int apache_cond_host(const struct apache_cond *cond, const char *host,
		     char **groups, unsigned int *unlike, const char **reason);

/* The schemes (format_apache_give.h) of which a condition is fulfilled, or
 * -ENOTSUP with *reason. */
int apache_cond_schemes(const struct apache_cond *cond, const char **reason);

/*
 * apache_cond_query - the query of a source that a condition asks for
 * @dst: size bytes of room
 *
 * Sets *exact for a query that has to be so as a whole, else it is one of the
 * pairs; *loose where the condition also takes what only has it within it.
 * Returns 0, or -ENOTSUP with *reason.
 */
int apache_cond_query(const struct apache_cond *cond, char *dst, size_t size,
		      bool *exact, bool *loose, const char **reason);

#endif
