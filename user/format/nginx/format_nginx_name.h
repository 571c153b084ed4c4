/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_NAME_H
#define FORMAT_NGINX_NAME_H

#include "format_nginx_model.h"

/* A server block that listens. */
struct nginx_server {
	struct nginx_node *node;
	unsigned int schemes;
	unsigned int is_default; /* schemes */
	const char *name;	 /* the first one */
	bool named;		 /* it has one that requests have */
	const char **unset;	 /* empty variables, or NULL: not looked for */
};

/* A name of one, and the order among those of the kind. */
struct nginx_name {
	struct nginx_server *server;
	const char *text; /* in lower case; "*.x" for ".x" */
	size_t len, number;
	enum nginx_name_kind {
		NGINX_NAME_EXACT,
		NGINX_NAME_WILD,
		NGINX_NAME_REGEX,
		NGINX_NAME_ANY,
	} kind;
	bool dotted; /* one of the two of ".x" */
	unsigned int schemes;
	unsigned long at;
};

struct nginx_names {
	struct nginx_name *name; /* room for twice the words, and servers */
	size_t count;
};

/* Take a word of "server_name"; what rules have no names for is told, what no
 * request has is passed over. */
void nginx_name_read(struct nginx *nginx, struct nginx_names *names,
		     struct nginx_server *server, const struct nginx_node *node,
		     const char *text);

/* Take what any request has, for a server that is a default. */
void nginx_name_any(struct nginx *nginx, struct nginx_names *names,
		    struct nginx_server *server);

/*
 * nginx_names_order - leave out names that others have, and sort all
 *
 * Of two servers with a name for the same scheme nginx takes the first, and
 * warns of a conflicting name; of ".x" both parts are such where one is. The
 * order is that in which nginx looks: exact names, "*.x" from the longest,
 * expressions, the default. Memory is short: ends it all.
 */
void nginx_names_order(struct nginx *nginx, struct nginx_names *names);

#endif
