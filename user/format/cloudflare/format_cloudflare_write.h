/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CLOUDFLARE_WRITE_H
#define FORMAT_CLOUDFLARE_WRITE_H

struct format_writer;

/* Rows of format_cloudflare.h with all columns. The two rules of ".name" are one
 * row; one of "*.name" alone cannot be said. */
extern const struct format_writer format_cloudflare_writer;

#endif
