// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "answer_ring.h"
#include "proxy.h"
#include "proxy_record.h"
#include "worker.h"

void proxy_record_end(struct proxy *proxy, int status, uint64_t bytes)
{
	struct answer_record *kept = proxy->record, *record;
	struct worker *worker = proxy->worker;

	proxy->record = NULL;
	if (kept && answer_ring_wanted(worker->ring)) {
		record = answer_ring_begin(worker->ring);
		memcpy(record, kept, kept->size);
		record->status = status;
		record->bytes = bytes;
		record->time = worker->real;
		answer_ring_commit(worker->ring, record);
	}
	free(kept);
}

void proxy_record_gone(struct proxy *proxy)
{
	bool begun = proxy->begun;

	proxy_record_end(proxy, begun ? proxy->status : PROXY_RECORD_GONE,
			 begun ? proxy_bytes(proxy) : 0);
}
