/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REWRITEMAP_H
#define FORMAT_REWRITEMAP_H

struct format;

/* The text file of a RewriteMap of Apache httpd, whose keys are host and decoded
 * path (%{HTTP_HOST}%{REQUEST_URI}), or a path alone. */
extern const struct format format_rewritemap;

#endif
