/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_IS_H
#define FORMAT_NETLIFY_IS_H

#include <stdbool.h>

struct format_head;

/* Whether a file is called _redirects, or of four lines three are of such a file
 * at least, and some of no other. */
bool netlify_is(const struct format_head *head);

#endif
