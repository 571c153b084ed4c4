/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_VARS_H
#define FORMAT_HAPROXY_VARS_H

struct haproxy;

/* Find what "http-request set-var(NAME) EXPRESSION" sets in all sections: a
 * variable that is set twice, or under a condition, is not known. Returns 0 or
 * -ENOMEM with error_set(). */
int haproxy_vars(struct haproxy *haproxy);

#endif
