// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "answer_ring.h"
#include "answer_rings.h"
#include "error.h"

int answer_rings_new(struct answer_rings **result, unsigned int count)
{
	struct answer_rings *rings;
	int err = 0;

	rings = calloc(1, sizeof(*rings) + count * sizeof(*rings->ring));
	if (!rings)
		return error_sys(-ENOMEM, "cannot make room for answers");
	while (!err && rings->count < count) {
		err = answer_ring_new(&rings->ring[rings->count]);
		rings->count += !err;
	}
	if (err)
		answer_rings_free(rings);
	else
		*result = rings;
	return err;
}

void answer_rings_free(struct answer_rings *rings)
{
	unsigned int i;

	if (!rings)
		return;
	for (i = 0; i < rings->count; i++)
		answer_ring_free(rings->ring[i]);
	free(rings);
}

void answer_rings_want(struct answer_rings *rings)
{
	unsigned int i;

	for (i = 0; i < rings->count; i++)
		answer_ring_want(rings->ring[i]);
}

void answer_rings_leave(struct answer_rings *rings)
{
	unsigned int i;

	for (i = 0; i < rings->count; i++)
		answer_ring_leave(rings->ring[i]);
}
