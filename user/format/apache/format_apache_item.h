/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_ITEM_H
#define FORMAT_APACHE_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "format_pool.h"

/* What a configuration of Apache says of redirects, as it is written. */

/* RewriteCond. */
struct apache_cond {
	unsigned long at;
	char *test, *pattern;
	char *group; /* what "%1" is, of one of several alternatives; NULL */
	bool nocase, or ;
};

struct apache_item {
	enum apache_kind {
		APACHE_REDIRECT, /* Redirect: a prefix */
		APACHE_MATCH,	 /* RedirectMatch */
		APACHE_LOCATION, /* Redirect of all of a <Location> */
		APACHE_REWRITE,	 /* RewriteRule */
	} kind;
	unsigned long at;
	const char *pattern; /* path or regular expression */
	const char *target;  /* "" for none */
	const char
		*code; /* of a Redirect; flags of a RewriteRule; "" for none */
	const char *base;   /* RewriteBase, or NULL */
	const char *folder; /* the URL path of the directory that it is in,
			     * with '/' at its end; NULL: a server's */
	bool off;	    /* RewriteEngine is not on */
	bool loose;	    /* it may be for the URL of a redirect before it */
	unsigned long follows; /* the line whose flag says if it is asked */
	unsigned long changes; /* a later line may change its redirect */
	bool given;	       /* some of its rules come to their turn */
	unsigned long before;  /* what takes requests of others before */
	struct apache_cond *conds;
	size_t cond_count;
};

struct apache_items {
	struct apache_item *items;
	size_t count, room;
};

/* A RewriteMap: where its file is. */
struct apache_map {
	char *name, *type, *path;
	unsigned long at;
};

/* A virtual host, or what is in none. */
struct apache_server {
	unsigned long at;
	char **names; /* ServerName, ServerAlias */
	size_t name_count, name_room;
	int port;    /* 80 and 443 say the scheme; 0: any */
	bool engine; /* RewriteEngine on, of the server */
	bool tls;
	char *folder;				       /* DocumentRoot */
	struct apache_items rewrites, aliases;	       /* of the server */
	struct apache_items dir_rewrites, dir_aliases; /* of directories */
};

struct apache_conf {
	struct apache_server *servers; /* the first is in no VirtualHost */
	size_t count, room;
	struct apache_map *maps;
	size_t map_count, map_room;
	struct format_pool pool; /* of texts */
	const char *last;	 /* the last code, which mostly is the next's */
	char *root;		 /* ServerRoot */
};

/* Add an item. Returns it, or NULL with error_set(). */
struct apache_item *apache_items_add(struct apache_items *items);

/* The same of a text that mostly is the one before. */
const char *apache_conf_share(struct apache_conf *conf, const char *text);

/* Keep a copy of a text as long as the configuration. Returns it, or NULL with
 * error_set(). */
const char *apache_conf_keep(struct apache_conf *conf, const char *text);

/* Accepts one that is all zero. */
void apache_conf_free(struct apache_conf *conf);

#endif
