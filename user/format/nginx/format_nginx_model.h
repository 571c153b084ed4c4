/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_MODEL_H
#define FORMAT_NGINX_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "format_first.h"
#include "format_nginx_tree.h"
#include "format_pool.h"
#include "format_regex_way.h"
#include "format_region.h"

struct nginx_env;

/* What an expression took, of requests in a region. */
struct nginx_groups {
	const char *path;	     /* of the way; NULL: of hosts alone */
	const char *host;	     /* of the way; NULL: of paths alone */
	unsigned int hosts;	     /* bits: the group is of the host */
	unsigned int letters, order; /* as those of a way */
	unsigned int query;	     /* the group with '?' and query; 0: none */
	bool rest_query;	     /* a '*' has the query, too */
	unsigned int count;
	struct nginx_group {
		const char *text; /* NULL: none */
		const char *name;
	} group[];
};

/* A variable's value, or what the last expression took. The newest comes
 * first. */
struct nginx_env {
	const struct nginx_env *next;
	const char *name; /* NULL: groups */
	const char *text; /* with variables of "of"; NULL: not known */
	const struct nginx_env *of;
	const struct nginx_groups *groups;
};

/* What answers requests. */
struct nginx_action {
	struct nginx_node *node;
	const char *code;   /* NULL: not written */
	const char *target; /* NULL: 410 */
	const struct nginx_env *env;
	const char *server; /* the first server_name; NULL: none */
	bool keep;	    /* rewrite: the query goes behind it */
	bool name_in_redirect;
};

/* What the key of a map is made of. */
struct nginx_key {
	bool scheme, host, http_host;
	enum { NGINX_KEY_NONE, NGINX_KEY_URI, NGINX_KEY_REQUEST } path;
	bool args;	       /* $uri with the query behind it */
	bool query;	       /* the query alone, or one parameter */
	const char *parameter; /* of the key's text */
	size_t parameter_len;
};

struct nginx_entry {
	const char *key, *value;
	unsigned long at;
	struct nginx_entry *next;
	bool reached;
};

struct nginx_map {
	const char *name; /* with its '$' */
	const char *source;
	struct nginx_key key;
	const char *why;      /* the key is none that rules have */
	const char *fallback; /* default's value, or "" */
	unsigned long fallback_at;
	/* in the order in which they count */
	struct nginx_list {
		struct nginx_entry *first, **last;
	} exact, regex, wild[256]; /* wild by length, the longest first */
	bool hostnames, told;
	unsigned long at;
	struct nginx_node *node;
	struct nginx_map *next;
};

enum nginx_told {
	NGINX_TOLD_SLASH,   /* "//" is merged */
	NGINX_TOLD_DECODED, /* compared decoded */
	NGINX_TOLD_QUERY,   /* the query is part of the key */
	NGINX_TOLD_EMPTY,   /* an empty query */
	NGINX_TOLD_RELATIVE,
	NGINX_TOLD_URI,	 /* $uri in a target */
	NGINX_TOLD_KEPT, /* how the query is put behind */
	NGINX_TOLD_PORT,
	NGINX_TOLD_RAW, /* $request_uri as it was sent */
	NGINX_TOLD_METHOD,
	NGINX_TOLD_KEY,
	NGINX_TOLD_DEFAULT,
	NGINX_TOLD_CASE,
	NGINX_TOLD_PAIRS,
	NGINX_TOLD_BYTES,
	NGINX_TOLD_LOCATION,
	NGINX_TOLD_QUERY_CASE,
	NGINX_TOLD_HTTP_HOST,
	NGINX_TOLD_ORDER,
};

struct nginx {
	struct format_read *read;
	struct format_file *file;
	struct format_pool pool;
	struct format_first first;
	struct nginx_node root;
	struct nginx_map *maps;
	bool implied; /* the file has no server block */
	bool widened; /* one scheme is taken for both */
	bool absolute_off;
	unsigned int told; /* bits: enum nginx_told */
	unsigned long steps;
	unsigned int depth;
	unsigned long entry_at; /* of the map's entry that is bound */
	const char *server;	/* of the block that is walked */
	bool name_in_redirect;
	struct nginx_node *server_node;
	const char **given; /* variables of the file that are not of "set" */
	int err;	    /* what ended it */
	/* what follows a server's directives: format_nginx_location.h */
	void (*locations)(struct nginx *nginx, struct nginx_node *server,
			  const struct format_region *region,
			  const struct nginx_env *env);
};

/* What receives a region, and what is known of it. */
typedef void nginx_region_fn(void *arg, const struct format_region *region,
			     const struct nginx_env *env);

#endif
