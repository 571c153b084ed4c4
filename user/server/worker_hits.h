/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_HITS_H
#define WORKER_HITS_H

#include <stddef.h>
#include <stdint.h>

#include "hits.h"

/*
 * Hits of a round that are still to be counted, each before its answer is sent.
 * Where they are counted is in no cache if the map is large; it comes there
 * while other requests of the round are answered.
 */
enum { WORKER_HITS = 64 }; /* a power of 2 */

struct worker_hits {
	unsigned int first, end; /* of those that are due, modulo WORKER_HITS */
	struct worker_hit {
		struct hit *hit;
		const void *conn; /* that gets the answer */
	} due[WORKER_HITS];
};

/* One may have to be counted soon; NULL: none. */
static inline void worker_hits_ahead(const struct hit *hit)
{
	__builtin_prefetch(hit, 1);
}

/* Count those up to the last one of a connection, or all for NULL, at a second of
 * Unix time. */
static inline void worker_hits_count(struct worker_hits *hits, const void *conn,
				     uint32_t second)
{
	unsigned int end = hits->end;

	while (conn && end != hits->first &&
	       hits->due[(end - 1) % WORKER_HITS].conn != conn)
		end--;
	for (; hits->first != end; hits->first++) {
		struct hit *hit = hits->due[hits->first % WORKER_HITS].hit;

		__atomic_fetch_add(&hit->count, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&hit->last, second, __ATOMIC_RELAXED);
	}
}

/* Have one counted; NULL: none. */
static inline void worker_hits_add(struct worker_hits *hits, struct hit *hit,
				   const void *conn, uint32_t second)
{
	if (!hit)
		return;
	if (hits->end - hits->first == WORKER_HITS)
		worker_hits_count(hits, NULL, second);
	hits->due[hits->end++ % WORKER_HITS] = (struct worker_hit){hit, conn};
}

#endif
