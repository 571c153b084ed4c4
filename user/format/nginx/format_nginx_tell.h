/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_TELL_H
#define FORMAT_NGINX_TELL_H

#include "format_nginx_model.h"

/* Tell a difference, once for the whole file. */
void nginx_tell(struct nginx *nginx, enum nginx_told told, unsigned long at);

/* Tell why no rule can say a directive, once. */
void nginx_cannot(struct nginx *nginx, struct nginx_node *node,
		  const char *kind, const char *why);

/* Tell what an expression says otherwise. */
void nginx_unlike(struct nginx *nginx, const char *regex, unsigned int unlike,
		  unsigned long at);

/* Memory is short: ends it all. Returns NULL. */
void *nginx_take(struct nginx *nginx, size_t size);
const char *nginx_text(struct nginx *nginx, const char *text, size_t len);

/* Groups without texts; memory is short: NULL, as above. */
struct nginx_groups *nginx_groups_make(struct nginx *nginx, unsigned int count);

#endif
