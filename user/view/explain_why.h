/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_WHY_H
#define EXPLAIN_WHY_H

struct rule;

/* Room for a reason with a host in it. */
enum { EXPLAIN_WHY_TEXT = 320 };

/*
 * explain_why - why one of two rules that match a request wins over the other
 * @text: EXPLAIN_WHY_TEXT bytes of room
 *
 * By the first thing that tells them apart (detour-rules(5), PRECEDENCE).
 * Returns the reason, in text or constant.
 */
const char *explain_why(char *text, const struct rule *winner,
			const struct rule *loser);

#endif
