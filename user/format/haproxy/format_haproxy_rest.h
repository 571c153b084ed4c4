/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_REST_H
#define FORMAT_HAPROXY_REST_H

struct haproxy;

/* Tell what else redirects, which rules cannot do, and what does not count. */
void haproxy_rest_tell(struct haproxy *haproxy);

#endif
