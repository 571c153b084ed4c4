/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "head.h"
#include "map_view.h"
#include "prefetch.h"

/*
 * The requests in what a connection has sent, read one by one. Where lookups
 * wait for memory, those that came together are scanned before the first is
 * answered, so that what all of them look up is prefetched at once.
 *
 * This looks at bytes and at the map, and changes nothing else. Where a request
 * ends otherwise than expected, what was scanned after it is not used.
 */

/* What is to be done with a request. */
enum request_kind {
	REQUEST_PART,	 /* wait for the rest of its head */
	REQUEST_WHOLE,	 /* look its key up */
	REQUEST_WRONG,	 /* answer with status; what comes after it is known */
	REQUEST_REFUSED, /* answer with status, and close */
};

struct request {
	const uint8_t *data;
	enum request_kind kind;
	int status;    /* 0 for the first two kinds */
	uint32_t rule; /* that was found for it since; 0: none */
	struct head head;
	struct map_key key;
};

struct requests {
	unsigned int next;
	unsigned int count;
	bool https; /* whether they come by TLS; set before the first */
	struct request request[PREFETCH_MAX];
};

/*
 * requests_next - the request that begins at data
 * @map:  that it will be looked up in; NULL: none
 * @head: as head_init() or the last scan of these bytes left it
 *
 * Until requests_end(), the bytes that were given stay as they are. What is
 * returned is valid until the next call.
 */
struct request *requests_next(struct requests *requests, const struct map *map,
			      const struct head *head, const uint8_t *data,
			      uint32_t len);

/* The bytes that were scanned are to be used otherwise. */
static inline void requests_end(struct requests *requests)
{
	requests->next = requests->count = 0;
}

#endif
