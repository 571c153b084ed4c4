/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOP_H
#define LOOP_H

/*
 * Loops that both the compiler and the verifier can follow. On the user side
 * these are no more than what they say.
 *
 * LOOP(condition)  as the condition of a loop. The verifier (6.12 and later)
 *                  follows a loop with a may_goto instruction until a round
 *                  brings nothing new, provided that what is counted is
 *                  unknown to it from the start:
 * LOOP_FROM(n)     is n, but unknown to the verifier. What stands in a BPF
 *                  map's memory is unknown to it, too, and is read again in
 *                  every round.
 * LOOP_KEEP(x)     makes the compiler check x where the source does, and keep
 *                  using the register that was checked (clang 14 else checks
 *                  a copy, and the verifier knows no bounds of the other).
 */
#ifdef __bpf__

#include <linux/types.h>

/* Always 0. A variable that could be written is unknown to the verifier. */
volatile __u64 loop_zero;

/* may_goto, which clang has no name for before version 19. */
#define LOOP_ON                                                        \
	({                                                             \
		__label__ stop, go;                                    \
		int on_ = 1;                                           \
		asm volatile goto("1: .byte 0xe5; .byte 0; "           \
				  ".long ((%l[stop] - 1b - 8) / 8) & " \
				  "0xffff; .short 0" ::                \
					  : "memory"                   \
				  : stop);                             \
		goto go;                                               \
	stop:                                                          \
		on_ = 0;                                               \
	go:;                                                           \
		on_;                                                   \
	})
#define LOOP(condition) ((condition) && LOOP_ON)
#define LOOP_FROM(n) (loop_zero + (n))
#define LOOP_KEEP(x) asm volatile("" : "+r"(x))

#else

#define LOOP(condition) (condition)
#define LOOP_FROM(n) (n)
#define LOOP_KEEP(x) ((void)(x))

#endif

#endif
