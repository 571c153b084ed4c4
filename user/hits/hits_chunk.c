// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "hits_chunk.h"

bool hits_chunk_read(struct hits_chunk *chunk, const void *bytes, size_t size)
{
	size_t i;

	chunk->count = size / sizeof(*chunk->record);
	if (size % sizeof(*chunk->record) || chunk->count > HITS_CHUNK)
		return false;
	if (size)
		memcpy(chunk->record, bytes, size);
	for (i = 0; i < chunk->count; i++)
		if (chunk->record[i].at >= HITS_CHUNK ||
		    (i && chunk->record[i].at <= chunk->record[i - 1].at))
			return false;
	return true;
}

/* A record that is there, or is new, with what the memory has of it. */
static bool record_take(struct hits_record *record, const struct hit *now)
{
	uint32_t more = now->count - record->seen;

	if (!more)
		return false;
	record->seen = now->count;
	record->count += more;
	if (!record->first)
		record->first = now->last;
	if (now->last > record->last)
		record->last = now->last;
	return true;
}

bool hits_chunk_take(struct hits_chunk *chunk, const struct hit now[HITS_CHUNK])
{
	struct hits_record had[HITS_CHUNK];
	size_t count = chunk->count, next = 0, i;
	bool changed = false;

	memcpy(had, chunk->record, count * sizeof(*had));
	chunk->count = 0;
	for (i = 0; i < HITS_CHUNK; i++) {
		struct hits_record *record = &chunk->record[chunk->count];
		bool there = next < count && had[next].at == i;

		if (!there && !now[i].count)
			continue;
		*record = there ? had[next++] : (struct hits_record){.at = i};
		changed |= record_take(record, &now[i]);
		chunk->count++;
	}
	return changed;
}
