/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_URLS_H
#define REQUEST_URLS_H

struct request_form;

/* URLs, one a line, with or without http:// or https://; or a path alone. Lines
 * that begin with '#' are comments. U-labels become A-labels. */
extern const struct request_form request_urls;

#endif
