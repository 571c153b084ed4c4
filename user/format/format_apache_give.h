/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_GIVE_H
#define FORMAT_APACHE_GIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "format_order.h"

struct apache_conf;
struct apache_item;
struct apache_map;
struct apache_server;
struct format_read;

/* Schemes of requests. */
enum { APACHE_HTTP = 1, APACHE_HTTPS = 2, APACHE_BOTH = 3 };

/* A RewriteMap as a rule asks it: the target of a request is of the line whose
 * key is made of the request. */
struct apache_map_use {
	const struct apache_map *map; /* NULL: none is asked */
	const struct apache_item *item;
	bool host;	 /* the key begins with the host */
	char *before;	 /* the source's path before what the key has */
	char *cut;	 /* what keys begin with that is in before, too */
	size_t from, to; /* of the target: what a line's value stands for */
	bool fold, raw, append, discard;
	unsigned int schemes;
};

/* Giving the rules of a configuration, server by server. */
struct apache_giving {
	struct format_read *read;
	struct apache_conf *conf;
	struct apache_server *server;
	/* the server's hosts: names, "*.name", "*", or "" where nothing says
	 * any */
	char **hosts;
	size_t host_count, host_room;
	unsigned char *whole; /* of each: the schemes of which all is taken */
	unsigned int schemes; /* that the server answers */
	struct format_order order; /* of all servers */
	/* sources with captures, in their order */
	struct apache_pattern {
		unsigned long at;
		char *source;
	} * patterns;
	size_t pattern_count, pattern_room;
	/* sources that a condition takes out of a rule: they are let pass */
	struct apache_pattern *exceptions;
	size_t exception_count, exception_room;
	bool excepting;		/* the rules that are given are such */
	unsigned long excepted; /* the last rule of which that was told */
	bool told;		/* what is so of all rules */
	struct apache_map_use map_use;
	bool uneven;	    /* a rule is not for all of the hosts */
	unsigned long last; /* the position of the last rule */
	/* of the item that is given: rules, and what takes all requests of
	 * others before */
	unsigned long given, before;
};

/* One rule. */
struct apache_rule {
	unsigned long at;
	const char *host;   /* one of hosts */
	const char *path;   /* of the source, as sources are written */
	const char *query;  /* of the source, or NULL */
	const char *target; /* "-" for none; one that begins with '/' is of the
			     * same host and scheme */
	const char *code;
	unsigned int schemes;
	bool query_drop, fold;
	bool rest; /* wildcards' rules are no reason not to give it */
};

/*
 * apache_give - give a rule, unless one before it takes all of its requests
 *
 * It is told where the rules' own order is another one than that of the lines.
 * Returns 0 or -errno with error_set().
 */
int apache_give(struct apache_giving *giving, const struct apache_rule *rule);

/* An item begins, or ends: it is told if none of its rules is ever reached. */
void apache_give_begin(struct apache_giving *giving);
void apache_give_end(struct apache_giving *giving, unsigned long at,
		     const char *text);

#endif
