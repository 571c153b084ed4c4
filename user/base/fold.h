/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOLD_H
#define FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "step.h"

/* ASCII without case, where a rule wants that; all other bytes as they are. */

static inline unsigned char fold_byte(unsigned char c, bool ignore_case)
{
	return ignore_case && c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* As memcmp(), a text before those that it begins; with ignore_case of both
 * texts in lower case. */
static inline int fold_compare(const char *a, size_t a_len, const char *b,
			       size_t b_len, bool ignore_case)
{
	size_t len = a_len < b_len ? a_len : b_len, i;

	for (i = 0; i < len; i++) {
		int difference = fold_byte(a[i], ignore_case) -
				 fold_byte(b[i], ignore_case);

		STEP();
		if (difference)
			return difference;
	}
	return (a_len > b_len) - (a_len < b_len);
}

#endif
