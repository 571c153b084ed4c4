/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TAP_BPF_H
#define TAP_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "arena.bpf.h"
#include "fastpath.h"
#include "limit.h"
#include "loop.h"
#include "map.h"
#include "maps.bpf.h"
#include "packet.bpf.h"
#include "reply.bpf.h"
#include "scratch.bpf.h"
#include "tap.h"

/* Telling taps (tap.h) what the fast path answers. While there is none this costs
 * one load, of what lookups have loaded before. */

static __always_inline int tap_looks(const struct scratch *s)
{
	const struct fast_control *control = arena_at(0);

	return s->packet.seconds < *(const volatile __u64 *)&control->tap_until;
}

static __always_inline int tap_host_is(const struct tap_host *host,
				       const struct map_key *key)
{
	__u64 i, at, len = host->len, differ = 0;

	if (!host->self && !host->below)
		return 1;
	if (key->host_len < len || len > LIMIT_HOST)
		return 0;
	at = key->host_len - len;
	if (at ? !host->below || key->host[(at - 1) & 255] != '.' : !host->self)
		return 0;
	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 1))
		differ |= key->host[(at + i) & 255] ^ host->name[i & 255];
	return !differ;
}

/* One of each sample, at a place in it that nobody can tell before. */
static __always_inline int tap_sampled(struct tap_sample *next, __u32 sample)
{
	if (sample <= 1)
		return 1;
	if (!next->left || next->left > sample) {
		next->left = sample;
		next->pick = bpf_get_prandom_u32() % sample;
	}
	return --next->left == next->pick;
}

static __always_inline int tap_slot_wants(struct scratch *s, __u32 slot,
					  __u32 kind)
{
	const struct tap_want *want = bpf_map_lookup_elem(&taps, &slot);

	if (!want ||
	    s->packet.seconds >= *(const volatile __u64 *)&want->until ||
	    !(want->kinds & kind))
		return 0;
	if (want->code != TAP_ANY_CODE && want->code != s->parts.code)
		return 0;
	return tap_host_is(&want->host, &s->key) &&
	       tap_sampled(&s->tap[slot & (TAP_SLOTS - 1)], want->sample);
}

/* The slots that want what is in hand, as bits. */
static __always_inline __u32 tap_wanted(struct scratch *s, __u32 kind)
{
	__u32 wanted = 0;
	__u64 i;

	for (i = LOOP_FROM(0); LOOP(i < TAP_SLOTS); i = LOOP_FROM(i + 1))
		wanted |= tap_slot_wants(s, i, kind) << (i & 31);
	return wanted;
}

/* Where Location's value is in the reply (answer.bpf.h). */
static __always_inline void tap_location(struct tap_record *record,
					 const struct answer_parts *parts)
{
	__u64 other = parts->head_len + parts->tail_len;

	if (!(parts->flags & MAP_RULE_LOCATION))
		return;
	if (parts->flags & MAP_RULE_TEMPLATE && parts->template.headers_len)
		other += parts->template.headers_len - 2;
	record->location = record->data + parts->head_len;
	record->location_len = record->data_len - other;
}

static __always_inline void tap_record(struct tap_record *record,
				       const struct scratch *s, __u32 kind,
				       __u32 part)
{
	const struct map_header *header = arena_at(s->map[0].place);

	__builtin_memset(record, 0, sizeof(*record));
	record->tai = bpf_ktime_get_tai_ns();
	record->flow = s->packet.flow;
	record->part = part;
	record->kind = kind;
	record->domain = domain;
	record->place = s->map[0].place;
	record->crc = header->crc;
}

/* Write a record and so many bytes of the frame to a slot; or count that it
 * could not be. */
static __always_inline int tap_slot_write(struct xdp_md *ctx, __u32 slot,
					  struct tap_record *record)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 frame = record->frame;
	struct tap_want *want;

	if (cpu < TAP_CPUS &&
	    !bpf_perf_event_output(ctx, &tap_records,
				   frame << 32 | (slot * TAP_CPUS + cpu),
				   record, sizeof(*record)))
		return 1;
	want = bpf_map_lookup_elem(&taps, &slot);
	if (want)
		__sync_fetch_and_add(&want->lost, 1);
	return 0;
}

/* Returns the slots of wanted that got it. */
static __always_inline __u32 tap_write(struct xdp_md *ctx, __u32 wanted,
				       struct tap_record *record)
{
	__u32 got = 0;
	__u64 i;

	record->ifindex = ctx->ingress_ifindex;
	record->frame = ctx->data_end - ctx->data;
	for (i = LOOP_FROM(0); LOOP(i < TAP_SLOTS); i = LOOP_FROM(i + 1))
		if (wanted >> (i & 31) & 1)
			got |= tap_slot_write(ctx, i, record) << (i & 31);
	return got;
}

/* Tell of the request in hand before its answer is written over it: the slots
 * that want the reply, too. */
__noinline int tap_request(struct xdp_md *ctx, __u32 kind)
{
	struct scratch *s = scratch_get();
	struct tap_record record;
	__u32 wanted;

	wanted = s ? tap_wanted(s, kind) : 0;
	if (!s || !wanted)
		return 0;
	tap_record(&record, s, kind, TAP_REQUEST);
	record.data = s->packet.data;
	record.data_len = s->packet.data_len;
	return tap_write(ctx, wanted, &record);
}

/* ... and of the reply, with so many bytes of data. */
static __always_inline void tap_reply(struct xdp_md *ctx, __u32 wanted,
				      __u32 len)
{
	struct scratch *s = scratch_get();
	struct tap_record record;

	if (!s)
		return;
	tap_record(&record, s, TAP_ANSWER, TAP_REPLY);
	record.code = s->parts.code;
	record.data = s->packet.tcp + TCP_LEN + s->reply_options;
	record.data_len = len;
	tap_location(&record, &s->parts);
	tap_write(ctx, wanted, &record);
}

/* reply_send() of an answer, told to those who want it. */
__noinline int tap_reply_send(struct xdp_md *ctx, __u32 seq, __u32 ack,
			      __u32 len)
{
	__u32 wanted = tap_request(ctx, TAP_ANSWER);
	int err = reply_send(ctx, TCP_ACK | TCP_PSH | TCP_FIN, seq, ack, len);

	if (wanted && !err)
		tap_reply(ctx, wanted, len);
	return err;
}

#endif
