/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LISTENER_H
#define XDP_LISTENER_H

#include <stdint.h>

#include "xdp_client.h"

/*
 * A listener on the rig's loopback device (xdp_rig.h), to which requests are
 * handed over by the TC program at that device's ingress. Functions fail the
 * test when they cannot do their work.
 */
enum {
	LISTENER_NEXT = -1, /* TC_ACT_UNSPEC: on to the next program */
	LISTENER_SHOT = 2,  /* TC_ACT_SHOT: dropped */
};

#define LISTENER_REQUEST "POST /1 HTTP/1.1\r\nHost: o.example\r\n\r\n"

extern int listener;			/* its socket, or -1 */
extern const struct offer listener_all; /* every option that there is */

/* cmocka's fixtures: rig_setup() with a rule for o.example, and clients routed
 * by the loopback device, so that the kernel takes packets from there for
 * theirs; rig_check(), and nothing listens. */
int listener_setup(void **state);
int listener_check(void **state);

/* Listen on RIG_PORT of every address, for both families; backlog is
 * listen(2)'s and the length of the queue. */
void listener_open(int backlog);
void listener_close(void);

/* Wait until a socket is readable: for what is under way already. */
void listener_wait(int fd);

/* Attach the TC program; ends with the descriptor. */
int listener_attach(void);

/* Let the loopback device receive a packet. */
void listener_inject(const struct packet *packet);

/*
 * listener_request - open a connection as far as the request
 * @turn: a number for each connection of a test
 *
 * The packet receives LISTENER_REQUEST behind a handshake with the XDP program,
 * and has the loopback device's MAC addresses, which are zeros.
 */
void listener_request(struct packet *packet, const struct offer *offer,
		      int variant, int turn);

/* Have a packet passed by the XDP program for this reason (counters), and let
 * the TC program give it to the listener; returns the connection. */
int listener_hand_over(const char *about, const struct packet *packet,
		       rig_set reason);

#endif
