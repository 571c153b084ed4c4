/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_SERVE_H
#define TAP_SERVE_H

#include <stddef.h>
#include <stdint.h>

struct answer_record;
struct tap_line;
struct tap_server;

/* Looking at what servers answer: the rings of their workers (answer_ring.h),
 * which these write while somebody's connection to the look socket is open. */
struct tap_serve {
	const char *state;
	struct tap_server *server;
	size_t count, room;
	uint64_t lost; /* of servers that have ended */
};

/*
 * tap_serve_follow - look at the servers that there are now
 * @failed: told, with error_text(), of each that cannot be looked at, once
 *
 * To be called once a second. Returns how many there are, or -errno with
 * error_set().
 */
int tap_serve_follow(struct tap_serve *serve,
		     void (*failed)(int err, void *arg), void *arg);

/* Call fn for what was answered since the last call; not 0 ends it, and is what is
 * returned. */
int tap_serve_read(struct tap_serve *serve,
		   int (*fn)(const struct answer_record *record, void *arg),
		   void *arg);

/* What an answer is to be shown as; the line points into the record, but for the
 * address, for which there is room. */
void tap_serve_line(struct tap_line *line, const struct answer_record *record,
		    uint8_t address[16]);

/* How many answers were gone before they were read so far. */
uint64_t tap_serve_lost(struct tap_serve *serve);

/* Accepts one that was never used. */
void tap_serve_close(struct tap_serve *serve);

#endif
