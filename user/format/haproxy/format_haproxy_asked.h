/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_ASKED_H
#define FORMAT_HAPROXY_ASKED_H

struct haproxy;
struct haproxy_step;

/* Let what a step's condition asks of queries meet the paths that it asks for.
 * Returns 0 or -ENOMEM with error_set(); cond.why where it has none. */
int haproxy_asked(struct haproxy *haproxy, struct haproxy_step *step);

#endif
