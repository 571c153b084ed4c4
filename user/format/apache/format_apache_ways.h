/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_WAYS_H
#define FORMAT_APACHE_WAYS_H

struct apache_rewriting;

/* Give the rules of all of a rule's paths, after those that it is not for.
 * Returns 0, 1 where some cannot be said, or -errno with error_set(). */
int apache_ways_give(struct apache_rewriting *to);

#endif
