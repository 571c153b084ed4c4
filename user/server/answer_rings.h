/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_RINGS_H
#define ANSWER_RINGS_H

/* The rings of a server's workers (answer_ring.h), one each. */
struct answer_rings {
	unsigned int count;
	struct answer_ring *ring[];
};

/* Make them. Before privilege_seal(). Returns 0 or -errno with error_set(). */
int answer_rings_new(struct answer_rings **rings, unsigned int count);

/* Nobody writes or reads them any more. Accepts NULL. */
void answer_rings_free(struct answer_rings *rings);

/* As answer_ring_want() and answer_ring_leave(), for each. */
void answer_rings_want(struct answer_rings *rings);
void answer_rings_leave(struct answer_rings *rings);

#endif
