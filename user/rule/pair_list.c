// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "fold.h"
#include "pair_list.h"

void pair_list_fill(struct pair_list *list, const char *text, size_t len,
		    bool ignore_case)
{
	size_t at, end;

	list->text = text;
	list->ignore_case = ignore_case;
	list->count = 0;
	for (at = 0; at < len; at = end + 1) {
		const char *and = memchr(text + at, '&', len - at);

		end = and? (size_t)(and-text) : len;
		if (end == at || list->count == PAIR_LIST_MAX)
			continue;
		list->pair[list->count].at = at;
		list->pair[list->count++].len = end - at;
	}
}

int pair_list_compare(const struct pair_list *list, uint32_t i,
		      const char *text, size_t len)
{
	const struct pair_at *pair = &list->pair[i];

	return fold_compare(list->text + pair->at, pair->len, text, len,
			    list->ignore_case);
}

static bool is_less(const struct pair_list *list, uint32_t a, uint32_t b)
{
	const struct pair_at *pair = &list->pair[b];

	return pair_list_compare(list, a, list->text + pair->at, pair->len) < 0;
}

static void swap(struct pair_list *list, uint32_t a, uint32_t b)
{
	struct pair_at pair = list->pair[a];

	list->pair[a] = list->pair[b];
	list->pair[b] = pair;
}

/* Let a pair sink in the heap of the first count. */
static void sink(struct pair_list *list, uint32_t i, uint32_t count)
{
	uint32_t child;

	while ((child = 2 * i + 1) < count) {
		if (child + 1 < count && is_less(list, child, child + 1))
			child++;
		if (!is_less(list, i, child))
			return;
		swap(list, i, child);
		i = child;
	}
}

/* A heap sort: qsort() allocates. */
void pair_list_sort(struct pair_list *list)
{
	uint32_t i;

	for (i = list->count / 2; i > 0; i--)
		sink(list, i - 1, list->count);
	for (i = list->count; i > 1; i--) {
		swap(list, 0, i - 1);
		sink(list, 0, i - 1);
	}
}

bool pair_list_has(const struct pair_list *list, const char *text, size_t len)
{
	uint32_t low = 0, high = list->count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int order = pair_list_compare(list, middle, text, len);

		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool pair_list_unsorted(const struct pair_list *list, uint32_t *i)
{
	for (*i = 1; *i < list->count; ++*i)
		if (!is_less(list, *i - 1, *i))
			return true;
	return false;
}

size_t pair_list_write(char *dst, const struct pair_list *list)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		if (i)
			dst[n++] = '&';
		memcpy(dst + n, list->text + list->pair[i].at,
		       list->pair[i].len);
		n += list->pair[i].len;
	}
	return n;
}
