/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_WRITE_H
#define FORMAT_NETLIFY_WRITE_H

struct format_writer;

/* As a _redirects file: what rules ask first comes first. */
extern const struct format_writer format_netlify_writer;

#endif
