/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ADDRESS_WATCH_H
#define FAST_ADDRESS_WATCH_H

struct fast_address_watch;

/*
 * Following this host's addresses: when they change, those of what is attached
 * to a state directory do. Only in this network namespace, and not where they
 * were given by hand.
 */

/* Begin. Returns 0, or -errno with error_set(). */
int fast_address_watch_open(struct fast_address_watch **watch,
			    const char *state);

/* A descriptor that becomes readable when addresses change. */
int fast_address_watch_fd(const struct fast_address_watch *watch);

/* Its descriptor is another number now. */
void fast_address_watch_moved(struct fast_address_watch *watch, int fd);

/*
 * fast_address_watch_look - do what is due; to be called when the descriptor is
 * readable, and now and then: while addresses are being attached or detached,
 * it is put off
 *
 * Returns 0, or -errno with error_set(), once for each cause. Where nothing is
 * attached, it is 0.
 */
int fast_address_watch_look(struct fast_address_watch *watch);

/* Accepts NULL. */
void fast_address_watch_close(struct fast_address_watch *watch);

#endif
