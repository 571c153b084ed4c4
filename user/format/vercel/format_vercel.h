/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_H
#define FORMAT_VERCEL_H

struct format;

/* Vercel's bulk redirects: source, destination, permanent, statusCode,
 * caseSensitive, query as CSV with a header row, as a JSON array of objects or
 * as one object a line. */
extern const struct format format_vercel;

#endif
