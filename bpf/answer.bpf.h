/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ANSWER_BPF_H
#define ANSWER_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "counter.h"
#include "date.bpf.h"
#include "fastpath.h"
#include "flow.bpf.h"
#include "head.h"
#include "live_map.bpf.h"
#include "lookup_key.h"
#include "loop.h"
#include "map.h"
#include "maps.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "reply.bpf.h"
#include "request.bpf.h"
#include "scratch.bpf.h"
#include "tap.bpf.h"
#include "template.h"
#include "word.h"

/*
 * From a rule to its answer, byte for byte what user/map/answer.c makes of it
 * for a connection that closes.
 */

enum {
	ANSWER_CLOSES = 2,	  /* of the texts after Location */
	ANSWER_PACKET_MAX = 1280, /* bytes of an answer's IP packet */
};

/* Append len bytes of a text, which begin at an offset of it, to the frame at a
 * place; 32 bytes can be read at each place of the text below its mask, and up
 * to 31 more than len are written. Returns the place after them. */
static __always_inline __u64 answer_put(struct scratch *s, __u64 at,
					const __u8 *text, __u64 mask,
					__u64 offset, __u64 len)
{
	__u64 i;

	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 32)) {
		const __u64 *from =
			(const void *)(text + ((offset + i) & mask));
		__u64 *to = (void *)(s->frame + ((at + i) & (FRAME_ROOM - 1)));

		to[0] = from[0];
		to[1] = from[1];
		to[2] = from[2];
		to[3] = from[3];
	}
	return at + len;
}

/* The parts of an answer that are in the map. Their lengths, and the parts that
 * are in the request, are in scratch->parts. */
struct answer {
	const __u8 *location;
	const struct map_answer *text;
};

/* The prebuilt text number n: 0, or -1 if it is not there or not sound. */
static __always_inline int answer_text(struct answer *answer,
				       const struct map *map, __u32 n,
				       struct answer_parts *parts)
{
	const struct map_answer *text;

	if (n >= map_header(map)->answers)
		return -1;
	text = (const void *)map_bytes(map, MAP_ANSWERS,
				       (__u64)n * sizeof(*text), sizeof(*text));
	parts->head_len = text->head_len;
	parts->date_at = text->date_at;
	parts->tail_len = text->tail_len[ANSWER_CLOSES];
	parts->code = text->code;
	answer->text = text;
	answer->location = text->head; /* none yet */
	if (parts->head_len > MAP_HEAD ||
	    parts->date_at + DATE_LEN > parts->head_len ||
	    parts->tail_len > MAP_TAIL)
		return -1;
	return 0;
}

/* Read the template of a rule whose other parts are known: as answer_parts(). A
 * host that a wildcard's rule is for was found to be a name, so that what its
 * '*' stands for is one. */
static __noinline int answer_template(struct answer *answer,
				      const struct map *map, __u32 addr,
				      __u32 location, struct scratch *s)
{
	const struct map_rule *rule = map_record(map, addr);
	struct answer_parts *parts = &s->parts;
	struct template *template = &parts->template;
	__u32 len = location + parts->location_len;

	if (template_read(template,
			  map_texts(map, addr, rule,
				    len + sizeof(struct map_template)) +
				  len,
			  parts->flags, parts->location_len))
		return COUNTER_HAND_DAMAGED;
	answer->location = map_texts(map, addr, rule,
				     location + template->headers +
					     template->headers_len) +
			   location;
	if (template_host(template, &s->key))
		return COUNTER_HAND_PASS;
	parts->more = template_adds(template);
	return COUNTER_NONE;
}

/* Look at the rule: COUNTER_NONE, or the counter of the reason to hand over. */
static __always_inline int answer_parts(struct answer *answer,
					const struct map *map, __u32 addr,
					struct scratch *s)
{
	const struct map_rule *rule = map_record(map, addr);
	__u32 flags = rule->flags, location, consumed;
	struct answer_parts *parts = &s->parts;
	const struct map_key *key = &s->key;

