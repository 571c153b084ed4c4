// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gives pages of an arena back to the kernel, which has no system call for
 * that. Commands run it (BPF_PROG_RUN).
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "arena.bpf.h"
#include "arena_free.h"

void bpf_arena_free_pages(void *map, void *at, __u32 pages) __ksym;

SEC("syscall")
int arena_give_back(struct arena_range *range)
{
	bpf_arena_free_pages(&arena, (void *)range->at, range->pages);
	return 0;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
