/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_H
#define FORMAT_NETLIFY_H

struct format;

/* Netlify's and Cloudflare Pages' _redirects: lines of
 * "from [key=value ...] to [code[!]] [key=value ...]". */
extern const struct format format_netlify;

#endif
