/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_KEEPER_H
#define FAST_KEEPER_H

#include <stdbool.h>

struct fast_address_watch;
struct fast_reader_fds;

/*
 * A process that stays root and does nothing but follow addresses, and open the
 * arena, for a server that does not: so what is pinned is root's alone, whoever
 * the server is.
 */

/*
 * fast_keeper_start - begin; it ends with this process
 * @watch: the child follows it; this process closes it without following
 * @state: the state directory whose arena is offered
 *
 * The child keeps none of this process's other descriptors. Returns a
 * descriptor for fast_keeper_read(), or -errno with error_set().
 */
int fast_keeper_start(struct fast_address_watch *watch, const char *state);

/*
 * fast_keeper_share - have it hand over what there is to read an arena by
 *
 * That is a descriptor by which one could write, for as long as it takes to
 * map it (fast_reader.h): so only if this process is sealed, which is that it
 * cannot map so any more; if not, never, whatever is said later. Each arena is
 * handed over once.
 */
void fast_keeper_share(int keeper, bool sealed);

/*
 * fast_keeper_read - what it has to say
 * @fds: receives what it hands over: .arena is -1 if nothing
 *
 * Returns 0 for nothing new, or -errno with error_set(): what failed there, or
 * -EPIPE, once, when the process has ended. Then the descriptor stays open, but
 * is never readable again.
 */
int fast_keeper_read(int keeper, struct fast_reader_fds *fds);

#endif
