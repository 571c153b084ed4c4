/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ARENA_FREE_H
#define ARENA_FREE_H

#include <linux/types.h>

/* What the program of arena_free.bpf.c is given. */
struct arena_range {
	__u64 at; /* a multiple of the page */
	__u64 pages;
};

#endif
