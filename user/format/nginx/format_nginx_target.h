/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_TARGET_H
#define FORMAT_NGINX_TARGET_H

#include "format_nginx_model.h"
#include "format_text.h"

/* A target for the requests of one region, of one scheme. */
struct nginx_target {
	struct nginx *nginx;
	const struct nginx_action *action;
	const struct format_region *region;
	struct format_text text;
	bool keep;	/* the query goes behind it */
	bool own_query; /* what the source has of it does */
	bool by_scheme; /* it has the request's scheme */
	bool tls;	/* what $scheme is */
	unsigned int depth;
	const char *kind, *why; /* no rule can say it */
};

/* Put it together. */
void nginx_target_make(struct nginx_target *target, struct nginx *nginx,
		       const struct nginx_action *action,
		       const struct format_region *region, bool tls);

#endif
