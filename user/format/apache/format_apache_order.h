/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_ORDER_H
#define FORMAT_APACHE_ORDER_H

struct apache_giving;
struct format_region;

/* Tell where rules would ask a region before one that Apache asks before it, and
 * keep it for those behind it. Returns 0 or -ENOMEM with error_set(). */
int apache_order(struct apache_giving *giving, unsigned long at,
		 const struct format_region *region);

#endif
