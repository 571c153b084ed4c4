/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_RING_H
#define ANSWER_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "answer_record.h"

/*
 * The last answers of one worker, in memory that others may read, too: other
 * threads, and processes that are given its descriptor, which cannot write it.
 *
 * The worker writes while somebody wants it, without a lock, an allocation or a
 * system call, and never waits: the oldest records make room. Who reads finds
 * out by the records' numbers how many he has missed. A record is copied, and
 * is one if the worker has not come back to it meanwhile.
 *
 * Positions grow for ever, and a record stands at its position modulo
 * ANSWER_RING_SIZE, in one piece: one that reaches beyond that ends in the room
 * behind it, and the next one begins at 0.
 */
enum {
	ANSWER_RING_SIZE = 4 << 20, /* bytes; pages come when written */
	ANSWER_RING_MAGIC = 0x31617464,
	ANSWER_RING_ROOM = 32768, /* behind them */
};

_Static_assert((int)ANSWER_RECORD_MAX <= (int)ANSWER_RING_ROOM,
	       "the last one ends there");

/* The memory. */
struct answer_ring_memory {
	uint32_t magic;
	uint32_t record_size; /* of struct answer_record: its layout */
	uint32_t size;
	uint32_t pad;
	_Alignas(64) _Atomic(uint64_t) tail; /* of the oldest record */
	_Alignas(64) _Atomic(uint64_t) head; /* of the next one ... */
	_Atomic(uint64_t) number;	     /* ... and its number */
	_Alignas(4096) uint8_t data[ANSWER_RING_SIZE + ANSWER_RING_ROOM];
};

/* Who sleeps until there are records, if anyone does. */
struct answer_sleeper {
	_Atomic(uint32_t) asleep;
};

/* The worker's side. */
struct answer_ring {
	atomic_uint wanted;		/* how many want records */
	bool written;			/* since answer_ring_tell() */
	struct answer_sleeper *sleeper; /* or NULL; set before it is written */
	int fd;
	struct answer_ring_memory *memory;
};

/*
 * answer_ring_new - make a ring that nobody wants yet
 *
 * Before privilege_seal(): it is memory that is written by one and read by
 * others. Returns 0, or -errno with error_set().
 */
int answer_ring_new(struct answer_ring **ring);

/* Nobody writes it any more. Accepts NULL. */
void answer_ring_free(struct answer_ring *ring);

/* Somebody wants records from now on, or wants them no longer; any thread. */
static inline void answer_ring_want(struct answer_ring *ring)
{
	atomic_fetch_add(&ring->wanted, 1);
}

static inline void answer_ring_leave(struct answer_ring *ring)
{
	atomic_fetch_sub(&ring->wanted, 1);
}

static inline bool answer_ring_wanted(struct answer_ring *ring)
{
	return ring &&
	       atomic_load_explicit(&ring->wanted, memory_order_relaxed);
}

/* Where the next record is to be written: ANSWER_RECORD_MAX bytes. It is one
 * with answer_ring_commit(), which sets its number; or else never was. */
struct answer_record *answer_ring_begin(struct answer_ring *ring);
void answer_ring_commit(struct answer_ring *ring, struct answer_record *record);

/* Wake who sleeps, once there are records: at the end of a round. */
void answer_ring_tell_all(struct answer_ring *ring);
static inline void answer_ring_tell(struct answer_ring *ring)
{
	if (ring && ring->written)
		answer_ring_tell_all(ring);
}

/*
 * answer_sleep - sleep until answer_ring_tell() or answer_wake()
 * @found: whether there is something to do, asked once more before; may be
 *	   NULL
 * @ms:	   at most
 */
void answer_sleep(struct answer_sleeper *sleeper, bool (*found)(void *arg),
		  void *arg, int ms);
void answer_wake(struct answer_sleeper *sleeper);

/* A reader's side. */
struct answer_reader {
	const struct answer_ring_memory *memory;
	uint64_t at;	 /* position of the next record */
	uint64_t number; /* that it should have */
	uint64_t lost; /* records so far that were gone before they were read */
};

/* Begin with the next record that is written. */
void answer_reader_init(struct answer_reader *reader,
			const struct answer_ring_memory *memory);

/*
 * answer_reader_map - map the ring of another process, and begin with the next
 * record
 * @fd: its descriptor, which may be closed after it
 *
 * Returns 0, or -errno: -EBADMSG for what is no such ring, or of another
 * version.
 */
int answer_reader_map(struct answer_reader *reader, int fd);
void answer_reader_unmap(struct answer_reader *reader);

/* Count what is gone by now, without reading on. */
void answer_reader_look(struct answer_reader *reader);

/*
 * answer_reader_next - copy the next record
 * @record: ANSWER_RECORD_MAX bytes; sound after it
 *
 * Returns whether there was one.
 */
bool answer_reader_next(struct answer_reader *reader,
			struct answer_record *record);

#endif
