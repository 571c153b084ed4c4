/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_VERCEL_OTHER_H
#define FORMAT_VERCEL_OTHER_H

struct format_json;
struct format_read;

/* Tell what stands in a vercel.json beside its redirects: what redirects, too,
 * and what is no redirect. */
void vercel_others_tell(struct format_read *read,
			const struct format_json *json);

#endif
