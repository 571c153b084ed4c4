/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_KEEPER_H
#define FAST_KEEPER_H

struct fast_address_watch;

/*
 * A process that stays root and does nothing but follow addresses, for a server
 * that does not stay it: so the maps are root's alone, whoever the server is.
 */

/*
 * fast_keeper_start - begin; it ends with this process
 * @watch: the child follows it; this process closes it without following
 *
 * The child keeps none of this process's other descriptors. Returns a
 * descriptor for fast_keeper_read(), or -errno with error_set().
 */
int fast_keeper_start(struct fast_address_watch *watch);

/*
 * fast_keeper_read - what it has to say
 *
 * Returns 0 for nothing new, or -errno with error_set(): what failed there, or
 * -EPIPE, once, when the process has ended. Then the descriptor stays open, but
 * is never readable again.
 */
int fast_keeper_read(int keeper);

#endif
