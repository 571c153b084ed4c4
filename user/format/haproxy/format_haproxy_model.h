/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_MODEL_H
#define FORMAT_HAPROXY_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "format_first.h"
#include "format_haproxy_words.h"
#include "format_pool.h"

struct format_file;
struct format_read;
struct haproxy_expr;

/* A line of a section, to be looked at when all of the file is known. */
struct haproxy_line {
	struct haproxy_line *next;
	char **word; /* count of them, and a NULL */
	size_t count;
	const char *unset; /* a variable that is not known */
	unsigned long at;
};

/* Lines in their order. */
struct haproxy_lines {
	struct haproxy_line *first, **end;
};

struct haproxy_section {
	struct haproxy_section *next;
	struct haproxy_section *defaults; /* that it takes */
	const char *kind, *name;	  /* "frontend" */
	unsigned long at;
	struct haproxy_lines acls, rules, redirects, uses;
	struct haproxy_lines others; /* format_haproxy_own.h */
	const char *fallback;	     /* its default_backend */
	unsigned int schemes;	     /* of its bind lines */
	bool tcp, listens;	     /* mode tcp; a frontend, or listen */
	bool used, disabled;
	struct haproxy_named *named; /* ACLs that were asked for */
	struct haproxy_steps *steps; /* NULL: not asked for yet */
};

/* A file of patterns, or of keys with values. */
struct haproxy_list {
	struct haproxy_list *next;
	const char *name;
	bool map;
	const char *why; /* it cannot be read; NULL: it is */
	struct haproxy_entry {
		const char *key, *value;
		unsigned long at;
	} * entries;
	size_t count, room;
};

/* A variable of requests that is set by one line. */
struct haproxy_set_var {
	struct haproxy_set_var *next;
	const char *name;
	const struct haproxy_expr *expr; /* NULL: not known */
};

/* A configuration, while it is read. */
struct haproxy {
	struct format_read *read;
	struct format_file *file;
	struct format_pool pool;
	struct haproxy_env env;
	struct haproxy_section *sections, **sections_end;
	struct haproxy_list *lists;
	struct haproxy_set_var *vars;
	struct format_first first;
	unsigned int told;   /* format_haproxy_tell.h */
	unsigned long steps; /* that conditions took */
};

/* Why rules cannot say what has a variable of the environment. */
#define HAPROXY_UNSET "its value is not in the file"

/* The section of a name that may be a backend, or NULL. */
struct haproxy_section *haproxy_backend(const struct haproxy *haproxy,
					const char *name);

/* Free all that is known of a file. */
void haproxy_free(struct haproxy *haproxy);

#endif
