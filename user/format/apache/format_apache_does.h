/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_DOES_H
#define FORMAT_APACHE_DOES_H

struct apache_flags;
struct apache_giving;
struct apache_item;

/* What a RewriteRule does to a request. */
enum apache_does {
	APACHE_REDIRECTS,
	APACHE_SERVES, /* it is answered otherwise */
	APACHE_ENDS,   /* rules behind it are not asked */
	APACHE_DOES_NOTHING,
};

/* What an item does; *flags gets the code that Apache would take. */
enum apache_does apache_does(const struct apache_giving *giving,
			     const struct apache_item *item,
			     struct apache_flags *flags);

#endif