	parts->flags = flags;
	if (flags & (MAP_RULE_PASS | MAP_RULE_HTTPS))
		return COUNTER_HAND_PASS;
	if (flags & MAP_RULE_OK)
		return COUNTER_HAND_OK;
	if (flags & MAP_RULE_MARKER ||
	    answer_text(answer, map, rule->answer, parts))
		return COUNTER_HAND_DAMAGED;
	parts->location_len = parts->rest_len = parts->query_len = 0;
	parts->more = 0;
	location = map_location(rule);
	if (flags & MAP_RULE_LOCATION) {
		parts->location_len = rule->location_len;
		if (parts->location_len > LIMIT_TARGET)
			return COUNTER_HAND_DAMAGED;
		parts->rest = consumed = map_consumed(rule);
		if (flags & MAP_RULE_REMAINDER && key->path_len > consumed)
			parts->rest_len = key->path_len - consumed;
		if (flags & MAP_RULE_QUERY && key->has_query)
			parts->query_len = key->query_len + 1;
	}
	if (flags & MAP_RULE_TEMPLATE)
		return answer_template(answer, map, addr, location, s);
	answer->location =
		map_texts(map, addr, rule, location + parts->location_len) +
		location;
	return COUNTER_NONE;
}

static __always_inline __u32 answer_len(const struct answer_parts *parts)
{
	return parts->head_len + parts->location_len + parts->rest_len +
	       parts->query_len + parts->more + parts->tail_len;
}

/* Append the request's query with its '?', or a '&' for it. */
static __always_inline __u64 answer_query(struct scratch *s, __u64 at)
{
	const struct answer_parts *parts = &s->parts;
	__u64 mark = at, query = s->key.path_len;

	at = answer_put(s, at, s->key.path, HEAD_ROOM - 1, query,
			parts->query_len);
	if (parts->query_len && parts->flags & MAP_RULE_JOIN)
		s->frame[mark & (FRAME_ROOM - 1)] = '&';
	return at;
}

/* Append the Location that a template makes. Returns the place after it. */
static __noinline __u64 answer_templated(struct scratch *s, const __u8 *text,
					 __u64 at)
{
	const struct answer_parts *parts = &s->parts;
	const struct template *from = &parts->template;

	at = answer_put(s, at, text, ~0ULL, 0, from->host);
	at = answer_put(s, at, s->key.host, 255, 0, from->host_len);
	at = answer_put(s, at, text, ~0ULL, from->host_end,
			from->rest - from->host_end);
	at = answer_put(s, at, s->key.path, HEAD_ROOM - 1, parts->rest,
			parts->rest_len);
	at = answer_put(s, at, text, ~0ULL, from->rest_end,
			from->query - from->rest_end);
	at = answer_query(s, at);
	return answer_put(s, at, text, ~0ULL, from->query,
			  from->end - from->query);
}

/* Append the rule's header lines in the place of the empty line before. */
static __noinline void answer_headers(struct scratch *s, const __u8 *text,
				      __u64 at)
{
	const struct template *from = &s->parts.template;

	answer_put(s, at - 2, text, ~0ULL, from->headers, from->headers_len);
}

/* Write the answer into the frame from a place on. */
static __always_inline void answer_write(struct scratch *s,
					 const struct answer *answer, __u64 at)
{
	const struct answer_parts *parts = &s->parts;
	const struct map_answer *text = answer->text;
	__u64 date = at + parts->date_at;
	__u8 *to;

	at = answer_put(s, at, text->head, ~0ULL, 0, parts->head_len);
	date_update(s);
	to = s->frame + (date & (FRAME_ROOM - 1));
	*(__u64 *)to = *(__u64 *)s->date;
	*(__u64 *)(to + 8) = *(__u64 *)(s->date + 8);
	*(__u64 *)(to + 16) = *(__u64 *)(s->date + 16);
	*(__u64 *)(to + 21) = word_load(s->date + 21);
	if (parts->flags & MAP_RULE_TEMPLATE) {
		at = answer_templated(s, answer->location, at);
	} else {
		at = answer_put(s, at, answer->location, ~0ULL, 0,
				parts->location_len);
		at = answer_put(s, at, s->key.path, HEAD_ROOM - 1, parts->rest,
				parts->rest_len);
		at = answer_query(s, at);
	}
	at = answer_put(s, at, text->tail[ANSWER_CLOSES], ~0ULL, 0,
			parts->tail_len);
	if (parts->flags & MAP_RULE_TEMPLATE && parts->template.headers_len)
		answer_headers(s, answer->location, at);
}

