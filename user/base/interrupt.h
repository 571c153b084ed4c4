/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP while something is under way that must be undone.
 * Those that the program ignores stay ignored.
 */

/* From now on they are kept until interrupt_end(). */
void interrupt_defer(void);

/* Whether one has come: 0, or -EINTR with error_set(). May be asked for each
 * rule, and by any thread. */
int interrupt_check(void);

/* They end the program as before; so does one that has come, now, unless what
 * was under way is done all the same. */
void interrupt_end(bool done);

#endif
