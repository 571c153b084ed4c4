/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_GIVING_H
#define FORMAT_APACHE_GIVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format_first.h"
#include "format_pool.h"

struct apache_conf;
struct apache_item;
struct apache_map;
struct apache_server;
struct format_read;

/* What was told already: an item may be looked at for several hosts. */
struct apache_tell {
	uint64_t *slots; /* hashes; 0: free */
	size_t count, room;
	bool system; /* what is so of all rules */
	bool port;
};

/* A RewriteMap as a rule asks it: the target of a request is of the line whose
 * key is made of the request. */
struct apache_map_use {
	const struct apache_map *map; /* NULL: none is asked */
	const struct apache_item *item;
	bool host;	 /* the key begins with the host */
	char *before;	 /* the source's path before what the key has */
	char *cut;	 /* what keys begin with that is in before, too */
	size_t from, to; /* of the target: what a line's value stands for */
	bool lower;	 /* the key is in lower case */
	bool fold, raw, append, discard, mark;
	unsigned int schemes;
};

/* Schemes of requests. */
enum {
	APACHE_HTTP = FORMAT_REGION_HTTP,
	APACHE_HTTPS = FORMAT_REGION_TLS,
	APACHE_BOTH = FORMAT_REGION_BOTH,
};

/* What a server asks, one item after the other. */
struct apache_step {
	struct apache_item *item;
	size_t list_end; /* behind the last of the same list */
	size_t take_end; /* behind all that is not asked where it serves */
};

/*
 * Giving the rules of a configuration, server by server, and of a server host
 * by host. What comes first for a request answers it: all goes into one list of
 * entries, of which sources are made at the end (format_apache_cells.h).
 */
struct apache_giving {
	struct format_read *read;
	struct apache_conf *conf;
	struct apache_server *server;
	/* the server's hosts: names, "*.name", "*", or "" where nothing says
	 * any */
	char **hosts;
	size_t host_count, host_room;
	const char *host;     /* the one whose rules are given */
	unsigned int schemes; /* that the server answers */
	struct apache_step *steps;
	size_t count, room;
	/* give all steps from one on */
	int (*run)(struct apache_giving *giving, size_t from);
	struct format_first first; /* of all servers */
	struct format_pool pool;   /* of its texts */
	struct apache_pattern {
		unsigned long at;
		struct format_region region;
	} * patterns;
	size_t pattern_count, pattern_room;
	struct format_region within; /* the requests that are looked at */
	unsigned long last;	     /* the position of the last rule */
	unsigned int depth;	     /* such requests within others */
	unsigned long work;	     /* steps of those */
	unsigned long looks;	     /* of format_apache_order.c */
	struct apache_item *item;    /* the one that is given */
	struct apache_tell tell;
	struct apache_map_use map_use;
};

/* One rule. */
struct apache_rule {
	unsigned long at;
	const char *host;   /* of the source */
	const char *path;   /* of the source, as sources are written */
	const char *query;  /* of the source, or NULL */
	const char *target; /* "-" for none; one that begins with '/' is of the
			     * same host and scheme */
	const char *code;   /* as rules have it; "pass" */
	unsigned int schemes;
	bool query_drop, fold;
};

#endif
