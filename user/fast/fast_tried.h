/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TRIED_H
#define FAST_TRIED_H

/*
 * The kernels that the programs were loaded on and asked for answers, as
 * detour-fastpath(7) has them in its table.
 */
#define FAST_TRIED "6.12, 6.16, 6.17, 6.18, 7.2, 7.3"

/* The end of a message that refuses a kernel. */
#define FAST_TRIED_SAID \
	"; tried on " FAST_TRIED " (detour-fastpath(7), KERNELS)"

#endif
