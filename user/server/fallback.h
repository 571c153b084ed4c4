/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FALLBACK_H
#define FALLBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fallback_set.h"

struct fallback;
struct listen_set;

/*
 * The server that gets what no rule is for. Its name is looked up again and
 * again, by a thread of its own: the C library may take long for it, and
 * nobody else waits. While a name cannot be resolved, what was found last
 * stays.
 */

/*
 * fallback_check - whether a text is HOST:PORT
 * @text: a name or an address, IPv6 in brackets
 *
 * Looks nothing up. Returns 0, or -EINVAL with error_set().
 */
int fallback_check(const char *text);

/*
 * fallback_open - begin to follow HOST:PORT
 * @text: as fallback_check() has it
 * @interval: milliseconds between two look-ups of a name that is found; those
 *            of
 *        one that is not come sooner at first, and twice as late each time
 * @stays: the process does not become another user, with which all threads lose
 *         their capabilities: the thread gives them up at once
 *
 * Waits two seconds at most for the first answer. Returns 0, also for a name
 * without address, or -errno with error_set(): -EINVAL for what
 * fallback_check() refuses.
 */
int fallback_open(struct fallback **fallback, const char *text,
		  uint64_t interval, bool stays);

/*
 * fallback_exclude - never take one of a server's listeners for the fallback
 * @own: stays with the caller until fallback_close()
 *
 * Returns 0, or -ELOOP with error_set() if one is among the addresses. Those
 * found later are left out, and told by fallback_news().
 */
int fallback_exclude(struct fallback *fallback, const struct listen_set *own);

/*
 * fallback_follow - bring a worker's addresses up to date
 * @set: as this function left it, or all zero
 *
 * Waits for nobody who has been given addresses before. None at all: the name
 * has not been resolved.
 */
void fallback_follow(struct fallback *fallback, struct fallback_set *set);

/* What is to be told since the last call: FALLBACK_NEWS bytes; whether there is
 * anything. */
bool fallback_news(struct fallback *fallback, char *text);

/* Accepts NULL. Does not wait for a look-up that is under way. */
void fallback_close(struct fallback *fallback);

#endif
