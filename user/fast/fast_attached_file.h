/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ATTACHED_FILE_H
#define FAST_ATTACHED_FILE_H

#include <stdbool.h>

/*
 * The file "attached" in a state directory: it says that an instance answers
 * from it, also to users who may not look below /sys/fs/bpf. It holds the
 * boot's id, since an instance does not outlive a boot.
 */

/* Returns 0 or -errno with error_set(). */
int fast_attached_set(const char *state);

/* Remove it; best effort. */
void fast_attached_clear(const char *state);

/* Whether there is one of this boot. */
bool fast_attached_here(const char *state);

#endif
