// SPDX-License-Identifier: BSD-2-Clause
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fastpath.h"
#include "fastpath.skel.h"
#include "xdp_rig.h"

enum { CPUS_MAX = 1024 };

static int failures;
static uint64_t counters_before[COUNTER_COUNT];

static void counters_read(uint64_t *sum)
{
	int fd = bpf_map__fd(rig.programs->maps.counters);
	int cpus = libbpf_num_possible_cpus(), cpu;
	uint64_t value[CPUS_MAX];
	uint32_t i;

	assert_in_range(cpus, 1, CPUS_MAX);
	for (i = 0; i < COUNTER_COUNT; i++) {
		assert_int_equal(bpf_map_lookup_elem(fd, &i, value), 0);
		for (cpu = 0, sum[i] = 0; cpu < cpus; cpu++)
			sum[i] += value[cpu];
	}
}

const char *rig_counters_text(rig_set counters)
{
	static const char *const names[] = {
#define COUNTER_NAME(constant, name, verdict, what) name,
		COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
	};
	static char text[2][512];
	static int turn;
	size_t used = 0, i;

	turn ^= 1;
	text[turn][0] = 0;
	for (i = 0; i < COUNTER_COUNT; i++)
		if (counters >> i & 1 && used < sizeof(text[0]))
			used += snprintf(text[turn] + used,
					 sizeof(text[0]) - used, "%s%s",
					 used ? " " : "", names[i]);
	return text[turn];
}

static int program_run(struct bpf_program *program, struct frame *frame,
		       void *ctx, size_t ctx_size)
{
	static uint8_t out[FRAME_ROOM];
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame->byte,
		.data_size_in = frame->len,
		.data_out = out,
		.data_size_out = sizeof(out),
		.ctx_in = ctx,
		.ctx_size_in = ctx_size,
		.repeat = 1,
	};
	int err;

	err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
	if (err)
		fail_msg("%s: %zu bytes: %s", bpf_program__name(program),
			 frame->len, strerror(-err));
	frame->len = opts.data_size_out;
	memcpy(frame->byte, out, frame->len);
	return opts.retval;
}

int rig_verdict(struct frame *frame)
{
	struct xdp_md ctx = {
		.data_end = frame->len,
		.ingress_ifindex = rig.ifindex,
	};

	return program_run(rig.programs->progs.xdp_respond, frame, &ctx,
			   sizeof(ctx));
}

static int hand_over(struct frame *frame)
{
	struct __sk_buff ctx = {.ifindex = rig.ifindex,
				.ingress_ifindex = rig.ifindex};

	return program_run(rig.programs->progs.tc_hand_over, frame, &ctx,
			   sizeof(ctx));
}

void rig_counters_begin(void)
{
	counters_read(counters_before);
}

rig_set rig_counters_end(void)
{
	uint64_t after[COUNTER_COUNT], rose;
	rig_set set = 0;
	int i;

	counters_read(after);
	for (i = 0; i < COUNTER_COUNT; i++) {
		rose = after[i] - counters_before[i];
		if (rose > 1)
			fail_msg("%s rose by %lld",
				 rig_counters_text((rig_set)1 << i),
				 (long long)rose);
		set |= (rig_set)rose << i;
	}
	return set;
}

static void run(struct rig_result *result, const struct frame *frame,
		int (*program)(struct frame *))
{
	result->frame.len = frame->len;
	memcpy(result->frame.byte, frame->byte, frame->len);
	rig_counters_begin();
	result->verdict = program(&result->frame);
	result->rose = rig_counters_end();
}

/* One of the counters that rose tells what is done with a packet. */
static void verdict_check(const struct rig_result *result)
{
	static const int action[] = {
		[VERDICT_PASS] = XDP_PASS,
		[VERDICT_TX] = XDP_TX,
		[VERDICT_DROP] = XDP_DROP,
		[VERDICT_HAND] = XDP_PASS,
	};
	enum verdict verdict;
	int i, telling = 0;

	for (i = 0; i < COUNTER_COUNT; i++) {
		verdict = counter_verdict(i);
		if (!(result->rose >> i & 1) || verdict == VERDICT_NONE)
			continue;
		telling++;
		assert_int_equal(result->verdict, action[verdict]);
	}
	assert_int_equal(telling, 1);
}

void rig_respond(struct rig_result *result, const struct frame *frame)
{
	run(result, frame, rig_verdict);
	verdict_check(result);
}

void rig_hand_over(struct rig_result *result, const struct frame *frame)
{
	run(result, frame, hand_over);
}

bool rig_answered(const char *about, const struct packet *packet,
		  struct rig_result *result, struct packet *got)
{
	static struct frame frame;
	const char *wrong;

	frame_write(&frame, packet);
	rig_respond(result, &frame);
	wrong = frame_read(got, &result->frame);
	if (result->verdict != XDP_TX)
		wrong = "not answered";
	if (wrong)
		rig_fail("%s: %s (%s)", about, wrong,
			 rig_counters_text(result->rose));
	return !wrong;
}

void rig_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprint_error(fmt, args);
	va_end(args);
	print_error("\n");
	failures++;
}

int rig_check(void **state)
{
	int failed = failures;

	(void)state;
	failures = 0;
	return failed ? -1 : 0;
}

static void dump(const char *what, const struct frame *frame, size_t differs)
{
	size_t i;

	print_error("%s, %zu bytes:", what, frame->len);
	for (i = 0; i < frame->len; i++)
		print_error("%s%s%02x", i % 16 ? " " : "\n",
			    i == differs ? ">" : "", frame->byte[i]);
	print_error("\n");
}

static const char *verdict_text(int verdict)
{
	static const char *const texts[] = {
		"next", "aborted", "drop", "pass (TC: shot)", "tx", "redirect"};

	return verdict >= -1 && verdict < 5 ? texts[verdict + 1] : "unknown";
}

void rig_expect(const char *about, const struct rig_result *result, int verdict,
		const struct frame *frame, rig_set counters)
{
	const struct frame *got = &result->frame;
	size_t i = 0;

	if (result->verdict != verdict || result->rose != counters) {
		rig_fail("%s: %s (%s), not %s (%s)", about,
			 verdict_text(result->verdict),
			 rig_counters_text(result->rose), verdict_text(verdict),
			 rig_counters_text(counters));
		return;
	}
	while (i < got->len && i < frame->len && got->byte[i] == frame->byte[i])
		i++;
	if (i == got->len && i == frame->len)
		return;
	dump("got", got, i);
	dump("expected", frame, i);
	rig_fail("%s: byte %zu differs", about, i);
}

void rig_expect_pass(const char *about, const struct frame *frame,
		     rig_set counters)
{
	static struct rig_result result;

	rig_respond(&result, frame);
	rig_expect(about, &result, XDP_PASS, frame, counters);
}

void rig_expect_drop(const char *about, const struct frame *frame,
		     rig_set counters)
{
	static struct rig_result result;

	rig_respond(&result, frame);
	rig_expect(about, &result, XDP_DROP, frame, counters);
}