/* Whether a segment with that much data can go to the client. */
static __always_inline int answer_fits(struct xdp_md *ctx,
				       const struct packet *p, __u32 options,
				       __u32 len)
{
	__u64 window = p->window;
	__u32 size = p->tcp - p->ip + TCP_LEN + options + len;

	if (p->wscale != OPTION_NO_WSCALE)
		window <<= p->wscale & 15;
	/* FIN takes a place in the window, too. The fast path never learns of
	 * a path that is narrower than IPv6 allows, so none is assumed. */
	if (len + options > p->mss || len + 1 > window ||
	    len > REPLY_DATA_MAX || size > ANSWER_PACKET_MAX)
		return 0;
	return size <= IPV4_LEAST || !bpf_check_mtu(ctx, 0, &size, 0, 0);
}

static __always_inline int answer_counter(__u32 code, __u32 flags)
{
	int get = !(flags & HEAD_HEAD);

	switch (code) {
	case 301:
		return get ? COUNTER_GET_301 : COUNTER_HEAD_301;
	case 302:
		return get ? COUNTER_GET_302 : COUNTER_HEAD_302;
	case 303:
		return get ? COUNTER_GET_303 : COUNTER_HEAD_303;
	case 307:
		return get ? COUNTER_GET_307 : COUNTER_HEAD_307;
	case 308:
		return get ? COUNTER_GET_308 : COUNTER_HEAD_308;
	default:
		return get ? COUNTER_GET_410 : COUNTER_HEAD_410;
	}
}

/* The counter of what a server has to answer. */
static __always_inline int answer_hand(__u32 hand)
{
	switch (hand) {
	case MAP_HAND_PATTERN:
		return COUNTER_HAND_PATTERN;
	case MAP_HAND_PAIRS:
		return COUNTER_HAND_PAIRS;
	default:
		return COUNTER_HAND_CASE;
	}
}

/* Find the rule and its parts. */
static __always_inline int answer_find(struct answer *answer, struct scratch *s)
{
	__u32 addr = s->plain ? live_map_plain(s) : 0;

	if (!addr) {
		addr = map_lookup_rule(s->map, &s->key);
		if (MAP_ENOUGH(&s->key))
			return COUNTER_HAND_COST;
		if (s->key.search.hand)
			return answer_hand(s->key.search.hand);
		if (!addr)
			return COUNTER_HAND_MISS;
	}
	if (s->key.search.kind == MAP_KIND_WILD && !request_name(s))
		return COUNTER_HAND_HOST;
	live_hits_note(s, s->map + (s->key.search.base & 1), addr);
	return answer_parts(answer, s->map + (s->key.search.base & 1), addr, s);
}

/*
 * answer_request - answer the request in scratch->head, if a rule says so
 *
 * Returns the counter of what was done, or of the reason to hand over.
 */
static __always_inline int answer_request(struct xdp_md *ctx, struct scratch *s)
{
	struct answer answer;
	__u32 options, len, ack;
	int reason, err;

	if (!s->map->place)
		return COUNTER_HAND_NO_RELEASE;
	reason = s->plain ? COUNTER_NONE : request_path(s);
	if (reason == COUNTER_NONE && !s->plain)
		reason = request_host(s);
	if (reason == COUNTER_NONE)
		reason = answer_find(&answer, s);
	if (reason != COUNTER_NONE)
		return reason;
	options = s->reply_options = reply_timestamps(s);
	len = answer_len(&s->parts);
	if (!answer_fits(ctx, &s->packet, options, len))
		return COUNTER_HAND_FIT;
	answer_write(s, &answer, FRAME_TCP + TCP_LEN + options);
	ack = s->packet.seq + s->packet.data_len + (s->packet.flags & TCP_FIN);
	err = tap_looks(s) ? tap_reply_send(ctx, s->packet.ack, ack, len)
			   : reply_send(ctx, TCP_ACK | TCP_PSH | TCP_FIN,
					s->packet.ack, ack, len);
	if (err)
		return err == REPLY_MERGED ? COUNTER_HAND_MERGED
					   : COUNTER_HAND_ROOM;
	live_hits_add(s);
	flow_keep_answer(&s->packet, len);
	return answer_counter(s->parts.code, s->head.flags);
}

#endif
