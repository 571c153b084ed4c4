/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

struct conn;

/*
 * The answers that a worker has written and not sent yet. Those of one
 * connection's turn are written one after the other: outbox_begin() and
 * outbox_commit() for each. Then they are sent, with outbox_take(), or queued
 * until others have theirs, and sent together with these by outbox_flush().
 *
 * Only the functions here touch the fields.
 */
enum {
	OUTBOX_SIZE = 65536,
	OUTBOX_QUEUE = 64, /* connections */
};

_Static_assert(OUTBOX_SIZE / 2 >= ANSWER_MAX, "a turn begins with room");

/* A connection's part of the answers. */
struct outbox_answers {
	struct conn *conn;
	uint32_t start;
	uint32_t end;
};

struct outbox {
	struct outbox_answers queue[OUTBOX_QUEUE];
	unsigned int queued;
	uint32_t start; /* of this turn's answers, after those queued */
	uint32_t end;
	char data[OUTBOX_SIZE];
};

/* Whether the turn has no answer, and whether there is no room for another one.
 * A turn begins with room for one. */
static inline bool outbox_empty(const struct outbox *outbox)
{
	return outbox->end == outbox->start;
}

static inline bool outbox_full(const struct outbox *outbox)
{
	return outbox->end + ANSWER_MAX > OUTBOX_SIZE;
}

/*
 * outbox_begin - where the turn's next answer is to be written
 *
 * Returns room for ANSWER_MAX bytes, if the outbox is not full. The answer
 * counts once outbox_commit() has told its length, which may be 0.
 */
static inline char *outbox_begin(struct outbox *outbox)
{
	return outbox->data + outbox->end;
}

static inline void outbox_commit(struct outbox *outbox, size_t len)
{
	outbox->end += len;
}

/* Forget the turn's answers. */
static inline void outbox_drop(struct outbox *outbox)
{
	outbox->end = outbox->start;
}

/* Take the turn's answers out: their length. They stay where they are until
 * outbox_begin() or outbox_flush(). */
uint32_t outbox_take(struct outbox *outbox, const char **answers);

/* Queue the turn's answers as those of conn, and begin the next turn. Returns
 * whether outbox_flush() must come before that has answers. */
bool outbox_queue(struct outbox *outbox, struct conn *conn);

/*
 * outbox_flush - make the answers of each in the queue the turn's once more
 * @send: takes them with outbox_take(), or drops them; queues none
 *
 * The queue is empty after it.
 */
void outbox_flush(struct outbox *outbox, void (*send)(struct conn *conn));

#endif
