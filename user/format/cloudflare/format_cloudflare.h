/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CLOUDFLARE_H
#define FORMAT_CLOUDFLARE_H

struct format;

/*
 * The CSV file of Cloudflare's Bulk Redirects: SOURCE_URL,TARGET_URL
 * [,STATUS_CODE,PRESERVE_QUERY_STRING,INCLUDE_SUBDOMAINS,SUBPATH_MATCHING,
 * PRESERVE_PATH_SUFFIX] without a header row; one with the names of its API is
 * taken, too.
 */
extern const struct format format_cloudflare;

#endif
