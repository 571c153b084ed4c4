/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

struct sigaction;

/*
 * SIGINT, SIGTERM and SIGHUP while something is under way that must be undone.
 * Those that the program ignores stay ignored.
 */

/*
 * interrupt_tell - have what ends the program said on standard error
 * @name: of the command, of up to 32 bytes
 *
 * "detour NAME: interrupted; nothing was changed": when they are not kept, and by
 * interrupt_end(), until that says that something is done.
 */
void interrupt_tell(const char *name);

/* Whether a signal that is handled so ends the program at once. */
bool interrupt_ends(const struct sigaction *action);

/* From now on they are kept until interrupt_end(). */
void interrupt_defer(void);

/* Whether one has come: 0, or -EINTR with error_set(). May be asked for each
 * rule, and by any thread. */
int interrupt_check(void);

/* They end the program as before; so does one that has come, now, unless what
 * was under way is done all the same. */
void interrupt_end(bool done);

#endif
