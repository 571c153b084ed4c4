/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_ANSWER_H
#define XDP_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "xdp_run.h"

struct packet;

/*
 * answer_of - what the socket responder answers to a closing connection
 * @out:  ANSWER_MAX bytes
 * @date: ANSWER_DATE bytes
 *
 * The request goes through its scan, its normal form and its lookup in the
 * rig's map. Returns the length; 0 if no rule answers, or not to this head.
 */
size_t answer_of(char *out, const void *request, size_t len, const char *date);

/*
 * answer_expect - the fast path answers a request as the socket responder does
 * @request: a segment from the client
 *
 * Begins with rig_forget(). rig_fail() unless the reply is that answer in one
 * segment, with a Date of now, FIN, and an acknowledgment of all that the
 * segment held, and exactly these counters rose.
 */
void answer_expect(const char *about, const struct packet *request,
		   rig_set counters);

/*
 * handover_expect - the fast path hands a request over
 * @reasons: a set of counters, of which any one may be the reason
 *
 * Begins with rig_forget(). rig_fail() unless the frame is passed as it is, and
 * exactly the cookie's and the reason's counter rose. handover_expect_all()
 * does so with a segment of each variant; request ends with a NUL, which need
 * not be the first.
 */
void handover_expect(const char *about, const struct packet *request,
		     rig_set reasons);
void handover_expect_all(const char *about, const void *request, size_t len,
			 rig_set reasons);

#endif
