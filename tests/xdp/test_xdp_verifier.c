// SPDX-License-Identifier: BSD-2-Clause
/*
 * How far the programs are from the verifier's limits. What it needs differs
 * from kernel to kernel, so a part of each is kept free.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastpath.h"
#include "fastpath.skel.h"

enum {
	LOG_STATS = 4,
	LOG_SIZE = 1 << 20,
	SUBPROGRAMS = 64,
	MAY_GOTO = BPF_JMP | 0xe0,

	/* The kernel's are 1,000,000; none but memory and, for jumps not yet
	 * followed, 8,192; 512, of which it takes a multiple of 16 a function,
	 * and of 32 without a JIT. */
	MOST_INSTRUCTIONS = 250000,
	MOST_STATES = 16384,
	MOST_STACK = 464,
};

struct program {
	const char *name;
	char log[LOG_SIZE];
	unsigned int start[SUBPROGRAMS], subprograms;
	unsigned int stack[SUBPROGRAMS]; /* bytes */
};

static struct program xdp = {.name = "xdp_respond"};
static struct program tc = {.name = "tc_hand_over"};
static struct fastpath *skel;

static int load(void **state)
{
	struct program *programs[] = {&xdp, &tc};
	struct bpf_program *program;
	size_t i;

	(void)state;
	skel = fastpath__open();
	for (i = 0; skel && i < 2; i++) {
		program = bpf_object__find_program_by_name(skel->obj,
							   programs[i]->name);
		bpf_program__set_log_level(program, LOG_STATS);
		bpf_program__set_log_buf(program, programs[i]->log, LOG_SIZE);
	}
	if (!skel)
		return -1;
	bpf_map__set_map_extra(skel->maps.arena, FAST_ARENA_AT);
	return fastpath__load(skel);
}

static int unload(void **state)
{
	(void)state;
	fastpath__destroy(skel);
	return 0;
}

static const struct bpf_insn *code_of(const struct program *program,
				      size_t *count)
{
	const struct bpf_program *found =
		bpf_object__find_program_by_name(skel->obj, program->name);

	*count = bpf_program__insn_cnt(found);
	return bpf_program__insns(found);
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) &&
	       insn->src_reg == BPF_PSEUDO_CALL;
}

static int compare(const void *a, const void *b)
{
	unsigned int one = *(const unsigned int *)a;
	unsigned int other = *(const unsigned int *)b;

	return one < other ? -1 : one > other;
}

static void start_add(struct program *program, unsigned int at)
{
	unsigned int i;

	for (i = 0; i < program->subprograms; i++)
		if (program->start[i] == at)
			return;
	assert_true(program->subprograms < SUBPROGRAMS);
	program->start[program->subprograms++] = at;
}

/* Where each function begins, in the verifier's order. */
static void starts_find(struct program *program)
{
	const struct bpf_insn *code;
	size_t count, i;

	program->subprograms = 0;
	start_add(program, 0);
	code = code_of(program, &count);
	for (i = 0; i < count; i++)
		if (is_call(code + i))
			start_add(program, i + code[i].imm + 1);
	qsort(program->start, program->subprograms, sizeof(*program->start),
	      compare);
}

/* "stack depth 160+16+..." */
static void stacks_read(struct program *program)
{
	static const char before[] = "stack depth ";
	char *at = strstr(program->log, before);
	unsigned int i;

	assert_non_null(at);
	at += strlen(before);
	for (i = 0; i < program->subprograms; i++, at++)
		program->stack[i] = strtoul(at, &at, 10);
	assert_int_equal(at[-1], '\n');
}

static unsigned int function_at(const struct program *program, unsigned int at)
{
	unsigned int i = program->subprograms;

	while (program->start[--i] > at)
		;
	return i;
}

/* Of a function and the deepest of those that it calls. What loops cost besides
 * (two words for may_goto) is in the log, but not in what the verifier
 * limits. */
static unsigned int stack_of(const struct program *program, unsigned int i,
			     unsigned int unit)
{
	unsigned int own = program->stack[i], deepest = 0, below, called;
	const struct bpf_insn *code;
	size_t count, at, end;
	bool loops = false;

	code = code_of(program, &count);
	end = i + 1 < program->subprograms ? program->start[i + 1] : count;
	for (at = program->start[i]; at < end; at++) {
		loops |= code[at].code == MAY_GOTO;
		if (!is_call(code + at))
			continue;
		called = function_at(program, at + code[at].imm + 1);
		below = stack_of(program, called, unit);
		if (below > deepest)
			deepest = below;
	}
	own -= loops ? 16 : 0;
	return (own ? own + unit - 1 : unit) / unit * unit + deepest;
}

static void headroom(struct program *program)
{
	static const char before[] = "processed ";
	const char *at = strstr(program->log, before);
	unsigned int instructions, most, total, peak, stack;

	assert_non_null(at);
	assert_int_equal(
		sscanf(at,
		       "processed %u insns (limit %*u) max_states_per_insn %u total_states %u peak_states %u",
		       &instructions, &most, &total, &peak),
		4);
	starts_find(program);
	stacks_read(program);
	stack = stack_of(program, 0, 16);
	print_message(
		"%s: %u instructions, %u states at most in one place, %u at a time, %u bytes of stack (%u without a JIT)\n",
		program->name, instructions, most, peak, stack,
		stack_of(program, 0, 32));
	assert_in_range(instructions, 1, MOST_INSTRUCTIONS);
	assert_in_range(peak, 1, MOST_STATES);
	assert_in_range(stack, 1, MOST_STACK);
}

static void p22_headroom_xdp(void **state)
{
	(void)state;
	headroom(&xdp);
}

static void p22_headroom_tc(void **state)
{
	(void)state;
	headroom(&tc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p22_headroom_xdp),
		cmocka_unit_test(p22_headroom_tc),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
