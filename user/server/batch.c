// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "batch.h"
#include "request.h"

/* The hashes of what a request is looked up by first. */
struct batch_hash {
	uint64_t host;
	uint64_t path;
};

enum { BATCH_LINES = 6 }; /* of a group, with the records behind it */

/* GCC 12 takes a function that only prefetches for one without effect, and
 * drops the calls of it: the empty statement is an effect. */
static inline void batch_line(const void *line)
{
	MAP_PREFETCH(line);
	asm volatile("");
}

static void batch_slots(const struct map *map, const struct map_key *key,
			struct batch_hash *hash)
{
	const struct map_header *header = map_header(map);

	hash->host =
		map_hash(header, MAP_KIND_HOST, 0, key->host, key->host_len);
	hash->path = map_hash(header, MAP_KIND_EXACT, hash->host, key->path,
			      key->path_len);
	batch_line(map_slot(map, MAP_KIND_HOST, hash->host));
	batch_line(map_slot(map, MAP_KIND_EXACT, hash->path));
}

static void batch_group(const struct map *map, int kind, uint64_t hash)
{
	const struct map_slot *slot = map_slot(map, kind, hash);
	uint32_t bits = map_filter(hash);
	const uint8_t *chunk;
	__u64 at;
	int i;

	if (!slot || (slot->filter & bits) != bits)
		return;
	chunk = map_record(map, slot->addr, &at);
	for (i = 0; chunk && i < BATCH_LINES; i++)
		batch_line(MAP_AT(chunk, at + i * 64));
}

static bool batch_asks(const struct batch_request *request)
{
	return request->result == HEAD_DONE && !request->status;
}

/* One step for all, then the next: no step waits for memory but the first
 * request's. */
static void batch_fetch(const struct batch *batch, const struct map *map)
{
	struct batch_hash hash[BATCH_MAX];
	unsigned int i;

	for (i = 0; i < batch->count; i++)
		if (batch_asks(&batch->request[i]))
			batch_slots(map, &batch->request[i].key, &hash[i]);
	for (i = 0; i < batch->count; i++) {
		if (!batch_asks(&batch->request[i]))
			continue;
		batch_group(map, MAP_KIND_HOST, hash[i].host);
		batch_group(map, MAP_KIND_EXACT, hash[i].path);
	}
}

static struct batch_request *batch_scan(struct batch *batch,
					const struct head *head,
					const uint8_t *data, uint32_t len)
{
	struct batch_request *request = &batch->request[batch->count++];

	request->data = data;
	request->head = *head;
	request->result = head_scan(&request->head, data, len);
	if (request->result == HEAD_DONE)
		request->status =
			request_key(&request->key, &request->head, data);
	return request;
}

/* Whether another request is expected behind one, in len bytes. */
static bool batch_goes_on(const struct batch_request *request, uint32_t len)
{
	const struct head *head = &request->head;

	return request->result == HEAD_DONE && head->len < len &&
	       head_persists(head) && !head_has_body(head);
}

static void batch_fill(struct batch *batch, const struct map *map,
		       const struct head *first, const uint8_t *data,
		       uint32_t len)
{
	struct batch_request *request = batch_scan(batch, first, data, len);
	struct head head;

	/* Overlays are small. */
	if (map && map->lower)
		map = map->lower;
	if (!map || !map_large(map) || !batch_goes_on(request, len))
		return;
	head_init(&head, first->max, first->target_max);
	do {
		data += request->head.len;
		len -= request->head.len;
		request = batch_scan(batch, &head, data, len);
	} while (batch->count < BATCH_MAX && batch_goes_on(request, len));
	batch_fetch(batch, map);
}

struct batch_request *batch_request(struct batch *batch, const struct map *map,
				    const struct head *head,
				    const uint8_t *data, uint32_t len)
{
	if (batch->next == batch->count ||
	    batch->request[batch->next].data != data) {
		batch_end(batch);
		batch_fill(batch, map, head, data, len);
	}
	return &batch->request[batch->next++];
}
