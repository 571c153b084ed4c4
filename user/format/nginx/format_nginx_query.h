/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_QUERY_H
#define FORMAT_NGINX_QUERY_H

#include "format_nginx_model.h"

/* What a query, or a parameter of it, is compared with. */
struct nginx_query {
	const char *name;  /* the parameter; NULL: the whole query */
	const char *value; /* a text, or an expression */
	bool regex, fold;
};

enum nginx_query_is {
	NGINX_QUERY_ALL,  /* all of a region's requests have it */
	NGINX_QUERY_NONE, /* none has */
	NGINX_QUERY_SOME, /* those of another one do */
	NGINX_QUERY_UNKNOWN,
};

/*
 * nginx_query_part - which requests of a region have it
 * @part: receives the region of NGINX_QUERY_SOME
 *
 * NGINX_QUERY_UNKNOWN where no sources can say it, or when memory is short.
 */
enum nginx_query_is nginx_query_part(struct nginx *nginx,
				     const struct nginx_query *query,
				     const struct format_region *region,
				     struct format_region *part);

/* Tell what rules answer otherwise where they have it. */
void nginx_query_tell(struct nginx *nginx, const struct nginx_query *query,
		      unsigned long at);

#endif
