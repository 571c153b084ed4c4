/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_W3C_H
#define REQUEST_W3C_H

struct request_form;

/*
 * The W3C's extended log format, as IIS and CloudFront write it: a line
 * "#Fields: NAME ..." says what the columns are, and may come again.
 *
 * Of several columns for one thing the first of these is taken: host from
 * x-host-header, cs(Host), cs-host; URI from cs-uri, cs-uri-stem, to which
 * cs-uri-query belongs; method from cs-method, status from sc-status, scheme from
 * cs-protocol or cs-uri-scheme, else from the port, 443 or 80, in s-port. The
 * fields that were given take the place of these names. A value in quotes may
 * have blanks, with "" for a quote.
 */
extern const struct request_form request_w3c;

#endif
