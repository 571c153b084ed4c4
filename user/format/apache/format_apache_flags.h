/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_FLAGS_H
#define FORMAT_APACHE_FLAGS_H

#include <stdbool.h>

/* The flags of a RewriteRule. */
struct apache_flags {
	char code[16]; /* of R; "" without it */
	bool redirect, gone, forbidden, proxy;
	bool nocase, noescape, append, discard; /* NC, NE, QSA, QSD */
	bool last;				/* L, END */
	bool cookie, mark;			/* CO, UnsafeAllow3F */
	bool chain;				/* C */
	unsigned int skip;			/* S=N: so many */
	const char *other; /* one that rules cannot say, or NULL */
};

/* Read "[R=301,L]". Returns false for what is none. */
bool apache_flags_read(struct apache_flags *flags, const char *text);

#endif
