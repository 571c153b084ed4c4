/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ARENA_BPF_H
#define ARENA_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "fastpath.h"

/*
 * The arena of an instance (fastpath.h): memory that programs read by plain
 * loads. Whatever an address is computed from, it is one of the arena: the
 * kernel takes the lower 32 bits. A page that is not there reads as zeros, but
 * slowly.
 */
struct {
	__uint(type, FAST_ARENA_TYPE);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FAST_ARENA_PAGES);
} arena SEC(".maps");

/* A program has the arena that it names. */
static __always_inline void arena_use(void)
{
	asm volatile("" ::"r"(&arena));
}

/*
 * The place at an offset. The cast from address space 1 is a move with 1 as its
 * offset and as its immediate, for which clang 14 has no name; nor has it one
 * for the register's number, which stands in both halves of the second byte.
 */
static __always_inline void *arena_at(__u64 offset)
{
	asm volatile(".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n"
		     ".ifc %0, r\\number\n"
		     ".byte 0xbf, 17 * \\number, 1, 0, 1, 0, 0, 0\n"
		     ".endif\n"
		     ".endr"
		     : "+r"(offset));
	return (void *)offset;
}

#endif
