/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASK_SAID_H
#define ASK_SAID_H

struct map_key;
struct request_said;

/*
 * ask_said - the key of a request that a log tells of
 *
 * A head is made of what is said, and goes the way of every request (head.h,
 * request.h), so that what a server would refuse is refused. A target without a
 * path gets one. Returns 0 with *key for a lookup; 404 for OPTIONS *, for which
 * no rule is asked; or the status that refuses the request.
 */
int ask_said(struct map_key *key, const struct request_said *said);

#endif
