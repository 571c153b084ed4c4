// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#include "fast_map_keys.h"

long fast_map_keys(int map, size_t size, size_t max, void *keys)
{
	char *first = calloc(max, size), *last = NULL, *next = first;
	size_t count;
	int err = 0;

	if (!first)
		return -ENOMEM;
	for (count = 0; count < max; count++) {
		err = bpf_map_get_next_key(map, last, next);
		if (err)
			break;
		last = next;
		next += size;
	}
	if (err && err != -ENOENT) {
		free(first);
		return err;
	}
	*(void **)keys = first;
	return count;
}
