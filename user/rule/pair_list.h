/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAIR_LIST_H
#define PAIR_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

enum { PAIR_LIST_MAX = LIMIT_PATH / 2 + 1 };

/* The pairs of a query, which are what stands between two '&'; the empty ones
 * left out, since no rule asks for one. With ignore_case they are compared in
 * lower case. */
struct pair_list {
	const char *text;
	bool ignore_case;
	uint32_t count;
	struct pair_at {
		uint16_t at, len;
	} pair[PAIR_LIST_MAX];
};

/* List the pairs of a text of at most LIMIT_PATH bytes, in its order. The text
 * has to stay. */
void pair_list_fill(struct pair_list *list, const char *text, size_t len,
		    bool ignore_case);

/* Sort them by bytes: in place, in n log n steps whatever they are. */
void pair_list_sort(struct pair_list *list);

/* As memcmp(), pair number i with a text. */
int pair_list_compare(const struct pair_list *list, uint32_t i,
		      const char *text, size_t len);

/* Whether a sorted list has a pair. */
bool pair_list_has(const struct pair_list *list, const char *text, size_t len);

/* Whether a list has a pair before which an equal or a greater one stands, so
 * that it is not both sorted and without twins. *i receives its number. */
bool pair_list_unsorted(const struct pair_list *list, uint32_t *i);

/* Write them in their order with '&' between them; dst does not overlap the
 * text and has the room that that has. Returns the length. */
size_t pair_list_write(char *dst, const struct pair_list *list);

#endif
