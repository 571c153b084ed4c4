// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "array.h"

enum { ROOM_FIRST = 16 };

int array_grow(void *array, size_t *room, size_t want, size_t size)
{
	void **first = array, *grown;
	size_t more = *room ? *room : ROOM_FIRST;

	if (want <= *room)
		return 0;
	if (want > SIZE_MAX / 2 / size)
		return -ENOMEM;
	while (more < want)
		more *= 2;
	grown = reallocarray(*first, more, size);
	if (!grown)
		return -ENOMEM;
	*first = grown;
	*room = more;
	return 0;
}
