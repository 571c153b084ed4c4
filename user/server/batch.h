/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BATCH_H
#define BATCH_H

#include <stdint.h>

#include "head.h"
#include "map_view.h"

/*
 * Requests that came together, scanned before the first of them is answered:
 * what their lookups will read of a large map is fetched for all at once, where
 * each lookup by itself would wait for memory several times.
 *
 * This looks at bytes and at the map, and changes nothing else. Where a request
 * ends otherwise than expected, what was scanned behind it is not used.
 */
enum { BATCH_MAX = 16 };

struct batch_request {
	const uint8_t *data;
	int result; /* of head_scan() */
	int status; /* of request_key(), if the head is complete */
	struct head head;
	struct map_key key;
};

struct batch {
	unsigned int next;
	unsigned int count;
	struct batch_request request[BATCH_MAX];
};

/*
 * batch_request - the request that begins at data
 * @map:  that it will be looked up in; NULL: none
 * @head: as head_init() or the last scan of these bytes left it
 *
 * Of one batch until batch_end() are all requests of the same bytes. What is
 * returned is valid until the next call.
 */
struct batch_request *batch_request(struct batch *batch, const struct map *map,
				    const struct head *head,
				    const uint8_t *data, uint32_t len);

/* The bytes that were scanned are to be used otherwise. */
static inline void batch_end(struct batch *batch)
{
	batch->next = batch->count = 0;
}

#endif
