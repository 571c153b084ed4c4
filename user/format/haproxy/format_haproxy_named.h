/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_NAMED_H
#define FORMAT_HAPROXY_NAMED_H

struct haproxy;
struct haproxy_acl;
struct haproxy_section;

/* The lines of a section that have a name, or what HAProxy itself has by it.
 * Returns 0, -ENOENT for none, or -ENOMEM with error_set(). */
int haproxy_named(struct haproxy *haproxy, const struct haproxy_acl **acl,
		  struct haproxy_section *section, const char *name);

#endif
