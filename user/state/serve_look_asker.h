/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_LOOK_ASKER_H
#define SERVE_LOOK_ASKER_H

#include <stdbool.h>

/* Private to the look socket: who connected. */

/* Whether he may look at what a server of a state directory has: he is root,
 * this process's user, or the directory's owner or in its group. */
bool look_asker_may(int fd, const char *state);

#endif
