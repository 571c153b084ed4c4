/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_TELL_H
#define FORMAT_APACHE_TELL_H

#include "findings.h"

struct apache_giving;
struct apache_tell;

/* Tell something about a line once, and not while requests are looked at that
 * others leave (giving->depth). */
void apache_tell(struct apache_giving *giving, enum finding_class class,
		 const char *kind, unsigned long at, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#define apache_cannot(giving, at, kind, ...) \
	apache_tell(giving, FINDING_CANNOT, kind, at, __VA_ARGS__)
#define apache_differs(giving, at, kind, ...) \
	apache_tell(giving, FINDING_DIFFERS, kind, at, __VA_ARGS__)
#define apache_left_out(giving, at, kind, ...) \
	apache_tell(giving, FINDING_LEFT_OUT, kind, at, __VA_ARGS__)

/* Note an error as format_error() does, under the same conditions. */
void apache_error(struct apache_giving *giving, unsigned long at,
		  const char *field, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* What is so of all rules, at the first one. */
void apache_tell_system(struct apache_giving *giving, unsigned long at);

/* What is so where Apache looks at the Host, or puts it into a Location. */
void apache_tell_port(struct apache_giving *giving, unsigned long at);

/* Accepts one that is all zero. */
void apache_tell_free(struct apache_tell *tell);

#endif
