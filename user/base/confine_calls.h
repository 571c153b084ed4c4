/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_CALLS_H
#define CONFINE_CALLS_H

#include <limits.h>

/* System calls by number, as libseccomp has them; below 0 where the architecture
 * lacks one. Each list ends with this. */
enum { CONFINE_CALLS_END = INT_MIN };

/* What processes of detour do all the time, and what C libraries do for them.
 * Calls that depend on an argument are not among them. */
extern const int confine_calls_usual[];

/* What needs capabilities, or is of use to an intruder alone. */
extern const int confine_calls_forbidden[];

extern const int confine_calls_bpf[];

/* To become another user, and to give files to one. */
extern const int confine_calls_owner[];

#endif
