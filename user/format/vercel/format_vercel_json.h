/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_JSON_H
#define FORMAT_VERCEL_JSON_H

struct format;

/* Vercel's vercel.json: its "redirects". */
extern const struct format format_vercel_json;

#endif
